"""End a settlement by agreement; record what others do with it (rows H19 to H21)."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_has_power, id_is_new, own_party
from ledger.follow_up import after_rules as rules
from ledger.follow_up.after_events import (
    ChallengeOutcomeRecorded,
    EnforcementSought,
    ReliefGranted,
    ReliefRefused,
    Result,
    SettlementChallenged,
    SettlementEndedByAgreement,
)
from ledger.follow_up.agreeing import take_step
from ledger.follow_up.performance_rules import obligation_is_known
from ledger.follow_up.rules import PERFORMING
from ledger.follow_up.state import FollowUp
from ledger.parties import Standing
from ledger.terms import Day, Id, PartyId, Words, next_id

Some = Annotated[tuple[Id, ...], Meta(min_length=1)]


def _text_in_force(state: FollowUp, standing: Standing, settlement_id: str) -> str:
    text = standing.settlements[settlement_id]
    while text in state.amended:
        text = state.amended[text]
    return text


def _owed_under(standing: Standing, settlement_id: str) -> tuple[str, ...]:
    owed = standing.obligations.items()
    return tuple(name for name, one in owed if one.settlement_id == settlement_id)


def _settlement(state: FollowUp, standing: Standing, act: Act[Any]) -> str:
    """Find the settlement named, in force.

    Raises:
        RuleViolation: settlement_is_known, settlement_still_stands.
    """
    name = act.data.settlement_id
    rules.settlement_is_known(act, standing, name)
    rules.settlement_still_stands(act, state, name)
    return str(name)


class EndSettlement(Command, frozen=True, kw_only=True, tag="end-settlement"):
    """Agree that a settlement is at an end.

    Attributes:
        agreed_by: Parties that signed, where the registry records it.
    """

    by = ("party", "registry")
    during = PERFORMING
    occasions = (rules.to_speak_of_settlement,)
    example: ClassVar[dict[str, Any]] = {"settlement_id": "S1", "agreed_by": ["A", "B"]}
    settlement_id: Id
    terms: Words | None = None
    agreed_by: tuple[PartyId, ...] = ()


def end_settlement(state: FollowUp, standing: Standing, act: Act[EndSettlement]) -> Decision:
    """Agree to end a settlement; it ends when all parties did.

    Raises:
        RuleViolation: settlement_is_known, settlement_still_stands, actor_has_power,
            agreement_is_ones_own, step_concerns_party, agrees_once, everybody_agreed.
    """
    name = _settlement(state, standing, act)
    actor_has_power(act, standing, "settle")
    return take_step(
        state,
        act,
        step="end_of_settlement",
        about=name,
        needed=standing.current(),
        taken=lambda parties: Placed(
            "joint",
            SettlementEndedByAgreement(
                settlement_id=name,
                hash=_text_in_force(state, standing, name),
                parties=parties,
                obligations=_owed_under(standing, name),
                terms=act.data.terms,
            ),
        ),
    )


class ChallengeSettlement(Command, frozen=True, kw_only=True, tag="challenge-settlement"):
    """Record that one challenged a settlement before somebody outside; it stands meanwhile.

    Attributes:
        on: Day it was brought.
    """

    by = ("party",)
    during = PERFORMING
    occasions = (rules.to_speak_of_settlement,)
    example: ClassVar[dict[str, Any]] = {
        "settlement_id": "S1",
        "forum": "High Court",
        "grounds": "Signed without power.",
    }
    settlement_id: Id
    forum: Words
    challenge_id: Id | None = None
    grounds: Words | None = None
    on: Day | None = None


def challenge_settlement(
    state: FollowUp, standing: Standing, act: Act[ChallengeSettlement]
) -> Decision:
    """Record a challenge.

    Raises:
        RuleViolation: settlement_is_known, settlement_still_stands, id_is_new.
    """
    data, name = act.data, _settlement(state, standing, act)
    challenge = data.challenge_id or next_id("SC", state.after.challenges)
    id_is_new(act, state.after.challenges, challenge, challenge)
    brought = SettlementChallenged(
        challenge_id=challenge,
        settlement_id=name,
        party=own_party(act),
        on=data.on,
        forum=data.forum,
        grounds=data.grounds,
    )
    return [Placed("joint", brought)]


class RecordChallengeOutcome(Command, frozen=True, kw_only=True, tag="record-challenge-outcome"):
    """Record what became of a challenge of a settlement.

    Attributes:
        obligations: For `partly_set_aside`, the obligations that fell.
    """

    by = ("party", "registry")
    during = PERFORMING
    occasions = (rules.to_tell_challenge,)
    example: ClassVar[dict[str, Any]] = {"challenge_id": "SC1", "result": "dismissed"}
    challenge_id: Id
    result: Result
    on: Day | None = None
    obligations: tuple[Id, ...] = ()
    reference: Words | None = None


def record_challenge_outcome(
    state: FollowUp, standing: Standing, act: Act[RecordChallengeOutcome]
) -> Decision:
    """Record an outcome on the word of who tells it; only what was set aside is at an end.

    Raises:
        RuleViolation: challenge_is_pending, obligation_is_known.
    """
    data = act.data
    rules.challenge_is_pending(act, state, data.challenge_id)
    suit = state.after.challenges[data.challenge_id]
    for name in data.obligations:
        obligation_is_known(act, standing, name)
    fallen = {
        "set_aside": _owed_under(standing, suit.settlement_id),
        "partly_set_aside": data.obligations,
    }
    told = ChallengeOutcomeRecorded(
        challenge_id=data.challenge_id,
        settlement_id=suit.settlement_id,
        result=data.result,
        on=data.on,
        obligations=fallen.get(data.result, ()),
        reference=data.reference,
    )
    return [Placed("joint", told)]


class SeekEnforcement(Command, frozen=True, kw_only=True, tag="seek-enforcement"):
    """Record that one asked somebody outside to enforce what is reported as broken."""

    by = ("party",)
    during = PERFORMING
    occasions = (rules.to_seek,)
    example: ClassVar[dict[str, Any]] = {
        "settlement_id": "S1",
        "obligations": ["O1"],
        "forum": "District Court",
    }
    settlement_id: Id
    obligations: Some
    forum: Words
    enforcement_id: Id | None = None


def seek_enforcement(state: FollowUp, standing: Standing, act: Act[SeekEnforcement]) -> Decision:
    """Record that enforcement is sought.

    Raises:
        RuleViolation: settlement_is_known, settlement_still_stands, obligation_is_known,
            breach_was_reported, id_is_new.
    """
    data, name = act.data, _settlement(state, standing, act)
    for obligation in data.obligations:
        obligation_is_known(act, standing, obligation)
    rules.breach_was_reported(act, state, data.obligations)
    enforcement = data.enforcement_id or next_id("EN", state.after.enforcements)
    id_is_new(act, state.after.enforcements, enforcement, enforcement)
    sought = EnforcementSought(
        enforcement_id=enforcement,
        settlement_id=name,
        party=own_party(act),
        obligations=data.obligations,
        forum=data.forum,
    )
    return [Placed("joint", sought)]


class RecordRelief(Command, frozen=True, kw_only=True, tag="record-relief"):
    """Record whether relief was granted.

    Attributes:
        obligations: For what it was granted.
    """

    by = ("party", "registry")
    during = PERFORMING
    occasions = (rules.to_tell_relief,)
    example: ClassVar[dict[str, Any]] = {"enforcement_id": "EN1", "relief": "granted"}
    enforcement_id: Id
    relief: Literal["granted", "refused"]
    obligations: tuple[Id, ...] = ()
    on: Day | None = None
    note: Words | None = None


def record_relief(state: FollowUp, standing: Standing, act: Act[RecordRelief]) -> Decision:
    """Record what was decided, on the word of who tells it.

    Raises:
        RuleViolation: enforcement_is_pending, obligation_is_known.
    """
    data = act.data
    rules.enforcement_is_pending(act, state, data.enforcement_id)
    for name in data.obligations:
        obligation_is_known(act, standing, name)
    if data.relief == "refused":
        refused = ReliefRefused(enforcement_id=data.enforcement_id, on=data.on, grounds=data.note)
        return [Placed("joint", refused)]
    granted = ReliefGranted(
        enforcement_id=data.enforcement_id,
        obligations=data.obligations,
        on=data.on,
        reference=data.note,
    )
    return [Placed("joint", granted)]
