"""Say what goes out to a feed next: which events, in which order, and what must wait."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from ledger.casefile import ERASING, erased_by
from ledger.errors import DecodeError, StoreFault
from ledger.institution.feed_rules import ALL
from ledger.rooms import WHOLE
from ledger.store.reader import Reader
from services.courier.book import Parked
from services.courier.window import Opened
from services.grants import Grant
from services.nats.pipe import Message

Key = tuple[Any, str, int]


class Sending(Struct, frozen=True):
    """An event to be sent.

    Attributes:
        position: Its place in the store.
        message: What is sent.
        key: Its place among what is sent: instant of recording, room, sequence.
    """

    position: int
    message: Message
    key: Key


class Lot(Struct, frozen=True):
    """What a stretch of the record means to a feed.

    Attributes:
        upto: Last position looked at.
        sending: What is sent, in order.
        parked: What is set aside.
        erased: Types of events whose copies are deleted afterwards, by id.
    """

    upto: int
    sending: tuple[Sending, ...] = ()
    parked: tuple[Parked, ...] = ()
    erased: dict[str, str] = {}

    def reached(self, sent: int) -> int:
        """Return the position everything up to which is done once so many were sent."""
        left = self.sending[sent:]
        return min(s.position for s in left) - 1 if left else self.upto


class Lots:
    """Makes the lots of one feed.

    Attributes:
        feed: Its name.
    """

    def __init__(self, reader: Reader, ledger: str, grant: Grant) -> None:
        """Prepare.

        Args:
            reader: Opens events.
            ledger: Id of the institution, 32 hex digits.
            grant: What the feed is granted.
        """
        self.feed = grant.feed
        self._reader = reader
        self._ledger = ledger
        self._grant = grant
        # A room's id follows from its name: what is in another room is not even opened.
        terms = [terms for _, terms in grant.terms]
        self._rooms = tuple(dict.fromkeys(room for one in terms for room in one.rooms))
        self._cases = frozenset(case for one in terms for case in one.cases)

    def make(self, page: Sequence[Opened], full: int, waiting: frozenset[str]) -> Lot:
        """Look at a page of the record.

        Args:
            page: Events in position order.
            full: Length of a page behind which there may be more.
            waiting: Rooms in which an event waits to be opened.
        """
        closed = set(waiting)
        sending: list[Sending] = []
        parked: list[Parked] = []
        erased: dict[str, str] = {}
        for event in page:
            if not self._may_be_told(event):
                continue
            try:
                made = self.sending(event)
                if made is None:
                    continue
                if event.row.room_hex in closed:
                    why = "an event before it in its room waits"
                    parked.append(self._parked(event, "waiting", why))
                    continue
                sending.append(made)
                erased |= self._erased(event)
            except (StoreFault, DecodeError) as fault:
                closed.add(event.row.room_hex)
                parked.append(self._parked(event, "unreadable", fault.why))
        upto = page[-1].row.position
        if len(page) >= full:
            sending, upto = _without_open_end(sending, upto)
        inside = [one for one in parked if one.position <= upto]
        return Lot(upto, tuple(sorted(sending, key=_key)), tuple(inside), erased)

    def _may_be_told(self, event: Opened) -> bool:
        in_case = ALL in self._cases or event.row.case_hex in self._cases
        return in_case and event.is_in(self._rooms)

    def sending(self, event: Opened, *, again: bool = False) -> Sending | None:
        """Open an event for the feed; None where it is not told.

        Raises:
            StoreFault: It cannot be opened.
            DecodeError: It is of a newer release.
        """
        row, frame = event.row, event.frame
        if not self._grant.allows(self._ledger, row.case_hex, row.position, frame):
            return None
        message = event.message(self._grant.feed, again=again)
        return Sending(row.position, message, (frame.recorded, frame.room, frame.seq))

    def _erased(self, event: Opened) -> dict[str, str]:
        """Name what an event erases: types by event id; most erase nothing."""
        frame = event.frame
        if type(frame.event) not in ERASING:
            return {}
        case_id = UUID(event.row.case_hex)
        file = self._reader.load(case_id)
        entries = file.seen_by({frame.room: WHOLE}).record.entries
        return {self._reader.event_id(case_id, r): entries[r].tag for r in erased_by(frame.event)}

    def _parked(self, event: Opened, kind: Any, why: str) -> Parked:  # noqa: ANN401 - a literal
        row = event.row
        return Parked(
            self._grant.feed,
            event.event_id,
            row.case_hex,
            row.room_hex,
            row.position,
            kind,
            why,
        )


def _key(one: Sending) -> Key:
    return one.key


def _without_open_end(sending: list[Sending], upto: int) -> tuple[list[Sending], int]:
    """Leave the last instant to the next page, which may hold more of it."""
    if not sending or sending[0].key[0] == sending[-1].key[0]:
        return sending, upto
    last = sending[-1].key[0]
    kept = [one for one in sending if one.key[0] != last]
    first_left = next(one for one in sending if one.key[0] == last)
    return kept, first_left.position - 1
