"""Derive execution and entry into force; nobody enters either (I-13)."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ledger.act import Act, Decision, Placed
from ledger.counting import Counting, count, parse_instant
from ledger.deadlines import DeadlineSet
from ledger.instants import zone_named
from ledger.parties import Standing
from ledger.periods import begin, met, stated
from ledger.settlement.evidence_events import PartialSettlementExecuted
from ledger.settlement.instrument import Duty, Instrument, long_stop_id
from ledger.settlement.signature_events import (
    DueDay,
    SettlementEnteredIntoForce,
    SettlementExecuted,
)
from ledger.settlement.state import Settlement
from ledger.settlement.window import window_of

COOLING_RULE = "cooling_off"


class Moment(Struct, frozen=True):
    """When something took effect, and how the procedure counts from there.

    Attributes:
        when: The instant, None where it is not recorded.
        counting: How time is counted.
    """

    when: datetime | None
    counting: Counting

    def day(self) -> str | None:
        """Return the day at the seat."""
        if self.when is None:
            return None
        return self.when.astimezone(zone_named(self.counting.zone)).date().isoformat()


def moment_of(act: Act[Any]) -> Moment:
    """Return when an act happened, as far as it is recorded."""
    return Moment(act.when if act.moment_is_known() else None, act.profile.counting)


def executed(
    state: Settlement, standing: Standing, act: Act[Any], instrument: Instrument
) -> Decision:
    """List what follows from a signature: nothing while one is missing.

    Args:
        state: The settlements before it.
        standing: What the parts know of each other.
        act: The signature.
        instrument: The instrument with that signature on it.
    """
    if instrument.missing() or instrument.invitation is None:
        return []
    cooling = _cooling_off(act, instrument)
    until = None if cooling is None else cooling.due
    event = SettlementExecuted(
        settlement_id=instrument.settlement_id,
        draft_version=instrument.draft_version,
        hash=instrument.hash,
        scope=instrument.scope,
        signed_by=instrument.invitation.signatories,
        on=moment_of(act).day(),
        cooling_off_until=until,
    )
    done = replace(instrument, status="executed", cooling_off_until=until)
    return [
        Placed("joint", event),
        *_part(state, standing, instrument),
        *met(window_of(standing, instrument)),
        *([] if cooling is None else [Placed("joint", cooling)]),
        *_long_stops(act, instrument),
        *in_force(act, done),
    ]


def _part(state: Settlement, standing: Standing, instrument: Instrument) -> Decision:
    """Say which issues a settlement of a part settles, and which stay open."""
    if instrument.scope != "partial":
        return []
    closed = {*state.issues_settled, *instrument.issues}
    event = PartialSettlementExecuted(
        settlement_id=instrument.settlement_id,
        issues_settled=instrument.issues,
        issues_open=tuple(issue for issue in standing.issues if issue not in closed),
    )
    return [Placed("joint", event)]


def _cooling_off(act: Act[Any], instrument: Instrument) -> DeadlineSet | None:
    """Set the days in which a party may step back; None where the procedure knows none."""
    days = act.profile.settlement.cooling_off_days
    if not days or not act.moment_is_known():
        return None
    placed = begin(
        act,
        "joint",
        rule=COOLING_RULE,
        days=days,
        trigger="execution",
        expiry="automatic",
        about=instrument.settlement_id,
    )
    assert isinstance(placed.event, DeadlineSet)
    return placed.event


def _long_stops(act: Act[Any], instrument: Instrument) -> Decision:
    """Set the last days of the conditions that have one."""
    return [
        stated(
            act,
            "joint",
            DeadlineSet(
                deadline_id=long_stop_id(name),
                rule="long_stop",
                due="",
                on=condition.long_stop,
                arithmetic="",
                expiry="automatic",
                about=name,
            ),
        )
        for name, condition in instrument.conditions.items()
        if condition.long_stop is not None and condition.status == "open"
    ]


def in_force(act: Act[Any], instrument: Instrument) -> Decision:
    """List the entry into force of an executed instrument, once nothing holds it back."""
    until = instrument.cooling_off_until
    if until is not None and act.now <= parse_instant(until):
        return []
    return in_force_at(moment_of(act), instrument)


def in_force_at(moment: Moment, instrument: Instrument) -> Decision:
    """List the entry into force of an instrument whose days to step back are over."""
    if instrument.status != "executed" or not instrument.ready():
        return []
    event = SettlementEnteredIntoForce(
        settlement_id=instrument.settlement_id,
        on=moment.day(),
        dues=dues(moment, instrument, "entry into force"),
    )
    return [Placed("joint", event)]


def dues(moment: Moment, instrument: Instrument, trigger: str) -> tuple[DueDay, ...]:
    """List the days on which the obligations just released fall due.

    Args:
        moment: When they were released.
        instrument: The instrument after it.
        trigger: What releases them, in words.
    """
    found = [_due(moment, duty, trigger) for duty in instrument.released()]
    return tuple(due for due in found if due is not None)


def _due(moment: Moment, duty: Duty, trigger: str) -> DueDay | None:
    if duty.due is not None:
        return DueDay(duty.obligation_id, duty.due, "the day the settlement names")
    if duty.due_days is None or moment.when is None:
        return None
    due = count(moment.when, duty.due_days, moment.counting, trigger)
    return DueDay(duty.obligation_id, due.on.isoformat(), due.arithmetic)
