"""Tell a change one can see from one that only the bytes show.

A letter of another script, a character that does not show, or another way to write the same
character can change a text without any reader noticing.
"""

import unicodedata
from collections import Counter
from functools import cache

# Letters and signs drawn like others in common typefaces, by the names Unicode gives them.
_DRAWN_LIKE = {
    "CYRILLIC CAPITAL LETTER ": {
        "A": "A",
        "VE": "B",
        "IE": "E",
        "DZE": "S",
        "BYELORUSSIAN-UKRAINIAN I": "l",
        "JE": "J",
        "KA": "K",
        "EM": "M",
        "EN": "H",
        "O": "O",
        "ER": "P",
        "ES": "C",
        "TE": "T",
        "U": "Y",
        "HA": "X",
    },
    "CYRILLIC SMALL LETTER ": {
        "A": "a",
        "IE": "e",
        "DZE": "s",
        "BYELORUSSIAN-UKRAINIAN I": "i",
        "JE": "j",
        "O": "o",
        "ER": "p",
        "ES": "c",
        "U": "y",
        "HA": "x",
        "SHHA": "h",
        "KOMI DE": "d",
        "QA": "q",
        "WE": "w",
        "PALOCHKA": "l",
    },
    "GREEK CAPITAL LETTER ": {
        "ALPHA": "A",
        "BETA": "B",
        "EPSILON": "E",
        "ZETA": "Z",
        "ETA": "H",
        "IOTA": "l",
        "KAPPA": "K",
        "MU": "M",
        "NU": "N",
        "OMICRON": "O",
        "RHO": "P",
        "TAU": "T",
        "UPSILON": "Y",
        "CHI": "X",
    },
    "GREEK SMALL LETTER ": {
        "ALPHA": "a",
        "IOTA": "i",
        "NU": "v",
        "OMICRON": "o",
        "RHO": "p",
        "UPSILON": "u",
    },
    "": {
        "CYRILLIC LETTER PALOCHKA": "l",
        "LATIN LETTER DENTAL CLICK": "l",
        "LATIN CAPITAL LETTER I": "l",
        "VERTICAL LINE": "l",
        "DIGIT ONE": "l",
        "DIGIT ZERO": "O",
        "HYPHEN": "-",
        "FIGURE DASH": "-",
        "EN DASH": "-",
        "EM DASH": "-",
        "MINUS SIGN": "-",
        "LEFT SINGLE QUOTATION MARK": "'",
        "RIGHT SINGLE QUOTATION MARK": "'",
        "MODIFIER LETTER APOSTROPHE": "'",
        "LEFT DOUBLE QUOTATION MARK": '"',
        "RIGHT DOUBLE QUOTATION MARK": '"',
        "FRACTION SLASH": "/",
        "DIVISION SLASH": "/",
    },
}
_UNSEEN = ("Cf", "Cc")
# Marks that join or choose a shape, and letters drawn as nothing.
_UNSEEN_TOO = frozenset([0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)])
NAMED_MAX = 3
"""How many characters an explanation names; one is enough to find the rest."""


def look_alike(old: str, new: str) -> bool:
    """Tell whether two texts differ and yet look the same."""
    return old != new and skeleton(old) == skeleton(new)


def skeleton(text: str) -> str:
    """Reduce a text to what one sees of it; texts of one skeleton look the same."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if _shows(char)).translate(_drawn_like())


def explain(old: str, new: str) -> str:
    """Name the characters that make two texts differ which look the same."""
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    parts = [f"{_named(gone)} gone" if gone else "", f"{_named(come)} in its place" if come else ""]
    return ", ".join(part for part in parts if part) or "the same characters in another order"


@cache
def _drawn_like() -> dict[int, str]:
    return {
        ord(unicodedata.lookup(kind + name)): like
        for kind, letters in _DRAWN_LIKE.items()
        for name, like in letters.items()
    }


def _shows(char: str) -> bool:
    if char.isspace():
        return True
    return unicodedata.category(char) not in _UNSEEN and ord(char) not in _UNSEEN_TOO


def _named(chars: Counter[str]) -> str:
    told = [
        f"U+{ord(char):04X} {unicodedata.name(char, 'a control character')}"
        for char in list(chars)[:NAMED_MAX]
    ]
    return " and ".join(told) + (" and others" if len(chars) > NAMED_MAX else "")
