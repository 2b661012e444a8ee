"""Record what is said about the record itself (rows J1 to J18), and facts told from elsewhere."""

from typing import Literal, TypeAlias, get_args

from msgspec import UNSET, Struct

from ledger.envelope import Content, Event
from ledger.record.erasure_events import ErasureEvent
from ledger.record.governance_events import ANYWHERE, GovernanceEvent
from ledger.record.key_events import KeyEvent
from ledger.record.opening_events import OpeningEvent

ROOMS = ANYWHERE
"""Wherever an entry may stand, what is said about it may too."""

VoidGround: TypeAlias = Literal["wrong_case", "duplicate", "unauthorised"]
Fact: TypeAlias = Literal["request_received", "mediator_assigned", "agreement_date_stated", "other"]
"""What a source tells of a case that began elsewhere."""


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """One field corrected.

    Attributes:
        old: Its value as recorded, JSON.
        new: Its right value, JSON.
    """

    old: str
    new: str


class EntryCorrected(Event, frozen=True, kw_only=True, tag="entry-corrected"):
    """An earlier entry was put right; it stays readable, and nothing is recomputed by it.

    Attributes:
        target: Event (room:seq) it corrects, in the same room.
        about: Tag of that event.
        fields: Names of the fields put right.
        approved_by: Second person, for fields a date may hang on.
        changes: Old and new value of each field.
    """

    row = "J1"
    rooms = ROOMS
    says = "{target} ({about}) corrected: {fields}"
    target: str
    about: str
    fields: tuple[str, ...]
    approved_by: str | None = None
    changes: Content[dict[str, Change]] = UNSET
    reason: Content[str] = UNSET


class EntryVoided(Event, frozen=True, kw_only=True, tag="entry-voided"):
    """An entry that should not be here was declared void; it stays in the record.

    Attributes:
        target: Event (room:seq), in the same room.
        about: Tag of that event.
        approved_by: Second person.
    """

    row = "J2"
    rooms = ROOMS
    says = "{target} ({about}) void: {ground}"
    target: str
    about: str
    ground: VoidGround
    approved_by: str
    note: Content[str | None] = UNSET


class LateEntryRecorded(Event, frozen=True, kw_only=True, tag="late-entry-recorded"):
    """What the same command recorded in this room had happened days before.

    Attributes:
        about: Tag of the event recorded late.
        days: Whole days between happening and recording.
    """

    row = "J3"
    rooms = ROOMS
    says = "{about} recorded {days} days late"
    about: str
    days: int


class EntryContested(Event, frozen=True, kw_only=True, tag="entry-contested"):
    """A party said that an entry is not right.

    Attributes:
        target: Event (room:seq), in the same room.
    """

    row = "J4"
    rooms = ROOMS
    says = "{acting_for} contests {target}"
    target: str
    position: Content[str] = UNSET


class ContestAnswered(Event, frozen=True, kw_only=True, tag="contest-answered"):
    """The registry or the author answered a contest.

    Attributes:
        target: Event (room:seq) of the contest.
    """

    row = "J4"
    rooms = ROOMS
    says = "contest {target} answered"
    target: str
    answer: Content[str] = UNSET


class LegalHoldPlaced(Event, frozen=True, kw_only=True, tag="legal-hold-placed"):
    """Nothing of the case may be erased or destroyed for now.

    Attributes:
        hold_id: Names the hold.
        hidden: Whether the law forbids to tell the parties.
        scope: What it covers.
        reason: The order or duty behind it.
    """

    row = "J7"
    rooms = ("registry",)
    says = "legal hold {hold_id} placed"
    hold_id: str
    hidden: bool = False
    scope: Content[str] = UNSET
    reason: Content[str | None] = UNSET


class LegalHoldReleased(Event, frozen=True, kw_only=True, tag="legal-hold-released"):
    """A hold ended."""

    row = "J7"
    rooms = ("registry",)
    says = "legal hold {hold_id} released"
    hold_id: str
    reason: Content[str | None] = UNSET


class HoldNoted(Event, frozen=True, kw_only=True, tag="hold-noted"):
    """The parties are told of a hold and no more; unnumbered, since a number would tell of others.

    Attributes:
        change: What became of it.
    """

    row = "J7"
    says = "a legal hold was {change}"
    change: Literal["placed", "released"]


class FactReported(Event, frozen=True, kw_only=True, tag="fact-reported"):
    """The registry took over a fact from a source; when it happened stands in `occurred`.

    Attributes:
        on: Day it concerns, where the source gives a day alone.
    """

    row = "J3"
    says = "reported: {fact}"
    fact: Fact
    on: str | None = None
    note: Content[str | None] = UNSET


SpokenEvent: TypeAlias = (
    EntryCorrected
    | EntryVoided
    | LateEntryRecorded
    | EntryContested
    | ContestAnswered
    | LegalHoldPlaced
    | LegalHoldReleased
    | HoldNoted
    | FactReported
)
ToldEvent: TypeAlias = SpokenEvent | GovernanceEvent | ErasureEvent
RecordEvent: TypeAlias = ToldEvent | KeyEvent | OpeningEvent
EVENTS: tuple[type[Event], ...] = get_args(RecordEvent)
