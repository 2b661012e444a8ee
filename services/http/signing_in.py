"""Sign in and out, for programs: a code against a token."""

from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, delete, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from services.desk import read_json
from services.http import codes
from services.http.door import Caller
from services.http.lists import JSON
from services.http.site import ENCODER, Asked, Site, check_query
from services.http.writing import check_type

SESSION: Final = "/api/session"
UNKNOWN: Final = "unknown"


class Knock(Struct, frozen=True, forbid_unknown_fields=True):
    """What signs in.

    Attributes:
        code: The code of an invitation.
    """

    code: str


class Session(Struct, frozen=True, kw_only=True):
    """Who is signed in.

    Attributes:
        name: Name of the operator, or of the person who speaks for a party.
        roles: What the institution entrusts it with today.
        acting_for: The party it was invited for, None for an operator.
        auth: How it was recognised.
        ends: Last instant of the session, unless it is used before.
        form_token: What a page of the session sends in `X-Form-Token` with everything it changes.
    """

    name: str
    roles: tuple[str, ...]
    acting_for: str | None
    auth: str
    ends: datetime
    form_token: str


class Begun(Session, frozen=True, kw_only=True):
    """A session that was just begun.

    Attributes:
        token: What to send as `Authorization: Bearer`.
    """

    token: str


_KNOCKS: Final = msgspec.json.Decoder(Knock)


def address_of(request: Asked) -> str:
    """Tell where a request comes from."""
    return UNKNOWN if request.client is None else request.client.host


def session_of(caller: Caller) -> Session:
    """Say who is signed in."""
    return Session(
        name=caller.operator.name,
        roles=caller.operator.roles,
        acting_for=caller.viewer,
        auth=caller.operator.auth,
        ends=caller.ends,
        form_token=codes.form_token(caller.token),
    )


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of sessions."""

    @post(SESSION, name="sign in", status_code=201)
    async def sign_in(request: Asked) -> Response[bytes]:
        check_query(request)
        check_type(request, JSON)
        knock = read_json(await request.body(), _KNOCKS, '{"code": "the code of the letter"}')
        token = await site.views.do(lambda: site.door.enter(knock.code, address_of(request)))
        caller = await site.views.do(lambda: site.door.recognise(token, by_cookie=False))
        assert caller is not None, "who was just let in is known"
        begun = Begun(**msgspec.structs.asdict(session_of(caller)), token=token)
        return Response(ENCODER.encode(begun), status_code=201, media_type=JSON)

    @get(SESSION, name="session")
    async def session(request: Asked) -> Response[bytes]:
        check_query(request)
        told = await site.seeing(request, session_of)
        return Response(ENCODER.encode(told), media_type=JSON)

    @delete(SESSION, name="sign out", status_code=204)
    async def sign_out(request: Asked) -> None:
        check_query(request)
        await site.seeing(request, lambda caller: site.door.leave(caller.token))

    return [sign_in, session, sign_out]
