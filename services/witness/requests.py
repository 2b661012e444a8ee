"""Read HTTP/1.1 requests and write answers: as much of it as a witness needs, within bounds."""

import asyncio
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from ledger.errors import LedgerError

HEAD_BYTES_MAX: Final = 16_384
REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    411: "Length Required",
    413: "Content Too Large",
    422: "Unprocessable Content",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
PLAIN: Final = "text/plain; charset=utf-8"


class BadRequest(LedgerError):  # noqa: N818 - an answer, not a fault
    """What came is no request that can be answered; the connection ends with the answer.

    Attributes:
        status: Of HTTP.
        why: One sentence.
    """

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Head(Struct, frozen=True):
    """What stands before the body of a request.

    Attributes:
        method: In capitals.
        path: Without what is behind a question mark.
        length: Bytes of the body.
        stays: Whether the connection is kept.
        waits: Whether the body comes only when it is asked for.
    """

    method: str
    path: str
    length: int
    stays: bool
    waits: bool


class Reply(Struct, frozen=True):
    """An answer.

    Attributes:
        status: Of HTTP.
        body: Whole.
        kind: Content type.
    """

    status: int
    body: bytes
    kind: str = PLAIN


def say(status: int, why: str) -> Reply:
    """Answer in a line of words."""
    return Reply(status, f"{why}\n".encode())


async def read_head(reader: asyncio.StreamReader, body_bytes_max: int) -> Head | None:
    """Read up to the empty line; None where the connection ends first.

    Args:
        reader: Its limit is `HEAD_BYTES_MAX`.
        body_bytes_max: A longer body is refused before it is read.

    Raises:
        BadRequest: With status 400, 411, 413 or 431.
    """
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise BadRequest(431, f"headers of more than {HEAD_BYTES_MAX} bytes") from None
    first, *lines = raw.decode("latin-1").split("\r\n")[:-2]
    words = first.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.0", "HTTP/1.1"):  # noqa: PLR2004 - method, target, version
        raise BadRequest(400, "the first line is no request of HTTP/1.1")
    fields = _fields(lines)
    length = _length(words[0], fields, body_bytes_max)
    asked = fields.get("connection", "").lower()
    stays = asked != "close" if words[2] == "HTTP/1.1" else asked == "keep-alive"
    waits = fields.get("expect", "").lower() == "100-continue"
    return Head(words[0], words[1].partition("?")[0], length, stays, waits)


def _fields(lines: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or not name.isascii() or name != name.strip():
            raise BadRequest(400, "a header without a name")
        if fields.setdefault(name.lower(), value.strip()) != value.strip():
            raise BadRequest(400, f"two headers {name}")
    return fields


def _length(method: str, fields: Mapping[str, str], most: int) -> int:
    """Read how long the body is; there is but one way to say it, so that nobody hears two."""
    told = fields.get("content-length")
    if "transfer-encoding" in fields or (told is None and method == "POST"):
        raise BadRequest(411, "the body comes whole, with its Content-Length")
    if told is None:
        return 0
    if not (told.isascii() and told.isdigit()):
        raise BadRequest(400, "the Content-Length is no number")
    if len(told) > len(str(most)) or int(told) > most:
        raise BadRequest(413, f"a body of more than {most} bytes")
    return int(told)


def written(reply: Reply, *, stays: bool) -> bytes:
    """Write an answer."""
    lines = [
        f"HTTP/1.1 {reply.status} {REASONS[reply.status]}",
        f"Content-Type: {reply.kind}",
        f"Content-Length: {len(reply.body)}",
        f"Connection: {'keep-alive' if stays else 'close'}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + reply.body
