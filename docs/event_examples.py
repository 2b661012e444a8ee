"""Make an example of any event: in the words of the commands that record it, where they fit."""

from collections.abc import Mapping
from typing import Any, get_type_hints

import msgspec

from docs.behind import recording
from docs.layout import fields_of
from ledger.envelope import Event, content_fields, tag_of
from services.http.samples import sample


def example(kind: type[Event]) -> dict[str, Any]:
    """Return an example of an event as JSON has it: what it must say, and what commands give it."""
    given, hints = _given(kind), get_type_hints(kind, include_extras=True)
    made: dict[str, Any] = {}
    for field in fields_of(kind):
        name = field.encode_name
        if name in given and _fits(hints[field.name], given[name]):
            made[name] = given[name]
        elif field.required or field.name in content_fields(kind)[:1]:
            made[name] = sample(field.type, name)
    return {"type": tag_of(kind), **made}


def _given(kind: type[Event]) -> Mapping[str, Any]:
    """Gather what the examples of its commands say, the first command first."""
    said: dict[str, Any] = {}
    for command in reversed(recording().get(kind, [])):
        said.update(command.example)
    return said


def _fits(hint: Any, value: object) -> bool:  # noqa: ANN401 - any annotation there is
    """Tell whether what a command's example says under a name can stand in the event too."""
    try:
        msgspec.convert(value, hint)
    except (msgspec.ValidationError, TypeError):
        return False
    return True
