"""Put a ledger back from a backup: what was erased stays erased, and a new seal log says why.

Everything is done in a hidden folder, which gets its name at the end: nobody reads what came back
before what is to be destroyed again was destroyed.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from ledger.errors import RuleViolation, StoreFault
from ledger.identity import Operator
from ledger.keys import KeyStore
from ledger.keys.shelves import institution_file
from ledger.seal.private_files import make_private_folder
from ledger.store.ledger import Ledger, Urls
from ledger.store.making import KEYS_FOLDER
from ledger.store.reader import PAGE
from services.analysts import forget_revoked
from services.backup.copies import copy_store, told
from services.backup.documents import copy_documents
from services.backup.importing import checked_export, fill_from_export
from services.backup.making import SIGNER_KEYS
from services.backup.manifest import MANIFEST, Manifest, read_manifest
from services.clock import Clock
from services.cosigning.witnesses import POLICY_NAME
from services.eraser import Eraser
from services.house import House
from services.moving.folders import copy_private, is_empty
from services.moving.homes import Home
from services.moving.moving import Move, Shown
from services.moving.places import FilePlace
from services.moving.tables import BESIDE, KEYS, RECORD
from services.seals import begin_log_anew, note_in_record, place_of

NEWER: Final = "take a key backup made after it, or the living keys: `--keys` names the data folder"


class Restored(Struct, frozen=True):
    """What was put back.

    Attributes:
        to: Where the record is now, without user and password.
        events: How many.
        made: When the backup of the record was made, UTC.
        destroyed_again: Keys that had been destroyed and came back with the key backup.
        origin: Of the new seal log, None where nothing had been sealed.
    """

    to: str
    events: int
    made: str
    destroyed_again: int
    origin: str | None


class Backup(Struct, frozen=True):
    """A backup that was checked, and how it is to be put back.

    Attributes:
        folder: With the half of the record.
        keys: With the half of the keys; or a data folder, whose keys are in use.
        manifest: Of the record.
        fill: Brings the record from the first folder to the second.
        in_place: Database of a key store that is in use and stays where it is, "" for none; of
            `keys` the institution's key and the signer's are taken then.
    """

    folder: Path
    keys: Path
    manifest: Manifest
    fill: Callable[[Path, Path], None]
    in_place: str = ""


class Order(Struct, frozen=True):
    """Who has it put back, and why.

    Attributes:
        operator: Of the registry.
        why: For everybody to read.
    """

    operator: str
    why: str


def checked(folder: Path, keys: Path, *, older_keys: bool = False, in_place: str = "") -> Backup:
    """Check both halves.

    Args:
        folder: With the half of the record.
        keys: With the half of the keys, or a data folder.
        older_keys: Whether keys may be older than the record.
        in_place: Database of a key store that is in use, "" for none.

    Raises:
        StoreFault: A file is missing or changed, the two are of different ledgers, or the keys are
            older than the record.
        CaseBusy: The key store that is in use cannot be reached.
    """
    manifest = read_manifest(folder, "record")
    _check_keys(manifest, keys, older_keys=older_keys, in_place=in_place)
    return Backup(folder, keys, manifest, _copy_stores, in_place)


def checked_lines(
    folder: Path, keys: Path, *, older_keys: bool = False, in_place: str = ""
) -> Backup:
    """Check an export of the whole record, and the keys to it; arguments as of `checked`.

    Raises:
        StoreFault: As `checked`; also where counts or events are other than the manifest says.
        CaseBusy: As `checked`.
        DecodeError: A line is not what is written.
    """
    manifest = checked_export(folder)
    _check_keys(manifest, keys, older_keys=older_keys, in_place=in_place)

    def fill(source: Path, stage: Path) -> None:
        fill_from_export(stage, source)

    return Backup(folder, keys, manifest, fill, in_place)


def _check_keys(manifest: Manifest, keys: Path, *, older_keys: bool, in_place: str) -> None:
    if in_place:
        # It says itself whose it is, and whether this institution's key opens it.
        KeyStore.open(keys / KEYS_FOLDER, manifest.ledger_id, in_place).close()
        return
    if (keys / MANIFEST).exists():
        of_keys = read_manifest(keys, "keys")
        if of_keys.ledger_id != manifest.ledger_id:
            why = f"these keys are of the ledger {of_keys.ledger_id}, not {manifest.ledger_id}"
            raise StoreFault(why, "give the keys of this ledger")
        if of_keys.made < manifest.made and not older_keys:
            why = (
                f"the keys were copied at {of_keys.made}, before the record: the last events may"
                " lack theirs, and keys that were destroyed since would be back"
            )
            raise StoreFault(why, f"{NEWER}; or say --older-keys, if there are no others")
    elif not FilePlace(KEYS, keys).exists():
        raise StoreFault(f"{keys} holds no keys", NEWER)


def restore(backup: Backup, home: Home, order: Order, *, clock: Clock, shown: Shown) -> Restored:
    """Put a backup back where nothing is.

    Args:
        backup: Both halves.
        home: Where to; the folder, and the databases if there are any, are empty.
        order: Who does it, and why.
        clock: Tells the time.
        shown: Is told how far a database is filled.

    Raises:
        StoreFault: Something is there already; an event cannot be opened; a disk is full.
        RuleViolation: registry_keeps_the_log, operator_is_known.
    """
    if not is_empty(home.folder):
        raise StoreFault(f"{home.folder} is not empty", "give --data a folder that is not there")
    if taken := [kept for kept in home.stores() if kept is not KEYS or not backup.in_place]:
        why_not = f"there is a {taken[0].kind.noun} in a database of the settings already"
        raise StoreFault(why_not, "give empty databases")
    stage = home.folder.resolve().with_name(f".{home.folder.name}.restoring")
    shutil.rmtree(stage, ignore_errors=True)
    try:
        _fill(stage, backup)
        with _opened(stage, clock, backup.in_place) as house:
            again = _erase_again(house)
            origin = _seal_anew(house, house.desk.operator(order.operator), order.why)
            events = house.ledger.reader.head()
        # A crash before this leaves a hidden folder, which the next restore removes.
        with told(home.folder):
            stage.replace(home.folder)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    if home.urls.record:
        # A crash here leaves the ledger in the folder; `migrate` brings it to the database.
        Move(Home(home.folder, Urls(keys=backup.in_place)), home, shown).run()
    return Restored(home.shown, events, str(backup.manifest.made), again, origin)


def _fill(stage: Path, backup: Backup) -> None:
    make_private_folder(stage)
    backup.fill(backup.folder, stage)
    copy_documents(backup.folder, stage)
    if not backup.in_place:
        copy_store(FilePlace(KEYS, backup.keys), stage)
    key = institution_file(Path(KEYS_FOLDER))
    with told(stage):
        copy_private(backup.keys / key, stage / key)
        if (backup.keys / SIGNER_KEYS).exists():
            copy_private(backup.keys / SIGNER_KEYS, stage / SIGNER_KEYS)


def _copy_stores(folder: Path, stage: Path) -> None:
    """Copy the stores of a backup, and who witnesses its log."""
    for kept in (*BESIDE, RECORD):
        place = FilePlace(kept, folder)
        if place.exists():
            copy_store(place, stage)
    if (folder / POLICY_NAME).exists():
        with told(stage):
            copy_private(folder / POLICY_NAME, stage / POLICY_NAME)


@contextmanager
def _opened(stage: Path, clock: Clock, keys_url: str) -> Iterator[House]:
    with House(Ledger(stage, clock, Urls(keys=keys_url)), clock) as house:
        yield house


def _erase_again(house: House) -> int:
    """Destroy what the list and the record say is erased, then see that all else opens.

    Raises:
        StoreFault: An event lacks its key, or stands in another's place.
    """
    with closing(Eraser(house.ledger, house.clock)) as eraser:
        again = eraser.verify()
        eraser.catch_up()
    forget_revoked(house.ledger.reader, house.ledger.institution_id)
    reader, position, bad = house.ledger.reader, 0, 0
    while page := reader.recorder.page(position, PAGE):
        bad += sum(not reader.opens(state) for *_, state in page)
        position = page[-1][0]
        for _, case_id, version, _ in page:
            if version == 1:  # every case begins once, so each is read once, and whole
                reader.load(case_id)
    if bad:
        raise StoreFault(f"{bad} of {position} events cannot be opened with these keys", NEWER)
    return again


def _seal_anew(house: House, operator: Operator, why: str) -> str | None:
    """Begin a log that names the old head and the reason; have the record say so.

    Raises:
        RuleViolation: registry_keeps_the_log.
    """
    if "registry" not in operator.roles:
        not_one = f"operator {operator.name} does not keep the registry"
        raise RuleViolation("registry_keeps_the_log", not_one, "a registry operator")
    place = place_of(house)
    if not place.seals.exists():
        return None
    begin_log_anew(house, why)
    note_in_record(house, operator)
    with closing(place.seals.open(place.ledger_hex)) as store:
        return store.origin
