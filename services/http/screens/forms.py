"""Do anything the record knows by a form: what may be done now, and a form for each command."""

from http import HTTPStatus
from itertools import groupby
from typing import Final
from urllib.parse import quote

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec.structs import replace

from ledger.answer import Answer
from ledger.catalogue import COMMANDS, DECIDERS, nearest
from ledger.errors import RuleViolation
from services.http import problems
from services.http.door import Caller
from services.http.drawing import Drawn, Wish, draw
from services.http.form_fields import Field, called, fields_of
from services.http.form_reading import ENVELOPE, Wrong, read_form
from services.http.languages import label
from services.http.screens.frame import (
    FORM_FIELD,
    Answered,
    case_page,
    looked,
    see,
    shown,
)
from services.http.screens.frame import (
    fields_of as fields_typed,
)
from services.http.signatures import INTENT, as_signed, unsigned
from services.http.site import Asked, Site, check_query
from services.http.writing import given
from services.reading.nexts import next_seen

ARRIVED: Final = "arrived"
HASH: Final = "hash"
HASH_HINT: Final = label("The SHA-256 of the document, where you do not choose the file below.")


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of what may be done, and of the forms to do it."""
    return [_nexts(site), _form(site), _give(site)]


def _nexts(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/do", name="page of what may be done")
    async def nexts(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at", "done")
            eyes, _, told = looked(site, request, caller, case, "next")
            found = next_seen(eyes, site.case(caller, case))
            offered = [act for act in found.acts if act.part != "institution"]
            may = sorted((act for act in offered if act.may), key=lambda act: act.part)
            return case_page(
                "nexts.html",
                "do",
                request,
                caller,
                told,
                may=[(part, list(acts)) for part, acts in groupby(may, lambda act: act.part)],
                not_now=[act for act in offered if not act.may],
                deadlines=found.deadlines,
            )

        return await shown(site, request, work)

    return nexts


def _form(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/do/{command:str}", name="form of a command")
    async def form(request: Asked, case: FromPath[str], command: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            known = names_of(command)
            check_query(request, "as", ARRIVED, *known)
            typed = {name: text for name, text in request.query_params.items() if name in known}
            wish = Wish(case, command, typed, arrived=ARRIVED in request.query_params)
            return _page(request, caller, draw(site, request, caller, wish))

        return await shown(site, request, work)

    return form


def _give(site: Site) -> HTTPRouteHandler:
    @post("/cases/{case:str}/do/{command:str}", name="give a command by a form", status_code=303)
    async def give(request: Asked, case: FromPath[str], command: FromPath[str]) -> Answered:
        typed = await fields_typed(request)
        names_of(command)
        return await given_by(site, request, Wish(case, command, typed, arrived=ARRIVED in typed))

    return give


async def given_by(site: Site, request: Asked, wish: Wish) -> Answered:
    """Give what was typed to the desk; show what came of it, or the form again.

    Raises:
        RuleViolation: form_is_ours; case_is_known.
    """
    token = wish.typed.get(FORM_FIELD, "")

    def read(caller: Caller) -> tuple[bytes, Answered | None]:
        drawn = draw(site, request, caller, wish)
        found = read_form(wish.command, as_signed(wish), drawn.case, drawn.zone)
        wrong = (*found.wrong, *unsigned(wish))
        if found.ask is None or wrong:
            told = drawn.told_wrong(wrong)
            return b"", _page(request, caller, told, HTTPStatus.BAD_REQUEST)
        return msgspec.json.encode(found.ask), None

    checked = await shown(site, request, read, token)
    if not isinstance(checked, tuple):
        return checked
    body, wrong = checked
    if wrong is not None:
        return wrong
    _, answer = await given(site, request, body, "page", token)
    if answer.done:
        return see(landing(wish.case, answer))
    return await shown(
        site, request, lambda caller: _again(site, request, caller, wish, answer), token
    )


def landing(case: str, answer: Answer) -> str:
    """Say where somebody goes who has recorded something."""
    there = f"/cases/{quote(answer.case or case, safe='')}"
    if not answer.events:
        return there
    entry = f"{answer.events[0].room}:{answer.events[0].seq}"
    return f"{there}?done={quote(entry, safe='')}#{quote(entry, safe=':')}"


def _again(site: Site, request: Asked, caller: Caller, wish: Wish, answer: Answer) -> Answered:
    """Show the form again, with what was typed and what stands against it."""
    problem = problems.of_answer(answer)
    drawn = draw(site, request, caller, wish)
    wrong = (wrong_of(wish.command, answer),)
    return _page(request, caller, drawn.told_wrong(wrong), HTTPStatus(problem.status))


def refused_for(site: Site, request: Asked, caller: Caller, wish: Wish, wrong: Wrong) -> Answered:
    """Show the form again for something wrong that is none of its fields.

    Raises:
        RuleViolation: case_is_known; role_may_give_command.
    """
    drawn = draw(site, request, caller, wish)
    return _page(request, caller, drawn.told_wrong((wrong,)), HTTPStatus.BAD_REQUEST)


def wrong_of(command: str, answer: Answer) -> Wrong:
    """Say what an answer says is wrong, at the field it names."""
    path = (answer.field or "").removeprefix("data.").partition(".")[0].partition("[")[0]
    known = {field.name: field.label for field in fields_of(COMMANDS[command])}
    if path not in known and f"_{path}" in ENVELOPE:
        path = f"_{path}"
    return Wrong(
        path if path in known or path in ENVELOPE else "",
        known.get(path) or ENVELOPE.get(path, ""),
        answer.why or "",
        answer.needs or "",
    )


def _page(
    request: Asked, caller: Caller, drawn: Drawn, status: HTTPStatus = HTTPStatus.OK
) -> Answered:
    kind = COMMANDS[drawn.command]
    answered = case_page(
        "do.html",
        "do",
        request,
        caller,
        drawn.told,
        title=called(drawn.command),
        purpose=(kind.__doc__ or "").split("\n")[0],
        command=drawn.command,
        form=drawn if drawn.exact else _with_file(drawn),
        intent=INTENT,
    )
    answered.status_code = status.value
    return answered


def _with_file(drawn: Drawn) -> Drawn:
    """Let the SHA-256 of a document be left out: it is found from the file that is chosen."""
    fields = (_by_file(field) if field.name == HASH else field for field in drawn.fields)
    return replace(drawn, fields=tuple(fields))


def _by_file(field: Field) -> Field:
    return replace(field, required=False, hint=HASH_HINT)


def names_of(command: str) -> set[str]:
    """Name the fields a form of a command knows.

    Raises:
        RuleViolation: command_is_known; the same for one that pages do not offer.
    """
    kind = COMMANDS.get(command)
    if kind is None or kind.opens or DECIDERS[kind][0] == "institution":
        raise RuleViolation("command_is_known", "there is no such form", nearest(command))
    names = {
        name
        for field in fields_of(kind)
        for name in (field.name, *_ticks(field.name, field.choices))
    }
    return names | set(ENVELOPE)


def _ticks(name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{name}:{one}" for one in choices)
