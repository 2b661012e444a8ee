"""Run a nats-server of our own on loopback, over restarts and crashes."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import structlog

from ledger.errors import StoreFault
from services.nats import process
from services.nats.accounts import Credentials
from services.nats.child import STOP_S, Child, answers_healthy, require_free
from services.nats.config import ANY_PORT, LOOPBACK, Storage, embedded_config, keep_secrets
from services.nats.connect import set_within
from services.nats.folder import Folder, read_private, write_private, write_private_text
from services.nats.operator import Accounts

log = structlog.get_logger()

WATCH_S = 0.5
LONGEST_WATCH_S = 10.0


class ServerState(msgspec.Struct, frozen=True):
    """What a later start, or another process, needs to know of the child.

    Attributes:
        port: Kept over starts, so that subscribers find the broker again; 0 before the first.
        monitor_port: New at each start.
        pid: 0 when the child was stopped.
        started: When the child started, as `process.Running` has it.
    """

    port: int
    monitor_port: int = 0
    pid: int = 0
    started: str = ""


class EmbeddedServer:
    """A nats-server child with its folder of configuration, secrets, streams and log.

    One process at a time runs a folder. A child left behind by a process that was killed is
    recognised by number, start time and configuration file, and ended before a new one starts; on
    Linux the kernel ends it with its parent, if `start` was called on the main thread.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        subscribers: Sequence[str] = (),
        storage: Storage | None = None,
    ) -> None:
        """Prepare; nothing is written or started yet.

        Args:
            folder: Belongs to the broker alone; made where missing.
            port: 0 for any free one, chosen at the first start and kept.
            subscribers: Names of those who have an account, and a file, from the start.
            storage: How much the broker may keep.
        """
        self._folder = Folder(folder)
        self._fixed_port = port
        self._subscribers = tuple(subscribers)
        self._storage = storage or Storage()
        self.accounts = Accounts(self._folder.root)
        self._child: Child | None = None
        self._lock: int | None = None
        self._state = ServerState(port)

    @property
    def folder(self) -> Path:
        """Return where its files are."""
        return self._folder.root

    @property
    def port(self) -> int:
        """Return the port clients connect to, 0 before the first start."""
        return self._state.port

    @property
    def pid(self) -> int:
        """Return the child's process number, 0 where none runs."""
        return self._state.pid

    @property
    def alive(self) -> bool:
        """Tell whether the child runs."""
        return self._child is not None and self._child.exit_code is None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the child and wait until it is well; where it runs already, do nothing.

        Takes a fifth of a second, longer over large streams.

        Raises:
            StoreFault: Another process runs this folder, the port is taken, there is no
                nats-server new enough, the key of the streams is missing, or the child ended.
        """
        if self.alive:
            return
        self._folder.make()
        if self._lock is None:
            self._lock = hold(self._folder)
        try:
            self._start_child()
        except BaseException:
            self.close()
            raise
        log.info("nats.started", pid=self.pid, port=self.port)

    def close(self) -> None:
        """Stop the child, wait for its end and let go of the folder; a second call does nothing."""
        if self._child is not None:
            self._child.stop()
            self._child = None
            self._remember(ServerState(self.port))
            log.info("nats.stopped", port=self.port)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def healthy(self) -> bool:
        """Tell whether the broker says it is well; a full disk shows here."""
        return self.alive and answers_healthy(self._state.monitor_port)

    def credentials(self, user: str) -> Credentials:
        """Return what this user connects with (`rights.OF_USERS`, or `subscriber_user(name)`).

        Raises:
            StoreFault: There is no such user, or the broker was never started here.
        """
        return read_credentials(self._folder.root, user)

    async def keep_alive(self, stop: asyncio.Event) -> None:
        """Start the child again whenever it died, until stopped; its start holds up the loop.

        A start that fails is logged and tried again: without a broker events travel later, and
        nothing else suffers.
        """
        pause_s = WATCH_S
        while not stop.is_set():
            if await set_within(stop, pause_s) or self.alive:
                continue
            log.error("nats.died", pid=self.pid)
            try:
                self.start()
                pause_s = WATCH_S
            except StoreFault as fault:
                log.warning("nats.not_started", why=fault.why, needs=fault.needs)
                pause_s = min(2 * pause_s, LONGEST_WATCH_S)

    def _start_child(self) -> None:
        self._end_stale_child()
        wanted = self._fixed_port or self._state.port
        if wanted:
            require_free(wanted)
        self._write_config(wanted or ANY_PORT)
        self._child = Child(self._folder)
        # A crash before the next line leaves a child nobody knows of: the tether ends it.
        born = ServerState(wanted, pid=self._child.pid, started=self._child.started)
        self._remember(born)
        ports = self._child.await_ready()
        self._remember(msgspec.structs.replace(born, port=ports.client, monitor_port=ports.monitor))
        for name in self._subscribers:
            file = self.accounts.credentials_of(name, f"nats://{LOOPBACK}:{self.port}")
            write_private_text(self._folder.credentials_of(name), file)

    def _end_stale_child(self) -> None:
        """End what a killed predecessor left running, if it is certainly ours."""
        if not self._folder.state.exists():
            return
        self._state = read_private(self._folder.state, ServerState)
        running = process.look_up(self.pid) if self.pid else None
        if running is None or running.started != self._state.started:
            return
        if str(self._folder.config) in running.command:
            log.warning("nats.stale_child_ended", pid=self.pid)
            process.end(self.pid, running, patience_s=STOP_S)

    def _write_config(self, port: int) -> None:
        if self._folder.resolver.exists() and not self.accounts.exist:
            raise StoreFault(
                f"{self._folder.root} lacks the keys of the accounts that lie in it",
                f"restore accounts.json, or delete {self._folder.resolver}: then every subscriber"
                " needs new credentials",
            )
        kept = keep_secrets(self._folder)
        for name in self._subscribers:
            self.accounts.ensure_subscriber(name, durable=name)
        config = embedded_config(
            self._folder, self.accounts, port=port, kept=kept, storage=self._storage
        )
        self._drop_foreign_streams()
        write_private(self._folder.config, config)

    def _drop_foreign_streams(self) -> None:
        """Delete streams of accounts that no longer are: they are filled again from the ledger.

        Releases before operator mode named accounts otherwise, and the key of a stream on disk
        derives from the name of its account: what lies there cannot be opened under another.
        """
        kept = self._folder.streams / "jetstream"
        known = self.accounts.tokens()
        for left in kept.iterdir() if kept.exists() else ():
            if left.is_dir() and left.name not in known:
                log.warning("nats.old_streams_dropped", account=left.name)
                # A crash within leaves part of it, which the next start drops.
                shutil.rmtree(left)

    def _remember(self, state: ServerState) -> None:
        self._state = state
        write_private(self._folder.state, state)


def read_credentials(folder: Path, user: str) -> Credentials:
    """Return what this user of the broker in this folder connects with.

    Raises:
        StoreFault: There is no such user, or the broker was never started here.
    """
    state = read_private(Folder(folder).state, ServerState)
    return Accounts(folder).user(user, f"nats://{LOOPBACK}:{state.port}")


def hold(folder: Folder) -> int:
    """Hold the folder's lock file; the kernel lets go of it when this process ends.

    Raises:
        StoreFault: Another process holds it.
    """
    lock = os.open(folder.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        os.close(lock)
        raise StoreFault(
            f"another process runs the broker in {folder.root}",
            "stop that one first, or use another data folder",
        ) from held
    return lock
