"""Part what somebody said into sentences, so that a few of them can be chosen."""

import re
from typing import Final

_END: Final = re.compile(r"(?<=[.!?\u061f\u3002])[\"'\u201d\u2019)\]]*(?:\s+|(?<=\u3002))|\n+")


def sentences(text: str) -> tuple[str, ...]:
    """Part a text into its sentences, in their own words and order."""
    found: list[str] = []
    begin = 0
    for match in _END.finditer(text):
        found.append(text[begin : match.end()].strip())
        begin = match.end()
    found.append(text[begin:].strip())
    return tuple(one for one in found if one)
