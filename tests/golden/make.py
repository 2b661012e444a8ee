"""Write the golden files that are missing; those that are there are never touched.

Usage: python -m tests.golden.make
"""

import json
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct, UnsetType

from ledger.catalogue import EVENTS, encode_frame
from ledger.envelope import Event, Frame, content_bytes, frame_of
from ledger.store.sealing import ContentKey, parse, seal
from tests.golden.conforming import missing

HERE = Path(__file__).parent
RECORDED = datetime(2026, 3, 5, 13, 0, 0, 250_000, tzinfo=UTC)
PATTERNS = {
    r"\A\d{4}-\d{2}-\d{2}\Z": "2026-03-05",
    r"\A[0-9a-f]{64}\Z": "0123456789abcdef" * 4,
    r"\A[A-Z]{3}\Z": "EUR",
    r"\A-?\d{1,24}(\.\d{1,8})?\Z": "1300000.00",
}


def sample(hint: Any) -> Any:  # noqa: ANN401 - any annotation there is
    """Make a value of a type, the same each time."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _patterned(args)
    if origin is Literal:
        return args[0]
    if origin is tuple:
        return (sample(args[0]),)
    if origin is dict or getattr(origin, "__name__", "") == "Mapping":
        return {sample(args[0]): sample(args[1])}
    if args and origin is not None:
        return sample(next(a for a in args if a not in (type(None), UnsetType)))
    return _plain(hint)


def _patterned(args: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any annotation there is
    for mark in args[1:]:
        if isinstance(mark, Meta) and mark.pattern:
            return PATTERNS.get(mark.pattern, "person:holt" if "person" in mark.pattern else "A")
    if get_origin(args[0]) is Union or get_args(args[0]):
        return sample(args[0])
    return _plain(args[0])


def _plain(kind: Any) -> Any:  # noqa: ANN401 - any type there is
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if isinstance(kind, type) and issubclass(kind, Struct):
        hints = get_type_hints(kind, include_extras=True)
        return kind(**{name: sample(hints[name]) for name in kind.__struct_fields__})
    values: dict[Any, Any] = {
        str: "A, شركة الميناء",
        int: 7,
        bool: True,
        datetime: RECORDED,
    }
    return values[kind]


def frame(event: Event) -> Frame[Any]:
    """Put an event in a frame with every envelope field given."""
    return Frame(
        room=type(event).rooms[0],
        seq=3,
        recorded=RECORDED,
        occurred="2026-03-05T14:00:00+01:00[Europe/Oslo]",
        actor="person:holt",
        acting_for="party:B",
        authority="joint:2",
        entered_by="person:clerk",
        auth="operating system user",
        channel="command line",
        command="0192d0a0-0000-7000-8000-000000000001",
        digest="ab" * 32,
        cause="joint:1",
        source="cd" * 32,
        admissibility=type(event).admissibility,
        corrects="joint:1",
        v=type(event).version,
        event=frame_of(event),
    )


def shape(tag: str) -> dict[str, str]:
    """Make the golden text of one event type."""
    event = _plain(EVENTS[tag])
    return {"frame": encode_frame(frame(event)).decode(), "content": content_bytes(event).decode()}


def sealed() -> dict[str, Any]:
    """Make the golden bytes of one sealed event; every input is in the file."""
    text = shape("proposal-tabled")
    inputs: dict[str, Any] = {
        "room_id": bytes(range(16)),
        "seq": 3,
        "frame": text["frame"].encode(),
        "content": text["content"].encode(),
        "frame_key": bytes(range(32)),
        "content_key": ContentKey(5, 9, bytes(range(32, 64))),
        "entropy": bytes(range(100, 176)),
    }
    state = seal(**inputs)
    content_key = inputs.pop("content_key")
    shown = {k: v.hex() if isinstance(v, bytes) else v for k, v in inputs.items()}
    return {
        **shown,
        "block": content_key.block,
        "slot": content_key.slot,
        "content_key": content_key.key.hex(),
        "leaf": parse(state).leaf.decode(),
        "stored": state.hex(),
    }


def main() -> None:
    """Write what is missing."""
    for tag, kind in EVENTS.items():
        file = HERE / "events" / f"{tag}.v{kind.version}.json"
        file.parent.mkdir(exist_ok=True)
        if not file.exists():
            file.write_text(json.dumps(shape(tag), indent=1, ensure_ascii=False) + "\n", "utf-8")
    file = HERE / "sealed.v1.json"
    if not file.exists():
        file.write_bytes(msgspec.json.format(msgspec.json.encode(sealed()), indent=1) + b"\n")
    for file, text in missing():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
