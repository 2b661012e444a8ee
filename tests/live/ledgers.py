"""A real ledger in a folder: orders given to its desk, and what must always hold."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.act import Ask
from ledger.answer import Answer
from ledger.identity import Operator
from ledger.store.making import right_to_write
from ledger.store.reader import Read, Reader
from services.clock import Clock
from services.house import House, open_house
from services.settings import Settings
from tests.spec import OFFICES, Order, do

ROOT = Path(__file__).parents[2]
CLERK = "clerk"
DATABASE = ".database"
_IDS = count(1)


def settings_of(folder: Path, **other: Any) -> Settings:  # noqa: ANN401 - fields of the settings
    """Say where a ledger lies, the clerk at the keyboard; a file beside the folder may say more."""
    url = folder.with_suffix(DATABASE)
    database_url = url.read_text() if url.exists() else ""
    return Settings(data=folder, operator=CLERK, database_url=database_url, **other)


def data_folder(request: pytest.FixtureRequest) -> Path:
    """Name a data folder, nothing there yet; `request.param` says where its record is to be."""
    folder: Path = request.getfixturevalue("tmp_path") / "data"
    if request.param == "database":
        folder.with_suffix(DATABASE).write_text(request.getfixturevalue("database_url"))
    return folder


@contextmanager
def opened(folder: Path, *, unbound: bool = False, clock: Clock | None = None) -> Iterator[House]:
    """Open the ledger of a folder, made first where there is none.

    Args:
        folder: Where it lies.
        unbound: For a new one: the clerk may act for anybody, in any room.
        clock: The machine's own by default; `tests.spec.START` suits the examples.
    """
    with open_house(settings_of(folder), create=True, demo=unbound, clock=clock) as house:
        yield house


def clerk(house: House) -> Operator:
    """Recognise the one operator."""
    return house.desk.operator(CLERK)


def line(order: Order, case: str | None = None) -> bytes:
    """Write an order as the desk takes it; without an id of its own it gets a new one."""
    ask = Ask(
        command=order.name,
        id=order.id or f"order-{os.getpid()}-{next(_IDS)}",
        case=case,
        actor=order.actor,
        acting_for=order.by if order.by in OFFICES else f"party:{order.by}",
        room=order.room,
        seen=order.seen,
        occurred=order.occurred,
        reported=order.reported,
        data=msgspec.Raw(msgspec.json.encode(order.data)),
    )
    return msgspec.json.encode(ask)


def submit(house: House, order: Order, case: str | None = None) -> "Future[Answer]":
    """Queue an order."""
    return house.desk.submit(line(order, case), clerk(house), "command line")


def give(house: House, order: Order, case: str | None = None) -> Answer:
    """Give an order and wait for its answer."""
    return submit(house, order, case).result()


def tell(house: House, steps: Iterable[Order]) -> str:
    """Tell a history, its first order opens the case; return the case's number."""
    case: str | None = None
    for order in steps:
        answer = give(house, order, case)
        assert answer.done, f"{order.name}: {answer.rule} {answer.field}: {answer.why}"
        case = case or answer.case
    assert case is not None, "a history has a first order"
    return case


def taken_over(ref: str, **at: Any) -> Order:  # noqa: ANN401 - fields of the envelope
    """Open a case that takes statements of both parties at once."""
    return do(
        "take-over-case",
        source="test",
        external_ref=ref,
        parties=["A", "B"],
        phase="MEDIATING",
        title=f"Case {ref}",
        facts=["two-parties", "engaged"],
        not_recorded=["names"],
        **_envelope(at),
    )


def said(text: str, by: str = "A", **at: Any) -> Order:  # noqa: ANN401 - fields of the envelope
    """A party says something in the joint room."""
    return do("record-statement", by=by, text=text, **_envelope(at))


def _envelope(at: dict[str, Any]) -> dict[str, Any]:
    return {f"at_{field}": value for field, value in at.items()}


def feeding(house: House, feed: str = "partner") -> None:
    """Grant a feed of every joint room, from the first event on."""
    terms: dict[str, Any] = {"kinds": ["joint"], "cases": ["all"], "from_beginning": True}
    answer = give(house, do("grant-feed", feed=feed, **terms))
    assert answer.done, answer.why


@contextmanager
def held_up(house: House) -> Iterator[None]:
    """Keep the writer waiting, so that commands gather."""
    with right_to_write(house.ledger.folder, house.ledger.reader.recorder):
        yield


def child(source: str, *arguments: object, **options: Any) -> "subprocess.Popen[str]":  # noqa: ANN401 - those of Popen
    """Start Python in a process of its own, its words to be read line by line."""
    command = [sys.executable, "-c", source, *map(str, arguments)]
    options = {"stdout": subprocess.PIPE, "text": True, "cwd": ROOT, **options}
    return subprocess.Popen(command, **options)


def reads(reader: Reader) -> list[Read]:
    """Read every event; each frame opens."""
    found: list[Read] = []
    while page := reader.page(len(found), 5_000):
        for read in page:
            assert isinstance(read, Read), f"position {read.position}: {read.why}"
            found.append(read)
    return found


def assert_whole(reader: Reader) -> list[Read]:
    """Expect a record without a gap, in order of time; return it."""
    found = reads(reader)
    assert [read.position for read in found] == list(range(1, len(found) + 1))
    seqs: dict[bytes, int] = {}
    versions: dict[Any, int] = {}
    for earlier, read in zip([None, *found], found, strict=False):
        seqs[read.room_id] = seqs.get(read.room_id, 0) + 1
        versions[read.case_id] = versions.get(read.case_id, 0) + 1
        assert read.frame.seq == seqs[read.room_id]
        assert read.version == versions[read.case_id]
        assert earlier is None or _follows(earlier, read)
    return found


def _follows(earlier: Read, later: Read) -> bool:
    """Tell whether the clock went on, standing still only within one command."""
    if earlier.frame.recorded == later.frame.recorded:
        return earlier.case_id == later.case_id
    return earlier.frame.recorded < later.frame.recorded


def commands(found: Iterable[Read]) -> dict[tuple[str, str], int]:
    """Count the events of every command, by actor and id."""
    counted: dict[tuple[str, str], int] = {}
    for read in found:
        key = (read.frame.actor, read.frame.command)
        counted[key] = counted.get(key, 0) + 1
    return counted


def numbers(reader: Reader) -> list[str]:
    """List the case numbers given."""
    return reader.recorder.numbers_starting("GO-", 1_000_000)
