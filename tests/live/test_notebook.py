"""The notebook of the examples runs on an export of the demo cases, and makes its pictures."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from services.cli import run
from services.demo.load import open_demo
from services.settings import Settings
from tests.live.ledgers import ROOT

NOTEBOOK = ROOT / "examples" / "analysis.ipynb"
PICTURES = ROOT / "examples" / "pictures"
NAMES = {"concession-curves.svg", "directly-follows.svg", "dotted-chart.svg", "durations.svg"}


def notebook() -> Any:  # noqa: ANN401 - nbformat has no types
    """Read it."""
    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call] # it has no types


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_notebook_runs_on_an_export_of_the_demo_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first cell to the last, and its pictures are those of the page."""
    data, target = tmp_path / "demo", tmp_path / "events"
    open_demo(Settings(data=data, operator="clerk"), lambda _: None)
    monkeypatch.setenv("GOODOFFICES_OPERATOR", "clerk")
    words = ["export", "--all", "--for", "registry", "--format", "parquet", "-o", str(target)]
    assert run([*words, "--data", str(data)]) == 0
    monkeypatch.setenv("EXPORT", str(target))
    monkeypatch.setenv("MPLBACKEND", "agg")
    NotebookClient(notebook(), timeout=120, resources={"metadata": {"path": tmp_path}}).execute()
    made = {path.name: path.read_text("utf-8") for path in (tmp_path / "pictures").iterdir()}
    assert set(made) == NAMES
    for name, picture in made.items():
        assert said(picture) == said((PICTURES / name).read_text("utf-8")), name


def said(picture: str) -> list[str]:
    """List the words of a picture; where its lines run may differ with the fonts that are there."""
    return re.findall(r"<text[^>]*>([^<]+)</text>", picture)


def test_the_notebook_is_kept_without_what_it_printed() -> None:
    """So that a change of it is a change of a line; the page shows each of its pictures."""
    cells = [cell for cell in notebook().cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert [cell.execution_count for cell in cells] == [None] * len(cells)
    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(pictures/([^)]+)\)", page)) == NAMES
    assert {path.name for path in PICTURES.iterdir()} == NAMES
