"""Write the catalogue of events: a page for people, and beside it the schemas for programs."""

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from docs.behind import recording, rules_asked
from docs.event_examples import example
from docs.layout import WIDTH, field_lines, page, paragraph, shapes
from ledger.act import RULES, Command
from ledger.catalogue import DECIDERS, EVENTS, PARTS
from ledger.envelope import Event, content_fields, tag_of
from services.docstrings import read_docstring

DOCS = Path(__file__).resolve().parent
FILE = DOCS / "events.json"
FEW = 3
"""Up to how many commands that record an event each is named with its rules."""


def title_of(part: str) -> str:
    """Name a part of the procedure as a heading."""
    return part.replace("_", " ").capitalize()


def events_page() -> str:
    """Return the catalogue of events."""
    about = (
        "Every event there is, by part of the procedure. A *frame* field finds, orders and folds"
        " the event; a *content* field is what it says, sealed under the event's own key. The"
        " usual room comes first. What every event carries besides (who, for whom, both clocks,"
        " authority, command) is in the frame itself: see the [glossary](glossary.md#frame)."
    )
    beside = (
        "For programs, [events.json](events.json) holds the same with the JSON Schema of each;"
        " `goodoffices schema proposal-tabled` prints one. *Since* is the release an event came"
        " with; its *version* is the shape of its stored fields. What must hold is said in"
        " [rules](rules.md), and which of them a command asks in [commands](commands.md)."
    )
    blocks = [paragraph(about), paragraph(beside)]
    for part in PARTS:
        blocks.append(f"## {title_of(part.name)}")
        blocks.extend(block for kind in part.events for block in _event(kind))
    kinds = [kind for part in PARTS for kind in part.events]
    return page("Events", *blocks, *shapes(kinds))


def _event(kind: type[Event]) -> Iterator[str]:
    content = content_fields(kind)
    rooms = ", ".join(f"`{room}`" for room in kind.rooms)
    facts = (
        f"Row {kind.row}, version {kind.version}, since {since(kind)}, {kind.admissibility}."
        f" Rooms: {rooms}."
    )
    yield f"### {tag_of(kind)}\n\n{paragraph(read_docstring(kind.__doc__).first)}"
    yield f'{paragraph(facts)}\n\nSays: "{kind.says}"'
    fields = field_lines(kind, lambda name: "content, " if name in content else "frame, ")
    if listed := "\n".join(fields):
        yield listed
    yield paragraph(_recorded_by(kind))
    yield f"```json\n{_laid_out(example(kind))}\n```"


def _recorded_by(kind: type[Event]) -> str:
    """Say by which commands an event comes about, whose they are and what they have to pass."""
    commands = recording().get(kind, [])
    if not commands:
        return "Recorded by the clock, or beside the act it is about."
    who = (f"[{tag}](commands.md#{tag}) ({', '.join(one.by)})" for tag, one in _named(commands))
    told = f"Recorded by: {', '.join(who)}."
    if len(commands) > FEW:
        return told
    asked = sorted({name for command in commands for name in rules_asked(command)})
    return f"{told} Must hold: {', '.join(asked)}." if asked else told


def _named(commands: list[type[Command]]) -> Iterator[tuple[str, type[Command]]]:
    yield from ((str(kind.__struct_config__.tag), kind) for kind in commands)


def _laid_out(made: dict[str, Any]) -> str:
    """Write an example in a line, or where it is long field by field."""
    if len(text := json.dumps(made, ensure_ascii=False)) <= WIDTH:
        return text
    fields = (f"  {json.dumps(n)}: {json.dumps(v, ensure_ascii=False)}" for n, v in made.items())
    return "{\n" + ",\n".join(fields) + "\n}"


def since(kind: type[Event]) -> str:
    """Name the release an event came with: as listed already, else the one that is being made."""
    listed = _listed().get(tag_of(kind))
    return str(listed["since"]) if listed else _release()


@cache
def _listed() -> dict[str, Any]:
    """Read the catalogue as it was written last; it is what remembers since when an event is."""
    if not FILE.exists():
        return {}
    return dict(json.loads(FILE.read_text(encoding="utf-8"))["events"])


@cache
def _release() -> str:
    text = (DOCS.parent / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def events_json() -> str:
    """Return the catalogue for programs, an event or shape a line."""
    _, shapes_of = msgspec.json.schema_components(list(EVENTS.values()))
    lines = ",\n".join(f"{json.dumps(tag)}: {_line(kind)}" for tag, kind in sorted(EVENTS.items()))
    defs = ",\n".join(f"{json.dumps(n)}: {json.dumps(s)}" for n, s in sorted(shapes_of.items()))
    return f'{{"events": {{\n{lines}\n}},\n"$defs": {{\n{defs}\n}}}}\n'


def _line(kind: type[Event]) -> str:
    commands = recording().get(kind, [])
    part = next(part.name for part in PARTS if kind in part.events)
    facts = {
        "part": part,
        "row": kind.row,
        "version": kind.version,
        "since": since(kind),
        "admissibility": kind.admissibility,
        "rooms": kind.rooms,
        "purpose": read_docstring(kind.__doc__).first,
        "says": kind.says,
        "content": content_fields(kind),
        "recorded_by": [_source(kind) for kind in commands],
        "example": example(kind),
        "schema": {"$ref": f"#/$defs/{kind.__name__}"},
    }
    return json.dumps(facts, ensure_ascii=False)


def _source(kind: type[Command]) -> dict[str, Any]:
    """Say of a command whose it is, when it may be given, and what must hold."""
    return {
        "command": kind.__struct_config__.tag,
        "by": kind.by,
        "during": sorted(kind.during),
        "part": DECIDERS[kind][0],
        "rules": sorted(rules_asked(kind) & set(RULES)),
    }
