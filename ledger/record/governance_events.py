"""Record what protects the record and those in it (rows J5, J6, J12, J17, J18)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event

ANYWHERE = (
    "joint",
    "desk",
    "group",
    "caucus",
    "chair",
    "challenge",
    "registry",
    "mediators",
    "party",
    "review",
    "protection",
)
"""Wherever an entry may stand."""

InformationClass: TypeAlias = Literal[
    "caucus_item", "statement", "document", "proposal", "personal_data", "case_existence", "other"
]
BreachClass: TypeAlias = Literal["confidentiality", "integrity", "availability"]
RetentionClass: TypeAlias = Literal["process_record", "sealed_content", "feedback"]
NoticeChannel: TypeAlias = Literal["page", "mail", "post", "courier", "telephone", "other"]
SealGround: TypeAlias = Literal["misdisclosure", "order", "privilege", "other"]


class MisdisclosureReported(Event, frozen=True, kw_only=True, tag="misdisclosure-reported"):
    """Information reached somebody it was not for; told to its owner, without what it says.

    Attributes:
        owner: Party it belongs to, None for nobody's in particular.
        information: What class of information.
        exposed_to: Who could read it, or did.
        elsewhere: Case it was exposed in, where that is another.
        measures: What was done.
    """

    row = "J5"
    rooms = ("desk", "registry")
    says = "misdisclosure of a {information} reported"
    owner: str | None = None
    information: InformationClass
    exposed_to: Content[tuple[str, ...]] = UNSET
    elsewhere: Content[str | None] = UNSET
    measures: Content[str | None] = UNSET


class ContentSealed(Event, frozen=True, kw_only=True, tag="content-sealed"):
    """What an entry says is no longer shown; the entry stays, and nothing is destroyed.

    Attributes:
        target: Event (room:seq), in the same room.
        about: Tag of that event.
        ground: Why, in a word.
        approved_by: Second person.
        reason: Why.
    """

    row = "J6"
    rooms = ANYWHERE
    says = "content of {target} ({about}) sealed: {ground}"
    target: str
    about: str
    ground: SealGround
    approved_by: str
    reason: Content[str | None] = UNSET


class ContentUnsealed(Event, frozen=True, kw_only=True, tag="content-unsealed"):
    """What an entry says is shown again.

    Attributes:
        target: Event (room:seq), in the same room.
        about: Tag of that event.
        approved_by: Second person.
    """

    row = "J6"
    rooms = ANYWHERE
    says = "content of {target} ({about}) unsealed"
    target: str
    about: str
    approved_by: str
    reason: Content[str | None] = UNSET


class RetentionExpired(Event, frozen=True, kw_only=True, tag="retention-expired"):
    """The time for which a class of records is kept has passed, and no hold is in force.

    It destroys nothing: what may be destroyed now is for the data-protection officer.

    Attributes:
        kind: Which class of the profile.
        on: Last day it was to be kept, at the seat.
    """

    row = "J12"
    rooms = ("registry",)
    says = "retention of {kind} expired on {on}"
    kind: RetentionClass
    on: str


class NoticeSent(Event, frozen=True, kw_only=True, tag="notice-sent"):
    """A party was told that there is something new; the notice itself says no more.

    Attributes:
        notice_id: Names it within the room.
        to: Party told.
        channel: How.
        about: Event (room:seq) the notice is about, which that party may read.
    """

    row = "J17"
    rooms = ("desk",)
    says = "notice {notice_id} of {about} sent to {to} by {channel}"
    notice_id: str
    to: str
    channel: NoticeChannel
    about: str


class NoticeDelivered(Event, frozen=True, kw_only=True, tag="notice-delivered"):
    """A notice reached its party.

    Attributes:
        proof: SHA-256 of the proof.
    """

    row = "J17"
    rooms = ("desk",)
    says = "notice {notice_id} delivered"
    notice_id: str
    proof: str | None = None


class NoticeBounced(Event, frozen=True, kw_only=True, tag="notice-bounced"):
    """A notice came back."""

    row = "J17"
    rooms = ("desk",)
    says = "notice {notice_id} came back"
    notice_id: str
    reason: Content[str | None] = UNSET


class NoticeOpened(Event, frozen=True, kw_only=True, tag="notice-opened"):
    """A party looked at what a notice was about."""

    row = "J17"
    rooms = ("desk",)
    says = "notice {notice_id} opened"
    notice_id: str


class SecurityBreachNotified(Event, frozen=True, kw_only=True, tag="security-breach-notified"):
    """The registry told those affected of a breach of security.

    Attributes:
        breach: What of the record was touched.
        on: Day of the breach at the seat, None where not known.
        what: What happened, as far as it concerns them.
        measures: What was done, and what they can do.
    """

    row = "J18"
    rooms = ("desk", "registry")
    says = "security breach notified: {breach}"
    breach: BreachClass
    on: str | None = None
    what: Content[str] = UNSET
    measures: Content[str | None] = UNSET


GovernanceEvent: TypeAlias = (
    MisdisclosureReported
    | ContentSealed
    | ContentUnsealed
    | RetentionExpired
    | NoticeSent
    | NoticeDelivered
    | NoticeBounced
    | NoticeOpened
    | SecurityBreachNotified
)
