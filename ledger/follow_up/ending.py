"""Declare a case at an end, by whoever may in that mode."""

from datetime import UTC
from typing import Any, ClassVar, assert_never

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_has_power, actor_is_mediator, own
from ledger.follow_up import rules
from ledger.follow_up.agreeing import take_step
from ledger.follow_up.closing_events import Mode, TerminationConfirmed, TerminationDeclared
from ledger.follow_up.occasions import to_declare_end
from ledger.follow_up.state import FollowUp
from ledger.parties import RUNNING, Standing
from ledger.reasons import reasons_given
from ledger.terms import Day, PartyId, Words


class DeclareTermination(Command, frozen=True, kw_only=True, tag="declare-termination"):
    """Declare the case at an end; who may depends on the mode (DOMAIN.md 3.3).

    Attributes:
        consulted: Parties asked before, for `no_prospect`.
        deposit_due: Day the deposit was due, for `deposit`.
        agreed_by: Parties that signed a joint declaration, where the registry records it.
        reasons: Reasons, for the registry alone.
    """

    by = ("party", "mediator", "registry")
    during = frozenset({*RUNNING, *rules.SIGNED})
    guards = (actor_is_mediator,)
    occasions = (to_declare_end,)
    example: ClassVar[dict[str, Any]] = {"mode": "no_prospect", "consulted": ["A", "B"]}
    mode: Mode
    consulted: tuple[PartyId, ...] = ()
    deposit_due: Day | None = None
    agreed_by: tuple[PartyId, ...] = ()
    reasons: Words | None = None


def declare_termination(
    state: FollowUp, standing: Standing, act: Act[DeclareTermination]
) -> Decision:
    """Declare an end, or agree to a joint declaration.

    Raises:
        RuleViolation: mode_belongs_to_role, end_is_declared_once, mode_fits_phase,
            settlement_is_executed, a_party_has_left, parties_were_consulted,
            time_limit_has_passed, deposit_stayed_unpaid, no_mediator_is_appointed; for a joint
            declaration actor_has_power, step_concerns_party, agrees_once, agreement_is_ones_own,
            everybody_agreed.
    """
    data = act.data
    rules.mode_belongs_to_role(act, data.mode)
    rules.end_is_declared_once(act, state)
    rules.mode_fits_phase(act, standing, data.mode)
    _check_mode(act, standing)
    why = reasons_given("registry", TerminationDeclared, data.reasons)
    if data.mode != "joint_declaration":
        return [_declared(act, act.acting()), *why]
    actor_has_power(act, standing, "settle")
    placed = take_step(
        state,
        act,
        step="end",
        needed=standing.current(),
        taken=lambda parties: _declared(act, "all parties", parties),
    )
    return [*placed, *why]


def _check_mode(act: Act[DeclareTermination], standing: Standing) -> None:
    """Check what the mode asks for beyond role and phase."""
    data = act.data
    match data.mode:
        case "settled":
            rules.settlement_is_executed(act, standing)
        case "party_withdrawal":
            rules.a_party_has_left(act, standing)
        case "no_prospect":
            rules.parties_were_consulted(act, standing, data.consulted)
        case "time_limit":
            rules.time_limit_has_passed(act, standing)
        case "deposit":
            rules.deposit_stayed_unpaid(act, data.deposit_due)
        case "no_mediator":
            rules.no_mediator_is_appointed(act, standing)
        case "joint_declaration" | "completed" | "safety":
            pass
        case _:
            assert_never(data.mode)


def _declared(
    act: Act[DeclareTermination], by: str, consulted: tuple[str, ...] | None = None
) -> Placed:
    awaits = act.profile.termination_effect == "institution_confirms" and act.role != "registry"
    declared = TerminationDeclared(
        mode=act.data.mode,
        by=by,
        effective_at=None if awaits else _moment(act),
        awaits_confirmation=awaits,
        consulted=act.data.consulted if consulted is None else consulted,
        deposit_due=act.data.deposit_due,
    )
    return Placed("joint", declared)


def _moment(act: Act[Any]) -> str | None:
    """Write the instant an act happened, None where that is not recorded."""
    if act.occurred is None:
        return None
    return act.when.astimezone(UTC).isoformat().replace("+00:00", "Z")


class ConfirmTermination(Command, frozen=True, kw_only=True, tag="confirm-termination"):
    """Confirm a declared end, under a profile by which it takes effect with that."""

    by = ("registry",)
    occasions = (own(rules.termination_awaits_confirmation),)


def confirm_termination(
    state: FollowUp,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[ConfirmTermination],
) -> Decision:
    """Confirm a declared end.

    Raises:
        RuleViolation: termination_awaits_confirmation.
    """
    rules.termination_awaits_confirmation(act, state)
    assert state.termination is not None, "termination_awaits_confirmation asked for it"
    confirmed = TerminationConfirmed(mode=state.termination.mode, effective_at=_moment(act))
    return [Placed("joint", confirmed)]
