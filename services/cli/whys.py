"""Ask of a field of the views which event set it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from services.cli import output
from services.cli.looking import As, done, look, name_of

if TYPE_CHECKING:
    from services.reading.whys import Cause, Why


def why(
    case: str, field: str, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Tell which event set a field of the views, and what it was before.

    Examples:
        goodoffices why GO-2026-0007 phase
        goodoffices why GO-2026-0007 parties.B.name
        goodoffices why GO-2026-0007 deadlines.joint/reply-B.due
        goodoffices why GO-2026-0007 proposals.joint/P1.status --as party:B

    Args:
        case: Case number, external reference or unique prefix.
        field: Path of the field, as in `show --json`: names with dots between; members of lists by
            their own name, what is named within a room as ROOM/NAME. `query --tables` has more.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading.whys import why as told

    with look(as_, at) as eyes:
        found = told(eyes, case, field)
        if json:
            output.as_json(found)
        else:
            columns = ("", "value", "entry", "recorded", "who", "what")
            title = f"{name_of(found)} {found.field}"
            output.table(title, columns, _rows(found))
        return done(eyes)


def _rows(found: "Why") -> Iterator[tuple[object, ...]]:
    if found.set_by is None:
        yield "now", _value(found.value), "", "", "", "no entry has set it yet"
        return
    yield "now", *_row(found.set_by)
    for cause in reversed(found.earlier):
        yield "before", *_row(cause)


def _row(cause: "Cause") -> tuple[object, ...]:
    from services.reading import words
    from services.reading.moment import instant

    who = words.who(cause.actor, cause.acting_for) if cause.actor else ""
    marks = [f"corrected by {ref}" for ref in cause.corrected_by]
    marks += [f"void by {cause.voided_by}"] if cause.voided_by else []
    says = "; ".join((cause.says, *marks))
    return _value(cause.value), cause.entry, instant(cause.recorded), who, says


def _value(value: Any) -> str:  # noqa: ANN401 - any JSON
    from services.reading import words

    return words.NOTHING if value in (None, "", [], {}) else words.unmarked(words.plain(value))


COMMANDS: tuple[Callable[..., int], ...] = (why,)
