"""Tell the readers of a caucus, its party and its mediators, that the registry reads it (I-23).

Whoever opens or closes it does not read that room; so the notice is placed beside the decision, as
one of the listed declassifications (decision 0008).
"""

from ledger.act import Decision, Placed
from ledger.casefile import CaseFile
from ledger.deadlines import DeadlineSet
from ledger.periods import met
from ledger.record.opening import REGISTRY, RULE, date_of
from ledger.record.opening_events import CaucusAccessEnded, CaucusAccessGranted
from ledger.rooms import WHOLE


def told_in_caucus(file: CaseFile, placed: Decision) -> Decision:
    """List the notices of an act that opens a caucus to the registry, or closes it again.

    Args:
        file: The whole case.
        placed: What the act records.
    """
    own = [one.event for one in placed if one.room == REGISTRY]
    dates = [event for event in own if isinstance(event, DeadlineSet) and event.rule == RULE]
    found: Decision = []
    for event in own:
        if isinstance(event, CaucusAccessGranted):
            found += [Placed(event.caucus, event), *(Placed(event.caucus, d) for d in dates)]
        if isinstance(event, CaucusAccessEnded):
            found += _ended(file, event)
    return found


def _ended(file: CaseFile, event: CaucusAccessEnded) -> Decision:
    """Tell of an end where its beginning was told."""
    case = file.seen_by({"joint": WHOLE, event.caucus: WHOLE})
    access = case.record.openings.known.get((event.caucus, event.party, event.access_id))
    if access is None or access.status != "open":
        return []
    date = case.deadlines.book.get((event.caucus, date_of(access)))
    return [Placed(event.caucus, event), *met(date)]
