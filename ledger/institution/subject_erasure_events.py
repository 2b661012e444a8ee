"""Record erasures of one person's data over every case at once (rows J8 to J10)."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.terms import ErasureExemption, ErasureGround, ErasureResult


class SubjectErasureRequested(Event, frozen=True, kw_only=True, tag="subject-erasure-requested"):
    """Somebody asked that what entries say of a person be destroyed, whatever the case.

    Attributes:
        erasure_id: Names the request.
        subject: Whose data are meant: `person:holt`.
        reason: Why.
    """

    row = "J8"
    rooms = ("registry",)
    says = "erasure {erasure_id} asked for, of {subject} in every case"
    erasure_id: str
    subject: str
    reason: Content[str | None] = UNSET


class SubjectErasureAssessed(Event, frozen=True, kw_only=True, tag="subject-erasure-assessed"):
    """The data-protection officer decided on it; nothing is destroyed yet.

    Attributes:
        erasure_id: Names the request.
        result: `partly` where something named in `kept` stays.
        ground: Legal basis in a word, None for a refusal.
        exemption: Why something is kept, None where nothing is.
        kept: Types of entries that are kept although they are within the request.
        basis: Legal basis in words.
        reasons: Why it is granted or refused.
    """

    row = "J9"
    rooms = ("registry",)
    says = "erasure {erasure_id} assessed: {result}"
    erasure_id: str
    result: ErasureResult
    ground: ErasureGround | None = None
    exemption: ErasureExemption | None = None
    kept: tuple[str, ...] = ()
    basis: Content[str | None] = UNSET
    reasons: Content[str | None] = UNSET


class SubjectErasureExecuted(Event, frozen=True, kw_only=True, tag="subject-erasure-executed"):
    """A second person let it be carried out: the order that every case follows.

    It names no case and no entry: which rooms hold some is told in those rooms alone.

    Attributes:
        erasure_id: Names the request.
        ground: Legal basis in a word.
        approved_by: Who granted it.
        basis: Legal basis in words.
    """

    row = "J10"
    rooms = ("registry",)
    says = "erasure {erasure_id} executed: {ground}"
    erasure_id: str
    ground: ErasureGround
    approved_by: str
    basis: Content[str | None] = UNSET


SubjectErasureEvent: TypeAlias = (
    SubjectErasureRequested | SubjectErasureAssessed | SubjectErasureExecuted
)
