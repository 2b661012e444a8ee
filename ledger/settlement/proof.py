"""Say what proving a settlement, and stepping back from it, does to an instrument."""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from ledger.settlement.evidence_events import (
    CoolingOffExercised,
    InstitutionAttestationIssued,
    LongStopPassed,
    SignatureAttemptFailed,
    TranslationCertified,
)
from ledger.settlement.instrument import Instrument, closed, settled, voided

Noted: TypeAlias = (
    TranslationCertified
    | SignatureAttemptFailed
    | InstitutionAttestationIssued
    | CoolingOffExercised
    | LongStopPassed
)


def noted(known: Instrument, event: Noted, ref: str) -> Instrument:
    """Return the instrument after an event."""
    match event:
        case TranslationCertified():
            return replace(known, certified=(*known.certified, event.language))
        case SignatureAttemptFailed():
            return replace(known, failed_attempts=(*known.failed_attempts, ref))
        case InstitutionAttestationIssued():
            return replace(known, attestations=(*known.attestations, event.serial))
        case LongStopPassed():
            return settled(known, event.condition_id, "lapsed")
        case CoolingOffExercised():
            back = replace(known, signatures={}, voided=voided(known), cooling_off_until=None)
            return closed(back, "stepped_back")
        case _:
            assert_never(event)
