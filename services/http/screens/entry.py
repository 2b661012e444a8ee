"""Show one entry of a case in full: what it says, changed and is, and what proves it."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from services.exports.checking import Checked, checked
from services.exports.choosing import check_names_may_stand
from services.exports.document import Event, event_of
from services.http.door import Caller
from services.http.languages import label
from services.http.lists import JSON
from services.http.screens.audit import CASE, TAB
from services.http.screens.frame import KEPT, Answered, case_page, looked, shown
from services.http.site import ENCODER, Asked, Site, check_query
from services.reading import words
from services.reading.changes import Change
from services.reading.contests import contests
from services.reading.looking import Kept, Look, no_entry
from services.reading.stepping import in_an_older_shape, step_of
from services.reading.timeline import Entry, entry_of, marks, said

ENVELOPE: Final = (
    ("event_id", label("Event id")),
    ("room", label("Room")),
    ("seq", label("Sequence in the room")),
    ("type", label("Type")),
    ("v", label("Version of its shape")),
    ("recorded", label("Recorded")),
    ("occurred", label("Occurred")),
    ("actor", label("Who acted")),
    ("acting_for", label("For whom")),
    ("authority", label("Authority")),
    ("entered_by", label("Entered by")),
    ("auth", label("How the actor was recognised")),
    ("channel", label("Channel")),
    ("command", label("Command id")),
    ("cause", label("Cause")),
    ("source", label("SHA-256 of its source document")),
    ("admissibility", label("Admissibility")),
    ("irregular", label("Irregular")),
    ("corrects", label("Corrects")),
)
"""Fields of the envelope, and what people read of each."""
INSTANTS: Final = ("recorded", "occurred")
REFERENCES: Final = ("authority", "cause", "corrects")
"""Fields that hold an instant, or name another entry."""


class Whole(Struct, frozen=True, kw_only=True):
    """All of one entry; the names are those of the JSON document.

    Attributes:
        entry: What it says, and what was said of it since.
        changes: What it changed for the viewer.
        known_then: Whether the viewer could read it when it was recorded.
        digest: SHA-256 of all that the viewer read then, hex.
        event: It as it is recorded.
        checked: What was checked of it.
    """

    entry: Entry
    changes: tuple[Change, ...]
    known_then: bool
    digest: str
    event: Event
    checked: Checked


class Changed(NamedTuple):
    """One fact that the entry changed.

    Attributes:
        about: Of what it is a fact.
        field: Which fact, empty for all of them.
        before: What it was.
        after: What it is.
    """

    about: str
    field: str
    before: str
    after: str


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of an entry's page."""
    return [_entry(site)]


def _entry(site: Site) -> HTTPRouteHandler:
    @get(f"{CASE}/audit/{{entry:str}}", name="page of an entry")
    async def entry(request: Asked, case: FromPath[str], entry: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            check_query(request, *KEPT)
            eyes, look, told = looked(site, request, caller, case, "entry")
            check_names_may_stand(eyes, "page of an entry")
            kept = kept_of(look, entry.removesuffix(".json"))
            step = step_of(eyes, look, kept.frame.ref)
            whole = Whole(
                entry=entry_of(look, kept, eyes.zone(look), contests(look)),
                changes=step.changes,
                known_then=step.known_then,
                digest=step.digest,
                event=event_of(look, kept),
                checked=checked(eyes, look, [kept]),
            )
            if entry.endswith(".json"):
                return Response(ENCODER.encode(whole), media_type=JSON)
            return case_page(
                "entry.html",
                TAB,
                request,
                caller,
                told,
                older=in_an_older_shape(step),
                envelope=list(_envelope(kept)),
                **_shown(look, whole),
            )

        return await shown(site, request, work)

    return entry


def kept_of(look: Look, ref: str) -> Kept:
    """Find an entry (room:seq) that is seen.

    Raises:
        RuleViolation: entry_is_known; the same for one that is not there or not to be read.
    """
    for kept in look.kept:
        if kept.frame.ref == ref:
            return kept
    raise no_entry(ref)


def _shown(look: Look, whole: Whole) -> dict[str, Any]:
    entry = whole.entry
    refs = [kept.frame.ref for kept in look.kept]
    place = refs.index(entry.entry)
    return {
        "whole": whole,
        "entry": entry,
        "marks": marks(entry),
        "says": list(said(entry)),
        "changed": [_changed(change) for change in whole.changes],
        "instants": INSTANTS,
        "references": REFERENCES,
        "readable": refs,
        "raw": msgspec.json.format(ENCODER.encode(whole.event), indent=2).decode(),
        "before": refs[place - 1] if place else None,
        "after": refs[place + 1] if place + 1 < len(refs) else None,
    }


def _envelope(kept: Kept) -> Iterator[tuple[str, str, Any]]:
    """Yield name, label and value of each field that says something."""
    frame = kept.frame
    known = {"event_id": kept.read.event_id, "type": frame.event.__struct_config__.tag}
    for name, text in ENVELOPE:
        value = known[name] if name in known else getattr(frame, name)
        if value or name == "occurred":
            yield name, text, value


def _changed(change: Change) -> Changed:
    about = f"{change.what} {change.about}".strip()
    field = (change.field or "").replace("_", " ")
    return Changed(about, field, _fact(change.old), _fact(change.new))


def _fact(value: Any) -> str:  # noqa: ANN401 - any fact of a view
    """Say a fact, of a whole thing what it says at all."""
    if isinstance(value, dict):
        value = {name: inner for name, inner in value.items() if inner not in (None, [], {}, ())}
    return words.NOTHING if value in (None, [], {}, ()) else words.plain(value)
