"""Hold what tests of several folders are given."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

import tests.spec
from tests.at_desk import AtDesk
from tests.postgres import database_url, postgres

if TYPE_CHECKING:
    from tests.site import Town

__all__ = ["both_ways", "database_url", "postgres"]

DECIDED = "decided"
AT_DESK = pytest.param("at the desk", marks=[pytest.mark.live, pytest.mark.slow])


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Put logs back where a test has configured them: their stream ends with the test."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def made_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the ledger that tests of the pages and the API begin with."""
    from tests.site import make  # noqa: PLC0415 - few tests need what it imports

    folder = tmp_path_factory.mktemp("site") / "made"
    make(folder)
    return folder


@pytest.fixture(scope="module")
def here(made_site: Path, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Town]":
    """Open a copy of it that the tests of a file share."""
    from tests.site import town  # noqa: PLC0415 - as above

    with town(made_site, tmp_path_factory.mktemp("town") / "ledger") as opened:
        yield opened


@pytest.fixture
def fresh(made_site: Path, tmp_path: Path) -> "Iterator[Town]":
    """Open a copy of it for one test alone."""
    from tests.site import town  # noqa: PLC0415 - as above

    with town(made_site, tmp_path / "ledger") as opened:
        yield opened


@pytest.fixture(params=[DECIDED, AT_DESK])
def both_ways(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Tell a test's specs twice: decided in memory, and through the desk onto a real record.

    At the desk everything told is read as well, by everybody concerned, once the test is over.
    """
    if request.param == DECIDED:
        yield
        return
    told: list[AtDesk] = []

    def at_desk() -> AtDesk:
        told.append(AtDesk(tmp_path / f"ledger-{len(told)}"))
        return told[-1]

    monkeypatch.setattr(tests.spec, "Spec", at_desk)
    if hasattr(request.module, "Spec"):
        monkeypatch.setattr(request.module, "Spec", at_desk)
    yield
    for spec in told:
        if spec.case_id is not None:
            spec.assert_is_read_as_recorded()
        spec.house.__exit__()
