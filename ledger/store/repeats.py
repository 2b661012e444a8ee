"""Tell a repeat of a command from another under the same id, by what dies with its words.

Every event of a command holds 32 bytes in its content, beside what it says. Those of the last one
are a keyed digest of what was asked and of the others', which are drawn at random. So all of them
together tell a repeat; each alone is noise, and once one is erased no guess can be tested any
more. No event tells by its bytes, or by having none, whether the command wrote elsewhere
(docs/decisions/0024).
"""

import hmac
import secrets
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from ledger.act import Ask, Command
from ledger.casefile import CaseFile, Handled
from ledger.envelope import FRAME_ENCODER
from ledger.errors import RuleViolation
from ledger.identity import Identity, Operator

PART: Final = "$asked"
"""Key under which the content of an event holds its part."""
_PART_BYTES: Final = 32


class _Beside(msgspec.Struct, frozen=True):
    """What stands beside the words of a content."""

    part: str = msgspec.field(default="", name=PART)


_BESIDE: Final = msgspec.json.Decoder(_Beside)


def asked(case_id: UUID, ask: Ask, command: Command, identity: Identity) -> bytes:
    """Write down what was asked, alike whenever it is asked again."""
    told: tuple[Any, ...] = (
        ask.command,
        case_id.hex,
        identity.acting_for,
        ask.room,
        ask.occurred,
        ask.reported,
        ask.source,
        command,
    )
    if ask.is_signed:  # what is signed otherwise is another command; the unsigned stay as ever
        told = (*told, ask.head, ask.key, ask.salt, ask.signature)
    return FRAME_ENCODER.encode(told)


def parts(secret: bytes, what: bytes, count: int) -> list[str]:
    """Make the part of each event of a command, in order.

    Args:
        secret: The ledger's.
        what: What was asked.
        count: How many events the command writes.
    """
    drawn = [secrets.token_hex(_PART_BYTES) for _ in range(count - 1)]
    return [*drawn, _digest(secret, what, drawn)]


def is_repeat(secret: bytes, what: bytes, found: Sequence[str]) -> bool:
    """Tell whether the parts found, in order, are of what was asked."""
    *drawn, last = found
    return hmac.compare_digest(last, _digest(secret, what, drawn))


def _digest(secret: bytes, what: bytes, drawn: Sequence[str]) -> str:
    return hmac.digest(secret, "".join(drawn).encode() + b"\0" + what, "sha256").hex()


def with_part(content: bytes, part: str) -> bytes:
    """Put an event's part into its content, where its key stands by the order of keys."""
    begin = b'{"%s":"%s"' % (PART.encode(), part.encode())
    return begin + (b"}" if content == b"{}" else b"," + content[1:])


def part_in(content: bytes) -> str:
    """Read an event's part, empty where it holds none."""
    return _BESIDE.decode(content).part


def handled(file: CaseFile, ask: Ask, identity: Identity, operator: Operator) -> Handled | None:
    """Find the command among those already recorded."""
    known = file.handled.get((identity.actor, ask.id))
    if known is None and ask.actor is None:
        return file.entered(operator.person, identity.acting_for, ask.id)
    return known


def is_erased(file: CaseFile, known: Handled) -> bool:
    """Tell whether anything of the command is marked as erased."""
    return any(f"{event.room}:{event.seq}" in file.erased for event in known.events)


def other_command() -> RuleViolation:
    """The same id with another input is another command."""
    return RuleViolation(
        "command_id_is_new",
        "this id was used by the same actor for another command",
        "an id of its own for each command",
    )
