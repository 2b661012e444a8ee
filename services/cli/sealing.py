"""Seal and prove: a tick now, a new log, a new key, the receipt of a command."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from ledger.errors import CaseBusy, DecodeError, RuleViolation
from services.answers import DONE
from services.cli import context, output
from services.cli.looking import As, look

if TYPE_CHECKING:
    from ledger.answer import Answer
    from ledger.identity import Operator
    from services.house import House

REASON_MAX = 1_000


def seal(
    *,
    new_origin: str | None = None,
    rotate_key: str | None = None,
    stamp: bool = False,
    stamp_request: Path | None = None,
    stamp_token: Path | None = None,
    tsa_roots: Path | None = None,
    json: bool = False,
) -> int:
    """Have sealed what is recorded by now, and print the signed checkpoint.

    While `serve` runs its next tick is waited for, since a tick of its own would tell that
    something happened. A new log and a new key are for the registry, with `serve` stopped.

    An authority of time (RFC 3161) can stamp the checkpoint: over the network, or in two steps by
    hand, a request written to a file and its answer brought back. The token is the log's next leaf.

    Examples:
        goodoffices seal
        goodoffices seal --new-origin "restored from the backup of 3 March"
        goodoffices seal --rotate-key "yearly change"
        goodoffices seal --stamp-request ask.tsq
        goodoffices seal --stamp-token answer.tsr --tsa-roots roots.pem

    Args:
        new_origin: End the log and begin a new one that names the old head and this reason.
        rotate_key: Let a new key sign from here on, for this reason; both sign its first
            checkpoint.
        stamp: Have the checkpoint stamped by the authority that GOODOFFICES_SEALS names.
        stamp_request: File to write a request for a stamp to, for an authority out of reach.
        stamp_token: File with the authority's answer to such a request.
        tsa_roots: Certificates (PEM) trusted to sign it; those of GOODOFFICES_SEALS by default.
        json: One JSON document.
    """
    from services.seals import begin_log_anew, newest_checkpoint, note_in_record
    from services.seals import rotate_key as rotate

    wanted = (new_origin, rotate_key, stamp or None, stamp_request, stamp_token)
    if sum(each is not None for each in wanted) > 1:
        why = "one thing at a time"
        raise DecodeError("seal", why, "one of --new-origin, --rotate-key and --stamp...")
    with context.house() as (house, operator):
        if any(each is not None for each in wanted):
            _check_registry(operator)
        if new_origin is not None:
            note = begin_log_anew(house, reason_in("--new-origin", new_origin))
        elif rotate_key is not None:
            note = rotate(house, reason_in("--rotate-key", rotate_key))
        elif stamp_request is not None:
            return _requested(house, stamp_request)
        elif stamp or stamp_token is not None:
            note = _stamped(house, stamp_token, tsa_roots)
        else:
            note = newest_checkpoint(house)
        if "registry" in operator.roles:
            note_in_record(house, operator)
    return _told(note, json=json)


def _requested(house: "House", path: Path) -> int:
    from services.stamping.orders import request_by_hand

    return _written(request_by_hand(house), path, "--stamp-request")


def _stamped(house: "House", token: Path | None, tsa_roots: Path | None) -> bytes:
    """Have a stamp logged, asked for now or brought in a file; return the next checkpoint."""
    from msgspec.structs import replace

    from ledger.seal.stamps import ANSWER_BYTES_MAX
    from services.stamping.orders import roots_of, small_file, stamp_now, take_by_hand

    seals = context.settings().seals
    if token is None:
        return stamp_now(house, replace(seals, stamp_roots=tsa_roots or seals.stamp_roots))
    roots = roots_of(seals, tsa_roots)
    return take_by_hand(house, small_file("--stamp-token", token, ANSWER_BYTES_MAX), roots)


def _check_registry(operator: "Operator") -> None:
    if "registry" not in operator.roles:
        why = f"operator {operator.name} does not keep the registry"
        raise RuleViolation("registry_keeps_the_log", why, "a registry operator")


def reason_in(flag: str, text: str) -> str:
    """Read a reason that everybody is to read."""
    if not text.strip():
        raise DecodeError(flag, "is empty", "a reason, for everybody to read")
    if not text.isprintable():
        raise DecodeError(flag, "holds a control character", "a reason in one line")
    if len(text) > REASON_MAX:
        raise DecodeError(flag, f"{len(text)} characters", f"at most {REASON_MAX}")
    return text.strip()


def _told(note: bytes, *, json: bool) -> int:
    from ledger.seal.checkpoints import parse_checkpoint
    from ledger.seal.notes import parse_note

    if json:
        checkpoint = parse_checkpoint(parse_note(note).text)
        head = checkpoint.head
        told = {"origin": checkpoint.origin, "size": head.size, "root": head.root.hex()}
        output.as_json({**told, "checkpoint": note.decode()})
    else:
        output.say(note.decode().rstrip("\n"))
    return DONE


def receipt(
    command_id: str,
    /,
    *,
    case: str | None = None,
    as_: As = None,
    output_: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
) -> int:
    """Prove offline, for years, that the entries of a command were sealed: one small JSON file.

    `goodoffices verify FILE --key FILE` checks it, and so does `verify.py` of any bundle. Keep it
    where the institution cannot reach it: a record that was cut short cannot pass by it.

    Args:
        command_id: Id of the command, as its answer names it.
        case: Where it was given, if several commands bear that id.
        as_: Viewer; one's own by default.
        output_: File to write; printed by default.
    """
    from ledger.seal.proofs import write_document
    from services.reading.receipts import receipt as proved

    with look(as_, None) as eyes:
        return _written(write_document(proved(eyes, command_id, case)), output_)


def answered_with_receipt(house: "House", operator: "Operator", answer: "Answer") -> int:
    """Print the receipt of a command just recorded; what it wrote is told on stderr."""
    from ledger.seal.proofs import write_document
    from services.reading import Eyes
    from services.reading.receipts import receipts

    written = ", ".join(f"{w.room}:{w.seq} {w.type}" for w in answer.events)
    output.tell(f"{answer.case or 'institution'}: recorded {written or 'nothing you may read'}")
    (proved,) = receipts(Eyes(house, operator), [answer])
    if proved is None:
        raise RuleViolation("command_is_known", "it wrote nothing you may read", "who reads it")
    return _written(write_document(proved), None)


def with_receipts(house: "House", operator: "Operator", answers: "list[Answer]") -> int:
    """Print answers as lines of JSON, each with its receipt, once all of them are sealed.

    Raises:
        CaseBusy: The seal did not come in time; the answers were printed without.
    """
    from services.cli.answering import printed, worse
    from services.reading import Eyes
    from services.reading.receipts import receipted

    try:
        proved = receipted(Eyes(house, operator), answers)
    except CaseBusy:
        for answer in answers:
            printed(answer)
        raise
    status = DONE
    for each in proved:
        status = worse(status, printed(each))
    return status


def _written(document: bytes, path: Path | None, option: str = "--output") -> int:
    if path is None:
        output.say(document.decode().rstrip("\n"))
        return DONE
    try:
        path.write_bytes(document)
    except OSError as error:
        why = f"{path}: {error.strerror}"
        raise DecodeError(option, why, "a file that can be written") from None
    return DONE


COMMANDS: tuple[Callable[..., int], ...] = (seal, receipt)
