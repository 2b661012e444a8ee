"""Compare moments, and export: what one holds beside something else."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import output
from services.cli.looking import As, done, look

Format = Literal["json", "html", "ical", "bundle", "pack"]
Purpose = Literal["enforcement", "defence"]


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

    with look(as_) as eyes:
        difference = changes.diff(eyes, case, from_, to)
        if json:
            output.as_json(difference)
        else:
            drawing.draw_difference(difference)
        return DONE


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
) -> int:
    """Write what a viewer may read of a case into one file, or of every case into a folder.

    A bundle holds the entries with their proofs and a program that checks them; an evidence pack
    holds of them what a court may see (folders 00 to 15). Both are a zip if the name ends in .zip.
    A bundle can open single entries; of the others in their rooms it then holds hashes alone.

    Examples:
        goodoffices export GO-2026-0007 --for party:A --format html -o case.html
        goodoffices export --all --for registry --format json -o cases/
        goodoffices export GO-2026-0007 --for party:A --format bundle -o case.zip
        goodoffices export GO-2026-0007 --for party:A --format bundle --only joint:3,joint:7-9 -o b

    Args:
        case: Case number, external reference or unique prefix.
        for_: Viewer: registry, mediator, party:<id> or auditor.
        format_: `json` to compute with, `html` to read, print and keep, `ical` for
            a calendar of the dates, `bundle` to check offline, `pack` for a court.
        output_: The file or, for bundle and pack, zip or folder; with --all a folder for them.
        all_: Every case the viewer may read.
        at: Moment to look from.
        force: Replace what is there.
        titles: Let calendar entries say what they are about; by default they tell nothing.
        purpose: What an evidence pack is for.
        recipient: For whom an evidence pack is made, such as the name of a court.
        only: Entries a bundle opens, as ROOM:SEQ or ROOM:SEQ-SEQ, with commas between.
        frames_only: Entries of which it opens the frame (who, what, when) and not what they say.
    """
    from services.exports.choosing import Wanted, exported
    from services.exports.items import read_items

    if (case is None) != all_:
        raise DecodeError("export", "needs a case, or --all", "goodoffices export --help")
    with look(for_, at) as eyes, output.progress("export") as shown:
        items = read_items(only, frames_only)
        wanted = Wanted(format_, force, titles, purpose, recipient, items)
        for count, path in enumerate(exported(eyes, case, output_, wanted), start=1):
            shown(count)
            output.say(str(path))
        return done(eyes)


COMMANDS: tuple[Callable[..., int], ...] = (diff, export)
