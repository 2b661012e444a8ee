"""Record what the institution is: who keeps the record, by which rules, and what it learnt."""

from typing import Literal, TypeAlias, get_args

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.institution.analyst_events import AnalystEvent
from ledger.institution.feed_events import FeedEvent
from ledger.institution.improvement_events import ImprovementEvent
from ledger.institution.key_events import PersonKeyEvent
from ledger.institution.seal_log_events import SealLogEvent
from ledger.institution.subject_erasure_events import SubjectErasureEvent

OperatorRole: TypeAlias = Literal[
    "registry",
    "mediator",
    "party",
    "auditor",
    "challenge",
    "review",
    "authority",
    "protection",
    "analyst",
]
"""What the institution entrusts somebody at a keyboard with."""


class InstitutionFounded(Event, frozen=True, kw_only=True, tag="institution-founded"):
    """An institution began to keep its record here.

    Attributes:
        seat: IANA zone of its seat, None where only its profiles say.
        demo: Whether everything in it is invented.
        name: What it is called.
    """

    row = "J19"
    rooms = ("public",)
    says = "institution founded"
    seat: str | None = None
    demo: bool = False
    name: Content[str | None] = UNSET


class OperatorAdded(Event, frozen=True, kw_only=True, tag="operator-added"):
    """Somebody was entrusted with a part of the record.

    Attributes:
        operator: Its name; the operating system's user name, for the command line.
        person: Who acts when it acts for itself: `person:<name>`.
        display_name: How people call it.
    """

    row = "J19"
    rooms = ("registry",)
    says = "operator {operator} added: {roles}"
    operator: str
    roles: tuple[OperatorRole, ...]
    person: str
    display_name: Content[str | None] = UNSET


class OperatorRevoked(Event, frozen=True, kw_only=True, tag="operator-revoked"):
    """Somebody is no longer entrusted with it."""

    row = "J19"
    rooms = ("registry",)
    says = "operator {operator} revoked"
    operator: str
    reason: Content[str | None] = UNSET


class ProfileAdopted(Event, frozen=True, kw_only=True, tag="profile-adopted"):
    """A rule profile may be pinned to cases from now on; its text is public.

    Attributes:
        profile_id: Its id.
        profile_version: Its version.
        hash: `sha256:` and the digest of its text.
        default: Whether a case that names no profile gets it.
        text: The whole profile, TOML.
    """

    row = "J19"
    rooms = ("public",)
    says = "profile {profile_id} version {profile_version} adopted"
    profile_id: str
    profile_version: int
    hash: str
    default: bool = False
    text: str


class ProfileKeysConfirmed(Event, frozen=True, kw_only=True, tag="profile-keys-confirmed"):
    """The institution checked what some keys of a profile rest on.

    Attributes:
        profile_id: Id of the profile.
        profile_version: The version looked at; another version is confirmed anew.
        keys: Which keys, as the profile lists them.
        basis: What they were checked against.
    """

    row = "J19"
    rooms = ("public",)
    says = "keys of profile {profile_id} version {profile_version} confirmed: {keys}"
    profile_id: str
    profile_version: int
    keys: tuple[str, ...]
    basis: Content[str | None] = UNSET


class LessonRecorded(Event, frozen=True, kw_only=True, tag="lesson-recorded"):
    """Something was learnt, told without the facts of any case.

    Attributes:
        tags: What it is about.
        approved: Whether it may be published.
    """

    row = "I5"
    rooms = ("registry", "public")
    says = "lesson recorded: {tags}"
    tags: tuple[str, ...]
    approved: bool = False
    text: Content[str] = UNSET


InstitutionEvent: TypeAlias = (
    InstitutionFounded
    | OperatorAdded
    | OperatorRevoked
    | ProfileAdopted
    | ProfileKeysConfirmed
    | LessonRecorded
    | ImprovementEvent
    | PersonKeyEvent
    | SealLogEvent
    | FeedEvent
    | AnalystEvent
    | SubjectErasureEvent
)
EVENTS: tuple[type[Event], ...] = get_args(InstitutionEvent)
