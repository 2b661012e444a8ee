"""The table of the founding document: no sentence without event and test, and nothing made up."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from docs.coverage import Section, Sentence, sections
from ledger.catalogue import EVENTS

ROOT = Path(__file__).parents[1]
SEED = ROOT.parent / "shared" / "seed"
NINE = 9
SENTENCE = re.compile(r"(?<=[.:?!])\s+")
TABLE = [
    (f"S{s}.{n}", told)
    for s, section in enumerate(sections(), start=1)
    for n, told in enumerate(section.sentences, start=1)
]


@cache
def names_of_tests(file: str) -> frozenset[str]:
    """Name the tests of a file: functions, classes, and both together."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = [n.name for n in node.body if isinstance(n, ast.FunctionDef)]
            names |= {node.name, *(f"{node.name}::{name}" for name in inner)}
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(name for name in names if name.startswith(("test_", "Test")))


def test_there_are_nine_sections() -> None:
    """As in the document."""
    assert len(sections()) == NINE


@pytest.mark.parametrize(("number", "told"), TABLE, ids=[number for number, _ in TABLE])
def test_no_cell_is_empty(number: str, told: Sentence) -> None:
    """Each sentence has words, events and tests, and what it names is there."""
    assert told.says.strip(), number
    assert told.events, f"{number} has no event"
    assert told.tests, f"{number} has no test"
    assert [tag for tag in told.events if tag not in EVENTS] == []
    missing = [name for name in told.tests if not is_there(name)]
    assert missing == []


def is_there(name: str) -> bool:
    """Tell whether a test is there."""
    file, _, test = name.partition("::")
    return (ROOT / file).exists() and test in names_of_tests(file)


def test_no_two_sentences_are_told_alike() -> None:
    """A paraphrase is of one sentence."""
    said = [told.says for _, told in TABLE]
    assert len(said) == len(set(said))


def test_every_sentence_of_the_document_has_its_number() -> None:
    """As many in each section as the document has, where it lies beside this folder."""
    files = sorted(SEED.glob("*.txt")) if SEED.is_dir() else []
    if not files:
        pytest.skip(f"the founding document is not in {SEED}, so its sentences are not counted")
    counted = sentences_of(files[0].read_text(encoding="utf-8"), sections())
    assert counted == [len(section.sentences) for section in sections()]


def sentences_of(text: str, table: tuple[Section, ...]) -> list[int]:
    """Count the sentences of each section; an item of a list counts as one.

    A heading ends with no stop. The headings of the nine sections are those that stand where the
    text before has a stop too, in this order; others are headings within a section.
    """
    counts = [0] * len(table)
    section = -1
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        if not line.startswith("- ") and line[-1] not in ".:?!":
            section += is_section(line, table, section + 1)
        elif section >= 0:
            counts[section] += len(SENTENCE.split(line))
    return counts


def is_section(heading: str, table: tuple[Section, ...], following: int) -> bool:
    """Tell whether a heading begins the section that follows, by the word it is known by."""
    return following < len(table) and table[following].word in heading
