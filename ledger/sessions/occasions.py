"""Say when there is an occasion for the acts of a meeting; `next` asks it, having no data."""

from collections.abc import Callable
from typing import Any

from ledger.act import Act
from ledger.common_rules import (
    caucus_is_read_by_whoever_enters,
    naming,
    one_will_do,
    there_is_something_to_act_on,
)
from ledger.parties import Standing
from ledger.rooms import caucus_of
from ledger.sessions.caucus_rules import (
    authorisation_is_in_time,
    authorisation_is_not_revoked,
    caucus_is_open,
    caucus_is_opened_once,
    information_is_not_conveyed_yet,
    item_is_received_in_caucus,
)
from ledger.sessions.rules import (
    one_session_is_held_at_a_time,
    session_is_adjourned,
    session_is_not_over,
    session_is_under_way,
)
from ledger.sessions.state import Sessions

OPENED = "session that was opened"
OPEN_SESSION = "open-session"


def to_open(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Ask for a session that is fixed, and no other open."""
    fixed = [name for name, s in standing.sessions.items() if s.status == "scheduled"]
    there_is_something_to_act_on(act, fixed, "session to come", "schedule-session")
    one_session_is_held_at_a_time(act, state)


def to_adjourn(act: Act[Any], state: Sessions, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a session that is open."""
    one_will_do(
        act,
        state.sessions,
        lambda name: session_is_under_way(act, state, name),
        OPENED,
        OPEN_SESSION,
    )


def to_resume(act: Act[Any], state: Sessions, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a session that was adjourned, and no other open."""
    one_will_do(
        act,
        state.sessions,
        lambda name: session_is_adjourned(act, state, name),
        OPENED,
        OPEN_SESSION,
    )
    one_session_is_held_at_a_time(act, state)


def to_close(act: Act[Any], state: Sessions, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a session that was opened and not closed."""
    one_will_do(
        act,
        state.sessions,
        lambda name: session_is_not_over(act, state, name),
        OPENED,
        OPEN_SESSION,
    )


def to_minute(act: Act[Any], state: Sessions, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a session that was opened."""
    there_is_something_to_act_on(act, state.sessions, OPENED, OPEN_SESSION)


def to_answer_summary(act: Act[Any], state: Sessions, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a summary that was given."""
    there_is_something_to_act_on(act, state.summaries, "summary", "give-summary, by the mediator")


def to_open_caucus(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Ask for a party whose caucus is not open."""
    _in_one_caucus(act, standing, lambda room: caucus_is_opened_once(act, state, room))


def to_close_caucus(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Ask for a caucus that is open."""
    _in_one_caucus(act, standing, lambda room: caucus_is_open(act, state, room))


def to_receive(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Ask for a caucus that is open, for a party its own."""
    _in_one_caucus(act, standing, lambda room: item_is_received_in_caucus(act, state, room))


def to_authorise(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Ask for something the actor told the mediator in confidence."""

    def check(room: str) -> None:
        items = [name for where, name in state.items if where == room]
        there_is_something_to_act_on(act, items, f"item in {room}", "receive-in-caucus")

    _in_one_caucus(act, standing, check)


def to_revoke(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Ask for a release of the actor's own that has not been told."""
    _in_one_caucus(act, standing, lambda room: _with_release(act, state, room))


def to_convey(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Ask for a release that is in time and has not been told; open terms need none."""
    if (standing.caucus_default or act.profile.caucus_default) != "closed" and state.items:
        return
    _in_one_caucus(act, standing, lambda room: _with_release(act, state, room, told=True))


def _with_release(act: Act[Any], state: Sessions, room: str, *, told: bool = False) -> None:
    """Ask a caucus for a release to take back, or to tell."""

    def check(name: str) -> None:
        release, named = state.releases[room, name], naming(act, authorisation_id=name)
        authorisation_is_not_revoked(named, release)
        information_is_not_conveyed_yet(named, release)
        if told:
            authorisation_is_in_time(named, release)

    names = [name for where, name in state.releases if where == room]
    one_will_do(act, names, check, f"release in {room}", "authorise-disclosure, by the owner")


def _in_one_caucus(act: Act[Any], standing: Standing, check: Callable[[str], None]) -> None:
    """Ask of the actor's own caucus, or for the mediator of each party's."""

    def asked(room: str) -> None:
        caucus_is_read_by_whoever_enters(act, room)
        check(room)

    parties = standing.parties if act.party is None else (act.party,)
    one_will_do(act, [caucus_of(party, act.mandate) for party in parties], asked, "party")
