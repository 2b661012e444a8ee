"""What the registry records while it looks at a request and waits for the answers."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.terms import Document, Money

Missing: TypeAlias = Literal[
    "names",
    "contacts",
    "dispute",
    "value",
    "aim",
    "agreement",
    "representatives",
    "signatories",
    "documents",
    "fee",
    "language",
    "place",
]
"""What a request may lack."""
Suitability: TypeAlias = Literal["suitable", "suitable_with_measures", "unsuitable"]
Risk: TypeAlias = Literal["power_gap", "safety", "capacity", "authority", "urgency", "other"]


class RequestFoundIncomplete(Event, frozen=True, kw_only=True, tag="request-found-incomplete"):
    """The registry found that a request lacks something, and said until when to supply it.

    Attributes:
        missing: What it lacks.
        remarks: What exactly is wanted.
    """

    row = "A5"
    rooms = ("desk",)
    says = "the request lacks {missing}"
    missing: tuple[Missing, ...]
    remarks: Content[str | None] = UNSET


class RequestSupplemented(Event, frozen=True, kw_only=True, tag="request-supplemented"):
    """The requester supplied what its request lacked.

    Attributes:
        supplied: Which of the things that were missing.
    """

    row = "A6"
    rooms = ("desk",)
    says = "{supplied} supplied"
    supplied: tuple[Missing, ...]
    title: Content[str | None] = UNSET
    names: Content[dict[str, str] | None] = UNSET
    dispute: Content[str | None] = UNSET
    aim: Content[str | None] = UNSET
    value: Content[Money | None] = UNSET
    place: Content[str | None] = UNSET
    agreement: Content[Document | None] = UNSET
    documents: Content[tuple[Document, ...] | None] = UNSET


class SuitabilityAssessed(Event, frozen=True, kw_only=True, tag="suitability-assessed"):
    """Registry or mediator judged whether the dispute suits mediation, and at what risk.

    Attributes:
        result: The judgement.
        risks: Kinds of risk seen.
        criteria: What was looked at.
        remarks: Why, and which measures are needed.
    """

    row = "A10"
    rooms = ("chair",)
    says = "assessed as {result}"
    result: Suitability
    risks: tuple[Risk, ...] = ()
    criteria: Content[tuple[str, ...]] = UNSET
    remarks: Content[str | None] = UNSET


class ReplyPeriodExtended(Event, frozen=True, kw_only=True, tag="reply-period-extended"):
    """The registry gave a party more time to reply.

    Attributes:
        until: The new last day, at the seat.
    """

    row = "A13"
    says = "time for {party} to reply extended to {until}"
    party: str
    until: str
    reason: Content[str | None] = UNSET


ScreeningEvent: TypeAlias = (
    RequestFoundIncomplete | RequestSupplemented | SuitabilityAssessed | ReplyPeriodExtended
)
SCREENING_EVENTS = (
    RequestFoundIncomplete,
    RequestSupplemented,
    SuitabilityAssessed,
    ReplyPeriodExtended,
)
