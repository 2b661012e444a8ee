"""Let a ledger that was moved elsewhere never grow again, and none be used that is half there.

What a record says about itself (`ledger_meta`) tells of a move: `moving` while rows still come in,
`moved_to` once its rows are elsewhere. A trigger refuses new rows besides, so that a process which
had the record open before, or an older release, records nothing either.
"""

from collections.abc import Mapping
from typing import Final

from ledger.databases import Session
from ledger.errors import StoreFault

MOVING: Final = "moving"
MOVED_TO: Final = "moved_to"
_SAY: Final = (
    "INSERT INTO ledger_meta (key, value) VALUES (?1, ?2)"
    " ON CONFLICT (key) DO UPDATE SET value = ?2"
)
_IN_A_FILE: Final = (
    (
        "CREATE TRIGGER IF NOT EXISTS moved BEFORE INSERT ON stored_events"
        " BEGIN SELECT RAISE(ABORT, 'moved'); END"
    ),
)
_IN_A_DATABASE: Final = (
    (
        "CREATE OR REPLACE FUNCTION refuse_moved() RETURNS trigger LANGUAGE plpgsql AS $body$"
        " BEGIN RAISE EXCEPTION 'moved' USING ERRCODE = 'GOL01'; END $body$"
    ),
    (
        "CREATE OR REPLACE TRIGGER moved BEFORE INSERT ON stored_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved()"
    ),
)


def refuse_if_moved(meta: Mapping[str, str]) -> None:
    """Refuse a record whose rows are elsewhere by now, or not all here yet.

    Raises:
        StoreFault: It was moved, and where to; or a move into it was broken off.
    """
    if MOVED_TO in meta:
        why = f"this ledger was moved to {meta[MOVED_TO]}"
        raise StoreFault(why, "let GOODOFFICES_DATABASE_URL, or --data for a folder, name that")
    if MOVING in meta:
        why = "a move of a ledger into this place was not finished"
        raise StoreFault(why, "repeat the same `goodoffices migrate`; it goes on where it was")


def moved_meanwhile() -> StoreFault:
    """Answer whoever had the record open when it was moved."""
    why = "this ledger was moved elsewhere meanwhile; nothing was recorded"
    return StoreFault(why, "start again: a new start names its new place")


def say(session: Session, key: str, value: str) -> None:
    """Let a store say something about itself."""
    session.execute(_SAY, (key, value))


def unsay(session: Session, key: str) -> None:
    """Let a store say it no more."""
    session.execute("DELETE FROM ledger_meta WHERE key = ?", (key,))


def retire(session: Session, place: str, *, in_a_file: bool) -> None:
    """Let a record say where it is now, and take no more rows, from the commit on."""
    say(session, MOVED_TO, place)
    for statement in _IN_A_FILE if in_a_file else _IN_A_DATABASE:
        session.execute(statement)
