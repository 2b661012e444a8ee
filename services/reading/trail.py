"""Tell who recorded what, for whom, when and under which authority."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from projections.audit_trail import AuditRow
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
    told = (entry for source in sources(eyes, case) for entry in entries(source))
    return with_seals(eyes, told)


def with_seals(eyes: Eyes, told: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Say of each entry of a trail which checkpoint covers it."""
    coverage = Coverage(eyes)
    try:
        for entry in told:
            yield {**entry, "sealed": coverage.of(entry["event_id"])}
    finally:
        coverage.close()


def entries(source: Source) -> Iterator[dict[str, Any]]:
    """Yield the trail of one case."""
    teller = Teller(source)
    return (teller.entry(row) for row in source.audit())


class Teller:
    """Tell rows of the trail of one case."""

    def __init__(self, source: Source) -> None:
        """Gather what was said of its entries."""
        listed = source.listed
        self._case = {
            "case_id": listed.case_id,
            "number": listed.number,
            "external_ref": listed.external_ref,
        }
        self._source = source
        self._contests = contests(source, in_words=False)

    def entry(self, row: AuditRow) -> dict[str, Any]:
        """Tell one row."""
        ref = f"{row.room}:{row.seq}"
        return {
            **self._case,
            "event_id": f"{row.room_id}/{row.seq}",
            **shown(row),
            "contests": self._contests.get(ref, ()),
            "erasure": self._source.erasure(ref),
            "assurance": ASSERTED if row.key is None else SIGNED,
        }


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
