"""Make decoders one at a time: what msgspec knows of a type it works out at first use.

While it does, it shows other threads a type half known; one that decodes then ends the process
with a fault that no `except` catches. So whatever is not made while modules are imported, before
there are threads, is made here. A decoder that is made may be used by any number of threads.
"""

from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_made: dict[Any, msgspec.json.Decoder[Any]] = {}
_turn = Lock()


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Return the decoder of a type, the same each time."""
    found = _made.get(kind)
    if found is None:
        with _turn:
            found = _made.setdefault(kind, msgspec.json.Decoder(kind))
    return found


def converted(value: object, kind: type[T]) -> T:
    """Read a value of plain objects as one of a type.

    Raises:
        msgspec.ValidationError: It is none.
    """
    decoder(kind)
    return msgspec.convert(value, kind)
