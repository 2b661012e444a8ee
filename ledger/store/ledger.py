"""Open a ledger's folder and hold its parts together: record, keys, writer, reader."""

import hmac
import os
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Self
from uuid import UUID

from ledger.act import Ask, Command
from ledger.answer import Answer
from ledger.envelope import Channel
from ledger.erasing import FollowErasure
from ledger.errors import StoreFault
from ledger.falling_due import RecordOverdue
from ledger.identity import Operator
from ledger.keys import ContentKeys
from ledger.rooms import derived_case_id
from ledger.store.around import Now, Surroundings
from ledger.store.making import (
    EMBEDDED,
    KEYS_FILE,
    KEYS_FOLDER,
    LEDGER_FILE,
    Urls,
    is_there,
    make,
    open_keys,
    open_record,
    right_to_write,
)
from ledger.store.reader import Reader
from ledger.store.recorder import refuse_library_codecs
from ledger.store.writer import Job, Writer

__all__ = ["EMBEDDED", "KEYS_FILE", "KEYS_FOLDER", "LEDGER_FILE", "Ledger", "Urls", "epoch_of"]


class Ledger:
    """The record of one institution, in one folder, or with parts of it in databases.

    Attributes:
        folder: Where it lies.
        urls: Which parts of it are in databases.
        reader: Opens what is stored, for trusted code.
        institution_id: Aggregate of the institution itself; names the ledger.
        observed: Is told how many commands each transaction recorded, where somebody counts; set
            it before the first command.
    """

    observed: Callable[[int], object] | None = None

    def __init__(self, folder: Path, clock: Now, urls: Urls = EMBEDDED) -> None:
        """Open an existing ledger.

        Raises:
            StoreFault: A file or database is missing, foreign, damaged, or of another ledger.
        """
        refuse_library_codecs(os.environ)
        self.folder = folder
        self.urls = urls
        recorder = open_record(folder, urls)
        self.institution_id = UUID(recorder.ledger_id)
        self.keys = open_keys(folder, urls, recorder.ledger_id)
        self.reader = Reader(recorder, self.keys)
        self._clock = clock
        self._recorder = recorder
        self._content_keys: ContentKeys | None = None
        self._writer: Writer | None = None
        self._starting = Lock()
        self._secret = self.keys.secret("cases")

    @classmethod
    def create(cls, folder: Path, clock: Now, ledger_id: UUID, urls: Urls = EMBEDDED) -> Self:
        """Make an empty ledger; whoever calls founds the institution next.

        Raises:
            StoreFault: There is one already, or folder or database cannot be written.
        """
        if is_there(folder, urls):
            place = "that database" if urls.record else folder
            raise StoreFault(f"there is a ledger in {place} already", "give an empty one")
        return cls.open_or_create(folder, clock, ledger_id, urls)

    @classmethod
    def open_or_create(
        cls, folder: Path, clock: Now, ledger_id: UUID, urls: Urls = EMBEDDED
    ) -> Self:
        """Open a ledger, or make an empty one; a making that was broken off is brought to its end.

        Raises:
            StoreFault: As for an existing ledger; there are keys but no ledger; or folder or
                database cannot be written.
        """
        make(folder, urls, ledger_id)
        return cls(folder, clock, urls)

    def close(self) -> None:
        """Record what waits, then let go of the files."""
        if self._writer is not None:
            self._writer.close()
        if self._content_keys is not None:
            self._content_keys.close()
        self.keys.close()
        self._recorder.close()

    def __enter__(self) -> Self:
        """Hold the ledger open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def case_opened_by(self, actor: str, command_id: str) -> UUID:
        """Derive the aggregate a first command opens; the same for a repeat."""
        return derived_case_id(self._secret, actor, command_id, epoch_of(self.institution_id))

    def submit(
        self, ask: Ask, command: Command, operator: Operator, channel: Channel, case_id: UUID
    ) -> "Future[Answer]":
        """Have a command decided and recorded; the answer comes when it is durable.

        Raises:
            CaseBusy: Too many commands wait.
        """
        job = Job(ask, command, operator, channel, case_id, Future())
        return self._writing().submit(job)

    def record_overdue(self, case_id: UUID, at: datetime) -> "Future[Answer]":
        """Have what fell due in a case by an instant recorded, as the clock's own act.

        However often, and by however many at once: the writer's lock lets one decide after the
        other, and what the first recorded is due no more.

        Raises:
            CaseBusy: Too many commands wait.
        """
        ask = Ask(command="record-overdue", id="clock")
        clock = Operator(name="clock", roles=(), auth="system")
        return self.submit(ask, RecordOverdue(at=at), clock, "clock", case_id)

    def order_id(self, case_id: UUID, erasure_id: str) -> str:
        """Name the act by which a case follows an order; it tells nobody which order it was."""
        mark = hmac.digest(self._secret, f"{erasure_id}\0{case_id.hex}".encode(), "sha256")
        return f"erasure-{mark[:8].hex()}"

    def follow_erasure(self, case_id: UUID, erasure_id: str) -> "Future[Answer]":
        """Have marked in a case what an order of the institution erases there.

        However often: what is marked is not marked again, and under a hold nothing is.

        Raises:
            CaseBusy: Too many commands wait.
        """
        ask = Ask(command="follow-erasure", id=self.order_id(case_id, erasure_id))
        clock = Operator(name="clock", roles=(), auth="system")
        return self.submit(ask, FollowErasure(erasure_id=erasure_id), clock, "clock", case_id)

    def take_erasures(self) -> frozenset[UUID]:
        """Name the cases in which this process recorded an erasure since it was last asked.

        Also the institution, for an order over every case, and cases whose hold was released.
        """
        writer = self._writer
        if writer is None or not writer.erased:
            return frozenset()
        found = frozenset(writer.erased)
        writer.erased -= found
        return found

    def _writing(self) -> Writer:
        """Start writing with the first command, so that reading alone takes no lock or key."""
        with self._starting:
            if self._writer is None:
                self._content_keys = ContentKeys(self.keys)
                around = Surroundings(
                    self._recorder,
                    self.reader,
                    self.keys,
                    self._content_keys,
                    self._clock,
                    self.institution_id,
                )
                self._writer = Writer(around, right_to_write(self.folder, self._recorder))
                self._writer.observed = self.observed or self._writer.observed
            return self._writer


def epoch_of(ledger_id: UUID) -> datetime:
    """Return the instant a ledger was made, from its own id."""
    return datetime.fromtimestamp(int.from_bytes(ledger_id.bytes[:6], "big") / 1000, UTC)
