"""Show how a case came where it stands."""

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from services.http.door import Caller
from services.http.screens.frame import Answered, case_page, shown
from services.http.site import Asked, Site, check_query
from services.reading.showing import show
from services.reading.summary import summary
from services.reading.timeline import marks, said


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the case's own page."""
    return [_case(site)]


def _case(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}", name="page of a case")
    async def timeline(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at", "done")
            eyes = site.eyes(caller, request, "show")
            told = next(show(eyes, site.case(caller, case)))
            entries = [(entry, marks(entry), list(said(entry))) for entry in told.timeline]
            return case_page(
                "case.html",
                "",
                request,
                caller,
                told,
                summary=list(summary(told)),
                entries=entries,
            )

        return await shown(site, request, work)

    return timeline
