"""Fold cases again from the record: at once, step by step, at a speed, or on a whole screen."""

import math
from collections.abc import Callable, Iterator
from time import sleep
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import context, output
from services.cli.looking import As, begun, done, look, name_of

if TYPE_CHECKING:
    from services.reading import Eyes
    from services.reading.replaying import Replayed
    from services.reading.stepping import Played, Stage

JOBS_MAX = 64


def replay(
    case: str | None = None,
    /,
    *,
    as_: As = None,
    at: str | None = None,
    digest: bool = False,
    steps: bool = False,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    until: str | None = None,
    speed: float | None = None,
    play: bool = False,
    jobs: int = 1,
    json: bool = False,
) -> int:
    """Fold cases again from the record; of one case, step by step.

    Examples:
        goodoffices replay GO-2026-0007 --digest
        goodoffices replay GO-2026-0007 --steps --from joint:5 --until proposal-accepted
        goodoffices replay GO-2026-0007 --to 2026-03-05T00:00:00+01:00 --json
        goodoffices replay GO-2026-0007 --speed 86400
        goodoffices replay GO-2026-0007 --play --as party:B

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        digest: Print last the digest of all that the viewer reads; two people compare one line.
        steps: List every entry the viewer reads, what it changed, and the digest after it.
        from_: List the steps behind a moment: an instant with its offset, or an entry, ROOM:SEQ.
        to: List the steps up to a moment.
        until: List the steps up to the next event of a type.
        speed: Print the steps one by one, so many times as fast as they happened.
        play: Go through the steps on the whole screen.
        jobs: Processes that fold all cases together.
        json: One JSON document.
    """
    stepping = steps or play or any(one is not None for one in (from_, to, until, speed))
    with look(as_, at) as eyes:
        if not stepping:
            folded = _each(eyes, case, Share(as_, at, jobs))
            return _folded(eyes, folded, case, digest=digest, json=json)
        from services.reading.stepping import Part, Stage

        if case is None:
            raise DecodeError("replay", "steps need a case", "goodoffices replay CASE --steps")
        part = Part(since=from_, to=to, until=until)
        pace = None if speed is None else _pace(speed)
        if play:
            return _on_screen(Stage(eyes, case, part), pace)
        told = Stage(eyes, case, part).played
        if json:
            output.as_json(told)
        else:
            _stepped(told, pace)
        return done(eyes)


def _pace(speed: float) -> float:
    if not (math.isfinite(speed) and speed > 0):
        raise DecodeError("--speed", f"{speed} is no speed", "86400 for a day a second")
    return speed


class Share(NamedTuple):
    """What is asked of all cases, and how many processes share the work."""

    viewer: str | None
    at: str | None
    jobs: int


def _each(eyes: "Eyes", case: str | None, share: Share) -> "Iterator[Replayed]":
    """Fold one case or all, in this process or in several."""
    from services.reading.replaying import replayed

    if not 1 <= share.jobs <= JOBS_MAX:
        why = f"{share.jobs} is no number of processes"
        raise DecodeError("--jobs", why, f"1 to {JOBS_MAX}")
    if case is not None or share.jobs == 1:
        return replayed(eyes, case)
    from services.reading.replaying_together import Asked, replayed_together

    return replayed_together(eyes, Asked(context.settings(), share.viewer, share.at), share.jobs)


def _folded(
    eyes: "Eyes", each: "Iterator[Replayed]", case: str | None, *, digest: bool, json: bool
) -> int:
    """Print where each case came to."""
    from projections.replay import digest_of_all

    columns = ("case", "viewer", "phase", "outcome", "entries", "digest")
    digests: list[str] = []
    folded = begun(each)
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


def _stepped(told: "Played", speed: float | None) -> None:
    """Print steps, at once or with scaled pauses between them."""
    from services.cli.drawing_steps import Steps
    from services.reading.stepping import pause_s

    drawn, last = Steps(told), None
    for step in told.steps:
        if speed is not None and last is not None:
            sleep(pause_s(last, step, speed))
        drawn.draw(step)
        last = step


def _on_screen(stage: "Stage", speed: float | None) -> int:
    """Open the player; what it needs is an extra."""
    try:
        from services.cli.player import Player
    except ModuleNotFoundError as missing:
        needs = "pip install good-offices-ledger[analysis]"
        raise DecodeError("--play", f"{missing.name} is not installed", needs) from None
    Player(stage, speed).run()
    return DONE


COMMANDS: tuple[Callable[..., int], ...] = (replay,)
