"""Say what must hold for how a session is led."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.common_rules import one_will_do, there_is_something_to_act_on
from ledger.parties import Standing
from ledger.sessions.state import Sessions

OPTION = "option-recorded"


@rule("refuse")
def interruption_is_by_another(act: Act[Any]) -> None:
    """Nobody interrupts themselves."""
    if act.data.interrupter == act.data.speaker:
        raise Broken(f"{act.data.speaker} was speaking", "the party that spoke into the turn")


@rule("refuse")
def common_ground_is_named(act: Act[Any], state: Sessions) -> None:
    """Only common ground the mediator named is confirmed, once by each party."""
    known = state.conduct.ground.get(act.data.ground_id)
    if known is None:
        named = ", ".join(state.conduct.ground) or "identify-common-ground, by the mediator"
        raise Broken(f"there is no common ground {act.data.ground_id}", named)
    if act.party in known:
        raise Broken(f"{act.party} confirmed {act.data.ground_id}", "nothing more")


@rule("irregular")
def issues_are_listed(act: Act[Any], standing: Standing, issues: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """What is said of an issue names one of the issues listed."""
    unknown = [issue for issue in issues if issue not in standing.issues]
    if unknown and standing.issues:
        raise Broken(f"{', '.join(unknown)} is not listed", f"one of: {', '.join(standing.issues)}")


@rule("refuse")
def option_is_known_to_all(act: Act[Any], standing: Standing, ref: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an option that all parties know is brought into the talks; a confidence stays one."""
    entry = standing.entries.get(ref)
    if entry is None or entry.tag != OPTION or not ref.startswith("joint:"):
        raise Broken(
            f"{ref} is no option recorded before all", "record-option in the joint room first"
        )


@rule("refuse")
def option_is_introduced_once(act: Act[Any], state: Sessions, ref: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An option is brought in once."""
    if ref in state.conduct.introduced:
        raise Broken(f"{ref} was introduced", "another option")


@rule("refuse")
def conduct_objection_is_open(act: Act[Any], state: Sessions, objection_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An objection to conduct is answered once."""
    known = state.conduct.objections.get(objection_id)
    if known != "open":
        word = "was answered" if known else "is not raised"
        raise Broken(f"conduct objection {objection_id} {word}", "object-to-conduct, by a party")


@rule("irregular")
def session_has_ended(act: Act[Any], state: Sessions, session_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A session record is issued when the session is over."""
    status = state.sessions[session_id].status
    if status != "closed":
        raise Broken(f"session {session_id} is {status}", "the session closed (close-session)")


def to_confirm_ground(act: Act[Any], state: Sessions, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for common ground the actor has not confirmed."""
    left = [name for name, agreed in state.conduct.ground.items() if act.party not in agreed]
    there_is_something_to_act_on(act, left, "common ground to confirm", "identify-common-ground")


def to_introduce(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Ask for an option on record before all, not yet introduced."""
    known = [
        ref
        for ref, entry in standing.entries.items()
        if entry.tag == OPTION and ref.startswith("joint:")
    ]
    one_will_do(
        act,
        known,
        lambda ref: option_is_introduced_once(act, state, ref),
        "option on record before all",
        "record-option",
    )


def to_answer_objection(act: Act[Any], state: Sessions, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for an objection to conduct that is open."""
    one_will_do(
        act,
        state.conduct.objections,
        lambda name: conduct_objection_is_open(act, state, name),
        "conduct objection",
    )


def to_issue_record(act: Act[Any], state: Sessions, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a session that is over."""
    one_will_do(
        act,
        state.sessions,
        lambda name: session_has_ended(act, state, name),
        "session that was opened",
        "open-session, by the mediator",
    )
