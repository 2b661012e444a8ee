"""Dates, performance, corrections, holds, two persons (I-14, I-15, I-17, I-18, I-21, I-22)."""

from typing import Any

from ledger.counting import parse_instant
from ledger.deadlines import (
    DeadlineExtended,
    DeadlineMet,
    DeadlineMissed,
    DeadlineReviewNeeded,
    DeadlineSet,
    DeadlineWaived,
)
from ledger.envelope import Event, content_fields
from ledger.follow_up.events import (
    BreachReportAnswered,
    BreachReported,
    ObligationCured,
    ObligationDeferred,
    ObligationDischarged,
    ObligationFellDue,
    ObligationWaived,
    PerformanceConfirmed,
    PerformanceDisputed,
    PerformanceReported,
)
from ledger.neutrality.events import ChallengeDecided, ChallengeFiled, ObjectionRaised
from ledger.record.erasure_events import ErasureAssessed, ErasureExecuted
from ledger.record.events import (
    EntryCorrected,
    EntryVoided,
    HoldNoted,
    LegalHoldPlaced,
    LegalHoldReleased,
)
from ledger.settlement.evidence_events import InstitutionAttestationIssued
from tests.invariants.record import Truth

OF_PARTIES: tuple[type[Event], ...] = (
    PerformanceReported,
    PerformanceConfirmed,
    PerformanceDisputed,
    BreachReportAnswered,
    ObligationCured,
    ObligationWaived,
    ObligationDeferred,
    ObligationDischarged,
)
"""What only a party can say of an obligation."""

CLOSING = (DeadlineMet, DeadlineMissed, DeadlineWaived)
DESTROYING = ("J10", "J12")


def closed_dates_are_not_moved(truth: Truth) -> None:
    """I-14: what met, missed or waived closed is only sent to review; more time is later time."""
    due: dict[tuple[str, str], str] = {}
    closed: set[tuple[str, str]] = set()
    for frame in truth.frames:
        event = frame.event
        match event:
            case DeadlineSet():
                due[frame.room, event.deadline_id] = event.due
                closed.discard((frame.room, event.deadline_id))
            case DeadlineExtended():
                key = (frame.room, event.deadline_id)
                assert key not in closed, f"{frame.ref} reopens {key}"
                later = parse_instant(event.due) > parse_instant(due[key])
                assert later, f"{frame.ref} shortens {key}"
                due[key] = event.due
            case DeadlineMet() | DeadlineMissed() | DeadlineWaived():
                key = (frame.room, event.deadline_id)
                assert key not in closed, f"{frame.ref} closes {key} again"
                closed.add(key)
            case DeadlineReviewNeeded():
                assert (frame.room, event.deadline_id) in due, f"{frame.ref}: no such date"
            case _:
                pass


def dates_are_missed_once_they_passed(truth: Truth) -> None:
    """I-14: the clock notes a date when it is over, not before."""
    for frame, missed in truth.all(DeadlineMissed):
        assert frame.channel == "clock", f"{frame.ref} by {frame.actor}"
        assert parse_instant(missed.due) < frame.recorded, f"{frame.ref} came early"


def only_parties_speak_of_performance(truth: Truth) -> None:
    """I-15: performed, breached, waived are the parties' words; the clock says `due` alone."""
    for frame, event in truth.all(*OF_PARTIES):
        assert (frame.acting_for or "").startswith("party:"), f"{frame.ref} by {frame.acting_for}"
        assert frame.channel != "clock", f"{frame.ref}: {event}"
    for frame, _ in truth.all(BreachReported):
        assert frame.channel != "clock", f"{frame.ref} by the clock"
        assert frame.acting_for != "registry", f"{frame.ref} by the registry"
    for frame, _ in truth.all(ObligationFellDue):
        assert frame.channel == "clock", f"{frame.ref} by {frame.actor}"


def corrections_look_back(truth: Truth) -> None:
    """I-17: nothing recorded is changed; a correction speaks of what stood before it."""
    was = truth.frames[: truth.earlier]
    assert was == truth.spec.file.frames[: truth.earlier], "the record was changed"
    for frame, event in truth.all(EntryCorrected, EntryVoided):
        target = truth.spec.file.version_of(event.target) - 1
        assert target < truth.place(frame), f"{frame.ref} corrects what comes after it"
        assert truth.frames[target].room == frame.room, f"{frame.ref} corrects another room"
        assert frame.corrects == event.target, f"{frame.ref}: {frame.corrects}"


def a_hold_tells_nothing_and_lets_nothing_go(truth: Truth) -> None:
    """I-18: all that is told is that there is one, and nothing is destroyed under it."""
    held: set[str] = set()
    for frame in truth.frames:
        event = frame.event
        match event:
            case LegalHoldPlaced():
                assert frame.room == "registry", f"{frame.ref} tells of a hold"
                held.add(event.hold_id)
            case LegalHoldReleased():
                held.discard(event.hold_id)
            case HoldNoted():
                assert set(type(event).__struct_fields__) == {"change"}, f"{frame.ref} tells more"
                assert not content_fields(type(event)), f"{frame.ref} tells more"
            case _:
                assert not (held and event.row in DESTROYING), f"{frame.ref} under {held}"


def dates_show_their_arithmetic(truth: Truth) -> None:
    """I-21: rule, trigger, counting and zone are told; the same counting gives the same day."""
    counted: dict[tuple[str, str], str] = {}
    for frame, event in truth.all(DeadlineSet):
        told = f"{frame.ref}: {event.arithmetic!r}"
        assert event.rule, told
        assert event.arithmetic, told
        if " days from " in event.arithmetic:
            assert "seat time (" in event.arithmetic, told
        known = counted.setdefault((event.rule, event.arithmetic), event.due)
        assert known == event.due, f"{told} gave {known} before"


def nobody_approves_what_one_did(truth: Truth) -> None:
    """I-22: decisions, voidings and attestations take a second person."""
    for frame, event in truth.all(EntryVoided, InstitutionAttestationIssued):
        assert event.approved_by not in (frame.actor, frame.entered_by), f"{frame.ref} alone"
    for frame, event in truth.all(EntryCorrected):
        if event.approved_by is not None and "occurred" in event.fields:
            assert event.approved_by not in (frame.actor, frame.entered_by), f"{frame.ref} alone"
    for frame, executed in truth.all(ErasureExecuted):
        granted = [
            at
            for at, one in truth.before(frame, ErasureAssessed)
            if one.erasure_id == executed.erasure_id and at.room == "protection"
        ]
        assert granted, f"{frame.ref} was never granted"
        assert granted[-1].entered_by != frame.entered_by, f"{frame.ref} alone"
    for frame, decided in truth.all(ChallengeDecided):
        filed: list[Any] = [
            (f, e)
            for f, e in truth.before(frame, ChallengeFiled, ObjectionRaised)
            if decided.challenge_id
            == (e.challenge_id if isinstance(e, ChallengeFiled) else e.objection_id)
        ]
        assert filed, f"{frame.ref} decided nothing"
        for at, event in filed:
            assert frame.actor not in (at.actor, event.person), f"{frame.ref} by {frame.actor}"
        assert frame.actor not in truth.spec.file.roster.mediators, f"{frame.ref}: a mediator"
