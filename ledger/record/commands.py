"""Speak of the record itself: correct, void, contest, hold, report facts."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec
from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import content_is_erased, second_person_is_known
from ledger.envelope import FRAME_ENCODER, Event, content_fields
from ledger.parties import Entry, Standing
from ledger.record import rules
from ledger.record.dates import ExtendDeadline, WaiveDeadline, extend_deadline, waive_deadline
from ledger.record.erasure import DECIDE as ERASURE
from ledger.record.events import (
    Change,
    ContestAnswered,
    EntryContested,
    EntryCorrected,
    EntryVoided,
    Fact,
    FactReported,
    VoidGround,
)
from ledger.record.holds import (
    PlaceLegalHold,
    ReleaseLegalHold,
    place_legal_hold,
    release_legal_hold,
)
from ledger.record.keys import BindKey, RevokeKey, bind_key, revoke_key
from ledger.record.notices import (
    FollowNotice,
    NotifySecurityBreach,
    ReportMisdisclosure,
    SendNotice,
    follow_notice,
    notify_security_breach,
    report_misdisclosure,
    send_notice,
)
from ledger.record.occasions import to_answer_contest, to_correct
from ledger.record.opening import (
    ApproveCaucusAccess,
    EndCaucusAccess,
    RequestCaucusAccess,
    approve_caucus_access,
    end_caucus_access,
    request_caucus_access,
)
from ledger.record.review import dates_to_review
from ledger.record.sealing import (
    Ref,
    SealContent,
    UnsealContent,
    room_of,
    seal_content,
    unseal_content,
)
from ledger.record.state import Record
from ledger.terms import Day, PersonId, Words


class CorrectEntry(Command, frozen=True, kw_only=True, tag="correct-entry"):
    """Put an entry right; the old value stays readable.

    Attributes:
        target: The entry.
        changes: Right value of each field, `occurred` among them.
        reason: Why.
        approved_by: Second person, for fields a date may hang on.
    """

    by = ("registry", "mediator", "party")
    occasions = (to_correct,)
    example: ClassVar[dict[str, Any]] = {
        "target": "joint:4",
        "changes": {"occurred": "2026-03-05T10:00:00+01:00"},
        "reason": "the courier's receipt says the fifth",
        "approved_by": "person:berg",
    }
    target: Ref
    changes: Annotated[dict[str, Any], Meta(min_length=1, max_length=20)]
    reason: Words
    approved_by: PersonId | None = None


def correct_entry(state: Record, standing: Standing, act: Act[CorrectEntry]) -> Decision:
    """Record a correction where its entry stands; dates it may touch go to review.

    Raises:
        RuleViolation: entry_is_known, entry_is_ones_own, entry_is_not_void,
            correction_reaches_no_newcomer, corrected_field_exists, content_is_erased,
            corrected_value_fits, correction_changes_something, correction_has_second_person,
            second_person_is_known.
    """
    data = act.data
    rules.entry_is_known(act, standing, data.target)
    entry = standing.entries[data.target]
    rules.entry_is_ones_own(act, entry)
    rules.entry_is_not_void(act, state, data.target)
    rules.correction_reaches_no_newcomer(act, data.target)
    event = act.open(data.target)
    rules.corrected_field_exists(act, event, data.changes)
    words = set(content_fields(type(event))) & set(data.changes)
    gone = bool(words) and data.target in state.erasures.erased
    content_is_erased(act, msgspec.UNSET if gone else event, data.target)
    rules.corrected_value_fits(act, event, data.changes)
    changes = _changes(event, entry, data.changes)
    rules.correction_changes_something(act, changes)
    rules.correction_has_second_person(act, changes, data.approved_by)
    if data.approved_by is not None:
        second_person_is_known(act, data.approved_by)
    corrected = EntryCorrected(
        target=data.target,
        about=entry.tag,
        fields=tuple(changes),
        approved_by=data.approved_by,
        changes=changes,
        reason=data.reason,
    )
    touched = any(map(rules.is_time_critical, changes))
    review = dates_to_review(state, standing, data.target) if touched else []
    return [Placed(room_of(data.target), corrected, corrects=data.target), *review]


def _changes(event: Event, entry: Entry, wanted: dict[str, Any]) -> dict[str, Change]:
    """Pair old and new values, as JSON, of the fields that differ."""
    fields = type(event).__struct_fields__
    was: dict[str, object] = {name: getattr(event, name) for name in fields}
    was.setdefault(rules.OCCURRED, entry.occurred)
    pairs = {name: Change(_json(was[name]), _json(new)) for name, new in wanted.items()}
    return {name: pair for name, pair in pairs.items() if pair.old != pair.new}


def _json(value: object) -> str:
    return FRAME_ENCODER.encode(None if value is msgspec.UNSET else value).decode()


class VoidEntry(Command, frozen=True, kw_only=True, tag="void-entry"):
    """Declare void an entry that should not be here; it stays in the record."""

    by = ("registry", "mediator")
    occasions = (to_correct,)
    example: ClassVar[dict[str, Any]] = {
        "target": "joint:9",
        "ground": "wrong_case",
        "approved_by": "person:berg",
    }
    target: Ref
    ground: VoidGround
    approved_by: PersonId
    note: Words | None = None


def void_entry(state: Record, standing: Standing, act: Act[VoidEntry]) -> Decision:
    """Declare an entry void; dates it may touch go to review.

    Raises:
        RuleViolation: entry_is_known, entry_is_ones_own, entry_is_not_void,
            void_has_second_person, second_person_is_known.
    """
    data = act.data
    rules.entry_is_known(act, standing, data.target)
    entry = standing.entries[data.target]
    rules.entry_is_ones_own(act, entry)
    rules.entry_is_not_void(act, state, data.target)
    rules.void_has_second_person(act, data.approved_by)
    second_person_is_known(act, data.approved_by)
    voided = EntryVoided(
        target=data.target,
        about=entry.tag,
        ground=data.ground,
        approved_by=data.approved_by,
        note=data.note,
    )
    review = dates_to_review(state, standing, data.target)
    return [Placed(room_of(data.target), voided, corrects=data.target), *review]


class ContestEntry(Command, frozen=True, kw_only=True, tag="contest-entry"):
    """Say that an entry is not right."""

    by = ("party",)
    example: ClassVar[dict[str, Any]] = {"target": "joint:5", "position": "we never had it"}
    target: Ref
    position: Words


def contest_entry(
    state: Record,  # noqa: ARG001 - every decision takes the state
    standing: Standing,
    act: Act[ContestEntry],
) -> Decision:
    """Record a contest where its entry stands.

    Raises:
        RuleViolation: entry_is_known.
    """
    data = act.data
    rules.entry_is_known(act, standing, data.target)
    contested = EntryContested(target=data.target, position=data.position)
    return [Placed(room_of(data.target), contested, cause=data.target)]


class AnswerContest(Command, frozen=True, kw_only=True, tag="answer-contest"):
    """Answer a contest, as the registry or the mediator."""

    by = ("registry", "mediator")
    occasions = (to_answer_contest,)
    example: ClassVar[dict[str, Any]] = {"target": "joint:6", "answer": "the receipt is filed"}
    target: Ref
    answer: Words


def answer_contest(
    state: Record,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[AnswerContest],
) -> Decision:
    """Record an answer to a contest.

    Raises:
        RuleViolation: contest_is_open.
    """
    data = act.data
    rules.contest_is_open(act, state, data.target)
    answered = ContestAnswered(target=data.target, answer=data.answer)
    return [Placed(room_of(data.target), answered, cause=data.target)]


class ReportFact(Command, frozen=True, kw_only=True, tag="report-fact"):
    """Take over a fact from a source; when it happened is told by the envelope's `occurred`.

    Attributes:
        on: Day it concerns, where the source gives a day alone.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {"fact": "request_received"}
    fact: Fact
    on: Day | None = None
    note: Words | None = None


def report_fact(
    state: Record,  # noqa: ARG001 - every decision takes the state
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[ReportFact],
) -> Decision:
    """Record a fact as told; nothing follows from it, and no date runs from it."""
    data = act.data
    return [Placed("joint", FactReported(fact=data.fact, on=data.on, note=data.note))]


Decide: TypeAlias = Callable[[Record, Standing, Act[Any]], Decision]

DECIDE: dict[type[Command], Decide] = {
    CorrectEntry: correct_entry,
    VoidEntry: void_entry,
    ContestEntry: contest_entry,
    AnswerContest: answer_contest,
    PlaceLegalHold: place_legal_hold,
    ReleaseLegalHold: release_legal_hold,
    ReportFact: report_fact,
    ExtendDeadline: extend_deadline,
    WaiveDeadline: waive_deadline,
    SealContent: seal_content,
    UnsealContent: unseal_content,
    SendNotice: send_notice,
    FollowNotice: follow_notice,
    ReportMisdisclosure: report_misdisclosure,
    NotifySecurityBreach: notify_security_breach,
    BindKey: bind_key,
    RevokeKey: revoke_key,
    RequestCaucusAccess: request_caucus_access,
    ApproveCaucusAccess: approve_caucus_access,
    EndCaucusAccess: end_caucus_access,
    **ERASURE,
}
