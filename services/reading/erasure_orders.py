"""Certify what an order over every case destroyed, to the institution's offices.

The order names no case; which ones followed it is found among the entries the viewer may read. So a
case of which only a confidential room held something is named to that room's readers alone.
"""

from datetime import datetime
from typing import Final

from msgspec import Struct

from ledger.envelope import opened
from ledger.erasing import ordered
from ledger.institution.subject_erasure_events import SubjectErasureExecuted
from ledger.institution.subject_erasure_state import SubjectErasure
from ledger.record.erasure_events import ContentErased
from ledger.rulebook import rulebook_of
from services.eraser import Eraser
from services.reading.erasures import REMAINS, Gone, gone
from services.reading.eyes import Eyes
from services.reading.looking import Look

FORMAT: Final = "goodoffices-erasure-order/1"


class InCase(Struct, frozen=True, kw_only=True):
    """What an order destroyed in one case.

    Attributes:
        case_id: The case.
        number: Its number.
        entries: What was erased.
    """

    case_id: str
    number: str | None
    entries: tuple[Gone, ...]


class OrderCertificate(Struct, frozen=True, kw_only=True):
    """What one order erased, as far as the viewer reads; the names are those of the JSON document.

    Attributes:
        format: Name and version of this shape.
        made: When it was made.
        viewer: For whom.
        request: Id of the request.
        subject: Whose data were meant.
        requested_by: Who entered the request.
        requested: When.
        approved_by: Who granted it.
        assessed: When.
        entered_by: Who gave the order.
        recorded: When; what was recorded later is not meant.
        ground: Legal basis in a word.
        basis: Legal basis in words.
        kept: Types of entries that were kept.
        cases: What was erased, case by case.
        waiting: Cases with entries that a legal hold still keeps.
        complete: Whether nothing waits and every key is gone.
        remains: What stays, and why it tells nothing.
    """

    format: str = FORMAT
    made: datetime
    viewer: str
    request: str
    subject: str
    requested_by: str
    requested: datetime
    approved_by: str
    assessed: datetime | None
    entered_by: str
    recorded: datetime | None
    ground: str | None
    basis: str | None
    kept: tuple[str, ...]
    cases: tuple[InCase, ...]
    waiting: tuple[str, ...]
    complete: bool
    remains: str = REMAINS


class _Found(Struct):
    """What was found of one order, while the cases are gone through."""

    cases: list[InCase]
    waiting: list[str]


def order_certificates(eyes: Eyes) -> list[OrderCertificate]:
    """Certify every order over all cases; none to who does not read the institution's own record.

    What is ordered and not destroyed yet is destroyed first.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
        CaseBusy: A reader keeps old pages of the key store alive.
    """
    ledger = eyes.house.ledger
    institution = ledger.reader.load(ledger.institution_id)
    orders = rulebook_of(institution).orders
    viewer = eyes.own_record
    if viewer is None or not orders:
        return []
    eraser = Eraser(ledger, eyes.house.clock)
    eraser.case(ledger.institution_id)
    found = {name: _Found([], []) for name in orders}
    for look in eyes.looks(None):
        for name, order in orders.items():
            _look_for(look, eyes, eraser, order, found[name])
    return [_certificate(eyes, viewer, order, found[name]) for name, order in orders.items()]


def _look_for(look: Look, eyes: Eyes, eraser: Eraser, order: SubjectErasure, found: _Found) -> None:
    """Find what a case followed of an order, and what waits there, among what the viewer reads."""
    case_id = look.record.case_id
    mark = eyes.house.ledger.order_id(case_id, order.erasure_id)
    marks = [k.frame.event for k in look.kept if k.frame.command == mark]
    targets = [ref for e in marks if isinstance(e, ContentErased) for ref in e.targets]
    number = look.case.intake.number
    if targets:
        entries = tuple(gone(look, eraser, ref) for ref in targets)
        found.cases.append(InCase(case_id=str(case_id), number=number, entries=entries))
    read = {kept.frame.room for kept in look.kept}
    if any(placed.room in read for placed in ordered(look.record.file, order)):
        found.waiting.append(number or str(case_id))


def _certificate(eyes: Eyes, viewer: str, order: SubjectErasure, found: _Found) -> OrderCertificate:
    ledger = eyes.house.ledger
    frames = ledger.reader.all_opened(ledger.institution_id)
    said = next(f.event for f in frames if f.ref == order.order)
    assert isinstance(said, SubjectErasureExecuted), "the fold took its ref from one"
    gone_all = all(entry.key_destroyed for case in found.cases for entry in case.entries)
    return OrderCertificate(
        made=eyes.house.clock.now(),
        viewer=viewer,
        request=order.erasure_id,
        subject=order.subject,
        requested_by=order.requested_by,
        requested=order.requested,
        approved_by=said.approved_by,
        assessed=order.assessed,
        entered_by=order.executed_by[-1],
        recorded=order.executed,
        ground=order.ground,
        basis=opened(said.basis, None),
        kept=order.kept,
        cases=tuple(found.cases),
        waiting=tuple(found.waiting),
        complete=gone_all and not found.waiting,
    )
