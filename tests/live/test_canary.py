"""No raw file holds what was said: neither record, keys, views, search, streams, locks nor logs."""

import base64
import json
import resource
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ledger.answer import Answer
from ledger.catalogue import COMMANDS, DECIDERS
from ledger.rooms import kind_of
from services.clock import FakeClock
from services.house import House
from tests import examples
from tests.live.ledgers import clerk, feeding, give, opened, reads, tell
from tests.live.serving import environment, events_of, run, serving, subscribing, until
from tests.spec import START, Order, do

pytestmark = pytest.mark.live

WORD = "zzcanaryword"
NAME = "\u0633\u0644\u0645\u0649 \u0627\u0644\u0643\u0646\u0627\u0631\u064a"
AMOUNT = "48151623.42"
TEXT = f"{WORD} {NAME} {AMOUNT}"
MARKS = (WORD, NAME, AMOUNT)
ROOMS = {"joint", "desk", "caucus", "party", "chair", "challenge", "group", "registry", "public"}
OFFICES = ("A", "B", "mediator", "registry", "authority", "challenge", "candidate")


def forms(mark: str) -> set[bytes]:
    """Write a marker in every way in which a file might hold it."""
    plain = mark.encode()
    return {
        plain,
        plain.upper(),
        plain.hex().encode(),
        json.dumps(mark).strip('"').encode(),
        quote(mark).encode(),
        mark.encode("utf-16-le"),
        mark.encode("utf-16-be"),
        *_base64_inside(plain),
    }


def _base64_inside(plain: bytes) -> Iterator[bytes]:
    """Encode it at each of the three places at which it may begin, without what is beside it."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + plain)
        whole = text[4 if before else 0 : -4]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))


FORMS = frozenset(form for mark in MARKS for form in forms(mark))


def found_in(data: bytes) -> list[bytes]:
    """List the markers some bytes hold, in whatever form."""
    return [form for form in FORMS if form in data]


def assert_silent(folder: Path) -> int:
    """Expect no marker in any file; return how many there are."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    loud = {str(path): hits for path in files if (hits := found_in(path.read_bytes()))}
    assert loud == {}
    return len(files)


def marked(value: object, key: str = "") -> Any:  # noqa: ANN401 - a command's own fields
    """Put the markers wherever a command has free words, names or amounts."""
    match value:
        case dict():
            return {k: marked(v, key if key == "names" else k) for k, v in value.items()}
        case list() | tuple():
            return [marked(one, key) for one in value]
        case str() if key == "amount":
            return AMOUNT
        case str() if key == "names" or " " in value:
            return f"{value} {TEXT}"
        case _:
            return value


def marked_orders(orders: Iterable[Order]) -> list[Order]:
    """Mark a history."""
    return [do(o.name, by=o.by, **marked(o.data)) for o in orders]


def everything(house: House, case: str, by: str) -> list[Answer]:
    """Try every command there is in the name of one office; most are refused."""
    return [
        give(house, do(name, by=by, **marked(kind.example)), case)
        for name, kind in COMMANDS.items()
        if not kind.opens and name not in LAST and DECIDERS[kind][0] != "institution"
    ]


LAST = (
    "withdraw-consent",
    "end-mandate",
    "recuse",
    "resign-mandate",
    "close-case",
    "decline-request",
)
"""What would end the case before the rest was tried."""


@contextmanager
def no_room_left() -> Iterator[None]:
    """Let no file of this process grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def story(house: House) -> str:
    """Mark every room there is; return the case's number."""
    opening = [*examples.mediating(("A", "B", "C")), *examples.caucused()]
    case = tell(house, marked_orders(opening))
    clauses = [examples.clause(text=TEXT)]
    paper = {**COMMANDS["submit-document"].example, "title": TEXT, "share": "own"}
    for order in (
        do("open-caucus", by="mediator", party="B"),
        do("receive-in-caucus", by="B", text=TEXT),
        examples.tabled(clauses=clauses),
        examples.tabled(clauses=clauses, addressees=["B"]),
        do("submit-document", by="A", **paper),
    ):
        answer = give(house, order, case)
        assert answer.done, f"{order.name}: {answer.rule} {answer.field}: {answer.why}"
    return case


def test_the_search_for_markers_finds_them() -> None:
    """Each form, wherever it stands in a file."""
    for form in FORMS:
        assert found_in(b"\x00\x01" + form + b"\xff")
    for mark in MARKS:
        for before in range(3):
            assert found_in(base64.b64encode(b"x" * before + mark.encode() + b"yyy"))
            assert found_in(json.dumps({"a": "b" * before + mark}).encode())


@pytest.mark.slow
def test_no_raw_file_holds_what_was_said(tmp_path: Path) -> None:
    """With everything running, and after its end; while the right reader reads it all."""
    folder = tmp_path / "data"
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(folder, unbound=True, clock=clock) as house:
        feeding(house)
        case = story(house)  # before `serve`, whose timekeeper has the machine's clock
        with serving(folder, variables=environment(folder, LOG="debug")) as running:
            for office in OFFICES:
                everything(house, case, office)
            kinds = {kind_of(read.frame.room) for read in reads(house.ledger.reader)}
            assert kinds >= ROOMS, kinds
            with no_room_left():
                (failing,) = (give(house, o) for o in marked_orders(examples.requested()))
            assert failing.failure == "fault"
            assert found_in(repr(failing).encode()) == []
            with subscribing(folder) as listening:
                until(lambda: WORD in str(events_of(listening)), "the word in the feed")
            searched = run(folder, "find", WORD, LOG="debug")
            assert case in searched.stdout
            assert found_in(searched.stderr.encode()) == []
            house.views.rebuild()
            assert assert_silent(folder) > 20
            running.stop()
            assert found_in("".join(running.logged + running.said).encode()) == []
            assert "relay.published" in str(running.logged)
        assert TEXT in str(
            [f.event for f in house.ledger.reader.all_opened(house.resolve(case, clerk(house)))]
        )
    assert_silent(folder)


def test_no_refusal_tells_what_its_reader_may_not_see(tmp_path: Path) -> None:
    """Whatever B asks, it learns nothing of A's rooms, of the chair or of the mediators' own."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path / "data", unbound=True, clock=clock) as house:
        case = tell(house, [*examples.mediating(), *examples.caucused(said=TEXT)])
        for order in (
            do("record-interest", by="A", interest=TEXT, underlying_issue="fees", priority=5),
            do("disclose-conflict", by="mediator", kind="other", summary="known", details=TEXT),
        ):
            give(house, order, case)
        plain = [
            give(house, do(name, by=by, **kind.example), case)
            for by in ("B", "B", "candidate")
            for name, kind in COMMANDS.items()
            if not kind.opens and name not in LAST and DECIDERS[kind][0] != "institution"
        ]
        assert len([answer for answer in plain if not answer.done]) > 100
        assert found_in(repr(plain).encode()) == []
        assert "caucus:A" not in repr(plain)
