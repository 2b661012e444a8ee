"""Note before every answer in which language it is to be, and remember a choice."""

from http.cookies import CookieError, SimpleCookie
from typing import Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from services.http import languages
from services.http.languages import WISH, Wish

FOR_PROGRAMS: Final = ("/api", "/health", "/ready", "/static")
"""Where answers are for programs: never translated."""
FILES: Final = (".json", ".csv")
"""How the address of a page ends that is wanted as a file; that is for programs, too."""
_A_YEAR_S: Final = 31_536_000


def is_for_people(path: str) -> bool:
    """Tell whether an address is a page's."""
    return not path.startswith(FOR_PROGRAMS) and not path.endswith(FILES)


class Speaking:
    """Stand before the application, and know whom it speaks to."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        """Prepare.

        Args:
            app: What answers.
            is_secure: Whether people reach it over TLS.
        """
        self._app = app
        self._secure = "; Secure" * is_secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP or not is_for_people(scope["path"]):
            await self._app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        chosen = languages.asked_for(query)
        code = chosen or _remembered(scope)
        added = [(b"content-language", code.encode())]
        if chosen is not None:
            added.append((b"set-cookie", self._cookie(code).encode()))

        async def speak(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        token = WISH.set(Wish(code, query if scope["method"] == "GET" else None))
        try:
            await self._app(scope, receive, speak)
        finally:
            WISH.reset(token)

    def _cookie(self, code: str) -> str:
        return (
            f"{languages.COOKIE}={code}; Path=/; Max-Age={_A_YEAR_S}; HttpOnly; SameSite=Lax"
            + self._secure
        )


def _remembered(scope: HTTPScope) -> str:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    before = _chosen_before(headers.get(b"cookie", ""))
    return languages.remembered(before, headers.get(b"accept-language", ""))


def _chosen_before(cookies: str) -> str | None:
    try:
        found = SimpleCookie(cookies).get(languages.COOKIE)
    except CookieError:
        return None
    return None if found is None else found.value
