"""Keep documents: take them in, tie each to the act that names it, open, erase and sweep them.

A document comes before its act, under the id of the command that will name it, or after it. It is
tied to the entries of that command alone, and there only if they name its SHA-256; from then on
it opens with the key of each of these entries, and with nothing else.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from ledger.errors import CaseBusy, DecodeError, StoreFault
from ledger.keys import KeyGone
from ledger.store.reader import Read, Reader
from ledger.store.sealing import Sealed
from services.clock import Clock
from services.documents.incoming import Incoming
from services.documents.index import STORE, Index, Link, Waiting
from services.documents.kinds import FIELD
from services.documents.naming import named
from services.documents.sealing import damaged, opened
from services.documents.shelf import Shelf, shelf_of
from services.documents.tickets import Ticket, key_from, sealed, unsealed
from services.stores import Where, is_there

WAITS: Final = timedelta(days=1)
"""How long a document waits for its act."""
_SLOT: Final = 0
_SECRET: Final = "documents"  # noqa: S105 - the name of one

log = structlog.get_logger()


class Act(NamedTuple):
    """The act that is to name a document.

    Attributes:
        case_id: The case it is of.
        person: Who enters it, such as `person:holt`.
        command: Id of its command.
    """

    case_id: UUID
    person: str
    command: str


class Documents:
    """The documents of one ledger; safe from many threads and processes."""

    def __init__(self, reader: Reader, where: Where, clock: Clock) -> None:
        """Prepare; nothing is made before the first document comes.

        Args:
            reader: Opens the record.
            where: Where the ledger's small stores lie.
            clock: Tells when a document came.
        """
        self._reader = reader
        self._where = where
        self._clock = clock

    def close(self) -> None:
        """Let go of the index."""
        if "_index" in self.__dict__:
            self._index.close()

    @cached_property
    def _index(self) -> Index:
        return Index(self._where, self._reader.recorder.ledger_id)

    @cached_property
    def shelf(self) -> Shelf:
        """Return the place where the bytes lie."""
        return shelf_of(self._where.folder)

    @property
    def any_came(self) -> bool:
        """Tell whether a document ever came."""
        return "_index" in self.__dict__ or is_there(STORE, self._where)

    # ------------------------------------------------------------ in

    def incoming(self, name: str) -> Incoming:
        """Begin to take a document in.

        Args:
            name: What its sender calls it.

        Raises:
            DecodeError: No document of the kind that its name says is taken.
            StoreFault: Nothing can be written.
        """
        return Incoming(name, self._where.folder)

    def keep(self, document: Incoming, act: Act, names: frozenset[str] | None = None) -> Ticket:
        """Store a document that has come; it waits for its act, a day at most.

        Args:
            document: All of it.
            act: The act that is to name it.
            names: Hashes that the act names, None where it says so later.

        Raises:
            DecodeError: It is empty, not what its name says, or none of those the act names.
            StoreFault: It cannot be stored; nothing of it is kept then.
        """
        whole = document.end()
        if names is not None and whole.sha256 not in names:
            why = f"has the SHA-256 {whole.sha256}, which the act does not name"
            raise DecodeError(FIELD, why, "the document that the act names, unchanged")
        ticket = Ticket(
            address=whole.address,
            key=document.key,
            media=document.media,
            name=document.name,
            received=self._clock.now(),
            sha256=whole.sha256,
            size=document.size,
        )
        self._index.begin(self._waiting(ticket, act))
        # A crash from here on leaves a document that nobody asks for; it is swept after a day.
        self.shelf.put(whole.address, whole.file)
        self._index.stored(whole.address)
        return ticket

    def _waiting(self, ticket: Ticket, act: Act) -> Waiting:
        block = self._reader.keys.make_block(1)
        return Waiting(
            address=ticket.address,
            case_hex=act.case_id.hex,
            act=self._digest(act),
            at=ticket.received.isoformat(),
            block=block.id,
            box=sealed(ticket, block.keys[_SLOT], ticket.address),
            whole=0,
        )

    def _digest(self, act: Act) -> bytes:
        said = f"{act.case_id.hex} {act.person} {act.command}".encode()
        return hmac.digest(self._reader.keys.secret(_SECRET), said, "sha256")

    def drop(self, ticket: Ticket) -> None:
        """Let go of a document whose act was refused."""
        self._index.give_up(ticket.address)
        self.clear()

    # ------------------------------------------------------------ tied to its act

    def tie(self, case_id: UUID) -> None:
        """Tie what waits for acts of a case to those that are recorded; may be repeated.

        Raises:
            StoreFault: An event was altered or is missing.
        """
        if not self.any_came:
            return
        waiting: dict[bytes, list[Waiting]] = {}
        for one in self._index.waiting(case_id.hex):
            waiting.setdefault(one.act, []).append(one)
        if waiting:
            for read, stored in self._reader.read_case(case_id):
                act = Act(case_id, read.frame.entered_by, read.frame.command)
                for one in waiting.get(self._digest(act), ()):
                    self._tie(one, read, stored)
            self._settle(waiting)

    def tie_all(self) -> None:
        """Tie whatever waits, in every case.

        Raises:
            StoreFault: An event was altered or is missing.
        """
        self._tie_older(self._clock.now() + WAITS)

    def _tie_older(self, before: datetime) -> None:
        for case in {one.case_hex for one in self._index.older(before)} if self.any_came else ():
            self.tie(UUID(case))

    def _tie(self, one: Waiting, read: Read, stored: Sealed) -> None:
        """Tie a document to an entry of its act, if that names it."""
        ticket = self._awaited(one)
        key = self._entry_key(stored)
        if ticket is None or key is None:
            return
        if ticket.sha256 in named(self._reader.filled(stored, read.frame.event), read.frame.source):
            box = sealed(ticket, key, _place(read.event_id, one.address))
            self._index.link([Link(read.event_id, one.address, box)])

    def _awaited(self, one: Waiting) -> Ticket | None:
        try:
            return unsealed(one.box, self._reader.keys.content_key(one.block, _SLOT), one.address)
        except KeyGone:
            return None

    def _entry_key(self, stored: Sealed) -> bytes | None:
        try:
            return key_from(self._reader.keys.content_key(stored.block, stored.slot))
        except KeyGone:
            return None

    def _settle(self, waiting: Mapping[bytes, list[Waiting]]) -> None:
        """Destroy what opened those that are tied now, but for the keys of their entries."""
        for one in (one for group in waiting.values() for one in group):
            if self._index.is_held(one.address):
                try:
                    self._reader.keys.destroy_slots([(one.block, _SLOT)])
                except CaseBusy:
                    continue  # a reader keeps old pages alive: the next time
                self._index.settle(one.address)

    # ------------------------------------------------------------ out

    def of_entry(self, read: Read, stored: Sealed) -> list[Ticket]:
        """List the documents that an entry holds; none where it was erased.

        Args:
            read: The entry.
            stored: What its key is found from.

        Raises:
            StoreFault: What is kept of one was altered.
        """
        return self.of_event(read.event_id, stored)

    def of_event(self, event: str, stored: Sealed) -> list[Ticket]:
        """List the documents that an entry named `<room id>/<sequence>` holds; see `of_entry`.

        Raises:
            StoreFault: What is kept of one was altered.
        """
        links = self._index.held_by(event) if self.any_came else []
        key = self._entry_key(stored) if links else None
        if key is None:
            return []
        return [unsealed(k.box, key, _place(k.event, k.address)) for k in links]

    def read(self, ticket: Ticket) -> Iterator[bytes]:
        """Open a document; the first part is checked when this returns, each other as it comes.

        Raises:
            StoreFault: It is not there, was altered, or is another than its entry names.
        """
        parts = _checked(ticket, opened(ticket.key, self.shelf.get(ticket.address)))
        first = next(parts)
        return _behind(first, parts)

    # ------------------------------------------------------------ gone

    def forget(self, events: Iterable[str]) -> None:
        """Let go of what erased entries (`<room id>/<sequence>`) held; may be repeated.

        Their keys are destroyed already: what is stored is removed as soon as it can be reached.
        """
        if self.any_came:
            self._index.forget(events)
            self.clear()

    def clear(self) -> None:
        """Remove the bytes that nothing holds any more."""
        for address in self._index.unwanted():
            try:
                self.shelf.delete(address)
            except StoreFault as fault:  # nobody can open it; the sweep tries again
                log.warning("documents.not_removed", why=fault.why)
                return
            self._index.gone(address)

    def sweep(self) -> int:
        """Remove what no act came for within a day; return how many documents.

        Raises:
            CaseBusy: A reader keeps old pages of the key store alive; to be repeated.
            StoreFault: A file cannot be read or written.
        """
        if not self.any_came:
            return 0
        before = self._clock.now() - WAITS
        self._tie_older(before)
        left = self._index.older(before)
        for one in left:
            self._reader.keys.destroy_slots([(one.block, _SLOT)])
            self._index.give_up(one.address)
        self.clear()
        return len(left)

    def is_behind(self) -> bool:
        """Tell whether bytes are still to be removed that nothing holds any more."""
        return self.any_came and bool(self._index.unwanted())

    def held(self) -> list[tuple[str, str]]:
        """List every entry that holds a document, with the address of that."""
        return self._index.links() if self.any_came else []


def _place(event: str, address: str) -> str:
    return f"{event} {address}"


def _checked(ticket: Ticket, parts: Iterator[bytes]) -> Iterator[bytes]:
    """Check size and hash of what is opened; the last part is not given out before."""
    digest, size = sha256(), 0
    waiting: bytes | None = None
    for part in parts:
        if waiting is not None:
            yield waiting
        digest.update(part)
        size += len(part)
        waiting = part
    if digest.hexdigest() != ticket.sha256 or size != ticket.size or waiting is None:
        raise damaged()
    yield waiting


def _behind(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts
