"""Read a form that brings a file, part by part, without keeping the file anywhere in the open."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from multipart import (  # type: ignore[import-untyped]  # Litestar's own parser, without types
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from ledger.errors import DecodeError
from services.desk import COMMAND_BYTES_MAX
from services.documents.incoming import BYTES_MAX, Incoming
from services.documents.kinds import FIELD
from services.http.site import Asked

MULTIPART: Final = "multipart/form-data"
PARTS_MAX: Final = 64
TAKEN_AT_ONCE: Final = 64 * 1024
Begin: TypeAlias = Callable[[Mapping[str, str], str], Coroutine[Any, Any, Incoming]]
"""Begins to take a file in, given the fields before it and its name."""


class Filled(NamedTuple):
    """A form as it was filled in.

    Attributes:
        fields: What was typed, by name.
        document: The file that came with it, None for none; its reader closes it.
    """

    fields: dict[str, str]
    document: Incoming | None


async def pour(parts: AsyncIterator[bytes], document: Incoming) -> Incoming:
    """Take in what comes; whatever goes wrong, nothing of it is left.

    Raises:
        DecodeError, StoreFault: As `Incoming.take`.
    """
    try:
        async for part in parts:
            for at in range(0, len(part), TAKEN_AT_ONCE):
                document.take(part[at : at + TAKEN_AT_ONCE])
    except BaseException:
        document.close()
        raise
    return document


class _Form:
    """What has come of a form."""

    def __init__(self, begin: Begin, fields: dict[str, str]) -> None:
        self.fields = fields
        self.document: Incoming | None = None
        self._begin = begin
        self._name = ""
        self._text = bytearray()
        self._size = 0
        self._in_file = False

    async def start(self, segment: MultipartSegment) -> None:
        self._name, self._text = segment.name or "", bytearray()
        self._in_file = bool(segment.filename)
        if self._in_file:
            if self.document is not None:
                raise DecodeError("file", "is given more than once", "one file")
            self.document = await self._begin(self.fields, segment.filename or "")

    def take(self, data: bytes) -> None:
        if self._in_file and self.document is not None:
            for at in range(0, len(data), TAKEN_AT_ONCE):
                self.document.take(bytes(data[at : at + TAKEN_AT_ONCE]))
            return
        self._size += len(data)
        if self._size > COMMAND_BYTES_MAX:
            raise DecodeError("form", "is too large", f"at most {COMMAND_BYTES_MAX // 1024} KiB")
        self._text += data

    def end(self) -> None:
        if self._in_file:
            return
        if self._name in self.fields:
            raise DecodeError("form", "says something twice", f"{self._name!r:.40} once")
        try:
            self.fields[self._name] = self._text.decode()
        except UnicodeDecodeError:
            raise DecodeError("form", "cannot be read", "text in UTF-8") from None


async def filled(request: Asked, begin: Begin, fields: dict[str, str] | None = None) -> Filled:
    """Read a form; the file goes where `begin` says, as it comes.

    Args:
        request: What is asked.
        begin: Begins to take the file in.
        fields: Takes what was typed, so that it is there whatever is wrong with the file.

    Raises:
        DecodeError: It is no such form, says something twice, or has two files; or as `begin` and
            `Incoming.take`.
    """
    form = _Form(begin, {} if fields is None else fields)
    try:
        await _parsed(request, form)
    except BaseException:
        if form.document is not None:
            form.document.close()
        raise
    return Filled(form.fields, form.document)


async def _parsed(request: Asked, form: _Form) -> None:
    """Parse what comes; a file that is not taken goes by, so that a browser sees the answer."""
    _, options = parse_options_header(request.headers.get("content-type", ""))
    wrong: DecodeError | None = None
    gone = 0
    try:
        with PushMultipartParser(
            options.get("boundary", ""), max_segment_count=PARTS_MAX
        ) as parser:
            async for chunk in request.stream():
                if wrong is None:
                    wrong = await _fed(parser, form, chunk)
                gone += len(chunk) if wrong else 0
                if gone > BYTES_MAX:
                    break
            if wrong is not None:
                raise wrong
    except MultipartError:
        raise DecodeError("form", "cannot be read", "a form as browsers send it") from wrong


async def _fed(parser: PushMultipartParser, form: _Form, chunk: bytes) -> DecodeError | None:
    """Give a part of the body to the parser; return what is wrong with a file in it."""
    try:
        for event in parser.parse(chunk):
            if isinstance(event, MultipartSegment):
                await form.start(event)
            elif event:
                form.take(event)
            else:
                form.end()
    except DecodeError as error:
        if error.field != FIELD:
            raise
        return error
    return None
