"""Keep the policy of a data folder: which witnesses are asked, and which of them are enough."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ledger.errors import DecodeError, StoreFault
from ledger.seal.notes import parse_note, verify
from ledger.seal.policy import Policy, read_policy
from ledger.seal.private_files import locked, write_whole
from ledger.seal.submission import is_by
from services.given_files import read_given

POLICY_NAME: Final = "witnesses.policy"
POLICY_BYTES_MAX: Final = 65_536
TURN_S: Final = 5.0


def policy_of(folder: Path) -> Policy:
    """Read the policy of a data folder; without one nobody is asked.

    Raises:
        StoreFault: It cannot be read, or is none.
    """
    path = folder / POLICY_NAME
    try:
        raw = read_given(path)
    except FileNotFoundError:
        return Policy()
    except OSError as error:
        raise StoreFault(f"{path} cannot be read: {error.strerror}", "check its mode") from error
    try:
        return parsed(raw)
    except DecodeError as error:
        raise StoreFault(f"{path}: {error}", "`goodoffices witness policy --set FILE`") from error


def parsed(raw: bytes) -> Policy:
    """Read a policy from a file's bytes.

    Raises:
        DecodeError: They are none.
    """
    if len(raw) > POLICY_BYTES_MAX:
        raise DecodeError("policy", f"{len(raw)} bytes", f"at most {POLICY_BYTES_MAX}")
    try:
        return read_policy(raw.decode())
    except UnicodeDecodeError as error:
        raise DecodeError("policy", "not UTF-8") from error


def change_policy(folder: Path, change: Callable[[Policy], Policy]) -> Policy:
    """Change the policy; whoever seals asks by the new one from the next tick on.

    Raises:
        DecodeError: The change cannot be.
        CaseBusy: Another process changes it.
        StoreFault: It cannot be read or written; it stays as it was.
    """
    with locked(folder / "witnesses.lock", within_s=TURN_S):
        changed = change(policy_of(folder))
        write_whole(folder / POLICY_NAME, changed.text.encode(), 0o644)
    return changed


def is_met(policy: Policy, raw: bytes) -> bool:
    """Tell whether enough of a policy's witnesses have signed a note."""
    note = parse_note(raw)
    keys = [w.key for w in policy.witnesses if any(is_by(s, w.key) for s in note.signatures)]
    return policy.is_met({each.key for each in verify(note, keys)} if keys else ())
