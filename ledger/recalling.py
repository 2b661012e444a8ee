"""Find the command behind entries of a record, so that it can be decided again.

The table is data, recalling.toml. What is found is a guess from what the entries hold; whoever uses
it decides it on the case as it stood, and sees whether the same entries come of it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import UNSET, Struct

from ledger.act import Command
from ledger.catalogue import COMMANDS
from ledger.envelope import Event, Frame, tag_of
from ledger.record.late import is_beside
from ledger.rooms import kind_of

MISSING: Final = object()
"""Stands for a field that no entry tells."""
Source: TypeAlias = str | dict[str, str]


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


def recalled(deed: Deed, mediators: tuple[str, ...]) -> Iterator[Recalled]:
    """Name the commands that may stand behind an act, the likeliest first.

    Args:
        deed: Its entries.
        mediators: Who was in office.
    """
    own = [event for event in deed.events if not is_beside(event)] or deed.events
    tags = [tag for tag in map(_tag, own) if tag in _behind()]
    for name in _behind().get(tags[0], ()) if tags else ():
        if set(tags) <= set(table().records[name]):
            for command in _commands(name, deed, mediators):
                yield Recalled(name, command)
                yield Recalled(name, command, deed.first.room)


def _tag(event: Event) -> str:
    return tag_of(type(event))


def _commands(name: str, deed: Deed, mediators: tuple[str, ...]) -> Iterator[Command]:
    """Make a command of what the entries tell, first without what the profile fills in."""
    data = _data(name, deed, mediators)
    left_out = set(table().left_out.get(name, ())) & set(data)
    variants = [{k: v for k, v in data.items() if k not in left_out}] if left_out else []
    for fields in (*variants, data):
        try:
            yield msgspec.convert(fields, COMMANDS[name])
        except msgspec.ValidationError:
            continue


def _data(name: str, deed: Deed, mediators: tuple[str, ...]) -> dict[str, Any]:
    sources, found = table().sources.get(name, {}), {}
    main = table().records[name]
    events = sorted(deed.events, key=lambda event: _place(main, _tag(event)))
    for field in msgspec.structs.fields(COMMANDS[name]):
        value = _from(sources.get(field.name, field.name), deed, events, mediators)
        if value is not MISSING:
            found[field.name] = msgspec.to_builtins(value)
    return found


def _place(tags: tuple[str, ...], tag: str) -> int:
    return tags.index(tag) if tag in tags else len(tags)


def _from(
    source: Source, deed: Deed, events: Sequence[Event], mediators: tuple[str, ...]
) -> object:
    """Read one field from where the table says it stands."""
    if isinstance(source, dict):
        keys = (kind_of(deed.first.room), *map(_tag, events))
        return next((source[key] for key in keys if key in source), MISSING)
    if source == "@mediators":
        return mediators
    if source.startswith("="):
        return msgspec.json.decode(source.removeprefix("="))
    if " => " in source:
        key, _, value = source.partition(" => ")
        both = [e for e in events if {key, value} <= set(e.__struct_fields__)]
        return {getattr(e, key): getattr(e, value) for e in both} or MISSING
    if " - " in source:
        whole, _, part = source.partition(" - ")
        rest, gone = _field(whole, events), _field(part, events)
        return tuple(x for x in rest if x != gone) if isinstance(rest, tuple) else MISSING
    return _field(source, events)


def _field(name: str, events: Sequence[Event]) -> object:
    """Read a field of the first event that has it and can be read."""
    values = (getattr(event, name, UNSET) for event in events)
    return next((value for value in values if value is not UNSET), MISSING)
