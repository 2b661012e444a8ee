"""Bring back what was set aside."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from ledger.errors import DecodeError, StoreFault
from services.courier.book import Book
from services.courier.lots import Lots
from services.courier.window import Window
from services.nats.pipe import Message

Send: TypeAlias = Callable[[Message], Awaitable[None]]
"""Sends one message; raises where it is not taken."""


async def bring_back(book: Book, lots: Lots, window: Window, event: str, send: Send) -> str:
    """Send an event that was set aside, and what waited behind it in its room.

    Args:
        book: Where it is noted.
        lots: Opens events for the feed.
        window: The record.
        event: Its id; one that is noted no more stands for its room alone.
        send: The way to the subscriber; what it raises ends the work, and what was sent by then
            is noted no more.

    Returns:
        What became of it.
    """
    feed = lots.feed
    room = event.partition("/")[0]
    known = [one for one in book.parked(feed) if one.room_hex == room]
    first = [one for one in known if one.event == event]
    behind = [one for one in known if one.kind != "undelivered" and one.event != event]
    alone = bool(first) and first[0].kind == "undelivered"
    sent = 0
    for one in first if alone else [*first, *behind]:
        window.forget()
        (opened,) = window.ahead(one.position - 1, 1)
        try:
            sending = lots.sending(opened, again=True)
        except (StoreFault, DecodeError) as fault:
            return f"{one.event} cannot be opened: {fault.why}"
        if sending is not None:
            await send(sending.message)
            sent += 1
        # A crash here sends it once more, under the same id.
        book.unpark(feed, one.event)
    return f"{sent} sent"


def pass_over(book: Book, feed: str, event: str) -> None:
    """Give an event up that cannot be opened; what waited behind it need wait no more."""
    book.unpark(feed, event)
