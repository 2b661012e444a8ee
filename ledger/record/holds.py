"""Place and release legal holds, which stop erasure and destruction (row J7)."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import id_is_new
from ledger.parties import Standing
from ledger.record import rules
from ledger.record.events import HoldNoted, LegalHoldPlaced, LegalHoldReleased
from ledger.record.occasions import to_release
from ledger.record.retention import after_last_hold
from ledger.record.state import Record
from ledger.terms import Id, Words, next_id


class PlaceLegalHold(Command, frozen=True, kw_only=True, tag="place-legal-hold"):
    """Stop erasure and destruction in this case.

    Attributes:
        hold_id: None for the next number.
        scope: What it covers.
        reason: The order or duty behind it.
        law_forbids_notice: Whether the parties must not be told that there is a hold.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {"scope": "the whole case", "reason": "order of 3 March"}
    hold_id: Id | None = None
    scope: Words
    reason: Words | None = None
    law_forbids_notice: bool = False


def place_legal_hold(
    state: Record,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[PlaceLegalHold],
) -> Decision:
    """Place a hold; the parties learn that there is one, unless the law forbids it.

    Raises:
        RuleViolation: id_is_new.
    """
    data = act.data
    name = data.hold_id or next_id("H", state.hold_ids)
    id_is_new(act, state.hold_ids, name, name)
    hidden = data.law_forbids_notice
    placed = LegalHoldPlaced(hold_id=name, hidden=hidden, scope=data.scope, reason=data.reason)
    noted = [] if hidden else [Placed("joint", HoldNoted(change="placed"))]
    return [Placed("registry", placed), *noted]


class ReleaseLegalHold(Command, frozen=True, kw_only=True, tag="release-legal-hold"):
    """End a hold."""

    by = ("registry",)
    occasions = (to_release,)
    example: ClassVar[dict[str, Any]] = {"hold_id": "H1"}
    hold_id: Id
    reason: Words | None = None


def release_legal_hold(
    state: Record,
    standing: Standing,
    act: Act[ReleaseLegalHold],
) -> Decision:
    """Release a hold; the parties learn it if they were told of it, and what waited expires.

    Raises:
        RuleViolation: hold_is_in_force.
    """
    data = act.data
    rules.hold_is_in_force(act, state, data.hold_id)
    released = LegalHoldReleased(hold_id=data.hold_id, reason=data.reason)
    hidden = data.hold_id in state.hidden_holds
    noted = [] if hidden else [Placed("joint", HoldNoted(change="released"))]
    waited = after_last_hold(state, standing, act, data.hold_id)
    return [Placed("registry", released), *noted, *waited]
