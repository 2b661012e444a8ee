"""The commands by which parties object to and challenge a mediator, and an answer is given."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import id_is_new, own_party, party_has_consented, party_is_known
from ledger.neutrality.events import (
    ChallengeDecided,
    ChallengeFiled,
    MandateRestored,
    MandateSuspended,
    ObjectionRaised,
    ObjectionWithdrawn,
    Outcome,
)
from ledger.neutrality.occasions import (
    to_challenge,
    to_decide,
    to_object,
    to_withdraw_objection,
)
from ledger.neutrality.rules import (
    Decide,
    body_is_the_profiles,
    challenge_could_be_answered,
    challenge_is_in_time,
    challenged_is_mediator,
    decider_is_independent,
    disclosure_is_known,
    objection_is_in_time,
    objection_is_ones_own,
    objection_is_open,
    person_serves_the_case,
    window,
)
from ledger.neutrality.state import Neutrality
from ledger.parties import RUNNING, Phase, Standing
from ledger.periods import met
from ledger.reasons import reasons_given
from ledger.terms import Id, Instant, PersonId, Words, next_id


class RaiseObjection(Command, frozen=True, kw_only=True, tag="raise-objection"):
    """Object to a nominee or mediator.

    Attributes:
        disclosure_id: Disclosure it rests on, None for another ground.
        person: Against whom, None for who made the disclosure.
        objection_id: Names it, None for the next number.
    """

    by = ("party",)
    during = RUNNING
    guards = (party_has_consented,)
    occasions = (to_object,)
    example: ClassVar[dict[str, Any]] = {
        "disclosure_id": "iyer-D1",
        "ground": "The supplier is still a client.",
    }
    ground: Words
    disclosure_id: Id | None = None
    person: PersonId | None = None
    objection_id: Id | None = None


def raise_objection(state: Neutrality, standing: Standing, act: Act[RaiseObjection]) -> Decision:
    """Object, in the time that began with the disclosure.

    Raises:
        RuleViolation: party_is_known, disclosure_is_known, person_serves_the_case,
            objection_is_in_time, id_is_new.
    """
    data, party = act.data, own_party(act)
    party_is_known(act, standing, party)
    person, date = data.person, None
    if data.disclosure_id is not None:
        disclosure_is_known(act, state, data.disclosure_id)
        disclosure = state.disclosures[data.disclosure_id]
        about = window(disclosure, party)
        objection_is_in_time(act, standing, about)
        person, date = disclosure.person, standing.deadlines.running("objection", about=about)
    person_serves_the_case(act, state, person)
    assert person is not None, "person_serves_the_case asked for it"
    names = data.objection_id or next_id("O", state.objections)
    id_is_new(act, state.objections, names, names)
    raised = ObjectionRaised(
        objection_id=names,
        party=party,
        person=person,
        disclosure_id=data.disclosure_id,
        ground=data.ground,
    )
    return [Placed("joint", raised), *met(date)]


class WithdrawObjection(Command, frozen=True, kw_only=True, tag="withdraw-objection"):
    """Take one's objection or challenge back."""

    by = ("party",)
    occasions = (to_withdraw_objection,)
    example: ClassVar[dict[str, Any]] = {"objection_id": "O1"}
    objection_id: Id


def withdraw_objection(
    state: Neutrality,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[WithdrawObjection],
) -> Decision:
    """Withdraw an objection or challenge; a mandate that rested on it alone is restored.

    Raises:
        RuleViolation: objection_is_open, objection_is_ones_own.
    """
    names, party = act.data.objection_id, own_party(act)
    objection_is_open(act, state, names)
    objection_is_ones_own(act, state.objections[names])
    withdrawn = ObjectionWithdrawn(objection_id=names, party=party)
    return [Placed("joint", withdrawn), *_restored(state, names)]


class FileChallenge(Command, frozen=True, kw_only=True, tag="file-challenge"):
    """Ask that a mediator in office leave.

    Attributes:
        person: Against whom, None for the only mediator.
        ground: Goes to the body that decides.
        known_since: When the party came to know the ground.
        challenge_id: Names it, None for the next number.
    """

    by = ("party",)
    during = RUNNING - {Phase.CONSENTED}
    occasions = (to_challenge,)
    example: ClassVar[dict[str, Any]] = {
        "ground": "A former partner now advises the other side.",
        "known_since": "2026-03-09T16:00:00+01:00",
    }
    ground: Words
    person: PersonId | None = None
    known_since: Instant | None = None
    challenge_id: Id | None = None


def file_challenge(state: Neutrality, standing: Standing, act: Act[FileChallenge]) -> Decision:
    """Challenge a mediator; the mandate rests with it where the profile says so.

    Raises:
        RuleViolation: party_is_known, party_has_consented, challenged_is_mediator,
            challenge_is_in_time, id_is_new.
        DecodeError: `known_since` is no instant.
    """
    data, party = act.data, own_party(act)
    party_is_known(act, standing, party)
    party_has_consented(act, standing)
    holding = state.mandate.mediators
    person = data.person or (holding[0] if len(holding) == 1 else None)
    challenged_is_mediator(act, state, person)
    assert person is not None, "challenged_is_mediator asked for it"
    challenge_is_in_time(act, data.known_since)
    names = data.challenge_id or next_id("CH", state.objections)
    id_is_new(act, state.objections, names, names)
    filed = ChallengeFiled(
        challenge_id=names, party=party, person=person, known_since=data.known_since
    )
    rests = act.profile.challenge.suspends_mandate and state.mandate.status == "active"
    suspended = MandateSuspended(reason="challenge_filed", challenge_id=names)
    return [
        Placed("joint", filed),
        *([Placed("joint", suspended)] if rests else []),
        *reasons_given("challenge", ChallengeFiled, data.ground),
    ]


class DecideChallenge(Command, frozen=True, kw_only=True, tag="decide-challenge"):
    """Decide a challenge or an objection.

    Attributes:
        challenge_id: Id of the challenge or objection.
        reasons: Stay with the body that decides.
    """

    by = ("challenge", "authority")
    guards = (body_is_the_profiles,)
    occasions = (to_decide,)
    example: ClassVar[dict[str, Any]] = {
        "challenge_id": "CH1",
        "outcome": "upheld",
        "reasons": "A close tie to counsel of a party.",
    }
    challenge_id: Id
    outcome: Outcome
    reasons: Words


def decide_challenge(state: Neutrality, standing: Standing, act: Act[DecideChallenge]) -> Decision:
    """Decide; the mandate rests on an upheld challenge until ended, a rejected one restores it.

    Raises:
        RuleViolation: body_is_the_profiles, objection_is_open, decider_is_independent,
            challenge_could_be_answered.
    """
    names, outcome = act.data.challenge_id, act.data.outcome
    objection_is_open(act, state, names)
    objection = state.objections[names]
    decider_is_independent(act, standing, objection)
    challenge_could_be_answered(act, state, standing, objection)
    placed = [Placed("joint", ChallengeDecided(challenge_id=names, outcome=outcome))]
    if outcome == "rejected":
        placed += _restored(state, names)
    elif objection.challenge and state.mandate.status == "active":
        rests = MandateSuspended(reason="challenge_upheld", challenge_id=names)
        placed.append(Placed("joint", rests))
    return [*placed, *reasons_given("challenge", ChallengeDecided, act.data.reasons)]


def _restored(state: Neutrality, names: str) -> Decision:
    """Restore a mandate that rested on this challenge and on no other."""
    others = [
        one
        for one in state.objections.values()
        if one.challenge and one.outcome is None and one.objection_id != names
    ]
    rested = state.mandate.status == "suspended" and state.rests_on == names
    return [Placed("joint", MandateRestored())] if rested and not others else []


DECIDE: dict[type[Command], Decide] = {
    RaiseObjection: raise_objection,
    WithdrawObjection: withdraw_objection,
    FileChallenge: file_challenge,
    DecideChallenge: decide_challenge,
}
