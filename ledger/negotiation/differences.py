"""Compare two sets of clauses: what was added, removed and changed, down to words and numbers."""

import re
from datetime import date
from decimal import Context, Decimal
from itertools import pairwise
from typing import Literal, TypeAlias

from msgspec import Struct

from ledger.negotiation.look_alikes import explain, look_alike
from ledger.negotiation.word_runs import Segment, runs, word_segments
from ledger.terms import Clause, Money, Parameter

ParameterKind: TypeAlias = Literal["count", "amount", "date", "percentage", "text"]

_EXACT = Context(prec=100)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERCENT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*%")


class ParameterChange(Struct, frozen=True):
    """Something a clause fixes that came, went or changed.

    Attributes:
        name: Its name.
        kind: What it is now, or was where it is gone.
        old: Its old value, None where it came.
        new: Its new value, None where it went.
        change: By how much, such as `+100000 EUR`, `-2`, `+5 days`; None where that says nothing.
    """

    name: str
    kind: ParameterKind
    old: Parameter | None
    new: Parameter | None
    change: str | None = None


class LookAlike(Struct, frozen=True):
    """A change nobody sees: two texts that differ and look the same.

    Attributes:
        where: `text`, `issue`, or the name of a parameter.
        old: The old words.
        new: The new words.
        why: The characters in which they differ.
    """

    where: str
    old: str
    new: str
    why: str


class ClauseDifference(Struct, frozen=True, kw_only=True):
    """What became of one clause.

    Attributes:
        clause_id: Its name in both sets.
        kind: What became of it.
        old: As it was, None where it came.
        new: As it is, None where it went.
        segments: Its words, run by run; joined they give the old text or the new.
        parameters: What changed of what it fixes, in order of name.
        look_alikes: Changes that do not show.
    """

    clause_id: str
    kind: Literal["added", "removed", "changed"]
    old: Clause | None = None
    new: Clause | None = None
    segments: tuple[Segment, ...] = ()
    parameters: tuple[ParameterChange, ...] = ()
    look_alikes: tuple[LookAlike, ...] = ()

    @property
    def unseen(self) -> bool:
        """Tell whether nothing changed that one can see."""
        if self.old is None or self.new is None or not self.look_alikes:
            return False
        texts = [(self.old.text, self.new.text), (self.old.issue, self.new.issue)]
        seen = [a != b and not look_alike(a, b) for a, b in texts]
        flagged = {alike.where for alike in self.look_alikes}
        return not any(seen) and all(p.name in flagged for p in self.parameters)


def clause_differences(old: tuple[Clause, ...], new: tuple[Clause, ...]) -> list[ClauseDifference]:
    """List the clauses that differ: in the order of the new set, then those that went.

    Clauses are matched by their ids and compared exactly, character by character.
    """
    before = {clause.clause_id: clause for clause in old}
    after = {clause.clause_id: clause for clause in new}
    come = [_came_or_changed(before.get(clause.clause_id), clause) for clause in after.values()]
    gone = [_went(clause) for name, clause in before.items() if name not in after]
    return [difference for difference in come if difference is not None] + gone


def _came_or_changed(old: Clause | None, new: Clause) -> ClauseDifference | None:
    if old == new:
        return None
    if old is None:
        return ClauseDifference(
            clause_id=new.clause_id,
            kind="added",
            new=new,
            segments=runs([("inserted", new.text)]),
            parameters=_parameters({}, new.params),
        )
    segments = word_segments(old.text, new.text)
    return ClauseDifference(
        clause_id=new.clause_id,
        kind="changed",
        old=old,
        new=new,
        segments=segments,
        parameters=_parameters(old.params, new.params),
        look_alikes=_look_alikes(old, new, segments),
    )


def _went(old: Clause) -> ClauseDifference:
    return ClauseDifference(
        clause_id=old.clause_id,
        kind="removed",
        old=old,
        segments=runs([("deleted", old.text)]),
        parameters=_parameters(old.params, {}),
    )


def _parameters(
    old: dict[str, Parameter], new: dict[str, Parameter]
) -> tuple[ParameterChange, ...]:
    changed = sorted(n for n in old.keys() | new.keys() if not _equal(old.get(n), new.get(n)))
    return tuple(_change(name, old.get(name), new.get(name)) for name in changed)


def _equal(old: Parameter | None, new: Parameter | None) -> bool:
    return type(old) is type(new) and old == new


def _change(name: str, old: Parameter | None, new: Parameter | None) -> ParameterChange:
    now = old if new is None else new
    assert now is not None
    kind = _parameter_kind(now)
    same = old is not None and new is not None and _parameter_kind(old) == kind
    return ParameterChange(
        name=name, kind=kind, old=old, new=new, change=_by_how_much(old, new) if same else None
    )


def _parameter_kind(value: Parameter) -> ParameterKind:
    match value:
        case int():
            return "count"
        case Money():
            return "amount"
        case _ if _day(value) is not None:
            return "date"
        case _ if _PERCENT.fullmatch(value):
            return "percentage"
        case _:
            return "text"


def _by_how_much(old: Parameter | None, new: Parameter | None) -> str | None:
    """Say by how much a value of one kind changed."""
    match old, new:
        case int(), int():
            return f"{new - old:+d}"
        case Money(), Money():
            if old.currency != new.currency:
                return None
            return f"{_minus(new.amount, old.amount)} {new.currency}"
        case str(), str():
            return _text_by_how_much(old, new)
        case _:
            return None


def _text_by_how_much(old: str, new: str) -> str | None:
    first, last = _day(old), _day(new)
    if first is not None and last is not None:
        days = (last - first).days
        return f"{days:+d} day{'' if abs(days) == 1 else 's'}"
    was, now = _PERCENT.fullmatch(old), _PERCENT.fullmatch(new)
    if was and now:
        return f"{_minus(now[1], was[1])} percentage points"
    return None


def _minus(new: str, old: str) -> str:
    return f"{_EXACT.subtract(Decimal(new), Decimal(old)):+f}"


def _day(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _look_alikes(old: Clause, new: Clause, segments: tuple[Segment, ...]) -> tuple[LookAlike, ...]:
    pairs = [("issue", old.issue, new.issue)]
    pairs += [
        ("text", a.text, b.text)
        for a, b in pairwise(segments)
        if (a.kind, b.kind) == ("deleted", "inserted")
    ]
    if not any(look_alike(a, b) for _, a, b in pairs[1:]):
        pairs.append(("text", old.text, new.text))
    pairs += [(n, *_shown(old.params[n], new.params[n])) for n in old.params if n in new.params]
    return tuple(LookAlike(w, a, b, explain(a, b)) for w, a, b in pairs if look_alike(a, b))


def _shown(old: Parameter, new: Parameter) -> tuple[str, str]:
    if isinstance(old, str) and isinstance(new, str):
        return old, new
    return "", ""
