"""Answer the operator on a port of its own: metrics, is it alive, is it ready."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Thread
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

from ledger.errors import StoreFault
from services.metrics.meters import REGISTRY
from services.metrics.watch import Watch

LOOPBACK: Final = "127.0.0.1"
TEXT: Final = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))
PATIENCE_S: Final = 10
_METRICS: Final = make_wsgi_app(REGISTRY)


class _Quiet(WSGIRequestHandler):
    """Log nothing for each question, and let nobody keep a thread for long."""

    timeout = PATIENCE_S

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the library's signature
        """Say nothing."""


class _Server(ThreadingWSGIServer):
    """Each question in a thread of its own; the address family fits the host."""

    def __init__(self, address: tuple[str, int], handler: type[WSGIRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)


@contextmanager
def operators_port(watch: Watch, port: int, host: str = LOOPBACK) -> Iterator[int]:
    """Answer `/metrics`, `/livez` and `/readyz` while the block runs; yield the port.

    Args:
        watch: What is asked.
        port: Where to listen, 0 for a free one.
        host: Loopback, unless a container's own network is meant.

    Raises:
        StoreFault: Somebody else listens there.
    """
    try:
        server: WSGIServer = make_server(
            host, port, lambda asked, begin: _answer(watch, asked, begin), _Server, _Quiet
        )
    except OSError as taken:
        why = f"port {port} for the operator cannot be used: {taken.strerror}"
        raise StoreFault(why, "give another one with --operator-port") from taken
    thread = Thread(target=server.serve_forever, name="operators-port", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(watch: Watch, asked: WSGIEnvironment, begin: StartResponse) -> Iterable[bytes]:
    match asked["PATH_INFO"]:
        case "/metrics":
            told: Iterable[bytes] = _METRICS(asked, begin)
            return told
        case "/livez":
            return _said(begin, [] if watch.is_alive() else ["the services hang"])
        case "/readyz":
            return _said(begin, [f"{t.service}: {t.why}" for t in watch.troubles()])
        case _:
            begin(_status(HTTPStatus.NOT_FOUND), list(TEXT))
            return [b"/metrics, /livez or /readyz\n"]


def _said(begin: StartResponse, troubles: list[str]) -> Iterable[bytes]:
    begin(_status(HTTPStatus.SERVICE_UNAVAILABLE if troubles else HTTPStatus.OK), list(TEXT))
    return ["".join(f"{line}\n" for line in troubles or ["ok"]).encode()]


def _status(status: HTTPStatus) -> str:
    return f"{status.value} {status.phrase}"
