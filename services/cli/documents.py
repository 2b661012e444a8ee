"""Hand documents in, list them, take them out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from cyclopts import App, Parameter

from ledger.answer import Answer
from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import context, output
from services.cli.looking import As, listed, look, name_of
from services.given_files import open_given

if TYPE_CHECKING:
    from ledger.identity import Operator
    from services.documents.incoming import Incoming
    from services.documents.tickets import Ticket
    from services.house import House
    from services.reading.documents import DocumentTold

PART = 64 * 1024
Share = Literal["all", "mediator", "own"]

document = App(name="document", help="The documents that acts name.")


@document.command
def add(
    case: str,
    file: Path,
    /,
    *,
    entry: str | None = None,
    by: str | None = None,
    actor: str | None = None,
    share: Share = "all",
    title: str | None = None,
    kind: str = "document",
    made_for_mediation: bool = False,
    id_: Annotated[str | None, Parameter(name="--id")] = None,
    json: bool = False,
) -> int:
    """Hand in a document: records submit-document and keeps the file, sealed, for its readers.

    With --entry nothing is recorded: the file is kept for an entry of your own that names its
    SHA-256 already, whatever act that is. Kinds are told by the ending of the name, and the bytes
    must be what it says; at most 50 MiB.

    Examples:
        goodoffices document add GO-2026-0007 survey.pdf --by B --title "Noise survey 2025"
        goodoffices document add GO-2026-0007 costs.xlsx --by B --share mediator
        goodoffices document add GO-2026-0007 letter.pdf --entry joint:12

    Args:
        case: Case number, external reference or unique prefix.
        file: The document.
        entry: Entry of your own that names it, ROOM:SEQ.
        by: Id of the party that puts it in.
        actor: Who does, as person:NAME; the operator by default.
        share: Who is to read it: all, the mediator, or your own side alone.
        title: What it is called; the name of the file by default.
        kind: What it is, such as survey.
        made_for_mediation: It was made for the mediation alone.
        id_: Id of the command; a new one by default.
        json: Answer as JSON.
    """
    from services.cli.acting import command_line, told
    from services.clock import new_id
    from services.reading.documents import awaited, keep, lacking
    from services.reading.eyes import Eyes

    with context.house() as (house, operator):
        eyes = Eyes(house, operator)
        if entry is not None:
            act, names = lacking(eyes, operator.person, case, entry)
            with _read_in(house, file) as come:
                return _kept(keep(eyes, come, act, names), entry, json=json)
        command = id_ or new_id()
        waits = awaited(eyes, operator.person, case, command)
        with _read_in(house, file) as come:
            ticket = keep(eyes, come, waits)
        data = {
            "title": title or ticket.name,
            "hash": ticket.sha256,
            "kind": kind,
            "made_for_mediation": made_for_mediation,
            "share": share,
        }
        envelope = {"by": by, "actor": actor, "id": command}
        given = {name: value for name, value in envelope.items() if value is not None}
        ask = command_line("submit-document", given, data, case=case)
        answer = _given(house, operator, msgspec.json.encode(ask), ticket)
    return told(answer, as_json=json)


def _given(house: "House", operator: "Operator", ask: bytes, ticket: "Ticket") -> Answer:
    """Give the act to the desk; refused, it takes its document along."""
    answer = house.desk.handle(ask, operator, "command line")
    if not answer.done:
        house.documents.drop(ticket)
    return answer


def _read_in(house: "House", file: Path) -> "Incoming":
    """Take a file in.

    Raises:
        DecodeError: It cannot be read, or is no document that is taken.
    """
    try:
        given = open_given(file)
    except OSError as error:
        raise DecodeError(str(file), f"cannot be read: {error.strerror}", "a file") from error
    with given:
        come = house.documents.incoming(file.name)
        try:
            while part := given.read(PART):
                come.take(part)
        except BaseException:
            come.close()
            raise
    return come


def _kept(ticket: "Ticket", entry: str, *, json: bool) -> int:
    told = {"entry": entry, "name": ticket.name, "sha256": ticket.sha256, "size": ticket.size}
    if json:
        output.as_json(told)
    else:
        output.say(f"{entry}: {ticket.name} is kept, {ticket.size} bytes")
    return DONE


@document.command(name="list")
def list_(
    case: str | None = None, /, *, as_: As = None, at: str | None = None, json: bool = False
) -> int:
    """List the documents that entries name, and which of them are kept here.

    Args:
        case: Case number, external reference or unique prefix; all by default.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        json: One JSON document.
    """
    from services.reading.documents import documents

    columns = ("case", "entry", "by", "title", "file", "type", "bytes", "SHA-256")
    with look(as_, at) as eyes:
        return listed(eyes, documents(eyes, case), columns, _row, json=json)


def _row(told: "DocumentTold") -> tuple[object, ...]:
    file = told.name or ("erased" if told.erased else "sealed" if told.sealed_by else "not kept")
    name = name_of(told)
    return name, told.entry, told.by, told.title, file, told.media, told.size, told.sha256


@document.command
def get(
    case: str,
    entry: str,
    /,
    *,
    output_: Annotated[Path, Parameter(name=["--output", "-o"])],
    sha256: str | None = None,
    as_: As = None,
    at: str | None = None,
    force: bool = False,
    json: bool = False,
) -> int:
    """Take a document out, whole or not at all; its size and SHA-256 are checked.

    Examples:
        goodoffices document get GO-2026-0007 joint:12 -o survey.pdf

    Args:
        case: Case number, external reference or unique prefix.
        entry: Entry that names it, ROOM:SEQ.
        output_: File to write, or a folder for a file of its own name.
        sha256: Which, where the entry holds several.
        as_: Viewer; one's own by default.
        at: Moment to look from.
        force: Replace a file that is there.
        json: Answer as JSON.
    """
    from services.exports.write import refuse_other, written
    from services.reading.documents import held, read

    with look(as_, at) as eyes:
        found = held(eyes, case, entry, sha256)
        target = output_ / found.ticket.name if output_.is_dir() else output_
        refuse_other(target, force=force)
        written(read(eyes, found), target)
    return _written(found.told, target, json=json)


def _written(told: "DocumentTold", target: Path, *, json: bool) -> int:
    answer: dict[str, Any] = {"path": str(target), "sha256": told.sha256, "size": told.size}
    if json:
        output.as_json(answer)
    else:
        output.say(f"{target}  {told.media}, {told.size} bytes, SHA-256 {told.sha256}")
    return DONE
