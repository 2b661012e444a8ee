"""Say what must hold when talks are prepared."""

from datetime import datetime
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.common_rules import caucus_is_read_by_whoever_enters, one_will_do
from ledger.parties import Standing
from ledger.rooms import caucus_of


@rule("refuse")
def room_suits_the_paper(act: Act[Any], room: str, allowed: tuple[str, ...]) -> None:
    """A party files in a room of its own choice, among those it may use."""
    if room not in allowed or act.room not in (None, room):
        raise Broken(
            f"it cannot be filed in {act.room or room} this way", f"one of: {', '.join(allowed)}"
        )
    if room not in act.rooms:
        raise Broken(f"whoever enters it does not read {room}", "somebody who reads that room")


@rule("refuse")
def paper_says_something(act: Act[Any]) -> None:
    """A statement has words or documents."""
    if not act.data.text and not act.data.documents:
        raise Broken("the statement is empty", "a text or a document")


@rule("refuse")
def interest_is_of_the_party_named(act: Act[Any], standing: Standing, party: str | None) -> None:
    """A party speaks of its own interests; the mediator says whose they are."""
    own = act.party is None or party == act.party
    if party is None or party not in standing.parties or not own:
        whose = f"those of {act.party}" if act.party else "the party concerned"
        raise Broken("it is not said whose interests these are", whose)


@rule("irregular")
def session_lies_ahead(act: Act[Any], start: datetime) -> None:
    """A session is fixed before it begins."""
    if start <= act.when:
        raise Broken("the start lies in the past", "a start that is still to come")


def to_move_session(act: Act[Any], state: object, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a session that is fixed and not yet held; `next` asks it, having no data."""
    one_will_do(
        act,
        standing.sessions,
        lambda name: session_is_still_to_come(act, standing, name),
        "session",
        "schedule-session",
    )


def to_enter_caucus(act: Act[Any], state: object, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a caucus the actor reads; `next` asks it, having no data."""
    parties = standing.parties if act.party is None else (act.party,)
    rooms = [caucus_of(party, act.mandate) for party in parties]
    one_will_do(act, rooms, lambda room: caucus_is_read_by_whoever_enters(act, room), "party")


@rule("refuse")
def session_is_still_to_come(act: Act[Any], standing: Standing, session_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a session that is fixed and not yet held can be moved or cancelled."""
    session = standing.sessions.get(session_id)
    if session is None or session.status != "scheduled":
        state = "not fixed" if session is None else session.status
        raise Broken(f"session {session_id} is {state}", "a session fixed (schedule-session)")
