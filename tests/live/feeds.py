"""A record with feeds: what is granted, brought by a real courier to a real broker, read back."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from nats.aio.client import Client

from services.clock import FakeClock
from services.courier import Book, Bounds, ByAccounts, Courier, Tools
from services.courier.window import Window
from services.house import House
from services.nats.folder import Folder
from services.nats.jetstream import JetStream
from services.nats.server import EmbeddedServer
from services.nats.subjects import feed_stream
from services.store_source import StoreSource
from tests.live.beside import beside
from tests.live.broker import on_connection
from tests.live.ledgers import clerk, give, opened
from tests.spec import START, do

Result = TypeVar("Result")


class Told(msgspec.Struct, frozen=True):
    """A message of a feed as its subscriber gets it.

    Attributes:
        seq: Its sequence in the stream.
        subject: Where it was published.
        headers: All of them.
        body: The bytes.
    """

    seq: int
    subject: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """Return what it says."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def text(self) -> object:
        """Return what a statement says."""
        return self.data.get("text")


class Newsroom:
    """A house, a broker, and the courier between them.

    Attributes:
        house: The ledger.
        server: The broker.
        book: The courier's notes.
        bounds: What streams keep.
    """

    def __init__(self, house: House, server: EmbeddedServer) -> None:
        self.house = house
        self.server = server
        self.bounds = Bounds()
        self.book = Book(house.where, house.ledger_id)

    def grant(self, feed: str, **terms: Any) -> None:  # noqa: ANN401 - fields of the command
        """Grant a feed: every case's joint room unless said otherwise."""
        given = {"feed": feed, "kinds": ["joint"], "cases": ["all"], **terms}
        answer = give(self.house, do("grant-feed", **given))
        assert answer.done, answer.why

    def courier(self) -> Courier:
        """Make a courier as a new process would."""
        reader = self.house.ledger.reader
        ledger = self.house.ledger.institution_id.hex
        window = Window(StoreSource(reader.recorder), reader, ledger)
        book = Book(self.house.where, self.house.ledger_id)
        return Courier(
            Tools(
                reader=reader,
                ledger=ledger,
                window=window,
                book=book,
                credentials=self.server.credentials("courier"),
                access=ByAccounts(
                    self.server.accounts,
                    f"nats://127.0.0.1:{self.server.port}",
                    Folder(self.server.folder).credentials,
                ),
                bounds=self.bounds,
            )
        )

    def bring(self) -> None:
        """Bring every feed to the head of the record."""
        asyncio.run(self.courier().catch_up())

    @contextmanager
    def carrying(self) -> Iterator[None]:
        """Let the courier run beside the block; what ended it is raised."""
        with beside(lambda stop: self.courier().run(stop)):
            yield

    def told(self, feed: str) -> list[Told]:
        """Read a feed's stream from its first message to its last."""
        return self.ask(lambda js: stream_of(js, feed))

    def texts(self, feed: str) -> list[object]:
        """Return what the statements of a feed say."""
        return [t.text for t in self.told(feed) if t.data["type"] == "statement-recorded"]

    def count(self, feed: str) -> int:
        """Count the messages of a feed's stream."""
        info = self.ask(lambda js: js.info(feed_stream(feed)))
        return info.state.messages if info else 0

    def ask(self, work: Callable[[JetStream], Awaitable[Result]]) -> Result:
        """Ask the broker as the courier."""

        async def asked(client: Client) -> Result:
            return await work(JetStream(client))

        return asyncio.run(on_connection(self.server.credentials("courier"), asked))

    def id_of(self, case: str) -> str:
        """Return a case's id."""
        return self.house.resolve(case, clerk(self.house)).hex


async def stream_of(js: JetStream, feed: str) -> list[Told]:
    """Read a stream whole."""
    found: list[Told] = []
    seq = 1
    asked = {"next_by_subj": f"feed.{feed}.>"}
    while message := await js.message(feed_stream(feed), {"seq": seq, **asked}):
        found.append(Told(message.seq, message.subject, message.headers, message.payload))
        seq = message.seq + 1
    return found


@contextmanager
def newsroom(folder: Path) -> Iterator[Newsroom]:
    """Open a ledger and a broker."""
    clock = FakeClock(START, timedelta(minutes=1))
    with (
        opened(folder / "data", unbound=True, clock=clock) as house,
        EmbeddedServer(folder / "nats") as server,
    ):
        room = Newsroom(house, server)
        try:
            yield room
        finally:
            room.book.close()
