"""Read and record events, at positions 1, 2, 3, ... without a gap, whatever the database."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
)

from ledger.databases import Session
from ledger.errors import CaseBusy
from ledger.store.rows import TOPIC, NewRow, Values
from ledger.store.subscription import PollingSubscription, Wakes

POLL_S: Final = 0.2
_LAST_TEXT: Final = "\U0010ffff"
_NUMBERS_KEPT: Final = 50_000


class Recordable(Protocol):
    """What the record is read from and written to."""

    def reading(self) -> AbstractContextManager[Session]:
        """Lend a connection that sees what was committed when each statement began."""
        ...

    def writing(self) -> AbstractContextManager[Session]:
        """Do all of the block's statements or none, while nobody else writes."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class LedgerRecorder(ApplicationRecorder, ABC):
    """The library's recorder on our table, and beside it the calls the ledger uses.

    Safe from many threads; other processes may write the same record. Every insert is on disk
    when it returns.

    Attributes:
        datastore: The connections.
        ledger_id: The ledger held there.
        poll_s: Longest time until a subscription sees an event of another process.
    """

    datastore: Recordable
    ledger_id: str
    poll_s: float

    def _begin(self, ledger_id: str, poll_s: float) -> None:
        self.ledger_id = ledger_id
        self.poll_s = poll_s
        self._wakes = Wakes()
        self._numbers: dict[str, UUID] = {}  # a number, once given, names its case for ever

    @staticmethod
    @abstractmethod
    def _key(case: UUID | str) -> Any:  # noqa: ANN401 - as the database holds it
        """Write a case's id as the table does."""

    @staticmethod
    @abstractmethod
    def _case(key: Any) -> UUID:  # noqa: ANN401 - as the database holds it
        """Read a case's id as the table has it."""

    @abstractmethod
    def _record(self, values: Sequence[Values]) -> list[int]:
        """Record all rows or none, in order; return their positions.

        Raises:
            IntegrityError: A version or case number is taken.
            CaseBusy: Others kept the right to write for too long.
            StoreFault: The disk is full or failed.
        """

    def insert(self, rows: Sequence[NewRow]) -> list[int]:
        """Record all rows or none, in order; return their positions.

        Raises:
            CaseBusy: A version or case number is taken, so the caller decided on an old state
                and reads again before trying again; or others kept the right to write.
            StoreFault: The disk is full or failed.
        """
        values = [
            (self._key(case), version, TOPIC, state, number)
            for case, version, state, number in rows
        ]
        try:
            positions = self._record(values)
        except IntegrityError as lost:
            raise CaseBusy("another writer was first") from lost
        self._wakes.wake()
        return positions

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> list[int]:  # noqa: ANN401 - the library's signature
        """Record the library's events, all or none; return their positions."""
        positions = self._record(
            [
                (self._key(event.originator_id), event.originator_version, *_said(event), None)
                for event in stored_events
            ]
        )
        self._wakes.wake()
        return positions

    def head(self) -> int:
        """Return the position of the last event, 0 if there is none."""
        return self.max_notification_id() or 0

    def page(self, after: int, limit: int) -> list[tuple[int, UUID, int, bytes]]:
        """Return up to `limit` events after a position: position, case, version, state."""
        rows = self._rows(
            "SELECT position, originator_id, originator_version, state FROM stored_events"
            " WHERE position > ? ORDER BY position LIMIT ?",
            (after, limit),
        )
        return [
            (position, self._case(case), version, state) for position, case, version, state in rows
        ]

    def stream(
        self,
        case: UUID,
        after_version: int = 0,
        upto_position: int | None = None,
        limit: int | None = None,
    ) -> list[tuple[int, int, bytes]]:
        """Return the events of one case in order: position, version, state."""
        statement = (
            "SELECT position, originator_version, state FROM stored_events"
            " WHERE originator_id = ? AND originator_version > ?"
        )
        values = [self._key(case), after_version]
        if upto_position is not None:
            # The plus keeps SQLite on the index of the case.
            statement += " AND +position <= ?"
            values.append(upto_position)
        return self._bounded(f"{statement} ORDER BY originator_version", values, limit)

    def case_of_number(self, number: str) -> UUID | None:
        """Return the case that bears exactly this number."""
        known = self._numbers.get(number)
        if known is None:
            rows = self._rows(
                "SELECT originator_id FROM stored_events WHERE case_number = ?", (number,)
            )
            if not rows:
                return None
            if len(self._numbers) >= _NUMBERS_KEPT:
                self._numbers.clear()
            known = self._numbers[number] = self._case(rows[0][0])
        return known

    def last_number(self, prefix: str) -> str | None:
        """Return the greatest number that starts so; after GO-2026-9999 comes GO-2026-10000."""
        rows = self._rows(
            "SELECT case_number FROM stored_events WHERE case_number IS NOT NULL"
            " AND substr(case_number, 1, ?) = ?"
            " ORDER BY length(case_number) DESC, case_number DESC LIMIT 1",
            (len(prefix), prefix),
        )
        return rows[0][0] if rows else None

    def numbers_starting(self, prefix: str, limit: int) -> list[str]:
        """Return up to `limit` numbers that start so, in the order of their letters."""
        rows = self._rows(
            "SELECT case_number FROM stored_events"
            " WHERE case_number >= ? AND case_number < ? ORDER BY case_number LIMIT ?",
            (prefix, prefix + _LAST_TEXT, limit),
        )
        return [number for (number,) in rows]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """Return the library's form of one aggregate's events, between versions."""
        statement = (
            "SELECT originator_id, originator_version, topic, state FROM stored_events"
            " WHERE originator_id = ?"
        )
        values = [self._key(originator_id)]
        for bound, condition in ((gt, "> ?"), (lte, "<= ?")):
            if bound is not None:
                statement += f" AND originator_version {condition}"
                values.append(bound)
        statement += f" ORDER BY originator_version{' DESC' if desc else ''}"
        return [
            StoredEvent(self._case(case), version, topic, state)
            for case, version, topic, state in self._bounded(statement, values, limit)
        ]

    def max_notification_id(self) -> int | None:
        """Return the position of the last event, None if there is none."""
        ((head,),) = self._rows("SELECT MAX(position) FROM stored_events", ())
        position: int | None = head
        return position

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Return the library's form of up to `limit` events, in order of position."""
        statement = (
            "SELECT position, originator_id, originator_version, topic, state FROM stored_events"
            " WHERE position >= ?"
        )
        values: list[str | int] = [(start or 0) + (0 if inclusive_of_start else 1)]
        if stop is not None:
            statement += " AND position <= ?"
            values.append(stop)
        if topics:
            statement += f" AND topic IN ({','.join('?' * len(topics))})"
            values.extend(topics)
        return [
            Notification(self._case(case), version, topic, state, position)
            for position, case, version, topic, state in self._bounded(
                f"{statement} ORDER BY position", values, limit
            )
        ]

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        """Follow the events after a position; inserts of this process are seen at once."""
        return PollingSubscription(self, gt, topics, wake=self._wakes.one(), poll_s=self.poll_s)

    def close(self) -> None:
        """Let go of the database; calls under way in other threads finish."""
        self.datastore.close()

    def _bounded(self, statement: str, values: list[Any], limit: int | None) -> list[Any]:
        if limit is None:
            return self._rows(statement, values)
        return self._rows(f"{statement} LIMIT ?", [*values, limit])

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        with self.datastore.reading() as session:
            return session.execute(statement, values).fetchall()


def _said(event: StoredEvent) -> tuple[str, bytes]:
    return event.topic, event.state
