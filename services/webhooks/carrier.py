"""Bring one feed on to its address: one event after another, each until it is taken.

At least once, in order: one event of a feed is on its way at a time. The place moves after the
receiver has taken it, so a crash between the two sends one event again under the same id. For each
attempt the event is opened anew, so that nothing is sent that was withdrawn or erased meanwhile.
"""

import asyncio
from collections import deque
from typing import Final

import structlog
from msgspec import Struct
from msgspec.structs import replace

from ledger.errors import DecodeError, LedgerError, StoreFault
from ledger.instants import parse_instant
from ledger.store.reader import Reader
from services.clock import Clock, Steady
from services.courier.beginning import beginning_of
from services.courier.book import Kind, Order, Parked
from services.courier.lots import Lot, Lots, Sending
from services.courier.parking import bring_back, pass_over
from services.courier.window import Window
from services.grants import Grant
from services.nats.connect import set_within
from services.nats.pipe import Message
from services.webhooks.notes import Hook, Notes
from services.webhooks.posting import Answer, Letter, post
from services.webhooks.sharing import Secrets
from services.webhooks.signing import headers_of
from services.webhooks.verdicts import Policy, said, verdict

log = structlog.get_logger()

PAGE: Final = 64
SECRET_S: Final = 0.5
NO_SECRET: Final = "there is no secret: `goodoffices feed rotate`"  # noqa: S105 - a sentence
GONE: Final = "stopped: the receiver answers 410, gone"
GIVEN_UP: Final = "stopped: nothing was taken for too long"


class Tools(Struct, frozen=True):
    """What every carrier works with.

    Attributes:
        reader: Opens events.
        ledger: Id of the institution, 32 hex digits.
        window: The record, as far as who may have it is known.
        notes: Where places and attempts are kept.
        secrets: Those shared with receivers.
        clock: Dates attempts.
        steady: Measures waits.
        policy: How patient we are.
    """

    reader: Reader
    ledger: str
    window: Window
    notes: Notes
    secrets: Secrets
    clock: Clock
    steady: Steady
    policy: Policy = Policy()


class _NotTakenError(LedgerError):
    """A parked event was not taken this time either; the first argument says what came of it."""


class Carrier:
    """Brings one feed.

    Attributes:
        grant: What is granted.
        awake: Set when there may be something to do.
        orders: What the operator asks, in order.
    """

    def __init__(self, tools: Tools, grant: Grant) -> None:
        """Prepare; nothing is sent yet."""
        self.grant = grant
        self.awake = asyncio.Event()
        self.orders: list[Order] = []
        self._tools = tools
        self._lots = Lots(tools.reader, tools.ledger, grant)
        self._lot = Lot(0)
        self._queue: deque[Sending] = deque()
        self._due_s = 0.0
        self._state = ""
        self._log = log.bind(feed=grant.feed)

    def change(self, grant: Grant) -> None:
        """Go on under changed terms; what waits is looked at anew."""
        if grant == self.grant:
            return
        self.grant = grant
        self._lots = Lots(self._tools.reader, self._tools.ledger, grant)
        self._queue.clear()

    async def run(self, stop: asyncio.Event) -> None:
        """Bring the feed until stopped, however long its receiver is away.

        Raises:
            StoreFault: A file is at fault.
        """
        self._begin()
        while not stop.is_set():
            await self._round()

    @property
    def position(self) -> int:
        """Return how far the feed is."""
        found = self._tools.notes.position(self.grant.feed, self._tools.ledger, self.grant.granted)
        return found or 0

    @property
    def is_kept(self) -> bool:
        """Tell whether its receiver, or the operator, keeps it from going on."""
        return bool(self._state)

    def look(self) -> None:
        """See whether it was stopped or resumed."""
        if bool(self._hook().stopped) != self._state.startswith(("paused", "stopped")):
            self._due_s = 0.0
            self.awake.set()

    def _hook(self) -> Hook:
        return self._tools.notes.hook(self.grant.feed, self.grant.granted)

    def _begin(self, *, again: bool = False) -> None:
        notes, ledger, grant = self._tools.notes, self._tools.ledger, self.grant
        if again or notes.position(grant.feed, ledger, grant.granted) is None:
            begin = beginning_of(self._tools.window, self._tools.reader, grant)
            notes.begin(grant.feed, ledger, grant.granted, begin)
        self._state = notes.places()[grant.feed].state

    async def _round(self) -> None:
        """Do what there is to do, or wait for it."""
        self.awake.clear()
        if await self._obey():
            return
        stopped = self._hook().stopped
        if stopped:
            self._keep(stopped)
            await self.awake.wait()
            return
        left_s = self._due_s - self._tools.steady.elapsed_s()
        if left_s > 0:
            await set_within(self.awake, left_s)
        elif self._queue:
            await self._bring(self._queue[0])
        elif self._fill():
            await asyncio.sleep(0)
        else:
            self._keep("")
            await self.awake.wait()

    def _keep(self, state: str) -> None:
        """Say once what keeps the feed, and once that it goes on."""
        if state == self._state:
            return
        self._state = state
        self._tools.notes.keep(self.grant.feed, state)
        if state:
            self._log.warning("webhooks.feed_waits", why=state)
        else:
            self._log.info("webhooks.feed_goes_on")

    def _fill(self) -> bool:
        """Look at what follows in the record; tell whether there was anything."""
        notes, feed = self._tools.notes, self.grant.feed
        page = self._tools.window.page(self.position, PAGE)
        if not page:
            return False
        waiting = frozenset(p.room_hex for p in notes.parked(feed) if p.kind != "undelivered")
        self._lot = self._lots.make(page, PAGE, waiting)
        self._park(*self._lot.parked)
        self._queue.extend(self._lot.sending)
        if not self._queue:
            notes.move(feed, self._lot.upto, None)
        return True

    def _park(self, *parked: Parked) -> None:
        self._tools.notes.park(parked)
        for one in parked:
            self._log.warning("webhooks.parked", event_id=one.event, kind=one.kind, why=one.why)

    async def _bring(self, first: Sending) -> None:
        """Send the event that is next, once."""
        try:
            message = self._opened_anew(first)
        except (StoreFault, DecodeError) as fault:
            # The next look at the record finds what else waits behind it in its room.
            self._park(self._parked(first, "unreadable", fault.why))
            self._queue.clear()
            return
        if message is None:
            self._done(first)
            return
        secrets = self._secrets()
        if not secrets:
            self._keep(NO_SECRET)
            await set_within(self.awake, SECRET_S)
            return
        attempt, answer = await self._post(message, secrets)
        self._judge(first, attempt, answer)

    def _opened_anew(self, sending: Sending) -> Message | None:
        """Open an event as it is allowed now; None where it is told no more.

        Raises:
            StoreFault: It cannot be opened any more.
            DecodeError: It is of a newer release.
        """
        (event,) = self._tools.window.anew(sending.position - 1, 1)
        made = self._lots.sending(event, again=True)
        return None if made is None else made.message

    def _secrets(self) -> tuple[str, ...]:
        shared = self._tools.secrets.find(self.grant.feed, self.grant.granted)
        return shared.signing(self._tools.clock.now()) if shared else ()

    async def _post(self, message: Message, secrets: tuple[str, ...]) -> tuple[int, Answer]:
        """Make one attempt; return its number, and what came of it."""
        grant, tools = self.grant, self._tools
        assert grant.webhook is not None, "feeds of the broker are the courier's"
        # A crash here leaves a number that no attempt has.
        attempt = tools.notes.attempt(grant.feed, grant.granted, message.headers["ce-id"])
        timestamp = int(tools.clock.now().timestamp())
        headers = headers_of(message, secrets=secrets, attempt=attempt, timestamp=timestamp)
        letter = Letter(grant.webhook, headers, message.payload, grant.private_address)
        return attempt, await post(letter, tools.policy.within_s)

    def _judge(self, first: Sending, attempt: int, answer: Answer) -> None:
        """Go on behind an event, or see to it that it is tried again."""
        notes, feed, granted = self._tools.notes, self.grant.feed, self.grant.granted
        found = verdict(answer)
        if found == "taken":
            self._done(first)
            # A crash here leaves a count of attempts that nobody needs.
            notes.taken(feed, granted, _id(first))
            self._keep("")
            return
        now = self._tools.clock.now()
        hook = notes.failed(feed, granted, said(answer), now.timestamp())
        since = hook.failing_since or now.timestamp()
        if found == "gone":
            self._stop(GONE)
        elif now.timestamp() - since >= self._tools.policy.give_up_s:
            self._stop(GIVEN_UP)
        elif found == "refused" and self._is_dead(first, answer):
            return
        else:
            asked_s = self._tools.policy.asked_s(answer, now)
            wait_s = max(self._tools.policy.wait_s(attempt), asked_s)
            self._due_s = self._tools.steady.elapsed_s() + wait_s
            self._keep("tries again")
            self._log.info("webhooks.tries_again", attempt=attempt, why=said(answer), in_s=wait_s)

    def _is_dead(self, first: Sending, answer: Answer) -> bool:
        """Park an event that was refused too often; tell whether it was."""
        times = self._tools.notes.refused(self.grant.feed, self.grant.granted, _id(first))
        if times < self._tools.policy.refusals_max:
            return False
        why = f"refused {times} times: {said(answer)}"
        self._park(self._parked(first, "undelivered", why))
        self._done(first)
        return True

    def _stop(self, why: str) -> None:
        """Stop the feed until the operator resumes it."""
        self._tools.notes.stop(self.grant.feed, self.grant.granted, why)
        self._log.error("webhooks.feed_stopped", why=why)

    def _done(self, first: Sending) -> None:
        """Go on behind an event; under changed terms the record is looked at anew instead."""
        if not self._queue or self._queue[0] is not first:
            return
        self._queue.popleft()
        sent = len(self._lot.sending) - len(self._queue)
        self._tools.notes.move(self.grant.feed, self._lot.reached(sent), None)

    def _parked(self, sending: Sending, kind: Kind, why: str) -> Parked:
        (event,) = self._tools.window.anew(sending.position - 1, 1)
        row = event.row
        return Parked(
            self.grant.feed, event.event_id, row.case_hex, row.room_hex, row.position, kind, why
        )

    async def _obey(self) -> bool:
        """Do the first thing that is asked; tell whether there was any."""
        if not self.orders:
            return False
        order = self.orders[0]
        self._tools.notes.answer(order.id, await self._answer(order))
        self.orders.pop(0)
        return True

    async def _answer(self, order: Order) -> str:
        match order.what:
            case "requeue":
                return await self._requeue(order.about)
            case "skip":
                pass_over(self._tools.notes, self.grant.feed, order.about)
                return f"passed over; {await self._requeue(order.about)}"
            case "replay":
                return self._replay(order.about)
            case "refill":
                self._queue.clear()
                self._begin(again=True)
                return "the feed is sent again from where its grant begins"

    async def _requeue(self, event: str) -> str:
        if self._hook().stopped:
            return "the feed is stopped: `goodoffices feed resume` first"
        try:
            return await bring_back(
                self._tools.notes, self._lots, self._tools.window, event, self._send_parked
            )
        except _NotTakenError as not_taken:
            return f"not taken: {not_taken}; it stays parked"

    async def _send_parked(self, message: Message) -> None:
        """Send a parked event once.

        Raises:
            _NotTakenError: It was not taken.
        """
        secrets = self._secrets()
        if not secrets:
            raise _NotTakenError(NO_SECRET)
        _, answer = await self._post(message, secrets)
        if verdict(answer) != "taken":
            raise _NotTakenError(said(answer))
        self._tools.notes.taken(self.grant.feed, self.grant.granted, message.headers["ce-id"])

    def _replay(self, begin: str) -> str:
        """Go back to the first event recorded at an instant or later."""
        try:
            starts = parse_instant(begin, "from")
        except DecodeError:
            return f"{begin!r} is no instant with its offset: a webhook has no sequence of its own"
        if self.grant.starts is None or starts > self.grant.starts:
            later = replace(self.grant, starts=starts)
            position = beginning_of(self._tools.window, self._tools.reader, later)
        else:
            position = beginning_of(self._tools.window, self._tools.reader, self.grant)
        self._queue.clear()
        self._tools.notes.move(self.grant.feed, min(position, self.position), None)
        return f"sent again from {begin} on"


def _id(sending: Sending) -> str:
    return sending.message.headers["ce-id"]
