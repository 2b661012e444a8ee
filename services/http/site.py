"""Hold what every handler works with, and do its work as the caller it comes from."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

import msgspec
from litestar import Request

from ledger.errors import DecodeError, RuleViolation
from services.command_service.lanes import Lane
from services.house import House
from services.http import codes
from services.http.door import Caller, Door
from services.http.issuers import issuer_of
from services.http.languages import NAMES, PARAMETER
from services.http.speaking import is_for_people
from services.reading.eyes import OVER_HTTP, Eyes

Asked: TypeAlias = Request[Any, Any, Any]
Result = TypeVar("Result")

VIEWS_AT_ONCE: Final = 4
PROOFS_AT_ONCE: Final = 8
NOT_THERE_S: Final = 0.05
ENCODER: Final = msgspec.json.Encoder(order="deterministic")
SAFE: Final = ("GET", "HEAD", "OPTIONS")
FORM_HEADER: Final = "x-form-token"
COOKIE: Final = "goodoffices"
HTTPS_COOKIE: Final = "__Host-goodoffices"


class Site:
    """One ledger on the network.

    Attributes:
        house: The ledger, its desk and its views.
        door: The way in.
        issuer: Who vouches for people besides, None for nobody.
        address: Where people reach it, such as `https://ledger.example/`.
        not_there_s: An answer that something is not there comes at whole multiples of this, so that
            its time does not tell whether it is there for others.
        stop: Set when the server is to end; who sends on and on looks at it.
    """

    def __init__(self, house: House, address: str) -> None:
        """Make ready; nothing is answered yet.

        Args:
            house: The ledger.
            address: Where people reach it.

        Raises:
            StoreFault: The list of guests cannot be opened, others may read `issuer.toml`, or it
                cannot be read.
        """
        self.house = house
        self.address = address
        self.issuer = issuer_of(house.ledger.folder, house.clock)
        self.door = Door(house)
        self.not_there_s = NOT_THERE_S
        self.stop = asyncio.Event()
        self.views = Lane("http", VIEWS_AT_ONCE)
        self.proofs = Lane("http-proof", PROOFS_AT_ONCE)
        self._made_before_threads = (house.views, house.accesses)

    def close(self) -> None:
        """Let go of threads and files."""
        self.views.close()
        self.proofs.close()
        self.door.close()

    @property
    def cookie(self) -> str:
        """Name the cookie; over TLS one that no other host can set."""
        return HTTPS_COOKIE if self.is_secure else COOKIE

    @property
    def is_secure(self) -> bool:
        """Tell whether people reach it over TLS."""
        return self.address.startswith("https:")

    @property
    def origin(self) -> str:
        """Name the origin of its pages."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    # ------------------------------------------------------------ who asks

    def caller(self, request: Asked, *, uses: bool = True, form: str | None = None) -> Caller:
        """Recognise who asks, as the record knows it now.

        Args:
            request: What is asked.
            uses: Whether somebody does something, so that the session is not idle.
            form: The form's own token, None where it stands in a header.

        Raises:
            RuleViolation: caller_is_known, form_is_ours.
        """
        caller = self.caller_or_nobody(request, uses=uses)
        if caller is None:
            raise RuleViolation("caller_is_known", "nobody is signed in", "a session: sign in")
        if request.method not in SAFE and caller.by_cookie:
            self.check_form(caller, request.headers.get(FORM_HEADER, "") if form is None else form)
        return caller

    def caller_or_nobody(self, request: Asked, *, uses: bool = True) -> Caller | None:
        """Recognise who asks; None where nobody is signed in."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self.door.recognise(token.strip(), by_cookie=False, uses=uses)
        cookie = request.cookies.get(self.cookie)
        if cookie is None:
            return None
        return self.door.recognise(cookie, by_cookie=True, uses=uses)

    @staticmethod
    def check_form(caller: Caller, given: str) -> None:
        """Refuse what another site made a browser send.

        Raises:
            RuleViolation: form_is_ours.
        """
        if not codes.same(given, codes.form_token(caller.token)):
            raise RuleViolation(
                "form_is_ours",
                "the request does not come from a page of this session",
                f"the session's token in the header {FORM_HEADER}",
            )

    # ------------------------------------------------------------ with whose eyes

    async def seeing(
        self, request: Asked, work: Callable[[Caller], Result], form: str | None = None
    ) -> Result:
        """Do some reading as the caller, in a thread.

        Args:
            request: What is asked.
            work: What is done.
            form: The token of the form that was sent, None where it stands in a header.

        Raises:
            RuleViolation: caller_is_known; whatever the work raises.
            CaseBusy: Too much waits already.
        """
        return await self.views.do(lambda: work(self.caller(request, form=form)))

    def eyes(self, caller: Caller, request: Asked, command: str) -> Eyes:
        """Take the eyes that a request asks for, as far as the caller has them.

        Raises:
            DecodeError, RuleViolation: As `Eyes`.
        """
        wanted, at = request.query_params.get("as"), request.query_params.get("at")
        if caller.viewer is not None and wanted not in (None, caller.viewer):
            raise RuleViolation(
                "viewer_is_within_role",
                f"this session may not look with the eyes of {wanted}",
                "one's own eyes: no `as`",
            )
        viewer = caller.viewer or wanted
        return Eyes(self.house, caller.operator, viewer, at, command=OVER_HTTP + command)

    def case(self, caller: Caller, text: str) -> str:
        """Return a case as it is looked for; who was invited to one case knows no other.

        Raises:
            RuleViolation: case_is_known.
        """
        if caller.guest.case_id is None:
            return text
        return self.door.roll.case_called(caller.guest, text).hex

    @staticmethod
    def own_case(caller: Caller) -> str | None:
        """Return the only case a caller may know, None where the record says which."""
        return None if caller.guest.case_id is None else caller.guest.case_id.hex


def check_query(request: Asked, *known: str, repeated: tuple[str, ...] = ()) -> dict[str, str]:
    """Refuse a parameter that is not known, or given twice; return those that are given.

    Args:
        request: What is asked.
        known: Names of the parameters that are taken.
        repeated: Which of them may be given several times; their values come a line each.

    Raises:
        DecodeError: There is one, or a line break in one.
    """
    given: dict[str, str] = {}
    if is_for_people(request.scope["path"]):
        known = (*known, PARAMETER)
        _check_language(request.query_params.get(PARAMETER))
    for name, value in request.query_params.multi_items():
        if name not in known:
            accepted = ", ".join(known) or "no parameters"
            raise DecodeError("query", "holds a parameter that is not known here", accepted)
        if name in given and name not in repeated:
            raise DecodeError(name, "is given more than once", "once")
        if name in repeated and "\n" in value:
            raise DecodeError(name, "holds a line break", "one line")
        given[name] = f"{given[name]}\n{value}" if name in given else value
    return given


def _check_language(asked: str | None) -> None:
    if asked is not None and asked not in NAMES:
        raise DecodeError(PARAMETER, "is no language of these pages", ", ".join(NAMES))
