"""Write docs/vectors again: `python -m tests.golden.vectors`. Each change is one of the format."""

import hashlib
import json
from pathlib import Path
from typing import Any

from ledger.seal.merkle import inclusion_proof, leaf_hash
from ledger.seal.note_keys import COSIGNS, Signer
from ledger.seal.proofs import write_document
from tests.bundles import LOG, NEXT, Sealer

FOLDER = Path(__file__).parents[2] / "docs" / "vectors"
WITNESS = Signer("witness.example/one", b"a witness of the test vectors...", COSIGNS)


def sealer() -> Sealer:
    """Seal two rooms, hand the key over once, have a witness cosign; a stamp that nobody signed."""
    made = Sealer([5, 2], witnesses=[WITNESS])
    made.rekey(NEXT)
    made.stamp(2)
    return made


def shown(made: Sealer) -> dict[str, bytes]:
    """Show of the first room entries 1, 2 and 5, the second one erased; all of the second room."""
    first, second, *_, last = made.rooms[0]
    gone = type(second)(second.seq, second.leaf, second.frame, withheld="erased")
    return made.files({0: [first, gone, last], 1: made.rooms[1]})


def receipt(made: Sealer) -> bytes:
    """Write the receipt of the third entry of the first room."""
    size, seal = made.seals(0)[-1]
    entry = made.rooms[0][2]
    told: dict[str, Any] = {
        "checkpoint": made.checkpoint().decode(),
        "command": "c3",
        "entries": [
            {
                "leaf": entry.leaf.decode(),
                "proof": [each.hex() for each in inclusion_proof(made.trees[0], 2, size)],
                "seal": json.loads(write_document(seal)),
            }
        ],
        "keys": {"keys": made.keys, "v": "gol/keys/1"},
        "v": "gol/receipt/1",
    }
    return json.dumps(told, indent=1, sort_keys=True).encode() + b"\n"


def steps(made: Sealer) -> bytes:
    """Name every value on the way from the first entry of the first room to the log."""
    entry = made.rooms[0][0]
    size, seal = made.seals(0)[-1]
    salted = hashlib.sha256(
        b"gol/head/v1\0" + bytes.fromhex(seal.tick.salt) + seal.head.encode()
    ).digest()
    told = {
        "1 frame salt": entry.frame[0].hex(),
        "2 frame": entry.frame[1].decode(),
        "3 content salt": entry.content[0].hex() if entry.content else "",
        "4 content": entry.content[1].decode() if entry.content else "",
        "5 leaf": entry.leaf.decode(),
        "6 leaf hash": leaf_hash(entry.leaf).hex(),
        "7 proof in the room": [n.hex() for n in inclusion_proof(made.trees[0], 0, size)],
        "8 head of the room": seal.head,
        "9 salted head": salted.hex(),
        "10 leaf hash of the salted head": leaf_hash(salted).hex(),
        "11 leaf of the log": seal.log.leaf,
        "12 leaf hash of it": leaf_hash(seal.log.leaf.encode()).hex(),
        "13 checkpoint": made.checkpoint().decode(),
    }
    return json.dumps(told, indent=1).encode() + b"\n"


def policy() -> bytes:
    """Trust the first key and the witness."""
    lines = [
        f"log {LOG.key.text}",
        f"witness one {WITNESS.key.text} https://witness.example/",
        "group all all one",
        "quorum all",
    ]
    return ("\n".join(lines) + "\n").encode()


def files() -> dict[str, bytes]:
    """Make every file beside the bundle."""
    made = sealer()
    return {
        "institution.key": f"{LOG.key.text}\n".encode(),
        "policy.txt": policy(),
        "receipt.json": receipt(made),
        "steps.json": steps(made),
    }


def write(folder: Path) -> None:
    """Write them all, and the bundle."""
    made = sealer()
    folder.mkdir(exist_ok=True)
    made.write(folder / "bundle", shown(made))
    for name, data in files().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    write(FOLDER)
