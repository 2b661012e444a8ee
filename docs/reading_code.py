"""Say in words what the types of this house hold."""

from collections.abc import Iterator

from msgspec import Struct, inspect

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
