"""Say when there is an occasion for the acts of closure and follow-up; `next` asks it."""

from collections.abc import Callable
from typing import Any

from ledger.act import Act
from ledger.common_rules import one_will_do
from ledger.follow_up import performance_rules as performing
from ledger.follow_up import rules
from ledger.follow_up.closing_events import Mode
from ledger.follow_up.state import FollowUp
from ledger.parties import Obligation, Standing


def to_say_understood(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a closing session of which the actor has not spoken."""
    rules.closing_session_was_held(act, state)
    rules.party_says_it_once(act, state.understood)


def to_say_satisfied(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a closing session, and nothing said of it by the actor."""
    rules.closing_session_was_held(act, state)
    rules.party_says_it_once(act, state.satisfied)


def to_declare_end(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for a way to end the case that is the actor's to declare now."""
    rules.end_is_declared_once(act, state)
    mine = [mode for mode, roles in rules.ENTITLED.items() if act.role in roles]
    one_will_do(act, mine, lambda mode: _may_declare(act, state, standing, mode), "way to end it")


def _may_declare(act: Act[Any], state: FollowUp, standing: Standing, mode: Mode) -> None:
    """Check what a way to end the case asks for, whatever the data will be."""
    rules.mode_fits_phase(act, standing, mode)
    if mode == "joint_declaration" and act.party is not None:
        performing.step_concerns_party(act, standing.current())
        performing.agrees_once(act, state.agreed.get(("end", ""), ()))
    elif mode == "settled":
        rules.settlement_is_executed(act, standing)
    elif mode == "party_withdrawal":
        rules.a_party_has_left(act, standing)
    elif mode == "time_limit":
        rules.time_limit_has_passed(act, standing)
    elif mode == "no_mediator":
        rules.no_mediator_is_appointed(act, standing)


def to_issue_document(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for an end."""
    rules.case_has_ended(act, state, standing)


def to_close_case(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for an end, its closing document, and what the profile wants done by then."""
    rules.case_has_ended(act, state, standing)
    rules.closing_document_is_issued(act, state, standing)
    rules.caucuses_are_counted(act, standing)
    rules.recordings_are_destroyed(act, standing)


def to_report_settlement(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask that no settlement be on record."""
    rules.settlement_is_reported_once(act, state, standing)


def to_agree_on_settlement(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for an executed settlement that concerns the actor."""
    rules.settlement_is_executed(act, standing)
    performing.step_concerns_party(act, standing.current())


def to_end_monitoring(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for monitoring that runs, which the actor has not yet agreed to end."""
    performing.monitoring_runs(act, state)
    performing.step_concerns_party(act, standing.current())
    performing.agrees_once(act, state.agreed.get(("end_of_monitoring", ""), ()))


def to_agree_cure(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for a breach that is reported, of an obligation that concerns the actor."""

    def check(obligation: Obligation) -> None:
        performing.breach_is_reported(act, state, obligation)
        performing.step_concerns_party(act, (obligation.obligor, obligation.obligee))

    _one_obligation(act, standing, check)


def to_report_performance(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for something the actor owes."""
    _one(act, state, standing, performing.actor_is_obligor, performing.obligation_is_open)


def to_judge_performance(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for something owed to the actor that is reported as performed."""
    _one(act, state, standing, performing.actor_is_obligee, performing.performance_is_reported)


def to_report_breach(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for something that is due and not performed, and an actor who may say so."""
    performing.reporter_is_party_or_monitor(act, state)

    def check(obligation: Obligation) -> None:
        performing.obligation_is_in_force(act, obligation)
        performing.obligation_is_due(act, state, obligation)
        performing.obligation_is_open(act, state, obligation)

    _one_obligation(act, standing, check)


def to_answer_breach(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for a breach reported of something the actor owes."""
    _one(act, state, standing, performing.actor_is_obligor, performing.breach_is_reported)


def to_give_up(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for something owed to the actor that is open."""
    _one(act, state, standing, performing.actor_is_obligee, performing.obligation_is_open)


def to_discharge(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for something owed to the actor that is not done."""
    _one(act, state, standing, performing.actor_is_obligee, performing.obligation_is_not_done)


def _one(
    act: Act[Any],
    state: FollowUp,
    standing: Standing,
    is_whose: Callable[[Act[Any], Obligation], None],
    is_where: Callable[[Act[Any], FollowUp, Obligation], None],
) -> None:
    """Ask for an obligation in force, of a certain party, that stands at a certain place."""

    def check(obligation: Obligation) -> None:
        performing.obligation_is_in_force(act, obligation)
        is_whose(act, obligation)
        is_where(act, state, obligation)

    _one_obligation(act, standing, check)


def _one_obligation(act: Act[Any], standing: Standing, check: Callable[[Obligation], None]) -> None:
    needs = "a settlement executed"
    one_will_do(act, standing.obligations.values(), check, "obligation", needs)
