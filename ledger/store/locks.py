"""Let one process at a time write, in turn, and one at a time serve."""

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final, NamedTuple, Self

from ledger.errors import CaseBusy, StoreFault

_PAUSE_S: Final = 0.0005
_PROBES_END_S: Final = 0.2
_HOLDER_SIZE_MAX: Final = 4096


class WriterLock:
    """Hold the right to write; a context manager, safe from many threads and processes.

    Who waits for the writer file holds the turnstile meanwhile, so that the process which just
    wrote cannot write again before it. A process that dies lets go of both.
    """

    def __init__(self, folder: Path, timeout_s: float = 10.0) -> None:
        self._folder = folder
        self._timeout_s = timeout_s
        self._held = -1

    def __enter__(self) -> Self:
        """Wait for the turn.

        Raises:
            CaseBusy: Others kept it for longer than the timeout.
            StoreFault: The lock files cannot be opened.
        """
        deadline = monotonic() + self._timeout_s
        turnstile = _open(self._folder / "turnstile.lock")
        try:
            _wait(turnstile, deadline)
            writer = _open(self._folder / "writer.lock")
            try:
                _wait(writer, deadline)
            except BaseException:
                os.close(writer)
                raise
        finally:
            _release(turnstile)
        self._held = writer  # one holder at a time, so one place to remember it is enough
        return self

    def __exit__(self, *_: object) -> None:
        """Let the next one in."""
        held, self._held = self._held, -1
        _release(held)


class Holder(NamedTuple):
    """Who serves a data folder.

    Attributes:
        pid: Its process.
        address: Where it answers, "" until it says so.
    """

    pid: int
    address: str


class ServeLock:
    """Hold a data folder for the life of a `serve`; a context manager.

    The file tells who holds it. What a killed process left in it does not count.
    """

    def __init__(self, folder: Path, address: str = "") -> None:
        self._path = folder / "serve.lock"
        self._address = address
        self._held = -1

    def __enter__(self) -> Self:
        """Take the folder.

        Raises:
            StoreFault: Another `serve` has it; names its process.
        """
        held = _open(self._path)
        try:
            _wait(held, monotonic() + _PROBES_END_S)
        except CaseBusy as busy:
            holder = _read_holder(held)
            os.close(held)
            at = f" at {holder.address}" if holder.address else ""
            message = f"process {holder.pid} serves this data already{at}"
            raise StoreFault(message, f"use that one, or stop process {holder.pid} first") from busy
        self._held = held
        self.tell(self._address)
        return self

    def tell(self, address: str) -> None:
        """Write down where this process answers."""
        text = json.dumps({"pid": os.getpid(), "address": address}).encode()
        os.ftruncate(self._held, 0)
        os.pwrite(self._held, text, 0)

    def __exit__(self, *_: object) -> None:
        """Let another one serve."""
        held, self._held = self._held, -1
        os.ftruncate(held, 0)
        _release(held)


def serving(folder: Path) -> Holder | None:
    """Tell who serves this data folder now, None if nobody does."""
    path = folder / "serve.lock"
    if not path.exists():
        return None
    probe = _open(path)
    try:
        fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_holder(probe)
    else:
        return None
    finally:
        _release(probe)


def _read_holder(descriptor: int) -> Holder:
    with suppress(ValueError, TypeError, KeyError):
        said = json.loads(os.pread(descriptor, _HOLDER_SIZE_MAX, 0))
        return Holder(int(said["pid"]), str(said["address"]))
    return Holder(0, "")  # it holds the file and has not written yet


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"the lock file {path} cannot be opened: {error.strerror}"
        raise StoreFault(message, "check the data folder and its mode") from error


def _wait(descriptor: int, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            if monotonic() >= deadline:
                message = "others are writing; try again"
                raise CaseBusy(message) from taken
        sleep(_PAUSE_S)


def _release(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)
