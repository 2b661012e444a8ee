"""What is recorded of confidences: terms varied, exceptions used, orders, breaches."""

from typing import Literal, TypeAlias

from msgspec import UNSET, field

from ledger.envelope import Content, Event
from ledger.profile_tables import ConfidentialityException

ShareRole: TypeAlias = Literal[
    "party", "adviser", "mediator", "registry", "expert", "interpreter", "observer", "monitor"
]
InformationClass: TypeAlias = Literal[
    "process", "statements", "documents", "proposals", "settlement"
]
ConfidentialClass: TypeAlias = Literal[
    "process",
    "statements",
    "documents",
    "proposals",
    "settlement",
    "caucus",
    "views_of_the_mediator",
    "personal_data",
]
"""Class of information, never the information."""


class ConfidentialityTermsVaried(
    Event, frozen=True, kw_only=True, tag="confidentiality-terms-varied"
):
    """The parties and the mediators agreed on other terms, from here on and not before.

    Attributes:
        agreed_by: Parties and mediators' persons who agreed.
        changed: Names of what is now different.
        starts: Instant from which, RFC 3339; what was told before stays under the earlier terms.
        caucus_default: What becomes of information given in caucus without a word about it.
        existence_confidential: Whether that there is a mediation is itself confidential.
        exceptions: Grounds on which confidentiality gives way.
        recording: Whether words said may be kept.
        retention_months: How long sealed content is kept after closure, None for no end.
        sharing: Classes of information each role may have.
        scope: What is protected, in words; None where that stays as it was.
    """

    row = "C5"
    says = "confidentiality terms varied: {changed}"
    agreed_by: tuple[str, ...]
    changed: tuple[str, ...]
    starts: str
    caucus_default: Literal["closed", "open", "open_unless_marked"]
    existence_confidential: bool
    exceptions: tuple[str, ...]
    recording: Literal["allowed", "forbidden", "destroyed_at_close"]
    retention_months: int | None = None
    sharing: dict[ShareRole, tuple[InformationClass, ...]] = field(default_factory=dict)
    scope: Content[str | None] = UNSET


class ConfidentialityExceptionInvoked(
    Event, frozen=True, kw_only=True, tag="confidentiality-exception-invoked"
):
    """Somebody let confidential information out on a ground the terms know.

    Attributes:
        exception: The ground.
        information: What class of information; never the information.
        agreed_by: Parties that agreed, where the ground is the agreement of all.
        recipient: To whom.
        legal_basis: Under which law or order.
    """

    row = "C9"
    rooms = ("joint", "registry", "chair", "desk")
    says = "exception {exception} invoked for {information} by {acting_for}"
    exception: ConfidentialityException
    information: ConfidentialClass
    agreed_by: tuple[str, ...] = ()
    recipient: Content[str] = UNSET
    legal_basis: Content[str | None] = UNSET


class DisclosureOrderReceived(Event, frozen=True, kw_only=True, tag="disclosure-order-received"):
    """A court or other body ordered that something be disclosed.

    Attributes:
        order_id: Names the order.
        information: What class of information it is about.
        court: Who ordered it.
        scope: What exactly is ordered.
    """

    row = "C10"
    rooms = ("joint", "registry")
    says = "disclosure order {order_id} received, about {information}"
    order_id: str
    information: ConfidentialClass
    court: Content[str] = UNSET
    scope: Content[str] = UNSET


class DisclosureOrderAnswered(Event, frozen=True, kw_only=True, tag="disclosure-order-answered"):
    """The institution answered an order to disclose."""

    row = "C10"
    rooms = ("joint", "registry")
    says = "disclosure order {order_id} answered: {response}"
    order_id: str
    response: Literal["complied", "complied_in_part", "refused", "challenged"]
    answer: Content[str] = UNSET


class ConfidentialityBreachReported(
    Event, frozen=True, kw_only=True, tag="confidentiality-breach-reported"
):
    """Somebody reported that a confidence was broken; whether it was, nobody here decides.

    Attributes:
        breach_id: Names the report.
        against: Party or person said to have broken it, None where not known.
        information: What class of information it is about.
        facts: What is said to have happened.
    """

    row = "C11"
    rooms = ("joint", "group")
    says = "breach of confidence {breach_id} reported by {acting_for}, about {information}"
    breach_id: str
    against: str | None = None
    information: ConfidentialClass
    facts: Content[str] = UNSET


class ConfidentialityBreachAnswered(
    Event, frozen=True, kw_only=True, tag="confidentiality-breach-answered"
):
    """Somebody answered a report that a confidence was broken."""

    row = "C11"
    rooms = ("joint", "group")
    says = "report {breach_id} answered by {acting_for}: {position}"
    breach_id: str
    position: Literal["admits", "denies", "explains"]
    answer: Content[str] = UNSET


class ConfidentialityBreachRemedied(
    Event, frozen=True, kw_only=True, tag="confidentiality-breach-remedied"
):
    """Somebody said what was done about a confidence said to be broken."""

    row = "C11"
    rooms = ("joint", "group")
    says = "measures on report {breach_id} told by {acting_for}"
    breach_id: str
    measures: Content[str] = UNSET


ConfidenceEvent: TypeAlias = (
    ConfidentialityTermsVaried
    | ConfidentialityExceptionInvoked
    | DisclosureOrderReceived
    | DisclosureOrderAnswered
    | ConfidentialityBreachReported
    | ConfidentialityBreachAnswered
    | ConfidentialityBreachRemedied
)
CONFIDENCE_EVENTS = (
    ConfidentialityTermsVaried,
    ConfidentialityExceptionInvoked,
    DisclosureOrderReceived,
    DisclosureOrderAnswered,
    ConfidentialityBreachReported,
    ConfidentialityBreachAnswered,
    ConfidentialityBreachRemedied,
)
