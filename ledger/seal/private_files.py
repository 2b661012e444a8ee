"""Keep small files of the signer where their owner alone can read them, and write them whole."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final, TypeVar

import msgspec

from ledger.errors import CaseBusy, StoreFault

Body = TypeVar("Body")
_PAUSE_S: Final = 0.002


def make_private_folder(folder: Path) -> None:
    """Make a folder for its owner alone.

    Raises:
        StoreFault: It cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise _unwritable(folder, error) from error


def write_whole(path: Path, body: bytes, mode: int = 0o600) -> None:
    """Put a file in place in one step; it is on disk when this returns.

    Raises:
        StoreFault: The disk is full, or the folder cannot be written.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(descriptor)
        # A crash before this leaves the file as it was.
        draft.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error


def read_whole(path: Path, kind: type[Body]) -> Body | None:
    """Read a JSON file of ours; None where there is none.

    Raises:
        StoreFault: It cannot be read, or is not what we write.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreFault(f"{path} cannot be read: {error.strerror}", "check its mode") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreFault(f"{path} is damaged: {error}", "put it back from a backup") from error


@contextmanager
def locked(path: Path, *, within_s: float) -> Iterator[None]:
    """Hold a file for as long as a block runs; a process that dies lets go of it.

    Args:
        path: The file, made where there is none.
        within_s: How long to wait for it.

    Raises:
        CaseBusy: Another process holds it.
        StoreFault: It cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        end = monotonic() + within_s
        while not _held(descriptor):
            if monotonic() >= end:
                raise CaseBusy(f"another process holds {path.name}")
            sleep(_PAUSE_S)
        yield
    finally:
        os.close(descriptor)


def _held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> StoreFault:
    return StoreFault(f"{path} cannot be written: {error.strerror}", "make room, or mend access")
