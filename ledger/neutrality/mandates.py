"""The commands by which mediators take office, rest and leave."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator
from ledger.neutrality.events import (
    EndReason,
    MandateEnded,
    MandateRestored,
    MandateSuspended,
    MediatorAppointed,
    MediatorRecused,
    MediatorResigned,
    Method,
    SuccessorAppointed,
    SuspendReason,
)
from ledger.neutrality.office import (
    conflicts_are_answered,
    conflicts_are_waived_by_all,
    disclosures_are_delivered,
    fee_terms_are_accepted,
    inquiry_is_complete,
    mandate_is_vacant,
    mediator_was_nominated,
    mediators_are_distinct,
    neutrality_is_declared,
    no_conflict_bars,
    no_mandate_yet,
    no_objection_is_open,
    number_is_allowed,
    objection_time_is_over,
)
from ledger.neutrality.rules import (
    Decide,
    mandate_can_be_suspended,
    mandate_is_suspended,
    mediator_is_not_a_representative,
    no_challenge_stands,
    persons_hold_the_mandate,
)
from ledger.neutrality.state import Neutrality
from ledger.parties import RUNNING, Phase, Standing
from ledger.terms import PersonId, Words


class AppointMediator(Command, frozen=True, kw_only=True, tag="appoint-mediator"):
    """Put one or more mediators in office.

    Attributes:
        mediators: Persons; several mediate together.
        method: How they were chosen: by all, by a party, by lot, by the authority.
    """

    by = ("authority", "registry")
    during = frozenset({Phase.CONSENTED})
    example: ClassVar[dict[str, Any]] = {"mediators": ["person:iyer"], "method": "joint"}
    mediators: Annotated[tuple[PersonId, ...], Meta(min_length=1)]
    method: Method


def appoint_mediator(state: Neutrality, standing: Standing, act: Act[AppointMediator]) -> Decision:
    """Appoint the first mediators.

    Raises:
        RuleViolation: no_mandate_yet, and what `_may_take_office` asks.
    """
    no_mandate_yet(act, state)
    _may_take_office(state, standing, act, act.data.mediators)
    appointed = MediatorAppointed(
        mediators=act.data.mediators, method=act.data.method, mandate_number=1
    )
    return [Placed("joint", appointed)]


def _may_take_office(
    state: Neutrality, standing: Standing, act: Act[Any], persons: tuple[str, ...]
) -> None:
    """Check persons before they take office.

    The steps that lead there are not asked of a reported appointment in a case that began
    elsewhere: they are not in our record, which is not to say that they were left out.

    Raises:
        RuleViolation: mediators_are_distinct, mediator_is_not_a_representative,
            no_objection_is_open, no_conflict_bars, conflicts_are_waived_by_all, number_is_allowed,
            mediator_was_nominated, inquiry_is_complete, neutrality_is_declared,
            conflicts_are_answered, disclosures_are_delivered, objection_time_is_over,
            fee_terms_are_accepted.
    """
    mediators_are_distinct(act, persons)
    for person in persons:
        mediator_is_not_a_representative(act, standing, person)
    no_objection_is_open(act, state, persons)
    no_conflict_bars(act, state, persons)
    conflicts_are_waived_by_all(act, state, standing, persons)
    number_is_allowed(act, persons)
    if standing.taken_over and act.reported:
        return
    mediator_was_nominated(act, state, persons)
    inquiry_is_complete(act, state, persons)
    neutrality_is_declared(act, state, persons)
    conflicts_are_answered(act, state, persons)
    disclosures_are_delivered(act, state, standing, persons)
    objection_time_is_over(act, state, standing, persons)
    fee_terms_are_accepted(act, state, standing, persons)


class AppointSuccessor(Command, frozen=True, kw_only=True, tag="appoint-successor"):
    """Put one or more mediators in office after others have left it; all steps are repeated."""

    by = ("authority", "registry")
    during = RUNNING
    example: ClassVar[dict[str, Any]] = {"mediators": ["person:lindqvist"], "method": "joint"}
    mediators: Annotated[tuple[PersonId, ...], Meta(min_length=1)]
    method: Method


def appoint_successor(
    state: Neutrality, standing: Standing, act: Act[AppointSuccessor]
) -> Decision:
    """Appoint mediators under a new mandate, which opens new confidential rooms.

    Raises:
        RuleViolation: mandate_is_vacant, and what `_may_take_office` asks.
    """
    mandate_is_vacant(act, state)
    _may_take_office(state, standing, act, act.data.mediators)
    appointed = SuccessorAppointed(
        mediators=act.data.mediators,
        previous=state.last_mediators,
        method=act.data.method,
        mandate_number=state.mandate.number + 1,
    )
    return [Placed("joint", appointed)]


class SuspendMandate(Command, frozen=True, kw_only=True, tag="suspend-mandate"):
    """Let the mandate rest for a reason other than a challenge just filed."""

    by = ("registry", "challenge")
    example: ClassVar[dict[str, Any]] = {"reason": "safety"}
    reason: SuspendReason


def suspend_mandate(
    state: Neutrality,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[SuspendMandate],
) -> Decision:
    """Suspend the mandate.

    Raises:
        RuleViolation: mandate_can_be_suspended.
    """
    mandate_can_be_suspended(act, state)
    return [Placed("joint", MandateSuspended(reason=act.data.reason))]


class RestoreMandate(Command, frozen=True, kw_only=True, tag="restore-mandate"):
    """Make a suspended mandate active again."""

    by = ("registry", "challenge")


def restore_mandate(
    state: Neutrality,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[RestoreMandate],
) -> Decision:
    """Restore the mandate.

    Raises:
        RuleViolation: mandate_is_suspended, no_challenge_stands.
    """
    mandate_is_suspended(act, state)
    no_challenge_stands(act, state)
    return [Placed("joint", MandateRestored())]


class Recuse(Command, frozen=True, kw_only=True, tag="recuse"):
    """Leave office because of what binds one to a party; reasons are general."""

    by = ("mediator",)
    example: ClassVar[dict[str, Any]] = {"reasons": "A circumstance I disclosed."}
    reasons: Words | None = None


def recuse(state: Neutrality, standing: Standing, act: Act[Recuse]) -> Decision:
    """Recuse oneself, which ends one's mandate.

    Raises:
        RuleViolation: actor_is_mediator.
    """
    actor_is_mediator(act, standing)
    recused = MediatorRecused(person=act.actor, reasons=act.data.reasons)
    return [Placed("joint", recused), _left(state, (act.actor,), "recused")]


class ResignMandate(Command, frozen=True, kw_only=True, tag="resign-mandate"):
    """Leave office for reasons of one's own, told in general terms."""

    by = ("mediator",)
    example: ClassVar[dict[str, Any]] = {"reasons": "Health."}
    reasons: Words | None = None


def resign_mandate(state: Neutrality, standing: Standing, act: Act[ResignMandate]) -> Decision:
    """Resign, which ends one's mandate.

    Raises:
        RuleViolation: actor_is_mediator.
    """
    actor_is_mediator(act, standing)
    resigned = MediatorResigned(person=act.actor, reasons=act.data.reasons)
    return [Placed("joint", resigned), _left(state, (act.actor,), "resigned")]


class EndMandate(Command, frozen=True, kw_only=True, tag="end-mandate"):
    """Record that mediators have left office.

    Attributes:
        persons: Who; empty for all who hold the mandate.
    """

    by = ("registry", "challenge")
    example: ClassVar[dict[str, Any]] = {"reason": "challenge_upheld"}
    reason: EndReason
    persons: tuple[PersonId, ...] = ()


def end_mandate(
    state: Neutrality,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[EndMandate],
) -> Decision:
    """End the mandate of some or all who hold it.

    Raises:
        RuleViolation: persons_hold_the_mandate.
    """
    persons = act.data.persons or state.mandate.mediators
    persons_hold_the_mandate(act, state, persons)
    return [_left(state, persons, act.data.reason)]


def _left(state: Neutrality, persons: tuple[str, ...], reason: EndReason) -> Placed:
    ended = MandateEnded(
        mandate_number=state.mandate.number,
        persons=persons,
        reason=reason,
        vacant=set(state.mandate.mediators) <= set(persons),
    )
    return Placed("joint", ended)


DECIDE: dict[type[Command], Decide] = {
    AppointMediator: appoint_mediator,
    AppointSuccessor: appoint_successor,
    SuspendMandate: suspend_mandate,
    RestoreMandate: restore_mandate,
    Recuse: recuse,
    ResignMandate: resign_mandate,
    EndMandate: end_mandate,
}
