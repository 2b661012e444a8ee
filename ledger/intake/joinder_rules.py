"""The rules of joining a mediation, coming back to it and being let go."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.common_rules import one_will_do, own_party
from ledger.intake.joinder_events import Access
from ledger.intake.joinders import Joinder
from ledger.intake.state import Intake
from ledger.parties import Standing

FEWEST_PARTIES = 2
LEFT = ("declined", "withdrawn", "released")


@rule("refuse")
def joinder_is_asked_by_whoever_takes_part(act: Act[Any], standing: Standing, joiner: str) -> None:
    """A party that left asks to come back itself; others are brought in by who takes part."""
    if act.party is None or act.party in standing.current() or act.party == joiner:
        return
    raise Broken(f"{act.party} takes no part", "a party that does, or the mediator")


@rule("refuse")
def joiner_takes_no_part_yet(act: Act[Any], standing: Standing, joiner: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only who takes no part can join."""
    known = standing.parties.get(joiner)
    if known is not None and known.consent not in LEFT:
        raise Broken(f"{joiner} is a party; its consent is {known.consent}")


@rule("refuse")
def joinder_is_not_pending(act: Act[Any], state: Intake, joiner: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A joinder is asked for once at a time."""
    if joiner in state.joining():
        raise Broken(f"the joinder of {joiner} is being decided", "its outcome")


@rule("refuse")
def returning_party_reads_what_it_missed(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    joiner: str,
    access: Access,
) -> None:
    """Who comes back reads what went on meanwhile; all agree to that with its return."""
    if joiner in standing.parties and access != "full_history":
        raise Broken(f"{joiner} was a party before", "access `full_history`")


@rule("refuse")
def joinder_is_pending(act: Act[Any], state: Intake, joiner: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a joinder that was asked for and is not decided can be answered."""
    known = state.joinders.get(joiner)
    if known is None:
        raise Broken(f"nobody asked that {joiner} join", "request-joinder")
    if known.outcome is not None:
        raise Broken(f"the joinder of {joiner} is over: {known.outcome}", "request-joinder anew")


@rule("refuse")
def joinder_is_answered_once(act: Act[Any], joinder: Joinder, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Each party agrees once."""
    if party in joinder.agreed:
        raise Broken(f"{party} has agreed already")


@rule("refuse")
def answer_is_a_partys(act: Act[Any], standing: Standing, joiner: str) -> None:
    """Each party that takes part answers for itself, and the joiner too."""
    if act.party is not None and act.party not in (*standing.current(), joiner):
        raise Broken(f"{act.party} takes no part", f"one of: {', '.join(standing.current())}")


@rule("refuse")
def joinder_is_agreed_by_all(act: Act[Any], standing: Standing, joinder: Joinder) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody joins unless every party agreed, and the joiner itself."""
    missing = [p for p in (*standing.current(), joinder.party) if p not in joinder.agreed]
    if missing:
        raise Broken(f"{', '.join(missing)} has not agreed", "consent-joinder of each")


@rule("refuse")
def joiner_accepts_the_terms(act: Act[Any], standing: Standing, joinder: Joinder) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody reads on before it is bound by the confidentiality terms."""
    if standing.terms_in_force and not joinder.accepts_terms:
        needs = "its own consent-joinder with `accepts_terms`"
        raise Broken(f"{joinder.party} has not accepted the confidentiality terms", needs)


@rule("refuse")
def inquiry_covers_the_joiner(act: Act[Any], standing: Standing, joinder: Joinder) -> None:  # noqa: ARG001 - a rule takes the act
    """The mediators inquire into their ties to a new party before it gets access (I-3)."""
    done = standing.inquired.get(joinder.party)
    if standing.mandate.mediators and (done is None or done < joinder.asked):
        needs = f"complete-inquiry of each mediator, `concerning` {joinder.party}"
        raise Broken(f"no inquiry into {joinder.party} was made since it asked to join", needs)


@rule("refuse")
def conflicts_are_waived_with_the_joiner(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    joinder: Joinder,
) -> None:
    """What a mediator disclosed bars a joinder unless all, the joiner too, waived it (I-2)."""
    for one in standing.conflicts:
        missing = [p for p in (*standing.current(), joinder.party) if p not in one.waived]
        if one.category == "non_waivable":
            raise Broken(f"{one.disclosure_id} of {one.person} cannot be waived", "a successor")
        if one.category == "waivable" and missing:
            needs = "waive-conflict; for the joiner recorded by the registry"
            raise Broken(f"{', '.join(missing)} has not waived {one.disclosure_id}", needs)


@rule("refuse")
def release_is_agreed_by_all(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    agreed_by: tuple[str, ...],
) -> None:
    """A party is let go by the agreement of all, its own included."""
    missing = [party for party in standing.current() if party not in agreed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} has not agreed", "the agreement of every party")


@rule("refuse")
def released_takes_part(act: Act[Any], standing: Standing, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only who takes part is let go, and two others go on."""
    if party not in standing.current():
        raise Broken(f"{party} takes no part", f"one of: {', '.join(standing.current())}")
    if len(standing.current()) <= FEWEST_PARTIES:
        raise Broken("fewer than two parties would go on", "declare-termination")


def to_bring_in(act: Act[Any], state: Intake, standing: Standing) -> None:
    """Ask whether the actor may bring somebody in: itself where it left."""
    joinder_is_asked_by_whoever_takes_part(act, standing, act.party or "")
    if act.party is not None and act.party not in standing.current():
        joinder_is_not_pending(act, state, act.party)


def to_answer_joinder(act: Act[Any], state: Intake, standing: Standing) -> None:
    """Ask for a joinder that is open and that the actor has not answered."""

    def check(name: str) -> None:
        joinder_is_pending(act, state, name)
        answer_is_a_partys(act, standing, name)
        joinder_is_answered_once(act, state.joinders[name], act.party or name)

    one_will_do(act, state.joinders, check, "joinder asked for", "request-joinder")


def to_admit(act: Act[Any], state: Intake, standing: Standing) -> None:
    """Ask for a joinder with nothing left in its way."""

    def check(name: str) -> None:
        joinder_is_pending(act, state, name)
        may_join(act, standing, state.joinders[name])

    one_will_do(act, state.joinders, check, "joinder asked for", "request-joinder")


def to_release(act: Act[Any], state: Intake, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a party more than two."""
    one_will_do(
        act, standing.current(), lambda p: released_takes_part(act, standing, p), "party to let go"
    )


def may_join(act: Act[Any], standing: Standing, joinder: Joinder) -> None:
    """Check what must be done before somebody joins.

    Raises:
        RuleViolation: joinder_is_agreed_by_all, joiner_accepts_the_terms,
            inquiry_covers_the_joiner, conflicts_are_waived_with_the_joiner.
    """
    joinder_is_agreed_by_all(act, standing, joinder)
    joiner_accepts_the_terms(act, standing, joinder)
    inquiry_covers_the_joiner(act, standing, joinder)
    conflicts_are_waived_with_the_joiner(act, standing, joinder)


def whose_answer(act: Act[Any]) -> str:
    """Name who answers: the party that acts, or the joiner where the registry records it."""
    return act.data.joiner if act.party is None else own_party(act)
