"""Go's checksum-database library reads our checkpoints and proofs (`make interop`).

It needs the Debian packages `golang-go` and `golang-golang-x-mod-dev`.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.seal import verify
from ledger.seal.merkle import consistency_proof
from ledger.seal.policy import asked_witness
from services.clock import FakeClock
from services.cosigning.witnesses import change_policy
from services.exports.disclose import disclose
from services.reading import Eyes
from services.seals import key_history, seals_of, tick_now
from tests import examples
from tests.live.ledgers import clerk, opened, tell
from tests.live.witnesses import near
from tests.spec import START

GOPATH = Path("/usr/share/gocode")
LIBRARY = GOPATH / "src" / "golang.org" / "x" / "mod" / "sumdb"
PROGRAM = Path(__file__).with_name("check.go")
pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        shutil.which("go") is None or not LIBRARY.is_dir(),
        reason="Go is not here: apt install golang-go golang-golang-x-mod-dev",
    ),
]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the program from the library that the system brings."""
    folder = tmp_path_factory.mktemp("go")
    target = folder / "check"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    command = ["go", "build", "-o", str(target), str(PROGRAM)]
    subprocess.run(command, check=True, env=environment, timeout=300)
    return target


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Seal a real case several times; hand on every checkpoint and proof of it."""
    folder = tmp_path_factory.mktemp("ledger")
    clock = FakeClock(START, timedelta(minutes=1))
    with (
        near(folder / "witness") as witness,
        opened(folder / "data", unbound=True, clock=clock) as house,
    ):
        case = tell(house, examples.mediating())
        tick_now(house)
        witness.trust(key_history(house.ledger.folder).keys[0].key)
        asked = asked_witness(witness.url, witness.key)
        change_policy(house.ledger.folder, lambda policy: policy.with_witness(asked))
        for _ in range(19):
            tick_now(house)
        (path,) = disclose(Eyes(house, clerk(house), "party:A"), case, folder / "bundle")
        key = key_history(house.ledger.folder).keys[0].key
        store = seals_of(house)
        assert store is not None
        size = store.signed_size()
        read = {at: store.note(at) for at in range(1, size + 1)}
        notes = {at: note.decode() for at, note in read.items() if note is not None}
        tree = store.log_tree(size)
        yield {
            "Key": key,
            "Origin": store.origin,
            "Witnesses": [witness.key],
            "Checkpoint": (path / "log" / "checkpoint").read_text(),
            "Inclusions": list(inclusions(path)),
            "Consistency": [
                {
                    "Older": notes[older],
                    "Newer": notes[newer],
                    "Proof": [each.hex() for each in consistency_proof(tree, older, newer)],
                }
                for older in notes
                for newer in notes
                if older <= newer
            ],
        }
        store.close()


def inclusions(path: Path) -> Iterator[dict[str, Any]]:
    """Read every proof of a bundle: of heads in ticks, of ticks in the log."""
    size, root = _head((path / "log" / "checkpoint").read_text())
    for file in sorted(path.glob("rooms/*.seals.jsonl")):
        for line in file.read_text().splitlines():
            head, seal = verify.parse_seal(json.loads(line))
            tick = json.loads(seal.log_leaf)
            salted = hashlib.sha256(b"gol/head/v1\0" + seal.salt + head.encode()).digest()
            proofs = (
                (salted, seal.tick_index, seal.tick_proof, tick["capacity"], tick["root"]),
                (seal.log_leaf, seal.log_index, seal.log_proof, size, root),
            )
            for leaf, index, proof, whole, top in proofs:
                yield {
                    "Leaf": leaf.hex(),
                    "Index": index,
                    "Size": whole,
                    "Root": top,
                    "Proof": [each.hex() for each in proof],
                }


def _head(note: str) -> tuple[int, str]:
    _, size, root, *_ = note.split("\n")
    return int(size), base64.b64decode(root).hex()


def run(program: Path, told: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    """Let Go check."""
    return subprocess.run(
        [program], input=json.dumps(told), capture_output=True, text=True, check=False, timeout=60
    )


def test_go_accepts_what_we_sign_and_prove(program: Path, told: dict[str, Any]) -> None:
    """Every checkpoint, every proof in a bundle, consistency of every pair of checkpoints."""
    done = run(program, told)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "ok"
    size, root = _head(told["Checkpoint"])
    assert done.stdout.splitlines()[0] == f"checkpoint {size} {root}"
    assert len(told["Inclusions"]) >= 4
    assert len(told["Consistency"]) >= 100


def test_go_refuses_what_we_refuse(program: Path, told: dict[str, Any]) -> None:
    """So its yes above was not a yes to everything."""
    note = told["Checkpoint"]
    first, *others = told["Inclusions"]
    longest = max(told["Consistency"], key=lambda each: len(each["Proof"]))
    for change in (
        {"Checkpoint": note.replace("\n2", "\n3", 1)},
        {"Checkpoint": note.replace("\u2014 ", "\u2014 x", 1)},
        {"Checkpoint": without(note, 1)},
        {"Checkpoint": altered(note, 1)},
        {"Inclusions": [{**first, "Index": first["Index"] ^ 1}, *others]},
        {"Inclusions": [{**first, "Proof": first["Proof"][1:]}, *others]},
        {"Consistency": [{**longest, "Proof": longest["Proof"][::-1]}]},
        {"Consistency": [{**longest, "Older": longest["Newer"], "Newer": longest["Older"]}]},
    ):
        assert {**told, **change} != told
        assert run(program, {**told, **change}).returncode == 1, change


def without(note: str, at: int) -> str:
    """Leave a signature out."""
    text, _, lines = note.partition("\n\n")
    kept = [line for n, line in enumerate(lines.splitlines(keepends=True)) if n != at]
    return f"{text}\n\n{''.join(kept)}"


def altered(note: str, at: int) -> str:
    """Flip a bit of the time that stands in a signature."""
    text, _, rest = note.partition("\n\n")
    lines = rest.splitlines()
    dash, name, body = lines[at].split(" ")
    raw = bytearray(base64.b64decode(body))
    raw[11] ^= 1
    lines[at] = f"{dash} {name} {base64.b64encode(raw).decode()}"
    return f"{text}\n\n" + "".join(f"{line}\n" for line in lines)
