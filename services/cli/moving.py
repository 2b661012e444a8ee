"""Move a ledger, back it up, put it back."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import context, output

MODE_NOTE = "as the new place has it, it is the only one: the old one opens no more"


def migrate(*, to: str, keys_to: str = "", json: bool = False) -> int:
    """Move this ledger to PostgreSQL, or from there into a folder, as it is.

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
        output.say(_next(target.urls.record != "", keys=target.urls.keys != ""))
    return DONE


def _next(in_database: bool, *, keys: bool) -> str:  # noqa: FBT001 - read at the one place of use
    if not in_database:
        return "unset GOODOFFICES_DATABASE_URL and GOODOFFICES_KEYS_URL; --data names the folder"
    also = " and GOODOFFICES_KEYS_URL" if keys else ""
    return f"set GOODOFFICES_DATABASE_URL{also} to the addresses you gave"


COMMANDS: tuple[Callable[..., int], ...] = (migrate,)
