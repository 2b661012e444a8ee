"""Take steps that need several parties: each agrees for itself, or the registry files a deed."""

from collections.abc import Callable
from typing import Any, ClassVar

from msgspec.structs import replace

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_has_power, id_is_new
from ledger.follow_up import performance_rules as rules
from ledger.follow_up.occasions import to_agree_cure, to_agree_on_settlement, to_end_monitoring
from ledger.follow_up.performance_events import (
    CurePeriodAgreed,
    JointStepAgreed,
    MonitoringEnded,
    MonitoringPlanAdopted,
    SettlementAmended,
    Sight,
    Step,
)
from ledger.follow_up.rules import PERFORMING, settlement_is_executed
from ledger.follow_up.state import FollowUp, plan_key
from ledger.parties import Standing
from ledger.terms import Day, Hash, Id, PartyId, PersonId, next_id


def take_step(  # noqa: PLR0913 - a step has a name, a subject, parties and an event
    state: FollowUp,
    act: Act[Any],
    *,
    step: Step,
    about: str = "",
    needed: tuple[str, ...],
    taken: Callable[[tuple[str, ...]], Placed],
) -> Decision:
    """Record an agreement, and the step itself once everybody needed agreed.

    Args:
        state: Who agreed before.
        act: Its data names in `agreed_by` who signed, where the registry records it.
        step: Which step.
        about: What exactly.
        needed: Whose agreement it needs.
        taken: Makes the step's event of those who agreed.

    Raises:
        RuleViolation: agreement_is_ones_own, step_concerns_party, agrees_once, everybody_agreed.
    """
    before = state.agreed.get((step, about), ())
    rules.agreement_is_ones_own(act, act.data.agreed_by)
    rules.step_concerns_party(act, needed)
    rules.agrees_once(act, before)
    new = (act.party,) if act.party else act.data.agreed_by
    agreed = tuple(p for p in needed if p in {*before, *new})
    rules.everybody_agreed(act, needed, agreed)
    own = [Placed("joint", JointStepAgreed(step=step, about=about, party=p)) for p in new]
    done = [taken(agreed)] if agreed == needed else []
    return (own if act.party else []) + done


class AdoptMonitoringPlan(Command, frozen=True, kw_only=True, tag="adopt-monitoring-plan"):
    """Agree how performance is watched.

    Attributes:
        plan_hash: SHA-256 of the plan; parties agree only on the same.
        monitor: Who watches, None for nobody but the parties.
        first_check: Day of the first look, None for the profile's.
        obligations: What is watched, empty for everything owed.
        checks: Days of further looks.
        sees: What the monitor may see.
        agreed_by: Parties that signed, where the registry records it.
    """

    by = ("party", "registry")
    during = PERFORMING
    occasions = (to_agree_on_settlement,)
    example: ClassVar[dict[str, Any]] = {
        "plan_hash": "ab" * 32,
        "monitor": "person:iyer",
        "first_check": "2026-09-30",
    }
    plan_hash: Hash
    monitor: PersonId | None = None
    first_check: Day | None = None
    obligations: tuple[Id, ...] = ()
    checks: tuple[Day, ...] = ()
    sees: Sight = "reports"
    agreed_by: tuple[PartyId, ...] = ()


def adopt_monitoring_plan(
    state: FollowUp, standing: Standing, act: Act[AdoptMonitoringPlan]
) -> Decision:
    """Agree to a monitoring plan; it is adopted when all parties did.

    Raises:
        RuleViolation: settlement_is_executed, obligation_is_known, agreement_is_ones_own,
            step_concerns_party, agrees_once, everybody_agreed.
    """
    data = act.data
    settlement_is_executed(act, standing)
    for name in data.obligations:
        rules.obligation_is_known(act, standing, name)
    plan = MonitoringPlanAdopted(
        plan_hash=data.plan_hash,
        parties=(),
        monitor=data.monitor,
        first_check=data.first_check,
        obligations=data.obligations,
        checks=data.checks,
        sees=data.sees,
    )
    return take_step(
        state,
        act,
        step="monitoring_plan",
        about=plan_key(plan),
        needed=standing.current(),
        taken=lambda parties: Placed("joint", replace(plan, parties=parties)),
    )


class EndMonitoring(Command, frozen=True, kw_only=True, tag="end-monitoring"):
    """Agree to end the watch over performance."""

    by = ("party", "registry")
    during = PERFORMING
    occasions = (to_end_monitoring,)
    example: ClassVar[dict[str, Any]] = {"agreed_by": ["A", "B"]}
    agreed_by: tuple[PartyId, ...] = ()


def end_monitoring(state: FollowUp, standing: Standing, act: Act[EndMonitoring]) -> Decision:
    """Agree to end monitoring; it ends when all parties did.

    Raises:
        RuleViolation: monitoring_runs, agreement_is_ones_own, step_concerns_party, agrees_once,
            everybody_agreed.
    """
    rules.monitoring_runs(act, state)
    return take_step(
        state,
        act,
        step="end_of_monitoring",
        needed=standing.current(),
        taken=lambda parties: Placed("joint", MonitoringEnded(parties=parties)),
    )


class AgreeCurePeriod(Command, frozen=True, kw_only=True, tag="agree-cure-period"):
    """Agree on a day until which an obligation may be put right."""

    by = ("party", "registry")
    during = PERFORMING
    occasions = (to_agree_cure,)
    example: ClassVar[dict[str, Any]] = {"obligation_id": "O1", "until": "2026-10-31"}
    obligation_id: Id
    until: Day
    agreed_by: tuple[PartyId, ...] = ()


def agree_cure_period(state: FollowUp, standing: Standing, act: Act[AgreeCurePeriod]) -> Decision:
    """Agree on a cure period; it runs when obligor and obligee did.

    Raises:
        RuleViolation: obligation_is_known, breach_is_reported, agreement_is_ones_own,
            step_concerns_party, agrees_once, everybody_agreed.
    """
    data = act.data
    rules.obligation_is_known(act, standing, data.obligation_id)
    obligation = standing.obligations[data.obligation_id]
    rules.breach_is_reported(act, state, obligation)
    return take_step(
        state,
        act,
        step="cure_period",
        about=f"{data.obligation_id}@{data.until}",
        needed=(obligation.obligor, obligation.obligee),
        taken=lambda parties: Placed(
            "joint",
            CurePeriodAgreed(obligation_id=data.obligation_id, until=data.until, parties=parties),
        ),
    )


class AmendSettlement(Command, frozen=True, kw_only=True, tag="amend-settlement"):
    """Sign a changed text of an executed settlement.

    Attributes:
        amendment_id: None for the next number.
        base_hash: SHA-256 of the text it changes.
        new_hash: SHA-256 of the consolidated text; parties agree only on the same.
        agreed_by: Parties that signed, where the registry records it.
    """

    by = ("party", "registry")
    during = PERFORMING
    occasions = (to_agree_on_settlement,)
    example: ClassVar[dict[str, Any]] = {
        "base_hash": "aa" * 32,
        "new_hash": "bb" * 32,
        "agreed_by": ["A", "B"],
    }
    amendment_id: Id | None = None
    base_hash: Hash
    new_hash: Hash
    agreed_by: tuple[PartyId, ...] = ()


def amend_settlement(state: FollowUp, standing: Standing, act: Act[AmendSettlement]) -> Decision:
    """Sign an amendment; the settlement is amended when all parties did.

    Raises:
        RuleViolation: settlement_is_executed, actor_has_power, base_is_text_in_force,
            amendment_changes_text, id_is_new, agreement_is_ones_own, step_concerns_party,
            agrees_once, everybody_agreed.
    """
    data = act.data
    settlement_is_executed(act, standing)
    actor_has_power(act, standing, "sign")
    rules.base_is_text_in_force(act, state, standing, data.base_hash)
    rules.amendment_changes_text(act, data.base_hash, data.new_hash)
    name = data.amendment_id or next_id("M", state.amendments)
    id_is_new(act, state.amendments, name, name)
    return take_step(
        state,
        act,
        step="amendment",
        about=data.new_hash,
        needed=standing.current(),
        taken=lambda parties: Placed(
            "joint",
            SettlementAmended(
                amendment_id=name,
                base_hash=data.base_hash,
                new_hash=data.new_hash,
                parties=parties,
            ),
        ),
    )
