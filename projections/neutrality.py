"""Keep the neutrality file: what was searched, disclosed, waived, challenged, decided (V9)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from ledger.engagement.events import NeutralityAffirmed
from ledger.envelope import Event, tag_of
from ledger.neutrality.change_events import (
    ChallengeAnswered,
    CoMediatorAdded,
    ExpertEngaged,
    HandoverConsentGiven,
    HandoverConsentRefused,
    InterpreterEngaged,
    MediatorRemoved,
    ObserverAdmitted,
    ProcessStepsReaffirmed,
)
from ledger.neutrality.events import (
    CandidateApproached,
    ChallengeDecided,
    ChallengeFiled,
    ConflictDisclosed,
    ConflictInquiryCompleted,
    ConflictWaived,
    DisclosureAcknowledged,
    DisclosureDelivered,
    DisclosureFiled,
    ImpartialityDeclared,
    MandateEnded,
    MandateRestored,
    MandateSuspended,
    MediatorAppointed,
    MediatorDeclined,
    MediatorNominated,
    MediatorRecused,
    MediatorResigned,
    NoConflictDeclared,
    ObjectionRaised,
    ObjectionWithdrawn,
    SuccessorAppointed,
)
from ledger.reasons import ReasonsGiven
from ledger.store.reader import Read
from projections.rows import MemoryRows, Projection, Row, Rows, place

KINDS: Mapping[type[Event], str] = {
    MediatorNominated: "nomination",
    CandidateApproached: "inquiry asked for",
    MediatorDeclined: "nomination declined",
    ConflictInquiryCompleted: "inquiry",
    ConflictDisclosed: "disclosure",
    DisclosureFiled: "note of a disclosure",
    NoConflictDeclared: "declaration",
    ImpartialityDeclared: "declaration",
    NeutralityAffirmed: "affirmation",
    DisclosureDelivered: "delivery",
    DisclosureAcknowledged: "acknowledgement",
    ObjectionRaised: "objection",
    ObjectionWithdrawn: "withdrawal",
    ConflictWaived: "waiver",
    ChallengeFiled: "challenge",
    ChallengeAnswered: "answer",
    ChallengeDecided: "decision",
    MandateSuspended: "suspension",
    MandateRestored: "restoration",
    MediatorRecused: "recusal",
    MediatorResigned: "resignation",
    MediatorRemoved: "removal",
    MandateEnded: "end of mandate",
    MediatorAppointed: "appointment",
    SuccessorAppointed: "replacement",
    CoMediatorAdded: "co-mediator",
    ExpertEngaged: "expert",
    InterpreterEngaged: "interpreter",
    ObserverAdmitted: "observer",
    HandoverConsentGiven: "hand-over consent",
    HandoverConsentRefused: "hand-over refusal",
    ProcessStepsReaffirmed: "earlier steps reaffirmed",
    ReasonsGiven: "reasons",
}
"""What each event is in the file."""
TAGS = frozenset(tag_of(kind) for kind in KINDS)
MATTERS = ("disclosure_id", "objection_id", "challenge_id")
PERSONS = ("person", "persons", "mediators", "added")
PARTIES = ("party", "agreed_by", "by")


class NeutralityRow(Row, frozen=True, kw_only=True):
    """One entry of the file.

    Attributes:
        seq: Place of the entry in its room.
        what: What it is.
        matter: Id of the disclosure, objection or challenge it is about.
        persons: Whose neutrality it is about.
        parties: Parties that act in it, or that it reaches.
        outcome: How a challenge or objection was decided.
        recorded: When it was written, UTC.
        occurred: When it happened, None where not recorded.
    """

    keys = ("seq",)
    table = "neutrality__entries"
    sparse = True
    seq: int
    what: str
    matter: str | None
    persons: tuple[str, ...]
    parties: tuple[str, ...]
    outcome: str | None
    recorded: datetime
    occurred: str | None


def handle(rows: Rows, read: Read) -> None:
    """Take in one entry; the reasons of other acts are in other files."""
    frame, event = read.frame, read.frame.event
    if isinstance(event, ReasonsGiven) and event.about not in TAGS:
        return
    rows.put(
        NeutralityRow(
            **place(read),
            seq=frame.seq,
            what=KINDS[type(event)],
            matter=next(iter(_named(event, MATTERS)), None),
            persons=tuple(_named(event, PERSONS)),
            parties=tuple(_named(event, PARTIES)),
            outcome=event.outcome if isinstance(event, ChallengeDecided) else None,
            recorded=frame.recorded,
            occurred=frame.occurred,
        )
    )


def _named(event: Event, fields: Iterable[str]) -> Iterator[str]:
    """Yield the ids that stand in some fields of an event, whichever of them it has."""
    for name in fields:
        value = getattr(event, name, None)
        if value:
            yield from (value,) if isinstance(value, str) else value


PROJECTION = Projection("neutrality", 1, (NeutralityRow,), handle, frozenset(KINDS))


class Item(Struct, frozen=True, kw_only=True):
    """An entry of the file, with what became of it.

    Attributes:
        entry: The event, room:seq.
        what: What it is.
        matter: Id of the disclosure, objection or challenge it is about.
        persons: Whose neutrality it is about.
        parties: Parties that act in it, or that it reaches.
        stands: What became of it, as far as the reader may know; None where nothing can.
    """

    entry: str
    what: str
    matter: str | None
    persons: tuple[str, ...]
    parties: tuple[str, ...]
    stands: str | None
    recorded: datetime
    occurred: str | None


def in_memory(rows: MemoryRows) -> list[Item]:
    """List the file of a case in the order of recording, rooms merged."""
    found = sorted(rows.all(NeutralityRow), key=lambda row: (row.recorded, row.room, row.seq))
    told = {row.matter for row in found if row.what == "disclosure"}
    listed = [r for r in found if r.what != "note of a disclosure" or r.matter not in told]
    return [_item(row, found) for row in listed]


def _item(row: NeutralityRow, file: list[NeutralityRow]) -> Item:
    return Item(
        entry=f"{row.room}:{row.seq}",
        what=row.what,
        matter=row.matter,
        persons=row.persons,
        parties=row.parties,
        stands=_stands(row, file),
        recorded=row.recorded,
        occurred=row.occurred,
    )


def _stands(row: NeutralityRow, file: list[NeutralityRow]) -> str | None:
    """Say what became of an entry by what followed it."""
    if row.what == "suspension":
        later = [r for r in file if r.recorded > row.recorded]
        ended = next((r for r in later if r.what in ("restoration", "end of mandate")), None)
        return f"{ended.what} {ended.room}:{ended.seq}" if ended else "suspended"
    about = [r for r in file if r.matter == row.matter]
    if row.what == "disclosure":
        return _disclosed(about)
    return _objected(about) if row.what in ("objection", "challenge") else None


def _disclosed(about: list[NeutralityRow]) -> str:
    said = {"delivery": "delivered to", "acknowledgement": "acknowledged by", "waiver": "waived by"}
    parts = []
    for what, words in said.items():
        if parties := dict.fromkeys(p for r in about if r.what == what for p in r.parties):
            parts.append(f"{words} {', '.join(parties)}")
    return "; ".join(parts) or "not delivered yet"


def _objected(about: list[NeutralityRow]) -> str:
    for row in reversed(about):
        if row.outcome is not None:
            return row.outcome
        if row.what == "withdrawal":
            return "withdrawn"
    return "answered" if any(row.what == "answer" for row in about) else "open"
