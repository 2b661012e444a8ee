"""Tell which documents an entry names: each by its SHA-256, wherever that stands in it."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from ledger.envelope import Event

_HASH: Final = re.compile(r"[0-9a-f]{64}")


def named(event: Event, source: str | None) -> frozenset[str]:
    """Return the hashes that an entry names, in what it says and as its source.

    Args:
        event: Its event, with as much of its content as may be read.
        source: The document it was taken from.
    """
    return hashes_in([msgspec.to_builtins(event), source])


def hashes_in(value: object) -> frozenset[str]:
    """Return what looks like a SHA-256 in a JSON value."""
    return frozenset(_hashes(value))


def _hashes(value: object) -> Iterator[str]:
    match value:
        case str():
            if _HASH.fullmatch(value):
                yield value
        case dict():
            for inner in value.values():
                yield from _hashes(inner)
        case list() | tuple():
            for inner in value:
                yield from _hashes(inner)
        case _:
            return
