"""List the events of handling a proposal on the table: delivery, time, late answers, principals."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.negotiation.tabled_events import Tabled

Mode: TypeAlias = Literal["in_principle", "ad_referendum", "final_subject_to_signature"]


class ProposalDelivered(Event, frozen=True, kw_only=True, tag="proposal-delivered"):
    """A proposal was handed to an addressee."""

    row = "F6"
    rooms = Tabled.rooms
    says = "proposal {proposal_id} delivered to {to}"
    admissibility = "protected"
    proposal_id: str
    to: str


class ProposalOpened(Event, frozen=True, kw_only=True, tag="proposal-opened"):
    """An addressee said that it has a proposal before it."""

    row = "F6"
    rooms = Tabled.rooms
    says = "{by} has proposal {proposal_id} before it"
    admissibility = "protected"
    proposal_id: str
    by: str


class ProposalClarified(Event, frozen=True, kw_only=True, tag="proposal-clarified"):
    """The author said how a proposal is meant; its terms stay as they are.

    Attributes:
        clause_id: The clause explained, None for the whole.
        answer: The explanation.
    """

    row = "F7"
    rooms = Tabled.rooms
    says = "{by} clarified proposal {proposal_id}"
    admissibility = "protected"
    proposal_id: str
    by: str
    clause_id: str | None = None
    answer: Content[str] = UNSET


class ProposalValidityExtended(Event, frozen=True, kw_only=True, tag="proposal-validity-extended"):
    """The author keeps a proposal open for longer.

    Attributes:
        valid_until: New last instant at which it can be accepted, RFC 3339 UTC.
    """

    row = "F15"
    rooms = Tabled.rooms
    says = "{by} keeps proposal {proposal_id} open until {valid_until}"
    admissibility = "protected"
    proposal_id: str
    by: str
    valid_until: str


class LateAcceptanceReceived(Event, frozen=True, kw_only=True, tag="late-acceptance-received"):
    """An addressee accepted after the time was over; by itself it accepts nothing.

    Attributes:
        by: The addressee.
        mode: How far it would go.
        becomes: The proposal it is taken as, where the procedure takes it as a new one; else the
            author may confirm it.
    """

    row = "F16"
    rooms = Tabled.rooms
    says = "late acceptance of proposal {proposal_id} by {by} received"
    admissibility = "protected"
    proposal_id: str
    by: str
    mode: Mode
    becomes: str | None = None


class LateAcceptanceConfirmed(Event, frozen=True, kw_only=True, tag="late-acceptance-confirmed"):
    """The author let a late acceptance count.

    Attributes:
        of: Whose acceptance.
        mode: How far it goes.
    """

    row = "F16"
    rooms = Tabled.rooms
    says = "{by} let the late acceptance of proposal {proposal_id} by {of} count"
    admissibility = "protected"
    proposal_id: str
    by: str
    of: str
    mode: Mode


class LateAcceptanceDeclined(Event, frozen=True, kw_only=True, tag="late-acceptance-declined"):
    """The author did not let a late acceptance count."""

    row = "F16"
    rooms = Tabled.rooms
    says = "{by} declined the late acceptance of proposal {proposal_id} by {of}"
    admissibility = "protected"
    proposal_id: str
    by: str
    of: str


class ReferredToPrincipal(Event, frozen=True, kw_only=True, tag="referred-to-principal"):
    """Who accepted ad referendum put the proposal before its principal.

    Attributes:
        by: The party.
        decides_by: Until when it is to decide, RFC 3339 UTC.
    """

    row = "F22"
    rooms = Tabled.rooms
    says = "{by} referred proposal {proposal_id} to its principal"
    admissibility = "protected"
    proposal_id: str
    by: str
    decides_by: str | None = None


class PrincipalNamed(Event, frozen=True, kw_only=True, tag="principal-named"):
    """A party noted for itself who its principal is, or why it decided as it did."""

    row = "F22"
    rooms = ("party",)
    says = "principal for proposal {proposal_id} noted"
    admissibility = "protected"
    proposal_id: str
    principal: Content[str | None] = UNSET
    remark: Content[str | None] = UNSET


class PrincipalDecided(Event, frozen=True, kw_only=True, tag="principal-decided"):
    """A principal decided on what was accepted ad referendum.

    Attributes:
        approved: Whether it agreed.
        mode: How far the acceptance goes from now on; of no meaning where it did not agree.
    """

    row = "F22"
    rooms = Tabled.rooms
    says = "the principal of {by} decided on proposal {proposal_id}, approved: {approved}"
    admissibility = "protected"
    proposal_id: str
    by: str
    approved: bool
    mode: Mode = "in_principle"


HandlingEvent: TypeAlias = (
    ProposalDelivered
    | ProposalOpened
    | ProposalClarified
    | ProposalValidityExtended
    | LateAcceptanceReceived
    | LateAcceptanceConfirmed
    | LateAcceptanceDeclined
    | ReferredToPrincipal
    | PrincipalNamed
    | PrincipalDecided
)
HANDLING_EVENTS = (
    ProposalDelivered,
    ProposalOpened,
    ProposalClarified,
    ProposalValidityExtended,
    LateAcceptanceReceived,
    LateAcceptanceConfirmed,
    LateAcceptanceDeclined,
    ReferredToPrincipal,
    PrincipalNamed,
    PrincipalDecided,
)
