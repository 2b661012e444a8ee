"""Name the keys of a rule profile, and read or change one by its name: `reply.period_days`."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from ledger.decoding import converted
from ledger.errors import DecodeError
from ledger.profile_tables import Profile

ABOUT_ITSELF = frozenset({"id", "version", "title", "based_on", "unconfirmed", "non_derogable"})
"""Keys that say something of the profile, not of the procedure."""


@cache
def procedure_keys() -> tuple[str, ...]:
    """List every key that says something of the procedure, in the order of the file."""
    return tuple(key for key in _walked() if key.partition(".")[0] not in ABOUT_ITSELF)


@cache
def names_of_keys() -> frozenset[str]:
    """List what may name keys: a key, or a table for all of its own."""
    keys = procedure_keys()
    return frozenset((*keys, *(key.partition(".")[0] for key in keys)))


def covers(names: tuple[str, ...], key: str) -> bool:
    """Tell whether a key is among some named, itself or by its table."""
    return key in names or key.partition(".")[0] in names


def value_at(profile: Profile, key: str) -> str:
    """Return what a profile says under a key, as JSON; a key left out is null."""
    found: Any = msgspec.to_builtins(profile)
    for step in key.split("."):
        found = found.get(step)
    return json.dumps(found, ensure_ascii=False)


def with_value(profile: Profile, key: str, value: str) -> Profile:
    """Return a profile that says something else under one key; nothing else is checked.

    Args:
        profile: The profile; it stays as it is.
        key: One of `procedure_keys`.
        value: JSON; null leaves the key out.

    Raises:
        DecodeError: The value is no JSON, or not what the key takes.
    """
    whole: dict[str, Any] = msgspec.to_builtins(profile)
    *tables, last = key.split(".")
    table = whole
    for step in tables:
        table = table[step]
    table[last] = _read(key, value)
    if table[last] is None:
        del table[last]
    try:
        return converted(whole, Profile)
    except msgspec.ValidationError as error:
        why = str(error).partition(" - at `")[0]
        raise DecodeError(key, why[0].lower() + why[1:], "what the key takes") from error


def _read(key: str, value: str) -> object:
    try:
        return json.loads(value)
    except ValueError as error:
        raise DecodeError(key, f"{value!r} is not JSON", 'such as 30, true or "closed"') from error


def _walked() -> Iterator[str]:
    whole = inspect.type_info(Profile)
    assert isinstance(whole, inspect.StructType)
    for field in whole.fields:
        if isinstance(field.type, inspect.StructType):
            yield from (f"{field.encode_name}.{inner.encode_name}" for inner in field.type.fields)
        else:
            yield field.encode_name
