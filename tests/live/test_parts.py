"""`serve --only`: the parts that are named run, and no other."""

from pathlib import Path

import pytest

from ledger.errors import DecodeError
from services.composing import KINDS, chosen, uses_broker
from tests.live.serving import run, serving

pytestmark = [pytest.mark.live, pytest.mark.slow]


def test_every_part_runs_by_default() -> None:
    """Without a word nothing is left out."""
    assert chosen(None) == tuple(KINDS)


def test_parts_are_named_with_commas() -> None:
    """In any order, with spaces, twice: each once."""
    assert chosen("sealer, relay,relay") == ("relay", "sealer")


@pytest.mark.parametrize("only", ["nobody", "relay,nobody", "", " , "])
def test_an_unknown_name_is_refused_with_the_list(only: str) -> None:
    """And so is no name at all."""
    with pytest.raises(DecodeError) as refused:
        chosen(only)
    assert refused.value.needs == ", ".join(KINDS)


def test_a_broker_is_needed_by_who_publishes_or_answers() -> None:
    """The clock, the seals and the views do without."""
    without = [name for name in KINDS if not uses_broker((name,))]
    assert sorted(without) == [
        *("eraser", "http", "projector", "sealer", "stamper", "timekeeper", "webhooks"),
    ]


def test_a_wrong_name_records_nothing(tmp_path: Path) -> None:
    """Not even a data folder is made."""
    told = run(tmp_path / "data", "serve", "--only", "nobody")
    assert told.returncode == 2
    assert "there is no part 'nobody'" in told.stderr
    assert "timekeeper" in told.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("only", "needs"),
    [
        ("relay", "GOODOFFICES_NATS_URL other than off"),
        ("broker", "GOODOFFICES_NATS_URL other than off"),
        ("stamper", "an authority of time"),
    ],
)
def test_a_part_that_cannot_run_is_refused(tmp_path: Path, only: str, needs: str) -> None:
    """Rather than left out without a word, as it is where nobody named it."""
    told = run(tmp_path, "serve", "--only", only, NATS_URL="off")
    assert told.returncode == 2
    assert f"{only} cannot run with these settings" in told.stderr
    assert needs in told.stderr


def test_no_broker_is_started_for_who_needs_none(tmp_path: Path) -> None:
    """The sealer alone has no child; on files the folder is still one process's."""
    folder = tmp_path / "data"
    with serving(folder, "--only", "sealer,projector") as served:
        assert served.broker == 0
        assert "parts          projector, sealer" in "".join(served.said)
        second = run(folder, "serve", "--only", "timekeeper")
        assert second.returncode == 2
        assert "serves this data already" in second.stderr
    with serving(folder, "--only", "relay") as served:
        assert served.broker
