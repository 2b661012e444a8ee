"""What A and the mediator do in private shows nowhere else: pairs of histories, read as B reads.

A pair are two cases in two real ledgers with one past. In one of them A, the mediator and the
registry also act in rooms that B does not read, and convey nothing. `make fuzz` plays more pairs.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple
from unittest.mock import patch

import msgspec
import pytest

from ledger import identity
from ledger.casefile import CaseFile
from ledger.rooms import WHOLE, Rights, either
from ledger.store.batch import Batch
from services import seals
from services.cli import keeping
from services.courier import messages, window
from services.courier.lots import Lots
from services.grants import Grant, Terms
from services.reading import looking
from tests.spec import START
from tests.twins import fuzz, ledgers, over_http, readings
from tests.twins.fuzz import Counterexample, Past, a_past, again, pairs_of, playing, smallest
from tests.twins.ledgers import Ledger, past_end, twins
from tests.twins.moves import script
from tests.twins.play import Leak
from tests.twins.readings import Asked, asked

PAIRS: Final = 1_000
PARTS: Final = 30
EACH: Final = -(-PAIRS // PARTS)


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """Make what all pairs begin with: cases at every stage."""
    return a_past(tmp_path_factory.mktemp("twins") / "past")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """Make a past of few cases."""
    return a_past(tmp_path_factory.mktemp("twins") / "few", 16)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(PARTS))
def test_pairs_of_histories_look_alike_to_everybody_else(past: Past, part: int) -> None:
    """For B, for a subscriber to the joint rooms and for whoever reads what is published."""
    compared, seed = 0, part * 1_000
    while compared < EACH:
        compared += pairs_of(past, seed).compared
        seed += 1


# ---------------------------------------------------------------- every command has its place


def test_every_command_of_the_program_is_read_or_has_its_reason() -> None:
    """A command that is new fails here until it is among those that are compared, or why not."""
    assert set(readings.commands()) == set(readings.PLACES)


def test_every_reading_command_is_given() -> None:
    """What is called a reading command is run by the pairs, as JSON too where it knows that."""
    given = (*readings.lines_of_case(), *readings.ALL_CASES, "export CASE", _KEPT)
    for name, place in readings.PLACES.items():
        assert place != "read" or any(f"{line} ".startswith(f"{name} ") for line in given), name


def test_every_address_of_the_application_is_asked_or_has_its_reason() -> None:
    """A page that is new is asked where its parameters are known, else it fails here."""
    assert over_http.without_place() == []
    asked_of = {line.split()[1] for line in (*over_http.of_case(), *over_http.of_all())}
    assert {"/cases", "/cases/{case}", "/api/audit.csv"} <= asked_of


@pytest.mark.slow
def test_the_lines_are_answered_and_not_misspelt(few: Past, tmp_path: Path) -> None:
    """B gets an answer to each reading line on a case of its own, a refusal to each wrong one."""
    number, begun = next((n, b) for n, b in enumerate(few.begun) if b.stage == "mediating")
    with twins(few.folder, tmp_path / "twins", START) as (ledger, _):
        ledger.clock.set(past_end(ledger, few.begun) + timedelta(hours=1))
        words = _asked(ledger, number, begun.case_id)
        for line in (
            *readings.lines_of_case(),
            *readings.ALL_CASES,
            *over_http.of_all(),
            *_exports(),
        ):
            if "HIDDEN" not in line and not line.startswith(_NOT_OF_B):
                told = asked(ledger, words.words(line), tmp_path)
                assert told.status == 0, (line, told.err)
        for line in readings.WRONG:
            told = asked(ledger, words.words(line), tmp_path)
            assert told.status in _REFUSED or line.startswith(("find ", "import ")), line


_KEPT: Final = "document get"
"""Asked in vain alone: no document is kept in a past."""
_NOT_OF_B: Final = (
    *("export CASE --for party:B --format pack", "statistics"),
    *over_http.UNSURE,
)
_REFUSED: Final = (1, 2)


def _exports() -> list[str]:
    return [f"export CASE --for party:B {line}" for line in readings.EXPORTS]


def _asked(ledger: Ledger, number: int, case: str) -> Asked:
    file = ledger.file(case)
    commands = [f.command for f in file.frames if f.acting_for == "party:B"]
    return Asked(
        case=file.name_for(ledger.rights(case)) or case,
        case_id=case,
        instant=file.frames[-1].recorded.isoformat(),
        at=[f.ref for f in file.frames if f.room == "joint"][-1],
        other=f"{number:032x}",
        command_id=commands[0],
    )


# ---------------------------------------------------------------- the test can fail


def _also_the_caucus(file: CaseFile, viewer: str, *rest: Any) -> Rights:  # noqa: ANN401 - as the original
    found = _granted(file, viewer, *rest)
    return either(found, {"caucus:A": WHOLE}) if viewer == "party:B" else found


def _with_all_eyes(role: str, party: str | None, *rest: Any) -> Rights:  # noqa: ANN401 - as the original
    return either(_eyes(role, party, *rest), rest[-1].rights("mediator"))


class _Everything(Terms, frozen=True):
    """Terms that hold whatever is asked of them."""

    def hold(self, *_: object) -> bool:
        """Let everything go out."""
        return True


def _of_every_room(lots: Lots, reader: Any, ledger: str, grant: Grant) -> None:  # noqa: ANN401 - as the original
    cases = grant.now.cases
    terms = _Everything(rooms=("joint", "caucus:A", "desk:A", "mediators"), cases=cases)
    _lots(lots, reader, ledger, msgspec.structs.replace(grant, terms=((1, terms),)))


def _counted(*given: Any) -> dict[str, str]:  # noqa: ANN401 - as the original
    return {**_cloud_event(*given), "ce-position": str(given[1].position)}


def _in_every_room(batch: Batch, file: CaseFile, due: list[Any], _: set[str]) -> None:
    _put_due(batch, file, due, {frame.room for frame in due})


def _eager(house: Any) -> None:  # noqa: ANN401 - as the original
    for _ in range(1 + house.ledger.reader.head() % 3):
        _tick_now(house)


_granted = looking._granted
_eyes: Callable[..., Rights] = identity._eyes
_cloud_event = messages.cloud_event
_lots: Callable[..., None] = Lots.__init__
_put_due = Batch._put_due
_tick_now = seals.tick_now


class Leaking(NamedTuple):
    """A fault that is made, and where it must show.

    Attributes:
        owner: Whose name is replaced.
        name: What.
        instead: By what.
        shows: Pattern for what tells.
    """

    owner: object
    name: str
    instead: object
    shows: str


LEAKS: Final[dict[str, Leaking]] = {
    "a view shows a room of A's": Leaking(looking, "_granted", _also_the_caucus, "CASE"),
    "a feed holds every room": Leaking(Lots, "__init__", _of_every_room, "the feed"),
    "a header tells the position": Leaking(window, "cloud_event", _counted, "the feed"),
    "a refusal knows what A said": Leaking(identity, "_eyes", _with_all_eyes, "CASE"),
    "what fell due comes with any act": Leaking(Batch, "_put_due", _in_every_room, "the record"),
    "a number counts everything": Leaking(keeping, "_check_keeper", lambda _: None, "rebuild"),
    "a seal comes when something happens": Leaking(ledgers, "tick_now", _eager, "published"),
}


def _compared(past: Past, seeds: int) -> None:
    """Play a few scripts and compare; nothing is cut down or written."""
    for seed in range(seeds):
        with playing(past) as play:
            play.all(script(seed, past.begun, fuzz.ROUNDS))
            play.compare(Random(seed))


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found(few: Past, leak: str) -> None:
    """Whatever is made to tell, at whatever place, some pair of histories shows it."""
    fault = LEAKS[leak]
    with patch.object(fault.owner, fault.name, fault.instead), pytest.raises(Leak) as found:
        _compared(few, seeds=4)
    assert fault.shows in found.value.what


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_counterexample_is_cut_down_and_can_be_played_again(few: Past) -> None:
    """Of hundreds of acts the few it takes are left, as data."""
    steps = script(1, few.begun, fuzz.ROUNDS)
    with patch.object(Lots, "__init__", _of_every_room):
        found = smallest(few, Counterexample(1, "", steps, None))
        read = msgspec.json.decode(msgspec.json.encode(found), type=Counterexample)
        assert len(read.steps) == 1
        assert again(few, read) is not None
    assert again(few, read) is None
