"""Take in a file of commands, one JSON object a line, and answer each."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import BinaryIO, Final

from ledger.answer import Answer
from ledger.envelope import Channel
from ledger.identity import Operator
from services.desk import COMMAND_BYTES_MAX, Desk

IN_FLIGHT_MAX: Final = 512
"""Commands waiting for their answer at a time; far below what the writer can hold."""


def run_commands(
    desk: Desk, operator: Operator, lines: Iterable[bytes], channel: Channel = "command line"
) -> Iterator[Answer]:
    """Give commands in the order of their lines; yields one answer a line, in the same order.

    They are the operator's own acts, held to every rule, unlike those of a source. Blank lines are
    passed over. A line may name a case that a line before it opens.

    Args:
        desk: Where commands go.
        operator: Who is at the keyboard.
        lines: The lines, as `bounded_lines` reads them.
        channel: How they came in.
    """
    waiting: deque[Future[Answer]] = deque()
    for line in lines:
        if not line.strip():
            continue
        if len(waiting) == IN_FLIGHT_MAX:
            yield waiting.popleft().result()
        future = desk.submit(line, operator, channel)
        if waiting and _could_not_be_sent(future):
            while waiting:
                yield waiting.popleft().result()
            future = desk.submit(line, operator, channel)
        waiting.append(future)
    while waiting:
        yield waiting.popleft().result()


def _could_not_be_sent(future: Future[Answer]) -> bool:
    """Tell whether a line may go once those before it are on disk: its case is not there yet."""
    if not future.done():
        return False
    answer = future.result()
    return answer.rule == "case_is_known" or answer.failure == "try again"


def bounded_lines(file: BinaryIO) -> Iterator[bytes]:
    """Read lines; of one longer than a command may be, no more than shows that it is."""
    while line := file.readline(COMMAND_BYTES_MAX + 2):
        yield line.rstrip(b"\r\n")
        while not line.endswith(b"\n") and len(line) > COMMAND_BYTES_MAX + 1:
            line = file.readline(COMMAND_BYTES_MAX + 2)
