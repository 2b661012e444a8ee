"""Hold the rules for binding an actor's key, in a case as in the institution's own record."""

from datetime import datetime
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.keyring import BoundKey
from ledger.signing import is_sound, owner_bytes, verified


@rule("refuse")
def key_is_sound(act: Act[Any], key: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A key means the same to every verifier: canonical and of no small order."""
    if not is_sound(key):
        raise Broken("the key is weak or no Ed25519 key", "another key (`goodoffices key new`)")


@rule("refuse")
def key_is_held_by_its_owner(act: Act[Any], owner: str, key: str, proof: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody is given a key that somebody else holds."""
    if not verified(key, owner_bytes(owner, key), proof):
        why = f"the proof is not a signature of {owner} under this key"
        raise Broken(why, "the line `goodoffices key show` prints for the key file")


@rule("refuse")
def key_is_new(act: Act[Any], keys: tuple[BoundKey, ...], key: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A key is bound once, to one owner; one that was given up is not taken up again."""
    known = next((bound for bound in keys if bound.key == key), None)
    if known is not None:
        raise Broken(f"it was bound to {known.owner} by {known.ref}", "a new key")


@rule("refuse")
def key_counts_from_now_on(act: Act[Any], starts: datetime, ends: datetime | None) -> None:
    """A key signs what comes after its binding, never what came before."""
    if starts < act.now:
        raise Broken(f"it would count from {starts}, before now", "`starts` later, or left out")
    if ends is not None and ends <= starts:
        raise Broken(f"it would end on {ends}, before it starts", "a later `ends`, or none")


@rule("refuse")
def key_is_bound(act: Act[Any], keys: tuple[BoundKey, ...], owner: str, key: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a key that is bound to its owner, and not given up, is given up."""
    known = [bound for bound in keys if bound.owner == owner and bound.key == key]
    if not known:
        raise Broken(f"no such key is bound to {owner}", "`goodoffices key list`")
