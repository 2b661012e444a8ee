"""Say what a proposal is and how its status follows from what was done with it (I-8, I-9)."""

from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ledger.negotiation.handling_events import Mode
from ledger.negotiation.tabled_events import UNNAMED, Attribution, Carriage, InsteadOf

Status: TypeAlias = Literal[
    "open",
    "countered",
    "accepted",
    "partly_accepted",
    "rejected",
    "withdrawn",
    "expired",
    "superseded",
    "lapsed",
]
Kind: TypeAlias = Literal["first", "package", "bilateral", "counter", "revision", "mediator"]


class Acceptance(Struct, frozen=True):
    """What an addressee accepted.

    Attributes:
        mode: How far it goes, None for an acceptance in part.
        accepted: Clauses accepted.
        reserved: Clauses reserved.
        conditional: Whether it depends on conditions.
        ref: Event (room:seq) that recorded it.
    """

    mode: Mode | None
    accepted: tuple[str, ...]
    reserved: tuple[str, ...] = ()
    conditional: bool = False
    ref: str = ""

    @property
    def full(self) -> bool:
        """Tell whether it is of all clauses and does not wait for a principal."""
        return self.mode in ("in_principle", "final_subject_to_signature")


class Proposal(Struct, frozen=True, kw_only=True):
    """A proposal and where it stands.

    Attributes:
        room: Room it was tabled in.
        proposal_id: Its name there.
        by: Party that proposes, `mediator`, or words for a party that is not named.
        kind: How it came to the table.
        answers: Proposal of the same room it answers.
        status: Where it stands; `lapsed` is told by `status_of` alone.
        clause_ids: Its clauses, in order.
        issues: For each clause the listed issue it settles, "" where none.
        addressees: Parties it is put to.
        required: Addressees who must all accept.
        all_or_nothing: Whether it can only be accepted whole.
        valid_until: Last instant at which it can be accepted, RFC 3339 UTC.
        firm_until: Instant before which it may not be withdrawn, RFC 3339 UTC.
        stays_open_if_countered: Whether a counter-proposal leaves it open.
        acceptances: The latest acceptance of each party.
        rejected_by: Parties that rejected it.
        superseded_by: Proposal that took its place.
        blind: Whether it is answered in confidence, and its outcome told at `valid_until`.
        channel: How the terms came to the table.
        attribution: Whether those it is put to are told whose it is.
        instead_of: What a counter-proposal was meant as, None for one of its own.
        together: Parties that propose it with its author, as a coalition.
        tabled_ref: Event (room:seq) whose content has the clauses.
        changed_ref: Event (room:seq) of the last change.
    """

    room: str
    proposal_id: str
    by: str
    kind: Kind
    answers: str | None
    status: Status = "open"
    clause_ids: tuple[str, ...]
    issues: tuple[str, ...]
    addressees: tuple[str, ...]
    required: tuple[str, ...]
    all_or_nothing: bool
    valid_until: str | None
    firm_until: str | None
    stays_open_if_countered: bool
    acceptances: Mapping[str, Acceptance] = MappingProxyType({})
    rejected_by: tuple[str, ...] = ()
    superseded_by: str | None = None
    blind: bool = False
    channel: Carriage = "direct"
    attribution: Attribution = "open"
    instead_of: InsteadOf | None = None
    together: tuple[str, ...] = ()
    tabled_ref: str
    changed_ref: str

    @property
    def key(self) -> tuple[str, str]:
        """Name it within the case."""
        return (self.room, self.proposal_id)

    @property
    def deadline_id(self) -> str:
        """Name the date its validity ends, within its room."""
        return validity_id(self.proposal_id)

    @property
    def speaker(self) -> str:
        """Name who speaks for it before all: its author; the messenger, where none is named."""
        return "mediator" if self.by == UNNAMED else self.by

    @property
    def authors(self) -> tuple[str, ...]:
        """Name those whose proposal it is: each of a coalition may revise it and take it back."""
        return (self.by, *self.together)

    def readers(self, parties: Container[str]) -> tuple[str, ...]:
        """Name the parties that have it before them: its authors, where they are, and others."""
        return tuple(p for p in dict.fromkeys((*self.authors, *self.addressees)) if p in parties)

    def agreed_clauses(self) -> tuple[str, ...]:
        """List the clauses every required acceptor accepted without condition."""
        given = [self.acceptances.get(party) for party in self.required]
        sets = [
            set(a.accepted)
            for a in given
            if a is not None and not a.conditional and a.mode != "ad_referendum"
        ]
        if len(sets) < len(self.required):
            return ()
        return tuple(c for c in self.clause_ids if all(c in accepted for accepted in sets))

    def conditional_clauses(self) -> tuple[str, ...]:
        """List the clauses somebody accepted under a condition that still stands."""
        bound = {c for a in self.acceptances.values() if a.conditional for c in a.accepted}
        return tuple(c for c in self.clause_ids if c in bound)


def validity_id(proposal_id: str) -> str:
    """Name the date a proposal's validity ends."""
    return f"validity-{proposal_id}"


def status_of(proposal: Proposal, *, ended: bool) -> Status:
    """Return where a proposal stands; an open one has lapsed once the case has ended."""
    return "lapsed" if ended and proposal.status == "open" else proposal.status


def accepted_by(proposal: Proposal, party: str, acceptance: Acceptance, ref: str) -> Proposal:
    """Return the proposal after an addressee accepted it, in full or in part.

    An expired proposal keeps its status: an acceptance in time but entered late is noted on it and
    left to people to review.
    """
    given = {**proposal.acceptances, party: acceptance}
    status = proposal.status
    if status in ("open", "partly_accepted"):
        status = _answered(proposal.required, given)
    return replace(proposal, acceptances=given, status=status, changed_ref=ref)


def _answered(required: tuple[str, ...], given: Mapping[str, Acceptance]) -> Status:
    answers = [given.get(party) for party in required]
    if all(a is not None and a.full for a in answers):
        return "accepted"
    if all(a is not None and (a.full or a.mode is None) for a in answers):
        return "partly_accepted"
    return "open"


def rejected_after(proposal: Proposal, party: str, ref: str) -> Proposal:
    """Return the proposal after an addressee rejected it."""
    status: Status = "rejected" if party in proposal.required else proposal.status
    return replace(
        proposal, status=status, rejected_by=(*proposal.rejected_by, party), changed_ref=ref
    )


def without_acceptance(proposal: Proposal, party: str) -> Proposal:
    """Return the proposal without what a party had accepted."""
    left = {name: given for name, given in proposal.acceptances.items() if name != party}
    return replace(proposal, acceptances=left)


def confirmed_late(proposal: Proposal, party: str, acceptance: Acceptance, ref: str) -> Proposal:
    """Return an expired proposal after its author let a late acceptance count."""
    given = {**proposal.acceptances, party: acceptance}
    answered = _answered(proposal.required, given)
    status = proposal.status if answered == "open" else answered
    return replace(proposal, acceptances=given, status=status, changed_ref=ref)


def blindly_decided(proposal: Proposal, *, all_accepted: bool, ref: str) -> Proposal:
    """Return the mediator's proposal after its fixed time: accepted by all, or over."""
    if not all_accepted:
        return replace(proposal, status="expired", changed_ref=ref)
    yes = Acceptance(mode="in_principle", accepted=proposal.clause_ids, ref=ref)
    given = dict.fromkeys(proposal.required, yes)
    return replace(proposal, status="accepted", acceptances=given, changed_ref=ref)


def words(status: str) -> str:
    """Say a status in words."""
    return status.replace("_", " ")
