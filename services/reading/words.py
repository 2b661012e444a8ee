"""Say in words what frames, contents, persons and instants are."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, Protocol

import msgspec

from ledger.envelope import Event, Frame, content_fields
from ledger.errors import DecodeError
from ledger.instants import parse_instant
from ledger.terms import Clause, Document, Money, Parameter

NOT_RECORDED = "not recorded"
ERASED = "[erased]"
NOTHING = "\u2013"
"""A dash, where there is no value."""
STATUS_WORDS = {
    "open": "open",
    "countered": "countered",
    "accepted": "accepted; binds nobody until signed",
    "partly_accepted": "accepted in part; binds nobody until signed",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
    "expired": "expired",
    "superseded": "superseded",
    "lapsed": "lapsed, as the case ended",
}
"""Status of a proposal in words: an acceptance is never told as a settlement."""

_WORDS = re.compile(r"[a-z]+(_[a-z]+)+")
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


class Erasing(Protocol):
    """Why something was erased."""

    @property
    def by(self) -> str:
        """Name the event that erased it."""
        ...

    @property
    def ground(self) -> str:
        """Return the legal basis in a word."""
        ...

    @property
    def basis(self) -> str | None:
        """Return the legal basis in words."""
        ...


def erased(why: Erasing | None) -> str:
    """Say that something was erased, and on which legal basis."""
    if why is None:
        return ERASED
    basis = f": {isolated(why.basis)}" if why.basis else ""
    return f"[erased by {why.by}, {plain(why.ground)}{basis}]"


def status(text: str) -> str:
    """Say where a proposal stands."""
    return STATUS_WORDS.get(text) or plain(text)


def sentence(frame: Frame[Any]) -> str:
    """Say in one line what an event is, from its frame alone."""
    event: Event = frame.event
    content = content_fields(type(event))
    fields = {n: plain(getattr(event, n)) for n in event.__struct_fields__ if n not in content}
    actor, acting_for = person(frame.actor), person(frame.acting_for or frame.actor)
    return event.says.format_map({**fields, "actor": actor, "acting_for": acting_for})


def person(text: str) -> str:
    """Name a person or party without saying what it is."""
    kind, _, name = text.partition(":")
    return name if name and kind in ("person", "party") else text


def who(actor: str, acting_for: str | None) -> str:
    """Say who acted, and for whom."""
    name = person(actor)
    if acting_for is None or acting_for == actor:
        return name
    if acting_for.startswith("party:"):
        return f"{name} for {person(acting_for)}"
    return f"{name}, {acting_for}"


def plain(  # noqa: C901 - one case a type
    value: Any,  # noqa: ANN401 - any field of an event
) -> str:
    """Say the value of a field."""
    match value:
        case None:
            return NOT_RECORDED
        case bool():
            return "yes" if value else "no"
        case str():
            return value.replace("_", " ") if _WORDS.fullmatch(value) else _bare(value)
        case Money():
            return f"{value.amount} {value.currency}"
        case Clause():
            return clause(value)
        case Document():
            return isolated(value.title)
        case dict():
            return "; ".join(f"{plain(key)}: {plain(inner)}" for key, inner in value.items())
        case list() | tuple() | set() | frozenset():
            return _listed([plain(inner) for inner in value])
        case msgspec.Struct():
            return plain(msgspec.structs.asdict(value))
        case _:
            return str(value)


def _bare(text: str) -> str:
    return isolated(text.removeprefix("person:"))


def _listed(texts: list[str]) -> str:
    if not texts:
        return "none"
    return ("; " if any("," in text for text in texts) else ", ").join(texts)


def clause(value: Clause) -> str:
    """Say a clause in a line."""
    fixed = ", ".join(f"{name} = {plain(param)}" for name, param in value.params.items())
    parts = [part for part in (isolated(value.text), f"({fixed})" if fixed else "") if part]
    issue = isolated(value.issue)
    return f"{issue}: {' '.join(parts)}" if parts else issue


def contents(event: Event) -> dict[str, Any]:
    """Return the content fields of an opened event that say something."""
    values = {name: getattr(event, name) for name in content_fields(type(event))}
    return {
        name: value
        for name, value in values.items()
        if value is not msgspec.UNSET and value not in (None, (), {})
    }


def isolated(text: str) -> str:
    """Keep a text with right-to-left characters from turning its neighbours around."""
    if text.isascii():
        return text
    if any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return text


def unmarked(text: str) -> str:
    """Take the marks of `isolated` out again, for readers that are no terminal."""
    return text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")


def day(at: datetime) -> str:
    """Name a day, such as `Mon 2 Mar 2026`, whatever the language of this host."""
    return f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at.year}"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def in_zone(at: datetime, zone: tzinfo) -> str:
    """Write an instant with the clock of a zone, to the minute, and its offset."""
    return at.astimezone(zone).isoformat(sep=" ", timespec="minutes")


def happened(occurred: str | None, zone: tzinfo) -> tuple[datetime | None, bool]:
    """Read when something happened, and whether that instant is known exactly.

    A time whose zone is not recorded is placed by the zone of the case, and is not exact.
    """
    if occurred is None:
        return None, False
    try:
        return parse_instant(occurred), True
    except DecodeError:
        pass
    try:
        return datetime.fromisoformat(occurred).replace(tzinfo=zone), False
    except ValueError:
        return None, False


def span(seconds: float) -> str:
    """Say a length of time by its largest unit."""
    for unit, length in (("day", 86_400), ("hour", 3_600)):
        count = int(seconds // length)
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than an hour"


class Term(Protocol):
    """A clause as a reader sees it, with what its addressees said to it."""

    @property
    def clause_id(self) -> str:
        """Return its name."""
        ...

    @property
    def issue(self) -> str:
        """Return the issue it settles."""
        ...

    @property
    def text(self) -> str:
        """Return its words."""
        ...

    @property
    def params(self) -> dict[str, Parameter]:
        """Return what it fixes."""
        ...

    @property
    def answers(self) -> Mapping[str, str]:
        """Return what each addressee said."""
        ...


def terms(clauses: Iterable[Term]) -> Iterator[str]:
    """Say each clause of a proposal, and what its addressees said to it."""
    for shown in clauses:
        said = clause(
            Clause(
                clause_id=shown.clause_id, issue=shown.issue, text=shown.text, params=shown.params
            )
        )
        answers = [f"{p} {answer}" for p, answer in shown.answers.items() if answer != "silent"]
        yield f"{shown.clause_id}, {said}" + (f" [{', '.join(answers)}]" if answers else "")


ROOMS = {
    "joint": "the joint room",
    "mediators": "the mediators' own room",
    "registry": "the registry's own room",
    "chair": "the room of the nominees",
    "challenge": "the room of challenges",
    "review": "the room of complaints",
    "protection": "the room of data protection",
}


def room(name: str) -> str:
    """Name a room as people do: `the caucus of A`."""
    kind, _, rest = name.partition(":")
    whose = rest.partition("@")[0]
    held = {
        "caucus": f"the caucus of {whose}",
        "party": f"the own room of {whose}",
        "desk": f"the desk between {whose} and the registry",
        "group": f"the room of {whose.replace('+', ', ')}",
    }
    return ROOMS.get(kind.partition("@")[0]) or held.get(kind, name)


def authors(by: str, together: tuple[str, ...]) -> str:
    """Name whose proposal it is: its author, and the parties of a coalition it speaks with."""
    return " with ".join([by, *([", ".join(together)] if together else [])])


def carriage(channel: str, instead_of: str | None) -> str:
    """Say how a proposal came to the table, where not from its author as one of its own."""
    carried = ", carried by the mediator" if channel == "via_mediator" else ""
    return carried + (f", in place of a {plain(instead_of)}" if instead_of else "")
