"""Record commands: one writer at a time, many commands a transaction.

Lock, catch up, read the clock, decide, seal, insert, commit, answer (DESIGN.md, "The writer").
Callers wait on futures, from any thread or task; an answer is given only when durable.
"""

import queue
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from threading import Lock, Thread
from time import sleep
from typing import Final
from uuid import UUID

from msgspec import Struct

from ledger.act import Ask, Command
from ledger.answer import Answer, failed
from ledger.casefile import CaseFile
from ledger.envelope import Channel
from ledger.errors import CaseBusy, LedgerError
from ledger.identity import Operator
from ledger.store.around import Surroundings
from ledger.store.batch import Batch

BATCH_MAX: Final = 256
QUEUE_MAX: Final = 4_096
REST_S: Final = 0.0002
RESTS_MAX: Final = 3
EVENTS_CACHED_MAX: Final = 200_000
FOLLOWED_MAX: Final = 512
"""Events of others that are taken in one by one; after more, each case reads what it lacks."""
_NO_ERA: Final = -1


class Job(Struct):
    """A command on its way to the record.

    Attributes:
        ask: What the caller asked, its envelope read.
        command: Its data, read and checked for types.
        operator: Who is at the keyboard.
        channel: How it came in.
        case_id: Aggregate it goes to.
        answer: Where the caller waits.
    """

    ask: Ask
    command: Command
    operator: Operator
    channel: Channel
    case_id: UUID
    answer: "Future[Answer]"


class Cases:
    """Keep the case files last used, within a bound of events."""

    def __init__(self) -> None:
        """Begin with none."""
        self._files: OrderedDict[UUID, tuple[int, CaseFile]] = OrderedDict()
        self._sizes: dict[UUID, int] = {}
        self._events = 0

    def get(self, case_id: UUID, era: int, extend: Callable[[CaseFile], object]) -> CaseFile:
        """Return a case file that has everything recorded up to now.

        Args:
            case_id: The aggregate.
            era: Number that rises when others may have written to any case; files of an earlier
                one are brought up to date.
            extend: Reads what a file does not have yet.
        """
        known, file = self._files.get(case_id) or (_NO_ERA, CaseFile(case_id))
        if known != era:
            extend(file)
            self._files[case_id] = (era, file)
            self._count(case_id, file.version)
        self._files.move_to_end(case_id)
        return file

    def follow(self, case_id: UUID, era: int, take_in: Callable[[CaseFile], bool]) -> None:
        """Have a case file, where one is kept, take in what was recorded since.

        Args:
            case_id: The aggregate.
            era: As for `get`; a file of an earlier one is left alone.
            take_in: Tells whether it could; a file that could not is brought up to date when it
                is used next.
        """
        known, file = self._files.get(case_id) or (_NO_ERA, None)
        if file is None or known != era:
            return
        if take_in(file):
            self._count(case_id, file.version)
        else:
            self._files[case_id] = (_NO_ERA, file)

    def drop(self, case_id: UUID) -> None:
        """Forget a case file, since what it holds may not have been recorded."""
        self._files.pop(case_id, None)
        self._count(case_id, 0)

    def trim(self, grown: Iterable[UUID]) -> None:
        """Drop the files least used until the bound holds, after some have grown."""
        for case_id in grown:
            _, file = self._files[case_id]
            self._count(case_id, file.version)
        while self._events > EVENTS_CACHED_MAX and len(self._files) > 1:
            self.drop(next(iter(self._files)))

    def _count(self, case_id: UUID, events: int) -> None:
        self._events += events - self._sizes.pop(case_id, 0)
        if events:
            self._sizes[case_id] = events


class Writer:
    """Take commands from any thread, record them in groups, in the order they came.

    Attributes:
        surroundings: Recorder, keys, clock and rulebook.
        head: Position of the last event known to be recorded.
        erased: Cases in which something was erased and nobody looked yet.
        observed: Is told how many commands each transaction recorded.
    """

    def __init__(
        self, surroundings: Surroundings, lock: AbstractContextManager[object], name: str = "writer"
    ) -> None:
        """Start the writing thread.

        Args:
            surroundings: What a batch needs.
            lock: Held while a batch is decided and recorded; excludes other processes.
            name: Of the thread.
        """
        self.surroundings = surroundings
        self.head = -1
        self.erased: set[UUID] = set()
        self.observed: Callable[[int], object] = _unobserved
        self._lock = lock
        self._cases = Cases()
        self._era = 0
        self._last: datetime | None = None
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closing = False
        self._door = Lock()
        self._usual = 1
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> "Future[Answer]":
        """Queue a command; from here on a caller that gives up does not take it back.

        Raises:
            CaseBusy: The queue is full, or the writer is closed.
        """
        job.answer.set_running_or_notify_cancel()
        with self._door:
            if self._closing:
                raise CaseBusy("the ledger is closing")
            if self._queue.qsize() >= QUEUE_MAX:
                raise CaseBusy(f"{QUEUE_MAX} commands are waiting")
            self._queue.put(job)
        return job.answer

    def close(self) -> None:
        """Record what waits, then stop; nothing is let in behind it."""
        with self._door:
            self._closing = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            jobs, more = self._gather()
            if jobs:
                self._record(jobs)
            if not more:
                return

    def _gather(self) -> tuple[list[Job], bool]:
        """Wait for a command, then take whatever else waits, up to a batch.

        Who was answered a moment ago often sends again at once. So where fewer wait than came
        last time, they are given a moment: a transaction costs as much for one as for sixty.
        """
        jobs: list[Job] = []
        rests = RESTS_MAX
        job = self._queue.get()
        while job is not None:
            jobs.append(job)
            while rests and len(jobs) < self._usual and self._queue.empty():
                rests -= 1
                sleep(REST_S)
            if len(jobs) == BATCH_MAX or self._queue.empty():
                break
            job = self._queue.get()
        return jobs, job is not None

    def _record(self, jobs: list[Job], most: int = BATCH_MAX) -> None:
        """Record a batch; every caller gets an answer whatever happens."""
        try:
            answers = self._locked(jobs, most)
        except LedgerError as error:
            answers = [failed(job.ask.id, error) for job in jobs]
        except Exception as error:  # noqa: BLE001 - a mistake of ours; its sender is told, see below
            self._record_apart(jobs, error)
            return
        for job, answer in zip(jobs, answers, strict=True):
            job.answer.set_result(answer)

    def _record_apart(self, jobs: list[Job], error: Exception) -> None:
        """Let a mistake of ours in one command reach its own sender and nobody beside it."""
        if len(jobs) == 1:
            jobs[0].answer.set_exception(error)
            return
        for job in jobs:
            self._record([job], most=1)

    def _locked(self, jobs: list[Job], most: int) -> list[Answer]:
        touched: set[UUID] = set()
        try:
            with self._lock:
                self._take_in(jobs, most)
                self._catch_up()
                batch = Batch(self.surroundings, self._file, self._last)
                touched = batch.touched
                answers = [batch.add(job.ask, job.command, job) for job in jobs]
                head = batch.commit() or self.head
        except BaseException:
            # What was recorded is not known: what the files hold beyond the store is forgotten.
            for case_id in touched:
                self._cases.drop(case_id)
            self.head = -1
            raise
        self.head, self._last = head, batch.last
        self.erased |= batch.erased
        self._cases.trim(touched)
        self.observed(len(jobs))
        return answers

    def _take_in(self, jobs: list[Job], most: int) -> None:
        """Take what came while others wrote as well, up to so many."""
        while len(jobs) < most and not self._queue.empty():
            job = self._queue.get()
            if job is None:
                self._queue.put(None)  # nothing comes behind it; it is met again
                break
            jobs.append(job)
        self._usual = len(jobs)

    def _catch_up(self) -> None:
        """Take in what other processes wrote since the last batch."""
        reader = self.surroundings.reader
        written = reader.recorder.page(self.head, FOLLOWED_MAX)
        if not written:
            return
        if len(written) == FOLLOWED_MAX:
            self._era += 1
            written = reader.recorder.page(reader.head() - 1, 1)
        for _, case_id, version, state in written:
            grown = partial(reader.grow, version=version, state=state)
            self._cases.follow(case_id, self._era, grown)
        self.head, _, _, state = written[-1]
        self._last = reader.frame(state)[1].recorded

    def _file(self, case_id: UUID) -> CaseFile:
        return self._cases.get(case_id, self._era, self.surroundings.reader.extend)


def _unobserved(_: int) -> None:
    """Nobody counts."""
