"""Take documents in and give them out: sealed as they come, checked as they go."""

import base64
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream
from msgspec import Struct

from ledger.answer import Answer
from ledger.errors import CaseBusy, DecodeError
from services.desk import ID_LENGTH_MAX, check_text
from services.documents.incoming import BYTES_MAX, Incoming, too_large
from services.documents.kinds import kind_called
from services.documents.names import ascii_of
from services.documents.naming import hashes_in
from services.documents.store import Act
from services.documents.tickets import Ticket
from services.http import problems
from services.http.door import Caller
from services.http.lists import JSON
from services.http.looking import CASE
from services.http.parts import MULTIPART, filled, pour
from services.http.site import ENCODER, Asked, Site, check_query
from services.http.writing import submitted
from services.reading.documents import Held, awaited, held, keep, lacking, read

DOCUMENTS: Final = f"{CASE}/documents"
DOCUMENT: Final = f"{DOCUMENTS}/{{entry:str}}/{{sha256:str}}"
AT_ONCE: Final = 16
"""How many documents may come at the same time."""
OVERHEAD: Final = 2 * 1024 * 1024
"""What a form may bring beside its file."""
NOTHING_RUNS: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"


class Taken(Struct, frozen=True):
    """A document that was taken in.

    Attributes:
        address: SHA-256 of what is stored.
        sha256: SHA-256 of the document itself: what its act names.
        size: Its bytes.
        media: Its media type.
        name: What it is called, cleaned.
        command: Id of the command that it waits for, or was entered with.
    """

    address: str
    sha256: str
    size: int
    media: str
    name: str
    command: str


class Wanted(Struct, frozen=True):
    """For which act a document comes.

    Attributes:
        act: The act.
        names: Hashes that it names, None where the act is still to come.
    """

    act: Act
    names: frozenset[str] | None = None


class Uploads:
    """Take so many documents at once and no more."""

    def __init__(self, site: Site) -> None:
        """Begin with none.

        Args:
            site: The ledger on the network.
        """
        self._site = site
        self._inside = 0

    def __enter__(self) -> None:
        if self._inside >= AT_ONCE:
            raise CaseBusy(f"{AT_ONCE} documents are coming already")
        self._inside += 1

    def __exit__(self, *_: object) -> None:
        self._inside -= 1

    async def begin(self, name: str) -> Incoming:
        """Begin to take a document in.

        Raises:
            DecodeError: No document of that kind is taken.
        """
        return await self._site.proofs.do(lambda: self._site.house.documents.incoming(name))


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of documents; the list of them is a view like others."""
    return [_take(site, Uploads(site)), _give(site)]


def _take(site: Site, uploads: Uploads) -> HTTPRouteHandler:
    @post(DOCUMENTS, name="put in a document", status_code=201, request_max_body_size=None)
    async def take(request: Asked, case: FromPath[str]) -> Response[bytes]:
        await site.seeing(request, lambda _: None)  # nothing is told, or read, to nobody
        check_query(request, "as", "command", "entry", "name")
        check_length(request)
        if request.content_type[0] == MULTIPART:
            with uploads:
                return await _together(site, uploads, request, case)
        name = request.query_params.get("name", "")
        wanted = await _wanted(site, request, case)
        with uploads:
            document = await pour(request.stream(), await uploads.begin(name))
            with document:
                ticket = await stored(site, request, document, wanted)
        return _told(ticket, wanted.act)

    return take


def check_length(request: Asked) -> None:
    """Refuse at once what says that it is too large.

    Raises:
        TooLarge: It does.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced[:15]) > BYTES_MAX + OVERHEAD:
        raise too_large()


async def _wanted(site: Site, request: Asked, case: str) -> Wanted:
    """Find out for which act a document comes, before anything of it is read.

    Raises:
        DecodeError: Neither an act nor an entry is named, or both.
        RuleViolation: As `awaited` and `lacking`.
    """
    command, entry = (request.query_params.get(name) for name in ("command", "entry"))
    if (command is None) == (entry is None):
        raise DecodeError("command", "is not said, or an entry as well", "one of the two")

    def work(caller: Caller) -> Wanted:
        eyes = site.eyes(caller, request, "document add")
        named, person = site.case(caller, case), caller.operator.person
        if entry is not None:
            return Wanted(*lacking(eyes, person, named, entry))
        return Wanted(awaited(eyes, person, named, checked_id(command or "")))

    return await site.seeing(request, work)


def checked_id(command: str) -> str:
    """Check the id of a command.

    Raises:
        DecodeError: The desk would not take it.
    """
    if not 0 < len(command) <= ID_LENGTH_MAX:
        raise DecodeError("command", "must have 1 to 128 characters", "the id of its command")
    check_text(command, "command")
    return command


async def stored(
    site: Site, request: Asked, document: Incoming, wanted: Wanted, form: str | None = None
) -> Ticket:
    """Store a document that has come.

    Args:
        site: The ledger on the network.
        request: What is asked.
        document: All of it.
        wanted: For which act.
        form: The token of the form that brought it, None for none.

    Raises:
        DecodeError, StoreFault: As `keep`.
    """

    def work() -> Ticket:
        eyes = site.eyes(site.caller(request, form=form), request, "document add")
        return keep(eyes, document, wanted.act, wanted.names)

    return await site.proofs.do(work)


def _told(ticket: Ticket, act: Act) -> Response[bytes]:
    taken = Taken(
        ticket.address, ticket.sha256, ticket.size, ticket.media, ticket.name, act.command
    )
    return Response(ENCODER.encode(taken), media_type=JSON, status_code=201)


# ------------------------------------------------------------ with its act


async def _together(site: Site, uploads: Uploads, request: Asked, case: str) -> Response[bytes]:
    """Take a document together with its act: the command in the part `act`, before the file."""

    async def begin(fields: Mapping[str, str], name: str) -> Incoming:
        if "act" not in fields:
            raise DecodeError("act", "is missing before the file", "the command, then the file")
        await _wanted_of(site, request, case, fields["act"])
        return await uploads.begin(fields.get("name") or name)

    form = await filled(request, begin)
    if form.document is None:
        raise DecodeError("file", "is missing", "a file, after the part `act`")
    with form.document:
        said = form.fields["act"]
        wanted = await _wanted_of(site, request, case, said)
        ticket = await stored(site, request, form.document, wanted)
    answer = await given_with(site, request, ticket, said.encode())
    if not answer.done:
        return problems.response(problems.of_answer(answer))
    return Response(ENCODER.encode(answer), media_type=JSON, status_code=201)


async def _wanted_of(site: Site, request: Asked, case: str, said: str) -> Wanted:
    """Read from a command which act a document comes for, and which hashes it names.

    Raises:
        DecodeError: It is no command, or is of another case.
        RuleViolation: As `awaited`.
    """
    try:
        command = msgspec.json.decode(said.encode())
    except msgspec.DecodeError:
        raise DecodeError("act", "is not JSON", "a command, as for /api/commands") from None
    if not isinstance(command, dict) or not isinstance(command.get("id"), str):
        raise DecodeError("act", "is no command", "a command, as for /api/commands")
    if command.get("case") != case:
        raise DecodeError("act", "is of another case than the address", "the case of the address")

    def work(caller: Caller) -> Wanted:
        eyes = site.eyes(caller, request, "document add")
        named = site.case(caller, case)
        act = awaited(eyes, caller.operator.person, named, checked_id(command["id"]))
        return Wanted(act, hashes_in(command))

    return await site.seeing(request, work)


async def given_with(site: Site, request: Asked, ticket: Ticket, command: bytes) -> Answer:
    """Give a command whose document was stored before it; refused, it takes that along.

    Raises:
        RuleViolation, CaseBusy, StoreFault: As for any command.
    """

    def work(caller: Caller) -> Answer:
        answer = submitted(site, caller, command, request.headers.get("if-match"), "api").result()
        if not answer.done:
            site.house.documents.drop(ticket)
        return answer

    return await site.seeing(request, work)


# ------------------------------------------------------------ out


def _give(site: Site) -> HTTPRouteHandler:
    @get(DOCUMENT, name="a document")
    async def give(
        request: Asked, case: FromPath[str], entry: FromPath[str], sha256: FromPath[str]
    ) -> Stream:
        check_query(request, "as", "at")
        return await sent(site, request, case, entry, sha256)

    return give


async def sent(  # noqa: PLR0913 - which document, for whom, and how
    site: Site, request: Asked, case: str, entry: str, sha256: str, *, picture: bool = False
) -> Stream:
    """Give a document out, part by part, each checked before it goes.

    Args:
        site: The ledger on the network.
        request: What is asked.
        case: As the address names it.
        entry: Event (room:seq) that names the document.
        sha256: SHA-256 of the document.
        picture: Whether it is shown within a page; a picture alone is.

    Raises:
        RuleViolation: As `held`.
        DecodeError: It is no picture.
        StoreFault: It is not where it was stored, or was altered.
    """

    def work(caller: Caller) -> tuple[Held, Iterator[bytes]]:
        eyes = site.eyes(caller, request, "document get")
        found = held(eyes, site.case(caller, case), entry, sha256)
        if picture and not kind_called(found.ticket.media).is_image:
            raise DecodeError("file", "is no picture", "the document itself")
        return found, read(eyes, found)

    found, parts = await site.seeing(request, work)
    return Stream(
        _flowing(site, parts),
        media_type=found.ticket.media,
        headers=headers_of(found.ticket, picture=picture),
    )


async def _flowing(site: Site, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (part := await site.proofs.do(lambda: next(parts, None))) is not None:
        yield part


def headers_of(ticket: Ticket, *, picture: bool) -> dict[str, str]:
    """Say what a document is, and that nothing of it is to be run."""
    digest = base64.b64encode(bytes.fromhex(ticket.sha256)).decode()
    how = "inline" if picture else "attachment"
    names = f"filename=\"{ascii_of(ticket.name)}\"; filename*=UTF-8''{quote(ticket.name, safe='')}"
    return {
        "content-length": str(ticket.size),
        "content-disposition": f"{how}; {names}",
        "content-security-policy": NOTHING_RUNS,
        "repr-digest": f"sha-256=:{digest}:",
    }
