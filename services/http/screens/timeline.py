"""Show how a case came where it stands, and what lies ahead of it."""

from datetime import datetime
from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from ledger.errors import DecodeError
from services.http.door import Caller
from services.http.languages import label
from services.http.screens.frame import Answered, case_page, shown
from services.http.site import Asked, Site, check_query
from services.reading import densities
from services.reading.ahead import OPEN, Ahead, ahead
from services.reading.changes import Difference, diff
from services.reading.densities import DENSITIES, Density, Row
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.moment import read_moment
from services.reading.readers import readers_of_entries
from services.reading.showing import shown as showing
from services.reading.sources import from_record
from services.reading.summary import summary
from services.reading.timeline import marks, said

USUAL: Final[Density] = "acts"
LABELS: Final[dict[Density, str]] = {
    "steps": label("Steps"),
    "acts": label("Acts"),
    "record": label("Record"),
}


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the case's own page."""
    return [_case(site)]


def _case(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}", name="page of a case")
    async def timeline(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at", "show", "compare_to", "done")
            density = _density(request.query_params.get("show", USUAL))
            eyes = site.eyes(caller, request, "show")
            named = site.case(caller, case)
            look = eyes.look(named)
            told = showing(look, eyes)
            rows = densities.rows(look, told.timeline, density)
            return case_page(
                "case.html",
                "",
                request,
                caller,
                told,
                refs=look.refs,
                summary=list(summary(told)),
                before=[row for row in rows if not _lies_ahead(row, told.as_of)],
                behind=[row for row in rows if _lies_ahead(row, told.as_of)],
                dates=_dates(look),
                sessions=[s for s in told.sessions if s.status == "scheduled"],
                density=density,
                densities=LABELS,
                readers=readers_of_entries(look, eyes.house),
                marks=marks,
                said=said,
                compared=_compared(eyes, look, named, request),
            )

        return await shown(site, request, work)

    return timeline


def _density(text: str) -> Density:
    for density in DENSITIES:
        if text == density:
            return density
    raise DecodeError("show", "is no way to tell a timeline", ", ".join(DENSITIES))


def _lies_ahead(row: Row, now: datetime) -> bool:
    """Tell whether something is recorded that is still to happen."""
    return row.entry.at > max(now, row.entry.recorded)


def _dates(look: Look) -> list[Ahead]:
    """List the dates still to be looked at, the next due first."""
    dates = from_record(look).dates()
    return [ahead(date, look.viewer, look.now) for date in dates if date.status in OPEN]


def _compared(eyes: Eyes, look: Look, case: str, request: Asked) -> Difference | None:
    """Tell what changed between the moment shown and another, whichever comes first."""
    here, there = (request.query_params.get(name) for name in ("at", "compare_to"))
    if there is None:
        return None
    other = eyes.at(look.record, look.viewer, read_moment(there, "compare_to"))
    if (other.now, len(other.kept)) <= (look.now, len(look.kept)):
        return diff(eyes, case, there, here)
    return diff(eyes, case, here or there, there)
