"""Grant other services their feeds, change and revoke them (row J13)."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import second_person_is_known
from ledger.instants import utc
from ledger.institution import feed_rules as rules
from ledger.institution.feed_events import FeedChanged, FeedGranted, FeedRevoked
from ledger.institution.state import Institution
from ledger.institution.webhook_rules import webhook_address_is_fit
from ledger.keyring import instant_or
from ledger.parties import Standing
from ledger.terms import Instant, PersonId, Words

FeedName: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]{0,31}\Z")]
"""Names a feed: it stands in a stream, in subjects, in an account and in a file name."""
RoomName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=400)]
CaseId: TypeAlias = Annotated[str, Meta(pattern=r"\A(all|[0-9a-f]{32})\Z")]
TypeName: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,63}\Z")]
WebhookUrl: TypeAlias = Annotated[
    str, Meta(pattern=r"\Ahttps?://[A-Za-z0-9.:\[\]-]+([/?][!-~]*)?\Z", max_length=500)
]
"""An address without a user and without a fragment in it."""
Rooms: TypeAlias = Annotated[tuple[RoomName, ...], Meta(min_length=1, max_length=64)]
Cases: TypeAlias = Annotated[tuple[CaseId, ...], Meta(min_length=1, max_length=1_000)]
Decide: TypeAlias = Callable[[Institution, Standing, Act[Any]], Decision]


class GrantFeed(Command, frozen=True, kw_only=True, tag="grant-feed"):
    """Have another service told events, in a feed of its own.

    Attributes:
        feed: Its name.
        kinds: Kinds of room, such as `joint`; none of a party or of the mediators.
        cases: Ids of cases, or `all` alone.
        types: Types of event, empty for all of them.
        starts: Instant of recording from which it is told, None for now.
        from_beginning: Whether it is told everything from the first event on.
        confidential: Said where rooms are among them that not everybody in a case reads.
        approved_by: Second person, for such rooms.
        purpose: What for.
        webhook: Address each event is sent to, https; None for a stream of the broker.
        private_address: Said where that address lies within the institution's own network.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "feed": "partner",
        "kinds": ["joint"],
        "cases": ["all"],
        "purpose": "The port's own case list.",
    }
    feed: FeedName
    kinds: Rooms
    cases: Cases
    types: tuple[TypeName, ...] = ()
    starts: Instant | None = None
    from_beginning: bool = False
    confidential: bool = False
    approved_by: PersonId | None = None
    purpose: Words | None = None
    webhook: WebhookUrl | None = None
    private_address: bool = False


class ChangeFeed(Command, frozen=True, kw_only=True, tag="change-feed"):
    """Have a feed told other things; all of it is said anew.

    What is left out is told no more at once; what is new is told from now on.

    Attributes:
        feed: Its name.
        kinds: Kinds of room, such as `joint`; none of a party or of the mediators.
        cases: Ids of cases, or `all` alone.
        types: Types of event, empty for all of them.
        confidential: Said where rooms are among them that not everybody in a case reads.
        approved_by: Second person, for such rooms.
        purpose: What for.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "feed": "partner",
        "kinds": ["joint"],
        "cases": ["all"],
        "types": ["settlement-signed"],
    }
    feed: FeedName
    kinds: Rooms
    cases: Cases
    types: tuple[TypeName, ...] = ()
    confidential: bool = False
    approved_by: PersonId | None = None
    purpose: Words | None = None


class RevokeFeed(Command, frozen=True, kw_only=True, tag="revoke-feed"):
    """End a feed: its service is told nothing more, and its credentials open nothing."""

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {"feed": "partner", "reason": "The service was shut down."}
    feed: FeedName
    reason: Words | None = None


def grant_feed(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[GrantFeed],
) -> Decision:
    """Grant a feed.

    Raises:
        RuleViolation: feed_name_is_free, feed_rooms_exist, feed_cases_are_all_or_named,
            event_types_exist, confidential_feed_has_second_person, second_person_is_known,
            feed_tells_no_private_room, webhook_address_is_fit.
        DecodeError: The instant cannot be read.
    """
    data = act.data
    rules.feed_name_is_free(act, state, data.feed)
    _check(act, data)
    if data.webhook is not None:
        webhook_address_is_fit(act, data.webhook, private=data.private_address)
    starts = None if data.from_beginning else utc(instant_or(data.starts, act.now))
    granted = FeedGranted(
        feed=data.feed,
        kinds=tuple(dict.fromkeys(data.kinds)),
        cases=tuple(dict.fromkeys(data.cases)),
        types=tuple(dict.fromkeys(data.types)),
        starts=starts,
        confidential=data.confidential,
        approved_by=data.approved_by,
        webhook=data.webhook,
        private_address=data.private_address and data.webhook is not None,
        purpose=data.purpose,
    )
    return [Placed("registry", granted)]


def change_feed(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[ChangeFeed],
) -> Decision:
    """Change what a feed is told.

    Raises:
        RuleViolation: feed_is_granted, feed_rooms_exist, feed_cases_are_all_or_named,
            event_types_exist, confidential_feed_has_second_person, second_person_is_known,
            feed_tells_no_private_room.
    """
    data = act.data
    rules.feed_is_granted(act, state, data.feed)
    _check(act, data)
    changed = FeedChanged(
        feed=data.feed,
        kinds=tuple(dict.fromkeys(data.kinds)),
        cases=tuple(dict.fromkeys(data.cases)),
        types=tuple(dict.fromkeys(data.types)),
        confidential=data.confidential,
        approved_by=data.approved_by,
        purpose=data.purpose,
    )
    return [Placed("registry", changed)]


def revoke_feed(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[RevokeFeed],
) -> Decision:
    """Revoke a feed.

    Raises:
        RuleViolation: feed_is_granted.
    """
    rules.feed_is_granted(act, state, act.data.feed)
    return [Placed("registry", FeedRevoked(feed=act.data.feed, reason=act.data.reason))]


def _check(act: Act[Any], data: GrantFeed | ChangeFeed) -> None:
    """Ask the rules that a grant and a change of it share."""
    rules.feed_rooms_exist(act, data.kinds)
    rules.feed_cases_are_all_or_named(act, data.cases)
    rules.event_types_exist(act, data.types)
    rules.confidential_feed_has_second_person(
        act, data.kinds, data.approved_by, confidential=data.confidential
    )
    if data.approved_by is not None:
        second_person_is_known(act, data.approved_by)
    rules.feed_tells_no_private_room(act, data.kinds)


DECIDE: dict[type[Command], Decide] = {
    GrantFeed: grant_feed,
    ChangeFeed: change_feed,
    RevokeFeed: revoke_feed,
}
