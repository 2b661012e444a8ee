"""Send the entries of a case as they come, to whom they are open, and nothing else.

The record is looked at once a second whatever happens, and a line that says nothing is sent at the
same beat whatever happened: neither a pause nor a haste tells of rooms that the caller does not
read.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from ledger.errors import CaseBusy, RuleViolation
from services.http.conditions import Seen, read_seen, written
from services.http.looking import CASE
from services.http.site import ENCODER, Asked, Site, check_query
from services.reading.timeline import Entry, timeline

LOOK_S: Final = 1.0
BEATS: Final = 15
"""Looks from one line that says nothing to the next."""
FOLLOWERS_MAX: Final = 256
EVENTS: Final = f"{CASE}/events"


class Follower:
    """One who follows a case, and how far it has come."""

    def __init__(self, site: Site, request: Asked, case: str, seen: Seen) -> None:
        """Begin behind what was seen.

        Args:
            site: The ledger on the network.
            request: Who asks; recognised anew at each look.
            case: The case, as the caller names it.
            seen: The last sequence of each room that it has.
        """
        self._site = site
        self._request = request
        self._case = case
        self._seen = dict(seen)
        self._version = -1

    def news(self) -> tuple[Entry, ...]:
        """Return what came since the last look, as far as the caller reads it now.

        Raises:
            RuleViolation: The session is over, or the case is not to be seen any more.
        """
        site = self._site
        caller = site.caller(self._request, uses=False)
        eyes = site.eyes(caller, self._request, "follow")
        case_id = eyes.case_id(site.case(caller, self._case))
        with site.house.lent(case_id) as file:
            version = file.version
        if version == self._version:
            return ()
        look = eyes.look(case_id.hex)
        self._version = len(look.record.kept)
        new = {k.frame.ref: k.frame.seq for k in look.kept if self._is_new(k.frame.ref)}
        told = timeline(look.narrowed(new.keys()), eyes.zone(look)) if new else ()
        order = {ref: n for n, ref in enumerate(new)}
        return tuple(sorted(told, key=lambda entry: order[entry.entry]))

    def _is_new(self, ref: str) -> bool:
        room, _, seq = ref.rpartition(":")
        return int(seq) > self._seen.get(room, 0)

    def message(self, entry: Entry) -> ServerSentEventMessage:
        """Write an entry; its id is what to come back with."""
        room, _, seq = entry.entry.rpartition(":")
        self._seen[room] = int(seq)
        data = ENCODER.encode(entry).decode()
        return ServerSentEventMessage(data=data, event="entry", id=written(self._seen))


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of what is followed."""
    following: set[Follower] = set()

    @get(EVENTS, name="case events")
    async def follow(request: Asked, case: FromPath[str]) -> ServerSentEvent:
        check_query(request, "as")
        seen = read_seen(request.headers.get("last-event-id", ""), "Last-Event-ID")
        if len(following) >= FOLLOWERS_MAX:
            raise CaseBusy(f"{FOLLOWERS_MAX} callers follow already")
        follower = Follower(site, request, case, seen)
        first = await site.views.do(follower.news)

        async def sent() -> AsyncIterator[ServerSentEventMessage]:
            following.add(follower)
            try:
                async for message in _sent(site, follower, first):
                    yield message
            finally:
                following.discard(follower)

        return ServerSentEvent(sent())

    return [follow]


async def _sent(
    site: Site, follower: Follower, first: tuple[Entry, ...]
) -> AsyncIterator[ServerSentEventMessage]:
    """Send what is there, then what comes, until the session or the server ends."""
    news, look = first, 0
    while True:
        for entry in news:
            yield follower.message(entry)
        if look % BEATS == 0:
            yield ServerSentEventMessage(data=None, comment="here")
        if site.stop.is_set():
            return
        look += 1
        await _beat(site)
        try:
            news = await site.views.do(follower.news)
        except CaseBusy:
            news = ()
        except RuleViolation:
            yield ServerSentEventMessage(data="{}", event="end")
            return


async def _beat(site: Site) -> None:
    """Wait for the next whole beat of the clock all followers share, or for the end."""
    loop = asyncio.get_running_loop()
    wait_s = LOOK_S - loop.time() % LOOK_S
    try:
        await asyncio.wait_for(site.stop.wait(), wait_s)
    except TimeoutError:
        return
