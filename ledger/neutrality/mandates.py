"""The commands by which mediators take office, rest and leave."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, known, own
from ledger.neutrality.choosing import AUTHORITY_TIME
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
from ledger.neutrality.occasions import to_appoint, to_end_mandate, to_replace
from ledger.neutrality.office import mandate_is_vacant, may_take_office, no_mandate_yet
from ledger.neutrality.rules import (
    Decide,
    mandate_can_be_suspended,
    mandate_is_suspended,
    no_challenge_stands,
    persons_hold_the_mandate,
)
from ledger.neutrality.state import Neutrality
from ledger.parties import RUNNING, Phase, Standing
from ledger.periods import met
from ledger.terms import PersonId, Words

IN_OFFICE = RUNNING | {Phase.SETTLED, Phase.MONITORING}
"""While a mediator has something to do."""


class AppointMediator(Command, frozen=True, kw_only=True, tag="appoint-mediator"):
    """Put one or more mediators in office.

    Attributes:
        mediators: Persons; several mediate together.
        method: How they were chosen: by all, by a party, by lot, by the authority.
    """

    by = ("authority", "registry")
    during = frozenset({Phase.CONSENTED})
    occasions = (to_appoint,)
    example: ClassVar[dict[str, Any]] = {"mediators": ["person:iyer"], "method": "joint"}
    mediators: Annotated[tuple[PersonId, ...], Meta(min_length=1)]
    method: Method


def appoint_mediator(state: Neutrality, standing: Standing, act: Act[AppointMediator]) -> Decision:
    """Appoint the first mediators.

    Raises:
        RuleViolation: no_mandate_yet, and what `may_take_office` asks.
    """
    no_mandate_yet(act, state)
    may_take_office(state, standing, act, act.data.mediators)
    appointed = MediatorAppointed(
        mediators=act.data.mediators, method=act.data.method, mandate_number=1
    )
    return [Placed("joint", appointed), *met(standing.deadlines.running(AUTHORITY_TIME))]


class AppointSuccessor(Command, frozen=True, kw_only=True, tag="appoint-successor"):
    """Put one or more mediators in office after others have left it; all steps are repeated."""

    by = ("authority", "registry")
    during = RUNNING
    occasions = (to_replace,)
    example: ClassVar[dict[str, Any]] = {"mediators": ["person:lindqvist"], "method": "joint"}
    mediators: Annotated[tuple[PersonId, ...], Meta(min_length=1)]
    method: Method


def appoint_successor(
    state: Neutrality, standing: Standing, act: Act[AppointSuccessor]
) -> Decision:
    """Appoint mediators under a new mandate, which opens new confidential rooms.

    Raises:
        RuleViolation: mandate_is_vacant, and what `may_take_office` asks.
    """
    mandate_is_vacant(act, state)
    may_take_office(state, standing, act, act.data.mediators)
    appointed = SuccessorAppointed(
        mediators=act.data.mediators,
        previous=state.last_mediators,
        method=act.data.method,
        mandate_number=state.mandate.number + 1,
    )
    return [Placed("joint", appointed), *met(standing.deadlines.running("appointment"))]


class SuspendMandate(Command, frozen=True, kw_only=True, tag="suspend-mandate"):
    """Let the mandate rest for a reason other than a challenge just filed."""

    by = ("registry", "challenge")
    during = IN_OFFICE
    occasions = (own(mandate_can_be_suspended),)
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
    during = IN_OFFICE
    occasions = (own(mandate_is_suspended), own(no_challenge_stands))


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
    occasions = (known(actor_is_mediator),)
    example: ClassVar[dict[str, Any]] = {"reasons": "A circumstance I disclosed."}
    reasons: Words | None = None


def recuse(state: Neutrality, standing: Standing, act: Act[Recuse]) -> Decision:
    """Recuse oneself, which ends one's mandate.

    Raises:
        RuleViolation: actor_is_mediator.
    """
    actor_is_mediator(act, standing)
    recused = MediatorRecused(person=act.actor, reasons=act.data.reasons)
    return [Placed("joint", recused), left_office(state, (act.actor,), "recused")]


class ResignMandate(Command, frozen=True, kw_only=True, tag="resign-mandate"):
    """Leave office for reasons of one's own, told in general terms."""

    by = ("mediator",)
    occasions = (known(actor_is_mediator),)
    example: ClassVar[dict[str, Any]] = {"reasons": "Health."}
    reasons: Words | None = None


def resign_mandate(state: Neutrality, standing: Standing, act: Act[ResignMandate]) -> Decision:
    """Resign, which ends one's mandate.

    Raises:
        RuleViolation: actor_is_mediator.
    """
    actor_is_mediator(act, standing)
    resigned = MediatorResigned(person=act.actor, reasons=act.data.reasons)
    return [Placed("joint", resigned), left_office(state, (act.actor,), "resigned")]


class EndMandate(Command, frozen=True, kw_only=True, tag="end-mandate"):
    """Record that mediators have left office.

    Attributes:
        persons: Who; empty for all who hold the mandate.
    """

    by = ("registry", "challenge")
    occasions = (to_end_mandate,)
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
    return [left_office(state, persons, act.data.reason)]


def left_office(state: Neutrality, persons: tuple[str, ...], reason: EndReason) -> Placed:
    """Record that persons left office, and with the last of them the mandate ended."""
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
