"""Say what must hold when a settlement ends, is challenged or enforced, and when help is asked."""

from collections.abc import Collection
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.common_rules import caucus_is_read_by_whoever_enters, one_will_do
from ledger.follow_up import performance_rules, rules
from ledger.follow_up.state import FollowUp
from ledger.parties import Obligation, Standing
from ledger.rooms import caucus_of


@rule("refuse")
def monitor_looked_for_conflicts(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    searched: Collection[str],
) -> None:
    """Who watches performance has looked for conflicts with every party."""
    missed = [p for p in standing.current() if p not in searched]
    if missed:
        raise Broken(f"not looked into: {', '.join(missed)}", "every current party in `searched`")


@rule("refuse")
def monitor_is_no_party(act: Act[Any], standing: Standing, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Who watches performance stands on nobody's side."""
    sides = [party for party, known in standing.authorities if known == person]
    if sides:
        raise Broken(f"{person} acts for {', '.join(sides)}", "somebody on nobody's side")


@rule("refuse")
def follow_up_is_held_by_the_monitor(act: Act[Any], state: FollowUp) -> None:
    """Where a monitor was agreed on, that person looks; else the registry does."""
    if state.monitor is not None and act.actor != state.monitor:
        raise Broken(f"the monitor is {state.monitor}", f"{state.monitor}")
    if state.monitor is None and act.role != "registry":
        raise Broken("no monitor is agreed on", "the registry, or appoint-monitor")


@rule("refuse")
def settlement_is_known(act: Act[Any], standing: Standing, settlement_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an executed settlement is ended, challenged or enforced."""
    if settlement_id not in standing.settlements:
        known = ", ".join(standing.settlements) or "none yet"
        raise Broken(f"there is no executed settlement {settlement_id}", f"one of: {known}")


@rule("irregular")
def settlement_still_stands(act: Act[Any], state: FollowUp, settlement_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """What is at an end is not ended, challenged or enforced again."""
    if settlement_id in state.after.gone:
        raise Broken(f"settlement {settlement_id} is at an end", "a settlement in force")


@rule("refuse")
def obligation_still_stands(act: Act[Any], state: FollowUp, obligation: Obligation) -> None:  # noqa: ARG001 - a rule takes the act
    """Nothing is owed under a settlement that is at an end."""
    if obligation.obligation_id in state.after.ended:
        raise Broken(
            f"{obligation.obligation_id} ended with its settlement", "an obligation in force"
        )


@rule("refuse")
def challenge_is_pending(act: Act[Any], state: FollowUp, challenge_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An outcome is recorded of a challenge that is on record and not decided."""
    known = state.after.challenges.get(challenge_id)
    if known is None:
        raise Broken(f"no challenge {challenge_id} is recorded", "challenge-settlement")
    if known.result is not None:
        raise Broken(f"challenge {challenge_id}: {known.result}", "correct-entry, if wrong")


@rule("irregular")
def breach_was_reported(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: FollowUp,
    obligations: Collection[str],
) -> None:
    """Enforcement is sought of what is reported as broken."""
    said = {name: state.of(name) for name in obligations}
    kept = [o for o, one in said.items() if not one.broken and one.heard != "in cure"]
    if kept or not obligations:
        what = ", ".join(kept) or "anything"
        raise Broken(f"no breach of {what} is reported", "report-breach")


@rule("refuse")
def enforcement_is_pending(act: Act[Any], state: FollowUp, enforcement_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Relief is granted or refused once, to somebody who sought it."""
    known = state.after.enforcements.get(enforcement_id)
    if known is None:
        raise Broken(f"no enforcement {enforcement_id} is recorded", "seek-enforcement")
    if known.result is not None:
        raise Broken(f"relief in {enforcement_id} was {known.result}", "correct-entry, if wrong")


@rule("refuse")
def assistance_is_asked(act: Act[Any], state: FollowUp, room: str, request_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Help is given to somebody who asked, once."""
    given = state.after.assistance.get((room, request_id))
    if given is None:
        raise Broken(f"no assistance {request_id} is asked for in {room}", "request-assistance")
    if given:
        raise Broken(f"assistance {request_id} was given", "a new request")


@rule("refuse")
def assistance_is_asked_where_one_reads(act: Act[Any], room: str) -> None:
    """Help is asked for before all, or in one's own caucus."""
    if room not in ("joint", caucus_of(act.party or "", act.mandate)):
        raise Broken(f"help is not asked for in {room}", "the joint room or one's own caucus")
    if room != "joint":
        caucus_is_read_by_whoever_enters(act, room)


@rule("irregular")
def part_was_performed(act: Act[Any], state: FollowUp, obligation: Obligation) -> None:  # noqa: ARG001 - a rule takes the act
    """Waiver by conduct is asserted where part was performed and accepted."""
    said = state.of(obligation.obligation_id)
    if not said.parts_confirmed:
        raise Broken(
            f"no part of {obligation.obligation_id} was confirmed", "confirm-performance of a part"
        )


@rule("refuse")
def waiver_is_asserted(act: Act[Any], state: FollowUp, obligation: Obligation) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an asserted waiver is denied, once."""
    if state.of(obligation.obligation_id).waiver != "asserted":
        raise Broken(
            f"no waiver of {obligation.obligation_id} is asserted", "assert-waiver, by who owes it"
        )


def to_appoint_monitor(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an executed settlement that concerns the actor."""
    rules.settlement_is_executed(act, standing)
    performance_rules.step_concerns_party(act, standing.current())


def to_hold_follow_up(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for monitoring that runs and is the actor's to do."""
    performance_rules.monitoring_runs(act, state)
    follow_up_is_held_by_the_monitor(act, state)


def to_speak_of_settlement(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for an executed settlement that is not at an end."""
    one_will_do(
        act,
        standing.settlements,
        lambda name: settlement_still_stands(act, state, name),
        "executed settlement",
        "a settlement executed",
    )


def to_tell_challenge(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a challenge that is not decided."""
    one_will_do(
        act,
        state.after.challenges,
        lambda name: challenge_is_pending(act, state, name),
        "challenge of a settlement",
        "challenge-settlement",
    )


def to_seek(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for a breach that is reported."""
    to_speak_of_settlement(act, state, standing)
    one_will_do(
        act,
        standing.obligations,
        lambda name: breach_was_reported(act, state, (name,)),
        "obligation",
        "a settlement executed",
    )


def to_tell_relief(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for enforcement that is sought and not decided."""
    one_will_do(
        act,
        state.after.enforcements,
        lambda name: enforcement_is_pending(act, state, name),
        "enforcement sought",
        "seek-enforcement",
    )


def to_assist(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for help that was asked for and not given."""
    one_will_do(
        act,
        state.after.assistance,
        lambda key: assistance_is_asked(act, state, *key),
        "assistance asked for",
        "request-assistance, by a party",
    )


def to_assert_waiver(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for something the actor owes and performed in part."""

    def check(obligation: Obligation) -> None:
        performance_rules.actor_is_obligor(act, obligation)
        performance_rules.obligation_is_open(act, state, obligation)
        part_was_performed(act, state, obligation)

    one_will_do(act, standing.obligations.values(), check, "obligation", "a settlement executed")


def to_deny_waiver(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for something owed to the actor of which a waiver is asserted."""

    def check(obligation: Obligation) -> None:
        performance_rules.actor_is_obligee(act, obligation)
        waiver_is_asserted(act, state, obligation)

    one_will_do(act, standing.obligations.values(), check, "obligation", "a settlement executed")
