"""Say what must hold before what entries say is destroyed (DOMAIN.md, I-18, I-19, I-22)."""

from collections.abc import Iterable
from typing import Any

from msgspec import UNSET

from ledger.act import Act, Broken, rule
from ledger.common_rules import one_will_do
from ledger.envelope import Event, content_fields
from ledger.parties import Standing
from ledger.record.erasure_events import NEVER_ERASED
from ledger.record.erasure_state import Erasure
from ledger.record.state import Record
from ledger.rooms import KINDS, kind_of, mediators_room

CLOSED_ROOMS = frozenset({"party", "caucus", "group", "mediators"})
"""Kinds of room the registry and the data-protection officer do not read."""


@rule("refuse")
def erasure_names_one_thing(act: Act[Any], named: Iterable[object]) -> None:  # noqa: ARG001 - a rule takes the act
    """An erasure is asked for of entries, or of a subject, or of a room, or of a class."""
    if sum(bool(one) for one in named) != 1:
        raise Broken(
            "it has to be said what is meant, and one thing at a time",
            "one of `targets`, `subject`, `of_room`, `kind`",
        )


@rule("refuse")
def targets_stand_in_one_room(act: Act[Any], targets: Iterable[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """A request about entries tells no room of the entries of another."""
    found = sorted({target.rpartition(":")[0] for target in targets})
    if len(found) > 1:
        raise Broken(f"the entries stand in {', '.join(found)}", "a request for each room")


@rule("refuse")
def entry_says_something(act: Act[Any], state: Record, target: str, event: Event) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an entry that still says something can be erased; what tells of an erasure stays."""
    if target in state.erasures.erased:
        raise Broken(f"{target} was erased by {state.erasures.erased[target].ref}", "nothing more")
    says = any(getattr(event, name) is not UNSET for name in content_fields(type(event)))
    if not says or isinstance(event, NEVER_ERASED):
        raise Broken(f"{target} says nothing that could be erased", "an entry with content")


@rule("refuse")
def room_is_ones_own(act: Act[Any], room: str) -> None:
    """A room is named by who reads it; the institution may name any, and learns nothing by it."""
    mine = room in act.rooms if act.role in ("party", "mediator") else kind_of(room) in KINDS
    if not mine:
        raise Broken(f"there is no room {room} here", "a room of the case, as `show` prints it")


@rule("refuse")
def requester_reads_its_request(act: Act[Any]) -> None:
    """A mediator's request stands in the mediators' own room."""
    if act.role == "mediator" and mediators_room(act.mandate) not in act.rooms:
        raise Broken(
            "whoever enters it does not read the mediators' room", "the mediator at the keyboard"
        )


@rule("refuse")
def retention_has_ended(act: Act[Any], state: Record, kind: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A class of records goes once its time is over, and once."""
    if kind not in state.governance.expired:
        over = ", ".join(sorted(state.governance.expired)) or "none yet"
        raise Broken(f"the time of {kind} is not over", f"a class whose time is over: {over}")
    if kind in state.erasures.destroyed:
        raise Broken(f"{kind} was destroyed", "nothing more")


@rule("refuse")
def erasure_is_asked_for(act: Act[Any], state: Record, erasure_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a request that waits is decided or carried out."""
    known = state.erasures.asked.get(erasure_id)
    if known is None:
        names = ", ".join(state.erasures.asked) or "none"
        raise Broken(f"no erasure {erasure_id} was asked for", f"one of: {names}")
    if known.stage == "executed":
        raise Broken(f"erasure {erasure_id} was executed", "another request")


@rule("refuse")
def erasure_was_granted(act: Act[Any], erasure: Erasure) -> None:  # noqa: ARG001 - a rule takes the act
    """Only what was granted is carried out."""
    if erasure.stage != "granted":
        raise Broken(f"erasure {erasure.erasure_id} was {erasure.stage}", "assess-erasure")


@rule("refuse")
def erasure_has_second_person(act: Act[Any], standing: Standing, erasure: Erasure) -> None:
    """Nobody both grants an erasure and carries it out."""
    granted = standing.entries[erasure.assessed or erasure.ref]
    if {act.entered_by, act.actor} & {granted.entered_by, granted.actor}:
        raise Broken(
            f"{granted.entered_by} granted it", "another person at the keyboard, of the registry"
        )


@rule("refuse")
def no_hold_is_in_force(act: Act[Any], state: Record) -> None:  # noqa: ARG001 - a rule takes the act
    """Under a legal hold nothing is destroyed."""
    if state.holds:
        raise Broken(f"hold {', '.join(state.holds)} is in force", "its release")


def to_assess(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a request that waits."""
    one_will_do(
        act,
        state.erasures.asked,
        lambda name: erasure_is_asked_for(act, state, name),
        "erasure asked for",
        "request-erasure",
    )


def to_execute(act: Act[Any], state: Record, standing: Standing) -> None:
    """Ask for an erasure that was granted by another, and no hold against it."""
    one_will_do(
        act,
        state.erasures.asked,
        lambda name: may_execute(act, state, standing, name),
        "erasure asked for",
        "request-erasure",
    )


def may_execute(act: Act[Any], state: Record, standing: Standing, erasure_id: str) -> None:
    """Ask every rule about carrying out an erasure."""
    erasure_is_asked_for(act, state, erasure_id)
    erasure = state.erasures.asked[erasure_id]
    erasure_was_granted(act, erasure)
    no_hold_is_in_force(act, state)
    erasure_has_second_person(act, standing, erasure)
