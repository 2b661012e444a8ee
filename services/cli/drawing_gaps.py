"""Draw where what was known at an instant is not what was so."""

import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.cli import output
from services.cli.drawing import Pen
from services.reading import words

if TYPE_CHECKING:
    from services.reading.knowing import Knowledge


def draw_gaps(told: "Knowledge") -> None:
    """Draw the gaps, a line each."""
    if not sys.stdout.isatty():
        for gap in told.gaps:
            output.say(words.unmarked(f"{gap.kind}\t{gap.says}"))
        return
    zone, pen = ZoneInfo(told.zone), Pen()
    known, true = words.in_zone(told.known_on, zone), words.in_zone(told.true_on, zone)
    name = told.number or told.external_ref or told.case_id
    pen.line((name, "bold"), (f"  as {told.viewer} knew it on {known}, and as true on {true}", ""))
    if not told.gaps:
        pen.line((" nothing was otherwise", "dim"))
    for gap in told.gaps:
        pen.wrapped(f" {gap.kind}: ", gap.says, 3, "yellow")
