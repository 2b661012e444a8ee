"""Store the sealed bytes of documents: in a folder, or in a store that speaks S3.

`documents.toml` in the data folder names another place; it holds credentials, so it is for its
owner alone, and nothing of it is ever printed.
"""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from ledger.errors import StoreFault
from ledger.seal.private_files import make_private_folder
from services.documents.kinds import needs_web

if TYPE_CHECKING:
    from obstore.store import ObjectStore

FOLDER: Final = "documents"
FILE: Final = "documents.toml"
EXAMPLE: Final = "folder, or s3 with bucket, endpoint, region, access_key_id, secret_access_key"
RETRIES: Final = 2
RETRY: Final = timedelta(seconds=10)
"""How often and how long a store out of reach is asked again."""
PART: Final = 256 * 1024
"""Bytes read at once."""


class S3(Struct, frozen=True, forbid_unknown_fields=True):
    """A store that speaks S3.

    Attributes:
        bucket: Its bucket.
        access_key_id: Who we are there.
        secret_access_key: What we prove it with.
        endpoint: Its address, None for Amazon's own.
        region: Its region.
        prefix: What our addresses begin with, so that others may use the same bucket.
    """

    bucket: str
    access_key_id: str
    secret_access_key: str
    endpoint: str | None = None
    region: str = "us-east-1"
    prefix: str = "documents"


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """What `documents.toml` says: one of the two.

    Attributes:
        folder: A folder, such as one that several hosts share.
        s3: A store that speaks S3.
    """

    folder: str | None = None
    s3: S3 | None = None


class Shelf:
    """Where the bytes lie, each under the hash of itself.

    Attributes:
        shown: What people call the place; never an address or a credential.
        folder: The folder, None where it is none.
    """

    def __init__(self, store: "ObjectStore", shown: str, folder: Path | None) -> None:
        """Use a store.

        Args:
            store: It.
            shown: What people call the place.
            folder: The folder, None where it is none.
        """
        self.shown = shown
        self.folder = folder
        self._store = store

    def put(self, address: str, file: IO[bytes]) -> None:
        """Store a file; all of it is there when this returns, or none.

        Raises:
            StoreFault: It cannot be stored.
        """
        import obstore  # noqa: PLC0415 - of the extra `web`

        with _told(self.shown):
            obstore.put(self._store, _path(address), file)
        if self.folder is not None:
            with _told(self.shown):
                (self.folder / _path(address)).chmod(0o600)

    def get(self, address: str) -> Iterator[bytes]:
        """Read what is stored, in parts; the place was reached when this returns.

        Raises:
            StoreFault: It is not there, or cannot be read.
        """
        import obstore  # noqa: PLC0415 - of the extra `web`

        with _told(self.shown):
            stream = iter(obstore.get(self._store, _path(address)).stream(PART))
        return _parts(stream, self.shown)

    def delete(self, address: str) -> None:
        """Remove what is stored; may be repeated.

        Raises:
            StoreFault: The place cannot be reached.
        """
        import obstore  # noqa: PLC0415 - of the extra `web`

        try:
            with _told(self.shown):
                obstore.delete(self._store, _path(address))
        except NotThere:
            return

    def has(self, address: str) -> bool:
        """Tell whether anything is stored under an address.

        Raises:
            StoreFault: The place cannot be reached.
        """
        import obstore  # noqa: PLC0415 - of the extra `web`

        try:
            with _told(self.shown):
                obstore.head(self._store, _path(address))
        except NotThere:
            return False
        return True


class NotThere(StoreFault):
    """Nothing is stored under an address."""


def shelf_of(data: Path) -> Shelf:
    """Open the place where a ledger's documents lie; a folder is made.

    Raises:
        StoreFault: The place cannot be made or reached, others may read `documents.toml`, or it
            cannot be read.
    """
    place = place_of(data)
    try:
        from obstore.store import LocalStore, S3Store  # noqa: PLC0415 - of the extra `web`
    except ImportError:
        raise needs_web() from None
    if place.s3 is not None:
        shown, s3 = f"the bucket of {FILE}", place.s3
        with _told(shown):
            store = S3Store(
                s3.bucket,
                prefix=s3.prefix,
                endpoint=s3.endpoint or f"https://s3.{s3.region}.amazonaws.com",
                region=s3.region,
                access_key_id=s3.access_key_id,
                secret_access_key=s3.secret_access_key,
                retry_config={"max_retries": RETRIES, "retry_timeout": RETRY},
                client_options={"allow_http": (s3.endpoint or "").startswith("http://")},
            )
            return Shelf(store, shown, None)
    folder = data / FOLDER if place.folder is None else Path(place.folder)
    make_private_folder(folder)
    with _told(str(folder)):
        return Shelf(LocalStore(folder), str(folder), folder)


def place_of(data: Path) -> Place:
    """Read where the documents of a data folder lie; by default in a folder within it.

    Raises:
        StoreFault: Others may read the file, or it cannot be read.
    """
    path = data / FILE
    if not path.exists():
        return Place()
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise StoreFault(f"{path} can be read by others", f"chmod 600 {path}")
        place = msgspec.toml.decode(path.read_bytes(), type=Place)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise StoreFault(f"{path} is not understood", EXAMPLE) from None  # it may quote a secret
    except OSError as error:
        raise StoreFault(f"{path} cannot be read: {error.strerror}", "check its mode") from error
    if (place.folder is None) == (place.s3 is None):
        raise StoreFault(f"{path} names no place, or two", EXAMPLE)
    return place


def _path(address: str) -> str:
    return f"{address[:2]}/{address}"


def _parts(stream: Iterator[bytes], shown: str) -> Iterator[bytes]:
    while True:
        with _told(shown):
            part = next(stream, None)
        if part is None:
            return
        yield bytes(part)


@contextmanager
def _told(shown: str) -> Iterator[None]:
    """Say which place could not be used, in words that repeat nothing of its settings."""
    from obstore.exceptions import BaseError, NotFoundError  # noqa: PLC0415 - of the extra `web`

    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise NotThere(
            "a document is not where it was stored", "restore it from a backup"
        ) from error
    except (BaseError, OSError, ValueError) as error:
        why = f"documents cannot be reached in {shown}: {type(error).__name__}"
        raise StoreFault(why, "its space, its mode, its network; then again") from None
