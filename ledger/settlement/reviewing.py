"""Have a draft looked at, certify its translations, keep attempts to sign another text."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    id_is_new,
    mandate_is_active,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.parties import Standing
from ledger.settlement.drafting import DRAFTED, Language, instrument_of
from ledger.settlement.evidence_events import (
    LegalOpinionKept,
    LegalReviewRecorded,
    Opinion,
    Question,
    SignatureAttemptFailed,
    TranslationCertified,
)
from ledger.settlement.evidence_rules import (
    attempt_is_on_other_text,
    translation_is_certified_once,
    translation_is_of_draft,
)
from ledger.settlement.instrument import Instrument
from ledger.settlement.occasions import to_change_frozen, to_speak_on_advice
from ledger.settlement.rules import settlement_room_is_joint, text_is_frozen
from ledger.settlement.state import Settlement
from ledger.terms import Hash, Id, PartyId, Words, next_id


class RecordLegalReview(Command, frozen=True, kw_only=True, tag="record-legal-review"):
    """Say that a draft was looked at by a lawyer: one's own, or for the mediator an expert of all.

    Attributes:
        settlement_id: Which, None for the latest.
        review_id: Its name, None for the next number.
        question: What was asked.
        outcome: What was found.
        opinion: The opinion.
        share: Whether all may know outcome and opinion; else only one's own team keeps them.
    """

    by = ("party", "mediator")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {
        "question": "enforceability",
        "outcome": "sound_with_changes",
        "opinion": "clause 3 needs a day",
    }
    guards = (settlement_room_is_joint, actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_speak_on_advice,)
    settlement_id: Id | None = None
    review_id: Id | None = None
    question: Question
    outcome: Opinion
    opinion: Words | None = None
    share: bool = False


class CertifyTranslation(Command, frozen=True, kw_only=True, tag="certify-translation"):
    """Record that a translation of the draft was certified.

    Attributes:
        settlement_id: Which, None for the latest.
        language: Language of the translation.
        hash: SHA-256 of the translation.
        certifier: Who certified it.
    """

    by = ("registry", "mediator", "party")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {
        "language": "fr",
        "hash": "ef" * 32,
        "certifier": "M. Lefèvre, sworn translator",
    }
    guards = (settlement_room_is_joint, actor_is_mediator)
    occasions = (to_speak_on_advice,)
    settlement_id: Id | None = None
    language: Language
    hash: Hash
    certifier: Words


class ReportFailedSignature(Command, frozen=True, kw_only=True, tag="report-failed-signature"):
    """Keep on record that a party handed in a signature on another text than the frozen one.

    Attributes:
        settlement_id: Which, None for the latest.
        party: The party.
        hash: SHA-256 of the text it signed.
        note: How it came in.
    """

    by = ("registry",)
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {
        "party": "B",
        "hash": "ab" * 32,
        "note": "printed from an older version",
    }
    guards = (settlement_room_is_joint,)
    occasions = (to_change_frozen,)
    settlement_id: Id | None = None
    party: PartyId
    hash: Hash
    note: Words | None = None


def record_legal_review(
    state: Settlement,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[RecordLegalReview],
) -> Decision:
    """Record a legal review: that it took place before all, what it found where it belongs.

    Raises:
        RuleViolation: instrument_is_known, id_is_new.
    """
    data = act.data
    instrument = instrument_of(state, act)
    name = data.review_id or next_id("LR", state.reviews)
    id_is_new(act, state.reviews, name, name)
    shared = data.share or act.role == "mediator"
    event = LegalReviewRecorded(
        settlement_id=instrument.settlement_id,
        review_id=name,
        draft_version=instrument.draft_version,
        by=act.acting(),
        question=data.question,
        outcome=data.outcome if shared else None,
        opinion=data.opinion if shared else None,
    )
    return [Placed("joint", event), *([] if shared else _kept(act, instrument, name))]


def _kept(act: Act[RecordLegalReview], instrument: Instrument, name: str) -> Decision:
    event = LegalOpinionKept(
        settlement_id=instrument.settlement_id,
        review_id=name,
        outcome=act.data.outcome,
        opinion=act.data.opinion,
    )
    return [Placed(f"party:{own_party(act)}", event)]


def certify_translation(
    state: Settlement,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[CertifyTranslation],
) -> Decision:
    """Record that a translation was certified.

    Raises:
        RuleViolation: instrument_is_known, translation_is_of_draft, translation_is_certified_once.
    """
    data = act.data
    instrument = instrument_of(state, act)
    translation_is_of_draft(act, instrument)
    translation_is_certified_once(act, instrument)
    event = TranslationCertified(
        settlement_id=instrument.settlement_id,
        draft_version=instrument.draft_version,
        language=data.language,
        hash=data.hash,
        prevailing=instrument.language,
        certifier=data.certifier,
    )
    return [Placed("joint", event)]


def report_failed_signature(
    state: Settlement, standing: Standing, act: Act[ReportFailedSignature]
) -> Decision:
    """Keep a failed attempt; a refused sign-settlement records nothing by itself.

    Raises:
        RuleViolation: instrument_is_known, text_is_frozen, party_is_known,
            attempt_is_on_other_text.
    """
    data = act.data
    instrument = instrument_of(state, act)
    text_is_frozen(act, instrument)
    party_is_known(act, standing, data.party)
    attempt_is_on_other_text(act, instrument)
    versions = [v for v, known in instrument.versions.items() if known == data.hash]
    event = SignatureAttemptFailed(
        settlement_id=instrument.settlement_id,
        by=data.party,
        draft_version=instrument.draft_version,
        hash=data.hash,
        of_version=versions[-1] if versions else None,
        note=data.note,
    )
    return [Placed("joint", event)]
