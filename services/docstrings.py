"""Read what docstrings of this house say: for the documents, and for the hints of forms."""

import re
import textwrap
from collections.abc import Mapping
from inspect import cleandoc
from typing import NamedTuple

_ENTRY = re.compile(r"^(?P<name>[a-z_]+): (?P<text>.*)$")
_SECTION = re.compile(r"^(Attributes|Args|Raises|Examples|Returns):$", re.MULTILINE)
_RAISED = re.compile(r"RuleViolation:\s*(?P<rules>[a-z0-9_,\s]+)")


class Docstring(NamedTuple):
    """What a docstring says, by its parts.

    Attributes:
        first: Its first line.
        fields: What it says of each field or argument.
        refusals: Names of the rules it says are raised.
        examples: Lines of its examples.
    """

    first: str
    fields: Mapping[str, str]
    refusals: tuple[str, ...]
    examples: tuple[str, ...]


def read_docstring(text: str | None) -> Docstring:
    """Take a docstring of this house apart."""
    body, *sections = _SECTION.split(cleandoc(text or ""))
    told = {name: textwrap.dedent(part) for name, part in zip(*[iter(sections)] * 2, strict=True)}
    raised = _RAISED.search(told.get("Raises", ""))
    return Docstring(
        first=body.split("\n\n")[0].replace("\n", " ").strip(),
        fields=_entries(told.get("Attributes", "") + told.get("Args", "")),
        refusals=tuple(re.findall(r"[a-z0-9]+(?:_[a-z0-9]+)+", raised["rules"])) if raised else (),
        examples=tuple(told.get("Examples", "").split("\n")[1:]),
    )


def _entries(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in text.strip().split("\n"):
        entry = _ENTRY.match(line.removeprefix("    "))
        if entry is not None and not line.startswith("     "):
            name = entry["name"]
            found[name] = entry["text"]
        elif name:
            found[name] += f" {line.strip()}"
    return found
