"""Export: what one takes away, to read, to prove, or to compute with."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import context, output
from services.cli.looking import done, look

ForPeople = Literal["json", "html", "ical", "bundle", "pack"]
ForAnalysts = Literal["ndjson", "csv", "parquet", "ocel", "ocel-sqlite", "xes", "cloudevents"]
Format = Literal[ForPeople, ForAnalysts]
Purpose = Literal["enforcement", "defence"]


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
    titles: bool = False,
    purpose: Purpose = "enforcement",
    recipient: str = "",
    only: str | None = None,
    frames_only: str | None = None,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    types: str | None = None,
    full: bool = False,
) -> int:
    """Write what a viewer may read of a case into one file, or of every case into a folder.

    A bundle holds the entries with their proofs and a program that checks them; an evidence pack
    holds of them what a court may see (folders 00 to 15). Both are a zip if the name ends in .zip.
    A bundle can open single entries; of the others in their rooms it then holds hashes alone.

    For analysts there are ndjson, csv, parquet, ocel, ocel-sqlite, xes and cloudevents: a row an
    entry, in one folder with a manifest, of one case or of all. docs/exports.md has the columns.
    For `analyst:<grant>` they hold the common record alone, under the pseudonyms of the grant.

    With --full the registry writes the whole record, every room of every case as it is sealed, for
    `restore --export`; the keys are copied apart, after it, by `backup --keys-to`.

    Examples:
        goodoffices export GO-2026-0007 --for party:A --format html -o case.html
        goodoffices export --all --for registry --format json -o cases/
        goodoffices export GO-2026-0007 --for party:A --format bundle -o case.zip
        goodoffices export GO-2026-0007 --for party:A --format bundle --only joint:3,joint:7-9 -o b
        goodoffices export --all --for registry --format parquet -o events
        goodoffices export --all --for registry --format ocel --types proposal-tabled -o log
        goodoffices export --all --for analyst:stalls --format parquet -o stalls
        goodoffices export --all --full --for registry --format ndjson -o whole

    Args:
        case: Case number, external reference or unique prefix.
        for_: Viewer: registry, mediator, party:<id>, auditor or, in a form for analysts,
            analyst:<grant>.
        format_: `json` to compute with, `html` to read, print and keep, `ical` for
            a calendar of the dates, `bundle` to check offline, `pack` for a court; the others
            for analysts.
        output_: The file or, for bundle and pack, zip or folder; with --all a folder for them.
            For analysts always a folder.
        all_: Every case the viewer may read.
        at: Moment to look from.
        force: Replace what is there.
        titles: Let calendar entries say what they are about; by default they tell nothing.
        purpose: What an evidence pack is for.
        recipient: For whom an evidence pack is made, such as the name of a court.
        only: Entries a bundle opens, as ROOM:SEQ or ROOM:SEQ-SEQ, with commas between.
        frames_only: Entries of which it opens the frame (who, what, when) and not what they say.
        from_: For analysts: entries recorded from this instant on.
        to: For analysts: entries recorded before this instant.
        types: For analysts: events of these types alone, with commas between.
        full: The whole record, to make the same ledger of.
    """
    if (case is None) != all_:
        raise DecodeError("export", "needs a case, or --all", "goodoffices export --help")
    if full:
        narrowed = (at, only, frames_only, from_, to, types, force, titles, recipient)
        if (for_, format_, all_) != ("registry", "ndjson", True) or any(narrowed):
            needs = "--all --for registry --format ndjson -o FOLDER, and nothing else"
            raise DecodeError("--full", "is of everything", needs)
        return _export_whole(output_)
    with look(for_, at) as eyes, output.progress("export") as shown:
        match format_:
            case "json" | "html" | "ical" | "bundle" | "pack":
                from services.exports.choosing import Wanted, exported
                from services.exports.items import read_items

                _check_whole(format_, from_=from_, to=to, types=types)
                items = read_items(only, frames_only)
                wanted = Wanted(format_, force, titles, purpose, recipient, items)
                for count, path in enumerate(exported(eyes, case, output_, wanted), start=1):
                    shown(count)
                    output.say(str(path))
            case _:
                from services.exports.taking import Taking, read_chosen, take

                _check_rows(
                    format_,
                    only=only,
                    frames_only=frames_only,
                    titles=titles or None,
                    purpose=None if purpose == "enforcement" else purpose,
                    recipient=recipient or None,
                )
                chosen = read_chosen(from_, to, types)
                taking = Taking(format_, for_, case, chosen, at, force, progress=shown)
                output.say(str(take(eyes, output_, taking)))
        return done(eyes)


def _export_whole(target: Path) -> int:
    """Write the whole record as lines, for an operator of the registry."""
    from services.backup.exporting import export_whole
    from services.cli.moving import check_registry
    from services.clock import SystemClock
    from services.moving.homes import home_of

    check_registry()
    with output.progress("export") as shown:
        made = export_whole(home_of(context.settings()), target, SystemClock().now(), shown)
    output.say(f"{made.head} events in {target}, every file read again")
    output.say("the keys are not in it: `goodoffices backup --keys-to` another folder")
    return DONE


def _check_whole(format_: str, **given: object) -> None:
    """Refuse to narrow what is for people or courts: it would look whole."""
    for flag in _flags(given):
        raise DecodeError(flag, f"a {format_} is of all entries", "a format for analysts")


def _check_rows(format_: str, **given: object) -> None:
    """Refuse what rows know nothing of."""
    for flag in _flags(given):
        raise DecodeError(flag, f"{format_} has whole entries, as rows", "another format")


def _flags(given: Mapping[str, object]) -> Iterator[str]:
    """Name the flags that were given."""
    for name, value in given.items():
        if value is not None:
            yield f"--{name.strip('_').replace('_', '-')}"


COMMANDS: tuple[Callable[..., int], ...] = (export,)
