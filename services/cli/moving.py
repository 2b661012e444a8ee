"""Move a ledger, back it up, put it back."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ledger.errors import DecodeError, RuleViolation
from services.answers import DONE
from services.cli import context, output, sealing


def check_registry(*, moved: bool = False) -> None:
    """A ledger is moved, and backed up, by an operator of the registry.

    How much there is tells of rooms that not everybody reads.

    Args:
        moved: Whether the ledger may have been moved, and opens no more.

    Raises:
        RuleViolation: registry_keeps_the_record.
    """
    from ledger.store.moved import MOVED_TO
    from services.moving.homes import home_of
    from services.moving.tables import RECORD

    place = home_of(context.settings()).place(RECORD)
    if moved and place.exists() and MOVED_TO in place.meta():
        return  # what is left to do was allowed when it was begun
    with context.house() as (_, operator):
        if "registry" not in operator.roles:
            why = f"operator {operator.name} does not keep the registry"
            raise RuleViolation("registry_keeps_the_record", why, "a registry operator")


def migrate(*, to: str, keys_to: str = "", json: bool = False) -> int:
    """Move this ledger to PostgreSQL, or from there into a folder, as it is; for the registry.

    Positions, seals, keys and digests stay what they are. Stop `serve` first. Everything is
    compared before the new place takes over; from then on the old one refuses to open and names
    the new one. Broken off at any point, the same command goes on where it was. Views are made
    again by themselves.

    Examples:
        goodoffices migrate --to postgresql://goodoffices@record.example/goodoffices
        goodoffices migrate --to moved-back

    Args:
        to: Address of an empty PostgreSQL database, or a folder that is empty or not there.
        keys_to: Address of another server's database for the keys; by default they stay in the
            data folder.
        json: One JSON document.
    """
    from services.moving.homes import home_of, target_of
    from services.moving.moving import Move

    check_registry(moved=True)
    source = home_of(context.settings())
    target = target_of(source, to, keys_to)
    with output.progress("migrate") as shown:
        moved = Move(source, target, shown).run()
    if json:
        output.as_json(moved)
    elif moved is None:
        output.say(f"this ledger was moved to {target.shown} already")
    else:
        output.say(f"moved {moved.events} events to {moved.to}; {moved.rooms} rooms and")
        output.say(f"{moved.cases} cases computed again there, all the same")
        output.say(f"record  {moved.record}")
        output.say(_next(in_database=target.urls.record != "", keys=target.urls.keys != ""))
    return DONE


def _next(*, in_database: bool, keys: bool) -> str:
    if not in_database:
        return "unset GOODOFFICES_DATABASE_URL and GOODOFFICES_KEYS_URL; --data names the folder"
    also = " and GOODOFFICES_KEYS_URL" if keys else ""
    return f"set GOODOFFICES_DATABASE_URL{also} to the addresses you gave"


def backup(
    *,
    output_: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    keys_to: Path | None = None,
    json: bool = False,
) -> int:
    """Back the ledger up while it is used, record and keys apart; for the registry.

    The two never lie together: whoever has both reads everything. Of the keys one generation is
    kept, and the one before is overwritten, since an old copy would undo an erasure.

    Examples:
        goodoffices backup -o /backup/record/monday --keys-to /safe/keys
        goodoffices backup --keys-to /safe/keys

    Args:
        output_: Folder for the record, empty or not there.
        keys_to: Folder for the keys, empty, not there, or with the keys copied last.
        json: One JSON document.
    """
    from services.backup.making import back_up
    from services.clock import SystemClock
    from services.moving.homes import home_of

    check_registry()
    made = back_up(home_of(context.settings()), output_, keys_to, SystemClock().now)
    if json:
        output.as_json(made)
        return DONE
    if made.record is not None:
        output.say(f"{made.record.head} events in {output_}, every file read again")
    if made.keys is not None:
        output.say(f"keys in {keys_to}, every file read again")
    else:
        output.say("the keys are not in it: --keys-to another folder")
    return DONE


def restore(
    folder: Path | None = None,
    /,
    *,
    export: Path | None = None,
    keys: Path,
    reason: str,
    older_keys: bool = False,
    keys_in_place: bool = False,
    json: bool = False,
) -> int:
    """Put a ledger back from a backup, or from an export of the whole record, where nothing is yet.

    Where to is --data, or databases of the settings.

    What was erased stays erased: what the record and its list of erasures say is destroyed again
    before anything can be read. A new seal log begins, which names the old head and the reason.

    Examples:
        goodoffices --data new restore /backup/monday --keys /safe/keys --reason "disk failed"
        goodoffices --data new restore --export /exports/whole --keys /safe/keys --reason "moved"
        goodoffices restore /backup/monday --keys /safe/keys --keys-in-place --reason "server lost"

    Args:
        folder: The half with the record, of a backup.
        export: In its place a folder written by `export --full`.
        keys: The half with the keys, made after it; or a data folder whose keys are in use.
        reason: Why, for everybody to read.
        older_keys: Take keys copied before the record, for want of others. What was erased
            after both and is not in the list comes back: erase it anew.
        keys_in_place: The key store of GOODOFFICES_KEYS_URL is in use and stays: of `keys` the
            institution's key and the signer's are taken.
        json: One JSON document.
    """
    from services.backup.restoring import Order, checked, checked_lines
    from services.backup.restoring import restore as put_back
    from services.clock import SystemClock
    from services.moving.homes import home_of

    settings = context.settings()
    order = Order(settings.operator, sealing.reason_in("--reason", reason))
    if keys_in_place and not settings.keys_url:
        why = "GOODOFFICES_KEYS_URL names no key store"
        raise DecodeError("--keys-in-place", why, "set it; or leave this out")
    in_place = settings.keys_url if keys_in_place else ""
    if folder is not None and export is None:
        found = checked(folder, keys, older_keys=older_keys, in_place=in_place)
    elif export is not None and folder is None:
        found = checked_lines(export, keys, older_keys=older_keys, in_place=in_place)
    else:
        raise DecodeError("restore", "needs a backup, or --export", "goodoffices restore --help")
    home, clock = home_of(settings), SystemClock()
    with output.progress("restore") as shown:
        done = put_back(found, home, order, clock=clock, shown=shown)
    if json:
        output.as_json(done)
        return DONE
    output.say(f"{done.events} events as of {done.made} in {done.to}; all open")
    if done.destroyed_again:
        output.say(f"{done.destroyed_again} keys came back with this copy and were destroyed again")
    if done.origin is not None:
        output.say(f"sealed anew as {done.origin}")
    return DONE


COMMANDS: tuple[Callable[..., int], ...] = (migrate, backup, restore)
