"""Show the audit trail of a case: sifted, counted, page by page; the same rows as JSON and CSV."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from ledger.errors import DecodeError
from services.http.door import Caller
from services.http.languages import PARAMETER, label
from services.http.lists import Page, answered, limit_of
from services.http.screens.frame import KEPT, Answered, case_page, shown
from services.http.site import Asked, Site, check_query
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.showing import shown as showing
from services.reading.sifting import (
    PARAMETERS,
    Facet,
    Row,
    Sifted,
    later_s,
    read_sought,
    sift,
)
from services.reading.sources import from_record
from services.reading.trail import corrections, entries, with_seals

TAB: Final = "audit"
CASE: Final = "/cases/{case:str}"
LABELS: Final = {
    "type": label("Type"),
    "room": label("Room"),
    "actor": label("Who acted"),
    "acting_for": label("For whom"),
    "entered_by": label("Entered by"),
    "channel": label("Channel"),
    "late": label("Recorded late"),
    "irregular": label("Irregular"),
    "corrected": label("Corrected or void"),
    "contested": label("Contested"),
    "erased": label("Erased"),
    "signed": label("Signed by its actor"),
}
"""What people read of each facet."""


class Choice(NamedTuple):
    """One value that can be chosen.

    Attributes:
        value: It.
        entries: How many there are of it.
        query: Of the address with it chosen, or no longer.
        is_chosen: Whether it is.
    """

    value: str
    entries: int
    query: str
    is_chosen: bool


class Choosing(NamedTuple):
    """What there is to choose of one kind.

    Attributes:
        name: Of the parameter.
        label: What people read.
        choices: In order.
        chosen: What is chosen, None where nothing is.
    """

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: str | None


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the audit trail of a case."""
    return [_trail(site)]


def _trail(site: Site) -> HTTPRouteHandler:
    path = f"{CASE}/audit"

    @get([path, f"{path}.json", f"{path}.csv"], name="page of an audit trail")
    async def trail(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, *KEPT, "after", "limit", *PARAMETERS)
            eyes = site.eyes(caller, request, "audit")
            look = eyes.look(site.case(caller, case))
            given = dict(request.query_params)
            rows = list(entries(from_record(look)))
            sifted = sift(rows, read_sought(given, eyes.zone(look)))
            part = part_of(rows, sifted, given.get("after"), limit_of(given.get("limit")))
            part = part._replace(items=list(with_seals(eyes, part.items)))
            if not request.url.path.endswith("/audit"):
                return answered(request, part, as_csv=request.url.path.endswith(".csv"))
            return _page(request, caller, (eyes, look), sifted, part)

        return await shown(site, request, work)

    return trail


def part_of(rows: Sequence[Row], sifted: Sifted, after: str | None, limit: int) -> Page:
    """Cut a page out of a sifted trail.

    Args:
        rows: The whole trail.
        sifted: What is wanted of it.
        after: Any entry of the trail, behind which the page begins.
        limit: Most entries of it.

    Raises:
        DecodeError: The trail has no such entry.
    """
    places = {row["event_id"]: place for place, row in enumerate(rows)}
    if after and after not in places:
        raise DecodeError("after", "names nothing in this list", "the list from its beginning")
    since = places[after] if after else -1
    found: list[Any] = [row for row in sifted.rows if places[row["event_id"]] > since]
    last = found[limit - 1]["event_id"] if len(found) > limit else None
    return Page(found[:limit], last)


def _page(
    request: Asked, caller: Caller, seen: tuple[Eyes, Look], sifted: Sifted, part: Page
) -> Answered:
    eyes, look = seen
    told, given = showing(look, eyes), given_in(request)
    return case_page(
        "audit.html",
        TAB,
        request,
        caller,
        told,
        rows=[(row, remarks(row)) for row in part.items],
        matching=len(sifted.rows),
        total=sifted.total,
        facets=choosing(sifted.facets, given),
        given={name: given.get(name, "") for name in ("from", "to")},
        hidden=hidden_in(given),
        **addresses(given, part),
    )


def given_in(request: Asked) -> dict[str, str]:
    """Return what an address says; the language is remembered elsewhere."""
    return {n: text for n, text in request.query_params.items() if text and n != PARAMETER}


def kept_in(request: Asked) -> str:
    """Write what a link takes along, as the end of an address."""
    return query({name: text for name, text in given_in(request).items() if name in KEPT})


def remarks(row: Row) -> list[str]:
    """Say what is unusual about an entry of a trail."""
    late = later_s(row)
    found = [] if late is None else [f"recorded {words.span(late)} later"]
    found += [f"irregular: {mark.rule}" for mark in row["irregular"]]
    return [*found, *corrections(dict(row))]


def hidden_in(given: Mapping[str, str]) -> list[tuple[str, str]]:
    """List what the form for days takes along; it begins with the first page."""
    return [(n, text) for n, text in given.items() if n not in ("from", "to", "after")]


def addresses(given: Mapping[str, str], part: Page) -> dict[str, str | None]:
    """Write where a list leads: on, back, to everything, and to itself in other forms."""
    around = {name: given[name] for name in KEPT if name in given}
    sifting = {name: text for name, text in given.items() if name != "after"}
    return {
        "next": None if part.last is None else query({**sifting, "after": part.last}),
        "first": query(sifting) if "after" in given else None,
        "everything": query(around) if sifting.keys() - around - {"limit"} else None,
        "as_file": query(given),
        "kept": query(around),
    }


def choosing(facets: Sequence[Facet], given: Mapping[str, str]) -> list[Choosing]:
    """Write what there is to choose as addresses; choosing begins with the first page."""
    plain = {name: text for name, text in given.items() if name != "after"}
    return [
        Choosing(
            name=facet.name,
            label=LABELS[facet.name],
            choices=tuple(_choice(plain, facet, *counted) for counted in facet.counts),
            chosen=facet.chosen,
        )
        for facet in facets
    ]


def _choice(given: Mapping[str, str], facet: Facet, value: str, count: int) -> Choice:
    chosen = value == facet.chosen
    others = {name: text for name, text in given.items() if name != facet.name}
    return Choice(value, count, query(others if chosen else {**others, facet.name: value}), chosen)


def query(given: Mapping[str, str]) -> str:
    """Write parameters as the end of an address, nothing where there are none."""
    return f"?{urlencode(given)}" if given else ""
