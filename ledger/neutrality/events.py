"""What is recorded about who mediates, what binds that person to a party, and who objected.

Other themes of neutrality have files of their own; here all its events come together.
"""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.neutrality.change_events import CHANGE_EVENTS, ChangeEvent
from ledger.neutrality.choice_events import CHOICE_EVENTS, ChoiceEvent
from ledger.profile_tables import ConflictKind

Method: TypeAlias = Literal["joint", "party", "lot", "authority"]
Kind: TypeAlias = ConflictKind | Literal["other"]
Category: TypeAlias = Literal["non_waivable", "waivable", "other"]
Cover: TypeAlias = Literal["impartiality", "independence", "availability", "confidentiality"]
DeclineGround: TypeAlias = Literal["conflict", "availability", "secrecy", "other"]
SuspendReason: TypeAlias = Literal["challenge_filed", "challenge_upheld", "safety", "other"]
EndReason: TypeAlias = Literal[
    "challenge_upheld",
    "recused",
    "resigned",
    "removed",
    "death",
    "incapacity",
    "expiry",
    "other",
]
Outcome: TypeAlias = Literal["upheld", "rejected"]
Staff: TypeAlias = Literal["registry_staff", "system_administrator", "authority", "expert"]
"""Who, besides mediators and candidates, discloses what binds it to a party."""


class MediatorNominated(Event, frozen=True, kw_only=True, tag="mediator-nominated"):
    """A person was named as mediator.

    Attributes:
        method: How the person was chosen.
        nominated_by: Party that named it, or the role that did.
    """

    row = "B4"
    says = "{person} nominated as mediator by {nominated_by} ({method})"
    person: str
    method: Method
    nominated_by: str


class CandidateApproached(Event, frozen=True, kw_only=True, tag="candidate-approached"):
    """A nominee was asked to inquire whether anything stands against it.

    Attributes:
        parties: Parties it would mediate between.
        asked_by: Who asks.
        brief: What it needs for its inquiry: names, the subject.
    """

    row = "B4"
    rooms = ("chair",)
    says = "{person} approached as a candidate"
    person: str
    parties: tuple[str, ...]
    asked_by: str
    brief: Content[str | None] = UNSET


class MediatorDeclined(Event, frozen=True, kw_only=True, tag="mediator-declined"):
    """A nominee did not accept; details, if any, stay in the chair."""

    row = "B13"
    says = "{person} declined to mediate ({ground})"
    person: str
    ground: DeclineGround


class ConflictInquiryCompleted(Event, frozen=True, kw_only=True, tag="conflict-inquiry-completed"):
    """A candidate or mediator searched for what might bind it to a party.

    Attributes:
        since: First day the search covers.
        until: Last day it covers.
        count: Number of names and sources searched.
        concerning: Ids of new parties and persons it covers, whose coming made it needed.
        searched: What was searched.
    """

    row = "B6"
    rooms = ("chair",)
    says = "{person} completed a conflict inquiry of {count} searches"
    person: str
    since: str
    until: str
    count: int
    concerning: tuple[str, ...] = ()
    searched: Content[tuple[str, ...]] = UNSET


class ConflictDisclosed(Event, frozen=True, kw_only=True, tag="conflict-disclosed"):
    """Somebody who serves the case disclosed a circumstance.

    Attributes:
        disclosure_id: Names it; made from the person's name, so that it tells nothing else.
        kind: What kind of circumstance.
        category: Whether the parties can waive it, under the profile.
        arises_at: Day it arose, None where not said.
        office: As what the person serves, None for a candidate or mediator.
    """

    row = "B7"
    says = "{person} disclosed {disclosure_id}: {kind} ({category})"
    disclosure_id: str
    person: str
    kind: Kind
    category: Category
    arises_at: str | None = None
    office: Staff | None = None
    circumstance: Content[str] = UNSET


class DisclosureFiled(Event, frozen=True, kw_only=True, tag="disclosure-filed"):
    """A candidate's own note that it disclosed; it reads no other room than the chair."""

    row = "B7"
    rooms = ("chair",)
    says = "{person} filed disclosure {disclosure_id}"
    disclosure_id: str
    person: str
    category: Category


class NoConflictDeclared(Event, frozen=True, kw_only=True, tag="no-conflict-declared"):
    """A candidate or mediator declared that it knows of nothing to disclose.

    Attributes:
        text_version: Version of the declaration's text.
        text_hash: SHA-256 of the document signed, None where not recorded.
    """

    row = "B8"
    says = "{person} declared to know of no conflict"
    person: str
    text_version: str
    text_hash: str | None = None


class ImpartialityDeclared(Event, frozen=True, kw_only=True, tag="impartiality-declared"):
    """A candidate or mediator signed its declaration.

    Attributes:
        covers: What it declares.
        text_version: Version of the declaration's text.
        text_hash: SHA-256 of the document signed, None where not recorded.
    """

    row = "B8"
    says = "{person} declared {covers}"
    person: str
    covers: tuple[Cover, ...]
    text_version: str
    text_hash: str | None = None


class DisclosureDelivered(Event, frozen=True, kw_only=True, tag="disclosure-delivered"):
    """A disclosure reached a party."""

    row = "B9"
    says = "{disclosure_id} delivered to {party}"
    disclosure_id: str
    party: str


class DisclosureAcknowledged(Event, frozen=True, kw_only=True, tag="disclosure-acknowledged"):
    """A party confirmed that it has a disclosure; that waives nothing."""

    row = "B9"
    says = "{party} acknowledged {disclosure_id}"
    disclosure_id: str
    party: str


class ObjectionRaised(Event, frozen=True, kw_only=True, tag="objection-raised"):
    """A party objected to a nominee or mediator.

    Attributes:
        disclosure_id: Disclosure it rests on, None for another ground.
    """

    row = "B10"
    says = "{party} objects to {person} ({objection_id})"
    objection_id: str
    party: str
    person: str
    disclosure_id: str | None = None
    ground: Content[str] = UNSET


class ObjectionWithdrawn(Event, frozen=True, kw_only=True, tag="objection-withdrawn"):
    """A party took its objection or challenge back."""

    row = "B10"
    says = "{party} withdrew {objection_id}"
    objection_id: str
    party: str


class ConflictWaived(Event, frozen=True, kw_only=True, tag="conflict-waived"):
    """A party, informed, expressly waived a disclosed circumstance.

    Attributes:
        statement: The words of the waiver.
    """

    row = "B11"
    says = "{party} waived {disclosure_id}"
    disclosure_id: str
    party: str
    statement: Content[str] = UNSET


class FeeTermsAccepted(Event, frozen=True, kw_only=True, tag="fee-terms-accepted"):
    """A party accepted what the mediator is paid, before it acts."""

    row = "B12"
    says = "{party} accepted the fee terms of {persons}"
    party: str
    persons: tuple[str, ...]
    terms: Content[str] = UNSET


class MediatorAppointed(Event, frozen=True, kw_only=True, tag="mediator-appointed"):
    """One or more mediators took office."""

    row = "B15"
    says = "{mediators} appointed ({method}), mandate {mandate_number}"
    mediators: tuple[str, ...]
    method: Method
    mandate_number: int


class ChallengeFiled(Event, frozen=True, kw_only=True, tag="challenge-filed"):
    """A party asked that a mediator leave; the ground goes to the body that decides.

    Attributes:
        known_since: When the party came to know the ground, None where not said.
    """

    row = "B16"
    says = "{party} challenges {person} ({challenge_id})"
    challenge_id: str
    party: str
    person: str
    known_since: str | None = None


class MandateSuspended(Event, frozen=True, kw_only=True, tag="mandate-suspended"):
    """The mandate rests.

    Attributes:
        challenge_id: Challenge it rests on, None for another reason.
    """

    row = "B17"
    says = "mandate suspended: {reason}"
    reason: SuspendReason
    challenge_id: str | None = None


class MandateRestored(Event, frozen=True, kw_only=True, tag="mandate-restored"):
    """The mandate is active again."""

    row = "B17"
    says = "mandate restored"


class ChallengeDecided(Event, frozen=True, kw_only=True, tag="challenge-decided"):
    """A challenge or objection was decided; reasons stay with the deciding body.

    Attributes:
        challenge_id: Id of the challenge or objection.
    """

    row = "B19"
    says = "{challenge_id} {outcome}"
    challenge_id: str
    outcome: Outcome


class MediatorRecused(Event, frozen=True, kw_only=True, tag="mediator-recused"):
    """A mediator left because of what binds it to a party."""

    row = "B20"
    says = "{person} recused itself"
    person: str
    reasons: Content[str | None] = UNSET


class MediatorResigned(Event, frozen=True, kw_only=True, tag="mediator-resigned"):
    """A mediator left for reasons of its own, told in general terms."""

    row = "B20"
    says = "{person} resigned as mediator"
    person: str
    reasons: Content[str | None] = UNSET


class MandateEnded(Event, frozen=True, kw_only=True, tag="mandate-ended"):
    """Mediators left office; with the last of them the mandate ends.

    Attributes:
        mandate_number: Which mandate.
        persons: Who left office.
        vacant: Whether nobody is left under the mandate.
    """

    row = "B22"
    says = "mandate {mandate_number} ended for {persons}: {reason}"
    mandate_number: int
    persons: tuple[str, ...]
    reason: EndReason
    vacant: bool


class SuccessorAppointed(Event, frozen=True, kw_only=True, tag="successor-appointed"):
    """One or more mediators took office after others had left it.

    Attributes:
        previous: Who held the mandate before.
    """

    row = "B23"
    says = "{mediators} appointed after {previous} ({method}), mandate {mandate_number}"
    mediators: tuple[str, ...]
    previous: tuple[str, ...]
    method: Method
    mandate_number: int


NeutralityEvent: TypeAlias = (
    MediatorNominated
    | CandidateApproached
    | MediatorDeclined
    | ConflictInquiryCompleted
    | ConflictDisclosed
    | DisclosureFiled
    | NoConflictDeclared
    | ImpartialityDeclared
    | DisclosureDelivered
    | DisclosureAcknowledged
    | ObjectionRaised
    | ObjectionWithdrawn
    | ConflictWaived
    | FeeTermsAccepted
    | MediatorAppointed
    | ChallengeFiled
    | MandateSuspended
    | MandateRestored
    | ChallengeDecided
    | MediatorRecused
    | MediatorResigned
    | MandateEnded
    | SuccessorAppointed
    | ChoiceEvent
    | ChangeEvent
)
EVENTS = (
    MediatorNominated,
    CandidateApproached,
    MediatorDeclined,
    ConflictInquiryCompleted,
    ConflictDisclosed,
    DisclosureFiled,
    NoConflictDeclared,
    ImpartialityDeclared,
    DisclosureDelivered,
    DisclosureAcknowledged,
    ObjectionRaised,
    ObjectionWithdrawn,
    ConflictWaived,
    FeeTermsAccepted,
    MediatorAppointed,
    ChallengeFiled,
    MandateSuspended,
    MandateRestored,
    ChallengeDecided,
    MediatorRecused,
    MediatorResigned,
    MandateEnded,
    SuccessorAppointed,
    *CHOICE_EVENTS,
    *CHANGE_EVENTS,
)
