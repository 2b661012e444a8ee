"""The commands of the intake, each with its decision: request, invitation and service."""

from dataclasses import replace
from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import own, party_is_known
from ledger.deadlines import Expiry
from ledger.instants import parse_instant
from ledger.intake.answers import DECIDE as ANSWERS
from ledger.intake.circumstances import DECIDE as CIRCUMSTANCES
from ledger.intake.conditions import DECIDE as CONDITIONS
from ledger.intake.consolidation import DECIDE as CONSOLIDATION
from ledger.intake.events import (
    Carrier,
    Ground,
    InvitationIssued,
    InvitationServed,
    RequestAcknowledged,
    RequestDeclined,
    RequestWithdrawn,
    ServiceFailed,
)
from ledger.intake.joinder import DECIDE as JOINDER
from ledger.intake.occasions import to_invite, to_record_service
from ledger.intake.offers import DECIDE as OFFERS
from ledger.intake.opening import DECIDE as OPENING
from ledger.intake.representation import DECIDE as REPRESENTATION
from ledger.intake.rules import (
    Decide,
    actor_is_requester,
    invitation_was_sent,
    party_awaits_invitation,
    request_is_acknowledged_once,
    request_is_open,
    request_is_registered,
    service_is_recorded_once,
)
from ledger.intake.screening import DECIDE as SCREENING
from ledger.intake.state import Intake
from ledger.parties import Phase, Standing
from ledger.periods import begin
from ledger.reasons import reasons_given
from ledger.terms import Document, PartyId, Words

BEFORE_CONSENT = frozenset({Phase.REQUESTED, Phase.INVITED})
_EXPIRY: dict[str, Expiry] = {
    "elective_rejection": "elective",
    "automatic_lapse": "automatic",
    "none": "information",
}


class AcknowledgeRequest(Command, frozen=True, kw_only=True, tag="acknowledge-request"):
    """Tell the requester that the request has come."""

    by = ("registry",)
    during = frozenset({Phase.REQUESTED})
    occasions = (own(request_is_acknowledged_once),)


def acknowledge_request(
    state: Intake,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[AcknowledgeRequest],
) -> Decision:
    """Acknowledge receipt, at the requester's desk.

    Raises:
        RuleViolation: request_is_acknowledged_once.
    """
    request_is_acknowledged_once(act, state)
    assert state.number is not None, "a request carries its number"
    return [Placed(_desks(state)[0], RequestAcknowledged(number=state.number))]


class DeclineRequest(Command, frozen=True, kw_only=True, tag="decline-request"):
    """Not take the case."""

    by = ("registry", "authority")
    during = BEFORE_CONSENT
    occasions = (own(request_is_open),)
    example: ClassVar[dict[str, Any]] = {
        "ground": "scope",
        "reasons": "The house takes no family cases.",
    }
    ground: Ground
    reasons: Words | None = None


def decline_request(
    state: Intake,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[DeclineRequest],
) -> Decision:
    """Decline a request: ground and reasons at the requester's desk, the fact to all if registered.

    Raises:
        RuleViolation: request_is_open.
    """
    request_is_open(act, state)
    declined = [Placed(desk, RequestDeclined(ground=act.data.ground)) for desk in _desks(state)]
    if state.registered is not None:
        declined.append(Placed("joint", RequestDeclined()))
    reasons = [reasons_given(desk, RequestDeclined, act.data.reasons) for desk in _desks(state)]
    return [*declined, *(one for given in reasons for one in given)]


class WithdrawRequest(Command, frozen=True, kw_only=True, tag="withdraw-request"):
    """Take one's request back before the parties have consented."""

    by = ("party",)
    during = BEFORE_CONSENT
    occasions = (own(request_is_open), own(actor_is_requester))
    example: ClassVar[dict[str, Any]] = {"reason": "Settled between us."}
    reason: Words | None = None


def withdraw_request(
    state: Intake,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[WithdrawRequest],
) -> Decision:
    """Withdraw a request: at the requester's desk, to all once registered.

    Raises:
        RuleViolation: request_is_open, actor_is_requester.
    """
    request_is_open(act, state)
    actor_is_requester(act, state)
    assert act.party is not None, "a party acts"
    room = f"desk:{act.party}" if state.registered is None else "joint"
    return [Placed(room, RequestWithdrawn(party=act.party, reason=act.data.reason))]


class IssueInvitation(Command, frozen=True, kw_only=True, tag="issue-invitation"):
    """Ask a party to take part."""

    by = ("registry", "party")
    during = BEFORE_CONSENT
    occasions = (to_invite,)
    example: ClassVar[dict[str, Any]] = {"party": "B", "carrier": "courier"}
    party: PartyId
    carrier: Carrier = "platform"
    interim_notice: bool = True


def issue_invitation(state: Intake, standing: Standing, act: Act[IssueInvitation]) -> Decision:
    """Invite a party; begins the time to reply where the profile counts it from here.

    Raises:
        RuleViolation: party_is_known, request_is_open, request_is_registered, actor_is_requester,
            party_awaits_invitation.
    """
    party = act.data.party
    party_is_known(act, standing, party)
    request_is_open(act, state)
    request_is_registered(act, state)
    actor_is_requester(act, state)
    party_awaits_invitation(act, state, party)
    issued = InvitationIssued(
        party=party, carrier=act.data.carrier, interim_notice=act.data.interim_notice
    )
    return [Placed("joint", issued), *_reply_from_issue(state, act, party)]


def _reply_from_issue(state: Intake, act: Act[Any], party: str) -> Decision:
    """Begin the time to reply where service is not what it runs from."""
    trigger = act.profile.reply.trigger
    if trigger in ("invitation_sent", "request_transmitted"):
        return _reply(state, act, party, "the sending of the invitation")
    if trigger == "request_received" and state.received is not None:
        at = parse_instant(state.received)
        return _reply(state, replace(act, when=at), party, "receipt of the request")
    if trigger == "request_registered" and state.registered is not None:
        at = parse_instant(state.registered)
        return _reply(state, replace(act, when=at), party, "registration")
    return []


def _reply(state: Intake, act: Act[Any], party: str, trigger: str) -> Decision:
    """Begin the time to reply; nothing where the profile knows none or the moment is unknown."""
    reply = act.profile.reply
    if reply.period_days is None or not act.moment_is_known():
        return []
    elector = {"requester": state.requester(), "institution": "registry"}.get(reply.elected_by)
    begun = begin(
        act,
        "joint",
        rule="reply",
        days=reply.period_days,
        trigger=trigger,
        concerns=party,
        expiry=_EXPIRY[reply.silence_effect],
        elected_by=elector,
        about=party,
    )
    return [begun]


class RecordService(Command, frozen=True, kw_only=True, tag="record-service"):
    """Record that an invitation reached its party."""

    by = ("registry",)
    during = frozenset({Phase.INVITED})
    occasions = (to_record_service,)
    example: ClassVar[dict[str, Any]] = {"party": "B", "proof": {"title": "Courier receipt 4711"}}
    party: PartyId
    proof: Document | None = None


def record_service(state: Intake, standing: Standing, act: Act[RecordService]) -> Decision:
    """Record service; begins the time to reply where the profile counts it from here.

    Raises:
        RuleViolation: party_is_known, invitation_was_sent, service_is_recorded_once.
    """
    party = act.data.party
    party_is_known(act, standing, party)
    invitation_was_sent(act, state, party)
    service_is_recorded_once(act, state, party)
    served = Placed("joint", InvitationServed(party=party, proof=act.data.proof))
    if act.profile.reply.trigger != "invitation_served":
        return [served]
    return [served, *_reply(state, act, party, "service")]


class RecordServiceFailure(Command, frozen=True, kw_only=True, tag="record-service-failure"):
    """Record that an invitation did not reach its party."""

    by = ("registry",)
    during = frozenset({Phase.INVITED})
    occasions = (to_record_service,)
    example: ClassVar[dict[str, Any]] = {"party": "B", "reason": "Moved away."}
    party: PartyId
    reason: Words


def record_service_failure(
    state: Intake, standing: Standing, act: Act[RecordServiceFailure]
) -> Decision:
    """Record that service failed; another invitation may follow.

    Raises:
        RuleViolation: party_is_known, invitation_was_sent, service_is_recorded_once.
    """
    party = act.data.party
    party_is_known(act, standing, party)
    invitation_was_sent(act, state, party)
    service_is_recorded_once(act, state, party)
    return [Placed("joint", ServiceFailed(party=party, reason=act.data.reason))]


def _desks(state: Intake) -> tuple[str, ...]:
    """Name the requester's desk; none where nobody is known to have asked."""
    requester = state.requester()
    return () if requester is None else (f"desk:{requester}",)


DECIDE: dict[type[Command], Decide] = {
    AcknowledgeRequest: acknowledge_request,
    DeclineRequest: decline_request,
    WithdrawRequest: withdraw_request,
    IssueInvitation: issue_invitation,
    RecordService: record_service,
    RecordServiceFailure: record_service_failure,
    **OFFERS,
    **OPENING,
    **SCREENING,
    **ANSWERS,
    **CONDITIONS,
    **REPRESENTATION,
    **CIRCUMSTANCES,
    **JOINDER,
    **CONSOLIDATION,
}
