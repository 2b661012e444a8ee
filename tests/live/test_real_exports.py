"""Real records taken in, exported in every form, and counted by readers of others.

The records lie beside the project, not in it; without them these tests are skipped, and say so.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from services.clock import SystemClock
from services.exports.manifest import MANIFEST
from services.exports.taking import Table, Taking, take
from services.house import House, open_house
from services.imports.casino import read_casino
from services.imports.fmcs import read_fmcs
from services.imports.run import run_import
from services.imports.source import SourceCase
from services.reading.eyes import Eyes
from services.settings import Settings
from tests.live.test_real_records import CASINO, CLERK, DATA, FMCS
from tests.tables import FORMS, counted

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CASINO.exists() and FMCS.exists()), reason=f"no real records in {DATA}"
    ),
]
PARTIES = ("mturk_agent_1", "mturk_agent_2")
WALKED_AWAY = 5
POINTS = """
WITH events AS (
    -- each party's own export: what was private to it is in no other
    SELECT DISTINCT * FROM read_parquet($folders, hive_partitioning = true)
), worth AS (
    SELECT case_id, data->>'party' AS party, data->>'underlying_issue' AS issue,
           (data->>'priority')::INT AS points
    FROM events WHERE type = 'interest-recorded'
), accepted AS (
    SELECT tabled.case_id, unnest(from_json(tabled.data->'clauses', '["JSON"]')) AS clause
    FROM events AS tabled JOIN events AS yes USING (case_id, proposal_id)
    WHERE tabled.type IN ('proposal-tabled', 'counter-proposal-tabled')
      AND yes.type = 'proposal-accepted'
), got AS (
    SELECT case_id, party, sum(points * (clause->'params'->>party)::INT) AS points
    FROM accepted JOIN worth USING (case_id)
    WHERE clause->>'issue' = issue GROUP BY ALL
), walked AS (
    SELECT DISTINCT w.case_id, party, $walked_away AS points
    FROM worth AS w JOIN events AS e USING (case_id) WHERE e.type = 'consent-withdrawn'
), names AS (
    SELECT case_id, data->>'external_ref' AS reference
    FROM events WHERE type = 'case-taken-over'
)
SELECT reference, party, points::INT
FROM (SELECT * FROM got UNION ALL SELECT * FROM walked) JOIN names USING (case_id)
"""
"""What each side of each dialogue got, from the Parquet exports of the two sides alone."""


class Taken(NamedTuple):
    """Records taken in."""

    house: House
    cases: int

    def exported(self, form: Table, viewer: str, target: Path) -> Path:
        """Export every case."""
        eyes = Eyes(self.house, self.house.desk.operator(CLERK.name), viewer)
        return take(eyes, target, Taking(form, viewer))


def taking(folder: Path, cases: list[SourceCase]) -> Iterator[Taken]:
    """Import records into a new ledger in which everybody may look with any eyes."""
    settings = Settings(data=folder / "ledger", operator=CLERK.name)
    with open_house(settings, create=True, clock=SystemClock(), demo=True) as house:
        run_import(house.desk, CLERK, cases)
        yield Taken(house, len(cases))


@pytest.fixture(scope="module")
def casino(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """Take the dialogues in."""
    yield from taking(tmp_path_factory.mktemp("casino"), read_casino(CASINO))


@pytest.fixture(scope="module")
def fmcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    """Take the federal mediations in."""
    yield from taking(tmp_path_factory.mktemp("fmcs"), read_fmcs(FMCS))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("source", ["casino", "fmcs"])
def test_every_form_has_every_case_event_and_object(
    request: pytest.FixtureRequest, tmp_path: Path, source: str, form: Table
) -> None:
    """As an independent reader counts them, and as the ledger's own trail does."""
    taken: Taken = request.getfixturevalue(source)
    folder = taken.exported(form, "registry", tmp_path / "out")
    counts = json.loads((folder / MANIFEST).read_text())["counts"]
    assert counts["cases"] == taken.cases
    assert counts["events"] == visible(taken.house)
    assert counted(form, folder) == (counts["cases"], counts["events"], counts["objects"])


def visible(house: House) -> int:
    """Count the entries that the registry sees."""
    eyes = Eyes(house, house.desk.operator(CLERK.name), "registry")
    return sum(len(look.kept) for look in eyes.looks(None))


def test_points_recomputed_from_parquet_are_those_the_authors_scored(
    casino: Taken, tmp_path: Path
) -> None:
    """All two hundred, in DuckDB: what was accepted, by what each item is worth to its side."""
    folders = [casino.exported("parquet", f"party:{party}", tmp_path / party) for party in PARTIES]
    given = {
        "folders": [f"{folder}/events/*/*.parquet" for folder in folders],
        "walked_away": WALKED_AWAY,
    }
    with duckdb.connect() as database:
        found = {
            (ref, party): points
            for ref, party, points in database.execute(POINTS, given).fetchall()
        }
    scored = {
        (f"casino:{dialogue['dialogue_id']}", agent): told["outcomes"]["points_scored"]
        for dialogue in json.loads(CASINO.read_text())
        for agent, told in dialogue["participant_info"].items()
    }
    assert found == scored
    assert (len(found), sum(found.values())) == (200, 3783)
