"""The rules of selection, neutrality, challenge and mandate."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from ledger.act import Act, Broken, Decision, rule
from ledger.counting import count
from ledger.errors import DecodeError
from ledger.instants import parse_instant
from ledger.neutrality.events import Method
from ledger.neutrality.state import Disclosure, Neutrality, Objection
from ledger.parties import Entry, Standing

Decide: TypeAlias = Callable[[Neutrality, Standing, Act[Any]], Decision]

KEEPING = ("request-registered", "case-taken-over")
"""Events by which somebody shows to keep the case."""


@rule("refuse")
def joint_choice_is_recorded_by_an_office(act: Act[Any], method: Method) -> None:
    """One party speaks for itself; a choice of all is recorded by an office."""
    if act.party is not None and method != "party":
        raise Broken(f"{act.party} alone cannot record the method {method}", "the registry")


@rule("refuse")
def mediator_is_not_a_representative(act: Act[Any], standing: Standing, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody mediates a dispute in which it speaks for a party."""
    for party, representative in standing.authorities:
        if representative == person:
            raise Broken(f"{person} speaks for {party}", "another person")


@rule("refuse")
def person_is_named_once(act: Act[Any], state: Neutrality, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A person is asked once at a time."""
    nominee = state.nominees.get(person)
    if nominee is not None and nominee.seat in ("named", "appointed"):
        raise Broken(f"{person} is {nominee.seat} already")


@rule("refuse")
def actor_is_nominee(act: Act[Any], state: Neutrality) -> None:
    """A candidate acts while it is asked to mediate."""
    nominee = state.nominees.get(act.actor)
    if act.role == "candidate" and (nominee is None or nominee.seat != "named"):
        raise Broken(f"{act.actor} is not asked to mediate", "a nomination (nominate-mediator)")


@rule("refuse")
def inquiry_period_is_a_period(act: Act[Any], since: str, until: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An inquiry covers a time that ends after it begins."""
    if until < since:
        raise Broken(f"the inquiry would cover {since} to {until}", "an end after the beginning")


@rule("irregular")
def nothing_was_disclosed(act: Act[Any], state: Neutrality) -> None:
    """Who has disclosed something does not declare to know of nothing."""
    told = [one.disclosure_id for one in state.disclosed_by(act.actor)]
    if told:
        raise Broken(f"{act.actor} disclosed {', '.join(told)}", "declare-impartiality alone")


@rule("refuse")
def disclosure_is_known(act: Act[Any], state: Neutrality, disclosure_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a disclosure on record can be delivered, objected to or waived."""
    if disclosure_id not in state.disclosures:
        known = ", ".join(state.disclosures) or "none yet"
        raise Broken(f"there is no disclosure {disclosure_id}", f"one of: {known}")


@rule("refuse")
def step_is_taken_once(act: Act[Any], done: frozenset[str], party: str, step: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Delivery, acknowledgement and waiver are recorded once for each party."""
    if party in done:
        raise Broken(f"{step} for {party} is on record")


@rule("irregular")
def disclosure_was_delivered(act: Act[Any], disclosure: Disclosure, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A party acknowledges or waives what has been delivered to it."""
    if party not in disclosure.delivered:
        raise Broken(
            f"{disclosure.disclosure_id} was not delivered to {party}",
            "delivery (deliver-disclosure)",
        )


@rule("refuse")
def conflict_is_waivable(act: Act[Any], disclosure: Disclosure) -> None:  # noqa: ARG001 - a rule takes the act
    """Some conflicts no consent can cure."""
    if disclosure.category == "non_waivable":
        raise Broken(f"{disclosure.disclosure_id} cannot be waived", "another mediator")


@rule("refuse")
def person_serves_the_case(act: Act[Any], state: Neutrality, person: str | None) -> None:  # noqa: ARG001 - a rule takes the act
    """One objects to somebody who is asked to mediate or mediates."""
    if person in state.staff:
        return
    nominee = state.nominees.get(person or "")
    if nominee is None or nominee.seat not in ("named", "appointed"):
        serving = [n.person for n in state.nominees.values() if n.seat in ("named", "appointed")]
        needs = f"one of: {', '.join(serving) or 'nobody yet'}"
        raise Broken(f"{person or 'nobody named'} does not serve this case", needs)


@rule("irregular")
def objection_is_in_time(act: Act[Any], standing: Standing, about: str) -> None:
    """An objection comes within the time that began with the disclosure."""
    deadline = standing.deadlines.latest("objection", about=about)
    if deadline is not None and act.when > parse_instant(deadline.due):
        raise Broken(f"the time to object ended on {deadline.on}", "a challenge, on a new ground")


@rule("refuse")
def objection_is_open(act: Act[Any], state: Neutrality, objection_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an open objection or challenge can be withdrawn or decided."""
    objection = state.objections.get(objection_id)
    if objection is None:
        raise Broken(f"there is no {objection_id}", f"one of: {', '.join(state.objections)}")
    if objection.outcome is not None:
        raise Broken(f"{objection_id} is {objection.outcome}")


@rule("refuse")
def objection_is_ones_own(act: Act[Any], objection: Objection) -> None:
    """Who objected takes the objection back."""
    if act.party != objection.party:
        raise Broken(f"{objection.party} raised {objection.objection_id}", objection.party)


@rule("irregular")
def fee_terms_concern_nominees(act: Act[Any], state: Neutrality, persons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """Fee terms are those of persons who are asked to mediate."""
    strangers = [person for person in persons if person not in state.named()]
    if strangers or not persons:
        raise Broken(
            f"{', '.join(strangers) or 'nobody'} is asked to mediate at present",
            f"one of: {', '.join(state.named()) or 'nobody yet'}",
        )


@rule("refuse")
def challenged_is_mediator(act: Act[Any], state: Neutrality, person: str | None) -> None:  # noqa: ARG001 - a rule takes the act
    """A challenge is against a mediator in office."""
    if person not in state.mandate.mediators:
        holding = ", ".join(state.mandate.mediators) or "nobody"
        raise Broken(f"{person or 'nobody named'} holds no mandate", f"one of: {holding}")


@rule("irregular")
def challenge_is_in_time(act: Act[Any], known_since: str | None) -> None:
    """A challenge comes within the profile's time from when its ground was known."""
    challenge = act.profile.challenge
    if known_since is None:
        return
    begun = parse_instant(known_since, "data.known_since")
    if challenge.within_days is None or challenge.from_event != "ground_known":
        return
    due = count(begun, challenge.within_days, act.profile.counting, "knowledge of the ground")
    if act.when > due.at:
        raise Broken(f"the time to challenge ended on {due.on}: {due.arithmetic}")


@rule("refuse")
def body_is_the_profiles(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the standing
    """The appointing authority decides itself only where the profile leaves it no other body."""
    if act.role == "authority" and act.profile.challenge.decided_by == "challenge_body":
        raise Broken("under the profile a body of its own decides", "the challenge body")


@rule("refuse")
def decider_is_independent(act: Act[Any], standing: Standing, objection: Objection) -> None:
    """Who decides neither mediates, nor filed it, nor keeps the case, nor serves a party."""
    entries = standing.entries
    kept = [entry for entry in entries.values() if entry.tag in KEEPING]
    filed = [entries[objection.ref]] if objection.ref in entries else []
    bound = {name for entry in (*kept, *filed) for name in (entry.entered_by, entry.actor)}
    bound |= {person for _, person in standing.authorities}
    bound |= {objection.person, *standing.mandate.mediators}
    named = sorted({act.actor, act.entered_by} & bound)
    if named:
        raise Broken(
            f"{named[0]} keeps the case, filed {objection.objection_id} or takes part in it",
            "somebody else to decide, at its own keyboard",
        )


@rule("irregular")
def challenge_could_be_answered(
    act: Act[Any], state: Neutrality, standing: Standing, objection: Objection
) -> None:
    """A challenge is decided once the mediator answered it, or its time to do so is over."""
    days = act.profile.challenge.answer_within_days
    entry = standing.entries.get(objection.ref)
    answered = objection.person in state.answered.get(objection.objection_id, ())
    if not objection.challenge or days is None or answered or entry is None:
        return
    begun = _instant_of(entry)
    if begun is None:
        return
    due = count(begun, days, act.profile.counting, "the challenge")
    if act.when <= due.at:
        needs = "answer-challenge, or that day to pass"
        raise Broken(f"{objection.person} may answer until {due.on}: {due.arithmetic}", needs)


def _instant_of(entry: Entry) -> datetime | None:
    """Say when an entry happened, None where that is no instant anything could run from."""
    try:
        return parse_instant(entry.occurred or "")
    except DecodeError:
        return None


@rule("refuse")
def party_takes_part_or_joins(act: Act[Any], standing: Standing, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A disclosure concerns the parties, and whoever asked to join them."""
    if party not in standing.parties and party not in standing.joining:
        known = ", ".join((*standing.parties, *standing.joining)) or "none yet"
        raise Broken(f"{party} is not a party of this case", f"one of: {known}")


@rule("refuse")
def registry_waives_for_joiners_alone(act: Act[Any], standing: Standing, party: str | None) -> None:
    """Each party waives for itself; the registry takes in the waiver of who asked to join."""
    if act.party is not None and party not in (None, act.party):
        raise Broken(f"{act.party} cannot waive for {party}", f"{party}")
    if act.party is None and party not in standing.joining:
        joining = ", ".join(standing.joining) or "nobody"
        raise Broken(f"{party or 'nobody named'} did not ask to join", f"one of: {joining}")


@rule("refuse")
def disclosure_is_ones_own(act: Act[Any], person: str | None, office: str | None) -> None:
    """Candidates and mediators disclose their own; the registry also what its people tell it."""
    if act.role == "registry":
        return
    if person not in (None, act.actor) or office is not None:
        raise Broken(f"{act.actor} discloses as {act.role}, for itself", "the registry")


@rule("refuse")
def mandate_can_be_suspended(act: Act[Any], state: Neutrality) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an active mandate is suspended."""
    if state.mandate.status != "active":
        raise Broken(f"the mandate is {state.mandate.status}", "an active mandate")


@rule("refuse")
def mandate_is_suspended(act: Act[Any], state: Neutrality) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a suspended mandate is restored."""
    if state.mandate.status != "suspended":
        raise Broken(f"the mandate is {state.mandate.status}", "a suspended mandate")


@rule("irregular")
def no_challenge_stands(act: Act[Any], state: Neutrality) -> None:  # noqa: ARG001 - a rule takes the act
    """A mandate is not restored while a challenge is open or was upheld against who holds it."""
    for one in state.objections.values():
        holds = one.person in state.mandate.mediators
        if one.challenge and holds and one.outcome in (None, "upheld"):
            raise Broken(
                f"{one.objection_id} against {one.person} is {one.outcome or 'open'}",
                "its decision, or the end of that mandate",
            )


@rule("refuse")
def persons_hold_the_mandate(act: Act[Any], state: Neutrality, persons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A mandate ends for who holds it."""
    strangers = [person for person in persons if person not in state.mandate.mediators]
    if strangers or not persons:
        holding = ", ".join(state.mandate.mediators) or "nobody"
        raise Broken(f"{', '.join(strangers) or 'nobody'} holds the mandate", f"one of: {holding}")


def window(disclosure: Disclosure, party: str) -> str:
    """Name what a party's time to object to a disclosure is about."""
    return f"{disclosure.disclosure_id}-{party}"
