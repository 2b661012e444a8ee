"""Enter many acts at once, after a day without network: all are read before any is given."""

from http import HTTPStatus
from typing import Final

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from services.clock import new_id
from services.http import problems
from services.http.batch import Batch, read_batch
from services.http.door import Caller
from services.http.form_reading import Wrong
from services.http.screens.frame import FORM_FIELD, Answered, case_page, fields_of, looked, shown
from services.http.site import Asked, Site, check_query
from services.http.writing import given

TAB: Final = "sessions"


class Sent(Struct, frozen=True):
    """What became of a batch.

    Attributes:
        id: Its id.
        lines: Its lines, as they were typed.
        done: How many acts are recorded.
        wrong: What is wrong, line by line.
        finished: Whether all of it is recorded.
    """

    id: str
    lines: str = ""
    done: int = 0
    wrong: tuple[Wrong, ...] = ()
    finished: bool = False


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of what is entered at once."""
    return [_form(site), _enter(site)]


def _form(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/sessions/enter", name="form of many acts")
    async def form(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as")
            return _page(site, request, caller, case, Sent(new_id()))

        return await shown(site, request, work)

    return form


def _enter(site: Site) -> HTTPRouteHandler:
    @post("/cases/{case:str}/sessions/enter", name="enter many acts by a page", status_code=200)
    async def enter(request: Asked, case: FromPath[str]) -> Answered:
        check_query(request)
        typed = await fields_of(request)
        token = typed.get(FORM_FIELD, "")
        batch_id, lines = typed.get("_id") or new_id(), typed.get("lines", "")

        def read(caller: Caller) -> Batch | Answered:
            eyes = site.eyes(caller, request, "form")
            named = site.case(caller, case)
            batch = read_batch(lines, batch_id[:80], named, eyes.zone(eyes.look(named)))
            if not batch.wrong:
                return batch
            sent = Sent(batch_id, lines, wrong=batch.wrong)
            return _page(site, request, caller, case, sent, HTTPStatus.BAD_REQUEST)

        batch = await shown(site, request, read, token)
        if not isinstance(batch, Batch):
            return batch
        sent, status = await _give(site, request, batch, token)
        told = msgspec.structs.replace(sent, id=batch_id, lines=lines)
        return await shown(
            site, request, lambda caller: _page(site, request, caller, case, told, status), token
        )

    return enter


async def _give(site: Site, request: Asked, batch: Batch, token: str) -> tuple[Sent, HTTPStatus]:
    """Give the acts one after the other, up to the first that is refused."""
    for done, (number, ask) in enumerate(zip(batch.numbers, batch.asks, strict=True)):
        _, answer = await given(site, request, msgspec.json.encode(ask), "page", token)
        if not answer.done:
            wrong = Wrong("lines", f"Line {number}", answer.why or "", answer.needs or "")
            status = HTTPStatus(problems.of_answer(answer).status)
            return Sent(ask.id, done=done, wrong=(wrong,)), status
    return Sent("", done=len(batch.asks), finished=True), HTTPStatus.OK


def _page(  # noqa: PLR0913 - what every page of a case takes, and what became of the batch
    site: Site,
    request: Asked,
    caller: Caller,
    case: str,
    sent: Sent,
    status: HTTPStatus = HTTPStatus.OK,
) -> Answered:
    _, _, told = looked(site, request, caller, case, "form")
    answered = case_page("batch.html", TAB, request, caller, told, sent=sent)
    answered.status_code = status.value
    return answered
