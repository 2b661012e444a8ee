"""Give a list page by page, each beginning behind a key, as JSON or as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

import msgspec
from litestar import Response
from msgspec import Struct

from ledger.errors import DecodeError
from services.http.readings import LIMIT, LIMIT_MAX, Many
from services.http.site import ENCODER, Asked

CSV: Final = "text/csv"
JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is taken for a formula by programs that open the file."""


class Page(NamedTuple):
    """A part of a list.

    Attributes:
        items: In order.
        last: Key of the last, None where nothing follows.
    """

    items: list[Any]
    last: str | None


def limit_of(text: str | None) -> int:
    """Read how many items are wanted.

    Raises:
        DecodeError: That is no number, or too many.
    """
    if text is None:
        return LIMIT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LIMIT_MAX):
        raise DecodeError("limit", "is no number of items", f"1 to {LIMIT_MAX}")
    return int(text)


def page_of(reading: Many, items: Iterable[Any], after: str | None, limit: int) -> Page:
    """Cut a page out of a list.

    Raises:
        DecodeError: Nothing in the list has that key.
    """
    left = iter(items)
    if after is not None and not any(key_of(reading, item) == after for item in left):
        raise DecodeError("after", "names nothing in this list", "the list from its beginning")
    found = list(islice(left, limit + 1))
    more = len(found) > limit
    return Page(found[:limit], key_of(reading, found[limit - 1]) if more else None)


def key_of(reading: Many, item: Any) -> str:  # noqa: ANN401 - a struct or an object
    """Name an item within its list."""
    values = (_value(item, name) for name in reading.key)
    return ",".join(quote(_plain(value), safe="/:+-_.") for value in values)


def _value(item: Any, name: str) -> Any:  # noqa: ANN401 - a struct or an object
    return item[name] if isinstance(item, dict) else getattr(item, name)


def answered(request: Asked, page: Page, *, as_csv: bool) -> Response[bytes]:
    """Answer with a page, and where the next one is."""
    headers = {} if page.last is None else {"link": f'<{_next(request, page.last)}>; rel="next"'}
    if as_csv:
        return Response(written(page.items), media_type=CSV, headers=headers)
    return Response(ENCODER.encode(page.items), media_type=JSON, headers=headers)


def _next(request: Asked, last: str) -> str:
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "after"]
    return f"{quote(request.url.path, safe='/')}?{urlencode([*kept, ('after', last)])}"


def wants_csv(request: Asked) -> bool:
    """Tell whether CSV is asked for, by the end of the address or by `Accept`."""
    path = request.url.path
    return path.endswith(".csv") or _first(request.headers.get("accept", "")) == CSV


def _first(accept: str) -> str:
    """Return the one of JSON and CSV that is named first, JSON where neither is."""
    for offered in accept.split(","):
        kind = offered.partition(";")[0].strip().lower()
        if kind in (CSV, JSON, "*/*"):
            return kind
    return JSON


def written(items: list[Any]) -> bytes:
    """Write items as CSV (RFC 4180): a line of names, values in the order of their fields."""
    text = io.StringIO()
    lines = csv.writer(text)
    rows = [_row(item) for item in items]
    if rows:
        lines.writerow(rows[0])
    for row in rows:
        lines.writerow([_cell(value) for value in row.values()])
    return text.getvalue().encode()


def _row(item: Any) -> dict[str, Any]:  # noqa: ANN401 - a struct or an object
    return msgspec.structs.asdict(item) if isinstance(item, Struct) else dict(item)


def _cell(value: object) -> str:
    text = _plain(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _plain(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return _unquoted(ENCODER.encode(value).decode())


def _unquoted(text: str) -> str:
    """Take the quotes off what JSON writes as a string, such as an instant."""
    return str(msgspec.json.decode(text)) if text.startswith('"') else text


def names(shape: type | None) -> Iterator[str]:
    """Name the columns of a list, where they are the same for every item."""
    yield from (field.name for field in msgspec.structs.fields(shape)) if shape else ()
