"""Record which other services are told what (row J13): feeds granted, changed, revoked."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event


class FeedGranted(Event, frozen=True, kw_only=True, tag="feed-granted"):
    """Another service is told events from now on, in a feed of its own.

    Attributes:
        feed: Its name, part of a stream, its subjects and an account.
        kinds: Kinds of room it is told of, such as `joint`.
        cases: Ids of the cases, `all` alone for every one.
        types: Types of event, empty for all of them.
        starts: Instant of recording from which it is told, UTC; None for the first event on.
        confidential: Whether rooms are among them that not everybody in a case reads.
        approved_by: Second person.
        webhook: Address each event is sent to, None where the feed is a stream of the broker.
        private_address: Whether that address may lie within the institution's own network.
        purpose: What for.
        consent: Of an earlier release, which told private rooms as those agreed who are in them.
    """

    row = "J13"
    rooms = ("registry",)
    says = "feed {feed} granted: {kinds}"
    feed: str
    kinds: tuple[str, ...]
    cases: tuple[str, ...]
    types: tuple[str, ...] = ()
    starts: str | None = None
    confidential: bool = False
    approved_by: str | None = None
    webhook: str | None = None
    private_address: bool = False
    purpose: Content[str | None] = UNSET
    consent: Content[str | None] = UNSET


class FeedChanged(Event, frozen=True, kw_only=True, tag="feed-changed"):
    """A feed is told other things: what is new from now on, what is left out no more at once.

    Attributes:
        feed: Its name.
        kinds: Rooms it is told of.
        cases: Ids of the cases, `all` alone for every one.
        types: Types of event, empty for all of them.
        confidential: Whether rooms are among them that not everybody in a case reads.
        approved_by: Second person.
        purpose: What for.
        consent: Of an earlier release, which told private rooms as those agreed who are in them.
    """

    row = "J13"
    rooms = ("registry",)
    says = "feed {feed} changed: {kinds}"
    feed: str
    kinds: tuple[str, ...]
    cases: tuple[str, ...]
    types: tuple[str, ...] = ()
    confidential: bool = False
    approved_by: str | None = None
    purpose: Content[str | None] = UNSET
    consent: Content[str | None] = UNSET


class FeedRevoked(Event, frozen=True, kw_only=True, tag="feed-revoked"):
    """A feed ended: nothing is told, its credentials open nothing, its copies are deleted."""

    row = "J13"
    rooms = ("registry",)
    says = "feed {feed} revoked"
    feed: str
    reason: Content[str | None] = UNSET


FeedEvent: TypeAlias = FeedGranted | FeedChanged | FeedRevoked
