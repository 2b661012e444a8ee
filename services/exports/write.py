"""Write exported files: whole or not at all, for their owner alone, over no other by chance."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from ledger.errors import DecodeError, StoreFault
from services.exports.document import document, encoded
from services.exports.ical import calendar
from services.exports.page import page
from services.reading.eyes import Eyes
from services.reading.looking import Look

Format = Literal["json", "html", "ical"]
ENDINGS: dict[Format, str] = {"json": "json", "html": "html", "ical": "ics"}


def export(  # noqa: PLR0913 - what, for whom, how and where to
    eyes: Eyes,
    case: str | None,
    form: Format,
    target: Path,
    *,
    force: bool = False,
    titles: bool = False,
) -> Iterator[Path]:
    """Write one case into a file, or every case into a folder; yield each file written.

    Args:
        eyes: Whose, and from when.
        case: The case, None for all.
        form: `json`, `html` or `ical`.
        target: The file, or for all cases the folder, made where it is not there.
        force: Replace files that are there.
        titles: Let entries of a calendar say what they are about.

    Raises:
        DecodeError: There is a file already, or a folder where the file should be.
        RuleViolation: As `Eyes.looks`.
        StoreFault: The file cannot be written, or an event cannot be read.
    """
    if case is not None:
        refuse_other(target, force=force)
        yield written(_parts(eyes, eyes.look(case), form, titles=titles), target)
        return
    make_folder(target)
    for look in eyes.looks(None):
        path = target / f"{look.case.intake.number or look.record.case_id}.{form}"
        refuse_other(path, force=force)
        yield written(_parts(eyes, look, form, titles=titles), path)


def _parts(eyes: Eyes, look: Look, form: Format, *, titles: bool) -> Iterable[bytes]:
    if form == "ical":
        return (calendar(look, titles=titles),)
    told = document(eyes, look)
    if form == "json":
        return (encoded(told),)
    return (part.encode() for part in page(told))


def refuse_other(path: Path, *, force: bool) -> None:
    """Refuse to replace a file by chance, or a folder at all.

    Raises:
        DecodeError: Something is there.
    """
    if path.is_dir():
        raise DecodeError("--output", f"{path} is a folder", "the name of a file")
    if path.exists() and not force:
        raise DecodeError("--output", f"{path} is there already", "another name, or --force")


def make_folder(folder: Path) -> None:
    """Make a folder for exports, where there is none."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error


def written(parts: Iterable[bytes], path: Path) -> Path:
    """Write beside the target, then put in its place; a crash leaves the target as it was."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle, so that the mode holds at once
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise unwritable(path, error) from error
    return path


def unwritable(path: Path, error: OSError) -> StoreFault:
    """Say that a file or folder cannot be written."""
    why = f"{path} cannot be written: {error.strerror}"
    return StoreFault(why, "a folder that is there, may be written and has space")
