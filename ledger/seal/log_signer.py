"""Sign the heads of the seal log, each once: the log's own first witness.

The signer trusts nobody's word for what the log was: it keeps the last head it signed in a file of
its own, and signs another one only with a proof that the log grew from there. So neither whoever
holds the database nor a mistake after a restore gets a fork signed. `head.json` must never be put
back from a backup; `keys.json` must have one.
"""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self, TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ledger.errors import StoreFault
from ledger.seal.checkpoints import sign_checkpoint
from ledger.seal.merkle import EMPTY_ROOT, Head, check_consistency, check_head
from ledger.seal.mismatch import SealsDoNotMatch
from ledger.seal.note_keys import Signer, VerifierKey
from ledger.seal.notes import Note, sign_note
from ledger.seal.private_files import locked, make_private_folder, read_whole, write_whole
from ledger.seal.proofs import Handover, KeyHistory, KeyUse
from ledger.seal.unproven import Unproven

SEED_BYTES: Final = 32
LOG_ORIGIN: Final = "gol/log/"
VOUCHED: Final = "gol/bundle/1"
"""First line of the text over a manifest; that of a checkpoint is the name of a log."""
Proof: TypeAlias = Callable[[int], Sequence[bytes]]
"""Returns the proof that a log grew from a size, of one leaf or more, to the one to be signed."""
TURN_S: Final = 10.0
"""How long to wait for another process that signs."""


class Before(Struct, frozen=True):
    """The log that a new one goes on from.

    Attributes:
        origin: Its name.
        size: As last known to be signed.
        root: As last known to be signed, lower-case hex.
        why: Why it does not go on itself.
    """

    origin: str
    size: int
    root: str
    why: str


class KeptHead(Struct, frozen=True):
    """What the signer remembers: the content of `head.json`.

    Attributes:
        origin: The log it signs for.
        size: Of the last head signed, 0 before the first.
        root: Of the last head signed, lower-case hex.
        before: The log before this one, None for the first.
    """

    origin: str
    size: int = 0
    root: str = EMPTY_ROOT.hex()
    before: Before | None = None

    @property
    def head(self) -> Head:
        """Return the head."""
        return Head(self.size, bytes.fromhex(self.root))


class LogKey(Struct, frozen=True):
    """A key of the signer, as `keys.json` holds it.

    Attributes:
        name: The log it signs for.
        seed: Ed25519 seed.
        since: Least size of a head it signs; None while it is only drawn.
        until: Greatest size.
        handover: From the key before.
    """

    name: str
    seed: bytes
    since: int | None = None
    until: int | None = None
    handover: Handover | None = None

    @property
    def signer(self) -> Signer:
        """Return what signs with it."""
        return Signer(self.name, self.seed)

    def signs(self, origin: str, size: int) -> bool:
        """Tell whether it signs a head of this size."""
        begun = self.since is not None and self.since <= size
        return self.name == origin and begun and (self.until is None or size <= self.until)

    def __repr__(self) -> str:
        """Leave the seed out."""
        return f"LogKey({self.name!r}, since={self.since})"


class LogSigner:
    """Sign heads of one log, in one folder; safe beside other processes."""

    def __init__(self, folder: Path) -> None:
        """Open a signer.

        Raises:
            StoreFault: Its files are damaged, or one is missing.
        """
        self._folder = folder
        self._heads = folder / "head.json"
        self._keys = folder / "keys.json"
        kept = self.kept()
        with self._turn():
            keys = read_whole(self._keys, list[LogKey]) or []
            if not kept.size and not any(key.name == kept.origin for key in keys):
                write_whole(self._keys, _written(_with_key_for(kept, keys)))
        self._all_keys()

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Tell whether a folder holds what a signer remembers."""
        return (folder / "head.json").exists()

    @classmethod
    def begin(cls, folder: Path, institution_hex: str, before: Before | None = None) -> Self:
        """Begin a log of a new name; the key stays the one there was.

        A crash within leaves what was before, or the log begun; never two logs of one name.

        Args:
            folder: The signer's own.
            institution_hex: Named in the origin.
            before: The log that ends with this.

        Raises:
            StoreFault: The folder cannot be written.
        """
        make_private_folder(folder)
        origin = f"{LOG_ORIGIN}{institution_hex}/{secrets.token_hex(8)}"
        with locked(folder / "lock", within_s=TURN_S):
            write_whole(folder / "head.json", _written(KeptHead(origin, before=before)))
        # A crash here leaves a log without a key; whoever opens the signer next gives it one.
        return cls(folder)

    def kept(self) -> KeptHead:
        """Return what it remembers.

        Raises:
            StoreFault: The file is missing or damaged.
        """
        found = read_whole(self._heads, KeptHead)
        if found is None:
            raise SealsDoNotMatch("signer_is_missing", f"there is no {self._heads}")
        return found

    def sign(self, head: Head, proof: Proof) -> Note:
        """Sign a head of the log; the same head may be asked for again.

        Args:
            head: The log's.
            proof: That it grew from the last head signed; asked for while nobody else signs.

        Raises:
            Unproven: The log did not grow from there; nothing was signed.
            StoreFault: What it remembers cannot be written; nothing was signed.
        """
        with self._turn():
            kept = self.kept()
            self._check_growth(kept, head, proof)
            signers = self._signers(kept.origin, head.size)
            grown = replace(kept, size=head.size, root=head.root.hex())
            write_whole(self._heads, _written(grown))
            # A crash here leaves a head remembered that nobody saw signed: it is signed again,
            # to the same bytes, when asked for again.
            return sign_checkpoint(head, *signers)

    def _signers(self, origin: str, size: int) -> list[Signer]:
        found = [key.signer for key in self._all_keys() if key.signs(origin, size)]
        if not found:
            raise StoreFault(f"no key signs for {origin}", f"put {self._keys} back from a backup")
        return found

    @staticmethod
    def _check_growth(kept: KeptHead, head: Head, proof: Proof) -> None:
        if kept.size > head.size:
            raise Unproven("tree_shrank", f"from {kept.size} leaves to {head.size}")
        if kept.size:
            check_consistency(kept.head, head, proof(kept.size))
            return
        check_head(head)
        if head.size != 1:
            raise Unproven("root_does_not_match", "the first head signed is of one leaf")

    def vouch(self, digest: str) -> Note:
        """Sign the hash of a bundle's manifest, in a text that no checkpoint begins with.

        Args:
            digest: SHA-256, lower-case hex.
        """
        kept = self.kept()
        signers = [k.signer for k in self._all_keys() if k.signs(kept.origin, kept.size)]
        return sign_note(f"{VOUCHED}\n{kept.origin}\n{digest}\n", *signers)

    # ------------------------------------------------------------ keys

    def public_keys(self) -> tuple[VerifierKey, ...]:
        """Return every key that signed, the newest last."""
        return tuple(k.signer.key for k in self._all_keys() if k.since is not None)

    def history(self) -> KeyHistory:
        """Return every key that signed, and how each was introduced."""
        return KeyHistory(
            tuple(
                KeyUse(k.signer.key.text, k.since, k.until, k.handover)
                for k in self._all_keys()
                if k.since is not None and (k.name != self.kept().origin or self.kept().size)
            )
        )

    def draw(self) -> VerifierKey:
        """Draw the next key, which signs nothing yet; return the one drawn before, if any."""
        with self._turn():
            keys = self._all_keys()
            if keys[-1].since is not None:
                keys.append(LogKey(self.kept().origin, os.urandom(SEED_BYTES)))
                write_whole(self._keys, _written(keys))
            return keys[-1].signer.key

    def adopt(self, key: str, size: int) -> None:
        """Let a key drawn sign from a size on; the one before signs that size as well.

        May be repeated.

        Raises:
            StoreFault: It was never drawn here.
        """
        with self._turn():
            keys = self._all_keys()
            if keys[-1].signer.key.text != key:
                raise SealsDoNotMatch("key_is_unknown", "the log names a key that is not here")
            if keys[-1].since is None:
                keys[-2] = replace(keys[-2], until=size)
                keys[-1] = replace(keys[-1], since=size)
                write_whole(self._keys, _written(keys))

    def handover_wanted(self) -> int | None:
        """Return the size of the checkpoint that introduced the newest key, if not kept yet."""
        used = [key for key in self._all_keys() if key.since is not None]
        return used[-1].since if len(used) > 1 and used[-1].handover is None else None

    def keep_handover(self, handover: Handover) -> None:
        """Keep how the newest key was introduced."""
        with self._turn():
            keys = self._all_keys()
            at = max(n for n, key in enumerate(keys) if key.since is not None)
            keys[at] = replace(keys[at], handover=handover)
            write_whole(self._keys, _written(keys))

    def _all_keys(self) -> list[LogKey]:
        found = read_whole(self._keys, list[LogKey])
        if not found:
            raise StoreFault(f"there is no {self._keys}", "put it back from its backup")
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with locked(self._folder / "lock", within_s=TURN_S):
            yield


def _with_key_for(kept: KeptHead, keys: list[LogKey]) -> list[LogKey]:
    """Give a log that begins the key of the one before, or one newly drawn."""
    used = [key for key in keys if key.since is not None]
    if used and used[-1].until is None:
        used[-1] = replace(used[-1], until=kept.before.size if kept.before else 0)
    seed = used[-1].seed if used else os.urandom(SEED_BYTES)
    return [*used, LogKey(kept.origin, seed, since=1)]


def _written(body: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(body)) + b"\n"
