"""Name what a viewer is shown of one case; the names are those of the JSON document."""

from typing import Literal, TypeAlias

from msgspec import Struct

from ledger.neutrality.state import Disclosure, Objection
from ledger.parties import Phase

RunState: TypeAlias = Literal["not begun", "running", "adjourned", "suspended", "ended"]


class AuthorityView(Struct, frozen=True, kw_only=True):
    """Who may act for a party, and how far.

    Attributes:
        capacity: `representative`, or `counsel` from outside.
        live: Whether it holds at the instant looked at.
    """

    person: str
    powers: tuple[str, ...]
    capacity: str
    ends: str | None
    live: bool
    ref: str


class PartyView(Struct, frozen=True, kw_only=True):
    """A party, its consent, and with what authority it acts.

    Attributes:
        name: What it is called, None where not said or erased.
        conditions: Ids of conditions to its consent that are open.
        since: Event (room:seq) of the last change of its consent.
    """

    party: str
    name: str | None
    requesting: bool
    consent: str
    conditions: tuple[str, ...]
    since: str | None
    authorities: tuple[AuthorityView, ...]


class MandateView(Struct, frozen=True, kw_only=True):
    """The mediator's seat, and what stands against it.

    Attributes:
        open_disclosures: Circumstances disclosed that not every current party has waived.
        open_objections: Objections and challenges not decided.
        to_inquire: Who came since the mediators took office and was not inquired into; empty for
            viewers that read no inquiries.
    """

    number: int
    status: str
    mediators: tuple[str, ...]
    open_disclosures: tuple[Disclosure, ...]
    open_objections: tuple[Objection, ...]
    to_inquire: tuple[str, ...]


class EngagementView(Struct, frozen=True, kw_only=True):
    """On what terms the mediation stands."""

    confirmed: bool
    terms_in_force: bool
    rights_explained: bool
    undertakings: tuple[str, ...]


class SessionView(Struct, frozen=True, kw_only=True):
    """A session.

    Attributes:
        begins: When it was fixed for, RFC 9557, None where not recorded.
    """

    session_id: str
    status: str
    begins: str | None


class DeadlineView(Struct, frozen=True, kw_only=True):
    """A date that runs.

    Attributes:
        over: Whether its last instant lies before the instant looked from.
        expiry: What its passing does.
    """

    room: str
    deadline_id: str
    rule: str
    due: str
    on: str
    arithmetic: str
    expiry: str
    concerns: str | None
    over: bool


class ProposalView(Struct, frozen=True, kw_only=True):
    """A proposal that is open to this viewer.

    Attributes:
        awaits: Parties whose acceptance is needed and not given.
    """

    room: str
    proposal_id: str
    by: str
    kind: str
    valid_until: str | None
    awaits: tuple[str, ...]


class InstrumentView(Struct, frozen=True, kw_only=True):
    """A settlement text; only signatures make it a settlement.

    Attributes:
        signed_by: Parties that signed the text as it stands.
        missing: Parties invited that have not.
        open_conditions: Conditions that hold it back.
    """

    settlement_id: str
    status: str
    scope: str
    draft_version: int
    hash: str
    signed_by: tuple[str, ...]
    missing: tuple[str, ...]
    open_conditions: tuple[str, ...]


class ObligationView(Struct, frozen=True, kw_only=True):
    """What is owed under an executed settlement.

    Attributes:
        stands: What the parties last said of it, or where its day stands.
    """

    obligation_id: str
    obligor: str
    obligee: str
    due: str | None
    stands: str


class ConsolidationView(Struct, frozen=True, kw_only=True):
    """With which other cases a case is dealt with.

    Attributes:
        lead: The case in which the talks go on.
        cases: The other cases.
        rests: Whether the talks rest here meanwhile.
        gone: Issues of this case that are dealt with in the leading one.
    """

    lead: str
    cases: tuple[str, ...]
    rests: bool
    gone: tuple[str, ...]


class CaseView(Struct, frozen=True, kw_only=True):
    """A case as one viewer sees it at an instant; names are those of the JSON document.

    Attributes:
        title: What it is called, None where not said or erased.
        taken_over: Whether it began elsewhere, so that steps may not be in this record.
        run: Whether the talks run, rest or are over.
        consolidation: With which other cases it is dealt with, None for alone.
        issues: Ids of the issues to be mediated.
        agreement: Event (room:seq) of the latest agreement in principle, which binds nobody.
        impasses: Ids of impasses not resolved.
        holds: Ids of legal holds this viewer may know of.
        irregular: How many entries break a rule and were reported nevertheless.
        corrected: How many entries were corrected or declared void.
        contested: How many entries are contested.
        seen: Last sequence of each room the viewer reads.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    title: str | None
    phase: Phase
    outcome: str | None
    profile: str | None
    taken_over: bool
    run: RunState
    parties: tuple[PartyView, ...]
    mandate: MandateView
    engagement: EngagementView
    sessions: tuple[SessionView, ...]
    deadlines: tuple[DeadlineView, ...]
    consolidation: ConsolidationView | None
    issues: tuple[str, ...]
    proposals: tuple[ProposalView, ...]
    agreement: str | None
    impasses: tuple[str, ...]
    settlements: tuple[InstrumentView, ...]
    obligations: tuple[ObligationView, ...]
    holds: tuple[str, ...]
    irregular: int
    corrected: int
    contested: int
    seen: dict[str, int]
