"""Say what became of obligations: performed, disputed, broken, put right, given up."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed, Role
from ledger.common_rules import actor_has_power
from ledger.follow_up import performance_rules as rules
from ledger.follow_up.performance_events import (
    BreachReportAnswered,
    BreachReported,
    Extent,
    ObligationCured,
    ObligationDeferred,
    ObligationDischarged,
    ObligationWaived,
    PerformanceConfirmed,
    PerformanceDisputed,
    PerformanceReported,
    Position,
)
from ledger.follow_up.rules import PERFORMING
from ledger.follow_up.state import FollowUp
from ledger.parties import Obligation, Standing
from ledger.terms import Day, Hash, Id, Money, Words


class AboutObligation(Command, frozen=True, kw_only=True):
    """Be the ancestor of commands about one obligation.

    Attributes:
        obligation_id: Which.
    """

    by: ClassVar[tuple[Role, ...]] = ("party",)
    during = PERFORMING
    obligation_id: Id


def _named(standing: Standing, act: Act[Any]) -> Obligation:
    """Find the obligation an act is about, in force."""
    rules.obligation_is_known(act, standing, act.data.obligation_id)
    obligation = standing.obligations[act.data.obligation_id]
    rules.obligation_is_in_force(act, obligation)
    return obligation


class ReportPerformance(AboutObligation, frozen=True, kw_only=True, tag="report-performance"):
    """Say that an obligation was performed.

    Attributes:
        extent: In full or in part.
        what: What was done.
        amount: What was paid, where it is money.
        proof: SHA-256 of the proof.
    """

    example: ClassVar[dict[str, Any]] = {
        "obligation_id": "O1",
        "what": "first instalment",
        "amount": {"amount": "325000.00", "currency": "EUR"},
    }
    what: Words
    extent: Extent = "full"
    amount: Money | None = None
    proof: Hash | None = None


def report_performance(
    state: FollowUp, standing: Standing, act: Act[ReportPerformance]
) -> Decision:
    """Record what the obligor says it did.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligor,
            obligation_is_open.
    """
    data = act.data
    obligation = _named(standing, act)
    rules.actor_is_obligor(act, obligation)
    rules.obligation_is_open(act, state, obligation)
    report = PerformanceReported(
        obligation_id=data.obligation_id,
        extent=data.extent,
        proof=data.proof,
        what=data.what,
        amount=data.amount,
    )
    return [Placed("joint", report)]


class ConfirmPerformance(AboutObligation, frozen=True, kw_only=True, tag="confirm-performance"):
    """Say that an obligation owed to one was performed."""

    example: ClassVar[dict[str, Any]] = {"obligation_id": "O1"}
    extent: Extent = "full"


def confirm_performance(
    state: FollowUp, standing: Standing, act: Act[ConfirmPerformance]
) -> Decision:
    """Record that the obligee confirms performance.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligee,
            performance_is_reported.
    """
    obligation = _named(standing, act)
    rules.actor_is_obligee(act, obligation)
    rules.performance_is_reported(act, state, obligation)
    confirmed = PerformanceConfirmed(obligation_id=act.data.obligation_id, extent=act.data.extent)
    return [Placed("joint", confirmed)]


class DisputePerformance(AboutObligation, frozen=True, kw_only=True, tag="dispute-performance"):
    """Say that an obligation owed to one was not performed as owed."""

    example: ClassVar[dict[str, Any]] = {
        "obligation_id": "O1",
        "grounds": "the sum is short by the bank's charge",
    }
    grounds: Words


def dispute_performance(
    state: FollowUp, standing: Standing, act: Act[DisputePerformance]
) -> Decision:
    """Record that the obligee disputes performance.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligee,
            performance_is_reported.
    """
    obligation = _named(standing, act)
    rules.actor_is_obligee(act, obligation)
    rules.performance_is_reported(act, state, obligation)
    disputed = PerformanceDisputed(obligation_id=act.data.obligation_id, grounds=act.data.grounds)
    return [Placed("joint", disputed)]


class ReportBreach(AboutObligation, frozen=True, kw_only=True, tag="report-breach"):
    """Report, as a party or the agreed monitor, that an obligation was not performed.

    Attributes:
        since: Day it is said to last since.
    """

    by = ("party", "mediator")
    example: ClassVar[dict[str, Any]] = {
        "obligation_id": "O2",
        "facts": "nothing was paid",
        "since": "2026-10-01",
    }
    facts: Words
    since: Day | None = None


def report_breach(state: FollowUp, standing: Standing, act: Act[ReportBreach]) -> Decision:
    """Record a report of a breach; it decides nothing.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, reporter_is_party_or_monitor,
            obligation_is_due, obligation_is_open.
    """
    data = act.data
    obligation = _named(standing, act)
    rules.reporter_is_party_or_monitor(act, state)
    rules.obligation_is_due(act, state, obligation)
    rules.obligation_is_open(act, state, obligation)
    report = BreachReported(obligation_id=data.obligation_id, since=data.since, facts=data.facts)
    return [Placed("joint", report)]


class AnswerBreach(AboutObligation, frozen=True, kw_only=True, tag="answer-breach"):
    """Answer a report of a breach; what is said may not be used elsewhere."""

    example: ClassVar[dict[str, Any]] = {
        "obligation_id": "O2",
        "position": "explains",
        "explanation": "the bank was shut",
    }
    position: Position
    explanation: Words | None = None


def answer_breach(state: FollowUp, standing: Standing, act: Act[AnswerBreach]) -> Decision:
    """Record the obligor's answer to a report of a breach.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligor,
            breach_is_reported.
    """
    data = act.data
    obligation = _named(standing, act)
    rules.actor_is_obligor(act, obligation)
    rules.breach_is_reported(act, state, obligation)
    answered = BreachReportAnswered(
        obligation_id=data.obligation_id, position=data.position, explanation=data.explanation
    )
    return [Placed("joint", answered)]


class CureBreach(AboutObligation, frozen=True, kw_only=True, tag="cure-breach"):
    """Say that what was reported as broken has been put right."""

    example: ClassVar[dict[str, Any]] = {
        "obligation_id": "O2",
        "what": "the sum and its interest were paid",
    }
    what: Words
    proof: Hash | None = None


def cure_breach(state: FollowUp, standing: Standing, act: Act[CureBreach]) -> Decision:
    """Record that the obligor says it put it right.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligor,
            breach_is_reported.
    """
    data = act.data
    obligation = _named(standing, act)
    rules.actor_is_obligor(act, obligation)
    rules.breach_is_reported(act, state, obligation)
    cured = ObligationCured(obligation_id=data.obligation_id, what=data.what, proof=data.proof)
    return [Placed("joint", cured)]


class WaiveObligation(AboutObligation, frozen=True, kw_only=True, tag="waive-obligation"):
    """Give up an obligation owed to one; nothing wider is varied."""

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

    example: ClassVar[dict[str, Any]] = {"obligation_id": "O1"}


def discharge_obligation(
    state: FollowUp, standing: Standing, act: Act[DischargeObligation]
) -> Decision:
    """Record that the obligee sees nothing more owed.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligee,
            obligation_is_not_done.
    """
    obligation = _named(standing, act)
    rules.actor_is_obligee(act, obligation)
    rules.obligation_is_not_done(act, state, obligation)
    return [Placed("joint", ObligationDischarged(obligation_id=obligation.obligation_id))]


def _given(state: FollowUp, standing: Standing, act: Act[Any]) -> Obligation:
    """Check that the obligee gives of its own, with the power to."""
    obligation = _named(standing, act)
    rules.actor_is_obligee(act, obligation)
    actor_has_power(act, standing, "settle")
    rules.obligation_is_open(act, state, obligation)
    return obligation
