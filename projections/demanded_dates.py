"""Judge the times a profile gives: those that ran in a case told under it, those that did not."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import asdict

from ledger.deadlines import (
    Deadline,
    DeadlineMet,
    DeadlineMissed,
    DeadlineReviewNeeded,
    DeadlineWaived,
)
from ledger.envelope import Event, Frame, tag_of
from ledger.instants import has_offset, parse_instant
from ledger.profile import Profile
from ledger.profile_dates import DATES
from ledger.profile_keys import procedure_keys, value_at
from ledger.record.late import ANSWERS, is_beside
from ledger.supposition import Judged, Supposed
from projections.findings import Finding, Verdict

UNITS: Final = ("_days", "_months")
NAMED_OTHERWISE: Final = {
    "reply.period": "reply",
    "objection.within": "objection",
    "proposal.default_validity": "validity",
    "deposit.pay_within": "deposit",
    "overall_limit.days": "overall_limit",
    "settlement.signature_window": "signature",
    "settlement.cooling_off": "cooling_off",
    "retention.process_record": "retention",
    "retention.sealed_content": "retention",
    "retention.feedback_identified": "retention",
}
"""Keys, without their unit, whose dates go by another name."""
BY_RULES: Final = frozenset(
    {
        "challenge.within_days",
        "deposit.notice_before_termination_days",
        "overall_limit.extension_max_days",
    }
)
"""Keys that set no date running: a rule of the act they bound asks for them."""
RIGHTS: Final = frozenset({"objection", "validity"})
"""Times within which somebody may act and need not; an author may name the day of a validity."""
TERMS: Final = frozenset(
    {"retention", "cooling_off", "caucus_access", "sealed_bids", "blind_reply"}
)
"""Times that are kept by ending."""
MET_BY: Final = {
    "overall_limit": ("settlement-executed", "termination-declared", "case-closed"),
}
"""By rule the types of entries that meet a time which no act of its own ends."""
ENDS = (DeadlineMet, DeadlineMissed, DeadlineWaived, DeadlineReviewNeeded)


class Dates(Struct, frozen=True):
    """What the times of a case are judged from.

    Attributes:
        supposed: The case, told under the profile.
        profile: The profile.
        own: Whether it is the case's own.
        now: The instant looked from.
    """

    supposed: Supposed
    profile: Profile
    own: bool
    now: datetime


def findings(dates: Dates) -> Iterator[Finding]:
    """Judge every time that ran, then name the keys for which none did."""
    acts = {ref: one for one in dates.supposed.judged for ref in one.deed.refs}
    ends = dict(_ends(dates.supposed.frames))
    begun: set[str] = set()
    for named, deadline in dates.supposed.case.deadlines.book.items():
        setting = acts.get(_recorded(dates, deadline.ref) or "")
        if dates.own or (setting is not None and setting.fate in ("taken", "irregular")):
            begun.add(deadline.set.rule)
            yield _judged(dates, deadline, ends.get(named), acts)
    for key, rule in keys_of_dates().items():
        if rule not in begun:
            yield _not_begun(dates.profile, key)


def _ends(frames: Sequence[Frame[Any]]) -> Iterator[tuple[tuple[str, str], Frame[Any]]]:
    """Find what was said last of each time."""
    for frame in frames:
        if isinstance(frame.event, ENDS):
            yield (frame.room, frame.event.deadline_id), frame


def keys_of_dates() -> Mapping[str, str]:
    """Name the keys of a profile that give a time, each with the rule its dates go by."""
    found = {}
    for key in procedure_keys():
        unit = next((unit for unit in UNITS if key.endswith(unit)), None)
        bare = key.removesuffix(unit) if unit else key
        if key == "overall_limit.days" or (unit and key not in BY_RULES):
            found[key] = NAMED_OTHERWISE.get(bare, bare)
    return found


def key_of(rule: str) -> str:
    """Name the key of a profile that gives a time; the rule itself where several or none may."""
    keys = [key for key, name in keys_of_dates().items() if name == rule and rule not in RIGHTS]
    return keys[0] if len(keys) == 1 else rule


def _recorded(dates: Dates, ref: str) -> str | None:
    """Name the recorded entry that an entry of the telling comes from."""
    return dates.supposed.origin.get(ref, ref)


def _judged(
    dates: Dates, deadline: Deadline, end: Frame[Any] | None, acts: Mapping[str, Judged]
) -> Finding:
    verdict = _verdict(dates, deadline)
    answer = _answer(dates, deadline) if verdict in ("not_met", "not_yet_due") else None
    done = None
    if answer is not None:
        done, end = _day(dates, answer), answer
        in_time = deadline.set.rule in MET_BY and done.isoformat() <= deadline.on
        verdict = "met" if in_time else verdict
    elif end is not None and deadline.status == "met":
        done = _day(dates, end)
    ref = None if end is None else _recorded(dates, end.ref)
    act = acts.get(ref or "")
    refs = (_recorded(dates, deadline.ref), ref if act is None else _own_entry(act))
    until = done or (_at_seat(dates, dates.now) if verdict == "not_yet_due" else None)
    return Finding(
        kind="date",
        rule=key_of(deadline.set.rule),
        about=deadline.set.concerns or deadline.set.about,
        verdict=verdict,
        entries=tuple(dict.fromkeys(ref for ref in refs if ref is not None)),
        on=deadline.on,
        done=None if done is None else done.isoformat(),
        days=None if until is None else (date.fromisoformat(deadline.on) - until).days,
        arithmetic=deadline.arithmetic,
        says=_says(deadline, verdict, done),
    )


def _answer(dates: Dates, deadline: Deadline) -> Frame[Any] | None:
    """Find the entry that does what a time asked for, where its own end does not say so."""
    rule, about = deadline.set.rule, deadline.set.about
    later = iter(dates.supposed.frames)
    for frame in later:
        if frame.ref == deadline.ref:
            break
    return next((f for f in later if _answers(f, rule, about)), None)


def _answers(frame: Frame[Any], rule: str, about: str | None) -> bool:
    """Tell whether an entry does what the time of a rule asks for."""
    event: Event = frame.event
    tag = tag_of(type(event))
    if rule in MET_BY:
        return tag in MET_BY[rule]
    if rule in ANSWERS:
        named = ANSWERS[rule].get(tag)
        return named is not None and named.format_map(asdict(event)) == about
    begun = next((one for one in DATES if one.rule == rule and tag in one.met_by), None)
    if begun is None or begun.about is None:
        return begun is not None
    whose = str(getattr(event, begun.about, frame.actor))
    return whose.removeprefix("person:") == about


def _own_entry(act: Judged) -> str:
    """Name the entry of an act that is the act, not what stands beside it."""
    own = (frame.ref for frame in act.deed.frames if not is_beside(frame.event))
    return next(own, act.deed.refs[0])


def _verdict(dates: Dates, deadline: Deadline) -> Verdict:
    rule, status = deadline.set.rule, deadline.status
    over = status == "missed" or deadline.passed(dates.now)
    if status in ("met", "waived"):
        return "met" if status == "met" else "waived"
    if over and rule in TERMS:
        return "met"
    if over and rule in RIGHTS:
        return "not_applicable"
    return "not_met" if over or status == "review" else "not_yet_due"


def _says(deadline: Deadline, verdict: Verdict, done: date | None) -> str:
    """Say where a time stands."""
    if deadline.status == "review":
        return f"passed on {deadline.on}; an entry came late, and somebody has to decide"
    if verdict == "met":
        return f"ended on {deadline.on}" if done is None else f"met on {done}"
    if done is not None:
        return f"passed on {deadline.on}; done on {done}"
    return {
        "waived": f"given up; it would have ended on {deadline.on}",
        "not_met": f"passed on {deadline.on} and was not met",
        "not_applicable": f"ended on {deadline.on}; nobody used it, and nobody had to",
        "not_yet_due": f"runs until {deadline.on}",
    }[verdict]


def _not_begun(profile: Profile, key: str) -> Finding:
    known = value_at(profile, key) not in ("null", "0")
    says = "nothing on record sets it running" if known else "the profile knows no such time"
    return Finding(kind="date", rule=key, verdict="not_applicable", says=says)


def _day(dates: Dates, frame: Frame[Any]) -> date:
    """Name the day at the seat on which an act happened, as far as it is known."""
    known = frame.occurred is not None and has_offset(frame.occurred)
    return _at_seat(dates, parse_instant(frame.occurred or "") if known else frame.recorded)


def _at_seat(dates: Dates, at: datetime) -> date:
    return at.astimezone(UTC).astimezone(ZoneInfo(dates.profile.seat.zone)).date()
