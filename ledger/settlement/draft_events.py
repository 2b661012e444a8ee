"""List the events of drafting: mandate, drafts, what they oblige to, comments, the frozen text."""

from typing import Literal, TypeAlias

from msgspec import UNSET, field

from ledger.envelope import Content, Event
from ledger.profile_tables import SettlementPart
from ledger.terms import Money

Scope: TypeAlias = Literal["whole", "partial"]
ConditionKind: TypeAlias = Literal["precedent", "subsequent"]
Advice: TypeAlias = Literal["taken", "declined_after_being_told"]


class DraftingMandateGiven(Event, frozen=True, kw_only=True, tag="drafting-mandate-given"):
    """All parties said who drafts.

    Attributes:
        drafter: Who: `mediator` or a party.
        agreed_by: Parties that agreed.
        assisted_by: Counsel who assists.
    """

    row = "G1"
    says = "{drafter} is to draft"
    drafter: str
    agreed_by: tuple[str, ...]
    assisted_by: Content[tuple[str, ...] | None] = UNSET


class SettlementDraftPrepared(Event, frozen=True, kw_only=True, tag="settlement-draft-prepared"):
    """A first draft was laid before the parties.

    Attributes:
        settlement_id: Names the instrument.
        draft_version: Version of the text, 1.
        hash: SHA-256 of the text in the prevailing language.
        language: That language, such as `en`.
        translations: By language the SHA-256 of the text in it.
        scope: Whether it is to settle the whole dispute or a part.
        source_proposal: Proposal the terms come from.
        clause_map: By clause of the draft the clause of that proposal.
        issues: For a part, the listed issues it is to settle.
        title: What the draft is called.
    """

    row = "G2"
    says = "draft {draft_version} of settlement {settlement_id} prepared"
    admissibility = "protected"
    settlement_id: str
    draft_version: int
    hash: str
    language: str
    translations: dict[str, str] = field(default_factory=dict)
    scope: Scope = "whole"
    source_proposal: str | None = None
    clause_map: dict[str, str] = field(default_factory=dict)
    issues: tuple[str, ...] = ()
    title: Content[str | None] = UNSET


class ObligationDefined(Event, frozen=True, kw_only=True, tag="obligation-defined"):
    """The draft says what one party owes another; a later one of the same name replaces it.

    Attributes:
        obligor: Party that owes it.
        obligee: Party it is owed to.
        due: Day at the seat it falls due, for a fixed day.
        due_days: Days after entry into force, or after its last condition, for a rule.
        depends_on: Conditions that hold it back, and obligations that come first.
        clause_id: Clause of the draft that states it.
        act: What is to be done.
        amount: What is to be paid.
        proof: How performance is shown.
        on_breach: What the draft says about its breach.
    """

    row = "G3"
    says = "obligation {obligation_id} of {obligor} to {obligee} defined"
    admissibility = "settlement"
    settlement_id: str
    obligation_id: str
    obligor: str
    obligee: str
    due: str | None = None
    due_days: int | None = None
    depends_on: tuple[str, ...] = ()
    clause_id: str | None = None
    act: Content[str] = UNSET
    amount: Content[Money | None] = UNSET
    proof: Content[str | None] = UNSET
    on_breach: Content[str | None] = UNSET


class RightDefined(Event, frozen=True, kw_only=True, tag="right-defined"):
    """The draft gives a party a right; a later one of the same name replaces it."""

    row = "G4"
    says = "right {right_id} of {holder} defined"
    admissibility = "settlement"
    settlement_id: str
    right_id: str
    holder: str
    clause_id: str | None = None
    text: Content[str] = UNSET


class ConditionDefined(Event, frozen=True, kw_only=True, tag="condition-defined"):
    """The draft sets a condition; a later one of the same name replaces it.

    Attributes:
        kind: `precedent` where nothing is in force before it is met.
        beneficiary: Party that may waive it, None where only all together may.
        long_stop: Last day at the seat for it to be met.
        text: What has to happen.
    """

    row = "G4"
    says = "condition {condition_id} ({kind}) defined"
    admissibility = "settlement"
    settlement_id: str
    condition_id: str
    kind: ConditionKind = "precedent"
    beneficiary: str | None = None
    long_stop: str | None = None
    clause_id: str | None = None
    text: Content[str] = UNSET


class DraftCommented(Event, frozen=True, kw_only=True, tag="draft-commented"):
    """A party commented on a draft, before all or for its own team.

    Attributes:
        comment_id: Names the comment within the room.
        draft_version: Version commented on.
        comment: The comment.
    """

    row = "G5"
    rooms = ("joint", "party")
    says = "{by} commented on draft {draft_version} of {settlement_id}"
    admissibility = "protected"
    settlement_id: str
    comment_id: str
    by: str
    draft_version: int
    clause_id: str | None = None
    comment: Content[str] = UNSET


class DraftRevised(Event, frozen=True, kw_only=True, tag="draft-revised"):
    """A new version of the text; it answers every comment made before all.

    Attributes:
        drops: Obligations, rights and conditions it no longer has.
        changes: What changed, in words.
    """

    row = "G7"
    says = "draft {draft_version} of settlement {settlement_id} prepared"
    admissibility = "protected"
    settlement_id: str
    draft_version: int
    hash: str
    translations: dict[str, str] = field(default_factory=dict)
    drops: tuple[str, ...] = ()
    changes: Content[str | None] = UNSET


class TextFrozen(Event, frozen=True, kw_only=True, tag="text-frozen"):
    """All parties fixed the text that is to be signed.

    Attributes:
        hash: SHA-256 of the text in the prevailing language.
        translations: By language the SHA-256 of the text in it; signed together with it.
        agreed_by: Parties that agreed.
        settled_comments: Comments the parties regard as settled without a new version.
        contains: What the text names, as they declare it.
    """

    row = "G9"
    says = "draft {draft_version} of settlement {settlement_id} frozen"
    admissibility = "settlement"
    settlement_id: str
    draft_version: int
    hash: str
    translations: dict[str, str] = field(default_factory=dict)
    agreed_by: tuple[str, ...]
    settled_comments: tuple[str, ...] = ()
    contains: tuple[SettlementPart, ...] = ()


class TextUnfrozen(Event, frozen=True, kw_only=True, tag="text-unfrozen"):
    """A change was asked for: the text is a draft again and signatures on it are void.

    Attributes:
        asked_by: Party, or `mediator`.
        voided: Parties whose signatures are void by this.
        change_asked: The change, as far as all may know it.
    """

    row = "G9"
    says = "settlement {settlement_id} unfrozen, asked by {asked_by}"
    admissibility = "settlement"
    settlement_id: str
    draft_version: int
    asked_by: str
    voided: tuple[str, ...] = ()
    change_asked: Content[str | None] = UNSET


class AdviceAcknowledged(Event, frozen=True, kw_only=True, tag="advice-acknowledged"):
    """A party took independent advice, or declined it after being told that it may."""

    row = "G10"
    says = "{by} on independent advice: {advice}"
    admissibility = "settlement"
    settlement_id: str
    by: str
    advice: Advice
