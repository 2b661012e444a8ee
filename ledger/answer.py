"""Answer a command: what it recorded, or why nothing was."""

from typing import Literal, TypeAlias

from msgspec import Struct

from ledger.casefile import Written
from ledger.errors import CaseBusy, DecodeError, LedgerError, RuleViolation, StoreFault

Failure: TypeAlias = Literal["refused", "unreadable", "try again", "fault"]


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a caller gets for a command; one line of JSON.

    Attributes:
        id: The command's id.
        done: Whether it was recorded; if so it is durable.
        case: Number of the case, its external reference where it has no number.
        events: What it wrote, in rooms the caller reads.
        failure: Kind of failure: a rule refused it, it cannot be read, it may be tried again, or
            the store is at fault.
        rule: Name of the rule that refused.
        field: Field that cannot be read.
        why: One sentence, from what the actor may see.
        needs: What would be needed.
    """

    id: str
    done: bool
    case: str | None = None
    events: tuple[Written, ...] = ()
    failure: Failure | None = None
    rule: str | None = None
    field: str | None = None
    why: str | None = None
    needs: str | None = None


def failed(command_id: str, error: LedgerError) -> Answer:
    """Answer a command that was not recorded."""
    match error:
        case RuleViolation(rule=rule, why=why, needs=needs):
            return _failed(command_id, "refused", why, needs, rule=rule)
        case DecodeError(field=field, why=why, needs=needs):
            return _failed(command_id, "unreadable", why, needs, field=field)
        case CaseBusy(why=why):
            return _failed(command_id, "try again", why, "the same command once more")
        case StoreFault(why=why, needs=needs):
            return _failed(command_id, "fault", why, needs)
        case _:
            return _failed(command_id, "fault", type(error).__name__, "")


def _failed(  # noqa: PLR0913 - one for each column of the answer
    command_id: str,
    failure: Failure,
    why: str,
    needs: str,
    *,
    rule: str | None = None,
    field: str | None = None,
) -> Answer:
    return Answer(
        id=command_id,
        done=False,
        failure=failure,
        rule=rule,
        field=field or None,
        why=why,
        needs=needs or None,
    )
