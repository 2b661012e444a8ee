"""Show what belongs to one piece of work together, with the forms for it.

The session sheet, the preparation, the settlement and the evaluation.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from ledger.catalogue import COMMANDS
from ledger.envelope import tag_of
from ledger.errors import RuleViolation
from ledger.prospects import Prospect
from services.http.door import Caller
from services.http.languages import label
from services.http.screens.frame import Answered, case_page, looked, shown
from services.http.screens.sections import SESSION, SHEETS, Section
from services.http.site import Asked, Site, check_query
from services.reading.looking import Kept
from services.reading.nexts import next_seen
from services.reading.timeline import Entry, marks, said, some


class Part(Struct, frozen=True):
    """A part of a sheet, filled.

    Attributes:
        section: Which.
        entries: What it lists.
        acts: Forms that may be given now, each with its address.
    """

    section: Section
    entries: tuple[Entry, ...]
    acts: tuple[tuple[Prospect, str], ...]


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the sheets."""
    return [*(_sheet(site, name) for name in SHEETS), _sessions(site), _session(site)]


def _sheet(site: Site, name: str) -> HTTPRouteHandler:
    title, sections = SHEETS[name]

    @get(f"/cases/{{case:str}}/{name}", name=f"page of the {name}")
    async def sheet(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            return _page(site, request, caller, case, _Sheet(name, title, sections))

        return await shown(site, request, work)

    return sheet


def _sessions(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/sessions", name="page of the sessions")
    async def sessions(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            found = _Sheet("sessions", label("Sessions"), SESSION[:1])
            return _page(site, request, caller, case, found)

        return await shown(site, request, work)

    return sessions


def _session(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/sessions/{session:str}", name="page of a session")
    async def sheet(request: Asked, case: FromPath[str], session: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            found = _Sheet("sessions", label("Session sheet"), SESSION, session)
            return _page(site, request, caller, case, found)

        return await shown(site, request, work)

    return sheet


class _Sheet(Struct, frozen=True):
    """A sheet asked for: its tab, heading, sections and, of one session, its id."""

    tab: str
    title: str
    sections: tuple[Section, ...]
    session: str | None = None


def _page(site: Site, request: Asked, caller: Caller, case: str, sheet: _Sheet) -> Answered:
    check_query(request, "as", "at")
    eyes, look, told = looked(site, request, caller, case, sheet.tab)
    if sheet.session not in (None, *(one.session_id for one in told.sessions)):
        needs = "a session, as the page of sessions lists them"
        raise RuleViolation("session_is_known", "there is no such session here", needs)
    past = "at" in request.query_params
    may = () if past else [a for a in next_seen(eyes, site.case(caller, case)).acts if a.may]
    types = {tag for section in sheet.sections for tag in section.types}

    def wanted(kept: Kept) -> bool:
        return tag_of(type(kept.frame.event)) in types and _is_of(kept, sheet.session)

    entries = some(look, eyes.zone(look), wanted)
    parts = [_part(section, entries, may, sheet.session) for section in sheet.sections]
    return case_page(
        "sheet.html",
        sheet.tab,
        request,
        caller,
        told,
        title=sheet.title,
        parts=parts,
        session=sheet.session,
        batch=any(act.by == "mediator" for act in may),
        marks=marks,
        said=said,
    )


def _part(
    section: Section, entries: Iterable[Entry], may: Iterable[Prospect], session: str | None
) -> Part:
    listed = tuple(entry for entry in entries if entry.type in section.types)
    acts = tuple((act, _query(act, session)) for act in may if act.command in section.commands)
    return Part(section, listed, acts)


def _is_of(kept: Kept, session: str | None) -> bool:
    """Tell whether an entry belongs to a session; one that names none belongs to each."""
    named = getattr(kept.frame.event, "session_id", None)
    return session is None or not isinstance(named, str) or named == session


def _query(act: Prospect, session: str | None) -> str:
    named = session is not None and "session_id" in COMMANDS[act.command].__struct_fields__
    return urlencode({"_by": act.by, **({"session_id": session} if named else {})})
