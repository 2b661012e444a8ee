"""What docker-compose.yml lays out, as plain processes on loopback.

Two PostgreSQL servers, three NATS nodes, two desks, views, a courier, and relay, sealer and
timekeeper with a standby each. `make cluster` runs it until Ctrl-C.
"""

import os
import re
import shutil
import signal
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from services.house import open_house
from services.nats.accounts import Credentials
from services.nats.subjects import subscriber_user
from services.settings import Settings
from tests.live.cluster import Cluster, clustered
from tests.live.ledgers import CLERK
from tests.live.serving import GOODOFFICES, Speaking, environment, until
from tests.postgres import NoPostgres, Server

PARTS: Final[Mapping[str, str]] = {
    "desk-1": "commands",
    "desk-2": "commands",
    "views": "projector",
    "courier": "courier,webhooks,keeper",
    "relay-1": "relay",
    "relay-2": "relay",
    "sealer-1": "sealer",
    "sealer-2": "sealer",
    "timekeeper-1": "timekeeper,eraser",
    "timekeeper-2": "timekeeper,eraser",
}
"""What runs in which process."""
CALLER: Final = "city"
SEALS: Final = "every=1"
READY_S: Final = 90.0
ASKED_S: Final = 5.0
RUNS: Final = "goodoffices_service_runs"


class Topology:
    """All of its processes, each of which can be killed and started again.

    Attributes:
        record: PostgreSQL of the record.
        keys: PostgreSQL of the keys.
        cluster: The three NATS nodes.
        settings: What every process is told.
    """

    def __init__(self, data: Path, record: Server, keys: Server, cluster: Cluster) -> None:
        """Prepare; no part runs yet."""
        self.record, self.keys, self.cluster = record, keys, cluster
        self.settings = Settings(
            data=data,
            operator=CLERK,
            nats_url=cluster.url,
            database_url=record.url("ledger"),
            keys_url=keys.url("keys"),
        )
        self.processes: dict[str, Speaking] = {}
        self._wanted: tuple[str, ...] = ()

    @property
    def variables(self) -> dict[str, str]:
        """What stands in the environment of every part, and of a command line beside them."""
        return {
            "GOODOFFICES_DATA": str(self.settings.data),
            "GOODOFFICES_OPERATOR": CLERK,
            "GOODOFFICES_NATS_URL": self.settings.nats_url,
            "GOODOFFICES_DATABASE_URL": self.settings.database_url,
            "GOODOFFICES_KEYS_URL": self.settings.keys_url,
            "GOODOFFICES_SEALS": SEALS,
        }

    def begin(self) -> None:
        """Make databases and ledger; everybody may look with any eyes."""
        for server, name in ((self.record, "ledger"), (self.keys, "keys")):
            with server.admin() as connection:
                connection.execute(f'CREATE DATABASE "{name}" OWNER desk')
        with open_house(self.settings, create=True, demo=True):
            pass

    def begin_all(self, *names: str) -> None:
        """Start the parts that are to run throughout."""
        self._wanted = names
        self.mend()

    def start(self, *names: str) -> None:
        """Start some parts; they come up by themselves."""
        kept = environment(self.settings.data)
        for name in names:
            words = ("serve", "--only", PARTS[name], "--operator-port", "0")
            self.processes[name] = Speaking((*GOODOFFICES, *words), {**kept, **self.variables})

    def await_ready(self, *names: str) -> None:
        """Wait until parts work or stand by."""
        for name in names:
            until(lambda n=name: self.is_ready(n), f"{name} is ready", READY_S)  # type: ignore[misc]

    def kill(self, *names: str) -> None:
        """Kill -9 some parts."""
        for name in names:
            self.processes.pop(name).stop(signal.SIGKILL)

    def stop(self) -> None:
        """Ask every part to end."""
        for process in self.processes.values():
            if not process.ended:
                os.kill(process.pid, signal.SIGTERM)
        while self.processes:
            self.processes.popitem()[1].stop(signal.SIGTERM)

    def mend(self) -> None:
        """Start again what ended or was killed, wake what was frozen, wait until all are ready."""
        for server in (self.record, self.keys):
            if not server.runs:
                server.start()
        self.cluster.mend()
        for name in self._wanted:
            process = self.processes.get(name)
            if process is not None and not process.ended:
                os.kill(process.pid, signal.SIGCONT)
                continue
            if process is not None:
                self.processes.pop(name).stop(signal.SIGKILL)
            self.start(name)
        self.await_ready(*self._wanted)

    def port(self, name: str) -> int:
        """Return the operator port of a part, 0 before it told it."""
        said = "".join(self.processes[name].said)
        found = re.search(r"operator port +http://127\.0\.0\.1:(\d+)/", said)
        return int(found[1]) if found else 0

    def asked(self, name: str, path: str) -> str | None:
        """Ask a part's operator port; None where it does not answer, or is not well."""
        process = self.processes[name]
        assert not process.ended, f"{name} ended: {process.logged}"
        try:
            address = f"http://127.0.0.1:{self.port(name)}{path}"
            with urllib.request.urlopen(address, timeout=ASKED_S) as answer:
                text: str = answer.read().decode()
                return text
        except (OSError, urllib.error.URLError):
            return None

    def is_ready(self, name: str) -> bool:
        """Tell whether a part works or stands by."""
        return self.asked(name, "/readyz") is not None

    def runs(self, name: str, service: str) -> bool:
        """Tell whether a part does the work of a service now."""
        metrics = self.asked(name, "/metrics") or ""
        return f'{RUNS}{{service="{service}"}} 1.0' in metrics

    def figure(self, name: str, figure: str, service: str) -> float | None:
        """Read a figure of a part, None where it tells none."""
        metrics = self.asked(name, "/metrics") or ""
        found = re.search(rf'^{figure}{{service="{service}"}} (\S+)$', metrics, re.MULTILINE)
        return float(found[1]) if found else None

    def active(self, service: str) -> str:
        """Name the one process that does a singleton's work."""
        able = [n for n, parts in PARTS.items() if service in parts and n in self.processes]
        found: list[str] = []

        def one() -> bool:
            found[:] = [name for name in able if self.runs(name, service)]
            return len(found) == 1

        until(one, f"one {service}", READY_S)
        return found[0]

    def caller(self) -> Credentials:
        """Return what the subscriber connects with who may command."""
        return self.cluster.user(subscriber_user(CALLER))


@contextmanager
def topology(folder: Path, *names: str) -> Iterator[Topology]:
    """Run all of it, or some parts, while a block runs.

    Args:
        folder: For data and nodes.
        names: Of `PARTS`, all by default.

    Raises:
        NoPostgres: There is no PostgreSQL here.
    """
    data = folder / "data"
    data.mkdir(mode=0o700, parents=True)
    with ExitStack() as running:
        servers = [
            running.enter_context(Server(Path(tempfile.mkdtemp(prefix="gol-pg-")))) for _ in "rk"
        ]
        cluster = running.enter_context(clustered(data))
        made = Topology(data, servers[0], servers[1], cluster)
        made.begin()
        running.callback(made.stop)
        made.begin_all(*(names or PARTS))
        yield made


def tell(running: Topology) -> None:
    """Say what runs where, and how to join in."""
    say = sys.stdout.write
    say("A ledger on many machines, all of them this one:\n")
    say(f"  data folder    {running.settings.data}\n")
    say(f"  record         PostgreSQL on port {running.record.port}\n")
    say(f"  keys           PostgreSQL on port {running.keys.port}\n")
    say(f"  broker         {running.settings.nats_url}\n")
    for name, process in running.processes.items():
        port = running.port(name)
        say(f"  {name:<14} process {process.pid}, http://127.0.0.1:{port}/readyz\n")
    say("In another terminal:\n")
    for name, value in running.variables.items():
        say(f"  export {name}='{value}'\n")
    say("  goodoffices new, goodoffices doctor; kill -9 any process and see the others go on\n")
    say("Ctrl-C ends all of it and removes the folder.\n")
    sys.stdout.flush()


def main() -> int:
    """Run the topology until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="gol-cluster-"))
    try:
        sys.stdout.write("starting two PostgreSQL servers, three NATS nodes and ten services ...\n")
        sys.stdout.flush()
        with topology(folder) as running:
            tell(running)
            signal.pause()
    except NoPostgres as missing:
        sys.stderr.write(f"no PostgreSQL: {missing}\n")
        return 1
    except KeyboardInterrupt:
        sys.stdout.write("stopped; nothing is left running\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
