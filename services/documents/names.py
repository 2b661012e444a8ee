"""Clean the name that a document is given by whoever sends it."""

import unicodedata
from typing import Final

LENGTH_MAX: Final = 120
NAMELESS: Final = "document"
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of what is not seen, or turns the direction of what is: never part of a name."""
_FORBIDDEN: Final = frozenset('<>:"|?*')
"""What a name may not hold on some system or other."""


def cleaned(given: str) -> str:
    """Return a name without folders, hidden characters and what systems do not allow.

    It never begins or ends with a dot, is never empty, and keeps its ending if it is shortened.
    """
    last = given.replace("\\", "/").rpartition("/")[2]
    shown = (
        char
        for char in unicodedata.normalize("NFC", last)
        if unicodedata.category(char) not in _HIDDEN and char not in _FORBIDDEN
    )
    name = " ".join("".join(shown).split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    room = LENGTH_MAX - len(dot + ending)
    return f"{stem[: max(room, 1)].strip('. ') or NAMELESS}{dot}{ending}"[:LENGTH_MAX]


def ending_of(name: str) -> str:
    """Return the ending of a cleaned name, such as `pdf`, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def ascii_of(name: str) -> str:
    """Write a cleaned name in ASCII, for programs that know nothing else."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = plain.rpartition(".")[0].strip("\"\\; '")
    return f"{stem or NAMELESS}.{ending_of(name)}"
