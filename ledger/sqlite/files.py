"""Make an SQLite file of ours in one step, and tell it from any other file.

A file that may be in use is looked at through SQLite alone. The system drops every lock a process
holds on a file as soon as that process closes any descriptor of it, even one that only read a
header; SQLite takes care of that for its own descriptors, and nobody does for others.
"""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from ledger.databases import StoreKind
from ledger.errors import StoreFault
from ledger.sqlite.faults import faults

_MAGIC: Final = b"SQLite format 3\x00"
_SMALLEST_PAGE: Final = 512
_RESTORE: Final = "restore it from a backup"
_META: Final = "CREATE TABLE ledger_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
_META_IS_THERE: Final = "SELECT 1 FROM sqlite_master WHERE name = 'ledger_meta'"
_SET_META: Final = "INSERT INTO ledger_meta (key, value) VALUES (?, ?)"


class _Header(NamedTuple):
    application_id: int
    page_size: int


def create_file(
    path: Path, kind: StoreKind, schema: Iterable[str], meta: Mapping[str, str]
) -> bool:
    """Make the file complete and on disk, readable by its owner alone, unless one is there.

    `schema` are the statements that make its tables, `meta` is what it says about itself, at
    least its `ledger_id`.

    Returns:
        Whether this call made it; False when a file of that name was there first.

    Raises:
        StoreFault: The folder is missing or the disk is full.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        message = f"the {kind.noun} cannot be made: {error.strerror}"
        raise StoreFault(message, "check the folder and its mode") from error
    os.close(handle)
    try:
        with faults(kind.noun), closing(sqlite3.connect(temporary, isolation_level=None)) as made:
            _fill(made, kind, schema, meta)
        # A crash before this line leaves a hidden file that nothing reads.
        return publish(Path(temporary), path)
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{temporary}{suffix}").unlink(missing_ok=True)


def make_private(path: Path) -> None:
    """Make an empty file readable by its owner alone, unless one is there, before SQLite does.

    SQLite gives the files beside it the same mode.

    Raises:
        OSError: The folder is missing or the disk is full.
    """
    if path.exists():
        return
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    try:
        publish(Path(temporary), path)
    finally:
        Path(temporary).unlink()


def publish(complete: Path, path: Path) -> bool:
    """Give a complete file its name at once and durably; never replace another."""
    _sync(complete)
    try:
        os.link(complete, path)
    except FileExistsError:
        return False
    _sync(path.parent)
    return True


def _fill(
    made: sqlite3.Connection, kind: StoreKind, schema: Iterable[str], meta: Mapping[str, str]
) -> None:
    # Not logged ahead: what a full disk keeps from the file would stay in a log that nobody reads.
    made.execute("PRAGMA journal_mode=MEMORY")
    made.execute("PRAGMA synchronous=FULL")
    made.execute("BEGIN")
    made.execute(f"PRAGMA application_id={kind.application_id}")
    for statement in (_META, *schema):
        made.execute(statement)
    made.executemany(_SET_META, [("format", kind.format), *meta.items()])
    made.execute("COMMIT")
    made.execute("PRAGMA journal_mode=WAL")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def adopt_file(path: Path, kind: StoreKind, meta: Mapping[str, str]) -> None:
    """Let a file say what it is that a release made before files of its kind did.

    Only one whose tables are of this kind and whose header names no program is changed.

    Raises:
        StoreFault: It cannot be written.
    """
    if _size(path, kind) < _SMALLEST_PAGE or _header(path, kind).application_id:
        return
    where = f"{path.resolve().as_uri()}?mode=rw"
    with (
        faults(kind.noun),
        closing(sqlite3.connect(where, uri=True, isolation_level=None)) as opened,
    ):
        opened.execute("BEGIN IMMEDIATE")
        found = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
        if found >= kind.tables and "ledger_meta" not in found:
            opened.execute(f"PRAGMA application_id={kind.application_id}")
            opened.execute(_META)
            opened.executemany(_SET_META, [("format", f"{kind.family}/1"), *meta.items()])
        opened.execute("COMMIT")


def check_file(path: Path, kind: StoreKind) -> dict[str, str]:
    """Refuse what is not a whole file of this kind; return what it says about itself.

    Cheap whatever the size of the file: its header, its size and a small table are read. One of
    an older format is brought forward first, in one transaction.

    Raises:
        StoreFault: Missing, not a database, foreign, cut short, of a newer format.
        CaseBusy: It is of an older format, and another process has it open for writing.
    """
    _check_header(path, kind)
    meta = _read_meta(path, kind)
    if _version_of(meta, kind) < kind.version:
        _bring_forward(path, kind)
        meta = _read_meta(path, kind)
    with faults(kind.noun), closing(_connect_read_only(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables >= kind.tables:
        raise StoreFault(f"the {kind.noun} {path} lacks tables", _RESTORE)
    return meta


def _read_meta(path: Path, kind: StoreKind) -> dict[str, str]:
    with faults(kind.noun), closing(_connect_read_only(path)) as connection:
        if not connection.execute(_META_IS_THERE).fetchone():
            raise StoreFault(f"the {kind.noun} {path} lacks tables", _RESTORE)
        return dict(connection.execute("SELECT key, value FROM ledger_meta"))


def _bring_forward(path: Path, kind: StoreKind) -> None:
    where = f"{path.resolve().as_uri()}?mode=rw"
    with (
        faults(kind.noun),
        closing(sqlite3.connect(where, uri=True, isolation_level=None)) as opened,
    ):
        opened.execute("PRAGMA synchronous=FULL")
        opened.execute("BEGIN IMMEDIATE")
        # Another process may have done it while this one waited.
        meta = dict(opened.execute("SELECT key, value FROM ledger_meta"))
        for statement in kind.steps_from(_version_of(meta, kind)):
            opened.execute(statement)
        opened.execute("UPDATE ledger_meta SET value = ? WHERE key = 'format'", (kind.format,))
        # A crash before this returns leaves the older format whole.
        opened.execute("COMMIT")


def check_pages(path: Path, kind: StoreKind) -> None:
    """Read every page of the file; takes time in proportion to its size.

    Raises:
        StoreFault: A page is damaged.
    """
    with faults(kind.noun), closing(_connect_read_only(path)) as connection:
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise StoreFault(f"the {kind.noun} is damaged: {answer}", _RESTORE)


def _connect_read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)
    connection.execute("PRAGMA query_only=ON")
    return connection


def _check_header(path: Path, kind: StoreKind) -> None:
    size = _size(path, kind)
    if size < _SMALLEST_PAGE:
        raise _too_small(path, kind)
    header = _header(path, kind)
    if size % header.page_size and not _has_log(path):
        raise StoreFault(f"the {kind.noun} {path} is cut short", _RESTORE)
    if header.application_id != kind.application_id:
        message = f"{path} is a database of another program, not a {kind.noun}"
        raise StoreFault(message, f"give the path of a {kind.noun}")


def _size(path: Path, kind: StoreKind) -> int:
    """Return the size of a file that can be read; neither opens it nor waits for a pipe."""
    try:
        found = path.stat()
    except FileNotFoundError as error:
        message = f"there is no {kind.noun} at {path}"
        raise StoreFault(message, "make one, or give the path of an existing one") from error
    except OSError as error:
        message = f"the {kind.noun} {path} cannot be read: {error.strerror}"
        raise StoreFault(message, "check the path and its mode") from error
    if not stat.S_ISREG(found.st_mode):
        what = "it is a folder" if stat.S_ISDIR(found.st_mode) else "it is no regular file"
        message = f"the {kind.noun} {path} cannot be read: {what}"
        raise StoreFault(message, f"give the path of a {kind.noun}")
    if not os.access(path, os.R_OK):
        message = f"the {kind.noun} {path} cannot be read: its mode forbids it"
        raise StoreFault(message, "check the path and its mode")
    return found.st_size


def _too_small(path: Path, kind: StoreKind) -> StoreFault:
    """Say what is wrong with a file that is less than any database, so nobody's lock is on it."""
    content = path.read_bytes()
    if not content:
        return StoreFault(f"the {kind.noun} {path} is empty", _RESTORE)
    if content[: len(_MAGIC)] != _MAGIC[: len(content)]:
        return _foreign(path, kind)
    return StoreFault(f"the {kind.noun} {path} is cut short", _RESTORE)


def _foreign(path: Path, kind: StoreKind) -> StoreFault:
    return StoreFault(f"{path} is not a database", f"give the path of a {kind.noun}")


def _header(path: Path, kind: StoreKind) -> _Header:
    """Return what the header says, as SQLite reads it."""
    try:
        with closing(_connect_read_only(path)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise _foreign(path, kind) from error
        if error.sqlite_errorcode == sqlite3.SQLITE_CORRUPT:
            raise StoreFault(f"the {kind.noun} {path} is cut short", _RESTORE) from error
        with faults(kind.noun):
            raise
    return _Header(application_id, page_size)


def _has_log(path: Path) -> bool:
    """Tell whether pages wait in the log: a crash while they were copied is mended by SQLite."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _version_of(meta: Mapping[str, str], kind: StoreKind) -> int:
    found = meta.get("format", "")
    family, _, version = found.partition("/")
    if family != kind.family or not version.isdecimal():
        message = f"the {kind.noun} does not say which format it has"
        raise StoreFault(message, _RESTORE)
    if int(version) > kind.version:
        message = f"the {kind.noun} has the newer format {found}"
        raise StoreFault(message, "use the release that wrote it, or a later one")
    return int(version)
