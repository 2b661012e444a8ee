"""Judge a case by a profile, its own or any other: five verdicts, each with its entries and days.

The case is told again under the profile, so that its times are begun, met and missed by the same
code that would have begun them, and every act is held to the same rules. No rule set is written
down here a second time: another profile gives other verdicts with no change of code.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from msgspec import Struct

from ledger.act import RULES
from ledger.envelope import Event, tag_of
from ledger.evaluation.checklist import Told
from ledger.parties import ENDED
from ledger.profile import Profile
from ledger.supposing import History
from ledger.supposition import Judged, Otherwise, Supposed
from projections import demanded_dates, demanded_steps
from projections.findings import VERDICTS, Finding


class Conformity(Struct, frozen=True):
    """How a case conforms to a profile.

    Attributes:
        findings: What the profile demands, and whether it is met.
        acts: How many acts were judged.
        not_judged: Entries (room:seq) of acts that cannot be judged from what is read.
    """

    findings: tuple[Finding, ...]
    acts: int
    not_judged: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Count the findings of each verdict."""
        found = [finding.verdict for finding in self.findings]
        return {verdict: found.count(verdict) for verdict in VERDICTS}


def conformity(
    history: History, profile: Profile, *, own: bool, now: datetime, reads_steps: bool
) -> Conformity:
    """Judge a case.

    Args:
        history: The case, as far as it is read.
        profile: The profile to judge it by.
        own: Whether that is the one pinned to it, so that what its parties varied counts.
        now: The instant looked from.
        reads_steps: Whether the rooms that steps leave their traces in are all read.
    """
    as_it_went = Otherwise(profile=profile, own=own, keeps=True, course=True, reported=True)
    supposed = history.suppose(as_it_went)
    dates = demanded_dates.Dates(supposed, history.varied(profile) if own else profile, own, now)
    over = supposed.case.phase in ENDED
    steps = demanded_steps.findings(_told(history), dates.profile, over=over) if reads_steps else ()
    found = (*demanded_dates.findings(dates), *steps, *_broken(supposed))
    judged = [one for one in supposed.judged if one.fate != "not judged"]
    silent = [one for one in supposed.judged if one.fate == "not judged"]
    return Conformity(found, len(judged), tuple(ref for one in silent for ref in one.deed.refs))


def _told(history: History) -> list[Told]:
    """List the entries the steps are judged from, room by room."""
    frames = [frame for deed in history.past.deeds for frame in deed.frames]
    return [
        Told(f.ref, _tag(f.event), bool(f.irregular), partial(history.past.open, f.ref))
        for room in demanded_steps.ROOMS
        for f in frames
        if f.room == room
    ]


def _tag(event: Event) -> str:
    return tag_of(type(event))


def _broken(supposed: Supposed) -> Iterator[Finding]:
    """Tell every act that breaks a rule, recorded as such or not."""
    for act in supposed.judged:
        if act.rule is not None:
            yield _break(act, act.rule, act.why or "", deviation=False)
        marked = {mark.rule for frame in act.deed.frames for mark in frame.irregular}
        for mark in act.noted:
            yield _break(act, mark.rule, mark.why, deviation=mark.rule in marked)


def _break(act: Judged, rule: str, why: str, *, deviation: bool) -> Finding:
    known = RULES.get(rule)
    says = f"{known.sentence.rstrip('.')}: {why}" if known else why
    return Finding(
        kind="act",
        rule=rule,
        about=act.command,
        verdict="not_met",
        entries=act.deed.refs,
        says=says,
        deviation=deviation,
    )
