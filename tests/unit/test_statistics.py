"""Figures across cases: counted over many, in one release, and never of one case or a few."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.errors import DecodeError, RuleViolation
from ledger.instants import utc
from ledger.parties import Phase
from projections.case_view import Listed
from projections.statistics import CourseRow
from services.clock import FakeClock
from services.house import House
from services.reading import Eyes
from services.reading.counting import Facts, counts_as, lasted
from services.reading.sources import FromViews, from_record, sources
from services.reading.statistics import Statistics, _answers, _facts, statistics_told
from services.reading.tallies import ALL, CASES, Release, Tally
from tests import examples
from tests.live.ledgers import clerk, give, opened, tell
from tests.spec import START, do

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def facts(year: int = 2025, **known: Any) -> Facts:  # noqa: ANN401 - fields of the course
    """State a case that came to talks."""
    begun = datetime(year, 3, 2, tzinfo=UTC)
    outcome = known.pop("outcome", "settled")
    steps = ("requested", "invited", "consented", "constituted", "engaged", "talks", "executed")
    first = {step: utc(begun + timedelta(days=10 * n)) for n, step in enumerate(steps)}
    return Facts(
        listed=Listed(
            case_id="c",
            number="n",
            external_ref=None,
            phase=known.pop("phase", Phase.SETTLED),
            outcome=outcome,
            parties=("A", "B"),
            consents={},
            profile=known.pop("profile", "house-default/1"),
            opened=begun,
            last=begun,
            last_occurred=None,
        ),
        answers=known.pop("answers", {}),
        course=CourseRow(case_id="", room_id="", room="", **{"first": first, **known}),
        now=NOW,
    )


def release(*cases: Facts) -> Release:
    """Count cases and settle what is told."""
    tally = Tally()
    for case in cases:
        tally.take(case)
    return tally.pooled()


def counted(case: Facts) -> dict[str, str]:
    """Say what one case counts as, table by table."""
    return dict(counts_as(case))


@pytest.mark.parametrize(
    ("case", "table", "line"),
    [
        (facts(), "outcome", "settled"),
        (facts(outcome=None, phase=Phase.MEDIATING), "outcome", "running"),
        (facts(), "furthest step", "talks"),
        (facts(outcome="not_commenced", first={}), "furthest step", "requested"),
        (facts(outcome=None, phase=Phase.ENGAGED, first={}), "furthest step", "engaged"),
        (
            facts(outcome="not_commenced", first={}, refusal="lapsed in silence"),
            "why not commenced",
            "lapsed in silence",
        ),
        (facts(outcome="terminated", mode="time_limit"), "why ended", "time limit"),
        (facts(), "performance after 12 months", "nothing owed on record"),
        (
            facts(2024, obligations={"O1": "2024-12-01T00:00:00Z", "O2": ""}),
            "performance after 12 months",
            "performed in part",
        ),
        (
            facts(2024, obligations={"O1": "2026-01-01T00:00:00Z"}),
            "performance after 12 months",
            "not performed",
        ),
        (
            facts(2026, obligations={"O1": "2026-05-05T00:00:00Z"}),
            "performance after 12 months",
            "younger than 12 months",
        ),
        (facts(challenges={"C1": "upheld"}), "challenges", "upheld"),
        (facts(challenges={"C1": "rejected"}), "challenges", "not upheld"),
        (facts(challenges={"C1": ""}), "challenges", "not decided"),
        (facts(depths={"P1": 0}, expired=1), "expiry of proposals", "some proposal expired"),
        (facts(issues=("fee",)), "issue fee", "settled"),
        (
            facts(outcome="partly_settled", issues=("fee", "roster"), settled=("roster",)),
            "issue fee",
            "not settled",
        ),
    ],
)
def test_a_case_counts_once_in_each_table(case: Facts, table: str, line: str) -> None:
    """By how far it came, how it ended, and what became of it."""
    assert counted(case)[table] == line
    tables = [table for table, _ in counts_as(case) if table != "reached"]
    assert len(tables) == len(set(tables))


def test_each_part_of_a_case_is_measured_in_days() -> None:
    """From one step to the next, and from the request to the end."""
    lengths = dict(lasted(facts()))
    assert lengths["from request to invitation"] == 10
    assert lengths["from request to the end"] == 60
    assert "from request to the end" not in dict(lasted(facts(outcome=None)))


def many() -> list[Facts]:
    """State cases of three years and two profiles, of some kinds a few only; the same each time."""
    chance = Random(7)
    found = []
    for n in range(90):
        outcome, phase = chance.choice(
            [("settled", Phase.SETTLED)] * 5
            + [("terminated", Phase.TERMINATED)] * 2
            + [("partly_settled", Phase.CLOSED), ("not_commenced", Phase.NOT_COMMENCED)]
        )
        given: dict[str, Any] = {"requesting": {"heard": chance.randrange(1, 6)}} if n % 3 else {}
        profile = "house-default/1" if n % 4 else "icc-2014-style/1"
        year, challenges = 2023 + chance.randrange(3), {"C1": "upheld"} if n % 17 == 0 else {}
        found.append(
            facts(
                year,
                outcome=outcome,
                phase=phase,
                answers=given,
                profile=profile,
                challenges=challenges,
                issues=("fee", "roster") if n % 2 else ("fee", f"rare-{n}"),
            )
        )
    return found


def numbers(told: Release) -> dict[tuple[str, str, str], int]:
    """List every count that is told."""
    cells = ((line, column) for line in told.lines for column in told.columns)
    found = {(*line, column): told.count(line, column) for line, column in cells}
    return {cell: count for cell, count in found.items() if count is not None}


def test_no_count_that_is_told_is_of_fewer_than_five_cases() -> None:
    """In no column, and none of the case that is alone in a table."""
    told = numbers(release(*many()))
    assert told
    assert min(told.values()) >= 5
    assert ("cases", "cases", ALL) in told
    assert not any("rare" in table for table, _, _ in told)
    assert not numbers(release(*many()[:4]))


def test_what_adds_up_gives_no_small_count_away() -> None:
    """In each table and across years and profiles: withheld counts stand by twos, or are none."""
    found = release(*many())
    told = numbers(found)
    for line in found.lines:
        for groups in found.groups.values():
            _assert_kept(found, told, [(line, ALL), *((line, column) for column in groups)])
    outcomes = [line for line in found.lines if line[0] == "outcome"]
    for column in found.columns:
        _assert_kept(found, told, [(CASES, column), *((line, column) for line in outcomes)])


def _assert_kept(found: Release, told: Any, cells: list[Any]) -> None:  # noqa: ANN401 - cells
    open_ = replace_none(found)
    withheld = [cell for cell in cells if (*cell[0], cell[1]) not in told and open_(*cell)]
    assert len(withheld) != 1
    if cells[0] not in withheld and withheld:
        assert sum(open_(*cell) for cell in withheld) >= 5


def replace_none(found: Release) -> Any:  # noqa: ANN401 - a function
    """Count without withholding anything."""
    bare = Release.__new__(Release)
    vars(bare).update({**vars(found), "hidden": frozenset()})
    return bare.count


def test_columns_of_few_cases_are_put_together() -> None:
    """A year of three cases is no column; with another small one it may be."""
    few = [facts(2019), facts(2019), facts(2020), facts(2020), facts(2021)]
    enough = [facts(2023) for _ in range(6)]
    assert release(*enough, *few).groups["year"] == ("year 2023", "other years")
    assert release(*enough, *few[:2]).groups["year"] == ("other years",)
    assert release(*enough).groups["year"] == ("year 2023",)


def test_a_length_told_is_no_cases_own() -> None:
    """The mean of the three in the middle, of five cases at least."""
    line = ("duration in days", "from request to the end")
    lengths = (3, 7, 12, 30, 90)
    cases = [facts(first={**_steps(days)}) for days in lengths]
    assert release(*cases).middle(line, ALL) == pytest.approx((7 + 12 + 30) / 3, abs=0.1)
    assert release(*cases[:4]).middle(line, ALL) is None
    assert release(*cases, facts(first=_steps(40))).middle(line, ALL) == pytest.approx(
        22.2, abs=0.1
    )


def _steps(days: int) -> dict[str, str]:
    begun = datetime(2025, 1, 1, tzinfo=UTC)
    return {"requested": utc(begun), "executed": utc(begun + timedelta(days=days))}


def test_a_mean_is_told_where_its_number_of_cases_is() -> None:
    """Else the mean of all less those of the years would be the answer of a few."""
    cases = [facts(2024, answers={"requesting": {"heard": 5}}) for _ in range(6)]
    cases += [facts(2025, answers={"requesting": {"heard": 1}})] + [facts(2025)] * 5
    found = release(*cases)
    assert found.mean("requesting", "heard", "year 2025") is None
    assert None in {
        found.mean("requesting", "heard", ALL),
        found.mean("requesting", "heard", "year 2024"),
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Keep six requests that were withdrawn, five that wait, and one case that settled."""
    folder = tmp_path_factory.mktemp("counted")
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as made:
        for _ in range(6):
            tell(made, [*examples.registered(), do("withdraw-request", by="A")])
        closed = tell(made, examples.closed())
        assert give(made, do("give-feedback", by="B", answers={"heard": 2}), closed).done
        for _ in range(5):
            tell(made, examples.registered())
        yield made


def asked(house: House, *words: str | None, viewer: str = "registry") -> Statistics:
    """Ask for figures."""
    return statistics_told(Eyes(house, clerk(house), viewer), *words)


def value(told: Statistics, table: str, line: str, column: str = ALL) -> float | None:
    """Read a number."""
    (one,) = [f for f in told.figures if (f.table, f.line, f.column) == (table, line, column)]
    return one.value


def test_cases_on_record_are_counted(house: House) -> None:
    """For registry and auditor alike; the one that settled is not, nor what would tell of it."""
    told = asked(house)
    assert told == asked(house, viewer="auditor")
    assert value(told, "cases", "cases") == 12
    assert value(told, "why not commenced", "withdrawn by who asked") == 6
    assert value(told, "outcome", "settled") is None
    assert value(told, "outcome", "running") is None
    assert all(one.value is None or one.unit != "cases" or one.value >= 5 for one in told.figures)


def test_every_answer_is_a_part_of_one_release(house: House) -> None:
    """Whatever range or breakdown is asked for, a number is the same wherever it stands."""
    asks: list[tuple[str | None, ...]] = [
        (),
        ("year",),
        ("profile",),
        (None, "2026", None),
        (None, "2026-03-02", "2026-03-03"),
        (None, "2026-03-03", "2026"),
    ]
    seen: dict[tuple[str, str, str], float | None] = {}
    for words in asks:
        for one in asked(house, *words).figures:
            cell = (one.table, one.line, one.column)
            assert seen.setdefault(cell, one.value) == one.value
    assert asked(house, *asks[-1]) == asked(house, *asks[-2]), "a range is of whole years"
    assert asked(house, None, "2019", "2020").figures == ()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("month",), "--by"),
        (("profile", "2024"), "--by"),
        ((None, "2026", "2024"), "--to"),
        ((None, "lately"), "--from"),
        ((None, "26"), "--from"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    house: House, words: tuple[str | None, ...], field: str
) -> None:
    """By the name of the field, and what to do."""
    with pytest.raises(DecodeError) as refusal:
        asked(house, *words)
    assert refusal.value.field == field


@pytest.mark.parametrize("viewer", ["party:A", "mediator", "protection"])
def test_figures_across_cases_are_the_institutions(house: House, viewer: str) -> None:
    """Who reads some cases alone is told of none."""
    with pytest.raises(RuleViolation) as refusal:
        asked(house, viewer=viewer)
    assert refusal.value.rule == "statistics_are_the_institutions"


def test_a_case_counts_alike_from_views_and_from_the_record(house: House) -> None:
    """One projection code: kept in the views, or folded anew."""
    eyes = Eyes(house, clerk(house), "registry")
    for source in sources(eyes, None):
        assert isinstance(source, FromViews)
        folded = from_record(eyes.look(source.listed.number or ""))
        kept, anew = _facts(source), _facts(folded)
        assert replace(kept, now=NOW) == replace(anew, now=NOW)
        sides = _answers(source, kept.course.requesting)
        assert sides == ({"responding": {"heard": 2}} if kept.listed.outcome == "settled" else {})
