"""Read: list and show cases, each with the eyes one may have."""

from collections.abc import Callable
from typing import Any

from services.cli import comparing, output
from services.cli.looking import As, begun, done, listed, look, name_of


def cases(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """List cases: where each stands.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer: registry, mediator, party:<id> or auditor; one's own by default.
        at: Moment to look from: an instant with its offset, or an entry of the case, ROOM:SEQ.
        json: One JSON document.
    """
    from services.reading import listing

    with look(as_, at) as eyes:
        return listed(eyes, listing.cases(eyes, case), _CASES, _case_row, json=json)


_CASES = ("case", "reference", "phase", "outcome", "parties", "last entry")


def _case_row(case: Any) -> tuple[object, ...]:  # noqa: ANN401 - Listed, not imported for speed
    consents = ", ".join(f"{party} ({consent})" for party, consent in case.consents.items())
    last = f"{case.last:%Y-%m-%d %H:%M}Z"
    return name_of(case), case.external_ref, case.phase, case.outcome, consents, last


def find(
    words: str, /, *more: str, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Find cases by party, title, number or reference, as far as one may read them.

    Args:
        words: Words or parts of words, every one of which must stand there.
        more: More words.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading import listing

    with look(as_, at) as eyes:
        found = listing.find(eyes, " ".join((words, *more)))
        return listed(eyes, found, _CASES, _case_row, json=json)


def show(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Show where a case stands and how it came there.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer: registry, mediator, party:<id> or auditor; one's own by default.
        at: Moment to look from: an instant with its offset, or an entry of the case, ROOM:SEQ.
        json: One JSON document.
    """
    from services.cli import drawing
    from services.reading import showing

    with look(as_, at) as eyes:
        shown = begun(showing.show(eyes, case))
        if json and case is not None:
            output.as_json(next(shown))
        elif json:
            output.as_json_list(shown)
        else:
            for one in shown:
                drawing.draw_case(one)
        return done(eyes)


def proposals(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Tell who proposed what, what it changed, and what became of it.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.cli import drawing
    from services.reading.proposals import proposals as told

    with look(as_, at) as eyes:
        all_told = begun(told(eyes, case))
        if json:
            output.as_json_list(all_told)
        else:
            drawing.draw_proposals(all_told)
        return done(eyes)


def audit(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """Tell of every entry who made it, for whom, when, and under which authority.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading.trail import audit as trail

    with look(as_, at) as eyes:
        return listed(eyes, trail(eyes, case), _AUDIT, _audit_row, json=json)


_AUDIT = (
    "case",
    "entry",
    "type",
    "actor",
    "acting for",
    "authority",
    "entered by",
    "known by",
    "occurred",
    "recorded",
    "channel",
    "command",
    "cause",
    "corrections",
    "irregular",
)


def _audit_row(row: dict[str, Any]) -> tuple[object, ...]:
    from services.reading.trail import corrections

    return (
        row["number"] or row["external_ref"] or row["case_id"],
        f"{row['room']}:{row['seq']}",
        row["type"],
        row["actor"],
        row["acting_for"],
        row["authority"],
        row["entered_by"],
        row["auth"],
        row["occurred"] or "not recorded",
        row["recorded"].isoformat().replace("+00:00", "Z"),
        row["channel"],
        row["command"],
        row["cause"],
        "; ".join(corrections(row)),
        "; ".join(f"{mark.rule}: {mark.why}" for mark in row["irregular"]),
    )


def deadlines(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """List dates with their arithmetic, what their passing does, and where each stands.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading import listing

    columns = ("case", "room", "on", "status", "rule", "for", "about", "effect", "arithmetic")
    with look(as_, at) as eyes:
        return listed(eyes, listing.deadlines(eyes, case), columns, _date_row, json=json)


def _date_row(date: Any) -> tuple[object, ...]:  # noqa: ANN401 - CaseDate, not imported for speed
    about = (date.rule, date.concerns, date.about, date.effect, date.arithmetic)
    return name_of(date), date.room, date.on, date.status, *about


def obligations(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """List what is owed under executed settlements, and where each obligation stands.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading import listing

    columns = ("case", "obligation", "by", "to", "due", "stands", "what", "amount", "entry")
    with look(as_, at) as eyes:
        owed = listing.obligations(eyes, case)
        return listed(eyes, owed, columns, _obligation_row, json=json)


def _obligation_row(owed: Any) -> tuple[object, ...]:  # noqa: ANN401 - not imported for speed
    act = "[erased]" if owed.erased else owed.act
    amount = owed.amount and f"{owed.amount.amount} {owed.amount.currency}"
    who = (name_of(owed), owed.obligation_id, owed.obligor, owed.obligee)
    return *who, owed.due, owed.stands, act, amount, owed.entry


COMMANDS: tuple[Callable[..., int], ...] = (
    cases,
    find,
    show,
    proposals,
    audit,
    deadlines,
    obligations,
    *comparing.COMMANDS,
)
