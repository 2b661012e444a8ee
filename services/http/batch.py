"""Read many acts typed line by line, after a day without network; all before any is given."""

import shlex
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from ledger.act import Ask
from ledger.catalogue import DECIDERS, decode_command
from ledger.errors import DecodeError
from services.desk import check_text
from services.http.form_reading import Wrong, moment
from services.typed_line import office, parse_line

LINES_MAX: Final = 500
ID_DIGITS: Final = 16
KNOWN: Final = ("by", "actor", "room", "occurred")
"""Flags of the envelope that a line may have."""


class Batch(Struct, frozen=True):
    """Lines, read.

    Attributes:
        asks: The commands, in order, each with an id of its own.
        numbers: The line each stands in, counted from 1.
        wrong: What is wrong, line by line.
    """

    asks: tuple[Ask, ...]
    numbers: tuple[int, ...]
    wrong: tuple[Wrong, ...]


def read_batch(text: str, batch_id: str, case: str, zone: ZoneInfo) -> Batch:
    """Read lines such as `2026-03-05T14:05 record-attendance --person person:holt --party B`.

    A line that is empty or begins with `#` is no act. The id of each command follows from that of
    the batch and from what its line says, so that a batch sent again, with lines mended, taken out
    or put between, records nothing twice.

    Args:
        text: The lines.
        batch_id: Id of the batch.
        case: The case.
        zone: Zone of the case, in which moments are typed.
    """
    asks: list[Ask] = []
    numbers: list[int] = []
    wrong: list[Wrong] = []
    alike = Counter[str]()
    for number, line in _lines(text):
        alike[line] += 1
        digest = sha256(line.encode()).hexdigest()[:ID_DIGITS]
        try:
            asks.append(_read(line, f"{batch_id}-{digest}-{alike[line]}", case, zone))
            numbers.append(number)
        except DecodeError as error:
            wrong.append(Wrong("lines", f"Line {number}", _said(error), error.needs))
    if not asks and not wrong:
        wrong.append(Wrong("lines", "The lines", "are empty", "an act a line"))
    if len(asks) > LINES_MAX:
        wrong.append(Wrong("lines", "The lines", f"are {len(asks)}", f"at most {LINES_MAX}"))
    return Batch(tuple(asks), tuple(numbers), tuple(wrong))


def _said(error: DecodeError) -> str:
    return f"{error.field}: {error.why}" if error.field else error.why


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()


def _read(line: str, command_id: str, case: str, zone: ZoneInfo) -> Ask:
    """Read one line.

    Raises:
        DecodeError: What is wrong with it.
    """
    check_text(line, "")
    try:
        words = shlex.split(line)
    except ValueError:
        raise DecodeError("", "a quotation mark is not closed", "one at each end") from None
    if len(words) < 2:  # noqa: PLR2004 - when, and what
        raise DecodeError("", "names no moment and command", "MOMENT COMMAND --FIELD VALUE ...")
    occurred, command, *flags = words
    read = parse_line(command, flags)
    kind = decode_command(command, msgspec.json.encode(read.data))
    if kind.opens or DECIDERS[type(kind)][0] == "institution":
        raise DecodeError("", f"{command} is no act of this case", "an act of this case")
    if unknown := sorted({*read.envelope} - {*KNOWN} | read.switches - {"reported"}):
        raise DecodeError(f"--{unknown[0]}", "does not belong here", ", ".join(KNOWN))
    return Ask(
        command=command,
        id=command_id,
        case=case,
        actor=read.envelope.get("actor"),
        acting_for=office(read.envelope.get("by")),
        room=read.envelope.get("room"),
        occurred=moment(read.envelope.get("occurred", occurred), zone, "moment"),
        reported="reported" in read.switches,
        data=msgspec.Raw(msgspec.json.encode(read.data)),
    )
