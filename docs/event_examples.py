"""Make an example of any event: in the words of the commands that record it, where they fit."""

from collections.abc import Mapping
from typing import Any, get_type_hints

import msgspec
from msgspec import Struct, inspect

from docs.behind import recording
from docs.layout import fields_of
from ledger.envelope import Event, content_fields, tag_of

HASH = "0123456789abcdef" * 4
INSTANT = "2026-03-05T13:00:00Z"
TEXTS = {
    "acceptors": "B",
    "addressees": "B",
    "amount": "1300000.00",
    "base": HASH,
    "by": "A",
    "currency": "EUR",
    "day": "2026-03-05",
    "due": INSTANT,
    "ends": "2026-09-01",
    "hash": HASH,
    "issues": "berth-fee",
    "owner": "A",
    "holder": "A",
    "id": "P1",
    "ids": "P1",
    "language": "en",
    "languages": "en",
    "mediators": "person:iyer",
    "number": "GO-2026-0007",
    "obligee": "A",
    "obligor": "B",
    "of": "A",
    "on": "2026-03-05",
    "parties": "A",
    "party": "A",
    "person": "person:iyer",
    "persons": "person:iyer",
    "ref": "joint:7",
    "room": "joint",
    "since": "2026-01-15",
    "starts": "2026-03-05",
    "target": "joint:7",
    "to": "B",
    "until": "2026-09-01",
}
"""What a text is in an example, by the last word of the name of its field."""


def example(kind: type[Event]) -> dict[str, Any]:
    """Return an example of an event as JSON has it: what it must say, and what commands give it."""
    given, hints = _given(kind), get_type_hints(kind, include_extras=True)
    made: dict[str, Any] = {}
    for field in fields_of(kind):
        name = field.encode_name
        if name in given and _fits(hints[field.name], given[name]):
            made[name] = given[name]
        elif field.required or field.name in content_fields(kind)[:1]:
            made[name] = _sample(field.type, name)
    return {"type": tag_of(kind), **made}


def _given(kind: type[Event]) -> Mapping[str, Any]:
    """Gather what the examples of its commands say, the first command first."""
    said: dict[str, Any] = {}
    for command in reversed(recording().get(kind, [])):
        said.update(command.example)
    return said


def _fits(hint: Any, value: object) -> bool:  # noqa: ANN401 - any annotation there is
    """Tell whether what a command's example says under a name can stand in the event too."""
    try:
        msgspec.convert(value, hint)
    except (msgspec.ValidationError, TypeError):
        return False
    return True


def _sample(kind: inspect.Type, name: str) -> Any:  # noqa: ANN401 - any JSON
    """Make a value of a type, the same each time."""
    match kind:
        case inspect.Metadata(type=inner):
            return _sample(inner, name)
        case inspect.StructType(cls=struct):
            return _whole(struct)
        case inspect.UnionType(types=types):
            return _sample(next(t for t in types if not isinstance(t, inspect.NoneType)), name)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return [_sample(item, name)]
        case inspect.DictType(key_type=key, value_type=value):
            return {_sample(key, "party"): _sample(value, name)}
        case _:
            return _plain(kind, name)


def _plain(kind: inspect.Type, name: str) -> Any:  # noqa: ANN401 - any JSON
    match kind:
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=enum):
            return next(iter(enum)).value
        case inspect.IntType():
            return 1
        case inspect.BoolType():
            return True
        case inspect.DateTimeType():
            return INSTANT
        case _:
            return TEXTS.get(name.rpartition("_")[2], "In a few words.")


def _whole(struct: type[Struct]) -> dict[str, Any]:
    return {f.encode_name: _sample(f.type, f.encode_name) for f in fields_of(struct) if f.required}
