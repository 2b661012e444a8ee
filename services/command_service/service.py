"""The service `goodoffices` on NATS: endpoints `cmd.<subscriber>.act`, `.receipt`, `.view`.

Who asks is what the server says: the account in `Nats-Request-Info`, which it writes over whatever
a caller forged. The caller chooses where the answer goes, so this connection may publish to
inboxes alone.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import Final

import msgspec
import nats.micro
import structlog
from msgspec import Struct
from nats.aio.client import Client
from nats.micro.request import Request
from nats.micro.service import EndpointConfig, ServiceConfig

from ledger.answer import Answer, failed
from ledger.errors import CaseBusy, LedgerError, RuleViolation, StoreFault
from ledger.identity import Operator
from services import traces
from services.answers import EXIT_OF_FAILURE
from services.command_service.asking import encoded, known_caller, proof, view
from services.command_service.lanes import Lane
from services.house import House
from services.nats.accounts import Credentials
from services.nats.connect import BROKEN, keep_working, until

log = structlog.get_logger()

NAME: Final = "goodoffices"
PREFIX: Final = "cmd"
INFO: Final = "Nats-Request-Info"
TRACE: Final = "traceparent"
VIEWS_AT_ONCE: Final = 4
RECEIPTS_AT_ONCE: Final = 8
ASKED_MAX: Final = 1_024
CODES: Final = {0: "200", 1: "409", 2: "400", 3: "503"}
"""By the exit status the command line would have: done, refused, misuse, try again."""

Name = Callable[[str], str | None]
Handler = Callable[[Operator, bytes], Awaitable[Answer | bytes]]


class _Info(Struct):
    """What the server says of who asks.

    Attributes:
        account: Public key of its account.
    """

    account: str = msgspec.field(default="", name="acc")


_INFO: Final = msgspec.json.Decoder(_Info)


class CommandService:
    """Answer subscribers through the desk, as the operators that bear their names."""

    def __init__(self, house: House, credentials: Credentials, subscriber_of: Name | None) -> None:
        """Prepare; nothing is answered yet.

        Args:
            house: The ledger, its desk and its views.
            credentials: Of the user `commands`.
            subscriber_of: Names the subscriber whose account has a public key. Without it the
                subject alone names the caller: no account may say anything but `cmd.<its name>.>`.
        """
        self._house = house
        self._credentials = credentials
        self._subscriber_of = subscriber_of
        self._known: dict[str, str] = {}
        self._views = Lane("view", VIEWS_AT_ONCE)
        self._receipts = Lane("receipt", RECEIPTS_AT_ONCE)
        self._accesses = house.accesses  # made before several threads ask for it
        self._answering: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until stopped, through outages of the broker of any length."""
        await until(stop, keep_working(self._credentials, name="commands", work=self._attend))

    def close(self) -> None:
        """Let go of the threads."""
        self._views.close()
        self._receipts.close()

    async def _attend(self, client: Client) -> None:
        config = ServiceConfig(
            name=NAME,
            version=version("good-offices-ledger"),
            description="Commands, receipts and views of a mediation ledger",
            metadata={"schema": "docs/asyncapi.json"},
        )
        service = await nats.micro.add_service(client, config)
        for name, handler in self._endpoints().items():
            subject = f"{PREFIX}.*.{name}"
            await service.add_endpoint(
                EndpointConfig(name=name, subject=subject, handler=partial(self._take, handler))
            )
        await asyncio.Event().wait()  # until the connection is lost, or somebody stops us

    def _endpoints(self) -> dict[str, Handler]:
        return {"act": self._act, "receipt": self._receipt, "view": self._view}

    async def _take(self, handler: Handler, request: Request) -> None:
        """Hand a question over to a task: an endpoint takes its questions one after another."""
        task = asyncio.create_task(self._answer(handler, request))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, handler: Handler, request: Request) -> None:
        """Answer whatever happens; what went wrong with us is told to nobody but the log."""
        endpoint = request.subject.rpartition(".")[2]
        parent = (request.headers or {}).get(TRACE)
        with traces.span(f"{PREFIX} {endpoint}", "SERVER", parent):
            await self._answer_traced(handler, request)

    async def _answer_traced(self, handler: Handler, request: Request) -> None:
        try:
            self._make_room()
            answer = await handler(await asyncio.to_thread(self._caller, request), request.data)
        except LedgerError as error:
            answer = failed("", error)
        except Exception as error:  # noqa: BLE001 - a mistake of ours must not reach the caller
            kind = type(error).__name__
            log.error("commands.fault", kind=kind)  # noqa: TRY400 - its text may quote a content
            answer = failed("", StoreFault("the answer could not be made", "ask the institution"))
        with suppress(*BROKEN):  # who asked asks again, with the same id
            await _respond(request, answer)

    def _make_room(self) -> None:
        if len(self._answering) > ASKED_MAX:
            raise CaseBusy(f"{ASKED_MAX} questions are waiting")

    def _caller(self, request: Request) -> Operator:
        """Recognise who asks by what the server says.

        Raises:
            RuleViolation: caller_is_known, operator_is_known.
        """
        told = (request.headers or {}).get(INFO, "")
        named = request.subject.split(".")[1]
        try:
            account = _INFO.decode(told).account
        except msgspec.DecodeError:
            account = ""
        if not account or not self._is(account, named):
            raise RuleViolation(
                "caller_is_known", "the broker does not say who asks", "a feed's own credentials"
            )
        return known_caller(self._house, named)

    def _is(self, account: str, named: str) -> bool:
        """Tell whether an account is a subscriber's; an account never changes hands."""
        if self._subscriber_of is None:
            return True
        if account not in self._known and (found := self._subscriber_of(account)) is not None:
            self._known[account] = found
        return self._known.get(account) == named

    async def _act(self, operator: Operator, body: bytes) -> Answer:
        with traces.span("desk"):
            return await asyncio.wrap_future(self._house.desk.submit(body, operator, "nats"))

    async def _receipt(self, operator: Operator, body: bytes) -> bytes:
        return await self._receipts.do(partial(proof, self._house, operator, body))

    async def _view(self, operator: Operator, body: bytes) -> bytes:
        return await self._views.do(partial(view, self._house, operator, body))


async def _respond(request: Request, answer: Answer | bytes) -> None:
    """Send an answer; what was not done has the headers of a service's error, too."""
    if isinstance(answer, bytes):
        await request.respond(answer)
    elif answer.done:
        await request.respond(encoded(answer))
    else:
        code = CODES[EXIT_OF_FAILURE[answer.failure or "refused"]]
        told = answer.rule or answer.failure or "refused"
        await request.respond_error(code, told, encoded(answer))
