"""Keep the embedded broker's files where their owner alone can read them."""

import os
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from ledger.errors import StoreFault

Body = TypeVar("Body")


class Folder:
    """Where the embedded broker keeps its files."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.config = self.root / "nats.conf"
        self.secrets = self.root / "secrets.json"
        self.state = self.root / "state.json"
        self.lock = self.root / "lock"
        self.log = self.root / "server.log"
        self.output = self.root / "server.err"
        self.streams = self.root / "jetstream"
        self.ports = self.root / "ports"
        self.resolver = self.root / "resolver"
        self.credentials = self.root / "credentials"

    def make(self) -> None:
        """Make the folders, for their owner alone.

        Raises:
            StoreFault: They cannot be written.
        """
        self._make(self.root, self.ports, self.credentials)

    def make_root(self) -> None:
        """Make the folder itself, for its owner alone.

        Raises:
            StoreFault: It cannot be written.
        """
        self._make(self.root)

    def _make(self, *folders: Path) -> None:
        try:
            for folder in folders:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
        except OSError as refused:
            raise _unwritable(self.root, refused) from refused

    def credentials_of(self, subscriber: str) -> Path:
        """Return the file with which a subscriber connects."""
        return self.credentials / f"{subscriber}.creds"


def write_private(path: Path, body: object) -> None:
    """Put a JSON document in place in one step, readable by the owner alone; it is on disk then.

    Raises:
        StoreFault: The disk is full, or the folder cannot be written.
    """
    write_private_text(path, msgspec.json.format(msgspec.json.encode(body)).decode())


def write_private_text(path: Path, text: str) -> None:
    """Put a text in place in one step, readable by the owner alone; it is on disk then.

    Raises:
        StoreFault: The disk is full, or the folder cannot be written.
    """
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.unlink(missing_ok=True)
        with open_private(draft) as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as refused:
        raise _unwritable(path, refused) from refused


def open_private(path: Path) -> BinaryIO:
    """Open an empty file that its owner alone can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def read_private(
    path: Path, kind: type[Body], else_needs: str = "start `goodoffices serve` once"
) -> Body:
    """Read a JSON document of ours; where it is missing, say what would make it.

    Raises:
        StoreFault: It is missing or is not what we write.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError as missing:
        raise StoreFault(f"{path} is missing", else_needs) from missing
    except (msgspec.DecodeError, UnicodeDecodeError) as foreign:
        raise StoreFault(f"{path} cannot be read: {foreign}", "restore or delete it") from foreign


def _unwritable(path: Path, refused: OSError) -> StoreFault:
    return StoreFault(f"{path} cannot be written: {refused.strerror}", "make room, or mend access")
