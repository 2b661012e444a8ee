"""Show people the way in and out."""

from http import HTTPStatus

from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from ledger.errors import RuleViolation
from services.http import problems
from services.http.rendering import page
from services.http.screens.frame import FORM_FIELD, HOME, Answered, admitted, fields_of, see
from services.http.signing_in import address_of
from services.http.site import Asked, Site, check_query


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the way in and out."""
    return [_way_in(site), _sign_in(site), _sign_out(site)]


def _way_in(site: Site) -> HTTPRouteHandler:
    @get("/", name="way in")
    async def way_in(request: Asked) -> Answered:
        check_query(request)
        inside = await site.views.do(lambda: site.caller_or_nobody(request))
        return _asked_for_code(site) if inside is None else see(HOME)

    return way_in


def _asked_for_code(
    site: Site, why: problems.Problem | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Answered:
    issuer = None if site.issuer is None else site.issuer.file.name
    return page("sign_in.html", None, {"why": why, "issuer": issuer}, status=status)


def _sign_in(site: Site) -> HTTPRouteHandler:
    @post("/sign-in", name="sign in by page", status_code=303)
    async def sign_in(request: Asked) -> Answered:
        check_query(request)
        fields = await fields_of(request)
        before = request.cookies.get(site.cookie)

        def enter() -> str:
            token = site.door.enter(fields.get("code", ""), address_of(request))
            if before is not None:
                site.door.leave(before)
            return token

        try:
            token = await site.views.do(enter)
        except RuleViolation as refused:
            problem = problems.of_error(refused)
            status = HTTPStatus(problem.status)
            return _asked_for_code(site, problem, status)
        return admitted(site, token, see(HOME))

    return sign_in


def _sign_out(site: Site) -> HTTPRouteHandler:
    @post("/sign-out", name="sign out by page", status_code=303)
    async def sign_out(request: Asked) -> Answered:
        check_query(request)
        fields = await fields_of(request)

        def leave() -> None:
            caller = site.caller_or_nobody(request)
            if caller is not None:
                site.check_form(caller, fields.get(FORM_FIELD, ""))
                site.door.leave(caller.token)

        await site.views.do(leave)
        response = see("/")
        response.delete_cookie(site.cookie)
        return response

    return sign_out
