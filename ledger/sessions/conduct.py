"""Decide how a session is led: common ground, neutral questions, objections to conduct."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    id_is_new,
    mandate_is_active,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.parties import TALKING, Standing
from ledger.sessions.attendance import session_meant
from ledger.sessions.conduct_events import (
    CommonGroundConfirmed,
    CommonGroundIdentified,
    ConductObjectionAnswered,
    ConductObjectionRaised,
    OptionIntroduced,
    QuestionPosed,
)
from ledger.sessions.conduct_rules import (
    common_ground_is_named,
    conduct_objection_is_open,
    issues_are_listed,
    option_is_introduced_once,
    option_is_known_to_all,
    to_answer_objection,
    to_confirm_ground,
    to_introduce,
)
from ledger.sessions.occasions import to_minute
from ledger.sessions.state import Sessions
from ledger.terms import Id, PartyId, Words, next_id

Ref = Annotated[str, Meta(pattern=r"\A[^\s]{1,400}:[1-9][0-9]{0,9}\Z")]
"""Names an entry within its case, `room:sequence`."""


class IdentifyCommonGround(Command, frozen=True, kw_only=True, tag="identify-common-ground"):
    """Name points on which the sides do not differ; it binds nobody.

    Attributes:
        issues: Listed issues it touches.
    """

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {"points": ["Both want quiet nights."]}
    points: Annotated[tuple[Words, ...], Meta(min_length=1)]
    ground_id: Id | None = None
    issues: tuple[Id, ...] = ()
    session_id: Id | None = None


class ConfirmCommonGround(Command, frozen=True, kw_only=True, tag="confirm-common-ground"):
    """Agree that there is this common ground; it binds nobody."""

    by = ("party",)
    during = TALKING
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_confirm_ground,)
    example: ClassVar[dict[str, Any]] = {"ground_id": "G1"}
    ground_id: Id


class PoseQuestion(Command, frozen=True, kw_only=True, tag="pose-question"):
    """Put a neutral question.

    Attributes:
        to: Parties asked, empty for all.
        issue: Listed issue it is about.
        text: The question, where it is to be kept.
    """

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {"text": "What would have to be so for this to work?"}
    text: Words | None = None
    to: tuple[PartyId, ...] = ()
    issue: Id | None = None
    question_id: Id | None = None
    session_id: Id | None = None


class IntroduceOption(Command, frozen=True, kw_only=True, tag="introduce-option"):
    """Bring an option recorded before all into the talks.

    Attributes:
        option: Its entry, as `joint:12`.
    """

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    occasions = (to_introduce,)
    example: ClassVar[dict[str, Any]] = {"option": "joint:31"}
    option: Ref
    session_id: Id | None = None


class ObjectToConduct(Command, frozen=True, kw_only=True, tag="object-to-conduct"):
    """Object to how a session is led; to ask that somebody leave there is file-challenge.

    Attributes:
        session_id: Which session, None for the one now open.
    """

    by = ("party",)
    occasions = (to_minute,)
    example: ClassVar[dict[str, Any]] = {"what": "We had ten minutes, they had forty."}
    what: Words
    objection_id: Id | None = None
    session_id: Id | None = None


class AnswerConductObjection(Command, frozen=True, kw_only=True, tag="answer-conduct-objection"):
    """Answer an objection to conduct.

    Attributes:
        change: Whether the conduct is changed by it.
    """

    by = ("mediator",)
    guards = (actor_is_mediator,)
    occasions = (to_answer_objection,)
    example: ClassVar[dict[str, Any]] = {
        "objection_id": "CO1",
        "answer": "B speaks first from now on.",
        "change": True,
    }
    objection_id: Id
    answer: Words
    change: bool = False


def identify_common_ground(
    state: Sessions, standing: Standing, act: Act[IdentifyCommonGround]
) -> Decision:
    """Name common ground before all.

    Raises:
        RuleViolation: session_was_opened, issues_are_listed, id_is_new.
    """
    data = act.data
    issues_are_listed(act, standing, data.issues)
    name = data.ground_id or next_id("G", state.conduct.ground)
    id_is_new(act, state.conduct.ground, name, name)
    identified = CommonGroundIdentified(
        ground_id=name, session_id=_session(act, state), issues=data.issues, points=data.points
    )
    return [Placed("joint", identified)]


def confirm_common_ground(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ConfirmCommonGround],
) -> Decision:
    """Confirm common ground.

    Raises:
        RuleViolation: common_ground_is_named.
    """
    common_ground_is_named(act, state)
    confirmed = CommonGroundConfirmed(ground_id=act.data.ground_id, party=own_party(act))
    return [Placed("joint", confirmed)]


def pose_question(state: Sessions, standing: Standing, act: Act[PoseQuestion]) -> Decision:
    """Put a question before all.

    Raises:
        RuleViolation: session_was_opened, party_is_known, issues_are_listed, id_is_new.
    """
    data = act.data
    for party in data.to:
        party_is_known(act, standing, party)
    issues_are_listed(act, standing, (data.issue,) if data.issue else ())
    name = data.question_id or next_id("QU", state.conduct.questions)
    id_is_new(act, state.conduct.questions, name, name)
    posed = QuestionPosed(
        question_id=name,
        session_id=_session(act, state),
        to=data.to,
        issue=data.issue,
        text=data.text,
    )
    return [Placed("joint", posed)]


def introduce_option(state: Sessions, standing: Standing, act: Act[IntroduceOption]) -> Decision:
    """Bring an option into the talks.

    Raises:
        RuleViolation: session_was_opened, option_is_known_to_all, option_is_introduced_once.
    """
    option = act.data.option
    option_is_known_to_all(act, standing, option)
    option_is_introduced_once(act, state, option)
    introduced = OptionIntroduced(option=option, session_id=_session(act, state))
    return [Placed("joint", introduced, cause=option)]


def object_to_conduct(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ObjectToConduct],
) -> Decision:
    """Record an objection before all, so that it stands beside the record of the session.

    Raises:
        RuleViolation: session_was_opened, id_is_new.
    """
    data, name = act.data, session_meant(act, state)
    objection = data.objection_id or next_id("CO", state.conduct.objections)
    id_is_new(act, state.conduct.objections, objection, objection)
    raised = ConductObjectionRaised(
        objection_id=objection, session_id=name, party=own_party(act), what=data.what
    )
    return [Placed("joint", raised)]


def answer_conduct_objection(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[AnswerConductObjection],
) -> Decision:
    """Answer an objection.

    Raises:
        RuleViolation: conduct_objection_is_open.
    """
    data = act.data
    conduct_objection_is_open(act, state, data.objection_id)
    answered = ConductObjectionAnswered(
        objection_id=data.objection_id, change=data.change, answer=data.answer
    )
    return [Placed("joint", answered)]


def _session(act: Act[Any], state: Sessions) -> str | None:
    """Find the session named, else the one now open, if any."""
    if act.data.session_id is None:
        return state.open_session()
    return session_meant(act, state)
