"""Gather the facts of the letters and certificates of a case: each is the print of one entry.

Nothing is told but what the viewer reads. The case is told as it stood when the letter was issued,
its dates as they run now.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from ledger.envelope import Event, opened
from ledger.follow_up.closing_events import (
    ClosingDocumentIssued,
    TerminationConfirmed,
    TerminationDeclared,
)
from ledger.intake.events import (
    InvitationIssued,
    MediationRequested,
    RequestAcknowledged,
    RequestRegistered,
)
from ledger.settlement.evidence_events import (
    InstitutionAttestationIssued,
    MediatorCertificateIssued,
)
from projections.case_shown import CaseView, DeadlineView, InstrumentView, PartyView
from services.reading.eyes import Eyes
from services.reading.looking import Kept, Look
from services.reading.receipts import Coverage, Covered
from services.reading.timeline import Entry, entry_of
from services.reading.walking import beginning

Kind: TypeAlias = Literal["acknowledgement", "invitation", "closing", "certificate", "attestation"]
KINDS: Final[Mapping[type[Event], Kind]] = {
    RequestAcknowledged: "acknowledgement",
    InvitationIssued: "invitation",
    ClosingDocumentIssued: "closing",
    MediatorCertificateIssued: "certificate",
    InstitutionAttestationIssued: "attestation",
}
"""Entries that are letters."""
HOLDING_WORDS: Final = (MediatorCertificateIssued, InstitutionAttestationIssued)
"""Letters whose own words stand in the entry."""


class Letter(Struct, frozen=True, kw_only=True):
    """A letter, and all that it tells.

    Attributes:
        kind: Which letter.
        entry: The entry that says it was issued, with what was said of it since.
        case: Where the case stood then.
        to: Parties it is for.
        received: When the request had come, None where that is not recorded or read.
        dispute: What it is about, as it was served; None where that is not read.
        dates: Dates that run for who it is for.
        ended: When the end took effect, None where that is not recorded.
        settlement: The settlement it is about, None for none.
        words: Its own words, None where it has none or they are not shown.
        sealed: The checkpoint that covers the entry, None while there is none.
    """

    kind: Kind
    entry: Entry
    case: CaseView
    to: tuple[PartyView, ...]
    received: str | None
    dispute: str | None
    dates: tuple[DeadlineView, ...]
    ended: str | None
    settlement: InstrumentView | None
    words: str | None
    sealed: Covered | None


def letters(look: Look) -> Iterator[Kept]:
    """Yield the entries that are letters, in the order of recording."""
    return (kept for kept in look.kept if type(kept.frame.event) in KINDS)


def letter_of(eyes: Eyes, look: Look, kept: Kept) -> Letter:
    """Gather what a letter tells.

    Args:
        eyes: Whose.
        look: What is seen.
        kept: One of its letters.

    Raises:
        StoreFault: The access cannot be noted, so nothing is shown.
    """
    event, then = kept.frame.event, beginning(look, kept.frame.ref, as_granted=False)
    case = then.view
    to = _addressees(event, case)
    named = {party.party for party in to}
    return Letter(
        kind=KINDS[type(event)],
        entry=entry_of(look, kept, eyes.zone(look), {}),
        case=case,
        to=to,
        received=_received(then),
        dispute=_dispute(then),
        dates=tuple(d for d in look.view.deadlines if d.concerns in named and not d.over),
        ended=_ended(then),
        settlement=_settlement(event, case),
        words=_words(look, kept),
        sealed=_covered(eyes, kept),
    )


def _addressees(event: Event, case: CaseView) -> tuple[PartyView, ...]:
    match event:
        case RequestAcknowledged():
            return tuple(party for party in case.parties if party.requesting)
        case InvitationIssued():
            return tuple(party for party in case.parties if party.party == event.party)
        case _:
            return case.parties


def _received(then: Look) -> str | None:
    """Tell when the request had come, as its registration or, before that, its filing says."""
    found: str | None = None
    for kept in then.kept:
        match kept.frame.event:
            case MediationRequested():
                found = found or kept.frame.occurred
            case RequestRegistered(received=received):
                found = received or found
    return found


def _dispute(then: Look) -> str | None:
    found: str | None = None
    for kept in then.kept:
        if isinstance(kept.frame.event, MediationRequested | RequestRegistered):
            event = then.opened(kept).event
            assert isinstance(event, MediationRequested | RequestRegistered)
            found = opened(event.dispute, None) or found
    return found


def _ended(then: Look) -> str | None:
    """Tell when the end took effect; who declared it and why is no part of a neutral notice."""
    found: str | None = None
    for kept in then.kept:
        event = kept.frame.event
        if isinstance(event, TerminationDeclared | TerminationConfirmed):
            found = event.effective_at or found
    return found


def _settlement(event: Event, case: CaseView) -> InstrumentView | None:
    named: str | None = None
    if isinstance(event, HOLDING_WORDS):
        named = event.settlement_id
    return next((text for text in case.settlements if text.settlement_id == named), None)


def _words(look: Look, kept: Kept) -> str | None:
    event = look.opened(kept).event
    match event:
        case MediatorCertificateIssued():
            return opened(event.text, None)
        case InstitutionAttestationIssued():
            return opened(event.facts, None)
        case _:
            return None


def _covered(eyes: Eyes, kept: Kept) -> Covered | None:
    coverage = Coverage(eyes)
    try:
        return coverage.of(kept.read.event_id)
    finally:
        coverage.close()
