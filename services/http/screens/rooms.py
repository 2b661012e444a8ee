"""Show the rooms of a case: which one somebody is in, who else reads it, what is said there."""

from typing import Final
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from ledger.errors import RuleViolation
from ledger.rooms import KINDS, kind_of
from services.http.door import Caller
from services.http.languages import label
from services.http.screens.frame import Answered, case_page, looked, shown
from services.http.site import Asked, Site, check_query
from services.reading.looking import Look
from services.reading.nexts import next_seen
from services.reading.readers import Reader, readers_of, rooms_written
from services.reading.timeline import marks, said, some

TAB: Final = "rooms"
SIGNS: Final = {
    "joint": label("JOINT: everybody in the case reads this"),
    "caucus": label("IN CONFIDENCE: this side and the mediators read this"),
    "party": label("MY SIDE ONLY: nobody else reads this"),
    "group": label("SOME PARTIES: those named and the mediators read this"),
    "desk": label("AT THE DESK: this party and the registry read this"),
    "mediators": label("MEDIATORS ONLY: nobody else reads this"),
}
"""What says in which room somebody is, in words that cannot be mistaken for another's."""
OTHER: Final = label("OFFICE: the institution reads this")
SPOKEN: Final = (
    "record-statement",
    "receive-in-caucus",
    "submit-statement",
    "draft-proposal",
    "comment-draft",
    "note-barrier",
    "note-strategy",
)
"""Commands by which something is said in a room, the usual one first."""


class Place(Struct, frozen=True):
    """A room as its page shows it.

    Attributes:
        name: Its name.
        sign: What says which it is.
        readers: Who reads it.
        count: How many of its entries the viewer sees.
    """

    name: str
    sign: str
    readers: tuple[Reader, ...]
    count: int


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the rooms."""
    return [_rooms(site), _room(site)]


def _rooms(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/rooms", name="page of the rooms")
    async def rooms(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            _, look, told = looked(site, request, caller, case, TAB)
            names = sorted(look.rights, key=lambda name: (KINDS.index(kind_of(name)), name))
            places = [_place(site, look, name) for name in reversed(names) if _is_there(look, name)]
            return case_page("rooms.html", TAB, request, caller, told, places=places)

        return await shown(site, request, work)

    return rooms


def _room(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/rooms/{room:str}", name="page of a room")
    async def page_of_room(request: Asked, case: FromPath[str], room: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, "as", "at")
            eyes, look, told = looked(site, request, caller, case, TAB)
            if room not in look.rights or not _is_there(look, room):
                needs = "a room, as the page of rooms lists them"
                raise RuleViolation("room_is_known", "there is no such room here", needs)
            past = "at" in request.query_params
            may = () if past else next_seen(eyes, site.case(caller, case)).acts
            acts = [a for a in may if a.may and room in rooms_written(look, a.command, a.by)]
            spoken = [act for act in acts if act.command in SPOKEN]
            return case_page(
                "room.html",
                TAB,
                request,
                caller,
                told,
                place=_place(site, look, room),
                written=some(look, eyes.zone(look), lambda kept: kept.frame.room == room),
                spoken=sorted(spoken, key=lambda act: SPOKEN.index(act.command)),
                acts=[act for act in acts if act.command not in SPOKEN],
                query=lambda act: urlencode({"_by": act.by, "_room": room}),
                marks=marks,
                said=said,
            )

        return await shown(site, request, work)

    return page_of_room


def _is_there(look: Look, room: str) -> bool:
    """Tell whether a room is shown: those of one's own always, others once they hold something."""
    return room in look.case.last or kind_of(room) in SIGNS


def _place(site: Site, look: Look, room: str) -> Place:
    count = sum(kept.frame.room == room for kept in look.kept)
    sign = SIGNS.get(kind_of(room), OTHER)
    return Place(room, sign, readers_of(look, room, site.house), count)
