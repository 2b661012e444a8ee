"""Read: list and show cases, each with the eyes one may have."""

from collections.abc import Callable
from typing import Any

from ledger.errors import DecodeError
from services.cli import comparing, exporting, output, querying, replaying, whys
from services.cli.looking import As, begun, contested, done, erased_counted, listed, look, name_of


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
    case: str | None = None,
    /,
    *,
    as_: As = None,
    at: str | None = None,
    true_on: str | None = None,
    json: bool = False,
) -> int:
    """Show where a case stands and how it came there.

    With --at as it was known at that moment; with --true-on what had happened by then as it is
    known now: late entries in their place, corrections applied, nothing that was declared void.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer: registry, mediator, party:<id> or auditor; one's own by default.
        at: Moment to look from: an instant with its offset, or an entry of the case, ROOM:SEQ.
        true_on: Instant; tells the history up to it as it is known now, of one case.
        json: One JSON document.
    """
    from services.cli import drawing
    from services.reading import showing

    with look(as_, at) as eyes:
        if true_on is not None:
            return _true(eyes, case, true_on, json=json)
        shown = begun(showing.show(eyes, case))
        if json and case is not None:
            output.as_json(next(shown))
        elif json:
            output.as_json_list(shown)
        else:
            for one in shown:
                drawing.draw_case(one)
        return done(eyes)


def _true(eyes: Any, case: str | None, by: str, *, json: bool) -> int:  # noqa: ANN401 - Eyes
    """Tell what had happened by an instant."""
    from services.cli import drawing
    from services.reading.truth import truth

    if case is None:
        raise DecodeError("--true-on", "needs a case", "goodoffices show CASE --true-on INSTANT")
    told = truth(eyes, case, by)
    if json:
        output.as_json(told)
    else:
        drawing.draw_truth(told)
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
            with erased_counted(all_told) as counted:
                drawing.draw_proposals(counted)
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
    "assurance",
    "cause",
    "corrections",
    "irregular",
    "sealed",
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
        row["assurance"],
        row["cause"],
        "; ".join(corrections(row)),
        "; ".join(f"{mark.rule}: {mark.why}" for mark in row["irregular"]),
        _sealed(row["sealed"]),
    )


def _sealed(covered: Any) -> str:  # noqa: ANN401 - Covered, not imported for speed
    """Name the checkpoint that covers an entry."""
    if covered is None:
        return "not yet"
    return f"checkpoint {covered.size} at {covered.at:%Y-%m-%d %H:%M:%S}Z"


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

    columns = (*_DATE, "remarks")
    with look(as_, at) as eyes:
        return listed(eyes, listing.deadlines(eyes, case), columns, _date_row, json=json)


_DATE = ("case", "room", "on", "status", "rule", "for", "about", "effect", "arithmetic")


def _date_row(date: Any) -> tuple[object, ...]:  # noqa: ANN401 - CaseDate, not imported for speed
    about = (date.rule, date.concerns, date.about, date.effect, date.arithmetic)
    return name_of(date), date.room, date.on, date.status, *about, contested(date)


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

    columns = (*_OBLIGATION, "remarks")
    with look(as_, at) as eyes:
        owed = listing.obligations(eyes, case)
        return listed(eyes, owed, columns, _obligation_row, json=json)


_OBLIGATION = (
    "case",
    "obligation",
    "clause",
    "by",
    "to",
    "due",
    "stands",
    "what",
    "amount",
    "outstanding",
    "after",
    "performed",
    "entry",
)


def _obligation_row(owed: Any) -> tuple[object, ...]:  # noqa: ANN401 - not imported for speed
    act = "[erased]" if owed.erased else owed.act
    who = (name_of(owed), owed.obligation_id, owed.clause_id, owed.obligor, owed.obligee)
    performed = [_performed(one) for one in owed.performed]
    what = (act, _money(owed.amount), _money(owed.outstanding), ", ".join(owed.depends_on))
    return *who, owed.due, owed.stands, *what, "; ".join(performed), owed.entry, contested(owed)


def _performed(one: Any) -> str:  # noqa: ANN401 - Performed, not imported for speed
    amount = f", {_money(one.amount)}" if one.amount else ""
    return f"{one.extent}{amount}, {one.stands} ({one.entry})"


def _money(amount: Any) -> str | None:  # noqa: ANN401 - Money, not imported for speed
    return amount and f"{amount.amount} {amount.currency}"


COMMANDS: tuple[Callable[..., int], ...] = (
    cases,
    find,
    show,
    proposals,
    audit,
    deadlines,
    obligations,
    *comparing.COMMANDS,
    *exporting.COMMANDS,
    *replaying.COMMANDS,
    *querying.COMMANDS,
    *whys.COMMANDS,
)
