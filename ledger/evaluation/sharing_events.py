"""Record what of the feedback leaves the desks, without names and words (row I2)."""

from msgspec import UNSET

from ledger.envelope import Content, Event


class FeedbackShared(Event, frozen=True, kw_only=True, tag="feedback-shared"):
    """The registry let others read how the parties answered, not which party answered what.

    Attributes:
        count: How many parties' answers are in it; each of them agreed to the use.
        answers: The answers to each question, by its key, in their own order.
    """

    row = "I2"
    rooms = ("review", "chair")
    says = "feedback of {count} parties shared without names"
    count: int
    answers: Content[dict[str, tuple[int | str, ...]]] = UNSET
