"""Record what fell due in the settlement: windows for signing that closed."""

from datetime import datetime

from ledger.act import Decision, Placed
from ledger.counting import parse_instant
from ledger.parties import ENDED, Standing
from ledger.profile import Profile
from ledger.settlement.instrument import Instrument
from ledger.settlement.signature_events import SignatureWindowLapsed
from ledger.settlement.state import Settlement
from ledger.settlement.window import window_due


def overdue(
    state: Settlement,
    standing: Standing,
    profile: Profile,  # noqa: ARG001 - every part is asked alike
    now: datetime,
    room: str,
) -> Decision:
    """List the windows for signing that closed by now; none once the case has ended."""
    if room != "joint" or standing.phase in ENDED:
        return []
    signing = [i for i in state.instruments.values() if i.status == "signing"]
    return [placed for i in signing for placed in _lapsed(standing, i, now)]


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
