"""Check evidence offline: bundles, evidence packs, receipts."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from services.cli import output


def verify(
    path: Path,
    /,
    *more: Path,
    key: Annotated[tuple[str, ...], Parameter(name="--key")] = (),
    policy: Path | None = None,
    seen: Annotated[tuple[Path, ...], Parameter(name="--seen")] = (),
    tsa_roots: Annotated[Path | None, Parameter(name="--tsa-roots")] = None,
    entries: bool = False,
    json: bool = False,
) -> int:
    """Check a bundle, an evidence pack or a receipt; needs no ledger.

    The same as `python3 verify.py`, the file in every bundle. Exit status 0: verified against what
    you trust; 1: failed, the first cause is named; 2: could not check, or nothing to trust was
    given and it merely holds together.

    Examples:
        goodoffices verify case.zip --key institution.key
        goodoffices verify case/ --policy policy.txt --seen checkpoint-from-newspaper.txt
        goodoffices verify case/ --key institution.key --tsa-roots authority-of-time.pem

    Args:
        path: Folder or zip of a bundle, or a receipt.
        more: More of them, compared with each other.
        key: File with public keys of the log that you trust, one a line, or such a key itself.
        policy: File with the log and the witnesses that you trust.
        seen: Checkpoint you have from elsewhere, to compare.
        tsa_roots: Certificates (PEM) of authorities of time that you trust: their time stamps are
            checked in full, which verify.py by itself cannot.
        entries: List every entry.
        json: One JSON document.
    """
    from ledger.seal import verify as verifier

    words = [str(each) for each in (path, *more)]
    words += [f"--key={each}" for each in key]
    words += [f"--policy={policy}"] * (policy is not None)
    words += [f"--seen={each}" for each in seen]
    words += ["--entries"] * entries + ["--json"] * json
    status, text = verifier.told(words, _authority(tsa_roots))
    output.say(text.removesuffix("\n"))
    return status


def _authority(path: Path | None) -> Callable[[bytes, bytes], str] | None:
    """Make what checks time stamps in full, for `verify.py`."""
    if path is None:
        return None
    from ledger.seal.stamps import check_stamp, read_roots
    from ledger.seal.unproven import Unproven
    from ledger.seal.verify import Refused
    from services.stamping.orders import ROOTS_BYTES_MAX, small_file

    roots = read_roots(small_file("--tsa-roots", path, ROOTS_BYTES_MAX))

    def authority(token: bytes, text: bytes) -> str:
        try:
            return check_stamp(token, text, roots).by
        except Unproven as error:
            raise Refused(error.cause, error.why) from error

    return authority


COMMANDS: tuple[Callable[..., int], ...] = (verify,)
