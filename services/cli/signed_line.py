"""Sign the act of one line with a key file."""

from pathlib import Path

import msgspec

from ledger.act import Ask
from ledger.identity import Operator, identify
from ledger.signing import Head
from services.actor_keys import read_key, signed
from services.heads import head_of
from services.house import House


def signed_here(
    house: House, operator: Operator, ask: Ask, keyfile: str, room: str | None = None
) -> Ask:
    """Sign a command with a key file, over the head of a room as it stands here.

    Args:
        house: The ledger.
        operator: Who is at the keyboard.
        ask: The command.
        keyfile: The actor's key.
        room: Room whose head is named; None for the one asked for, else `joint`.

    Raises:
        DecodeError: The key file cannot be used, or the command cannot be signed so.
        RuleViolation: case_is_known.
    """
    own = read_key(Path(keyfile))
    seen = msgspec.structs.replace(ask, actor=ask.actor or own.owner)
    if ask.case is not None:
        seen = _as_seen(house, operator, seen, room or ask.room or "joint")
    return signed(seen, own)


def _as_seen(house: House, operator: Operator, ask: Ask, room: str) -> Ask:
    """Name the case whole, and the head of a room as far as the actor sees it."""
    assert ask.case is not None
    case_id = house.resolve(ask.case, operator)
    file = house.load(case_id)
    eyes = identify(ask, operator, file).eyes
    head: Head | None = None
    if room in eyes:
        head = head_of(house.ledger.reader, case_id, room, eyes[room].last)
    return msgspec.structs.replace(ask, case=file.name_for(eyes) or case_id.hex, head=head)
