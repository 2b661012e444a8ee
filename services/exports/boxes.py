"""Put the files of a bundle into a folder or a zip: whole or not at all, for their owner alone.

A zip is written in one way only, uncompressed, so that the verifier can tell of every byte whether
it is as written. A crash leaves a file or folder beside the target whose name ends in `.part`.
"""

import os
import shutil
import stat
from binascii import crc32
from collections.abc import Iterable
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Final, Protocol

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.seal.verify import MANIFEST, zip_central, zip_end, zip_local
from services.exports.write import refuse_other, unwritable

ZIP_BYTES_MAX: Final = 2**32 - 1
ZIP_FILES_MAX: Final = 2**16 - 1


class Boxed(Struct, frozen=True):
    """A file of a bundle, as its manifest names it."""

    bytes: int
    name: str
    sha256: str


class Box(Protocol):
    """Where the files of a bundle go."""

    def add(self, name: str, parts: Iterable[bytes]) -> Boxed:
        """Write a file."""
        ...

    def close(self) -> Path:
        """Put the whole in its place; return it."""
        ...

    def drop(self) -> None:
        """Leave nothing behind."""
        ...


def box_for(target: Path, *, force: bool) -> Box:
    """Begin a zip where the name ends in .zip, else a folder.

    Raises:
        DecodeError: Something is there already that is not to be replaced.
        StoreFault: It cannot be written.
    """
    beside = target.with_name(f".{target.name}.part")
    try:
        if target.suffix == ".zip":
            refuse_other(target, force=force)
            return ZipBox(target, beside)
        return folder_for(target, MANIFEST, force=force)
    except OSError as error:
        raise unwritable(target, error) from error


def folder_for(target: Path, mark: str, *, force: bool) -> "FolderBox":
    """Begin a folder whatever its name.

    Args:
        target: The folder.
        mark: Name of the file by which a folder of the same kind is known, and replaced.
        force: Replace one that is there.

    Raises:
        DecodeError: Something is there already that is not to be replaced.
        StoreFault: It cannot be written.
    """
    try:
        _refuse_other_folder(target, mark, force=force)
        return FolderBox(target, target.with_name(f".{target.name}.part"))
    except OSError as error:
        raise unwritable(target, error) from error


def _refuse_other_folder(target: Path, mark: str, *, force: bool) -> None:
    """Replace no folder but one of the same kind, and that only when asked to."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not force or not (target / mark).is_file():
        needs = "another name" if force else "another name, or --force for one of its kind"
        raise DecodeError("--output", f"{target} is there already", needs)


class FolderBox:
    """Write into a folder beside the target, put in its place at the end."""

    def __init__(self, target: Path, beside: Path) -> None:
        """Begin."""
        self._target, self._beside = target, beside
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(mode=0o700)

    def add(self, name: str, parts: Iterable[bytes]) -> Boxed:
        """Write a file."""
        path = self._beside / name
        try:
            with self.opened(name) as file:
                size, digest, _ = _poured(parts, file)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise unwritable(path, error) from error
        return Boxed(size, name, digest)

    def opened(self, name: str) -> IO[bytes]:
        """Make an empty file, for its owner alone, that somebody else writes; see `taken`.

        Raises:
            OSError: It cannot be made.
        """
        path = self._beside / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        return open(handle, "wb")  # noqa: PTH123 - a handle, so that the mode holds at once

    def place(self, name: str) -> Path:
        """Say where a file lies while the folder is written."""
        return self._beside / name

    def taken(self, name: str) -> Boxed:
        """Take a file that was written from outside: on disk from here on, and digested."""
        path = self._beside / name
        try:
            with path.open("rb") as file:
                os.fsync(file.fileno())
                digest = file_digest(file, "sha256").hexdigest()
                return Boxed(file.tell(), name, digest)
        except OSError as error:
            raise unwritable(path, error) from error

    def close(self) -> Path:
        """Put the folder in its place; the one there, a bundle, goes first."""
        try:
            if self._target.exists():
                shutil.rmtree(self._target)
            self._beside.rename(self._target)
        except OSError as error:
            raise unwritable(self._target, error) from error
        return self._target

    def drop(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._beside, ignore_errors=True)


class ZipBox:
    """Write a zip beside the target, put in its place at the end."""

    def __init__(self, target: Path, beside: Path) -> None:
        """Begin."""
        self._target, self._beside = target, beside
        beside.unlink(missing_ok=True)
        mode = stat.S_IRUSR | stat.S_IWUSR
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode)
        self._file = open(handle, "wb+")  # noqa: PTH123, SIM115 - a handle; closed with the box
        self._listing: list[bytes] = []

    def add(self, name: str, parts: Iterable[bytes]) -> Boxed:
        """Write a file; its head is written again once its size is known."""
        try:
            at = self._file.tell()
            self._file.write(zip_local(name, 0, 0))
            size, digest, checksum = _poured(parts, self._file)
            end = self._file.tell()
            self._check_bounds(end)
            self._file.seek(at)
            self._file.write(zip_local(name, checksum, size))
            self._file.seek(end)
        except OSError as error:
            raise unwritable(self._target, error) from error
        self._listing.append(zip_central(name, checksum, size, at))
        return Boxed(size, name, digest)

    def _check_bounds(self, end: int) -> None:
        if end > ZIP_BYTES_MAX or len(self._listing) >= ZIP_FILES_MAX:
            raise DecodeError("--output", "too much for a zip of this kind", "a folder: no .zip")

    def close(self) -> Path:
        """Write the list of files, and put the zip in its place."""
        try:
            start, listing = self._file.tell(), b"".join(self._listing)
            self._check_bounds(start + len(listing))
            self._file.write(listing + zip_end(len(self._listing), len(listing), start))
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._beside.replace(self._target)
        except OSError as error:
            raise unwritable(self._target, error) from error
        return self._target

    def drop(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):
            self._file.close()
        self._beside.unlink(missing_ok=True)


def _poured(parts: Iterable[bytes], file: IO[bytes]) -> tuple[int, str, int]:
    """Write parts; return their size, hash and checksum."""
    size, digest, checksum = 0, sha256(), 0
    for part in parts:
        file.write(part)
        digest.update(part)
        checksum = crc32(part, checksum)
        size += len(part)
    return size, digest.hexdigest(), checksum
