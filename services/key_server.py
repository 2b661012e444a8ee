"""Look at the PostgreSQL server of the keys: is it the right one, apart, and does it forget."""

from typing import Final

from ledger.errors import StoreFault
from ledger.store.making import psycopg_is_there
from services.settings import Settings

PAGE: Final = "docs/how-to/keys-on-postgres.md"
MEANT: Final = {
    "log_parameter_max_length": "0",
    "max_wal_senders": "0",
    "wal_keep_size": "0",
    "wal_recycle": "off",
}
"""Settings with which nothing of a destroyed key stays in the server's log."""


def whose_keys(settings: Settings) -> str:
    """See that it is reached, whole, of this ledger, and not the server of the record.

    Raises:
        StoreFault: It refuses the user, holds no key store or another ledger's, or is the server
            of the record.
        CaseBusy: It cannot be reached.
    """
    psycopg_is_there()
    from ledger import postgres  # noqa: PLC0415 - psycopg is an extra
    from ledger.keys.key_schema import KIND  # noqa: PLC0415 - the same
    from ledger.store.postgres_recorder import servers_are_apart  # noqa: PLC0415 - the same
    from ledger.store.postgres_schema import RECORD  # noqa: PLC0415 - the same

    record, keys = settings.database_url, settings.keys_url
    owner = postgres.check_schema(keys, KIND)["ledger_id"]
    ledger = postgres.check_schema(record, RECORD)["ledger_id"]
    if owner != ledger:
        why = f"it has the keys of the ledger {owner}, and the record is of {ledger}"
        raise StoreFault(why, "let both URLs name databases of one ledger")
    servers_are_apart(record, keys)
    if postgres.machine_of(keys, KIND.noun) == postgres.machine_of(record, RECORD.noun):
        return (
            "reached, of this ledger, a server of its own; but on the machine of the record: a copy"
            " of that machine holds both"
        )
    return "reached, of this ledger, on another machine than the record"


def what_it_keeps(settings: Settings) -> str:
    """See that nothing of a destroyed key stays behind.

    Raises:
        StoreFault: It archives its log, and with it every key that was ever destroyed.
        CaseBusy: It cannot be reached.
    """
    from ledger import postgres  # noqa: PLC0415 - psycopg is an extra

    found = postgres.settings_of(settings.keys_url, "key store", ["archive_mode", *MEANT])
    if found["archive_mode"] != "off":
        why = "it archives its log, in which keys that were destroyed stay"
        raise StoreFault(why, f"ALTER SYSTEM SET archive_mode = off; {PAGE}")
    other = [
        f"{name} is {found[name]}, not {meant}"
        for name, meant in MEANT.items()
        if found[name] != meant
    ]
    if not other:
        return "as it is meant"
    return f"{'; '.join(other)}: a destroyed key stays in its log for a while ({PAGE})"
