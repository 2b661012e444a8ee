"""Decide what one side tells the mediator alone, and what of it may be told to others."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    caucus_is_read_by_whoever_enters,
    content_is_erased,
    id_is_new,
    inquiry_follows_change_of_persons,
    mandate_is_active,
    party_has_consented,
    party_is_known,
)
from ledger.parties import TALKING, Standing
from ledger.rooms import caucus_of
from ledger.sessions.caucus_events import (
    CaucusClosed,
    CaucusInformationReceived,
    CaucusNoted,
    CaucusOpened,
    DisclosureAuthorisationRevoked,
    DisclosureAuthorised,
    InformationConveyed,
    Purpose,
    ReleaseConveyed,
    Secrecy,
)
from ledger.sessions.caucus_rules import (
    authorisation_is_in_time,
    authorisation_is_known,
    authorisation_is_not_revoked,
    caucus_is_open,
    caucus_is_opened_once,
    caucus_party_is_named,
    information_is_not_conveyed_yet,
    item_is_known,
    item_is_received_in_caucus,
    recipients_are_authorised,
    recipients_are_others,
    release_is_not_over_yet,
    wording_is_as_authorised,
)
from ledger.sessions.keeping_rules import caucuses_are_not_counted_yet
from ledger.sessions.occasions import (
    to_authorise,
    to_close_caucus,
    to_convey,
    to_open_caucus,
    to_receive,
    to_revoke,
)
from ledger.sessions.passing_on import passed_on
from ledger.sessions.state import Release, Sessions
from ledger.terms import Id, Instant, PartyId, Words, next_id


class OpenCaucus(Command, frozen=True, kw_only=True, tag="open-caucus"):
    """Begin to meet one side alone."""

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active, inquiry_follows_change_of_persons)
    occasions = (to_open_caucus,)
    example: ClassVar[dict[str, Any]] = {"party": "A", "purpose": "explore"}
    party: PartyId
    purpose: Purpose = "explore"


class CloseCaucus(Command, frozen=True, kw_only=True, tag="close-caucus"):
    """End a caucus; all learn that it took place where the profile says so."""

    by = ("mediator",)
    guards = (actor_is_mediator,)
    occasions = (to_close_caucus,)
    example: ClassVar[dict[str, Any]] = {"party": "A"}
    party: PartyId


class ReceiveInCaucus(Command, frozen=True, kw_only=True, tag="receive-in-caucus"):
    """Record what one side told the mediator in confidence.

    Attributes:
        party: Whose it is, None for the party that acts.
        secrecy: What the owner said of it; nothing leaves without a release in any case.
    """

    by = ("mediator", "party")
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active, party_has_consented)
    occasions = (to_receive,)
    example: ClassVar[dict[str, Any]] = {
        "party": "A",
        "text": "We could go down to 800,000.",
        "secrecy": "ask_first",
    }
    text: Words
    party: PartyId | None = None
    item_id: Id | None = None
    secrecy: Secrecy = "ask_first"


class AuthoriseDisclosure(Command, frozen=True, kw_only=True, tag="authorise-disclosure"):
    """Let the mediator tell others certain words of what one told it.

    Attributes:
        recipients: Parties who may be told; every party, oneself included, to have it said in the
            joint room.
        valid_until: Last instant to tell it, None for no end.
    """

    by = ("party",)
    during = TALKING
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_authorise,)
    example: ClassVar[dict[str, Any]] = {
        "item_id": "C1",
        "wording": "A sees room for movement on the price.",
        "recipients": ["B"],
        "valid_until": "2026-03-27T17:00:00+01:00[Europe/Oslo]",
    }
    item_id: Id
    wording: Words
    recipients: Annotated[tuple[PartyId, ...], Meta(min_length=1)]
    authorisation_id: Id | None = None
    valid_until: Instant | None = None


class RevokeDisclosure(Command, frozen=True, kw_only=True, tag="revoke-disclosure"):
    """Take an authorisation back, before what it releases has been told."""

    by = ("party",)
    occasions = (to_revoke,)
    example: ClassVar[dict[str, Any]] = {"authorisation_id": "R1"}
    authorisation_id: Id


class ConveyInformation(Command, frozen=True, kw_only=True, tag="convey-information"):
    """Tell others the words their owner released, or what open terms let the mediator pass on.

    Attributes:
        owner: Party that released them, or told the item.
        authorisation_id: Under which release.
        item_id: What is passed on without a release, where the terms in force are not closed.
        wording: The very words of the release; of an item, its substance.
        recipients: Whom to tell, None for all who may be and have not been told.
    """

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    occasions = (to_convey,)
    example: ClassVar[dict[str, Any]] = {
        "owner": "A",
        "authorisation_id": "R1",
        "wording": "A sees room for movement on the price.",
    }
    owner: PartyId
    authorisation_id: Id | None = None
    item_id: Id | None = None
    wording: Words
    recipients: tuple[PartyId, ...] | None = None


def open_caucus(state: Sessions, standing: Standing, act: Act[OpenCaucus]) -> Decision:
    """Begin a caucus.

    Raises:
        RuleViolation: caucus_party_is_named, caucus_is_read_by_whoever_enters,
            caucus_is_opened_once, caucuses_are_not_counted_yet.
    """
    party = act.data.party
    room = _room(act, standing, party)
    caucus_is_opened_once(act, state, room)
    caucuses_are_not_counted_yet(act, state)
    opened = CaucusOpened(party=party, purpose=act.data.purpose, session_id=state.open_session())
    return [Placed(room, opened)]


def close_caucus(state: Sessions, standing: Standing, act: Act[CloseCaucus]) -> Decision:
    """End a caucus.

    Raises:
        RuleViolation: caucus_party_is_named, caucus_is_read_by_whoever_enters, caucus_is_open.
    """
    room = _room(act, standing, act.data.party)
    caucus_is_open(act, state, room)
    closed = Placed(room, CaucusClosed(party=act.data.party))
    if act.profile.caucus_metadata != "visible_to_all":
        return [closed]
    noted = CaucusNoted(started=state.caucuses[room], ended=act.occurred)
    return [closed, Placed("joint", noted)]


def receive_in_caucus(state: Sessions, standing: Standing, act: Act[ReceiveInCaucus]) -> Decision:
    """Record a confidence.

    Raises:
        RuleViolation: caucus_party_is_named, caucus_is_read_by_whoever_enters, actor_has_power,
            item_is_received_in_caucus, id_is_new.
    """
    data = act.data
    party = data.party or act.party
    room = _room(act, standing, party)
    actor_has_power(act, standing, "negotiate")
    item_is_received_in_caucus(act, state, room)
    taken = {name for where, name in state.items if where == room}
    name = data.item_id or next_id("C", taken)
    id_is_new(act, taken, name, name)
    received = CaucusInformationReceived(
        item_id=name, owner=party or "", secrecy=data.secrecy, text=data.text
    )
    return [Placed(room, received)]


def authorise_disclosure(
    state: Sessions, standing: Standing, act: Act[AuthoriseDisclosure]
) -> Decision:
    """Release words of an item.

    Raises:
        RuleViolation: caucus_is_read_by_whoever_enters, actor_has_power, item_is_known,
            party_is_known, recipients_are_others, release_is_not_over_yet, id_is_new.
    """
    data, owner = act.data, act.party or ""
    room = _room(act, standing, owner)
    actor_has_power(act, standing, "negotiate")
    item_is_known(act, state, room)
    for party in data.recipients:
        party_is_known(act, standing, party)
    recipients_are_others(act, standing, owner)
    release_is_not_over_yet(act)
    taken = {name for where, name in state.releases if where == room}
    name = data.authorisation_id or next_id("R", taken)
    id_is_new(act, taken, name, name)
    authorised = DisclosureAuthorised(
        authorisation_id=name,
        item_id=data.item_id,
        item_ref=state.items[room, data.item_id],
        recipients=tuple(dict.fromkeys(data.recipients)),
        valid_until=data.valid_until,
        wording=data.wording,
    )
    return [Placed(room, authorised)]


def revoke_disclosure(state: Sessions, standing: Standing, act: Act[RevokeDisclosure]) -> Decision:
    """Take a release back, for all who have not been told.

    Raises:
        RuleViolation: caucus_is_read_by_whoever_enters, actor_has_power, authorisation_is_known,
            authorisation_is_not_revoked, information_is_not_conveyed_yet.
    """
    room = _room(act, standing, act.party)
    actor_has_power(act, standing, "negotiate")
    release = _release(act, state, room)
    information_is_not_conveyed_yet(act, release)
    revoked = DisclosureAuthorisationRevoked(
        authorisation_id=act.data.authorisation_id, spared=release.untold()
    )
    return [Placed(room, revoked)]


def convey_information(
    state: Sessions, standing: Standing, act: Act[ConveyInformation]
) -> Decision:
    """Tell the recipients, each in a room it reads, and let the owner know.

    Raises:
        RuleViolation: caucus_party_is_named, caucus_is_read_by_whoever_enters,
            authorisation_is_known, authorisation_is_not_revoked,
            information_is_not_conveyed_yet, authorisation_is_in_time, recipients_are_authorised,
            content_is_erased, wording_is_as_authorised, item_is_known,
            caucus_information_may_be_passed_on, recipients_are_others.
    """
    data = act.data
    room = _room(act, standing, data.owner)
    if data.authorisation_id is None and data.item_id is not None:
        return passed_on(state, standing, act, room)
    release = _release(act, state, room)
    information_is_not_conveyed_yet(act, release)
    authorisation_is_in_time(act, release)
    recipients = tuple(dict.fromkeys(data.recipients or release.untold()))
    recipients_are_authorised(act, release, data.owner, recipients)
    authorised = act.open(release.ref)
    assert isinstance(authorised, DisclosureAuthorised), "the fold took its ref from one"
    content_is_erased(act, authorised.wording, f"authorisation {data.authorisation_id}")
    wording_is_as_authorised(act, authorised)
    told = InformationConveyed(wording=data.wording)
    before_all = data.owner in recipients
    rooms = ["joint"] if before_all else [caucus_of(party, act.mandate) for party in recipients]
    known = ReleaseConveyed(authorisation_id=data.authorisation_id or "", recipients=recipients)
    return [*(Placed(where, told) for where in rooms), Placed(room, known)]


def _room(act: Act[Any], standing: Standing, party: str | None) -> str:
    """Find the caucus of a party under the current mandate."""
    caucus_party_is_named(act, standing, party)
    assert party is not None, "the rule before sees to it"
    room = caucus_of(party, act.mandate)
    caucus_is_read_by_whoever_enters(act, room)
    return room


def _release(act: Act[Any], state: Sessions, room: str) -> Release:
    authorisation_is_known(act, state, room)
    release = state.releases[room, act.data.authorisation_id]
    authorisation_is_not_revoked(act, release)
    return release
