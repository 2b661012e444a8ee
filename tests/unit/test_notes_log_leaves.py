"""Leaves of the seal log: written in one way, read in no other."""

import json
from datetime import UTC, datetime

import pytest

from ledger.errors import DecodeError
from ledger.seal.log_leaves import (
    LogLeaf,
    Opened,
    Stamped,
    Ticked,
    read_log_leaf,
    write_log_leaf,
)
from ledger.seal.merkle import Head

AT = datetime(2026, 3, 5, 14, 0, 10, 250_000, tzinfo=UTC)
ROOT = "0f" * 32
TICKED = Ticked(at=AT, capacity=256, root=ROOT)
LEAVES: dict[str, LogLeaf] = {
    "tick": TICKED,
    "opened": Opened(at=AT, origin="ledger.example.org/1", size=7, root=ROOT, why="Disk é lost."),
    "stamped": Stamped(at=AT, size=7, token=b"\x30\x03abc"),
}


def test_a_tick_is_written_to_the_byte() -> None:
    """What a stranger's verifier hashes."""
    assert write_log_leaf(TICKED).decode() == (
        '{"at":"2026-03-05T14:00:10.250000Z","capacity":256,"root":"' + ROOT + '",'
        '"type":"tick","v":"gol/seal/1"}'
    )
    assert TICKED.head == Head(256, bytes.fromhex(ROOT))


@pytest.mark.parametrize("kind", LEAVES)
def test_every_leaf_is_read_as_it_was_written(kind: str) -> None:
    """Keys are sorted, nothing stands between them."""
    leaf = LEAVES[kind]
    written = write_log_leaf(leaf)
    assert read_log_leaf(written) == leaf
    plain = json.loads(written)
    assert plain["type"] == kind
    assert json.dumps(
        plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode() == (written)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"capacity":256', '"capacity": 256'),
        ('"capacity":256', '"capacity":0'),
        ('"capacity":256', '"capacity":"256"'),
        ('"capacity":256', '"capacity":256,"capacity":256'),
        ('"capacity":256', '"capacity":256,"more":1'),
        ('"capacity":256,', ""),
        (ROOT, ROOT.upper()),
        (ROOT, ROOT[:-1]),
        (".250000Z", ".250Z"),
        (".250000Z", ".250000+00:00"),
        (".250000Z", ".250000+01:00"),
        (".250000Z", ""),
        ("gol/seal/1", "gol/seal/2"),
        ('"tick"', '"tock"'),
        ("}", "}\n"),
        ("{", "["),
    ],
)
def test_what_is_written_otherwise_is_refused(old: str, new: str) -> None:
    """Another spelling would be another leaf that says the same."""
    written = write_log_leaf(TICKED).decode()
    assert old in written
    with pytest.raises(DecodeError):
        read_log_leaf(written.replace(old, new).encode())
