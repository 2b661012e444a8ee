"""Send a request to an authority of time over HTTP, and take its answer within bounds.

No redirect is followed, no proxy used, and nothing of the answer is believed here.
"""

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR
from threading import Timer
from typing import Final
from urllib.parse import urlsplit

from ledger.errors import CaseBusy
from ledger.seal.stamps import ANSWER_BYTES_MAX
from ledger.seal.unproven import Unproven

ASK_S: Final = 10.0
"""How long one request may take in all, however slowly the other side answers."""
QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"
FINE: Final = 200


def ask(url: str, body: bytes, within_s: float = ASK_S) -> bytes:
    """Send a request; return the answer as it came.

    Args:
        url: Of the authority, http or https.
        body: The request, DER.
        within_s: How long it may take in all.

    Raises:
        CaseBusy: It did not answer, or not in time; ask again.
        Unproven: stamp_is_malformed, where it answered something else than a time stamp.
    """
    try:
        with _connected(url, within_s) as connection:
            address = urlsplit(url)
            path = (address.path or "/") + (f"?{address.query}" if address.query else "")
            connection.request("POST", path, body, {"Content-Type": QUERY, "Accept": REPLY})
            with closing(connection.getresponse()) as response:
                return _answer(response)
    except (OSError, HTTPException) as error:
        why = f"the authority of time at {url} did not answer: {str(error) or type(error).__name__}"
        raise CaseBusy(why) from error


@contextmanager
def _connected(url: str, within_s: float) -> Iterator[HTTPConnection]:
    """Connect, and hang up after so long even if the other side drips a byte at a time."""
    address = urlsplit(url)
    connection = (
        HTTPSConnection(
            address.hostname or "",
            address.port,
            timeout=within_s,
            context=ssl.create_default_context(),
        )
        if address.scheme == "https"
        else HTTPConnection(address.hostname or "", address.port, timeout=within_s)
    )
    end = Timer(within_s, _hang_up, [connection])
    end.daemon = True
    end.start()
    try:
        yield connection
    finally:
        end.cancel()
        connection.close()


def _hang_up(connection: HTTPConnection) -> None:
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(SHUT_RDWR)


def _answer(response: HTTPResponse) -> bytes:
    kind = (response.getheader("Content-Type") or "nothing").partition(";")[0].strip().lower()
    if response.status != FINE:
        raise Unproven("stamp_is_malformed", f"the authority answered with {response.status}")
    if kind != REPLY:
        raise Unproven("stamp_is_malformed", f"the authority answered with {kind[:80]!r}")
    answer = response.read(ANSWER_BYTES_MAX + 1)
    if len(answer) > ANSWER_BYTES_MAX:
        raise Unproven("stamp_is_malformed", f"the answer has more than {ANSWER_BYTES_MAX} bytes")
    return answer
