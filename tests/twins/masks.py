"""Mask what is drawn at random: salts, and the hashes, roots and signatures over them.

A mask is not forgetful: what stood for the same in one history must stand for the same in the
other, so that a commitment that comes again, or at another place, shows. Only among the heads of a
tick, which lie in random order, two paths have by chance more in common or less.
"""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from pyarrow import parquet  # type: ignore[import-untyped]

RANDOM: Final = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"  # hashes, salts
    r"|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"  # ids
    r"|(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{4}){10,}[A-Za-z0-9+/]{0,3}={0,2}"  # roots, signatures
)
PLACE: Final = re.compile(r'("(?:index|bytes)": ?)\d+')
"""The place of a head among the decoys of its tick, and sizes of files that hold it."""


class Masks:
    """What of one history stands for what of the other."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._there: dict[str, str] = {}
        self._back: dict[str, str] = {}

    def differ(self, one: str, other: str, *, shuffled: bool = False) -> str | None:
        """Tell where two texts differ; None where they are alike but for chance.

        Args:
            one: A text.
            other: What stands for it.
            shuffled: Whether they hold paths among the heads of a tick.
        """
        if one == other:
            return None
        chance = RANDOM.findall(one), RANDOM.findall(other)
        plain = [PLACE.sub(r"\1N", RANDOM.sub(_as_long, text)) for text in (one, other)]
        if plain[0] != plain[1]:
            return _first(plain[0], plain[1])
        return None if shuffled else self._remembered(*chance)

    def _remembered(self, here: list[str], there: list[str]) -> str | None:
        for left, right in zip(here, there, strict=True):
            if self._there.setdefault(left, right) != right:
                return f"{left} stands for {right} here, for {self._there[left]} elsewhere"
            if self._back.setdefault(right, left) != left:
                return f"{right} stands for {left} here, for {self._back[right]} elsewhere"
        return None


def _as_long(found: re.Match[str]) -> str:
    return "#" * len(found[0])


def _first(one: str, other: str) -> str:
    """Show where two texts part."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    at = min(len(one), len(other)) if at is None else at
    begin = max(at - 200, 0)
    return f"…{one[begin : at + 200]!r}\n  against\n…{other[begin : at + 200]!r}"


def written(folder: Path) -> dict[str, str]:
    """Read every file of a folder; bytes one to one, but what is packed as what it holds."""
    told: dict[str, str] = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        name = str(path.relative_to(folder))
        if path.suffix == ".zip":
            with ZipFile(path) as packed:
                for inner in packed.namelist():
                    told[f"{name}/{inner}"] = packed.read(inner).decode("latin-1")
        elif path.suffix == ".parquet":
            told[name] = json.dumps(parquet.ParquetFile(path).read().to_pylist(), default=str)
        elif path.suffix == ".sqlite":
            with closing(sqlite3.connect(path)) as database:
                told[name] = "\n".join(database.iterdump())
        else:
            told[name] = path.read_bytes().decode("latin-1")
    return told
