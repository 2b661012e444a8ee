"""Show people the way in, their cases, and how each came where it stands."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from ledger.errors import DecodeError, RuleViolation
from services.http import problems
from services.http.door import LONGEST, Caller
from services.http.lists import limit_of, page_of
from services.http.readings import CASES
from services.http.rendering import page
from services.http.signing_in import address_of
from services.http.site import Asked, Site, check_query
from services.http.writing import check_type
from services.reading import listing
from services.reading.showing import show
from services.reading.summary import heading, seen_by, summary
from services.reading.timeline import marks, said

HOME: Final = "/cases"
FORM: Final = "application/x-www-form-urlencoded"
FORM_FIELD: Final = "form_token"
Answered: TypeAlias = Response[Any]


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of pages."""
    return [_way_in(site), _sign_in(site), _sign_out(site), _cases(site), _case(site)]


async def fields_of(request: Asked) -> dict[str, str]:
    """Read the fields of a form, each once.

    Raises:
        WrongType: It is no form.
        DecodeError: It cannot be read, or says something twice.
    """
    check_type(request, FORM)
    try:
        text = (await request.body()).decode()
        fields = parse_qs(
            text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=64
        )
    except ValueError:
        raise DecodeError("form", "cannot be read", "a form of these pages") from None
    for name, values in fields.items():
        if len(values) > 1:
            raise DecodeError("form", "says something twice", f"{name!r:.40} once")
    return {name: values[0] for name, values in fields.items()}


def admitted(site: Site, token: str, response: Answered) -> Answered:
    """Give a browser the secret of its session, which no script of a page can read."""
    response.set_cookie(
        Cookie(
            key=site.cookie,
            value=token,
            path="/",
            max_age=int(LONGEST.total_seconds()),
            secure=site.is_secure,
            httponly=True,
            samesite="strict",
        )
    )
    return response


def see(path: str) -> Redirect:
    """Send a browser on to a page."""
    return Redirect(path, status_code=HTTPStatus.SEE_OTHER.value)


async def shown(site: Site, request: Asked, work: Callable[[Caller], Answered]) -> Answered:
    """Show a page to who is signed in; whoever is not is shown the way in."""
    try:
        return await site.seeing(request, work)
    except RuleViolation as refused:
        if refused.rule == "caller_is_known":
            return see("/")
        raise


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


def _case(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}", name="page of a case")
    async def timeline(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            eyes = site.eyes(caller, request, "show")
            told = next(show(eyes, site.case(caller, case)))
            entries = [(entry, marks(entry), list(said(entry))) for entry in told.timeline]
            context = {
                "shown": told,
                "heading": heading(told),
                "seen_by": seen_by(told),
                "summary": list(summary(told)),
                "entries": entries,
                "past": "at" in request.query_params,
            }
            return page("case.html", caller, context)

        return await shown(site, request, work)

    return timeline
