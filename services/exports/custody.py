"""Tell who had the record in custody: who of the institution opened it, which keys sealed it."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from ledger.errors import RuleViolation
from ledger.rooms import kind_of
from ledger.seal.log_leaves import Opened, Rekeyed, read_log_leaf
from ledger.seal.proofs import KeyHistory, KeyUse
from services.exports.page import section, table
from services.exports.whitelist import ROOMS, whitelist
from services.reading import words
from services.reading.accesses import Accessed
from services.reading.eyes import OFFICES

OF_THE_CASE = ("case_id", "number", "external_ref")
"""Fields of a line that name the case, and are the same in all."""
ACCESS_COLUMNS = ("at", "who", "with the eyes of", "by", "rooms, each up to entry")
KEY_COLUMNS = ("key", "from leaf", "to leaf", "introduced by")
ABOUT_ACCESSES = (
    "<p>Who of the institution opened entries of the rooms in this pack. The access log is kept "
    "apart from the record, by the institution alone and for a time: it is its word, and no seal "
    "covers it. What parties and mediators opened, and other rooms, are left out.</p>"
)
FOR_PARTIES = (
    "<p>The access log of the rooms in this pack is told to the registry alone; an extract is "
    "asked for from the institution.</p>"
)


def extract(lines: Iterable[Accessed], viewer: str) -> list[Accessed] | None:
    """Choose what of the access log goes into a pack; None where its viewer is told of none.

    Raises:
        RuleViolation: pack_knows_every_event, where a line tells more than was decided on.
    """
    check_fields(Accessed.__struct_fields__)
    if viewer not in OFFICES:
        return None
    return [line for line in lines if line.viewer in OFFICES and rooms_told(line)]


def check_fields(fields: Iterable[str]) -> None:
    """Refuse a field of the access log on which nobody has decided.

    Raises:
        RuleViolation: pack_knows_every_event.
    """
    if {*fields} - {*OF_THE_CASE} != {*whitelist().access}:
        why = "nobody has decided whether the access log, with the fields it has, may go in"
        raise RuleViolation("pack_knows_every_event", why, "the row `access` of evidence_pack.toml")


def rooms_told(line: Accessed) -> str:
    """Name the rooms of a line that a pack draws on, and none beside."""
    told = {room: seq for room, seq in line.rooms.items() if kind_of(room) in ROOMS}
    return ", ".join(f"{room}:{seq}" for room, seq in sorted(told.items()))


def custody(lines: list[Accessed] | None, history: KeyHistory, zone: tzinfo) -> Iterator[str]:
    """Yield what folder 13 tells beside its entries."""
    yield from section("Who opened the record", _accesses(lines, zone))
    rows = [(use.key, use.since, use.until or "now", _introduced(use)) for use in history.keys]
    yield from section("Keys of the log, and new logs", table(KEY_COLUMNS, rows))


def _accesses(lines: list[Accessed] | None, zone: tzinfo) -> Iterator[str]:
    if lines is None:
        yield FOR_PARTIES
        return
    yield ABOUT_ACCESSES
    rows = [
        (words.in_zone(line.at, zone), line.person, line.viewer, line.command, rooms_told(line))
        for line in lines
    ]
    yield from table(ACCESS_COLUMNS, rows) if rows else ("<p>Nothing is kept.</p>",)


def _introduced(use: KeyUse) -> str:
    """Say how a key came: every reason is in the public log already."""
    if use.handover is None:
        return "the first key, or one that nobody introduced"
    leaf = read_log_leaf(use.handover.leaf.encode())
    match leaf:
        case Rekeyed():
            return f"a change of key: {leaf.why}"
        case Opened():
            return f"a new log after {leaf.origin} at {leaf.size} leaves: {leaf.why}"
        case _:
            return "another leaf of the log"
