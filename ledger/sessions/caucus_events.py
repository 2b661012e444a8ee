"""Record what one side tells the mediator alone, and what of it may leave (rows E9 to E13)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event

Purpose: TypeAlias = Literal["explore", "test", "prepare_offer", "cool_down", "other"]
Secrecy: TypeAlias = Literal["secret", "ask_first", "may_be_told"]
"""What the owner said of an item. Under closed terms it changes no right: nothing leaves without
its own release. Under open terms that heed marks, `secret` is the mark."""


class CaucusOpened(Event, frozen=True, kw_only=True, tag="caucus-opened"):
    """The mediator began to meet one side alone.

    Attributes:
        party: Which side.
        purpose: To what end.
        session_id: Within which session, None between sessions.
    """

    row = "E9"
    rooms = ("caucus",)
    says = "caucus with {party} opened"
    party: str
    purpose: Purpose = "explore"
    session_id: str | None = None


class CaucusClosed(Event, frozen=True, kw_only=True, tag="caucus-closed"):
    """A caucus ended."""

    row = "E9"
    rooms = ("caucus",)
    says = "caucus with {party} closed"
    party: str


class CaucusNoted(Event, frozen=True, kw_only=True, tag="caucus-noted"):
    """All learn that a caucus took place, where the profile makes that visible; not with whom.

    Attributes:
        started: When it began, as recorded there, None where not recorded.
        ended: When it ended.
    """

    row = "E9"
    says = "a caucus took place"
    started: str | None = None
    ended: str | None = None


class CaucusInformationReceived(
    Event, frozen=True, kw_only=True, tag="caucus-information-received"
):
    """One side told the mediator something in confidence.

    Attributes:
        item_id: Names it within the room.
        owner: Whose it is.
        secrecy: What the owner said of it.
        text: What was told.
    """

    row = "E10"
    rooms = ("caucus",)
    says = "information {item_id} received from {owner}"
    admissibility = "protected"
    item_id: str
    owner: str
    secrecy: Secrecy = "ask_first"
    text: Content[str] = UNSET


class DisclosureAuthorised(Event, frozen=True, kw_only=True, tag="disclosure-authorised"):
    """The owner of an item lets certain words of it be told to certain others.

    Attributes:
        authorisation_id: Names it within the room.
        item_id: The item it comes from.
        item_ref: Event (room:seq) that holds the item.
        recipients: Parties who may be told; every party, the owner included, where it may be said
            in the joint room.
        valid_until: Last instant to tell it, RFC 9557, None for no end.
        wording: The very words that may be told.
    """

    row = "E11"
    rooms = ("caucus",)
    says = "disclosure {authorisation_id} from {item_id} authorised"
    admissibility = "protected"
    authorisation_id: str
    item_id: str
    item_ref: str
    recipients: tuple[str, ...]
    valid_until: str | None = None
    wording: Content[str] = UNSET


class DisclosureAuthorisationRevoked(
    Event, frozen=True, kw_only=True, tag="disclosure-authorisation-revoked"
):
    """The owner took an authorisation back, for all who had not been told yet.

    Attributes:
        authorisation_id: Which.
        spared: Parties who will not be told.
    """

    row = "E12"
    rooms = ("caucus",)
    says = "disclosure {authorisation_id} revoked"
    admissibility = "protected"
    authorisation_id: str
    spared: tuple[str, ...]


class InformationConveyed(Event, frozen=True, kw_only=True, tag="information-conveyed"):
    """The mediator told something; who it comes from is not said.

    Attributes:
        wording: What was told.
    """

    row = "E13"
    rooms = ("caucus", "joint")
    says = "information conveyed by {actor}"
    admissibility = "protected"
    wording: Content[str] = UNSET


class InformationPassedOn(Event, frozen=True, kw_only=True, tag="information-passed-on"):
    """The owner learns that something it told was passed on, as the terms in force allow.

    Attributes:
        item_id: What was passed on.
        recipients: To whom.
    """

    row = "E13"
    rooms = ("caucus",)
    says = "information {item_id} passed on"
    admissibility = "protected"
    item_id: str
    recipients: tuple[str, ...]


class ReleaseConveyed(Event, frozen=True, kw_only=True, tag="release-conveyed"):
    """The owner learns that the words it released have been told.

    Attributes:
        authorisation_id: Under which authorisation.
        recipients: To whom.
    """

    row = "E13"
    rooms = ("caucus",)
    says = "disclosure {authorisation_id} conveyed"
    admissibility = "protected"
    authorisation_id: str
    recipients: tuple[str, ...]
