"""Record what fell due in the settlement: windows to sign, days to step back, long stops."""

from datetime import datetime

from ledger.act import Decision, Placed
from ledger.counting import parse_instant
from ledger.parties import ENDED, Standing
from ledger.profile import Profile
from ledger.settlement.evidence_events import LongStopPassed
from ledger.settlement.force import Moment, in_force_at
from ledger.settlement.instrument import Instrument, long_stop_id, settled
from ledger.settlement.signature_events import SignatureWindowLapsed
from ledger.settlement.state import Settlement
from ledger.settlement.window import window_due


def overdue(
    state: Settlement,
    standing: Standing,
    profile: Profile,
    now: datetime,
    room: str,
) -> Decision:
    """List what fell due by now; an executed settlement lives on when the case has ended."""
    if room != "joint":
        return []
    instruments = tuple(state.instruments.values())
    signing = [i for i in instruments if i.status == "signing" and standing.phase not in ENDED]
    lapsed = [placed for i in signing for placed in _lapsed(standing, i, now)]
    executed = [i for i in instruments if i.is_executed]
    return lapsed + [placed for i in executed for placed in _moved_on(standing, i, profile, now)]


def _moved_on(
    standing: Standing, instrument: Instrument, profile: Profile, now: datetime
) -> Decision:
    """List the long stops that passed, then the entry into force they leave possible."""
    found: Decision = []
    after = instrument
    for name, condition in instrument.conditions.items():
        deadline = standing.deadlines.book.get(("joint", long_stop_id(name)))
        if condition.status != "open" or deadline is None or parse_instant(deadline.due) >= now:
            continue
        event = LongStopPassed(
            settlement_id=instrument.settlement_id, condition_id=name, on=deadline.on
        )
        found.append(Placed("joint", event, occurred=deadline.due))
        after = settled(after, name, "lapsed")
    return [*found, *_cooled_off(after, profile, now)]


def _cooled_off(instrument: Instrument, profile: Profile, now: datetime) -> Decision:
    until = instrument.cooling_off_until
    if until is None or parse_instant(until) >= now:
        return []
    moment = Moment(parse_instant(until), profile.counting)
    return [
        Placed(placed.room, placed.event, occurred=until)
        for placed in in_force_at(moment, instrument)
    ]


def _lapsed(standing: Standing, instrument: Instrument, now: datetime) -> Decision:
    due = window_due(standing, instrument)
    if due is None or parse_instant(due) >= now:
        return []
    event = SignatureWindowLapsed(
        settlement_id=instrument.settlement_id,
        missing=instrument.missing(),
        deadline_id=instrument.deadline_id,
    )
    return [Placed("joint", event, occurred=due)]
