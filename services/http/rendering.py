"""Fill the templates of pages/: no build step, nothing from elsewhere, no script needed."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler

from services.http import codes
from services.http.door import Caller
from services.http.form_fields import called
from services.http.problems import Problem, headers_of
from services.reading import words

FOLDER: Final = Path(__file__).parent / "pages"
CSS: Final = "style.css"
STYLE: Final = "/static/" + CSS
_AN_HOUR: Final = "private, max-age=3600"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # of the extension
    made.filters["plain"] = words.plain
    made.filters["person"] = words.person
    made.filters["room"] = words.room
    made.filters["called"] = called
    return made


_PAGES: Final = _environment()


def page(
    name: str,
    caller: Caller | None,
    context: Mapping[str, Any],
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Answer with a page.

    Args:
        name: Of the template.
        caller: Who looks, None for nobody.
        context: What it shows.
        status: Of the answer.
        headers: Of the answer.
    """
    form_token = None if caller is None else codes.form_token(caller.token)
    html = _PAGES.get_template(name).render(caller=caller, form_token=form_token, **context)
    return Response(
        html, status_code=status.value, media_type=MediaType.HTML, headers=dict(headers or {})
    )


def problem_page(problem: Problem) -> Response[str]:
    """Answer with a page that says what went wrong and what to do."""
    status = HTTPStatus(problem.status)
    return page(
        "problem.html", None, {"problem": problem}, status=status, headers=headers_of(problem)
    )


def routes() -> list[HTTPRouteHandler]:
    """List the handlers of what pages refer to."""
    css = (FOLDER / CSS).read_bytes()

    @get(STYLE, name="style")
    async def style() -> Response[bytes]:
        headers = {"cache-control": _AN_HOUR}
        return Response(css, media_type="text/css", headers=headers)

    return [style]
