"""Record what mediators say to the figures of balance (finding 11 of DOMAIN.md, view V7)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event

Measure: TypeAlias = Literal[
    "notice",
    "time_to_answer",
    "extensions",
    "documents",
    "summaries",
    "speaking",
    "private_meetings",
    "feedback",
]
"""What is counted side by side in the symmetry report."""


class BalanceCommented(Event, frozen=True, kw_only=True, tag="balance-commented"):
    """A mediator said what stands behind the figures of balance; they are signals, not verdicts.

    Attributes:
        measure: Which figure it is about, None for all of them.
        text: What it says.
    """

    row = "I4"
    rooms = ("chair", "joint")
    says = "figures of balance commented by {actor}"
    admissibility = "protected"
    measure: Measure | None = None
    text: Content[str] = UNSET
