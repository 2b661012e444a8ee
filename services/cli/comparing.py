"""Compare moments, and fold again."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from cyclopts import Parameter

from services.answers import DONE
from services.cli import output
from services.cli.looking import As, begun, done, look, name_of


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
    with look(as_, at) as eyes:
        folded = begun(replayed(eyes, case))
        kept: list[Any] = []

        def rows() -> Iterator[tuple[object, ...]]:
            for one in folded:
                digests.append(one.digest)
                yield name_of(one), one.viewer, one.phase, one.outcome, one.entries, one.digest

        if json:
            kept.extend(folded)
            digests.extend(one.digest for one in kept)
        else:
            output.table("", columns, rows())
        whole = digests[0] if case is not None else digest_of_all(digests)
        if json:
            output.as_json({"cases": kept, "digest": whole})
        elif digest:
            output.say(whole)
        return done(eyes)


COMMANDS: tuple[Callable[..., int], ...] = (diff, replay)
