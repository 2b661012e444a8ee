"""Draw the steps of a replay for people; lines of tab-separated cells where no terminal is."""

import sys
from zoneinfo import ZoneInfo

from services.cli import output
from services.cli.drawing import Pen
from services.reading import words
from services.reading.moment import instant
from services.reading.stepping import Played, Step, in_an_older_shape
from services.reading.timeline import marks, said

TEXT_AT = 6
"""Column at which the sentence of a step begins."""
COLUMNS = ("step", "entry", "recorded", "occurred", "who", "what", "says", "changes", "digest")


class Steps:
    """Draws the steps of one case, each as soon as it is given."""

    def __init__(self, played: Played) -> None:
        """Begin with whose case it is."""
        self._zone = ZoneInfo(played.zone)
        self._pen = Pen() if sys.stdout.isatty() else None
        if self._pen is None:
            output.line("\t".join(COLUMNS))
            return
        name = played.number or played.external_ref or played.case_id
        told = f"  as {played.viewer} saw it, {played.entries} entries ({played.zone})"
        self._pen.line((name, "bold"), (told, ""))

    def draw(self, step: Step) -> None:
        """Draw a step."""
        if self._pen is None:
            output.line("\t".join(_cell(cell) for cell in _row(step)))
        else:
            _draw(self._pen, step, self._zone)


def _cell(text: str) -> str:
    return words.unmarked(text).replace("\t", " ").replace("\n", " / ")


def _row(step: Step) -> tuple[str, ...]:
    return (
        str(step.step),
        step.entry,
        instant(step.recorded),
        step.occurred or words.NOT_RECORDED,
        words.who(step.actor, step.acting_for),
        "; ".join((step.says, *remarks(step))),
        "; ".join(f"{label}: {text}" for label, text in said(step)),
        "; ".join(change.says for change in step.changes),
        step.digest,
    )


def remarks(step: Step) -> list[str]:
    """Say what is unusual about a step."""
    older = in_an_older_shape(step)
    later = [] if step.known_then else ["not yet to be read by this viewer then"]
    return [*marks(step), *later, *([older] if older else [])]


def _draw(pen: Pen, step: Step, zone: ZoneInfo) -> None:
    """Draw when, who for whom, where, what; below it what it says, changed and came to."""
    when = f"{step.step:>{TEXT_AT - 2}}  {words.in_zone(step.recorded, zone)}"
    who = words.isolated(words.who(step.actor, step.acting_for))
    pen.line()
    pen.line((when, "cyan"), (f"  {who}", "bold"), (f"  {step.entry}", "dim"))
    margin = " " * TEXT_AT
    pen.wrapped(margin, step.says, TEXT_AT)
    for label, text in said(step):
        pen.wrapped(f"{margin}  {label}: ", text, TEXT_AT + 4, "dim")
    for remark in remarks(step):
        pen.wrapped(f"{margin}! ", remark, TEXT_AT + 2, "yellow", "yellow")
    for change in step.changes:
        pen.wrapped(f"{margin}~ ", change.says, TEXT_AT + 2, "yellow")
    pen.line((f"{margin}= {step.digest}", "dim"))
