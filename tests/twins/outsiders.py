"""See what those get who look through no command: a subscriber, and whoever reads the web."""

from collections.abc import Collection, Iterator

from services.courier.carrier import PAGE
from services.courier.lots import Lot, Lots
from services.courier.window import Window
from services.grants import Grant, Terms
from services.nats.pipe import Message
from services.store_source import StoreSource
from tests.twins.ledgers import SUBSCRIBER, Ledger


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
    sent = (one.message for lot in _lots(ledger, cases) for one in lot.sending)
    return {f"message {n}": _text(one) for n, one in enumerate(sent, start=1)}


def taken_back(ledger: Ledger, cases: Collection[str]) -> dict[str, str]:
    """Write down which copies in the feed are deleted because their entry is erased, in order."""
    gone = (pair for lot in _lots(ledger, cases) for pair in lot.erased.items())
    return {f"copy {n}": " ".join(pair) for n, pair in enumerate(gone, start=1)}


def _lots(ledger: Ledger, cases: Collection[str]) -> Iterator[Lot]:
    """Look at the record page by page, as the courier does; of other cases nothing is told."""
    reader, name = ledger.house.ledger.reader, ledger.house.ledger.institution_id.hex
    terms = Terms(rooms=("joint",), cases=tuple(sorted(cases)))
    lots = Lots(reader, name, Grant(SUBSCRIBER, 1, None, ((1, terms),)))
    window, after = Window(StoreSource(reader.recorder), reader, name), 0
    while page := window.ahead(after, PAGE):
        lot = lots.make(page, PAGE, frozenset())
        after = lot.upto
        yield lot


def _text(message: Message) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in message.headers.items())
    return f"{message.subject}\n{headers}\n\n{message.payload.decode()}"
