"""Take away what the institution exported of a case into its own folder, once it is erased."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

EXPORTS_FOLDER: Final = "exports"
"""Where the institution may lay exports that an erasure takes away again."""
MANIFEST: Final = "manifest.json"


class Of(Struct, frozen=True):
    """Of which cases an export for analysts is, as its manifest says.

    Attributes:
        every: Of more than one.
        case: Of this one.
    """

    every: bool
    case: str | None


class Said(Struct, frozen=True):
    """What of a manifest is read here.

    Attributes:
        viewer: For whom it is; an analyst's names cases by pseudonyms, so it may hold any.
        filter: Of which cases.
    """

    viewer: str
    filter: Of


def take_away(data: Path, names: tuple[str, ...]) -> None:
    """Take away exports of a case, and those of many cases, which hold it or may.

    What is taken away can be made again; it then lacks what was erased.

    Args:
        data: The data folder.
        names: Its number and ids; files named by it begin with one of them.
    """
    for path in list(_of_case(data / EXPORTS_FOLDER, names)):
        if path.is_dir():
            shutil.rmtree(path)
        else:  # perhaps gone with its folder
            path.unlink(missing_ok=True)


def _of_case(folder: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.name.startswith(names):
            yield path
        elif path.name == MANIFEST and _holds(path, names):
            yield path.parent


def _holds(manifest: Path, names: tuple[str, ...]) -> bool:
    try:
        said = msgspec.json.decode(manifest.read_bytes(), type=Said)
    except (msgspec.DecodeError, OSError):
        return False  # a file of that name that is none of ours
    return said.viewer.startswith("analyst:") or said.filter.every or said.filter.case in names
