"""A ledger on PostgreSQL: every command line works, and desks outlive their server."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from ledger.errors import StoreFault
from services.demo.load import open_demo
from services.doctor import Finding, examine
from services.house import open_house
from services.settings import Settings
from services.tour import tour
from tests.live.ledgers import (
    CLERK,
    DATABASE,
    assert_whole,
    clerk,
    give,
    line,
    opened,
    said,
    taken_over,
    tell,
)
from tests.newcomer import PROGRAM
from tests.postgres import PASSWORD, Server, running

pytestmark = pytest.mark.live

LEDGER = "goodoffices ledger"


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Run a server that may be stopped, since nobody else uses it."""
    with running() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name a data folder; nothing is there yet."""
    return tmp_path / "data"


def test_two_desks_decide_on_what_the_other_recorded(folder: Path, database_url: str) -> None:
    """Each on a host of its own: time, numbers and versions follow one another."""
    folder.with_suffix(DATABASE).write_text(database_url)
    with opened(folder) as one, opened(folder) as other:
        case = tell(one, [taken_over("shared")])
        for n in range(6):
            desk = (one, other)[n % 2]
            assert give(desk, said(f"words {n}"), case).done
            assert give(desk, taken_over(f"case {n}")).case == f"GO-{case[3:7]}-{n + 2:04d}"
        assert_whole(one.ledger.reader)


@pytest.mark.slow
def test_the_doctor_looks_at_the_server_of_the_keys(
    folder: Path, database_url: str, postgres: Server
) -> None:
    """Away, without keys, with another ledger's, the record's own: each is named, with its fix."""

    def found(keys_url: str, what: str = "key server") -> Finding:
        variables = {"DATABASE_URL": database_url, "KEYS_URL": keys_url, "OPERATOR": CLERK}
        variables |= {"NATS_URL": "off"}
        told = examine({f"GOODOFFICES_{name}": v for name, v in variables.items()}, folder)
        return next(one for one in told if one.what == what)

    with running() as server, server.database() as keys, server.database() as theirs:
        urls = [server.socket_url(name) for name in (keys, theirs)]
        settings = Settings(folder, CLERK, database_url=database_url, keys_url=urls[0])
        open_house(settings, create=True).__exit__()
        well = found(urls[0])
        assert well.well
        assert "on the machine of the record" in well.found
        assert "holds no key store" in found(urls[1]).found
        assert "wal_recycle is on, not off" in found(urls[0], "key server's log").found
        with postgres.database() as other:
            url = postgres.socket_url(other)
            other_settings = Settings(
                folder.with_name("other"), CLERK, database_url=url, keys_url=urls[1]
            )
            open_house(other_settings, create=True).__exit__()
        assert "it has the keys of the ledger" in found(urls[1]).found
    away = found(urls[0])
    assert not away.well
    assert "the database server of the key store cannot be reached" in away.found


@pytest.mark.slow
def test_the_demo_is_told_to_a_database_once(folder: Path, database_url: str) -> None:
    """A second start adds nothing; what to try names the setting and not its value."""
    settings = Settings(data=folder, operator=CLERK, database_url=database_url)
    heads, lines = [], ""
    for _ in range(2):
        open_demo(settings, lambda _: None)
        with open_house(settings) as house:
            heads.append(house.ledger.reader.head())
            assert house.ledger.reader.recorder.case_of_number("GO-2025-0003") is not None
            house.views.bring_to_head()
            lines = "\n".join(tour(settings, house))
    assert heads[0] == heads[1]
    assert "GOODOFFICES_DATABASE_URL as in this one" in lines
    assert database_url not in lines


def test_a_desk_goes_on_when_its_server_is_back(folder: Path, own_server: Server) -> None:
    """Meanwhile it says "try again"; the same command is recorded once."""
    with own_server.database() as name:
        folder.with_suffix(DATABASE).write_text(own_server.url(name))
        with opened(folder) as house:
            case, me = tell(house, [taken_over("one")]), clerk(house)
            for number, end in enumerate((own_server.stop, own_server.crash)):
                order = said("words", id=f"it-{number}")
                end()
                away = house.desk.submit(line(order, case), me, "command line").result()
                assert away.failure == "try again"
                own_server.start()
                done = give(house, order, case)
                assert done.done, done
                assert give(house, order, case) == done
            assert_whole(house.ledger.reader)


def test_an_answer_lost_on_its_way_is_got_by_repeating(
    folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit was done, its answer never came: the outcome is unknown, and then the same."""
    folder.with_suffix(DATABASE).write_text(database_url)
    execute: Callable[..., object] = psycopg.Connection.execute

    def losing(self: psycopg.Connection, query: str, *values: object) -> object:
        answer = execute(self, query, *values)
        if query == "COMMIT" and self.info.get_parameters()["application_name"] == LEDGER:
            self.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        return answer

    with opened(folder) as house:
        case = tell(house, [taken_over("one")])
        assert give(house, said("before"), case).done
        with monkeypatch.context() as faulty:
            faulty.setattr(psycopg.Connection, "execute", losing)
            lost = give(house, said("words", id="it"), case)
        assert (lost.done, lost.failure) == (False, "try again")
        head = house.ledger.reader.head()
        again = give(house, said("words", id="it"), case)
        assert again.done
        assert again.events[0].seq == 3
        assert house.ledger.reader.head() == head
        assert_whole(house.ledger.reader)


@pytest.mark.slow
def test_the_command_line_works_on_postgresql(tmp_path: Path, postgres: Server) -> None:
    """Record and keys on two servers, nothing but the institution's key in the data folder."""
    with postgres.database() as name, running() as apart, apart.database() as keys:
        settings = {
            "GOODOFFICES_DATABASE_URL": postgres.url(name),
            "GOODOFFICES_KEYS_URL": apart.url(keys),
            "GOODOFFICES_DATA": str(tmp_path / "data"),
            "GOODOFFICES_NATS_URL": "off",
        }

        def run(*words: str) -> "subprocess.CompletedProcess[str]":
            done = subprocess.run(
                [sys.executable, "-c", PROGRAM, *words],
                env={**os.environ, **settings},
                capture_output=True,
                check=False,
                text=True,
            )
            assert PASSWORD not in done.stdout + done.stderr
            return done

        missing = run("cases")
        assert missing.returncode == 2
        assert "no ledger in the database of GOODOFFICES_DATABASE_URL" in missing.stderr
        made = run("new", "--party", "A=Alfa", "--party", "B=Beta", "--title", "Fees")
        assert made.returncode == 0, made.stderr
        refused = run("act", "GO-", "record-statement", "--by", "B", "--text", "Not yet.")
        assert refused.returncode == 1, refused.stderr
        assert "Fees" in run("show", "GO-").stdout
        assert run("doctor").returncode == 0
        assert not list((tmp_path / "data").rglob("ledger.sqlite"))
        assert not list((tmp_path / "data").rglob("keys.sqlite"))


def test_keys_beside_the_record_are_refused(
    tmp_path: Path, postgres: Server, database_url: str
) -> None:
    """Whatever name the server is given; nothing is made."""
    with postgres.database() as keys:
        settings = Settings(
            data=tmp_path / "data",
            operator=CLERK,
            database_url=database_url,
            keys_url=postgres.url(keys),
        )
        with pytest.raises(StoreFault, match="in its backups"):
            open_house(settings, create=True)
        with psycopg.connect(postgres.url(keys)) as looking:
            found = looking.execute("SELECT to_regnamespace('gol_keys')").fetchone()
        assert found == (None,)
