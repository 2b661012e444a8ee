"""Tell who recorded what, for whom, when and under which authority."""

from collections.abc import Iterator
from typing import Any

from projections.rows import shown
from services.reading.eyes import Eyes
from services.reading.sources import Source, sources


def audit(eyes: Eyes, case: str | None) -> Iterator[dict[str, Any]]:
    """Yield the trail of one case or of all, entry by entry, without what the entries say.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for source in sources(eyes, case):
        yield from entries(source)


def entries(source: Source) -> Iterator[dict[str, Any]]:
    """Yield the trail of one case."""
    listed = source.listed
    case_is = {
        "case_id": listed.case_id,
        "number": listed.number,
        "external_ref": listed.external_ref,
    }
    for row in source.audit():
        yield {**case_is, "event_id": f"{row.room_id}/{row.seq}", **shown(row)}


def corrections(row: dict[str, Any]) -> Iterator[str]:
    """Say what an entry corrects and what was said of it since."""
    if row["corrects"]:
        yield f"corrects {row['corrects']}"
    yield from (f"corrected by {ref}" for ref in row["corrected_by"])
    if row["voided_by"]:
        yield f"void by {row['voided_by']}"
    yield from (f"contested by {ref}" for ref in row["contested_by"])
