"""Say what must hold when obligations are spoken of, and when several parties agree a step."""

from collections.abc import Collection
from datetime import date
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.follow_up.progress import CLOSED
from ledger.follow_up.rules import day_at_seat
from ledger.follow_up.state import FollowUp
from ledger.parties import Obligation, Standing


@rule("refuse")
def agrees_once(act: Act[Any], agreed: Collection[str]) -> None:
    """A party agrees to a step once."""
    if act.party is not None and act.party in agreed:
        raise Broken(f"{act.party} has agreed before", "the agreement of the others")


@rule("refuse")
def agreement_is_ones_own(act: Act[Any], agreed_by: Collection[str]) -> None:
    """A party agrees for itself; what others signed, the registry records."""
    others = [p for p in agreed_by if p != act.party]
    if act.party is not None and others:
        raise Broken(f"{act.party} cannot agree for {', '.join(others)}", "each party's own act")


@rule("refuse")
def everybody_agreed(act: Act[Any], needed: Collection[str], agreed: Collection[str]) -> None:
    """The registry records a joint step only with the agreement of all it needs."""
    missing = [p for p in needed if p not in agreed]
    if act.party is None and (missing or not needed):
        who = ", ".join(missing) or "every party"
        raise Broken(f"not agreed by {who}", f"`agreed_by` with {who}, or their own acts")


@rule("refuse")
def step_concerns_party(act: Act[Any], needed: Collection[str]) -> None:
    """Only those whose agreement counts agree."""
    if act.party is not None and act.party not in needed:
        raise Broken(f"{act.party} is not asked here", f"one of: {', '.join(needed)}")


@rule("refuse")
def base_is_text_in_force(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: FollowUp,
    standing: Standing,
    base_hash: str,
) -> None:
    """An amendment changes a text in force."""
    texts = [*standing.executed_hashes, *state.amended.values()]
    in_force = [text for text in texts if text not in state.amended]
    if in_force and base_hash not in in_force:
        raise Broken(f"{base_hash} is no text in force", f"base_hash one of: {', '.join(in_force)}")


@rule("refuse")
def amendment_changes_text(act: Act[Any], base_hash: str, new_hash: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An amendment has another text than the one it changes."""
    if base_hash == new_hash:
        raise Broken("the new text is the old one", "the hash of the consolidated text")


@rule("refuse")
def obligation_is_known(act: Act[Any], standing: Standing, obligation_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an obligation of the settlement is spoken of."""
    if obligation_id not in standing.obligations:
        known = ", ".join(standing.obligations) or "none yet"
        raise Broken(f"there is no obligation {obligation_id}", f"one of: {known}")


@rule("irregular")
def obligation_is_in_force(act: Act[Any], obligation: Obligation) -> None:  # noqa: ARG001 - a rule takes the act
    """An obligation counts while its settlement is in force."""
    if not obligation.in_force:
        raise Broken(
            f"the settlement of {obligation.obligation_id} is not in force",
            "the settlement to enter into force",
        )


@rule("irregular")
def obligation_is_open(act: Act[Any], state: FollowUp, obligation: Obligation) -> None:  # noqa: ARG001 - a rule takes the act
    """Nothing is owed any more once performance was confirmed, or the obligation given up."""
    heard = state.of(obligation.obligation_id).heard
    if heard in CLOSED:
        raise Broken(f"{obligation.obligation_id} is {heard}", "an obligation that is open")


@rule("refuse")
def actor_is_obligor(act: Act[Any], obligation: Obligation) -> None:
    """Only who owes it says that it performed."""
    if act.party != obligation.obligor:
        raise Broken(f"{obligation.obligor} owes {obligation.obligation_id}", obligation.obligor)


@rule("refuse")
def actor_is_obligee(act: Act[Any], obligation: Obligation) -> None:
    """Only who is owed it confirms, disputes, defers or gives it up."""
    if act.party != obligation.obligee:
        why = f"{obligation.obligation_id} is owed to {obligation.obligee}"
        raise Broken(why, obligation.obligee)


@rule("irregular")
def performance_is_reported(act: Act[Any], state: FollowUp, obligation: Obligation) -> None:  # noqa: ARG001 - a rule takes the act
    """Performance is confirmed or disputed after it was reported."""
    if state.of(obligation.obligation_id).heard not in ("reported", "disputed"):
        why = f"no performance of {obligation.obligation_id} is reported"
        raise Broken(why, "report-performance, by who owes it")


@rule("refuse")
def reporter_is_party_or_monitor(act: Act[Any], state: FollowUp) -> None:
    """Only a party or the agreed monitor reports a breach."""
    if act.party is None and act.actor != state.monitor:
        raise Broken(f"{act.actor} is not the monitor", "a party, or the monitor of the plan")


@rule("irregular")
def obligation_is_due(act: Act[Any], state: FollowUp, obligation: Obligation) -> None:
    """A breach is reported of what is due."""
    due = state.due(obligation)
    if due is None or day_at_seat(act) <= date.fromisoformat(due):
        when = f"is due on {due}" if due else "waits for a condition"
        raise Broken(f"{obligation.obligation_id} {when}", "the day to pass")


@rule("irregular")
def breach_is_reported(act: Act[Any], state: FollowUp, obligation: Obligation) -> None:  # noqa: ARG001 - a rule takes the act
    """A breach is answered, or put right, after it was reported and until the matter is closed."""
    said = state.of(obligation.obligation_id)
    if not said.broken and said.heard != "in cure":
        why = f"no breach of {obligation.obligation_id} is reported"
        raise Broken(why, "report-breach, by a party or the monitor")


@rule("refuse")
def day_is_later(act: Act[Any], until: str, than: str | None) -> None:  # noqa: ARG001 - a rule takes the act
    """More time means a later day."""
    if than is not None and until <= than:
        raise Broken(f"{until} is not after {than}", f"a day after {than}")


@rule("refuse")
def obligation_is_not_done(act: Act[Any], state: FollowUp, obligation: Obligation) -> None:  # noqa: ARG001 - a rule takes the act
    """An obligation is discharged once."""
    if state.of(obligation.obligation_id).heard == "done":
        raise Broken(f"{obligation.obligation_id} is done", "nothing more")


@rule("refuse")
def monitoring_runs(act: Act[Any], state: FollowUp) -> None:  # noqa: ARG001 - a rule takes the act
    """Monitoring ends after it began."""
    if not state.monitoring:
        raise Broken("performance is not being watched", "adopt-monitoring-plan")
