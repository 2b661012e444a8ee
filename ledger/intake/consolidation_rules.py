"""The rules of dealing with several cases together."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.intake.state import Intake
from ledger.parties import Standing


def names_of(state: Intake) -> tuple[str, ...]:
    """List what this case is called."""
    return tuple(name for name in (state.number, state.external_ref) if name is not None)


@rule("refuse")
def consolidation_is_of_several_cases(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Intake,
    cases: tuple[str, ...],
    lead: str,
) -> None:
    """Cases are dealt with together with others, and one of them leads."""
    own = names_of(state)
    if not cases or set(cases) & set(own):
        raise Broken("a case is consolidated with others", "the numbers of other cases")
    if lead not in (*own, *cases):
        raise Broken(f"{lead} is none of these cases", f"one of: {', '.join((*own[:1], *cases))}")


@rule("refuse")
def case_is_dealt_with_here(act: Act[Any], state: Intake) -> None:  # noqa: ARG001 - a rule takes the act
    """What is dealt with in another case is not consolidated again."""
    known = state.consolidation
    if known.lead is not None and not known.leads:
        raise Broken(f"it is consolidated with {known.lead}, which leads", "split-case first")


@rule("refuse")
def cases_are_consolidated_once(act: Act[Any], state: Intake, cases: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A case that leads goes on leading, and takes in each other case once."""
    twice = [case for case in cases if case in state.consolidation.cases]
    if twice:
        raise Broken(f"{', '.join(twice)} is consolidated with it already", "split-case first")


@rule("refuse")
def leading_case_goes_on_leading(act: Act[Any], state: Intake, *, leads: bool) -> None:  # noqa: ARG001 - a rule takes the act
    """A case with which others were consolidated does not go over into another."""
    if state.consolidation.leads and not leads:
        others = ", ".join(state.consolidation.cases)
        raise Broken(f"it leads {others}", "this case as `lead`, or split-case first")


@rule("refuse")
def all_parties_agree_to_it(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    agreed_by: tuple[str, ...],
) -> None:
    """Cases are consolidated and split by the agreement of all; each case asks its own parties."""
    missing = [party for party in standing.current() if party not in agreed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} has not agreed", "the agreement of every party")


@rule("refuse")
def brought_parties_take_part(act: Act[Any], standing: Standing, brings: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """Parties of a case that goes over join the leading one first, with all that asks (I-3)."""
    missing = [party for party in brings if party not in standing.current()]
    if missing:
        raise Broken(
            f"{', '.join(missing)} takes no part in the leading case",
            "request-joinder, the consents, complete-inquiry and admit-party there",
        )


@rule("refuse")
def issues_go_over_from_the_list(act: Act[Any], state: Intake, issues: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """Only issues of this case leave it."""
    unknown = [issue for issue in issues if issue not in state.issues]
    if unknown:
        listed = ", ".join(state.issues) or "none yet"
        raise Broken(f"{', '.join(unknown)} is no issue of this case", f"one of: {listed}")


@rule("refuse")
def issues_that_come_are_new(act: Act[Any], state: Intake, issues: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """An issue that comes from another case has a name of its own here."""
    taken = [issue for issue in issues if issue in state.issues]
    if taken:
        raise Broken(f"{', '.join(taken)} is an issue here already", "another id")


@rule("refuse")
def something_is_left_to_mediate(act: Act[Any], state: Intake, issues: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A split leaves an issue in each case."""
    if not issues or set(issues) >= set(state.issues):
        raise Broken("every issue, or none, would leave this case", "some of its issues")


@rule("refuse")
def split_is_from_the_leading_case(act: Act[Any], state: Intake, case: str) -> None:  # noqa: ARG001 - a rule takes the act
    """What was consolidated is split from the case it went over to."""
    if state.consolidation.lead not in (None, case) and not state.consolidation.leads:
        raise Broken(f"this case went over to {state.consolidation.lead}", "that case")


@rule("refuse")
def split_is_from_another_case(act: Act[Any], state: Intake, case: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A case is split from another."""
    if case in names_of(state):
        raise Broken(f"{case} is this case", "the number of the other case")


def to_split(act: Act[Any], state: Intake, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a consolidation to undo, or for issues of which some can leave."""
    if state.consolidation.lead is None or state.consolidation.leads:
        something_is_left_to_mediate(act, state, tuple(state.issues)[:1])


def to_consolidate(act: Act[Any], state: Intake, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a case that is dealt with here."""
    case_is_dealt_with_here(act, state)
