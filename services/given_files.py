"""Open a file that somebody names, without waiting for a pipe that nobody writes to."""

import errno
import stat
from pathlib import Path
from typing import BinaryIO


def open_given(path: Path) -> BinaryIO:
    """Open a regular file to be read.

    Raises:
        OSError: It is not there, may not be read, or is a folder, a pipe or a device.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a file")
    return path.open("rb")


def read_given(path: Path) -> bytes:
    """Read a regular file.

    Raises:
        OSError: As for `open_given`.
    """
    with open_given(path) as file:
        return file.read()
