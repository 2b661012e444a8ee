"""Fix the text that is to be signed, open it again, and speak on independent advice."""

from typing import Any, ClassVar

from msgspec import field

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    mandate_is_active,
    party_has_consented,
)
from ledger.parties import Standing
from ledger.profile_tables import SettlementPart
from ledger.settlement.draft_events import Advice, AdviceAcknowledged, TextFrozen, TextUnfrozen
from ledger.settlement.drafting import DRAFTED, Language, instrument_of
from ledger.settlement.occasions import to_change_frozen, to_speak_on_advice, to_work_on_draft
from ledger.settlement.rules import (
    all_parties_agree,
    comments_are_closed,
    frozen_text_is_current_draft,
    settlement_room_is_joint,
    text_concerns_those_who_take_part,
    text_contains_what_is_asked,
    text_is_frozen,
    text_is_not_frozen,
)
from ledger.settlement.state import Settlement
from ledger.settlement.window import window_closed
from ledger.terms import Hash, Id, PartyId, Words


class FreezeText(Command, frozen=True, kw_only=True, tag="freeze-text"):
    """Fix the latest version for signing, as all parties agreed.

    Attributes:
        settlement_id: Which, None for the latest.
        hash: SHA-256 of the text agreed on, in the prevailing language.
        translations: By language the SHA-256 of the text in it.
        agreed_by: Parties that agreed, None for all.
        settled_comments: Comments the parties regard as settled without a new version.
        contains: What the text names, None for all that the profile wants it to.
    """

    by = ("party", "mediator", "registry")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {"hash": "cd" * 32}
    guards = (settlement_room_is_joint, actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_work_on_draft,)
    settlement_id: Id | None = None
    hash: Hash
    translations: dict[Language, Hash] = field(default_factory=dict)
    agreed_by: tuple[PartyId, ...] | None = None
    settled_comments: tuple[Id, ...] = ()
    contains: tuple[SettlementPart, ...] | None = None


class UnfreezeText(Command, frozen=True, kw_only=True, tag="unfreeze-text"):
    """Ask for a change of the frozen text; the signatures on it become void.

    Attributes:
        settlement_id: Which, None for the latest.
        change_asked: The change, as far as all may know it.
    """

    by = ("party", "mediator")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {"change_asked": "45 days must read 30 days in French"}
    guards = (settlement_room_is_joint, actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_change_frozen,)
    settlement_id: Id | None = None
    change_asked: Words | None = None


class AcknowledgeAdvice(Command, frozen=True, kw_only=True, tag="acknowledge-advice"):
    """Say that independent advice was taken, or declined after being told of it.

    Attributes:
        settlement_id: On which settlement, None for the latest.
    """

    by = ("party",)
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {"advice": "taken"}
    guards = (settlement_room_is_joint, party_has_consented, mandate_is_active)
    occasions = (to_speak_on_advice,)
    settlement_id: Id | None = None
    advice: Advice


def freeze_text(state: Settlement, standing: Standing, act: Act[FreezeText]) -> Decision:
    """Fix the latest version for signing.

    Raises:
        RuleViolation: instrument_is_known, text_is_not_frozen, frozen_text_is_current_draft,
            comments_are_closed, text_contains_what_is_asked, text_concerns_those_who_take_part,
            all_parties_agree, actor_has_power.
    """
    data = act.data
    instrument = instrument_of(state, act)
    text_is_not_frozen(act, instrument)
    frozen_text_is_current_draft(act, instrument, data.hash, data.translations)
    comments_are_closed(act, instrument, data.settled_comments)
    asked = act.profile.settlement.must_contain
    contains = asked if data.contains is None else data.contains
    text_contains_what_is_asked(act, contains)
    text_concerns_those_who_take_part(act, standing, instrument)
    agreed_by = standing.current() if data.agreed_by is None else data.agreed_by
    all_parties_agree(act, standing, agreed_by)
    actor_has_power(act, standing, "negotiate")
    event = TextFrozen(
        settlement_id=instrument.settlement_id,
        draft_version=instrument.draft_version,
        hash=data.hash,
        translations=data.translations,
        agreed_by=agreed_by,
        settled_comments=data.settled_comments,
        contains=contains,
    )
    return [Placed("joint", event)]


def unfreeze_text(state: Settlement, standing: Standing, act: Act[UnfreezeText]) -> Decision:
    """Open a frozen text again; voids the signatures on it visibly (I-12).

    Raises:
        RuleViolation: instrument_is_known, text_is_frozen, actor_has_power.
    """
    instrument = instrument_of(state, act)
    text_is_frozen(act, instrument)
    actor_has_power(act, standing, "negotiate")
    event = TextUnfrozen(
        settlement_id=instrument.settlement_id,
        draft_version=instrument.draft_version,
        asked_by=act.acting(),
        voided=tuple(instrument.signatures),
        change_asked=act.data.change_asked,
    )
    return [Placed("joint", event), *window_closed(standing, instrument)]


def acknowledge_advice(
    state: Settlement,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[AcknowledgeAdvice],
) -> Decision:
    """Speak on independent advice.

    Raises:
        RuleViolation: instrument_is_known.
    """
    instrument = instrument_of(state, act)
    event = AdviceAcknowledged(
        settlement_id=instrument.settlement_id, by=act.acting(), advice=act.data.advice
    )
    return [Placed("joint", event)]
