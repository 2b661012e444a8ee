"""Measure how fast views are built anew, beside the library's own projection runner.

Both build the list of cases, one row a case, from ten events a case. The peer has the easier task:
its events lie in memory and are not sealed.
"""

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder

from ledger.deadlines import DeadlineMet, DeadlineSet
from ledger.intake.events import CaseTakenOver
from ledger.negotiation.events import ImpasseDeclared
from ledger.parties import Phase
from ledger.profile import ProfileRef
from projections.feed import Projector
from projections.views import FileViews
from services.library import PROJECTIONS
from tests.sealed import LEDGER_ID, Record, case_id

CASES = 2_000
PEER_CASES = 300
EVENTS_A_CASE = 10


def measure() -> list[tuple[str, float]]:
    """Return events a second of each, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        ours, every = _ours(Path(folder))
        peer = _peer(Path(folder))
    return [
        ("rebuild of the case list, events/s", ours),
        ("rebuild of every view, events/s", every),
        ("eventsourcing ProjectionRunner, case list, events/s", peer),
        ("rebuild of the case list against ProjectionRunner", ours / peer),
    ]


def _ours(folder: Path) -> tuple[float, float]:
    with Record(folder / "data") as record:
        for n in range(CASES):
            _tell(record, n)
        events = record.commit()
        views = FileViews(folder / "views.sqlite", LEDGER_ID.hex)
        projector = Projector(views, record.reader, PROJECTIONS)
        projector.catch_up()
        speeds = []
        for name in ("cases", None):
            begun = perf_counter()
            projector.rebuild(name)
            speeds.append(events / (perf_counter() - begun))
        views.close()
    one, every = speeds
    return one, every


def _tell(record: Record, number: int) -> None:
    """Record one case: opened, dates set and met, talks stuck now and then."""
    case = case_id(number)
    opened = CaseTakenOver(
        number=f"GO-2026-{number:04d}",
        external_ref=f"bench:{number}",
        source="bench",
        parties=("A", "B"),
        phase=Phase.MEDIATING,
        profile=ProfileRef(id="as-recorded", version=1, hash="sha256:" + "0" * 64),
        title="A case",
        names={"A": "First", "B": "Second"},
    )
    record.tell(case, "joint", opened)
    for n in range((EVENTS_A_CASE - 1) // 3):
        date = DeadlineSet(
            deadline_id=f"d{n}",
            rule="reply",
            due="2026-04-01T00:00:00Z",
            on="2026-04-01",
            arithmetic="30 days from service",
        )
        record.tell(case, "joint", date)
        record.tell(case, "joint", DeadlineMet(deadline_id=f"d{n}"))
        record.tell(case, "joint", ImpasseDeclared(impasse_id=f"I{n}"))


class _Case(Aggregate):
    """A case of the peer."""

    @event("Opened")
    def __init__(self, number: str) -> None:
        self.number = number
        self.phase = "MEDIATING"

    @event("Moved")
    def move(self, phase: str) -> None:
        """Move on."""
        self.phase = phase

    @classmethod
    def create_id(cls, number: str) -> Any:  # noqa: ANN401 - the library's signature
        """Derive the id from the number."""
        return uuid5(LEDGER_ID, number)


class _List(SQLiteTrackingRecorder):
    """The list of cases, kept as the library's documentation shows."""

    def __init__(self, datastore: SQLiteDatastore, **kwargs: Any) -> None:  # noqa: ANN401 - the library's signature
        super().__init__(datastore, **kwargs)
        self.create_table_statements.append(
            "CREATE TABLE IF NOT EXISTS cases (id TEXT PRIMARY KEY, number TEXT, phase TEXT)"
        )

    def put(self, values: tuple[str, str | None, str], tracking: Tracking) -> None:
        """Write a row and how far it is."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO cases VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
                " SET phase = excluded.phase",
                values,
            )


class _Projecting(Projection[_List]):
    """Fill the list."""

    name = "cases"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ANN401 - the library's signature
        """Take one event in."""
        number = getattr(domain_event, "number", None)
        phase = getattr(domain_event, "phase", "MEDIATING")
        self.view.put((str(domain_event.originator_id), number, phase), tracking)


class _Cases(Application[UUID]):
    """The peer's application."""


def _peer(folder: Path) -> float:
    env = {
        "CASES_PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "CASES_SQLITE_DBNAME": str(folder / "peer.sqlite"),
    }
    runner = ProjectionRunner(
        application_class=_Cases, projection_class=_Projecting, view_class=_List, env=env
    )
    saving = _save_all(_Cases())[0]
    with runner:
        begun = perf_counter()
        _, last = _save_all(runner.app)
        runner.wait(last, timeout=120)
        took = perf_counter() - begun
    # What saving costs alone is no part of the projection.
    return PEER_CASES * EVENTS_A_CASE / (took - saving)


def _save_all(app: Application[UUID]) -> tuple[float, int]:
    """Save every case; return the seconds it took and the last position."""
    made = []
    for n in range(PEER_CASES):
        case = _Case(f"GO-2026-{n:04d}")
        for step in range(EVENTS_A_CASE - 1):
            case.move(f"PHASE-{step}")
        made.append(case)
    begun = perf_counter()
    last = [app.save(case)[-1].notification.id for case in made][-1]
    return perf_counter() - begun, last


if __name__ == "__main__":
    for what, value in measure():
        print(f"{value:12,.1f}  {what}")
