"""Frame what a decision placed: the common part of every event."""

from typing import Any

from msgspec import UNSET

from ledger.act import Placed
from ledger.envelope import EVENT_BYTES_MAX, FRAME_ENCODER, Frame, content_is_given, frame_of
from ledger.errors import DecodeError

BESIDE_BYTES = 8 * 1024
"""Left for the common part of a frame, and for what an event opens of a signed command."""


def framed(
    placed: Placed,
    *,
    occurred: str | None,
    **who: Any,  # noqa: ANN401 - the remaining fields of a frame
) -> Frame[Any]:
    """Frame an event; its sequence comes with its turn."""
    event = placed.event
    return Frame(
        room=placed.room,
        seq=0,
        occurred=occurred if placed.occurred is UNSET else placed.occurred,
        admissibility=type(event).admissibility,
        cause=placed.cause,
        corrects=placed.corrects,
        v=type(event).version,
        event=frame_of(event),
        **who,
    )


def visible(authority: str | None, room: str) -> str | None:
    """Cite an authority only where every reader of the room may read it."""
    return authority if authority and authority.rpartition(":")[0] in ("joint", room) else None


def sized(placed: Placed) -> Placed:
    """Refuse an event over the bound before anything of its command is taken."""
    size = len(FRAME_ENCODER.encode(placed.event))
    if size > EVENT_BYTES_MAX - BESIDE_BYTES:
        raise DecodeError(
            "data",
            f"the event would take {size} bytes",
            f"at most {EVENT_BYTES_MAX // 1024} KiB; longer documents are referred to by hash",
        )
    content_is_given(placed.event)
    return placed
