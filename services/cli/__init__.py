"""The command line `goodoffices`: acting, reading, keeping."""

import sys
from collections.abc import Sequence

from ledger.errors import LedgerError
from services.answers import MISUSE, exit_of_error, in_words


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 refused, 2 misuse, 3 try again."""
    sys.exit(run(sys.argv[1:] if argv is None else list(argv)))


def run(argv: list[str]) -> int:
    """Run one command and return its exit status."""
    from services.cli.app import dispatch
    from services.memory import settle

    settle()
    try:
        return dispatch(argv)
    except LedgerError as error:
        sys.stderr.write(f"goodoffices: {in_words(error)}\n")
        return exit_of_error(error)
    except BrokenPipeError:
        sys.stderr.close()
        return MISUSE
    except KeyboardInterrupt:
        return 130
