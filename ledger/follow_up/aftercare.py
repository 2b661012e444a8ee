"""Watch over performance and help with it; speak of waiver by conduct (rows H8, H15 to H17)."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, id_is_new, own_party
from ledger.follow_up import after_rules as rules
from ledger.follow_up import performance_rules
from ledger.follow_up.after_events import (
    Assistance,
    AssistanceGiven,
    AssistanceRequested,
    FollowUpHeld,
    MonitorAppointed,
    WaiverByConductAsserted,
    WaiverByConductDenied,
)
from ledger.follow_up.agreeing import take_step
from ledger.follow_up.performing import AboutObligation, obligation_named
from ledger.follow_up.rules import PERFORMING, settlement_is_executed
from ledger.follow_up.state import FollowUp
from ledger.parties import Standing
from ledger.terms import Id, PartyId, PersonId, Words, next_id


class AppointMonitor(Command, frozen=True, kw_only=True, tag="appoint-monitor"):
    """Agree on somebody who watches performance.

    Attributes:
        searched: Parties the person looked into for conflicts.
        disclosed: What the search found; who agrees, agrees knowing it.
        agreed_by: Parties that signed, where the registry records it.
    """

    by = ("party", "registry")
    during = PERFORMING
    occasions = (rules.to_appoint_monitor,)
    example: ClassVar[dict[str, Any]] = {
        "person": "person:iyer",
        "searched": ["A", "B"],
        "agreed_by": ["A", "B"],
    }
    person: PersonId
    searched: tuple[PartyId, ...]
    disclosed: Words | None = None
    agreed_by: tuple[PartyId, ...] = ()


def appoint_monitor(state: FollowUp, standing: Standing, act: Act[AppointMonitor]) -> Decision:
    """Agree on a monitor, who is appointed when all parties did.

    Raises:
        RuleViolation: settlement_is_executed, monitor_looked_for_conflicts, monitor_is_no_party,
            agreement_is_ones_own, step_concerns_party, agrees_once, everybody_agreed.
    """
    data = act.data
    settlement_is_executed(act, standing)
    rules.monitor_looked_for_conflicts(act, standing, data.searched)
    rules.monitor_is_no_party(act, standing, data.person)
    return take_step(
        state,
        act,
        step="monitor",
        about=data.person,
        needed=standing.current(),
        taken=lambda parties: Placed(
            "joint",
            MonitorAppointed(
                person=data.person,
                searched=data.searched,
                agreed_by=parties,
                disclosed=data.disclosed,
            ),
        ),
    )


class HoldFollowUp(Command, frozen=True, kw_only=True, tag="hold-follow-up"):
    """Record a look at performance; where each obligation stands is taken from the board."""

    by = ("mediator", "registry")
    during = PERFORMING
    occasions = (rules.to_hold_follow_up,)
    example: ClassVar[dict[str, Any]] = {"note": "Both sides by telephone."}
    note: Words | None = None


def hold_follow_up(state: FollowUp, standing: Standing, act: Act[HoldFollowUp]) -> Decision:
    """Record a look at the board; it judges nothing.

    Raises:
        RuleViolation: monitoring_runs, follow_up_is_held_by_the_monitor.
    """
    performance_rules.monitoring_runs(act, state)
    rules.follow_up_is_held_by_the_monitor(act, state)
    columns = {name: state.column(owed) for name, owed in standing.obligations.items()}
    held = FollowUpHeld(by=act.actor, columns={**columns}, note=act.data.note)
    return [Placed("joint", held)]


class RequestAssistance(Command, frozen=True, kw_only=True, tag="request-assistance"):
    """Ask for help with performance, before all or in one's own caucus."""

    by = ("party",)
    during = PERFORMING
    guards = (settlement_is_executed,)
    example: ClassVar[dict[str, Any]] = {
        "kind": "clarify_term",
        "what": "Does the second instalment include the tax?",
    }
    kind: Assistance
    what: Words
    request_id: Id | None = None


def request_assistance(
    state: FollowUp,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[RequestAssistance],
) -> Decision:
    """Record a request for help.

    Raises:
        RuleViolation: assistance_is_asked_where_one_reads, id_is_new.
    """
    data, room = act.data, act.room or "joint"
    rules.assistance_is_asked_where_one_reads(act, room)
    taken = {name for where, name in state.after.assistance if where == room}
    name = data.request_id or next_id("AS", taken)
    id_is_new(act, taken, name, name)
    asked = AssistanceRequested(
        request_id=name, party=own_party(act), kind=data.kind, what=data.what
    )
    return [Placed(room, asked)]


class GiveAssistance(Command, frozen=True, kw_only=True, tag="give-assistance"):
    """Say what help was given, where it was asked for."""

    by = ("mediator", "registry")
    during = PERFORMING
    guards = (actor_is_mediator,)
    occasions = (rules.to_assist,)
    example: ClassVar[dict[str, Any]] = {
        "request_id": "AS1",
        "what": "Both sides read clause 4 alike: it does not.",
    }
    request_id: Id
    what: Words


def give_assistance(
    state: FollowUp,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[GiveAssistance],
) -> Decision:
    """Record that help was given.

    Raises:
        RuleViolation: assistance_is_asked.
    """
    room = act.room or "joint"
    rules.assistance_is_asked(act, state, room, act.data.request_id)
    given = AssistanceGiven(request_id=act.data.request_id, what=act.data.what)
    return [Placed(room, given)]


class AssertWaiver(AboutObligation, frozen=True, kw_only=True, tag="assert-waiver"):
    """Say that the other side gave the rest of an obligation up by what it did."""

    occasions = (rules.to_assert_waiver,)
    example: ClassVar[dict[str, Any]] = {
        "obligation_id": "O1",
        "conduct": "Three short payments were taken without a word.",
    }
    conduct: Words


def assert_waiver(state: FollowUp, standing: Standing, act: Act[AssertWaiver]) -> Decision:
    """Record the assertion; what is owed stays owed until the obligee itself gives it up.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, obligation_still_stands,
            actor_is_obligor, obligation_is_open, part_was_performed.
    """
    obligation = obligation_named(state, standing, act)
    performance_rules.actor_is_obligor(act, obligation)
    performance_rules.obligation_is_open(act, state, obligation)
    rules.part_was_performed(act, state, obligation)
    asserted = WaiverByConductAsserted(
        obligation_id=act.data.obligation_id, conduct=act.data.conduct
    )
    return [Placed("joint", asserted)]


class DenyWaiver(AboutObligation, frozen=True, kw_only=True, tag="deny-waiver"):
    """Say that nothing was given up; to give it up there is waive-obligation."""

    occasions = (rules.to_deny_waiver,)
    example: ClassVar[dict[str, Any]] = {
        "obligation_id": "O1",
        "position": "Every receipt reserved the rest.",
    }
    position: Words | None = None


def deny_waiver(state: FollowUp, standing: Standing, act: Act[DenyWaiver]) -> Decision:
    """Record the denial.

    Raises:
        RuleViolation: obligation_is_known, obligation_is_in_force, obligation_still_stands,
            actor_is_obligee, waiver_is_asserted.
    """
    obligation = obligation_named(state, standing, act)
    performance_rules.actor_is_obligee(act, obligation)
    rules.waiver_is_asserted(act, state, obligation)
    denied = WaiverByConductDenied(obligation_id=act.data.obligation_id, position=act.data.position)
    return [Placed("joint", denied)]
