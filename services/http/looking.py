"""Answer what is read: every view of a case, every list, each with the eyes of the caller."""

from typing import Any, Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from ledger.errors import DecodeError, RuleViolation
from services.http.conditions import tag
from services.http.door import Caller
from services.http.lists import JSON, answered, limit_of, page_of, wants_csv
from services.http.readings import CASES, MANY, ONES, WHOLES, Many, One, Whole
from services.http.site import ENCODER, Asked, Site, check_query
from services.reading import listing
from services.reading.eyes import Eyes
from services.reading.showing import Shown

CASE: Final = "/api/cases/{case:str}"


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of what is read."""
    return [
        _all_of(site, CASES, ["/api/cases", "/api/cases.csv"]),
        _found(site),
        *(_one(site, reading) for reading in ONES),
        *(_whole(site, reading) for reading in WHOLES),
        *(_of_case(site, reading) for reading in MANY),
        *(_all_of(site, r, [f"/api/{r.name}", f"/api/{r.name}.csv"]) for r in MANY),
    ]


def path_of(reading: One) -> str:
    """Return the path of a view of a case; `show` is the case itself."""
    return CASE if reading.name == "show" else f"{CASE}/{reading.name}"


def _one(site: Site, reading: One) -> HTTPRouteHandler:
    @get(path_of(reading), name=f"case {reading.name}")
    async def look(request: Asked, case: FromPath[str]) -> Response[bytes]:
        def work(caller: Caller) -> Response[bytes]:
            given = check_query(request, "as", *reading.parameters, repeated=reading.repeated)
            for name in reading.required:
                if name not in given:
                    raise DecodeError(name, "is needed", "a moment")
            eyes = site.eyes(caller, request, reading.name)
            told = reading.read(eyes, site.case(caller, case), given)
            headers = {"etag": tag(seen_in(told))} if isinstance(told, Shown) else {}
            return Response(ENCODER.encode(told), media_type=JSON, headers=headers)

        return await site.seeing(request, work)

    return look


def _whole(site: Site, reading: Whole) -> HTTPRouteHandler:
    @get(f"/api/{reading.name}", name=reading.name)
    async def look(request: Asked) -> Response[bytes]:
        def work(caller: Caller) -> Response[bytes]:
            given = check_query(request, "as", *reading.parameters, repeated=reading.repeated)
            if caller.guest.case_id is not None:
                raise RuleViolation(
                    "viewer_is_within_role", "this session is for one case", "an operator's"
                )
            eyes = site.eyes(caller, request, reading.name)
            return Response(ENCODER.encode(reading.read(eyes, given)), media_type=JSON)

        return await site.seeing(request, work)

    return look


def seen_in(shown: Shown) -> dict[str, int]:
    """Tell the last sequence of each room that somebody is shown."""
    seen: dict[str, int] = {}
    for entry in shown.timeline:
        room, _, seq = entry.entry.rpartition(":")
        seen[room] = max(seen.get(room, 0), int(seq))
    return seen


def _of_case(site: Site, reading: Many) -> HTTPRouteHandler:
    path = f"{CASE}/{reading.name}"

    @get([path, f"{path}.csv"], name=f"case {reading.name}")
    async def look(request: Asked, case: FromPath[str]) -> Response[bytes]:
        return await site.seeing(
            request, lambda caller: _listed(site, request, reading, caller, case)
        )

    return look


def _all_of(site: Site, reading: Many, paths: list[str]) -> HTTPRouteHandler:
    @get(paths, name=f"all {reading.name}")
    async def look(request: Asked) -> Response[bytes]:
        return await site.seeing(
            request, lambda caller: _listed(site, request, reading, caller, None)
        )

    return look


def _listed(
    site: Site, request: Asked, reading: Many, caller: Caller, case: str | None
) -> Response[bytes]:
    check_query(request, "as", *reading.parameters)
    if not reading.past and "at" in request.query_params:
        raise DecodeError("at", "this list is of now alone", "leave it out")
    eyes = site.eyes(caller, request, reading.name)
    named = site.own_case(caller) if case is None else site.case(caller, case)
    return paged(request, reading, reading.read(eyes, named), eyes)


def paged(request: Asked, reading: Many, items: Any, eyes: Eyes) -> Response[bytes]:  # noqa: ANN401 - whatever a view yields
    """Answer with the page that a request asks for."""
    limit = limit_of(request.query_params.get("limit"))
    page = page_of(reading, items, request.query_params.get("after"), limit)
    response = answered(request, page, as_csv=wants_csv(request))
    if eyes.faults:
        response.headers["x-cases-not-read"] = str(len(eyes.faults))
    return response


def _found(site: Site) -> HTTPRouteHandler:
    @get(["/api/find", "/api/find.csv"], name="find")
    async def find(request: Asked) -> Response[bytes]:
        def work(caller: Caller) -> Response[bytes]:
            check_query(request, "as", "words", *CASES.parameters)
            words = request.query_params.get("words", "")
            if not words.strip():
                raise DecodeError("words", "are needed", "words or parts of words")
            eyes = site.eyes(caller, request, "find")
            own = site.own_case(caller)
            found = listing.find(eyes, words)
            mine = (one for one in found if own in (None, one.case_id.replace("-", "")))
            return paged(request, CASES, mine, eyes)

        return await site.seeing(request, work)

    return find
