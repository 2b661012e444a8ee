"""Check the signature of a command, as far as it has one or needs one.

What a signature is stands in ledger/signing.py; whose key it must be, in the case's record and in
the institution's own.
"""

from typing import Any

import msgspec

from ledger.act import Act, Ask, Broken, Command, rule
from ledger.catalogue import decode_command
from ledger.envelope import Signed
from ledger.errors import DecodeError
from ledger.keyring import BoundKey
from ledger.signing import Proof, canonical, root_of, signed_bytes, slots_of, verified


@rule("refuse")
def command_is_signed(act: Act[Any], ask: Ask) -> None:
    """What the profile names is done under its actor's signature."""
    if ask.command in act.profile.signed_commands and not ask.is_signed:
        why = f"the profile asks for the signature of {act.actor} under {ask.command}"
        raise Broken(why, "`goodoffices act ... --sign KEYFILE`")


@rule("refuse")
def signature_is_whole(act: Act[Any], ask: Ask, names: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A signed command leaves nothing of who acts, for whom and in which case to be guessed."""
    wanted = {
        "key": ask.key,
        "salt": ask.salt,
        "signature": ask.signature,
        "actor": ask.actor,
        "acting_for": ask.acting_for,
    }
    missing = [name for name, value in wanted.items() if value is None]
    if missing:
        raise Broken(f"without {', '.join(missing)} nothing is signed", "a line signed whole")
    if names and ask.case not in names:
        raise Broken(f"{ask.case!r} is part of a name", f"the case as {' or '.join(names[:1])}")


@rule("refuse")
def key_is_the_actors(act: Act[Any], keys: tuple[BoundKey, ...], key: str) -> None:
    """A signature counts under a key that is bound to its actor now."""
    known = [bound for bound in keys if bound.key == key and bound.owner == act.actor]
    if not any(bound.counts(act.now) for bound in known):
        stands = "counts no more, or not yet" if known else f"is not bound to {act.actor}"
        raise Broken(f"this key {stands}", "bind-key, or another key")


@rule("refuse")
def signature_is_good(act: Act[Any], ask: Ask, root: str) -> None:
    """The actor signed this very command."""
    assert ask.key is not None
    assert ask.signature is not None
    message = signed_bytes(actor=act.actor, acting_for=ask.acting_for, command_id=ask.id, root=root)
    if not verified(ask.key, message, ask.signature):
        raise Broken("the signature is not that of this command", "the line signed anew")


def proof_of(
    act: Act[Any], ask: Ask, command: Command, keys: tuple[BoundKey, ...], names: tuple[str, ...]
) -> Proof | None:
    """Check the signature of a command; None where it has none and needs none.

    Args:
        act: The act.
        ask: Its envelope, as it was given.
        command: Its data, as it was read.
        keys: The keys that the actor's case and the institution know.
        names: What the case is called; empty where the command opens it.

    Raises:
        RuleViolation: command_is_signed, signature_is_whole, key_is_the_actors, signature_is_good.
        DecodeError: What was asked cannot be signed.
    """
    command_is_signed(act, ask)
    if not ask.is_signed:
        return None
    signature_is_whole(act, ask, names)
    assert ask.key is not None
    assert ask.salt is not None
    assert ask.signature is not None
    key_is_the_actors(act, keys, ask.key)
    fields = fields_of(ask)
    assert canonical(fields), "a value that cannot be signed was refused"
    assert decode_command(ask.command, bytes(ask.data)) == command, "data and command are one"
    salt = bytes.fromhex(ask.salt)
    slots = slots_of(fields, salt)
    root = root_of(slots).hex()
    signature_is_good(act, ask, root)
    signed = Signed(fields=root, key=ask.key, signature=ask.signature)
    return Proof(signed=signed, slots=slots, fields=fields, salt=salt)


def fields_of(ask: Ask) -> dict[str, Any]:
    """Name everything that was asked, as it is signed: the envelope, then the data's own fields.

    Raises:
        DecodeError: The data are no JSON object.
    """
    data = msgspec.json.decode(bytes(ask.data))
    if not isinstance(data, dict):
        raise DecodeError("data", "is no JSON object", "the fields of the command")
    return {
        "case": ask.case,
        "command": ask.command,
        "head": None if ask.head is None else msgspec.to_builtins(ask.head),
        "occurred": ask.occurred,
        "reported": ask.reported,
        "room": ask.room,
        "seen": ask.seen,
        "source": ask.source,
        **{f"data.{name}": value for name, value in data.items()},
    }
