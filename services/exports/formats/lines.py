"""Write a row a line: JSON, comma-separated values, CloudEvents."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from ledger.instants import utc
from services.exports.boxes import FolderBox
from services.exports.formats.writing import About, Written, cells
from services.exports.rows import COLUMNS, Row

NDJSON: Final = "events.ndjson"
CSV: Final = "events.csv"
CLOUDEVENTS: Final = "cloudevents.ndjson"
SEQUENCE_DIGITS: Final = 20
"""As the messages of feeds have it (docs/feeds.md)."""
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


def ndjson(box: FolderBox, rows: Iterator[Row], about: About) -> Written:
    """Write an object a line, with the columns as keys."""
    del about
    return Written((box.add(NDJSON, (_ENCODER.encode(row) + b"\n" for row in rows)),))


def comma_separated(box: FolderBox, rows: Iterator[Row], about: About) -> Written:
    """Write the columns with commas between (RFC 4180), `data` as JSON text."""
    del about
    return Written((box.add(CSV, _comma_separated(rows)),))


def _comma_separated(rows: Iterator[Row]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(cells(row))
        if text.tell() >= 1 << 16:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def cloudevents(box: FolderBox, rows: Iterator[Row], about: About) -> Written:
    """Write CloudEvents 1.0 in structured mode, one a line, named as those of feeds are."""
    told = (_ENCODER.encode(_cloud_event(row, about.ledger)) + b"\n" for row in rows)
    return Written((box.add(CLOUDEVENTS, told),))


def _cloud_event(row: Row, ledger: str) -> dict[str, Any]:
    case_hex = row.case_id.replace("-", "")
    told = {
        "specversion": "1.0",
        "id": row.event_id,
        "source": f"/institutions/{ledger}/cases/{case_hex}/rooms/{row.stream}",
        "type": f"org.goodoffices.{row.type}.v{row.schema_version}",
        "time": utc(row.recorded),
        "subject": case_hex,
        "sequence": f"{row.seq:0{SEQUENCE_DIGITS}d}",
        "dataschema": f"urn:goodoffices:{row.type}:v{row.schema_version}",
        "datacontenttype": "application/json",
        "casename": row.case,
        "room": row.room,
        "actor": row.actor,
        "role": row.role,
        "actingfor": row.acting_for,
        "occurred": row.occurred,
        "proposalid": row.proposal_id,
        "causation": row.causation,
        "correlation": row.correlation,
        "leafhash": row.leaf_hash,
        "withheld": row.withheld,
    }
    return {name: value for name, value in told.items() if value is not None} | {"data": row.data}
