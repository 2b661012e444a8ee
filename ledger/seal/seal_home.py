"""Know where the seal store lies and who may seal: a locked file, or a PostgreSQL database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final, Protocol

from ledger.errors import CaseBusy
from ledger.seal.private_files import locked
from ledger.seal.seal_rows import SCHEMA, SEALS_KIND
from ledger.seal.seal_store import SealStore
from ledger.sqlite import Connections, check_file, create_file

SEALS_NAME: Final = "seals.sqlite"
LOCK_NAME: Final = "sealer.lock"
RIGHT: Final = "seal"


class SealHome(Protocol):
    """Where the seals of one ledger lie."""

    def exists(self) -> bool:
        """Tell whether there are any."""
        ...

    def create(self, ledger_id: str, origin: str) -> None:
        """Make an empty seal store, unless one is there."""
        ...

    def open(self, ledger_id: str) -> SealStore:
        """Open it; refuse one of another ledger."""
        ...

    def set_aside(self, name: str) -> None:
        """Keep it under another name, and have none."""
        ...

    def right_to_seal(self, within_s: float) -> AbstractContextManager[None]:
        """Hold the right to seal while a block runs."""
        ...

    def is_being_sealed(self) -> bool:
        """Tell whether some process holds that right now."""
        ...


class SealFile:
    """Seals in an SQLite file of the data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / SEALS_NAME

    def exists(self) -> bool:
        """Tell whether there are any."""
        return self._path.exists()

    def create(self, ledger_id: str, origin: str) -> None:
        """Make an empty one, unless one is there.

        Raises:
            StoreFault: The folder cannot be written.
        """
        create_file(self._path, SEALS_KIND, SCHEMA, {"ledger_id": ledger_id, "origin": origin})

    def open(self, ledger_id: str) -> SealStore:
        """Open it.

        Raises:
            StoreFault: Missing, no seal store, cut short, of another ledger.
        """
        meta = check_file(self._path, SEALS_KIND)
        return SealStore.of(Connections(self._path, SEALS_KIND.noun), self._folder, meta, ledger_id)

    def set_aside(self, name: str) -> None:
        """Keep it under another name; a crash in between leaves it whole under the old one."""
        for suffix in ("-wal", "-shm", ""):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                stem, end = self._path.stem, self._path.suffix
                part.rename(self._path.with_name(f"{stem}.{name}{end}{suffix}"))

    def right_to_seal(self, within_s: float) -> AbstractContextManager[None]:
        """Hold the right to seal while a block runs.

        Raises:
            CaseBusy: Another process seals.
        """
        return locked(self._folder / LOCK_NAME, within_s=within_s)

    def is_being_sealed(self) -> bool:
        """Tell whether some process seals this ledger now."""
        if not (self._folder / LOCK_NAME).exists():
            return False
        try:
            with locked(self._folder / LOCK_NAME, within_s=0):
                return False
        except CaseBusy:
            return True


class SealSchema:
    """Seals in a PostgreSQL database; the right to seal is one for all hosts."""

    def __init__(self, folder: Path, url: str) -> None:
        from ledger import postgres  # noqa: PLC0415 - psycopg is an extra

        self._postgres = postgres
        self._folder = folder
        self._url = url

    def exists(self) -> bool:
        """Tell whether there are any."""
        return self._postgres.has_schema(self._url, SEALS_KIND)

    def create(self, ledger_id: str, origin: str) -> None:
        """Make an empty one, unless one is there.

        Raises:
            StoreFault: The database cannot be reached or written.
        """
        meta = {"ledger_id": ledger_id, "origin": origin}
        self._postgres.create_schema(self._url, SEALS_KIND, SCHEMA, meta)

    def open(self, ledger_id: str) -> SealStore:
        """Open it.

        Raises:
            StoreFault: Missing, lacking tables, of another ledger.
        """
        meta = self._postgres.check_schema(self._url, SEALS_KIND)
        database = self._postgres.Connections(self._url, SEALS_KIND)
        return SealStore.of(database, self._folder, meta, ledger_id)

    def set_aside(self, name: str) -> None:
        """Keep it under another name, in one step."""
        self._postgres.rename_schema(self._url, SEALS_KIND, name)

    @contextmanager
    def right_to_seal(self, within_s: float) -> Iterator[None]:
        """Hold the right to seal while a block runs.

        Raises:
            CaseBusy: Another process seals.
        """
        lock = self._postgres.AdvisoryLock(self._url, RIGHT, watched=False)
        lock.take_within(within_s)
        try:
            yield
        finally:
            lock.release()

    def is_being_sealed(self) -> bool:
        """Tell whether some process, on any host, seals this ledger now."""
        return self._postgres.is_taken(self._url, RIGHT)
