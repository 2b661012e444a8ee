"""Sign and check with Ed25519 (RFC 8032), refusing what verifiers are known to disagree about."""

from typing import Final

from nacl.bindings import crypto_core_ed25519_is_valid_point
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


def public_key(seed: bytes) -> bytes:
    """Return the public key of a seed of 32 bytes."""
    return bytes(SigningKey(seed).verify_key)


def sign(seed: bytes, message: bytes) -> bytes:
    """Sign; the same seed and message give the same 64 bytes."""
    return SigningKey(seed).sign(message).signature


def is_sound_key(public: bytes) -> bool:
    """Tell whether a key means the same to every verifier.

    It must be canonical, on the curve and in the group of prime order, which leaves out the
    points of small order and those that have a part of small order: a signature under such a key
    holds for one verifier and not for another, so its owner could disown it.
    """
    return len(public) == KEY_BYTES and crypto_core_ed25519_is_valid_point(public)


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Check a signature as libsodium does.

    A small-order or non-canonical key, a small-order R and an S that is not reduced are refused.
    """
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        VerifyKey(public).verify(message, signature)
    except BadSignatureError:
        return False
    return True
