"""Say whether the steps of the procedure were followed, from the record alone (row I1).

A pure function of what stands in the rooms that registry and mediators both read. It asks what was
recorded, never what was said; a step that leaves its traces in confidential rooms alone is judged
by what of it stands before all.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from ledger.envelope import Event

Verdict: TypeAlias = Literal["followed", "varied", "missing", "not_needed"]
ROOMS = ("joint", "chair")
"""What the checklist is computed from: its own readers read both."""


class Told(Struct, frozen=True):
    """An entry of the record, as the checklist needs it.

    Attributes:
        ref: Its name, `room:seq`.
        tag: Name of its type.
        irregular: Whether it breaks a rule, as a reported fact.
        open: Gives the event, where a step asks more than that it is there.
    """

    ref: str
    tag: str
    irregular: bool
    open: Callable[[], Event]


class Step(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A step, and what the record says of it.

    Attributes:
        step: Its name.
        verdict: Whether it was followed.
        evidence: Events (room:seq) it rests on, the first few of many.
    """

    step: str
    verdict: Verdict
    evidence: tuple[str, ...] = ()


EVIDENCE_MAX = 20
"""Most events named for one step."""


class Book:
    """The entries of a case, by the name of their type, in order."""

    def __init__(self, entries: Iterable[Told]) -> None:
        """Sort them.

        Args:
            entries: Room by room, each in its order.
        """
        self._by_tag: dict[str, list[Told]] = {}
        for entry in entries:
            self._by_tag.setdefault(entry.tag, []).append(entry)

    def of(self, *tags: str) -> list[Told]:
        """List the entries of some types."""
        return [entry for tag in tags for entry in self._by_tag.get(tag, ())]

    def has(self, *tags: str) -> bool:
        """Tell whether there is an entry of one of some types."""
        return any(tag in self._by_tag for tag in tags)


def step(name: str, evidence: Sequence[Told], *, needed: bool = True, whole: bool = True) -> Step:
    """Judge a step by its evidence.

    Args:
        name: Its name.
        evidence: What stands for it.
        needed: Whether the course of the case asked for it.
        whole: Whether what stands for it is all that was asked.
    """
    refs = tuple(entry.ref for entry in evidence)[:EVIDENCE_MAX]
    if not needed and not evidence:
        return Step(name, "not_needed")
    if not evidence:
        return Step(name, "missing")
    varied = not whole or any(entry.irregular for entry in evidence)
    return Step(name, "varied" if varied else "followed", refs)


def seq_of(ref: str) -> int:
    """Return the place of an entry in its room."""
    return int(ref.rpartition(":")[2])


def before(one: Sequence[Told], other: Sequence[Told]) -> bool:
    """Tell whether the first of some entries stands before every one of others, in one room."""
    if not one or not other:
        return bool(one)
    return min(seq_of(e.ref) for e in one) < min(seq_of(e.ref) for e in other)
