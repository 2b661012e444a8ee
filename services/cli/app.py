"""List the commands and start the one asked for."""

import sys
from pathlib import Path

from cyclopts import App, CycloptsError

from services.answers import MISUSE
from services.cli import (
    acting,
    analysts,
    brokering,
    conforming,
    context,
    documents,
    erasing,
    feeds,
    figures,
    files,
    hooks,
    inviting,
    keeping,
    moving,
    profiles,
    reading,
    sealing,
    signing,
    verifying,
    witnessing,
)

app = App(
    name="goodoffices",
    help="The record of a mediation: act, read, replay, check.",
    version_flags=["--version"],
    help_flags=["--help", "-h"],
    help_format="plaintext",
)
THEMES = (
    acting,
    reading,
    conforming,
    files,
    figures,
    erasing,
    verifying,
    sealing,
    inviting,
    keeping,
    moving,
)
for theme in THEMES:
    for command in theme.COMMANDS:
        app.command(command)
app.command(keeping.operator)
app.command(profiles.profile)
for command in hooks.COMMANDS:
    feeds.feed.command(command)
app.command(feeds.feed)
app.command(analysts.analyst)
app.command(documents.document)
app.command(signing.key)
app.command(brokering.broker)
app.command(witnessing.witness)


def dispatch(argv: list[str]) -> int:
    """Run a command line; return the exit status."""
    rest, data = _data_folder(argv)
    context.configure(data)
    context.begin(rest[0] if rest and not rest[0].startswith("-") else "")
    try:
        result = app(rest, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        sys.stderr.write(f"goodoffices: {error}\nhelp: goodoffices {_topic(rest)}--help\n")
        return MISUSE
    return result if isinstance(result, int) else 0


def _data_folder(argv: list[str]) -> tuple[list[str], Path | None]:
    """Take `--data DIR` out of a command line, before or after the command."""
    rest: list[str] = []
    folder: Path | None = None
    words = iter(argv)
    for word in words:
        if word == "--data":
            folder = Path(next(words, ""))
        elif word.startswith("--data="):
            folder = Path(word.removeprefix("--data="))
        else:
            rest.append(word)
    return rest, folder


def _topic(words: list[str]) -> str:
    return f"{words[0]} " if words and not words[0].startswith("-") else ""
