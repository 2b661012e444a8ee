"""One request, every case: a person's data over the whole ledger, by two offices and persons."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from ledger.answer import Answer
from ledger.errors import StoreFault
from ledger.record.erasure_events import ContentErased
from services.clock import FakeClock
from services.eraser import Eraser
from services.house import House
from services.reading.erasure_orders import OrderCertificate, order_certificates
from services.reading.erasures import certificates
from services.reading.eyes import Eyes
from tests import examples
from tests.live.ledgers import clerk, give, line, opened, tell
from tests.live.serving import environment, run, serving, until
from tests.spec import START, Order, do

pytestmark = pytest.mark.live

HOLT = "person:holt"
SECRET = "We would go down to 800 k."
OPEN = "The berth floods in spring."
GRANT: dict[str, Any] = {
    "result": "partly",
    "ground": "consent_withdrawn",
    "basis": "It was withdrawn in March.",
    "kept": ["representative-authorised"],
    "reasons": "Who acted for a party stays on record.",
}
CAUCUS_ONLY, BEFORE_ALL, HELD, OTHERS = (f"GO-2026-000{n}" for n in range(1, 5))


def speaks(*orders: Order) -> list[Order]:
    """Mediate between A, for whom Holt speaks, and B."""
    authorised = do("authorise-representative", by="A", person=HOLT, powers=["negotiate"])
    first, *others = examples.mediating()
    return [first, authorised, *others, *orders]


def in_caucus(text: str) -> list[Order]:
    """Tell the mediator something in confidence, by Holt."""
    told = do("receive-in-caucus", by="A", text=text, at_actor=HOLT)
    return [do("open-caucus", by="mediator", party="A"), told]


def aloud(text: str) -> Order:
    """Say something before all, by Holt."""
    return do("submit-statement", by="A", text=text, at_actor=HOLT)


@pytest.fixture
def folder(tmp_path: Path, told: Path) -> Path:
    """Have a ledger of one's own, with keys that live."""
    return Path(shutil.copytree(told, tmp_path / "data"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make four cases: Holt in a caucus alone, before all, in one that is held, and in none."""
    folder = tmp_path_factory.mktemp("told") / "data"
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as house:
        give(house, do("add-operator", name="officer", roles=["protection"]))
        for said in (in_caucus(SECRET), [aloud(OPEN)], [aloud(OPEN)]):
            tell(house, speaks(*said))
        tell(house, examples.mediating())
        held = do("place-legal-hold", scope="the whole case", reason="A court asks for it.")
        assert give(house, held, HELD).done
    return folder


def as_officer(house: House, order: Order) -> Answer:
    """Let the data-protection officer give an order."""
    return house.desk.handle(line(order), house.desk.operator("officer"), "command line")


def ordered(house: House, **grant: Any) -> Answer:  # noqa: ANN401 - a command's own fields
    """Have it asked for, granted and ordered; return the last answer."""
    assert give(house, do("request-subject-erasure", subject=HOLT, reason="He asked.")).done
    granted = {**GRANT, **grant}
    order = do("assess-subject-erasure", by="protection", erasure_id="SE1", **granted)
    assert as_officer(house, order).done
    return give(house, do("execute-subject-erasure", erasure_id="SE1"))


def words(house: House, case: str) -> str:
    """Return everything a case says, as trusted code reads it."""
    case_id = house.resolve(case, clerk(house))
    return str([frame.event for frame in house.ledger.reader.all_opened(case_id)])


def marks(house: House, case: str) -> list[tuple[str, tuple[str, ...]]]:
    """List the marks of erasures in a case, with their rooms."""
    file = house.load(house.resolve(case, clerk(house)))
    erased = [f for f in file.frames if isinstance(f.event, ContentErased)]
    return [(f.room, f.event.targets) for f in erased if isinstance(f.event, ContentErased)]


def test_every_case_follows_and_nothing_is_told_where_nothing_was(folder: Path) -> None:
    """Each entry is marked in its own room; a held case waits until the hold is released."""
    with opened(folder) as house:
        assert ordered(house).done
        eraser = Eraser(house.ledger, house.clock)
        eraser.catch_up()
        assert SECRET not in words(house, CAUCUS_ONLY)
        assert {room for room, _ in marks(house, CAUCUS_ONLY)} == {"caucus:A"}
        assert OPEN not in words(house, BEFORE_ALL)
        assert "joint" in {room for room, _ in marks(house, BEFORE_ALL)}
        assert OPEN in words(house, HELD)
        assert (marks(house, HELD), marks(house, OTHERS)) == ([], [])
        assert give(house, do("release-legal-hold", hold_id="H1"), HELD).done
        eraser.catch_up()
        assert OPEN not in words(house, HELD)
        before = house.ledger.reader.head()
        assert eraser.case(house.ledger.institution_id) == 0
        assert house.ledger.reader.head() == before, "what was followed is not followed again"
        later = give(house, aloud("What he says later stays."), BEFORE_ALL)
        assert later.done, later.why
        eraser.case(house.ledger.institution_id)
        assert "What he says later stays." in words(house, BEFORE_ALL)


def certified(house: House, viewer: str) -> OrderCertificate:
    """Certify the one order for a viewer."""
    (one,) = order_certificates(Eyes(house, clerk(house), viewer))
    return one


def test_the_certificate_names_a_case_to_who_may_know_it(folder: Path) -> None:
    """The registry learns of what stood before all; of the caucus its own readers alone."""
    with opened(folder) as house:
        assert ordered(house).done
        for_registry = certified(house, "registry")
        assert [case.number for case in for_registry.cases] == [BEFORE_ALL]
        assert (for_registry.waiting, for_registry.complete) == ((HELD,), False)
        assert (for_registry.subject, for_registry.approved_by) == (HOLT, "person:officer")
        assert for_registry.basis == GRANT["basis"]
        assert "caucus" not in str(for_registry)
        assert CAUCUS_ONLY not in str(for_registry)
        assert order_certificates(Eyes(house, clerk(house), "party:B")) == []
        (for_a,) = certificates(Eyes(house, clerk(house), "party:A"), CAUCUS_ONLY)
        assert (for_a.ground, for_a.complete) == ("consent_withdrawn", True)
        assert list(certificates(Eyes(house, clerk(house), "party:B"), CAUCUS_ONLY)) == []
        assert list(certificates(Eyes(house, clerk(house), "registry"), CAUCUS_ONLY)) == []
        assert HOLT not in str(for_a), "the mark does not tell whose request it was"


@pytest.mark.parametrize(
    ("order", "rule"),
    [
        (do("assess-subject-erasure", by="protection", erasure_id="SE9", **GRANT), "asked_for"),
        (do("execute-subject-erasure", erasure_id="SE1"), "was_granted"),
        (
            do("assess-subject-erasure", by="protection", erasure_id="SE1", result="granted"),
            "has_legal_basis",
        ),
        (do("assess-subject-erasure", erasure_id="SE1", **GRANT), "role_may_give_command"),
    ],
)
def test_what_is_not_in_order_is_refused(folder: Path, order: Order, rule: str) -> None:
    """Nothing is marked, nothing destroyed."""
    with opened(folder) as house:
        assert give(house, do("request-subject-erasure", subject=HOLT)).done
        answer = give(house, order)
        assert not answer.done
        assert rule in (answer.rule or "")
        assert marks(house, BEFORE_ALL) == []


def test_nobody_orders_alone_or_twice(folder: Path) -> None:
    """Who granted it does not give the order; an order is given once."""
    with opened(folder) as house:
        assert give(house, do("request-subject-erasure", subject=HOLT)).done
        granted = do("assess-subject-erasure", by="protection", erasure_id="SE1", **GRANT)
        assert give(house, granted).done
        refused = give(house, do("execute-subject-erasure", erasure_id="SE1"))
        assert refused.rule == "subject_erasure_has_second_person"
        assert as_officer(house, granted).done
        assert give(house, do("execute-subject-erasure", erasure_id="SE1")).done
        again = give(house, do("execute-subject-erasure", erasure_id="SE1"))
        assert again.rule == "subject_erasure_is_asked_for"


def test_a_part_of_it_is_kept(folder: Path) -> None:
    """Types of entries that another law keeps are not marked."""
    with opened(folder) as house:
        assert ordered(house, kept=["statement-submitted"]).done
        Eraser(house.ledger, house.clock).catch_up()
        assert OPEN in words(house, BEFORE_ALL)
        assert SECRET not in words(house, CAUCUS_ONLY)


def test_a_restored_ledger_stays_unreadable(folder: Path, tmp_path: Path) -> None:
    """Yesterday's record with today's keys: the words are gone, though it knows of no order."""
    shutil.copytree(folder, tmp_path / "yesterday")
    with opened(folder) as house:
        assert ordered(house).done
        Eraser(house.ledger, house.clock).catch_up()
    restored = tmp_path / "yesterday"
    shutil.rmtree(restored / "keys")
    shutil.copytree(folder / "keys", restored / "keys")
    with opened(restored) as house:
        case_id = house.resolve(CAUCUS_ONLY, clerk(house))
        frames = {f.ref: f for f in house.ledger.reader.all_opened(case_id)}
        assert frames["caucus:A:2"].event.text is UNSET


def test_a_case_that_cannot_be_read_keeps_no_other_from_its_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left, with a word in the log; the next case follows."""
    with opened(folder) as house:
        assert ordered(house).done
        damaged = house.resolve(CAUCUS_ONLY, clerk(house))
        reader, load = house.ledger.reader, house.ledger.reader.load

        def faulty(case_id: Any) -> Any:  # noqa: ANN401 - as the reader's own
            if case_id == damaged:
                raise StoreFault("damaged", "a backup")
            return load(case_id)

        monkeypatch.setattr(reader, "load", faulty)
        Eraser(house.ledger, house.clock).catch_up()
        assert OPEN not in words(house, BEFORE_ALL)


@pytest.mark.slow
def test_the_command_line_orders_and_certifies(folder: Path) -> None:
    """In the process that gave the order, and by `serve` where that one was killed before."""
    with opened(folder) as house:
        assert give(house, do("request-subject-erasure", subject=HOLT)).done
        granted = do("assess-subject-erasure", by="protection", erasure_id="SE1", **GRANT)
        assert as_officer(house, granted).done
    done = run(folder, "act", "institution", "execute-subject-erasure", "--erasure-id", "SE1")
    assert done.returncode == 0, done.stderr
    told = run(folder, "erasures")
    assert f"CERTIFICATE OF DESTRUCTION  every case, of {HOLT}" in told.stdout
    assert f"under a legal hold: {HELD}" in told.stdout
    assert run(folder, "act", HELD, "release-legal-hold", "--hold-id", "H1").returncode == 0
    with serving(folder, variables=environment(folder, NATS_URL="off")):

        def complete() -> bool:
            found = json.loads(run(folder, "erasures", "--json").stdout)
            return bool(found[-1]["complete"])

        until(complete, "the end of what was held")
