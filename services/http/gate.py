"""Hold every request to what holds for all: its host, its time, its headers; and log it."""

import asyncio
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import structlog
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPScope, Message, Receive, Scope, Send

from services.http import problems
from services.http.problems import Problem, of_status
from services.http.site import SAFE, Site
from services.metrics.meters import (
    HTTP_BYTES,
    HTTP_OPEN,
    HTTP_REQUESTS,
    HTTP_SECONDS,
    SIGN_INS_REFUSED,
)
from services.traces import Mark, span

log = structlog.get_logger()

BODY_S: Final = 10.0
"""How long a body may take from its first byte to its last."""
UPLOAD_S: Final = 600.0
"""The same where documents are taken."""
UPLOADS: Final = "/documents"
"""How the addresses end that take documents."""
LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
OURS_ALONE: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    b"content-security-policy": OURS_ALONE.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cache-control": b"no-store",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
METHODS: Final = (*SAFE, "DELETE", "PATCH", "POST", "PUT")
"""Whatever else somebody calls a method is counted as one."""
WAYS_IN: Final = ("/api/session", "/sign-in", "/sign-in/issuer/back")
WHY_REFUSED: Final = {403: "refused", 429: "too many"}
STRICT_TRANSPORT: Final = b"max-age=31536000"


class Gate:
    """Stand before the application."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        """Guard an application.

        Args:
            app: What answers.
            site: The ledger on the network.
        """
        self._app = app
        self._site = site
        self._headers = dict(HEADERS)
        if site.is_secure:
            self._headers[b"strict-transport-security"] = STRICT_TRANSPORT

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        headers = _headers_of(scope)
        passage = _Passage(scope, receive, send, self._headers)
        passage.not_there_s = self._site.not_there_s
        refused = self._refused(headers, scope["method"])
        with (
            span("http", "SERVER", headers.get("traceparent")) as mark,
            HTTP_OPEN.track_inprogress(),
        ):
            try:
                if refused is not None:
                    await passage.refuse(refused)
                else:
                    await self._app(scope, passage.receive, passage.send)
            finally:
                passage.tell(mark)

    def _refused(self, headers: dict[str, str], method: str) -> Problem | None:
        """Refuse another host's name, and what a page of another site sends."""
        host = headers.get("host", "")
        own = urlsplit(self._site.address).netloc
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if host != own and name not in LOOPBACK:
            return of_status(421, "this is not the host that was asked for")
        origin = headers.get("origin")
        if method in SAFE or origin is None:
            return None
        if origin != "null" and urlsplit(origin).netloc in (host, own):
            return None
        return of_status(403, "the request comes from a page of another site")


def _headers_of(scope: HTTPScope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


class _Passage:
    """One request on its way through.

    Attributes:
        not_there_s: At whole multiples of this, after it was asked, it is told that something is
            not there.
    """

    not_there_s = 0.0

    def __init__(
        self,
        scope: HTTPScope,
        receive: Receive,
        send: Send,
        headers: dict[bytes, bytes],
    ) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._headers = headers
        self._loop = asyncio.get_running_loop()
        self._began_s = self._loop.time()
        self._over_s: float | None = None
        self._status = 0
        self._received = 0
        self._sent = 0

    async def receive(self) -> HTTPReceiveMessage:
        """Pass a part of the body on, and wait no longer than the whole of it may take."""
        if self._over_s is None:
            upload = self._scope["path"].endswith(UPLOADS)
            self._over_s = self._loop.time() + (UPLOAD_S if upload else BODY_S)
        if self._status:  # it is answered; what comes now is its end
            return await self._receive()  # type: ignore[return-value]  # of an HTTP scope
        left_s = max(self._over_s - self._loop.time(), 0)
        try:
            message = await asyncio.wait_for(self._receive(), left_s)
        except TimeoutError:
            raise ClientException(status_code=408) from None
        self._received += len(message.get("body", b""))  # type: ignore[arg-type]  # of an HTTP scope
        return message  # type: ignore[return-value]  # of an HTTP scope

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on, with the headers that all answers have."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            await self._wait_for_beat()
            given = {name.lower() for name, _ in message["headers"]}
            added = ((n, v) for n, v in self._headers.items() if n not in given)
            message["headers"] = [*message["headers"], *added]
        elif message["type"] == "http.response.body":
            self._sent += len(message["body"])
        await self._send(message)

    async def _wait_for_beat(self) -> None:
        """Tell that something is not there as late as of what is another's.

        To find that somebody may not read a case takes longer than to find none, and longer the
        more there is in it.
        """
        if self._status == HTTPStatus.NOT_FOUND and self.not_there_s:
            took_s = self._loop.time() - self._began_s
            await asyncio.sleep(self.not_there_s - took_s % self.not_there_s)

    async def refuse(self, problem: Problem) -> None:
        """Answer in the application's place."""
        body = problems.body_of(problem)
        headers: Iterable[tuple[bytes, bytes]] = (
            (b"content-type", problems.MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        )
        await self.send(
            {"type": "http.response.start", "status": problem.status, "headers": headers}
        )
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    def tell(self, mark: Mark) -> None:
        """Log, count and trace what was asked and answered: no names, no words, no query."""
        took_s = self._loop.time() - self._began_s
        method = self._scope["method"] if self._scope["method"] in METHODS else "other"
        route = self._scope.get("path_template") or "none"
        log.info(
            "http.answered",
            method=method,
            route=route,
            status=self._status,
            bytes=self._sent,
            ms=round(took_s * 1000, 1),
        )
        HTTP_REQUESTS.labels(method, route, f"{self._status // 100}xx").inc()
        HTTP_SECONDS.labels(route).observe(took_s)
        HTTP_BYTES.labels("in").inc(self._received)
        HTTP_BYTES.labels("out").inc(self._sent)
        if route in WAYS_IN and self._status in WHY_REFUSED:
            SIGN_INS_REFUSED.labels(WHY_REFUSED[self._status]).inc()
        mark.call(f"{method} {route}")
        mark.note("http.request.method", method)
        mark.note("http.route", route)
        mark.note("http.response.status_code", self._status)
