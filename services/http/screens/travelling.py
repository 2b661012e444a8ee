"""Go through a case in time: from any of its pages to the same page at another moment."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias
from urllib.parse import quote, urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from ledger.errors import DecodeError
from services.http.door import Caller
from services.http.screens.frame import TABS, Answered, see, shown
from services.http.site import Asked, Site, check_query
from services.reading.travelling import Course

Query: TypeAlias = Mapping[str, str]
QUERY: Final = ("as", "at", "tab", "to", "step", "when")
STEP_DIGITS_MAX: Final = 9


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of time travel."""
    return [_travel(site)]


def _travel(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/travel", name="to another moment of a case")
    async def travel(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, *QUERY)
            given = dict(request.query_params)
            to = given.get("to", "now")
            if to not in WAYS:
                raise DecodeError("to", "is no way to go", ", ".join(WAYS))
            eyes = site.eyes(caller, request, "travel")
            found = WAYS[to](Course(eyes, site.case(caller, case)), given)
            return see(_address(case, given, found))

        return await shown(site, request, work)

    return travel


def _address(case: str, given: Query, found: Query) -> str:
    """Write the address of one of the pages of a case, at a moment."""
    tab = given.get("tab", "")
    if tab not in {one.name for one in TABS}:
        raise DecodeError("tab", "is no page of a case", "one of its tabs")
    eyes = {"as": given["as"]} if "as" in given else {}
    query = urlencode({**eyes, **found})
    return f"/cases/{quote(case, safe='')}{'/' * bool(tab)}{tab}{'?' * bool(query)}{query}"


def _first(course: Course, _: Query) -> Query:
    return {"at": course.entry(1)}


def _previous(course: Course, _: Query) -> Query:
    return {"at": course.entry(course.step - 1)}


def _next(course: Course, _: Query) -> Query:
    """Go one step on; behind the last lies now."""
    if course.step >= course.steps:
        return {}
    return {"at": course.entry(course.step + 1)}


def _now(_: Course, __: Query) -> Query:
    return {}


def _step(course: Course, given: Query) -> Query:
    text = given.get("step", "")
    if not (text.isascii() and text.isdigit() and len(text) <= STEP_DIGITS_MAX):
        raise DecodeError("step", "is no number of a step", f"1 to {course.steps}")
    return {"at": course.entry(int(text))}


def _when(course: Course, given: Query) -> Query:
    return {"at": course.instant(given.get("when", ""))}


def _compare(course: Course, given: Query) -> Query:
    """Set what is shown beside another moment; the case's own page tells what changed."""
    if given.get("tab"):
        raise DecodeError("tab", "compares nothing", "the case's own page")
    then = {"at": given["at"]} if "at" in given else {}
    return {**then, "compare_to": course.instant(given.get("when", ""))}


WAYS: Final[dict[str, Callable[[Course, Query], Query]]] = {
    "first": _first,
    "previous": _previous,
    "next": _next,
    "now": _now,
    "step": _step,
    "when": _when,
    "compare": _compare,
}
