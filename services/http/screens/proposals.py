"""Show what was proposed: as a tree, two beside each other, packages beside each other."""

from collections.abc import Sequence

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from ledger.errors import DecodeError
from services.http.door import Caller
from services.http.screens.frame import Answered, case_page, glanced, shown
from services.http.site import Asked, Site, check_query
from services.reading import comparing
from services.reading.contests import remarks
from services.reading.differing import differs
from services.reading.proposals import Told, of_source
from services.reading.sources import from_record
from services.reading.words import authors, carriage, erased, terms

TAB = "proposals"
FEWEST = 2
"""Proposals that can be set side by side."""


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the proposals of a case."""
    return [_tree(site), _comparison(site)]


def _tree(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/proposals", name="page of proposals")
    async def proposals(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            look, told = glanced(site, request, caller, case, TAB)
            listed = list(of_source(from_record(look)))
            packages = [one for one in listed if one.kind == "package" and not one.erased]
            return case_page(
                "proposals.html",
                TAB,
                request,
                caller,
                told,
                refs=look.refs,
                proposals=listed,
                packages=packages,
                issues=comparing.side_by_side(packages) if len(packages) >= FEWEST else (),
                **SAYING,
            )

        return await shown(site, request, work)

    return proposals


def _comparison(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/proposals/compare", name="page of two proposals compared")
    async def compare(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at", "a", "b")
            look, told = glanced(site, request, caller, case, TAB)
            listed = list(of_source(from_record(look)))
            two = _two(request, listed)
            gone = [one for one in two if one.erased]
            return case_page(
                "compare.html",
                TAB,
                request,
                caller,
                told,
                refs=look.refs,
                proposals=listed,
                two=two,
                issues=() if gone else comparing.side_by_side(two),
                **SAYING,
            )

        return await shown(site, request, work)

    return compare


def _two(request: Asked, listed: Sequence[Told]) -> list[Told]:
    """Find the two proposals a request compares."""
    for name in ("a", "b"):
        if name not in request.query_params:
            raise DecodeError(name, "names no proposal", "one of the case, such as joint/P1")
    return [comparing.named(listed, request.query_params[name]) for name in ("a", "b")]


SAYING = {
    "authors": authors,
    "carriage": carriage,
    "differs": differs,
    "erased": erased,
    "name_of": comparing.name_of,
    "remarks": remarks,
    "terms": terms,
}
"""How the templates say what a proposal holds."""
