"""Start, watch and stop one nats-server process."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from ledger.errors import StoreFault
from services.nats import process, tether
from services.nats.binary import find_server
from services.nats.config import LOOPBACK, PORT_SETTING
from services.nats.folder import Folder, open_private

STEP_S = 0.01
START_S = 60.0  # recovery of a large stream is part of it
STOP_S = 10.0


class Ports(NamedTuple):
    """Where a server listens on loopback."""

    client: int
    monitor: int


class _PortsFile(msgspec.Struct, frozen=True):
    nats: list[str]
    monitoring: list[str]


class Child:
    """One nats-server started by this process."""

    def __init__(self, folder: Folder) -> None:
        """Start it with the configuration that lies in the folder.

        Raises:
            StoreFault: There is no nats-server new enough.
        """
        for left_over in folder.ports.iterdir():
            left_over.unlink()
        command = [str(find_server()), "-c", str(folder.config)]
        with open_private(folder.output) as output:
            self._popen = subprocess.Popen(  # noqa: S603 - found by us, no shell
                tethered(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for us; we stop the child when we are done
                umask=0o077,
            )
        self._folder = folder
        self.pid = self._popen.pid

    @property
    def started(self) -> str:
        """Return when it started, as `process.Running` has it; "" where it has ended."""
        running = process.look_up(self.pid)
        return running.started if running else ""

    @property
    def exit_code(self) -> int | None:
        """Return how it ended, None while it runs."""
        return self._popen.poll()

    def await_ready(self) -> Ports:
        """Wait until it has opened its ports and says it is well; return the ports.

        Raises:
            StoreFault: It ended, or is not well within a minute.
        """
        self._await(lambda: self._ports_file() is not None)
        told = self._ports_file()
        assert told is not None
        file = msgspec.json.decode(told.read_bytes(), type=_PortsFile)
        ports = Ports(_port_of(file.nats[0]), _port_of(file.monitoring[0]))
        self._await(lambda: answers_healthy(ports.monitor))
        return ports

    def stop(self) -> None:
        """End it, kindly first, and wait for its end."""
        for stop in (signal.SIGTERM, signal.SIGKILL):
            self._popen.send_signal(stop)
            try:
                self._popen.wait(STOP_S)
            except subprocess.TimeoutExpired:
                continue
            return

    def _ports_file(self) -> Path | None:
        """Return the file the server writes once it listens."""
        written = [path for path in self._folder.ports.iterdir() if path.stat().st_size]
        return written[0] if written else None

    def _await(self, ready: Callable[[], bool]) -> None:
        for _ in range(int(START_S / STEP_S)):
            if self.exit_code is not None:
                break
            if ready():
                return
            time.sleep(STEP_S)
        raise StoreFault(
            f"nats-server did not start: {last_words(self._folder)}", f"read {self._folder.log}"
        )


def tethered(command: list[str]) -> list[str]:
    """Return the command so that it ends with this process, where that can be had.

    The kernel's signal is tied to the thread that starts the child, so any thread but the main one
    would end it too early; elsewhere the next start ends what was left behind.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return command
    parent = str(os.getpid())
    return [sys.executable, "-I", "-S", tether.__file__, parent, *command]


def require_free(port: int) -> None:
    """Refuse a port somebody listens on.

    Raises:
        StoreFault: It is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((LOOPBACK, port))
        except OSError as taken:
            raise StoreFault(
                f"port {port} for NATS cannot be used: {taken.strerror}",
                f"set {PORT_SETTING} to another port",
            ) from taken


def answers_healthy(monitor_port: int) -> bool:
    """Ask a server on loopback whether it is well."""
    asked = http.client.HTTPConnection(LOOPBACK, monitor_port, timeout=2)
    try:
        asked.request("GET", "/healthz")
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def last_words(folder: Folder) -> str:
    """Return the last line the server wrote, wherever it wrote it."""
    for file in (folder.output, folder.log):
        lines = file.read_text(errors="replace").split("\n") if file.exists() else []
        said = [line for line in lines if line.strip()]
        if said:
            return said[-1].strip()
    return "it said nothing"


def _port_of(url: str) -> int:
    return int(url.rpartition(":")[2])
