"""The commands about proceedings beside the mediation, and about time that does not run."""

from typing import Any, ClassVar, Literal

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import (
    actor_is_mediator,
    known,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.intake.circumstance_events import (
    LimitationEffectNoted,
    ParallelProceedingDisclosed,
    ProceedingStatus,
    StandstillAgreed,
)
from ledger.intake.rules import Decide
from ledger.intake.state import Intake
from ledger.parties import RUNNING, TALKING, Standing
from ledger.terms import Day, Id, PartyId, Words, next_id


@rule("refuse")
def standstill_is_agreed_by_all(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    agreed_by: tuple[str, ...],
) -> None:
    """A standstill binds nobody unless every party agreed to it."""
    missing = [party for party in standing.current() if party not in agreed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} has not agreed", "the agreement of every party")


@rule("refuse")
def days_make_a_period(act: Act[Any], starts: str, ends: str | None) -> None:  # noqa: ARG001 - a rule takes the act
    """A period does not end before it begins."""
    if ends is not None and ends < starts:
        raise Broken(f"it would end on {ends}, before {starts}", "a later last day")


@rule("refuse")
def proceeding_is_ones_own(act: Act[Any], state: Intake, proceeding_id: str) -> None:
    """Who told of a proceeding tells of it further; another party names its own."""
    told = state.circumstances.proceedings.get(proceeding_id)
    if told is not None and told.party != act.party:
        raise Broken(f"{told.party} disclosed {proceeding_id}", "another id, or none")


class AgreeStandstill(Command, frozen=True, kw_only=True, tag="agree-standstill"):
    """Record that all parties agreed to begin or pursue no proceedings for a time.

    Attributes:
        starts: First day.
        ends: Last day, None for as long as the mediation lasts.
        barred: Which proceedings.
        exceptions: Which are not barred.
    """

    by = ("mediator", "registry")
    during = RUNNING
    occasions = (known(actor_is_mediator),)
    example: ClassVar[dict[str, Any]] = {
        "starts": "2026-04-13",
        "barred": "Arbitration and court proceedings on the berth fees.",
        "exceptions": "What preserves a right or a time limit.",
        "agreed_by": ["A", "B"],
    }
    starts: Day
    ends: Day | None = None
    barred: Words
    exceptions: Words | None = None
    agreed_by: tuple[PartyId, ...]


class NoteLimitationEffect(Command, frozen=True, kw_only=True, tag="note-limitation-effect"):
    """Note what the mediation is said to do to a limitation period; nothing is decided by it.

    Attributes:
        law: Under which law.
        basis: On what the note rests.
    """

    by = ("party", "registry")
    during = TALKING
    guards = (party_has_consented,)
    example: ClassVar[dict[str, Any]] = {
        "effect": "suspended",
        "starts": "2026-04-13",
        "law": "The civil code of the seat.",
        "basis": "Written agreement to mediate of that day.",
    }
    effect: Literal["suspended", "interrupted", "extended", "none"]
    starts: Day
    ends: Day | None = None
    law: Words
    basis: Words | None = None


class DiscloseProceeding(Command, frozen=True, kw_only=True, tag="disclose-proceeding"):
    """Tell of a proceeding on the same dispute elsewhere, or where it now stands.

    Attributes:
        proceeding_id: Names it; one's own again to tell of it further, None for a new one.
        reference: Its name there.
    """

    by = ("party",)
    example: ClassVar[dict[str, Any]] = {
        "forum": "District court of Brevik",
        "status": "pending",
        "reference": "26-0417",
    }
    forum: Words
    status: ProceedingStatus
    reference: Words | None = None
    proceeding_id: Id | None = None


def agree_standstill(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[AgreeStandstill],
) -> Decision:
    """Record a standstill; a later one replaces it, an adjournment does not touch it.

    Raises:
        RuleViolation: actor_is_mediator, party_is_known, days_make_a_period,
            standstill_is_agreed_by_all.
    """
    data = act.data
    actor_is_mediator(act, standing)
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    days_make_a_period(act, data.starts, data.ends)
    standstill_is_agreed_by_all(act, standing, data.agreed_by)
    agreed = StandstillAgreed(
        starts=data.starts,
        ends=data.ends,
        agreed_by=data.agreed_by,
        barred=data.barred,
        exceptions=data.exceptions,
    )
    return [Placed("joint", agreed)]


def note_limitation_effect(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[NoteLimitationEffect],
) -> Decision:
    """Note an effect on a limitation period.

    Raises:
        RuleViolation: days_make_a_period.
    """
    data = act.data
    days_make_a_period(act, data.starts, data.ends)
    noted = LimitationEffectNoted(
        effect=data.effect,
        starts=data.starts,
        ends=data.ends,
        law=data.law,
        basis=data.basis,
    )
    return [Placed("joint", noted)]


def disclose_proceeding(
    state: Intake, standing: Standing, act: Act[DiscloseProceeding]
) -> Decision:
    """Tell of a proceeding before all.

    Raises:
        RuleViolation: party_is_known, proceeding_is_ones_own.
    """
    data, party = act.data, own_party(act)
    party_is_known(act, standing, party)
    names = data.proceeding_id or next_id("PP", state.circumstances.proceedings)
    proceeding_is_ones_own(act, state, names)
    disclosed = ParallelProceedingDisclosed(
        proceeding_id=names,
        party=party,
        status=data.status,
        forum=data.forum,
        reference=data.reference,
    )
    return [Placed("joint", disclosed)]


DECIDE: dict[type[Command], Decide] = {
    AgreeStandstill: agree_standstill,
    NoteLimitationEffect: note_limitation_effect,
    DiscloseProceeding: disclose_proceeding,
}
