"""What every page is made with: forms read, cookies given, the case's frame and its tabs."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar
from urllib.parse import parse_qs

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from ledger.errors import DecodeError, RuleViolation
from services.http.door import LONGEST, Caller
from services.http.rendering import page
from services.http.site import Asked, Site
from services.http.writing import check_type
from services.reading.showing import Shown
from services.reading.summary import heading, seen_by

HOME: Final = "/cases"
FORM: Final = "application/x-www-form-urlencoded"
FORM_FIELD: Final = "form_token"
Answered: TypeAlias = Response[Any]
Result = TypeVar("Result")


class Tab(NamedTuple):
    """One of the pages of a case.

    Attributes:
        name: The end of its address, `/cases/CASE/name`; empty for the case's own page.
        label: What people read.
    """

    name: str
    label: str


TABS: Final = (Tab("", "Timeline"), Tab("do", "What you can do"))
"""In the order of the case's navigation."""


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


async def shown(
    site: Site, request: Asked, work: Callable[[Caller], Result], form: str | None = None
) -> Result | Redirect:
    """Show a page to who is signed in; whoever is not is shown the way in.

    Args:
        site: The ledger on the network.
        request: What is asked.
        work: Makes the page.
        form: The token of the form that was sent, None where none was.
    """
    try:
        return await site.seeing(request, work, form)
    except RuleViolation as refused:
        if refused.rule == "caller_is_known":
            return see("/")
        raise


def case_page(
    name: str,
    tab: str,
    request: Asked,
    caller: Caller,
    told: Shown,
    **context: object,
) -> Answered:
    """Answer with one of the pages of a case, within the case's frame.

    Args:
        name: Of the template, which extends `case_base.html`.
        tab: Which of the tabs it is.
        request: What is asked; with an instant (`at`) the page is of the past and has no forms.
        caller: Who looks.
        told: The case as it is shown to them.
        context: What else the page shows.
    """
    around = {
        "case": told.number or told.case_id,
        "heading": heading(told),
        "seen_by": seen_by(told),
        "tabs": TABS,
        "tab": tab,
        "past": "at" in request.query_params,
        "at": request.query_params.get("at"),
        "recorded": _recorded(request, told),
        "viewer": told.viewer,
    }
    return page(name, caller, {**around, **context})


def _recorded(request: Asked, told: Shown) -> str | None:
    """Name the entry somebody just recorded, where there is such an entry to be seen."""
    done = request.query_params.get("done")
    return done if any(entry.entry == done for entry in told.timeline) else None
