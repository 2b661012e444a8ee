"""What every page is made with: forms read, cookies given, the case's frame and its tabs."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast
from urllib.parse import parse_qs, quote, urlencode

from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from ledger.errors import DecodeError, RuleViolation
from services.http.door import LONGEST, Caller
from services.http.rendering import page
from services.http.site import Asked, Site
from services.http.speaking import is_for_people
from services.http.writing import check_type
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.showing import Shown, headed
from services.reading.showing import shown as showing
from services.reading.summary import heading
from services.reading.travelling import Course

HOME: Final = "/cases"
FORM: Final = "application/x-www-form-urlencoded"
FORM_FIELD: Final = "form_token"
KEPT: Final = ("as", "at")
"""What a link from one page of a case to another takes along: whose eyes, and from when."""
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


TABS: Final = (
    Tab("", "Timeline"),
    Tab("do", "To do"),
    Tab("proposals", "Proposals"),
    Tab("rooms", "Rooms"),
    Tab("sessions", "Sessions"),
    Tab("preparation", "Preparation"),
    Tab("settlement", "Settlement"),
    Tab("follow-up", "Follow-up"),
    Tab("calendar", "Calendar"),
    Tab("neutrality", "Neutrality"),
    Tab("evaluation", "Evaluation"),
    Tab("audit", "Audit trail"),
)
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
    """Show a page to who is signed in; whoever is not is shown the way in, a program told so.

    Args:
        site: The ledger on the network.
        request: What is asked.
        work: Makes the page.
        form: The token of the form that was sent, None where none was.
    """
    try:
        return await site.seeing(request, work, form)
    except RuleViolation as refused:
        if refused.rule == "caller_is_known" and is_for_people(request.scope["path"]):
            return see("/")
        raise


def looked(
    site: Site, request: Asked, caller: Caller, case: str, command: str
) -> tuple[Eyes, Look, Shown]:
    """Look at the case that a page shows, with the eyes and from the moment asked for.

    Args:
        site: The ledger on the network.
        request: What is asked.
        caller: Who looks.
        case: As the address names it.
        command: What is done, for the access log.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.look`.
    """
    eyes = site.eyes(caller, request, command)
    look = eyes.look(site.case(caller, case))
    return eyes, look, showing(look, eyes)


def glanced(
    site: Site, request: Asked, caller: Caller, case: str, command: str
) -> tuple[Look, Shown]:
    """Look at the case of a page that tells no timeline: no entry is opened for one.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.look`.
    """
    eyes = site.eyes(caller, request, command)
    look = eyes.look(site.case(caller, case))
    return look, headed(look, eyes)


def case_page(
    name: str, tab: str, request: Asked, caller: Caller, told: Shown, **context: object
) -> Answered:
    """Answer with one of the pages of a case, within the case's frame.

    Args:
        name: Of the template, which extends `case_base.html`.
        tab: Which of the tabs it is.
        request: What is asked; with an instant (`at`) the page is of the past and has no forms.
        caller: Who looks.
        told: The case as it is shown to them.
        context: What else the page shows; `refs` are the entries the viewer reads (room:seq),
            where they are known without a timeline.
    """
    refs = cast("Collection[str]", context.get("refs") or [e.entry for e in told.timeline])
    done = request.query_params.get("done")
    case, past = told.number or told.case_id, "at" in request.query_params
    kept = {name: request.query_params[name] for name in KEPT if name in request.query_params}
    around = {
        "case": case,
        "heading": heading(told),
        "told": told,
        "viewer": told.viewer,
        "as_of": told.as_of,
        "zone": told.zone,
        "tabs": TABS,
        "tab": tab,
        "past": past,
        "at": kept.get("at"),
        "moment": kept,
        "here": partial(_address, case, kept),
        "travel": _travel(request, caller, len(refs)),
        "recorded": done if done in refs else None,
    }
    return page(name, caller, {**around, **context})


def _address(
    case: str, kept: Mapping[str, str], path: str = "", *, bare: bool = False, **more: str
) -> str:
    """Write the address of a page of a case, seen with the same eyes from the same moment."""
    query = {} if bare else {**kept, **more}
    asked = f"?{urlencode(query)}" if query else ""
    return f"/cases/{quote(case, safe='')}{'/' * bool(path)}{path}{asked}"


class Travel(NamedTuple):
    """Where on the way through a case a page stands.

    Attributes:
        step: How many entries had been recorded, of those the viewer reads today.
        steps: How many there are.
        digest: Of all that is read there, None for now.
    """

    step: int
    steps: int
    digest: str | None = None


def _travel(request: Asked, caller: Caller, entries: int) -> Travel:
    past = "at" in request.query_params
    if entries and not past:
        return Travel(entries, entries)
    site: Site = request.app.state.site
    case = site.case(caller, request.path_params["case"])
    course = Course(site.eyes(caller, request, "replay"), case)
    return Travel(course.step, course.steps, course.digest if past else None)
