"""Over a real broker a subscriber gets the same of two histories that differ in private alone."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest
from nats.aio.client import Client

from services.nats.checkpoint_stream import announce
from services.nats.jetstream import JetStream, StoredMessage
from services.nats.server import EmbeddedServer
from services.nats.subjects import CHECKPOINTS, feed_stream
from services.relay import Relay
from services.seals import seals_of, signer_of
from services.store_source import StoreSource
from tests.live.broker import on_connection
from tests.live.feeds import Newsroom
from tests.twins.fuzz import ROUNDS, a_past, playing
from tests.twins.ledgers import SUBSCRIBER, Ledger
from tests.twins.masks import Masks
from tests.twins.moves import script

pytestmark = [pytest.mark.live, pytest.mark.slow]

PAIRS: Final = 30


class Carried(Newsroom):
    """A ledger whose relay, courier and sealer reach a broker of their own."""

    def __init__(self, ledger: Ledger, server: EmbeddedServer) -> None:
        """Take a broker that runs."""
        super().__init__(ledger.house, server)
        self._folder = ledger.folder

    def bring(self) -> None:
        """Carry everything recorded and sealed by now."""
        source = StoreSource(self.house.ledger.reader.recorder)
        asyncio.run(Relay(source, self.server.credentials("relay")).catch_up())
        super().bring()
        asyncio.run(on_connection(self.server.credentials("sealer"), self._announce))

    async def _announce(self, client: Client) -> None:
        store = seals_of(self.house)
        assert store is not None, "the past is sealed"
        await announce(client, store, signer_of(self._folder))
        store.close()

    def stream(self, name: str) -> list[StoredMessage | None]:
        """Read a stream by sequence, with its gaps where a copy was taken back."""

        async def read(client: Client) -> list[StoredMessage | None]:
            js = JetStream(client)
            info = await js.info(name)
            assert info is not None
            return [await js.message(name, {"seq": n + 1}) for n in range(info.state.last_seq)]

        user = "sealer" if name == CHECKPOINTS else "courier"
        return asyncio.run(on_connection(self.server.credentials(user), read))


@contextmanager
def carried(ledgers: tuple[Ledger, Ledger]) -> Iterator[list[Carried]]:
    """Start a broker for each."""
    with ExitStack() as running:
        both = []
        for ledger in ledgers:
            server = running.enter_context(EmbeddedServer(ledger.folder / "nats"))
            both.append(Carried(ledger, server))
            running.callback(both[-1].book.close)
        yield both


@pytest.mark.timeout(300)
def test_streams_of_two_histories_are_alike(tmp_path: Path) -> None:
    """Feed and checkpoints: sequences, gaps, subjects, headers and sizes; the feed to the byte."""
    past = a_past(tmp_path / "past")
    steps = script(4, past.begun, ROUNDS)
    with playing(past) as play:
        play.all(steps)
        steps = tuple(step for step in steps if step.case not in play.apart)
    with playing(past) as play, carried(play.ledgers) as both:

        def bring() -> None:
            for one in both:
                one.bring()

        play.all(steps, after_each=bring)
        assert not play.apart
        assert len({step.case for step in steps}) >= PAIRS
        feeds = [one.stream(feed_stream(SUBSCRIBER)) for one in both]
        for one, other in zip(*feeds, strict=True):
            assert one is not None
            assert other is not None
            assert (shape(one), one.payload) == (shape(other), other.payload)
        assert len(feeds[0]) > 500
        notes = [one.stream(CHECKPOINTS) for one in both]
        assert [shape(each) for each in notes[0]] == [shape(each) for each in notes[1]]
        for one, other in zip(*notes, strict=True):
            assert one is not None
            assert other is not None
            assert Masks().differ(one.payload.decode(), other.payload.decode()) is None


def shape(message: StoredMessage | None) -> object:
    """Tell what can be seen of a message without reading it."""
    return message and (message.seq, message.subject, message.headers, len(message.payload))
