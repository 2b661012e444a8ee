"""Open the small stores of the services: files of the data folder, or schemas in its database."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ledger.databases import Database, StoreKind
from ledger.errors import StoreFault
from ledger.sqlite import Connections, adopt_file, check_file, create_file


class Where(NamedTuple):
    """Where a ledger's small stores lie.

    Attributes:
        folder: The data folder.
        url: Of the PostgreSQL database that keeps them, "" for files in the folder.
    """

    folder: Path
    url: str = ""


class Store(NamedTuple):
    """One small store.

    Attributes:
        kind: What it is called and holds.
        file: Its file's name in a data folder.
        schema: Statements that make its tables.
        waits_for_disk: Whether a power cut may not take the last writings.
    """

    kind: StoreKind
    file: str
    schema: Sequence[str]
    waits_for_disk: bool = True


def is_there(store: Store, where: Where) -> bool:
    """Tell whether a small store was made."""
    if not where.url:
        return (where.folder / store.file).exists()
    from ledger import postgres  # noqa: PLC0415 - psycopg is an extra

    return postgres.has_schema(where.url, store.kind)


def open_store(store: Store, where: Where, ledger_id: str) -> Database:
    """Open a small store of a ledger; one that is not there is made.

    Raises:
        StoreFault: It cannot be made, is damaged, or is another ledger's.
    """
    meta = {"ledger_id": ledger_id}
    found, opened = _schema(store, where, meta) if where.url else _file(store, where, meta)
    if found.get("ledger_id") != ledger_id:
        opened.close()
        place = "its database" if where.url else where.folder / store.file
        raise StoreFault(f"{place} holds the {store.kind.noun} of another ledger", "move it away")
    return opened


def _file(
    store: Store, where: Where, meta: Mapping[str, str]
) -> tuple[Mapping[str, str], Database]:
    path = where.folder / store.file
    if not path.exists():
        create_file(path, store.kind, store.schema, meta)
    adopt_file(path, store.kind, meta)
    found = check_file(path, store.kind)
    return found, Connections(path, store.kind.noun, waits_for_disk=store.waits_for_disk)


def _schema(
    store: Store, where: Where, meta: Mapping[str, str]
) -> tuple[Mapping[str, str], Database]:
    from ledger import postgres  # noqa: PLC0415 - psycopg is an extra

    if not postgres.has_schema(where.url, store.kind):
        postgres.create_schema(where.url, store.kind, store.schema, meta)
    found = postgres.check_schema(where.url, store.kind)
    return found, postgres.Connections(where.url, store.kind)
