"""Say what became of conditions, and hand out the executed settlement."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, party_is_known
from ledger.deadlines import Deadline, DeadlineReviewNeeded
from ledger.parties import Standing
from ledger.periods import met
from ledger.settlement.drafting import instrument_of
from ledger.settlement.force import dues, in_force, moment_of
from ledger.settlement.instrument import Condition, Instrument, long_stop_id, settled
from ledger.settlement.occasions import (
    to_decide_condition,
    to_hand_out,
    to_sign_as_evidence,
    to_waive_condition,
)
from ledger.settlement.rules import PERFORMED, all_parties_agree, settlement_room_is_joint
from ledger.settlement.signature_events import (
    ConditionFailed,
    ConditionSatisfied,
    ConditionWaived,
    MediatorSignedAsEvidence,
    SettlementCopyDelivered,
)
from ledger.settlement.signing_rules import (
    condition_is_open,
    copy_is_delivered_once,
    instrument_is_executed,
    mediator_may_sign_as_evidence,
    waiver_is_beneficiarys,
)
from ledger.settlement.state import Settlement
from ledger.terms import Id, PartyId, Words


class SatisfyCondition(Command, frozen=True, kw_only=True, tag="satisfy-condition"):
    """Say that a condition was met.

    Attributes:
        settlement_id: Of which settlement, None for the one that has it.
        proof: What shows it.
    """

    by = ("party",)
    during = PERFORMED
    example: ClassVar[dict[str, Any]] = {"condition_id": "CO1", "proof": "board minutes, item 4"}
    guards = (settlement_room_is_joint,)
    occasions = (to_decide_condition,)
    settlement_id: Id | None = None
    condition_id: Id
    proof: Words | None = None


class FailCondition(Command, frozen=True, kw_only=True, tag="fail-condition"):
    """Say that a condition can no longer be met.

    Attributes:
        settlement_id: Of which settlement, None for the one that has it.
        proof: What shows it.
    """

    by = ("party",)
    during = PERFORMED
    example: ClassVar[dict[str, Any]] = {"condition_id": "CO1", "proof": "the board declined"}
    guards = (settlement_room_is_joint,)
    occasions = (to_decide_condition,)
    settlement_id: Id | None = None
    condition_id: Id
    proof: Words | None = None


class WaiveCondition(Command, frozen=True, kw_only=True, tag="waive-condition"):
    """Give up a condition, as the party it protects.

    Attributes:
        settlement_id: Of which settlement, None for the one that has it.
        agreed_by: The other parties, for a condition that protects all.
    """

    by = ("party",)
    during = PERFORMED
    example: ClassVar[dict[str, Any]] = {"condition_id": "CO1"}
    guards = (settlement_room_is_joint,)
    occasions = (to_waive_condition,)
    settlement_id: Id | None = None
    condition_id: Id
    agreed_by: tuple[PartyId, ...] = ()


class SignAsEvidence(Command, frozen=True, kw_only=True, tag="sign-as-evidence"):
    """Sign as the mediator, to show that the settlement came from the mediation.

    Attributes:
        settlement_id: Which, None for the latest.
        agreed_by: Parties that agreed to it, None for all.
    """

    by = ("mediator",)
    during = PERFORMED
    example: ClassVar[dict[str, Any]] = {}
    guards = (settlement_room_is_joint, actor_is_mediator)
    occasions = (to_sign_as_evidence,)
    settlement_id: Id | None = None
    agreed_by: tuple[PartyId, ...] | None = None


class DeliverCopy(Command, frozen=True, kw_only=True, tag="deliver-copy"):
    """Say that a party received its copy.

    Attributes:
        settlement_id: Of which settlement, None for the latest.
        to: The party.
    """

    by = ("registry",)
    during = PERFORMED
    example: ClassVar[dict[str, Any]] = {"to": "A"}
    guards = (settlement_room_is_joint,)
    occasions = (to_hand_out,)
    settlement_id: Id | None = None
    to: PartyId


def satisfy_condition(
    state: Settlement,
    standing: Standing,
    act: Act[SatisfyCondition],
) -> Decision:
    """Say that a condition was met; the last one puts the settlement in force.

    Raises:
        RuleViolation: instrument_is_known, instrument_is_executed, condition_is_open.
    """
    instrument, condition = _concerned(state, standing, act)
    after = settled(instrument, condition.condition_id, "satisfied")
    event = ConditionSatisfied(
        settlement_id=instrument.settlement_id,
        condition_id=condition.condition_id,
        by=act.acting(),
        dues=_released(act, after, condition),
        proof=act.data.proof,
    )
    return [
        Placed("joint", event),
        *_date_closed(standing, act, condition),
        *in_force(act, after),
    ]


def fail_condition(
    state: Settlement,
    standing: Standing,
    act: Act[FailCondition],
) -> Decision:
    """Say that a condition can no longer be met.

    Raises:
        RuleViolation: instrument_is_known, instrument_is_executed, condition_is_open.
    """
    instrument, condition = _concerned(state, standing, act)
    event = ConditionFailed(
        settlement_id=instrument.settlement_id,
        condition_id=condition.condition_id,
        by=act.acting(),
        proof=act.data.proof,
    )
    return [Placed("joint", event), *_date_closed(standing, act, condition)]


def waive_condition(state: Settlement, standing: Standing, act: Act[WaiveCondition]) -> Decision:
    """Give up a condition; the last one puts the settlement in force.

    Raises:
        RuleViolation: instrument_is_known, instrument_is_executed, condition_is_open,
            waiver_is_beneficiarys.
    """
    instrument, condition = _concerned(state, standing, act)
    waiver_is_beneficiarys(act, standing, condition, act.data.agreed_by)
    after = settled(instrument, condition.condition_id, "waived")
    event = ConditionWaived(
        settlement_id=instrument.settlement_id,
        condition_id=condition.condition_id,
        by=act.acting(),
        agreed_by=act.data.agreed_by,
        dues=_released(act, after, condition),
    )
    return [
        Placed("joint", event),
        *_date_closed(standing, act, condition),
        *in_force(act, after),
    ]


def sign_as_evidence(state: Settlement, standing: Standing, act: Act[SignAsEvidence]) -> Decision:
    """Sign as the mediator; it never counts as a party's signature.

    Raises:
        RuleViolation: instrument_is_known, instrument_is_executed, mediator_may_sign_as_evidence,
            all_parties_agree.
    """
    instrument = instrument_of(state, act)
    instrument_is_executed(act, instrument)
    mediator_may_sign_as_evidence(act, instrument)
    agreed_by = standing.current() if act.data.agreed_by is None else act.data.agreed_by
    all_parties_agree(act, standing, agreed_by)
    event = MediatorSignedAsEvidence(
        settlement_id=instrument.settlement_id, hash=instrument.hash, agreed_by=agreed_by
    )
    return [Placed("joint", event)]


def deliver_copy(state: Settlement, standing: Standing, act: Act[DeliverCopy]) -> Decision:
    """Say that a party received its copy.

    Raises:
        RuleViolation: instrument_is_known, instrument_is_executed, party_is_known,
            copy_is_delivered_once.
    """
    instrument = instrument_of(state, act)
    instrument_is_executed(act, instrument)
    party_is_known(act, standing, act.data.to)
    copy_is_delivered_once(act, instrument)
    event = SettlementCopyDelivered(settlement_id=instrument.settlement_id, to=act.data.to)
    return [Placed("joint", event)]


def _concerned(
    state: Settlement, standing: Standing, act: Act[Any]
) -> tuple[Instrument, Condition]:
    """Find the condition a command means and the executed instrument that has it."""
    name = act.data.condition_id
    having = [i for i in state.instruments.values() if name in i.conditions]
    named = act.data.settlement_id is not None or not having
    instrument = instrument_of(state, act) if named else having[0]
    instrument_is_executed(act, instrument)
    condition = instrument.conditions.get(name)
    date = _long_stop(standing, name)
    condition_is_open(act, condition, None if date is None else date.due)
    assert condition is not None
    return instrument, condition


def _long_stop(standing: Standing, condition_id: str) -> Deadline | None:
    return standing.deadlines.book.get(("joint", long_stop_id(condition_id)))


def _date_closed(standing: Standing, act: Act[Any], condition: Condition) -> Decision:
    """Close the last day of a condition; ask for review where it had passed already (I-14)."""
    date = _long_stop(standing, condition.condition_id)
    if date is None:
        return []
    if condition.status == "lapsed":
        entry = f"joint:{act.rooms.get('joint', 0) + 1}"
        review = DeadlineReviewNeeded(deadline_id=date.set.deadline_id, about=entry)
        return [Placed("joint", review)]
    return list(met(date))


def _released(act: Act[Any], after: Instrument, condition: Condition) -> tuple[Any, ...]:
    """List the days of obligations that waited for this condition while the rest is in force."""
    if after.status != "in_force":
        return ()
    return dues(moment_of(act), after, f"condition {condition.condition_id}")
