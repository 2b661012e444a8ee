"""Cases are held against profiles: their own, any other, and one that somebody changed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tests.examples as ex
from ledger.errors import DecodeError, RuleViolation
from ledger.identity import Operator
from ledger.profile import builtin, recorded
from projections.conformance import Conformity, conformity
from projections.findings import VERDICTS
from services.clock import FakeClock
from services.house import House, open_house
from services.reading import Eyes
from services.reading.conforming import Conformance, conformance, conformances
from tests.at_desk import AtDesk
from tests.golden.conforming import CASES, NOW, PROFILES, file_of, told
from tests.retelling import given_to, history_of, lines
from tests.spec import Spec, do, given

REGISTRY = Operator(name="somebody", roles=("registry",), unbound=True)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Tell the demo once."""
    settings = told(tmp_path_factory.mktemp("conformance") / "ledger")
    with open_house(settings, clock=FakeClock(NOW)) as opened:
        yield opened


def judged(house: House, case: str, profile: str | None, viewer: str = "registry") -> Conformance:
    """Judge a case of the demo."""
    return conformance(Eyes(house, REGISTRY, viewer), case, profile)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("case", CASES)
def test_the_demo_conforms_as_its_golden_file_says(house: House, case: str, profile: str) -> None:
    """Three cases under three profiles, every finding."""
    assert lines(judged(house, case, profile).findings) == file_of(case, profile).read_text("utf-8")


def test_a_changed_profile_changes_the_verdicts(house: House) -> None:
    """The same file with another number of days, adopted; not a line of code with it."""
    before = Counter(f.verdict for f in judged(house, CASES[0], "house-default").findings)
    hurried = builtin()["house-default"].replace("period_days = 30", "period_days = 12")
    hurried = hurried.replace('id = "house-default"', 'id = "hurried"')
    _adopt(house, hurried)
    after = judged(house, CASES[0], "hurried")
    reply = next(f for f in after.findings if f.rule == "reply.period_days")
    assert (reply.verdict, reply.on, reply.done, reply.days) == (
        "not_met",
        "2025-02-03",
        "2025-02-11",
        -8,
    )
    assert reply.arithmetic is not None
    assert reply.arithmetic.startswith("12 calendar days from service on Mon 20 Jan 2025")
    assert after.profile == "hurried/1"
    assert not after.own
    assert before["not_met"] + 1 == after.verdicts["not_met"]


def _adopt(house: House, text: str) -> None:
    given_to(house, REGISTRY, "adopt-profile", {"text": text})


def test_all_cases_are_a_line_each(house: House) -> None:
    """With the numbers of what each one's findings say."""
    rows = list(conformances(Eyes(house, REGISTRY, "registry"), None))
    assert [row.number for row in rows] == list(CASES)
    assert all(row.own for row in rows)
    counted = Counter(f.verdict for f in judged(house, CASES[1], None).findings)
    assert rows[1].verdicts == {verdict: counted[verdict] for verdict in VERDICTS}


def test_only_what_stands_in_rooms_one_reads_is_told(house: House) -> None:
    """A party's finding rests on entries it reads, and on steps it can see nothing is said."""
    found = judged(house, CASES[2], None, "party:marrow")
    rooms = {ref.rpartition(":")[0] for f in found.findings for ref in f.entries}
    assert rooms <= {"joint", "group:marrow+ostrel", "desk:marrow", "caucus:marrow", "party:marrow"}
    assert {f.kind for f in found.findings} <= {"date", "act"}


def test_an_unknown_profile_is_named_with_those_there_are(house: House) -> None:
    """Before anything is read."""
    for ask in (lambda: judged(house, CASES[0], "icc"), lambda: _table(house, "nobodys")):
        with pytest.raises(DecodeError, match="there is no rule profile") as refused:
            ask()
        assert refused.value.field == "--profile"
        assert "icc-2014-style" in refused.value.needs


def _table(house: House, profile: str) -> list[Any]:
    return list(conformances(Eyes(house, REGISTRY, "registry"), profile))


def test_a_version_of_a_profile_can_be_named(house: House) -> None:
    """As ID/VERSION; one there never was is unknown."""
    assert judged(house, CASES[0], "house-default/1").own
    with pytest.raises(DecodeError):
        judged(house, CASES[0], "house-default/99")


def test_a_case_one_may_not_see_is_not_there(house: House) -> None:
    """In the words for one that is not."""
    stranger = Operator(name="stranger", roles=("party",))
    with pytest.raises(RuleViolation) as refused:
        conformance(Eyes(house, stranger), CASES[0], None)
    assert refused.value.rule == "case_is_known"


def of_spec(spec: Spec, profile: str | None = None) -> Conformity:
    """Judge a spec's case as the registry reads it."""
    history = history_of(spec)
    read = recorded(builtin()[profile]) if profile else history.profile
    return conformity(history, read, own=profile is None, now=spec.clock.at, reads_steps=True)


def test_a_deviation_that_was_recorded_is_told_with_its_reason() -> None:
    """A session held before the terms were signed, as the registry reports it."""
    early = do("open-session", by="mediator", at_reported=True)
    spec = given(*ex.constituted()).when(early)
    marks = [mark for frame in spec.new_frames() for mark in frame.irregular]
    assert marks, "it breaks a rule"
    found = [f for f in of_spec(spec).findings if f.deviation]
    assert {(f.rule, f.verdict) for f in found} == {(mark.rule, "not_met") for mark in marks}
    assert all(mark.why in f.says for f, mark in zip(found, marks, strict=True))


def test_a_date_given_up_is_waived_and_one_that_runs_is_not_yet_due() -> None:
    """Each with its last day."""
    spec = given(*ex.invited())
    runs = _of(of_spec(spec), "reply.period_days")
    assert (runs.verdict, runs.days) == ("not_yet_due", 30)
    spec.given(do("waive-deadline", by="A", deadline_id="reply-B"))
    assert _of(of_spec(spec), "reply.period_days").verdict == "waived"


def _of(found: Conformity, rule: str) -> Any:  # noqa: ANN401 - a finding
    return next(f for f in found.findings if f.rule == rule)


def test_another_profile_is_broken_by_an_act_its_own_allows() -> None:
    """The house lets a party leave at any time, the other procedure not before a step it names."""
    spec = given(*ex.engaged(), do("withdraw-consent", by="B"))
    left = spec.file.frames[-1].ref
    assert not [f for f in of_spec(spec).findings if f.kind == "act"]
    broken = [f for f in of_spec(spec, "icc-2014-style").findings if f.kind == "act"]
    assert [(f.rule, f.about, f.entries) for f in broken] == [
        ("leaving_is_possible_yet", "withdraw-consent", (left,))
    ]


def test_what_is_objected_to_an_entry_stands_beside_its_finding(tmp_path: Path) -> None:
    """With its answer, as everywhere."""
    early = do("open-session", by="mediator", at_reported=True)
    desk = AtDesk(tmp_path / "ledger").given(*ex.constituted(), early)
    opened = desk.new_frames()[0].ref
    desk.given(
        do("contest-entry", by="B", target=opened, position="We only had coffee."),
    )
    assert desk.case_id is not None
    found = conformance(desk.eyes("registry"), desk.case_id.hex, None)
    said = [f.remarks for f in found.findings if f.deviation]
    desk.house.__exit__()
    assert said
    assert all("We only had coffee." in " ".join(remarks) for remarks in said)
