"""List cases, find them by words, and list what runs in them."""

from collections.abc import Iterator
from uuid import UUID

from msgspec.structs import asdict

from ledger.envelope import opened
from ledger.settlement.events import ObligationDefined
from ledger.terms import Money
from projections.access import OFFICE_ROOMS
from projections.case_shown import ObligationView
from projections.case_view import Listed
from projections.deadlines import Date
from projections.search import Found
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.sources import from_record, sources


class CaseDate(Date, frozen=True, kw_only=True):
    """A date, with the case it belongs to."""

    case_id: str
    number: str | None
    external_ref: str | None


class CaseObligation(ObligationView, frozen=True, kw_only=True):
    """An obligation, with the case it belongs to.

    Attributes:
        entry: Event (room:seq) that defined it.
        act: What is to be done, None where it was erased.
        amount: What is to be paid, None where it is no money.
        erased: Whether its words were erased.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    entry: str
    act: str | None
    amount: Money | None
    erased: bool


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
    library = eyes.house.views
    library.bring_to_head()
    looks: dict[UUID, Look | None] = {}

    def look_at(case_id: UUID) -> Look | None:
        if case_id not in looks:
            looks.clear()
            looks[case_id] = eyes.tried(case_id)
        return looks[case_id]

    def may_open(found: Found) -> bool:
        if eyes.office and eyes.moment is None:
            return found.room in OFFICE_ROOMS or found.room.startswith("desk:")
        look = look_at(found.case_id)
        return look is not None and look.sees(found.room, found.seq)

    for case_id in library.find(words, may_open):
        look = look_at(case_id)
        if look is not None and look.kept:
            yield from_record(look).listed


def deadlines(eyes: Eyes, case: str | None) -> Iterator[CaseDate]:
    """List the dates of one case or of all, the next due of each case first.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for source in sources(eyes, case):
        for date in source.dates():
            yield _date(date, source.listed)


def obligations(eyes: Eyes, case: str | None) -> Iterator[CaseObligation]:
    """List what is owed under executed settlements, in one case or in all.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for look in eyes.looks(case):
        owed = look.case.settlement.obligations
        for view in look.view.obligations:
            yield _obligation(look, view, owed[view.obligation_id].ref)


def _obligation(look: Look, view: ObligationView, ref: str) -> CaseObligation:
    event = look.open(ref)
    assert isinstance(event, ObligationDefined)
    act = opened(event.act, "")
    return CaseObligation(
        **asdict(view),
        case_id=look.view.case_id,
        number=look.view.number,
        external_ref=look.view.external_ref,
        entry=ref,
        act=act or None,
        amount=opened(event.amount, None),
        erased=not act,
    )


def _date(date: Date, listed: Listed) -> CaseDate:
    return CaseDate(
        **asdict(date),
        case_id=listed.case_id,
        number=listed.number,
        external_ref=listed.external_ref,
    )
