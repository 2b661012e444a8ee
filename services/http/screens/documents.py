"""Show the documents of a case, one of them before it is taken out, and take new ones in."""

from collections.abc import Iterator, Mapping
from typing import Final

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from ledger.catalogue import COMMANDS
from ledger.errors import DecodeError
from services.documents.incoming import Incoming
from services.documents.kinds import FIELD, kind_called
from services.http.documents import Uploads, Wanted, check_length, checked_id, sent, stored
from services.http.door import Caller
from services.http.drawing import Wish
from services.http.form_reading import Wrong
from services.http.parts import MULTIPART, filled
from services.http.screens.forms import ARRIVED, HASH, given_by, names_of, refused_for
from services.http.screens.frame import FORM_FIELD, Answered, case_page, looked, shown
from services.http.site import Asked, Site, check_query
from services.http.writing import check_type
from services.reading.documents import awaited, held, in_case, read

TAB: Final = "documents"
PUT_IN: Final = "submit-document"
PREVIEW: Final = 16 * 1024
"""How many bytes of a text are shown before it is taken out."""
ADDRESS: Final = "/cases/{case:str}/documents"
ONE: Final = f"{ADDRESS}/{{entry:str}}/{{sha256:str}}"


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of documents."""
    file, picture = (_file(site, picture=picture) for picture in (False, True))
    return [_list(site), _one(site), file, picture, _take(site, Uploads(site))]


def _list(site: Site) -> HTTPRouteHandler:
    @get(ADDRESS, name="page of documents")
    async def listed(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            eyes, look, told = looked(site, request, caller, case, TAB)
            found = list(in_case(eyes, look))
            return case_page("documents.html", TAB, request, caller, told, documents=found)

        return await shown(site, request, work)

    return listed


def _one(site: Site) -> HTTPRouteHandler:
    @get(ONE, name="page of a document")
    async def one(
        request: Asked, case: FromPath[str], entry: FromPath[str], sha256: FromPath[str]
    ) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            eyes, _, told = looked(site, request, caller, case, TAB)
            found = held(eyes, site.case(caller, case), entry, sha256)
            kind = kind_called(found.ticket.media)
            text = beginning(read(eyes, found)) if kind.is_text else None
            return case_page(
                "document.html",
                TAB,
                request,
                caller,
                told,
                document=found.told,
                text=text,
                is_cut=found.ticket.size > PREVIEW,
                is_image=kind.is_image,
            )

        return await shown(site, request, work)

    return one


def beginning(parts: Iterator[bytes]) -> str:
    """Return the beginning of a text, no character cut in two."""
    return next(parts, b"")[:PREVIEW].decode(errors="ignore").removeprefix("\ufeff")


def _file(site: Site, *, picture: bool) -> HTTPRouteHandler:
    end = "picture" if picture else "file"

    @get(f"{ONE}/{end}", name=f"{end} of a document")
    async def file(
        request: Asked, case: FromPath[str], entry: FromPath[str], sha256: FromPath[str]
    ) -> Stream:
        check_query(request, "as", "at")
        return await sent(site, request, case, entry, sha256, picture=picture)

    return file


def _take(site: Site, uploads: Uploads) -> HTTPRouteHandler:
    @post(
        ADDRESS,
        name="put in a document by a form",
        status_code=303,
        request_max_body_size=None,
    )
    async def take(request: Asked, case: FromPath[str]) -> Answered:
        check_query(request, "as", "command")
        check_type(request, MULTIPART)
        check_length(request)
        command = request.query_params.get("command", PUT_IN)
        names_of(command)
        typed: dict[str, str] = {}
        try:
            with uploads:
                await _typed(site, uploads, request, case, typed)
        except DecodeError as error:
            if error.field != FIELD or FORM_FIELD not in typed:
                raise
            return await _again(site, request, _wish(case, command, typed), error)
        return await given_by(site, request, _wish(case, command, typed))

    return take


def _wish(case: str, command: str, typed: dict[str, str]) -> Wish:
    """Say what somebody wants to do; the file is what is named, else what the act came by."""
    digest = typed.pop(FIELD, "")
    known = COMMANDS[command].__struct_fields__
    field = HASH if HASH in known and not typed.get(HASH) else "_source"
    named = {field: digest} if digest and not typed.get(field) else {}
    return Wish(case, command, {**typed, **named}, arrived=ARRIVED in typed)


async def _typed(
    site: Site, uploads: Uploads, request: Asked, case: str, typed: dict[str, str]
) -> None:
    """Read a form; a file that comes with it is kept for the act that the form will be.

    Raises:
        RuleViolation: caller_is_known, form_is_ours, case_is_known.
        DecodeError: It cannot be read; its file is not taken.
    """

    async def begin(fields: Mapping[str, str], name: str) -> Incoming:
        await _wanted(site, request, case, fields)
        return await uploads.begin(name)

    form = await filled(request, begin, typed)
    if form.document is not None:
        with form.document:
            wanted = await _wanted(site, request, case, typed)
            ticket = await stored(site, request, form.document, wanted, typed.get(FORM_FIELD, ""))
        typed[FIELD] = ticket.sha256


async def _wanted(site: Site, request: Asked, case: str, fields: Mapping[str, str]) -> Wanted:
    """Find out for which act a file comes: the fields before it say.

    Raises:
        RuleViolation: caller_is_known, form_is_ours, case_is_known.
    """

    def work(caller: Caller) -> Wanted:
        eyes = site.eyes(caller, request, "document add")
        named, command = site.case(caller, case), checked_id(fields.get("_id", ""))
        return Wanted(awaited(eyes, caller.operator.person, named, command))

    return await site.seeing(request, work, fields.get(FORM_FIELD, ""))


async def _again(site: Site, request: Asked, wish: Wish, error: DecodeError) -> Answered:
    """Show the form again for what was wrong with its file."""
    wrong = Wrong(FIELD, "The document", error.why, error.needs)
    token = wish.typed.get(FORM_FIELD, "")
    return await shown(
        site,
        request,
        lambda caller: refused_for(site, request, caller, wish, wrong),
        token,
    )
