"""Bind the keys with which actors sign, replace them, and give them up (row J19)."""

from typing import Any, ClassVar

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import one_will_do
from ledger.instants import utc
from ledger.key_rules import (
    key_counts_from_now_on,
    key_is_bound,
    key_is_held_by_its_owner,
    key_is_new,
    key_is_sound,
)
from ledger.keyring import Owner, instant_or
from ledger.parties import Standing
from ledger.record.key_events import KeyBound, KeyRevoked
from ledger.record.state import Record
from ledger.signing import KeyText, SignatureText
from ledger.terms import Instant, Words

EXAMPLE_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
EXAMPLE_PROOF = "A" * 86 + "=="


@rule("refuse")
def key_is_of_ones_own_side(act: Act[Any], standing: Standing, owner: str) -> None:
    """A party speaks for its own keys and its representatives', a mediator for its own."""
    if act.role == "registry" or owner == act.actor:
        return
    ours = {f"party:{act.party}"} | {p for party, p in standing.authorities if party == act.party}
    if act.party is None or owner not in ours:
        raise Broken(f"{owner} is not of {act.acting()}", f"{owner} itself, or the registry")


def to_revoke(act: Act[Any], state: Record, standing: Standing) -> None:
    """Ask for a key that counts and that the actor may speak for."""
    one_will_do(
        act,
        [bound for bound in state.keys if bound.ends is None or act.now < bound.ends],
        lambda bound: key_is_of_ones_own_side(act, standing, bound.owner),
        "key that counts",
        "bind-key",
    )


class BindKey(Command, frozen=True, kw_only=True, tag="bind-key"):
    """Make known the key with which somebody signs its acts in this case.

    Attributes:
        owner: Whose it is: `person:holt`, or `party:B` for a party that acts itself.
        key: Ed25519 public key, base64.
        proof: The key's own signature over owner and key, as `goodoffices key show` prints it.
        starts: Instant from which it counts, None for now.
        ends: First instant at which it no longer counts, None for no end.
    """

    by = ("party", "mediator", "registry")
    example: ClassVar[dict[str, Any]] = {
        "owner": "person:holt",
        "key": EXAMPLE_KEY,
        "proof": EXAMPLE_PROOF,
    }
    owner: Owner
    key: KeyText
    proof: SignatureText
    starts: Instant | None = None
    ends: Instant | None = None


def bind_key(state: Record, standing: Standing, act: Act[BindKey]) -> Decision:
    """Bind a key, before all.

    Raises:
        RuleViolation: key_is_of_ones_own_side, key_is_sound, key_is_held_by_its_owner,
            key_is_new, key_counts_from_now_on.
        DecodeError: An instant cannot be read.
    """
    data = act.data
    key_is_of_ones_own_side(act, standing, data.owner)
    key_is_sound(act, data.key)
    key_is_held_by_its_owner(act, data.owner, data.key, data.proof)
    key_is_new(act, state.keys, data.key)
    starts = instant_or(data.starts, act.now)
    ends = None if data.ends is None else instant_or(data.ends, act.now)
    key_counts_from_now_on(act, starts, ends)
    bound = KeyBound(
        owner=data.owner,
        key=data.key,
        starts=utc(starts),
        ends=None if ends is None else utc(ends),
        proof=data.proof,
    )
    return [Placed("joint", bound)]


class RevokeKey(Command, frozen=True, kw_only=True, tag="revoke-key"):
    """Let a key count no more, from now or from another instant on.

    Attributes:
        owner: Whose it is.
        key: Ed25519 public key, base64.
        as_of: Instant from which it counts no more, None for now; one that has passed where the
            key was in other hands since, one to come where another key takes its place.
        reason: Why.
    """

    by = ("party", "mediator", "registry")
    occasions = (to_revoke,)
    example: ClassVar[dict[str, Any]] = {"owner": "person:holt", "key": EXAMPLE_KEY}
    owner: Owner
    key: KeyText
    as_of: Instant | None = None
    reason: Words | None = None


def revoke_key(state: Record, standing: Standing, act: Act[RevokeKey]) -> Decision:
    """Revoke a key, before all; what it signed stays signed.

    Raises:
        RuleViolation: key_is_of_ones_own_side, key_is_bound.
        DecodeError: The instant cannot be read.
    """
    data = act.data
    key_is_of_ones_own_side(act, standing, data.owner)
    key_is_bound(act, state.keys, data.owner, data.key)
    revoked = KeyRevoked(
        owner=data.owner,
        key=data.key,
        as_of=utc(instant_or(data.as_of, act.now)),
        reason=data.reason,
    )
    return [Placed("joint", revoked)]
