"""List cases, find them by words, and list what runs in them."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict

from ledger.envelope import opened
from ledger.follow_up.performance_events import PerformanceReported
from ledger.follow_up.progress import CLOSED
from ledger.settlement.events import ObligationDefined
from ledger.terms import Money
from projections import obligations as board
from projections.access import OFFICE_ROOMS
from projections.case_view import Listed
from projections.deadlines import Date
from projections.obligations import Owed, Part
from projections.search import Found
from services.reading.contests import Contest, Contests, contests
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.sources import Source, from_record, sources


class CaseDate(Date, frozen=True, kw_only=True):
    """A date, with the case it belongs to.

    Attributes:
        contests: Objections to the entry that set it, with their answers.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    contests: tuple[Contest, ...]


class Performed(Struct, frozen=True, kw_only=True):
    """A performance the obligor reported.

    Attributes:
        entry: Event (room:seq) that reported it.
        extent: Whether of the whole or of a part.
        stands: What the obligee said to it.
        what: What was done, None where it is not shown.
        amount: What was paid, None where it is no money.
        proof: SHA-256 of the proof.
    """

    entry: str
    extent: str
    stands: str
    what: str | None
    amount: Money | None
    proof: str | None


class CaseObligation(Struct, frozen=True, kw_only=True):
    """An obligation, with the case it belongs to; the names are those of the JSON document.

    Attributes:
        settlement_id: Settlement it is owed under.
        clause_id: Clause of the text that states it.
        depends_on: Conditions that hold it back, and obligations that come first.
        due: Day it is due, after any deferral; None while a condition holds it back.
        arithmetic: How its first day was counted.
        stands: What the parties last said of it, or where its day stands.
        cure_until: Day until which it may be put right.
        waiver: Whether a waiver by conduct is asserted or was denied.
        last: Event (room:seq) of the last word on it.
        entry: Event (room:seq) that defined it.
        act: What is to be done, None where it was erased.
        amount: What is to be paid, None where it is no money.
        outstanding: What is left of it after part performances that were confirmed.
        shown_by: How performance is shown.
        performed: Performances reported.
        erased: Whether its words were erased.
        contests: Objections to the entry that defined it, with their answers.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    obligation_id: str
    settlement_id: str
    clause_id: str | None
    obligor: str
    obligee: str
    depends_on: tuple[str, ...]
    due: str | None
    arithmetic: str | None
    stands: str
    cure_until: str | None
    waiver: str
    last: str | None
    entry: str
    act: str | None
    amount: Money | None
    outstanding: Money | None
    shown_by: str | None
    performed: tuple[Performed, ...]
    erased: bool
    contests: tuple[Contest, ...]


def cases(eyes: Eyes, case: str | None) -> Iterator[Listed]:
    """List one case or all.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    return (source.listed for source in sources(eyes, case))


def find(eyes: Eyes, words: str) -> Iterator[Listed]:
    """List the cases in whose names every word stands, as far as the viewer may open them.

    Raises:
        RuleViolation, DecodeError: As `Eyes.looks`.
    """
    return (source.listed for source in found(eyes, words))


def found(eyes: Eyes, words: str) -> Iterator[Source]:
    """Read the cases that are found.

    Raises:
        RuleViolation, DecodeError: As `Eyes.looks`.
    """
    library = eyes.house.views
    library.bring_to_head()
    looks: dict[UUID, Look | None] = {}

    def look_at(case_id: UUID) -> Look | None:
        if case_id not in looks:
            looks.clear()
            looks[case_id] = eyes.tried(case_id)
        return looks[case_id]

    def may_open(hit: Found) -> bool:
        if eyes.office and eyes.moment is None:
            return hit.room in OFFICE_ROOMS or hit.room.startswith("desk:")
        look = look_at(hit.case_id)
        return look is not None and look.sees(hit.room, hit.seq)

    for case_id in library.find(words, may_open):
        look = look_at(case_id)
        if look is not None and look.kept:
            look.noted()  # a hit tells that the words stand there
            yield from_record(look)


def deadlines(eyes: Eyes, case: str | None) -> Iterator[CaseDate]:
    """List the dates of one case or of all, the next due of each case first.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for source in sources(eyes, case):
        yield from deadlines_of(source)


def deadlines_of(source: Source) -> Iterator[CaseDate]:
    """List the dates of one case."""
    said_of = contests(source)
    for date in source.dates():
        yield _date(date, source.listed, said_of)


def obligations(eyes: Eyes, case: str | None) -> Iterator[CaseObligation]:
    """List what is owed under executed settlements, in one case or in all; the next due first.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for source in sources(eyes, case):
        yield from obligations_of(source)


def obligations_of(source: Source) -> Iterator[CaseObligation]:
    """List what is owed in one case."""
    said_of = contests(source)
    for owed in board.in_memory(source.rows(board.PROJECTION)):
        yield _obligation(source, owed, said_of)


def _obligation(source: Source, owed: Owed, said_of: Contests) -> CaseObligation:
    listed, event = source.listed, source.said(owed.entry).opened.event
    assert isinstance(event, ObligationDefined)
    facts, act = asdict(owed), opened(event.act, "")
    performed = tuple(_performed(source, part) for part in facts.pop("parts"))
    amount = opened(event.amount, None)
    return CaseObligation(
        **facts,
        case_id=listed.case_id,
        number=listed.number,
        external_ref=listed.external_ref,
        act=act or None,
        amount=amount,
        outstanding=_outstanding(amount, performed, owed.stands),
        shown_by=opened(event.proof, None),
        performed=performed,
        erased=not act,
        contests=said_of.get(owed.entry, ()),
    )


def _performed(source: Source, part: Part) -> Performed:
    event = source.said(part.entry).opened.event
    assert isinstance(event, PerformanceReported)
    return Performed(
        **asdict(part), what=opened(event.what, None), amount=opened(event.amount, None)
    )


def _outstanding(
    amount: Money | None, performed: tuple[Performed, ...], stands: str
) -> Money | None:
    """Say what is left to pay; None where it is no money, or nothing more is owed."""
    if amount is None or stands in (*CLOSED, "ended"):
        return None
    paid = [p.amount for p in performed if p.stands == "confirmed" and p.amount]
    same = [Decimal(one.amount) for one in paid if one.currency == amount.currency]
    return Money(amount=str(Decimal(amount.amount) - sum(same)), currency=amount.currency)


def _date(date: Date, listed: Listed, said_of: Contests) -> CaseDate:
    return CaseDate(
        **asdict(date),
        case_id=listed.case_id,
        number=listed.number,
        external_ref=listed.external_ref,
        contests=said_of.get(date.entry, ()),
    )
