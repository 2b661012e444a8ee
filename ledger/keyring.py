"""Keep which key is whose, from when and until when."""

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from ledger.instants import parse_instant

Owner: TypeAlias = Annotated[
    str, Meta(pattern=r"\A(?:person|party):[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
]
"""Whose key it is: a person, or a party that acts itself."""


class BoundKey(Struct, frozen=True, gc=False):
    """A key bound to its owner.

    Attributes:
        owner: Whose it is: `person:holt`, or `party:B` for a party that acts itself.
        key: Public key, base64.
        ref: Event (room:seq) that bound it.
        starts: Instant from which it counts.
        ends: First instant at which it no longer counts, None for no end.
    """

    owner: str
    key: str
    ref: str
    starts: datetime
    ends: datetime | None = None

    def counts(self, at: datetime) -> bool:
        """Tell whether it counted at an instant."""
        return self.starts <= at and (self.ends is None or at < self.ends)


def ended(keys: tuple[BoundKey, ...], key: str, at: datetime) -> tuple[BoundKey, ...]:
    """Let a key count no more from an instant on; an earlier end stays."""
    return tuple(_ended(bound, at) if bound.key == key else bound for bound in keys)


def _ended(bound: BoundKey, at: datetime) -> BoundKey:
    ends = at if bound.ends is None else min(at, bound.ends)
    return msgspec.structs.replace(bound, ends=ends)


def instant_or(text: str | None, default: datetime) -> datetime:
    """Read an instant, or take another where none is given."""
    return default if text is None else parse_instant(text)
