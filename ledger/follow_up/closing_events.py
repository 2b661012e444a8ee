"""Record how a case ends (rows H1 to H6)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event

Mode: TypeAlias = Literal[
    "settled",
    "joint_declaration",
    "party_withdrawal",
    "no_prospect",
    "completed",
    "time_limit",
    "deposit",
    "no_mediator",
    "safety",
]
"""Why a case ends (DOMAIN.md 3.3)."""

ClosingKind: TypeAlias = Literal[
    "neutral_factual_notice", "notice_of_termination", "non_settlement_report", "factual_report"
]


class ClosingSessionHeld(Event, frozen=True, kw_only=True, tag="closing-session-held"):
    """The mediator went through the result with the parties.

    Attributes:
        attended: Parties that were there.
        satisfaction_asked: Whether each was asked how satisfied it is; what it says stays with the
            institution.
        points: What was gone through.
        questions: What was asked.
    """

    row = "H1"
    says = "closing session held"
    attended: tuple[str, ...]
    satisfaction_asked: bool = False
    points: Content[str | None] = UNSET
    questions: Content[str | None] = UNSET


class UnderstandingConfirmed(Event, frozen=True, kw_only=True, tag="understanding-confirmed"):
    """A party said that it understands the terms and what they do."""

    row = "H2"
    says = "{party} confirmed that it understands the terms"
    party: str


class SatisfactionStated(Event, frozen=True, kw_only=True, tag="satisfaction-stated"):
    """A party said how satisfied it is; for the institution alone.

    Attributes:
        scale: From 1, not at all, to 5, entirely.
    """

    row = "H3"
    rooms = ("desk",)
    says = "{party} said how satisfied it is"
    party: str
    scale: Content[int] = UNSET
    remark: Content[str | None] = UNSET


class TerminationDeclared(Event, frozen=True, kw_only=True, tag="termination-declared"):
    """Somebody entitled to it declared the case at an end; reasons go to the registry alone.

    Attributes:
        by: Who declared it: a party's id or a role; `all parties` for a joint declaration.
        effective_at: When it takes effect, RFC 3339; None where that is not recorded, or awaited.
        awaits_confirmation: Whether it takes effect only when the institution confirms it.
        consulted: Parties asked before.
        deposit_due: Day the unpaid deposit was due.
    """

    row = "H4"
    says = "{by} declared the case at an end: {mode}"
    mode: Mode
    by: str
    effective_at: str | None = None
    awaits_confirmation: bool = False
    consulted: tuple[str, ...] = ()
    deposit_due: str | None = None


class TerminationConfirmed(Event, frozen=True, kw_only=True, tag="termination-confirmed"):
    """The institution confirmed a declared end, which takes effect with it."""

    row = "H4"
    says = "the institution confirmed the end: {mode}"
    mode: Mode
    effective_at: str | None


class ClosingDocumentIssued(Event, frozen=True, kw_only=True, tag="closing-document-issued"):
    """The neutral notice of the end was issued; it tells steps, nothing of the talks."""

    row = "H5"
    says = "closing document issued: {kind}"
    kind: ClosingKind
    hash: str | None = None


class CaseClosed(Event, frozen=True, kw_only=True, tag="case-closed"):
    """The registry closed the case.

    Attributes:
        outcome: How much of the dispute was settled.
        open_issues: Ids of issues left open.
        basis: Word of the source for why, for a case that ended elsewhere.
        session_waived: Whether the parties did without a closing session.
    """

    row = "H6"
    says = "case closed: {outcome}"
    outcome: Literal["full", "partial", "none"]
    open_issues: tuple[str, ...] = ()
    basis: str | None = None
    session_waived: bool = False
    reason: Content[str | None] = UNSET


class SettlementReported(Event, frozen=True, kw_only=True, tag="settlement-reported"):
    """The registry was told of a settlement that was not signed here; never "executed".

    Attributes:
        reported_on: Day of the settlement as told, None where not recorded.
        basis: Word of the source it rests on.
    """

    row = "H6"
    says = "a settlement was reported: {basis}"
    admissibility = "settlement"
    reported_on: str | None
    basis: str
    note: Content[str | None] = UNSET
