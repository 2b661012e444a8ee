"""Say what is taken out of an analyst's rows, and mark the rows it was taken out of.

The pseudonyms themselves are drawn before a row is made: an analyst's look holds nothing else
(`services/reading/blinding.py`), so a row cannot tell more than a look. What is left to do here is
to leave out of a row the fields that hold nothing, and to say that they do.
"""

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ledger.catalogue import EVENTS
from services.analysts import AnalystGrant
from services.exports.manifest import NOTHING_TAKEN_OUT, Redaction
from services.exports.rows import Redact, Row, whole
from services.reading.veil import EMPTY, ways


class Redacting(Struct, frozen=True):
    """What is taken out of rows, and what is said of it.

    Attributes:
        redact: Takes it out.
        told: What the manifest says.
    """

    redact: Redact = whole
    told: Redaction = NOTHING_TAKEN_OUT


WITHOUT_WORDS: Final = Redaction(
    "analyst/1",
    "the common record alone; persons, parties, cases, ids and references are pseudonyms of this "
    "grant; words, names, documents and places are left out; instants, days, counts, amounts and "
    "answers that a form offers are as recorded; leaf_hash and the ids of rooms are keyed by the "
    "grant and stand in no other export",
)
WITH_WORDS: Final = Redaction(
    "analyst-words/1",
    WITHOUT_WORDS.why.replace(
        "words, names,", "words are shown with the names the record knows replaced; names,"
    ),
)


def redacting_for(grant: AnalystGrant) -> Redacting:
    """Say what is taken out of the rows of an analyst, and how it is told."""
    return Redacting(redacted, WITH_WORDS if grant.free_text else WITHOUT_WORDS)


def redacted(rows: Iterator[Row]) -> Iterator[Row]:
    """Leave out of each row the fields an analyst is not shown, and say so."""
    for row in rows:
        closed = {name for name, way in ways(EVENTS[row.type]).items() if way in ("left", "words")}
        gone = {name for name in closed if _is_empty(row.data.get(name))}
        if not gone:
            yield row
            continue
        data = {name: value for name, value in row.data.items() if name not in gone}
        yield replace(row, data=data, withheld=row.withheld or "redacted")


def _is_empty(value: Any) -> bool:  # noqa: ANN401 - any field of an event
    return value is None or value in EMPTY
