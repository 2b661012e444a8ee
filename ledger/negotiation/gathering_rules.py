"""Hold the rules of gathering ideas and weighing them, each the sentence that must hold."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.negotiation.idea_events import Target
from ledger.negotiation.state import Negotiation
from ledger.parties import Standing
from ledger.rooms import group_of, kind_of, members_of, party_of

FEWEST_MEMBERS = 2


@rule("refuse")
def room_suits_act(act: Act[Any], room: str, kinds: tuple[str, ...]) -> None:
    """An act is recorded where its readers are those it is for."""
    kind = kind_of(room)
    if kind not in kinds:
        raise Broken(f"this is not recorded in {room}", f"a room of the kind {' or '.join(kinds)}")
    if kind in ("party", "caucus") and act.party not in (None, party_of(room)):
        raise Broken(f"{room} is not the room of {act.party}", "its own room")
    if kind == "group" and group_of(members_of(room)) != room:
        raise Broken(f"there is no group {room}", "the members in the order of their names")


@rule("refuse")
def brainstorming_is_open(act: Act[Any], state: Negotiation, room: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Brainstorming is closed where it is open."""
    if room not in state.ideas.brainstorming:
        raise Broken(f"no brainstorming is open in {room}", "open-brainstorming")


@rule("refuse")
def brainstorming_is_opened_once(act: Act[Any], state: Negotiation, room: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Brainstorming is opened where none is open."""
    if room in state.ideas.brainstorming:
        raise Broken(f"brainstorming is open in {room} already", "close-brainstorming")


@rule("refuse")
def brainstorming_is_over(act: Act[Any], state: Negotiation, rooms: Iterable[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """No option is assessed while brainstorming is open."""
    still = [room for room in rooms if room in state.ideas.brainstorming]
    if still:
        raise Broken(
            f"brainstorming is open in {still[0]}, and ideas are not judged meanwhile",
            "close-brainstorming, by the mediator",
        )


@rule("refuse")
def target_is_known(  # noqa: PLR0913 - a target has a kind, a name and a clause
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Negotiation,
    *,
    kind: Target,
    name: str,
    clause_id: str | None,
    rooms: tuple[str, ...],
) -> None:
    """What is assessed is known to everybody who reads the assessment."""
    if kind == "option":
        if not any((room, name) in state.options for room in rooms):
            raise Broken(f"there is no option {name} here", "record-option")
        return
    found = [state.proposals[room, name] for room in rooms if (room, name) in state.proposals]
    if not found:
        raise Broken(f"there is no proposal {name} here", "an option, or a proposal of the room")
    if kind == "clause" and not any(clause_id in p.clause_ids for p in found):
        raise Broken(f"proposal {name} has no clause {clause_id}", "a clause_id of the proposal")


@rule("refuse")
def criterion_is_agreed(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Negotiation,
    name: str | None,
    rooms: tuple[str, ...],
) -> None:
    """What is measured is measured by a criterion the parties agreed on."""
    if name is not None and not any((room, name) in state.ideas.criteria for room in rooms):
        raise Broken(f"no criterion {name} is agreed here", "agree-criterion")


@rule("irregular")
def concerned_agree(act: Act[Any], concerned: Iterable[str], agreed_by: Container[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """What holds for several parties is agreed by each of them."""
    missing = [party for party in concerned if party not in agreed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} did not agree", "the agreement of each (agreed_by)")


@rule("refuse")
def interests_are_recorded(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    rooms: tuple[str, ...],
    interests: Iterable[str],
) -> None:
    """A clause serves interests that are recorded where its link is read."""
    unknown = [i for i in interests if not any((room, i) in standing.papers for room in rooms)]
    if unknown:
        raise Broken(f"no interest {unknown[0]} is recorded here", "record-interest")


@rule("refuse")
def linked_clauses_are_drafted(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    clause_ids: tuple[str, ...],
    interests: Mapping[str, tuple[str, ...]],
) -> None:
    """Interests are linked to clauses the draft has."""
    unknown = [clause for clause in interests if clause not in clause_ids]
    if unknown:
        raise Broken(f"the draft has no clause {unknown[0]}", f"of: {', '.join(clause_ids)}")


@rule("refuse")
def linked_proposal_is_before_all(act: Act[Any], state: Negotiation) -> None:
    """What is linked in a caucus lies before all, so that every reader may know it."""
    if ("joint", act.data.proposal_id) not in state.proposals:
        raise Broken(f"there is no proposal {act.data.proposal_id} in joint", "table-proposal")


@rule("refuse")
def giver_speaks_for_itself(act: Act[Any], by: tuple[str, ...], room: str) -> None:
    """A party says what it gave itself; in a caucus its own party alone is spoken of."""
    if act.role == "party" and act.party not in by:
        raise Broken(f"{act.party} is not among those who gave way", "its own concession")
    if kind_of(room) == "caucus" and by != (party_of(room),):
        raise Broken(f"in {room} only {party_of(room)} gives way", "joint, or the group's room")


@rule("refuse")
def compromise_is_of_several(act: Act[Any], by: tuple[str, ...]) -> None:
    """One party concedes; a compromise is made by two or more."""
    wanted = 1 if act.data.kind == "concession" else FEWEST_MEMBERS
    if len(set(by)) < wanted or len(set(by)) != len(by):
        raise Broken(f"a {act.data.kind} is not made so", "each party once, two for a compromise")


@rule("refuse")
def coalition_is_of_some(act: Act[Any], standing: Standing, members: tuple[str, ...]) -> None:
    """A coalition joins two parties or more, its author among them, and not all."""
    current = set(standing.current())
    if act.party not in members or len(set(members)) < max(FEWEST_MEMBERS, len(members)):
        raise Broken("a coalition joins its author with others, each once", "two members or more")
    if not set(members) <= current:
        raise Broken("not every member takes part", "parties whose consent stands")
    if set(members) >= current:
        raise Broken("all parties together are no coalition", "fewer members")


@rule("refuse")
def speaker_is_member(act: Act[Any], members: tuple[str, ...]) -> None:
    """A coalition is spoken for by one of its members."""
    if act.data.speaker is not None and act.data.speaker not in members:
        raise Broken(f"{act.data.speaker} is no member", f"one of: {', '.join(members)}")


@rule("refuse")
def coalition_stands(act: Act[Any], state: Negotiation, coalition_id: str, room: str) -> None:
    """Only a coalition that stands is dissolved, and by a member."""
    known = state.ideas.coalitions.get((room, coalition_id))
    if known is None or known.dissolved:
        why = "there is none" if known is None else "it is dissolved"
        raise Broken(f"coalition {coalition_id} in {room}: {why}", "a coalition that stands")
    if act.party not in known.members:
        raise Broken(f"{act.party} is no member of {coalition_id}", "a member")


@rule("refuse")
def co_authors_form_coalition(
    act: Act[Any], state: Negotiation, standing: Standing, addressees: tuple[str, ...]
) -> None:
    """Parties that take part propose together as a coalition, and not to themselves."""
    partners = state.ideas.partners(act.party or "") & {*standing.current()} - {*addressees}
    others = [party for party in act.data.together_with if party not in partners]
    if others:
        raise Broken(
            f"{act.party} stands in no coalition with {others[0]}", "form-coalition, by a member"
        )
