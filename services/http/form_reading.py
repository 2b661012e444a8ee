"""Read what was typed into a form as a command, and find everything that is wrong at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from ledger.act import Ask, Command
from ledger.catalogue import COMMANDS
from ledger.errors import DecodeError
from services.desk import check_text
from services.http.form_fields import Field, fields_of
from services.typed_text import hints, item, item_of, put, scalar, shape_of

HASH_CHARS: Final = 64
ID_CHARS_MAX: Final = 128
ENVELOPE: Final = {
    "_by": "For whom you act",
    "_actor": "Who did it",
    "_room": "Room",
    "_seen": "What you had seen",
    "_occurred": "When it happened",
    "_reported": "It happened without this system",
    "_source": "The document it came by",
}
"""Fields beside the command's own, and what people call them."""
HIDDEN: Final = ("_id", "form_token")


class Wrong(Struct, frozen=True):
    """What is wrong with a field.

    Attributes:
        field: Its name, empty for the form as a whole.
        label: What people call it.
        why: What was wrong.
        needs: What to do.
    """

    field: str
    label: str
    why: str
    needs: str = ""


class Read(Struct, frozen=True):
    """A form, read.

    Attributes:
        ask: The command, None where something is wrong.
        wrong: Everything that is.
    """

    ask: Ask | None
    wrong: tuple[Wrong, ...] = ()


def read_form(name: str, typed: Mapping[str, str], case: str | None, zone: ZoneInfo) -> Read:
    """Read a form as a command.

    Args:
        name: Of the command.
        typed: The fields; those of the envelope begin with `_`.
        case: The case, None to open one.
        zone: Zone of the case, in which moments are typed.
    """
    kind = COMMANDS[name]
    wrong: list[Wrong] = []
    data: dict[str, Any] = {}
    for field in fields_of(kind):
        try:
            _take(kind, data, field, typed, zone)
        except DecodeError as error:
            wrong.append(Wrong(field.name, field.label, error.why, error.needs))
    if not wrong:
        wrong.extend(_mismatches(kind, data))
    envelope = _envelope(typed, zone, wrong)
    if wrong:
        return Read(None, tuple(wrong))
    raw = msgspec.Raw(msgspec.json.encode(data))
    return Read(Ask(command=name, case=case, data=raw, **envelope))


def _take(
    kind: type[Command],
    data: dict[str, Any],
    field: Field,
    typed: Mapping[str, str],
    zone: ZoneInfo,
) -> None:
    """Read one field into the data; one left empty is left out.

    Raises:
        DecodeError: It cannot be read, or must not be empty.
    """
    if field.sort == "many":
        chosen = [one for one in field.choices if typed.get(f"{field.name}:{one}")]
        if chosen or field.chosen:
            data[field.name] = chosen
    elif ":" in field.name:
        _answer(data, field, typed.get(field.name, ""))
    elif field.sort == "truth":
        data[field.name] = bool(typed.get(field.name))
    else:
        text = typed.get(field.name, "").replace("\r\n", "\n").strip()
        check_text(text, field.name)
        if text:
            _put(kind, data, field, text, zone)
    if field.required and not data.get(field.name) and data.get(field.name) != 0:
        raise DecodeError(field.name, "is empty", "this must be filled in")


def _answer(data: dict[str, Any], field: Field, text: str) -> None:
    """Read the answer to one question of many; none where it is left empty.

    Raises:
        DecodeError: It is none of those that may be chosen.
    """
    if text and text not in field.choices:
        raise DecodeError(field.name, "is none of the answers", ", ".join(field.choices))
    into, _, question = field.name.partition(":")
    if text:
        data.setdefault(into, {})[question] = int(text)


def _put(
    kind: type[Command], data: dict[str, Any], field: Field, text: str, zone: ZoneInfo
) -> None:
    hint = hints(kind)[field.name]
    if shape_of(hint) is tuple and text[0] != "[":
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        data[field.name] = [item(item_of(hint), line, n) for n, line in enumerate(lines)]
    elif shape_of(hint) is dict and text[0] != "{":
        for line in filter(str.strip, text.split("\n")):
            put(kind, data, field.name, line.strip(), field.name)
    elif field.sort == "moment":
        data[field.name] = moment(text, zone, field.name)
    elif shape_of(hint) is str:
        data[field.name] = scalar(hint, text)
    else:
        put(kind, data, field.name, text, field.name)


def moment(text: str, zone: ZoneInfo, field: str) -> str:
    """Read a moment typed on the case's own clock; one with an offset stays as it is.

    Raises:
        DecodeError: It is no moment.
    """
    try:
        local = datetime.fromisoformat(text.partition("[")[0])
    except ValueError:
        needs = "a day and a time, such as 2026-03-05T14:00"
        raise DecodeError(field, f"{text[:40]!r} is no moment", needs) from None
    if local.tzinfo is not None:
        return text
    there = local.replace(tzinfo=zone)
    if "T" not in text and " " not in text:
        needs = "a day and a time, such as 2026-03-05T14:00"
        raise DecodeError(field, "names no time of the day", needs)
    return f"{there.isoformat()}[{zone.key}]" if zone.key != "UTC" else f"{there.isoformat()}"


def _mismatches(kind: type[Command], data: dict[str, Any]) -> list[Wrong]:
    """Hold each value against the type of its field, so that all faults are told at once."""
    types = {info.name: info for info in fields(kind)}
    found: list[Wrong] = []
    for field in fields_of(kind):
        if field.name not in data:
            continue
        try:
            msgspec.convert(data[field.name], types[field.name].type)
        except msgspec.ValidationError as error:
            why = str(error).partition(" - at `$")[0]
            found.append(Wrong(field.name, field.label, why, field.hint))
    return found


def _envelope(typed: Mapping[str, str], zone: ZoneInfo, wrong: list[Wrong]) -> dict[str, Any]:
    """Read who, where and when."""
    given: dict[str, Any] = {"id": typed.get("_id", "")[:ID_CHARS_MAX]}
    if not given["id"]:
        wrong.append(Wrong("", "The form", "has lost its id", "the form opened anew"))
    for name, into in (("_by", "acting_for"), ("_actor", "actor"), ("_room", "room")):
        if text := typed.get(name, "").strip():
            given[into] = "candidate" if text.startswith("candidate:") else text
    if (seen := typed.get("_seen", "")).isdigit():
        given["seen"] = int(seen)
    given["reported"] = bool(typed.get("_reported"))
    for name, read in (("_occurred", _occurred), ("_source", _source)):
        text = typed.get(name, "").strip()
        try:
            given |= {name[1:]: read(text, zone)} if text else {}
        except DecodeError as error:
            wrong.append(Wrong(name, ENVELOPE[name], error.why, error.needs))
    return given


def _occurred(text: str, zone: ZoneInfo) -> str:
    return moment(text, zone, "_occurred")


def _source(text: str, _: ZoneInfo) -> str:
    source = text.lower()
    if len(source) != HASH_CHARS or source.strip("0123456789abcdef"):
        needs = "64 digits 0 to 9, a to f, or the file itself"
        raise DecodeError("_source", "is no SHA-256", needs)
    return source
