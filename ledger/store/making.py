"""Find, open and make the parts of a ledger: its record and its keys, in files or databases."""

from contextlib import AbstractContextManager, closing
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from ledger.errors import StoreFault
from ledger.keys import KeyStore
from ledger.store.locks import WriterLock
from ledger.store.recorder import SQLiteLedgerRecorder, open_ledger_file
from ledger.store.recording import LedgerRecorder

LEDGER_FILE = "ledger.sqlite"
KEYS_FOLDER = "keys"
KEYS_FILE = "keys.sqlite"


class Urls(NamedTuple):
    """Which parts of a ledger are in PostgreSQL databases; the others are in the data folder.

    Attributes:
        record: Database of the record, "" for a file.
        keys: Database of the key store, on another server; "" for a file.
    """

    record: str = ""
    keys: str = ""


EMBEDDED = Urls()


def is_there(folder: Path, urls: Urls = EMBEDDED) -> bool:
    """Tell whether there is a ledger, whatever its state.

    Raises:
        StoreFault: The database refuses the user.
        CaseBusy: It cannot be reached.
    """
    if not urls.record:
        return (folder / LEDGER_FILE).exists()
    psycopg_is_there()
    from ledger.store.postgres_recorder import holds_ledger  # noqa: PLC0415 - psycopg is an extra

    return holds_ledger(urls.record)


def open_record(folder: Path, urls: Urls = EMBEDDED, *, every_page: bool = False) -> LedgerRecorder:
    """Open the record.

    Args:
        folder: Data folder.
        urls: What is not in it.
        every_page: Also read every page of a file; a database's own programs check theirs.

    Raises:
        StoreFault: There is none, or it is foreign, damaged, of a newer format, or its last
            events were deleted; or a database cannot be reached or refuses the user.
    """
    if not urls.record:
        return open_ledger_file(folder / LEDGER_FILE, every_page=every_page)
    psycopg_is_there()
    from ledger.store import postgres_recorder  # noqa: PLC0415 - psycopg is an extra

    if urls.keys:
        postgres_recorder.servers_are_apart(urls.record, urls.keys)
    return postgres_recorder.open_ledger_database(urls.record)


def open_keys(folder: Path, urls: Urls, ledger_id: str) -> KeyStore:
    """Open the key store of a ledger.

    Raises:
        StoreFault: As for KeyStore.open.
    """
    return KeyStore.open(folder / KEYS_FOLDER, ledger_id, urls.keys)


def right_to_write(folder: Path, recorder: LedgerRecorder) -> AbstractContextManager[object]:
    """Return what a writer holds while it decides and records; excludes all other processes."""
    if isinstance(recorder, SQLiteLedgerRecorder):
        return WriterLock(folder)
    from ledger.store.postgres_recorder import PostgresLedgerRecorder, WriterTurn  # noqa: PLC0415 - psycopg is an extra

    assert isinstance(recorder, PostgresLedgerRecorder), "there are two"
    return WriterTurn(recorder)


def make(folder: Path, urls: Urls, ledger_id: UUID) -> None:
    """Make what is missing of an empty ledger; one that holds something is left as it is.

    Raises:
        StoreFault: There are keys but no ledger, or folder or database cannot be written.
    """
    if is_there(folder, urls) and not _holds_nothing(folder, urls):
        return
    _make_folder(folder)
    if urls.record:
        _make_in_database(folder, urls, ledger_id)
        return
    with WriterLock(folder):
        _make_files(folder, ledger_id)


def _holds_nothing(folder: Path, urls: Urls = EMBEDDED) -> bool:
    """Tell whether a ledger that is there holds no event yet."""
    with closing(open_record(folder, urls)) as recorder:
        return recorder.head() == 0


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why = f"the data folder cannot be made: {error.strerror}"
        raise StoreFault(why, "check the path and its mode") from error


def _make_files(folder: Path, ledger_id: UUID) -> None:
    """Make what is missing of an empty ledger."""
    path, keys = folder / LEDGER_FILE, folder / KEYS_FOLDER
    if keys.exists() and not path.exists():
        # Never made anew by ourselves: the keys may be all that is left of a lost ledger.
        raise StoreFault(
            f"{folder} has keys but no ledger",
            "restore the ledger from a backup; or remove the folder, if it never held one",
        )
    if not path.exists():
        open_ledger_file(path, create=True, ledger_id=ledger_id.hex).close()
    # A crash here leaves a ledger without event or key: the next call goes on with it.
    if _holds_nothing(folder) and not (keys / KEYS_FILE).exists():
        with closing(open_ledger_file(path)) as recorder:
            KeyStore.create(keys, recorder.ledger_id).close()


def _make_in_database(folder: Path, urls: Urls, ledger_id: UUID) -> None:
    """Make what is missing of an empty ledger; of several at once, one makes it."""
    from ledger.store import postgres_recorder  # noqa: PLC0415 - psycopg is an extra

    keys = folder / KEYS_FOLDER
    if urls.keys:
        postgres_recorder.servers_are_apart(urls.record, urls.keys)
    if not is_there(folder, urls):
        for taken in (folder / LEDGER_FILE, keys / KEYS_FILE):
            if taken.exists():
                why = f"{folder} belongs to another ledger: it has {taken.name}"
                raise StoreFault(why, "give another data folder, or an address that fits this one")
        postgres_recorder.make_ledger_database(urls.record, ledger_id.hex)
    # A crash here leaves a ledger without event or key: the next call goes on with it.
    recorder = postgres_recorder.open_ledger_database(urls.record)
    with closing(recorder), recorder.turn():
        if recorder.head() == 0 and not _keys_are_there(folder, urls, recorder.ledger_id):
            KeyStore.create(keys, recorder.ledger_id, urls.keys).close()


def _keys_are_there(folder: Path, urls: Urls, ledger_id: str) -> bool:
    if not urls.keys:
        return (folder / KEYS_FOLDER / KEYS_FILE).exists()
    try:
        open_keys(folder, urls, ledger_id).close()
    except StoreFault:
        return False  # making one says better what stands against it
    return True


def psycopg_is_there() -> None:
    """See that this installation can speak to PostgreSQL.

    Raises:
        StoreFault: It cannot; it says what to install.
    """
    if find_spec("psycopg") is None:
        why = "this installation cannot speak to PostgreSQL"
        raise StoreFault(why, "pip install 'good-offices-ledger[postgres]'")
