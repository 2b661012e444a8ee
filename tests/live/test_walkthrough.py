"""SC-01 played by hand: examples/sc01.jsonl through the command line, on whatever day it is."""

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.live.ledgers import CLERK, ROOT, opened

pytestmark = [pytest.mark.live, pytest.mark.slow]

EXAMPLE = ROOT / "examples" / "sc01.jsonl"


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as somebody at a keyboard does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GOODOFFICES_")}
    return subprocess.run(
        [sys.executable, "-c", "from services.cli import main; main()", *words],
        env={**kept, "GOODOFFICES_DATA": str(folder), "GOODOFFICES_OPERATOR": CLERK},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_example_is_played_to_its_end(tmp_path: Path) -> None:
    """One command is refused, on purpose and with its reason; the case ends evaluated."""
    with opened(tmp_path / "data", unbound=True):
        pass
    played = run(tmp_path / "data", "act", "--file", str(EXAMPLE))
    answers = [msgspec.json.decode(line) for line in played.stdout.splitlines()]
    (refused,) = [answer for answer in answers if not answer["done"]]
    assert played.returncode == 1
    assert len(answers) == len(EXAMPLE.read_text(encoding="utf-8").splitlines())
    assert refused["rule"] == "actor_has_power"
    assert "no power to sign" in refused["why"]
    assert "`sign`" in refused["needs"]
    shown = run(tmp_path / "data", "show", "SC-01")
    assert "phase\tEVALUATED" in shown.stdout
    owed = run(tmp_path / "data", "obligations", "SC-01", "--json")
    assert [one["stands"] for one in msgspec.json.decode(owed.stdout)] == ["confirmed"] * 4
    told = msgspec.json.decode(run(tmp_path / "data", "show", "SC-01", "--json").stdout)
    (checked,) = (e for e in told["timeline"] if e["type"] == "procedure-checklist-computed")
    followed, asked = re.findall(r"\d+", checked["says"])
    assert int(followed) == int(asked) > 0


def test_every_command_of_the_example_bears_the_day_of_the_story() -> None:
    """The page that is made from it is told by these days."""
    ids = [msgspec.json.decode(line)["id"] for line in EXAMPLE.read_bytes().splitlines()]
    days = [one.split("/")[1] for one in ids]
    assert days == sorted(days)
    assert len(ids) == len(set(ids))
    assert (days[0], days[-1]) == ("2026-02-26", "2026-10-12")


def test_a_line_may_name_the_case_an_earlier_line_opens(tmp_path: Path) -> None:
    """Many lines are on their way at once; none is lost because the case is not there yet."""
    opening = {
        "requester": "A",
        "others": ["B"],
        "title": "Berth fees",
        "names": {"A": "Aldora Fisheries", "B": "Port of Brevik"},
        "dispute": "Fees for berth 4.",
    }
    lines: list[dict[str, object]] = []
    for n in range(20):
        asked = {**opening, "external_ref": f"REF-{n}"}
        lines += [
            {
                "command": "request-mediation",
                "id": f"open-{n}",
                "acting_for": "party:A",
                "data": asked,
            },
            {"command": "register-request", "id": f"take-{n}", "case": f"REF-{n}", "data": {}},
        ]
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b"\n".join(map(msgspec.json.encode, lines)))
    with opened(tmp_path / "data", unbound=True):
        pass
    played = run(tmp_path / "data", "act", "--file", str(file))
    assert played.returncode == 0, played.stdout
    assert len(played.stdout.splitlines()) == len(lines)
