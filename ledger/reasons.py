"""Keep reasons apart from the acts they explain: an act is seen widely, its reasons narrowly."""

from msgspec import UNSET

from ledger.act import Placed
from ledger.envelope import Content, Event, tag_of


class ReasonsGiven(Event, frozen=True, kw_only=True, tag="reasons-given"):
    """Somebody explained an act to those who may know why.

    Attributes:
        about: Tag of the act explained.
        reasons: The reasons.
    """

    row = "A7"
    rooms = ("desk", "caucus", "chair", "challenge", "registry")
    says = "reasons given for {about}"
    about: str
    reasons: Content[str] = UNSET


EVENTS = (ReasonsGiven,)


def reasons_given(room: str, about: type[Event], reasons: str | None) -> list[Placed]:
    """Place reasons in their room; nothing where none were given."""
    if reasons is None:
        return []
    return [Placed(room, ReasonsGiven(about=tag_of(about), reasons=reasons))]
