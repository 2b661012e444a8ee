"""Cosign the checkpoints of other logs, each of which may only grow (C2SP tlog-witness).

A witness keeps of every log it was told to trust the last head it cosigned, and cosigns another one
only with a proof that the log grew from there. What it remembers must never be put back from a
backup: it would cosign a second history.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

import msgspec
from msgspec import Struct

from ledger.errors import DecodeError, LedgerError, StoreFault
from ledger.seal.checkpoints import SignedCheckpoint, open_checkpoint, parse_checkpoint
from ledger.seal.merkle import EMPTY_ROOT, Head, check_consistency
from ledger.seal.note_keys import COSIGNS, SIGNS, Signer, VerifierKey, is_name, parse_key
from ledger.seal.notes import cosign, parse_note
from ledger.seal.private_files import locked, make_private_folder, read_whole, write_whole
from ledger.seal.submission import Submission, read_submission
from ledger.seal.unproven import Unproven

MALFORMED, UNKNOWN_KEY, UNKNOWN_LOG, ANOTHER_SIZE, UNPROVED = 400, 403, 404, 409, 422
SEED_BYTES: Final = 32
TURN_S: Final = 5.0
FORKS_MAX: Final = 100
"""Checkpoints kept as proof of forks; whoever holds the key of a log can make any number."""


class NotCosigned(LedgerError):  # noqa: N818 - an answer, not a fault
    """A witness does not cosign.

    Attributes:
        status: As the protocol numbers its answers.
        why: One sentence.
        size: How far the witness has seen the log, where that is what the asker needs.
    """

    def __init__(self, status: int, why: str, size: int | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.size = size


class WitnessKey(Struct, frozen=True):
    """What a witness signs with: the content of `key.json`.

    Attributes:
        name: Names the witness.
        seed: Ed25519 seed.
    """

    name: str
    seed: bytes

    def __repr__(self) -> str:
        """Leave the seed out."""
        return f"WitnessKey({self.name!r})"


class Remembered(Struct, frozen=True):
    """What a witness remembers of a log.

    Attributes:
        origin: The log.
        size: Of the last head cosigned, 0 for none.
        root: Of the last head cosigned, lower-case hex.
        note: In which it stood, "" for none.
    """

    origin: str
    size: int = 0
    root: str = EMPTY_ROOT.hex()
    note: str = ""

    @property
    def head(self) -> Head:
        """Return the head."""
        return Head(self.size, bytes.fromhex(self.root))


class Witness:
    """Cosign logs, in one folder; safe beside other processes and threads."""

    def __init__(self, folder: Path) -> None:
        """Open a witness.

        Raises:
            StoreFault: There is none, or its files are damaged.
        """
        self._folder = folder
        self._heads = folder / "heads"
        self._forks = folder / "forks"
        self._logs = folder / "logs.json"
        key = read_whole(folder / "key.json", WitnessKey)
        if key is None:
            why = f"there is no witness in {folder}"
            raise StoreFault(why, "`goodoffices witness serve` begins one there")
        self._signer = Signer(key.name, key.seed, COSIGNS)

    @classmethod
    def open_or_begin(cls, folder: Path, name: str | None = None) -> Self:
        """Open a witness, made first where there is none.

        Args:
            folder: Its own.
            name: Names it and its key, such as `witness.example.org`; drawn by default.

        Raises:
            DecodeError: The name cannot be a key's, or is not that of the witness there is.
            StoreFault: The folder cannot be written, or its files are damaged.
        """
        if name is not None and (not is_name(name) or "#" in name or not name.isprintable()):
            needs = "no space, no plus sign and no #, such as witness.example.org"
            raise DecodeError("--name", f"{name!r} cannot be a key's name", needs)
        make_private_folder(folder)
        with locked(folder / "lock", within_s=TURN_S):
            if not (folder / "key.json").exists():
                cls._begin(folder, name or f"gol/witness/{secrets.token_hex(8)}")
        found = cls(folder)
        if name is not None and name != found.key.name:
            why = f"the witness in {folder} is called {found.key.name}"
            raise DecodeError("--name", why, "another folder for another witness")
        return found

    @staticmethod
    def _begin(folder: Path, name: str) -> None:
        if (folder / "logs.json").exists():
            why = f"there is no {folder / 'key.json'}, but this witness has cosigned"
            raise StoreFault(why, "put it back from its backup, or begin in another folder")
        make_private_folder(folder / "heads")
        key = WitnessKey(name, os.urandom(SEED_BYTES))
        write_whole(folder / "key.json", msgspec.json.encode(key))

    @property
    def key(self) -> VerifierKey:
        """Return what checks its cosignatures."""
        return self._signer.key

    # ------------------------------------------------------------ logs

    def trust(self, text: str) -> VerifierKey:
        """Take a log into its care, or another key of one; may be repeated.

        The first checkpoint of a log is cosigned without a proof: there is nothing to grow from.

        Args:
            text: The key, whose name is that of the log.

        Raises:
            DecodeError: It is not the key of a log.
            StoreFault: The folder cannot be written.
        """
        key = parse_key(text)
        if key.kind != SIGNS:
            why = f"the key of {key.name} is that of a witness"
            raise DecodeError("key", why, "the key of the log, as `log` lines of a policy name it")
        with locked(self._folder / "lock", within_s=TURN_S):
            known = self._keys()
            if key not in known:
                if all(each.name != key.name for each in known):
                    self._begin_log(key.name)
                # A crash here leaves a log remembered that is not trusted yet.
                texts = [each.text for each in (*known, key)]
                write_whole(self._logs, msgspec.json.encode(texts))
        return key

    def logs(self) -> list[tuple[VerifierKey, Remembered]]:
        """List the keys of logs in its care, with what it remembers of each log."""
        return [(key, self._remembered(key.name)) for key in self._keys()]

    def forks(self) -> list[Path]:
        """List the files that prove that a log showed two histories."""
        return sorted(self._forks.glob("*.note"))

    def _keys(self) -> list[VerifierKey]:
        return [parse_key(text) for text in read_whole(self._logs, list[str]) or ()]

    def _begin_log(self, origin: str) -> None:
        make_private_folder(self._heads)
        if not self._path_of(origin).exists():
            write_whole(self._path_of(origin), msgspec.json.encode(Remembered(origin)))

    def _path_of(self, origin: str, suffix: str = ".json") -> Path:
        return self._heads / f"{sha256(origin.encode()).hexdigest()}{suffix}"

    def _remembered(self, origin: str) -> Remembered:
        path = self._path_of(origin)
        found = read_whole(path, Remembered)
        if found is None or found.origin != origin:
            why = f"what was remembered of {origin} is not in {path}"
            raise StoreFault(why, "begin another witness, in a folder of its own")
        return found

    # ------------------------------------------------------------ cosigning

    def cosign(self, raw: bytes, at: int) -> bytes:
        """Cosign a checkpoint; return the line of the signature.

        What was cosigned last may be asked for again, with itself as older size.

        Args:
            raw: The body of the request.
            at: Now, in seconds since 1970.

        Raises:
            NotCosigned: With status 400, 403, 404, 409 or 422; nothing was signed.
            CaseBusy: Another request about this log takes its time.
            StoreFault: What it remembers cannot be read or written; nothing was signed.
        """
        asked, signed = self._asked(raw)
        head = signed.checkpoint.head
        if asked.older > head.size:
            why = f"the older size, {asked.older}, is above that of the checkpoint, {head.size}"
            raise NotCosigned(MALFORMED, why)
        with self._turn(signed.checkpoint.origin):
            before = self._remembered(signed.checkpoint.origin)
            self._check_growth(before, asked, signed)
            if before.head != head or not before.note:
                grown = Remembered(before.origin, head.size, head.root.hex(), asked.note.decode())
                write_whole(self._path_of(before.origin), msgspec.json.encode(grown))
            # A crash here leaves a head remembered whose cosignature nobody got: the log is told
            # this size, asks again from there, and gets it.
            return cosign(signed.note.text, self._signer, at=at).line.encode()

    def _asked(self, raw: bytes) -> tuple[Submission, SignedCheckpoint]:
        try:
            asked = read_submission(raw)
            origin = parse_checkpoint(parse_note(asked.note).text).origin
        except DecodeError as error:
            raise NotCosigned(MALFORMED, str(error)) from error
        keys = [key for key in self._keys() if key.name == origin]
        if not keys:
            raise NotCosigned(UNKNOWN_LOG, "this log is not known here")
        try:
            return asked, open_checkpoint(asked.note, origin, keys)
        except Unproven as error:
            raise NotCosigned(UNKNOWN_KEY, str(error)) from error

    def _check_growth(
        self, before: Remembered, asked: Submission, signed: SignedCheckpoint
    ) -> None:
        head = signed.checkpoint.head
        if asked.older != before.size:
            why = f"this log was seen up to size {before.size}"
            raise NotCosigned(ANOTHER_SIZE, why, before.size)
        if head.size == before.size and head.root != before.head.root:
            self._keep_fork(before, signed)
            why = f"another root was cosigned at size {before.size}: the log was forked"
            raise NotCosigned(ANOTHER_SIZE, why, before.size)
        if not before.size and asked.proof:
            raise NotCosigned(UNPROVED, "from size 0 there is nothing to prove")
        try:
            if before.size:
                check_consistency(before.head, head, asked.proof)
        except Unproven as error:
            raise NotCosigned(UNPROVED, str(error)) from error

    def _keep_fork(self, before: Remembered, signed: SignedCheckpoint) -> None:
        """Keep both checkpoints, which together prove to anybody that the log was forked."""
        make_private_folder(self._forks)
        if len(self.forks()) >= FORKS_MAX:
            return
        for head, note in (
            (before.head, before.note),
            (signed.checkpoint.head, signed.note.encode().decode()),
        ):
            name = self._path_of(before.origin).stem[:16]
            path = self._forks / f"{name}-{head.size}-{head.root.hex()[:16]}.note"
            write_whole(path, note.encode())

    @contextmanager
    def _turn(self, origin: str) -> Iterator[None]:
        with locked(self._path_of(origin, ".lock"), within_s=TURN_S):
            yield
