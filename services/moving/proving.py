"""Prove that a ledger that was carried is the same one: rows, trees, keys, what cases say."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Final
from uuid import UUID

import msgspec

from ledger.errors import StoreFault
from ledger.keys import KeyStore
from ledger.seal.comparing import compare_everything, compare_heads
from ledger.seal.log_signer import LogSigner
from ledger.seal.opening import Place
from ledger.store.datastore import LedgerDatastore
from ledger.store.making import KEYS_FOLDER, LEDGER_FILE
from ledger.store.reader import Reader
from ledger.store.recorder import SQLiteLedgerRecorder
from ledger.store.recording import LedgerRecorder
from projections import replay
from services.library import PROJECTIONS
from services.moving.homes import Home
from services.moving.tables import RECORD
from services.seals import LedgerRecord

CASES_MAX: Final = 200
"""Cases that are folded on both sides; of more, as many, evenly spread."""


@contextmanager
def reading(home: Home, ledger_id: str) -> Iterator[Reader]:
    """Read a ledger that may be on its way, and that nobody else opens therefore."""
    with ExitStack() as open_things:
        recorder = open_things.enter_context(closing(_recorder(home, ledger_id)))
        keys = KeyStore.open(home.folder / KEYS_FOLDER, ledger_id, home.urls.keys)
        open_things.enter_context(closing(keys))
        yield Reader(recorder, keys)


def _recorder(home: Home, ledger_id: str) -> LedgerRecorder:
    if not home.urls.record:
        return SQLiteLedgerRecorder(LedgerDatastore(home.folder / LEDGER_FILE), ledger_id)
    from ledger.store.postgres_recorder import PostgresLedgerRecorder  # noqa: PLC0415 - psycopg is an extra

    return PostgresLedgerRecorder(home.urls.record, ledger_id)


def check_trees(home: Home, ledger_id: str) -> int:
    """Compute every room's tree again from the record there; return how many rooms are sealed.

    Raises:
        SealsDoNotMatch: Record, seals and signer do not fit together.
    """
    place = Place(home.folder, ledger_id, url=home.urls.record)
    if not place.seals.exists():
        return 0
    with reading(home, ledger_id) as reader, closing(place.seals.open(ledger_id)) as store:
        record, signer = LedgerRecord(reader.recorder), LogSigner(place.signer)
        compare_heads(store, signer, record)
        compare_everything(store, signer, record)
        return sum(1 for _ in store.room_ids())


def check_cases(source: Home, target: Home, ledger_id: str) -> int:
    """Fold cases on both sides and open what they say; return how many.

    Raises:
        StoreFault: One is not the same.
    """
    cases = _sample(source, ledger_id)
    with reading(source, ledger_id) as here, reading(target, ledger_id) as there:
        for case_id in cases:
            if _told(here, case_id) != _told(there, case_id):
                why = f"the case {case_id} does not read there as it does here"
                raise StoreFault(why, "empty the target and begin again; nothing changed here")
    return len(cases)


def _sample(home: Home, ledger_id: str) -> Sequence[UUID]:
    with home.place(RECORD).snapshot() as session:
        rows = session.execute(
            "SELECT originator_id FROM stored_events WHERE originator_version = 1 ORDER BY position"
        ).fetchall()
    cases = [row[0] if isinstance(row[0], UUID) else UUID(row[0]) for row in rows]
    cases = [case for case in cases if case.hex != ledger_id]
    step = max(1, -(-len(cases) // CASES_MAX))
    return cases[::step]


def _told(reader: Reader, case_id: UUID) -> tuple[str, str]:
    """Digest what a case is, folded, and what it says, opened."""
    state = replay.digest(replay.fold(PROJECTIONS, replay.reads_of(reader, case_id)))
    said = hashlib.sha256()
    for frame in reader.all_opened(case_id):
        said.update(msgspec.json.encode(frame))
    return state, said.hexdigest()
