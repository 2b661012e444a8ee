"""Compare moments, and export: what one holds beside something else."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import output
from services.cli.looking import As, done, look

if TYPE_CHECKING:
    from services.reading import Eyes

Format = Literal["json", "html", "ical", "bundle", "pack"]
Purpose = Literal["enforcement", "defence"]


def diff(
    case: str,
    /,
    *,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    known_on: str | None = None,
    true_on: str | None = None,
    as_: As = None,
    json: bool = False,
) -> int:
    """Tell what changed in a case between two moments, or what was so beside what was known.

    Examples:
        goodoffices diff GO-2026-0007 --from joint:5 --to joint:20
        goodoffices diff GO-2026-0007 --from 2026-03-05T00:00:00+01:00
        goodoffices diff GO-2026-0007 --known-on 2026-03-05T00:00:00+01:00

    Args:
        case: Case number, external reference or unique prefix.
        from_: The first moment: an instant with its offset, or an entry, ROOM:SEQ.
        to: The second; now by default.
        known_on: Instant: what of that day was recorded, put right or declared void only later.
        true_on: Instant up to which things had happened; that of --known-on by default.
        as_: Viewer; one's own by default.
        json: One JSON document.
    """
    from services.cli import drawing
    from services.reading import changes

    known, true = known_on or true_on, true_on or known_on
    with look(as_) as eyes:
        if known is not None and true is not None:
            _check_not_both(from_ or to)
            return _known(eyes, case, known, true, json=json)
        if from_ is None:
            needs = "goodoffices diff CASE --from joint:5, or --known-on INSTANT"
            raise DecodeError("--from", "a first moment is missing", needs)
        difference = changes.diff(eyes, case, from_, to)
        if json:
            output.as_json(difference)
        else:
            drawing.draw_difference(difference)
        return DONE


def _check_not_both(moment: str | None) -> None:
    if moment is not None:
        why = "compares two moments; --known-on sets one beside what was so"
        raise DecodeError("--from", why, "one of the two")


def _known(eyes: "Eyes", case: str, known: str, true: str, *, json: bool) -> int:
    """Tell what was known at an instant beside what was so."""
    from services.cli import drawing_gaps
    from services.reading.knowing import knowledge

    told = knowledge(eyes, case, known, true)
    if json:
        output.as_json(told)
    else:
        drawing_gaps.draw_gaps(told)
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
