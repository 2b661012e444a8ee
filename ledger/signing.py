"""Say which bytes an actor signs when it gives a command, and which of them an event may open.

The bytes are those of docs/signing.md. What was asked is signed field by field, each under a salt
of its own and among as many decoys as fill the slots. So an event can show of the signed command
what its own room may read, and neither it nor its signature tells what was written elsewhere, or
whether anything was; and once content is erased no guess at it can be checked.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct

from ledger.decoding import decoder
from ledger.envelope import FRAME_ENCODER, Event, Frame, Signed
from ledger.errors import DecodeError
from ledger.seal.ed25519 import KEY_BYTES, SIGNATURE_BYTES, is_sound_key, sign, signature_holds

COMMAND_MARK: Final = b"gol/command/v1\0"
FIELD_MARK: Final = b"gol/field/v1\0"
FIELDS_MARK: Final = b"gol/fields/v1\0"
OWNER_MARK: Final = b"gol/key/v1\0"
SLOTS: Final = 32
SALT_BYTES: Final = 32
OPENED: Final = "$signed"
"""Key under which the content of an event holds what it opens of the signed command."""

KeyText: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{43}=\Z")]
"""Ed25519 public key, base64."""
SignatureText: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{86}==\Z")]
"""Ed25519 signature, base64."""
SaltText: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""32 bytes drawn by the signer for one command, lower-case hex."""
Fields: TypeAlias = Mapping[str, Any]


class Head(Struct, frozen=True, forbid_unknown_fields=True):
    """The head of a room that an actor had seen when it signed.

    Attributes:
        room: Name of the room within the case.
        size: How many events it held.
        root: Root of its tree over that many leaves (RFC 6962), lower-case hex.
    """

    room: Annotated[str, Meta(min_length=1, max_length=400)]
    size: Annotated[int, Meta(ge=0)]
    root: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Opening(Struct, frozen=True, omit_defaults=True):
    """What one event shows of the signed command; it stands in the event's content.

    Attributes:
        slots: The commitments under the signature, hex, in ascending order.
        salts: Salt of each field shown, hex, by the field's name.
        said: Value of each field shown that is no field of the event.
    """

    slots: tuple[str, ...]
    salts: dict[str, str] = {}
    said: dict[str, Any] = {}


def canonical(value: object) -> bytes:
    """Write a value as RFC 8785 does: keys sorted, no spaces, UTF-8, the shortest escapes.

    Raises:
        DecodeError: It holds a number that is not whole, which programs write differently.
    """
    _refuse_fractions(value)
    return FRAME_ENCODER.encode(value)


def _refuse_fractions(value: object) -> None:
    match value:
        case float():
            raise DecodeError("data", f"{value} cannot be signed", "whole numbers, or text")
        case dict():
            for inner in value.values():
                _refuse_fractions(inner)
        case list() | tuple():
            for inner in value:
                _refuse_fractions(inner)
        case _:
            return


def salt_of(salt: bytes, name: str) -> bytes:
    """Derive the salt of one field."""
    return hmac.digest(salt, name.encode(), "sha256")


def commitment(name: str, value: object, salt: bytes) -> bytes:
    """Commit to one field."""
    return hashlib.sha256(FIELD_MARK + salt + canonical([name, value])).digest()


def slots_of(fields: Fields, salt: bytes) -> tuple[bytes, ...]:
    """Commit to every field, fill up with decoys, and sort, so that no place tells anything.

    Raises:
        DecodeError: There are more fields than slots, or a value cannot be signed.
    """
    if len(fields) > SLOTS:
        raise DecodeError("data", f"{len(fields)} fields are too many to sign", f"at most {SLOTS}")
    real = [commitment(name, value, salt_of(salt, name)) for name, value in fields.items()]
    decoys = [salt_of(salt, f"\0decoy/{n}") for n in range(SLOTS - len(real))]
    return tuple(sorted((*real, *decoys)))


def root_of(slots: Iterable[bytes]) -> bytes:
    """Take all slots together."""
    return hashlib.sha256(FIELDS_MARK + b"".join(slots)).digest()


def signed_bytes(*, actor: str, acting_for: str | None, command_id: str, root: str) -> bytes:
    """Return what an actor signs.

    Args:
        actor: Who acts.
        acting_for: For whom.
        command_id: The command's id.
        root: Of its fields, lower-case hex.
    """
    statement = {"acting_for": acting_for, "actor": actor, "fields": root, "id": command_id}
    return COMMAND_MARK + canonical(statement)


def holds(frame: Frame[Any]) -> bool:
    """Tell whether the signature in a frame is its actor's, by the frame alone."""
    if frame.signed is None:
        return False
    message = signed_bytes(
        actor=frame.actor,
        acting_for=frame.acting_for,
        command_id=frame.command,
        root=frame.signed.fields,
    )
    return verified(frame.signed.key, message, frame.signed.signature)


def verified(key: str, message: bytes, signature: str) -> bool:
    """Tell whether a signature is good, under a key that means the same to every verifier."""
    public, signed = unbase64(key, KEY_BYTES), unbase64(signature, SIGNATURE_BYTES)
    return is_sound_key(public) and signature_holds(public, message, signed)


def is_sound(key: str) -> bool:
    """Tell whether a key may be bound: canonical, on the curve, of the group of prime order."""
    return is_sound_key(unbase64(key, KEY_BYTES))


def unbase64(text: str, size: int) -> bytes:
    """Read base64 as it is written, letter for letter; give b"" for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if len(data) == size and base64.b64encode(data).decode() == text else b""


def owner_bytes(owner: str, key: str) -> bytes:
    """Return what a key signs to show that who names it as its own holds it."""
    return OWNER_MARK + canonical({"key": key, "owner": owner})


def sign_fields(  # noqa: PLR0913 - what is signed, each by name
    seed: bytes, fields: Fields, salt: bytes, *, actor: str, acting_for: str, command_id: str
) -> str:
    """Sign a command; return the signature, base64."""
    root = root_of(slots_of(fields, salt)).hex()
    message = signed_bytes(actor=actor, acting_for=acting_for, command_id=command_id, root=root)
    return base64.b64encode(sign(seed, message)).decode()


class Proof(Struct, frozen=True):
    """A command whose signature holds, as its events will show it.

    Attributes:
        signed: What stands in the frames.
        slots: The commitments, sorted.
        fields: What was asked, by name.
        salt: The signer's; it goes no further.
    """

    signed: Signed
    slots: tuple[bytes, ...]
    fields: Fields
    salt: bytes


def opened_in(proof: Proof, frame: Frame[Any], event: Event) -> Opening:
    """Choose what an event may show: of its own room, and what it says word for word itself."""
    told = _plain(event)
    said = {name: proof.fields[name] for name in _said_in(proof.fields, frame)}
    own = [
        f"data.{name}"
        for name, value in told.items()
        if f"data.{name}" in proof.fields
        and canonical(value) == canonical(proof.fields[f"data.{name}"])
    ]
    salts = {name: salt_of(proof.salt, name).hex() for name in (*said, *own)}
    return Opening(slots=tuple(slot.hex() for slot in proof.slots), salts=salts, said=said)


def _said_in(fields: Fields, frame: Frame[Any]) -> list[str]:
    """Name the fields of the envelope that every reader of a frame may know."""
    head, room = fields["head"], fields["room"]
    asked_here = (room or "joint") == frame.room
    shown = {
        "case": True,
        "command": True,
        "head": head is not None and head["room"] == frame.room,
        "occurred": fields["occurred"] is not None and fields["occurred"] == frame.occurred,
        "reported": bool(fields["reported"]),
        "room": room is not None and asked_here,
        "seen": fields["seen"] is not None and asked_here,
        "source": fields["source"] is not None,
    }
    return [name for name, may in shown.items() if may]


def with_opening(content: bytes, opening: Opening) -> bytes:
    """Put what an event shows of the signed command beside its content."""
    whole = msgspec.json.decode(content)
    return FRAME_ENCODER.encode({**whole, OPENED: opening})


def opening_in(content: bytes) -> Opening | None:
    """Read what an event shows of the signed command, None where it shows nothing.

    Raises:
        DecodeError: It is not of that shape.
    """
    try:
        found = msgspec.json.decode(content, type=dict[str, msgspec.Raw]).get(OPENED)
        return None if found is None else decoder(Opening).decode(found)
    except msgspec.DecodeError as error:
        raise DecodeError(OPENED, str(error)) from error


def shown_by(opening: Opening, root: str, event: Event) -> dict[str, Any]:
    """Return the fields of the signed command that an event shows, by name, and no others.

    Args:
        opening: From the event's content.
        root: From its frame.
        event: The event, with its content.

    Raises:
        DecodeError: The slots are not those that were signed.
    """
    slots = tuple(bytes.fromhex(slot) for slot in opening.slots)
    if len(slots) != SLOTS or root_of(slots).hex() != root:
        raise DecodeError(OPENED, "the fields shown are not those that were signed")
    told = {f"data.{name}": value for name, value in _plain(event).items()}
    whole = {**told, **opening.said}
    return {
        name: whole[name]
        for name, salt in opening.salts.items()
        if name in whole and commitment(name, whole[name], bytes.fromhex(salt)) in slots
    }


def _plain(event: Event) -> dict[str, Any]:
    """Return the fields of an event as they are stored, without its tag."""
    stored: dict[str, Any] = msgspec.json.decode(FRAME_ENCODER.encode(event))
    return {name: value for name, value in stored.items() if name != "type"}
