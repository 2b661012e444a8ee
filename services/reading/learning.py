"""Tell what was learnt: lessons and practices by tag, improvements, and how figures went since.

Lessons without the facts of any case are public once approved; what is not approved yet, and who
is to improve what, is the registry's. A mediator reads its own feedback beside them, over time.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from ledger.envelope import Frame, opened
from ledger.institution.events import LessonRecorded
from ledger.institution.improvement_events import (
    ImprovementAssigned,
    ImprovementDone,
    PracticeAdopted,
)
from services.reading.counting import WHOLE
from services.reading.eyes import Eyes
from services.reading.feedback import feedback_over_time
from services.reading.statistics import Told, statistics_told

PUBLIC = "public"
HEADLINES = {
    ("cases", "cases"),
    ("outcome", "settled"),
    ("outcome", "ended without settlement"),
    ("duration in days", WHOLE),
}
"""What is held beside each year's lessons, with every mean answer."""


class Lesson(Struct, frozen=True, kw_only=True):
    """Something that was learnt; the names are those of the JSON document.

    Attributes:
        entry: The event (room:seq) of the institution's record.
        text: Its words, None where they are erased.
    """

    entry: str
    recorded: datetime
    tags: tuple[str, ...]
    approved: bool
    text: str | None


class Practice(Struct, frozen=True, kw_only=True):
    """A lesson that became a practice; the names are those of the JSON document.

    Attributes:
        entry: The event (room:seq) of the institution's record.
        lessons: Entries of the lessons it rests on.
        text: Its words, None where they are erased.
    """

    entry: str
    recorded: datetime
    practice_id: str
    tags: tuple[str, ...]
    lessons: tuple[str, ...]
    text: str | None


class Improved(Struct, frozen=True, kw_only=True):
    """An improvement assigned; the names are those of the JSON document.

    Attributes:
        entry: The event (room:seq) that assigned it.
        tags: Those of the lesson it comes from.
        owner: Operator who is to make it.
        due: Day by which.
        done: When it was made, None while it is not.
        what: What is to be improved, None where that is erased.
        result: What came of it.
    """

    entry: str
    recorded: datetime
    improvement_id: str
    tags: tuple[str, ...]
    lesson: str | None
    owner: str
    due: str | None
    done: datetime | None
    what: str | None
    result: str | None


class Own(Struct, frozen=True, kw_only=True):
    """What a mediator was told of its own cases, question by question.

    Attributes:
        case: Number of the case.
        origin: `mediator` for its own answer, `parties` for theirs, without names.
        mean: Mean of this case.
        mean_so_far: Mean of its cases until here.
        cases_so_far: How many these are.
    """

    case: str | None
    recorded: datetime
    origin: str
    question: str
    mean: float | None
    mean_so_far: float | None
    cases_so_far: int


class Learning(Struct, frozen=True, kw_only=True):
    """What was learnt; the names are those of the JSON document.

    Attributes:
        tags: Every tag there is, among what the viewer reads.
        own_feedback: A mediator's own, in the order of its cases; empty for anybody else.
        since: Figures of the years from the one before the first practice or improvement made; for
            registry and auditor alone, and of five cases at least.
    """

    tags: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    practices: tuple[Practice, ...]
    improvements: tuple[Improved, ...]
    own_feedback: tuple[Own, ...]
    since: tuple[Told, ...]


def learning(eyes: Eyes, tags: Iterable[str] = ()) -> Learning:
    """Tell what was learnt, of some tags or of all.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    frames = list(_read(eyes))
    wanted = set(tags)
    lessons = {one.entry: one for one in _lessons(frames)}
    practices, improvements = list(_practices(frames)), list(_improvements(frames, lessons))
    kept_practices = tuple(one for one in practices if not wanted or wanted & {*one.tags})
    kept_improvements = tuple(one for one in improvements if not wanted or wanted & {*one.tags})
    every = {tag for one in lessons.values() for tag in one.tags}
    every |= {tag for one in practices for tag in one.tags}
    return Learning(
        tags=tuple(sorted(every)),
        lessons=tuple(one for one in lessons.values() if not wanted or wanted & {*one.tags}),
        practices=kept_practices,
        improvements=kept_improvements,
        own_feedback=tuple(_own(eyes)),
        since=_since(eyes, kept_practices, kept_improvements),
    )


def _read(eyes: Eyes) -> Iterator[Frame[Any]]:
    """Yield what was learnt and is the viewer's to read: what is public, or the registry's too."""
    ledger = eyes.house.ledger
    whole = eyes.own_record is not None
    for frame in ledger.reader.all_opened(ledger.institution_id):
        kinds = LessonRecorded | PracticeAdopted | ImprovementAssigned | ImprovementDone
        if isinstance(frame.event, kinds) and (whole or frame.room == PUBLIC):
            yield frame


def _lessons(frames: Iterable[Frame[Any]]) -> Iterator[Lesson]:
    for frame in frames:
        if isinstance(frame.event, LessonRecorded):
            yield Lesson(
                entry=frame.ref,
                recorded=frame.recorded,
                tags=frame.event.tags,
                approved=frame.event.approved,
                text=opened(frame.event.text, None),
            )


def _practices(frames: Iterable[Frame[Any]]) -> Iterator[Practice]:
    for frame in frames:
        if isinstance(frame.event, PracticeAdopted):
            yield Practice(
                entry=frame.ref,
                recorded=frame.recorded,
                practice_id=frame.event.practice_id,
                tags=frame.event.tags,
                lessons=frame.event.lessons,
                text=opened(frame.event.text, None),
            )


def _improvements(frames: Iterable[Frame[Any]], lessons: dict[str, Lesson]) -> Iterator[Improved]:
    read = list(frames)
    made = {f.event.improvement_id: f for f in read if isinstance(f.event, ImprovementDone)}
    for frame in read:
        event = frame.event
        if isinstance(event, ImprovementAssigned):
            done = made.get(event.improvement_id)
            lesson = lessons.get(event.lesson or "")
            yield Improved(
                entry=frame.ref,
                recorded=frame.recorded,
                improvement_id=event.improvement_id,
                tags=lesson.tags if lesson else (),
                lesson=event.lesson,
                owner=event.owner,
                due=event.due,
                done=None if done is None else done.recorded,
                what=opened(event.what, None),
                result=None if done is None else opened(done.event.result, None),
            )


def _own(eyes: Eyes) -> Iterator[Own]:
    """Tell a mediator how its own cases were found, case after case."""
    if eyes.own_record is not None or eyes.office is not None:
        return
    for heard in feedback_over_time(eyes, None):
        if heard.origin == "party":
            continue
        for one in heard.answers:
            yield Own(
                case=heard.number or heard.external_ref,
                recorded=heard.recorded,
                origin=heard.origin,
                question=one.asks or one.question,
                mean=one.mean,
                mean_so_far=one.mean_so_far,
                cases_so_far=one.cases_so_far,
            )


def _since(
    eyes: Eyes, practices: Iterable[Practice], improvements: Iterable[Improved]
) -> tuple[Told, ...]:
    """Hold the figures of each year beside what was learnt; the same numbers as `statistics`."""
    made = [one.recorded for one in practices]
    made += [one.done for one in improvements if one.done is not None]
    if not made or eyes.office is None:
        return ()
    told = statistics_told(eyes, "year", str(min(made).year - 1))
    return tuple(f for f in told.figures if (f.table, f.line) in HEADLINES or f.unit == "of 5")
