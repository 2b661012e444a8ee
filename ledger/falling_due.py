"""List what fell due in a case by an instant: dates, silences, validities, obligations."""

from datetime import datetime, timedelta

from ledger.act import Command, Decision, Placed
from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.deadlines import DeadlineMissed
from ledger.engagement import due as engagement_due
from ledger.envelope import Event
from ledger.follow_up import due as follow_up_due
from ledger.intake import due as intake_due
from ledger.negotiation import due as negotiation_due
from ledger.preparation.events import DocumentSubmitted, InterestRecorded, StatementSubmitted
from ledger.record import opening, retention
from ledger.rooms import WHOLE, kind_of
from ledger.rulebook import Rulebook
from ledger.sessions.events import (
    AttendanceRecorded,
    SpeakingTurnRecorded,
    StatementRecorded,
    SummaryConfirmed,
    SummaryCorrected,
    SummaryGiven,
)
from ledger.settlement import due as settlement_due

WITH_DATES = ("group", "caucus", "desk", "chair", "challenge", "registry")
"""Kinds of room that may hold a date, besides `joint`."""


LOOK_AHEAD = timedelta(hours=1)
CALM: frozenset[type[Event]] = frozenset(
    {
        AttendanceRecorded,
        DocumentSubmitted,
        InterestRecorded,
        SpeakingTurnRecorded,
        StatementRecorded,
        StatementSubmitted,
        SummaryConfirmed,
        SummaryCorrected,
        SummaryGiven,
    }
)
"""Events that begin, move and end nothing that falls due: what was said and handed in."""


class RecordOverdue(Command, frozen=True, kw_only=True, tag="record-overdue"):
    """Record what fell due in a case by now, in every room; the clock's own act.

    It is no command of the catalogue: the timekeeper gives it to the writer, and nobody can send
    it. What it records depends on the record and the time alone, never on another act.

    Attributes:
        at: Instant by which it counts what fell due, as its sender trusts the clock.
    """

    by = ("clock",)
    at: datetime


def overdue(file: CaseFile, rulebook: Rulebook, now: datetime) -> Decision:
    """List what fell due by now, room by room, each from what all its readers see.

    What an obligation or a reply waited for falls due in `joint`; elsewhere there is nothing to ask
    for where no date was ever set. Looks ahead, so that most commands need not look again.
    """
    if _is_quiet(file, now):
        return []
    until = now + LOOK_AHEAD
    if not _fallen_due(file, rulebook, until):
        file.quiet = (file.version, until)
        return []
    return _fallen_due(file, rulebook, now)


def _is_quiet(file: CaseFile, now: datetime) -> bool:
    """Tell whether nothing was due until later when last looked, and only calm events came since.

    Time only adds to what fell due, so nothing is due before an instant at which nothing is.
    """
    known, until = file.quiet
    if now > until or any(type(frame.event) not in CALM for frame in file.frames[known:]):
        return False
    file.quiet = (file.version, until)
    return True


def _fallen_due(file: CaseFile, rulebook: Rulebook, now: datetime) -> Decision:
    due: list[Placed] = []
    for room in file.seqs:
        dated = room in file.dated and kind_of(room) in WITH_DATES
        if room == "joint" or dated:
            due.extend(_overdue_in(room, file, rulebook, now))
    return due


def _overdue_in(room: str, file: CaseFile, rulebook: Rulebook, now: datetime) -> Decision:
    case = file.seen_by({"joint": WHOLE, room: WHOLE})
    if case.intake.profile is None:
        return []
    _, profile = rulebook.pinned(case.intake.profile, None, case.engagement.variations)
    missed: list[Placed] = [
        Placed(room, DeadlineMissed(deadline_id=d.set.deadline_id, due=d.due), occurred=d.due)
        for d in case.deadlines.book.values()
        if d.room == room and d.passed(now)
    ]
    standing = case.standing()
    return [
        *missed,
        *intake_due.overdue(case.intake, standing, profile, now, room),
        *engagement_due.overdue(case.engagement, standing, profile, now, room),
        *negotiation_due.overdue(case.negotiation, standing, profile, now, room),
        *(_declassified(case, file, now) if room == "joint" else []),
        *settlement_due.overdue(case.settlement, standing, profile, now, room),
        *follow_up_due.overdue(case.follow_up, standing, profile, now, room),
        *retention.overdue(case.record, standing, now, room),
        *opening.overdue(case.record, now, room),
    ]


def _declassified(joint: Case, file: CaseFile, now: datetime) -> Decision:
    """List what the clock tells before all out of caucuses: a closed list, of one.

    The outcome of blind replies, at its fixed time and whatever was answered (decision 0008).
    """
    if not negotiation_due.to_declare(joint.negotiation, now):
        return []
    caucuses = {room: WHOLE for room in file.seqs if kind_of(room) == "caucus"}
    full = file.seen_by({"joint": WHOLE, **caucuses})
    return negotiation_due.outcomes(full.negotiation, joint.standing(), now)
