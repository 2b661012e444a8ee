"""Tell the registry how its feeds stand."""

import asyncio
from contextlib import closing, suppress
from typing import Literal
from uuid import UUID

from msgspec import Struct
from nats.aio.client import Client

from ledger.errors import DecodeError, LedgerError, RuleViolation, StoreFault
from ledger.identity import Operator
from ledger.institution.feed_rules import ALL
from services.courier import Book
from services.courier.unread import left_of
from services.grants import Grant, Grants
from services.house import House
from services.nats.accounts import Credentials
from services.nats.connect import with_connection
from services.nats.jetstream import JetStream
from services.nats.reaching import user_of
from services.settings import Settings
from services.webhooks import Hook, Notes

WAITS = "waits for `serve`"


class Feed(Struct, frozen=True, kw_only=True):
    """A feed as it stands; the names are those of the JSON document.

    Attributes:
        feed: Its name.
        transport: `broker`, or `webhook`.
        rooms: What it is told of.
        cases: Numbers of its cases, or `all`.
        types: Types of event, empty for all.
        lag_events: Events of the record that it was not held against yet.
        lag_s: Age of the oldest of them, in seconds.
        unread: Messages its subscriber has still to take and acknowledge, None where the broker
            does not say, and for a webhook.
        parked: Events it did not get.
        state: What keeps it, empty where nothing does.
        fault: What came of a webhook's last attempt, empty where it was taken.
    """

    feed: str
    transport: Literal["broker", "webhook"]
    rooms: tuple[str, ...]
    cases: tuple[str, ...]
    types: tuple[str, ...]
    lag_events: int
    lag_s: float
    unread: int | None
    parked: int
    state: str
    fault: str = ""


def granted(house: House, operator: Operator) -> dict[str, Grant]:
    """Return the feeds granted now, by name.

    Raises:
        RuleViolation: feeds_are_the_registrys.
    """
    if not operator.unbound and "registry" not in operator.roles:
        raise RuleViolation(
            "feeds_are_the_registrys",
            f"operator {operator.name} does not keep the registry",
            "an operator with the role registry",
        )
    return dict(Grants(house.ledger.reader, house.ledger.institution_id).catch_up())


def known(house: House, operator: Operator, name: str | None) -> None:
    """See that there is such a feed, where one is named.

    Raises:
        RuleViolation: feeds_are_the_registrys.
        DecodeError: There is none.
    """
    found = granted(house, operator)
    if name is not None and name not in found:
        needs = ", ".join(found) or "`goodoffices feed grant`"
        raise DecodeError("feed", f"there is no feed {name!r}", needs)


def shown(house: House, operator: Operator, name: str) -> None:
    """See that a feed can be shown: the registry reads every room that a service is told of.

    Raises:
        RuleViolation: feeds_are_the_registrys.
        DecodeError: There is no such feed, or it is sent to an address.
    """
    known(house, operator, name)
    grant = granted(house, operator)[name]
    if grant.webhook is not None:
        raise DecodeError("feed", f"{name} is sent to an address", "its receiver's own record")


def feeds(house: House, operator: Operator, settings: Settings) -> list[Feed]:
    """List the feeds, by name.

    Raises:
        RuleViolation: feeds_are_the_registrys.
    """
    found = granted(house, operator)
    unread = _unread(settings, sorted(n for n, grant in found.items() if grant.webhook is None))
    with (
        closing(Book(house.where, house.ledger_id)) as book,
        closing(Notes(house.where, house.ledger_id)) as notes,
    ):
        listed = []
        for name, grant in sorted(found.items()):
            is_hook = grant.webhook is not None
            place = (notes if is_hook else book).places().get(name)
            hook = notes.hook(name, grant.granted) if is_hook else Hook()
            is_begun = place is not None and place.granted == grant.granted
            position = place.position if place is not None and is_begun else grant.granted
            state = place.state if place is not None and is_begun else WAITS
            listed.append(
                Feed(
                    feed=name,
                    transport="webhook" if is_hook else "broker",
                    rooms=grant.now.rooms,
                    cases=_cases(house, grant),
                    types=grant.now.types,
                    lag_events=house.ledger.reader.head() - position,
                    lag_s=_age(house, position),
                    unread=unread.get(name),
                    parked=len((notes if is_hook else book).parked(name)),
                    state=hook.stopped or state,
                    fault=hook.fault,
                )
            )
    return listed


def book_of(house: House, operator: Operator, name: str) -> Book:
    """Open the notes of whoever brings a feed; they are the caller's to close.

    Raises:
        RuleViolation: feeds_are_the_registrys.
        DecodeError: There is no such feed.
    """
    known(house, operator, name)
    is_hook = granted(house, operator)[name].webhook is not None
    return Notes(house.where, house.ledger_id) if is_hook else Book(house.where, house.ledger_id)


def hook_of(house: House, operator: Operator, name: str) -> Grant:
    """Return the grant of a webhook.

    Raises:
        RuleViolation: feeds_are_the_registrys.
        DecodeError: There is no such feed, or it is a stream of the broker.
    """
    known(house, operator, name)
    grant = granted(house, operator)[name]
    if grant.webhook is None:
        needs = "a feed that was granted with --webhook"
        raise DecodeError("feed", f"{name} is read at the broker", needs)
    return grant


def _cases(house: House, grant: Grant) -> tuple[str, ...]:
    if ALL in grant.now.cases:
        return (ALL,)
    return tuple(_number(house, case) or case for case in grant.now.cases)


def _number(house: House, case: str) -> str | None:
    file = house.load(UUID(case))
    return file.name_for(file.rights("registry")) if file.frames else None


def _age(house: House, position: int) -> float:
    """Return for how many seconds the event behind a position has been on record."""
    reader = house.ledger.reader
    rows = reader.recorder.page(position, 1)
    if not rows:
        return 0.0
    try:
        recorded = reader.frame(rows[0][3])[1].recorded
    except (StoreFault, DecodeError):
        return 0.0
    return max(0.0, (house.clock.now() - recorded).total_seconds())


def _unread(settings: Settings, names: list[str]) -> dict[str, int]:
    """Ask the broker what each subscriber has still to take; nothing where it does not answer."""
    credentials = courier_credentials(settings)
    if credentials is None or not names:
        return {}

    async def ask(client: Client) -> dict[str, int]:
        js, found = JetStream(client), dict[str, int]()
        for name in names:
            with suppress(LedgerError):
                found[name] = (await left_of(js, name)).messages
        return found

    try:
        return asyncio.run(with_connection(credentials, name="feed list", work=ask))
    except LedgerError:
        return {}


def courier_credentials(settings: Settings) -> Credentials | None:
    """Return what this machine reaches the broker with, None where it has nothing."""
    try:
        return None if settings.nats_url == "off" else user_of(settings, "courier")
    except StoreFault:
        return None
