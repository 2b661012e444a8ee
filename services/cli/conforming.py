"""Hold cases against a rule profile, and ask what would have been otherwise."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from services.answers import DONE
from services.cli import output
from services.cli.looking import As, done, listed, look, name_of

if TYPE_CHECKING:
    from projections.what_if import Changed, Moved
    from services.reading.conforming import Conformance, Conforming, Remarked

_VERDICTS = ("met", "not_yet_due", "not_met", "waived", "not_applicable")


def conformance(
    case: str | None = None,
    /,
    *,
    profile: str | None = None,
    as_: As = None,
    at: str | None = None,
    json: bool = False,
) -> int:
    """Judge cases by a rule profile, their own or any other, demand by demand.

    Each is met, not yet due, not met, waived or not applicable: every act is held to the profile's
    rules again, and every time is counted as the profile counts it.
    Without a case: all cases, a line each, with the number of findings of each verdict.

    Examples:
        goodoffices conformance GO-2026-0007
        goodoffices conformance GO-2026-0007 --profile icc-2014-style --json
        goodoffices conformance --profile house-default

    Args:
        case: Case number, external reference or unique prefix; all by default.
        profile: Id of a profile, or ID/VERSION; the case's own by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading import conforming

    with look(as_, at) as eyes:
        if case is None:
            found = conforming.conformances(eyes, profile)
            return listed(eyes, found, _CASES, _case_row, json=json)
        judged = conforming.conformance(eyes, case, profile)
        if json:
            output.as_json(judged)
        else:
            _tell_of(judged)
            output.table("", _FINDINGS, map(_finding_row, judged.findings))
        return DONE


_CASES = ("case", "profile", *(name.replace("_", " ") for name in _VERDICTS), "acts", "not judged")
_FINDINGS = (
    *("verdict", "rule", "about", "last day", "done", "days", "entries"),
    *("finding", "arithmetic", "remarks"),
)


def _case_row(one: "Conforming") -> tuple[object, ...]:
    counts = (one.verdicts[name] for name in _VERDICTS)
    return name_of(one), one.profile, *counts, one.acts, len(one.not_judged)


def _finding_row(one: "Remarked") -> tuple[object, ...]:
    finding = f"{one.says} (recorded as a deviation)" if one.deviation else one.says
    return (
        one.verdict.replace("_", " "),
        one.rule,
        one.about,
        one.on,
        one.done,
        one.days,
        ", ".join(one.entries),
        finding,
        one.arithmetic,
        "; ".join(one.remarks),
    )


def _tell_of(judged: "Conformance") -> None:
    """Say what a case was judged by, and what could not be judged."""
    own = "its own profile" if judged.own else "a profile that is not its own"
    output.tell(f"{name_of(judged)} by {judged.profile} ({judged.title}), {own}")
    if judged.unconfirmed:
        output.tell(f"keys of it that nobody confirmed: {', '.join(judged.unconfirmed)}")
    _tell_silent(judged.not_judged)


def _tell_silent(entries: tuple[str, ...]) -> None:
    if entries:
        why = "not to be judged from what is read here, and taken as recorded"
        output.tell(f"{why}: {', '.join(entries)}")


def what_if(
    case: str,
    /,
    *,
    without: list[str] | None = None,
    set_: Annotated[list[str] | None, Parameter(name="--set")] = None,
    profile: str | None = None,
    as_: As = None,
    json: bool = False,
) -> int:
    """Tell which later acts would have been refused, and which dates would move; records nothing.

    An entry is left out with all that its act recorded. An act is refused for what is supposed, or
    follows from another refusal.

    Examples:
        goodoffices what-if GO-2026-0007 --without joint:10
        goodoffices what-if GO-2026-0007 --set reply.period_days=45 --set caucus_default=open
        goodoffices what-if GO-2026-0007 --profile icc-2014-style --json

    Args:
        case: Case number, external reference or unique prefix.
        without: An entry left out, ROOM:SEQ; may be repeated.
        set_: A key of the profile that says something else, KEY=VALUE; may be repeated.
        profile: Id of a profile, or ID/VERSION, that the case goes by.
        as_: Viewer; one's own by default.
        json: One JSON document.
    """
    from services.reading.what_ifs import Supposing
    from services.reading.what_ifs import what_if as told

    supposing = Supposing(tuple(without or ()), tuple(set_ or ()), profile)
    with look(as_) as eyes:
        found = told(eyes, case, supposing)
        if json:
            output.as_json(found)
            return done(eyes)
        _tell_silent(found.not_judged)
        output.table("", _CHANGED, map(_changed_row, found.changed))
        output.say()
        output.table("", _MOVED, map(_moved_row, found.dates))
        if (found.phase, found.outcome) != (found.phase_then, found.outcome_then):
            then = found.outcome_then or found.phase_then
            output.say(f"\nthe case would stand at {then}, not at {found.outcome or found.phase}")
        return done(eyes)


_CHANGED = ("act", "entries", "fate", "rule", "why", "needs", "follows from")
_MOVED = ("room", "date", "change", "old", "new", "stood", "stands", "arithmetic")


def _changed_row(one: "Changed") -> tuple[object, ...]:
    what = (one.command, ", ".join(one.entries), one.fate, one.rule, one.why, one.needs)
    return *what, ", ".join(one.follows_from)


def _moved_row(one: "Moved") -> tuple[object, ...]:
    stands = (one.old_stands, one.new_stands, one.arithmetic)
    return one.room, one.date, one.change, one.old, one.new, *stands


COMMANDS: tuple[Callable[..., int], ...] = (conformance, what_if)
