"""Fold cases again from the record, and digest what a viewer is given of them."""

from collections.abc import Iterator

from msgspec import Struct

from projections import replay
from services.library import PROJECTIONS
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.sources import folded


class Replayed(Struct, frozen=True, kw_only=True):
    """A case folded again.

    Attributes:
        viewer: Whose eyes.
        entries: How many entries the viewer reads.
        digest: SHA-256 of the viewer's cut, hex; the same for whoever folds the same entries.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    viewer: str
    phase: str
    outcome: str | None
    entries: int
    digest: str


def replayed(eyes: Eyes, case: str | None) -> Iterator[Replayed]:
    """Fold one case again, or all one by one.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for look in eyes.looks(case):
        yield replayed_as(look)


def replayed_as(look: Look) -> Replayed:
    """Fold what is seen of one case."""
    case = look.case
    return Replayed(
        case_id=str(look.record.case_id),
        number=case.intake.number,
        external_ref=case.intake.external_ref,
        viewer=look.viewer,
        phase=case.phase,
        outcome=case.outcome,
        entries=len(look.kept),
        digest=replay.digest(folded(look, *PROJECTIONS)),
    )
