"""Post to a witness over HTTP, within bounds: of time for the whole of it, and of size."""

import asyncio
import io
import ssl
from http.client import HTTPException, HTTPResponse
from typing import Final, cast
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from ledger.errors import LedgerError

ANSWER_BYTES_MAX: Final = 65_536
CHUNK: Final = 4_096
SHOWN_MAX: Final = 200


class WitnessAway(LedgerError):  # noqa: N818 - a state of the world, not a fault of ours
    """A witness does not answer, or not as it should; the same may be tried again.

    Attributes:
        why: One sentence.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Answered(Struct, frozen=True):
    """What came back.

    Attributes:
        status: Of HTTP.
        kind: Content type.
        body: As it was sent.
    """

    status: int
    kind: str
    body: bytes

    @property
    def shown(self) -> str:
        """Return the beginning of the answer, for people."""
        text = " ".join(self.body[:SHOWN_MAX].decode(errors="replace").split())
        return "".join(character if character.isprintable() else "?" for character in text)


async def post(url: str, body: bytes, within_s: float) -> Answered:
    """Post, and return the answer whatever its status; redirections are not followed.

    Raises:
        WitnessAway: No answer, none in time, none of HTTP, or too long a one.
    """
    try:
        async with asyncio.timeout(within_s):
            raw = await _exchanged(urlsplit(url), body)
        return _read(raw)
    except TimeoutError:
        raise WitnessAway(f"no answer within {within_s:g} s") from None
    except (OSError, ValueError) as error:  # of the network, of TLS, of names and ports
        raise WitnessAway(f"no answer: {error}") from error
    except HTTPException as error:
        raise WitnessAway(f"what answers does not speak HTTP: {error!r}") from error


async def _exchanged(url: SplitResult, body: bytes) -> bytes:
    secure = ssl.create_default_context() if url.scheme == "https" else None
    port = url.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(url.hostname, port, ssl=secure)
    try:
        writer.write(_head(url, len(body)) + body)
        await writer.drain()
        return await _all(reader)
    finally:
        writer.transport.abort()  # nothing more is to be said, and nothing waited for


def _head(url: SplitResult, length: int) -> bytes:
    lines = (
        f"POST {url.path or '/'} HTTP/1.1",
        f"Host: {url.netloc}",
        "User-Agent: goodoffices",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {length}",
        "Connection: close",
    )
    return "".join(f"{line}\r\n" for line in lines).encode("ascii") + b"\r\n"


async def _all(reader: asyncio.StreamReader) -> bytes:
    parts, size = list[bytes](), 0
    while part := await reader.read(CHUNK):
        parts.append(part)
        size += len(part)
        if size > ANSWER_BYTES_MAX:
            raise WitnessAway(f"an answer of more than {ANSWER_BYTES_MAX} bytes")
    return b"".join(parts)


class _Received:
    """What was received, in the form in which `http.client` wants it."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._raw)


def _read(raw: bytes) -> Answered:
    from socket import socket  # noqa: PLC0415 - named for its type alone

    response = HTTPResponse(cast("socket", _Received(raw)), method="POST")
    response.begin()
    return Answered(response.status, response.headers.get_content_type(), response.read())
