"""Note in the institution's public record what became of its seal log."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.institution.seal_log_events import SealKeyChanged, SealLogBegun
from ledger.institution.state import Institution
from ledger.parties import Standing
from ledger.terms import Words

Origin: TypeAlias = Annotated[str, Meta(pattern=r"\Agol/log/[0-9a-f]{32}/[0-9a-f]{16}\Z")]
Size: TypeAlias = Annotated[int, Meta(ge=0)]
Root: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_LOG = "gol/log/0192d0a000007000800000000000000a"


class NoteSealLog(Command, frozen=True, kw_only=True, tag="note-seal-log"):
    """Note that another seal log was begun; `goodoffices seal --new-origin` does so itself.

    Attributes:
        origin: Name of the log that begins.
        before: Name of the log that ended.
        size: Leaves of the log that ended, as last signed.
        root: Root of the log that ended.
        reason: Why.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "origin": f"{_LOG}/0123456789abcdef",
        "before": f"{_LOG}/fedcba9876543210",
        "size": 812,
        "root": "0123456789abcdef" * 4,
        "reason": "Restored from the backup of 3 March.",
    }
    origin: Origin
    before: Origin
    size: Size
    root: Root
    reason: Words


def note_seal_log(
    state: Institution,  # noqa: ARG001 - every decision takes the state
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[NoteSealLog],
) -> Decision:
    """Note it, for everybody to read."""
    data = act.data
    begun = SealLogBegun(
        origin=data.origin,
        before=data.before,
        size=data.size,
        root=data.root,
        reason=data.reason,
    )
    return [Placed("public", begun)]


class NoteSealKey(Command, frozen=True, kw_only=True, tag="note-seal-key"):
    """Note that another key signs the seal log; `goodoffices seal --rotate-key` does so itself.

    Attributes:
        origin: Name of the log.
        key: The new key: name, id and base64, joined by plus signs.
        size: Least size of a checkpoint it signs.
        reason: Why.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "origin": f"{_LOG}/0123456789abcdef",
        "key": f"{_LOG}/0123456789abcdef+0badc0de+AZ/+1U2+aB9Gg04eYkMilnbY0Ec1u6VOhzPql4/IlyML",
        "size": 812,
        "reason": "Yearly change.",
    }
    origin: Origin
    key: Annotated[str, Meta(min_length=1, max_length=256)]
    size: Size
    reason: Words


def note_seal_key(
    state: Institution,  # noqa: ARG001 - every decision takes the state
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[NoteSealKey],
) -> Decision:
    """Note it, for everybody to read."""
    data = act.data
    changed = SealKeyChanged(origin=data.origin, key=data.key, size=data.size, reason=data.reason)
    return [Placed("public", changed)]


DECIDE: dict[type[Command], Callable[[Institution, Standing, Act[Any]], Decision]] = {
    NoteSealLog: note_seal_log,
    NoteSealKey: note_seal_key,
}
