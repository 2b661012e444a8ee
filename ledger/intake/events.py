"""What is recorded between a request and the parties' consent, and about who speaks for them.

Other themes of the intake have files of their own; here all its events come together.
"""

from typing import Literal, TypeAlias

from msgspec import UNSET, field

from ledger.envelope import Content, Event
from ledger.intake.circumstance_events import CIRCUMSTANCE_EVENTS, CircumstanceEvent
from ledger.intake.consolidation_events import CONSOLIDATION_EVENTS, ConsolidationEvent
from ledger.intake.joinder_events import JOINDER_EVENTS, JoinderEvent
from ledger.intake.offer_events import OFFER_EVENTS, OfferEvent
from ledger.intake.screening_events import SCREENING_EVENTS, ScreeningEvent
from ledger.intake.standing_events import STANDING_EVENTS, StandingEvent
from ledger.parties import Capacity, Phase, Power
from ledger.profile import ProfileRef
from ledger.terms import Document, Money

Basis: TypeAlias = Literal["agreement", "none", "referral"]
"""What the request rests on: an agreement to mediate, nothing, or a court or other body."""
Ground: TypeAlias = Literal["scope", "unsuited", "safety", "abuse"]
Carrier: TypeAlias = Literal["post", "courier", "e-mail", "platform", "by hand", "diplomatic note"]


class MediationRequested(Event, frozen=True, kw_only=True, tag="mediation-requested"):
    """A party asked for a mediation.

    Attributes:
        number: The case's number.
        requester: Who asks; for a joint request, who files it.
        parties: Every party, the requester first.
        external_ref: Name of the case elsewhere.
        joint: Whether all parties ask together.
        signatories: Who signed a joint request, by party.
        representatives: Powers of the requester's own people, by person.
        language: Language asked for, such as `en`.
        interim_notice: Whether notice of interim confidentiality and neutrality went with it.
        names: What each party is called, by id.
        value: What is in dispute, in money.
        agreement: The agreement relied on.
    """

    row = "A3"
    rooms = ("desk",)
    says = "{requester} requested a mediation with {parties}"
    number: str
    requester: str
    parties: tuple[str, ...]
    external_ref: str | None = None
    basis: Basis = "none"
    joint: bool = False
    signatories: dict[str, str] = field(default_factory=dict)
    representatives: dict[str, tuple[Power, ...]] = field(default_factory=dict)
    language: str | None = None
    interim_notice: bool = False
    title: Content[str] = UNSET
    names: Content[dict[str, str]] = UNSET
    dispute: Content[str] = UNSET
    aim: Content[str | None] = UNSET
    value: Content[Money | None] = UNSET
    place: Content[str | None] = UNSET
    mediator_wishes: Content[str | None] = UNSET
    agreement: Content[Document | None] = UNSET
    documents: Content[tuple[Document, ...] | None] = UNSET


class RequestAcknowledged(Event, frozen=True, kw_only=True, tag="request-acknowledged"):
    """The registry told the requester that the request has come, and its number."""

    row = "A4"
    rooms = ("desk",)
    says = "receipt of the request acknowledged as {number}"
    number: str


class RequestDeclined(Event, frozen=True, kw_only=True, tag="request-declined"):
    """The institution did not take the case; the reasons are the requester's alone.

    Attributes:
        ground: Kind of ground; only at the requester's desk.
    """

    row = "A7"
    rooms = ("desk", "joint")
    says = "the request was declined"
    ground: Ground | None = None


class RequestWithdrawn(Event, frozen=True, kw_only=True, tag="request-withdrawn"):
    """The requester took the request back."""

    row = "A8"
    rooms = ("desk", "joint")
    says = "{party} withdrew the request"
    party: str
    reason: Content[str | None] = UNSET


class RequestRegistered(Event, frozen=True, kw_only=True, tag="request-registered"):
    """The registry opened the common record and pinned the rule profile.

    Attributes:
        profile: The profile, by version and hash.
        requesters: Who asked.
        received: When the request had come, RFC 3339.
        dispute: As it is served on the others.
    """

    row = "A9"
    says = "registered as {number} between {parties}"
    number: str
    external_ref: str | None = None
    profile: ProfileRef
    parties: tuple[str, ...]
    requesters: tuple[str, ...]
    basis: Basis = "none"
    received: str | None = None
    title: Content[str] = UNSET
    names: Content[dict[str, str]] = UNSET
    dispute: Content[str] = UNSET


class InvitationIssued(Event, frozen=True, kw_only=True, tag="invitation-issued"):
    """A party was asked to take part.

    Attributes:
        carrier: How it was sent.
        interim_notice: Whether notice of interim confidentiality and neutrality went with it.
    """

    row = "A11"
    says = "{party} invited by {carrier}"
    party: str
    carrier: Carrier
    interim_notice: bool = False


class InvitationServed(Event, frozen=True, kw_only=True, tag="invitation-served"):
    """The invitation reached the party; the proof is named."""

    row = "A12"
    says = "invitation served on {party}"
    party: str
    proof: Content[Document | None] = UNSET


class ServiceFailed(Event, frozen=True, kw_only=True, tag="service-failed"):
    """The invitation did not reach the party."""

    row = "A12"
    says = "service on {party} failed"
    party: str
    reason: Content[str] = UNSET


class ConsentGiven(Event, frozen=True, kw_only=True, tag="consent-given"):
    """A party agreed to take part.

    Attributes:
        signatory: Who signed for it.
        conditions: Ids of conditions it makes; none for an unconditional consent.
        scope: What it consents to, None for the dispute as served.
        condition_texts: Words of the conditions, by id.
    """

    row = "A14"
    says = "{party} consented, signed by {signatory}"
    party: str
    signatory: str
    conditions: tuple[str, ...] = ()
    scope: Content[str | None] = UNSET
    condition_texts: Content[dict[str, str] | None] = UNSET


class MediationOfferedAnew(Event, frozen=True, kw_only=True, tag="mediation-offered-anew"):
    """A consent came after its silence had taken effect: it stands as a fresh offer to mediate."""

    row = "A14"
    says = "{party} offered to mediate after the time to reply"
    party: str
    signatory: str
    scope: Content[str | None] = UNSET


class InvitationDeclined(Event, frozen=True, kw_only=True, tag="invitation-declined"):
    """A party does not take part; its reasons, if any, stay at its desk."""

    row = "A16"
    says = "{party} declined the invitation"
    party: str


class ReplyPeriodElapsed(Event, frozen=True, kw_only=True, tag="reply-period-elapsed"):
    """The time to reply passed in silence; a fact without effect."""

    row = "A17"
    says = "the time for {party} to reply passed"
    party: str
    deadline_id: str
    due: str


class SilenceTreatedAsRefusal(Event, frozen=True, kw_only=True, tag="silence-treated-as-refusal"):
    """Whoever may elect so took the silence for a refusal.

    Attributes:
        notified: When the silent party was told, RFC 9557; None where the profile asks for no
            notice beside this record, which it reads.
    """

    row = "A18"
    says = "{elected_by} treats the silence of {party} as a refusal"
    party: str
    elected_by: str
    notified: str | None = None


class RequestLapsed(Event, frozen=True, kw_only=True, tag="request-lapsed"):
    """Under the profile the request fell with the silence of a party."""

    row = "A19"
    says = "the request lapsed as {party} did not reply"
    party: str
    deadline_id: str


class ConsentWithdrawn(Event, frozen=True, kw_only=True, tag="consent-withdrawn"):
    """A party left the mediation; its reason, if any, stays at its desk."""

    row = "A20"
    says = "{party} withdrew its consent"
    party: str
    effective: str | None = None


class ContinuationAgreed(Event, frozen=True, kw_only=True, tag="continuation-agreed"):
    """One of those who stay agreed to go on without who left.

    Attributes:
        remaining: Who stays.
        complete: Whether with this act all who stay have agreed.
        reduced_scope: What remains to be mediated.
    """

    row = "A21"
    says = "{party} agreed to continue among {remaining}"
    party: str
    remaining: tuple[str, ...]
    complete: bool
    reduced_scope: Content[str | None] = UNSET


class RepresentativeAuthorised(Event, frozen=True, kw_only=True, tag="representative-authorised"):
    """A party said who may act for it, and how far.

    Attributes:
        capacity: Whether it comes as one of the party's own people, or as its counsel.
    """

    row = "A22"
    says = "{person} authorised for {party}: {powers}"
    party: str
    person: str
    powers: tuple[Power, ...]
    capacity: Capacity = "representative"
    starts: str | None = None
    ends: str | None = None
    document: Content[Document | None] = UNSET


class AuthorityLimited(Event, frozen=True, kw_only=True, tag="authority-limited"):
    """A party limited what its representative may agree to; nobody else reads it."""

    row = "A22"
    rooms = ("party",)
    says = "the authority of {person} was limited"
    party: str
    person: str
    limits: Content[str | None] = UNSET
    ceiling: Content[Money | None] = UNSET


class DisputeScopeDefined(Event, frozen=True, kw_only=True, tag="dispute-scope-defined"):
    """All parties agreed which issues are to be mediated.

    Attributes:
        issues: Their ids.
        agreed_by: Parties that agreed.
        texts: Words of each issue, by id.
    """

    row = "A24"
    says = "scope defined: {issues}"
    issues: tuple[str, ...]
    agreed_by: tuple[str, ...]
    texts: Content[dict[str, str]] = UNSET


class DisputeScopeVaried(Event, frozen=True, kw_only=True, tag="dispute-scope-varied"):
    """All parties agreed on other issues; the list replaces the earlier one."""

    row = "A24"
    says = "scope varied: {issues}"
    issues: tuple[str, ...]
    agreed_by: tuple[str, ...]
    texts: Content[dict[str, str]] = UNSET


class CaseTakenOver(Event, frozen=True, kw_only=True, tag="case-taken-over"):
    """The record of a case that began elsewhere was opened here; no act is invented.

    Attributes:
        source: Name of the record it comes from; the document's hash is in the frame.
        phase: Phase it is said to be in.
        facts: What the source asserts, in single words such as `engaged`.
        not_recorded: Steps that are not in our record.
    """

    row = "A3"
    says = "taken over from {source} in phase {phase}"
    number: str
    external_ref: str | None = None
    source: str
    parties: tuple[str, ...]
    requesters: tuple[str, ...] = ()
    phase: Phase
    profile: ProfileRef
    facts: tuple[str, ...] = ()
    not_recorded: tuple[str, ...] = ()
    title: Content[str] = UNSET
    names: Content[dict[str, str]] = UNSET


IntakeEvent: TypeAlias = (
    MediationRequested
    | RequestAcknowledged
    | RequestDeclined
    | RequestWithdrawn
    | RequestRegistered
    | InvitationIssued
    | InvitationServed
    | ServiceFailed
    | ConsentGiven
    | MediationOfferedAnew
    | InvitationDeclined
    | ReplyPeriodElapsed
    | SilenceTreatedAsRefusal
    | RequestLapsed
    | ConsentWithdrawn
    | ContinuationAgreed
    | RepresentativeAuthorised
    | AuthorityLimited
    | DisputeScopeDefined
    | DisputeScopeVaried
    | CaseTakenOver
    | OfferEvent
    | ScreeningEvent
    | StandingEvent
    | CircumstanceEvent
    | JoinderEvent
    | ConsolidationEvent
)
EVENTS = (
    MediationRequested,
    RequestAcknowledged,
    RequestDeclined,
    RequestWithdrawn,
    RequestRegistered,
    InvitationIssued,
    InvitationServed,
    ServiceFailed,
    ConsentGiven,
    MediationOfferedAnew,
    InvitationDeclined,
    ReplyPeriodElapsed,
    SilenceTreatedAsRefusal,
    RequestLapsed,
    ConsentWithdrawn,
    ContinuationAgreed,
    RepresentativeAuthorised,
    AuthorityLimited,
    DisputeScopeDefined,
    DisputeScopeVaried,
    CaseTakenOver,
    *OFFER_EVENTS,
    *SCREENING_EVENTS,
    *STANDING_EVENTS,
    *CIRCUMSTANCE_EVENTS,
    *JOINDER_EVENTS,
    *CONSOLIDATION_EVENTS,
)
