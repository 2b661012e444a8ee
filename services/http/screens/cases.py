"""Show somebody the cases they may see."""

from typing import Any

from litestar import get
from litestar.handlers import HTTPRouteHandler

from services.http.door import Caller
from services.http.lists import limit_of, page_of
from services.http.readings import CASES
from services.http.rendering import page
from services.http.screens.frame import Answered, shown
from services.http.site import Asked, Site, check_query
from services.reading import listing


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the list of cases."""
    return [_cases(site)]


def _cases(site: Site) -> HTTPRouteHandler:
    @get("/cases", name="page of cases")
    async def cases(request: Asked) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "after", "limit")
            eyes = site.eyes(caller, request, "cases")
            limit = limit_of(request.query_params.get("limit"))
            listed = listing.cases(eyes, site.own_case(caller))
            part = page_of(CASES, listed, request.query_params.get("after"), limit)
            rows = [(one, _named(one)) for one in part.items]
            return page("cases.html", caller, {"rows": rows, "last": part.last})

        return await shown(site, request, work)

    return cases


def _named(case: Any) -> str:  # noqa: ANN401 - Listed
    return str(case.number or case.external_ref or case.case_id)
