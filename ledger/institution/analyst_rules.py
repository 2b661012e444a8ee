"""Say what must hold when cases are given to analysts."""

from datetime import datetime
from typing import Any, Final

from ledger.act import Act, Broken, rule
from ledger.institution.state import Institution

STUDIED: Final = ("joint",)
"""Kinds of room an analyst may look at: what every party of a case reads anyway."""
ALL: Final = "all"


@rule("refuse")
def grant_name_is_free(act: Act[Any], state: Institution, grant: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Two grants of analysts never have one name at a time."""
    if grant in state.analysts:
        raise Broken(f"there is an analyst grant {grant}", "another name, or revoke-analyst first")


@rule("refuse")
def analyst_is_granted(act: Act[Any], state: Institution, grant: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a grant that was given is revoked."""
    if grant not in state.analysts:
        known = ", ".join(state.analysts) or "none yet"
        raise Broken(f"there is no analyst grant {grant}", f"one of: {known}")


@rule("refuse")
def analysts_read_the_common_record(act: Act[Any], rooms: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """No caucus, no room of one side and no room of an office is ever given to analysts."""
    closed = [room for room in rooms if room not in STUDIED]
    if closed:
        why = f"{', '.join(closed)} is never given to analysts, under pseudonyms or not"
        raise Broken(why, f"one of: {', '.join(STUDIED)}")


@rule("refuse")
def analyst_cases_are_all_or_named(act: Act[Any], cases: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A grant is over every case, or over those named."""
    if ALL in cases and len(cases) > 1:
        raise Broken("`all` and single cases are named", "`all` alone, or ids of cases")


@rule("refuse")
def analyst_profiles_are_adopted(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Institution,
    profiles: tuple[str, ...],
) -> None:
    """A grant names rule profiles that the institution has adopted."""
    unknown = [name for name in profiles if name not in state.profiles]
    if unknown:
        adopted = ", ".join(state.profiles) or "none yet"
        why = f"the institution has adopted no profile {', '.join(unknown)}"
        raise Broken(why, f"one of: {adopted}")


@rule("refuse")
def analysts_are_operators(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Institution,
    operators: tuple[str, ...],
) -> None:
    """Only somebody the institution knows as an analyst is bound to a grant."""
    others = [name for name in operators if "analyst" not in state.operators.get(name, ())]
    if others:
        why = f"{', '.join(others)} is no operator with the role analyst"
        raise Broken(why, "add-operator with the role analyst")


@rule("refuse")
def words_are_shown_by_two_and_agreed(
    act: Act[Any], approved_by: str | None, consent: str | None, *, free_text: bool
) -> None:
    """Nobody alone, and not without their consent, has shown to analysts what people said."""
    if not free_text:
        return
    if approved_by is None or approved_by in (act.entered_by, act.actor):
        raise Broken(f"{act.entered_by} has words shown alone", "`approved_by` a second person")
    if consent is None:
        raise Broken("words belong to those who said them", "`consent`: how they agreed")


@rule("refuse")
def analyst_grant_ends_later(act: Act[Any], ends: datetime | None) -> None:
    """A grant ends in the future."""
    if ends is not None and ends <= act.now:
        raise Broken("that day is over", "a day to come")
