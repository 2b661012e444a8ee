"""Print answers as JSON lines, and mix their exit statuses."""

import sys

import msgspec

from ledger.answer import Answer
from services.answers import DONE, MISUSE, REFUSED, TRY_AGAIN, exit_of


def printed(answer: Answer) -> int:
    """Print an answer as a line of JSON; return its exit status."""
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
    return exit_of(answer)


def worse(one: int, other: int) -> int:
    """Mix statuses of lines: 1 if any was refused, then the others."""
    for status in (REFUSED, MISUSE, TRY_AGAIN):
        if status in (one, other):
            return status
    return DONE
