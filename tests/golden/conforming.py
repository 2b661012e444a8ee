"""Judge the cases of the demo, for the golden files of conformance."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ledger.identity import Operator
from services.clock import FakeClock
from services.demo.load import open_demo
from services.house import open_house
from services.reading import Eyes
from services.reading.conforming import conformance
from services.settings import Settings
from tests.retelling import lines

HERE: Final = Path(__file__).parent / "conformance"
NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CASES: Final = ("GO-2025-0001", "GO-2025-0002", "GO-2025-0003")
PROFILES: Final = ("house-default", "icc-2014-style", "icsid-2022-style")


def file_of(case: str, profile: str) -> Path:
    """Name the golden file of a case under a profile."""
    return HERE / f"{case}.{profile}.txt"


def told(folder: Path) -> Settings:
    """Make a demo ledger in a folder."""
    settings = Settings(data=folder, operator="somebody")
    open_demo(settings, lambda _line: None)
    return settings


def missing() -> Iterator[tuple[Path, str]]:
    """Judge each case that has no golden file yet."""
    wanted = [(c, p) for c in CASES for p in PROFILES if not file_of(c, p).exists()]
    if not wanted:
        return
    registry = Operator(name="somebody", roles=("registry",), unbound=True)
    with TemporaryDirectory() as folder:
        settings = told(Path(folder) / "ledger")
        with open_house(settings, clock=FakeClock(NOW)) as house:
            for case, profile in wanted:
                found = conformance(Eyes(house, registry, "registry"), case, profile)
                yield file_of(case, profile), lines(found.findings)
