"""Decide what mediators note for themselves, who is to come, and what people need to do so."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    id_is_new,
    mandate_is_active,
    party_has_consented,
    party_is_known,
)
from ledger.parties import TALKING, Standing
from ledger.preparation.exchange_events import (
    AccessArranged,
    AccessNeedRecorded,
    BarrierNoted,
    ParticipantListSet,
    StrategyNoted,
)
from ledger.preparation.exchange_rules import (
    barriers_are_noted,
    list_is_of_the_party_named,
    need_is_known_and_open,
    need_is_of_a_party_named,
    persons_listed_are_bound,
    to_arrange,
    to_list,
)
from ledger.preparation.rules import session_is_still_to_come
from ledger.preparation.state import Preparation
from ledger.rooms import mediators_room
from ledger.terms import Id, PartyId, PersonId, Words, next_id


class NoteBarrier(Command, frozen=True, kw_only=True, tag="note-barrier"):
    """Note, for the mediators alone, what stands between the sides."""

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {"barrier": "Each waits for the other to speak first."}
    barrier: Words
    barrier_id: Id | None = None
    issues: tuple[Id, ...] = ()


class NoteStrategy(Command, frozen=True, kw_only=True, tag="note-strategy"):
    """Note, for the mediators alone, how to go about it.

    Attributes:
        barriers: Barriers noted that it is meant to overcome.
    """

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {"approach": "Begin with the dates, then the money."}
    approach: Words
    strategy_id: Id | None = None
    barriers: tuple[Id, ...] = ()


class SetParticipantList(Command, frozen=True, kw_only=True, tag="set-participant-list"):
    """Say who comes to a session; who of them may settle follows from the authorities on record.

    Attributes:
        party: Whose people, None for the party that acts, or for people of no party.
    """

    by = ("party", "registry")
    during = TALKING
    guards = (party_has_consented,)
    occasions = (to_list,)
    example: ClassVar[dict[str, Any]] = {
        "session_id": "S1",
        "party": "B",
        "persons": ["person:holt", "person:berg"],
    }
    session_id: Id
    persons: Annotated[tuple[PersonId, ...], Meta(min_length=1, max_length=500)]
    party: PartyId | None = None


class RecordAccessNeed(Command, frozen=True, kw_only=True, tag="record-access-need"):
    """Tell the registry what somebody needs to take part on equal terms.

    Attributes:
        party: Whose need, None for the party that acts.
    """

    by = ("party", "registry")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"party": "A", "need": "A room without stairs."}
    need: Words
    party: PartyId | None = None
    need_id: Id | None = None


class ArrangeAccess(Command, frozen=True, kw_only=True, tag="arrange-access"):
    """Say how an access need is met."""

    by = ("registry",)
    occasions = (to_arrange,)
    example: ClassVar[dict[str, Any]] = {
        "party": "A",
        "need_id": "N1",
        "arrangement": "The hall on the ground floor.",
    }
    party: PartyId
    need_id: Id
    arrangement: Words


def note_barrier(
    state: Preparation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[NoteBarrier],
) -> Decision:
    """Note a barrier in the mediators' own room.

    Raises:
        RuleViolation: id_is_new.
    """
    room = mediators_room(act.mandate)
    taken = {name for where, name in state.exchange.barriers if where == room}
    name = act.data.barrier_id or next_id("B", taken)
    id_is_new(act, taken, name, name)
    noted = BarrierNoted(barrier_id=name, issues=act.data.issues, barrier=act.data.barrier)
    return [Placed(room, noted)]


def note_strategy(
    state: Preparation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[NoteStrategy],
) -> Decision:
    """Note a strategy in the mediators' own room.

    Raises:
        RuleViolation: barriers_are_noted, id_is_new.
    """
    room, data = mediators_room(act.mandate), act.data
    barriers_are_noted(act, state, room)
    taken = {name for where, name in state.exchange.strategies if where == room}
    name = data.strategy_id or next_id("Y", taken)
    id_is_new(act, taken, name, name)
    noted = StrategyNoted(strategy_id=name, barriers=data.barriers, approach=data.approach)
    return [Placed(room, noted)]


def set_participant_list(
    state: Preparation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[SetParticipantList],
) -> Decision:
    """Record who comes, and who of them may settle.

    Raises:
        RuleViolation: session_is_still_to_come, list_is_of_the_party_named, party_is_known,
            persons_listed_are_bound.
    """
    data = act.data
    party = data.party or act.party
    session_is_still_to_come(act, standing, data.session_id)
    list_is_of_the_party_named(act, party)
    if party is not None:
        party_is_known(act, standing, party)
    persons_listed_are_bound(act, standing, party, data.persons)
    held = {person: standing.authorities.get((party or "", person)) for person in data.persons}
    listed = ParticipantListSet(
        session_id=data.session_id,
        party=party,
        persons=tuple(dict.fromkeys(data.persons)),
        deciders=tuple(p for p, own in held.items() if own and "settle" in own.powers),
    )
    return [Placed("joint", listed)]


def record_access_need(
    state: Preparation, standing: Standing, act: Act[RecordAccessNeed]
) -> Decision:
    """Record a need at the desk of its party.

    Raises:
        RuleViolation: need_is_of_a_party_named, party_is_known, id_is_new.
    """
    party = act.data.party or act.party
    need_is_of_a_party_named(act, party)
    assert party is not None, "the rule before sees to it"
    party_is_known(act, standing, party)
    room = f"desk:{party}"
    taken = {name for where, name in state.exchange.needs if where == room}
    name = act.data.need_id or next_id("N", taken)
    id_is_new(act, taken, name, name)
    return [Placed(room, AccessNeedRecorded(need_id=name, party=party, need=act.data.need))]


def arrange_access(
    state: Preparation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ArrangeAccess],
) -> Decision:
    """Record how a need is met.

    Raises:
        RuleViolation: need_is_known_and_open.
    """
    data, room = act.data, f"desk:{act.data.party}"
    need_is_known_and_open(act, state, room, data.need_id)
    arranged = AccessArranged(need_id=data.need_id, party=data.party, arrangement=data.arrangement)
    return [Placed(room, arranged)]
