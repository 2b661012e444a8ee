"""What an analyst sees of an event: every field decided, no text of the record in what is shown."""

from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
import pytest
from msgspec import Struct, UnsetType

from ledger.catalogue import EVENTS
from ledger.envelope import Content, Event, Frame, Irregularity, content_fields
from ledger.errors import RuleViolation
from ledger.negotiation.events import ProposalTabled
from ledger.profile import ProfileRef
from ledger.terms import Clause, Money
from services.reading import veil
from services.reading.tokens import Pseudonyms
from services.reading.veil import Veil, decided, ways

CASE: Final = UUID(int=7)
COMMON: Final = {tag: kind for tag, kind in EVENTS.items() if "joint" in kind.rooms}
MARK: Final = "Ravn-Holt"
NAMES: Final = Pseudonyms(b"s" * 32)
HERE: Final = Veil(NAMES, CASE, None)
PINNED: Final = ProfileRef(id="house-default", version=1, hash="sha256:1")


def filled(hint: Any) -> Any:  # noqa: ANN401, C901 - any annotation there is; one answer a type
    """Make a value of a type in which every text is one nobody may see."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return filled(args[0])
    if origin is Literal:
        return args[0]
    if origin is tuple:
        return (filled(args[0]),)
    if origin is dict or getattr(origin, "__name__", "") == "Mapping":
        return {filled(args[0]): filled(args[1])}
    if args and origin is not None:
        members = [a for a in args if a not in (type(None), UnsetType)]
        return filled(str if str in members else members[0])
    if hint is Money:
        return Money(amount="12.00", currency="EUR")
    if hint is ProfileRef:
        return PINNED
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        hints = get_type_hints(hint)
        return hint(**{name: filled(hints[name]) for name in hint.__struct_fields__})
    return {str: MARK, int: 3, bool: True}[hint]


def made(kind: type[Event]) -> Event:
    """Make an event in which every text is one nobody may see."""
    hints = get_type_hints(kind)
    return kind(**{name: filled(hints[name]) for name in kind.__struct_fields__})


def test_no_text_of_an_event_is_shown() -> None:
    """But for the few fields that hold words of our own programs and of rule profiles."""
    for kind in COMMON.values():
        shown = msgspec.to_builtins(HERE.event(made(kind)))
        ours = {name for name, way in ways(kind).items() if way == "kept"}
        assert MARK not in str({n: value for n, value in shown.items() if n not in ours}), kind


def test_what_is_shown_is_an_event_of_its_type() -> None:
    """So that it is folded, viewed and exported like any other."""
    for kind in COMMON.values():
        shown = HERE.event(made(kind))
        assert msgspec.json.decode(msgspec.json.encode(shown), type=kind) == shown


def test_the_fields_decided_are_those_there_are() -> None:
    """A new one is decided before anybody sees it; one that is gone is forgotten."""
    there = {tag: frozenset(kind.__struct_fields__) for tag, kind in COMMON.items()}
    assert decided().events == there


def test_a_field_nobody_decided_closes_its_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than to be shown by chance."""

    class DietNoted(Event, frozen=True, kw_only=True, tag="diet-noted"):
        """Somebody eats something."""

        row = "X1"
        says = "diet noted"
        diet: Content[str] = msgspec.UNSET

    with pytest.raises(RuleViolation) as refused:
        HERE.event(DietNoted(diet="x"))
    assert refused.value.rule == "analysts_know_every_field"
    assert "diet of diet-noted" in str(refused.value)
    known = decided()
    more = msgspec.structs.replace(
        known, events={**known.events, "diet-noted": frozenset({"diet"})}
    )
    monkeypatch.setattr(veil, "decided", lambda: more)
    ways.cache_clear()
    with pytest.raises(RuleViolation, match="diet of diet-noted"):
        HERE.event(DietNoted(diet="x"))
    ways.cache_clear()


def test_every_way_is_of_one_field_alone() -> None:
    """A name that stands in two lists would be shown by the first."""
    for part in (decided().frame, decided().content):
        names = [name for way in part.__struct_fields__ for name in getattr(part, way)]
        assert len(names) == len(set(names))


def frame(**more: Any) -> Frame[Any]:  # noqa: ANN401 - fields of a frame
    """Frame an event of which everything could tell who it was."""
    plain: dict[str, Any] = {
        "room": "joint",
        "seq": 4,
        "recorded": datetime(2026, 3, 5, 13, tzinfo=UTC),
        "occurred": "2026-03-05T14:00:00+01:00[Europe/Oslo]",
        "actor": "person:ravn",
        "acting_for": "party:holt",
        "entered_by": "person:ravn",
        "auth": "account of ravn",
        "channel": "import",
        "command": "ravn-1",
        "source": "f" * 64,
        "cause": "caucus:holt:2",
        "corrects": "joint:3",
        "irregular": (Irregularity("talks_are_not_suspended", "ravn said so"),),
        "event": ProposalTabled(
            proposal_id="ravns-offer",
            by="holt",
            kind="first",
            addressees=("B",),
            required_acceptors=("B",),
            clause_ids=("fee",),
            issues=("fee",),
        ),
    }
    return Frame(**{**plain, **more})


def told_terms(veiled: Veil, clause: Clause) -> Clause:
    """Show the terms of a proposal."""
    proposal = msgspec.structs.replace(frame().event, clauses=(clause,))
    (told,) = veiled.event(proposal).clauses  # type: ignore[attr-defined] # it is a proposal
    assert isinstance(told, Clause)
    return told


def test_a_frame_tells_when_and_what_but_not_who() -> None:
    """Instants in UTC, entries of the common record, labels and answers of forms stay."""
    shown = HERE.frame(frame())
    text = msgspec.json.encode(shown).decode()
    assert not any(name in text for name in ("ravn", "holt", "Oslo", "ffff", "caucus"))
    assert shown.occurred == "2026-03-05T13:00:00Z"
    assert (shown.corrects, shown.cause, shown.event.addressees) == ("joint:3", None, ("B",))
    assert shown.actor == shown.entered_by == f"person:{NAMES.token('ravn')}"
    assert shown.acting_for == f"party:{shown.event.by}"


def test_pseudonyms_are_one_grants_own() -> None:
    """The same under one secret, all others under another."""
    again, other = Veil(Pseudonyms(b"s" * 32), CASE, None), Veil(Pseudonyms(b"t" * 32), CASE, None)
    assert again.frame(frame()) == HERE.frame(frame())
    mine, theirs = HERE.frame(frame()), other.frame(frame())
    assert mine.actor != theirs.actor
    assert mine.event.proposal_id != theirs.event.proposal_id
    assert NAMES.case_id(CASE) != Pseudonyms(b"t" * 32).case_id(CASE)


def test_terms_keep_their_numbers() -> None:
    """Counts, amounts, percentages and days; the words around them go."""
    clause = Clause(
        clause_id="fee",
        issue="berth fee of Ravn",
        text="Ravn pays.",
        params={"holt": 3, "fee": Money("1300.00", "EUR"), "share": "12.5 %", "to": "Ravn"},
    )
    told = told_terms(HERE, clause)
    assert told.text == ""
    assert list(told.params.values()) == [3, Money("1300.00", "EUR"), "12.5 %"]
    assert NAMES.token("holt") in told.params


def test_words_are_shown_without_the_names_the_record_knows() -> None:
    """Under a grant of words; whoever is named in another way than the record does is not found."""
    open_ = Veil(NAMES, CASE, frozenset({"Ravn Shipping", "Ravn", "holt"}))
    clause = Clause(clause_id="fee", issue="fee", text="Ravn Shipping pays Holt; ravnlike stays.")
    told = told_terms(open_, clause)
    assert (
        told.text
        == f"[{NAMES.token('ravn shipping')}] pays [{NAMES.token('holt')}]; ravnlike stays."
    )


def test_content_fields_are_left_out_where_they_name_somebody() -> None:
    """Whatever a grant says of words."""
    open_ = Veil(NAMES, CASE, frozenset({"x"}))
    for kind in COMMON.values():
        left = {name for name, way in ways(kind).items() if way == "left"}
        shown = open_.event(made(kind))
        assert left <= set(content_fields(kind))
        assert not any(MARK in str(getattr(shown, name)) for name in left)
