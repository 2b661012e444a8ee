"""Let no process go on using a key that another one destroyed."""

import mmap
import os
from pathlib import Path
from threading import Lock
from typing import Final, Generic, TypeVar

from ledger.errors import StoreFault

_SIZE: Final = 8

K = TypeVar("K")
V = TypeVar("V")


class Epoch:
    """A value in a small shared file that changes whenever a key was destroyed.

    It is read from memory, some tenths of a microsecond, so that it can be asked for each key.
    The file holds nothing else and may be lost between two runs: it is made again.

    Raises:
        StoreFault: The file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.ftruncate(descriptor, _SIZE)
                self._shared = mmap.mmap(descriptor, _SIZE)
            finally:
                os.close(descriptor)
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}"
            raise StoreFault(
                message, "check the key folder, its mode and the space left"
            ) from error

    def now(self) -> bytes:
        """Return the present value; only its being the same or not has a meaning."""
        return self._shared[:]

    def turn(self) -> None:
        """Tell every process, this one included, that a key was destroyed."""
        self._shared[:] = os.urandom(_SIZE)

    def close(self) -> None:
        """Let go of the file."""
        self._shared.close()


class EpochCache(Generic[K, V]):
    """Keep up to `size_max` values, all read within one epoch; safe from many threads."""

    def __init__(self, size_max: int) -> None:
        self._size_max = size_max
        self._epoch = b""
        self._values: dict[K, V] = {}
        self._turn = Lock()

    def get(self, key: K, epoch: bytes) -> V | None:
        """Return what was kept in this epoch."""
        if epoch == self._epoch:  # what another thread may put meanwhile is of a later epoch
            return self._values.get(key)
        with self._turn:
            self._values.clear()
            self._epoch = epoch
            return None

    def put(self, key: K, value: V, epoch: bytes) -> None:
        """Keep a value read after `epoch` was asked for, unless another one has begun."""
        with self._turn:
            if epoch != self._epoch:
                return
            self._values[key] = value
            if len(self._values) > self._size_max:
                del self._values[next(iter(self._values))]
