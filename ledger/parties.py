"""Name the phases, parties, authorities and mandates every part of the procedure asks about."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import Struct

from ledger.deadlines import Deadlines

Power: TypeAlias = Literal["negotiate", "settle", "sign"]
Capacity: TypeAlias = Literal["representative", "counsel"]


class Phase(StrEnum):
    """The main phase of a case (DOMAIN.md 3.1); moved by `joint` and `desk` events alone."""

    NONE = "NONE"
    REQUESTED = "REQUESTED"
    INVITED = "INVITED"
    CONSENTED = "CONSENTED"
    CONSTITUTED = "CONSTITUTED"
    ENGAGED = "ENGAGED"
    PREPARING = "PREPARING"
    MEDIATING = "MEDIATING"
    DRAFTING = "DRAFTING"
    SIGNING = "SIGNING"
    SETTLED = "SETTLED"
    MONITORING = "MONITORING"
    NOT_COMMENCED = "NOT_COMMENCED"
    TERMINATED = "TERMINATED"
    CLOSED = "CLOSED"
    EVALUATED = "EVALUATED"


_ORDER = list(Phase)
RUNNING = frozenset(_ORDER[_ORDER.index(Phase.CONSENTED) : _ORDER.index(Phase.SETTLED)])
"""From consent to signing: what consent withdrawn or a declaration can end."""
TALKING = frozenset(_ORDER[_ORDER.index(Phase.ENGAGED) : _ORDER.index(Phase.SETTLED)])
"""From engagement to signing."""
OPEN = frozenset(_ORDER[_ORDER.index(Phase.REQUESTED) : _ORDER.index(Phase.NOT_COMMENCED)])
"""Everything between the request and an end."""
AFTER_SIGNING = frozenset(
    {Phase.SETTLED, Phase.MONITORING, Phase.MEDIATING, Phase.CLOSED, Phase.EVALUATED}
)
"""Where an executed settlement may be performed (a partial one while talks go on)."""
ENDED = frozenset({Phase.NOT_COMMENCED, Phase.TERMINATED, Phase.CLOSED, Phase.EVALUATED})

Consent: TypeAlias = Literal[
    "none", "invited", "consented", "conditional", "declined", "withdrawn", "released"
]


class Party(Struct, frozen=True):
    """A party and where its consent stands.

    Attributes:
        party: Its id in the case.
        requesting: Whether it asked for the mediation.
        consent: State of its consent.
        consent_ref: Event (room:seq) of the last change.
        conditions: Ids of conditions to its consent that are open.
    """

    party: str
    requesting: bool = False
    consent: Consent = "none"
    consent_ref: str | None = None
    conditions: tuple[str, ...] = ()


class Authority(Struct, frozen=True):
    """What a representative may do for its party.

    Attributes:
        party: For whom.
        person: Who.
        powers: What it may do.
        ref: Event (room:seq) that gave it; cited by every act done under it.
        ends: Instant after which it no longer holds, RFC 3339, None for no end.
        limits_ref: Event (room:seq) in the party's room whose content states its limits.
        capacity: Whether it comes as one of the party's own people, or as its counsel.
        came: When it came to speak for the party in a case that had begun; None where it came
            with the request or with a party that joined.
    """

    party: str
    person: str
    powers: tuple[Power, ...]
    ref: str
    ends: str | None = None
    limits_ref: str | None = None
    capacity: Capacity = "representative"
    came: datetime | None = None


class Mandate(Struct, frozen=True):
    """Where the mediator's mandate stands.

    Attributes:
        number: Which mandate, 0 before the first.
        status: Its state.
        mediators: Persons appointed under it.
        open_objections: Ids of objections and challenges not yet decided.
    """

    number: int = 0
    status: Literal["vacant", "active", "suspended", "ended"] = "vacant"
    mediators: tuple[str, ...] = ()
    open_objections: tuple[str, ...] = ()


class Conflict(Struct, frozen=True):
    """A circumstance disclosed by somebody who mediates, and who waived it.

    Attributes:
        disclosure_id: Names the disclosure.
        person: Who disclosed it.
        category: Whether the parties can waive it.
        waived: Parties that did.
    """

    disclosure_id: str
    person: str
    category: Literal["non_waivable", "waivable", "other"]
    waived: frozenset[str] = frozenset()


class Session(Struct, frozen=True):
    """A session and its state."""

    session_id: str
    status: Literal["scheduled", "open", "adjourned", "closed", "cancelled"]


class Agreement(Struct, frozen=True):
    """An agreement in principle, to be drafted; it binds nobody.

    Attributes:
        ref: Event (room:seq) that recorded it.
        proposal_id: Proposal it came from, None where it came from none.
        clause_ids: Clauses agreed.
        open_points: Number of points left open.
    """

    ref: str
    proposal_id: str | None
    clause_ids: tuple[str, ...]
    open_points: int = 0


class Obligation(Struct, frozen=True):
    """A duty under an executed settlement.

    Attributes:
        obligation_id: Its id in the case.
        obligor: Party that owes it.
        obligee: Party it is owed to.
        due: Day at the seat it falls due, None while a condition is open.
        in_force: Whether the settlement it belongs to is in force.
        ref: Event (room:seq) that defined it.
        settlement_id: Settlement it is owed under.
    """

    obligation_id: str
    obligor: str
    obligee: str
    due: str | None
    in_force: bool
    ref: str
    settlement_id: str = ""


class Entry(Struct, frozen=True, gc=False):
    """What is known of a recorded event without opening it.

    Attributes:
        tag: Name of its type.
        entered_by: The operator that entered it.
        actor: Who acted.
        command: Id of the command that wrote it, unique for its actor.
        occurred: When it happened, as recorded.
        irregular: Whether it breaks a rule, as a reported fact.
    """

    tag: str
    entered_by: str
    actor: str
    command: str = ""
    occurred: str | None = None
    irregular: bool = False


class Standing(Struct, frozen=True, kw_only=True):
    """What the parts need to know of each other, as the eyes behind an act may see it.

    Attributes:
        phase: Main phase.
        outcome: How it ended, None while it runs.
        parties: Every party named, by id.
        authorities: By (party, person).
        mandate: The mediator's mandate.
        adjourned: Whether the talks stand adjourned.
        terms_in_force: Whether confidentiality terms have been adopted.
        undertakings: Persons who signed an undertaking.
        rights_explained: Whether rights were explained to the parties.
        sessions: By id.
        issues: Ids of the issues listed.
        agreement: The latest agreement in principle.
        proposals_open: Ids of open proposals in rooms that are seen.
        executed: Whether a settlement has been executed.
        issues_settled: Listed issues that executed settlements of a part settle.
        executed_hashes: SHA-256 of every text executed, as far as known.
        settlements: SHA-256 of the text of every executed settlement, by its id.
        obligations: By id.
        entries: Every event seen, by room:seq.
        holds: Ids of legal holds in force.
        taken_over: Whether the case began elsewhere.
        deadlines: Every date of the rooms seen.
        papers: Statements, interests and documents, by (room, id); the value is the party.
        received: When the request was received, None where not recorded.
        caucus_default: What the confidentiality terms say of caucuses, None before there are any.
        continuing: Parties that agreed to go on since somebody last left.
        joining: Parties to be: their joinder was asked for and is not decided.
        conflicts: What the mediators in office disclosed.
        suspended: Whether the talks rest until deposits have been paid.
        caucuses_counted: Mandates whose caucuses were counted before all.
        recordings_kept: Recordings of sessions that were not destroyed.
        rests_in: The case this one was consolidated with and in which its talks go on, None where
            they go on here.
        uninquired: Who came since a mediator took office and was not inquired into by it, each
            with the instant until which it speaks for a party, None for no end.
        inquired: By party or person, when the last mediator in office had inquired into it; left
            out where one of them has not.
    """

    phase: Phase = Phase.NONE
    outcome: str | None = None
    parties: Mapping[str, Party] = MappingProxyType({})
    authorities: Mapping[tuple[str, str], Authority] = MappingProxyType({})
    mandate: Mandate = Mandate()
    adjourned: bool = False
    terms_in_force: bool = False
    undertakings: frozenset[str] = frozenset()
    rights_explained: bool = False
    sessions: Mapping[str, Session] = MappingProxyType({})
    issues: tuple[str, ...] = ()
    agreement: Agreement | None = None
    proposals_open: tuple[str, ...] = ()
    executed: bool = False
    issues_settled: tuple[str, ...] = ()
    executed_hashes: tuple[str, ...] = ()
    settlements: Mapping[str, str] = MappingProxyType({})
    obligations: Mapping[str, Obligation] = MappingProxyType({})
    entries: Mapping[str, Entry] = MappingProxyType({})
    holds: tuple[str, ...] = ()
    received: str | None = None
    caucus_default: str | None = None
    taken_over: bool = False
    deadlines: Deadlines = Deadlines()
    papers: Mapping[tuple[str, str], str] = MappingProxyType({})
    continuing: frozenset[str] = frozenset()
    joining: frozenset[str] = frozenset()
    conflicts: tuple[Conflict, ...] = ()
    suspended: bool = False
    caucuses_counted: frozenset[int] = frozenset()
    recordings_kept: tuple[str, ...] = ()
    rests_in: str | None = None
    uninquired: Mapping[str, str | None] = MappingProxyType({})
    inquired: Mapping[str, datetime] = MappingProxyType({})

    def current(self) -> tuple[str, ...]:
        """Name the parties whose consent stands."""
        good = ("consented", "conditional")
        return tuple(p for p, party in self.parties.items() if party.consent in good)

    def staying(self) -> tuple[str, ...]:
        """Name the parties that neither declined nor left."""
        left = ("declined", "withdrawn", "released")
        return tuple(p for p, party in self.parties.items() if party.consent not in left)
