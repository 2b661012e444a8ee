"""Tell which documents entries name, and open those that are kept here.

A document is read by exactly those who read an entry that names it, as far as they read what that
entry says: not once it is sealed or erased, and not under an analyst's grant.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec import UNSET, Struct

from ledger.errors import RuleViolation
from ledger.preparation.events import DocumentSubmitted
from ledger.terms import Document
from services.documents.incoming import Incoming
from services.documents.naming import named
from services.documents.store import Act
from services.documents.tickets import Ticket
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.looking import Kept, Look, Opened


class DocumentTold(Struct, frozen=True, kw_only=True):
    """A document that an entry names; the names are those of the JSON document.

    Attributes:
        room: Whose readers read it.
        entry: Event (room:seq) that names it.
        at: When that was recorded.
        says: That entry in one line.
        by: Who put it in, such as `party:B`.
        sha256: SHA-256 of the document, as the entry names it.
        title: What the entry calls it, None where it does not.
        kept: Whether it is kept here and can be opened.
        name: Name of its file, None where it is not kept here.
        media: Its media type, None where it is not kept here.
        size: Its bytes, None where it is not kept here.
        received: When it came in, None where it is not kept here.
        erased: Whether what the entry said was erased, and the document with it.
        sealed_by: Event (room:seq) that sealed it.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    room: str
    entry: str
    at: datetime
    says: str
    by: str
    sha256: str
    title: str | None
    kept: bool
    name: str | None
    media: str | None
    size: int | None
    received: datetime | None
    erased: bool
    sealed_by: str | None


class Held(NamedTuple):
    """A document that is kept here and may be opened.

    Attributes:
        told: What is told of it.
        ticket: What opens it.
    """

    told: DocumentTold
    ticket: Ticket


def documents(eyes: Eyes, case: str | None) -> Iterator[DocumentTold]:
    """List the documents of one case or of all, in the order of recording.

    An entry that is itself the putting in of a document is listed whether or not that is kept here.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for look in eyes.looks(case):
        yield from in_case(eyes, look)


def in_case(eyes: Eyes, look: Look) -> Iterator[DocumentTold]:
    """List the documents of a case that is looked at."""
    eyes.house.documents.tie(look.record.case_id)
    for kept in look.kept:
        yield from (told for told, _ in _of(eyes, look, kept))


def held(eyes: Eyes, case: str, entry: str, sha256: str | None = None) -> Held:
    """Find a document that may be opened.

    Args:
        eyes: Whose.
        case: The case.
        entry: Event (room:seq) that names it.
        sha256: SHA-256 of the document; may be left out where the entry holds one alone.

    Raises:
        RuleViolation: document_is_known; the same where there is no such entry, it is not to be
            read, sealed or erased, or nothing is kept for it. Else as `Eyes.look`.
    """
    look = eyes.look(case)
    eyes.house.documents.tie(look.record.case_id)
    found = [
        Held(told, ticket)
        for kept in look.kept
        if kept.frame.ref == entry
        for told, ticket in _of(eyes, look, kept)
        if ticket is not None and sha256 in (None, ticket.sha256)
    ]
    if len(found) != 1:
        needs = "an entry and a SHA-256, as `goodoffices document list` prints them"
        raise RuleViolation("document_is_known", f"there is no such document at {entry}", needs)
    return found[0]


def read(eyes: Eyes, found: Held) -> Iterator[bytes]:
    """Open a document, part by part; its size and its hash are checked.

    Raises:
        StoreFault: It is not where it was stored, or was altered.
    """
    return eyes.house.documents.read(found.ticket)


def awaited(eyes: Eyes, person: str, case: str, command: str) -> Act:
    """Name the act to come that a document is for.

    Args:
        eyes: Whose; the case must be theirs to see.
        person: Who will enter the act.
        case: The case.
        command: Id of its command.

    Raises:
        RuleViolation: As `Eyes.look`.
    """
    return Act(eyes.look(case).record.case_id, person, command)


class Lacking(NamedTuple):
    """An entry that names documents which may still be handed in.

    Attributes:
        act: The act it is of.
        names: Hashes that it names.
    """

    act: Act
    names: frozenset[str]


def lacking(eyes: Eyes, person: str, case: str, entry: str) -> Lacking:
    """Find the act of an entry that is there, so that its document can be handed in.

    Raises:
        RuleViolation: entry_is_known, document_is_of_ones_own_act. Else as `Eyes.look`.
    """
    look = eyes.look(case)
    found = [kept for kept in look.kept if kept.frame.ref == entry]
    if not found:
        needs = "an entry, as `goodoffices show` prints it"
        raise RuleViolation("entry_is_known", f"there is no entry {entry} here", needs)
    frame = found[0].frame
    if frame.entered_by != person:
        why = f"{entry} was entered by somebody else"
        raise RuleViolation("document_is_of_ones_own_act", why, "whoever entered it")
    names = named(look.opened(found[0]).event, frame.source)
    return Lacking(Act(look.record.case_id, person, frame.command), names)


def keep(eyes: Eyes, arrived: Incoming, act: Act, names: frozenset[str] | None = None) -> Ticket:
    """Store a document that has come, and tie it to its act where that is recorded.

    Raises:
        DecodeError: It is empty, not what its name says, or none of those the act names.
        StoreFault: It cannot be stored.
    """
    ticket = eyes.house.documents.keep(arrived, act, names)
    eyes.house.documents.tie(act.case_id)
    return ticket


def _of(eyes: Eyes, look: Look, kept: Kept) -> Iterator[tuple[DocumentTold, Ticket | None]]:
    """Tell the documents of an entry, those that are kept by the names of their files."""
    opened = look.opened(kept)
    tickets = _tickets(eyes, look, kept, opened)
    for ticket in tickets:
        yield _told(look, kept, opened, ticket.sha256, ticket), ticket
    event = kept.frame.event
    if isinstance(event, DocumentSubmitted) and not tickets:
        yield _told(look, kept, opened, event.hash, None), None


def _tickets(eyes: Eyes, look: Look, kept: Kept, opened: Opened) -> list[Ticket]:
    """List what is kept for an entry, each document once."""
    if opened.erased or opened.sealed is not None or eyes.grant is not None:
        return []
    found: dict[str, Ticket] = {}
    for ticket in eyes.house.documents.of_entry(kept.read, kept.sealed):
        if ticket.received <= look.now:
            found.setdefault(ticket.sha256, ticket)
    return sorted(found.values(), key=lambda each: (each.name, each.sha256))


def _told(
    look: Look, kept: Kept, opened: Opened, sha256: str, ticket: Ticket | None
) -> DocumentTold:
    frame, view = kept.frame, look.view
    return DocumentTold(
        case_id=view.case_id,
        number=view.number,
        external_ref=view.external_ref,
        room=frame.room,
        entry=frame.ref,
        at=frame.recorded,
        says=words.sentence(frame),
        by=frame.acting_for or frame.actor,
        sha256=sha256,
        title=_title(opened, sha256),
        kept=ticket is not None,
        name=None if ticket is None else ticket.name,
        media=None if ticket is None else ticket.media,
        size=None if ticket is None else ticket.size,
        received=None if ticket is None else ticket.received,
        erased=opened.erased,
        sealed_by=opened.sealed,
    )


def _title(opened: Opened, sha256: str) -> str | None:
    """Return what an entry calls a document, None where it does not or may not say."""
    event = opened.event
    if isinstance(event, DocumentSubmitted):
        return None if event.title is UNSET else str(event.title)
    for name in event.__struct_fields__:
        value = getattr(event, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Document) and one.hash == sha256:
                return one.title
    return None
