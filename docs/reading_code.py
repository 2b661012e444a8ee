"""Read docstrings and types of this house, and say in words what they hold."""

import re
import textwrap
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import NamedTuple

from msgspec import Struct, inspect

_ENTRY = re.compile(r"^(?P<name>[a-z_]+): (?P<text>.*)$")
_SECTION = re.compile(r"^(Attributes|Args|Raises|Examples|Returns):$", re.MULTILINE)
_RAISED = re.compile(r"RuleViolation:\s*(?P<rules>[a-z0-9_,\s]+)")


class Docstring(NamedTuple):
    """What a docstring says, by its parts.

    Attributes:
        first: Its first line.
        fields: What it says of each field or argument.
        refusals: Names of the rules it says are raised.
        examples: Lines of its examples.
    """

    first: str
    fields: Mapping[str, str]
    refusals: tuple[str, ...]
    examples: tuple[str, ...]


def read_docstring(text: str | None) -> Docstring:
    """Take a docstring of this house apart."""
    body, *sections = _SECTION.split(cleandoc(text or ""))
    told = {name: textwrap.dedent(part) for name, part in zip(*[iter(sections)] * 2, strict=True)}
    raised = _RAISED.search(told.get("Raises", ""))
    return Docstring(
        first=body.split("\n\n")[0].replace("\n", " ").strip(),
        fields=_entries(told.get("Attributes", "") + told.get("Args", "")),
        refusals=tuple(re.findall(r"[a-z0-9]+(?:_[a-z0-9]+)+", raised["rules"])) if raised else (),
        examples=tuple(told.get("Examples", "").split("\n")[1:]),
    )


def _entries(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in text.strip().split("\n"):
        entry = _ENTRY.match(line.removeprefix("    "))
        if entry is not None and not line.startswith("     "):
            name = entry["name"]
            found[name] = entry["text"]
        elif name:
            found[name] += f" {line.strip()}"
    return found


# What a type is called in these pages, the first that fits.
_PLAIN: dict[type[inspect.Type], str] = {
    inspect.StrType: "text",
    inspect.IntType: "whole number",
    inspect.BoolType: "true or false",
    inspect.DateTimeType: "instant",
    inspect.NoneType: "nothing",
    inspect.AnyType: "any JSON",
    inspect.RawType: "any JSON",
}


def type_in_words(kind: inspect.Type) -> str:
    """Say what a field holds."""
    match kind:
        case inspect.Metadata(type=inner):
            return type_in_words(inner)
        case inspect.LiteralType(values=values):
            return "one of " + ", ".join(f"`{value}`" for value in values)
        case inspect.EnumType(cls=enum):
            return "one of " + ", ".join(f"`{value.value}`" for value in enum)
        case inspect.StructType(cls=struct):
            return f"[{struct.__name__}](#{struct.__name__.lower()})"
        case inspect.UnionType(types=types):
            return " or ".join(type_in_words(one) for one in types)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return f"list of ({type_in_words(item)})"
        case inspect.DictType(key_type=key, value_type=value):
            return f"table of {type_in_words(key)} to ({type_in_words(value)})"
        case _:
            return _PLAIN[type(kind)]


def structs_in(kind: inspect.Type) -> Iterator[type[Struct]]:
    """Find the shapes a type is made of, its own last."""
    match kind:
        case inspect.StructType(cls=struct, fields=fields):
            for field in fields:
                yield from structs_in(field.type)
            yield struct
        case inspect.UnionType(types=types):
            for one in types:
                yield from structs_in(one)
        case inspect.DictType(key_type=key, value_type=value):
            yield from structs_in(key)
            yield from structs_in(value)
        case inspect.Metadata(type=inner):
            yield from structs_in(inner)
        case inspect.VarTupleType(item_type=inner) | inspect.ListType(item_type=inner):
            yield from structs_in(inner)
        case _:
            return
