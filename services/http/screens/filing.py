"""File a request for mediation: one question a page, the answers checked, a receipt at the end."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct
from msgspec.structs import replace

from ledger.catalogue import COMMANDS
from ledger.errors import RuleViolation
from services.clock import new_id
from services.http import problems
from services.http.door import Caller
from services.http.form_fields import Field, fields_of, filled
from services.http.form_reading import Wrong, read_form
from services.http.languages import label
from services.http.rendering import page
from services.http.screens.forms import landing, wrong_of
from services.http.screens.frame import FORM_FIELD, Answered, see, shown
from services.http.screens.frame import fields_of as typed_of
from services.http.site import Asked, Site, check_query
from services.http.writing import given

COMMAND: Final = "request-mediation"
MAY_FILE: Final = ("registry", "party")


class Question(Struct, frozen=True):
    """A page of the request.

    Attributes:
        asks: What people read above it.
        fields: What it asks.
    """

    asks: str
    fields: tuple[str, ...]


QUESTIONS: Final = (
    Question(label("Who asks for the mediation?"), ("requester",)),
    Question(label("With whom is the dispute?"), ("others",)),
    Question(label("What is everybody called?"), ("names",)),
    Question(label("What is it about, in a few words?"), ("title",)),
    Question(label("What happened?"), ("dispute",)),
    Question(label("What do you want to reach?"), ("aim",)),
    Question(label("How much is in dispute?"), ("value",)),
    Question(label("What does the mediation rest on?"), ("basis", "agreement")),
    Question(label("Which documents belong to it?"), ("documents",)),
    Question(label("Who speaks for you?"), ("representatives",)),
    Question(label("What else should we know?"), ("mediator_wishes", "external_ref", "language")),
)
HINTS: Final = {
    "requester": label("A short id, such as A: letters and digits. Names come later."),
    "others": label("The short id of every other party, one a line, such as B."),
    "names": label("One a line, as id=name, such as A=Aldora Fisheries."),
    "representatives": label(
        "One a line, as person:name=powers; powers are negotiate, settle, sign, with commas."
    ),
}
UTC: Final = ZoneInfo("UTC")
"""Nothing in a request is typed as a moment, and there is no case yet whose zone could count."""


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of a filing."""
    return [_begin(site), _answer(site)]


def _begin(site: Site) -> HTTPRouteHandler:
    @get("/file", name="page of a filing")
    async def begin(request: Asked) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request)
            return _asked(caller, {"_id": new_id()}, 0)

        return await shown(site, request, work)

    return begin


def _answer(site: Site) -> HTTPRouteHandler:
    @post("/file", name="answer a question of a filing", status_code=200)
    async def answer(request: Asked) -> Answered:
        check_query(request)
        typed = await typed_of(request)
        token, wanted = typed.get(FORM_FIELD, ""), typed.get("go", "")
        step = _step(typed.get("step", ""))
        if wanted.startswith("to:"):
            to = _step(wanted[3:])
            return await shown(site, request, lambda caller: _asked(caller, typed, to), token)
        if step < len(QUESTIONS):
            return await shown(site, request, lambda caller: _next(caller, typed, step), token)
        return await _file(site, request, typed, token)

    return answer


def _step(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0  # noqa: PLR2004 - digits
    return min(number, len(QUESTIONS))


def _next(caller: Caller, typed: Mapping[str, str], step: int) -> Answered:
    """Go on to the next question, or ask again what was not answered as it must be."""
    asked = QUESTIONS[step].fields
    wrong = tuple(w for w in read_form(COMMAND, typed, None, UTC).wrong if w.field in asked)
    if wrong:
        return _asked(caller, typed, step, wrong)
    return _asked(caller, typed, len(QUESTIONS) if typed.get("checking") else step + 1)


async def _file(site: Site, request: Asked, typed: Mapping[str, str], token: str) -> Answered:
    """Give the request to the desk."""
    read = read_form(COMMAND, typed, None, UTC)
    if read.ask is None:
        return await shown(
            site, request, lambda caller: _asked(caller, typed, len(QUESTIONS), read.wrong), token
        )

    def body(caller: Caller) -> bytes:
        _check_may_file(caller)
        assert read.ask is not None, "a request that is wrong was answered above"
        by = "registry" if "registry" in caller.operator.roles else f"party:{typed['requester']}"
        return msgspec.json.encode(replace(read.ask, acting_for=by))

    ask = await shown(site, request, body, token)
    if not isinstance(ask, bytes):
        return ask
    _, answer = await given(site, request, ask, "page", token)
    if answer.done:
        return see(landing("", answer))
    wrong, status = (wrong_of(COMMAND, answer),), HTTPStatus(problems.of_answer(answer).status)
    return await shown(
        site, request, lambda caller: _asked(caller, typed, len(QUESTIONS), wrong, status), token
    )


def _check_may_file(caller: Caller) -> None:
    """Let those file who may open a case here.

    Raises:
        RuleViolation: role_may_give_command.
    """
    if caller.guest.case_id is not None or not {*MAY_FILE} & {*caller.operator.roles}:
        raise RuleViolation(
            "role_may_give_command",
            "this session does not file requests",
            "somebody with the role registry or party: write to the registry",
        )


def _asked(
    caller: Caller,
    typed: Mapping[str, str],
    step: int,
    wrong: tuple[Wrong, ...] = (),
    status: HTTPStatus | None = None,
) -> Answered:
    """Ask a question, or show all answers to be checked."""
    _check_may_file(caller)
    form = {field.name: _worded(field, wrong) for field in fields_of(COMMANDS[COMMAND])}
    known = filled(tuple(form.values()), typed)
    names = tuple(name for one in QUESTIONS for name in one.fields)
    now = () if step == len(QUESTIONS) else QUESTIONS[step].fields
    context = {
        "step": step,
        "questions": QUESTIONS,
        "last": len(QUESTIONS),
        "asked": [field for field in known if field.name in now],
        "answers": {field.name: field for field in known if field.name in names},
        "kept": {name: typed[name] for name in names if name in typed and name not in now},
        "id": typed.get("_id") or new_id(),
        "checking": bool(typed.get("checking")) or step == len(QUESTIONS),
        "wrong": wrong,
    }
    usual = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
    return page("filing.html", caller, context, status=status or usual)


def _worded(field: Field, wrong: tuple[Wrong, ...]) -> Field:
    why = {one.field: one.why for one in wrong}
    hint = HINTS.get(field.name, field.hint)
    return replace(field, hint=hint, error=why.get(field.name, ""))
