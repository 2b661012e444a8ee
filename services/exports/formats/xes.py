"""Write an event log as XES (IEEE 1849-2016), one trace a case."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Final
from xml.sax.saxutils import quoteattr

from services.exports.boxes import FolderBox
from services.exports.formats.writing import About, Cell, Written, cells
from services.exports.rows import Row

NAME: Final = "log.xes"
EXTENSIONS: Final = ("Concept", "Time", "Organizational", "Lifecycle")
PREFIXES: Final = {"Organizational": "org"}
STANDARD: Final = {"type": "concept:name", "actor": "org:resource", "role": "org:role"}
"""Columns that have a name in the standard."""
OF_TRACE: Final = ("case_id", "case")
INTEGERS: Final = ("seq", "schema_version")
NO_CHARACTER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
"""What XML 1.0 does not know, and controls that it advises against."""


def xes(box: FolderBox, rows: Iterator[Row], about: About) -> Written:
    """Write the events of each case in the order of the ledger.

    Raises:
        StoreFault: The file cannot be written.
    """
    return Written((box.add(NAME, _log(rows, about.made)),))


def _log(rows: Iterator[Row], made: datetime) -> Iterator[bytes]:
    yield from (line.encode() for line in _head(made))
    for _, of_case in groupby(rows, key=lambda row: row.case_id):
        opened = False
        for row in of_case:
            if not opened:
                opened = True
                yield _trace(row).encode()
            yield _event(row).encode()
        yield b"</trace>\n"
    yield b"</log>\n"


def _head(made: datetime) -> Iterator[str]:
    """Yield what stands before the traces, in the order that the standard has."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    for name in EXTENSIONS:
        prefix = PREFIXES.get(name, name.lower())
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        yield f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'
    yield f'<global scope="trace">\n{_text("concept:name", "")}</global>\n'
    yield '<global scope="event">\n'
    yield from (_text(name, "") for name in (*STANDARD.values(), "lifecycle:transition"))
    yield f"{_date(made)}</global>\n"
    yield '<classifier name="Activity" keys="concept:name"/>\n'
    yield '<classifier name="Activity and role" keys="concept:name org:role"/>\n'
    yield _text("concept:name", "Good Offices Ledger")


def _trace(row: Row) -> str:
    return f"<trace>\n{_text('concept:name', row.case)}{_text('case_id', row.case_id)}"


def _event(row: Row) -> str:
    told = {n: v for n, v in cells(row).items() if n not in (*OF_TRACE, "recorded")}
    parts = [_attribute(STANDARD.get(name, name), value) for name, value in told.items()]
    done = _text("lifecycle:transition", "complete")
    return f"<event>\n{_date(row.recorded)}{done}{''.join(parts)}</event>\n"


def _attribute(name: str, value: Cell) -> str:
    if value is None:
        return ""
    return f'<int key="{name}" value="{value}"/>\n' if name in INTEGERS else _text(name, str(value))


def _date(at: datetime) -> str:
    return f'<date key="time:timestamp" value="{at.isoformat()}"/>\n'


def _text(name: str, value: str) -> str:
    return f'<string key="{name}" value={_quoted(value)}/>\n'


def _quoted(value: str) -> str:
    """Write a value as an attribute of XML; what it cannot carry is spelt as JSON spells it."""
    spelt = NO_CHARACTER.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
    return quoteattr(spelt, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
