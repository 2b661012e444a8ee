"""Send people to their issuer and take them back from there."""

from typing import Any, Final

from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler

from ledger.errors import RuleViolation
from services.http.issuers import Issuer, read_way
from services.http.rendering import page
from services.http.screens.frame import HOME, admitted, see
from services.http.signing_in import address_of
from services.http.site import Asked, Site, check_query

BEGIN: Final = "/sign-in/issuer"
BACK: Final = f"{BEGIN}/back"
WAY: Final = "goodoffices-way"
WAY_S: Final = 600
ANSWERED: Final = ("code", "state", "iss", "error", "error_description", "error_uri")
MORE: Final = ("session_state", "scope", "authuser", "hd", "prompt")
"""What some issuers add, and nobody here looks at."""


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of sign-in by an issuer; none where none is trusted."""
    issuer = site.issuer
    return [] if issuer is None else [_begin(site, issuer), _back(site, issuer)]


def _redirect(site: Site) -> str:
    return site.origin + BACK


def _begin(site: Site, issuer: Issuer) -> HTTPRouteHandler:
    @get(BEGIN, name="sign in by issuer")
    async def begin(request: Asked) -> Response[Any]:
        check_query(request)
        way, address = await site.proofs.do(lambda: issuer.ask(_redirect(site)))
        response = see(address)
        # Lax: the browser comes back from another site, and must bring it.
        response.set_cookie(
            Cookie(
                key=WAY,
                value=way.text,
                path=BEGIN,
                max_age=WAY_S,
                secure=site.is_secure,
                httponly=True,
                samesite="lax",
            )
        )
        return response

    return begin


def _back(site: Site, issuer: Issuer) -> HTTPRouteHandler:
    @get(BACK, name="back from issuer")
    async def back(request: Asked) -> Response[Any]:
        check_query(request, *ANSWERED, *MORE)
        way = read_way(request.cookies.get(WAY, ""))
        before = request.cookies.get(site.cookie)

        def enter() -> str:
            site.door.count(address_of(request))
            if way is None:
                raise RuleViolation(
                    "issuer_vouches", "no sign-in was begun in this browser", "a sign-in begun here"
                )
            answer = dict(request.query_params)
            token = site.door.vouched(issuer.guest(way, answer, _redirect(site)))
            if before is not None:
                site.door.leave(before)
            return token

        token = await site.proofs.do(enter)
        # A strict cookie is not sent where another site sent the browser; so this page goes on.
        response = admitted(site, token, page("inside.html", None, {"home": HOME}))
        response.delete_cookie(WAY, path=BEGIN)
        return response

    return back
