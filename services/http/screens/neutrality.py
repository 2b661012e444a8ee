"""Show the neutrality file, and the sides beside each other in what can be counted."""

from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from services.http.door import Caller
from services.http.screens.frame import Answered, case_page, glanced, shown
from services.http.site import Asked, Site, check_query
from services.reading import symmetry
from services.reading.contests import remarks
from services.reading.neutrality import of_source
from services.reading.sources import from_record

TAB: Final = "neutrality"


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the neutrality file."""
    return [_file(site)]


def _file(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/neutrality", name="page of the neutrality file")
    async def file(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            look, told = glanced(site, request, caller, case, TAB)
            return case_page(
                "neutrality.html",
                TAB,
                request,
                caller,
                told,
                refs=look.refs,
                filed=of_source(from_record(look)),
                report=symmetry.report(look),
                remarks=remarks,
            )

        return await shown(site, request, work)

    return file
