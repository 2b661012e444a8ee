"""The record in a database: refused when it is not ours, sound when the server is not."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from threading import Barrier, Event
from time import monotonic, sleep
from uuid import UUID

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from ledger.databases import Session, StoreKind
from ledger.errors import CaseBusy, LedgerError, StoreFault
from ledger.postgres import connections
from ledger.store import postgres_recorder
from ledger.store.postgres_recorder import (
    PostgresLedgerRecorder,
    WriterTurn,
    make_ledger_database,
    open_ledger_database,
    servers_are_apart,
)
from ledger.store.rows import NewRow
from tests.contract.recorders import A_CASE, B_CASE, rows
from tests.postgres import PASSWORD, Server, running

pytestmark = pytest.mark.slow


@pytest.fixture
def recorder(database_url: str) -> Iterator[PostgresLedgerRecorder]:
    """Make an empty ledger."""
    make_ledger_database(database_url, "L")
    with closing(open_ledger_database(database_url)) as made:
        yield made


@pytest.fixture
def name(database_url: str) -> str:
    """Name the database of the recorder."""
    return str(conninfo_to_dict(database_url)["dbname"])


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Run a server that may be crashed, since nobody else uses it."""
    with running() as server:
        yield server


def refusal(url: str) -> StoreFault:
    """Return why a database is refused."""
    with pytest.raises(StoreFault) as refused:
        open_ledger_database(url)
    assert refused.value.needs
    return refused.value


# Opening


def test_a_database_without_a_ledger_is_refused(database_url: str) -> None:
    """Opening makes nothing."""
    assert "holds no ledger" in refusal(database_url).why
    assert not postgres_recorder.holds_ledger(database_url)


def test_a_ledger_is_made_once(database_url: str) -> None:
    """Of four that ask at once, one makes it and all find the same."""
    together = Barrier(4)

    def make(number: int) -> bool:
        together.wait()
        return make_ledger_database(database_url, f"L{number}")

    with ThreadPoolExecutor(4) as makers:
        made = list(makers.map(make, range(4)))
    assert sorted(made) == [False, False, False, True]
    with closing(open_ledger_database(database_url)) as recorder:
        assert recorder.ledger_id == f"L{made.index(True)}"


@pytest.mark.parametrize(
    ("found", "why"),
    [("gol/2", "newer format"), ("gol/x", "which format"), ("cal/1", "which format")],
)
def test_another_format_is_refused(
    recorder: PostgresLedgerRecorder, database_url: str, found: str, why: str
) -> None:
    """A later release's, or another program's."""
    with recorder.datastore.writing() as session:
        session.execute("UPDATE ledger_meta SET value = ? WHERE key = 'format'", (found,))
    assert why in refusal(database_url).why


def test_another_ledger_is_refused(recorder: PostgresLedgerRecorder, database_url: str) -> None:
    """When the caller says which one it means."""
    assert recorder.ledger_id == "L"
    with pytest.raises(StoreFault, match="holds the ledger L, not M"):
        open_ledger_database(database_url, ledger_id="M")


def test_a_ledger_without_its_tables_is_refused(
    recorder: PostgresLedgerRecorder, database_url: str
) -> None:
    """Somebody dropped one."""
    with recorder.datastore.writing() as session:
        session.execute("DROP TABLE positions_given")
    assert "lacks tables" in refusal(database_url).why


def test_a_deleted_tail_is_noticed_on_opening(
    recorder: PostgresLedgerRecorder, database_url: str
) -> None:
    """Positions are never given twice, so the last one given must be there."""
    recorder.insert(rows(A_CASE, count=20))
    with recorder.datastore.writing() as session:
        session.execute("DELETE FROM stored_events WHERE position > 15")
    assert refusal(database_url).why == "the ledger ends at position 15, but 20 was recorded"


def test_a_long_record_keeps_few_of_the_positions_given(recorder: PostgresLedgerRecorder) -> None:
    """Only the last one counts; what is older goes now and then."""
    for first in range(1, 2_500, 10):
        recorder.insert(rows(A_CASE, first, count=10))
    with recorder.datastore.reading() as session:
        ((kept,),) = session.execute("SELECT count(*) FROM positions_given").fetchall()
    assert kept < 110


def test_a_wrong_password_is_told_without_it(postgres: Server, name: str) -> None:
    """Nor is the right one, the user or the host told in any message."""
    with pytest.raises(StoreFault) as refused:
        make_ledger_database(postgres.url(name, password="not this"), "L")
    said = f"{refused.value.why} {refused.value.needs} {refused.value.__cause__}"
    assert "password" in refused.value.why
    assert "not this" not in said
    assert PASSWORD not in said


def test_a_user_without_rights_is_told_so(postgres: Server, name: str) -> None:
    """It can connect, and make nothing."""
    with postgres.admin() as admin:
        admin.execute("CREATE ROLE nobody_much LOGIN")
    url = postgres.socket_url(name, user="nobody_much")
    with pytest.raises(StoreFault, match="refuses this user") as refused:
        make_ledger_database(url, "L")
    assert "own the database" in refused.value.needs


def test_a_server_that_is_not_there_is_told(postgres: Server) -> None:
    """With what to do about it."""
    url = postgres.url("any").replace(str(postgres.port), "1")
    with pytest.raises(CaseBusy, match="cannot be reached, or went away; see that it runs"):
        open_ledger_database(url)


def test_keys_on_the_server_of_the_record_are_refused(postgres: Server, database_url: str) -> None:
    """By whatever name it is addressed: its backups would keep keys that were destroyed."""
    with postgres.database() as keys, pytest.raises(StoreFault, match="in its backups"):
        servers_are_apart(database_url, postgres.url(keys))


# Recording


def test_a_megabyte_and_more_is_recorded_at_once(recorder: PostgresLedgerRecorder) -> None:
    """All or none, although no statement is as large."""
    large = [NewRow(A_CASE, version, bytes(60_000)) for version in range(1, 101)]
    assert recorder.insert(large) == list(range(1, 101))
    with pytest.raises(CaseBusy):
        recorder.insert([*(row._replace(originator_id=B_CASE) for row in large), large[0]])
    assert recorder.head() == 100
    assert recorder.insert(rows(B_CASE)) == [101]


def test_many_small_rows_are_recorded_at_once(recorder: PostgresLedgerRecorder) -> None:
    """More than one statement takes."""
    assert recorder.insert(rows(A_CASE, count=1_000)) == list(range(1, 1_001))


def test_what_is_answered_is_on_disk(recorder: PostgresLedgerRecorder, name: str) -> None:
    """Although the database says that it need not be."""
    with recorder.datastore.writing() as session:
        session.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        session.execute(
            f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'"
        )
    with (
        closing(open_ledger_database(recorder._url)) as again,
        again.datastore.writing() as session,
    ):
        assert session.execute("SHOW synchronous_commit").fetchone()[0] == "on"
        assert session.execute("SHOW transaction_isolation").fetchone()[0] == "read committed"


LONG = [pytest.mark.soak, pytest.mark.timeout(120)]


@pytest.mark.parametrize(
    ("seconds", "way"),
    [
        (1.0, "socket"),
        pytest.param(60.0, "socket", marks=LONG),
        pytest.param(60.0, "tcp", marks=LONG),
    ],
)
def test_eight_writers_and_a_live_reader_lose_nothing(
    postgres: Server, database_url: str, seconds: float, way: str
) -> None:
    """Each with connections of its own, as processes have: none lost, positions strictly rising."""
    if way == "tcp":
        database_url = postgres.url(database_url.partition("@/")[2].partition("?")[0])
    make_ledger_database(database_url, "L")
    end = monotonic() + seconds
    done = Event()

    def write(writer: int) -> list[int]:
        given: list[int] = []
        versions = count(1)
        with closing(open_ledger_database(database_url)) as own:
            while monotonic() < end:
                some = [NewRow(UUID(int=writer), next(versions), b"x" * 200) for _ in range(7)]
                given += own.insert(some)
        return given

    def read() -> list[int]:
        seen: list[int] = []
        with closing(open_ledger_database(database_url)) as own:
            while True:
                last_look = done.is_set()
                page = own.page(seen[-1] if seen else 0, 500)
                seen += [position for position, *_ in page]
                if last_look and not page:
                    return seen

    with ThreadPoolExecutor(9) as pool:
        reading = pool.submit(read)
        writing = [pool.submit(write, writer) for writer in range(1, 9)]
        given = sorted(position for one in writing for position in one.result())
        done.set()
        seen = reading.result(timeout=30)
    assert seen == given == list(range(1, len(given) + 1))
    print(f"{len(given)} rows in {seconds} s over {way}, 0 lost")  # noqa: T201 - the figure of a soak


# The right to write


def test_the_right_to_write_excludes_others(
    recorder: PostgresLedgerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits too long is told to try again; then it is its turn."""
    monkeypatch.setattr(postgres_recorder, "Connections", _impatient)
    with closing(open_ledger_database(recorder._url)) as other:
        with WriterTurn(recorder):
            recorder.insert(rows(A_CASE))
            assert other.head() == 0
            with pytest.raises(CaseBusy, match="try again"):
                other.insert(rows(B_CASE))
        assert other.insert(rows(B_CASE)) == [2]


def test_a_turn_that_fails_records_nothing(recorder: PostgresLedgerRecorder) -> None:
    """And the next one goes on as if it had not been."""

    def fail() -> None:
        with WriterTurn(recorder):
            recorder.insert(rows(A_CASE, count=3))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert recorder.head() == 0
    with WriterTurn(recorder):
        assert recorder.insert(rows(A_CASE)) == [1]


def test_who_waits_longest_is_next(recorder: PostgresLedgerRecorder) -> None:
    """Eight that wait are served in the order they came."""
    served: list[int] = []

    def write(number: int) -> None:
        with closing(open_ledger_database(recorder._url)) as own, WriterTurn(own):
            served.append(number)
            own.insert(rows(UUID(int=number + 1)))

    with ThreadPoolExecutor(8) as pool:
        with WriterTurn(recorder):
            waiting = []
            for number in range(8):
                waiting.append(pool.submit(write, number))
                _wait_for_waiting(recorder, number + 1)
        for one in waiting:
            one.result(timeout=10)
    assert served == list(range(8))


def _impatient(url: str, kind: StoreKind) -> connections.Connections:
    made = connections.Connections(url, kind)
    made._begin = f"SET lock_timeout = '50ms'; {made._begin}"
    return made


def _wait_for_waiting(recorder: PostgresLedgerRecorder, wanted: int) -> None:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    deadline = monotonic() + 10
    while monotonic() < deadline:
        with recorder.datastore.reading() as session:
            if session.execute(waiting).fetchone()[0] == wanted:
                return
        sleep(0.005)
    pytest.fail("nobody waits")


# The server and the way to it


def test_a_connection_lost_within_a_turn_records_nothing(
    recorder: PostgresLedgerRecorder, postgres: Server, name: str
) -> None:
    """Whoever wrote may try again, and is recorded once."""

    def lose() -> None:
        with WriterTurn(recorder):
            recorder.insert(rows(A_CASE, count=3))
            postgres.throw_out(name)

    with pytest.raises(CaseBusy, match="send the same again"):
        lose()
    assert recorder.head() == 0
    assert recorder.insert(rows(A_CASE, count=3)) == [1, 2, 3]


def test_a_commit_whose_answer_is_lost_is_found_by_who_repeats_it(
    recorder: PostgresLedgerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it was recorded is not known to the writer; the version taken tells."""
    execute: Callable[..., object] = psycopg.Connection.execute

    def losing(self: psycopg.Connection, query: str, *values: object) -> object:
        answer = execute(self, query, *values)
        if query == "COMMIT":
            self.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        return answer

    with monkeypatch.context() as faulty:
        faulty.setattr(psycopg.Connection, "execute", losing)
        with pytest.raises(CaseBusy, match="send the same again"):
            recorder.insert(rows(A_CASE))
    assert recorder.head() == 1
    with pytest.raises(CaseBusy, match="another writer was first"):
        recorder.insert(rows(A_CASE))


def test_a_restarted_server_is_found_again(own_server: Server) -> None:
    """By readers, writers and followers, whether it was stopped or crashed."""
    with own_server.database() as name:
        url = own_server.url(name)
        make_ledger_database(url, "L")
        with closing(open_ledger_database(url)) as recorder, recorder.subscribe() as followed:
            for number, end in enumerate((own_server.stop, own_server.crash)):
                recorder.insert(rows(A_CASE, 2 * number + 1))
                assert next(followed).id == 2 * number + 1
                end()
                with pytest.raises(LedgerError, match="went away"):
                    recorder.insert(rows(A_CASE, 2 * number + 2))
                own_server.start()
                assert recorder.head() == 2 * number + 1
                assert recorder.insert(rows(A_CASE, 2 * number + 2)) == [2 * number + 2]
                assert next(followed).id == 2 * number + 2


def test_a_crash_of_the_server_keeps_every_answer(own_server: Server) -> None:
    """What was answered before it is there after it, and of the rest all rows or none."""
    with own_server.database() as name:
        url = own_server.socket_url(name)
        make_ledger_database(url, "L")
        with closing(open_ledger_database(url)) as recorder, ThreadPoolExecutor(1) as writing:
            answered: list[int] = []

            def write() -> None:
                try:
                    for first in count(1, 5):
                        answered.extend(recorder.insert(rows(A_CASE, first, count=5)))
                except LedgerError:
                    return

            writer = writing.submit(write)
            sleep(0.3)
            own_server.crash()
            writer.result(timeout=30)
            own_server.start()
            head = recorder.head()
            assert answered
            assert head >= answered[-1]
            assert head % 5 == 0
            assert [version for _, version, _ in recorder.stream(A_CASE)] == list(
                range(1, head + 1)
            )


def test_when_every_connection_is_in_use_the_caller_may_try_again(
    recorder: PostgresLedgerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not hang."""
    monkeypatch.setattr(connections, "LOCK_TIMEOUT_S", 0.05)
    held: list[object] = []

    def hold(left: int) -> None:
        with recorder.datastore.reading() as session:
            held.append(session)
            if left > 1:
                hold(left - 1)
                return
            with pytest.raises(CaseBusy, match="in use"):
                recorder.head()

    hold(connections.CONNECTIONS_MAX)
    assert len(held) == connections.CONNECTIONS_MAX
    assert recorder.head() == 0


def test_a_server_without_a_free_connection_may_be_tried_again(
    recorder: PostgresLedgerRecorder, postgres: Server
) -> None:
    """It is there, and full."""
    with postgres.admin() as admin:
        admin.execute("ALTER ROLE desk CONNECTION LIMIT 1")
    try:
        with recorder.datastore.reading() as session:
            _ask(session)
            with pytest.raises(CaseBusy, match="no more connections"):
                recorder.head()
    finally:
        with postgres.admin() as admin:
            admin.execute("ALTER ROLE desk CONNECTION LIMIT -1")


def _ask(session: Session) -> None:
    assert session.execute("SELECT 1").fetchone() == (1,)
