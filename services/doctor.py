"""Examine a ledger: settings, files, keys, record, views, broker."""

import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from ledger.errors import LedgerError, StoreFault
from ledger.seal.opening import SIGNER_NAME, sealing
from ledger.store.locks import serving
from ledger.store.making import open_record
from ledger.store.reader import PAGE
from services.answers import in_words
from services.clock import SystemClock
from services.house import House, open_house, urls_of
from services.nats.server import read_credentials
from services.seals import is_being_sealed, place_of, publication_of, record_of
from services.settings import Settings, read

GREETING = b"INFO"
NATS_PORT = 4222
ANSWER_S = 2.0


class Finding(Struct, frozen=True):
    """One thing examined.

    Attributes:
        what: The thing.
        well: Whether it is as it must be.
        found: What was found.
        fix: What to do, where something is wrong.
    """

    what: str
    well: bool
    found: str
    fix: str | None = None


def examine(environment: Mapping[str, str], data: Path | None) -> Iterator[Finding]:
    """Yield a finding for each part, stopping where the rest cannot be looked at."""
    settings: list[Settings] = []

    def read_settings() -> str:
        settings.append(read(environment, data))
        return f"data in {settings[0].data}, operator {settings[0].operator}"

    yield _tried("settings", read_settings)
    if not settings:
        return
    folder = settings[0].data
    record = _tried("record", lambda: _every_page(settings[0]))
    yield record
    yield _modes(folder)
    if not record.well:
        return
    houses: list[House] = []

    def open_it() -> str:
        houses.append(open_house(settings[0], clock=SystemClock()))
        return "the key store opens and belongs to this ledger"

    yield _tried("keys", open_it)
    for house in houses:
        with house:
            yield from _record(house, settings[0])


def _record(house: House, settings: Settings) -> Iterator[Finding]:
    yield _tried("operator", lambda: _operator(house, settings))
    yield _events(house)
    yield _tried("seals", lambda: _seals(house))
    yield _tried("views", lambda: _views(house))
    parked = house.views.parked()
    fix = "`goodoffices rebuild` once the cause is mended" if parked else None
    yield Finding("parked cases", not parked, f"{len(parked)}", fix)
    holder = serving(settings.data)
    found = f"process {holder.pid}" if holder else "not running; commands and reading work without"
    yield Finding("serve", well=True, found=found)
    if settings.nats_url != "off" and (holder or settings.nats_url != "embedded"):
        yield _tried("broker", lambda: _broker(settings))


def _tried(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, well=True, found=look())
    except LedgerError as error:
        found, _, needs = in_words(error).partition("\nneeds: ")
        return Finding(what, well=False, found=found, fix=needs or None)


def _every_page(settings: Settings) -> str:
    recorder = open_record(settings.data, urls_of(settings), every_page=True)
    head = recorder.head()
    recorder.close()
    return f"whole, {head} events"


def _operator(house: House, settings: Settings) -> str:
    known = house.desk.operator(settings.operator)
    return f"{known.name}: {', '.join(known.roles)}"


def _broker(settings: Settings) -> str:
    """Have a NATS server introduce itself; who may do what there is seen when `serve` connects.

    Raises:
        StoreFault: Nobody answers, or somebody else.
    """
    url = settings.nats_url
    if url == "embedded":
        url = read_credentials(settings.data / "nats", "follower").url
    address = urlsplit(url)
    needs = (
        "start it, or mend GOODOFFICES_NATS_URL; until then events travel later, nothing is lost"
    )
    try:
        host, port = address.hostname or "", address.port or NATS_PORT
        with socket.create_connection((host, port), timeout=ANSWER_S) as asked:
            greeting = asked.recv(len(GREETING))
    except (OSError, ValueError) as away:
        raise StoreFault(f"nobody answers at {url}: {away}", needs) from away
    if greeting != GREETING:
        raise StoreFault(f"what answers at {url} is no NATS server", needs)
    return f"answers at {url}"


def _events(house: House) -> Finding:
    """Open every event, frame and content, page by page; what was erased counts as well."""
    reader, position, bad = house.ledger.reader, 0, 0
    while page := reader.recorder.page(position, PAGE):
        bad += sum(not reader.opens(state) for *_, state in page)
        position = page[-1][0]
    fix = "restore the ledger or its key store from a backup" if bad else None
    return Finding("events", not bad, f"{position} opened, {bad} unreadable", fix)


def _seals(house: House) -> str:
    """Compute every head again and compare it with seals, signer and what was published.

    Raises:
        SealsDoNotMatch: They do not fit together; it says what does not.
    """
    folder = house.ledger.folder
    if not place_of(house).seals.exists() and not (folder / SIGNER_NAME).exists():
        return "nothing was sealed yet"
    if is_being_sealed(house):
        return "compared when the sealer began, which runs"
    published = publication_of(house).notes()
    with sealing(place_of(house), record_of(house), published) as held:
        store = held.store
        return f"{store.position()} entries sealed as recorded, {store.signed_size()} checkpoints"


def _views(house: House) -> str:
    """Bring the views to the head; views that have seen more tell of events that are gone.

    Raises:
        StoreFault: The record ends before what the views have taken in.
    """
    head, seen = house.ledger.reader.head(), house.views.position()
    if seen > head:
        raise StoreFault(
            f"the record ends at {head}, but the views have seen {seen}",
            "restore the ledger from a backup; `goodoffices rebuild` if it is the one restored",
        )
    return f"at the head, position {house.views.bring_to_head()}"


def _modes(folder: Path) -> Finding:
    """Secrets are for their owner alone."""
    folders = (folder / "keys", folder / SIGNER_NAME)
    secrets = [p for inner in folders for p in inner.glob("*") if p.is_file()]
    loose = [p.name for p in secrets if stat.S_IMODE(p.stat().st_mode) & 0o077]
    fix = f"chmod 600 {folder / 'keys'}/* {folder / SIGNER_NAME}/*" if loose else None
    return Finding("key files", not loose, f"open to others: {', '.join(loose) or 'none'}", fix)
