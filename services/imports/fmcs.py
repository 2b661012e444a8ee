"""Take in first-contract mediations of the US Federal Mediation and Conciliation Service.

Each row becomes a case taken over once its mediator was assigned. Times stand there without a zone
and are kept so. Whether it settled is keyed on the basis for closing; the agreement date alone is
a fact told, since it is filled in where there was no agreement, too.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

from ledger.errors import DecodeError
from ledger.parties import Phase
from services.imports.source import CaseWriter, Document, SourceCase, read_document

RECEIVED: Final = "Received Date"
ASSIGNED: Final = "Initiated Date"
AGREED: Final = "Contract Agreement Date"
BASIS: Final = "Basis for Closing (Case Statistics) (FMCS Case Statistics)"
EMPLOYER: Final = "Employer"
UNION: Final = "Union"
COLUMNS: Final = (RECEIVED, ASSIGNED, AGREED, BASIS, EMPLOYER, UNION)
AGREEMENT: Final = "Agreement Reached"
LOCAL: Final = "YYYY-MM-DDTHH:MM:SS, without a zone"
NOT_IN_SOURCE: Final = ("consent", "mediator-name", "agreement-to-mediate", "sessions", "proposals")


def read_fmcs(path: Path) -> list[SourceCase]:
    """Read a file of cases, one a row.

    Raises:
        DecodeError: It is no such file; names the row and the column.
    """
    document = read_document(path)
    cases = [_case(number, row, document) for number, row in _rows(document.text())]
    if not cases:
        raise DecodeError("file", "has no row below its heading", "a case a row")
    return cases


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Read the rows, numbered from 1 without the heading."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        heading = next(reader)
        missing = [name for name in COLUMNS if name not in heading]
        if missing:
            raise DecodeError("file", f"has no column {missing[0]!r}", "the FMCS columns")
        for number, cells in enumerate((row for row in reader if row), start=1):
            if len(cells) != len(heading):
                why = f"has {len(cells)} cells, its heading {len(heading)}"
                raise DecodeError(f"row {number}", why, "a cell for each column")
            named = zip(heading, cells, strict=True)
            yield number, {name: cell.strip() for name, cell in named}
    except csv.Error as error:
        raise DecodeError(f"row {number + 1}", f"not CSV: {error}", "rows of CSV") from None


def _case(number: int, row: dict[str, str], document: Document) -> SourceCase:
    reference, where = f"fmcs:{number}", f"row {number}"
    received, assigned = (_moment(row, name, where) for name in (RECEIVED, ASSIGNED))
    writer = CaseWriter(reference, where, document.hash)
    names = {"employer": row[EMPLOYER], "union": row[UNION]}
    writer.add(
        "take-over-case",
        {
            "source": "fmcs",
            "external_ref": reference,
            "parties": ("employer", "union"),
            "phase": Phase.CONSTITUTED,
            "title": f"First contract, {row[EMPLOYER]} and {row[UNION]}",
            "names": {party: name for party, name in names.items() if name},
            "facts": ("two-parties", "mediator-assigned"),
            "not_recorded": NOT_IN_SOURCE,
        },
    )
    if received:
        writer.add("report-fact", {"fact": "request_received"}, occurred=received)
    if assigned:
        writer.add("report-fact", {"fact": "mediator_assigned"}, occurred=assigned)
    _add_end(writer, row[BASIS], _day(row, where))
    return writer.case()


def _add_end(writer: CaseWriter, basis: str, day: str | None) -> None:
    """Record how it ended; a row without a basis is still open."""
    if basis == AGREEMENT:
        told = {"basis": basis} if day is None else {"basis": basis, "reported_on": day}
        writer.add("report-settlement", told, **_on(day))
        return
    if day is not None:
        writer.add("report-fact", {"fact": "agreement_date_stated", "on": day})
    if basis:
        writer.add("close-case", {"outcome": "none", "basis": basis})


def _on(day: str | None) -> dict[str, str]:
    return {} if day is None else {"occurred": day}


def _moment(row: dict[str, str], column: str, where: str) -> str | None:
    """Read a time of somebody's wall clock, None where there is none."""
    text = row[column]
    if not text:
        return None
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise DecodeError(
            f"{where}: {column}", f"{text!r} is no time", "YYYY-MM-DDTHH:MM:SS"
        ) from None
    if local.tzinfo is not None:
        raise DecodeError(f"{where}: {column}", f"{text!r} has a zone", LOCAL)
    return local.isoformat()


def _day(row: dict[str, str], where: str) -> str | None:
    """Read the agreement date, None where there is none."""
    text = row[AGREED]
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise DecodeError(f"{where}: {AGREED}", f"{text!r} is no day", "YYYY-MM-DD") from None
