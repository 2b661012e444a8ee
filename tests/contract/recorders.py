"""Make a ledger for a test, in a file or in a database."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol
from uuid import UUID

import pytest

from ledger.store.postgres_recorder import (
    PostgresLedgerRecorder,
    make_ledger_database,
    open_ledger_database,
)
from ledger.store.recorder import SQLiteLedgerRecorder, open_ledger_file
from ledger.store.rows import NewRow
from tests.postgres import Server

A_CASE = UUID(int=0xA)
B_CASE = UUID(int=0xB)

AnyRecorder = SQLiteLedgerRecorder | PostgresLedgerRecorder


def rows(case: UUID, first: int = 1, *, count: int = 1, number: str | None = None) -> list[NewRow]:
    """Give `count` events of a case, the first one bearing its number."""
    return [
        NewRow(case, version, b"state %d" % version, number if version == 1 else None)
        for version in range(first, first + count)
    ]


class Kind(Protocol):
    """A place for one ledger."""

    def create(self) -> AnyRecorder:
        """Make an empty ledger, closed with the place."""
        ...

    def open(self) -> AnyRecorder:
        """Open it once more, as another process would; the caller closes it."""
        ...

    def close(self) -> None:
        """Remove it."""
        ...


class InFile:
    """A ledger in an SQLite file."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        folder: Path = request.getfixturevalue("tmp_path")
        self.path = folder / "ledger.db"
        self._open = ExitStack()

    def create(self) -> SQLiteLedgerRecorder:
        """Make an empty ledger, closed with the place."""
        made = open_ledger_file(self.path, create=True, ledger_id="L")
        self._open.callback(made.close)
        return made

    def open(self) -> SQLiteLedgerRecorder:
        """Open it once more, as another process would; the caller closes it."""
        return open_ledger_file(self.path)

    def close(self) -> None:
        """Let go of it."""
        self._open.close()


class InDatabase:
    """A ledger in a PostgreSQL database."""

    def __init__(self, request: pytest.FixtureRequest, *, over_tcp: bool = False) -> None:
        server: Server = request.getfixturevalue("postgres")
        self._open = ExitStack()
        self.name = self._open.enter_context(server.database())
        self.url = server.url(self.name) if over_tcp else server.socket_url(self.name)

    def create(self) -> PostgresLedgerRecorder:
        """Make an empty ledger, closed with the place."""
        make_ledger_database(self.url, "L")
        made = self.open()
        self._open.callback(made.close)
        return made

    def open(self) -> PostgresLedgerRecorder:
        """Open it once more, as another process would; the caller closes it."""
        return open_ledger_database(self.url)

    def close(self) -> None:
        """Remove it."""
        self._open.close()


KINDS: dict[str, Callable[[pytest.FixtureRequest], Kind]] = {
    "file": InFile,
    "socket": InDatabase,
    "tcp": lambda request: InDatabase(request, over_tcp=True),
}
