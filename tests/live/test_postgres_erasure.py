"""A key destroyed on PostgreSQL is in no file of the server's, its write-ahead log included."""

import base64
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from ledger.errors import CaseBusy
from ledger.keys import KeyGone, KeyStore
from ledger.postgres import scrubbing
from tests.postgres import USER, Server, running

pytestmark = [pytest.mark.live, pytest.mark.slow]
RULES = ("wal_recycle = off", "wal_init_zero = on", "max_wal_senders = 0", "archive_mode = off")
ROOM = bytes(15) + b"\1"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Run a server for keys, set up as docs/how-to/keys-on-postgres.md says."""
    with running(durable=True) as server:
        with server.admin() as admin:
            for rule in RULES:
                admin.execute(f"ALTER SYSTEM SET {rule}")
            admin.execute(f"GRANT pg_checkpoint TO {USER}")
        server.stop()
        server.start()
        yield server


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """Give an empty database there."""
    with server.database() as name:
        with server.admin(name) as admin:
            admin.execute(f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {USER}")
        yield server.socket_url(name)


def wrapped_in(folder: Path, *keys: bytes) -> list[bytes]:
    """Give the bytes under which keys are stored."""
    institution = base64.b64decode((folder / "institution.key").read_text())
    return [aes_key_wrap(institution, key) for key in keys]


def holding(server: Server, needle: bytes) -> set[str]:
    """Name the files of the server that hold some bytes, raw or as the log of statements does."""
    found = set()
    for file in (server.folder / "data").rglob("*"):
        if file.is_file():
            raw = file.read_bytes()
            if needle in raw or needle.hex().encode() in raw:
                found.add(str(file.relative_to(server.folder / "data")))
    return found


def test_a_destroyed_key_is_in_no_file_of_the_server(
    server: Server, url: str, tmp_path: Path
) -> None:
    """Nor in the planner's statistics; before, it was in the table and in the log."""
    with closing(KeyStore.create(tmp_path / "keys", "L", url)) as store:
        blocks = [store.make_block(size) for size in (1024, 16, 4)]
        rooms = store.frame_keys_for([ROOM, bytes(16)])
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ANALYZE")
            connection.execute("CHECKPOINT")
        gone = wrapped_in(
            tmp_path / "keys", blocks[0].keys[700], blocks[1].keys[3], blocks[2].keys[0]
        )
        (room,) = wrapped_in(tmp_path / "keys", rooms[ROOM])
        stays = wrapped_in(tmp_path / "keys", blocks[0].keys[701], rooms[bytes(16)])
        for needle in (*gone, room):
            files = holding(server, needle)
            assert any(file.startswith("base/") for file in files)
            assert any(file.startswith("pg_wal/") for file in files)
        store.destroy_slots([(blocks[0].id, 700), (blocks[1].id, 3), (blocks[2].id, 0)])
        store.destroy_room(ROOM)
        assert [holding(server, needle) for needle in (*gone, room)] == [set()] * 4
        assert all(holding(server, needle) for needle in stays)


def test_without_the_right_to_a_checkpoint_the_log_alone_keeps_it(
    server: Server, url: str, tmp_path: Path
) -> None:
    """Until the next checkpoint behind a full segment, as the how-to says."""
    with server.admin() as admin:
        admin.execute(f"REVOKE pg_checkpoint FROM {USER}")
    try:
        with closing(KeyStore.create(tmp_path / "keys", "L", url)) as store:
            block = store.make_block(16)
            (gone,) = wrapped_in(tmp_path / "keys", block.keys[3])
            store.destroy_slots([(block.id, 3)])
        with server.admin() as admin:
            admin.execute("CHECKPOINT")
            assert {file.partition("/")[0] for file in holding(server, gone)} == {"pg_wal"}
            admin.execute("SELECT pg_switch_wal()")
            admin.execute("CHECKPOINT")
        assert holding(server, gone) == set()
    finally:
        with server.admin() as admin:
            admin.execute(f"GRANT pg_checkpoint TO {USER}")


def test_a_transaction_that_may_see_old_rows_delays_the_end(
    server: Server, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller is told to repeat; the key is gone for everybody else, then from all files."""
    monkeypatch.setattr(scrubbing, "WAIT_S", 0.2)
    with closing(KeyStore.create(tmp_path / "keys", "L", url)) as store:
        block = store.make_block(4)
        with psycopg.connect(url) as reader:
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM pg_class")
            with pytest.raises(CaseBusy, match="alive"):
                store.destroy_slots([(block.id, 0)])
        with pytest.raises(KeyGone):
            store.content_key(block.id, 0)
        store.destroy_slots([(block.id, 0)])
    assert holding(server, *wrapped_in(tmp_path / "keys", block.keys[0])) == set()


def test_no_process_goes_on_with_a_destroyed_key(url: str, tmp_path: Path) -> None:
    """Another host that had the key in memory has dropped it by the time destroying returns."""
    with (
        closing(KeyStore.create(tmp_path / "keys", "L", url)) as here,
        closing(KeyStore.open(tmp_path / "keys", "L", url)) as there,
    ):
        block = here.make_block(4)
        there.content_key(block.id, 0)
        used, stop = [0], [False]

        def use() -> None:
            while not stop[0]:
                there.content_key(block.id, 1)
                there.epoch()
                used[0] += 1

        busy = Thread(target=use)
        busy.start()
        here.destroy_slots([(block.id, 0)])
        with pytest.raises(KeyGone):
            there.content_key(block.id, 0)
        stop[0] = True
        busy.join()
        assert used[0] > 1000
