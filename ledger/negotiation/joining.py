"""Join in a coalition, give way, agree on what holds meanwhile."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    id_is_new,
    mandate_is_active,
    one_will_do,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.counting import parse_instant
from ledger.negotiation.agreeing import PREPARED
from ledger.negotiation.gathering_rules import (
    coalition_is_of_some,
    coalition_stands,
    compromise_is_of_several,
    concerned_agree,
    giver_speaks_for_itself,
    room_suits_act,
    speaker_is_member,
)
from ledger.negotiation.idea_events import (
    CoalitionDissolved,
    CoalitionFormed,
    ConcessionRecorded,
    Giving,
    InterimArrangementAgreed,
)
from ledger.negotiation.ideas import Coalition, taken
from ledger.negotiation.rules import issues_are_listed
from ledger.negotiation.state import Negotiation
from ledger.parties import TALKING, Standing
from ledger.rooms import group_of, kind_of, members_of
from ledger.terms import Id, Instant, PartyId, Words, next_id


def to_dissolve(act: Act[Any], state: Negotiation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a coalition of the actor that stands."""

    def check(one: Coalition) -> None:
        coalition_stands(act, state, one.coalition_id, one.room)

    one_will_do(act, state.ideas.coalitions.values(), check, "coalition", "form-coalition")


class FormCoalition(Command, frozen=True, kw_only=True, tag="form-coalition"):
    """Negotiate as one with other parties; told in their group's room, before all if announced.

    Attributes:
        coalition_id: Its name, None for the next number.
        members: The parties that join, one's own among them.
        agreed_by: Parties that agreed, None for all members.
        speaker: Party that speaks for them.
        announce: Whether it is told before all.
        purpose: What for; kept in the group.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"members": ["A", "C"], "speaker": "A"}
    guards = (party_has_consented, mandate_is_active)
    coalition_id: Id | None = None
    members: Annotated[tuple[PartyId, ...], Meta(min_length=2)]
    agreed_by: tuple[PartyId, ...] | None = None
    speaker: PartyId | None = None
    announce: bool = False
    purpose: Words | None = None


class DissolveCoalition(Command, frozen=True, kw_only=True, tag="dissolve-coalition"):
    """Negotiate for oneself again; the room is the group's, `joint` for an announced one."""

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"coalition_id": "CL1"}
    guards = (party_has_consented,)
    occasions = (to_dissolve,)
    coalition_id: Id


class RecordConcession(Command, frozen=True, kw_only=True, tag="record-concession"):
    """Note in what somebody gave way; it binds nobody.

    Attributes:
        concession_id: Its name, None for the next number.
        kind: `concession` of one party, or `compromise` of several.
        of: Who gave way, None for the party that acts.
        issue: Listed issue it is about.
        text: In what.
    """

    by = ("mediator", "party")
    during = PREPARED
    example: ClassVar[dict[str, Any]] = {"of": ["A"], "text": "the fee for January is dropped"}
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    concession_id: Id | None = None
    kind: Giving = "concession"
    of: tuple[PartyId, ...] | None = None
    issue: Id | None = None
    text: Words


class AgreeInterim(Command, frozen=True, kw_only=True, tag="agree-interim-arrangement"):
    """Record what holds while the parties talk.

    Attributes:
        arrangement_id: Its name, None for the next number.
        agreed_by: Parties that agreed, None for all of the room.
        until: Last instant it holds, None until the talks end.
        terms: What holds.
    """

    by = ("mediator", "party")
    during = TALKING
    example: ClassVar[dict[str, Any]] = {"terms": "berth 4 stays free at night"}
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    arrangement_id: Id | None = None
    agreed_by: tuple[PartyId, ...] | None = None
    until: Instant | None = None
    terms: Words


def form_coalition(state: Negotiation, standing: Standing, act: Act[FormCoalition]) -> Decision:
    """Negotiate as one.

    Raises:
        RuleViolation: party_is_known, coalition_is_of_some, speaker_is_member, actor_has_power,
            concerned_agree, id_is_new.
    """
    data = act.data
    for party in data.members:
        party_is_known(act, standing, party)
    coalition_is_of_some(act, standing, data.members)
    speaker_is_member(act, data.members)
    actor_has_power(act, standing, "negotiate")
    agreed_by = data.members if data.agreed_by is None else data.agreed_by
    concerned_agree(act, data.members, agreed_by)
    room = group_of(data.members)
    rooms = (room, "joint") if data.announce else (room,)
    known = {name for where in rooms for name in taken(state.ideas.coalitions, where)}
    name = data.coalition_id or next_id("CL", known)
    id_is_new(act, known, name, name)

    def formed(purpose: str | None) -> CoalitionFormed:
        return CoalitionFormed(
            coalition_id=name,
            members=data.members,
            speaker=data.speaker,
            announced=data.announce,
            purpose=purpose,
        )

    told = [Placed("joint", formed(None))] if data.announce else []
    return [Placed(room, formed(data.purpose)), *told]


def dissolve_coalition(
    state: Negotiation,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[DissolveCoalition],
) -> Decision:
    """Negotiate for oneself again; told wherever the coalition was.

    Raises:
        RuleViolation: coalition_stands.
    """
    name, party = act.data.coalition_id, own_party(act)
    rooms = [c.room for c in state.ideas.coalitions.values() if c.coalition_id == name]
    mine = [r for r in rooms if act.room in (None, r) or r == "joint"] or [act.room or "joint"]
    for room in mine:
        coalition_stands(act, state, name, room)
    return [Placed(room, CoalitionDissolved(coalition_id=name, by=party)) for room in mine]


def record_concession(
    state: Negotiation, standing: Standing, act: Act[RecordConcession]
) -> Decision:
    """Note in what somebody gave way.

    Raises:
        RuleViolation: room_suits_act, party_is_known, compromise_is_of_several,
            giver_speaks_for_itself, issues_are_listed, id_is_new.
    """
    data, room = act.data, act.room or "joint"
    room_suits_act(act, room, ConcessionRecorded.rooms)
    by = data.of or ((act.party,) if act.party else ())
    for party in by:
        party_is_known(act, standing, party)
    compromise_is_of_several(act, by)
    giver_speaks_for_itself(act, by, room)
    issues_are_listed(act, standing, () if data.issue is None else (data.issue,))
    known = taken(state.ideas.concessions, room)
    name = data.concession_id or next_id("CN", known)
    id_is_new(act, known, name, name)
    event = ConcessionRecorded(
        concession_id=name, kind=data.kind, by=by, issue=data.issue, text=data.text
    )
    return [Placed(room, event)]


def agree_interim(state: Negotiation, standing: Standing, act: Act[AgreeInterim]) -> Decision:
    """Record what holds meanwhile.

    Raises:
        DecodeError: `until` is no instant.
        RuleViolation: room_suits_act, concerned_agree, actor_has_power, id_is_new.
    """
    data, room = act.data, act.room or "joint"
    room_suits_act(act, room, InterimArrangementAgreed.rooms)
    everybody = members_of(room) if kind_of(room) == "group" else standing.current()
    agreed_by = everybody if data.agreed_by is None else data.agreed_by
    concerned_agree(act, everybody, agreed_by)
    actor_has_power(act, standing, "negotiate")
    known = taken(state.ideas.arrangements, room)
    name = data.arrangement_id or next_id("IA", known)
    id_is_new(act, known, name, name)
    until = None if data.until is None else parse_instant(data.until, field="until").isoformat()
    event = InterimArrangementAgreed(
        arrangement_id=name, agreed_by=agreed_by, until=until, terms=data.terms
    )
    return [Placed(room, event)]
