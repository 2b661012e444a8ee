"""Ask an authority of time for a token over a checkpoint, and check what it answers (RFC 3161).

The message is the text of the checkpoint, its hash SHA-256. Certificates count as of the time the
token tells; whether one was revoked later is not looked up.
"""

from collections.abc import Callable
from datetime import UTC
from typing import Final, TypeVar

from cryptography.x509 import Certificate, load_pem_x509_certificates
from msgspec import Struct
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from ledger.errors import DecodeError
from ledger.seal.unproven import Unproven
from ledger.seal.verify import TOKEN_BYTES_MAX, Refused, check_stamped, parse_token

ANSWER_BYTES_MAX: Final = 2 * TOKEN_BYTES_MAX
GRANTED: Final = bytes.fromhex("3003020100")
"""The status that stands before a token in an answer: granted, and no remark."""
SHORT_LENGTH_MAX: Final = 0x7F
_Told = TypeVar("_Told")


class Request(Struct, frozen=True):
    """What is sent to an authority, and what its answer must repeat.

    Attributes:
        body: DER.
        nonce: Drawn for this request.
    """

    body: bytes
    nonce: int


class Stamping(Struct, frozen=True):
    """What a checked token says.

    Attributes:
        token: As made, DER.
        at: When, by the authority's clock; RFC 3339, UTC.
        by: Which certificate signed it.
    """

    token: bytes
    at: str
    by: str


def request(text: str) -> Request:
    """Make a request for a token over a text."""
    builder = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256)
    made = builder.build()
    assert made.nonce is not None, "the builder draws one unless told not to"
    return Request(made.as_bytes(), made.nonce)


def read_roots(pem: bytes) -> tuple[Certificate, ...]:
    """Read the certificates of the authorities that are trusted.

    Raises:
        DecodeError: There is none, or one cannot be read.
    """
    try:
        found = load_pem_x509_certificates(pem)
    except ValueError as error:
        why = "no certificate can be read"
        raise DecodeError(
            "certificates", why, "certificates in PEM, the roots you trust"
        ) from error
    return tuple(dict.fromkeys(found))


def token_in(answer: bytes) -> bytes:
    """Find the token in an authority's answer; a bare token is one.

    Raises:
        Unproven: stamp_is_malformed; stamp_was_refused, where the authority gives none.
    """
    try:
        parse_token(answer)
    except Refused:
        return _granted(_guarded(lambda: decode_timestamp_response(answer)))
    return answer


def _granted(response: TimeStampResponse) -> bytes:
    if response.status != PKIStatus.GRANTED:
        told = "; ".join(response.status_string) or f"status {response.status}"
        raise Unproven("stamp_was_refused", f"the authority gives none: {told[:200]}")
    return _guarded(response.time_stamp_token)


def nonce_of(token: bytes) -> int | None:
    """Return the nonce that a token repeats, None where it has none.

    Raises:
        Unproven: stamp_is_malformed.
    """
    return _guarded(lambda: _answer(token).tst_info.nonce)


def check_stamp(
    token: bytes, text: bytes, roots: tuple[Certificate, ...], nonce: int | None = None
) -> Stamping:
    """Check a token in full: over this text, signed under one of these roots at the time it tells.

    Args:
        token: DER.
        text: Of the checkpoint.
        roots: Certificates trusted.
        nonce: The one that was sent, None where nobody remembers it.

    Raises:
        Unproven: stamp_is_malformed, stamp_is_of_other_checkpoint, stamp_nonce_is_another,
            stamp_signature_is_wrong.
    """
    try:
        told = check_stamped(token, text)
    except Refused as refused:
        raise Unproven(refused.cause, refused.why) from refused
    response = _guarded(lambda: _answer(token))
    # Two readers of one token must have read the same: what is signed is what was compared.
    info = _guarded(lambda: response.tst_info)
    at = f"{_guarded(lambda: info.gen_time).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if (_guarded(lambda: info.message_imprint.message), at) != told:
        raise Unproven("stamp_is_malformed", "it can be read in two ways")
    if nonce is not None and info.nonce != nonce:
        raise Unproven("stamp_nonce_is_another", "it answers another request")
    _check_signature(response, text, roots)
    return Stamping(token, told.at, _signer_of(response))


def _check_signature(
    response: TimeStampResponse, text: bytes, roots: tuple[Certificate, ...]
) -> None:
    verifier = VerifierBuilder(roots=list(roots)).build()
    try:
        held = _guarded(lambda: verifier.verify_message(response, text))
    except VerificationError as error:
        raise Unproven("stamp_signature_is_wrong", str(error)[:300]) from error
    if not held:
        raise Unproven("stamp_signature_is_wrong", "the authority's signature does not hold")


def _signer_of(response: TimeStampResponse) -> str:
    """Name who signed, as its certificate does."""
    (signer,) = _guarded(lambda: response.signed_data.signer_infos)
    return f"certificate {signer.serial_number:x} of {signer.issuer.rfc4514_string()}"


def _answer(token: bytes) -> TimeStampResponse:
    """Put a token into the answer it came in, since the library reads no other."""
    return decode_timestamp_response(_sequence(GRANTED + token))


def _sequence(body: bytes) -> bytes:
    size = len(body)
    if size <= SHORT_LENGTH_MAX:
        return bytes([0x30, size]) + body
    told = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x30, 0x80 | len(told)]) + told + body


def _guarded(read: Callable[[], _Told]) -> _Told:
    """Take what a library in another language refuses, or fails over, for a malformed token.

    Raises:
        Unproven: stamp_is_malformed.
    """
    try:
        return read()
    except (ValueError, TypeError, OverflowError, ArithmeticError, LookupError) as error:
        raise Unproven("stamp_is_malformed", str(error)[:200] or type(error).__name__) from error
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # its only name: it is no Exception
            raise
        raise Unproven("stamp_is_malformed", "it cannot be read") from fault
