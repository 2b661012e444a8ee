"""Decide what becomes of a nomination that was not accepted in the profile's time."""

from typing import Any, ClassVar

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import one_will_do
from ledger.deadlines import Deadline
from ledger.instants import has_offset, parse_instant
from ledger.neutrality.choice_events import NominationLapsed
from ledger.neutrality.facts import Neutrality, Nominee
from ledger.neutrality.rules import Decide
from ledger.parties import RUNNING, Standing
from ledger.terms import PersonId

ACCEPTANCE = "acceptance.within"
NOBODY = Nominee("")


@rule("refuse")
def nominee_is_awaited(act: Act[Any], state: Neutrality, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only somebody asked to mediate, and not in office, can be waited for."""
    if person not in state.named():
        raise Broken(f"{person} is not asked to mediate", f"one of: {', '.join(state.named())}")


@rule("refuse")
def acceptance_is_overdue(act: Act[Any], state: Neutrality, standing: Standing, name: str) -> None:
    """A nomination lapses only for who did not accept in the profile's time."""
    asked = acceptance_date(standing, name)
    if asked is None:
        raise Broken(f"no time to accept was set for {name}", "decline-nomination, by the nominee")
    if asked.status == "running" and act.when <= parse_instant(asked.due):
        raise Broken(f"{name} may accept until {asked.on}", "that day to pass")
    if accepted_in_time(state.nominees.get(name, NOBODY), asked):
        raise Broken(f"{name} accepted in time", "another person")


def acceptance_date(standing: Standing, person: str) -> Deadline | None:
    """Find the date by which a person is to accept, as last set."""
    return standing.deadlines.latest(ACCEPTANCE, person.removeprefix("person:"))


def accepted_in_time(nominee: Nominee, asked: Deadline) -> bool:
    """Tell whether a nominee signed its declaration in time; when it happened is what counts."""
    if asked.status in ("met", "waived"):
        return True
    declared = nominee.declared
    if declared is None or not has_offset(declared):
        return False
    return parse_instant(declared) <= parse_instant(asked.due)


def to_let_lapse(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for a nominee whose time to accept is over."""
    one_will_do(
        act,
        state.named(),
        lambda person: acceptance_is_overdue(act, state, standing, person),
        "nominee",
        "nominate-mediator",
    )


class TreatNominationAsLapsed(Command, frozen=True, kw_only=True, tag="treat-nomination-as-lapsed"):
    """Elect to wait no longer for a nominee; another, or the same one anew, may be named."""

    by = ("registry", "authority")
    during = RUNNING
    occasions = (to_let_lapse,)
    example: ClassVar[dict[str, Any]] = {"person": "person:iyer"}
    person: PersonId


def treat_nomination_as_lapsed(
    state: Neutrality, standing: Standing, act: Act[TreatNominationAsLapsed]
) -> Decision:
    """Let a nomination lapse.

    Raises:
        RuleViolation: nominee_is_awaited, acceptance_is_overdue.
    """
    person = act.data.person
    nominee_is_awaited(act, state, person)
    acceptance_is_overdue(act, state, standing, person)
    return [Placed("joint", NominationLapsed(person=person))]


DECIDE: dict[type[Command], Decide] = {TreatNominationAsLapsed: treat_nomination_as_lapsed}
