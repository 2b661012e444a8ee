"""Read the settings: at most ten environment variables, each with a default."""

import getpass
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from ledger.errors import DecodeError

PREFIX = "GOODOFFICES_"
VARIABLES: dict[str, str] = {
    "GOODOFFICES_DATA": "data folder; ./goodoffices-data by default",
    "GOODOFFICES_DATABASE_URL": (
        "postgresql://user:password@host:port/name of the record and its views; empty (default):"
        " SQLite in the data folder"
    ),
    "GOODOFFICES_KEYS_URL": (
        "postgresql://... of the key store, on another PostgreSQL server than the record's; empty"
        " (default): SQLite in the data folder"
    ),
    "GOODOFFICES_OPERATOR": "operator at the keyboard; the operating system's user by default",
    "GOODOFFICES_NATS_URL": (
        "`embedded` (default), `off`, or nats://host:port of a server, of a cluster several with"
        " commas"
    ),
    "GOODOFFICES_NATS_CREDENTIALS": (
        "folder of credentials for a server that is not embedded; by default the keys in the data"
        " folder, where `goodoffices broker config` made its configuration"
    ),
    "GOODOFFICES_NATS_PORT": "port of the embedded server; 0 (default) picks a free one once",
    "GOODOFFICES_SEALS": (
        "seals, as `every=10,capacity=256,publish=DIR`: seconds from tick to tick, leaves of a"
        " tick, folder for checkpoints; the data folder's `published` by default. Also"
        " `stamp=URL,stamp_every=86400,stamp_roots=FILE`: an authority of time (RFC 3161), seconds"
        " from stamp to stamp, certificates in PEM that are trusted to sign them"
    ),
    "GOODOFFICES_ACCESS_DAYS": "days for which it is kept who opened what; 730 by default",
    "GOODOFFICES_LOG": "debug, info (default), warning or error",
}
LEVELS = ("debug", "info", "warning", "error")
PORT_MAX = 65_535
DAYS_MAX = 36_500
CAPACITY_MAX = 65_536
POSTGRESQL_PORT = "5432"
DATABASE = f"{PREFIX}DATABASE_URL"
DATABASE_EXAMPLE = "postgresql://user:password@host:5432/name"
KEYS = f"{PREFIX}KEYS_URL"
SEALS_EXAMPLE = "every=10,capacity=256,publish=/srv/checkpoints"
STAMP_KEYS = ("stamp", "stamp_every", "stamp_roots")
STAMP_EXAMPLE = "stamp=https://tsa.example/,stamp_every=86400,stamp_roots=/srv/tsa-roots.pem"
STAMP_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-+\--?A-~]*)?")
"""An address without a user; a comma would end it."""


class Seals(Struct, frozen=True):
    """How the record is sealed.

    Attributes:
        every_s: Seconds from tick to tick, None for 10, or 1 in a demo.
        capacity: Leaves of each tick's tree.
        publish: Folder for checkpoints, None for the one in the data folder.
        stamp: Address of an authority of time, None for none.
        stamp_every_s: Seconds from stamp to stamp.
        stamp_roots: File of certificates that are trusted to sign stamps.
    """

    every_s: float | None = None
    capacity: int = 256
    publish: Path | None = None
    stamp: str | None = None
    stamp_every_s: float = 86_400
    stamp_roots: Path | None = None


class Settings(Struct, frozen=True):
    """Where the data lies, who is at the keyboard, and how NATS is reached.

    Attributes:
        data: Data folder.
        operator: Name of the operator.
        nats_url: `embedded`, `off`, or the address of a server.
        nats_credentials: Folder of the users' files, None for the keys in the data folder.
        nats_port: Port of the embedded server, 0 for a free one.
        log: Least level logged.
        seals: How the record is sealed.
        access_days: Days for which it is kept who opened what.
        database_url: Where the record and its views are, "" for SQLite in the data folder.
        keys_url: Where the keys are, "" for SQLite in the data folder.
    """

    data: Path
    operator: str
    nats_url: str = "embedded"
    nats_credentials: Path | None = None
    nats_port: int = 0
    log: str = "info"
    seals: Seals = Seals()
    access_days: int = 730
    database_url: str = ""
    keys_url: str = ""


def read(environment: Mapping[str, str], data: Path | None = None) -> Settings:
    """Read the settings from environment variables.

    Args:
        environment: Usually `os.environ`.
        data: Data folder given on the command line, which wins.

    Raises:
        DecodeError: A variable is unknown or has a value that cannot be.
    """
    for name in environment:
        if name.startswith(PREFIX) and name not in VARIABLES:
            raise DecodeError(name, "is not a setting", f"one of: {', '.join(VARIABLES)}")
    database_url, keys_url = _databases(environment)
    given = environment.get("GOODOFFICES_NATS_CREDENTIALS")
    return Settings(
        data=data or Path(environment.get("GOODOFFICES_DATA") or "goodoffices-data"),
        operator=environment.get("GOODOFFICES_OPERATOR") or getpass.getuser(),
        nats_url=_url(environment.get("GOODOFFICES_NATS_URL") or "embedded"),
        nats_credentials=Path(given) if given else None,
        nats_port=_port(environment.get("GOODOFFICES_NATS_PORT") or "0"),
        log=_level(environment.get("GOODOFFICES_LOG") or "info"),
        seals=_seals(environment.get("GOODOFFICES_SEALS") or ""),
        access_days=_days(environment.get("GOODOFFICES_ACCESS_DAYS") or "730"),
        database_url=database_url,
        keys_url=keys_url,
    )


def from_environment(data: Path | None = None) -> Settings:
    """Read the settings of this process."""
    return read(os.environ, data)


def _url(text: str) -> str:
    if text in ("embedded", "off") or text.startswith(("nats://", "tls://")):
        return text
    raise DecodeError("GOODOFFICES_NATS_URL", f"{text!r} is not an address", "nats://host:port")


def _databases(environment: Mapping[str, str]) -> tuple[str, str]:
    """Read where record and keys are; the keys never share the record's server and its backups."""
    database, keys = (
        checked_url(name, environment.get(name, "").strip()) for name in (DATABASE, KEYS)
    )
    if keys and not database:
        raise DecodeError(KEYS, f"is set without {DATABASE}", "both, or the database alone")
    if keys and _server(keys) == _server(database):
        why = "names the server of the record, whose backups would keep keys that were destroyed"
        raise DecodeError(KEYS, why, "another PostgreSQL server, backed up apart (docs/threats.md)")
    return database, keys


def checked_url(name: str, text: str) -> str:
    """Check the form of an address without ever repeating it: it may hold a password."""
    if text and not re.fullmatch(r"postgres(ql)?://[^/\s]*/[^/?\s]+(\?\S*)?", text):
        raise DecodeError(name, "is no address of a database", DATABASE_EXAMPLE)
    return text


def _server(url: str) -> str:
    """Tell which server an address names, as far as its text says."""
    parts = urlsplit(url)
    named = dict(parse_qsl(parts.query))
    written, _, port = parts.netloc.rpartition("@")[2].partition(":")
    host = (named.get("host") or written or "localhost").lower()
    return f"{host}:{named.get('port') or port or POSTGRESQL_PORT}"


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > PORT_MAX:
        raise DecodeError("GOODOFFICES_NATS_PORT", f"{text!r} is not a port", f"0 to {PORT_MAX}")
    return int(text)


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= DAYS_MAX:
        needs = f"1 to {DAYS_MAX} days"
        raise DecodeError("GOODOFFICES_ACCESS_DAYS", f"{text!r} is no number of days", needs)
    return int(text)


def _level(text: str) -> str:
    if text not in LEVELS:
        raise DecodeError("GOODOFFICES_LOG", f"{text!r} is not a level", ", ".join(LEVELS))
    return text


def _seals(text: str) -> Seals:
    given = dict(part.partition("=")[::2] for part in text.split(",") if part)
    if not given.keys() <= {"every", "capacity", "publish", *STAMP_KEYS}:
        raise DecodeError("GOODOFFICES_SEALS", f"{text!r} is not understood", SEALS_EXAMPLE)
    every, capacity = given.get("every"), given.get("capacity") or "256"
    if not capacity.isdigit() or not 1 <= int(capacity) <= CAPACITY_MAX:
        needs = f"1 to {CAPACITY_MAX} leaves a tick"
        raise DecodeError("GOODOFFICES_SEALS", f"{capacity!r} is no capacity", needs)
    publish = given.get("publish")
    found = Seals(_seconds(every), int(capacity), Path(publish) if publish else None)
    return _with_stamps(found, given)


def _with_stamps(seals: Seals, given: Mapping[str, str]) -> Seals:
    """Read which authority stamps checkpoints, and whose certificates are trusted for it."""
    url, roots = given.get("stamp"), given.get("stamp_roots")
    if url and not STAMP_URL.fullmatch(url):
        raise DecodeError("GOODOFFICES_SEALS", f"{url!r} is no address", STAMP_EXAMPLE)
    if url and not roots:
        raise DecodeError("GOODOFFICES_SEALS", "nobody says whose stamps count", STAMP_EXAMPLE)
    every_s = _seconds(given.get("stamp_every")) or seals.stamp_every_s
    return replace(
        seals,
        stamp=url or None,
        stamp_every_s=every_s,
        stamp_roots=Path(roots) if roots else None,
    )


def _seconds(text: str | None) -> float | None:
    if text and not (re.fullmatch(r"\d{1,8}(\.\d{1,3})?", text) and float(text)):
        raise DecodeError("GOODOFFICES_SEALS", f"{text!r} are no seconds", SEALS_EXAMPLE)
    return float(text) if text else None
