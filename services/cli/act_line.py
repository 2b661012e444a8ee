"""Turn the flags of one line into a command: `--by B --clause "berth fee=1.3 M EUR"`."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from ledger.act import Command
from ledger.catalogue import COMMANDS, nearest
from ledger.errors import DecodeError
from ledger.negotiation.clause_text import parse_clause

ENVELOPE = ("by", "actor", "room", "seen", "occurred", "id", "source", "sign", "head")
SWITCHES = ("reported", "example", "json", "receipt")


class Line(Struct):
    """The flags of one line, sorted.

    Attributes:
        envelope: Those that say who, where and when.
        switches: Those without a value.
        data: The command's own fields.
    """

    envelope: dict[str, str]
    switches: set[str]
    data: dict[str, Any]


def parse_line(name: str, tokens: Sequence[str]) -> Line:
    """Sort the flags of a line and read the values as the command's types ask.

    Raises:
        DecodeError: The command or a flag is unknown, or a value is missing or unreadable.
    """
    kind = COMMANDS.get(name)
    if kind is None:
        raise DecodeError("command", f"unknown command {name!r}", nearest(name))
    line = Line({}, set(), {})
    for flag, value in _pairs(tokens):
        if flag in SWITCHES and flag not in kind.__struct_fields__:
            line.switches.add(flag)
        elif value is None:
            line.data[_field(kind, flag)] = True
        elif flag in ENVELOPE and flag not in kind.__struct_fields__:
            line.envelope[flag] = value
        else:
            _put(kind, line.data, flag, value)
    return line


def _pairs(tokens: Sequence[str]) -> list[tuple[str, str | None]]:
    """Pair each flag with its value; None where the next word is a flag again."""
    pairs: list[tuple[str, str | None]] = []
    rest = list(tokens)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise DecodeError(word, "is not a flag", "--FIELD VALUE; quote a value with spaces")
        flag, equals, value = word[2:].partition("=")
        if equals:
            pairs.append((flag, value))
        elif rest and not rest[0].startswith("--"):
            pairs.append((flag, rest.pop(0)))
        else:
            pairs.append((flag, None))
    return pairs


def _field(kind: type[Command], flag: str) -> str:
    """Find the field a flag means: itself, with `_` for `-`, or its plural."""
    plain = flag.replace("-", "_")
    for name in (plain, f"{plain}s", f"{plain.removesuffix('y')}ies"):
        if name in kind.__struct_fields__:
            return name
    known = ", ".join(f"--{n.replace('_', '-')}" for n in kind.__struct_fields__)
    tag = kind.__struct_config__.tag
    raise DecodeError(f"--{flag}", f"{tag} has no such field", f"one of: {known or 'none'}")


def _put(kind: type[Command], data: dict[str, Any], flag: str, value: str) -> None:
    name = _field(kind, flag)
    hint = get_type_hints(kind)[name]
    shape = _shape(hint)
    if value[:1] in ("{", "[") and shape is not str:
        data[name] = _json(name, value)
    elif shape is tuple:
        items = data.setdefault(name, [])
        items.append(_item(name, value, len(items)))
        if name != "clauses" and _item_type(hint) is str and "," in value:
            items[-1:] = [part.strip() for part in value.split(",")]
    elif shape is dict:
        key, equals, text = value.partition("=")
        if not equals:
            raise DecodeError(f"--{flag}", f"{value!r} names no key", f"--{flag} KEY=VALUE")
        data.setdefault(name, {})[key] = _entry(hint, text)
    else:
        data[name] = _scalar(hint, value)


def _item(name: str, value: str, index: int) -> object:
    return msgspec.to_builtins(parse_clause(value, index)) if name == "clauses" else value


def _entry(hint: object, text: str) -> object:
    """Read a value of a mapping: a list where lists are held."""
    inner = get_args(_bare(hint))
    if len(inner) == 2 and _shape(inner[1]) is tuple:  # noqa: PLR2004 - a mapping has two types
        return [part.strip() for part in text.split(",")]
    return text


def _json(name: str, value: str) -> object:
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as error:
        raise DecodeError(f"--{name}", f"not JSON: {error}", "a JSON object or list") from None


def _scalar(hint: object, value: str) -> object:
    """Read a number or a truth value where the type asks for one; anything else stays text."""
    bare = _bare(hint)
    if bare is bool:
        return {"true": True, "yes": True, "false": False, "no": False}.get(value.lower(), value)
    if bare is int and value.lstrip("-").isdigit():
        return int(value)
    return value


def _bare(hint: object) -> object:
    """Strip annotations and None from a type."""
    args = [a for a in get_args(hint) if a is not type(None)]
    if get_origin(hint) is not None and len(args) == 1 and _is_union(hint):
        return _bare(args[0])
    return hint


def _is_union(hint: object) -> bool:
    return type(None) in get_args(hint)


def _shape(hint: object) -> object:
    """Tell whether a type is a list (`tuple`), a mapping (`dict`) or a single value (`str`)."""
    origin = get_origin(_bare(hint))
    if origin in (tuple, list, frozenset):
        return tuple
    return dict if origin in (dict, Mapping) else str


def _item_type(hint: object) -> object:
    args = get_args(_bare(hint))
    return args[0] if args else str
