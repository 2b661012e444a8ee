"""Follow the recorded events in order, by asking again and again."""

from collections import deque
from collections.abc import Sequence
from threading import Event, Lock
from typing import Final
from weakref import WeakSet

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

_PULLED_MAX: Final = 500


class Wakes:
    """Wake whoever waits for the next event; safe from many threads."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._events: WeakSet[Event] = WeakSet()
        self._turn = Lock()

    def one(self) -> Event:
        """Return an event that is set with every wake-up, for as long as somebody holds it."""
        made = Event()
        with self._turn:
            self._events.add(made)
        return made

    def wake(self) -> None:
        """Set them all."""
        with self._turn:
            for event in self._events:
                event.set()


class PollingSubscription(Subscription[ApplicationRecorder]):
    """Yield every event after a position, once and in order, until stopped.

    The store is asked at least every `poll_s` seconds, which is what finds events of other
    processes. Setting `wake` makes it ask at once; a lost wake-up costs time and nothing else.
    No connection is held between two questions.
    """

    def __init__(
        self,
        recorder: ApplicationRecorder,
        after: int | None,
        topics: Sequence[str],
        *,
        wake: Event,
        poll_s: float,
    ) -> None:
        super().__init__(recorder, gt=after, topics=topics)
        self._wake = wake
        self._poll_s = poll_s
        self._pulled: deque[Notification] = deque()

    def stop(self) -> None:
        """End the iteration; may be called from any thread."""
        super().stop()
        self._wake.set()

    def __next__(self) -> Notification:
        """Wait for the next event."""
        while not self._has_been_stopped:
            if self._pulled:
                return self._pulled.popleft()
            self._wake.clear()
            self._pull()
            if not self._pulled:
                self._wake.wait(self._poll_s)
        raise StopIteration

    def _pull(self) -> None:
        after = self._last_notification_id or 0
        head = self._recorder.max_notification_id() or 0
        found = self._recorder.select_notifications(
            after, _PULLED_MAX, stop=head, topics=self._topics, inclusive_of_start=False
        )
        self._pulled.extend(found)
        # All up to the head was looked at, so that what the topics leave out is never read twice.
        seen_all = len(found) < _PULLED_MAX
        self._last_notification_id = max(after, head) if seen_all else found[-1].id
