"""Show the release desk, and let a side release what it told in confidence, by the sentence."""

from collections.abc import Mapping
from typing import Final

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from ledger.errors import RuleViolation
from services.clock import new_id
from services.http.door import Caller
from services.http.drawing import Wish
from services.http.screens.forms import given_by
from services.http.screens.frame import FORM_FIELD, Answered, case_page, fields_of, looked, shown
from services.http.site import Asked, Site, check_query
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.readers import Audience, readers_of
from services.reading.releases import Released, release_desk
from services.reading.sentences import sentences

TAB: Final = "rooms"
AUTHORISE: Final = "authorise-disclosure"
CONVEY: Final = "convey-information"


class Line(Struct, frozen=True):
    """A line of the desk.

    Attributes:
        told: As the reading tells it.
        sentences: Its words, by the sentence; empty where they are not shown.
        id: Id of the command that would release it.
    """

    told: Released
    sentences: tuple[str, ...]
    id: str


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the release desk."""
    return [_desk(site), _release(site)]


def _desk(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/release", name="page of the release desk")
    async def desk(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            eyes, look, told = looked(site, request, caller, case, "release")
            lines = [_line(one) for one in release_desk(eyes, site.case(caller, case))]
            rooms = dict.fromkeys(line.told.room for line in lines)
            return case_page(
                "release.html",
                TAB,
                request,
                caller,
                told,
                lines=lines,
                others=_others(look),
                audiences=[Audience(one, readers_of(look, one, eyes.house)) for one in rooms],
            )

        return await shown(site, request, work)

    return desk


def _line(one: Released) -> Line:
    return Line(one, sentences(one.words or ""), new_id())


def _others(look: Look) -> dict[str, str]:
    """Name the parties who may be told, each as it is called."""
    return {party: look.names.get(party, "") for party in look.case.intake.parties}


def _release(site: Site) -> HTTPRouteHandler:
    @post("/cases/{case:str}/release", name="release sentences by a page", status_code=303)
    async def release(request: Asked, case: FromPath[str]) -> Answered:
        check_query(request)
        typed = await fields_of(request)

        def read(caller: Caller) -> Wish:
            eyes = site.eyes(caller, request, "release")
            line = _chosen(eyes, site.case(caller, case), typed.get("entry", ""))
            if typed.get("tell"):
                return Wish(case, CONVEY, _told(line, typed))
            return Wish(case, AUTHORISE, _released(line, typed))

        wish = await shown(site, request, read, typed.get(FORM_FIELD, ""))
        return await given_by(site, request, wish) if isinstance(wish, Wish) else wish

    return release


def _chosen(eyes: Eyes, case: str, entry: str) -> Released:
    """Find a line of the desk by its entry.

    Raises:
        RuleViolation: entry_is_known; the same for one that is not there or not to be read.
    """
    line = next((one for one in release_desk(eyes, case) if one.entry == entry), None)
    if line is None:
        raise RuleViolation("entry_is_known", "there is no such line at this desk")
    return line


def _kept(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: typed[name] for name in (FORM_FIELD, "_id", "valid_until") if name in typed}


def _released(line: Released, typed: Mapping[str, str]) -> dict[str, str]:
    """Fill in the form of a release with the sentences chosen, word by word as they were said."""
    parts = sentences(line.words or "")
    chosen = [text for n, text in enumerate(parts, 1) if typed.get(f"sentence:{n}")]
    told = [name.partition(":")[2] for name in typed if name.startswith("to:")]
    return {
        **_kept(typed),
        "item_id": line.item_id or "",
        "wording": " ".join(chosen),
        "recipients": "\n".join(told),
    }


def _told(line: Released, typed: Mapping[str, str]) -> dict[str, str]:
    """Fill in the form of a telling with the very words of the release."""
    return {
        **_kept(typed),
        "owner": line.owner or "",
        "authorisation_id": line.authorisation_id or "",
        "wording": line.words or "",
    }
