"""Tell who recorded what, for whom, when and under which authority."""

from collections.abc import Iterator
from typing import Any

from projections.rows import shown
from services.reading import words
from services.reading.assurance import ASSERTED, SIGNED
from services.reading.contests import contests, remarks
from services.reading.eyes import Eyes
from services.reading.receipts import Coverage
from services.reading.sources import Source, sources


def audit(eyes: Eyes, case: str | None) -> Iterator[dict[str, Any]]:
    """Yield the trail of one case or of all, entry by entry, without what the entries say.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    coverage = Coverage(eyes)
    try:
        for source in sources(eyes, case):
            for entry in entries(source):
                yield {**entry, "sealed": coverage.of(entry["event_id"])}
    finally:
        coverage.close()


def entries(source: Source) -> Iterator[dict[str, Any]]:
    """Yield the trail of one case."""
    listed = source.listed
    case_is = {
        "case_id": listed.case_id,
        "number": listed.number,
        "external_ref": listed.external_ref,
    }
    said_of = contests(source, in_words=False)
    for row in source.audit():
        ref = f"{row.room}:{row.seq}"
        more: dict[str, Any] = {"contests": said_of.get(ref, ()), "erasure": source.erasure(ref)}
        more["assurance"] = ASSERTED if row.key is None else SIGNED
        event_id = f"{row.room_id}/{row.seq}"
        yield {**case_is, "event_id": event_id, **shown(row), **more}


def corrections(row: dict[str, Any]) -> Iterator[str]:
    """Say what an entry corrects and what was said of it since."""
    if row["corrects"]:
        yield f"corrects {row['corrects']}"
    yield from (f"corrected by {ref}" for ref in row["corrected_by"])
    if row["voided_by"]:
        yield f"void by {row['voided_by']}"
    if row["erasure"]:
        yield words.erased(row["erasure"])
    yield from remarks(row["contests"])
