"""The commands by which parties answer, stay silent, leave and go on."""

from typing import Any, ClassVar

from msgspec import field

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import own_party, party_is_known
from ledger.instants import parse_instant
from ledger.intake.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ContinuationAgreed,
    InvitationDeclined,
    MediationOfferedAnew,
    SilenceTreatedAsRefusal,
)
from ledger.intake.occasions import to_answer, to_elect_on_silence, to_go_on, to_leave
from ledger.intake.rules import (
    Decide,
    elector_is_entitled,
    party_is_silent,
    reply_is_outstanding,
    reply_period_has_elapsed,
    silence_may_be_elected,
)
from ledger.intake.silence_rules import notice_was_given, silent_party_is_told
from ledger.intake.state import Intake
from ledger.parties import RUNNING, Phase, Standing
from ledger.periods import answered_late, met
from ledger.reasons import reasons_given
from ledger.terms import Id, Instant, PartyId, PersonId, Words


class GiveConsent(Command, frozen=True, kw_only=True, tag="give-consent"):
    """Agree to take part.

    Attributes:
        signatory: Who signs, None for the actor.
        conditions: Conditions made, by an id each; none for an unconditional consent. A party
            whose condition is resolved gives its consent again without it.
        scope: What is consented to, None for the dispute as served.
    """

    by = ("party",)
    during = RUNNING | {Phase.INVITED, Phase.NOT_COMMENCED}
    occasions = (to_answer,)
    example: ClassVar[dict[str, Any]] = {"conditions": {"C1": "The talks take place in Brevik."}}
    signatory: PersonId | None = None
    conditions: dict[Id, Words] = field(default_factory=dict)
    scope: Words | None = None


def give_consent(state: Intake, standing: Standing, act: Act[GiveConsent]) -> Decision:
    """Consent; after one's silence took effect, a late consent stands as a fresh offer.

    What counts is when it happened: a consent in time that is entered late is good; the date it
    would have met is met with proof of receipt, and goes to review without.

    Raises:
        RuleViolation: party_is_known, request_is_open, party_was_invited.
    """
    party = own_party(act)
    to_answer(act, state, standing)
    data, signatory = act.data, act.data.signatory or act.actor
    silence = state.silences.get(party)
    if silence is not None and act.when > parse_instant(silence.at):
        late = MediationOfferedAnew(party=party, signatory=signatory, scope=data.scope)
        return [Placed("joint", late)]
    given = ConsentGiven(
        party=party,
        signatory=signatory,
        conditions=tuple(data.conditions),
        scope=data.scope,
        condition_texts=dict(data.conditions) or None,
    )
    return [Placed("joint", given), *_reply_date(state, standing, act)]


def _reply_date(state: Intake, standing: Standing, act: Act[Any]) -> Decision:
    """Record the reply date as met, or for review where it was closed before this was entered."""
    party = own_party(act)
    deadline = standing.deadlines.latest("reply", about=party)
    if deadline is None or deadline.status == "running":
        return list(met(deadline))
    in_time = deadline.status == "missed" and act.when <= parse_instant(deadline.due)
    if not in_time and party not in state.silences:
        return []
    about = f"joint:{act.rooms.get('joint', 0) + 1}"
    return [answered_late(act, deadline, about, took_effect=party in state.silences)]


class DeclineInvitation(Command, frozen=True, kw_only=True, tag="decline-invitation"):
    """Not take part; reasons stay at the party's desk."""

    by = ("party",)
    during = frozenset({Phase.INVITED})
    occasions = (to_answer,)
    example: ClassVar[dict[str, Any]] = {"reasons": "We prefer the courts."}
    reasons: Words | None = None


def decline_invitation(state: Intake, standing: Standing, act: Act[DeclineInvitation]) -> Decision:
    """Decline the invitation.

    Raises:
        RuleViolation: party_is_known, request_is_open, party_was_invited.
    """
    party = own_party(act)
    to_answer(act, state, standing)
    return [
        Placed("joint", InvitationDeclined(party=party)),
        *met(standing.deadlines.running("reply", about=party)),
        *reasons_given(f"desk:{party}", InvitationDeclined, act.data.reasons),
    ]


class TreatSilenceAsRefusal(Command, frozen=True, kw_only=True, tag="treat-silence-as-refusal"):
    """Elect to treat a party's silence as a refusal.

    Attributes:
        notified: When that party was told so, where the profile asks for notice.
    """

    by = ("party", "registry")
    example: ClassVar[dict[str, Any]] = {"party": "B", "notified": "2026-04-08T09:00:00+02:00"}
    guards = (reply_is_outstanding,)
    occasions = (to_elect_on_silence,)
    party: PartyId
    notified: Instant | None = None


def treat_silence_as_refusal(
    state: Intake, standing: Standing, act: Act[TreatSilenceAsRefusal]
) -> Decision:
    """Elect on a silence, once the time to reply is over and nobody has answered.

    Raises:
        RuleViolation: party_is_known, party_is_silent, silence_may_be_elected,
            reply_period_has_elapsed, elector_is_entitled, silent_party_is_told,
            notice_was_given.
        DecodeError: `notified` is no instant.
    """
    party, notified = act.data.party, act.data.notified
    party_is_known(act, standing, party)
    party_is_silent(act, state, party)
    deadline = standing.deadlines.latest("reply", about=party)
    silence_may_be_elected(act, deadline, party)
    assert deadline is not None, "silence_may_be_elected asked for it"
    reply_period_has_elapsed(act, deadline)
    elector_is_entitled(act, deadline)
    silent_party_is_told(act, party, notified)
    notice_was_given(act, notified)
    refused = SilenceTreatedAsRefusal(party=party, elected_by=act.acting(), notified=notified)
    return [Placed("joint", refused)]


class WithdrawConsent(Command, frozen=True, kw_only=True, tag="withdraw-consent"):
    """Leave the mediation; the reason, if any, stays at the party's desk.

    Attributes:
        effective: When it takes effect, None for at once.
    """

    by = ("party",)
    during = RUNNING | {Phase.SETTLED, Phase.MONITORING}
    occasions = (to_leave,)
    example: ClassVar[dict[str, Any]] = {"reason": "Our board has decided so."}
    effective: Instant | None = None
    reason: Words | None = None


def withdraw_consent(state: Intake, standing: Standing, act: Act[WithdrawConsent]) -> Decision:
    """Withdraw one's consent, up to execution of the settlement and never after.

    Raises:
        RuleViolation: party_is_known, settlement_is_not_executed, consent_stands,
            leaving_is_possible_yet.
        DecodeError: `effective` is no instant.
    """
    party, effective = own_party(act), act.data.effective
    to_leave(act, state, standing)
    if effective is not None:
        parse_instant(effective, "data.effective")
    return [
        Placed("joint", ConsentWithdrawn(party=party, effective=effective)),
        *reasons_given(f"desk:{party}", ConsentWithdrawn, act.data.reason),
    ]


class AgreeContinuation(Command, frozen=True, kw_only=True, tag="agree-continuation"):
    """Agree to go on without the party that left; each that stays does so by its own act."""

    by = ("party",)
    during = RUNNING | {Phase.INVITED}
    occasions = (to_go_on,)
    example: ClassVar[dict[str, Any]] = {"reduced_scope": "Berth 4 alone."}
    reduced_scope: Words | None = None


def agree_continuation(state: Intake, standing: Standing, act: Act[AgreeContinuation]) -> Decision:
    """Agree to go on; effective when the last of those who stay has agreed.

    Raises:
        RuleViolation: party_is_known, somebody_left, continuation_is_agreed_once,
            rest_may_continue, party_has_consented.
    """
    party = own_party(act)
    to_go_on(act, state, standing)
    remaining = state.remaining()
    agreed = ContinuationAgreed(
        party=party,
        remaining=remaining,
        complete=state.continuing | {party} >= set(remaining),
        reduced_scope=act.data.reduced_scope,
    )
    return [Placed("joint", agreed)]


DECIDE: dict[type[Command], Decide] = {
    GiveConsent: give_consent,
    DeclineInvitation: decline_invitation,
    TreatSilenceAsRefusal: treat_silence_as_refusal,
    WithdrawConsent: withdraw_consent,
    AgreeContinuation: agree_continuation,
}
