"""Derive execution and entry into force; nobody enters either (I-13)."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from ledger.act import Act, Decision, Placed
from ledger.counting import count
from ledger.instants import zone_named
from ledger.parties import Standing
from ledger.periods import is_timed, met
from ledger.settlement.instrument import Duty, Instrument
from ledger.settlement.signature_events import (
    DueDay,
    SettlementEnteredIntoForce,
    SettlementExecuted,
)
from ledger.settlement.window import window_of


def executed(standing: Standing, act: Act[Any], instrument: Instrument) -> Decision:
    """List what follows from a signature: nothing while one is missing.

    Args:
        standing: What the parts know of each other.
        act: The signature.
        instrument: The instrument with that signature on it.
    """
    if instrument.missing() or instrument.invitation is None:
        return []
    event = SettlementExecuted(
        settlement_id=instrument.settlement_id,
        draft_version=instrument.draft_version,
        hash=instrument.hash,
        scope=instrument.scope,
        signed_by=instrument.invitation.signatories,
        on=day_at_seat(act),
    )
    done = replace(instrument, status="executed")
    return [Placed("joint", event), *met(window_of(standing, instrument)), *in_force(act, done)]


def in_force(act: Act[Any], instrument: Instrument) -> Decision:
    """List the entry into force of an executed instrument, once nothing holds it back."""
    if instrument.status != "executed" or not instrument.ready():
        return []
    event = SettlementEnteredIntoForce(
        settlement_id=instrument.settlement_id,
        on=day_at_seat(act),
        dues=dues(act, instrument, "entry into force"),
    )
    return [Placed("joint", event)]


def dues(act: Act[Any], instrument: Instrument, trigger: str) -> tuple[DueDay, ...]:
    """List the days on which the obligations just released fall due.

    Args:
        act: What released them.
        instrument: The instrument after it.
        trigger: What releases them, in words.
    """
    found = [_due(act, duty, trigger) for duty in instrument.released()]
    return tuple(due for due in found if due is not None)


def _due(act: Act[Any], duty: Duty, trigger: str) -> DueDay | None:
    if duty.due is not None:
        return DueDay(duty.obligation_id, duty.due, "the day the settlement names")
    if duty.due_days is None or not is_timed(act):
        return None
    due = count(act.when, duty.due_days, act.profile.counting, trigger)
    return DueDay(duty.obligation_id, due.on.isoformat(), due.arithmetic)


def day_at_seat(act: Act[Any]) -> str | None:
    """Return the day at the seat on which an act happened, None where that is not known."""
    if not is_timed(act):
        return None
    there: date = act.when.astimezone(zone_named(act.profile.counting.zone)).date()
    return there.isoformat()
