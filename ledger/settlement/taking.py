"""Record what bodies outside did with a settlement: registration, court order, consent award."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import party_is_known
from ledger.parties import Standing
from ledger.periods import day_stated
from ledger.settlement.drafting import instrument_of
from ledger.settlement.evidence_events import (
    ConsentAwardRecorded,
    CourtOrderRecorded,
    RegistrationRecorded,
    Taken,
)
from ledger.settlement.evidence_rules import others_consented
from ledger.settlement.occasions import one_instrument
from ledger.settlement.rules import PERFORMED, settlement_room_is_joint
from ledger.settlement.signing_rules import instrument_is_executed
from ledger.settlement.state import Settlement
from ledger.terms import Day, Id, PartyId, Words


def to_take(act: Act[Any], state: Settlement, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an executed settlement."""
    one_instrument(act, state, lambda one: instrument_is_executed(act, one))


class TakeOutside(Command, frozen=True, kw_only=True):
    """Hold the fields of what a body outside did with a settlement; given only as one of its kinds.

    Attributes:
        settlement_id: Which, None for the latest.
        on: Day it did.
        consented: Parties that consented, besides the one that acts.
        body: Which body.
        reference: Its reference.
    """

    by = ("party", "registry")
    during = PERFORMED
    guards = (settlement_room_is_joint,)
    occasions = (to_take,)
    settlement_id: Id | None = None
    on: Day
    consented: tuple[PartyId, ...] = ()
    body: Words
    reference: Words | None = None


class RecordRegistration(TakeOutside, frozen=True, kw_only=True, tag="record-registration"):
    """Record that a settlement was registered with a body outside."""

    example: ClassVar[dict[str, Any]] = {"on": "2026-07-01", "body": "register of settlements"}


class RecordCourtOrder(TakeOutside, frozen=True, kw_only=True, tag="record-court-order"):
    """Record that a court made an order of a settlement."""

    example: ClassVar[dict[str, Any]] = {
        "on": "2026-07-01",
        "body": "District court",
        "consented": ["A", "B"],
    }


class RecordConsentAward(TakeOutside, frozen=True, kw_only=True, tag="record-consent-award"):
    """Record that an arbitral tribunal made an award of a settlement."""

    example: ClassVar[dict[str, Any]] = {
        "on": "2026-07-01",
        "body": "the tribunal",
        "consented": ["A", "B"],
    }


def record_registration(
    state: Settlement, standing: Standing, act: Act[RecordRegistration]
) -> Decision:
    """Record a registration.

    Raises:
        DecodeError: `on` is no day there is.
        RuleViolation: instrument_is_known, instrument_is_executed, party_is_known.
    """
    return _taken(state, standing, act, RegistrationRecorded)


def record_court_order(
    state: Settlement, standing: Standing, act: Act[RecordCourtOrder]
) -> Decision:
    """Record a court order.

    Raises:
        DecodeError: `on` is no day there is.
        RuleViolation: instrument_is_known, instrument_is_executed, party_is_known,
            others_consented.
    """
    others_consented(act, instrument_of(state, act), act.data.consented)
    return _taken(state, standing, act, CourtOrderRecorded)


def record_consent_award(
    state: Settlement, standing: Standing, act: Act[RecordConsentAward]
) -> Decision:
    """Record a consent award.

    Raises:
        DecodeError: `on` is no day there is.
        RuleViolation: instrument_is_known, instrument_is_executed, party_is_known,
            others_consented.
    """
    others_consented(act, instrument_of(state, act), act.data.consented)
    return _taken(state, standing, act, ConsentAwardRecorded)


def _taken(state: Settlement, standing: Standing, act: Act[Any], kind: type[Taken]) -> Decision:
    data = act.data
    instrument = instrument_of(state, act)
    instrument_is_executed(act, instrument)
    for party in data.consented:
        party_is_known(act, standing, party)
    day_stated(act, data.on)
    event = kind(
        settlement_id=instrument.settlement_id,
        by=act.acting(),
        on=data.on,
        consented=data.consented,
        body=data.body,
        reference=data.reference,
    )
    return [Placed("joint", event)]
