"""Keep an actor's own key in a file, and sign commands with it (docs/signing.md)."""

import base64
import os
import stat
from pathlib import Path

import msgspec
from msgspec import Struct

from ledger.act import Ask
from ledger.errors import DecodeError, StoreFault
from ledger.keyring import Owner
from ledger.seal.ed25519 import KEY_BYTES, public_key, sign
from ledger.signatures import fields_of
from ledger.signing import SALT_BYTES, owner_bytes, sign_fields
from services.given_files import open_given

FORMAT = "goodoffices-key/1"


class KeyFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The key of one actor; never shown or logged.

    Attributes:
        format: Name and version of this shape.
        owner: Whose it is: `person:holt`, or `party:B`.
        seed: Ed25519 seed, lower-case hex.
    """

    format: str = FORMAT
    owner: Owner
    seed: str

    def __repr__(self) -> str:
        """Leave the seed out."""
        return f"KeyFile({self.owner!r})"

    @property
    def secret(self) -> bytes:
        """Return the seed."""
        return bytes.fromhex(self.seed)


class PublicKey(Struct, frozen=True):
    """What is handed on of a key, for it to be bound.

    Attributes:
        owner: Whose it is.
        key: Public key, base64.
        proof: Its own signature over both.
    """

    owner: str
    key: str
    proof: str


def make_key(path: Path, owner: str) -> KeyFile:
    """Make a key and keep it in a new file that its owner alone can read.

    Raises:
        DecodeError: There is a file already, or the owner is not of its form.
        StoreFault: The file cannot be written.
    """
    try:
        msgspec.convert(owner, Owner)
    except msgspec.ValidationError:
        why = f"{owner!r} is no name of a person or party"
        raise DecodeError("--owner", why, "person:NAME or party:ID") from None
    key = KeyFile(owner=owner, seed=os.urandom(KEY_BYTES).hex())
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle, so that the mode holds at once
            file.write(msgspec.json.encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise DecodeError("FILE", f"{path} is there already", "another name") from None
    except OSError as error:
        why = f"{path} cannot be written: {error.strerror}"
        raise StoreFault(why, "a folder that is there and may be written") from error
    return key


def read_key(path: Path) -> KeyFile:
    """Read a key file.

    Raises:
        DecodeError: It is not there, others can read it, or it is no key file.
    """
    try:
        with open_given(path) as file:
            others = os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            data = file.read(4096)
    except OSError as error:
        why = f"{path}: {error.strerror}"
        raise DecodeError("KEYFILE", why, "a file of `goodoffices key new`") from error
    if others:
        raise DecodeError("KEYFILE", f"others can read {path}", f"chmod 600 {path}")
    return _checked(data)


def _checked(data: bytes) -> KeyFile:
    try:
        key = msgspec.json.decode(data, type=KeyFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodeError(
            "KEYFILE", f"no key file: {error}", "a file of `goodoffices key new`"
        ) from None
    is_seed = len(key.seed) == 2 * KEY_BYTES and set(key.seed) <= set("0123456789abcdef")
    if key.format != FORMAT or not is_seed:
        raise DecodeError("KEYFILE", "not of the format " + FORMAT, "goodoffices key new")
    return key


def public_of(key: KeyFile) -> PublicKey:
    """Return what is handed on of a key."""
    public = _text(public_key(key.secret))
    proof = _text(sign(key.secret, owner_bytes(key.owner, public)))
    return PublicKey(owner=key.owner, key=public, proof=proof)


def signed(ask: Ask, key: KeyFile, salt: bytes | None = None) -> Ask:
    """Sign a command as the owner of a key.

    Args:
        ask: The command; its actor, where it names one, must be the owner.
        key: The owner's.
        salt: 32 bytes; drawn here unless a test vector is made.

    Raises:
        DecodeError: It is another's act, names nobody it is for, or cannot be signed.
    """
    if ask.actor not in (None, key.owner):
        raise DecodeError("actor", f"is {ask.actor}, the key is of {key.owner}", key.owner)
    if ask.acting_for is None:
        raise DecodeError("acting_for", "a signed act says for whom it is done", "--by WHO")
    drawn = os.urandom(SALT_BYTES) if salt is None else salt
    whole = msgspec.structs.replace(
        ask, actor=key.owner, key=_text(public_key(key.secret)), salt=drawn.hex()
    )
    signature = sign_fields(
        key.secret,
        fields_of(whole),
        drawn,
        actor=key.owner,
        acting_for=ask.acting_for,
        command_id=ask.id,
    )
    return msgspec.structs.replace(whole, signature=signature)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
