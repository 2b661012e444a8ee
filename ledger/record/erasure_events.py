"""Record erasures: asked for, assessed, executed, and what they leave (rows J8 to J10, J12)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.record.governance_events import ANYWHERE, RetentionClass
from ledger.terms import ErasureExemption, ErasureGround, ErasureResult

ErasureScope: TypeAlias = Literal["entries", "subject", "room", "retention"]
"""What an erasure reaches: named entries, whatever names a person, a room, a retention class."""


class ErasureRequested(Event, frozen=True, kw_only=True, tag="erasure-requested"):
    """Somebody asked that what entries say be destroyed.

    It stands in the room of the entries, at the desk of the party that asks, and in the room of the
    data-protection officer. Of a confidential room only that room itself holds what is named.

    Attributes:
        erasure_id: Names the request: who asks, and the how-manieth of its own.
        requester: Who asks: `party:A`, `mediator`, `registry`, `protection`.
        targets: Entries (room:seq) of one room.
        subject: Person or party whose data are meant.
        of_room: Room meant as a whole.
        kind: Class of records whose time is over.
    """

    row = "J8"
    rooms = ("protection", *(kind for kind in ANYWHERE if kind != "protection"))
    says = "erasure {erasure_id} asked for ({scope}) by {requester}"
    erasure_id: str
    requester: str
    scope: ErasureScope
    targets: tuple[str, ...] = ()
    subject: str | None = None
    of_room: str | None = None
    kind: RetentionClass | None = None
    reason: Content[str | None] = UNSET


class ErasureAssessed(Event, frozen=True, kw_only=True, tag="erasure-assessed"):
    """The data-protection officer decided on an erasure; nothing is destroyed yet.

    Attributes:
        result: `partly` where something named in `kept` stays.
        ground: Legal basis in a word, None for a refusal.
        exemption: Why something is kept, None where nothing is.
        kept: Types of entries that are kept although they are within the request.
        under_hold: Whether a hold stood against it then; not told at a desk.
        basis: Legal basis in words.
        reasons: Why it is granted or refused.
    """

    row = "J9"
    rooms = ("protection", "desk")
    says = "erasure {erasure_id} assessed: {result}"
    erasure_id: str
    result: ErasureResult
    ground: ErasureGround | None = None
    exemption: ErasureExemption | None = None
    kept: tuple[str, ...] = ()
    under_hold: bool = False
    basis: Content[str | None] = UNSET
    reasons: Content[str | None] = UNSET


class ErasureExecuted(Event, frozen=True, kw_only=True, tag="erasure-executed"):
    """A second person let an erasure be carried out; from now on it cannot be taken back.

    Attributes:
        approved_by: Who granted it.
        kept: Types of entries that are kept.
        basis: Legal basis in words.
    """

    row = "J10"
    rooms = ("protection",)
    says = "erasure {erasure_id} executed: {ground}"
    erasure_id: str
    ground: ErasureGround
    approved_by: str
    kept: tuple[str, ...] = ()
    basis: Content[str | None] = UNSET


class ContentErased(Event, frozen=True, kw_only=True, tag="content-erased"):
    """What entries of this room said is erased; the entries stay, and so do their commitments.

    Their keys are destroyed right after this is recorded: what follows is for the follower that
    destroys, what is read is this.

    Attributes:
        targets: Entries (room:seq) of this room.
        ground: Legal basis in a word.
        approved_by: Who granted it, None where the profile did.
        basis: Legal basis in words.
    """

    row = "J10"
    rooms = ANYWHERE
    says = "what {targets} said is erased: {ground}"
    targets: tuple[str, ...]
    ground: ErasureGround
    approved_by: str | None = None
    basis: Content[str | None] = UNSET


class RecordsDestroyed(Event, frozen=True, kw_only=True, tag="records-destroyed"):
    """All learn that a class of records whose time was over is destroyed; not what was in it.

    Attributes:
        kind: Which class of the profile.
    """

    row = "J12"
    rooms = ("joint",)
    says = "{kind} destroyed, since its retention ended"
    kind: RetentionClass


ErasureEvent: TypeAlias = (
    ErasureRequested | ErasureAssessed | ErasureExecuted | ContentErased | RecordsDestroyed
)
NEVER_ERASED: tuple[type[Event], ...] = (ErasureAssessed, ErasureExecuted, ContentErased)
"""What tells of an erasure and its basis stays readable."""
