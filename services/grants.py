"""Say what each feed is granted, as the institution's own record has it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from ledger.casefile import ERASING
from ledger.envelope import Frame
from ledger.instants import parse_instant
from ledger.institution.feed_events import FeedChanged, FeedGranted, FeedRevoked
from ledger.institution.feed_rules import ALL, tells_of
from ledger.rooms import kind_of
from ledger.store.reader import Read, Reader

PUBLIC = "public"


class Terms(Struct, frozen=True):
    """What a grant, or a change of it, says.

    Attributes:
        rooms: Kinds of room, and single rooms.
        cases: Ids of cases, `all` alone for every one.
        types: Types of event, empty for all of them.
    """

    rooms: tuple[str, ...]
    cases: tuple[str, ...]
    types: tuple[str, ...] = ()

    def hold(self, ledger: str, case_hex: str, frame: Frame[Any]) -> bool:
        """Tell whether an event is meant.

        Of the institution's own record none but its public room is ever told. What an event
        erases is told to whoever may have a copy, whatever types it asked for.
        """
        if case_hex == ledger and kind_of(frame.room) != PUBLIC:
            return False
        if ALL not in self.cases and case_hex not in self.cases:
            return False
        if not tells_of(self.rooms, frame.room):
            return False
        event = type(frame.event)
        return not self.types or event in ERASING or event.__struct_config__.tag in self.types


class Grant(Struct, frozen=True):
    """A feed as it is granted now.

    Attributes:
        feed: Its name.
        granted: Position of the event that granted it; it names this grant among those before.
        starts: Instant of recording from which it is told, None for the first event on.
        terms: What it was granted, and each change, with the position of the event that says so.
        webhook: Address it is sent to, None where it is a stream of the broker.
        private_address: Whether that address may lie within our own network.
    """

    feed: str
    granted: int
    starts: datetime | None
    terms: tuple[tuple[int, Terms], ...]
    webhook: str | None = None
    private_address: bool = False

    @property
    def now(self) -> Terms:
        """Return what holds now."""
        return self.terms[-1][1]

    def allows(self, ledger: str, case_hex: str, position: int, frame: Frame[Any]) -> bool:
        """Tell whether an event is told: as was granted when it was recorded, and is still."""
        if self.starts is not None and frame.recorded < self.starts:
            return False
        if type(frame.event) in ERASING:  # whoever may have a copy must hear of it
            return any(terms.hold(ledger, case_hex, frame) for _, terms in self.terms)
        # A change that came later adds nothing to what was recorded before it.
        then = [terms for at, terms in self.terms if at <= position] or [self.terms[0][1]]
        held = (then[-1],) if then[-1] is self.now else (then[-1], self.now)
        return all(terms.hold(ledger, case_hex, frame) for terms in held)


class Grants:
    """Read grants from the institution's own record, which alone says what they are."""

    def __init__(self, reader: Reader, ledger_id: UUID) -> None:
        """Begin with nothing read.

        Args:
            reader: Opens the record.
            ledger_id: Aggregate of the institution.
        """
        self._reader = reader
        self._ledger_id = ledger_id
        self._version = 0
        self._now: dict[str, Grant] = {}

    def catch_up(self) -> Mapping[str, Grant]:
        """Read what was recorded since, and return what is granted now, by name.

        Raises:
            StoreFault: The institution's record cannot be read.
            DecodeError: It is of a newer release.
        """
        for read, _ in self._reader.read_case(self._ledger_id, self._version):
            self._take(read)
            self._version = read.version
        return dict(self._now)

    def of_broker(self) -> Mapping[str, Grant]:
        """Return, as `catch_up`, those that are streams of the broker."""
        return {feed: grant for feed, grant in self.catch_up().items() if grant.webhook is None}

    def of_webhooks(self) -> Mapping[str, Grant]:
        """Return, as `catch_up`, those that are sent to an address."""
        return {feed: grant for feed, grant in self.catch_up().items() if grant.webhook}

    def _take(self, read: Read) -> None:
        event = read.frame.event
        match event:
            case FeedGranted():
                starts = None if event.starts is None else parse_instant(event.starts)
                first = ((read.position, _terms(event)),)
                self._now[event.feed] = Grant(
                    event.feed, read.position, starts, first, event.webhook, event.private_address
                )
            case FeedChanged():
                known = self._now[event.feed]
                terms = (*known.terms, (read.position, _terms(event)))
                self._now[event.feed] = replace(known, terms=terms)
            case FeedRevoked():
                self._now.pop(event.feed, None)
            case _:
                pass


def _terms(event: FeedGranted | FeedChanged) -> Terms:
    return Terms(event.kinds, event.cases, event.types)
