"""Read docs/coverage.toml: which events and tests answer each sentence of the founding document."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from docs.layout import page, paragraph

DATA = Path(__file__).parent / "coverage.toml"


class Sentence(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence of the founding document.

    Attributes:
        says: What it says, in words of our own.
        events: Tags of the events that answer it.
        tests: Tests that show it, as `file::name`.
    """

    says: str
    events: tuple[str, ...]
    tests: tuple[str, ...]


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A section of it.

    Attributes:
        title: What it is about.
        word: Word by which its heading in the document is known.
        sentences: In order.
    """

    title: str
    word: str
    sentences: tuple[Sentence, ...]


def sections() -> tuple[Section, ...]:
    """Read the sections, in order."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return msgspec.convert(data["section"], tuple[Section, ...])


def coverage_page() -> str:
    """Return the table: sentence, events, tests."""
    about = (
        "The founding document describes the procedure in nine sections. Each of its sentences has"
        " a number here (S3.4 is the fourth sentence of the third section; an item of a list counts"
        " as one), a paraphrase, the [events](events.md) that record it, and tests that show it."
    )
    return page("Coverage of the founding document", paragraph(about), *_sections())


def _sections() -> Iterator[str]:
    for number, section in enumerate(sections(), start=1):
        yield f"## S{number}. {section.title}"
        rows = [_row(f"S{number}.{n}", told) for n, told in enumerate(section.sentences, start=1)]
        yield "\n".join(("| no. | it says | events | tests |", "| --- | --- | --- | --- |", *rows))


def _row(number: str, told: Sentence) -> str:
    events = ", ".join(f"[{tag}](events.md#{tag})" for tag in told.events)
    tests = ", ".join(f"`{name}`" for name in told.tests)
    return f"| {number} | {told.says} | {events} | {tests} |"
