"""Compare two texts word by word."""

import unicodedata
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, TypeAlias

from msgspec import Struct

PATIENT_TOKENS_MAX = 2_000
"""Texts up to this many words are compared exhaustively; in longer ones the commonest words do not
anchor the comparison, which then stays fast and still tells every change."""


Kind: TypeAlias = Literal["equal", "inserted", "deleted"]


class Segment(Struct, frozen=True):
    """A run of words that stayed, came or went.

    Attributes:
        kind: Which of these.
        text: The words with the spaces between them.
    """

    kind: Kind
    text: str


def word_segments(old: str, new: str) -> tuple[Segment, ...]:
    """Compare two texts word by word."""
    a, b = _words(old), _words(new)
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    parts: list[tuple[Kind, str]] = [("equal", "".join(a[:start]))]
    autojunk = max(len(middle_a), len(middle_b)) > PATIENT_TOKENS_MAX
    matcher = SequenceMatcher(None, middle_a, middle_b, autojunk=autojunk)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            parts.append(("equal", "".join(middle_a[i:j])))
        else:
            parts += [("deleted", "".join(middle_a[i:j])), ("inserted", "".join(middle_b[k:m]))]
    parts.append(("equal", "".join(a[len(a) - end :])))
    return runs(parts)


def _common(a: list[str], b: list[str]) -> int:
    """Count the words with which both begin."""
    for number, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return number
    return min(len(a), len(b))


def runs(parts: list[tuple[Kind, str]]) -> tuple[Segment, ...]:
    """Join neighbours of one kind, leaving out what is empty."""
    told = [(kind, text) for kind, text in parts if text]
    runs = groupby(told, key=lambda part: part[0])
    return tuple(Segment(kind=kind, text="".join(text for _, text in run)) for kind, run in runs)


def _words(text: str) -> list[str]:
    """Cut a text into words, spaces and signs; scripts without spaces into characters."""
    return ["".join(run) for _, run in groupby(text, key=_Cut())]


class _Cut:
    """Number the pieces of a text: one key for each word, run of spaces, sign."""

    def __init__(self) -> None:
        self._piece = 0
        self._last = ""

    def __call__(self, char: str) -> int:
        kind = _kind(char)
        if kind != self._last and not (kind == "mark" and self._last == "word"):
            self._piece += 1
            self._last = "word" if kind == "mark" else kind
        elif kind in ("sign", "ideograph"):
            self._piece += 1
        return self._piece


def _kind(char: str) -> str:
    if char.isspace():
        return "space"
    category = unicodedata.category(char)
    if category[0] == "M" or category == "Cf":
        return "mark"
    if category == "Lo" and unicodedata.east_asian_width(char) == "W":
        return "ideograph"
    return "word" if category[0] in "LN" or char == "_" else "sign"
