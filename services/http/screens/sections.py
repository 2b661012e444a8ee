"""The parts of each sheet: which entries each lists, and which forms it offers."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from services.http.languages import label


class Section(Struct, frozen=True):
    """A part of a sheet.

    Attributes:
        heading: What people read above it.
        types: Entries it lists.
        commands: Forms it offers, where they may be given now.
    """

    heading: str
    types: tuple[str, ...]
    commands: tuple[str, ...]


SESSION: Final = (
    Section(
        label("The session"),
        (
            "session-scheduled",
            "session-rescheduled",
            "session-cancelled",
            "session-opened",
            "session-adjourned",
            "session-resumed",
            "session-closed",
            "session-suspended-for-safety",
            "session-suspended-for-technical-failure",
            "suspension-explained",
            "session-record-issued",
            "recording-made",
            "recording-destroyed",
        ),
        (
            "schedule-session",
            "reschedule-session",
            "cancel-session",
            "open-session",
            "adjourn-session",
            "resume-session",
            "suspend-session",
            "close-session",
            "issue-session-record",
            "note-recording",
            "destroy-recording",
        ),
    ),
    Section(
        label("Who was there"),
        ("participant-list-set", "attendance-recorded"),
        ("set-participant-list", "record-attendance"),
    ),
    Section(
        label("Who spoke, and how long"),
        ("speaking-turn-recorded", "statement-recorded", "interruption-noted", "question-posed"),
        ("record-speaking-turn", "record-statement", "note-interruption", "pose-question"),
    ),
    Section(
        label("Summaries offered for correction"),
        ("summary-given", "summary-confirmed", "summary-corrected"),
        ("give-summary", "confirm-summary", "correct-summary"),
    ),
    Section(
        label("Common ground"),
        ("common-ground-identified", "common-ground-confirmed", "option-introduced"),
        ("identify-common-ground", "confirm-common-ground", "introduce-option"),
    ),
    Section(
        label("Talks with one side alone"),
        ("caucus-opened", "caucus-closed", "caucus-noted", "caucuses-counted"),
        ("open-caucus", "close-caucus", "count-caucuses"),
    ),
    Section(
        label("Objections to how it is led"),
        ("conduct-objection-raised", "conduct-objection-answered", "balance-intervention-made"),
        ("object-to-conduct", "answer-conduct-objection", "record-balance-intervention"),
    ),
)
PREPARATION: Final = (
    Section(
        label("Documents and what was written before"),
        (
            "statement-submitted",
            "document-submitted",
            "document-reviewed",
            "prior-communications-reviewed",
        ),
        (
            "submit-statement",
            "submit-document",
            "review-document",
            "review-prior-communications",
        ),
    ),
    Section(
        label("Interests"),
        ("interest-recorded", "barrier-noted", "strategy-noted"),
        ("record-interest", "note-barrier", "note-strategy"),
    ),
    Section(
        label("Information asked for"),
        ("information-requested", "information-supplied"),
        ("request-information", "supply-information"),
    ),
    Section(label("The venue, and why it is neutral"), ("venue-selected",), ("select-venue",)),
    Section(
        label("What somebody needs to take part on equal terms"),
        ("access-need-recorded", "access-arranged"),
        ("record-access-need", "arrange-access"),
    ),
    Section(
        label("The course of the preparation"),
        ("preparation-opened", "protocol-issued", "preparation-completed"),
        ("open-preparation", "issue-protocol", "complete-preparation"),
    ),
)
SETTLEMENT: Final = (
    Section(
        label("Drafts"),
        ("drafting-mandate-given", "settlement-draft-prepared", "draft-revised"),
        ("give-drafting-mandate", "prepare-draft", "revise-draft"),
    ),
    Section(label("Comments"), ("draft-commented",), ("comment-draft",)),
    Section(
        label("Obligations, rights and conditions"),
        (
            "obligation-defined",
            "right-defined",
            "condition-defined",
            "condition-satisfied",
            "condition-failed",
            "condition-waived",
        ),
        (
            "define-obligation",
            "define-right",
            "define-condition",
            "satisfy-condition",
            "fail-condition",
            "waive-condition",
        ),
    ),
    Section(
        label("The frozen text"),
        (
            "text-frozen",
            "text-unfrozen",
            "advice-acknowledged",
            "legal-review-recorded",
            "legal-opinion-kept",
            "translation-certified",
        ),
        (
            "freeze-text",
            "unfreeze-text",
            "acknowledge-advice",
            "record-legal-review",
            "certify-translation",
        ),
    ),
    Section(
        label("Signatures"),
        (
            "signature-invited",
            "settlement-signed",
            "signature-refused",
            "signature-attempt-failed",
            "signature-window-lapsed",
            "settlement-executed",
            "settlement-entered-into-force",
            "mediator-signed-as-evidence",
        ),
        (
            "invite-signatures",
            "sign-settlement",
            "refuse-signature",
            "report-failed-signature",
            "sign-as-evidence",
        ),
    ),
    Section(
        label("Copies and certificates"),
        (
            "settlement-copy-delivered",
            "mediator-certificate-issued",
            "institution-attestation-issued",
            "registration-recorded",
            "court-order-recorded",
            "consent-award-recorded",
        ),
        ("deliver-copy", "issue-mediator-certificate", "attest-settlement"),
    ),
)
EVALUATION: Final = (
    Section(
        label("How the mediation was found"),
        (
            "feedback-requested",
            "party-feedback-received",
            "mediator-feedback-received",
            "feedback-shared",
        ),
        ("request-feedback", "give-feedback", "give-mediator-feedback", "share-feedback"),
    ),
    Section(
        label("Was it led evenly?"),
        ("procedure-checklist-computed", "bias-check-completed", "balance-commented"),
        ("compute-checklist", "complete-bias-check", "comment-on-balance"),
    ),
    Section(
        label("Complaints"),
        ("complaint-filed", "complaint-decided"),
        ("file-complaint", "decide-complaint"),
    ),
    Section(label("The end of the evaluation"), ("evaluation-closed",), ("close-evaluation",)),
)
SHEETS: Final[Mapping[str, tuple[str, tuple[Section, ...]]]] = {
    "preparation": (label("Preparation"), PREPARATION),
    "settlement": (label("Settlement"), SETTLEMENT),
    "evaluation": (label("Evaluation"), EVALUATION),
}
