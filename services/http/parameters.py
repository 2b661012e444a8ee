"""Say what each parameter of the API is, in its path and behind it."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from services.http.readings import LIMIT, LIMIT_MAX

Json: TypeAlias = dict[str, Any]

MOMENT: Final = "Moment to look from: an instant with its offset, or an entry, ROOM:SEQ."
PARAMETERS: Final[Mapping[str, Json]] = {
    "as": {
        "description": "Viewer: registry, mediator, party:<id> or auditor; one's own by default.",
        "schema": {"type": "string"},
        "example": "party:B",
    },
    "at": {"description": MOMENT, "schema": {"type": "string"}, "example": "joint:12"},
    "on": {
        "description": "Instant with its offset; tells what had happened by then.",
        "schema": {"type": "string"},
        "example": "2026-03-05T13:00:00Z",
    },
    "from": {"description": MOMENT, "schema": {"type": "string"}, "example": "joint:5"},
    "to": {"description": MOMENT, "schema": {"type": "string"}, "example": "joint:20"},
    "after": {
        "description": "Key behind which the page begins, from the `Link` of the page before.",
        "schema": {"type": "string"},
    },
    "limit": {
        "description": "Most items of a page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT},
    },
    "field": {
        "description": "Path of the field, as in the case's document, with dots between.",
        "schema": {"type": "string"},
        "example": "phase",
    },
    "profile": {
        "description": "Rule profile to judge by, ID or ID/VERSION; the case's own by default.",
        "schema": {"type": "string"},
        "example": "house-default",
    },
    "until": {
        "description": "Type of event at whose next occurrence it stops.",
        "schema": {"type": "string"},
        "example": "proposal-accepted",
    },
    "without": {
        "description": "An entry left out, ROOM:SEQ; may be repeated.",
        "schema": {"type": "array", "items": {"type": "string"}},
        "example": ["joint:10"],
    },
    "set": {
        "description": "A key of the profile that says something else, KEY=VALUE; repeated.",
        "schema": {"type": "array", "items": {"type": "string"}},
        "example": ["reply.period_days=45"],
    },
    "tag": {
        "description": "Only what bears this tag; may be repeated.",
        "schema": {"type": "array", "items": {"type": "string"}},
        "example": ["authority"],
    },
    "by": {
        "description": "Break the numbers down by the year of the request, or by rule profile.",
        "schema": {"enum": ["year", "profile"]},
    },
    "from-year": {"description": "First year.", "schema": {"type": "string"}, "example": "2024"},
    "to-year": {"description": "Last year.", "schema": {"type": "string"}, "example": "2026"},
    "words": {
        "description": "Words or parts of words, every one of which must stand there.",
        "schema": {"type": "string"},
        "example": "berth",
    },
    "case": {
        "description": "Where the command was given, if several bear that id.",
        "schema": {"type": "string"},
    },
    "command": {
        "description": "Id of the command that is to name the document.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 128},
    },
    "entry": {
        "description": "Entry of one's own that names the document, ROOM:SEQ.",
        "schema": {"type": "string"},
        "example": "joint:12",
    },
    "name": {
        "description": "What the document is called; its ending tells its kind.",
        "schema": {"type": "string"},
        "example": "survey.pdf",
    },
}
IN_PATH: Final[Mapping[str, Json]] = {
    "case": {
        "description": "Case number, external reference, unique prefix, or id.",
        "schema": {"type": "string"},
        "example": "GO-2026-0001",
    },
    "command": {"description": "Id of the command.", "schema": {"type": "string"}},
    "entry": {
        "description": "Entry that names it, ROOM:SEQ.",
        "schema": {"type": "string"},
        "example": "joint:12",
    },
    "sha256": {
        "description": "SHA-256 of the document, as its entry names it.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
}
