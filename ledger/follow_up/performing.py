"""Say what became of obligations: performed, disputed, broken, put right."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed, Role
from ledger.follow_up import performance_rules as rules
from ledger.follow_up.after_rules import obligation_still_stands
from ledger.follow_up.occasions import (
    to_answer_breach,
    to_judge_performance,
    to_report_breach,
    to_report_performance,
)
from ledger.follow_up.performance_events import (
    BreachReportAnswered,
    BreachReported,
    Extent,
    ObligationCured,
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


def obligation_named(state: FollowUp, standing: Standing, act: Act[Any]) -> Obligation:
    """Find the obligation an act is about, in force.

    Raises:
        RuleViolation: obligation_is_known, obligation_still_stands, obligation_is_in_force.
    """
    rules.obligation_is_known(act, standing, act.data.obligation_id)
    obligation = standing.obligations[act.data.obligation_id]
    obligation_still_stands(act, state, obligation)
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

    occasions = (to_report_performance,)
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
    obligation = obligation_named(state, standing, act)
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
    """Say that an obligation owed to one was performed, in full or in part.

    Attributes:
        extent: After a part, the rest is owed as before.
        reserves_rights: Whether one says that taking it gives nothing up.
    """

    occasions = (to_judge_performance,)
    example: ClassVar[dict[str, Any]] = {"obligation_id": "O1"}
    extent: Extent = "full"
    reserves_rights: bool = False


def confirm_performance(
    state: FollowUp, standing: Standing, act: Act[ConfirmPerformance]
) -> Decision:
    """Record that the obligee confirms performance.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, actor_is_obligee,
            performance_is_reported.
    """
    obligation = obligation_named(state, standing, act)
    rules.actor_is_obligee(act, obligation)
    rules.performance_is_reported(act, state, obligation)
    confirmed = PerformanceConfirmed(
        obligation_id=act.data.obligation_id,
        extent=act.data.extent,
        reserves_rights=act.data.reserves_rights,
    )
    return [Placed("joint", confirmed)]


class DisputePerformance(AboutObligation, frozen=True, kw_only=True, tag="dispute-performance"):
    """Say that an obligation owed to one was not performed as owed."""

    occasions = (to_judge_performance,)
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
    obligation = obligation_named(state, standing, act)
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
    occasions = (to_report_breach,)
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
    obligation = obligation_named(state, standing, act)
    rules.reporter_is_party_or_monitor(act, state)
    rules.obligation_is_due(act, state, obligation)
    rules.obligation_is_open(act, state, obligation)
    report = BreachReported(obligation_id=data.obligation_id, since=data.since, facts=data.facts)
    return [Placed("joint", report)]


class AnswerBreach(AboutObligation, frozen=True, kw_only=True, tag="answer-breach"):
    """Answer a report of a breach; what is said may not be used elsewhere."""

    occasions = (to_answer_breach,)
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
    obligation = obligation_named(state, standing, act)
    rules.actor_is_obligor(act, obligation)
    rules.breach_is_reported(act, state, obligation)
    answered = BreachReportAnswered(
        obligation_id=data.obligation_id, position=data.position, explanation=data.explanation
    )
    return [Placed("joint", answered)]


class CureBreach(AboutObligation, frozen=True, kw_only=True, tag="cure-breach"):
    """Say that what was reported as broken has been put right."""

    occasions = (to_answer_breach,)
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
    obligation = obligation_named(state, standing, act)
    rules.actor_is_obligor(act, obligation)
    rules.breach_is_reported(act, state, obligation)
    cured = ObligationCured(obligation_id=data.obligation_id, what=data.what, proof=data.proof)
    return [Placed("joint", cured)]
