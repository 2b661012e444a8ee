"""Hand time-stamp tokens from whoever asks for them to whoever seals, in a folder between the two.

Asking an authority takes as long as a network takes, and sealing waits for nobody: so a token that
was checked is laid here, and whoever seals logs it at its next turn. A crash leaves a token here
that is logged already; it is not logged twice.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.json import encode
from msgspec.structs import replace

from ledger.errors import StoreFault
from ledger.seal.private_files import make_private_folder, read_whole, write_whole
from ledger.seal.sealing import Sealing
from ledger.seal.unproven import Unproven

Told = TypeVar("Told", bound=Struct)
SPOOL_NAME: Final = "stamps"
ASKED_MAX: Final = 1_000
"""Requests remembered for answers that are brought by hand; the oldest are forgotten."""


class Asked(Struct, frozen=True):
    """A request that left the house.

    Attributes:
        nonce: What its answer repeats, hex.
        size: Of the checkpoint.
        text: Of the checkpoint.
        at: When.
    """

    nonce: str
    size: int
    text: str
    at: datetime


class Waiting(Struct, frozen=True):
    """A token that was checked and is to be logged.

    Attributes:
        size: Of the checkpoint it is over.
        token: DER.
    """

    size: int
    token: bytes


class State(Struct, frozen=True):
    """How stamping goes, for those who look after it.

    Attributes:
        stamped: When a token last came, None before the first.
        size: Of the checkpoint it is over.
        tells: The time it tells.
        failed: When asking last failed, None where it did not since.
        why: Why.
        tries: How often in a row.
    """

    stamped: datetime | None = None
    size: int = 0
    tells: str = ""
    failed: datetime | None = None
    why: str = ""
    tries: int = 0


class Spool:
    """The folder between those who ask and whoever seals.

    Attributes:
        folder: The folder, for its owner alone; made when something is laid there.
    """

    def __init__(self, data: Path) -> None:
        """Look into a data folder.

        Args:
            data: The data folder.
        """
        self.folder = data / SPOOL_NAME

    # ------------------------------------------------------------ requests

    def remember(self, asked: Asked) -> None:
        """Keep a request until its answer is brought.

        Raises:
            StoreFault: The folder cannot be written.
        """
        self._put("asked", asked.nonce, asked)
        known = sorted(self._each("asked", Asked), key=lambda each: each[1].at)
        for path, _ in known[:-ASKED_MAX]:
            path.unlink(missing_ok=True)

    def asked(self, nonce: int) -> Asked | None:
        """Return the request of a nonce, None where nobody remembers one.

        Raises:
            StoreFault: It cannot be read.
        """
        return read_whole(self.folder / "asked" / f"{nonce:x}.json", Asked)

    def forget(self, asked: Asked) -> None:
        """Forget a request that was answered."""
        (self.folder / "asked" / f"{asked.nonce}.json").unlink(missing_ok=True)

    # ------------------------------------------------------------ tokens

    def lay(self, waiting: Waiting) -> None:
        """Lay down a token to be logged; it is on disk when this returns.

        Raises:
            StoreFault: The folder cannot be written.
        """
        self._put("waiting", sha256(waiting.token).hexdigest(), waiting)

    def is_empty(self) -> bool:
        """Tell whether no token waits."""
        return not any((self.folder / "waiting").glob("*.json"))

    def log(self, held: Sealing, at: datetime) -> list[str]:
        """Log every token that waits; return why some were not.

        What cannot be logged is put aside and stops neither the others nor the sealing.

        Raises:
            SealsDoNotMatch, StoreFault: As `Sealing.stamp`.
        """
        faults: list[str] = []
        for path, waiting in self._each("waiting", Waiting, faults):
            try:
                held.stamp(at, waiting.size, waiting.token)
            except Unproven as error:
                faults.append(str(error))
                _put_aside(path)
                continue
            # A crash here leaves the token to be taken again; the log has it once.
            path.unlink(missing_ok=True)
        return faults

    # ------------------------------------------------------------ how it goes

    def state(self) -> State:
        """Return how stamping goes; of a state that cannot be read nothing is known."""
        try:
            return read_whole(self.folder / "state.json", State) or State()
        except StoreFault:
            return State()

    def succeeded(self, at: datetime, size: int, tells: str) -> None:
        """Note that a token came.

        Raises:
            StoreFault: The folder cannot be written.
        """
        self._put("", "state", State(at, size, tells))

    def failed(self, at: datetime, why: str) -> State:
        """Note that asking failed; return how stamping goes.

        Raises:
            StoreFault: The folder cannot be written.
        """
        before = self.state()
        state = replace(before, failed=at, why=why, tries=before.tries + 1)
        self._put("", "state", state)
        return state

    def _put(self, part: str, name: str, told: Struct) -> None:
        folder = self.folder / part
        make_private_folder(self.folder)
        make_private_folder(folder)
        write_whole(folder / f"{name}.json", encode(told))

    def _each(
        self, part: str, kind: type[Told], faults: list[str] | None = None
    ) -> Iterator[tuple[Path, Told]]:
        for path in sorted((self.folder / part).glob("*.json")):
            try:
                told = read_whole(path, kind)
            except StoreFault as fault:
                if faults is not None:
                    faults.append(fault.why)
                _put_aside(path)
                continue
            if told is not None:
                yield path, told


def _put_aside(path: Path) -> None:
    """Take a file out of the way, for a person to look at."""
    path.replace(path.with_suffix(".refused"))
