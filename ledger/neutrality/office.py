"""The rules for taking office as a mediator (I-2)."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.instants import parse_instant
from ledger.neutrality.accepting import acceptance_date, accepted_in_time
from ledger.neutrality.rules import mediator_is_not_a_representative, window
from ledger.neutrality.state import Disclosure, Neutrality
from ledger.parties import Standing


@rule("refuse")
def mediators_are_distinct(act: Act[Any], persons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A person holds one seat."""
    if len(set(persons)) < len(persons):
        raise Broken(f"{', '.join(persons)} names a person twice")


@rule("refuse")
def no_mandate_yet(act: Act[Any], state: Neutrality) -> None:  # noqa: ARG001 - a rule takes the act
    """The first mediator is appointed once."""
    if state.mandate.number:
        raise Broken(
            f"mandate {state.mandate.number} is {state.mandate.status}", "appoint-successor"
        )


@rule("refuse")
def mandate_is_vacant(act: Act[Any], state: Neutrality) -> None:  # noqa: ARG001 - a rule takes the act
    """A successor follows a mandate that has ended."""
    if state.mandate.status != "ended":
        raise Broken(f"the mandate is {state.mandate.status}", "the end of the mandate before it")


@rule("irregular")
def number_is_allowed(act: Act[Any], persons: tuple[str, ...]) -> None:
    """There are as many mediators as the profile allows, and its usual number unless all chose."""
    number = act.profile.number
    allowed = number.allowed if act.data.method == "joint" else (number.default,)
    if len(persons) not in allowed:
        raise Broken(f"{len(persons)} mediators", f"one of: {', '.join(map(str, allowed))}")


@rule("irregular")
def authority_may_appoint(act: Act[Any], standing: Standing) -> None:
    """The authority appoints where the profile lets it be asked, once the parties' time is over."""
    if act.data.method != "authority":
        return
    if act.profile.appointment.then_authority_on_request_of == "nobody":
        raise Broken("under the profile nobody may ask the authority", "the parties' own choice")
    own = standing.deadlines.running("appointment.parties_within")
    if own is not None and parse_instant(own.due) >= act.when:
        raise Broken(f"the parties' time to agree runs to {own.on}", "its end, or their choice")


@rule("refuse")
def no_objection_is_open(act: Act[Any], state: Neutrality, persons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody is appointed while an objection to it is open, undecided or upheld."""
    for one in state.objections.values():
        if one.person in persons and one.outcome in (None, "upheld", "moot"):
            how = "undecided" if one.outcome == "moot" else one.outcome or "open"
            needs = "its rejection" if one.outcome is None else "another person"
            raise Broken(f"{one.objection_id} against {one.person} is {how}", needs)


@rule("refuse")
def no_conflict_bars(act: Act[Any], state: Neutrality, persons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A conflict that cannot be waived bars an appointment."""
    for one in _disclosed(state, persons):
        if one.category == "non_waivable":
            raise Broken(f"{one.disclosure_id} of {one.person} cannot be waived", "another person")


@rule("refuse")
def conflicts_are_waived_by_all(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Neutrality,
    standing: Standing,
    persons: tuple[str, ...],
) -> None:
    """A waivable conflict needs an express waiver of every current party; silence is none."""
    for one in _disclosed(state, persons):
        missing = [party for party in standing.current() if party not in one.waived]
        if one.category == "waivable" and missing:
            raise Broken(
                f"{', '.join(missing)} has not waived {one.disclosure_id}",
                "an express waiver (waive-conflict)",
            )


@rule("irregular")
def mediator_was_nominated(act: Act[Any], state: Neutrality, persons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """Somebody is nominated before it is appointed."""
    missing = [person for person in persons if person not in state.named()]
    if missing:
        raise Broken(f"{', '.join(missing)} is not nominated", "nominate-mediator")


@rule("irregular")
def inquiry_is_complete(act: Act[Any], state: Neutrality, persons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """Somebody inquires into its conflicts before it is appointed."""
    for person in persons:
        nominee = state.nominees.get(person)
        if nominee is None or nominee.inquiry is None:
            raise Broken(f"{person} has completed no conflict inquiry", "complete-inquiry")


@rule("irregular")
def neutrality_is_declared(act: Act[Any], state: Neutrality, persons: tuple[str, ...]) -> None:
    """Somebody declares what the profile asks before it is appointed."""
    requires = act.profile.acceptance.requires
    needed = {"signed_declaration": "impartiality", "availability": "availability"}
    for person in persons:
        nominee = state.nominees.get(person)
        covers = () if nominee is None else nominee.covers
        missing = [what for key, what in needed.items() if key in requires and what not in covers]
        if missing:
            raise Broken(
                f"{person} has not declared {' and '.join(missing)}", "declare-impartiality"
            )


@rule("irregular")
def acceptance_is_in_time(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Neutrality,
    standing: Standing,
    persons: tuple[str, ...],
) -> None:
    """Somebody who is asked to mediate accepts in the time the profile gives."""
    for person in persons:
        nominee = state.nominees.get(person)
        asked = acceptance_date(standing, person)
        if nominee is None or asked is None or accepted_in_time(nominee, asked):
            continue
        if nominee.declared is not None:
            raise Broken(
                f"{person} accepted after {asked.on}",
                "the nomination lapsed (treat-nomination-as-lapsed) and made anew",
            )


@rule("irregular")
def conflicts_are_answered(act: Act[Any], state: Neutrality, persons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """Somebody discloses, or declares to know of nothing, before it is appointed."""
    for person in persons:
        nominee = state.nominees.get(person)
        if not state.disclosed_by(person) and (nominee is None or nominee.no_conflict is None):
            raise Broken(
                f"{person} neither disclosed nor declared to know of nothing",
                "disclose-conflict or declare-no-conflict",
            )


@rule("irregular")
def disclosures_are_delivered(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Neutrality,
    standing: Standing,
    persons: tuple[str, ...],
) -> None:
    """What was disclosed reaches every party before an appointment."""
    for one in _disclosed(state, persons):
        missing = [party for party in standing.current() if party not in one.delivered]
        if missing:
            raise Broken(
                f"{one.disclosure_id} was not delivered to {', '.join(missing)}",
                "deliver-disclosure",
            )


@rule("irregular")
def objection_time_is_over(
    act: Act[Any], state: Neutrality, standing: Standing, persons: tuple[str, ...]
) -> None:
    """An appointment waits until the time to object is over or each party has waived."""
    for one in _disclosed(state, persons):
        for party in standing.current():
            running = standing.deadlines.running("objection", about=window(one, party))
            if running is not None and act.when <= parse_instant(running.due):
                raise Broken(
                    f"{party} may object to {one.disclosure_id} until {running.on}",
                    "that day to pass, or a waiver",
                )


@rule("irregular")
def fee_terms_are_accepted(
    act: Act[Any], state: Neutrality, standing: Standing, persons: tuple[str, ...]
) -> None:
    """Every party accepts what a mediator is paid before it acts."""
    if "fee_terms_accepted_by_all" not in act.profile.acceptance.requires:
        return
    for person in persons:
        nominee = state.nominees.get(person)
        accepted = frozenset[str]() if nominee is None else nominee.fee_terms
        missing = [party for party in standing.current() if party not in accepted]
        if missing:
            raise Broken(
                f"{', '.join(missing)} has not accepted the fee terms of {person}",
                "accept-fee-terms",
            )


@rule("irregular")
def number_is_as_set(act: Act[Any], state: Neutrality, persons: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """There are as many mediators as was set."""
    if state.number is not None and len(persons) != state.number:
        raise Broken(f"{len(persons)} mediators, {state.number} were set", f"{state.number}")


def may_take_office(
    state: Neutrality,
    standing: Standing,
    act: Act[Any],
    persons: tuple[str, ...],
    beside: tuple[str, ...] = (),
) -> None:
    """Check persons before they take office, beside others who stay there.

    The steps that lead there are not asked of a reported appointment in a case that began
    elsewhere: they are not in our record, which is not to say that they were left out.

    Raises:
        RuleViolation: mediators_are_distinct, mediator_is_not_a_representative,
            no_objection_is_open, no_conflict_bars, conflicts_are_waived_by_all, number_is_allowed,
            number_is_as_set, authority_may_appoint, mediator_was_nominated, inquiry_is_complete,
            neutrality_is_declared, acceptance_is_in_time, conflicts_are_answered,
            disclosures_are_delivered, objection_time_is_over, fee_terms_are_accepted.
    """
    mediators_are_distinct(act, (*beside, *persons))
    for person in persons:
        mediator_is_not_a_representative(act, standing, person)
    no_objection_is_open(act, state, persons)
    no_conflict_bars(act, state, persons)
    conflicts_are_waived_by_all(act, state, standing, persons)
    number_is_allowed(act, (*beside, *persons))
    if not beside:
        number_is_as_set(act, state, persons)
    authority_may_appoint(act, standing)
    if standing.taken_over and act.reported:
        return
    mediator_was_nominated(act, state, persons)
    inquiry_is_complete(act, state, persons)
    neutrality_is_declared(act, state, persons)
    acceptance_is_in_time(act, state, standing, persons)
    conflicts_are_answered(act, state, persons)
    disclosures_are_delivered(act, state, standing, persons)
    objection_time_is_over(act, state, standing, persons)
    fee_terms_are_accepted(act, state, standing, persons)


def _disclosed(state: Neutrality, persons: tuple[str, ...]) -> tuple[Disclosure, ...]:
    return tuple(one for one in state.disclosures.values() if one.person in persons)
