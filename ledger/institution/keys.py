"""Bind the keys with which persons sign in every case, replace them, and give them up (row J19)."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.instants import utc
from ledger.institution.key_events import PersonKeyBound, PersonKeyRevoked
from ledger.institution.state import Institution
from ledger.key_rules import (
    key_counts_from_now_on,
    key_is_bound,
    key_is_held_by_its_owner,
    key_is_new,
    key_is_sound,
)
from ledger.keyring import instant_or
from ledger.parties import Standing
from ledger.signing import KeyText, SignatureText
from ledger.terms import Instant, PersonId, Words

EXAMPLE: dict[str, Any] = {
    "owner": "person:clerk",
    "key": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
}


class BindPersonKey(Command, frozen=True, kw_only=True, tag="bind-person-key"):
    """Take into the institution's record the key with which a person signs, whatever the case.

    Attributes:
        owner: Whose it is: `person:clerk`.
        key: Ed25519 public key, base64.
        proof: The key's own signature over owner and key, as `goodoffices key show` prints it.
        starts: Instant from which it counts, None for now.
        ends: First instant at which it no longer counts, None for no end.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {**EXAMPLE, "proof": "A" * 86 + "=="}
    owner: PersonId
    key: KeyText
    proof: SignatureText
    starts: Instant | None = None
    ends: Instant | None = None


def bind_person_key(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[BindPersonKey],
) -> Decision:
    """Bind a key.

    Raises:
        RuleViolation: key_is_sound, key_is_held_by_its_owner, key_is_new, key_counts_from_now_on.
        DecodeError: An instant cannot be read.
    """
    data = act.data
    key_is_sound(act, data.key)
    key_is_held_by_its_owner(act, data.owner, data.key, data.proof)
    key_is_new(act, state.keys, data.key)
    starts = instant_or(data.starts, act.now)
    ends = None if data.ends is None else instant_or(data.ends, act.now)
    key_counts_from_now_on(act, starts, ends)
    bound = PersonKeyBound(
        owner=data.owner,
        key=data.key,
        starts=utc(starts),
        ends=None if ends is None else utc(ends),
        proof=data.proof,
    )
    return [Placed("registry", bound)]


class RevokePersonKey(Command, frozen=True, kw_only=True, tag="revoke-person-key"):
    """Let a person's key count no more, from now or from another instant on.

    Attributes:
        owner: Whose it is.
        key: Ed25519 public key, base64.
        as_of: Instant from which it counts no more, None for now.
        reason: Why.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = EXAMPLE
    owner: PersonId
    key: KeyText
    as_of: Instant | None = None
    reason: Words | None = None


def revoke_person_key(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[RevokePersonKey],
) -> Decision:
    """Revoke a key; what it signed stays signed.

    Raises:
        RuleViolation: key_is_bound.
        DecodeError: The instant cannot be read.
    """
    data = act.data
    key_is_bound(act, state.keys, data.owner, data.key)
    revoked = PersonKeyRevoked(
        owner=data.owner,
        key=data.key,
        as_of=utc(instant_or(data.as_of, act.now)),
        reason=data.reason,
    )
    return [Placed("registry", revoked)]
