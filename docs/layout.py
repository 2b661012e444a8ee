"""Lay out a page: its parts, its lists, and the shapes its fields are made of."""

import textwrap
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct, inspect

from docs.reading_code import structs_in, type_in_words
from services.docstrings import read_docstring

WIDTH = 100
MADE = "Made by `make docs` from the code; edit that, not this page."

_FILLED = textwrap.TextWrapper(WIDTH, break_long_words=False, break_on_hyphens=False)
_FILLED_ITEM = textwrap.TextWrapper(
    WIDTH,
    initial_indent="- ",
    subsequent_indent="  ",
    break_long_words=False,
    break_on_hyphens=False,
)


def fields_of(kind: type[Struct]) -> tuple[inspect.Field, ...]:
    """List the fields of a shape, as it is decoded."""
    found = inspect.type_info(kind)
    assert isinstance(found, inspect.StructType)
    return found.fields


def field_lines(kind: type[Struct], also: Callable[[str], str]) -> Iterator[str]:
    """List the fields of a shape: name, what it holds, what it is for."""
    told = read_docstring(kind.__doc__).fields
    for field in fields_of(kind):
        need = ", required" if field.required else ""
        what = f"{also(field.name)}{type_in_words(field.type)}{need}"
        meaning = told.get(field.name, "")
        yield item(f"`{field.name}` ({what})" + (f": {meaning}" if meaning else ""))


def item(text: str) -> str:
    """Lay out an item of a list."""
    return _FILLED_ITEM.fill(text)


def paragraph(text: str) -> str:
    """Lay out a paragraph."""
    return _FILLED.fill(text)


def shapes(kinds: Iterable[type[Struct]]) -> Iterator[str]:
    """Describe the shapes that fields are made of, each once."""
    found: dict[str, type[Struct]] = {}
    for kind in kinds:
        for field in fields_of(kind):
            found.update({struct.__name__: struct for struct in structs_in(field.type)})
    yield "## Shapes"
    for name, struct in sorted(found.items()):
        yield f"### {name}\n\n{paragraph(read_docstring(struct.__doc__).first)}"
        yield "\n".join(field_lines(struct, lambda _: ""))


def page(title: str, *blocks: str) -> str:
    """Put a page together, with the word of how it is made."""
    return "\n\n".join((f"# {title}", MADE, *blocks)) + "\n"
