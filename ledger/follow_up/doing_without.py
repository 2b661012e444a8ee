"""Do without a monitoring plan, for reasons all parties agree on."""

from typing import Any, ClassVar

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import actor_is_mediator, known, party_is_known
from ledger.follow_up.after_events import MonitoringWaived
from ledger.follow_up.rules import settlement_is_executed
from ledger.follow_up.state import FollowUp
from ledger.parties import AFTER_SIGNING, Standing
from ledger.terms import PartyId, Words


@rule("refuse")
def all_do_without_monitoring(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    agreed_by: tuple[str, ...],
) -> None:
    """Parties do without a monitoring plan by the agreement of all."""
    missing = [party for party in standing.current() if party not in agreed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} has not agreed", "the agreement of every party")


@rule("refuse")
def nothing_is_monitored(act: Act[Any], state: FollowUp) -> None:  # noqa: ARG001 - a rule takes the act
    """Where a plan runs, it is ended, not done without."""
    if state.monitoring:
        raise Broken("a monitoring plan runs", "end-monitoring")


def to_do_without(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for a settlement nobody watches yet."""
    settlement_is_executed(act, standing)
    nothing_is_monitored(act, state)


class WaiveMonitoring(Command, frozen=True, kw_only=True, tag="waive-monitoring"):
    """Record that all parties do without a monitoring plan, and why.

    Attributes:
        agreed_by: Parties that agreed.
        reasons: Why none is needed.
    """

    by = ("mediator", "registry")
    during = AFTER_SIGNING
    occasions = (known(actor_is_mediator), to_do_without)
    example: ClassVar[dict[str, Any]] = {
        "agreed_by": ["A", "B"],
        "reasons": "Everything was paid on the day of signing.",
    }
    agreed_by: tuple[PartyId, ...]
    reasons: Words


def waive_monitoring(state: FollowUp, standing: Standing, act: Act[WaiveMonitoring]) -> Decision:
    """Do without a plan; the parties may still adopt one later.

    Raises:
        RuleViolation: actor_is_mediator, settlement_is_executed, nothing_is_monitored,
            party_is_known, all_do_without_monitoring.
    """
    data = act.data
    actor_is_mediator(act, standing)
    settlement_is_executed(act, standing)
    nothing_is_monitored(act, state)
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    all_do_without_monitoring(act, standing, data.agreed_by)
    return [Placed("joint", MonitoringWaived(agreed_by=data.agreed_by, reasons=data.reasons))]
