"""Fold what happens to a settlement from outside, who helped and watched, and reopenings."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.follow_up.after_events import (
    AfterEvent,
    AssistanceGiven,
    AssistanceRequested,
    CaseReopened,
    ChallengeOutcomeRecorded,
    EnforcementSought,
    FollowUpHeld,
    InformationReleasedToRound,
    MonitorAppointed,
    MonitoringWaived,
    ReliefGranted,
    ReliefRefused,
    ReopeningAgreed,
    ReopeningRefused,
    Result,
    SettlementChallenged,
    SettlementEndedByAgreement,
)

Stand: TypeAlias = tuple[str, str]
"""Ground and choice of mediator, on which parties agree to reopen."""


class Suit(Struct, frozen=True):
    """What a party brought before somebody outside.

    Attributes:
        settlement_id: Against or for which settlement.
        party: Who brought it.
        result: What became of it, None while it is pending.
    """

    settlement_id: str
    party: str
    result: Result | Literal["granted", "refused"] | None = None


class After(Struct, frozen=True, kw_only=True):
    """What happened since, as far as the eyes may see.

    Attributes:
        assistance: Whether help was given, by (room, id).
        held: How often performance was looked at.
        ended: Obligations that ended with their settlement.
        gone: Settlements at an end, by agreement or set aside.
        challenges: By id.
        enforcements: By id.
        agreed: Parties that agreed to reopen, by ground and choice of mediator.
        refused: Parties that do not take part in a reopening.
        rounds: How often the case was reopened.
        apart: Parties that do not go on in the latest round.
        released: Those of them that released what they had confided.
        unwatched: Whether all did without a monitoring plan.
    """

    assistance: Mapping[tuple[str, str], bool] = MappingProxyType({})
    held: int = 0
    ended: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    challenges: Mapping[str, Suit] = MappingProxyType({})
    enforcements: Mapping[str, Suit] = MappingProxyType({})
    agreed: Mapping[Stand, tuple[str, ...]] = MappingProxyType({})
    refused: tuple[str, ...] = ()
    rounds: int = 0
    apart: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()
    unwatched: bool = False


def evolve(  # noqa: C901 - one case an event
    state: After, event: AfterEvent, room: str
) -> After:
    """Fold one event."""
    match event:
        case MonitorAppointed():
            return state
        case AssistanceRequested() | AssistanceGiven():
            given = isinstance(event, AssistanceGiven)
            key = (room, event.request_id)
            return replace(state, assistance={**state.assistance, key: given})
        case FollowUpHeld():
            return replace(state, held=state.held + 1)
        case SettlementEndedByAgreement():
            return _gone(state, event.settlement_id, event.obligations)
        case SettlementChallenged():
            suit = Suit(event.settlement_id, event.party)
            return replace(state, challenges={**state.challenges, event.challenge_id: suit})
        case ChallengeOutcomeRecorded():
            return _decided(state, event)
        case EnforcementSought():
            suit = Suit(event.settlement_id, event.party)
            return replace(state, enforcements={**state.enforcements, event.enforcement_id: suit})
        case ReliefGranted() | ReliefRefused():
            return _relief(state, event)
        case ReopeningAgreed():
            stand = (event.ground, event.mediator)
            agreed = (*state.agreed.get(stand, ()), event.party)
            left = tuple(p for p in state.refused if p != event.party)
            return replace(state, agreed={**state.agreed, stand: agreed}, refused=left)
        case ReopeningRefused():
            return _refused(state, event.party)
        case CaseReopened():
            return replace(
                state,
                agreed={},
                refused=(),
                rounds=state.rounds + 1,
                apart=frozenset(event.left),
                released=frozenset(),
            )
        case InformationReleasedToRound():
            return replace(state, released=state.released | {event.party})
        case MonitoringWaived():
            return replace(state, unwatched=True)
        case _:
            assert_never(event)


def _gone(state: After, settlement_id: str, obligations: tuple[str, ...]) -> After:
    return replace(state, gone=state.gone | {settlement_id}, ended=state.ended.union(obligations))


def _decided(state: After, event: ChallengeOutcomeRecorded) -> After:
    known = state.challenges.get(event.challenge_id)
    party = known.party if known else ""
    suit = Suit(event.settlement_id, party, event.result)
    after = replace(state, challenges={**state.challenges, event.challenge_id: suit})
    if event.result == "set_aside":
        return _gone(after, event.settlement_id, event.obligations)
    return replace(after, ended=after.ended.union(event.obligations))


def _relief(state: After, event: ReliefGranted | ReliefRefused) -> After:
    known = state.enforcements.get(event.enforcement_id)
    if known is None:
        return state
    word: Literal["granted", "refused"] = (
        "granted" if isinstance(event, ReliefGranted) else "refused"
    )
    told = replace(known, result=word)
    return replace(state, enforcements={**state.enforcements, event.enforcement_id: told})


def _refused(state: After, party: str) -> After:
    """Take a refusal for the party's last word: what it agreed to before is gone."""
    agreed = {stand: tuple(p for p in who if p != party) for stand, who in state.agreed.items()}
    refused = (*(p for p in state.refused if p != party), party)
    return replace(state, agreed=agreed, refused=refused)
