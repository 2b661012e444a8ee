"""The sealer seals what is recorded, ticks whether or not anything is, and proves it later."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.errors import CaseBusy, RuleViolation, StoreFault
from ledger.seal.log_leaves import Opened, Rekeyed, Ticked, read_log_leaf
from ledger.seal.log_signer import LogSigner, Proof
from ledger.seal.merkle import Head, consistency_proof, head_at, leaf_hash
from ledger.seal.nodes import Tree
from ledger.seal.proofs import Receipt, read_document, write_document
from ledger.seal.proving import Prover
from ledger.seal.seal_store import SealStore
from ledger.seal.sealing import Sealing
from ledger.seal.unproven import Unproven
from ledger.seal.verify import Policy, check_receipt, parse_key
from ledger.store.sealing import parse
from services import seals
from services.clock import FakeClock
from services.house import House
from services.reading import Eyes
from services.reading.receipts import receipt
from tests.examples import caucused, mediating, tabled
from tests.live.ledgers import clerk, data_folder, give, opened, said, taken_over, tell
from tests.sealing import (
    PUBLISHED,
    RECORD,
    SEALS,
    SIGNER,
    assert_no_two_heads_of_one_size,
    checkpoint_of,
    held,
    keep,
    notes_in,
    put_back,
    store_of,
)
from tests.spec import START


def small(house: House, ref: str = "X-1") -> str:
    """Tell a short case."""
    return tell(house, [taken_over(ref), said("one"), said("two", by="B")])


def leaves(house: House) -> dict[tuple[bytes, int], bytes]:
    """Read every leaf of the record by room and sequence."""
    found = {}
    for _, _, _, state in house.ledger.reader.recorder.page(0, 10_000):
        leaf = parse(state).leaf
        told = json.loads(leaf)
        found[bytes.fromhex(told["room"]), told["seq"]] = leaf
    return found


@pytest.fixture(params=["files", pytest.param("database", marks=pytest.mark.slow)])
def folder(request: pytest.FixtureRequest) -> Path:
    """Name a data folder, its record and seals in files or in a PostgreSQL database."""
    return data_folder(request)


def test_everything_recorded_is_sealed_and_proved(folder: Path) -> None:
    """Every entry of every room, one by one and as whole rooms, up to one signed checkpoint."""
    with opened(folder, unbound=True) as house:
        small(house)
        store = seals.sealed_up_to_now(house)
        prover = Prover(store)
        key = parse_key(seals.key_history(folder).keys[-1].key)
        entries = leaves(house)
        assert {room for room, _ in entries} == set(store.room_ids())
        proofs = tuple(prover.entry(room, seq, leaf) for (room, seq), leaf in entries.items())
        store.close()
        document = write_document(
            Receipt("all", proofs, prover.checkpoint.decode(), seals.key_history(folder))
        )
    assert check_receipt(document, Policy(logs=(key,), named="key")).is_pinned


def test_ticks_come_when_nothing_happened_and_look_alike(folder: Path) -> None:
    """Leaves and checkpoints of busy and idle ticks have the same length and the same fields."""
    with opened(folder, unbound=True) as house:
        with held(house) as sealer:
            small(house)
            sealer.tick(house.clock.now())
            for _ in range(4):
                sealer.tick(house.clock.now())
            small(house, "X-2")
            sealer.tick(house.clock.now())
        with store_of(house) as store:
            logged = store.log(0, store.log_size())
    assert len(logged) == 6
    assert len({len(one.leaf) for one in logged}) == 1
    assert len({len(one.note or b"") for one in logged}) == 1
    assert {read_log_leaf(one.leaf).capacity for one in logged} == {256}  # type: ignore[union-attr]


def test_sealing_again_takes_nothing_in_twice(folder: Path) -> None:
    """A sealer that begins again goes on behind what it took in; heads are those of the record."""
    with opened(folder, unbound=True) as house:
        small(house)
        for _ in range(3):
            seals.tick_now(house, thorough=True)
        with store_of(house) as store:
            heads = {r: head for r in store.room_ids() if (head := store.head_of(r))}
            assert store.waits_since() is None
        trees: dict[bytes, Tree] = {}
        for (room, _), leaf in sorted(leaves(house).items()):
            trees.setdefault(room, Tree()).append(leaf_hash(leaf))
    assert {room: head.size for room, head in heads.items()} == {
        r: len(t) for r, t in trees.items()
    }


def test_what_does_not_fit_waits_for_the_next_tick(folder: Path) -> None:
    """With room for two, the rooms are sealed two a tick, those that waited longest first."""
    with opened(folder, unbound=True) as house:
        for n in range(3):
            small(house, f"X-{n}")
        with held(house, capacity=2) as sealer:
            sealer.catch_up()
            rooms = [waiting.room for waiting in sealer.store.waiting(100)]
            ticks = 0
            while sealer.store.waits_since() is not None:
                before = [waiting.room for waiting in sealer.store.waiting(100)]
                sealer.tick(house.clock.now())
                ticks += 1
                assert [w.room for w in sealer.store.waiting(100)] == before[2:]
            assert ticks == -(-len(rooms) // 2)


def test_only_one_seals(folder: Path) -> None:
    """A second sealer is told to try again, and the signer keeps one log."""
    with opened(folder, unbound=True) as house, held(house):
        assert seals.is_being_sealed(house)
        with pytest.raises(CaseBusy):
            seals.tick_now(house)
    with opened(folder) as house:
        assert not seals.is_being_sealed(house)


def test_two_that_seal_in_turn_leave_one_head_a_size(folder: Path) -> None:
    """Both try all the time while entries come; whoever gets the turn goes on from the other."""
    with opened(folder, unbound=True) as house, ThreadPoolExecutor(2) as sealers:
        case = small(house)

        def seal(_: int) -> list[bytes]:
            made = list[bytes]()
            with opened(folder) as own:
                while len(made) < 3:
                    with suppress(CaseBusy):
                        made.append(seals.tick_now(own))
            return made

        sealing = [sealers.submit(seal, n) for n in range(2)]
        for n in range(10):
            assert give(house, said(f"meanwhile {n}"), case).done
        notes = [note for one in sealing for note in one.result()]
        seals.tick_now(house, thorough=True)
        assert assert_no_two_heads_of_one_size(notes) == len(notes) == 6
        with store_of(house) as store:
            assert store.position() == house.ledger.reader.head()


@pytest.mark.parametrize("step", ["take_in", "waiting", "append", "log_tree", "keep_note"])
def test_one_that_wakes_beside_its_successor_does_no_harm(folder: Path, step: str) -> None:
    """Frozen before a step, it is told that it lost its turn, or does what was done already."""
    with opened(folder, unbound=True) as house:
        case = small(house)
        notes = [seals.tick_now(house)]
        with held(house) as successor, store_of(house) as store:
            awake = replaced(store, step, lambda: notes.append(ticked(successor)))
            woken = Sealing(awake, successor.signer, seals.record_of(house))
            assert give(house, said("meanwhile"), case).done
            with suppress(CaseBusy):
                notes.append(ticked(woken))
            assert len(notes) > 1, "the step was done"
            notes += [
                ticked(successor),
                ticked(Sealing(store, successor.signer, seals.record_of(house))),
            ]
            assert store.position() == house.ledger.reader.head()
        seals.tick_now(house, thorough=True)
        assert assert_no_two_heads_of_one_size(notes) >= 4


def ticked(sealing: Sealing) -> bytes:
    """Tick; return the checkpoint signed."""
    note = sealing.store.note(sealing.tick(START))
    assert note is not None
    return note


def replaced(store: SealStore, step: str, meanwhile: Callable[[], None]) -> SealStore:
    """Let something happen once, just before a step of a store."""
    told = getattr(store, step)
    left = [meanwhile]

    def frozen_first(*args: object) -> object:
        if left:
            left.pop()()
        return told(*args)

    setattr(store, step, frozen_first)
    return store


def test_a_fork_is_not_signed(tmp_path: Path) -> None:
    """Another root of a size signed, a shorter log and a log that did not grow are refused."""
    log, fork = Tree(), Tree()
    for n in range(60):
        log.append(leaf_hash(b"%d" % n))
        fork.append(leaf_hash(b"%d" % n if n < 50 else b"other"))
    signer = LogSigner.begin(tmp_path, "00" * 16)
    grown = range(1, 61)
    seen = [signer.sign(_head(log, size), _grown(log, size)).encode() for size in grown]
    again = signer.sign(_head(log, 60), _grown(log, 60)).encode()
    assert again == seen[-1]
    for head, proof in (
        (_head(fork, 60), _grown(fork, 60)),
        (_head(fork, 60), lambda _: []),
        (_head(fork, 59), _grown(fork, 59)),
        (_head(log, 59), _grown(log, 59)),
        (Head(61, leaf_hash(b"?")), lambda _: consistency_proof(log, 50, 60)),
    ):
        with pytest.raises(Unproven):
            signer.sign(head, proof)
    assert LogSigner(tmp_path).kept().size == 60
    assert assert_no_two_heads_of_one_size([*seen, again]) == 60


def _grown(tree: Tree, size: int) -> Proof:
    return lambda since: consistency_proof(tree, since, size)


def _head(tree: Tree, size: int) -> Head:
    return head_at(tree, size)


def test_a_new_key_is_introduced_by_the_old_one(folder: Path) -> None:
    """The leaf names it, both sign its first checkpoint, and the history leads from old to new."""
    with opened(folder, unbound=True) as house:
        small(house)
        first = seals.tick_now(house)
        both = seals.rotate_key(house, "yearly change")
        later = seals.tick_now(house)
        with store_of(house) as store:
            leaf = read_log_leaf(store.leaf(1))
    history = seals.key_history(folder)
    old, new = history.keys
    assert isinstance(leaf, Rekeyed)
    assert (leaf.key, leaf.why) == (new.key, "yearly change")
    assert [note.count("\N{EM DASH}".encode()) for note in (first, both, later)] == [1, 2, 1]
    assert (old.since, old.until, new.since, new.until) == (1, 2, 2, None)
    assert new.handover is not None
    assert new.handover.checkpoint == both.decode()


def test_a_new_log_names_the_old_head_and_the_reason(tmp_path: Path) -> None:
    """Every room is sealed anew; what the old log proved still holds."""
    with opened(tmp_path, unbound=True) as house:
        small(house)
        old = checkpoint_of(seals.tick_now(house))
        new = checkpoint_of(seals.begin_log_anew(house, "moved to another house"))
        seals.sealed_up_to_now(house).close()
        with store_of(house) as store:
            leaf = read_log_leaf(store.leaf(0))
            assert all(store.newest_seal_of(room, 99) for room in store.room_ids())
            assert isinstance(read_log_leaf(store.leaf(1)), Ticked)
    assert isinstance(leaf, Opened)
    assert (leaf.origin, leaf.size, leaf.root) == (old.origin, 1, old.head.root.hex())
    assert leaf.why == "moved to another house"
    assert new.origin != old.origin
    assert new.head.size == 1
    assert_no_two_heads_of_one_size(notes_in(tmp_path))


def test_a_receipt_proves_the_entries_its_owner_reads(folder: Path) -> None:
    """The same file is read by our own reader; another's command and no command are one answer."""
    clock = FakeClock(START, timedelta(seconds=1))
    with opened(folder, unbound=True, clock=clock) as house:
        case = tell(house, mediating())
        answer = give(house, tabled(), case)
        eyes = Eyes(house, clerk(house), "party:A")
        proved = receipt(eyes, answer.id)
        seqs = [json.loads(entry.leaf)["seq"] for entry in proved.entries]
        assert seqs == [written.seq for written in answer.events]
        assert read_document(write_document(proved), Receipt) == proved
        private = [give(house, order, case) for order in caucused("A")][-1]
        assert [written.room for written in private.events] == ["caucus:A"]
        assert len(receipt(eyes, private.id).entries) == 1
        for command in (private.id, "no such command"):
            with pytest.raises(RuleViolation, match="there is no command"):
                receipt(Eyes(house, clerk(house), "party:B"), command)


def test_a_receipt_tells_of_a_tail_cut_off(tmp_path: Path) -> None:
    """Everything put back to yesterday, then gone on from: the log is not the receipt's."""
    data, kept = tmp_path / "data", tmp_path / "kept"
    everything = (*RECORD, *SEALS, *SIGNER, *PUBLISHED)
    with opened(data, unbound=True) as house:
        case = small(house)
        seals.tick_now(house)
    keep(data, kept, *everything)
    with opened(data) as house:
        answer = give(house, said("what was agreed"), case)
        proved = receipt(Eyes(house, clerk(house)), answer.id)
    put_back(kept, data, *everything)
    with opened(data) as house:
        give(house, said("something else"), case)
        mine = checkpoint_of(proved.checkpoint.encode())
        while (theirs := checkpoint_of(seals.tick_now(house))).head.size < mine.head.size:
            pass
    assert theirs.origin == mine.origin
    with pytest.raises(AssertionError):
        assert_no_two_heads_of_one_size([proved.checkpoint.encode(), *notes_in(data)])


def test_entries_not_sealed_are_not_proved(folder: Path) -> None:
    """Nothing is proved of an entry that no signed checkpoint covers."""
    with opened(folder, unbound=True) as house:
        case = small(house)
        seals.tick_now(house)
        answer = give(house, said("late"), case)
        with store_of(house) as store:
            case_id = house.resolve(case, clerk(house))
            room = bytes.fromhex(house.ledger.reader.event_id(case_id, "joint:1")[:32])
            last = answer.events[0].seq
            assert Prover(store).room(room).last == last - 1
            with pytest.raises(StoreFault):
                Prover(store).room(room, 1, last)
