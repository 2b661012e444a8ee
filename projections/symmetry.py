"""Keep what can be counted side by side: how long, how often, for which party (view V7).

One fact an entry, of one room, about one side; nothing is added up here, so that every number of
the report has its events behind it. Numbers are signals: none of them is a verdict.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from ledger.deadlines import DeadlineExtended, DeadlineSet
from ledger.evaluation.comment_events import BalanceCommented
from ledger.evaluation.events import PartyFeedbackReceived
from ledger.instants import has_offset, parse_instant, utc
from ledger.negotiation.events import (
    CounterProposalTabled,
    MediatorProposalIssued,
    ProposalAccepted,
    ProposalPartlyAccepted,
    ProposalRejected,
    ProposalTabled,
)
from ledger.preparation.events import (
    DocumentSubmitted,
    InformationRequested,
    InformationSupplied,
    SessionRescheduled,
    SessionScheduled,
)
from ledger.rooms import kind_of
from ledger.sessions.caucus_events import CaucusClosed, CaucusNoted, CaucusOpened
from ledger.sessions.conduct_events import (
    ConductObjectionAnswered,
    ConductObjectionRaised,
    InterruptionNoted,
)
from ledger.sessions.events import SpeakingTurnRecorded, SummaryConfirmed, SummaryCorrected
from ledger.store.reader import Read
from projections.rows import MemoryRows, Projection, Row, Rows, place

EVERY_PARTY = ""
"""Stands for the side of a fact that is about all of them alike."""


class FactRow(Row, frozen=True, kw_only=True):
    """One countable fact.

    Attributes:
        seq: Place of the entry in its room.
        figure: What is counted.
        party: About which side, "" for every one alike.
        amount: Seconds, days or times, by the figure; None where not recorded.
        since: Place in the room of the entry it is measured from, None where from none.
    """

    keys = ("seq", "figure", "party")
    table = "symmetry__facts"
    seq: int
    figure: str
    party: str
    amount: int | None = None
    since: int | None = None


class BegunRow(Row, frozen=True, kw_only=True):
    """Something that waits for its answer or its end.

    Attributes:
        thing: What kind of thing, and its name in the room.
        waits_for: Side whose answer it waits for, "" where it has one end for all.
        party: Side it is about.
        seq: Place of the entry that began it.
        at: When that happened, RFC 3339 UTC.
        over: Whether it waits no more.
    """

    keys = ("thing", "waits_for")
    table = "symmetry__begun"
    thing: str
    waits_for: str
    party: str
    seq: int
    at: str
    over: bool = False


def handle(rows: Rows, read: Read) -> None:
    """Take in what one entry tells of one side."""
    for row in (*_dated(rows, read), *_put(read), *_answered(rows, read), *_met(rows, read)):
        rows.put(row)


def _dated(rows: Rows, read: Read) -> Iterator[Row]:
    """Count the notice given, and time that was added."""
    match read.frame.event:
        case SessionScheduled() | SessionRescheduled() as event:
            yield _fact(read, "session_notice", EVERY_PARTY, event.notice_days)
        case DeadlineSet(concerns=str(party)) as event:
            yield _fact(read, "time_given", party, _seconds(_at(read), _instant(event.due)))
            yield _begun(read, f"date {event.deadline_id}", party)
        case DeadlineExtended() as event:
            known = _waiting(rows, read, f"date {event.deadline_id}")
            if known is not None:
                yield _fact(read, "extensions_granted", known.party, 1, known.seq)
                if read.frame.acting_for == f"party:{known.party}":
                    yield _fact(read, "extensions_asked", known.party, 1, known.seq)
        case _:
            pass


def _put(read: Read) -> Iterator[Row]:
    """Begin to wait for an answer."""
    match read.frame.event:
        case ProposalTabled() | CounterProposalTabled() | MediatorProposalIssued() as event:
            for party in event.addressees:
                yield _begun(read, f"proposal {event.proposal_id}", party, party)
        case InformationRequested() as event:
            yield _begun(read, f"information {event.request_id}", event.of, event.of)
        case ConductObjectionRaised() as event:
            yield _begun(read, f"objection {event.objection_id}", event.party)
        case _:
            pass


def _answered(rows: Rows, read: Read) -> Iterator[Row]:
    """Measure how long an answer took: of a side, or of the mediator to a side."""
    match read.frame.event:
        case CounterProposalTabled() as event:
            thing = f"proposal {event.answers}"
            yield from _ended(rows, read, "answers_to_proposals", thing, event.by)
        case ProposalAccepted() | ProposalPartlyAccepted() | ProposalRejected() as event:
            thing = f"proposal {event.proposal_id}"
            yield from _ended(rows, read, "answers_to_proposals", thing, event.by)
        case InformationSupplied() as event:
            thing = f"information {event.request_id}"
            yield from _ended(rows, read, "answers_to_questions", thing, event.party)
        case ConductObjectionAnswered() as event:
            thing = f"objection {event.objection_id}"
            yield from _ended(rows, read, "answers_of_the_mediator", thing)
        case _:
            pass


def _met(rows: Rows, read: Read) -> Iterator[Row]:  # noqa: C901 - one case an event
    """Count what happened where the sides met, or one of them and the mediator."""
    match read.frame.event:
        case SpeakingTurnRecorded(party=str(party)) as event:
            spoken = _seconds(_instant(event.start), _instant(event.end))
            yield _fact(read, "turns", party, spoken)
            if event.interrupted:
                yield _fact(read, "interrupted", party, event.interrupted)
            if event.order == 1:
                yield _fact(read, "spoke_first", party, 1)
        case InterruptionNoted() as event:
            yield _fact(read, "interruptions_noted", event.by, 1)
        case SummaryConfirmed() as event:
            yield _fact(read, "summaries_confirmed", event.party, 1)
        case SummaryCorrected() as event:
            yield _fact(read, "summaries_corrected", event.party, 1)
        case DocumentSubmitted() as event if kind_of(read.frame.room) == "caucus":
            yield _fact(read, "documents_for_the_mediator_alone", event.party, 1)
        case DocumentSubmitted() as event if read.frame.room == "joint":
            yield _fact(read, "documents_for_all", event.party, 1)
        case CaucusOpened() as event:
            yield _begun(read, f"caucus {event.party}", event.party, event.party)
        case CaucusClosed() as event:
            yield from _ended(rows, read, "caucuses", f"caucus {event.party}", event.party)
        case CaucusNoted() as event:
            long = _seconds(_instant(event.started), _instant(event.ended))
            yield _fact(read, "caucuses_noted", EVERY_PARTY, long)
        case PartyFeedbackReceived() as event:
            yield _fact(read, "feedback", event.party)
        case BalanceCommented():
            yield _fact(read, "comment", EVERY_PARTY)
        case _:
            pass


def _fact(
    read: Read, figure: str, party: str, amount: int | None = None, since: int | None = None
) -> FactRow:
    return FactRow(
        **place(read),
        seq=read.frame.seq,
        figure=figure,
        party=party,
        amount=amount,
        since=since,
    )


def _begun(read: Read, thing: str, party: str, waits_for: str = EVERY_PARTY) -> BegunRow:
    return BegunRow(
        **place(read),
        thing=thing,
        waits_for=waits_for,
        party=party,
        seq=read.frame.seq,
        at=utc(_at(read)),
    )


def _waiting(rows: Rows, read: Read, thing: str, waits_for: str = EVERY_PARTY) -> BegunRow | None:
    known = rows.get(BegunRow, (read.room_id.hex(), thing, waits_for))
    return None if known is None or known.over else known


def _ended(
    rows: Rows, read: Read, figure: str, thing: str, waits_for: str = EVERY_PARTY
) -> Iterator[Row]:
    known = _waiting(rows, read, thing, waits_for)
    if known is not None:
        long = _seconds(parse_instant(known.at), _at(read))
        yield _fact(read, figure, known.party, long, known.seq)
        yield replace(known, over=True)


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    """Count whole seconds, None where one end is not known; entered out of order it took none."""
    if start is None or end is None:
        return None
    return max(0, round((end - start).total_seconds()))


def _at(read: Read) -> datetime:
    """Return when it happened, or when it was written where that is no instant."""
    return _instant(read.frame.occurred) or read.frame.recorded


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text is not None and has_offset(text) else None


PROJECTION = Projection(
    "symmetry",
    1,
    (FactRow, BegunRow),
    handle,
    frozenset(
        {
            SessionScheduled,
            SessionRescheduled,
            DeadlineSet,
            DeadlineExtended,
            ProposalTabled,
            CounterProposalTabled,
            MediatorProposalIssued,
            ProposalAccepted,
            ProposalPartlyAccepted,
            ProposalRejected,
            InformationRequested,
            InformationSupplied,
            ConductObjectionRaised,
            ConductObjectionAnswered,
            SpeakingTurnRecorded,
            InterruptionNoted,
            SummaryConfirmed,
            SummaryCorrected,
            DocumentSubmitted,
            CaucusOpened,
            CaucusClosed,
            CaucusNoted,
            PartyFeedbackReceived,
            BalanceCommented,
        }
    ),
)


def in_memory(rows: MemoryRows) -> list[FactRow]:
    """List the facts of a case, rooms merged."""
    return sorted(rows.all(FactRow), key=lambda row: (row.room, row.seq, row.figure, row.party))
