"""Turn the flags of one line into a command: `--by B --clause "berth fee=1.3 M EUR"`."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from ledger.act import Command
from ledger.catalogue import COMMANDS, nearest
from ledger.errors import DecodeError
from services.typed_text import put

ENVELOPE = ("by", "actor", "room", "seen", "occurred", "id", "source", "sign", "head")
OFFICES = ("mediator", "registry", "authority", "challenge", "protection", "candidate")
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
            put(kind, line.data, _field(kind, flag), value, f"--{flag}")
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


def office(by: str | None) -> str | None:
    """Read for whom somebody acts: an office, or the id of a party."""
    if by is None or by in OFFICES or by.startswith("party:"):
        return by
    return f"party:{by}"
