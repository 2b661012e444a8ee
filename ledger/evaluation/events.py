"""Record what is said of a mediation once it is over (rows I1 to I4, I7, I8)."""

from typing import TypeAlias, get_args

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.evaluation.comment_events import BalanceCommented
from ledger.evaluation.quality_events import QualityEvent
from ledger.evaluation.sharing_events import FeedbackShared


class FeedbackRequested(Event, frozen=True, kw_only=True, tag="feedback-requested"):
    """The registry asked parties how they found the mediation.

    Attributes:
        parties: Parties asked this time.
        not_asked: Parties that took part and were asked neither now nor before.
    """

    row = "I2"
    says = "feedback asked from {parties}"
    parties: tuple[str, ...]
    not_asked: tuple[str, ...] = ()


class PartyFeedbackReceived(Event, frozen=True, kw_only=True, tag="party-feedback-received"):
    """A party said how it found the mediation; never shown to another party.

    Attributes:
        party: Which.
        consent_to_use: Whether it may be used, without names, to improve the service; None where
            not recorded.
        answers: A number or a word of a scale for each question, by the question's key.
        remark: What it says beside.
    """

    row = "I2"
    rooms = ("desk",)
    says = "feedback received from {party}"
    party: str
    consent_to_use: bool | None = None
    answers: Content[dict[str, int | str]] = UNSET
    remark: Content[str | None] = UNSET


class MediatorFeedbackReceived(Event, frozen=True, kw_only=True, tag="mediator-feedback-received"):
    """A mediator said how it found the mediation.

    Attributes:
        person: Which.
        answers: A number or a word of a scale for each question, by the question's key.
        remark: What it says beside.
    """

    row = "I3"
    rooms = ("chair",)
    says = "feedback received from {person}"
    person: str
    answers: Content[dict[str, int | str]] = UNSET
    remark: Content[str | None] = UNSET


class EvaluationClosed(Event, frozen=True, kw_only=True, tag="evaluation-closed"):
    """The registry closed the evaluation; says nothing of what it found."""

    row = "I8"
    says = "evaluation closed"


EvaluationEvent: TypeAlias = (
    FeedbackRequested
    | PartyFeedbackReceived
    | MediatorFeedbackReceived
    | FeedbackShared
    | EvaluationClosed
    | BalanceCommented
    | QualityEvent
)
EVENTS: tuple[type[Event], ...] = get_args(EvaluationEvent)
