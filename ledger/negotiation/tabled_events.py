"""List the events that put terms on the table."""

from typing import ClassVar, Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.terms import Clause

FirstKind: TypeAlias = Literal["first", "package", "bilateral"]
AnswerKind: TypeAlias = Literal["counter", "revision"]
InsteadOf: TypeAlias = Literal["partial_acceptance", "late_acceptance"]
"""An answer that could not count as an acceptance and stands as a counter-proposal."""
Carriage: TypeAlias = Literal["direct", "via_mediator"]
"""How terms came to the table: from their author, or carried by the mediator as messenger."""
Attribution: TypeAlias = Literal["open", "withheld"]
UNNAMED = "an unnamed party"
"""Stands as author of terms whose author is not told; no id of a party looks like it."""
Reply: TypeAlias = Literal["blind", "open"]


class Tabled(Event, frozen=True, kw_only=True):
    """Hold what every tabling of terms has in common; recorded only as one of its kinds.

    Attributes:
        proposal_id: Names the proposal within the room.
        by: Party that proposes.
        clause_ids: Its clauses, in order.
        issues: For each clause the id of the listed issue it settles, "" where it names none.
        addressees: Parties it is put to.
        required_acceptors: Addressees who must all accept for it to be accepted.
        all_or_nothing: Whether it can only be accepted whole.
        valid_until: Last instant at which it can be accepted, RFC 3339 UTC, None if open-ended.
        firm_until: Instant before which its author may not withdraw it, RFC 3339 UTC.
        stays_open_if_countered: Whether a counter-proposal leaves it open.
        together_with: Parties of a coalition that propose it with `by`.
        channel: How the terms came to the table.
        attribution: Whether those they are put to are told whose they are.
        clauses: Its terms.
        conditions: What it depends on.
    """

    rooms: ClassVar[tuple[str, ...]] = ("joint", "group")
    admissibility = "protected"
    proposal_id: str
    by: str
    clause_ids: tuple[str, ...]
    issues: tuple[str, ...]
    addressees: tuple[str, ...]
    required_acceptors: tuple[str, ...]
    all_or_nothing: bool = False
    valid_until: str | None = None
    firm_until: str | None = None
    stays_open_if_countered: bool = False
    together_with: tuple[str, ...] = ()
    channel: Carriage = "direct"
    attribution: Attribution = "open"
    clauses: Content[tuple[Clause, ...]] = UNSET
    conditions: Content[str | None] = UNSET


class ProposalTabled(Tabled, frozen=True, kw_only=True, tag="proposal-tabled"):
    """A party put terms on the table."""

    row = "F5"
    says = "{by} tabled proposal {proposal_id}"
    kind: FirstKind = "first"


class CounterProposalTabled(Tabled, frozen=True, kw_only=True, tag="counter-proposal-tabled"):
    """Terms were put in answer to a proposal: by another party, or by its own author again.

    Attributes:
        answers: Proposal of the same room it answers.
        kind: `revision` where the author of that proposal comes again.
        closes_parent: Whether that proposal was open and is closed by this one.
        instead_of: What it was meant as, None for a counter-proposal of its own.
    """

    row = "F8"
    says = "{by} tabled {proposal_id}, a {kind} to {answers}"
    answers: str
    kind: AnswerKind
    closes_parent: bool = False
    instead_of: InsteadOf | None = None


class MediatorProposalIssued(Tabled, frozen=True, kw_only=True, tag="mediator-proposal-issued"):
    """The mediator put terms of its own to all parties; `by` is `mediator`.

    Attributes:
        reply: `blind` where each party answers in its caucus and only the outcome is told, at
            `valid_until` and never earlier; `open` where it is answered as any proposal.
    """

    row = "F18"
    rooms = ("joint",)
    says = "the mediator put proposal {proposal_id} to the parties, replies {reply}"
    reply: Reply
