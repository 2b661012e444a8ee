"""Show of an event what an analyst may see of it, field by field (`pseudonyms.toml`).

What is not decided is closed: a field or an event that nobody has decided stops the look, and a
text that is not named as ours becomes a pseudonym or is left out.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib import resources
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import asdict, replace

from ledger.envelope import Event, Frame, content_fields, tag_of
from ledger.errors import RuleViolation
from ledger.profile import ProfileRef
from ledger.terms import Clause, Money, Parameter
from services.reading.tokens import Pseudonyms, is_number, texts_of, when

Way: TypeAlias = Literal["plain", "kept", "case", "zone", "blank", "named", "left", "words"]
_WAYS: Final[tuple[Way, ...]] = get_args(Way)
NAME_MIN: Final = 3
"""Shorter names are not looked for in words: they would be found everywhere."""
_REF: Final = "joint:"
_INSTEAD: Final[Mapping[Any, object]] = {str: "[left out]", tuple: (), dict: {}}
EMPTY: Final[tuple[object, ...]] = ("[left out]", [], {}, ())
"""What stands where something is left out, in an event or in the JSON of one."""
LEFT_OUT: Final = object()
"""Stands for what is left out, until it is known what its field takes."""


class FrameWays(Struct, frozen=True, forbid_unknown_fields=True):
    """How fields of a frame are shown, by name."""

    plain: frozenset[str]
    kept: frozenset[str]
    case: frozenset[str]
    zone: frozenset[str]
    blank: frozenset[str]
    named: frozenset[str]


class ContentWays(Struct, frozen=True, forbid_unknown_fields=True):
    """How fields of a content are shown, by name."""

    kept: frozenset[str]
    named: frozenset[str]
    left: frozenset[str]
    words: frozenset[str]


class Decided(Struct, frozen=True, forbid_unknown_fields=True):
    """What was decided.

    Attributes:
        frame: How fields of frames are shown.
        content: How fields of contents are shown.
        events: For each event of the common record the fields that were decided.
    """

    frame: FrameWays
    content: ContentWays
    events: Mapping[str, frozenset[str]]


@cache
def decided() -> Decided:
    """Read what was decided."""
    text = resources.files("services.reading").joinpath("pseudonyms.toml").read_bytes()
    return msgspec.toml.decode(text, type=Decided)


@cache
def ways(kind: type[Event]) -> Mapping[str, Way]:
    """Say how each field of an event is shown.

    Raises:
        RuleViolation: analysts_know_every_field.
    """
    tag, contents = tag_of(kind), content_fields(kind)
    known = decided().events.get(tag, frozenset())
    found: dict[str, Way] = {}
    for name in kind.__struct_fields__:
        by = decided().content if name in contents else decided().frame
        way = next((w for full in (f"{tag}.{name}", name) for w in _of(by, full)), None)
        if way is None or name not in known:
            why = f"nobody has decided what analysts see of {name} of {tag}"
            raise RuleViolation("analysts_know_every_field", why, "a row of pseudonyms.toml")
        found[name] = way
    return found


def _of(by: FrameWays | ContentWays, name: str) -> tuple[Way, ...]:
    """Name the ways under which a field stands; the lists are called as the ways are."""
    return tuple(way for way in _WAYS if name in getattr(by, way, ()))


@cache
def _offered(kind: type[Struct], name: str) -> frozenset[str]:
    """Return the answers that a field offers: words of ours."""
    return frozenset(_literals(get_type_hints(kind)[name]))


def _literals(hint: Any) -> list[str]:  # noqa: ANN401 - any annotation there is
    if get_origin(hint) is Literal:
        return [word for word in get_args(hint) if isinstance(word, str)]
    return [word for inner in get_args(hint) for word in _literals(inner)]


@cache
def _nothing(kind: type[Event], name: str) -> object:
    """Return what stands where something is left out; it is no sign that something was erased."""
    for member in _members(get_type_hints(kind)[name]):
        if member is NoneType:
            return None
        instead = _INSTEAD.get(get_origin(member) or member)
        if instead is not None:
            return instead
    return UNSET


def _members(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any annotation there is
    members = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return tuple(sorted(members, key=lambda member: member is not NoneType))


class Veil:
    """Shows the events of one case under one grant.

    Attributes:
        names: The pseudonyms of the grant.
    """

    def __init__(self, names: Pseudonyms, case_id: UUID, known: frozenset[str] | None) -> None:
        """Show one case.

        Args:
            names: The grant's pseudonyms.
            case_id: The case, as it is.
            known: Names that are replaced within words; None where words are left out.
        """
        self.names = names
        self._number = names.case_number(case_id)
        self._known = known

    def frame(self, frame: Frame[Any]) -> Frame[Any]:
        """Return a frame as an analyst sees it.

        Raises:
            RuleViolation: analysts_know_every_field.
        """
        name = self.names.name
        return replace(
            frame,
            acting_for=frame.acting_for and name(frame.acting_for),
            actor=name(frame.actor),
            auth="",
            authority=_common(frame.authority),
            cause=_common(frame.cause),
            command=self.names.token(frame.command),
            corrects=_common(frame.corrects),
            digest=None,
            entered_by=name(frame.entered_by),
            event=self.event(frame.event),
            irregular=tuple(replace(mark, why="") for mark in frame.irregular),
            occurred=frame.occurred and when(frame.occurred),
            signed=None,
            source=None,
        )

    def event(self, event: Event) -> Event:
        """Return an event as an analyst sees it; a content that is not open stays so.

        Raises:
            RuleViolation: analysts_know_every_field.
        """
        kind = type(event)
        shown = {
            field: self._shown(way, getattr(event, field), _offered(kind, field))
            for field, way in ways(kind).items()
            if way not in ("plain", "kept")
        }
        left_out = {field: _nothing(kind, field) for field in shown if shown[field] is LEFT_OUT}
        return replace(event, **{**shown, **left_out})

    def _shown(
        self,
        way: Way,
        value: Any,  # noqa: ANN401 - any field of an event
        offered: frozenset[str],
    ) -> Any:  # noqa: ANN401 - the same
        if value is UNSET or value is None:
            return value
        match way:
            case "case":
                return self._number if value else value
            case "zone":
                return "UTC"
            case "blank":
                return ""
            case "left":
                return LEFT_OUT
            case "words":
                return LEFT_OUT if self._known is None else self._in_words(value)
            case _:
                return self._named(value, offered)

    def _named(self, value: Any, offered: frozenset[str]) -> Any:  # noqa: ANN401 - any field of an event; one answer a type
        match value:
            case bool() | int() | Enum() | Money() | ProfileRef() | None:
                return value
            case str():
                return value if value in offered else self.names.name(value)
            case Clause():
                return self._clause(value)
            case Struct():
                kind = type(value)
                parts = asdict(value)
                return kind(**{n: self._named(v, _offered(kind, n)) for n, v in parts.items()})
            case dict():
                return {self._key(k, offered): self._named(v, offered) for k, v in value.items()}
            case _:
                return tuple(self._named(item, offered) for item in value)

    def _key(self, key: str, offered: frozenset[str]) -> str:
        return key if key in offered else self.names.name(key)

    def _clause(self, clause: Clause) -> Clause:
        """Keep what a clause fixes in numbers; names in its words are replaced, or all left out."""
        fixed = {self.names.name(name): self._fixed(value) for name, value in clause.params.items()}
        return Clause(
            clause_id=self.names.name(clause.clause_id),
            issue=self.names.name(clause.issue),
            text="" if self._known is None else self.names.masked(clause.text, self._known),
            params={name: value for name, value in fixed.items() if value is not None},
        )

    def _fixed(self, value: Parameter) -> Parameter | None:
        if not isinstance(value, str) or is_number(value):
            return value
        return None if self._known is None else self.names.masked(value, self._known)

    def _in_words(self, value: Any) -> Any:  # noqa: ANN401 - any field of an event
        """Return words with the names in them replaced; what is more than words is left out."""
        assert self._known is not None, "words are shown"
        if isinstance(value, str):
            return self.names.masked(value, self._known)
        if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
            return tuple(self.names.masked(item, self._known) for item in value)
        return LEFT_OUT


def _common(ref: str | None) -> str | None:
    """Cite an entry only where it is one of the common record."""
    return ref if ref is not None and ref.startswith(_REF) else None


def names_in(frame: Frame[Any], event: Event) -> set[str]:
    """Return the names an event of the record knows, to be replaced within words.

    Args:
        frame: Its frame.
        event: The event with its content.
    """
    found = {frame.actor, frame.acting_for or "", frame.entered_by}
    for field, way in ways(type(event)).items():
        if way in ("named", "left", "case"):
            found |= set(texts_of(msgspec.to_builtins(getattr(event, field, None) or None)))
    parts = {text.rpartition(":")[2] for text in found} | {
        word for text in found for word in text.split() if word[:1].isupper()
    }
    return {name for name in found | parts if len(name) >= NAME_MIN and not name.isdigit()}
