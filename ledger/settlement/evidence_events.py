"""List the events of proving a settlement, and of what others do with it."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event

Question: TypeAlias = Literal["validity", "enforceability", "third_party_approval"]
Opinion: TypeAlias = Literal["sound", "sound_with_changes", "unsound", "unclear"]


class LegalReviewRecorded(Event, frozen=True, kw_only=True, tag="legal-review-recorded"):
    """A draft was looked at by a lawyer; what was found is told only where its client says so.

    Attributes:
        review_id: Names the review.
        draft_version: The version looked at.
        by: Party whose lawyer it was, or `mediator` for an expert of all.
        question: What was asked.
        outcome: What was found, None where it is kept by the party.
        opinion: The opinion, as far as it is shared.
    """

    row = "G6"
    says = "legal review of draft {draft_version} of {settlement_id} by {by}: {question}"
    admissibility = "protected"
    settlement_id: str
    review_id: str
    draft_version: int
    by: str
    question: Question
    outcome: Opinion | None = None
    opinion: Content[str | None] = UNSET


class LegalOpinionKept(Event, frozen=True, kw_only=True, tag="legal-opinion-kept"):
    """What a party's lawyer found, for its own team."""

    row = "G6"
    rooms = ("party",)
    says = "outcome of legal review {review_id}: {outcome}"
    admissibility = "protected"
    settlement_id: str
    review_id: str
    outcome: Opinion
    opinion: Content[str | None] = UNSET


class TranslationCertified(Event, frozen=True, kw_only=True, tag="translation-certified"):
    """A translation of a draft was certified to say the same.

    Attributes:
        language: Language of the translation.
        hash: SHA-256 of the translation.
        prevailing: Language whose text prevails.
        certifier: Who certified it.
    """

    row = "G8"
    says = "translation of draft {draft_version} of {settlement_id} into {language} certified"
    admissibility = "settlement"
    settlement_id: str
    draft_version: int
    language: str
    hash: str
    prevailing: str
    certifier: Content[str] = UNSET


class SignatureAttemptFailed(Event, frozen=True, kw_only=True, tag="signature-attempt-failed"):
    """Somebody signed another text than the frozen one; it counts for nothing, and is kept.

    Attributes:
        by: The party.
        hash: SHA-256 of the text signed.
        of_version: Version whose text it is, None where it is none of them.
        note: How it came in.
    """

    row = "G12"
    says = "attempt of {by} to sign another text than draft {draft_version} of {settlement_id}"
    admissibility = "settlement"
    settlement_id: str
    by: str
    draft_version: int
    hash: str
    of_version: int | None = None
    note: Content[str | None] = UNSET


class MediatorCertificateIssued(
    Event, frozen=True, kw_only=True, tag="mediator-certificate-issued"
):
    """The mediator certified that a mediation took place.

    Attributes:
        settlement_id: Settlement it led to, None where it led to none.
        text: The certificate.
    """

    row = "G17"
    says = "the mediator certified that a mediation took place"
    admissibility = "settlement"
    settlement_id: str | None = None
    text: Content[str] = UNSET


class InstitutionAttestationIssued(
    Event, frozen=True, kw_only=True, tag="institution-attestation-issued"
):
    """The institution attested that a settlement came from a mediation under its rules.

    Attributes:
        serial: Number of the attestation within the case.
        hash: SHA-256 of the settlement's text.
        approved_by: Second person, who is not the one that entered it.
        facts: What is attested.
    """

    row = "G18"
    says = "attestation {serial} of settlement {settlement_id} issued"
    admissibility = "settlement"
    settlement_id: str
    serial: str
    hash: str
    approved_by: str
    facts: Content[str] = UNSET


class CoolingOffExercised(Event, frozen=True, kw_only=True, tag="cooling-off-exercised"):
    """A party stepped back from a settlement within the days it had for that.

    Attributes:
        by: The party.
        others_stand: Whether another settlement of the case stands.
    """

    row = "G22"
    says = "{by} stepped back from settlement {settlement_id} in the cooling-off days"
    admissibility = "settlement"
    settlement_id: str
    by: str
    others_stand: bool = False


class PartialSettlementExecuted(
    Event, frozen=True, kw_only=True, tag="partial-settlement-executed"
):
    """A settlement of a part was executed; follows from the last signature alone.

    Attributes:
        issues_settled: Listed issues it settles.
        issues_open: Listed issues no executed settlement settles.
    """

    row = "G23"
    says = "settlement {settlement_id} settles {issues_settled}; open: {issues_open}"
    admissibility = "settlement"
    settlement_id: str
    issues_settled: tuple[str, ...]
    issues_open: tuple[str, ...]


class LongStopPassed(Event, frozen=True, kw_only=True, tag="long-stop-passed"):
    """The last day for a condition passed and nobody said that it was met.

    Attributes:
        condition_id: The condition, which by this has failed.
        on: That day, at the seat.
    """

    row = "G20"
    says = "the last day for condition {condition_id} of {settlement_id} passed"
    admissibility = "settlement"
    settlement_id: str
    condition_id: str
    on: str


class Taken(Event, frozen=True, kw_only=True):
    """Hold what is common to what a body outside did with a settlement.

    Attributes:
        on: Day it did, at its place.
        consented: Parties that consented to it.
        body: Which body.
        reference: Its reference.
    """

    settlement_id: str
    by: str
    on: str
    consented: tuple[str, ...] = ()
    body: Content[str] = UNSET
    reference: Content[str | None] = UNSET


class RegistrationRecorded(Taken, frozen=True, kw_only=True, tag="registration-recorded"):
    """A settlement was registered with a body outside."""

    row = "G24"
    says = "settlement {settlement_id} registered on {on}"
    admissibility = "settlement"


class CourtOrderRecorded(Taken, frozen=True, kw_only=True, tag="court-order-recorded"):
    """A court made an order of a settlement."""

    row = "G24"
    says = "court order on settlement {settlement_id} of {on}"
    admissibility = "settlement"


class ConsentAwardRecorded(Taken, frozen=True, kw_only=True, tag="consent-award-recorded"):
    """An arbitral tribunal made an award of a settlement, as the parties asked."""

    row = "G24"
    says = "consent award on settlement {settlement_id} of {on}"
    admissibility = "settlement"


EvidenceEvent: TypeAlias = (
    LegalReviewRecorded
    | LegalOpinionKept
    | TranslationCertified
    | SignatureAttemptFailed
    | MediatorCertificateIssued
    | InstitutionAttestationIssued
    | CoolingOffExercised
    | PartialSettlementExecuted
    | LongStopPassed
    | RegistrationRecorded
    | CourtOrderRecorded
    | ConsentAwardRecorded
)
EVIDENCE_EVENTS = (
    LegalReviewRecorded,
    LegalOpinionKept,
    TranslationCertified,
    SignatureAttemptFailed,
    MediatorCertificateIssued,
    InstitutionAttestationIssued,
    CoolingOffExercised,
    PartialSettlementExecuted,
    LongStopPassed,
    RegistrationRecorded,
    CourtOrderRecorded,
    ConsentAwardRecorded,
)
