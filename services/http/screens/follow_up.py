"""Show the follow-up board: what is owed, until when, and where it stands."""

from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from services.http.door import Caller
from services.http.screens.frame import Answered, case_page, glanced, shown
from services.http.site import Asked, Site, check_query
from services.reading.contests import remarks
from services.reading.listing import obligations_of
from services.reading.sources import from_record

TAB: Final = "follow-up"


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the follow-up board."""
    return [_board(site)]


def _board(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/follow-up", name="page of what is owed")
    async def board(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            look, told = glanced(site, request, caller, case, "obligations")
            owed = list(obligations_of(from_record(look)))
            return case_page(
                "follow_up.html",
                TAB,
                request,
                caller,
                told,
                refs=look.refs,
                owed=owed,
                remarks=remarks,
            )

        return await shown(site, request, work)

    return board
