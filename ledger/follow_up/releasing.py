"""Give up what is owed to one, give more time for it, or say that nothing more is owed."""

from typing import Any, ClassVar

from ledger.act import Act, Decision, Placed
from ledger.common_rules import actor_has_power
from ledger.follow_up import performance_rules as rules
from ledger.follow_up.occasions import to_discharge, to_give_up
from ledger.follow_up.performance_events import (
    ObligationDeferred,
    ObligationDischarged,
    ObligationWaived,
)
from ledger.follow_up.performing import AboutObligation, obligation_named
from ledger.follow_up.state import FollowUp
from ledger.parties import Obligation, Standing
from ledger.terms import Day, Words


class WaiveObligation(AboutObligation, frozen=True, kw_only=True, tag="waive-obligation"):
    """Give up an obligation owed to one; nothing wider is varied."""

    occasions = (to_give_up,)
    example: ClassVar[dict[str, Any]] = {"obligation_id": "O3"}
    note: Words | None = None


def waive_obligation(state: FollowUp, standing: Standing, act: Act[WaiveObligation]) -> Decision:
    """Record that the obligee gives an obligation up.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligee,
            actor_has_power, obligation_is_open.
    """
    obligation = _given(state, standing, act)
    waived = ObligationWaived(obligation_id=obligation.obligation_id, note=act.data.note)
    return [Placed("joint", waived)]


class DeferObligation(AboutObligation, frozen=True, kw_only=True, tag="defer-obligation"):
    """Give more time for an obligation owed to one; nothing wider is varied."""

    occasions = (to_give_up,)
    example: ClassVar[dict[str, Any]] = {"obligation_id": "O3", "until": "2026-12-31"}
    until: Day
    note: Words | None = None


def defer_obligation(state: FollowUp, standing: Standing, act: Act[DeferObligation]) -> Decision:
    """Record that the obligee moves the day of an obligation.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligee,
            actor_has_power, obligation_is_open, day_is_later.
    """
    data = act.data
    obligation = _given(state, standing, act)
    rules.day_is_later(act, data.until, state.due(obligation))
    deferred = ObligationDeferred(
        obligation_id=data.obligation_id, until=data.until, note=data.note
    )
    return [Placed("joint", deferred)]


class DischargeObligation(AboutObligation, frozen=True, kw_only=True, tag="discharge-obligation"):
    """Say that nothing more is owed under an obligation."""

    occasions = (to_discharge,)
    example: ClassVar[dict[str, Any]] = {"obligation_id": "O1"}


def discharge_obligation(
    state: FollowUp, standing: Standing, act: Act[DischargeObligation]
) -> Decision:
    """Record that the obligee sees nothing more owed.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligee,
            obligation_is_not_done.
    """
    obligation = obligation_named(state, standing, act)
    rules.actor_is_obligee(act, obligation)
    rules.obligation_is_not_done(act, state, obligation)
    return [Placed("joint", ObligationDischarged(obligation_id=obligation.obligation_id))]


def _given(state: FollowUp, standing: Standing, act: Act[Any]) -> Obligation:
    """Check that the obligee gives of its own, with the power to."""
    obligation = obligation_named(state, standing, act)
    rules.actor_is_obligee(act, obligation)
    actor_has_power(act, standing, "settle")
    rules.obligation_is_open(act, state, obligation)
    return obligation
