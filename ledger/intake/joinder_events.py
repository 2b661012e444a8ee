"""What is recorded when somebody asks to join, joins, or is let go."""

from typing import Literal, TypeAlias

from msgspec import UNSET, field

from ledger.envelope import Content, Event
from ledger.parties import Consent, Mandate, Phase
from ledger.profile import ProfileRef
from ledger.terms import Document

Access: TypeAlias = Literal["from_joining", "full_history"]
"""What a joiner may read of the common record."""


class JoinderRequested(Event, frozen=True, kw_only=True, tag="joinder-requested"):
    """Somebody asked that a party join, or come back.

    Attributes:
        party: Id of who would join.
        asked_by: Who asks: that party itself, another one, or the mediator.
        access: What it would read of the common record.
        issues: Issues it is concerned with.
        name: What it is called.
        interest: Its interest in the dispute.
    """

    row = "A28"
    rooms = ("joint", "desk")
    says = "joinder of {party} requested by {asked_by}"
    party: str
    asked_by: str
    access: Access = "from_joining"
    issues: tuple[str, ...] = ()
    name: Content[str | None] = UNSET
    interest: Content[str] = UNSET


class JoinderConsented(Event, frozen=True, kw_only=True, tag="joinder-consented"):
    """A party agreed that somebody join; or that one itself agreed to.

    Attributes:
        joiner: Who would join.
        party: Who agrees.
        accepts_terms: Whether the joiner accepts the confidentiality terms in force.
    """

    row = "A29"
    says = "{party} agreed that {joiner} join"
    joiner: str
    party: str
    accepts_terms: bool = False
    conditions: Content[str | None] = UNSET


class JoinderRefused(Event, frozen=True, kw_only=True, tag="joinder-refused"):
    """A party did not agree that somebody join; with that the joinder has failed."""

    row = "A29"
    rooms = ("joint", "desk")
    says = "{party} refused that {joiner} join"
    joiner: str
    party: str


class PartyJoined(Event, frozen=True, kw_only=True, tag="party-joined"):
    """Somebody became a party; a joiner that reads no earlier entry begins from what stands here.

    Attributes:
        party: Who joined.
        access: What it reads of the common record.
        number: The case's number.
        external_ref: Name of the case elsewhere.
        profile: The profile pinned.
        phase: The phase the case is in.
        consents: Where the consent of each party stands, the joiner's included.
        requesters: Who asked for the mediation.
        issues: Issues to be mediated.
        mandate: The mediators' mandate.
        terms_in_force: Whether confidentiality terms are in force.
        caucus_default: What they say of caucuses.
        title: What the case is called.
        names: What each party is called, by id.
        accession: What the joiner signed.
    """

    row = "A30"
    says = "{party} joined"
    party: str
    access: Access
    number: str
    external_ref: str | None = None
    profile: ProfileRef
    phase: Phase
    consents: dict[str, Consent]
    requesters: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    mandate: Mandate = field(default_factory=Mandate)
    terms_in_force: bool = False
    caucus_default: str | None = None
    title: Content[str] = UNSET
    names: Content[dict[str, str]] = UNSET
    accession: Content[tuple[Document, ...] | None] = UNSET


class PartyReleased(Event, frozen=True, kw_only=True, tag="party-released"):
    """All parties agreed to let one of them go.

    Attributes:
        agreed_by: Parties that agreed, the one released included.
        remaining: Who goes on.
        continuing_duties: What goes on binding it.
        terms: On what terms.
    """

    row = "A31"
    says = "{party} released; {remaining} go on"
    party: str
    agreed_by: tuple[str, ...]
    remaining: tuple[str, ...]
    continuing_duties: tuple[Literal["confidentiality", "costs", "evidence"], ...] = (
        "confidentiality",
    )
    terms: Content[str | None] = UNSET


JoinderEvent: TypeAlias = (
    JoinderRequested | JoinderConsented | JoinderRefused | PartyJoined | PartyReleased
)
JOINDER_EVENTS = (JoinderRequested, JoinderConsented, JoinderRefused, PartyJoined, PartyReleased)
