"""See what those get who look through no command: a subscriber, and whoever reads the web."""

from collections.abc import Collection, Iterator
from typing import Final

from services.courier import PARTNER, Courier, Cursor
from services.nats.accounts import Credentials
from services.nats.pipe import Message
from services.nats.source import Row
from services.store_source import StoreSource
from tests.twins.ledgers import Ledger

NOBODY: Final = Credentials("nats://127.0.0.1:1", "", "", "")
"""A broker that is never reached: what would be sent is looked at before."""


def published(ledger: Ledger) -> dict[str, str]:
    """Read the folder that any web server hands out; of tiles of hashes their size."""
    told: dict[str, str] = {}
    folder = ledger.folder / "published"
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        name, body = str(path.relative_to(folder)), path.read_bytes()
        is_text = "/tile/" not in name or "/entries/" in name
        told[name] = body.decode("latin-1") if is_text else f"{len(body)} bytes"
    return told


def feed(ledger: Ledger, cases: Collection[str]) -> dict[str, str]:
    """Write down every message a subscriber of the joint rooms gets, in order, to the byte."""
    courier = _courier(ledger)
    sent = (courier._message(row) for row in _rows(ledger, cases))
    return {f"message {n}": _text(one) for n, one in enumerate(filter(None, sent), start=1)}


def taken_back(ledger: Ledger, cases: Collection[str]) -> dict[str, str]:
    """Write down which copies in the feed are deleted because their entry is erased, in order."""
    courier = _courier(ledger)
    gone = (pair for row in _rows(ledger, cases) for pair in courier._erased(row).items())
    return {f"copy {n}": " ".join(pair) for n, pair in enumerate(gone, start=1)}


def _courier(ledger: Ledger) -> Courier:
    cursor = Cursor(ledger.folder / "courier.sqlite")
    reader, name = ledger.house.ledger.reader, ledger.house.ledger.institution_id
    return Courier(reader, name, cursor, NOBODY, PARTNER)


def _rows(ledger: Ledger, cases: Collection[str]) -> Iterator[Row]:
    source = StoreSource(ledger.house.ledger.reader.recorder)
    return (row for row in source.page(0, source.head()) if row.case_hex in cases)


def _text(message: Message) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in message.headers.items())
    return f"{message.subject}\n{headers}\n\n{message.payload.decode()}"
