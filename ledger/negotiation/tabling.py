"""Table terms: a first proposal, a counter or a revision."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    id_is_new,
    mandate_is_active,
    party_has_consented,
    party_is_known,
)
from ledger.counting import parse_instant
from ledger.negotiation.blind_rules import blind_proposal_is_not_countered
from ledger.negotiation.events import (
    AnswerKind,
    CounterProposalTabled,
    FirstKind,
    ProposalSuperseded,
    ProposalTabled,
)
from ledger.negotiation.gathering_rules import co_authors_form_coalition
from ledger.negotiation.occasions import to_table
from ledger.negotiation.proposal import Proposal
from ledger.negotiation.rules import (
    addressees_take_part,
    clauses_are_distinct,
    counter_comes_from_addressee,
    only_author_supersedes,
    parent_can_be_answered,
    proposal_has_addressee,
    proposal_is_known,
    proposal_is_no_longer_firm,
    required_acceptors_are_addressed,
    room_holds_addressees,
    validity_lies_ahead,
)
from ledger.negotiation.state import Negotiation
from ledger.negotiation.validity import deadline_of, due_of, validity_begun, waived
from ledger.parties import TALKING, Standing
from ledger.periods import met
from ledger.rooms import group_of, kind_of, members_of
from ledger.terms import Clause, Id, Instant, PartyId, Words

Clauses = Annotated[tuple[Clause, ...], Meta(min_length=1, max_length=1000)]
"""The clauses of one proposal."""


class TableProposal(Command, frozen=True, kw_only=True, tag="table-proposal"):
    """Put terms on the table, or answer a proposal with other terms.

    Attributes:
        proposal_id: Its name in the room, None for the next number.
        clauses: Its terms; a counter keeps the clause_id of a clause it changes.
        addressees: Whom it is put to, None for the other parties of the room.
        required_acceptors: Who must accept, None for every addressee.
        answers: Proposal it answers: a counter, or a revision where the same party comes again.
        replaces: Whether it takes the place of the own open proposal it answers.
        kind: What a proposal that answers none is.
        all_or_nothing: Whether it can only be accepted whole.
        valid_until: Last instant at which it can be accepted, None for the profile's usual time.
        firm_until: Instant before which it will not be withdrawn.
        stays_open_if_countered: Whether a counter-proposal leaves it open.
        conditions: What it depends on.
        together_with: Parties of one's coalition that propose it too.
    """

    by = ("party",)
    during = TALKING
    example: ClassVar[dict[str, Any]] = {
        "clauses": [
            {
                "clause_id": "C1",
                "issue": "berth fee",
                "text": "A pays for 2025",
                "params": {"amount": {"amount": "1300000", "currency": "EUR"}},
            }
        ],
        "kind": "package",
    }
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_table,)
    proposal_id: Id | None = None
    clauses: Clauses
    addressees: tuple[PartyId, ...] | None = None
    required_acceptors: tuple[PartyId, ...] | None = None
    answers: Id | None = None
    replaces: bool = False
    kind: FirstKind = "first"
    all_or_nothing: bool = False
    valid_until: Instant | None = None
    firm_until: Instant | None = None
    stays_open_if_countered: bool = False
    conditions: Words | None = None
    together_with: tuple[PartyId, ...] = ()


class Place(Struct, frozen=True):
    """Where terms go and to whom.

    Attributes:
        room: The room.
        proposal_id: The name there.
        addressees: Whom they are put to.
        required: Who must accept.
    """

    room: str
    proposal_id: str
    addressees: tuple[str, ...]
    required: tuple[str, ...]


def table_proposal(state: Negotiation, standing: Standing, act: Act[TableProposal]) -> Decision:
    """Put terms on the table.

    Raises:
        RuleViolation: actor_has_power, clauses_are_distinct, proposal_is_known,
            parent_can_be_answered, counter_comes_from_addressee, blind_proposal_is_not_countered,
            only_author_supersedes, proposal_is_no_longer_firm, party_is_known,
            proposal_has_addressee, co_authors_form_coalition,
            addressees_take_part, required_acceptors_are_addressed, room_holds_addressees,
            id_is_new, validity_lies_ahead.
    """
    data = act.data
    actor_has_power(act, standing, "negotiate")
    clauses_are_distinct(act, tuple(clause.clause_id for clause in data.clauses))
    parent = _parent(state, act)
    place = _place(state, standing, act, parent)
    stated, firm = _utc(data.valid_until, "valid_until"), _utc(data.firm_until, "firm_until")
    validity_lies_ahead(act, stated, firm)
    date = validity_begun(act, place.room, place.proposal_id, stated)
    common = _common(standing, act, place) | {"valid_until": due_of(date), "firm_until": firm}
    dates = [] if date is None else [date]
    if parent is None:
        return [Placed(place.room, ProposalTabled(kind=data.kind, **common)), *dates]
    return [*_answer(standing, act, parent, common), *dates]


def _parent(state: Negotiation, act: Act[TableProposal]) -> Proposal | None:
    """Find the proposal answered, and check that this party may answer it so."""
    data = act.data
    parent = None
    if data.answers is not None:
        proposal_is_known(act, state, data.answers)
        (parent,) = state.named(data.answers, act.room)
        counter_comes_from_addressee(act, parent)
        blind_proposal_is_not_countered(act, parent)
        parent_can_be_answered(act, parent)
    if data.replaces:
        only_author_supersedes(act, parent)
        assert parent is not None
        proposal_is_no_longer_firm(act, parent)
    return parent


def _place(
    state: Negotiation, standing: Standing, act: Act[TableProposal], parent: Proposal | None
) -> Place:
    addressees = _addressees(standing, act, parent)
    for party in addressees:
        party_is_known(act, standing, party)
    proposal_has_addressee(act, addressees)
    co_authors_form_coalition(act, state, standing, addressees)
    addressees_take_part(act, standing, addressees)
    required = addressees if act.data.required_acceptors is None else act.data.required_acceptors
    required_acceptors_are_addressed(act, required, addressees)
    room = parent.room if parent else act.room or _usual_room(standing, act, addressees)
    room_holds_addressees(act, room, (*act.data.together_with, *addressees))
    proposal_id = act.data.proposal_id or next_proposal_id(state, room)
    id_is_new(act, state.proposals, (room, proposal_id), proposal_id)
    return Place(room, proposal_id, addressees, required)


def _addressees(
    standing: Standing, act: Act[TableProposal], parent: Proposal | None
) -> tuple[str, ...]:
    if act.data.addressees is not None:
        return act.data.addressees
    if parent is not None:
        present: tuple[str, ...] = parent.readers(standing.parties)
    elif act.room is not None and kind_of(act.room) == "group":
        present = members_of(act.room)
    else:
        present = standing.current()
    return tuple(party for party in present if party not in (act.party, *act.data.together_with))


def _usual_room(standing: Standing, act: Act[TableProposal], addressees: tuple[str, ...]) -> str:
    """Pick `joint` where everybody is addressed, else the room of those concerned."""
    assert act.party is not None
    present = (act.party, *act.data.together_with, *addressees)
    return "joint" if set(standing.current()) <= set(present) else group_of(present)


def next_proposal_id(state: Negotiation, room: str) -> str:
    """Name the next proposal of a room."""
    number = 1 + sum(r == room for r, _ in state.proposals)
    while (room, f"P{number}") in state.proposals:
        number += 1
    return f"P{number}"


def _common(standing: Standing, act: Act[TableProposal], place: Place) -> dict[str, Any]:
    """Lay out the fields every tabling has."""
    data = act.data
    return {
        "proposal_id": place.proposal_id,
        "by": act.party,
        "clause_ids": tuple(clause.clause_id for clause in data.clauses),
        "issues": listed_issues(standing, data.clauses),
        "addressees": place.addressees,
        "required_acceptors": place.required,
        "all_or_nothing": data.all_or_nothing,
        "stays_open_if_countered": data.stays_open_if_countered,
        "together_with": data.together_with,
        "clauses": data.clauses,
        "conditions": data.conditions,
    }


def listed_issues(standing: Standing, clauses: tuple[Clause, ...]) -> tuple[str, ...]:
    """Name for each clause the listed issue it settles, "" where it names none."""
    return tuple(clause.issue if clause.issue in standing.issues else "" for clause in clauses)


def _answer(
    standing: Standing, act: Act[TableProposal], parent: Proposal, common: dict[str, Any]
) -> Decision:
    """Answer a proposal; what becomes of it is recorded with the answer."""
    kind: AnswerKind = "revision" if act.party in parent.authors else "counter"
    closes = (
        kind == "counter"
        and parent.status == "open"
        and act.profile.proposal.counter_closes_parent
        and not parent.stays_open_if_countered
    )
    event = CounterProposalTabled(
        answers=parent.proposal_id, kind=kind, closes_parent=closes, **common
    )
    decision = [Placed(parent.room, event)]
    if closes:
        decision += met(deadline_of(standing, parent))
    if act.data.replaces:
        gone = ProposalSuperseded(proposal_id=parent.proposal_id, by_proposal=common["proposal_id"])
        decision += [Placed(parent.room, gone), *waived(standing, parent)]
    return decision


def _utc(text: Instant | None, field: str) -> str | None:
    """Write an instant in UTC.

    Raises:
        DecodeError: It is not an instant.
    """
    if text is None:
        return None
    return parse_instant(text, field=field).isoformat().replace("+00:00", "Z")
