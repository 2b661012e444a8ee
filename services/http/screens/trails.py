"""Show the trails of all cases that somebody may read as one, the newest entry first."""

from zoneinfo import ZoneInfo

from litestar import get
from litestar.handlers import HTTPRouteHandler

from services.http.door import Caller
from services.http.lists import Page, answered, limit_of
from services.http.rendering import page
from services.http.screens.audit import addresses, choosing, given_in, hidden_in, remarks
from services.http.screens.frame import Answered, shown
from services.http.site import Asked, Site, check_query
from services.reading.searching import PARAMETERS, Part, Trails, trails
from services.reading.sifting import read_sought

ZONE = ZoneInfo("UTC")
"""Of the instants of many cases, and of days."""


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the trails of all cases."""
    return [_trails(site)]


def _trails(site: Site) -> HTTPRouteHandler:
    @get(["/audit", "/audit.json", "/audit.csv"], name="page of all audit trails")
    async def all_trails(request: Asked) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "after", "limit", *PARAMETERS)
            eyes = site.eyes(caller, request, "audit")
            given, sought = given_in(request), read_sought(request.query_params, ZONE)
            wanted = Part(given.get("after"), limit_of(request.query_params.get("limit")))
            is_page = request.url.path == "/audit"
            found = trails(eyes, site.own_case(caller), sought, wanted, counted=is_page)
            part = Page([*found.rows], found.last)
            if is_page:
                return _page(request, caller, found, part)
            return answered(request, part, as_csv=request.url.path.endswith(".csv"))

        return await shown(site, request, work)

    return all_trails


def _page(request: Asked, caller: Caller, found: Trails, part: Page) -> Answered:
    given = given_in(request)
    told = {
        "rows": [(row, remarks(row)) for row in part.items],
        "facets": choosing(found.facets or (), given),
        "counted": found.facets is not None,
        "aside": found.aside,
        "given": {name: given.get(name, "") for name in ("from", "to")},
        "hidden": hidden_in(given),
        "zone": ZONE.key,
        **addresses(given, part),
    }
    return page("trails.html", caller, told)
