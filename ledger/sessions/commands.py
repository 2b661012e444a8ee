"""Decide the course of a session: opened, adjourned, resumed, closed."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeAlias

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    inquiry_follows_change_of_persons,
    mandate_is_active,
    talks_are_not_suspended,
)
from ledger.parties import TALKING, Phase, Standing
from ledger.sessions.attendance import (
    RecordAttendance,
    RecordSpeakingTurn,
    instant_given,
    record_attendance,
    record_speaking_turn,
    session_meant,
)
from ledger.sessions.balance import (
    NoteInterruption,
    RecordBalanceIntervention,
    note_interruption,
    record_balance_intervention,
)
from ledger.sessions.caucus import (
    AuthoriseDisclosure,
    CloseCaucus,
    ConveyInformation,
    OpenCaucus,
    ReceiveInCaucus,
    RevokeDisclosure,
    authorise_disclosure,
    close_caucus,
    convey_information,
    open_caucus,
    receive_in_caucus,
    revoke_disclosure,
)
from ledger.sessions.conduct import (
    AnswerConductObjection,
    ConfirmCommonGround,
    IdentifyCommonGround,
    IntroduceOption,
    ObjectToConduct,
    PoseQuestion,
    answer_conduct_objection,
    confirm_common_ground,
    identify_common_ground,
    introduce_option,
    object_to_conduct,
    pose_question,
)
from ledger.sessions.events import (
    Mode,
    SessionAdjourned,
    SessionClosed,
    SessionOpened,
    SessionResumed,
)
from ledger.sessions.keeping import DECIDE as KEEPING
from ledger.sessions.occasions import to_adjourn, to_close, to_open, to_resume
from ledger.sessions.rules import (
    one_session_is_held_at_a_time,
    rights_are_explained_before_talks,
    session_is_adjourned,
    session_is_not_over,
    session_is_opened_once,
    session_is_scheduled,
    session_is_under_way,
    terms_protect_the_talks,
)
from ledger.sessions.safeguard import (
    IssueSessionRecord,
    SuspendSession,
    issue_session_record,
    suspend_session,
)
from ledger.sessions.state import Sessions
from ledger.sessions.words import (
    ConfirmSummary,
    CorrectSummary,
    GiveSummary,
    RecordStatement,
    confirm_summary,
    correct_summary,
    give_summary,
    record_statement,
)
from ledger.terms import Id, Instant, Words, next_id

Decide: TypeAlias = Callable[[Sessions, Standing, Act[Any]], Decision]
MEETING = TALKING - {Phase.ENGAGED}
"""From preparation to signing."""


class OpenSession(Command, frozen=True, kw_only=True, tag="open-session"):
    """Begin a session.

    Attributes:
        session_id: Which, None for the one fixed first of those still to come.
    """

    by = ("mediator",)
    during = MEETING
    guards = (
        actor_is_mediator,
        mandate_is_active,
        inquiry_follows_change_of_persons,
        talks_are_not_suspended,
        terms_protect_the_talks,
        rights_are_explained_before_talks,
    )
    occasions = (to_open,)
    example: ClassVar[dict[str, Any]] = {"session_id": "S1", "guidelines_reiterated": True}
    session_id: Id | None = None
    mode: Mode | None = None
    place: Words | None = None
    guidelines_reiterated: bool = False


class AdjournSession(Command, frozen=True, kw_only=True, tag="adjourn-session"):
    """Break a session off, to go on later.

    Attributes:
        until: When it is to go on, None for no date.
        session_id: Which, None for the one now open.
    """

    by = ("mediator",)
    guards = (actor_is_mediator,)
    occasions = (to_adjourn,)
    example: ClassVar[dict[str, Any]] = {
        "until": "2026-04-07T10:00:00+02:00",
        "terms": "both bring figures",
        "confidentiality_reminded": True,
    }
    session_id: Id | None = None
    until: Instant | None = None
    terms: Words | None = None
    confidentiality_reminded: bool = False


class ResumeSession(Command, frozen=True, kw_only=True, tag="resume-session"):
    """Go on with a session that was adjourned."""

    by = ("mediator",)
    during = MEETING
    guards = (actor_is_mediator, mandate_is_active, inquiry_follows_change_of_persons)
    occasions = (to_resume,)
    example: ClassVar[dict[str, Any]] = {"session_id": "S1"}
    session_id: Id


class CloseSession(Command, frozen=True, kw_only=True, tag="close-session"):
    """End a session.

    Attributes:
        session_id: Which, None for the one now open.
    """

    by = ("mediator",)
    guards = (actor_is_mediator,)
    occasions = (to_close,)
    session_id: Id | None = None


def open_session(state: Sessions, standing: Standing, act: Act[OpenSession]) -> Decision:
    """Begin a session.

    Raises:
        RuleViolation: session_is_opened_once, session_is_scheduled,
            one_session_is_held_at_a_time.
    """
    data = act.data
    fixed = (name for name, s in standing.sessions.items() if s.status == "scheduled")
    name = data.session_id or next(fixed, None) or next_id("S", standing.sessions)
    session_is_opened_once(act, state, name)
    session_is_scheduled(act, standing, name)
    one_session_is_held_at_a_time(act, state)
    opened = SessionOpened(
        session_id=name,
        mode=data.mode,
        guidelines_reiterated=data.guidelines_reiterated,
        place=data.place,
    )
    return [Placed("joint", opened)]


def adjourn_session(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[AdjournSession],
) -> Decision:
    """Break a session off.

    Raises:
        DecodeError: The instant it is to go on is none.
        RuleViolation: session_was_opened, session_is_under_way.
    """
    data = act.data
    name = session_meant(act, state)
    session_is_under_way(act, state, name)
    instant_given(data.until, "until")
    adjourned = SessionAdjourned(
        session_id=name,
        until=data.until,
        confidentiality_reminded=data.confidentiality_reminded,
        terms=data.terms,
    )
    return [Placed("joint", adjourned)]


def resume_session(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ResumeSession],
) -> Decision:
    """Go on with a session.

    Raises:
        RuleViolation: session_was_opened, session_is_adjourned, one_session_is_held_at_a_time.
    """
    name = session_meant(act, state)
    session_is_adjourned(act, state, name)
    one_session_is_held_at_a_time(act, state)
    return [Placed("joint", SessionResumed(session_id=name))]


def close_session(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[CloseSession],
) -> Decision:
    """End a session.

    Raises:
        RuleViolation: session_was_opened, session_is_not_over.
    """
    name = session_meant(act, state)
    session_is_not_over(act, state, name)
    return [Placed("joint", SessionClosed(session_id=name))]


DECIDE: dict[type[Command], Decide] = {
    OpenSession: open_session,
    RecordAttendance: record_attendance,
    RecordSpeakingTurn: record_speaking_turn,
    RecordStatement: record_statement,
    OpenCaucus: open_caucus,
    CloseCaucus: close_caucus,
    ReceiveInCaucus: receive_in_caucus,
    AuthoriseDisclosure: authorise_disclosure,
    RevokeDisclosure: revoke_disclosure,
    ConveyInformation: convey_information,
    GiveSummary: give_summary,
    ConfirmSummary: confirm_summary,
    CorrectSummary: correct_summary,
    AdjournSession: adjourn_session,
    ResumeSession: resume_session,
    CloseSession: close_session,
    NoteInterruption: note_interruption,
    IdentifyCommonGround: identify_common_ground,
    ConfirmCommonGround: confirm_common_ground,
    PoseQuestion: pose_question,
    IntroduceOption: introduce_option,
    RecordBalanceIntervention: record_balance_intervention,
    ObjectToConduct: object_to_conduct,
    AnswerConductObjection: answer_conduct_objection,
    SuspendSession: suspend_session,
    IssueSessionRecord: issue_session_record,
    **KEEPING,
}
