"""Say what an answer means, and when an event is tried again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from services.webhooks.posting import Answer

Verdict: TypeAlias = Literal["taken", "gone", "refused", "failed"]
FINE: Final = range(200, 300)
GONE: Final = 410
OF_THE_RECEIVER: Final = frozenset({401, 403, 404, 407, 408, 425, 429})
"""Refusals that say nothing of the event: who is asked is not, or not yet, who should be."""
REFUSALS: Final = range(400, 501)
"""An event a receiver cannot take, up to 500, its own failing over it."""
DOUBLINGS_MAX: Final = 30
_DRAW: Final = SystemRandom()


class Policy(Struct, frozen=True):
    """How patient we are.

    Attributes:
        within_s: How long one attempt may take in all.
        first_s: Wait after the first failure; it doubles from there.
        longest_s: No wait is longer by itself.
        asked_max_s: Nor one that the receiver asks for.
        refusals_max: So often an event is refused; then it is parked.
        give_up_s: After so long without one event taken, the feed is stopped.
    """

    within_s: float = 10.0
    first_s: float = 1.0
    longest_s: float = 300.0
    asked_max_s: float = 3_600.0
    refusals_max: int = 10
    give_up_s: float = 259_200.0

    def wait_s(self, attempt: int) -> float:
        """Return how long to wait after an attempt: between half and all of what it has come to."""
        doubled = self.first_s * 2.0 ** min(attempt - 1, DOUBLINGS_MAX)
        return min(doubled, self.longest_s) * _DRAW.uniform(0.5, 1.0)

    def asked_s(self, answer: Answer, now: datetime) -> float:
        """Return how long the receiver asks us to wait, 0 where it does not."""
        asked = answer.retry_after
        if asked is None:
            return 0.0
        is_number = asked.isascii() and asked.isdigit()
        seconds = float(asked[:9]) if is_number else _until(asked, now)
        return min(max(seconds, 0.0), self.asked_max_s)


def verdict(answer: Answer) -> Verdict:
    """Say what an answer means.

    `refused` speaks of the event, and counts against it; `failed` of the receiver, which is
    tried with the same event until it is back.
    """
    status = answer.status
    if status is None:
        return "failed"
    if status in FINE:
        return "taken"
    if status == GONE:
        return "gone"
    if status in REFUSALS and status not in OF_THE_RECEIVER:
        return "refused"
    return "failed"


def said(answer: Answer) -> str:
    """Name what came of an attempt, without a word of the other side."""
    return answer.fault or f"http {answer.status}"


def _until(date: str, now: datetime) -> float:
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return 0.0
    return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now.timestamp()
