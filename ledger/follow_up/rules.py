"""Say what must hold when a case ends and is closed."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from ledger.act import Act, Broken, Role, rule
from ledger.follow_up.closing_events import Mode
from ledger.follow_up.limit import RULE
from ledger.follow_up.state import FollowUp
from ledger.instants import zone_named
from ledger.parties import AFTER_SIGNING, RUNNING, Phase, Standing

ENTITLED: dict[Mode, tuple[Role, ...]] = {
    "settled": ("party", "mediator", "registry"),
    "joint_declaration": ("party", "registry"),
    "party_withdrawal": ("party", "mediator", "registry"),
    "no_prospect": ("mediator",),
    "completed": ("mediator",),
    "time_limit": ("registry",),
    "deposit": ("registry", "mediator"),
    "no_mediator": ("registry",),
    "safety": ("mediator", "registry"),
}
"""Who may declare which end (DOMAIN.md 3.3)."""

SIGNED = frozenset({Phase.SETTLED, Phase.MONITORING})
PERFORMING = AFTER_SIGNING | {Phase.DRAFTING, Phase.SIGNING, Phase.TERMINATED}
"""Where a settlement may be performed; a partial one while talks go on, and after they failed."""


NO_STEP = "appointment.no_step_ends_after"
"""Rule of the date until which a mediator may be found."""


@rule("irregular")
def caucuses_are_counted(act: Act[Any], standing: Standing) -> None:
    """Before a case is closed all learn how many caucuses there were, where the profile says so."""
    if act.profile.caucus_metadata != "aggregate_at_close" or standing.taken_over:
        return
    mandates = range(1, standing.mandate.number + 1)
    missing = [str(n) for n in mandates if n not in standing.caucuses_counted]
    if missing:
        raise Broken(
            f"the caucuses under mandate {', '.join(missing)} have not been counted",
            "their number, by the mediator (count-caucuses)",
        )


@rule("irregular")
def recordings_are_destroyed(act: Act[Any], standing: Standing) -> None:
    """No recording outlives the case, unless the profile lets recordings be kept."""
    kept = standing.recordings_kept
    if kept and act.profile.content_recording.audio_video != "allowed":
        raise Broken(f"{', '.join(kept)} is still kept", "its destruction (destroy-recording)")


@rule("refuse")
def mode_belongs_to_role(act: Act[Any], mode: Mode) -> None:
    """Each way to end a case belongs to certain roles."""
    if act.role not in ENTITLED[mode]:
        who = " or ".join(ENTITLED[mode])
        raise Broken(f"`{mode}` is not for the {act.role} to declare", f"the {who}")


@rule("refuse")
def end_is_declared_once(act: Act[Any], state: FollowUp) -> None:  # noqa: ARG001 - a rule takes the act
    """A case ends once."""
    if state.termination is not None:
        raise Broken(f"the end was declared as {state.termination.ref}", "nothing more")


@rule("irregular")
def mode_fits_phase(act: Act[Any], standing: Standing, mode: Mode) -> None:  # noqa: ARG001 - a rule takes the act
    """Talks are ended while they run, a settled case once it is settled."""
    fits = SIGNED if mode == "settled" else RUNNING
    if standing.phase not in fits:
        when = ", ".join(sorted(fits))
        raise Broken(f"`{mode}` does not end a case in {standing.phase}", f"one of: {when}")


@rule("irregular")
def settlement_is_executed(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an executed settlement is performed, watched, amended or closed as settled."""
    if not standing.executed:
        raise Broken("no settlement has been executed in this case", "an executed settlement")


@rule("irregular")
def a_party_has_left(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """An end by withdrawal needs a party that withdrew, and others that did not agree to go on."""
    staying = standing.staying()
    if len(staying) == len(standing.parties):
        raise Broken("the consent of every party stands", "withdraw-consent, by who leaves")
    if standing.continuing.issuperset(staying):
        raise Broken("those who stay agreed to go on", "another way to end it")


@rule("irregular")
def parties_were_consulted(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    consulted: Collection[str],
) -> None:
    """The mediator sees no prospect only after asking every party."""
    unasked = [p for p in standing.current() if p not in consulted]
    if unasked:
        raise Broken(f"not consulted: {', '.join(unasked)}", "every current party in `consulted`")


@rule("irregular")
def time_limit_has_passed(act: Act[Any], standing: Standing) -> None:
    """The time is over only when its last instant has passed."""
    limit = standing.deadlines.latest(RULE)
    if limit is None:
        raise Broken("no overall limit runs in this case", "another way to end it")
    if limit.status != "missed" and datetime.fromisoformat(limit.due) >= act.when:
        raise Broken(f"the limit runs to {limit.on}", "the limit to pass, or another way to end it")


@rule("irregular")
def deposit_stayed_unpaid(act: Act[Any], deposit_due: str | None) -> None:
    """A deposit ends a case only after it was due and notice of it has run."""
    if deposit_due is None:
        raise Broken("it is not said when the deposit was due", "the day in `deposit_due`")
    notice = act.profile.deposit.notice_before_termination_days or 0
    earliest = date.fromisoformat(deposit_due) + timedelta(days=notice)
    if day_at_seat(act) <= earliest:
        why = f"the notice for a deposit due on {deposit_due} runs to {earliest}"
        raise Broken(why, "the notice to run out")


@rule("irregular")
def no_mediator_is_appointed(act: Act[Any], standing: Standing) -> None:
    """A case ends for want of a mediator only without one, once the profile's time is over."""
    if standing.mandate.status in ("active", "suspended"):
        raise Broken(f"the mandate is {standing.mandate.status}", "another way to end it")
    limit = standing.deadlines.running(NO_STEP)
    if limit is not None and datetime.fromisoformat(limit.due) >= act.when:
        raise Broken(f"the time to name a mediator runs to {limit.on}", "its end")


@rule("refuse")
def termination_awaits_confirmation(act: Act[Any], state: FollowUp) -> None:  # noqa: ARG001 - a rule takes the act
    """The institution confirms an end that was declared and waits for it."""
    if state.termination is None or not state.termination.awaited:
        raise Broken("no declared end waits for confirmation", "declare-termination")


@rule("irregular")
def closing_session_was_held(act: Act[Any], state: FollowUp) -> None:  # noqa: ARG001 - a rule takes the act
    """Parties say at or after the closing session what they understood and how it went."""
    if not state.session_held:
        raise Broken("no closing session is recorded", "hold-closing-session")


@rule("refuse")
def party_says_it_once(act: Act[Any], said: Collection[str]) -> None:
    """What a party says once is not said again; a mistake is corrected."""
    if act.party in said:
        raise Broken(f"{act.party} has said so before", "correct-entry, if it was wrong")


@rule("irregular")
def case_has_ended(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """A closing document follows an end."""
    over = {Phase.TERMINATED, Phase.NOT_COMMENCED, Phase.CLOSED, Phase.EVALUATED}
    if standing.phase in over or state.termination or state.reported or standing.taken_over:
        return
    raise Broken(f"the case is in phase {standing.phase}", "declare-termination")


@rule("irregular")
def closing_document_is_issued(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """A case closes after its closing document, where the profile knows one."""
    wanted = act.profile.closing_document != "none" and not standing.taken_over
    if wanted and state.closing_document is None:
        raise Broken("no closing document is recorded", "issue-closing-document")


@rule("irregular")
def closing_session_held_or_waived(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: FollowUp,
    standing: Standing,
    *,
    waived: bool,
) -> None:
    """A settled case closes after a closing session, unless the parties did without."""
    if standing.phase in SIGNED and not state.session_held and not waived:
        raise Broken("no closing session is recorded", "hold-closing-session or `session_waived`")


@rule("irregular")
def outcome_fits_record(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: FollowUp,
    standing: Standing,
    outcome: str,
) -> None:
    """A case closes as settled only on a settlement, and as unsettled only without one."""
    settled = standing.executed or state.reported is not None
    if settled == (outcome == "none"):
        word = "a settlement is recorded" if settled else "no settlement is recorded"
        raise Broken(f"{word}, the outcome says `{outcome}`", "the outcome the record shows")


@rule("refuse")
def settlement_is_reported_once(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """A settlement is told of once, and only where none was executed here."""
    if standing.executed or state.reported is not None:
        what = "executed" if standing.executed else "reported"
        raise Broken(f"a settlement was {what} before", "correct-entry, if it was wrong")


def day_at_seat(act: Act[Any]) -> date:
    """Return the day it was at the seat when the act happened."""
    return act.when.astimezone(zone_named(act.profile.seat.zone)).date()
