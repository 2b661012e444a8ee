"""Say what must hold when another service is told events."""

from collections.abc import Iterator
from typing import Any, Final

from ledger.act import Act, Broken, rule
from ledger.envelope import Event, tag_of
from ledger.institution.state import Institution
from ledger.rooms import KINDS, kind_of

TOLD_FREELY: Final = ("joint", "public")
"""Kinds of room that one person alone may have told."""
OF_ITS_MEMBERS: Final = ("caucus", "desk", "group", "mediators", "party")
"""Kinds of room that no service is told of: a word leaves them by an act of its own alone."""
ALL: Final = "all"


def tells_of(kinds: tuple[str, ...], room: str) -> bool:
    """Tell whether the kinds of room that a grant names hold this one.

    One of a party or of the mediators never, whatever a grant of an earlier release says.
    """
    kind = kind_of(room)
    return kind in kinds and kind not in OF_ITS_MEMBERS


@rule("refuse")
def feed_name_is_free(act: Act[Any], state: Institution, feed: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Two feeds never have one name."""
    if feed in state.feeds:
        raise Broken(f"there is a feed {feed}", "another name, change-feed, or revoke-feed first")


@rule("refuse")
def feed_is_granted(act: Act[Any], state: Institution, feed: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a feed that is granted is changed or revoked."""
    if feed not in state.feeds:
        known = ", ".join(state.feeds) or "none yet"
        raise Broken(f"there is no feed {feed}", f"one of: {known}")


@rule("refuse")
def feed_rooms_exist(act: Act[Any], rooms: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A feed is told of kinds of room that there are, never of a single one."""
    for room in rooms:
        kind = kind_of(room)
        if kind not in KINDS:
            raise Broken(f"there is no kind of room {kind}", f"one of: {', '.join(KINDS)}")
        if kind not in OF_ITS_MEMBERS and room != kind:
            raise Broken(f"{room} is not a room of its own", kind)


@rule("refuse")
def feed_cases_are_all_or_named(act: Act[Any], cases: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A feed is told of every case, or of those named."""
    if ALL in cases and len(cases) > 1:
        raise Broken("`all` and single cases are named", "`all` alone, or ids of cases")


@rule("refuse")
def event_types_exist(act: Act[Any], types: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A feed is told of types of event that there are."""
    known = {tag_of(kind) for kind in _kinds(Event)}
    unknown = [name for name in types if name not in known]
    if unknown:
        raise Broken(f"there is no event type {', '.join(unknown)}", "names of docs/events.md")


def _kinds(kind: type[Event]) -> Iterator[type[Event]]:
    """Find the types of event, among them those that share a base with others."""
    below = kind.__subclasses__()
    if not below:
        yield kind
    for one in below:
        yield from _kinds(one)


@rule("refuse")
def confidential_feed_has_second_person(
    act: Act[Any], rooms: tuple[str, ...], approved_by: str | None, *, confidential: bool
) -> None:
    """Nobody alone, and nobody by mistake, has rooms told that not everybody in a case reads."""
    closed = [room for room in rooms if kind_of(room) not in TOLD_FREELY]
    if not closed:
        return
    named = ", ".join(closed)
    if not confidential:
        raise Broken(f"{named} is confidential", "`confidential`, if that is meant")
    if approved_by is None or approved_by in (act.entered_by, act.actor):
        raise Broken(f"{act.entered_by} has {named} told alone", "`approved_by` a second person")


@rule("refuse")
def feed_tells_no_private_room(act: Act[Any], rooms: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """What was said in private is read by those who were there, and goes to no service."""
    theirs = [room for room in rooms if kind_of(room) in OF_ITS_MEMBERS]
    if theirs:
        raise Broken(
            f"{', '.join(theirs)} belongs to those who are in it",
            "rooms such as `joint`; what may be told is conveyed there first",
        )
