"""A receiver of webhooks that does what a test says, and a record that sends to it."""

import hashlib
import hmac
import json
import socket
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec

from services.clock import Clock, FakeClock, SystemSteady
from services.courier.window import Window
from services.grants import Grants
from services.house import House
from services.store_source import StoreSource
from services.webhooks import Notes, Policy, Tools, Webhooks
from services.webhooks.sharing import Secrets
from tests.live.beside import beside
from tests.live.ledgers import give, opened, said, taken_over, tell
from tests.spec import START, do

QUICK = Policy(within_s=0.6, first_s=0.02, longest_s=0.05, asked_max_s=5.0, refusals_max=3)


class Got(msgspec.Struct, frozen=True):
    """One request.

    Attributes:
        headers: By name, in lower case.
        body: The bytes.
    """

    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> object:
        """Return what a statement says."""
        return json.loads(self.body).get("text")

    @property
    def attempt(self) -> int:
        """Return the number of the attempt."""
        return int(self.headers["webhook-attempt"])

    def is_signed(self, secret: str, scheme: str = "v1") -> bool:
        """Check the signature by the words of its documentation."""
        key, head = b64decode(secret[6:]), self.headers
        signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + self.body
        if scheme == "g1":
            lines = [head["webhook-id"], head["webhook-timestamp"], head["webhook-attempt"]]
            lines += sorted(f"{name}: {head[name]}" for name in head if name.startswith("ce-"))
            signed = ("\n".join(lines) + "\n\n").encode() + self.body
        mac = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"{scheme},{mac}" in head["webhook-signature"].split(" ")


class Handler(BaseHTTPRequestHandler):
    """One connection; what is done with it is the test's matter.

    Attributes:
        got: The request.
    """

    got: Got

    def do_POST(self) -> None:
        """Take a request in, and answer as the test says."""
        receiver = self.server
        assert isinstance(receiver, Server)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        self.got = Got(headers, body)
        receiver.got.append(self.got)
        receiver.answer(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Say nothing."""

    def say(self, status: int, **headers: str) -> None:
        """Answer with a status."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


class Server(ThreadingHTTPServer):
    """A receiver.

    Attributes:
        got: Every request so far.
        answer: What it does with one.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[Got] = []
        self.answer: Callable[[Handler], object] = lambda handler: handler.say(204)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a connection that was cut."""

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.server_address[1]}/in"

    @property
    def texts(self) -> list[object]:
        """Return what the statements say that it got."""
        return [got.text for got in list(self.got)]


@contextmanager
def receiving() -> Iterator[Server]:
    """Run a receiver beside the block."""
    server = Server()
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def cut(handler: Handler) -> None:
    """End the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)


class Office:
    """A house whose feeds are webhooks.

    Attributes:
        house: The ledger.
        notes: What the sender remembers.
        secrets: Those shared with receivers.
        policy: How patient it is.
        clock: Dates the attempts.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self.notes = Notes(house.where, house.ledger_id)
        self.secrets = Secrets(house.ledger.keys)
        self.policy = QUICK
        self.clock: Clock = house.clock

    def grant(self, feed: str, url: str, **terms: Any) -> str:  # noqa: ANN401 - fields of the command
        """Grant a webhook of every joint room; return its secret."""
        given: dict[str, Any] = {"feed": feed, "kinds": ["joint"], "cases": ["all"]}
        answer = give(
            self.house, do("grant-feed", **given, webhook=url, private_address=True, **terms)
        )
        assert answer.done, answer.why
        return self.secrets.draw(feed, self.granted(feed), self.house.clock.now())

    def granted(self, feed: str) -> int:
        """Return the position of a feed's grant."""
        ledger = self.house.ledger
        return Grants(ledger.reader, ledger.institution_id).catch_up()[feed].granted

    def add(self, *texts: str, case: str = "one") -> None:
        """Have statements recorded."""
        for text in texts:
            assert give(self.house, said(text), case).done

    def parked(self, feed: str) -> list[tuple[str, str]]:
        """List what is parked, by kind and why."""
        return [(one.kind, one.why) for one in self.notes.parked(feed)]

    def state(self, feed: str) -> str:
        """Return what keeps a feed."""
        place = self.notes.places().get(feed)
        return place.state if place else "not begun"

    def position(self, feed: str) -> int:
        """Return how far a feed is."""
        place = self.notes.places().get(feed)
        return place.position if place else 0

    def webhooks(self) -> Webhooks:
        """Make the sender as a new process would."""
        reader, ledger = self.house.ledger.reader, self.house.ledger.institution_id.hex
        return Webhooks(
            Tools(
                reader=reader,
                ledger=ledger,
                window=Window(StoreSource(reader.recorder), reader, ledger),
                notes=Notes(self.house.where, self.house.ledger_id),
                secrets=self.secrets,
                clock=self.clock,
                steady=SystemSteady(),
                policy=self.policy,
            )
        )

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Let the sender run beside the block; what ended it is raised."""
        with beside(lambda stop: self.webhooks().run(stop)):
            yield


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Open a ledger with two cases."""
    clock = FakeClock(START, timedelta(milliseconds=10))
    with opened(folder / "data", unbound=True, clock=clock) as house:
        tell(house, [taken_over("one")])
        tell(house, [taken_over("two")])
        made = Office(house)
        try:
            yield made
        finally:
            made.notes.close()
