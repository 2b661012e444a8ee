"""Read what somebody typed, on a line or in a form, as the types of a command ask."""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from ledger.errors import DecodeError
from ledger.negotiation.clause_text import parse_clause
from ledger.terms import Clause, Document, Money

HASH_CHARS = 64
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def put(kind: type[Struct], data: dict[str, Any], name: str, value: str, label: str) -> None:
    """Put one value into a command's data; a field that holds many takes one more.

    Args:
        kind: The command.
        data: Its fields so far.
        name: The field.
        value: As typed.
        label: What the field is called where it was typed, for a refusal.

    Raises:
        DecodeError: The value cannot be read.
    """
    hint = hints(kind)[name]
    shape = shape_of(hint)
    if value[:1] in ("{", "[") and shape is not str:
        data[name] = _json(label, value)
    elif shape is tuple:
        _add(data.setdefault(name, []), item_of(hint), value)
    elif shape is dict:
        key, equals, text = value.partition("=")
        if not equals:
            raise DecodeError(label, f"{value!r} names no key", f"{label} KEY=VALUE")
        data.setdefault(name, {})[key] = _entry(hint, text)
    else:
        data[name] = scalar(hint, value)


def _add(items: list[object], inner: object, value: str) -> None:
    """Add one value to a list; a list of words takes several, parted by commas."""
    if inner is str and "," in value:
        items.extend(part.strip() for part in value.split(","))
    else:
        items.append(item(inner, value, len(items)))


def item(inner: object, value: str, index: int) -> object:
    """Read one value of a list.

    Raises:
        DecodeError: It cannot be read.
    """
    if inner is Clause:
        return msgspec.to_builtins(parse_clause(value, index))
    return document(value) if inner is Document else value


@cache
def hints(kind: type[Struct]) -> Mapping[str, object]:
    """Return the types of a command's fields, without what narrows them."""
    return get_type_hints(kind)


def scalar(hint: object, value: str) -> object:
    """Read a single value where the type asks for more than text; anything else stays text."""
    held = bare(hint)
    if held is bool:
        return _TRUTH.get(value.lower(), value)
    if held is int and value.lstrip("-").isdigit():
        return int(value)
    if held is Money:
        return money(value)
    return document(value) if held is Document else value


def money(value: str) -> object:
    """Read an amount, such as `1.3 M EUR`, for what is no amount the text itself.

    Raises:
        DecodeError: It looks like a number and cannot be read as one without guessing.
    """
    if value[:1] == "{":
        return _json("amount", value)
    read = parse_clause(f"amount={value}", 1).params.get("amount")
    if not isinstance(read, Money):
        raise DecodeError("amount", f"{value[:80]!r} is no amount", "such as 1.3 M EUR")
    return msgspec.to_builtins(read)


def document(value: str) -> object:
    """Read a document: its title and, if known, its SHA-256 as the last word."""
    if value[:1] == "{":
        return _json("document", value)
    title, _, last = value.rpartition(" ")
    is_hash = len(last) == HASH_CHARS and not last.strip("0123456789abcdef")
    return {"title": title.strip(), "hash": last} if title and is_hash else {"title": value}


def _entry(hint: object, text: str) -> object:
    """Read a value of a mapping: a list where lists are held."""
    inner = get_args(bare(hint))
    if len(inner) == 2 and shape_of(inner[1]) is tuple:  # noqa: PLR2004 - a mapping has two types
        return [part.strip() for part in text.split(",")]
    return money(text) if len(inner) > 1 and bare(inner[1]) is Money else text


def _json(label: str, value: str) -> object:
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as error:
        raise DecodeError(label, f"not JSON: {error}", "a JSON object or list") from None


def bare(hint: object) -> object:
    """Strip annotations and None from a type."""
    if get_origin(hint) is Annotated:
        return bare(get_args(hint)[0])
    args = [a for a in get_args(hint) if a is not type(None)]
    if get_origin(hint) is not None and len(args) == 1 and type(None) in get_args(hint):
        return bare(args[0])
    return hint


def shape_of(hint: object) -> object:
    """Tell whether a type is a list (`tuple`), a mapping (`dict`) or a single value (`str`)."""
    origin = get_origin(bare(hint))
    if origin in (tuple, list, frozenset):
        return tuple
    return dict if origin in (dict, Mapping) else str


def item_of(hint: object) -> object:
    """Return the type of what a list holds."""
    args = get_args(bare(hint))
    return bare(args[0]) if args else str


def choices_of(hint: object) -> tuple[str, ...]:
    """List the words a type holds, in its order; empty where any text is taken."""
    held = bare(hint)
    if isinstance(held, type) and issubclass(held, Enum):
        return tuple(str(one.value) for one in held)
    if get_origin(held) is Literal:
        return tuple(str(one) for one in get_args(held))
    parts = get_args(held) if get_origin(held) is Union else ()
    return tuple(word for part in parts for word in choices_of(part))


def may_be_nothing(hint: object) -> bool:
    """Tell whether a type holds None, whatever else narrows it."""
    if get_origin(hint) is Annotated:
        return may_be_nothing(get_args(hint)[0])
    return type(None) in get_args(hint)
