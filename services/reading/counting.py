"""Say of one case what it counts as, in every table of the statistics."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from ledger.instants import parse_instant
from ledger.parties import Phase
from projections.case_view import Listed
from projections.statistics import CourseRow

Answers = Mapping[str, int]
YEAR = timedelta(days=365)
DAY_S = 86_400
STAGES = ("requested", "invited", "consented", "mediator appointed", "engaged", "talks")
"""How far a case may come, step by step."""
OUTCOMES = {
    "settled": "settled",
    "partly_settled": "settled in part",
    "settlement_reported": "settlement reported",
    "terminated": "ended without settlement",
    "closed_without_settlement": "ended without settlement",
    "not_commenced": "not commenced",
    None: "running",
}
SPANS = {
    "from request to invitation": ("requested", "invited"),
    "from invitation to the last consent": ("invited", "consented"),
    "from consent to appointment": ("consented", "constituted"),
    "from appointment to engagement": ("constituted", "engaged"),
    "from engagement to talks": ("engaged", "talks"),
    "from talks to drafting": ("talks", "drafting"),
    "from drafting to execution": ("drafting", "executed"),
}
ENDS = ("executed", "ended", "closed")
WHOLE = "from request to the end"
ROUNDS = ("sessions", "proposals", "answers to one another in a row")


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of a case.

    Attributes:
        listed: Where it stands.
        course: How it went.
        answers: Numbers answered, by side (`requesting`, `responding`, `mediator`) and question.
        now: The instant looked from.
    """

    listed: Listed
    course: CourseRow
    answers: Mapping[str, Answers]
    now: datetime


def year_of(facts: Facts) -> str:
    """Name the year it was asked for."""
    begun = facts.course.first.get("requested")
    return str((parse_instant(begun) if begun else facts.listed.opened).year)


def profile_of(facts: Facts) -> str:
    """Name the rule profile pinned to it, whatever its version."""
    return (facts.listed.profile or "none yet").partition("/")[0]


def counts_as(facts: Facts) -> Iterator[tuple[str, str]]:
    """Name what a case counts as: table and line, each once."""
    yield "outcome", OUTCOMES[facts.listed.outcome]
    yield "furthest step", STAGES[stage(facts)]
    for n in range(1, stage(facts) + 1):
        yield "reached", STAGES[n]
    yield from _ended(facts)
    yield "challenges", _challenged(facts.course)
    yield "expiry of proposals", _expiry(facts.course)
    yield from _issues(facts)
    for side in ("requesting", "responding", "mediator"):
        yield f"feedback, {side}", "answered" if side in facts.answers else "not answered"


def stage(facts: Facts) -> int:
    """Tell how far a case came, by what was done and by where it stands."""
    first = facts.course.first
    done = [n for n, step in enumerate(_MARKS) if step in first]
    return max([*done, _stage_of(facts)])


_MARKS = ("requested", "invited", "", "constituted", "engaged", "talks")
_STAGE_OF_PHASE = {
    Phase.NONE: 0,
    Phase.REQUESTED: 0,
    Phase.NOT_COMMENCED: 0,
    Phase.INVITED: 1,
    Phase.CONSENTED: 2,
    Phase.TERMINATED: 2,
    Phase.CONSTITUTED: 3,
    Phase.ENGAGED: 4,
    Phase.PREPARING: 4,
}
_TALKS = len(STAGES) - 1


def _stage_of(facts: Facts) -> int:
    """Read how far it came from where it stands; a case taken over may show no earlier act."""
    if facts.listed.outcome == "not_commenced":
        return 0
    if facts.listed.outcome in ("settled", "partly_settled", "settlement_reported"):
        return _TALKS
    taken = facts.course.taken_over
    stands = _STAGE_OF_PHASE.get(facts.listed.phase, 2 if facts.listed.outcome else _TALKS)
    return max(stands, _STAGE_OF_PHASE.get(Phase(taken), _TALKS) if taken else 0)


def _ended(facts: Facts) -> Iterator[tuple[str, str]]:
    outcome, course = OUTCOMES[facts.listed.outcome], facts.course
    if outcome == "not commenced":
        yield "why not commenced", course.refusal or "not said"
    if outcome == "ended without settlement":
        yield "why ended", (course.mode or "not said").replace("_", " ")
    if outcome in ("settled", "settled in part"):
        yield "performance after 12 months", _performed(course, facts.now)


def _performed(course: CourseRow, now: datetime) -> str:
    executed = course.first.get("executed")
    if executed is None or not course.obligations:
        return "nothing owed on record"
    until = parse_instant(executed) + YEAR
    if now < until:
        return "younger than 12 months"
    done = [bool(at) and parse_instant(at) <= until for at in course.obligations.values()]
    if all(done):
        return "performed"
    return "performed in part" if any(done) else "not performed"


def _challenged(course: CourseRow) -> str:
    outcomes = set(course.challenges.values())
    if not outcomes:
        return "no challenge"
    if "upheld" in outcomes:
        return "upheld"
    return "not decided" if "" in outcomes else "not upheld"


def _expiry(course: CourseRow) -> str:
    if not course.depths:
        return "no proposal"
    return "some proposal expired" if course.expired else "no proposal expired"


def _issues(facts: Facts) -> Iterator[tuple[str, str]]:
    course, all_settled = facts.course, facts.listed.outcome == "settled"
    for issue in dict.fromkeys(course.issues):
        settled = all_settled or issue in course.settled
        yield f"issue {issue}", "settled" if settled else "not settled"


def lasted(facts: Facts) -> Iterator[tuple[str, int]]:
    """Tell how many days each part of a case took, for parts that have both ends."""
    first = facts.course.first
    for name, (start, end) in SPANS.items():
        if start in first and end in first:
            yield name, _days(first[start], first[end])
    ends = [first[end] for end in ENDS if end in first]
    if facts.listed.outcome is not None and ends and "requested" in first:
        yield WHOLE, _days(first["requested"], min(ends, key=parse_instant))


def _days(start: str, end: str) -> int:
    return max(0, round((parse_instant(end) - parse_instant(start)).total_seconds() / DAY_S))


def rounds(facts: Facts) -> Iterator[tuple[str, int]]:
    """Tell how often the sides met and how often they put terms; for cases that came to talks."""
    if stage(facts) == _TALKS:
        course = facts.course
        deepest = max(course.depths.values(), default=0)
        yield from zip(ROUNDS, (course.sessions, len(course.depths), deepest), strict=True)
