"""Measure two desk processes against one, on one PostgreSQL that waits for the disk.

Each desk is a process with callers of its own; the callers are as many in all, and each desk serves
its share of them. Keys are in a database of their own, as where several hosts have desks.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bench.children import environment
from bench.houses import BODY, Furnished, line_of, statement, taken_over
from bench.measuring import Line, Options, alternating, rate, say, seconds
from tests.postgres import Server

CALLERS: Final = 64
CALLS: Final = 2_560
CASES: Final = 160
AGGREGATE_EVENTS: Final = 10
CODE: Final = "from bench.desks_bench import desk; desk()"
READY: Final = b"\n"


class Place(Struct, frozen=True):
    """Where a desk works, and on which cases."""

    folder: str
    database_url: str
    keys_url: str
    cases: tuple[str, ...]

    def turned(self) -> "Place":
        """Begin with another half of the cases: two desks seldom have one case at one time."""
        half = len(self.cases) // 2
        return replace(self, cases=(*self.cases[half:], *self.cases[:half]))


class Desk:
    """A desk in a process of its own, with its callers."""

    def __init__(self, place: Place) -> None:
        """Start it and wait until it takes commands."""
        self._child = subprocess.Popen(
            [sys.executable, "-c", CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )
        self._say(msgspec.json.encode(place))
        self.wait()

    def prepare(self, callers: int, calls: int) -> None:
        """Have it write so many commands for so many callers."""
        self._say(msgspec.json.encode((callers, calls)))
        self.wait()

    def begin(self) -> None:
        """Have them given."""
        self._say(b"")

    def wait(self) -> None:
        """Wait until it has done what was asked of it."""
        assert self._child.stdout is not None
        assert self._child.stdout.readline() == READY, "a desk ended"

    def close(self) -> None:
        """Let it end."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait()

    def _say(self, line: bytes) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(line + b"\n")
        self._child.stdin.flush()


def desk() -> None:
    """Be such a process: the place comes first on stdin, then two lines for each round."""
    place = msgspec.json.decode(sys.stdin.readline(), type=Place)
    urls = {"database_url": place.database_url, "keys_url": place.keys_url}
    with Furnished(Path(place.folder), **urls) as ours:
        _say_ready()
        for line in sys.stdin:
            callers, calls = msgspec.json.decode(line, type=tuple[int, int])
            asked = [line_of(statement(), place.cases[n % len(place.cases)]) for n in range(calls)]
            _say_ready()
            sys.stdin.readline()
            _speak(ours, asked, callers)
            _say_ready()


def _speak(ours: Furnished, asked: list[bytes], callers: int) -> None:
    rate(callers, len(asked), lambda n: ours.handle(asked[n]))


def _say_ready() -> None:
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()


def measure(_: Options) -> Iterator[Line]:
    """Compare accepted commands a second."""
    with tempfile.TemporaryDirectory() as folder, _place(Path(folder)) as place, ExitStack() as on:
        desks = [Desk(place), Desk(place.turned())]
        for one in desks:
            on.callback(one.close)
        say(f"desks: {CALLERS} callers, of two desks and of one in turns")
        for given in (desks, desks[:1]):
            _given(given)  # the first round reads what the other wrote
        two, alone = alternating(lambda: _given(desks), lambda: _given(desks[:1]))
    yield Line(
        what=f"two desk processes on PostgreSQL, {CALLERS} callers in all",
        unit="/s",
        ours=two,
        peer=alone,
        note=(
            "one desk process with as many callers; one server for all, fsync on;"
            f" {len(BODY)} characters a command, cases of {AGGREGATE_EVENTS} events and more"
        ),
    )


def _given(desks: Sequence[Desk]) -> float:
    for one in desks:
        one.prepare(CALLERS // len(desks), CALLS // len(desks))

    def all_of_them() -> None:
        for one in desks:
            one.begin()
        for one in desks:
            one.wait()

    return CALLS / seconds(all_of_them)


@contextmanager
def _place(folder: Path) -> Iterator[Place]:
    """Make a ledger with cases in it, on a server of its own."""
    say("desks: opening cases")
    with (
        Server(Path(tempfile.mkdtemp(prefix="gol-pg-")), durable=True) as server,
        Server(Path(tempfile.mkdtemp(prefix="gol-pg-")), durable=True) as keys,
        server.database() as record_in,
        keys.database() as keys_in,
    ):
        urls = {"database_url": server.socket_url(record_in), "keys_url": keys.url(keys_in)}
        with Furnished(folder / "ours", **urls) as ours:
            cases = ours.open_cases(CASES, taken_over(AGGREGATE_EVENTS - 1))
        yield Place(str(folder / "ours"), **urls, cases=tuple(cases))
