"""Say where a ledger lies, or is to lie."""

from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from ledger.errors import DecodeError
from ledger.store.ledger import Urls
from services.moving.places import FilePlace, SchemaPlace, StorePlace
from services.moving.tables import BESIDE, KEYS, RECORD, Kept
from services.settings import Settings, checked_url

PORT: Final = "5432"


class Home(NamedTuple):
    """Where a ledger lies.

    Attributes:
        folder: Its data folder.
        urls: Which parts of it are in databases.
    """

    folder: Path
    urls: Urls = Urls()

    def place(self, kept: Kept) -> StorePlace:
        """Return where one of its stores lies."""
        url = self.urls.keys if kept is KEYS else self.urls.record
        return SchemaPlace(kept, url) if url else FilePlace(kept, self.folder)

    def stores(self) -> list[Kept]:
        """List the stores that are there, what lies beside the record first."""
        return [kept for kept in (*BESIDE, RECORD, KEYS) if self.place(kept).exists()]

    @property
    def shown(self) -> str:
        """Name the place of its record for people: no user, no password."""
        return shown(self.urls.record) if self.urls.record else str(self.folder.resolve())


def shown(url: str) -> str:
    """Name a database for people, without user and password."""
    parts = urlsplit(url)
    named = dict(parse_qsl(parts.query))
    written, _, port = parts.netloc.rpartition("@")[2].partition(":")
    host = named.get("host") or written or "localhost"
    return f"postgresql://{host}:{named.get('port') or port or PORT}{parts.path}"


def home_of(settings: Settings) -> Home:
    """Say where the ledger of the settings lies."""
    return Home(settings.data, Urls(settings.database_url, settings.keys_url))


def target_of(source: Home, to: str, keys_to: str) -> Home:
    """Say where a ledger is to go.

    Args:
        source: Where it lies.
        to: Address of a database, or a folder.
        keys_to: Address of a database for the keys, "" to leave them where they are; in a folder
            they come with the record.

    Raises:
        DecodeError: An address is none, or the two do not go together.
    """
    keys = checked_url("--keys-to", keys_to)
    if "://" in to:
        return Home(source.folder, Urls(checked_url("--to", to), keys or source.urls.keys))
    if keys:
        raise DecodeError("--keys-to", "a folder keeps its keys itself", "leave it out")
    return Home(Path(to))
