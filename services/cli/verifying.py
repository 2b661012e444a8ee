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

    Args:
        path: Folder or zip of a bundle, or a receipt.
        more: More of them, compared with each other.
        key: File with public keys of the log that you trust, one a line, or such a key itself.
        policy: File with the log and the witnesses that you trust.
        seen: Checkpoint you have from elsewhere, to compare.
        entries: List every entry.
        json: One JSON document.
    """
    from ledger.seal import verify as verifier

    words = [str(each) for each in (path, *more)]
    words += [f"--key={each}" for each in key]
    words += [f"--policy={policy}"] * (policy is not None)
    words += [f"--seen={each}" for each in seen]
    words += ["--entries"] * entries + ["--json"] * json
    status, text = verifier.told(words)
    output.say(text.removesuffix("\n"))
    return status


COMMANDS: tuple[Callable[..., int], ...] = (verify,)
