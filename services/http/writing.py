"""Take commands: the same desk, the same rules and the same answers as everywhere."""

import asyncio
from concurrent.futures import Future
from typing import Final

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from msgspec.structs import replace

from ledger.act import Ask, Command
from ledger.answer import Answer, failed
from ledger.catalogue import DECIDERS
from ledger.envelope import Channel
from ledger.errors import CaseBusy, DecodeError, LedgerError, RuleViolation
from services import traces
from services.desk import read_ask, read_command
from services.http import problems
from services.http.conditions import conditional, wait_for
from services.http.door import Caller
from services.http.lists import JSON
from services.http.site import ENCODER, Asked, Site, check_query
from services.reading.eyes import OVER_HTTP, Eyes
from services.reading.receipts import receipted

COMMANDS: Final = "/api/commands"
APPLIED: Final = "preference-applied"


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of what is written."""

    @post(COMMANDS, name="command", status_code=200)
    async def act(request: Asked) -> Response[bytes]:
        check_query(request)
        check_type(request, JSON)
        body = await request.body()
        caller, answer = await given(site, request, body, "api")
        return await _answered(site, request, caller, answer)

    return [act]


def check_type(request: Asked, *kinds: str) -> None:
    """Refuse a body of another kind.

    Raises:
        WrongType: It is not one of these.
    """
    if request.content_type[0] not in kinds:
        raise problems.WrongType(kinds)


async def given(
    site: Site, request: Asked, body: bytes, channel: Channel, form: str | None = None
) -> tuple[Caller, Answer]:
    """Give a command to the desk as the caller; answer once it is durable.

    Args:
        site: The ledger on the network.
        request: What is asked.
        body: The command, as JSON.
        channel: How it came.
        form: The token of the form it came by, None where that stands in a header.

    Raises:
        RuleViolation: caller_is_known, form_is_ours.
        CaseBusy: Too much waits already.
    """
    if_match = request.headers.get("if-match")

    def send(caller: Caller) -> "tuple[Caller, Future[Answer]]":
        return caller, submitted(site, caller, body, if_match, channel)

    caller, future = await site.seeing(request, send, form)
    with traces.span("desk") as mark:
        answer = await asyncio.wrap_future(future)
        mark.note("goodoffices.outcome", "done" if answer.done else answer.failure or "refused")
    return caller, answer


def submitted(
    site: Site, caller: Caller, body: bytes, if_match: str | None, channel: Channel
) -> "Future[Answer]":
    """Queue a command; never raises for what it says."""
    command_id = ""
    desk = site.house.desk
    try:
        ask = read_ask(body)
        command_id = ask.id
        command = read_command(ask, body)
        ask = conditional(ask, if_match)
        if caller.guest.case_id is None:
            return desk.send(ask, command, caller.operator, channel)
        ask = _bound(site, caller, ask, command)
        return desk.send_to(caller.guest.case_id, ask, command, caller.operator, channel)
    except LedgerError as error:
        done: Future[Answer] = Future()
        done.set_result(failed(command_id, error))
        return done


def _bound(site: Site, caller: Caller, ask: Ask, command: Command) -> Ask:
    """Hold who was invited to one case for one party to that case and that party.

    Raises:
        DecodeError: No case is named.
        RuleViolation: case_is_known, operator_may_act_for.
    """
    of_institution = DECIDERS[type(command)][0] == "institution"
    if ask.case is None or command.opens or of_institution:
        raise DecodeError("case", "this session is for one case", "that case")
    site.door.roll.case_called(caller.guest, ask.case)
    if ask.acting_for not in (None, caller.viewer) or ask.actor not in (
        None,
        caller.operator.person,
    ):
        raise RuleViolation(
            "operator_may_act_for",
            f"{caller.operator.person} acts for {caller.viewer} alone here",
            "an act of its own",
        )
    return replace(ask, acting_for=caller.viewer)


async def _answered(site: Site, request: Asked, caller: Caller, answer: Answer) -> Response[bytes]:
    """Answer, once the view or the seal that was preferred is there."""
    if not answer.done:
        return problems.response(problems.of_answer(answer))
    wait = wait_for(request.headers.get("prefer"))
    if wait is None:
        return _done(answer)
    try:
        if wait == "view":
            await site.views.do(site.house.views.bring_to_head)
            return _done(answer, wait)
        own = Eyes(site.house, caller.operator, caller.viewer, command=f"{OVER_HTTP}act")
        (proved,) = await site.proofs.do(lambda: receipted(own, [answer]))
    except CaseBusy:
        return _done(answer)  # it is recorded, whatever else did not come in time
    return _done(proved, wait)


def _done(answer: Answer, applied: str | None = None) -> Response[bytes]:
    headers = {} if applied is None else {APPLIED: f"wait={applied}"}
    return Response(ENCODER.encode(answer), media_type=JSON, headers=headers)
