"""Translate answers and errors once, at the edge: exit codes and one line on stderr."""

from ledger.answer import Answer
from ledger.errors import CaseBusy, DecodeError, LedgerError, RuleViolation, StoreFault

DONE, REFUSED, MISUSE, TRY_AGAIN = 0, 1, 2, 3
EXIT_OF_FAILURE = {
    "refused": REFUSED,
    "unreadable": MISUSE,
    "try again": TRY_AGAIN,
    "fault": TRY_AGAIN,
}


def exit_of(answer: Answer) -> int:
    """Return the exit status for one answer."""
    return DONE if answer.done else EXIT_OF_FAILURE[answer.failure or "refused"]


def exit_of_error(error: LedgerError) -> int:
    """Return the exit status for an error that ended a command."""
    match error:
        case RuleViolation():
            return REFUSED
        case CaseBusy():
            return TRY_AGAIN
        case DecodeError() | StoreFault() | _:
            return MISUSE


def in_words(error: LedgerError) -> str:
    """Say an error in a line or two: what was wrong, what to do."""
    match error:
        case RuleViolation(rule=rule, why=why, needs=needs):
            return _lines(f"refused by {rule}: {why}", needs)
        case DecodeError(field=field, why=why, needs=needs):
            return _lines(f"{field}: {why}" if field else why, needs)
        case StoreFault(why=why, needs=needs):
            return _lines(why, needs)
        case _:
            return str(error)


def answer_in_words(answer: Answer) -> str:
    """Say an answer that was not done."""
    if answer.failure == "refused":
        return _lines(f"refused by {answer.rule}: {answer.why}", answer.needs or "")
    where = f"{answer.field}: " if answer.field else ""
    return _lines(f"{where}{answer.why}", answer.needs or "")


def _lines(first: str, needs: str) -> str:
    return f"{first}\nneeds: {needs}" if needs else first
