"""Look with somebody's eyes, and print what is seen; shared by the reading commands."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from cyclopts import Parameter

from services.answers import DONE, MISUSE
from services.cli import context, output

if TYPE_CHECKING:
    from services.reading import Eyes

T = TypeVar("T")
As = Annotated[str | None, Parameter(name="--as")]


@contextmanager
def look(viewer: str | None, at: str | None = None) -> "Iterator[Eyes]":
    """Open the ledger and look with somebody's eyes; tell at the end what could not be read."""
    from services.reading import Eyes

    with context.house() as (house, operator):
        yield Eyes(house, operator, viewer, at)


def begun(items: Iterable[T]) -> Iterator[T]:
    """Take the first item before anything is printed, so that a refusal stands alone."""
    iterator = iter(items)
    return chain(list(_first(iterator)), iterator)


def _first(iterator: Iterator[T]) -> Iterator[T]:
    for item in iterator:
        yield item
        return


def done(eyes: "Eyes") -> int:
    """Tell which cases could not be read while others were."""
    for why in eyes.faults:
        output.tell(f"goodoffices: a case could not be read: {why}")
    return MISUSE if eyes.faults else DONE


def listed(
    eyes: "Eyes",
    items: Iterable[T],
    columns: tuple[str, ...],
    row: Callable[[T], tuple[object, ...]],
    *,
    json: bool,
) -> int:
    """Print a list item by item: as one JSON document, or as a table."""
    ready = begun(items)
    if json:
        output.as_json_list(ready)
    else:
        with erased_counted(ready) as counted:
            output.table("", columns, (row(item) for item in counted))
    return done(eyes)


@contextmanager
def erased_counted(items: Iterable[T]) -> Iterator[Iterator[T]]:
    """Tell below a report how many of its entries are erased; nothing where none is."""
    gone = 0

    def counted() -> Iterator[T]:
        nonlocal gone
        for item in items:
            gone += _is_erased(item)
            yield item

    yield counted()
    if gone:
        output.tell(f"goodoffices: {gone} of these erased")


def _is_erased(item: object) -> bool:
    """Tell whether what an item tells of is erased."""
    if isinstance(item, dict):
        return bool(item.get("erasure"))
    return bool(getattr(item, "erased", False))


def name_of(item: Any) -> str:  # noqa: ANN401 - whatever names its case
    """Name the case of an item for people."""
    return str(item.number or item.external_ref or item.case_id)


def contested(item: Any) -> str:  # noqa: ANN401 - whatever has `contests`
    """Say who objects to the entry of an item, and what was answered."""
    from services.reading import words
    from services.reading.contests import remarks

    return words.unmarked("; ".join(remarks(item.contests)))
