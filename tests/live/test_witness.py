"""Witnesses that are served, killed, raced and attacked cosign one history of each log."""

import json
import re
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from urllib.request import urlopen

import pytest

from ledger.seal import verify
from ledger.seal.note_keys import COSIGNS, Signer, parse_key
from ledger.seal.notes import Verified, parse_note
from ledger.seal.notes import verify as verified_by
from ledger.seal.policy import Policy, asked_witness
from ledger.seal.proofs import write_document
from ledger.seal.submission import SUBMISSION_BYTES_MAX, Submission, write_submission
from services import seals
from services.clock import FakeClock
from services.cosigning import rounds
from services.cosigning.progress import Witnessed, witnessed
from services.cosigning.witnesses import change_policy, policy_of
from services.doctor import Finding, examine
from services.exports.disclose import disclose
from services.house import House
from services.reading import Eyes
from services.reading.receipts import receipt
from services.witness import serving as answering
from tests import examples
from tests.live.ledgers import clerk, give, opened, said, taken_over, tell
from tests.live.serving import Serve, environment, run, serving, until
from tests.live.test_sealer import at_broker, seals_newest
from tests.live.witnesses import Asked, Near, Serving, free_port, near, post, witnessing
from tests.logs import KEY, Log
from tests.sealing import assert_no_two_heads_of_one_size, checkpoint_of, notes_in, store_of
from tests.spec import START

pytestmark = [pytest.mark.live, pytest.mark.slow]
LOG = Log()


def log_key(house: House) -> str:
    """Return the key that signs the log of a ledger."""
    return seals.key_history(house.ledger.folder).keys[-1].key


def ask(folder: Path, *witnesses: Asked, quorum: int = 0) -> Policy:
    """Have witnesses asked."""

    def change(policy: Policy) -> Policy:
        for each in witnesses:
            policy = policy.with_witness(asked_witness(each.url, each.key))
        return policy.with_quorum(quorum, ())

    return change_policy(folder, change)


def cosigners(note: bytes, *witnesses: Asked) -> list[str]:
    """Name the witnesses whose cosignatures hold, in order of their names."""
    keys = [parse_key(each.key) for each in witnesses]
    told = [each for each in parse_note(note).signatures if each.name.startswith("witness.")]
    found: tuple[Verified, ...] = verified_by(parse_note(note), keys) if told else ()
    assert len(found) == len(told)
    return sorted(each.key.name for each in found)


def standing(house: House) -> Witnessed:
    """Tell how far the witnesses of a ledger have come."""
    with store_of(house) as store:
        return witnessed(house.ledger.folder, store)


@pytest.fixture
def three(tmp_path: Path) -> Iterator[list[Near]]:
    """Serve three witnesses."""
    with ExitStack() as running:
        yield [running.enter_context(near(tmp_path / name)) for name in ("a", "b", "c")]


# ---------------------------------------------------------------- what it answers


@pytest.mark.slow
def test_answers_are_those_of_the_protocol(tmp_path: Path) -> None:
    """Each status with its content, over one process that is told of the log while it runs."""
    with witnessing(tmp_path / "a") as witness:
        assert witness.ask(LOG.ask(0, 5))[0] == 404
        witness.trust(KEY.key.text)
        status, _, line = witness.ask(LOG.ask(0, 5))
        assert (status, cosigners(LOG.note(5) + line, witness)) == (200, [witness.name])
        assert witness.ask(LOG.ask(3, 8)) == (409, "text/x.tlog.size", b"5\n")
        assert witness.ask(LOG.ask(0, 8)) == (409, "text/x.tlog.size", b"5\n")
        fork = Log(forked_at=2)
        forked = write_submission(Submission(5, (), fork.note(5)))
        assert witness.ask(forked) == (409, "text/x.tlog.size", b"5\n")
        assert witness.ask(fork.ask(5, 8))[0] == 422
        assert witness.ask(b"garbage")[0] == 400
        assert witness.ask(bytes(SUBMISSION_BYTES_MAX + 1))[0] == 413
        assert post(witness.port, b"", "/")[0] == 404
        listed = run(tmp_path, "witness", "list", "--state", str(tmp_path / "a"), "--json")
        told = json.loads(listed.stdout)
        assert [(log["origin"], log["size"]) for log in told["logs"]] == [(KEY.name, 5)]
        assert len(told["forks"]) == 2
        key = run(tmp_path, "witness", "key", "--state", str(tmp_path / "a"))
        assert key.stdout.strip() == witness.key == told["key"]
        assert witness.stop() == 0
        assert "stopped" in witness.said[-1]
        assert not any("Traceback" in line for line in witness.logged)


# ---------------------------------------------------------------- with a ledger


def test_a_bundle_is_verified_under_two_of_three(tmp_path: Path, three: list[Near]) -> None:
    """Cosigned by two of three real witnesses: enough for two, too few for three."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path / "data", unbound=True, clock=clock) as house:
        case = tell(house, examples.mediating())
        seals.tick_now(house)
        ask(house.ledger.folder, *three, quorum=2)
        policy = house_policy(house)
        three[0].trust(log_key(house))
        (path,) = disclose(Eyes(house, clerk(house), "party:A"), case, tmp_path / "one")
        assert cause(path, policy) == "too_few_witnesses"
        three[1].trust(log_key(house))
        (path,) = disclose(Eyes(house, clerk(house), "party:A"), case, tmp_path / "two")
        assert verify.examine([path], policy).exit == 0  # sealed before, cosigned now
        told = give(house, examples.tabled(), case)
        assert told.done
        (path,) = disclose(Eyes(house, clerk(house), "party:A"), case, tmp_path / "after")
        assert cosigners((path / "log" / "checkpoint").read_bytes(), *three) == [
            each.name for each in three[:2]
        ]
        result = verify.examine([path], policy)
        assert (result.exit, result.word) == (0, "VERIFIED"), (result.cause, result.why)
        all_three = verify.parse_policy(
            policy_of(house.ledger.folder).with_quorum(3, ()).for_readers([log_key(house)])
        )
        assert cause(path, all_three) == "too_few_witnesses"
        proved = tmp_path / "receipt.json"
        proved.write_bytes(write_document(receipt(Eyes(house, clerk(house), "party:A"), told.id)))
        assert verify.examine([proved, path], policy).exit == 0
        now = standing(house)
        assert [each.behind for each in now.witnesses] == [0, 0, now.size]
        assert now.met == now.size
        assert "404" in str(now.failing[0].why)
        assert "404" in next(f.found for f in doctor_of(house) if f.what == "witnesses")


def house_policy(house: House) -> verify.Policy:
    """Read what a reader pins."""
    text = policy_of(house.ledger.folder).for_readers([log_key(house)])
    return verify.parse_policy(text)


def cause(path: Path, policy: verify.Policy) -> str:
    """Name the cause for which evidence is refused."""
    result = verify.examine([path], policy)
    assert result.exit == verify.FAILED, result
    return result.cause


def doctor_of(house: House) -> list[Finding]:
    """Examine a ledger."""
    variables = environment(house.ledger.folder, NATS_URL="off")
    return list(examine(variables, None))


def test_an_export_keeps_to_the_last_checkpoint_that_enough_cosigned(
    tmp_path: Path, three: list[Near]
) -> None:
    """A newer one that too few have seen proves no more about older entries."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path / "data", unbound=True, clock=clock) as house:
        case = tell(house, examples.mediating())
        seals.tick_now(house)
        for each in three:
            each.trust(log_key(house))
        ask(house.ledger.folder, *three, quorum=2)
        cosigned = seals.tick_now(house)
        assert len(cosigners(cosigned, *three)) == 3
        for each in three[:2]:
            each.stop()
        newest = seals.tick_now(house)
        assert cosigners(newest, *three) == [three[2].name]
        (path,) = disclose(Eyes(house, clerk(house), "party:A"), case, tmp_path / "bundle")
        assert (path / "log" / "checkpoint").read_bytes() == cosigned
        assert verify.examine([path], house_policy(house)).exit == 0
        change_policy(house.ledger.folder, lambda policy: policy.with_quorum(0, ()))
        (path,) = disclose(Eyes(house, clerk(house), "party:A"), case, tmp_path / "newest")
        assert (path / "log" / "checkpoint").read_bytes() == newest


@pytest.mark.slow
@pytest.mark.timeout(120)  # it starts many command lines
def test_serve_has_its_checkpoints_cosigned_and_published(tmp_path: Path) -> None:
    """In the folder, at the broker, in receipts; a witness that is away holds up nothing."""
    data, port = tmp_path / "data", free_port()
    variables = environment(data, SEALS="every=0.5")
    with opened(data, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
        seals.tick_now(house)
        key = log_key(house)
    with (
        witnessing(tmp_path / "a") as first,
        serving(data, "--operator-port", "0", variables=variables) as running,
    ):
        with witnessing(tmp_path / "b", port=port) as second:
            for each in (first, second):
                each.trust(key)
            ask(data, first)
            asked = run(data, "witness", "ask", second.url, second.key)
            assert asked.returncode == 0, asked.stderr
            assert run(data, "witness", "quorum", "2").returncode == 0
            both = [first, second]
            until(lambda: len(cosigners(seals_newest(data), *both)) == 2, "a cosigned checkpoint")
            until(
                lambda: any(len(cosigners(n, *both)) == 2 for n in at_broker(data)), "at the broker"
            )
            told = run(
                data, "act", case, "record-statement", "--by", "A", "--text", "two", "--receipt"
            )
            assert told.returncode == 0, told.stderr
            proved = tmp_path / "receipt.json"
            proved.write_text(told.stdout)
            policy = verify.parse_policy(run(data, "witness", "policy").stdout)
            assert verify.examine([proved], policy).exit == 0
            second.stop(signal.SIGKILL)
        begun = checkpoint_of(seals_newest(data)).head.size
        until(lambda: checkpoint_of(seals_newest(data)).head.size > begun + 4, "ticks go on")
        until(lambda: failing(data) == [second.name], "status tells who is away")
        figures = figures_of(running)
        assert figures["goodoffices_witness_failures_total", second.name] >= 1
        assert figures["goodoffices_witness_last_cosigned_timestamp_seconds", first.name] > 1e9
        for words in (("witness", "status"), ("doctor",)):
            assert second.name in run(data, *words, SEALS="every=0.5").stdout
        with witnessing(tmp_path / "b", port=port) as again:
            until(lambda: failing(data) == [], "it is asked again", 30)
            until(lambda: len(cosigners(seals_newest(data), first, again)) == 2, "and cosigns")
        assert running.stop() == 0
        assert not any("Traceback" in line for line in running.logged)
    assert_no_two_heads_of_one_size(notes_in(data))


def figures_of(running: Serve) -> dict[tuple[str, str], float]:
    """Read what the operator is told of each witness."""
    told = "".join(running.said)
    address = re.findall(r"http://127[\d.:]+/metrics", told)[0]
    with urlopen(address) as answer:
        text = str(answer.read(), "utf-8")
    found = re.findall(r'^(goodoffices_witness_\w+){witness="([^"]+)"} (\S+)$', text, re.MULTILINE)
    return {(figure, name): float(value) for figure, name, value in found}


def failing(folder: Path) -> list[str]:
    """Name the witnesses that do not cosign."""
    told = json.loads((folder / "witnesses.json").read_text())["witnesses"]
    return [key.partition("+")[0] for key, stand in told.items() if stand["why"]]


def test_two_institutions_witness_each_other(tmp_path: Path) -> None:
    """Each runs a ledger and a witness; neither needs the other to go on."""
    with (
        near(tmp_path / "a") as of_north,
        near(tmp_path / "b") as of_south,
        opened(tmp_path / "north", unbound=True) as north,
        opened(tmp_path / "south", unbound=True) as south,
    ):
        pairs = ((north, of_south), (south, of_north))
        for house, other in pairs:
            tell(house, [taken_over("X-1"), said("one")])
            seals.tick_now(house)
            other.trust(log_key(house))
            ask(house.ledger.folder, other, quorum=1)
        for _ in range(2):
            for house, other in pairs:
                assert cosigners(seals.tick_now(house), other) == [other.name]
        of_south.stop()
        assert cosigners(seals.tick_now(north), of_south) == []
        assert cosigners(seals.tick_now(south), of_north) == [of_north.name]
        seals.rotate_key(south, "a yearly change")  # still signed by the old key as well
        assert cosigners(seals.tick_now(south), of_north) == []
        assert "403" in str(standing(south).failing[0].why)
        of_north.trust(log_key(south))
        assert cosigners(seals.tick_now(south), of_north) == [of_north.name]
        seals.begin_log_anew(south, "restored")
        assert "404" in str(standing(south).failing[0].why)
        of_north.trust(log_key(south))
        assert cosigners(seals.tick_now(south), of_north) == [of_north.name]


def test_a_witness_notices_that_a_log_was_put_back(tmp_path: Path) -> None:
    """Everything restored at once, signer and all: nothing inside tells, the witness does."""
    with near(tmp_path / "a") as witness:
        with opened(tmp_path / "data", unbound=True) as house:
            case = tell(house, [taken_over("X-1"), said("one")])
            seals.tick_now(house)
            witness.trust(log_key(house))
            ask(house.ledger.folder, witness, quorum=1)
            seals.tick_now(house)
        shutil.copytree(tmp_path / "data", tmp_path / "kept")
        with opened(tmp_path / "data") as house:
            give(house, said("what B would rather not have said"), case)
            seals.tick_now(house)
            seals.tick_now(house)
        with opened(tmp_path / "kept") as house:
            seals.tick_now(house, thorough=True)
            assert "was it put back?" in str(standing(house).failing[0].why)
            seals.tick_now(house)
            assert "another history" in str(standing(house).failing[0].why)
            seals.tick_now(house)
            assert "422" in str(standing(house).failing[0].why)
    assert len(list((tmp_path / "a" / "forks").glob("*.note"))) == 2


# ---------------------------------------------------------------- killed and raced

KILLED = """
import os, signal, sys
from ledger.seal import witness

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(owner, name):
    work = getattr(owner, name)
    def done(*given, **more):
        work(*given, **more)
        die()
    setattr(owner, name, done)

step = sys.argv.pop(1)
match step:
    case "before": witness.write_whole = die
    case "remembered": witness.cosign = die
    case "signed": after(witness, "cosign")
from services.cli import main
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", ["before", "remembered", "signed"])
def test_a_witness_killed_within_an_answer_signs_one_history(tmp_path: Path, step: str) -> None:
    """After its start the log gets its cosignature, and a fork gets none."""
    state = tmp_path / "a"
    with witnessing(state) as witness:
        witness.trust(KEY.key.text)
        assert witness.ask(LOG.ask(0, 5))[0] == 200
    command = (sys.executable, "-c", KILLED, step)
    with witnessing(state, command=command) as doomed:
        with pytest.raises(OSError, match=r"."):
            doomed.ask(LOG.ask(5, 9))
        until(lambda: doomed.ended, "its end")
        assert doomed.stop() == -signal.SIGKILL
    kept = 5 if step == "before" else 9
    fork = Log(forked_at=7)
    with witnessing(state) as again:
        assert again.key == witness.key
        if kept == 9:
            assert again.ask(fork.ask(5, 9)) == (409, "text/x.tlog.size", b"9\n")
            assert again.ask(write_submission(Submission(9, (), fork.note(9))))[0] == 409
            assert again.ask(fork.ask(9, 12))[0] == 422
        status, _, line = again.ask(LOG.ask(kept, 9))
        assert (status, cosigners(LOG.note(9) + line, again)) == (200, [again.name])
        assert again.ask(LOG.ask(9, 10))[0] == 200


def test_many_at_once_get_one_history(tmp_path: Path) -> None:
    """Forks and the true log, over many connections: of one size one root, sizes only grow."""
    with near(tmp_path / "a") as witness:
        witness.trust(KEY.key.text)
        assert witness.ask(LOG.ask(0, 5))[0] == 200
        logs = [LOG, *(Log(forked_at=n, fork=n) for n in (5, 6, 8))]
        asked = [
            (log, older, size) for size in range(6, 12) for older in range(5, size) for log in logs
        ]

        def one(given: tuple[Log, int, int]) -> bytes | None:
            log, older, size = given
            status, _, line = witness.ask(log.ask(older, size))
            assert status in (200, 409, 422)
            return log.note(size) + line if status == 200 else None

        with ThreadPoolExecutor(12) as pool:
            notes = [note for note in pool.map(one, asked) if note is not None]
    assert notes
    assert_no_two_heads_of_one_size(notes)
    assert all(cosigners(note, witness) for note in notes)


@pytest.mark.slow
def test_two_processes_of_one_witness_keep_one_history(tmp_path: Path) -> None:
    """Started twice by mistake, they take turns."""
    state = tmp_path / "a"
    with witnessing(state) as first, witnessing(state) as second:
        first.trust(KEY.key.text)
        fork = Log(forked_at=3)
        asked = [
            (each, log, size)
            for size in range(4, 12)
            for log in (LOG, fork)
            for each in (first, second)
        ]

        def one(given: tuple[Serving, Log, int]) -> bytes | None:
            each, log, size = given
            status, _, line = each.ask(log.ask(0, size))
            return log.note(size) + line if status == 200 else None

        with ThreadPoolExecutor(8) as pool:
            notes = [note for note in pool.map(one, asked) if note is not None]
    assert len(notes) == 1


# ---------------------------------------------------------------- attacked


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Near]:
    """Serve a witness with little patience."""
    for name, value in (("REQUEST_S", 0.5), ("IDLE_S", 1.0), ("CONNECTIONS_MAX", 8)):
        monkeypatch.setattr(answering, name, value)
    with near(tmp_path / "a") as witness:
        witness.trust(KEY.key.text)
        yield witness


def closed_within(client: socket.socket, longest_s: float) -> bytes:
    """Read what comes until the other side ends the connection."""
    client.settimeout(longest_s)
    got = b""
    while part := client.recv(4_096):
        got += part
    return got


HEAD = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n"


def test_slow_clients_keep_nobody_waiting(quick: Near) -> None:
    """Half a head, half a body, a byte now and then: each is ended, others are answered."""
    begun = monotonic()
    starts = (b"", b"POST /add", HEAD, HEAD + b"Content-Length: 900\r\n\r\nold 0\n")
    clients = [socket.create_connection(("127.0.0.1", quick.port)) for _ in starts]
    for client, start in zip(clients, starts, strict=True):
        client.sendall(start)
    assert quick.ask(LOG.ask(0, 5))[0] == 200
    assert [closed_within(client, 10) for client in clients] == [b""] * len(starts)
    with socket.create_connection(("127.0.0.1", quick.port)) as dripping:
        assert drips(dripping) < 100
    assert monotonic() - begun < 15
    for client in clients:
        client.close()


def drips(client: socket.socket) -> int:
    """Send a byte now and then; count them until the other side has had enough."""
    for sent in range(100):
        try:
            client.sendall(b"P")
        except OSError:
            return sent
        sleep(0.05)
    return 100


def test_too_many_connections_are_told_so(quick: Near) -> None:
    """And once they end others are answered again."""
    clients = [socket.create_connection(("127.0.0.1", quick.port)) for _ in range(8)]
    sleep(0.1)
    with socket.create_connection(("127.0.0.1", quick.port)) as one_more:
        assert b"503" in closed_within(one_more, 10)
    for client in clients:
        client.close()
    until(lambda: quick.ask(LOG.ask(0, 5))[0] in (200, 409), "it answers again")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"POST /add-checkpoint HTTP/2.0\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /add-checkpoint HTTP/1.1\r\n\r\n", 405),
        (b"POST /other HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404),
        (HEAD + b"\r\n", 411),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\nx", 411),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400),
        (HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (HEAD + b"Content-Length: 0x1\r\n\r\n", 400),
        (HEAD + b"Content-Length: \xb2\r\n\r\n", 400),
        (HEAD + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n", 413),
        (HEAD + b"Content-Length: 65537\r\n\r\n", 413),
        (HEAD + b" folded: header\r\n\r\n", 400),
        (HEAD + b"no colon\r\n\r\n", 400),
        (HEAD + b"X: " + b"y" * 20_000 + b"\r\n\r\n", 431),
        (HEAD + b"Content-Length: 0\r\n\r\n", 400),
    ],
)
def test_requests_that_are_none_get_an_answer(shared: Near, raw: bytes, status: int) -> None:
    """A status, a word of why, and the end of the connection."""
    with socket.create_connection(("127.0.0.1", shared.port)) as client:
        client.sendall(raw)
        client.shutdown(socket.SHUT_WR)
        got = closed_within(client, 10)
    assert got.startswith(b"HTTP/1.1 %d " % status), got


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Near]:
    """Serve a witness for several tests."""
    with near(tmp_path_factory.mktemp("shared") / "a") as witness:
        yield witness


def test_a_connection_serves_several_requests(shared: Near) -> None:
    """One after the other, also when they come together; a body may wait to be asked for."""
    one = HEAD + b"Content-Length: 3\r\n\r\nold"
    waiting = HEAD + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
    with socket.create_connection(("127.0.0.1", shared.port)) as client:
        client.sendall(one + one + waiting)
        got = b""
        while b"100 Continue" not in got:
            got += client.recv(4_096)
        client.sendall(b"old")
        got += closed_within(client, 10)
    assert got.count(b"HTTP/1.1 400") == 3
    assert got.count(b"Connection: keep-alive") == 2


# ---------------------------------------------------------------- bad witnesses


def answering_with(answer: bytes, *, then: Callable[[socket.socket], None] | None = None) -> int:
    """Listen, and answer every request with some bytes; return the port."""
    server = socket.create_server(("127.0.0.1", 0))

    def run_on() -> None:
        while True:
            client, _ = server.accept()
            with client:
                client.recv(65_536)
                try:
                    client.sendall(answer)
                    if then is not None:
                        then(client)
                except OSError:
                    pass

    Thread(target=run_on, daemon=True).start()
    return int(server.getsockname()[1])


def flood(client: socket.socket) -> None:
    """Send without end."""
    while True:
        client.sendall(bytes(65_536))


def silence(client: socket.socket) -> None:
    """Say nothing for long, a byte now and then."""
    for _ in range(100):
        client.sendall(b"x")
        sleep(0.1)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CONFLICT = b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\n"
BAD = {
    "garbage": (b"\x00\xff\r\n\r\n", None, "HTTP"),
    "nothing": (b"", None, "no answer"),
    "no signature": (OK + b"Content-Length: 3\r\n\r\nyes", None, "lines of signatures"),
    "cut short": (OK + b"Content-Length: 300\r\n\r\nyes", None, "HTTP"),
    "a flood": (OK + b"\r\n", flood, "more than"),
    "headers without end": (b"HTTP/1.1 200 OK\r\n", flood, "more than"),
    "silence": (OK, silence, "within"),
    "elsewhere": (
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        None,
        "302",
    ),
    "another size": (CONFLICT + b"Content-Length: 2\r\n\r\n7\n", None, "put back"),
    "no size": (CONFLICT + b"Content-Length: 5\r\n\r\nseven", None, "no size"),
    "the same size": (CONFLICT + b"Content-Length: 2\r\n\r\n0\n", None, "another history"),
    "codes for a terminal": (
        b"HTTP/1.1 500 No\r\nContent-Length: 12\r\n\r\n\x1b[2J\x1b]0;x\x07ok",
        None,
        "500",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_witness_holds_up_nothing(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tick is made, signed and published; it is said what the witness did."""
    monkeypatch.setattr(rounds, "WITHIN_S", 1.0)
    answer, then, why = BAD[what]
    port = answering_with(answer, then=then)
    key = Signer("witness.example/bad", b"\5" * 32, COSIGNS).key.text
    with opened(tmp_path / "data", unbound=True) as house:
        tell(house, [taken_over("X-1"), said("one")])
        seals.tick_now(house)
        asked = asked_witness(f"http://127.0.0.1:{port}/some/prefix", key)
        change_policy(house.ledger.folder, lambda policy: policy.with_witness(asked))
        begun = monotonic()
        note = seals.tick_now(house)
        assert monotonic() - begun < 5
        assert len(parse_note(note).signatures) == 1
        assert seals_newest(tmp_path / "data") == note
        (failing,) = standing(house).failing
        assert why in str(failing.why)
        assert str(failing.why).isprintable()
