"""Hand out what can be checked without us: receipts, bundles and the other exports of a case."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from ledger.seal.proofs import write_document
from services.exports.choosing import Wanted, exported
from services.http.door import Caller
from services.http.lists import JSON
from services.http.looking import CASE
from services.http.site import Asked, Site, check_query
from services.reading.receipts import receipt


class Form(NamedTuple):
    """A form in which a case can be taken away.

    Attributes:
        name: Last part of its address.
        wanted: What is exported.
        media: Kind of the file.
        ending: Of the file's name.
        about: What it is, in the imperative.
    """

    name: str
    wanted: Wanted
    media: str
    ending: str
    about: str


FORMS: Final = (
    Form(
        "bundle",
        Wanted("bundle"),
        "application/zip",
        "zip",
        "Give what the viewer may read, with proofs and a program that checks them.",
    ),
    Form("document", Wanted("json"), JSON, "json", "Give a case as one document to compute with."),
    Form("page", Wanted("html"), "text/html", "html", "Give a case as a file to read and keep."),
    Form("calendar", Wanted("ical"), "text/calendar", "ics", "Give its dates for a calendar."),
)
RECEIPTS: Final = "/api/receipts/{command:str}"


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of what can be checked without us."""
    return [_receipt(site), *(_export(site, form) for form in FORMS)]


def path_of(form: Form) -> str:
    """Return the path of an export."""
    return f"{CASE}/{form.name}"


def _receipt(site: Site) -> HTTPRouteHandler:
    @get(RECEIPTS, name="receipt")
    async def prove(request: Asked, command: FromPath[str]) -> Response[bytes]:
        def work() -> Response[bytes]:
            caller = site.caller(request)
            check_query(request, "as", "case")
            named = request.query_params.get("case")
            case = site.own_case(caller) if named is None else site.case(caller, named)
            eyes = site.eyes(caller, request, "receipt")
            return Response(write_document(receipt(eyes, command, case)), media_type=JSON)

        return await site.proofs.do(work)

    return prove


def _export(site: Site, form: Form) -> HTTPRouteHandler:
    @get(path_of(form), name=f"case {form.name}")
    async def give(request: Asked, case: FromPath[str]) -> Response[bytes]:
        return await site.proofs.do(lambda: _file(site, request, form, site.caller(request), case))

    return give


def _file(site: Site, request: Asked, form: Form, caller: Caller, case: str) -> Response[bytes]:
    check_query(request, "as", "at")
    eyes = site.eyes(caller, request, form.name)
    named = site.case(caller, case)
    # Beside the ledger and for its owner alone, gone before the answer is.
    with TemporaryDirectory(prefix=".export-", dir=site.house.ledger.folder) as folder:
        target = Path(folder) / f"case.{form.ending}"
        list(exported(eyes, named, target, form.wanted))
        content = target.read_bytes()
    headers = {"content-disposition": f'attachment; filename="case.{form.ending}"'}
    return Response(content, media_type=form.media, headers=headers)
