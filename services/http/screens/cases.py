"""Show somebody the cases they may see: all, those found, those that wait for them."""

from collections.abc import Mapping
from typing import Any, Final, get_args
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler

from ledger.errors import DecodeError
from ledger.follow_up.state import Outcome
from ledger.parties import Phase
from services.http.door import Caller
from services.http.lists import limit_of, page_of
from services.http.readings import CASES
from services.http.rendering import page
from services.http.screens.frame import HOME, Answered, shown
from services.http.site import Asked, Site, check_query
from services.reading import waiting
from services.reading.waiting import Wanted

FILTERS: Final = ("words", "phase", "outcome", "waits")
PHASES: Final = tuple(phase.value for phase in Phase if phase is not Phase.NONE)
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)
WORDS_MAX: Final = 200


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the list of cases."""
    return [_cases(site)]


def _cases(site: Site) -> HTTPRouteHandler:
    @get(HOME, name="page of cases")
    async def cases(request: Asked) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "after", "limit", *FILTERS)
            given = dict(request.query_params)
            wanted = _wanted(given)
            eyes = site.eyes(caller, request, "find" if wanted.words else "cases")
            own = site.own_case(caller)
            listed = waiting.cases(eyes, own, wanted)
            mine = (one for one in listed if own in (None, one.case_id.replace("-", "")))
            part = page_of(CASES, mine, given.get("after"), limit_of(given.get("limit")))
            context = {
                "rows": [(one, _named(one)) for one in part.items],
                "wanted": wanted,
                "kept": {"as": given["as"]} if "as" in given else {},
                "phases": PHASES,
                "outcomes": OUTCOMES,
                "further": _further(given, part.last),
            }
            return page("cases.html", caller, context)

        return await shown(site, request, work)

    return cases


def _wanted(given: Mapping[str, str]) -> Wanted:
    """Read which cases are wanted.

    Raises:
        DecodeError: There is no such phase or outcome, or the words are too many.
    """
    words = given.get("words", "").strip()
    if len(words) > WORDS_MAX:
        raise DecodeError("words", "are too long", f"{WORDS_MAX} characters at most")
    for name, known in (("phase", PHASES), ("outcome", OUTCOMES), ("waits", ("yes",))):
        if given.get(name, "") not in ("", *known):
            raise DecodeError(name, "is not known here", ", ".join(known))
    return Wanted(
        words=words,
        phase=given.get("phase", ""),
        outcome=given.get("outcome", ""),
        waits=given.get("waits") == "yes",
    )


def _further(given: Mapping[str, str], last: str | None) -> str | None:
    """Write the address of the next page of the list, None where there is none."""
    if last is None:
        return None
    kept = {name: value for name, value in given.items() if name not in ("after", "lang")}
    return f"{HOME}?{urlencode({**kept, 'after': last})}"


def _named(case: Any) -> str:  # noqa: ANN401 - Mine, whose names are those of Listed
    return str(case.number or case.external_ref or case.case_id)
