"""Draw a form for a command: what is asked, who acts, in which room, and who will see it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from ledger.catalogue import COMMANDS
from ledger.errors import RuleViolation
from ledger.rooms import kind_of
from services.clock import new_id
from services.http.door import Caller
from services.http.form_fields import Field, Sort, fields_of, filled
from services.http.form_reading import ENVELOPE, Wrong
from services.http.site import Asked, Site
from services.reading.exact import Exact, proposal, settlement
from services.reading.looking import Look
from services.reading.nexts import roles
from services.reading.readers import Audience, readers_of, rooms_written
from services.reading.showing import Shown, headed

FIXED: Final = {
    "accept-proposal": ("proposal_id",),
    "sign-settlement": ("settlement_id", "hash", "translations"),
}
"""Commands by which a text is accepted or signed: what of their fields the text itself says."""


class Wish(Struct, frozen=True):
    """What somebody wants to do by a form.

    Attributes:
        case: The case, as the address names it.
        command: The command.
        typed: What was typed, or stands in the address.
        arrived: Whether it is an act that arrived: by letter, by telephone, in the room.
    """

    case: str
    command: str
    typed: Mapping[str, str]
    arrived: bool = False


class Drawn(Struct, frozen=True, kw_only=True):
    """A form, drawn.

    Attributes:
        told: The case as it is shown to who fills it in.
        case: The case, as the desk finds it.
        zone: Zone of the case.
        command: The command.
        id: Id of the command, so that a double click is one act.
        by: In which role it is given.
        room: Room it asks for, None for the usual one.
        rooms: Rooms in which it may be recorded.
        seen: Last sequence of that room that was seen.
        fields: What is asked.
        envelope: What is asked beside: whose act it is, and when.
        audiences: Who will see it.
        arrived: Whether it is an act that arrived.
        wrong: What was wrong with it.
        typed: What was typed.
        exact: The text that is accepted or signed, word by word, None where there is none.
    """

    told: Shown
    case: str
    zone: ZoneInfo
    command: str
    id: str
    by: str
    room: str | None
    rooms: tuple[str, ...]
    seen: int
    fields: tuple[Field, ...]
    envelope: tuple[Field, ...]
    audiences: tuple[Audience, ...]
    arrived: bool
    typed: Mapping[str, str]
    wrong: tuple[Wrong, ...] = ()
    exact: Exact | None = None

    @property
    def fixed(self) -> tuple[str, ...]:
        """Name the fields that the text shown fills in."""
        return FIXED[self.command] if self.exact else ()

    def told_wrong(self, wrong: tuple[Wrong, ...]) -> "Drawn":
        """Say beside each field what was wrong with it."""
        why = {one.field: one.why for one in wrong}
        return replace(
            self,
            wrong=wrong,
            fields=tuple(replace(f, error=why.get(f.name, "")) for f in self.fields),
            envelope=tuple(replace(f, error=why.get(f.name, "")) for f in self.envelope),
        )

    def address(self, room: str) -> str:
        """Return the query of the same form for another room."""
        return urlencode({**self._kept, "_room": room})

    @property
    def arriving(self) -> str:
        """Return the query of the same form for an act that arrived."""
        return urlencode({**self._kept, "arrived": "yes"})

    @property
    def _kept(self) -> dict[str, str]:
        names = {f.name for f in self.fields} | {"_by", "_room"}
        return {name: text for name, text in self.typed.items() if name in names and text}


def draw(site: Site, request: Asked, caller: Caller, wish: Wish) -> Drawn:
    """Draw a form as its viewer may fill it in.

    Raises:
        RuleViolation: case_is_known; role_may_give_command where nobody they act for gives it.
        DecodeError, StoreFault: As `Eyes`.
    """
    eyes = site.eyes(caller, request, "form")
    look = eyes.look(site.case(caller, wish.case))
    told = headed(look, eyes)
    by, others = _acting(look, wish)
    asked = wish.typed.get("_room") or None
    rooms = _rooms(look, wish, by, None)
    room = asked if asked in rooms else None
    into = _rooms(look, wish, by, room)
    exact, form = _exact(look, eyes.zone(look), wish, room)
    return Drawn(
        told=told,
        case=site.case(caller, wish.case),
        zone=eyes.zone(look),
        command=wish.command,
        id=wish.typed.get("_id") or new_id(),
        by=by,
        room=room,
        rooms=rooms if _is_choice(rooms) else (),
        seen=look.case.last.get(room or "joint", 0),
        fields=form,
        envelope=_envelope(wish, by, others, look),
        audiences=tuple(Audience(one, readers_of(look, one, eyes.house)) for one in into),
        arrived=wish.arrived or by != look.viewer,
        typed=wish.typed,
        exact=exact,
    )


def _exact(
    look: Look, zone: ZoneInfo, wish: Wish, room: str | None
) -> tuple[Exact | None, tuple[Field, ...]]:
    """Find the text that is accepted or signed, and fill in what it says itself."""
    form, typed = fields_of(COMMANDS[wish.command]), wish.typed
    exact = None
    if wish.command == "accept-proposal" and typed.get("proposal_id"):
        exact = proposal(look, typed["proposal_id"], room or "joint")
    if wish.command == "sign-settlement":
        exact = settlement(look, zone, typed.get("settlement_id"))
    says = {"hash": exact.digest, "settlement_id": exact.name} if exact else {}
    known = says if wish.command == "sign-settlement" else {}
    return exact, filled(form, {**known, **typed})


def _acting(look: Look, wish: Wish) -> tuple[str, tuple[str, ...]]:
    """Settle for whom it is done: as asked, else as oneself, else the first one may act for."""
    kind = COMMANDS[wish.command]
    may = tuple(dict.fromkeys(r for r in roles(look) if r.partition(":")[0] in kind.by))
    if not may:
        tag = wish.command
        raise RuleViolation(
            "role_may_give_command", f"{look.viewer} does not give {tag}", f"{', '.join(kind.by)}"
        )
    asked = wish.typed.get("_by", "")
    return (asked if asked in may else may[0]), may


def _rooms(look: Look, wish: Wish, by: str, asked: str | None) -> tuple[str, ...]:
    """Name the rooms it is recorded in; what is about an entry stands where that stands."""
    target = wish.typed.get("target", "")
    room, _, seq = target.rpartition(":")
    if "target" in COMMANDS[wish.command].__struct_fields__ and seq.isdigit():
        return (room,) if look.sees(room, int(seq)) else ()
    return rooms_written(look, wish.command, by, asked)


def _is_choice(rooms: tuple[str, ...]) -> bool:
    """Tell whether it is the actor who chooses among rooms."""
    chosen = {kind_of(room) for room in rooms} & {"joint", "group", "caucus", "party", "mediators"}
    return len(rooms) > 1 and bool(chosen)


def _envelope(wish: Wish, by: str, others: tuple[str, ...], look: Look) -> tuple[Field, ...]:
    """List what is asked beside: of one's own act nothing, of another's whose it is and when."""
    if not wish.arrived and by == look.viewer:
        return ()
    whose = replace(_field("_by", "choice", ""), choices=others, required=True, typed=by)
    asked = (
        whose,
        _field("_actor", "text", "A person, such as person:holt; leave empty for yourself."),
        _field("_occurred", "moment", "On the case's own clock; leave empty for now."),
        _field("_reported", "truth", "It happened as a fact, whatever the rules say of it."),
        _field("_source", "text", "Its SHA-256, where you do not choose the file below."),
    )
    return filled(asked, wish.typed)


def _field(name: str, sort: Sort, hint: str) -> Field:
    return Field(name=name, label=ENVELOPE[name], hint=hint, sort=sort)
