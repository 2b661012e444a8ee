"""Fill the templates of pages/ in the visitor's language: no build step, nothing from elsewhere."""

from collections.abc import Mapping
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler

from services.http import codes
from services.http.door import Caller
from services.http.filters import FILTERS
from services.http.languages import WISH, Language, choices, language
from services.http.problems import Problem, headers_of

FOLDER: Final = Path(__file__).parent / "pages"
STATIC: Final = {"style.css": "text/css", "site.js": "text/javascript"}
"""What templates refer to, and of which kind it is."""
_AN_HOUR: Final = "private, max-age=3600"


@cache
def _environment(code: str) -> Environment:
    """Make what fills templates in a language."""
    spoken = language(code)
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(spoken.texts, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    made.globals["language"] = spoken
    made.filters.update(FILTERS)
    made.filters["translated"] = partial(_translated, spoken)
    made.filters["moment"] = spoken.moment
    made.filters["day"] = spoken.day
    return made


def _translated(spoken: Language, text: str) -> str:
    """Translate what may be no string of ours, and is no pattern: `_` would look for % in it."""
    return spoken.texts.gettext(text) if text else text


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
    wish = WISH.get()
    html = (
        _environment(wish.code)
        .get_template(name)
        .render(caller=caller, form_token=form_token, languages=tuple(choices(wish)), **context)
    )
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
    return [_static(name, kind) for name, kind in STATIC.items()]


def _static(name: str, kind: str) -> HTTPRouteHandler:
    content = (FOLDER / name).read_bytes()

    @get(f"/static/{name}", name=name)
    async def static() -> Response[bytes]:
        return Response(content, media_type=kind, headers={"cache-control": _AN_HOUR})

    return static
