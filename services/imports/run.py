"""Send the cases of a source through the desk, many at a time, each in its own order."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ledger.answer import Answer
from ledger.errors import CaseBusy, DecodeError, RuleViolation, StoreFault
from ledger.identity import Operator
from services.desk import Desk
from services.given_files import open_given
from services.imports.casino import read_casino
from services.imports.commands import bounded_lines, run_commands
from services.imports.fmcs import read_fmcs
from services.imports.report import ImportReport, Refusal
from services.imports.source import IMPORTER, Entry, SourceCase

CASES_AT_ONCE: Final = 128
"""Cases on their way together, each with one command; far below what the writer can hold."""


Progress: TypeAlias = Callable[[int, int], None]
"""Told how many commands are done, and of how many."""

READERS: Final = {"casino": read_casino, "fmcs": read_fmcs}


def import_file(  # noqa: PLR0913 - what the command line gives, and where to
    desk: Desk,
    operator: Operator,
    source: Literal["casino", "fmcs", "commands"],
    file: Path,
    *,
    limit: int | None = None,
    progress: Progress = lambda _done, _total: None,
) -> ImportReport:
    """Take in a file; repeating it adds nothing.

    Args:
        desk: Where commands go.
        operator: Who imports.
        source: What kind of file: of cases, or of commands, one a line.
        file: The file.
        limit: Greatest number of cases, or of commands, to take.
        progress: Told of every answer.

    Raises:
        DecodeError: The file cannot be read; nothing of it was recorded.
        RuleViolation: importer_is_registry.
        CaseBusy, StoreFault: As `run_import`.
    """
    if source == "commands":
        return _import_commands(desk, operator, file, limit, progress)
    return run_import(desk, operator, READERS[source](file), progress, limit)


def _import_commands(
    desk: Desk, operator: Operator, file: Path, limit: int | None, progress: Progress
) -> ImportReport:
    """Give the commands of a file, and note by line what was refused."""
    before = desk.ledger.reader.head()
    lines = [(n, line) for n, line in _numbered(file) if line.strip()][:limit]
    refused = []
    answers = run_commands(desk, operator, (line for _, line in lines))
    for done, ((n, _), answer) in enumerate(zip(lines, answers, strict=True), start=1):
        if not answer.done:
            rule = answer.rule or answer.field or answer.failure or ""
            refused.append(Refusal(f"line {n}", answer.id, rule, answer.why or ""))
        progress(done, len(lines))
    grown = desk.ledger.reader.head() - before
    return ImportReport(0, len(lines), len(lines) - len(refused), grown, tuple(refused))


def _numbered(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with open_given(file) as opened:
            yield from enumerate(bounded_lines(opened), start=1)
    except OSError as error:
        raise DecodeError(str(file), f"cannot be read: {error.strerror}", "a file") from None


def run_import(
    desk: Desk,
    operator: Operator,
    source: Iterable[SourceCase],
    progress: Progress = lambda _done, _total: None,
    limit: int | None = None,
) -> ImportReport:
    """Record the cases of a source; what an earlier run recorded is left as it is.

    A case's next command is sent when the one before is on disk. So whatever stops an import, each
    case holds a beginning of what the source says, and a re-run adds the rest.

    Args:
        desk: Where commands go.
        operator: Who imports; must be of the registry, since it enters acts of others.
        source: The cases, all read and checked.
        progress: Told of every answer.
        limit: Greatest number of cases to take.

    Raises:
        RuleViolation: importer_is_registry.
        CaseBusy: Others kept the record for too long; run it again.
        StoreFault: The record cannot be written.
    """
    if "registry" not in operator.roles:
        why = f"operator {operator.name} is not of the registry"
        raise RuleViolation("importer_is_registry", why, "an operator with the role registry")
    importer = replace(operator, auth="import", unbound=True)
    return _Run(desk, importer, list(islice(source, limit)), progress).through()


class _Line(Struct):
    """A case on its way: what is sent now and what is left."""

    name: str
    now: Entry
    rest: Iterator[Entry]


class _Run:
    def __init__(
        self, desk: Desk, operator: Operator, cases: list[SourceCase], progress: Progress
    ) -> None:
        self._desk = desk
        self._operator = operator
        self._cases = cases
        self._progress = progress
        self._answers: SimpleQueue[tuple[_Line, Future[Answer]]] = SimpleQueue()
        self._total = sum(len(case.entries) for case in cases)
        self._done = 0
        self._accepted = 0
        self._refused: list[Refusal] = []

    def through(self) -> ImportReport:
        """Send everything, and count."""
        before = self._desk.ledger.reader.head()
        waiting = iter(self._cases)
        active = sum(self._begin(case) for case in islice(waiting, CASES_AT_ONCE))
        while active:
            line, future = self._answers.get()
            if not self._goes_on(line, future.result()):
                active -= 1
                active += sum(self._begin(case) for case in islice(waiting, 1))
        return ImportReport(
            cases=len(self._cases),
            commands=self._total,
            accepted=self._accepted,
            recorded=self._desk.ledger.reader.head() - before,
            refused=tuple(self._refused),
        )

    def _begin(self, case: SourceCase) -> int:
        entries = iter(case.entries)
        self._send(_Line(case.name, next(entries), entries))
        return 1

    def _send(self, line: _Line) -> None:
        ask, command = line.now.ask, line.now.command
        opening = f"{line.name}:1"
        case_id = self._desk.ledger.case_opened_by(IMPORTER, opening)
        future = self._desk.send_to(case_id, ask, command, self._operator, "import")
        future.add_done_callback(lambda done: self._answers.put((line, done)))

    def _goes_on(self, line: _Line, answer: Answer) -> bool:
        """Take an answer in; tell whether the case has more to send, and send it."""
        self._done += 1
        if answer.done:
            self._accepted += 1
            following = next(line.rest, None)
        else:
            self._note(line, answer)
            self._done += sum(1 for _ in line.rest)
            following = None
        self._progress(self._done, self._total)
        if following is None:
            return False
        line.now = following
        self._send(line)
        return True

    def _note(self, line: _Line, answer: Answer) -> None:
        """Note a refusal; stop where the record itself is in the way.

        Raises:
            CaseBusy: The record is busy.
            StoreFault: The record is at fault.
        """
        why = answer.why or ""
        if answer.failure == "try again":
            raise CaseBusy(f"{why}; run the import again, it goes on where it stopped")
        if answer.failure == "fault":
            raise StoreFault(why, answer.needs or "")
        rule = answer.rule or answer.field or ""
        self._refused.append(Refusal(line.name, line.now.ask.command, rule, why))
