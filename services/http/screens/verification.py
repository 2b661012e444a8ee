"""Show what was checked of all that somebody reads of a case, and what is not proven."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from services.exports.checking import checked
from services.exports.choosing import check_names_may_stand
from services.exports.vouching import HOW, PROVEN
from services.http.door import Caller
from services.http.lists import JSON
from services.http.screens.audit import AROUND, CASE, TAB, given_in, query
from services.http.screens.frame import Answered, case_page, shown
from services.http.site import ENCODER, Asked, Site, check_query
from services.reading.showing import headed


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of what was checked."""
    return [_verification(site)]


def _verification(site: Site) -> HTTPRouteHandler:
    path = f"{CASE}/audit/verification"

    @get([path, f"{path}.json"], name="page of what was checked")
    async def verification(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, *AROUND)
            eyes = site.eyes(caller, request, "verification")
            check_names_may_stand(eyes, "verification")
            look = eyes.look(site.case(caller, case))
            found = checked(eyes, look, look.kept)
            if request.url.path.endswith(".json"):
                return Response(ENCODER.encode(found), media_type=JSON)
            return case_page(
                "verification.html",
                TAB,
                request,
                caller,
                headed(look, eyes),
                zone=eyes.zone(look).key,
                kept=query({n: t for n, t in given_in(request).items() if n in AROUND}),
                checked=found,
                how=HOW,
                proven=PROVEN,
            )

        return await shown(site, request, work)

    return verification
