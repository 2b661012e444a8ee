"""The commands before anybody has asked: notice a need, offer good offices, answer the offer."""

from typing import Any, ClassVar

from msgspec import field

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import content_is_erased, own, own_party
from ledger.envelope import opened
from ledger.instants import parse_instant
from ledger.intake.events import MediationRequested
from ledger.intake.offer_events import (
    GoodOfficesAccepted,
    GoodOfficesDeclined,
    GoodOfficesOffered,
    NeedIdentified,
    Noticer,
)
from ledger.intake.rules import Decide, names_are_of_parties, parties_are_distinct
from ledger.intake.state import Intake
from ledger.parties import Phase, Standing
from ledger.reasons import reasons_given
from ledger.terms import Instant, Name, PartyId, Words

BEFORE_REGISTRATION = frozenset({Phase.NONE, Phase.REQUESTED})


@rule("refuse")
def good_offices_are_offered_once(act: Act[Any], state: Intake) -> None:  # noqa: ARG001 - a rule takes the act
    """Good offices are offered once in a case."""
    if state.offer is not None:
        raise Broken(f"good offices were offered to {', '.join(state.offer.parties)}")


@rule("refuse")
def offer_ends_after_it_begins(act: Act[Any], open_until: str | None) -> None:
    """An offer stands open for some time."""
    if open_until is not None and parse_instant(open_until, "data.open_until") <= act.when:
        raise Broken(f"it would stand open until {open_until}", "a later end")


@rule("refuse")
def offer_is_made_to_party(act: Act[Any], state: Intake) -> None:
    """Only to whom good offices were offered answers the offer, and once."""
    if state.offer is None or act.party not in state.offer.parties:
        raise Broken(f"no good offices were offered to {act.party}", "offer-good-offices")
    consent = state.parties[act.party].consent
    if consent != "none":
        raise Broken(f"{act.party} has answered: its consent is {consent}")


@rule("refuse")
def offer_is_open(act: Act[Any], state: Intake) -> None:
    """An offer is taken up while it stands open."""
    until = None if state.offer is None else state.offer.open_until
    if until is not None and act.when > parse_instant(until):
        raise Broken(f"the offer stood open until {until}", "a new offer, or a request")


class NoteNeed(Command, frozen=True, kw_only=True, tag="note-need"):
    """Note that a dispute could do with good offices; opens a case of the institution's own.

    Attributes:
        noticed_by: Who noticed: a party, a third party, the institution.
    """

    by = ("registry", "authority")
    during = frozenset({Phase.NONE})
    opens = True
    example: ClassVar[dict[str, Any]] = {
        "noticed_by": "institution",
        "summary": "Two ports quarrel in public over the pilots of one fairway.",
    }
    noticed_by: Noticer
    summary: Words


class OfferGoodOffices(Command, frozen=True, kw_only=True, tag="offer-good-offices"):
    """Offer good offices where a need was noticed; nobody has to answer.

    Attributes:
        parties: To whom.
        names: What each party is called, by id.
        open_until: Last instant to accept, None where the offer stands open.
        not_unfriendly: Whether it says of itself that it is not an unfriendly act.
    """

    by = ("registry", "authority")
    during = frozenset({Phase.NONE})
    occasions = (own(good_offices_are_offered_once),)
    example: ClassVar[dict[str, Any]] = {
        "parties": ["A", "B"],
        "names": {"A": "Port of Brevik", "B": "Port of Larvik"},
        "title": "Pilots of the fairway",
        "dispute": "Whose pilots board ships off the cape.",
        "terms": "At no charge to either port; a table, two rooms and a chair.",
        "open_until": "2026-12-31T23:59:59+01:00",
    }
    parties: tuple[PartyId, ...]
    title: Name
    dispute: Words
    names: dict[PartyId, Name] = field(default_factory=dict)
    terms: Words | None = None
    open_until: Instant | None = None
    not_unfriendly: bool = True


class AcceptGoodOffices(Command, frozen=True, kw_only=True, tag="accept-good-offices"):
    """Take an offer of good offices up; the first to do so thereby asks for the mediation."""

    by = ("party",)
    during = BEFORE_REGISTRATION
    occasions = (own(offer_is_made_to_party), own(offer_is_open))
    example: ClassVar[dict[str, Any]] = {"aim": "One roster of pilots."}
    aim: Words | None = None


class DeclineGoodOffices(Command, frozen=True, kw_only=True, tag="decline-good-offices"):
    """Not take an offer of good offices up; reasons stay at the party's desk."""

    by = ("party",)
    during = BEFORE_REGISTRATION
    occasions = (own(offer_is_made_to_party),)
    example: ClassVar[dict[str, Any]] = {"reasons": "We talk to them ourselves."}
    reasons: Words | None = None


def note_need(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[NoteNeed],
) -> Decision:
    """Note a need, for the institution alone; nothing refuses it but that no case is named."""
    assert act.number is not None, "a case that opens has a number reserved"
    need = NeedIdentified(
        number=act.number, noticed_by=act.data.noticed_by, summary=act.data.summary
    )
    return [Placed("registry", need)]


def offer_good_offices(
    state: Intake,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[OfferGoodOffices],
) -> Decision:
    """Offer good offices to parties, who read the common record from here on.

    Raises:
        RuleViolation: good_offices_are_offered_once, parties_are_distinct, names_are_of_parties,
            offer_ends_after_it_begins.
        DecodeError: `open_until` is no instant.
    """
    data = act.data
    good_offices_are_offered_once(act, state)
    parties_are_distinct(act, data.parties)
    names_are_of_parties(act, data.names, data.parties)
    offer_ends_after_it_begins(act, data.open_until)
    assert state.number is not None, "a case without a request began with a need"
    offered = GoodOfficesOffered(
        number=state.number,
        parties=data.parties,
        open_until=data.open_until,
        not_unfriendly=data.not_unfriendly,
        title=data.title,
        names=dict(data.names),
        dispute=data.dispute,
        terms=data.terms,
    )
    return [Placed("joint", offered)]


def accept_good_offices(
    state: Intake,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[AcceptGoodOffices],
) -> Decision:
    """Accept an offer; the first acceptance is filed as the request, at the party's desk.

    Raises:
        RuleViolation: offer_is_made_to_party, offer_is_open, content_is_erased.
    """
    offer_is_made_to_party(act, state)
    offer_is_open(act, state)
    party, first = own_party(act), state.requester() is None
    accepted = Placed("joint", GoodOfficesAccepted(party=party, requesting=first))
    return [accepted, *([_request(state, act, party)] if first else [])]


def _request(state: Intake, act: Act[AcceptGoodOffices], party: str) -> Placed:
    """File as a request what the offer said."""
    assert state.offer is not None, "offer_is_made_to_party asked for it"
    assert state.offer_ref is not None, "an offer has a place"
    offer = act.open(state.offer_ref)
    assert isinstance(offer, GoodOfficesOffered), "the reference is the offer's"
    content_is_erased(act, offer.title, "the offer")
    others = tuple(p for p in offer.parties if p != party)
    request = MediationRequested(
        number=offer.number,
        requester=party,
        parties=(party, *others),
        title=opened(offer.title, ""),
        names=opened(offer.names, {}),
        dispute=opened(offer.dispute, ""),
        aim=act.data.aim,
    )
    return Placed(f"desk:{party}", request)


def decline_good_offices(
    state: Intake,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[DeclineGoodOffices],
) -> Decision:
    """Decline an offer; where fewer than two are left, the offer has come to nothing.

    Raises:
        RuleViolation: offer_is_made_to_party.
    """
    offer_is_made_to_party(act, state)
    party = own_party(act)
    return [
        Placed("joint", GoodOfficesDeclined(party=party)),
        *reasons_given(f"desk:{party}", GoodOfficesDeclined, act.data.reasons),
    ]


DECIDE: dict[type[Command], Decide] = {
    NoteNeed: note_need,
    OfferGoodOffices: offer_good_offices,
    AcceptGoodOffices: accept_good_offices,
    DeclineGoodOffices: decline_good_offices,
}
