"""Tell what can be counted side by side, with the entries behind each number (view V7).

A signal, not a verdict: in published sessions talking time and the order of speaking did not go
with whether the sides felt treated alike. So nothing here is added up to one number.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from statistics import median

from msgspec import Struct

from ledger.envelope import opened
from ledger.evaluation.comment_events import BalanceCommented
from ledger.evaluation.events import PartyFeedbackReceived
from ledger.evaluation.questions import PARTY_QUESTIONS
from ledger.rooms import kind_of, party_of
from projections import symmetry
from projections.symmetry import EVERY_PARTY, FactRow
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.figures import FIGURES, Figure
from services.reading.looking import Look

BANNER = "a signal, not a verdict"


class Side(Struct, frozen=True, kw_only=True):
    """What a figure comes to for one side.

    Attributes:
        value: The number; None where there is nothing to take it from.
        count: How many facts it is made of.
        events: Entries (room:seq) behind it, in order.
        since: Entries it is measured from, where it is a length of time.
    """

    value: float | None
    count: int
    events: tuple[str, ...]
    since: tuple[str, ...] = ()


class Compared(Struct, frozen=True, kw_only=True):
    """A figure, side by side; the names are those of the JSON document.

    Attributes:
        measure: What it belongs to.
        how: What is made of the facts: a count, a median and so on.
        unit: What it is counted in.
        says: What it is.
        sides: By party; None for a side of which the reader's rooms do not tell it. The key ""
            stands for all sides together, where it is not recorded with which.
        corrected: Entries among those behind it that were corrected; counted as they were recorded.
    """

    measure: str
    figure: str
    how: str
    unit: str
    says: str
    sides: dict[str, Side | None]
    corrected: tuple[str, ...]


class Comment(Struct, frozen=True, kw_only=True):
    """What a mediator said to the figures.

    Attributes:
        entry: The event, room:seq.
        measure: Which figures it is about, None for all.
        text: Its words, None where they are erased or sealed.
    """

    entry: str
    by: str
    recorded: datetime
    measure: str | None
    text: str | None


class Report(Struct, frozen=True, kw_only=True):
    """The figures of a case, side by side; the names are those of the JSON document.

    Attributes:
        viewer: Whose eyes.
        banner: What the numbers are, and are not.
        parties: The sides.
        figures: Every figure the reader's rooms tell anything of.
        comments: What the mediators said to them.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    viewer: str
    banner: str
    parties: tuple[str, ...]
    figures: tuple[Compared, ...]
    comments: tuple[Comment, ...]


def symmetry_report(eyes: Eyes, case: str | None) -> Iterator[Report]:
    """Compare the sides of one case, or of all one by one.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    return (report(look) for look in eyes.looks(case))


def report(look: Look) -> Report:
    """Compare the sides of a case that is looked at."""
    void = look.case.record.voided
    rows = symmetry.in_memory(look.rows(symmetry.PROJECTION))
    facts = [row for row in rows if _ref(row) not in void]
    parties = tuple(look.case.intake.parties)
    return Report(
        case_id=str(look.record.case_id),
        number=look.case.intake.number,
        external_ref=look.case.intake.external_ref,
        viewer=look.viewer,
        banner=BANNER,
        parties=parties,
        figures=(*_figures(look, facts, parties), *_feedback(look, facts, parties)),
        comments=tuple(_comment(look, row) for row in facts if row.figure == "comment"),
    )


def _figures(look: Look, facts: list[FactRow], parties: tuple[str, ...]) -> Iterator[Compared]:
    """Compare figure by figure what the reader may be told."""
    for figure in FIGURES:
        if not figure.for_parties and look.viewer.startswith("party:"):
            continue
        found = [row for row in facts if row.figure == figure.fact and _lies(row.room, figure)]
        sides = {party: _side(look, figure, found, party) for party in parties}
        if figure.name == "private_meetings_noted":
            sides = {EVERY_PARTY: _side(look, figure, found, EVERY_PARTY)}
        if any(side is not None for side in sides.values()):
            yield _compared(look, figure, sides)


def _compared(look: Look, figure: Figure, sides: dict[str, Side | None]) -> Compared:
    behind = (ref for side in sides.values() if side for ref in (*side.events, *side.since))
    corrected = look.case.record.corrected
    return Compared(
        measure=figure.measure,
        figure=figure.name,
        how=figure.how,
        unit=figure.unit,
        says=figure.says,
        sides=sides,
        corrected=tuple(dict.fromkeys(ref for ref in behind if ref in corrected)),
    )


def _lies(room: str, figure: Figure) -> bool:
    return kind_of(room) == figure.room


def _side(look: Look, figure: Figure, found: list[FactRow], party: str) -> Side | None:
    """Make the number of one side, None where the reader's rooms do not hold what it is of."""
    if not _held(look, figure.room, party):
        return None
    own = [row for row in found if row.party in (party, EVERY_PARTY)]
    amounts = [row.amount for row in own if row.amount is not None]
    everybody = [row.amount for row in found if row.amount is not None]
    return Side(
        value=_value(figure, len(own), amounts, everybody),
        count=len(own),
        events=tuple(_ref(row) for row in own),
        since=tuple(f"{row.room}:{row.since}" for row in own if row.since is not None),
    )


def _held(look: Look, room: str, party: str) -> bool:
    """Tell whether the reader reads the room in which the facts of a side lie."""
    own = room in ("caucus", "desk")
    return any(kind_of(r) == room and (not own or party_of(r) == party) for r in look.rights)


def _value(figure: Figure, count: int, own: list[int], everybody: list[int]) -> float | None:
    if figure.how == "count":
        return count
    if figure.how == "share":
        return round(100 * sum(own) / sum(everybody), 1) if sum(everybody) else None
    if figure.how == "sum":
        return _in_unit(sum(own), figure)
    if not own:
        return None
    return _in_unit(median(own) if figure.how == "median" else max(own), figure)


def _in_unit(amount: float, figure: Figure) -> float:
    return round(amount / figure.seconds, 1)


def _ref(row: FactRow) -> str:
    return f"{row.room}:{row.seq}"


def _feedback(look: Look, facts: list[FactRow], parties: tuple[str, ...]) -> Iterator[Compared]:
    """Compare the answers question by question; different questions are never put together."""
    entries = {row.party: row for row in facts if row.figure == "feedback"}
    answers = {party: _answers(look, row) for party, row in entries.items()}
    asked = {question for given in answers.values() for question in given}
    for question in sorted(asked, key=_place):
        sides = {p: _answer(look, p, entries, answers, question) for p in parties}
        yield _compared(look, _question(question), sides)


def _place(question: str) -> tuple[int, str]:
    order = list(PARTY_QUESTIONS)
    return (order.index(question) if question in order else len(order), question)


def _question(question: str) -> Figure:
    return Figure(
        name=question,
        measure="feedback",
        fact="feedback",
        how="answer",
        unit="of 5",
        room="desk",
        says=PARTY_QUESTIONS.get(question, words.plain(question)),
    )


def _answer(
    look: Look,
    party: str,
    entries: Mapping[str, FactRow],
    answers: Mapping[str, Mapping[str, int]],
    question: str,
) -> Side | None:
    if not _held(look, "desk", party):
        return None
    given = answers.get(party, {}).get(question)
    if given is None:
        return Side(value=None, count=0, events=())
    return Side(value=given, count=1, events=(_ref(entries[party]),))


def _answers(look: Look, row: FactRow) -> Mapping[str, int]:
    """Open what a party answered with a number, as far as it is still shown."""
    event = look.said(_ref(row)).opened.event
    assert isinstance(event, PartyFeedbackReceived), "the view took its row from one"
    given = opened(event.answers, {})
    return {key: value for key, value in given.items() if isinstance(value, int)}


def _comment(look: Look, row: FactRow) -> Comment:
    said = look.said(_ref(row))
    event = said.opened.event
    assert isinstance(event, BalanceCommented), "the view took its row from one"
    return Comment(
        entry=_ref(row),
        by=words.person(said.frame.actor),
        recorded=said.frame.recorded,
        measure=event.measure,
        text=opened(event.text, None),
    )
