"""Tell how a mediation was found, case after case, and what the answers come to so far.

Everybody reads feedback where it lies: the registry at the desks, a party its own, a mediator its
own and what the registry shared of the parties' without names.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from ledger.envelope import opened
from ledger.evaluation.events import MediatorFeedbackReceived, PartyFeedbackReceived
from ledger.evaluation.questions import QUESTIONS
from ledger.evaluation.sharing_events import FeedbackShared
from projections import feedback
from projections.feedback import FeedbackRow, Origin
from services.reading.contests import Contest, contests
from services.reading.eyes import Eyes
from services.reading.looking import Opened
from services.reading.sources import Source, sources

Answers = Mapping[str, tuple[int | str, ...]]


class Answered(Struct, frozen=True, kw_only=True):
    """The answers to one question.

    Attributes:
        question: Its key.
        asks: Its words, None for a question of somebody else.
        answers: What was answered, from 1, not at all, to 5, entirely.
        mean: Mean of the numbers among them.
        mean_so_far: Mean of all answers of this side told until here, this case included.
        cases_so_far: How many cases are in it.
    """

    question: str
    asks: str | None
    answers: tuple[int | str, ...]
    mean: float | None
    mean_so_far: float | None
    cases_so_far: int


class Heard(Struct, frozen=True, kw_only=True):
    """Feedback of somebody on a case; the names are those of the JSON document.

    Attributes:
        entry: The event, room:seq.
        recorded: When it was written, UTC.
        origin: `party`, `mediator`, or `parties` for answers shared without names.
        by: The party or person, None where it is not told.
        count: How many answered.
        usable: Whether the party agreed to its use without names, None where not recorded.
        answers: By question.
        remark: What was said beside.
        erased: Whether what it said was erased.
        sealed_by: Event (room:seq) that sealed what it says.
        contests: Objections to the entry, with their answers.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    entry: str
    recorded: datetime
    origin: Origin
    by: str | None
    count: int
    usable: bool | None
    answers: tuple[Answered, ...]
    remark: str | None
    erased: bool
    sealed_by: str | None
    contests: tuple[Contest, ...]


class Sum(Struct, frozen=True):
    """Answers to a question, added up; the cases come one after the other.

    Attributes:
        total: Their sum.
        count: How many.
        cases: Of how many cases.
        last: The last of these.
    """

    total: int = 0
    count: int = 0
    cases: int = 0
    last: str | None = None


class Tally:
    """Count answers case after case, the parties' and the mediators' apart."""

    def __init__(self) -> None:
        """Begin with none."""
        self._sums: dict[tuple[bool, str], Sum] = {}

    def take(self, case_id: str, origin: Origin, answers: Answers) -> None:
        """Count the answers of one entry."""
        for question, values in answers.items():
            if numbers := _numbers(values):
                key = (origin == "mediator", question)
                known = self._sums.get(key, Sum())
                self._sums[key] = Sum(
                    total=known.total + sum(numbers),
                    count=known.count + len(numbers),
                    cases=known.cases + (known.last != case_id),
                    last=case_id,
                )

    def of(self, origin: Origin, question: str) -> tuple[float | None, int]:
        """Return the mean so far, and over how many cases."""
        known = self._sums.get((origin == "mediator", question), Sum())
        mean = round(known.total / known.count, 2) if known.count else None
        return mean, known.cases


def feedback_over_time(eyes: Eyes, case: str | None) -> Iterator[Heard]:
    """Tell the feedback of one case, or of all in the order of their opening.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    tally = Tally()
    for source in sources(eyes, case):
        rows = feedback.in_memory(source.rows(feedback.PROJECTION))
        own = [row for row in rows if row.origin != "mediator" or eyes.is_own(row.by)]
        yield from _of_case(source, own, tally)


def _of_case(source: Source, rows: list[FeedbackRow], tally: Tally) -> Iterator[Heard]:
    said_of = contests(source)
    named = any(row.origin == "party" for row in rows)
    for row in rows:
        ref = f"{row.room}:{row.seq}"
        told = source.said(ref).opened
        answers = _answers(told)
        if row.origin != "parties" or not named:  # else the same answers are there by name
            tally.take(source.listed.case_id, row.origin, answers)
        yield Heard(
            case_id=source.listed.case_id,
            number=source.listed.number,
            external_ref=source.listed.external_ref,
            entry=ref,
            recorded=row.recorded,
            origin=row.origin,
            by=row.by,
            count=row.count,
            usable=row.usable,
            answers=tuple(_answered(row.origin, q, a, tally) for q, a in answers.items()),
            remark=_remark(told),
            erased=told.erased,
            sealed_by=told.sealed,
            contests=said_of.get(ref, ()),
        )


def _answered(
    origin: Origin, question: str, answers: tuple[int | str, ...], tally: Tally
) -> Answered:
    mean, cases = tally.of(origin, question)
    return Answered(
        question=question,
        asks=QUESTIONS.get(question),
        answers=answers,
        mean=_mean(_numbers(answers)),
        mean_so_far=mean,
        cases_so_far=cases,
    )


def _answers(told: Opened) -> Answers:
    match told.event:
        case PartyFeedbackReceived() | MediatorFeedbackReceived() as event:
            return {key: (value,) for key, value in opened(event.answers, {}).items()}
        case FeedbackShared() as event:
            return opened(event.answers, {})
        case _:
            return {}


def _remark(told: Opened) -> str | None:
    match told.event:
        case PartyFeedbackReceived() | MediatorFeedbackReceived() as event:
            return opened(event.remark, None)
        case _:
            return None


def _numbers(values: tuple[int | str, ...]) -> list[int]:
    return [value for value in values if isinstance(value, int)]


def _mean(numbers: list[int]) -> float | None:
    return round(sum(numbers) / len(numbers), 2) if numbers else None
