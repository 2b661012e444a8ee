"""Hold what every event has in common, and part its frame from its content.

The frame finds, orders, folds and counts an event; the content is what it says (TRUST.md, "What is
stored for an event"). A type marks each content field with `Content[...]`; every other field is
frame. Events folded from frames carry `UNSET` where content would stand, so no fold can use it.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar, get_type_hints

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ledger.decoding import decoder
from ledger.errors import DecodeError

T = TypeVar("T")
E = TypeVar("E", bound="Event")

EVENT_BYTES_MAX = 256 * 1024
"""Greatest size of frame and content together, in bytes of JSON."""

NOT_RECORDED = "not recorded"
"""Said by a caller where the source does not tell when an act happened."""


class ContentMark:
    """Mark a field of an event as content: sealed under the event's own key."""


CONTENT = ContentMark()
Content: TypeAlias = Annotated[T | UnsetType, CONTENT]

Channel: TypeAlias = Literal["page", "api", "nats", "command line", "import", "clock"]
Admissibility: TypeAlias = Literal["process", "settlement", "protected", "preexisting"]

FRAME_ENCODER = msgspec.json.Encoder(order="sorted")


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    gc=False,  # holds values, so is never part of a ring
    tag_field="type",
):
    """Be the ancestor of every event: past tense, never edited, its tag never reused.

    Attributes:
        row: Row of the event tables it comes from, such as "F5".
        rooms: Kinds of room it may be recorded in, its usual one first.
        says: One line for people; braces name frame fields.
        admissibility: Whether it may be proved elsewhere.
        version: Shape of the stored fields; older ones are upcast on reading.
    """

    row: ClassVar[str]
    rooms: ClassVar[tuple[str, ...]] = ("joint",)
    says: ClassVar[str]
    admissibility: ClassVar[Admissibility] = "process"
    version: ClassVar[int] = 1


class Irregularity(Struct, frozen=True, gc=False):
    """A rule a reported fact breaks.

    Attributes:
        rule: The rule's name.
        why: The reason, in frame terms: ids and states, no content.
    """

    rule: str
    why: str


class Signed(Struct, frozen=True, gc=False):
    """The signature of a command by its actor (docs/signing.md).

    Attributes:
        fields: Root of what was asked, field by field, lower-case hex.
        key: The actor's public key, base64.
        signature: Ed25519, base64.
    """

    fields: str
    key: str
    signature: str


class Frame(Struct, Generic[E], frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What finds, orders, folds and counts an event.

    Attributes:
        room: Name of the room within the case, such as `caucus:B`.
        seq: Place in the room, from 1.
        recorded: When it was written, UTC; never behind an earlier event of the ledger.
        occurred: When it happened, RFC 9557 text; a text without offset where the zone is not
            recorded; None where the time is not recorded.
        actor: Who acted, such as `person:holt`.
        acting_for: For whom, such as `party:B`, None for nobody but the actor.
        authority: Event (room:seq) that gives the actor its authority.
        entered_by: The operator at the keyboard.
        auth: How the actor's identity was known.
        command: Id of the command that caused it, unique for its actor.
        digest: Keyed digest of the command; of events written before decision 24, no longer given.
        cause: Event (room:seq) that caused it.
        signed: The actor's signature of the command; None where the institution asserts the act.
        source: SHA-256 of the document it was taken from, lower-case hex.
        admissibility: Whether it may be proved elsewhere.
        irregular: The rules it breaks, for a reported fact.
        corrects: Event (room:seq) it corrects.
        v: Schema version of the event's fields.
        event: The event itself, its content fields unset.
    """

    # In the order of the alphabet, as they are stored, so that each is found where it is expected.
    acting_for: str | None = None
    actor: str
    admissibility: Admissibility = "process"
    auth: str
    authority: str | None = None
    cause: str | None = None
    channel: Channel
    command: str
    corrects: str | None = None
    digest: str | None = None
    entered_by: str
    event: E
    irregular: tuple[Irregularity, ...] = ()
    occurred: str | None = None
    recorded: datetime
    room: str
    seq: int
    signed: Signed | None = None
    source: str | None = None
    v: int = 1

    @property
    def ref(self) -> str:
        """Name the event within its case, as `room:seq`."""
        return f"{self.room}:{self.seq}"


@cache
def content_fields(kind: type[Event]) -> tuple[str, ...]:
    """Name the content fields of an event type, in order."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        name
        for name in kind.__struct_fields__
        if any(isinstance(mark, ContentMark) for mark in getattr(hints[name], "__metadata__", ()))
    )


@cache
def _content_type(kind: type[Event]) -> type[Struct]:
    """Make the struct that checks the content bytes of an event type."""
    hints = get_type_hints(kind)
    fields = [(name, hints[name], UNSET) for name in content_fields(kind)]
    return msgspec.defstruct(f"{kind.__name__}Content", fields, frozen=True, kw_only=True)


@cache
def _required_content(kind: type[Event]) -> tuple[str, ...]:
    """Name the content fields that may not be left out (None is not among their types)."""
    hints = get_type_hints(kind)
    return tuple(n for n in content_fields(kind) if type(None) not in _union_members(hints[n]))


def _union_members(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any annotation there is
    return getattr(hint, "__args__", (hint,))


def frame_of(event: E) -> E:
    """Return the event with its content fields unset."""
    fields = content_fields(type(event))
    return msgspec.structs.replace(event, **dict.fromkeys(fields, UNSET)) if fields else event


def content_is_given(event: Event) -> None:
    """Let no event lack what it must say.

    Raises:
        DecodeError: A content field that must be given is missing.
    """
    kind = type(event)
    for name in _required_content(kind):
        if getattr(event, name) is UNSET:
            raise DecodeError(name, f"{kind.__name__} needs it", "give the field a value")


def content_bytes(event: Event) -> bytes:
    """Encode the content fields of an event as JSON with sorted keys; `{}` where it has none.

    Raises:
        DecodeError: A content field that must be given is missing.
    """
    content_is_given(event)
    values = {name: getattr(event, name) for name in content_fields(type(event))}
    return FRAME_ENCODER.encode({k: v for k, v in values.items() if v is not UNSET})


@cache
def _content_decoder(kind: type[Event]) -> msgspec.json.Decoder[Struct]:
    return decoder(_content_type(kind))


def with_content(event: E, content: bytes) -> E:
    """Return the event with its content fields filled from stored bytes.

    Raises:
        DecodeError: The bytes are not content of this event's type.
    """
    kind = type(event)
    if not content_fields(kind):
        return event
    try:
        decoded = _content_decoder(kind).decode(content)
    except msgspec.DecodeError as error:
        raise DecodeError(kind.__name__, str(error)) from error
    return msgspec.structs.replace(event, **msgspec.structs.asdict(decoded))


def opened(value: T | UnsetType, default: T) -> T:
    """Return a content value, or the default where it was not opened or not given."""
    return default if isinstance(value, UnsetType) else value


@cache
def tag_of(kind: type[Event]) -> str:
    """Name an event type as frames and catalogue do."""
    tag = msgspec.inspect.type_info(kind).tag  # type: ignore[attr-defined] # StructType has it
    assert isinstance(tag, str)
    return tag


def _is_names(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) for item in value)


def describe(frame: "Frame[Event]") -> str:
    """Say in one line what an event is, from its frame alone."""
    values = msgspec.structs.asdict(frame.event)
    values = {k: ", ".join(v) if _is_names(v) else v for k, v in values.items()}
    values.update(actor=frame.actor, acting_for=frame.acting_for or frame.actor)
    return frame.event.says.format_map(values)
