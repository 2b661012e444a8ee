"""Examine a ledger: settings, files, keys, record, views, broker."""

import asyncio
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct
from nats.aio.client import Client

from ledger.errors import LedgerError, StoreFault
from ledger.seal.log_signer import LogSigner
from ledger.seal.opening import SIGNER_NAME, sealing
from ledger.sqlite import check_file
from ledger.store.datastore import LEDGER_FILE as LEDGER_KIND
from ledger.store.locks import serving
from ledger.store.making import LEDGER_FILE, open_record
from ledger.store.moved import MOVED_TO
from ledger.store.reader import PAGE
from services.answers import in_words
from services.clock import SystemClock
from services.cosigning.progress import witnessed
from services.documents.examining import examined
from services.house import House, open_house, urls_of
from services.key_server import what_it_keeps, whose_keys
from services.leases import holders
from services.nats.connect import BrokerAway, with_connection
from services.nats.jetstream import JetStream
from services.nats.ledger_stream import Compared, compare
from services.nats.reaching import user_of
from services.seals import is_being_sealed, place_of, publication_of, record_of, seals_of
from services.settings import Settings, read
from services.stamping.standing import standing
from services.store_source import StoreSource

NAMED_MAX = 5
"""How many entries with a fault are named."""
NOT_RUNNING = "not running; commands and reading work without"


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
    yield from _key_server(settings[0])
    record = _tried("record", lambda: _every_page(settings[0]))
    yield record
    yield _modes(folder)
    yield from _left_behind(settings[0])
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
    yield _tried("time stamps", lambda: standing(house, settings.seals))
    yield _tried("documents", lambda: _documents(house))
    yield _tried("witnesses", lambda: _witnesses(house))
    yield _tried("views", lambda: _views(house))
    parked = house.views.parked()
    fix = "`goodoffices rebuild` once the cause is mended" if parked else None
    yield Finding("parked cases", not parked, f"{len(parked)}", fix)
    holder = serving(settings.data)
    if settings.database_url:
        yield _tried("serve", lambda: _somewhere(settings))
    else:
        found = f"process {holder.pid}" if holder else NOT_RUNNING
        yield Finding("serve", well=True, found=found)
    if settings.nats_url != "off" and (holder or settings.nats_url != "embedded"):
        yield _tried("broker", lambda: _broker(house, settings))


def _somewhere(settings: Settings) -> str:
    """Tell which parts run once, on this host or on another."""
    held = holders(settings.database_url)
    return f"on some host: {', '.join(held)}" if held else NOT_RUNNING


def _tried(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, well=True, found=look())
    except LedgerError as error:
        found, _, needs = in_words(error).partition("\nneeds: ")
        return Finding(what, well=False, found=found, fix=needs or None)


def _every_page(settings: Settings) -> str:
    open_record(settings.data, urls_of(settings), every_page=True).close()
    return "whole"  # how many events there are is not everybody's to know


def _key_server(settings: Settings) -> Iterator[Finding]:
    """Look at the server of the keys, where they have one."""
    if settings.keys_url:
        found = _tried("key server", lambda: whose_keys(settings))
        yield found
        if found.well:
            yield _tried("key server's log", lambda: what_it_keeps(settings))


def _operator(house: House, settings: Settings) -> str:
    known = house.desk.operator(settings.operator)
    return f"{known.name}: {', '.join(known.roles)}"


def _broker(house: House, settings: Settings) -> str:
    """Compare the stream with the store, over a connection of the examiner's own.

    Raises:
        StoreFault: Nobody fit answers, or the stream is not what the relay made of this record.
    """
    me, source = user_of(settings, "doctor"), StoreSource(house.ledger.reader.recorder)

    async def look(client: Client) -> Compared:
        return await compare(JetStream(client), source)

    try:
        found = asyncio.run(with_connection(me, name="doctor", work=look))
    except BrokerAway as away:
        needs = (
            "start it, or mend GOODOFFICES_NATS_URL; until then events travel later, nothing is"
            " lost"
        )
        raise StoreFault(f"{me.url}: {away.why}", needs) from away
    if found.epoch is None:
        return f"{me.url}: stream LEDGER is not made yet, the relay makes it"
    behind = f"{found.behind} behind the store, the relay brings them" if found.behind else "whole"
    return f"{me.url}: LEDGER at position {found.position}, {behind}; epoch {found.epoch}"


def _events(house: House) -> Finding:
    """Open every event, frame and content, page by page; what was erased counts as well."""
    reader, position, bad = house.ledger.reader, 0, 0
    while page := reader.recorder.page(position, PAGE):
        bad += sum(not reader.opens(state) for *_, state in page)
        position = page[-1][0]
    fix = "restore the ledger or its key store from a backup" if bad else None
    return Finding("events", not bad, f"{bad} unreadable" if bad else "all opened", fix)


def _seals(house: House) -> str:
    """Compute every head again and compare it with seals, signer and what was published.

    Raises:
        SealsDoNotMatch: They do not fit together; it says what does not.
        StoreFault: It takes another host to compare them.
    """
    folder = house.ledger.folder
    if not place_of(house).seals.exists() and not (folder / SIGNER_NAME).exists():
        return "nothing was sealed yet"
    if is_being_sealed(house):
        return "compared when the sealer began, which runs"
    if house.ledger.urls.record and not LogSigner.is_in(place_of(house).signer):
        why = f"nobody seals now, and {place_of(house).signer} is not here, without which none can"
        raise StoreFault(why, "start the sealer on the host that has it, or mount that folder here")
    published = publication_of(house).notes()
    with sealing(place_of(house), record_of(house), published) as held:
        store = held.store
        return f"sealed as recorded, {store.signed_size()} checkpoints"


def _witnesses(house: House) -> str:
    """Tell how far each witness has come.

    Raises:
        StoreFault: One does not cosign; bundles are proved from what the others cosigned.
    """
    with ExitStack() as open_things:
        store = seals_of(house)
        if store is not None:
            open_things.callback(store.close)
        found = witnessed(house.ledger.folder, store)
    if not found.witnesses:
        return "none is asked"
    if found.failing:
        told = "; ".join(f"{each.name}, {each.behind} behind: {each.why}" for each in found.failing)
        needs = "write to whoever runs it; `goodoffices witness status` tells since when"
        raise StoreFault(told, needs)
    most = max(each.behind for each in found.witnesses)
    return f"{len(found.witnesses)} cosign, at most {most} behind; quorum met at {found.met}"


def _documents(house: House) -> str:
    """Open the beginning of every document that is kept.

    Raises:
        StoreFault: One is not there, does not open, or was erased and is still there.
    """
    if not house.documents.any_came:
        return "none came yet"
    found = examined(house.documents, house.ledger.reader)
    if found.away:
        named = ", ".join(found.away[:NAMED_MAX])
        why = f"not there, or altered: the documents of {named}"
        raise StoreFault(why, "put the folder `documents` back from a backup")
    if found.left or found.waiting:
        why = "something is left of documents that were erased; nobody can open it"
        raise StoreFault(why, "`serve` removes it, once the place of documents is in reach")
    return f"all open, in {house.documents.shelf.shown}"


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
    house.views.bring_to_head()
    return "at the head"


def _left_behind(settings: Settings) -> Iterator[Finding]:
    """Tell of a record that was moved from this folder to a database: it is needed no more."""
    path = settings.data / LEDGER_FILE
    is_left = bool(settings.database_url) and path.exists()
    place = check_file(path, LEDGER_KIND).get(MOVED_TO) if is_left else None
    if place is not None:
        found = f"{path} was moved to {place}; it may be removed"
        yield Finding("left behind", well=True, found=found)


def _modes(folder: Path) -> Finding:
    """Secrets are for their owner alone."""
    folders = (folder / "keys", folder / SIGNER_NAME)
    secrets = [p for inner in folders for p in inner.glob("*") if p.is_file()]
    loose = [p.name for p in secrets if stat.S_IMODE(p.stat().st_mode) & 0o077]
    fix = f"chmod 600 {folder / 'keys'}/* {folder / SIGNER_NAME}/*" if loose else None
    return Finding("key files", not loose, f"open to others: {', '.join(loose) or 'none'}", fix)
