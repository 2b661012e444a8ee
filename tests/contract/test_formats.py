"""A store of an older release is brought forward once, whole or not at all; a newer is refused."""

import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple

import psycopg
import pytest

from ledger import sqlite
from ledger.databases import Database, StoreKind
from ledger.errors import CaseBusy, LedgerError, StoreFault
from ledger.postgres import Connections, check_schema, connections, create_schema
from tests.postgres import Server

FIRST = StoreKind("shelf", 0x474F4C7A, "gol-shelf", 1, frozenset({"books"}))
SCHEMA = ("CREATE TABLE books (book INTEGER PRIMARY KEY, title TEXT NOT NULL)",)
SECOND = FIRST._replace(
    version=2,
    tables=frozenset({"books", "loans"}),
    later=(
        (
            "ALTER TABLE books ADD COLUMN place TEXT",
            "CREATE TABLE loans (book INTEGER NOT NULL, due TEXT NOT NULL)",
        ),
    ),
)
THIRD = SECOND._replace(version=3, later=(*SECOND.later, ("UPDATE books SET place = 'A'",)))
BROKEN = SECOND._replace(
    version=3,
    later=(*SECOND.later, ("UPDATE books SET place = 'B'", "CREATE TABLE loans (x TEXT)")),
)


class Shop(NamedTuple):
    """Where a store is kept: how it is made, checked and opened."""

    create: Callable[[StoreKind], bool]
    check: Callable[[StoreKind], Mapping[str, str]]
    opened: Callable[[], Database]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Shop:
    """Have a store of the first format that holds one book."""
    meta = {"ledger_id": "L"}
    path = tmp_path / "shelf.sqlite"
    made = Shop(
        lambda kind: sqlite.create_file(path, kind, SCHEMA, meta),
        lambda kind: sqlite.check_file(path, kind),
        lambda: sqlite.Connections(path, FIRST.noun),
    )
    if request.param == "postgres":
        url: str = request.getfixturevalue("database_url")
        made = Shop(
            lambda kind: create_schema(url, kind, SCHEMA, meta),
            lambda kind: check_schema(url, kind),
            lambda: Connections(url, FIRST),
        )
    assert made.create(FIRST)
    assert not made.create(FIRST)
    with closing(made.opened()) as database, database.writing() as session:
        session.execute("INSERT INTO books (title) VALUES (?)", ("On Peace",))
    return made


def books(shop: Shop) -> list[Any]:
    """Read the table as it is."""
    with closing(shop.opened()) as database, database.reading() as session:
        return session.execute("SELECT * FROM books").fetchall()


def test_an_older_format_is_brought_forward_step_by_step(shop: Shop) -> None:
    """What it holds stays; asking again changes nothing."""
    for _ in range(2):
        assert shop.check(THIRD) == {"format": "gol-shelf/3", "ledger_id": "L"}
        assert books(shop) == [(1, "On Peace", "A")]


def test_several_at_once_bring_it_forward_once(shop: Shop) -> None:
    """The others wait, and find it done."""
    with ThreadPoolExecutor(4) as asking:
        found = list(asking.map(lambda _: shop.check(THIRD)["format"], range(4)))
    assert found == ["gol-shelf/3"] * 4


def test_a_newer_format_is_refused_and_left_alone(shop: Shop) -> None:
    """The release that wrote it knows what it means."""
    shop.check(THIRD)
    with pytest.raises(StoreFault, match="newer format gol-shelf/3"):
        shop.check(FIRST)
    assert books(shop) == [(1, "On Peace", "A")]


def test_a_step_that_fails_leaves_the_older_format_whole(shop: Shop) -> None:
    """So that the release before still opens it."""
    with pytest.raises((StoreFault, sqlite3.OperationalError)):
        shop.check(BROKEN)
    assert shop.check(FIRST)["format"] == "gol-shelf/1"
    assert books(shop) == [(1, "On Peace")]


def test_all_of_a_writing_is_kept_or_none(shop: Shop) -> None:
    """Whatever the block raises."""
    with closing(shop.opened()) as database:
        with suppress(KeyError), database.writing() as session:
            session.execute("INSERT INTO books (title) VALUES (?)", ("On War",))
            raise KeyError
        with database.reading() as session:
            assert session.execute("SELECT COUNT(*) FROM books").fetchone() == (1,)


# PostgreSQL alone


@pytest.mark.parametrize(
    ("said", "meant", "why"),
    [
        ("one%20two%20three", "wrong", "refuses the user or the password"),
        ("//desk:", "//nobody-known:", "refuses the user or the password"),
        ("/test_", "/none_", "no such database"),
        ("@127.0.0.1:", "@127.0.0.2:", "cannot be reached"),
        ("postgresql://", "postgresql and ", "URL that cannot be read"),
    ],
)
def test_a_refusal_is_told_without_secret_or_host(
    postgres: Server, database_url: str, said: str, meant: str, why: str
) -> None:
    """Nor in what caused it: a log may keep the whole chain."""
    url = postgres.url(name_in(database_url))
    assert said in url
    with pytest.raises(LedgerError, match=why) as told:
        check_schema(url.replace(said, meant), FIRST)
    words = f"{told.value} {told.value.__cause__}"
    assert not any(secret in words for secret in ("127.0.0", "two", "desk"))
    assert told.value.__suppress_context__


def test_connections_are_bounded_and_replaced_when_the_server_drops_them(
    database_url: str, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who finds none free is told to try again; one thrown out is replaced unseen."""
    create_schema(database_url, FIRST, SCHEMA, {})
    monkeypatch.setattr(connections, "LOCK_TIMEOUT_S", 0.05)
    with closing(Connections(database_url, FIRST, size_max=1)) as database:
        with database.reading(), pytest.raises(CaseBusy, match="in use"), database.reading():
            pass
        postgres.throw_out(name_in(database_url))
        sleep(0.2)  # the server says good-bye a moment later
        with database.reading() as session:
            assert session.execute("SELECT COUNT(*) FROM books").fetchone() == (0,)


def name_in(url: str) -> str:
    """Name the database of an address."""
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
