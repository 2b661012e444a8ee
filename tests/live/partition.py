"""A way between a client and a server on which nothing arrives while it is cut: no word, no end."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

CHUNK = 65_536
LOOPBACK = "127.0.0.1"


class Way:
    """A port of loopback that leads to another one.

    Attributes:
        port: Where a client connects.
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self._open = Event()
        self._open.set()
        self._turn = Lock()
        self._sockets: list[socket.socket] = []
        self._listening = socket.create_server((LOOPBACK, 0))
        self.port = int(self._listening.getsockname()[1])
        self._accepting = Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def cut(self) -> None:
        """Let nothing arrive any more; nobody is told, and who connects waits."""
        self._open.clear()

    def heal(self) -> None:
        """Let what waited arrive, late."""
        self._open.set()

    def heal_anew(self) -> None:
        """Lose what waited: every connection ends, new ones lead on."""
        self._end_all()
        self._open.set()

    def close(self) -> None:
        """End everything."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        self._listening.close()
        self.heal_anew()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listening.accept()
                Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        self._open.wait()
        try:
            server = socket.create_connection((LOOPBACK, self._to))
        except OSError:
            client.close()
            return
        with self._turn:
            self._sockets += [client, server]
        for source, target in ((client, server), (server, client)):
            Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self._open.wait()
                target.sendall(data)
        self._open.wait()  # that one side ended is not heard of either
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _end_all(self) -> None:
        with self._turn:
            ended, self._sockets = self._sockets, []
        for one in ended:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def way_to(port: int) -> Iterator[Way]:
    """Lead to a port of this machine while a block runs."""
    way = Way(port)
    try:
        yield way
    finally:
        way.close()
