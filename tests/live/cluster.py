"""Three nodes of a cluster on loopback, configured by the command line as an institution would."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path

from nats.aio.client import Client

from services.nats.accounts import Credentials
from services.nats.binary import find_server
from services.nats.child import answers_healthy
from services.nats.config import Node, Storage
from services.nats.connect import BrokerAway, with_connection
from services.nats.jetstream import JetStream
from services.nats.node import write_node
from services.nats.operator import Accounts, apply
from services.nats.subjects import LEDGER, feed_stream
from tests.live.serving import until

NAMES = ("n1", "n2", "n3")
SMALL = Storage(max_file=32 << 30)
READY_S = 40.0


def free_ports(count: int) -> list[int]:
    """Find ports nobody listens on."""
    with ExitStack() as held:
        trials = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(trial.getsockname()[1]) for trial in trials]


class Cluster:
    """The nodes, each a process that can be killed and started again.

    Attributes:
        accounts: Keys of the operator.
        url: Every node's address.
    """

    def __init__(self, folder: Path) -> None:
        """Write every node's configuration; a subscriber is known from the beginning."""
        self.accounts = Accounts(folder / "nats")
        self.accounts.ensure_subscriber("city", durable="city")
        clients, routes, monitors = (free_ports(3) for _ in range(3))
        self.url = ",".join(f"nats://127.0.0.1:{port}" for port in clients)
        self._monitors = dict(zip(NAMES, monitors, strict=True))
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._configs = {}
        for name, client, route, monitor in zip(NAMES, clients, routes, monitors, strict=True):
            node = Node(
                name=name,
                listen=f"127.0.0.1:{client}",
                monitor=f"127.0.0.1:{monitor}",
                cluster=f"127.0.0.1:{route}",
                routes=[f"127.0.0.1:{other}" for other in routes if other != route],
            )
            out = folder / name
            self._configs[name] = write_node(folder / "nats", node, out, store=out, storage=SMALL)

    def user(self, name: str) -> Credentials:
        """Return what a user connects with, to whichever node answers."""
        return self.accounts.user(name, self.url)

    def start(self, *names: str) -> None:
        """Start some nodes."""
        for name in names:
            config = self._configs[name]
            with (config.parent / "server.log").open("ab") as log:
                self._running[name] = subprocess.Popen(
                    [str(find_server()), "-c", str(config)], stdout=log, stderr=log
                )

    def await_healthy(self, *names: str) -> None:
        """Wait until nodes say they are well, streams and all."""
        for name in names:
            port = self._monitors[name]
            until(lambda p=port: answers_healthy(p), f"{name} is well", READY_S)  # type: ignore[misc]

    def await_accounts(self) -> None:
        """Wait until the nodes take in every account."""
        until(self._tells, "accounts are taken in", READY_S)

    def await_streams(self) -> None:
        """Wait until every node lets our accounts have streams; it may have missed it."""
        users = [("relay", LEDGER), ("courier", feed_stream("city"))]
        for url, (user, stream) in product(self.url.split(","), users):
            at_node = self.accounts.user(user, url)
            until(
                lambda at=at_node, of=stream: self._tells() and _has_streams(at, of),  # type: ignore[misc]
                f"{user} may have streams at {url}",
                READY_S,
            )

    def _tells(self) -> bool:
        try:
            return bool(asyncio.run(apply(self.accounts, self.url)))
        except BrokerAway:
            return False

    def kill(self, *names: str) -> None:
        """Kill -9 some nodes."""
        for name in names:
            node = self._running.pop(name)
            os.kill(node.pid, signal.SIGKILL)
            node.wait()

    def mend(self) -> None:
        """Start again what was killed or ended, and wait until all are well."""
        running = {name for name, node in self._running.items() if node.poll() is None}
        if ended := [name for name in NAMES if name not in running]:
            self.start(*ended)
            self.await_healthy(*NAMES)

    def stop(self) -> None:
        """Leave no process."""
        self.kill(*self._running)


def _has_streams(credentials: Credentials, stream: str) -> bool:
    """Tell whether a node knows that an account may have streams; the others tell it so."""

    async def look(client: Client) -> bool:
        await JetStream(client).info(stream)
        return True

    try:
        return asyncio.run(with_connection(credentials, name="test", work=look))
    except BrokerAway:
        return False


@contextmanager
def clustered(folder: Path) -> Iterator[Cluster]:
    """Run three nodes while a block runs."""
    cluster = Cluster(folder)
    try:
        cluster.start(*NAMES)
        cluster.await_healthy(*NAMES)
        cluster.await_accounts()
        cluster.await_streams()
        yield cluster
    finally:
        cluster.stop()
