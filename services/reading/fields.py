"""Name every field of the views of a case by a path, such as `deadlines.joint/D3.due`.

The first name is that of a part of the case view or of a table; then comes what a row is about,
within its room where it is named within one; then the field.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, Self, TypeAlias

import msgspec

from ledger.negotiation.proposal import status_of
from ledger.parties import ENDED
from projections.case_shown import CaseView
from projections.case_view import Listed
from projections.rows import MemoryRows, Projection, concerns, take_in
from services.reading.looking import Look
from services.reading.sheets import SHEETS, Sheet
from services.reading.sources import FromRecord

Tree: TypeAlias = dict[str, Any]

MISSING: Final = "\0missing"
"""Where a path leads to nothing."""
NEAR_MAX = 5
_NAMED_BY: Final = (
    ("parties", "party"),
    ("authorities", "person"),
    ("open_disclosures", "disclosure_id"),
    ("open_objections", "objection_id"),
    ("sessions", "session_id"),
    ("settlements", "settlement_id"),
    ("obligations", "obligation_id"),
)
"""Lists of a case view, with the field that names each member."""
_IN_TABLES: Final = ("deadlines", "proposals")
"""Parts of the case view that show some rows of a table, which has them all."""
_TABLES: Final = {sheet.name: sheet for sheet in SHEETS if sheet.keys}
_ALIASES: Final = {"deadlines": "dates"}


class Views(FromRecord):
    """The rows of the views of a case, taken further as the looks of a walk grow."""

    def __init__(self, look: Look, listed: Listed) -> None:
        """Begin with a look; each later one has all its entries, and more."""
        super().__init__(look, listed)
        self._grown: dict[str, tuple[int, MemoryRows]] = {}

    def of(self, look: Look) -> Self:
        """Go on to a later look."""
        self._look = look
        return self

    @property
    def look(self) -> Look:
        """Return the look that is read."""
        return self._look

    def rows(self, projection: Projection) -> MemoryRows:
        """Take in what came since the last look."""
        done, rows = self._grown.get(projection.name, (0, MemoryRows()))
        for kept in self._look.kept[done:]:
            if concerns(projection, kept.read):
                take_in(projection, rows, kept.read)
        self._grown[projection.name] = (len(self._look.kept), rows)
        return rows


def value_of(views: Views, path: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what a path leads to; `MISSING` where that is nothing."""
    name, _, rest = path.partition(".")
    return _found(_part(views, name, rest), rest.split(".") if rest else [])


def _part(views: Views, name: str, rest: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Return one part of the views of a case by name, of a table the rows a path leads to."""
    sheet = _TABLES.get(_ALIASES.get(name, name))
    rows = None if sheet is None else _rows(views, sheet, rest)
    if rows is not None and name == "proposals":
        _say_what_lapsed(views.look, rows)
    if name not in CaseView.__struct_fields__ or name in _IN_TABLES:
        return MISSING if rows is None else rows
    view = msgspec.to_builtins(getattr(views.look.view, name), order="deterministic")
    shown = _by_name({name: view})[name]
    return shown if rows is None else _joined(rows, shown)


def _rows(views: Views, sheet: Sheet, rest: str) -> Tree:
    found: Tree = {}
    for row in sheet.rows(views):
        key = "/".join(str(getattr(row, name)) for name in sheet.keys)
        if not rest or f"{rest}.".startswith(f"{key}."):
            fields = {column.field: getattr(row, column.field) for column in sheet.columns}
            found[key] = msgspec.to_builtins(fields, order="deterministic")
    return found


def _say_what_lapsed(look: Look, rows: Tree) -> None:
    """Say of proposals what the end of the case made of them, which no event of theirs does."""
    ended = look.case.phase in ENDED
    for proposal in look.case.negotiation.proposals.values():
        row = rows.get(f"{proposal.room}/{proposal.proposal_id}")
        if row is not None:
            row["status"] = status_of(proposal, ended=ended)


def _by_name(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """Turn lists whose members have names into objects."""
    if not isinstance(node, dict):
        return node
    named = dict(_NAMED_BY)
    return {
        name: {member[named[name]]: _by_name(member) for member in value}
        if name in named and all(isinstance(member, dict) for member in value)
        else _by_name(value)
        for name, value in node.items()
    }


def _joined(rows: Tree, shown: Tree) -> Tree:
    both = {name: {**rows[name], **shown[name]} for name in shown if name in rows}
    return {**rows, **shown, **both}


def _found(node: Any, names: list[str]) -> Any:  # noqa: ANN401 - any JSON
    """Follow names down; one may itself hold dots, so that the longest that fits is taken."""
    if not names:
        return node
    if not isinstance(node, Mapping):
        return MISSING
    for length in range(len(names), 0, -1):
        name = ".".join(names[:length])
        if name in node:
            found = _found(node[name], names[length:])
            if found is not MISSING:
                return found
    return MISSING


def paths(views: Views) -> Iterator[str]:
    """Yield the path of every field there is."""
    for name in dict.fromkeys((*CaseView.__struct_fields__, *_ALIASES, *_TABLES)):
        yield from _paths(name, _part(views, name))


def _paths(before: str, node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if not isinstance(node, Mapping):
        yield before
        return
    for name, inner in node.items():
        yield from _paths(f"{before}.{name}", inner)


def near(path: str, known: Iterator[str]) -> tuple[str, ...]:
    """List the fields named much like one that is not there, the nearest first."""
    found = list(known)
    close = get_close_matches(path, found, n=NEAR_MAX, cutoff=0.5)
    within = [name for name in found if name.startswith(f"{path.rpartition('.')[0]}.")]
    return tuple(dict.fromkeys((*close, *within)))[:NEAR_MAX]
