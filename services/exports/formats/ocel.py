"""Write an object-centric event log as JSON (OCEL 2.0).

Found by loading files into the tools: they drop a relation silently that names no object, or an
object twice; they want every value as text, its type declared, with a time.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from ledger.instants import utc
from services.exports.boxes import FolderBox
from services.exports.formats.objects import ATTRIBUTES, Link, Named, Objects
from services.exports.formats.writing import About, Cell, Written, cells, scratch
from services.exports.rows import COLUMNS, Row

NAME: Final = "log.ocel.json"
SPOOL: Final = "objects.spool"
OF_CASE: Final = "of case"
"""How an object is related to its case."""
EVENT_ATTRIBUTES: Final = {
    name: "integer" if name in ("seq", "schema_version") else "string"
    for name in COLUMNS
    if name not in ("event_id", "type", "recorded")
}
"""Of every event; the time of an event is that of recording, since it alone is always known."""
_ENCODER: Final = msgspec.json.Encoder()


def ocel(box: FolderBox, rows: Iterator[Row], about: About) -> Written:
    """Write events in the order of the ledger, then the objects they are about.

    Raises:
        StoreFault: A file cannot be written.
    """
    del about
    box.opened(SPOOL).close()
    with scratch(box.place(SPOOL)) as database:
        objects = Objects(database)
        counted: list[int] = []
        file = box.add(NAME, _document(rows, objects, counted))
    box.place(SPOOL).unlink()
    return Written((file,), sum(counted))


def _document(rows: Iterator[Row], objects: Objects, counted: list[int]) -> Iterator[bytes]:
    types: set[str] = set()
    yield b'{"events":['
    yield from _listed(_events(rows, objects, types))
    counted.append(objects.done())
    yield b'],\n"objects":['
    yield from _listed(_object(one, since) for one, since in objects.each())
    yield b'],\n"eventTypes":['
    yield from _listed(_type(name, EVENT_ATTRIBUTES) for name in sorted(types))
    yield b'],\n"objectTypes":['
    texts = dict.fromkeys(ATTRIBUTES, "string")
    yield from _listed(_type(name, texts) for name in objects.types())
    yield b"]}\n"


def _listed(items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    between = b"\n"
    for item in items:
        yield between + _ENCODER.encode(item)
        between = b",\n"


def _events(rows: Iterator[Row], objects: Objects, types: set[str]) -> Iterator[dict[str, Any]]:
    for row in rows:
        types.add(row.type)
        at = utc(row.recorded)
        found = objects.take(row, at)
        yield {
            "id": row.event_id,
            "type": row.type,
            "time": at,
            "attributes": [
                {"name": name, "value": str(value)}
                for name, value in attributes(row).items()
                if value is not None
            ],
            "relationships": [_relation(link) for link in found],
        }


def attributes(row: Row) -> dict[str, Cell]:
    """Return the attributes of an event, by name."""
    told = cells(row)
    return {name: told[name] for name in EVENT_ATTRIBUTES}


def _relation(link: Link) -> dict[str, str]:
    return {"objectId": link.to.id, "qualifier": link.qualifier}


def _object(one: Named, since: str) -> dict[str, Any]:
    told = {"name": one.name, "room": one.room}
    return {
        "id": one.id,
        "type": one.type,
        "attributes": [{"name": n, "time": since, "value": v} for n, v in told.items()],
        "relationships": [{"objectId": one.case, "qualifier": OF_CASE}] if one.case else [],
    }


def _type(name: str, declared: dict[str, str]) -> dict[str, Any]:
    found = [{"name": attribute, "type": kind} for attribute, kind in declared.items()]
    return {"name": name, "attributes": found}
