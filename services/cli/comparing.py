"""Compare moments: what one holds beside something else."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import output
from services.cli.looking import As, look

if TYPE_CHECKING:
    from services.reading import Eyes


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


COMMANDS: tuple[Callable[..., int], ...] = (diff,)
