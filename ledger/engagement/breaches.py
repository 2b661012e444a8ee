"""The commands about confidences said to be broken; nobody here decides whether they were."""

from collections.abc import Callable
from typing import Any, ClassVar, Literal, TypeAlias

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, id_is_new, known, own
from ledger.engagement.confidence_events import (
    ConfidentialClass,
    ConfidentialityBreachAnswered,
    ConfidentialityBreachRemedied,
    ConfidentialityBreachReported,
)
from ledger.engagement.confidence_rules import (
    answer_is_the_accuseds,
    breach_is_reported,
    breach_is_told_where_all_concerned_read,
    confidentiality_is_agreed,
    to_answer_breach,
    to_remedy,
)
from ledger.engagement.state import Engagement
from ledger.parties import Standing
from ledger.terms import Id, PartyOrPersonId, Words, next_id

Decide: TypeAlias = Callable[[Engagement, Standing, Act[Any]], Decision]


class ReportBreachOfConfidence(
    Command, frozen=True, kw_only=True, tag="report-breach-of-confidence"
):
    """Report that a confidence was broken; whether it was, nobody here decides.

    Attributes:
        against: Party or person said to have broken it.
        information: What class of information it is about.
        breach_id: Names the report, None for the next number in the room.
    """

    by = ("party", "mediator")
    guards = (actor_is_mediator,)
    occasions = (own(confidentiality_is_agreed),)
    example: ClassVar[dict[str, Any]] = {
        "information": "proposals",
        "facts": "The figure of Tuesday stood in Wednesday's paper.",
        "against": "B",
    }
    information: ConfidentialClass
    facts: Words
    against: PartyOrPersonId | None = None
    breach_id: Id | None = None


class AnswerBreachOfConfidence(
    Command, frozen=True, kw_only=True, tag="answer-breach-of-confidence"
):
    """Answer a report that one broke a confidence."""

    by = ("party", "mediator")
    guards = (actor_is_mediator,)
    occasions = (to_answer_breach,)
    example: ClassVar[dict[str, Any]] = {
        "breach_id": "BC1",
        "position": "denies",
        "answer": "The paper had it from the harbour board.",
    }
    breach_id: Id
    position: Literal["admits", "denies", "explains"]
    answer: Words


class RemedyBreachOfConfidence(
    Command, frozen=True, kw_only=True, tag="remedy-breach-of-confidence"
):
    """Say what was done about a confidence said to be broken."""

    by = ("party", "mediator", "registry")
    occasions = (known(actor_is_mediator), to_remedy)
    example: ClassVar[dict[str, Any]] = {
        "breach_id": "BC1",
        "measures": "Papers are read in the room and stay there.",
    }
    breach_id: Id
    measures: Words


def report_breach_of_confidence(
    state: Engagement,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ReportBreachOfConfidence],
) -> Decision:
    """Report a breach before all, or within a group.

    Raises:
        RuleViolation: actor_is_mediator, confidentiality_is_agreed,
            breach_is_told_where_all_concerned_read, id_is_new.
    """
    data, room = act.data, act.room or "joint"
    confidentiality_is_agreed(act, state)
    breach_is_told_where_all_concerned_read(act, room)
    names = data.breach_id or next_id(
        "BC", {name for where, name in state.breaches if where == room}
    )
    id_is_new(act, state.breaches, (room, names), names)
    reported = ConfidentialityBreachReported(
        breach_id=names, against=data.against, information=data.information, facts=data.facts
    )
    return [Placed(room, reported)]


def answer_breach_of_confidence(
    state: Engagement,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[AnswerBreachOfConfidence],
) -> Decision:
    """Answer a report where it was made.

    Raises:
        RuleViolation: actor_is_mediator, breach_is_reported, answer_is_the_accuseds.
    """
    data, room = act.data, act.room or "joint"
    breach_is_reported(act, state, room, data.breach_id)
    answer_is_the_accuseds(act, state.breaches[room, data.breach_id])
    answered = ConfidentialityBreachAnswered(
        breach_id=data.breach_id, position=data.position, answer=data.answer
    )
    return [Placed(room, answered)]


def remedy_breach_of_confidence(
    state: Engagement, standing: Standing, act: Act[RemedyBreachOfConfidence]
) -> Decision:
    """Say what was done, where the report was made.

    Raises:
        RuleViolation: actor_is_mediator, breach_is_reported.
    """
    data, room = act.data, act.room or "joint"
    actor_is_mediator(act, standing)
    breach_is_reported(act, state, room, data.breach_id)
    remedied = ConfidentialityBreachRemedied(breach_id=data.breach_id, measures=data.measures)
    return [Placed(room, remedied)]


DECIDE: dict[type[Command], Decide] = {
    ReportBreachOfConfidence: report_breach_of_confidence,
    AnswerBreachOfConfidence: answer_breach_of_confidence,
    RemedyBreachOfConfidence: remedy_breach_of_confidence,
}
