"""Play examples/sc01.jsonl through the command line, and print what it shows after each step."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import msgspec

from docs.layout import page, paragraph
from services import cli
from services.clock import FakeClock
from services.house import open_house
from services.settings import PREFIX, Settings

EXAMPLE = Path(__file__).parents[1] / "examples" / "sc01.jsonl"
CASE = "SC-01"
OPERATOR = "clerk"
HOUR = "08:00:00+00:00"
STEPS: dict[str, str] = {
    "2026-02-26": "Aldora Fisheries files a request",
    "2026-03-02": "It is registered, and the port is invited",
    "2026-03-19": "The port consents through Mr Holt",
    "2026-03-20": "Ms Iyer discloses, is waived, is appointed",
    "2026-04-13": "The last signature commences the mediation",
    "2026-04-20": "Statements, interests, venue, protocol",
    "2026-05-04": "The first session",
    "2026-05-05": "Three proposals, and an agreement in principle",
    "2026-06-01": "Four drafts, and a text that is frozen",
    "2026-06-15": "Mr Holt may not sign yet",
    "2026-06-22": "Signed, proved, delivered",
    "2026-06-24": "The closing session, and who watches",
    "2026-07-01": "Four instalments, and the close",
    "2026-10-06": "Looked back on",
}
"""Titles of the steps, by the day they begin; the day stands in the id of every command."""


def walkthrough_page() -> str:
    """Return the story of a case, as the command line tells it."""
    about = (
        "One case from the request to the evaluation, played by hand from"
        " [examples/sc01.jsonl](../examples/sc01.jsonl). Every command bears the day of the story"
        " in its id; this page was printed at these days. Played today, each act happens today, and"
        " all else is the same: one command is refused on purpose, so `act` ends with status 1."
    )
    how = "\n".join(
        (
            "```text",
            "goodoffices serve --demo --data data/demo      # where everybody may act as anybody",
            "goodoffices act --file examples/sc01.jsonl --data data/demo",
            f"goodoffices show {CASE} --data data/demo",
            "```",
        )
    )
    return page("A case, step by step", paragraph(about), how, *_told())


def _told() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        clock = FakeClock(_moment(next(iter(STEPS))))
        with _played_at(clock), open_house(Settings(data, OPERATOR), create=True, demo=True):
            pass
        seen: set[str] = set()
        for number, (title, lines) in enumerate(_steps(), start=1):
            yield f"## {number}. {title}"
            yield _played(lines, data, clock)
            yield from _shown(data, clock, seen)


def _moment(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{HOUR}").astimezone(UTC)


def _steps() -> Iterator[tuple[str, list[bytes]]]:
    """Part the file into its steps."""
    starts = sorted(STEPS)

    def begun(line: bytes) -> str:
        day = _day(line)
        return max(start for start in starts if start <= day)

    lines = [line for line in EXAMPLE.read_bytes().split(b"\n") if line]
    for start, some in groupby(lines, key=begun):
        yield STEPS[start], list(some)


def _day(line: bytes) -> str:
    return str(msgspec.json.decode(line)["id"].split("/")[1])


def _played(lines: list[bytes], data: Path, clock: FakeClock) -> str:
    """Give the commands of a step, each day's at that day; list them with their answers."""
    answers: list[dict[str, Any]] = []
    for day, some in groupby(lines, key=_day):
        clock.set(_moment(day))
        file = data.parent / f"{day}.jsonl"
        file.write_bytes(b"\n".join(some))
        answers += [msgspec.json.decode(a) for a in _run(data, clock, "act", "--file", str(file))]
    rows = [_row(msgspec.json.decode(g), a) for g, a in zip(lines, answers, strict=True)]
    return _table(("day", "by", "command", "answer"), rows)


def _row(given: dict[str, Any], answer: dict[str, Any]) -> tuple[str, ...]:
    day, by = given["id"].split("/")[1], given["acting_for"].removeprefix("party:")
    if not answer["done"]:
        told = f"**refused** by `{answer['rule']}`: {answer['why']}; needs {answer.get('needs')}"
        return day, by, given["command"], told
    wrote = ", ".join(f"`{e['room']}:{e['seq']}` {e['type']}" for e in answer["events"])
    return day, by, given["command"], wrote


def _shown(data: Path, clock: FakeClock, seen: set[str]) -> Iterator[str]:
    """Print the views: where the case stands, dates, proposals, duties, and who entered what."""
    stands = _run(data, clock, "show", CASE)
    yield _block(f"show {CASE}", stands[: stands.index("")])
    dates = _rows(_run(data, clock, "deadlines", CASE), ("on", "status", "rule", "about", "for"))
    yield _titled(f"deadlines {CASE}", dates)
    for view, columns in (
        ("proposals", ("proposal", "by", "kind", "answers", "status")),
        ("obligations", ("obligation", "owes", "to", "due", "status")),
    ):
        told = _run(data, clock, view, CASE)
        if len(told) > 1:
            yield _titled(f"{view} {CASE}", _rows(told, columns))
    audit = _rows(
        _run(data, clock, "audit", CASE),
        ("entry", "type", "actor", "authority", "recorded", "irregular"),
    )
    head, *rows = audit
    yield _titled(f"audit {CASE}", [head, *(row for row in rows if row[0] not in seen)], new=True)
    seen.update(row[0] for row in rows)


def _rows(lines: list[str], columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Take some columns of a table that was printed."""
    head, *rows = [line.split("\t") for line in lines if line]
    places = [head.index(name) for name in columns if name in head]
    kept = tuple(head[n] for n in places)
    return [kept, *(tuple(row[n] for n in places) for row in rows if len(row) == len(head))]


def _titled(command: str, rows: list[tuple[str, ...]], *, new: bool = False) -> str:
    head, *rest = rows
    note = ", the entries of this step, some columns:" if new else ", some columns:"
    return f"`goodoffices {command}`{note}\n\n{_table(head, rest)}"


def _block(command: str, lines: Iterable[str]) -> str:
    told = "\n".join(line.replace("\t", "  ") for line in lines)
    return f"```text\n$ goodoffices {command}\n{told}\n```"


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (columns, tuple("---" for _ in columns), *rows)
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _run(data: Path, clock: FakeClock, *words: str) -> list[str]:
    """Run a command as a person does, at the moment the clock shows; return its lines."""
    out = TextIOWrapper(BytesIO(), encoding="utf-8")
    told = StringIO()
    with _played_at(clock), redirect_stdout(out), redirect_stderr(told):
        status = cli.run([*words, "--data", str(data)])
    out.flush()
    if status not in (0, 1):
        raise SystemExit(f"{' '.join(words)}: {told.getvalue()}")
    assert isinstance(out.buffer, BytesIO)
    return out.buffer.getvalue().decode().rstrip("\n").split("\n")


def _played_at(clock: FakeClock) -> ExitStack:
    """Let the house read the story's clock, with the story's operator at the keyboard."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    stack = ExitStack()
    stack.enter_context(patch("services.house.SystemClock", lambda: clock))
    own = {**kept, f"{PREFIX}OPERATOR": OPERATOR}
    stack.enter_context(patch.dict(os.environ, own, clear=True))
    return stack


if __name__ == "__main__":
    sys.stdout.write(walkthrough_page())
