"""Make a small example of any shape of JSON, the same each time, for the documents."""

from typing import Any, Final

from msgspec import Struct, inspect

HASH: Final = "0123456789abcdef" * 4
INSTANT: Final = "2026-03-05T13:00:00Z"
TEXTS: Final = {
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


def sample(kind: inspect.Type, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Make a value of a type, the same each time."""
    match kind:
        case inspect.Metadata(type=inner):
            return sample(inner, name)
        case inspect.StructType(cls=struct):
            return _whole(struct)
        case inspect.UnionType(types=types):
            return sample(next(t for t in types if not isinstance(t, inspect.NoneType)), name)
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return [sample(item, name)]
        case inspect.DictType(key_type=key, value_type=value):
            return {sample(key, "party"): sample(value, name)}
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
    shape = inspect.type_info(struct)
    assert isinstance(shape, inspect.StructType), "a struct's type is one of structs"
    return {f.encode_name: sample(f.type, f.encode_name) for f in shape.fields if f.required}
