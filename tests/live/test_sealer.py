"""A sealer that is killed, restored, tampered with or served never shows two heads of one size."""

import asyncio
import json
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from ledger.errors import StoreFault
from ledger.institution.seal_log_events import SealKeyChanged, SealLogBegun
from ledger.seal.log_leaves import Opened, read_log_leaf
from ledger.seal.mismatch import SealsDoNotMatch
from ledger.seal.opening import sealing
from ledger.seal.sealing import Sealing
from services import seals
from services.clock import FakeClock
from services.house import House
from services.nats.connect import with_connection
from services.nats.jetstream import JetStream
from services.nats.server import read_credentials
from services.nats.subjects import CHECKPOINT_SUBJECT, CHECKPOINTS
from services.seals import place_of, publication_of, record_of
from tests.examples import caucused, mediating
from tests.live.ledgers import child, feeding, give, opened, said, taken_over, tell
from tests.live.serving import environment, run, serving, until
from tests.sealing import (
    PUBLISHED,
    RECORD,
    SEALS,
    SIGNER,
    assert_no_two_heads_of_one_size,
    checkpoint_of,
    keep,
    notes_in,
    put_back,
    refusal,
    store_of,
)
from tests.spec import START

pytestmark = pytest.mark.live

SEALING = """
import os, signal, sys
from pathlib import Path
from ledger.seal import log_signer, private_files, seal_store
from ledger.store.recorder import SQLiteLedgerRecorder
from services import publication, seals
from tests.live.ledgers import give, opened, said

folder, step, case = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def before(owner, name):
    setattr(owner, name, die)

def after(owner, name):
    work = getattr(owner, name)
    def done(*given, **more):
        found = work(*given, **more)
        if name == "sign_checkpoint":
            print(found.encode().hex(), flush=True)
        die()
    setattr(owner, name, done)

with opened(folder) as house:
    give(house, said("one more"), case)
    match step:
        case "keys": before(SQLiteLedgerRecorder, "insert")
        case "events": after(SQLiteLedgerRecorder, "insert")
        case "taken in": after(seal_store.SealStore, "take_in")
        case "committed": after(seal_store.SealStore, "append")
        case "remembered": before(log_signer, "sign_checkpoint")
        case "signed": after(log_signer, "sign_checkpoint")
        case "kept": after(seal_store.SealStore, "keep_note")
        case "tiles": after(publication, "_write_tile")
        case "published": after(publication.Publication, "publish")
    give(house, said("another"), case)
    seals.tick_now(house)
"""
STEPS = (
    "keys",
    "events",
    "taken in",
    "committed",
    "remembered",
    "signed",
    "kept",
    "tiles",
    "published",
)


def killed(folder: Path, step: str, case: str) -> list[bytes]:
    """Seal in a process that is killed behind a step; return the notes it was seen to sign."""
    process = child(SEALING, folder, step, case)
    told, _ = process.communicate(timeout=90)
    assert process.returncode == -signal.SIGKILL, step
    return [bytes.fromhex(line) for line in told.splitlines()]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kills_at_every_step_leave_one_head_a_size(tmp_path: Path) -> None:
    """Between keys, events, commit, sign and publish, twice around: the next tick goes on."""
    with opened(tmp_path, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
        seen = [seals.tick_now(house)]
    for step in STEPS * 2:
        seen += killed(tmp_path, step, case)
        with opened(tmp_path) as house:
            seen.append(seals.tick_now(house, thorough=True))
            with store_of(house) as store:
                assert store.position() == house.ledger.reader.head()
                assert store.signed_size() == store.log_size()
        seen += notes_in(tmp_path)
    assert assert_no_two_heads_of_one_size(seen) == checkpoint_of(seals_newest(tmp_path)).head.size
    assert checkpoint_of(seals_newest(tmp_path)).head.size >= len(STEPS) * 2


def seals_newest(folder: Path) -> bytes:
    """Return the newest note published."""
    (found,) = folder.glob("published/*/checkpoint")
    return found.read_bytes()


LOOP = """
import sys
from pathlib import Path
from services import seals
from tests.live.ledgers import give, opened, said
with opened(Path(sys.argv[1])) as house:
    print("begun", flush=True)
    while True:
        give(house, said("again"), sys.argv[2])
        print(seals.tick_now(house).hex(), flush=True)
"""


@pytest.mark.slow
def test_kills_at_any_instant_leave_one_head_a_size(tmp_path: Path) -> None:
    """Whatever instant the sealer is killed at, what was printed and what is kept agree."""
    chance = random.Random(4)
    with opened(tmp_path, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
    seen: list[bytes] = []
    for _ in range(6):
        process = child(LOOP, tmp_path, case)
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        sleep(0.05 + 0.3 * chance.random())
        process.kill()
        told, _ = process.communicate(timeout=90)
        lines = [line for line in told.splitlines(keepends=True) if line.endswith("\n")]
        seen += [bytes.fromhex(line) for line in lines]
        seen += notes_in(tmp_path)
    with opened(tmp_path) as house:
        seen.append(seals.tick_now(house, thorough=True))
    seen += notes_in(tmp_path)
    assert assert_no_two_heads_of_one_size(seen) == checkpoint_of(seals_newest(tmp_path)).head.size


RESTORES = {
    "record_is_shorter": RECORD,
    "log_is_shorter": (*RECORD, *SEALS),
    "signer_is_behind": SIGNER,
    "published_is_ahead": (*RECORD, *SEALS, *SIGNER),
}


@pytest.mark.parametrize("cause", RESTORES)
def test_a_restore_of_yesterdays_files_is_noticed(tmp_path: Path, cause: str) -> None:
    """It is refused by name until somebody gives the reason; the new log tells it to everybody."""
    data, kept = tmp_path / "data", tmp_path / "kept"
    with opened(data, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
        seals.tick_now(house)
    keep(data, kept, *RECORD, *SEALS, *SIGNER, *PUBLISHED)
    with opened(data) as house:
        for text in ("two", "three"):
            give(house, said(text), case)
            seals.tick_now(house)
    seen = list(notes_in(data))
    newest = max((checkpoint_of(note) for note in seen), key=lambda one: one.head.size)
    put_back(kept, data, *RESTORES[cause])
    assert refusal(data) == cause
    with opened(data) as house:
        note = seals.begin_log_anew(house, "restored from yesterday's backup")
        seen += [note, seals.tick_now(house, thorough=True)]
        give(house, said("and on"), case)
        seen.append(seals.newest_checkpoint(house))
        with store_of(house) as store:
            first = read_log_leaf(store.leaf(0))
            assert store.origin != newest.origin
    assert isinstance(first, Opened)
    assert (first.origin, first.size) == (newest.origin, newest.head.size)
    assert first.root == newest.head.root.hex()
    assert first.why == "restored from yesterday's backup"
    assert_no_two_heads_of_one_size([*seen, *notes_in(data)])


def test_a_restored_record_that_grew_again_is_noticed(tmp_path: Path) -> None:
    """As long as before and longer, yet with other entries."""
    data, kept = tmp_path / "data", tmp_path / "kept"
    with opened(data, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
    keep(data, kept, *RECORD)
    with opened(data) as house:
        give(house, said("two"), case)
        seals.tick_now(house)
    put_back(kept, data, *RECORD)
    with opened(data) as house:
        for text in ("other", "more", "and more"):
            give(house, said(text), case)
    assert refusal(data) == "entry_was_altered"


def test_a_signer_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    """Nobody signs a log again from its beginning because a file is missing."""
    with opened(tmp_path, unbound=True) as house:
        tell(house, [taken_over("X-1"), said("one")])
        seals.tick_now(house)
    shutil.rmtree(tmp_path / "signer")
    assert refusal(tmp_path) == "signer_is_missing"
    (tmp_path / "seals.sqlite").unlink()
    assert refusal(tmp_path) == "signer_is_missing"
    with opened(tmp_path) as house:
        seals.begin_log_anew(house, "the signer's disk was lost")
        assert len(seals.key_history(tmp_path).keys) == 1


def test_a_restore_elsewhere_goes_on_from_the_old_head_with_the_old_key(tmp_path: Path) -> None:
    """Record, seals and keys in a new folder: refused, then a new log that names the old one."""
    data, other = tmp_path / "data", tmp_path / "other"
    with opened(data, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
        old = checkpoint_of(seals.tick_now(house))
    keep(data, other, *RECORD, *SEALS)
    (other / "signer").mkdir()
    shutil.copy2(data / "signer" / "keys.json", other / "signer" / "keys.json")
    assert refusal(other) == "signer_is_missing"
    with opened(other) as house:
        seals.begin_log_anew(house, "the house burned down")
        give(house, said("two"), case)
        seals.tick_now(house, thorough=True)
        with store_of(house) as store:
            first = read_log_leaf(store.leaf(0))
    assert isinstance(first, Opened)
    assert (first.origin, first.size) == (old.origin, 1)
    before, after = seals.key_history(other).keys
    assert before.key[-44:] == after.key[-44:]
    assert after.handover is not None
    assert_no_two_heads_of_one_size([*notes_in(data), *notes_in(other)])


# ---------------------------------------------------------------- tampering


def altered(path: Path, statement: str, *values: object) -> None:
    """Change rows behind the ledger's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        assert database.execute(statement, values).rowcount > 0, statement


def flipped(path: Path, position: int, at: int) -> None:
    """Flip one bit of a stored row."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        (state,) = database.execute(
            "SELECT state FROM stored_events WHERE position = ?", (position,)
        ).fetchone()
        where = at % len(state)
        changed = state[:where] + bytes([state[where] ^ 1]) + state[where + 1 :]
        database.execute(
            "UPDATE stored_events SET state = ? WHERE position = ?", (changed, position)
        )


TAMPERED = {
    "entry": (SEALS[0], "UPDATE entries SET leaf = randomblob(32) WHERE seq = 1"),
    "row": (SEALS[0], "UPDATE entries SET digest = randomblob(16) WHERE seq = 1"),
    "room": (SEALS[0], "UPDATE rooms SET peaks = randomblob(length(peaks))"),
    "seal": (SEALS[0], "UPDATE seals SET root = randomblob(32)"),
    "salt": (SEALS[0], "UPDATE seals SET salt = randomblob(32)"),
    "place": (SEALS[0], "UPDATE seals SET place = (place + 1) % 256"),
    "leaf": (SEALS[0], "UPDATE log SET leaf = CAST(replace(leaf, '202', '102') AS BLOB)"),
    "tile": (SEALS[0], "UPDATE tiles SET hashes = randomblob(length(hashes))"),
    "gap": (
        RECORD[0],
        "DELETE FROM stored_events WHERE position = (SELECT MAX(position) - 1 FROM stored_events)",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_rows_changed_behind_our_back_are_noticed_at_the_start(tmp_path: Path, what: str) -> None:
    """Of the record or of the seals: nothing is signed, and the cause is named."""
    with opened(tmp_path, unbound=True) as house:
        tell(house, [taken_over("X-1"), said("one"), said("two")])
        seals.tick_now(house)
    name, statement = TAMPERED[what]
    altered(tmp_path / name, statement)
    assert refusal(tmp_path).rpartition("_")[0] in (
        "entry_was",
        "entry_is",
        "head_does_not",
        "tick_does_not",
        "log_does_not",
    )


def test_a_flip_of_any_part_of_a_row_is_noticed_at_the_start(tmp_path: Path) -> None:
    """Leaf, nonce, ciphertexts, key block: whatever is stored of an entry."""
    data, kept = tmp_path / "data", tmp_path / "kept"
    with opened(data, unbound=True) as house:
        tell(house, [taken_over("X-1"), said("one"), said("two")])
        seals.tick_now(house)
    keep(data, kept, *RECORD)
    for at in range(10, 1_200, 170):
        flipped(data / RECORD[0], 12, at)
        with opened(data) as house, pytest.raises(StoreFault):
            seals.tick_now(house, thorough=True)
        put_back(kept, data, *RECORD)
    with opened(data) as house:
        seals.tick_now(house, thorough=True)


@contextmanager
def comparing_beside(house: House) -> Iterator[Sealing]:
    """Hold the right to seal, with everything still to be compared beside the ticks."""
    notes = publication_of(house).notes()
    with sealing(place_of(house), record_of(house), notes, rows_max=0) as found:
        assert found.is_comparing
        yield found


@pytest.mark.parametrize("what", TAMPERED)
def test_what_is_compared_beside_the_ticks_is_noticed_there(tmp_path: Path, what: str) -> None:
    """A long record is not waited for at the start; whatever was changed stops the sealer then."""
    with opened(tmp_path, unbound=True) as house:
        tell(house, [taken_over("X-1"), said("one"), said("two")])
        seals.tick_now(house)
    name, statement = TAMPERED[what]
    altered(tmp_path / name, statement)
    with opened(tmp_path) as house, pytest.raises(StoreFault):
        compare_beside(house)


def compare_beside(house: House) -> None:
    """Tick and compare until all was compared."""
    with comparing_beside(house) as found:
        while not found.compare_some(1):
            found.tick(house.clock.now())


@pytest.mark.parametrize("what", ["entry", "room", "seal", "place"])
def test_no_room_is_sealed_again_before_its_own_seals_were_compared(
    tmp_path: Path, what: str
) -> None:
    """So nothing is signed meanwhile that does not follow from what was signed before."""
    with opened(tmp_path, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
        seals.tick_now(house)
    name, statement = TAMPERED[what]
    altered(tmp_path / name, statement)
    with opened(tmp_path) as house:
        give(house, said("two"), case)
        with comparing_beside(house) as found, pytest.raises(SealsDoNotMatch):
            found.tick(house.clock.now())
        with store_of(house) as store:
            assert store.log_size() == 1


def test_a_record_that_grows_while_it_is_compared_holds(tmp_path: Path) -> None:
    """Acts and ticks go on; in the end all of it was compared, and once."""
    with opened(tmp_path, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
        seals.tick_now(house)
        with comparing_beside(house) as found:
            for n in range(40):
                if n < 5:
                    give(house, said(f"more {n}"), case)
                    found.tick(house.clock.now())
                if found.compare_some(1):
                    break
            assert not found.is_comparing
            rows = found.compared
            assert found.compare_some(1)
            assert found.compared == rows
        seals.tick_now(house, thorough=True)


# ---------------------------------------------------------------- what outsiders see


def shape(folder: Path) -> dict[str, int]:
    """Describe everything published: names and sizes of files, sizes of leaves and notes."""
    (log,) = (path.parent for path in folder.glob("published/*/checkpoint"))
    files = {
        str(path.relative_to(log)): path.stat().st_size for path in log.rglob("*") if path.is_file()
    }
    return files | {"keys": (folder / "published" / "keys.json").stat().st_size}


def test_published_material_does_not_tell_of_a_caucus(tmp_path: Path) -> None:
    """Twins that differ in what A and the mediator did alone publish files of one shape."""
    shapes = []
    for name, alone in (("quiet", []), ("busy", [*caucused("A"), *caucused("A")[1:] * 9])):
        folder = tmp_path / name
        clock = FakeClock(START, timedelta(seconds=1))
        with opened(folder, unbound=True, clock=clock) as house:
            case = tell(house, mediating())
            seals.tick_now(house)
            for order in alone:
                assert give(house, order, case).done
            for _ in range(3):
                seals.tick_now(house)
        shapes.append(shape(folder))
    assert shapes[0] == shapes[1]


# ---------------------------------------------------------------- served


@pytest.mark.slow
def test_serve_seals_and_publishes_at_its_cadence(tmp_path: Path) -> None:
    """Ticks come by themselves; folder, broker and audit trail show them, receipts wait for one."""
    variables = environment(tmp_path, SEALS="every=0.2")
    with opened(tmp_path, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
    with serving(tmp_path, variables=variables) as running:
        until(lambda: any(tmp_path.glob("published/*/checkpoint")), "a checkpoint")
        begun = checkpoint_of(seals_newest(tmp_path)).head.size
        until(lambda: checkpoint_of(seals_newest(tmp_path)).head.size > begun + 3, "more ticks")
        refused = run(tmp_path, "seal", "--rotate-key", "now", SEALS="every=0.2")
        assert refused.returncode == 3, refused.stderr
        told = run(
            tmp_path, "act", case, "record-statement", "--by", "A", "--text", "two", "--receipt"
        )
        assert told.returncode == 0, told.stderr
        proved = json.loads(told.stdout)
        assert len(proved["entries"]) == 1
        trail = json.loads(run(tmp_path, "audit", case, "--json").stdout)
        assert all(entry["sealed"] for entry in trail)
        until(lambda: len(announced(tmp_path)) > begun + 3, "checkpoints at the broker")
        assert running.stop() == 0
    seen = [*notes_in(tmp_path), proved["checkpoint"].encode()]
    assert assert_no_two_heads_of_one_size(seen) == checkpoint_of(seals_newest(tmp_path)).head.size


def test_a_subscriber_hears_checkpoints_as_they_are_signed(tmp_path: Path) -> None:
    """With its own credentials, which let it publish there as little as anywhere else."""

    async def heard() -> list[bytes]:
        notes: list[bytes] = []
        enough = asyncio.Event()

        async def listen(client: Client) -> None:
            async def take(message: Msg) -> None:
                notes.append(message.data)
                if len(notes) == 3:
                    enough.set()

            await client.subscribe(CHECKPOINT_SUBJECT, cb=take)
            await client.publish(CHECKPOINT_SUBJECT, b"forged")
            await enough.wait()

        user = read_credentials(tmp_path / "nats", "subscriber-partner")
        await with_connection(user, name="test", work=listen)
        return notes

    with opened(tmp_path, unbound=True) as house:
        feeding(house)
        tell(house, [taken_over("X-1"), said("one")])
    with serving(tmp_path, variables=environment(tmp_path, SEALS="every=0.2")):
        notes = asyncio.run(asyncio.wait_for(heard(), 20))
        signed = set(announced(tmp_path))
    assert set(notes) <= signed


@pytest.mark.slow
def test_ticks_go_on_beside_a_broker_that_hangs(tmp_path: Path) -> None:
    """It is connected and says nothing; what it missed it gets once it speaks again."""
    with opened(tmp_path, unbound=True) as house:
        tell(house, [taken_over("X-1"), said("one")])
    with serving(tmp_path, variables=environment(tmp_path, SEALS="every=0.2")) as running:
        until(lambda: len(announced(tmp_path)) > 1, "checkpoints at the broker")
        hung = running.broker
        os.kill(hung, signal.SIGSTOP)
        begun = checkpoint_of(seals_newest(tmp_path)).head.size
        until(lambda: checkpoint_of(seals_newest(tmp_path)).head.size > begun + 3, "more ticks")
        missed = checkpoint_of(seals_newest(tmp_path)).head.size
        with suppress(ProcessLookupError):  # it may have been replaced meanwhile
            os.kill(hung, signal.SIGCONT)
        until(lambda: len(announced(tmp_path)) > missed, "the broker has them all")
        assert running.stop() == 0


def announced(folder: Path) -> list[bytes]:
    """Read every checkpoint the broker holds; each is there once, in order."""
    found = at_broker(folder)
    sizes = [checkpoint_of(note).head.size for note in found]
    assert sizes == list(range(1, len(found) + 1))
    return found


def at_broker(folder: Path) -> list[bytes]:
    """Read every message of the stream of checkpoints."""

    async def read() -> list[bytes]:
        async def ask(client: Client) -> list[bytes]:
            js = JetStream(client)
            info = await js.info(CHECKPOINTS)
            count = 0 if info is None else info.state.last_seq
            found = [await js.message(CHECKPOINTS, {"seq": n}) for n in range(1, count + 1)]
            return [message.payload for message in found if message is not None]

        return await with_connection(
            read_credentials(folder / "nats", "courier"), name="t", work=ask
        )

    return asyncio.run(read())


@pytest.mark.slow
def test_serve_refuses_a_record_that_is_not_the_one_sealed(tmp_path: Path) -> None:
    """It names the cause, and what to do, before anything runs."""
    data, kept = tmp_path / "data", tmp_path / "kept"
    with opened(data, unbound=True) as house:
        case = tell(house, [taken_over("X-1"), said("one")])
    keep(data, kept, *RECORD)
    with opened(data) as house:
        give(house, said("two"), case)
        seals.tick_now(house)
    put_back(kept, data, *RECORD)
    refused = run(data, "serve", NATS_URL="off")
    assert refused.returncode == 2
    assert "record_is_shorter" in refused.stderr
    assert "--new-origin" in refused.stderr
    begun = run(data, "seal", "--new-origin", "restored", "--json")
    assert begun.returncode == 0, begun.stderr
    assert json.loads(begun.stdout)["size"] == 1
    turned = run(data, "seal", "--rotate-key", "a new one after the restore")
    assert turned.returncode == 0, turned.stderr
    with opened(data) as house:
        told = [frame.event for frame in house.desk.institution().frames[-2:]]
    assert [type(event) for event in told] == [SealLogBegun, SealKeyChanged]
    again = run(data, "seal")
    assert again.returncode == 0, again.stderr
    with opened(data) as house:
        assert [frame.event for frame in house.desk.institution().frames[-2:]] == told


@pytest.mark.slow
def test_many_answers_come_with_their_receipts(tmp_path: Path) -> None:
    """The seal is waited for once; each receipt stands alone, and one line that fails has none."""
    acts = [{"command": "found-institution", "id": "none", "data": {}}]
    acts += [
        {"command": "record-lesson", "id": f"lesson-{n}", "data": {"text": f"Lesson {n}."}}
        for n in range(12)
    ]
    file = tmp_path / "acts.jsonl"
    file.write_text("\n".join(json.dumps(act) for act in acts), "utf-8")
    data = tmp_path / "data"
    opening = ("new", "--title", "Berth", "--party", "A=Alda", "--party", "B=Brevik")
    assert run(data, *opening).returncode == 0
    done = run(data, "act", "--file", str(file), "--receipt")
    assert done.returncode == 1, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["done"] for answer in answers] == [False] + [True] * 12
    assert "receipt" not in answers[0]
    receipts = [answer["receipt"] for answer in answers[1:]]
    assert [receipt["command"] for receipt in receipts] == [f"lesson-{n}" for n in range(12)]
    assert len({receipt["checkpoint"] for receipt in receipts}) == 1
    key = tmp_path / "key.txt"
    key.write_text(receipts[0]["keys"]["keys"][0]["key"] + "\n", "utf-8")
    for number in (0, 11):
        paper = tmp_path / f"{number}.json"
        paper.write_text(json.dumps(receipts[number], separators=(",", ":")), "utf-8")
        checked = run(data, "verify", str(paper), "--key", str(key))
        assert checked.returncode == 0, checked.stdout
    whole = tmp_path / "answer.json"
    whole.write_text(done.stdout.splitlines()[1], "utf-8")
    assert run(data, "verify", str(whole), "--key", str(key)).returncode == 1
