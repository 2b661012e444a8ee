"""Open what a command needs: settings, ledger, operator, the case and the eyes asked for."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ledger.identity import Operator
from services.house import House, open_house
from services.settings import Settings, from_environment

_data: list[Path | None] = [None]
_command = [""]


def configure(data: Path | None) -> None:
    """Remember the data folder given on the command line."""
    _data[0] = data


def begin(command: str) -> None:
    """Remember which command is being done."""
    _command[0] = command


def data_folder() -> Path | None:
    """Return the data folder given on the command line."""
    return _data[0]


def settings() -> Settings:
    """Read the settings."""
    return from_environment(_data[0])


@contextmanager
def house(*, create: bool = False) -> Iterator[tuple[House, Operator]]:
    """Open the ledger and recognise the operator.

    Args:
        create: Make a ledger where there is none, with the operator as its registry.

    Raises:
        StoreFault: There is no ledger, or its files are damaged.
        RuleViolation: operator_is_known.
    """
    found = settings()
    with open_house(found, create=create) as opened:
        opened.command = _command[0]
        try:
            yield opened, opened.desk.operator(found.operator)
        finally:
            _destroy(opened)


def _destroy(house: House) -> None:
    """Destroy at once what an act of this process erased; `serve` would do so a moment later."""
    cases = house.ledger.take_erasures()
    if not cases:
        return
    from services.eraser import Eraser

    with closing(Eraser(house.ledger, house.clock)) as eraser:
        for case_id in cases:
            eraser.case(case_id)
