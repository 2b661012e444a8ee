"""Find the command behind entries of a record, so that it can be decided again.

The table is data, recalling.toml. What is found is a guess from what the entries hold; whoever uses
it decides it on the case as it stood, and sees whether the same entries come of it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import UNSET, Struct, inspect

from ledger.act import Command
from ledger.catalogue import COMMANDS
from ledger.decoding import converted
from ledger.envelope import Event, Frame, tag_of
from ledger.record.late import is_beside
from ledger.rooms import kind_of, party_of

_PATH = re.compile(r"at `\$\.(\w+)")
MISSING: Final = object()
"""Stands for a field that no entry tells."""
Source: TypeAlias = str | dict[str, str | bool]


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand behind which entries.

    Attributes:
        records: By command the types of entries it may record, the one that says most first.
        left_out: By command the fields the profile fills in.
        sources: By command and field where it is found, if not under its own name.
    """

    records: dict[str, tuple[str, ...]]
    left_out: dict[str, tuple[str, ...]]
    sources: dict[str, dict[str, Source]]


class Deed(Struct, frozen=True):
    """The entries of one act, as far as they are read, in the order of recording.

    Attributes:
        frames: The entries.
        events: The same with their contents, where these can be opened.
    """

    frames: tuple[Frame[Any], ...]
    events: tuple[Event, ...]

    @property
    def first(self) -> Frame[Any]:
        """Return its first entry, which says who acted and when."""
        return self.frames[0]

    @property
    def refs(self) -> tuple[str, ...]:
        """Name its entries."""
        return tuple(frame.ref for frame in self.frames)


class Recalled(Struct, frozen=True):
    """A command that may stand behind an act.

    Attributes:
        name: Its name.
        command: Its data.
        room: Room it asks for, None for the usual one.
    """

    name: str
    command: Command
    room: str | None = None


@cache
def table() -> Table:
    """Read the table that comes with the ledger."""
    text = resources.files("ledger").joinpath("recalling.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=Table)


@cache
def _behind() -> dict[str, tuple[str, ...]]:
    """Name the commands that may record each type of entry, those that are most about it first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for command, tags in table().records.items():
        for place, tag in enumerate(tags):
            found.setdefault(tag, []).append((place, command))
    return {tag: tuple(name for _, name in sorted(who)) for tag, who in found.items()}


def recalled(deed: Deed, parties: tuple[str, ...]) -> Iterator[Recalled]:
    """Name the commands that may stand behind an act, the likeliest first.

    Args:
        deed: Its entries.
        parties: Who took part.
    """
    own = [event for event in deed.events if not is_beside(event)] or deed.events
    tags = [tag for tag in map(_tag, own) if tag in _behind()]
    for name in _behind().get(tags[0], ()) if tags else ():
        if set(tags) <= set(table().records[name]):
            for command in _commands(name, deed, parties):
                yield Recalled(name, command)
                yield Recalled(name, command, deed.first.room)


def _tag(event: Event) -> str:
    return tag_of(type(event))


def _commands(name: str, deed: Deed, parties: tuple[str, ...]) -> Iterator[Command]:
    """Make a command of what the entries tell, first without what may have been left out."""
    data = _data(name, deed, parties)
    left_out = set(table().left_out.get(name, ())) & set(data)
    variants = [{k: v for k, v in data.items() if k not in left_out}] if left_out else []
    for fields in (*variants, data):
        command = _converted(name, fields)
        if command is not None:
            yield command


def _converted(name: str, data: dict[str, Any]) -> Command | None:
    """Read fields as a command's; what an entry says in words of its own is left out."""
    try:
        return converted(data, COMMANDS[name])
    except msgspec.ValidationError as error:
        field = _PATH.search(str(error))
        known = None if field is None else field[1]
        if known not in data or known in _required(COMMANDS[name]):
            return None
        return _converted(name, {k: v for k, v in data.items() if k != known})


@cache
def _required(kind: type[Command]) -> frozenset[str]:
    return frozenset(f.name for f in msgspec.structs.fields(kind) if f.required)


@cache
def _worded(kind: type[Command]) -> frozenset[str]:
    """Name the fields that are words, must be given, and by which nothing is found."""
    known = inspect.type_info(kind)
    assert isinstance(known, inspect.StructType)
    plain = (f for f in known.fields if f.required and isinstance(f.type, inspect.StrType))
    return frozenset(f.name for f in plain if getattr(f.type, "pattern", None) is None)


def _data(name: str, deed: Deed, parties: tuple[str, ...]) -> dict[str, Any]:
    kind, sources, main = COMMANDS[name], table().sources.get(name, {}), table().records[name]
    events = sorted(deed.events, key=lambda event: _place(main, _tag(event)))
    found: dict[str, Any] = {}
    for field in kind.__struct_fields__:
        value = _from(sources.get(field, field), deed, events, parties)
        if value is MISSING and field in _worded(kind):
            value = kind.example.get(field, MISSING)
        if value is not MISSING and value is not None:
            found[field] = msgspec.to_builtins(value)
    return found


def _place(tags: tuple[str, ...], tag: str) -> int:
    return tags.index(tag) if tag in tags else len(tags)


def _from(source: Source, deed: Deed, events: Sequence[Event], parties: tuple[str, ...]) -> object:
    """Read one field from where the table says it stands."""
    if isinstance(source, dict):
        keys = (kind_of(deed.first.room), *map(_tag, events))
        return next((source[key] for key in keys if key in source), MISSING)
    if source == "@parties":
        return parties
    if source.startswith("="):
        return msgspec.json.decode(source.removeprefix("="))
    if source.startswith("room of "):
        tag = source.removeprefix("room of ")
        rooms = (f.room for f in deed.frames if _tag(f.event) == tag)
        return next((party_of(room) for room in rooms), MISSING)
    words = source.split(" ")
    return _joined(words[0], words[1], words[2], events) if words[1:] else _field(source, events)


def _joined(one: str, how: str, other: str, events: Sequence[Event]) -> object:
    """Make a field of two."""
    if how == "=>":
        both = [e for e in events if {one, other} <= set(e.__struct_fields__)]
        return {getattr(e, one): getattr(e, other) for e in both} or MISSING
    members = _field(one, events)
    if not isinstance(members, tuple):
        return MISSING
    if how == "of":
        said = _field(other, events)
        return {m: said[m] for m in members if m in said} if isinstance(said, dict) else MISSING
    if how == "-":
        gone = _field(other, events)
        return tuple(member for member in members if member != gone)
    return tuple(member for member in members if member.startswith(other) == (how == "with"))


def _field(name: str, events: Sequence[Event]) -> object:
    """Read a field of the first event that has it and can be read."""
    name, _, inner = name.partition(".*.")
    values = (getattr(event, name, UNSET) for event in events)
    found = next((value for value in values if value is not UNSET), MISSING)
    if inner and isinstance(found, dict):
        return {key: msgspec.json.decode(getattr(value, inner)) for key, value in found.items()}
    return found
