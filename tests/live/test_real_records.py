"""Real records run through the ledger: what comes out equals what their own authors counted.

The records lie beside the project, not in it; without them these tests are skipped, and say so.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest

from ledger.casefile import CaseFile
from ledger.envelope import Event, Frame, opened
from ledger.follow_up.events import SettlementReported
from ledger.identity import Operator
from ledger.intake.events import ConsentWithdrawn
from ledger.parties import Phase
from ledger.preparation.events import InterestRecorded
from ledger.record.events import FactReported
from ledger.rooms import WHOLE
from services.clock import SystemClock
from services.house import House, open_house
from services.imports.casino import read_casino
from services.imports.fmcs import read_fmcs
from services.imports.report import ImportReport
from services.imports.run import run_import
from services.imports.source import IMPORTER, SourceCase
from services.reading.eyes import Eyes
from services.reading.proposals import Told, proposals
from services.reading.statistics import statistics_told
from services.settings import Settings

DATA = Path(__file__).parents[3] / "shared" / "data"
CASINO = DATA / "casino_test_100.json"
FMCS = DATA / "fmcs_first_contract_mediations_2021_2022.csv"
CLERK = Operator(name="clerk", roles=("registry",))
WALKED_AWAY = 5
EVERYTHING = {"joint": WHOLE}

pytestmark = pytest.mark.skipif(
    not (CASINO.exists() and FMCS.exists()), reason=f"no real records in {DATA}"
)


class Taken(NamedTuple):
    """Real records taken in."""

    house: House
    cases: list[SourceCase]
    report: ImportReport

    def files(self) -> dict[str, CaseFile]:
        """Read every case, by its external reference."""
        return {case.name: self.house.load(self.case_id(case.name)) for case in self.cases}

    def case_id(self, reference: str) -> UUID:
        """Find the case of a record."""
        return self.house.ledger.case_opened_by(IMPORTER, f"{reference}:1")

    def opened(self, reference: str) -> list[Frame[Any]]:
        """Read a case with its contents."""
        return list(self.house.ledger.reader.all_opened(self.case_id(reference)))

    def proposals(self) -> dict[str, list[Told]]:
        """Read the proposal history as the registry is shown it, by external reference."""
        told: dict[str, list[Told]] = {}
        for one in proposals(Eyes(self.house, self.house.desk.operator(CLERK.name)), None):
            told.setdefault(one.external_ref or "", []).append(one)
        return told


def take(folder: Path, cases: list[SourceCase]) -> Iterator[Taken]:
    """Import records into a new ledger."""
    settings = Settings(data=folder / "ledger", operator=CLERK.name)
    with open_house(settings, create=True, clock=SystemClock()) as house:
        yield Taken(house, cases, run_import(house.desk, CLERK, cases))


@pytest.fixture(scope="module")
def casino(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """Take the dialogues in."""
    yield from take(tmp_path_factory.mktemp("casino"), read_casino(CASINO))


@pytest.fixture(scope="module")
def fmcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """Take the federal mediations in."""
    yield from take(tmp_path_factory.mktemp("fmcs"), read_fmcs(FMCS))


# ---------------------------------------------------------------- both


def test_figures_across_real_cases_are_counted_and_small_ones_withheld(fmcs: Taken) -> None:
    """190 mediations, 145 settlements reported; of the one case of a kind no number tells."""
    eyes = Eyes(fmcs.house, fmcs.house.desk.operator(CLERK.name))
    told = {(f.table, f.line, f.column): f for f in statistics_told(eyes, "year").figures}
    assert told["cases", "cases", "all"].value == 190
    assert told["outcome", "settlement reported", "all"].value == 145
    counts = [one.value for one in told.values() if one.unit == "cases" and one.value is not None]
    assert min(counts) >= 5
    assert {"year 2021", "year 2022"} <= {column for _, _, column in told}


# ---------------------------------------------------------------- a hundred negotiations


def test_every_dialogue_is_taken_over(casino: Taken) -> None:
    """A hundred cases, and no act of them refused."""
    assert (casino.report.cases, casino.report.refused) == (100, ())
    assert casino.report.accepted == casino.report.commands == casino.report.recorded


def test_the_record_has_every_move_of_the_dialogues(casino: Taken) -> None:
    """112 proposals, 13 rejections, 99 acceptances, one withdrawal, and every word."""
    counted = Counter(
        type(frame.event).__name__ for file in casino.files().values() for frame in file.frames
    )
    assert counted["ProposalTabled"] + counted["CounterProposalTabled"] == 112
    assert counted["ProposalRejected"] == 13
    assert counted["ProposalAccepted"] == 99
    assert counted["ConsentWithdrawn"] == 1
    assert counted["StatementRecorded"] == 1169
    assert counted["PartyFeedbackReceived"] == 200


def test_the_history_of_proposals_tells_what_became_of_each(casino: Taken) -> None:
    """99 accepted, 13 rejected; what follows a rejection answers it."""
    shown = [p for told in casino.proposals().values() for p in told]
    assert Counter(p.status for p in shown) == {"accepted": 99, "rejected": 13}
    kinds = Counter(p.kind for p in shown)
    assert (kinds["first"], kinds["counter"] + kinds["revision"]) == (99, 13)
    assert all((p.answers is None) == (p.kind == "first") for p in shown)


def test_points_recomputed_from_the_record_are_those_the_authors_scored(casino: Taken) -> None:
    """All two hundred, from the ledger's own proposals and priorities; the file only compares."""
    scored = {
        f"casino:{dialogue['dialogue_id']}": {
            agent: told["outcomes"]["points_scored"]
            for agent, told in dialogue["participant_info"].items()
        }
        for dialogue in json.loads(CASINO.read_text())
    }
    deals = casino.proposals()
    points = {
        case.name: _points(casino.opened(case.name), deals.get(case.name, []))
        for case in casino.cases
    }
    assert points == scored
    assert sum(sum(each.values()) for each in points.values()) == 3783


def _points(frames: list[Frame[Any]], told: list[Told]) -> dict[str, int]:
    """Count what each side got, by what each item is worth to it."""
    worth = _worth(frames)
    if any(isinstance(frame.event, ConsentWithdrawn) for frame in frames):
        return dict.fromkeys(worth, WALKED_AWAY)
    (deal,) = (proposal for proposal in told if proposal.status == "accepted")
    return {
        party: sum(int(str(c.params[party])) * worth[party][c.issue] for c in deal.clauses)
        for party in worth
    }


def _worth(frames: list[Frame[Any]]) -> dict[str, dict[str, int]]:
    """Read from the caucus rooms what each item is worth to each party."""
    worth: dict[str, dict[str, int]] = {}
    for frame in frames:
        event = frame.event
        if isinstance(event, InterestRecorded):
            issue, priority = opened(event.underlying_issue, None), event.priority
            assert issue is not None
            assert priority is not None
            worth.setdefault(event.party, {})[issue] = priority
    return worth


def test_an_acceptance_in_a_dialogue_settles_nothing(casino: Taken) -> None:
    """A case ends only where a party walked away."""
    outcomes = Counter(f.seen_by(EVERYTHING).outcome for f in casino.files().values())
    assert outcomes == {None: 99, "terminated": 1}


def test_nothing_of_a_dialogue_has_a_time(casino: Taken) -> None:
    """The source has none, and none is invented."""
    files = casino.files().values()
    assert {frame.occurred for file in files for frame in file.frames} == {None}


def test_nothing_personal_of_the_participants_is_recorded(casino: Taken) -> None:
    """Neither age nor gender, ethnicity, schooling or personality stands in any event."""
    recorded = _text(f.event for case in casino.cases for f in casino.opened(case.name))
    told = json.loads(CASINO.read_text())
    people = [p for dialogue in told for p in dialogue["participant_info"].values()]
    for field in ("demographics", "personality", "big-five", "proself", "prosocial"):
        assert field not in recorded
    for ethnicity in {p["demographics"]["ethnicity"] for p in people}:
        assert f'"{ethnicity}"' not in recorded


def _text(events: Iterator[Event]) -> str:
    return msgspec.json.encode(list(events)).decode()


def test_repeating_the_import_adds_nothing(casino: Taken) -> None:
    """Not one event."""
    again = run_import(casino.house.desk, CLERK, casino.cases)
    assert (again.recorded, again.accepted) == (0, casino.report.commands)


# ---------------------------------------------------------------- federal mediations


def test_every_row_is_a_case_and_145_report_a_settlement(fmcs: Taken) -> None:
    """Keyed on the basis, never on the date: 37 closed without one, 8 are still open."""
    outcomes = Counter(f.seen_by(EVERYTHING).outcome for f in fmcs.files().values())
    assert (fmcs.report.cases, fmcs.report.refused) == (190, ())
    assert outcomes == {"settlement_reported": 145, "closed_without_settlement": 37, None: 8}


def test_a_reported_settlement_is_never_executed(fmcs: Taken) -> None:
    """It stands on the registry's word alone."""
    cases = [file.seen_by(EVERYTHING) for file in fmcs.files().values()]
    assert not any(case.settlement.executed for case in cases)
    assert all(case.phase != Phase.SETTLED for case in cases)


def test_the_dates_of_the_rows_come_out_as_they_went_in(fmcs: Taken) -> None:
    """Received never after assigned; the median from receipt to any agreement date is 138 days."""
    days: list[int] = []
    for file in fmcs.files().values():
        told = {f.event.fact: f.occurred for f in file.frames if isinstance(f.event, FactReported)}
        received, assigned = (_local(told[f]) for f in ("request_received", "mediator_assigned"))
        assert received <= assigned
        days.extend((day - received.date()).days for day in _agreement_days(file))
    assert (len(days), median(days)) == (189, 138)


def _agreement_days(file: CaseFile) -> Iterator[date]:
    """Read the agreement date: of a settlement, or as a fact where the basis is another."""
    for frame in file.frames:
        match frame.event:
            case SettlementReported(reported_on=str(day)) | FactReported(on=str(day)):
                yield date.fromisoformat(day)


def _local(occurred: str | None) -> datetime:
    """Read a time, and see that nobody gave it a zone."""
    at = datetime.fromisoformat(occurred or "")
    assert at.tzinfo is None
    return at


def test_repeating_the_federal_import_adds_nothing(fmcs: Taken) -> None:
    """Not one event."""
    assert run_import(fmcs.house.desk, CLERK, fmcs.cases).recorded == 0
