"""Show the dates of a case, and give them to a calendar."""

from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from services.exports import ical
from services.http.door import Caller
from services.http.screens.frame import Answered, case_page, glanced, shown
from services.http.site import Asked, Site, check_query
from services.reading.ahead import ahead
from services.reading.listing import deadlines_of, obligations_of
from services.reading.sources import from_record

TAB: Final = "calendar"
ATTACHED: Final = {"content-disposition": 'attachment; filename="case.ics"'}


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the dates of a case."""
    return [_calendar(site), _file(site)]


def _calendar(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/calendar", name="page of dates")
    async def calendar(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            look, told = glanced(site, request, caller, case, "deadlines")
            source = from_record(look)
            return case_page(
                "calendar.html",
                TAB,
                request,
                caller,
                told,
                refs=look.refs,
                dates=[ahead(date, look.viewer, look.now) for date in deadlines_of(source)],
                owed=[one for one in obligations_of(source) if one.due is not None],
            )

        return await shown(site, request, work)

    return calendar


def _file(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/calendar.ics", name="dates of a case for a calendar")
    async def file(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            eyes = site.eyes(caller, request, "calendar")
            look = eyes.look(site.case(caller, case))
            return Response(ical.calendar(look), media_type="text/calendar", headers=ATTACHED)

        return await shown(site, request, work)

    return file
