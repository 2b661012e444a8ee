"""Say what conformance finds: one demand of a profile, and whether a case meets it."""

from typing import Literal, TypeAlias

from msgspec import Struct

Verdict: TypeAlias = Literal["met", "not_yet_due", "not_met", "waived", "not_applicable"]
VERDICTS: tuple[Verdict, ...] = ("met", "not_yet_due", "not_met", "waived", "not_applicable")


class Finding(Struct, frozen=True, kw_only=True):
    """A demand, and what the record says of it; the names are those of the JSON document.

    Attributes:
        kind: Whether a time is kept, a step is taken, or an act keeps to a rule.
        rule: The profile's key, the step, or the rule's name.
        about: Which one, where there are several: a party, a session, a proposal.
        verdict: Whether it is met.
        entries: Entries (room:seq) it rests on, those that set it running first.
        on: Last day at the seat, of a time.
        done: Day at the seat on which it was met.
        days: Days to spare, fewer than none where it was late; None where nothing is known.
        arithmetic: How the last day was counted.
        says: The finding in a sentence.
        deviation: Whether it was recorded as a fact that breaks the rule.
    """

    kind: Literal["date", "step", "act"]
    rule: str
    about: str | None = None
    verdict: Verdict
    entries: tuple[str, ...] = ()
    on: str | None = None
    done: str | None = None
    days: int | None = None
    arithmetic: str | None = None
    says: str
    deviation: bool = False
