"""Certify what was destroyed: which entries, when, on which legal basis, by whom; not what it said.

Made from the record as one viewer sees it, and from the keys as they are now: an entry is certified
as destroyed only where its key is found to be gone.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from ledger.casefile import erased_by
from ledger.envelope import Frame, opened
from ledger.record.erasure_events import (
    ContentErased,
    ErasureAssessed,
    ErasureExecuted,
    ErasureRequested,
)
from services.courier import Book
from services.courier.book import STORE
from services.eraser import Eraser
from services.grants import Grants
from services.reading.eyes import Eyes
from services.reading.looking import NO_OVERLAP, Kept, Look
from services.stores import is_there

FORMAT = "goodoffices-erasure/1"
LEGAL = (ErasureExecuted, ContentErased)
"""Events that name the legal basis of an erasure."""
REMAINS = (
    "Of each entry its frame stays (that it was made, by whom, when, of which type), with the"
    " salted commitment to what it said and the ciphertext. Key and salt are destroyed, so"
    " that neither can be opened nor compared with a guess; proofs and receipts still verify."
)
"""What stays of what was erased, and why it tells nothing."""
Feeds: TypeAlias = Literal["no copies", "deleted", "waiting for the broker"]


class Gone(Struct, frozen=True, kw_only=True):
    """An entry that says nothing any more.

    Attributes:
        entry: The entry, `room:seq`.
        event_id: Its name to the outside.
        type: Name of its type.
        recorded: When it was written.
        key_destroyed: Whether its key is gone, as found when this was made.
        at: When the key was destroyed, None where that is not noted.
    """

    entry: str
    event_id: str
    type: str
    recorded: datetime
    key_destroyed: bool
    at: datetime | None


class Certificate(Struct, frozen=True, kw_only=True):
    """What one act erased, as far as the viewer reads; the names are those of the JSON document.

    Attributes:
        format: Name and version of this shape.
        made: When it was made.
        viewer: For whom.
        erased_by: Events (room:seq) that order it, one a room.
        command: Id of the act.
        recorded: When the act was recorded; from then on nobody was shown the entries' words.
        actor: Who carried it out.
        entered_by: Who was at the keyboard.
        approved_by: Who granted it, None where the rule profile did.
        ground: Legal basis in a word.
        basis: Legal basis in words.
        request: Id of the request, None where none is seen.
        requested_by: Who asked, None as before.
        requested: When, None as before.
        assessed: When it was granted, None where that is not seen.
        kept: Types of entries kept although the request reached them.
        entries: What was erased.
        complete: Whether every key is gone.
        feeds: What became of copies in subscribers' feeds.
        remains: What stays, and why it tells nothing.
    """

    format: str = FORMAT
    made: datetime
    viewer: str
    case_id: str
    number: str | None
    external_ref: str | None
    erased_by: tuple[str, ...]
    command: str
    recorded: datetime
    actor: str
    entered_by: str
    approved_by: str | None
    ground: str
    basis: str | None
    request: str | None
    requested_by: str | None
    requested: datetime | None
    assessed: datetime | None
    kept: tuple[str, ...]
    entries: tuple[Gone, ...]
    complete: bool
    feeds: Feeds
    remains: str = REMAINS


def certificates(eyes: Eyes, case: str | None) -> Iterator[Certificate]:
    """Certify the erasures of one case, or of all one by one.

    What is ordered and not destroyed yet is destroyed first.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
        CaseBusy: A reader keeps old pages of the key store alive.
    """
    with closing(Eraser(eyes.house.ledger, eyes.house.clock)) as eraser:
        for look in eyes.looks(case):
            acts: dict[tuple[str, str], list[Kept]] = {}
            for kept in look.kept:
                if erased_by(kept.frame.event) or isinstance(kept.frame.event, ErasureExecuted):
                    acts.setdefault((kept.frame.actor, kept.frame.command), []).append(kept)
            if acts:
                eraser.case(look.record.case_id)
                yield from (_certificate(look, eyes, eraser, stubs) for stubs in acts.values())


def _certificate(look: Look, eyes: Eyes, eraser: Eraser, orders: list[Kept]) -> Certificate:
    """Put together what one act ordered; what the viewer does not read of it is not there."""
    first = orders[0].frame
    said = [look.record.reader.filled(k.sealed, k.frame.event) for k in orders]
    executed = next((e for e in said if isinstance(e, ErasureExecuted)), None)
    legal = next((event for event in said if isinstance(event, LEGAL)), None)
    asked = _asked(look, executed, orders)
    granted = _granted(look, executed)
    entries = tuple(gone(look, eraser, ref) for k in orders for ref in erased_by(k.frame.event))
    intake = look.case.intake
    return Certificate(
        made=look.now,
        viewer=look.viewer,
        case_id=str(look.record.case_id),
        number=intake.number,
        external_ref=intake.external_ref,
        erased_by=tuple(k.frame.ref for k in orders if erased_by(k.frame.event)),
        command=first.command,
        recorded=first.recorded,
        actor=first.actor,
        entered_by=first.entered_by,
        approved_by=None if legal is None else legal.approved_by,
        ground=NO_OVERLAP if legal is None else legal.ground,
        basis=None if legal is None else opened(legal.basis, None),
        request=None if asked is None else asked.event.erasure_id,
        requested_by=None if asked is None else asked.event.requester,
        requested=None if asked is None else asked.recorded,
        assessed=None if granted is None else granted.recorded,
        kept=executed.kept if executed is not None else (),
        entries=entries,
        complete=all(entry.key_destroyed for entry in entries),
        feeds=_feeds(eyes, orders),
    )


def _asked(
    look: Look, executed: ErasureExecuted | None, orders: list[Kept]
) -> Frame[ErasureRequested] | None:
    """Find the request an act carried out: by its id, else by what caused the mark in its room."""
    causes = {k.frame.cause for k in orders}
    name = None if executed is None else executed.erasure_id
    for kept in look.kept:
        frame: Frame[Any] = kept.frame
        event = frame.event
        if isinstance(event, ErasureRequested) and (
            frame.ref in causes or event.erasure_id == name
        ):
            return frame
    return None


def _granted(look: Look, executed: ErasureExecuted | None) -> Frame[ErasureAssessed] | None:
    """Find the grant an act carried out, the latest word."""
    name = None if executed is None else executed.erasure_id
    found: Frame[Any] | None = None
    for kept in look.kept:
        event: object = kept.frame.event
        if isinstance(event, ErasureAssessed) and event.erasure_id == name:
            found = kept.frame
    return found


def gone(look: Look, eraser: Eraser, ref: str) -> Gone:
    """Certify of one entry whether its key is gone."""
    kept = look.record.kept[look.record.file.version_of(ref) - 1]
    tag = str(type(kept.frame.event).__struct_config__.tag)
    return Gone(
        entry=ref,
        event_id=kept.read.event_id,
        type=tag,
        recorded=kept.frame.recorded,
        key_destroyed=eraser.is_gone(kept.sealed),
        at=eraser.when(look.record.case_id).get(ref),
    )


def _feeds(eyes: Eyes, orders: list[Kept]) -> Feeds:
    """Say whether the courier has passed the order; what it passed it deleted."""
    reader, ledger_id = eyes.house.ledger.reader, eyes.house.ledger.institution_id
    grants = Grants(reader, ledger_id).of_broker()  # of a webhook no copies are kept
    last = {
        grant.feed: kept.read.position
        for kept in orders
        if erased_by(kept.frame.event)
        for grant in grants.values()
        if grant.allows(ledger_id.hex, kept.read.case_id.hex, kept.read.position, kept.frame)
    }
    if not last or not is_there(STORE, eyes.house.where):
        return "no copies"
    with closing(Book(eyes.house.where, eyes.house.ledger_id)) as book:
        reached = {feed: place.position for feed, place in book.places().items()}
    deleted = all(reached.get(feed, 0) >= at for feed, at in last.items())
    return "deleted" if deleted else "waiting for the broker"
