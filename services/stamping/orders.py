"""Have a checkpoint stamped now: over the network, or in two steps by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from cryptography.x509 import Certificate

from ledger.errors import DecodeError, RuleViolation
from ledger.seal.checkpoints import parse_checkpoint
from ledger.seal.log_leaves import LEAF_BYTES_MAX
from ledger.seal.notes import parse_note
from ledger.seal.seal_store import SealStore
from ledger.seal.stamp_spool import Asked, Spool, Waiting
from ledger.seal.stamps import Stamping, check_stamp, nonce_of, read_roots, request, token_in
from ledger.seal.unproven import Unproven
from services.given_files import open_given
from services.house import House
from services.seals import logged_with, newest_note, sealed_up_to_now
from services.settings import Seals
from services.stamping.asking import ask

ROOTS_BYTES_MAX: Final = 4_000_000


Told = TypeVar("Told")


class Checked(Stamping, frozen=True):
    """A token that was checked, and the size of the checkpoint it is over."""

    size: int


def stamp_now(house: House, seals: Seals) -> bytes:
    """Have everything recorded by now sealed and the checkpoint stamped; return the next one.

    Raises:
        CaseBusy: The authority, or the seals, did not come in time; ask again.
        RuleViolation: As `refused`.
        DecodeError: No authority is set.
        StoreFault: As `sealed_up_to_now`.
    """
    if seals.stamp is None:
        needs = "GOODOFFICES_SEALS=stamp=URL,stamp_roots=FILE; or --stamp-request and --stamp-token"
        raise DecodeError("--stamp", "no authority of time is set", needs)
    url, roots, spool = seals.stamp, roots_of(seals), Spool(house.ledger.folder)
    store = sealed_up_to_now(house)
    try:
        checked = refused(lambda: stamped_by(url, roots, store))
    finally:
        store.close()
    return _logged(house, spool, checked)


def stamped_by(url: str, roots: tuple[Certificate, ...], store: SealStore) -> Checked:
    """Have the newest checkpoint stamped, and check what came.

    Raises:
        CaseBusy: The authority did not answer.
        Unproven: What it answered is no stamp of this checkpoint, or under none of the roots.
    """
    text, size = _newest(store)
    asked = request(text)
    token = token_in(ask(url, asked.body))
    return _checked(token, text.encode(), roots, (asked.nonce, size))


def request_by_hand(house: House) -> bytes:
    """Make a request over the newest checkpoint, to be carried to an authority; return its DER.

    Raises:
        CaseBusy, StoreFault: As `sealed_up_to_now`.
    """
    store = sealed_up_to_now(house)
    try:
        text, size = _newest(store)
    finally:
        store.close()
    asked = request(text)
    told = Asked(f"{asked.nonce:x}", size, text, house.clock.now())
    Spool(house.ledger.folder).remember(told)
    return asked.body


def take_by_hand(house: House, answer: bytes, roots: tuple[Certificate, ...]) -> bytes:
    """Take the answer to a request that was carried; log its token; return the next checkpoint.

    Raises:
        CaseBusy: The seals did not come in time; bring it again.
        RuleViolation: As `refused`; stamp_was_asked_for.
        StoreFault: A file is at fault.
    """
    spool = Spool(house.ledger.folder)
    token = refused(lambda: token_in(answer))
    nonce = refused(lambda: nonce_of(token))
    asked = None if nonce is None or nonce < 0 else spool.asked(nonce)
    if asked is None or nonce is None:
        why = "it answers no request that was made here"
        raise RuleViolation("stamp_was_asked_for", why, "`goodoffices seal --stamp-request FILE`")
    text = asked.text.encode()
    checked = refused(lambda: _checked(token, text, roots, (nonce, asked.size)))
    note = _logged(house, spool, checked)
    spool.forget(asked)
    return note


def roots_of(seals: Seals, given: Path | None = None) -> tuple[Certificate, ...]:
    """Read the certificates that are trusted: those given, else those of the settings.

    Raises:
        DecodeError: There are none, or they cannot be read.
    """
    path = given or seals.stamp_roots
    if path is None:
        needs = "--tsa-roots FILE, or GOODOFFICES_SEALS=stamp_roots=FILE"
        raise DecodeError("--tsa-roots", "nobody says whose stamps are trusted", needs)
    return read_roots(small_file("--tsa-roots", path, ROOTS_BYTES_MAX))


def small_file(field: str, path: Path, bytes_max: int = LEAF_BYTES_MAX) -> bytes:
    """Read a file that somebody names.

    Raises:
        DecodeError: It cannot be read, or is too large.
    """
    try:
        with open_given(path) as file:
            raw = file.read(bytes_max + 1)
    except OSError as error:
        raise DecodeError(field, f"{path}: {error.strerror}", "a file that can be read") from error
    if len(raw) > bytes_max:
        raise DecodeError(field, f"{path} is too large", f"at most {bytes_max} bytes")
    return raw


def refused(work: Callable[[], Told]) -> Told:
    """Do something with a stamp, and say its refusal as one.

    Raises:
        RuleViolation: stamp_is_malformed, stamp_was_refused, stamp_is_of_other_checkpoint,
            stamp_nonce_is_another, stamp_signature_is_wrong.
    """
    try:
        return work()
    except Unproven as error:
        needs = "an answer of the authority to this request, under a root you trust"
        raise RuleViolation(error.cause, error.why, needs) from error


def _newest(store: SealStore) -> tuple[str, int]:
    """Return the text of the newest checkpoint, and its size."""
    text = parse_note(newest_note(store)).text
    return text, parse_checkpoint(text).head.size


def _checked(
    token: bytes, text: bytes, roots: tuple[Certificate, ...], about: tuple[int, int]
) -> Checked:
    nonce, size = about
    found = check_stamp(token, text, roots, nonce)
    return Checked(found.token, found.at, found.by, size)


def _logged(house: House, spool: Spool, checked: Checked) -> bytes:
    """Lay a token down and wait until the log holds it; return the checkpoint that covers it."""
    spool.lay(Waiting(checked.size, checked.token))
    # A crash here leaves it to whoever seals next.
    spool.succeeded(house.clock.now(), checked.size, checked.at)
    store = logged_with(house, checked.token)
    try:
        return newest_note(store)
    finally:
        store.close()
