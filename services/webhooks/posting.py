"""Make one attempt: a POST over a connection of its own, within bounds.

No redirect is followed, no proxy used, and of the answer the status and one header alone are read.
"""

import asyncio
import socket
import ssl
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from threading import Lock, Thread
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from services.webhooks.reaching import ForbiddenError, resolve

PORTS: Final = {"http": 80, "https": 443}


class Letter(Struct, frozen=True):
    """What one attempt sends.

    Attributes:
        url: Where to.
        headers: All but those of HTTP itself.
        body: The event.
        private: Whether addresses of our own network are meant.
    """

    url: str
    headers: dict[str, str]
    body: bytes
    private: bool


class Answer(Struct, frozen=True):
    """What came of an attempt.

    Attributes:
        status: Of the answer, None where there was none.
        fault: Why there was none, in a word or two; never what the other side said.
        retry_after: What the answer says of it.
    """

    status: int | None = None
    fault: str = ""
    retry_after: str | None = None


async def post(letter: Letter, within_s: float) -> Answer:
    """Send, and wait for the status; hang up after so long, or when cancelled.

    Returns:
        What came of it; a fault of the other side is an answer, not an exception.
    """
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answer] = loop.create_future()

    def tell(answer: Answer) -> None:
        if not answered.done():
            answered.set_result(answer)

    def work() -> None:
        answer = attempt.make()
        with suppress(RuntimeError):  # nobody waits any more
            loop.call_soon_threadsafe(tell, answer)

    attempt = _Attempt(letter, within_s)
    # A thread each: none waits for another, and a name that does not resolve holds up no exit.
    Thread(target=work, name="webhook", daemon=True).start()
    try:
        async with asyncio.timeout(within_s):
            return await answered
    except TimeoutError:
        return Answer(fault="timeout")
    finally:
        attempt.hang_up()


class _Attempt:
    """One attempt, which another thread may end."""

    def __init__(self, letter: Letter, within_s: float) -> None:
        self._letter = letter
        self._within_s = within_s
        self._socket: socket.socket | None = None
        self._is_over = False
        self._turn = Lock()

    def hang_up(self) -> None:
        """End it; from here on nothing more is sent."""
        with self._turn:
            self._is_over = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)

    def make(self) -> Answer:
        """Make it; every fault of the other side becomes an answer."""
        try:
            return self._exchange()
        except ForbiddenError as forbidden:
            return Answer(fault=str(forbidden))
        except socket.gaierror:
            return Answer(fault="name not found")
        except TimeoutError:
            return Answer(fault="timeout")
        except ssl.SSLError:
            return Answer(fault="tls")
        except ConnectionRefusedError:
            return Answer(fault="refused connection")
        except OSError:
            return Answer(fault="connection lost")
        except (HTTPException, ValueError):  # also a status or a length that is no number
            return Answer(fault="no http")

    def _exchange(self) -> Answer:
        address, letter = urlsplit(self._letter.url), self._letter
        host = address.hostname or ""
        port = address.port or PORTS[address.scheme]
        connection = HTTPConnection(host, port)
        try:
            connection.sock = self._connect(host, port, encrypted=address.scheme == "https")
            path = (address.path or "/") + (f"?{address.query}" if address.query else "")
            headers = {"Host": address.netloc, "User-Agent": "goodoffices", "Connection": "close"}
            connection.request("POST", path, letter.body, {**headers, **letter.headers})
            response = connection.getresponse()
            return Answer(response.status, retry_after=response.getheader("Retry-After"))
        finally:
            connection.close()
            if self._socket is not None:  # a handshake that failed has not reached the connection
                self._socket.close()

    def _connect(self, host: str, port: int, *, encrypted: bool) -> socket.socket:
        """Connect to the address that was looked at, whatever the name stands for by now."""
        at = resolve(host, port, private=self._letter.private, encrypted=encrypted)
        plain = self._hold(socket.create_connection((at, port), self._within_s))
        if not encrypted:
            return plain
        context = ssl.create_default_context()
        wrapped = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        self._hold(wrapped)
        wrapped.do_handshake()
        return wrapped

    def _hold(self, connected: socket.socket) -> socket.socket:
        """Remember what to hang up."""
        with self._turn:
            if self._is_over:
                connected.close()
                raise ConnectionAbortedError
            self._socket = connected
        return connected
