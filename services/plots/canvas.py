"""Draw with matplotlib, and write a picture that is the same each time, to the byte.

Readable without colour: what differs in colour differs in shape or line as well.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from msgspec import Struct

from ledger.errors import DecodeError, StoreFault

SALT = "good-offices-ledger"
DPI = 150
COLOURS = ("#1b3a5c", "#b5541c", "#4d7c3a", "#7a4a86", "#8a7420", "#2f7f86", "#5b5b5b", "#a03048")
"""Colours of clearly different darkness, told apart on paper too."""
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES: tuple[Any, ...] = ("-", "--", "-.", ":")
SETTINGS: Any = {
    "svg.hashsalt": SALT,
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
}


class Picture(Struct, frozen=True):
    """A picture, and what it shows for who cannot see it.

    Attributes:
        figure: The figure of matplotlib.
        title: Its title.
        told: What it shows, in sentences.
    """

    figure: Any
    title: str
    told: str


def format_of(path: Path) -> str:
    """Read from the ending of a name what is to be written.

    Raises:
        DecodeError: Neither .svg nor .png.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in ("svg", "png"):
        raise DecodeError("--output", f"{path.name} is no picture", "a name in .svg or .png")
    return form


@contextmanager
def pen() -> Iterator[Any]:
    """Give matplotlib, set as our pictures need it, without a screen.

    Raises:
        StoreFault: It is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - of the extra `analysis`
        from matplotlib.figure import Figure  # noqa: PLC0415 - as above
    except ImportError as error:
        why = "matplotlib, which draws, is not installed"
        raise StoreFault(why, "pip install good-offices-ledger[analysis]") from error
    with mpl.rc_context(SETTINGS), warnings.catch_warnings():
        # A letter the font lacks is drawn as a box; in SVG the reader's own font has it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield Figure


def encoded(picture: Picture, form: str) -> bytes:
    """Write a picture out: no date in it, no program, its ids from a fixed salt."""
    file = io.BytesIO()
    about: dict[str, str | None] = {"Date": None, "Creator": None}
    if form == "png":
        about = {"Title": picture.title, "Description": picture.told, "Software": None}
    with pen():  # what a file is like is settled when it is written
        picture.figure.savefig(file, format=form, dpi=DPI, metadata=about)
    written = file.getvalue()
    return written if form == "png" else _described(written.decode(), picture).encode()


def _described(svg: str, picture: Picture) -> str:
    """Put title and description where programs that read aloud look for them."""
    start = svg.index("<svg ")
    end = svg.index(">", start)
    named = ' role="img" aria-labelledby="title description"'
    title = f'\n <title id="title">{escape(picture.title)}</title>'
    told = f'\n <desc id="description">{escape(picture.told)}</desc>'
    return f"{svg[:end]}{named}>{title}{told}{svg[end + 1 :]}"


def days_below(axes: Any) -> None:  # noqa: ANN401 - axes of matplotlib
    """Write days under a picture, as few as fit."""
    from matplotlib import dates  # noqa: PLC0415 - as above

    untyped: Any = dates
    locator = untyped.AutoDateLocator(minticks=3, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(untyped.ConciseDateFormatter(locator))
