"""Decide what parties put in: statements, interests, documents."""

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    id_is_new,
    own_party,
    party_has_consented,
)
from ledger.parties import TALKING, Standing
from ledger.preparation.events import DocumentSubmitted, InterestRecorded, StatementSubmitted
from ledger.preparation.rules import (
    interest_is_of_the_party_named,
    paper_says_something,
    room_suits_the_paper,
    to_enter_caucus,
)
from ledger.preparation.state import Preparation
from ledger.rooms import caucus_of
from ledger.terms import Document, Hash, Id, PartyId, Words, next_id

Share: TypeAlias = Literal["all", "mediator", "own"]


class SubmitStatement(Command, frozen=True, kw_only=True, tag="submit-statement"):
    """State one's position.

    Attributes:
        share: Who is to read it; as the room named says, where left out, and else all.
    """

    by = ("party",)
    during = TALKING
    guards = (party_has_consented,)
    example: ClassVar[dict[str, Any]] = {
        "text": "The berth was promised until 2031.",
        "documents": [{"title": "Berth agreement", "hash": "d1" * 32}],
        "share": "all",
    }
    statement_id: Id | None = None
    text: Words | None = None
    documents: tuple[Document, ...] = ()
    share: Literal["all", "mediator"] | None = None


class RecordInterest(Command, frozen=True, kw_only=True, tag="record-interest"):
    """Say what a party cares for, between it and the mediator.

    Attributes:
        party: Whose interest, None for the party that acts.
        priority: From 1, least, to 5, most.
    """

    by = ("party", "mediator")
    during = TALKING
    guards = (actor_is_mediator, party_has_consented)
    occasions = (to_enter_caucus,)
    example: ClassVar[dict[str, Any]] = {
        "party": "B",
        "interest": "quiet nights for the crews",
        "concern": "two crews have left over it",
        "priority": 5,
    }
    interest: Words
    interest_id: Id | None = None
    party: PartyId | None = None
    priority: Annotated[int, Meta(ge=1, le=5)] | None = None
    concern: Words | None = None
    underlying_issue: Words | None = None


class SubmitDocument(Command, frozen=True, kw_only=True, tag="submit-document"):
    """Put in a document; its bytes stay where they are, its hash is recorded.

    Attributes:
        kind: What it is, such as `survey`.
        made_for_mediation: Whether it was made for the mediation alone.
        share: Who is to read it; as the room named says, where left out, and else all.
    """

    by = ("party",)
    during = TALKING
    guards = (party_has_consented,)
    example: ClassVar[dict[str, Any]] = {
        "title": "Noise survey 2025",
        "hash": "d3" * 32,
        "kind": "survey",
        "made_for_mediation": False,
        "share": "mediator",
    }
    title: Words
    hash: Hash
    made_for_mediation: bool
    kind: Id = "document"
    doc_id: Id | None = None
    share: Share | None = None


def submit_statement(state: Preparation, standing: Standing, act: Act[SubmitStatement]) -> Decision:
    """Record a statement where its party wants it read.

    Raises:
        RuleViolation: actor_has_power, room_suits_the_paper, paper_says_something, id_is_new.
    """
    data, party = act.data, own_party(act)
    actor_has_power(act, standing, "negotiate")
    room = _room(act, party, data.share, ("all", "mediator"))
    paper_says_something(act)
    submitted = StatementSubmitted(
        statement_id=_named(state, act, room, data.statement_id, "ST"),
        party=party,
        text=data.text,
        documents=data.documents,
    )
    return [Placed(room, submitted)]


def record_interest(state: Preparation, standing: Standing, act: Act[RecordInterest]) -> Decision:
    """Record an interest in the caucus of its party.

    Raises:
        RuleViolation: interest_is_of_the_party_named, actor_has_power, room_suits_the_paper,
            id_is_new.
    """
    data = act.data
    party = data.party or act.party
    interest_is_of_the_party_named(act, standing, party)
    assert party is not None, "the rule before sees to it"
    actor_has_power(act, standing, "negotiate")
    room = _room(act, party, "mediator", ("mediator",))
    recorded = InterestRecorded(
        interest_id=_named(state, act, room, data.interest_id, "I"),
        party=party,
        priority=data.priority,
        interest=data.interest,
        concern=data.concern,
        underlying_issue=data.underlying_issue,
    )
    return [Placed(room, recorded)]


def submit_document(state: Preparation, standing: Standing, act: Act[SubmitDocument]) -> Decision:
    """Record a document where its party wants it known.

    Raises:
        RuleViolation: actor_has_power, room_suits_the_paper, id_is_new.
    """
    data, party = act.data, own_party(act)
    actor_has_power(act, standing, "negotiate")
    room = _room(act, party, data.share, ("all", "mediator", "own"))
    submitted = DocumentSubmitted(
        doc_id=_named(state, act, room, data.doc_id, "D"),
        party=party,
        hash=data.hash,
        kind=data.kind,
        made_for_mediation=data.made_for_mediation,
        title=data.title,
    )
    return [Placed(room, submitted)]


def _room(act: Act[Any], party: str, share: Share | None, shares: tuple[Share, ...]) -> str:
    """Find the room: as shared, else as named, else the joint one."""
    of = {"all": "joint", "mediator": caucus_of(party, act.mandate), "own": f"party:{party}"}
    room = of[share] if share else act.room or "joint"
    room_suits_the_paper(act, room, tuple(of[s] for s in shares))
    return room


def _named(state: Preparation, act: Act[Any], room: str, asked: str | None, prefix: str) -> str:
    taken = {name for where, name in state.papers if where == room}
    name = asked or next_id(prefix, taken)
    id_is_new(act, taken, name, name)
    return name
