"""Read a source document whole, and lay its cases out as commands."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from ledger.act import Ask, Command
from ledger.catalogue import decode_command
from ledger.envelope import NOT_RECORDED
from ledger.errors import DecodeError
from services.desk import check_text, read_ask
from services.given_files import read_given

IMPORTER = "import"
"""Who acts where the source names nobody; the same whoever runs the import, so that a repeat by
another operator opens no second case."""


class Document(Struct, frozen=True):
    """A source document.

    Attributes:
        data: Its bytes.
        hash: Their SHA-256, lower-case hex; cited by every event taken from it.
    """

    data: bytes
    hash: str

    def text(self) -> str:
        """Return it as text.

        Raises:
            DecodeError: It is empty, or not UTF-8.
        """
        try:
            text = self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            why = f"byte {error.start} is not UTF-8"
            raise DecodeError("file", why, "the file in UTF-8") from None
        if not text.strip():
            raise DecodeError("file", "is empty", "a file with cases")
        return text


class Entry(Struct, frozen=True):
    """One command taken from a source, read and checked for types."""

    ask: Ask
    command: Command


class SourceCase(Struct, frozen=True):
    """A case of a source, as the commands that record it, the one that opens it first.

    Attributes:
        name: Its external reference, such as `casino:548`.
        entries: The commands, in order.
    """

    name: str
    entries: tuple[Entry, ...]


def read_document(path: Path) -> Document:
    """Read a source document.

    Raises:
        DecodeError: It cannot be read.
    """
    try:
        data = read_given(path)
    except OSError as error:
        raise DecodeError(str(path), f"cannot be read: {error.strerror}", "a file") from None
    return Document(data, hashlib.sha256(data).hexdigest())


class CaseWriter:
    """Lay one case out as commands, each with an id that is the same at every run.

    Attributes:
        name: External reference of the case.
        where: Place of the case in the file, as refusals name it.
    """

    def __init__(self, name: str, where: str, source: str) -> None:
        """Begin a case.

        Args:
            name: External reference of the case.
            where: Place of the case in the file.
            source: SHA-256 of the document.
        """
        self.name = name
        self.where = where
        self._source = source
        self._entries: list[Entry] = []

    def add(
        self,
        command: str,
        data: Mapping[str, object],
        *,
        party: str | None = None,
        occurred: str = NOT_RECORDED,
    ) -> None:
        """Add the next command.

        Args:
            command: Its name.
            data: Its fields.
            party: Party whose act it is, None for an entry of the registry.
            occurred: When it happened, as the source tells it.

        Raises:
            DecodeError: A field is not as it must be; names the place in the file.
        """
        said = Ask(
            command=command,
            id=f"{self.name}:{len(self._entries) + 1}",
            actor=f"party:{party}" if party else IMPORTER,
            acting_for=f"party:{party}" if party else "registry",
            occurred=occurred,
            source=self._source,
            data=msgspec.Raw(msgspec.json.encode(data)),
        )
        try:
            check_text(msgspec.to_builtins(data), "")
            ask = read_ask(msgspec.json.encode(said))
            self._entries.append(Entry(ask, decode_command(command, bytes(ask.data))))
        except DecodeError as error:
            field = f"{self.where}: {command} {error.field}"
            raise DecodeError(field, error.why, "a field as the mapping expects it") from None

    def case(self) -> SourceCase:
        """Return the case as laid out so far."""
        return SourceCase(self.name, tuple(self._entries))
