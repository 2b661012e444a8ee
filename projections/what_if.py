"""Tell what would have become of a case's later acts and dates, had something been otherwise."""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ledger.case import Case
from ledger.envelope import Irregularity
from ledger.supposing import History
from ledger.supposition import Judged, Otherwise, Supposed

TRACED_MAX = 20
"""Most refusals whose consequences are told apart."""


class Changed(Struct, frozen=True, kw_only=True):
    """An act that would not have been recorded as it was.

    Attributes:
        entries: Its entries (room:seq).
        command: What was done.
        fate: Whether the rules would have refused it, or marked it as a fact that breaks one.
        rule: The rule.
        why: Why, in a sentence.
        needs: What would have been needed.
        follows_from: Entries of the refused acts it follows from; empty where it follows from what
            was supposed.
    """

    entries: tuple[str, ...]
    command: str
    fate: Literal["refused", "irregular"]
    rule: str
    why: str
    needs: str | None = None
    follows_from: tuple[str, ...] = ()


class Moved(Struct, frozen=True, kw_only=True):
    """A date that would be another.

    Attributes:
        room: Room it is recorded in.
        date: Its name there.
        change: Whether it moves, is not set, is set anew, or has another end.
        old: Last day at the seat, as recorded.
        new: Last day as supposed.
        old_stands: Where it stands, as recorded.
        new_stands: Where it would stand.
        arithmetic: How the new last day is counted.
    """

    room: str
    date: str
    change: Literal["moves", "goes", "comes", "ends otherwise"]
    old: str | None = None
    new: str | None = None
    old_stands: str | None = None
    new_stands: str | None = None
    arithmetic: str | None = None


class Consequences(Struct, frozen=True):
    """What would have become of a case.

    Attributes:
        left_out: Entries of the acts left out.
        changed: Acts that would not have been recorded as they were, in the order of recording.
        dates: Dates that would be others.
        phase: Main phase, as recorded and as supposed.
        outcome: How the case ended, as recorded and as supposed.
        not_judged: Entries of acts that cannot be judged from what is read; taken as recorded.
    """

    left_out: tuple[str, ...]
    changed: tuple[Changed, ...]
    dates: tuple[Moved, ...]
    phase: tuple[str, str]
    outcome: tuple[str | None, str | None]
    not_judged: tuple[str, ...]


def consequences(history: History, otherwise: Otherwise) -> Consequences:
    """Tell a history under a supposition and compare it with what was recorded.

    An act refused although every other refused act is taken is refused for what was supposed; any
    other follows from the refusals before it.
    """
    supposed = history.suppose(otherwise)
    kept = history.suppose(replace(otherwise, keeps=True))
    direct = {one.deed.refs for one in kept.judged if one.fate == "refused"}
    later = [one for one in supposed.judged if one.fate == "refused"]
    causes = [one for one in later if one.deed.refs in direct]
    roots = dict(_traced(history, causes)) if len(causes) < len(later) else {}
    return Consequences(
        left_out=_refs(supposed, "left out"),
        changed=tuple(_changed(supposed, direct, roots)),
        dates=tuple(_moved(history.told.case, supposed.case)),
        phase=(history.told.case.phase, supposed.case.phase),
        outcome=(history.told.case.outcome, supposed.case.outcome),
        not_judged=_refs(supposed, "not judged"),
    )


def _refs(supposed: Supposed, fate: str) -> tuple[str, ...]:
    return tuple(ref for one in supposed.judged if one.fate == fate for ref in one.deed.refs)


def _traced(history: History, causes: list[Judged]) -> Iterator[tuple[str, set[str]]]:
    """Tell of each refusal, by its first entry, which acts fail where it alone is left out."""
    for cause in causes[:TRACED_MAX]:
        alone = Otherwise(profile=history.profile, without=frozenset(cause.deed.refs))
        told = history.suppose(alone)
        yield cause.deed.refs[0], {o.deed.refs[0] for o in told.judged if o.fate == "refused"}


def _changed(
    supposed: Supposed, direct: set[tuple[str, ...]], roots: Mapping[str, set[str]]
) -> Iterator[Changed]:
    before: list[str] = []
    for act in supposed.judged:
        first = act.deed.refs[0]
        if act.fate == "refused":
            follows = [] if act.deed.refs in direct else [r for r in before if first in roots[r]]
            whole = follows or ([] if act.deed.refs in direct else before)
            yield _refused(act, tuple(whole))
            if first in roots:
                before.append(first)
        for mark in act.noted if act.fate == "irregular" else ():
            yield _marked(act, mark)


def _refused(act: Judged, follows: tuple[str, ...]) -> Changed:
    assert act.command is not None, "an act that is refused was found"
    return Changed(
        entries=act.deed.refs,
        command=act.command,
        fate="refused",
        rule=act.rule or "",
        why=act.why or "",
        needs=act.needs,
        follows_from=follows,
    )


def _marked(act: Judged, mark: Irregularity) -> Changed:
    return Changed(
        entries=act.deed.refs,
        command=act.command or "",
        fate="irregular",
        rule=mark.rule,
        why=mark.why,
    )


def _moved(before: Case, after: Case) -> Iterator[Moved]:
    """Compare the dates of two cases, those of obligations among them."""
    old, new = _dates(before), _dates(after)
    for room, name in dict.fromkeys((*old, *new)):
        was, now = old.get((room, name)), new.get((room, name))
        if was is not None and now is not None and was.is_as(now):
            continue
        yield Moved(
            room=room,
            date=name,
            change=_change(was, now),
            old=None if was is None else was.on,
            new=None if now is None else now.on,
            old_stands=None if was is None else was.stands,
            new_stands=None if now is None else now.stands,
            arithmetic=None if now is None else now.arithmetic,
        )


class _Date(Struct, frozen=True):
    """A date, as two tellings are compared by it."""

    on: str | None
    stands: str
    due: str | None = None
    arithmetic: str | None = None

    def is_as(self, other: "_Date") -> bool:
        """Tell whether it ends when another does, and stands where that stands."""
        return (self.on, self.due, self.stands) == (other.on, other.due, other.stands)


def _change(
    was: _Date | None, now: _Date | None
) -> Literal["moves", "goes", "comes", "ends otherwise"]:
    if was is None or now is None:
        return "comes" if was is None else "goes"
    return "ends otherwise" if (was.on, was.due) == (now.on, now.due) else "moves"


def _dates(case: Case) -> dict[tuple[str, str], _Date]:
    found = {
        key: _Date(one.on, one.status, one.due, one.arithmetic)
        for key, one in case.deadlines.book.items()
    }
    owed = case.settlement.obligations.values()
    duties = {
        ("joint", f"obligation {o.obligation_id}"): _Date(
            case.follow_up.due(o), case.follow_up.column(o)
        )
        for o in owed
    }
    return found | duties
