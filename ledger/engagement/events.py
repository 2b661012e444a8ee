"""Record on what terms the mediation is begun (rows C1 to C4, C6 to C8)."""

from typing import Literal, TypeAlias

from msgspec import UNSET, field

from ledger.engagement.confidence_events import (
    CONFIDENCE_EVENTS,
    ConfidenceEvent,
    InformationClass,
    ShareRole,
)
from ledger.engagement.costs_events import COSTS_EVENTS, CostsEvent
from ledger.envelope import Content, Event

Head: TypeAlias = Literal[
    "conduct", "fees", "place_and_time", "confidentiality", "advice", "ending"
]
"""What an agreement to mediate has to say something about."""

Acknowledgement: TypeAlias = Literal[
    "role_of_the_mediator", "voluntariness", "dialogue_not_decisions", "principles"
]
"""What a party acknowledges when it signs the agreement to mediate."""

Right: TypeAlias = Literal["voluntary", "may_leave", "may_take_advice", "information"]
"""What a party is told before the first session and before signing."""


class AgreementToMediateDrafted(
    Event, frozen=True, kw_only=True, tag="agreement-to-mediate-drafted"
):
    """A text of the agreement to mediate lies before the parties; earlier signatures fall.

    Attributes:
        text_version: Number of the text, from 1.
        text_hash: SHA-256 of the text.
        covers: What the text says something about.
        text: The text itself, where it is kept here.
    """

    row = "C1"
    says = "agreement to mediate, version {text_version}, drafted"
    text_version: int
    text_hash: str
    covers: tuple[Head, ...]
    text: Content[str | None] = UNSET


class AgreementToMediateSigned(Event, frozen=True, kw_only=True, tag="agreement-to-mediate-signed"):
    """A party or a mediator signed the agreement to mediate.

    Attributes:
        text_version: Number of the text signed.
        text_hash: SHA-256 of the text signed.
        signatory: The party's id, or the mediator's person.
        capacity: As what it signed.
        acknowledges: What the signatory acknowledged with it.
    """

    row = "C2"
    says = "agreement to mediate, version {text_version}, signed by {signatory}"
    text_version: int
    text_hash: str
    signatory: str
    capacity: Literal["party", "mediator"]
    acknowledges: tuple[Acknowledgement, ...] = ()


class EngagementConfirmed(Event, frozen=True, kw_only=True, tag="engagement-confirmed"):
    """Everybody has signed and the confidentiality terms are in force; derived, never entered.

    Attributes:
        text_version: Number of the text all have signed.
        commenced_on: Day at the seat, None where not recorded.
    """

    row = "C3"
    says = "engagement confirmed"
    text_version: int
    commenced_on: str | None = None


class ConfidentialityTermsAdopted(
    Event, frozen=True, kw_only=True, tag="confidentiality-terms-adopted"
):
    """The parties and the mediators agreed what stays confidential.

    Attributes:
        agreed_by: Parties and mediators' persons who agreed.
        caucus_default: What becomes of information given in caucus without a word about it.
        existence_confidential: Whether that there is a mediation is itself confidential.
        exceptions: Grounds on which confidentiality gives way.
        recording: Whether words said may be kept.
        retention_months: How long sealed content is kept after closure, None for no end.
        sharing: Classes of information each role may have.
        scope: What is protected, in words.
    """

    row = "C4"
    says = "confidentiality terms adopted, caucus {caucus_default}"
    agreed_by: tuple[str, ...]
    caucus_default: Literal["closed", "open", "open_unless_marked"]
    existence_confidential: bool
    exceptions: tuple[str, ...]
    recording: Literal["allowed", "forbidden", "destroyed_at_close"]
    retention_months: int | None = None
    sharing: dict[ShareRole, tuple[InformationClass, ...]] = field(default_factory=dict)
    scope: Content[str | None] = UNSET


class UndertakingSigned(Event, frozen=True, kw_only=True, tag="undertaking-signed"):
    """A participant undertook to keep confidence.

    Attributes:
        person: Who.
        text_hash: SHA-256 of the undertaking.
    """

    row = "C6"
    says = "undertaking signed by {person}"
    person: str
    text_hash: str


class NeutralityAffirmed(Event, frozen=True, kw_only=True, tag="neutrality-affirmed"):
    """A mediator affirmed its neutrality before the parties.

    Attributes:
        statement_hash: SHA-256 of the statement, None where it was said, not written.
        session_id: Session at whose opening it was said, None for none.
    """

    row = "C7"
    says = "neutrality affirmed by {actor}"
    statement_hash: str | None = None
    session_id: str | None = None


class RightsExplained(Event, frozen=True, kw_only=True, tag="rights-explained"):
    """The mediator told the parties what they are free to do.

    Attributes:
        covers: What was explained.
        occasion: Before what.
    """

    row = "C8"
    says = "rights explained before {occasion}"
    covers: tuple[Right, ...]
    occasion: Literal["first_session", "signing"] = "first_session"


class RightsAcknowledged(Event, frozen=True, kw_only=True, tag="rights-acknowledged"):
    """A party said that its rights were explained to it."""

    row = "C8"
    says = "rights acknowledged by {party}"
    party: str


class RuleProfileVaried(Event, frozen=True, kw_only=True, tag="rule-profile-varied"):
    """Everybody agreed that one key of the profile says something else for this case.

    Attributes:
        key: Which.
        old: What it said, as JSON.
        new: What it says from here on, as JSON; null leaves it out.
        agreed_by: Parties and mediators who agreed.
    """

    row = "C16"
    says = "rule profile varied: {key} from {old} to {new}"
    key: str
    old: str
    new: str
    agreed_by: tuple[str, ...]


EngagementEvent: TypeAlias = (
    AgreementToMediateDrafted
    | AgreementToMediateSigned
    | EngagementConfirmed
    | ConfidentialityTermsAdopted
    | UndertakingSigned
    | NeutralityAffirmed
    | RightsExplained
    | RightsAcknowledged
    | RuleProfileVaried
    | ConfidenceEvent
    | CostsEvent
)
EVENTS = (
    AgreementToMediateDrafted,
    AgreementToMediateSigned,
    EngagementConfirmed,
    ConfidentialityTermsAdopted,
    UndertakingSigned,
    NeutralityAffirmed,
    RightsExplained,
    RightsAcknowledged,
    RuleProfileVaried,
    *CONFIDENCE_EVENTS,
    *COSTS_EVENTS,
)
