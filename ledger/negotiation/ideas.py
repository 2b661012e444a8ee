"""Keep what was gathered on the way to terms: ideas, drafts, criteria, concessions, coalitions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.negotiation.idea_events import (
    BrainstormingClosed,
    BrainstormingOpened,
    ClauseLinked,
    CoalitionDissolved,
    CoalitionFormed,
    ConcessionRecorded,
    CriterionAgreed,
    FeasibilityAssessed,
    IdeaEvent,
    InterimArrangementAgreed,
    ProposalDrafted,
)

Refs: TypeAlias = Mapping[tuple[str, str], str]
"""By (room, id) the event (room:seq) that recorded it."""


class Coalition(Struct, frozen=True):
    """Parties that negotiate as one.

    Attributes:
        coalition_id: Its name in its room.
        room: Where it was formed: the room of its members.
        members: Who.
        speaker: Who speaks for them, None where each does.
        dissolved: Whether it is over.
    """

    coalition_id: str
    room: str
    members: tuple[str, ...]
    speaker: str | None = None
    dissolved: bool = False


class Ideas(Struct, frozen=True):
    """What was gathered, as far as one set of eyes sees it.

    Attributes:
        brainstorming: Rooms in which ideas are being gathered.
        criteria: Agreed criteria.
        assessments: What was found of options, proposals and clauses.
        drafts: By (room, draft id) its latest version.
        linked: By (room, proposal id, clause id) the interests a clause serves.
        concessions: Concessions and compromises.
        arrangements: Interim arrangements.
        coalitions: By (room, coalition id).
    """

    brainstorming: frozenset[str] = frozenset()
    criteria: Refs = MappingProxyType({})
    assessments: Refs = MappingProxyType({})
    drafts: Mapping[tuple[str, str], int] = MappingProxyType({})
    linked: Mapping[tuple[str, str, str], tuple[str, ...]] = MappingProxyType({})
    concessions: Refs = MappingProxyType({})
    arrangements: Refs = MappingProxyType({})
    coalitions: Mapping[tuple[str, str], Coalition] = MappingProxyType({})

    def partners(self, party: str) -> frozenset[str]:
        """Name the parties that stand in a coalition with a party."""
        standing = [c for c in self.coalitions.values() if not c.dissolved and party in c.members]
        return frozenset(member for c in standing for member in c.members) - {party}


def taken(things: Mapping[tuple[str, str], object], room: str) -> set[str]:
    """Name the ids given in a room."""
    return {name for where, name in things if where == room}


def evolve(  # noqa: C901 - one case an event
    state: Ideas, frame: Frame[IdeaEvent]
) -> Ideas:
    """Fold one event; never judges, never sees content."""
    event, room = frame.event, frame.room
    match event:
        case BrainstormingOpened():
            return replace(state, brainstorming=state.brainstorming | {room})
        case BrainstormingClosed():
            return replace(state, brainstorming=state.brainstorming - {room})
        case CriterionAgreed():
            return replace(
                state, criteria={**state.criteria, (room, event.criterion_id): frame.ref}
            )
        case FeasibilityAssessed():
            key = (room, event.assessment_id)
            return replace(state, assessments={**state.assessments, key: frame.ref})
        case ProposalDrafted():
            drafts = {**state.drafts, (room, event.draft_id): event.draft_version}
            return replace(state, drafts=drafts)
        case ClauseLinked():
            clause = (room, event.proposal_id, event.clause_id)
            return replace(state, linked={**state.linked, clause: event.interests})
        case ConcessionRecorded():
            key = (room, event.concession_id)
            return replace(state, concessions={**state.concessions, key: frame.ref})
        case InterimArrangementAgreed():
            key = (room, event.arrangement_id)
            return replace(state, arrangements={**state.arrangements, key: frame.ref})
        case CoalitionFormed():
            formed = Coalition(event.coalition_id, room, event.members, event.speaker)
            return replace(
                state, coalitions={**state.coalitions, (room, event.coalition_id): formed}
            )
        case CoalitionDissolved():
            return _dissolved(state, (room, event.coalition_id))
        case _:
            assert_never(event)


def _dissolved(state: Ideas, key: tuple[str, str]) -> Ideas:
    known = state.coalitions.get(key)
    if known is None:
        return state
    return replace(state, coalitions={**state.coalitions, key: replace(known, dissolved=True)})
