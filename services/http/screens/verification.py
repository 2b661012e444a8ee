"""Show what was checked of all that somebody reads of a case, and what is not proven."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from services.exports.checking import checked
from services.exports.choosing import check_names_may_stand
from services.exports.vouching import HOW, OF_FILES, PROVEN
from services.http.door import Caller
from services.http.lists import JSON
from services.http.screens.audit import CASE, TAB, kept_in
from services.http.screens.frame import KEPT, Answered, case_page, looked, shown
from services.http.site import ENCODER, Asked, Site, check_query


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of what was checked."""
    return [_verification(site)]


def _verification(site: Site) -> HTTPRouteHandler:
    path = f"{CASE}/audit/verification"

    @get([path, f"{path}.json"], name="page of what was checked")
    async def verification(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, *KEPT)
            eyes, look, told = looked(site, request, caller, case, "verification")
            check_names_may_stand(eyes, "verification")
            found = checked(eyes, look, look.kept)
            if request.url.path.endswith(".json"):
                return Response(ENCODER.encode(found), media_type=JSON)
            return case_page(
                "verification.html",
                TAB,
                request,
                caller,
                told,
                kept=kept_in(request),
                checked=found,
                how=HOW,
                proven=[one for one in PROVEN if one != OF_FILES],
            )

        return await shown(site, request, work)

    return verification
