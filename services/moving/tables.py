"""Say what a ledger's stores hold, table by table, so that rows can be carried as they are.

Views are not among them: they are made again from the record.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ledger.databases import StoreKind
from ledger.keys.shelves import KEYS_KIND
from ledger.keys.shelves import SCHEMA as KEYS_SCHEMA
from ledger.seal.seal_home import SEALS_NAME
from ledger.seal.seal_rows import SCHEMA as SEALS_SCHEMA
from ledger.seal.seal_rows import SEALS_KIND
from ledger.store.datastore import LEDGER_FILE as RECORD_KIND
from ledger.store.datastore import SCHEMA as RECORD_SCHEMA
from ledger.store.making import KEYS_FILE, KEYS_FOLDER, LEDGER_FILE
from services.accesses import STORE as ACCESSES_STORE
from services.courier.book import STORE as COURIER_STORE
from services.destroyed import STORE as ERASURES_STORE
from services.documents.index import STORE as DOCUMENTS_STORE
from services.stores import Store
from services.webhooks.notes import STORE as WEBHOOKS_STORE


class Table(NamedTuple):
    """A table whose rows are carried.

    Attributes:
        name: Its name.
        columns: All of them, those of its key first.
        keys: How many columns its key has; rows are carried in the order of the key.
        numbered: Whether the database gives the numbers of the first column.
        at_once: Whether it is small and carried whole, in one transaction.
    """

    name: str
    columns: tuple[str, ...]
    keys: int = 1
    numbered: bool = False
    at_once: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Name the columns of its key."""
        return self.columns[: self.keys]


class Kept(NamedTuple):
    """A store that is carried.

    Attributes:
        kind: Of its file.
        file: Its file's place in a data folder.
        schema: Statements that make its tables in a file.
        tables: What is carried of it.
        on_server: Returns kind and schema of the same store in a PostgreSQL database.
        only_grows: Whether rows are never changed once they are there.
    """

    kind: StoreKind
    file: str
    schema: Sequence[str]
    tables: tuple[Table, ...]
    on_server: Callable[[], tuple[StoreKind, Sequence[str]]]
    only_grows: bool = False


def _record_on_server() -> tuple[StoreKind, Sequence[str]]:
    from ledger.store import postgres_schema  # noqa: PLC0415 - psycopg is an extra

    return postgres_schema.RECORD, postgres_schema.SCHEMA


def _keys_on_server() -> tuple[StoreKind, Sequence[str]]:
    from ledger.keys import key_schema  # noqa: PLC0415 - psycopg is an extra

    return key_schema.KIND, key_schema.SCHEMA


def _alike(store: Store, *tables: Table) -> Kept:
    return Kept(store.kind, store.file, store.schema, tables, lambda: (store.kind, store.schema))


_EVENT: Final = ("position", "originator_id", "originator_version", "topic", "state", "case_number")
RECORD: Final = Kept(
    RECORD_KIND,
    LEDGER_FILE,
    RECORD_SCHEMA,
    (Table("stored_events", _EVENT),),
    _record_on_server,
    only_grows=True,
)
KEYS: Final = Kept(
    KEYS_KIND,
    f"{KEYS_FOLDER}/{KEYS_FILE}",
    KEYS_SCHEMA,
    (
        Table("rooms", ("room_id", "wrapped")),
        Table("blocks", ("block_id", "size", "slots"), numbered=True),
        Table("secrets", ("name", "wrapped"), at_once=True),
    ),
    _keys_on_server,
)
SEALS: Final = _alike(
    Store(SEALS_KIND, SEALS_NAME, SEALS_SCHEMA),
    Table("rooms", ("room", "room_id", "size", "peaks", "waits"), numbered=True),
    Table("entries", ("room", "seq", "leaf", "digest"), keys=2),
    Table("seals", ("room", "size", "root", "tick", "place", "salt", "proof"), keys=2),
    Table("log", ("idx", "leaf", "note"), numbered=True),
    Table("tiles", ("level", "idx", "hashes"), keys=2),
    Table("marks", ("name", "value"), at_once=True),
)
ERASURES: Final = _alike(
    ERASURES_STORE,
    Table("follower", ("ledger", "position", "mark"), at_once=True),
    Table("destroyed", ("case_hex", "ref", "block", "slot", "at"), keys=2),
)
DOCUMENTS: Final = _alike(
    DOCUMENTS_STORE,
    Table("waiting", ("address", "case_hex", "act", "at", "block", "box", "whole")),
    Table("links", ("event", "address", "box"), keys=2),
    Table("unwanted", ("address",), at_once=True),
)
ACCESSES: Final = _alike(
    ACCESSES_STORE,
    Table(
        "accesses", ("line", "at", "person", "viewer", "command", "case_id", "rooms"), numbered=True
    ),
)
_NOTES: Final = (
    Table("feeds", ("feed", "ledger", "granted", "position", "state"), at_once=True),
    Table("marks", ("feed", "seq", "position"), keys=2),
    Table(
        "set_aside",
        ("feed", "event", "case_hex", "room_hex", "position", "kind", "why"),
        keys=2,
    ),
    Table("orders", ("id", "feed", "what", "about", "answer"), numbered=True),
    Table("advised", ("one", "seq"), at_once=True),
)
COURIER: Final = _alike(COURIER_STORE, *_NOTES)
WEBHOOKS: Final = _alike(
    WEBHOOKS_STORE,
    *_NOTES,
    Table("hooks", ("feed", "granted", "stopped", "fault", "failing_since"), keys=2),
    Table("attempts", ("feed", "granted", "event", "made", "refused"), keys=3),
)
BESIDE: Final = (COURIER, WEBHOOKS, ERASURES, DOCUMENTS, SEALS, ACCESSES)
"""What lies beside the record, in the order it is copied: none may know more than the record."""
