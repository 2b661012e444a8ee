"""Hold the rules that several parts of the procedure share."""

from collections.abc import Callable, Container, Iterable, Sized
from dataclasses import replace
from typing import Any, TypeVar

from msgspec import UNSET, structs

from ledger.act import Act, Broken, Occasion, rule
from ledger.errors import RuleViolation
from ledger.instants import parse_instant
from ledger.parties import Power, Standing

T = TypeVar("T")


@rule("refuse")
def party_is_known(act: Act[Any], standing: Standing, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a party of the case can be named."""
    if party not in standing.parties:
        known = ", ".join(standing.parties) or "none yet"
        raise Broken(f"{party} is not a party of this case", f"one of: {known}")


@rule("irregular")
def party_has_consented(act: Act[Any], standing: Standing) -> None:
    """A party takes part only while its consent stands."""
    if act.party is None:
        return
    party = standing.parties.get(act.party)
    if party is None or party.consent not in ("consented", "conditional"):
        state = "not given" if party is None else party.consent
        raise Broken(
            f"the consent of {act.party} is {state}", "consent of the party (give-consent)"
        )


@rule("irregular")
def mandate_is_active(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """The talks need a mediator whose mandate is active."""
    if standing.mandate.status != "active" and not standing.taken_over:
        raise Broken(
            f"the mediator's mandate is {standing.mandate.status}",
            "a mediator appointed and not suspended",
        )


@rule("irregular")
def talks_are_not_suspended(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """No session begins while the talks rest for a deposit that is not paid."""
    if standing.suspended:
        raise Broken("the talks are suspended until a deposit is paid", "pay-deposit")


@rule("irregular")
def inquiry_follows_change_of_persons(act: Act[Any], standing: Standing) -> None:
    """Who came since the mediators took office is inquired into before they go on (I-3)."""
    waiting = [
        person
        for person, ends in standing.uninquired.items()
        if ends is None or parse_instant(ends) >= act.when
    ]
    if waiting and not standing.taken_over:
        names = ", ".join(waiting)
        raise Broken(
            f"the mediators have not inquired into their ties to {names}",
            f"complete-inquiry of each mediator, `concerning` {names}",
        )


@rule("refuse")
def actor_is_mediator(act: Act[Any], standing: Standing) -> None:
    """Only a mediator under the current mandate acts as the mediator."""
    if act.role == "mediator" and act.actor not in standing.mandate.mediators:
        raise Broken(f"{act.actor} holds no mandate in this case", "an appointed mediator")


@rule("refuse")
def representative_is_not_mediator(act: Act[Any], standing: Standing, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody speaks for a party in a dispute it mediates."""
    if person in standing.mandate.mediators:
        raise Broken(f"{person} mediates this case", "another person, or the end of its mandate")


@rule("refuse")
def actor_has_power(act: Act[Any], standing: Standing, power: Power) -> None:
    """A representative does only what its authority allows; a party itself may do all."""
    if act.party is None or act.actor == f"party:{act.party}":
        return
    authority = standing.authorities.get((act.party, act.actor))
    if authority is None or power not in authority.powers:
        raise Broken(
            f"{act.actor} has no power to {power} for {act.party}",
            f"authority of {act.party} with the power `{power}` (authorise-representative)",
        )


@rule("refuse")
def id_is_new(act: Act[Any], taken: Container[object], key: object, name: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A name is given once."""
    if key in taken:
        raise Broken(f"{name} is already taken here", "another id, or none to have the next number")


@rule("refuse")
def content_is_erased(act: Act[Any], value: object, what: str) -> None:  # noqa: ARG001 - a rule takes the act
    """What a rule has to read has not been erased."""
    if value is UNSET:
        raise Broken(f"the content of {what} was erased", "the same, recorded anew")


@rule("refuse")
def caucus_is_read_by_whoever_enters(act: Act[Any], room: str) -> None:
    """Nothing is entered in a caucus by somebody who does not read it."""
    if room not in act.rooms:
        raise Broken(f"whoever enters it does not read {room}", "the party or the mediator")


@rule("refuse")
def second_person_is_known(act: Act[Any], approved_by: str) -> None:
    """A second person is one the institution entrusts with its record, where it named any."""
    if act.operators and approved_by not in act.operators:
        raise Broken(
            f"the institution does not know {approved_by}",
            "`approved_by` an operator of the institution, as `person:<name>`",
        )


@rule("refuse")
def there_is_something_to_act_on(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    things: Sized,
    what: str,
    needs: str = "",
) -> None:
    """An act about a thing needs such a thing."""
    if not len(things):
        raise Broken(f"there is no {what}", needs)


def own(check: Callable[[Act[Any], Any], None]) -> Occasion:
    """Let `next` ask a rule about a part's own state that needs no data."""

    def asked(act: Act[Any], state: object, standing: Standing) -> None:  # noqa: ARG001 - of the part alone
        check(act, state)

    return asked


def known(check: Callable[[Act[Any], Standing], None]) -> Occasion:
    """Let `next` ask a rule about what the parts know of each other that needs no data."""

    def asked(act: Act[Any], state: object, standing: Standing) -> None:  # noqa: ARG001 - of the standing alone
        check(act, standing)

    return asked


def one_will_do(
    act: Act[Any],
    things: Iterable[T],
    check: Callable[[T], None],
    what: str,
    needs: str = "",
) -> None:
    """Ask, the latest first, whether there is a thing that an act could be about.

    Args:
        act: The act.
        things: What there is, the latest last.
        check: Asks the rules for one of them.
        what: What is missing where there is none: "open caucus".
        needs: What would bring one.

    Raises:
        RuleViolation: there_is_something_to_act_on; what speaks against the latest, where none
            will do.
    """
    latest_first = tuple(things)[::-1]
    there_is_something_to_act_on(act, latest_first, what, needs)
    against: RuleViolation | None = None
    for thing in latest_first:
        try:
            return check(thing)
        except RuleViolation as refusal:
            against = against or refusal
    assert against is not None, "a thing that will not do was refused"
    raise against


@rule("refuse")
def erasure_has_legal_basis(act: Act[Any], result: str, ground: object, basis: object) -> None:  # noqa: ARG001 - a rule takes the act
    """Nothing is erased without a legal basis, in a word and in words."""
    if result != "refused" and not (ground and basis):
        raise Broken("it names no legal basis", "`ground` and `basis`")


@rule("refuse")
def keeping_is_reasoned(act: Act[Any], result: str, reasons: object, kept: object) -> None:  # noqa: ARG001 - a rule takes the act
    """What is not erased although it was asked for is kept for a reason that is told."""
    if result != "granted" and not reasons:
        raise Broken("it does not say why something is kept", "`reasons`")
    if (result == "partly") != bool(kept):
        raise Broken("what is kept is named where, and only where, a part is granted", "`kept`")


def naming(act: Act[Any], **fields: object) -> Act[Any]:
    """Return an act whose data names a thing, for rules that speak of it."""
    return replace(act, data=structs.replace(act.data, **fields))


def own_party(act: Act[Any]) -> str:
    """Name the party that acts, in a command that parties alone may give."""
    assert act.party is not None, "a party acts"
    return act.party
