"""Sift a trail: choose entries by what the trail says of them, and count what there is to choose.

Only rows of one viewer are ever given in, so a count tells nothing of rows of others.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final, TypeAlias

from msgspec import Struct

from ledger.errors import DecodeError
from ledger.instants import parse_instant
from projections.audit_search import VALUES
from services.reading import words
from services.reading.timeline import LATER_S

Row: TypeAlias = Mapping[str, Any]
"""An entry of a trail, as `trail.entries` yields it."""

YES: Final = "yes"
NO: Final = "no"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def later_s(row: Row) -> int | None:
    """Return how many seconds after it happened an entry was written; None where it was at once."""
    at, exact = words.happened(row["occurred"], UTC)
    late = (row["recorded"] - at).total_seconds() if exact and at is not None else 0
    return int(late) if late >= LATER_S else None


FLAGS: Final[Mapping[str, Callable[[Row], bool]]] = {
    "late": lambda row: later_s(row) is not None,
    "irregular": lambda row: bool(row["irregular"]),
    "corrected": lambda row: bool(row["corrected_by"] or row["voided_by"]),
    "contested": lambda row: bool(row["contests"]),
    "erased": lambda row: row["erasure"] is not None,
    "signed": lambda row: row["key"] is not None,
}
"""What is so of an entry or not."""
PARAMETERS: Final = (*VALUES, *FLAGS, "from", "to")
"""How what is sought is named in an address."""


class Sought(Struct, frozen=True, kw_only=True):
    """Which entries are wanted.

    Attributes:
        values: What fields must be, by name.
        flags: What must be so, or not, by name.
        since: Recorded from here on, None from the beginning.
        until: Recorded up to here, None up to the end.
    """

    values: Mapping[str, str]
    flags: Mapping[str, bool]
    since: datetime | None
    until: datetime | None

    def lacks(self, row: Row) -> list[str]:
        """Name what keeps an entry from being wanted."""
        found = [name for name, value in self.values.items() if row[name] != value]
        found += [name for name, wanted in self.flags.items() if FLAGS[name](row) is not wanted]
        if self.since is not None and row["recorded"] < self.since:
            found.append("from")
        if self.until is not None and row["recorded"] > self.until:
            found.append("to")
        return found


class Facet(Struct, frozen=True):
    """What there is to choose of one kind.

    Attributes:
        name: Of the parameter.
        chosen: What is chosen, None where nothing is.
        counts: How many entries there are of each value, were that chosen, by value in order.
    """

    name: str
    chosen: str | None
    counts: tuple[tuple[str, int], ...]


class Sifted(Struct, frozen=True):
    """A trail, sifted.

    Attributes:
        rows: The entries wanted, in the order of the trail.
        facets: What there is to choose.
        total: How many entries there are, wanted or not.
    """

    rows: tuple[Row, ...]
    facets: tuple[Facet, ...]
    total: int


def read_sought(given: Mapping[str, str], zone: tzinfo) -> Sought:
    """Read what is sought from the parameters of an address; one that is empty says nothing.

    Args:
        given: The parameters; others are passed over.
        zone: Of days.

    Raises:
        DecodeError: A value is not of its kind, or the beginning lies after the end.
    """
    said = {name: given[name] for name in PARAMETERS if given.get(name)}
    since, until = (_instant(said, name, zone) for name in ("from", "to"))
    if since is not None and until is not None and since > until:
        raise DecodeError("from", "lies after to", "the earlier moment first")
    return Sought(
        values={name: said[name] for name in VALUES if name in said},
        flags={name: _flag(name, said[name]) for name in FLAGS if name in said},
        since=since,
        until=until,
    )


def _flag(name: str, text: str) -> bool:
    if text not in (YES, NO):
        raise DecodeError(name, "is neither yes nor no", f"{YES} or {NO}")
    return text == YES


def _instant(said: Mapping[str, str], name: str, zone: tzinfo) -> datetime | None:
    """Read an instant; a day stands for its beginning, or for its end where it ends a span."""
    text = said.get(name)
    if text is None:
        return None
    if not _DAY.fullmatch(text):
        return parse_instant(text, name)
    try:
        begins = datetime.combine(date.fromisoformat(text), time.min, zone)
        ends = begins + timedelta(days=1, microseconds=-1)
        return (ends if name == "to" else begins).astimezone(UTC)
    except (ValueError, OverflowError):
        raise DecodeError(name, f"there is no day {text}", "a day such as 2026-03-05") from None


def sift(rows: Iterable[Row], sought: Sought) -> Sifted:
    """Choose entries, and count what else there is to choose.

    A value is counted as if it were chosen and all else stayed as it is.
    """
    wanted: list[Row] = []
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*VALUES, *FLAGS)}
    total = 0
    for row in rows:
        total += 1
        lacking = sought.lacks(row)
        if not lacking:
            wanted.append(row)
        if len(lacking) <= 1:
            for name in [n for n in lacking if n in counts] or ([] if lacking else counts):
                counts[name][_value(row, name)] += 1
    facets = tuple(facet_of(name, counts[name], sought) for name in counts)
    return Sifted(tuple(wanted), facets, total)


def _value(row: Row, name: str) -> str:
    if name in FLAGS:
        return YES if FLAGS[name](row) else NO
    return str(row[name] or "")


def facet_of(name: str, counts: Mapping[str, int], sought: Sought) -> Facet:
    """Tell what there is to choose of one kind, what is chosen also where there is none of it."""
    chosen = sought.values.get(name)
    if name in sought.flags:
        chosen = YES if sought.flags[name] else NO
    told = {value: count for value, count in counts.items() if value}
    if chosen is not None:
        told.setdefault(chosen, 0)
    return Facet(name, chosen, tuple(sorted(told.items())))
