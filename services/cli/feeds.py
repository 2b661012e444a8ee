"""Feeds to other services: grant, change, revoke, list; what is parked, and replays."""

from collections.abc import Callable
from contextlib import closing
from typing import Any, Literal

from cyclopts import App

from services.answers import DONE, REFUSED
from services.cli import context, output
from services.cli.acting import told
from services.cli.granting import give, listed, terms
from services.cli.hooks import tell_secret

feed = App(name="feed", help="What other services are told: grant, revoke, list, tail, replay.")

ANSWER_S = 15.0
ASK_AGAIN_S = 0.05


@feed.command
def grant(
    name: str,
    /,
    *,
    rooms: str,
    cases: str = "all",
    types: str | None = None,
    starts: str | None = None,
    confidential: bool = False,
    approved_by: str | None = None,
    purpose: str | None = None,
    webhook: str | None = None,
    private_address: bool = False,
    json: bool = False,
) -> int:
    """Have another service told events, in a feed of its own, from now on.

    Examples:
        goodoffices feed grant city --rooms joint --cases GO-2026-0001,GO-2026-0007
        goodoffices feed grant press --rooms joint --cases all --types settlement-signed
        goodoffices feed grant audit --rooms joint,registry --confidential --approved-by person:berg
        goodoffices feed grant port --rooms joint --webhook https://port.example/goodoffices

    Args:
        name: Of the feed: a-z, 0-9, - and _.
        rooms: Kinds of room; none of a party or of the mediators.
        cases: Cases, or `all`.
        types: Types of event; all of them by default.
        starts: Instant of recording from which it is told, or `beginning`; now by default.
        confidential: Said where rooms are among them that not everybody in a case reads.
        approved_by: Second person, for such rooms.
        purpose: What for.
        webhook: Address each event is sent to, instead of a stream at the broker; https.
        private_address: Said where that address lies within your own network.
        json: Answer as JSON; `feed rotate` then draws the secret of a webhook.
    """
    data = _terms(name, rooms, types, approved_by, purpose, confidential=confidential)
    if starts is not None:
        data |= {"from_beginning": True} if starts == "beginning" else {"starts": starts}
    if webhook is not None:
        data |= {"webhook": webhook, "private_address": private_address}
    status = _give("grant-feed", data, cases, as_json=json)
    if status == DONE and not json:
        if webhook is None:
            _tell_credentials(name)
        else:
            tell_secret(name, overlap_hours=0)
    return status


@feed.command
def change(
    name: str,
    /,
    *,
    rooms: str,
    cases: str = "all",
    types: str | None = None,
    confidential: bool = False,
    approved_by: str | None = None,
    purpose: str | None = None,
    json: bool = False,
) -> int:
    """Have a feed told other things; what is left out stops at once, what is new begins now.

    Examples:
        goodoffices feed change city --rooms joint --cases GO-2026-0001

    Args:
        name: Of the feed.
        rooms: Kinds of room.
        cases: Cases, or `all`.
        types: Types of event; all of them by default.
        confidential: Said where rooms are among them that not everybody in a case reads.
        approved_by: Second person, for such rooms.
        purpose: What for.
        json: Answer as JSON.
    """
    data = _terms(name, rooms, types, approved_by, purpose, confidential=confidential)
    return _give("change-feed", data, cases, as_json=json)


@feed.command
def revoke(name: str, /, *, reason: str | None = None, json: bool = False) -> int:
    """End a feed: nothing more is told, its credentials open nothing, its copies are deleted.

    Examples:
        goodoffices feed revoke city --reason "The contract ended."

    Args:
        name: Of the feed.
        reason: Why, for the registry's own record.
        json: Answer as JSON.
    """
    return _give("revoke-feed", terms(feed=name, reason=reason), None, as_json=json)


@feed.command(name="list")
def list_(*, json: bool = False) -> int:
    """List the feeds: what each is told, how far behind it is, what is parked.

    Args:
        json: One JSON document.
    """
    from services.reading.feeds import feeds

    with context.house() as (house, operator):
        found = feeds(house, operator, context.settings())
    if json:
        output.as_json(found)
        return DONE
    columns = (
        "feed",
        "by",
        "rooms",
        "cases",
        "types",
        "to bring",
        "seconds",
        "to take",
        "parked",
        "",
        "last attempt",
    )
    rows = [
        (
            f.feed,
            f.transport,
            ", ".join(f.rooms),
            ", ".join(f.cases),
            ", ".join(f.types) or "all",
            f.lag_events,
            f"{f.lag_s:.1f}",
            "?" if f.unread is None else f.unread,
            f.parked,
            f.state,
            f.fault,
        )
        for f in found
    ]
    output.table("", columns, rows)
    return DONE


@feed.command
def tail(name: str, /, *, last: int = 10, json: bool = False) -> int:
    """Show a feed as it goes out, until Ctrl-C; takes nothing from its subscriber.

    Examples:
        goodoffices feed tail city

    Args:
        name: Of the feed.
        last: Begin so many messages before its end.
        json: One JSON object a line.
    """
    from services.cli.feed_tail import follow

    with context.house() as (house, operator):
        from services.reading.feeds import shown

        shown(house, operator, name)
    return follow(context.settings(), name, last=last, as_json=json)


@feed.command
def parked(name: str | None = None, /, *, json: bool = False) -> int:
    """List events a subscriber did not get, and why.

    Args:
        name: Of the feed; all of them by default.
        json: One JSON document.
    """
    from services.reading.feeds import book_of, granted

    found = []
    with context.house() as (house, operator):
        for feed_name in sorted(granted(house, operator)) if name is None else [name]:
            with closing(book_of(house, operator, feed_name)) as book:
                found += book.parked(feed_name)
    if json:
        output.as_json(
            [{"feed": p.feed, "event": p.event, "kind": p.kind, "why": p.why} for p in found]
        )
    else:
        output.table(
            "", ("feed", "event", "state", "why"), [(p.feed, p.event, p.kind, p.why) for p in found]
        )
    return DONE


@feed.command
def requeue(name: str, event: str, /, *, skip: bool = False) -> int:
    """Send a parked event, and what waited behind it in its room.

    Examples:
        goodoffices feed requeue city 0192d0a0c1f27c3a8e5b6d7f8091a2b3/7

    Args:
        name: Of the feed.
        event: Its id, as `feed parked` prints it.
        skip: Give this event up, and send only what waited behind it.
    """
    return _ask(name, "skip" if skip else "requeue", event)


@feed.command
def replay(name: str, /, *, from_: str) -> int:
    """Have a subscriber offered again what it was sent.

    Examples:
        goodoffices feed replay city --from 1200
        goodoffices feed replay city --from 2026-03-05T14:00:00+01:00
        goodoffices feed replay city --from grant

    Args:
        name: Of the feed.
        from_: Sequence in the stream, instant of recording, or `grant`, which fills the stream
            anew from the record, beginning where the grant does. A webhook has no sequence.
    """
    return _ask(name, "refill", "") if from_ == "grant" else _ask(name, "replay", from_)


def _terms(
    name: str,
    rooms: str,
    types: str | None,
    approved_by: str | None,
    purpose: str | None,
    *,
    confidential: bool,
) -> dict[str, Any]:
    """Write what a grant, or a change of it, says."""
    return terms(
        feed=name,
        kinds=listed(rooms),
        types=listed(types or ""),
        confidential=confidential,
        approved_by=approved_by,
        purpose=purpose,
    )


def _give(command: str, data: dict[str, Any], cases: str | None, *, as_json: bool) -> int:
    """Give one command, and say what came of it."""
    with context.house() as (house, operator):
        answer = give(house, operator, command, data, cases)
    return told(answer, as_json=as_json)


def _tell_credentials(name: str) -> None:
    """Name the file with which the subscriber connects; a running `serve` writes it."""
    from services.nats.folder import Folder

    file = Folder(context.settings().data / "nats").credentials_of(name)
    if _within(file.exists):
        output.say(f"credentials: {file} (mode 0600; hand it over by a safe way)")
    else:
        output.say(f"credentials: {file}, once `goodoffices serve` runs")


def _ask(name: str, what: Literal["requeue", "skip", "replay", "refill"], about: str) -> int:
    """Ask something of the courier, and say what it says."""
    from services.reading.feeds import book_of

    with context.house() as (house, operator), closing(book_of(house, operator, name)) as book:
        order = book.ask(name, what, about)
        if _within(lambda: book.answered(order) is not None):
            output.say(f"{name}: {book.answered(order)}")
            return DONE
    output.tell(f"{name}: the courier does it once it runs (`goodoffices serve`)")
    return REFUSED


def _within(holds: Callable[[], bool]) -> bool:
    """Wait for a moment until something holds; tell whether it does."""
    from time import sleep

    from services.clock import SystemSteady

    steady = SystemSteady()
    ends = steady.elapsed_s() + (ANSWER_S if _is_served() else 0)
    while not holds():
        if steady.elapsed_s() >= ends:
            return False
        sleep(ASK_AGAIN_S)
    return True


def _is_served() -> bool:
    """Tell whether a `serve` with a courier runs on the data folder, or on its database."""
    from ledger.store.locks import serving
    from services.leases import holders

    settings = context.settings()
    if settings.database_url:
        return "courier" in holders(settings.database_url)
    return serving(settings.data) is not None
