"""Bring each subscriber its feed: the events it is granted, opened, in a stream of its own.

courier    follows the grants: one carrier a feed, begun and ended as the record says
carrier    brings one feed on, and waits where its stream is full
beginning  where in the record a feed begins
window     the newest events, read and opened once for all feeds
lots       what goes out next: which events, in which order, and what waits
messages   an event as CloudEvents message
door       the way into a stream over one connection
book       how far each feed is, what is parked, what the operator asks for
parking    what was set aside, brought back
replaying  what a stream holds, offered again
advice     what a subscriber was offered in vain, as the broker tells
unread     what a subscriber has still to take, as the broker tells
access     the accounts of subscribers
"""

from services.courier.access import Access, ByAccounts, Elsewhere
from services.courier.book import Book, Parked
from services.courier.carrier import Tools
from services.courier.courier import Courier
from services.courier.door import Bounds
from services.courier.messages import cloud_event

__all__ = [
    "Access",
    "Book",
    "Bounds",
    "ByAccounts",
    "Courier",
    "Elsewhere",
    "Parked",
    "Tools",
    "cloud_event",
]
