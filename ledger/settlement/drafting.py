"""Ask for a draft, lay it before the parties, comment on it, revise it."""

from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta, field

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    id_is_new,
    known,
    mandate_is_active,
    own,
    party_has_consented,
)
from ledger.parties import TALKING, Phase, Standing
from ledger.settlement.draft_events import (
    DraftCommented,
    DraftingMandateGiven,
    DraftRevised,
    Scope,
    SettlementDraftPrepared,
)
from ledger.settlement.instrument import Instrument
from ledger.settlement.occasions import to_draft, to_work_on_draft
from ledger.settlement.rules import (
    agreement_in_principle_exists,
    all_parties_agree,
    comment_room_is_joint_or_own,
    drafter_has_mandate,
    drafter_is_mediator_or_party,
    instrument_is_known,
    names_are_defined,
    part_names_listed_issues,
    revision_changes_text,
    settlement_room_is_joint,
    text_is_not_frozen,
)
from ledger.settlement.state import Settlement
from ledger.terms import Hash, Id, PartyId, Words, next_id

DRAFTED = frozenset({Phase.MEDIATING, Phase.DRAFTING, Phase.SIGNING})
"""Phases in which a text may be worked on; talks go on beside it."""
Language: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")]


class GiveDraftingMandate(Command, frozen=True, kw_only=True, tag="give-drafting-mandate"):
    """Say who drafts, as all parties agreed.

    Attributes:
        drafter: `mediator` or a party.
        agreed_by: Parties that agreed, None for all.
        assisted_by: Counsel who assists.
    """

    by = ("party", "mediator")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"drafter": "mediator", "assisted_by": ["counsel of A"]}
    guards = (settlement_room_is_joint, actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (known(agreement_in_principle_exists),)
    drafter: PartyId = "mediator"
    agreed_by: tuple[PartyId, ...] | None = None
    assisted_by: tuple[Words, ...] = ()


class PrepareDraft(Command, frozen=True, kw_only=True, tag="prepare-draft"):
    """Lay a first draft before the parties.

    Attributes:
        settlement_id: Its name, None for the next number.
        hash: SHA-256 of the text in the prevailing language.
        language: That language.
        translations: By language the SHA-256 of the text in it.
        scope: Whether it is to settle the whole dispute or a part.
        source_proposal: Proposal the terms come from, None for that of the latest agreement.
        clause_map: By clause of the draft the clause of that proposal.
        issues: For a part, the listed issues it is to settle.
        title: What it is called.
    """

    by = ("party", "mediator")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {
        "hash": "ab" * 32,
        "language": "en",
        "clause_map": {"1": "C1"},
        "title": "Settlement on berth fees",
    }
    guards = (settlement_room_is_joint, actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (own(drafter_has_mandate),)
    settlement_id: Id | None = None
    hash: Hash
    language: Language = "en"
    translations: dict[Language, Hash] = field(default_factory=dict)
    scope: Scope = "whole"
    source_proposal: Id | None = None
    clause_map: dict[Id, Id] = field(default_factory=dict)
    issues: tuple[Id, ...] = ()
    title: Words | None = None


class CommentDraft(Command, frozen=True, kw_only=True, tag="comment-draft"):
    """Comment on a draft: before all, or for one's own team with the room `party:<id>`.

    Attributes:
        settlement_id: Which, None for the latest.
        comment_id: Its name, None for the next number.
    """

    by = ("party",)
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {"comment": "clause 3 names no day", "clause_id": "3"}
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_work_on_draft,)
    settlement_id: Id | None = None
    comment_id: Id | None = None
    clause_id: Id | None = None
    comment: Words


class ReviseDraft(Command, frozen=True, kw_only=True, tag="revise-draft"):
    """Lay a new version before the parties; it answers every comment made before all.

    Attributes:
        settlement_id: Which, None for the latest.
        hash: SHA-256 of the new text in the prevailing language.
        translations: By language the SHA-256 of the new text in it.
        drops: Obligations, rights and conditions it no longer has.
        changes: What changed.
    """

    by = ("party", "mediator")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {"hash": "cd" * 32, "changes": "a day in clause 3"}
    guards = (settlement_room_is_joint, actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_draft,)
    settlement_id: Id | None = None
    hash: Hash
    translations: dict[Language, Hash] = field(default_factory=dict)
    drops: tuple[Id, ...] = ()
    changes: Words | None = None


def give_drafting_mandate(
    state: Settlement,  # noqa: ARG001 - every decision takes the state
    standing: Standing,
    act: Act[GiveDraftingMandate],
) -> Decision:
    """Say who drafts.

    Raises:
        RuleViolation: drafter_is_mediator_or_party, agreement_in_principle_exists,
            all_parties_agree, actor_has_power.
    """
    data = act.data
    drafter_is_mediator_or_party(act, standing, data.drafter)
    agreement_in_principle_exists(act, standing)
    agreed_by = standing.current() if data.agreed_by is None else data.agreed_by
    all_parties_agree(act, standing, agreed_by)
    actor_has_power(act, standing, "negotiate")
    event = DraftingMandateGiven(
        drafter=data.drafter, agreed_by=agreed_by, assisted_by=data.assisted_by or None
    )
    return [Placed("joint", event)]


def prepare_draft(state: Settlement, standing: Standing, act: Act[PrepareDraft]) -> Decision:
    """Lay a first draft before the parties.

    Raises:
        RuleViolation: drafter_has_mandate, part_names_listed_issues, id_is_new.
    """
    data = act.data
    drafter_has_mandate(act, state)
    part_names_listed_issues(act, standing)
    settlement_id = data.settlement_id or next_id("SA", state.instruments)
    id_is_new(act, state.instruments, settlement_id, settlement_id)
    agreed = None if standing.agreement is None else standing.agreement.proposal_id
    event = SettlementDraftPrepared(
        settlement_id=settlement_id,
        draft_version=1,
        hash=data.hash,
        language=data.language,
        translations=data.translations,
        scope=data.scope,
        source_proposal=data.source_proposal or agreed,
        clause_map=data.clause_map,
        issues=data.issues,
        title=data.title,
    )
    return [Placed("joint", event)]


def comment_draft(state: Settlement, standing: Standing, act: Act[CommentDraft]) -> Decision:  # noqa: ARG001 - every decision takes the standing
    """Comment on a draft.

    Raises:
        RuleViolation: comment_room_is_joint_or_own, instrument_is_known, text_is_not_frozen,
            id_is_new.
    """
    data = act.data
    room = act.room or "joint"
    comment_room_is_joint_or_own(act, room)
    instrument = instrument_of(state, act)
    text_is_not_frozen(act, instrument)
    known = instrument.comments if room == "joint" else state.own_comments.get(room, ())
    number = act.rooms.get(room, 0) + 1
    comment_id = data.comment_id or f"K{number}"
    id_is_new(act, known, comment_id, comment_id)
    event = DraftCommented(
        settlement_id=instrument.settlement_id,
        comment_id=comment_id,
        by=act.acting(),
        draft_version=instrument.draft_version,
        clause_id=data.clause_id,
        comment=data.comment,
    )
    return [Placed(room, event)]


def revise_draft(state: Settlement, standing: Standing, act: Act[ReviseDraft]) -> Decision:  # noqa: ARG001 - every decision takes the standing
    """Lay a new version before the parties.

    Raises:
        RuleViolation: instrument_is_known, text_is_not_frozen, drafter_has_mandate,
            revision_changes_text, names_are_defined.
    """
    data = act.data
    instrument = instrument_of(state, act)
    text_is_not_frozen(act, instrument)
    drafter_has_mandate(act, state)
    revision_changes_text(act, instrument, data.hash, data.translations)
    names_are_defined(act, instrument, data.drops)
    event = DraftRevised(
        settlement_id=instrument.settlement_id,
        draft_version=instrument.draft_version + 1,
        hash=data.hash,
        translations=data.translations,
        drops=data.drops,
        changes=data.changes,
    )
    return [Placed("joint", event)]


def instrument_of(state: Settlement, act: Act[Any]) -> Instrument:
    """Find the instrument a command means: the one it names, else the latest.

    Raises:
        RuleViolation: instrument_is_known.
    """
    settlement_id = act.data.settlement_id or state.latest()
    instrument_is_known(act, state, settlement_id)
    assert settlement_id is not None
    return state.instruments[settlement_id]
