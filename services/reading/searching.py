"""Read the trails of all cases that somebody may read as one list, the newest entry first.

An office reads the same rooms in every case, so for it the views are asked; for everybody else the
trails of its own cases are put together.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ledger.errors import DecodeError
from projections import audit_search, case_view
from projections.audit_search import VALUES, Search
from projections.audit_trail import AuditRow
from projections.generations import Glance
from services.reading.eyes import Eyes
from services.reading.sifting import NO, YES, Facet, Row, Sought, facet_of, sift
from services.reading.sources import FromViews, sources
from services.reading.trail import Teller, entries, with_seals

FLAGS: Final = tuple(audit_search.FLAGS)
PARAMETERS: Final = (*VALUES, *FLAGS, "from", "to")
"""How what is sought in all cases is named in an address."""
COUNTED_MAX: Final = 50_000
"""Entries between two instants up to which it is counted what there is to choose."""


DIGITS_MAX: Final = 10
"""More digits than a sequence has."""


class Part(Struct, frozen=True):
    """A part of a list.

    Attributes:
        after: Key (`<room id>/<sequence>`) of an entry behind which it begins, None for the first.
        limit: Most entries.
    """

    after: str | None
    limit: int


class Trails(Struct, frozen=True):
    """A part of the trails of all cases.

    Attributes:
        rows: Entries, the newest first.
        last: Key of the last of them, None where nothing follows.
        facets: What there is to choose, None where it was not to be counted, or is too much.
        aside: How many cases are left out, as the views have set them aside.
    """

    rows: tuple[Row, ...]
    last: str | None
    facets: tuple[Facet, ...] | None
    aside: int = 0


def trails(
    eyes: Eyes, own_case: str | None, sought: Sought, part: Part, *, counted: bool = True
) -> Trails:
    """Read a part of the trails of all cases.

    Args:
        eyes: Whose; of now.
        own_case: The only case somebody may know, None where the record says which.
        sought: Which entries are wanted.
        part: Which part of them.
        counted: Whether to count what there is to choose.

    Raises:
        DecodeError: There is no such entry.
        RuleViolation, StoreFault: As `Eyes.looks`.
    """
    if eyes.office is not None and own_case is None:
        return _for_office(eyes, sought, part, counted=counted)
    after, limit = part.after, part.limit
    told = [row for source in sources(eyes, own_case) for row in entries(source)]
    told.sort(key=_place, reverse=True)
    places = {row["event_id"]: place for place, row in enumerate(told)}
    if after is not None and after not in places:
        raise _no_key()
    since = -1 if after is None else places[after]
    sifted = sift(told, sought)
    found = [row for row in sifted.rows if places[row["event_id"]] > since]
    facets = tuple(facet for facet in sifted.facets if facet.name in (*VALUES, *FLAGS))
    return Trails(tuple(with_seals(eyes, found[:limit])), _last(found, limit), facets)


def _place(row: Row) -> tuple[Any, ...]:
    room_id, _, seq = row["event_id"].partition("/")
    return row["recorded"], room_id, int(seq)


def _no_key() -> DecodeError:
    return DecodeError("after", "names nothing in this list", "the list from its beginning")


def _last(found: Sequence[Row], limit: int) -> str | None:
    return str(found[limit - 1]["event_id"]) if len(found) > limit else None


# ---------------------------------------------------------------- for an office


def _for_office(eyes: Eyes, sought: Sought, part: Part, *, counted: bool) -> Trails:
    library = eyes.house.views
    library.bring_to_head()
    aside = {parked.case_id for parked in library.parked()}
    search = Search(
        without=(eyes.house.ledger.institution_id.hex, *sorted(aside)),
        values=sought.values,
        flags=sought.flags,
        since=sought.since,
        until=sought.until,
    )
    with library.glance() as glance:
        since = None if part.after is None else _known(glance, search, part.after)
        found = audit_search.find(glance, search, since, part.limit + 1)
        rows = [*with_seals(eyes, _told(eyes, glance, found))]
        facets = _facets(glance, search, sought) if counted else None
    return Trails(tuple(rows[: part.limit]), _last(rows, part.limit), facets, len(aside))


def _known(glance: Glance, search: Search, key: str) -> AuditRow:
    room_id, _, seq = key.partition("/")
    is_key = seq.isascii() and seq.isdigit() and len(seq) < DIGITS_MAX
    row = audit_search.known(glance, search, (room_id, int(seq))) if is_key else None
    if row is None:
        raise _no_key()
    return row


def _told(eyes: Eyes, glance: Glance, rows: Sequence[AuditRow]) -> list[Row]:
    listed = case_view.for_offices(glance, sorted({row.case_id for row in rows}))
    tellers = {case_id: Teller(FromViews(eyes, glance, case)) for case_id, case in listed.items()}
    return [tellers[row.case_id].entry(row) for row in rows]


def _facets(glance: Glance, search: Search, sought: Sought) -> tuple[Facet, ...] | None:
    """Count what there is to choose, each as if it were chosen and all else stayed."""
    found = audit_search.counts(glance, replace(search, values={}, flags={}), COUNTED_MAX)
    if found is None:
        return None
    counted: dict[str, Counter[str]] = {name: Counter() for name in (*VALUES, *FLAGS)}
    for told, count in found:
        lacking = [name for name, value in sought.values.items() if told[name] != value]
        lacking += [name for name, wanted in sought.flags.items() if bool(told[name]) is not wanted]
        if len(lacking) <= 1:
            for name in lacking or counted:
                counted[name][_named(told, name)] += count
    return tuple(facet_of(name, counts, sought) for name, counts in counted.items())


def _named(told: Mapping[str, Any], name: str) -> str:
    if name in FLAGS:
        return YES if told[name] else NO
    return str(told[name] or "")
