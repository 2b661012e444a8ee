"""Look for a difference that tells, over as many pairs of histories as asked for.

A difference found is cut down to the few acts it needs and written to a file, with the seed.

    python -m tests.twins.fuzz --pairs 5000
    python -m tests.twins.fuzz --again build/fuzz/seed-17.json
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic
from typing import Final

import msgspec
from msgspec import Struct

from tests.spec import START
from tests.twins.ledgers import Begun, make_past, twins
from tests.twins.moves import Step, script
from tests.twins.play import Leak, Play
from tests.twins.readings import Asked

CASES: Final = 40
ROUNDS: Final = 5
KEPT: Final = Path("build/fuzz")
SHRINKING_S: Final = 60.0
"""How long a counterexample is cut down; what is left then is written as it is."""


class Past(Struct, frozen=True):
    """What both histories begin with.

    Attributes:
        folder: The ledger.
        begun: Its cases.
    """

    folder: Path
    begun: tuple[Begun, ...]


class Counterexample(Struct, frozen=True):
    """What it takes to see a difference again.

    Attributes:
        seed: Of the script it comes from.
        why: What tells.
        steps: What happens.
        case: Place of the case that is looked at.
        line: The command line that tells, None where records, feeds or what is published do.
        words: What the words of that line stand for.
    """

    seed: int
    why: str
    steps: tuple[Step, ...]
    case: int | None = None
    line: str | None = None
    words: Asked | None = None


def a_past(folder: Path, cases: int = CASES) -> Past:
    """Make a past in a folder."""
    return Past(folder, make_past(folder, cases))


@contextmanager
def playing(past: Past) -> Iterator[Play]:
    """Begin a play in a folder that is thrown away."""
    with (
        tempfile.TemporaryDirectory(prefix="twins-") as folder,
        twins(past.folder, Path(folder), START) as ledgers,
    ):
        yield Play(ledgers, past.begun)


def pairs_of(past: Past, seed: int) -> Play:
    """Play one script and compare everything; return what was done.

    Raises:
        Leak: Somebody gets something else in one history than in the other; the acts it takes are
            in a file that the message names.
    """
    steps = script(seed, past.begun, ROUNDS)
    try:
        with playing(past) as play:
            play.all(steps)
            play.compare(Random(seed))
            return play
    except Leak as leak:
        found = Counterexample(seed, str(leak), steps, leak.case, leak.line, leak.words)
        path = kept(smallest(past, found))
        leak.add_note(f"seed {seed}; python -m tests.twins.fuzz --again {path}")
        raise


def again(past: Past, found: Counterexample) -> Leak | None:
    """Play a counterexample; return what tells, None where nothing does."""
    with playing(past) as play:
        try:
            play.all(found.steps)
            if found.line is None or found.words is None:
                play.compare_feeds()
            else:
                play.ask(found.case, found.words, found.line)
        except Leak as leak:
            return leak
    return None


def smallest(past: Past, found: Counterexample, within_s: float = SHRINKING_S) -> Counterexample:
    """Cut a counterexample down: to its own case, then halves, quarters, single acts."""
    end = monotonic() + within_s
    own = tuple(step for step in found.steps if step.case == found.case)
    best = _shown(past, found, own) or found
    length = len(best.steps) // 2
    while length and monotonic() < end:
        shorter = _without_any(past, best, length, end)
        best, length = (shorter, length) if shorter else (best, length // 2)
    return best


def _without_any(
    past: Past, found: Counterexample, length: int, end: float
) -> Counterexample | None:
    for begin in range(0, len(found.steps), length):
        steps = found.steps[:begin] + found.steps[begin + length :]
        if monotonic() < end and (shorter := _shown(past, found, steps)):
            return shorter
    return None


def _shown(past: Past, found: Counterexample, steps: tuple[Step, ...]) -> Counterexample | None:
    """Return the counterexample with these steps alone, None where they tell nothing."""
    fewer = msgspec.structs.replace(found, steps=steps)
    leak = again(past, fewer) if steps else None
    return None if leak is None else msgspec.structs.replace(fewer, why=str(leak))


def kept(found: Counterexample) -> Path:
    """Write a counterexample to a file."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"seed-{found.seed}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    return path


def main(argv: Sequence[str]) -> int:
    """Play as many pairs as asked for; return 1 at the first difference."""
    asked = argparse.ArgumentParser(prog="tests.twins.fuzz", description=__doc__)
    asked.add_argument("--pairs", type=int, default=5_000, help="how many, %(default)s by default")
    asked.add_argument("--seed", type=int, default=None, help="where to begin; drawn by default")
    asked.add_argument("--again", type=Path, help="a counterexample to play again")
    given = asked.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="twins-past-") as folder:
        past = a_past(Path(folder) / "past")
        if given.again is not None:
            found = msgspec.json.decode(given.again.read_bytes(), type=Counterexample)
            leak = again(past, found)
            sys.stdout.write(f"{leak}\n" if leak else "nothing tells any more\n")
            return int(leak is not None)
        seed = int.from_bytes(os.urandom(4)) if given.seed is None else given.seed
        return _fuzzed(past, seed, given.pairs)


def _fuzzed(past: Past, seed: int, pairs: int) -> int:
    say = sys.stdout.write
    say(f"{pairs} pairs of histories, from seed {seed} on\n")
    done, parted, private = 0, Counter[str](), Counter[str]()
    while done < pairs:
        try:
            play = pairs_of(past, seed)
        except Leak as leak:
            say("\n".join((f"seed {seed}: {leak}", *getattr(leak, "__notes__", ()))) + "\n")
            return 1
        done, seed = done + play.compared, seed + 1
        parted += play.parted
        private += play.private
        say(f"\r{done} alike")
        sys.stdout.flush()
    say(f"\n{private.total()} private acts by {len(private)} commands; went apart in public:\n")
    say("".join(f"{count:5} {why}\n" for why, count in parted.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
