"""The embedded broker: started, found again, recognised, refused, stopped."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import msgspec
import nats.errors
import pytest
from nats.aio.client import Client

from ledger.errors import StoreFault
from services.nats import process
from services.nats.binary import OLDEST, find_server, version_of
from services.nats.config import PORT_SETTING
from services.nats.connect import BrokerAway
from services.nats.jetstream import JetStream
from services.nats.pipe import Message, PublishPipe
from services.nats.server import EmbeddedServer, ServerState, read_credentials
from services.nats.streams import (
    FEED_KEEP,
    Keep,
    ensure_feed_consumer,
    ensure_feed_stream,
    ensure_ledger_stream,
)
from services.nats.subjects import feed_stream, feed_subject, subscriber_user
from tests.live.broker import eventually, on_connection

pytestmark = pytest.mark.live

FEW_BYTES = Keep(max_bytes=20_000, max_age=timedelta(hours=1))

LEFT_BEHIND = """
import sys, threading, time
from pathlib import Path
from services.nats.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
if sys.argv[2] == "tethered":
    server.start()
else:
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
print("up", server.pid, flush=True)
time.sleep(60)
"""


def killed_owner(folder: Path, how: str) -> int:
    """Let another process start the broker, kill -9 that process, return the broker's pid."""
    with subprocess.Popen(
        [sys.executable, "-c", LEFT_BEHIND, str(folder), how], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        pid = next(int(line.split()[1]) for line in owner.stdout if line.startswith("up"))
        owner.kill()
    return pid


def ends(pid: int) -> bool:
    """Tell whether a process is gone within two seconds."""
    for _ in range(200):
        if process.look_up(pid) is None:
            return True
        time.sleep(0.01)
    return False


def test_a_new_folder_gets_a_healthy_broker_and_closing_leaves_no_process(tmp_path: Path) -> None:
    """First start: nothing is there yet, nothing is to be provided."""
    with EmbeddedServer(tmp_path / "nats") as server:
        pid = server.pid
        assert server.healthy()
        assert process.look_up(pid) is not None
    assert process.look_up(pid) is None
    assert not server.healthy()


def test_every_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Secrets, credentials, configuration, log and streams carry no bit for others."""
    folder = tmp_path / "nats"
    with EmbeddedServer(folder, subscribers=["registry-office"]) as server:
        asyncio.run(on_connection(server.credentials("relay"), make_ledger))
        every = [folder, *folder.rglob("*")]
        open_to_others = [path for path in every if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []


async def make_ledger(client: Client) -> None:
    """Make the stream LEDGER."""
    await ensure_ledger_stream(JetStream(client))


def test_a_second_start_goes_on_with_port_keys_and_streams(tmp_path: Path) -> None:
    """Subscribers find the broker where it was, with what they were given."""

    async def count(client: Client) -> int:
        info = await JetStream(client).info("LEDGER")
        return -1 if info is None else info.state.messages

    async def fill(client: Client) -> None:
        await make_ledger(client)
        async with PublishPipe(client) as pipe:
            await pipe.publish_many([Message("ledger.a.b", b"x", {})] * 3)

    with EmbeddedServer(tmp_path) as first:
        credentials = first.credentials("relay")
        asyncio.run(on_connection(credentials, fill))
    with EmbeddedServer(tmp_path) as second:
        assert second.credentials("relay") == credentials
        assert asyncio.run(on_connection(credentials, count)) == 3


def test_the_broker_ends_with_an_owner_that_was_killed(tmp_path: Path) -> None:
    """The signal is kill -9: the kernel tells the child."""
    assert ends(killed_owner(tmp_path, "tethered"))


def test_a_broker_left_behind_is_recognised_and_replaced(tmp_path: Path) -> None:
    """Where the kernel did not end it, the next start does, and takes the same port."""
    left = killed_owner(tmp_path, "loose")
    port = msgspec.json.decode((tmp_path / "state.json").read_bytes(), type=ServerState).port
    assert process.look_up(left) is not None
    with EmbeddedServer(tmp_path) as server:
        assert process.look_up(left) is None
        assert server.port == port
        assert server.healthy()


@pytest.mark.parametrize("what", ["another start", "another command"])
def test_a_stranger_with_the_same_number_is_left_alone(tmp_path: Path, what: str) -> None:
    """A number is used again after a while: start time and configuration file tell."""
    with EmbeddedServer(tmp_path):
        pass
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    if what == "another start":
        command.append(str(tmp_path / "nats.conf"))
    with subprocess.Popen(command) as stranger:
        running = process.look_up(stranger.pid)
        assert running is not None
        started = running.started if what == "another command" else "long ago"
        state = tmp_path / "state.json"
        kept = msgspec.json.decode(state.read_bytes(), type=ServerState)
        lie = msgspec.structs.replace(kept, pid=stranger.pid, started=started)
        state.write_bytes(msgspec.json.encode(lie))
        with EmbeddedServer(tmp_path) as server:
            assert server.healthy()
            assert stranger.poll() is None
        stranger.kill()


def test_two_brokers_never_share_a_folder(tmp_path: Path) -> None:
    """The second is told who has it, and the first goes on."""
    with EmbeddedServer(tmp_path) as first:
        with pytest.raises(StoreFault, match="another process"):
            EmbeddedServer(tmp_path).start()
        assert first.healthy()


@pytest.mark.parametrize("fixed", [True, False])
def test_a_taken_port_is_named_with_the_setting_to_change(tmp_path: Path, *, fixed: bool) -> None:
    """Asked for or kept from the first start, it is not swapped for another behind one's back."""
    with EmbeddedServer(tmp_path) as server:
        port = server.port
    with socket.create_server(("127.0.0.1", port)):
        refused = EmbeddedServer(tmp_path, port=port if fixed else 0)
        with pytest.raises(StoreFault, match=str(port)) as fault:
            refused.start()
    assert PORT_SETTING in fault.value.needs
    with refused as later:
        assert later.healthy()


def test_streams_without_their_key_are_not_started(tmp_path: Path) -> None:
    """A new key would leave them unreadable without a word."""
    with EmbeddedServer(tmp_path) as server:
        asyncio.run(on_connection(server.credentials("relay"), make_ledger))
    (tmp_path / "secrets.json").unlink()
    with pytest.raises(StoreFault, match="is missing"):
        EmbeddedServer(tmp_path).start()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands in the way."""
    (tmp_path / "nats").write_text("no folder")
    with pytest.raises(StoreFault, match="cannot be written"):
        EmbeddedServer(tmp_path / "nats").start()


def test_a_damaged_state_file_is_named(tmp_path: Path) -> None:
    """What is not ours is not guessed at."""
    (tmp_path / "state.json").write_text("{")
    with pytest.raises(StoreFault, match=r"state\.json cannot be read"):
        EmbeddedServer(tmp_path).start()


def test_credentials_of_nobody_are_refused(tmp_path: Path) -> None:
    """There is no default user, and none without an account."""
    with pytest.raises(StoreFault, match="is missing"):
        read_credentials(tmp_path, "relay")
    with EmbeddedServer(tmp_path) as server:
        with pytest.raises(StoreFault, match="no user 'root'"):
            server.credentials("root")
        with pytest.raises(StoreFault, match="no subscriber 'city'"):
            server.credentials(subscriber_user("city"))


@pytest.mark.parametrize("name", ["", "a.b", "A", "x>", "-a", "7", "a" * 33])
def test_a_subscriber_needs_a_name_that_fits_a_subject(tmp_path: Path, name: str) -> None:
    """Dots and wildcards would reach into the streams of others."""
    with pytest.raises(StoreFault, match="cannot name a subscriber"):
        EmbeddedServer(tmp_path, subscribers=[name]).start()


@pytest.mark.slow
def test_nobody_connects_with_another_key_or_token(tmp_path: Path) -> None:
    """Loopback is shared by every user of the machine."""

    async def nothing(_: Client) -> None:
        return None

    with EmbeddedServer(tmp_path / "ours") as server, EmbeddedServer(tmp_path / "other") as other:
        good, strange = server.credentials("relay"), other.credentials("relay")
        for bad in (
            msgspec.structs.replace(good, seed=strange.seed),
            msgspec.structs.replace(good, token=strange.token),
            msgspec.structs.replace(strange, url=good.url),
            msgspec.structs.replace(good, token=server.credentials("courier").token),
        ):
            with pytest.raises(BrokerAway):
                asyncio.run(on_connection(bad, nothing))


def test_a_follower_reads_ledger_and_cannot_write_or_empty_it(tmp_path: Path) -> None:
    """The relay alone publishes."""

    async def tries(client: Client) -> None:
        js = JetStream(client)
        assert await js.info("LEDGER") is not None
        for subject in ("ledger.a.b", "$JS.API.STREAM.PURGE.LEDGER"):
            with pytest.raises(nats.errors.TimeoutError):
                await client.request(subject, b"{}", timeout=0.3)
        info = await js.info("LEDGER")
        assert info is not None
        assert info.state.messages == 0

    with EmbeddedServer(tmp_path) as server:
        asyncio.run(on_connection(server.credentials("relay"), make_ledger))
        asyncio.run(on_connection(server.credentials("follower"), tries))


def test_a_subscriber_gets_its_own_feed_and_nothing_else(tmp_path: Path) -> None:
    """It pulls and acknowledges through two lent subjects, and sees no other."""

    async def publish(client: Client) -> None:
        js = JetStream(client)
        for name in ("city", "court"):
            await ensure_feed_stream(js, name)
            await ensure_feed_consumer(js, name)
            async with PublishPipe(client) as pipe:
                told = Message(feed_subject(name, "told"), name.encode(), {"ce-id": "1"})
                await pipe.publish_many([told])

    async def subscribe(client: Client) -> list[bytes]:
        place = await client.jetstream().pull_subscribe_bind("city", stream=feed_stream("city"))
        messages = await place.fetch(5, timeout=1)
        for message in messages:
            await message.ack()
        other = await client.jetstream().pull_subscribe_bind("court", stream=feed_stream("court"))
        with pytest.raises(nats.errors.TimeoutError):
            await other.fetch(1, timeout=0.3)
        for subject in ("$JS.API.STREAM.INFO.FEED_city", "$JS.API.STREAM.INFO.LEDGER"):
            with pytest.raises(nats.errors.TimeoutError):
                await client.request(subject, b"{}", timeout=0.3)
        return [message.data for message in messages]

    with EmbeddedServer(tmp_path, subscribers=["city", "court"]) as server:
        asyncio.run(on_connection(server.credentials("courier"), publish))
        city = server.credentials(subscriber_user("city"))
        assert asyncio.run(on_connection(city, subscribe)) == [b"city"]


def test_no_raw_file_holds_what_was_published(tmp_path: Path) -> None:
    """A feed is plain on its way; on disk it is encrypted, and no log repeats it."""
    canary = b"CANARY-heron-4711"

    async def publish(client: Client) -> None:
        await ensure_feed_stream(JetStream(client), "city")
        async with PublishPipe(client) as pipe:
            told = Message(feed_subject("city", "told"), canary, {"ce-subject": canary.decode()})
            await pipe.publish_many([told])

    with EmbeddedServer(tmp_path, subscribers=["city"]) as server:
        asyncio.run(on_connection(server.credentials("courier"), publish))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".blk" for path in files)
    assert [path for path in files if canary in path.read_bytes()] == []


def test_a_full_feed_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    """A subscriber that never reads costs its own messages' place, not the broker."""

    async def fill(client: Client) -> tuple[int, int]:
        js = JetStream(client)
        info = await ensure_feed_stream(js, "city", FEW_BYTES)
        assert info.config["discard"] == "new"
        async with PublishPipe(client) as pipe:
            lot = [Message(feed_subject("city", "told"), os.urandom(1000), {})] * 40
            acks = await pipe.publish_many(lot, after=0)
        stored = [ack for ack in acks if ack.error is None]
        after = await js.info(feed_stream("city"))
        assert after is not None
        return len(stored), after.state.messages

    with EmbeddedServer(tmp_path, subscribers=["city"]) as server:
        stored, kept = asyncio.run(on_connection(server.credentials("courier"), fill))
    assert 0 < stored < 40
    assert kept == stored


def test_a_stream_that_differs_is_put_right(tmp_path: Path) -> None:
    """What an older version made is changed in place; its messages stay."""

    async def change(client: Client) -> None:
        js = JetStream(client)
        await ensure_feed_stream(js, "city")
        async with PublishPipe(client) as pipe:
            await pipe.publish_many([Message(feed_subject("city", "told"), b"x", {})])
        assert (await ensure_feed_stream(js, "city", FEW_BYTES)).config["max_bytes"] == 20_000
        mended = await ensure_feed_stream(js, "city")
        assert mended.config["max_bytes"] == FEED_KEEP.max_bytes
        assert mended.state.messages == 1

    with EmbeddedServer(tmp_path, subscribers=["city"]) as server:
        asyncio.run(on_connection(server.credentials("courier"), change))


@pytest.mark.slow
def test_a_broker_that_died_is_started_again(tmp_path: Path) -> None:
    """The signal is kill -9, twice: its owner brings it back on the same port."""

    async def live(server: EmbeddedServer) -> None:
        stop = asyncio.Event()
        keeping = asyncio.create_task(server.keep_alive(stop))
        for _ in range(2):
            pid, port = server.pid, server.port
            os.kill(pid, signal.SIGKILL)
            await eventually(lambda: not server.alive)
            await eventually(server.healthy)
            assert server.port == port
        stop.set()
        await keeping

    with EmbeddedServer(tmp_path) as server:
        asyncio.run(live(server))


def test_an_old_server_on_the_path_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older ones sync each message of a batch, or lose some."""
    old = tmp_path / "nats-server"
    old.write_text("#!/bin/sh\necho 'nats-server: v2.14.0'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() != old
    assert version_of(find_server()) >= OLDEST
    old.write_text("#!/bin/sh\necho 'nats-server: v2.100.0'\n")
    assert find_server() == old


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="no /bin/ps on this machine")
def test_a_process_is_recognised_without_proc_too() -> None:
    """Where the kernel has no /proc, ps tells the same story."""
    with subprocess.Popen(["sleep", "60"]) as child:
        seen = process._from_ps(child.pid)
        assert seen is not None
        assert seen.command == "sleep 60"
        assert seen == process._from_ps(child.pid)
        child.kill()
    assert process._from_ps(child.pid) is None


class Loaded(msgspec.Struct):
    """Accounts that a server has loaded."""

    accounts: list[str]


def test_who_lends_is_loaded_before_anybody_connects(tmp_path: Path) -> None:
    """Else a lender and a borrower loaded at the same instant now and then lose the loan."""
    with EmbeddedServer(tmp_path / "nats") as server:
        state = msgspec.json.decode(
            (tmp_path / "nats" / "state.json").read_bytes(), type=ServerState
        )
        with urlopen(f"http://127.0.0.1:{state.monitor_port}/accountz") as told:
            loaded = msgspec.json.decode(told.read(), type=Loaded).accounts
        assert {server.accounts.account(name) for name in ("COMMANDS", "FEEDS")} <= set(loaded)
        assert server.accounts.account("LEDGER") not in loaded
