"""Put the application together: handlers, errors, bounds."""

from collections.abc import Mapping
from typing import Any

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from ledger.errors import LedgerError
from services.desk import COMMAND_BYTES_MAX
from services.http import (
    documents,
    following,
    issuer_routes,
    looking,
    openapi,
    problems,
    proofs,
    rendering,
    screens,
    signing_in,
    writing,
)
from services.http.gate import Gate
from services.http.problems import Problem, WrongType
from services.http.site import Asked, Site
from services.http.speaking import Speaking, is_for_people


def make_app(site: Site) -> ASGIApp:
    """Make the application of a site, its gate and the visitor's language before it."""
    return Gate(Speaking(answering(site), is_secure=site.is_secure), site)


def answering(site: Site) -> Litestar:
    """Make the application itself."""
    return Litestar(
        [
            *signing_in.routes(site),
            *writing.routes(site),
            *looking.routes(site),
            *proofs.routes(site),
            *documents.routes(site),
            *following.routes(site),
            *openapi.routes(),
            *screens.routes(site),
            *issuer_routes.routes(site),
            *rendering.routes(),
            *_operation(site),
        ],
        exception_handlers={
            LedgerError: _on_error,
            WrongType: _on_wrong_type,
            HTTPException: _on_http,
            Exception: _on_fault,
        },
        state=State({"site": site}),
        logging_config=None,
        openapi_config=None,
        request_max_body_size=COMMAND_BYTES_MAX,
        debug=False,
    )


def _operation(site: Site) -> list[HTTPRouteHandler]:
    @get("/health", name="health")
    async def health() -> Response[str]:
        return Response("ok\n", media_type="text/plain")

    @get("/ready", name="ready")
    async def ready() -> Response[str]:
        await site.views.do(site.house.ledger.reader.head)
        return Response("ok\n", media_type="text/plain")

    return [health, ready]


def _told(
    request: Asked, problem: Problem, headers: Mapping[str, str] | None = None
) -> Response[Any]:
    """Tell a program a problem as JSON, a person on a page."""
    if is_for_people(request.scope["path"]):
        return rendering.problem_page(problem)
    return problems.response(problem, headers)


def _on_error(request: Asked, error: LedgerError) -> Response[Any]:
    return _told(request, problems.of_error(error))


def _on_wrong_type(request: Asked, error: WrongType) -> Response[Any]:
    return _told(request, problems.of_wrong_type(error))


def _on_http(request: Asked, error: HTTPException) -> Response[Any]:
    allowed = {k: v for k, v in (error.headers or {}).items() if k.lower() == "allow"}
    return _told(request, problems.of_http(error), allowed)


def _on_fault(request: Asked, error: Exception) -> Response[Any]:
    return _told(request, problems.of_fault(error))
