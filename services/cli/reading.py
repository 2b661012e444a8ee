"""Read: list, show, compare and replay cases, each with the eyes one may have."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from cyclopts import Parameter

from ledger.errors import DecodeError
from services.answers import DONE, MISUSE
from services.cli import context, output

if TYPE_CHECKING:
    from services.reading import Eyes

T = TypeVar("T")

As = Annotated[str | None, Parameter(name="--as")]
Format = Literal["json", "html"]


@contextmanager
def _eyes(viewer: str | None, at: str | None = None) -> "Iterator[Eyes]":
    """Open the ledger and look with somebody's eyes; tell at the end what could not be read."""
    from services.reading import Eyes

    with context.house() as (house, operator):
        yield Eyes(house, operator, viewer, at)


def _begun(items: Iterable[T]) -> Iterator[T]:
    """Take the first item before anything is printed, so that a refusal stands alone."""
    iterator = iter(items)
    return chain(list(_first(iterator)), iterator)


def _first(iterator: Iterator[T]) -> Iterator[T]:
    for item in iterator:
        yield item
        return


def _done(eyes: "Eyes") -> int:
    """Tell which cases could not be read while others were."""
    for why in eyes.faults:
        output.tell(f"goodoffices: a case could not be read: {why}")
    return MISUSE if eyes.faults else DONE


def _listed(
    eyes: "Eyes",
    items: Iterable[T],
    columns: tuple[str, ...],
    row: Callable[[T], tuple[object, ...]],
    *,
    json: bool,
) -> int:
    """Print a list item by item: as one JSON document, or as a table."""
    begun = _begun(items)
    if json:
        output.as_json_list(begun)
    else:
        output.table("", columns, (row(item) for item in begun))
    return _done(eyes)


def _name(item: Any) -> str:  # noqa: ANN401 - whatever names its case
    """Name the case of an item for people."""
    return str(item.number or item.external_ref or item.case_id)


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

    with _eyes(as_, at) as eyes:
        return _listed(eyes, listing.cases(eyes, case), _CASES, _case_row, json=json)


_CASES = ("case", "reference", "phase", "outcome", "parties", "last entry")


def _case_row(listed: Any) -> tuple[object, ...]:  # noqa: ANN401 - Listed, not imported for speed
    consents = ", ".join(f"{party} ({consent})" for party, consent in listed.consents.items())
    last = f"{listed.last:%Y-%m-%d %H:%M}Z"
    return _name(listed), listed.external_ref, listed.phase, listed.outcome, consents, last


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

    with _eyes(as_, at) as eyes:
        found = listing.find(eyes, " ".join((words, *more)))
        return _listed(eyes, found, _CASES, _case_row, json=json)


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

    with _eyes(as_, at) as eyes:
        shown = _begun(showing.show(eyes, case))
        if json and case is not None:
            output.as_json(next(shown))
        elif json:
            output.as_json_list(shown)
        else:
            for one in shown:
                drawing.draw_case(one)
        return _done(eyes)


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

    with _eyes(as_, at) as eyes:
        begun = _begun(told(eyes, case))
        if json:
            output.as_json_list(begun)
        else:
            drawing.draw_proposals(begun)
        return _done(eyes)


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

    with _eyes(as_, at) as eyes:
        return _listed(eyes, trail(eyes, case), _AUDIT, _audit_row, json=json)


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
    with _eyes(as_, at) as eyes:
        return _listed(eyes, listing.deadlines(eyes, case), columns, _date_row, json=json)


def _date_row(date: Any) -> tuple[object, ...]:  # noqa: ANN401 - CaseDate, not imported for speed
    about = (date.rule, date.concerns, date.about, date.effect, date.arithmetic)
    return _name(date), date.room, date.on, date.status, *about


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
    with _eyes(as_, at) as eyes:
        owed = listing.obligations(eyes, case)
        return _listed(eyes, owed, columns, _obligation_row, json=json)


def _obligation_row(owed: Any) -> tuple[object, ...]:  # noqa: ANN401 - not imported for speed
    act = "[erased]" if owed.erased else owed.act
    amount = owed.amount and f"{owed.amount.amount} {owed.amount.currency}"
    who = (_name(owed), owed.obligation_id, owed.obligor, owed.obligee)
    return *who, owed.due, owed.stands, act, amount, owed.entry


def diff(
    case: str,
    /,
    *,
    from_: Annotated[str, Parameter(name="--from")],
    to: str | None = None,
    as_: As = None,
    json: bool = False,
) -> int:
    """Tell what changed in a case between two moments.

    Examples:
        goodoffices diff GO-2026-0007 --from joint:5 --to joint:20
        goodoffices diff GO-2026-0007 --from 2026-03-05T00:00:00+01:00

    Args:
        case: Case number, external reference or unique prefix.
        from_: The first moment: an instant with its offset, or an entry, ROOM:SEQ.
        to: The second; now by default.
        as_: Viewer; one's own by default.
        json: One JSON document.
    """
    from services.cli import drawing
    from services.reading import changes

    with _eyes(as_) as eyes:
        difference = changes.diff(eyes, case, from_, to)
        if json:
            output.as_json(difference)
        else:
            drawing.draw_difference(difference)
        return DONE


def replay(
    case: str | None = None,
    /,
    *,
    as_: As = None,
    at: str | None = None,
    digest: bool = False,
    json: bool = False,
) -> int:
    """Fold cases again from the record.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        digest: Print last the digest of all that the viewer reads; two people compare one line.
        json: One JSON document.
    """
    from projections.replay import digest_of_all
    from services.reading.replaying import replayed

    columns = ("case", "viewer", "phase", "outcome", "entries", "digest")
    digests: list[str] = []
    with _eyes(as_, at) as eyes:
        begun = _begun(replayed(eyes, case))
        done: list[Any] = []

        def rows() -> Iterator[tuple[object, ...]]:
            for one in begun:
                digests.append(one.digest)
                yield _name(one), one.viewer, one.phase, one.outcome, one.entries, one.digest

        if json:
            done.extend(begun)
            digests.extend(one.digest for one in done)
        else:
            output.table("", columns, rows())
        whole = digests[0] if case is not None else digest_of_all(digests)
        if json:
            output.as_json({"cases": done, "digest": whole})
        elif digest:
            output.say(whole)
        return _done(eyes)


def export(
    case: str | None = None,
    /,
    *,
    for_: Annotated[str, Parameter(name="--for")],
    format_: Annotated[Format, Parameter(name="--format")],
    output_: Annotated[Path, Parameter(name=["--output", "-o"])],
    all_: Annotated[bool, Parameter(name="--all")] = False,
    at: str | None = None,
    force: bool = False,
) -> int:
    """Write what a viewer may read of a case into one file, or of every case into a folder.

    Examples:
        goodoffices export GO-2026-0007 --for party:A --format html -o case.html
        goodoffices export --all --for registry --format json -o cases/

    Args:
        case: Case number, external reference or unique prefix.
        for_: Viewer: registry, mediator, party:<id> or auditor.
        format_: `json` to compute with, `html` to read, print and keep.
        output_: The file; with --all a folder, one file a case.
        all_: Every case the viewer may read.
        at: Moment to look from.
        force: Replace what is there.
    """
    from services.exports import write

    if (case is None) != all_:
        raise DecodeError("export", "needs a case, or --all", "goodoffices export --help")
    with _eyes(for_, at) as eyes, output.progress("export") as shown:
        for count, path in enumerate(
            write.export(eyes, case, format_, output_, force=force), start=1
        ):
            shown(count)
            output.say(str(path))
        return _done(eyes)


COMMANDS: tuple[Callable[..., int], ...] = (
    cases,
    find,
    show,
    proposals,
    audit,
    deadlines,
    obligations,
    diff,
    replay,
    export,
)
