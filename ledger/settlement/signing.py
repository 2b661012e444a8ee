"""Invite signatures, sign, refuse to sign."""

from typing import Any, ClassVar

from msgspec import UNSET, field
from msgspec.structs import replace

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    content_is_erased,
    mandate_is_active,
    party_has_consented,
    party_is_known,
)
from ledger.parties import Phase, Standing
from ledger.reasons import reasons_given
from ledger.rooms import caucus_of
from ledger.settlement.drafting import DRAFTED, Language, instrument_of
from ledger.settlement.force import executed
from ledger.settlement.instrument import Instrument, Signature
from ledger.settlement.occasions import to_change_frozen, to_refuse, to_sign
from ledger.settlement.rules import (
    settlement_room_is_joint,
    signed_text_is_frozen_text,
    text_is_frozen,
)
from ledger.settlement.signature_events import (
    Method,
    SettlementSigned,
    SignatureInvited,
    SignatureRefused,
)
from ledger.settlement.signing_rules import (
    Opened,
    advice_is_acknowledged,
    invitation_is_open,
    is_late_signature,
    party_signs_once,
    signatories_are_named,
    signatory_is_invited,
    signature_within_limits,
)
from ledger.settlement.state import Settlement
from ledger.settlement.window import window_begun, window_closed, window_due, window_reviewed
from ledger.terms import Hash, Id, Money, PartyId, Words

SIGNED = frozenset({Phase.SIGNING})


class InviteSignatures(Command, frozen=True, kw_only=True, tag="invite-signatures"):
    """Ask the parties to sign the frozen text.

    Attributes:
        settlement_id: Which, None for the latest.
        signatories: Parties that must sign, None for all.
        method: How.
    """

    by = ("registry", "mediator")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {"method": "electronic"}
    guards = (settlement_room_is_joint, actor_is_mediator, mandate_is_active)
    occasions = (to_change_frozen,)
    settlement_id: Id | None = None
    signatories: tuple[PartyId, ...] | None = None
    method: Method = "electronic"


class SignSettlement(Command, frozen=True, kw_only=True, tag="sign-settlement"):
    """Sign the frozen text for a party.

    Attributes:
        settlement_id: Which, None for the latest.
        hash: SHA-256 of the text signed, in the prevailing language.
        translations: By language the SHA-256 of the other texts signed.
        method: How.
        capacity: In what capacity.
        signature: The signature, where it is text.
    """

    by = ("party",)
    during = SIGNED
    example: ClassVar[dict[str, Any]] = {"hash": "cd" * 32, "capacity": "managing director"}
    guards = (settlement_room_is_joint, party_has_consented, mandate_is_active)
    occasions = (to_sign,)
    settlement_id: Id | None = None
    hash: Hash
    translations: dict[Language, Hash] = field(default_factory=dict)
    method: Method = "electronic"
    capacity: Words | None = None
    signature: Words | None = None


class RefuseSignature(Command, frozen=True, kw_only=True, tag="refuse-signature"):
    """Refuse to sign.

    Attributes:
        settlement_id: Which, None for the latest.
        reasons: Why; told to the mediator alone.
    """

    by = ("party",)
    during = SIGNED
    example: ClassVar[dict[str, Any]] = {"reasons": "the French text says 45 days"}
    guards = (settlement_room_is_joint, party_has_consented, mandate_is_active)
    occasions = (to_refuse,)
    settlement_id: Id | None = None
    reasons: Words | None = None


def invite_signatures(
    state: Settlement, standing: Standing, act: Act[InviteSignatures]
) -> Decision:
    """Ask the parties to sign.

    Raises:
        RuleViolation: instrument_is_known, text_is_frozen, party_is_known, signatories_are_named.
    """
    instrument = instrument_of(state, act)
    text_is_frozen(act, instrument)
    named = act.data.signatories
    signatories = standing.current() if named is None else named
    for party in signatories:
        party_is_known(act, standing, party)
    signatories_are_named(act, standing, instrument, signatories)
    event = SignatureInvited(
        settlement_id=instrument.settlement_id, signatories=signatories, method=act.data.method
    )
    return [Placed("joint", event), *window_begun(act, instrument)]


def sign_settlement(state: Settlement, standing: Standing, act: Act[SignSettlement]) -> Decision:
    """Sign the frozen text; the last signature executes the settlement.

    Raises:
        RuleViolation: instrument_is_known, text_is_frozen, signatory_is_invited,
            invitation_is_open, signed_text_is_frozen_text, party_signs_once, actor_has_power,
            content_is_erased, signature_within_limits, advice_is_acknowledged.
    """
    data = act.data
    instrument = instrument_of(state, act)
    text_is_frozen(act, instrument)
    signatory_is_invited(act, instrument)
    due = window_due(standing, instrument)
    invitation_is_open(act, instrument, due)
    signed_text_is_frozen_text(act, instrument, data.hash, data.translations)
    party_signs_once(act, instrument)
    actor_has_power(act, standing, "sign")
    _check_limits(standing, act, instrument)
    advice_is_acknowledged(act, instrument)
    event = SettlementSigned(
        settlement_id=instrument.settlement_id,
        by=act.acting(),
        draft_version=instrument.draft_version,
        hash=data.hash,
        translations=data.translations,
        method=data.method,
        capacity=data.capacity,
        signature=data.signature,
    )
    late = is_late_signature(act, instrument, due)
    return [
        Placed("joint", event),
        *(window_reviewed(act, instrument) if late else []),
        *executed(state, standing, act, _with_signature(instrument, act)),
    ]


def refuse_signature(state: Settlement, standing: Standing, act: Act[RefuseSignature]) -> Decision:
    """Refuse to sign; the reasons go to the caucus.

    Raises:
        RuleViolation: instrument_is_known, text_is_frozen, signatory_is_invited,
            invitation_is_open, actor_has_power.
    """
    instrument = instrument_of(state, act)
    text_is_frozen(act, instrument)
    signatory_is_invited(act, instrument)
    invitation_is_open(act, instrument, window_due(standing, instrument))
    actor_has_power(act, standing, "negotiate")
    party = act.acting()
    event = SignatureRefused(settlement_id=instrument.settlement_id, by=party)
    return [
        Placed("joint", event),
        *window_closed(standing, instrument),
        *reasons_given(caucus_of(party, act.mandate), SignatureRefused, act.data.reasons),
    ]


def _check_limits(standing: Standing, act: Act[SignSettlement], instrument: Instrument) -> None:
    """Compare what the party would owe with the limits of who signs for it."""
    party = act.acting()
    authority = standing.authorities.get((party, act.actor))
    if authority is None or authority.limits_ref is None:
        return
    ceiling = _opened(act, authority.limits_ref, "ceiling", "the authority's limits")
    if ceiling is None:
        return
    owed = [
        _opened(act, duty.ref, "amount", f"obligation {name}")
        for name, duty in instrument.duties.items()
        if duty.obligor == party
    ]
    signature_within_limits(act, ceiling, owed)


def _opened(act: Act[Any], ref: str, name: str, what: str) -> Money | None:
    value: Opened = getattr(act.open(ref), name, UNSET)
    content_is_erased(act, value, what)
    return value if isinstance(value, Money) else None


def _with_signature(instrument: Instrument, act: Act[SignSettlement]) -> Instrument:
    signature = Signature(
        party=act.acting(),
        person=act.actor,
        draft_version=instrument.draft_version,
        hash=act.data.hash,
        ref="",
    )
    return replace(instrument, signatures={**instrument.signatures, act.acting(): signature})
