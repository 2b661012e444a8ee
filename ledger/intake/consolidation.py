"""The commands by which several cases are dealt with together, or apart again."""

from typing import Any, ClassVar

from msgspec import field

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import party_is_known
from ledger.intake.consolidation_events import CasesConsolidated, CaseSplit
from ledger.intake.consolidation_rules import (
    all_parties_agree_to_it,
    brought_parties_take_part,
    case_is_dealt_with_here,
    cases_are_consolidated_once,
    consolidation_is_of_several_cases,
    issues_go_over_from_the_list,
    issues_that_come_are_new,
    leading_case_goes_on_leading,
    names_of,
    something_is_left_to_mediate,
    split_is_from_another_case,
    split_is_from_the_leading_case,
    to_consolidate,
    to_split,
)
from ledger.intake.joinder_events import Access
from ledger.intake.rules import Decide
from ledger.intake.state import Intake
from ledger.parties import RUNNING, Standing
from ledger.terms import Id, PartyId, Words


class ConsolidateCases(Command, frozen=True, kw_only=True, tag="consolidate-cases"):
    """Record in one of several cases that all its parties agreed to deal with them together.

    It is given in each of the cases. Where this one leads, the talks go on here; else they rest,
    as far as its issues go over.

    Attributes:
        cases: The other cases, by number.
        lead: The case in which the talks go on: this one, or one of the others.
        issues: In the leading case the words of each issue that comes; else the issues that go
            over, all where none is named.
        brings: Parties of the other cases, which take part in the leading one.
        agreed_by: Parties of this case that agreed.
    """

    by = ("registry",)
    during = RUNNING
    occasions = (to_consolidate,)
    example: ClassVar[dict[str, Any]] = {
        "cases": ["GO-2026-0007"],
        "lead": "GO-2026-0007",
        "agreed_by": ["A", "B"],
    }
    cases: tuple[Id, ...]
    lead: Id
    issues: dict[Id, Words] = field(default_factory=dict)
    brings: tuple[PartyId, ...] = ()
    agreed_by: tuple[PartyId, ...]


class SplitCase(Command, frozen=True, kw_only=True, tag="split-case"):
    """Record that all agreed to deal with issues in another case; or here again.

    Attributes:
        case: The other case, by number.
        issues: Which leave; of a case that went over all come back.
        agreed_by: Parties of this case that agreed.
    """

    by = ("registry",)
    during = RUNNING
    occasions = (to_split,)
    example: ClassVar[dict[str, Any]] = {
        "case": "GO-2026-0007",
        "issues": ["term"],
        "agreed_by": ["A", "B"],
    }
    case: Id
    issues: tuple[Id, ...] = ()
    agreed_by: tuple[PartyId, ...]


def consolidate_cases(state: Intake, standing: Standing, act: Act[ConsolidateCases]) -> Decision:
    """Consolidate this case with others, as the leading one or as one that goes over.

    Raises:
        RuleViolation: consolidation_is_of_several_cases, case_is_dealt_with_here,
            cases_are_consolidated_once, leading_case_goes_on_leading, party_is_known,
            all_parties_agree_to_it, brought_parties_take_part, issues_that_come_are_new,
            issues_go_over_from_the_list.
    """
    data = act.data
    consolidation_is_of_several_cases(act, state, data.cases, data.lead)
    case_is_dealt_with_here(act, state)
    cases_are_consolidated_once(act, state, data.cases)
    leads = data.lead in names_of(state)
    leading_case_goes_on_leading(act, state, leads=leads)
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    all_parties_agree_to_it(act, standing, data.agreed_by)
    return [Placed("joint", (_leading if leads else _going_over)(state, standing, act))]


def _leading(state: Intake, standing: Standing, act: Act[ConsolidateCases]) -> CasesConsolidated:
    """Take issues in, from parties that joined."""
    data = act.data
    brought_parties_take_part(act, standing, data.brings)
    issues_that_come_are_new(act, state, tuple(data.issues))
    return CasesConsolidated(
        part="lead",
        lead=data.lead,
        cases=data.cases,
        issues=tuple(data.issues),
        sees=_sights(standing, act),
        agreed_by=data.agreed_by,
        texts=dict(data.issues) or None,
    )


def _going_over(state: Intake, standing: Standing, act: Act[ConsolidateCases]) -> CasesConsolidated:
    """Let issues go over; with the last of them the talks rest here."""
    data = act.data
    issues_go_over_from_the_list(act, state, tuple(data.issues))
    issues = tuple(data.issues) or tuple(state.issues)
    return CasesConsolidated(
        part="joined",
        lead=data.lead,
        cases=data.cases,
        issues=issues,
        sees=_sights(standing, act),
        agreed_by=data.agreed_by,
        rests=set(issues) >= set(state.issues),
        texts=None,
    )


def _sights(standing: Standing, act: Act[Any]) -> dict[str, Access]:
    """Say what each party reads of this record."""
    late = act.newcomers
    return {p: "from_joining" if p in late else "full_history" for p in standing.current()}


def split_case(state: Intake, standing: Standing, act: Act[SplitCase]) -> Decision:
    """Split issues off to another case, or take back those that went over.

    Raises:
        RuleViolation: split_is_from_another_case, split_is_from_the_leading_case, party_is_known,
            all_parties_agree_to_it, issues_go_over_from_the_list, something_is_left_to_mediate.
    """
    data = act.data
    split_is_from_another_case(act, state, data.case)
    split_is_from_the_leading_case(act, state, data.case)
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    all_parties_agree_to_it(act, standing, data.agreed_by)
    known = state.consolidation
    returns = known.lead == data.case and not known.leads
    if not returns:
        issues_go_over_from_the_list(act, state, data.issues)
        something_is_left_to_mediate(act, state, data.issues)
    split = CaseSplit(
        case=data.case,
        issues=tuple(known.gone) if returns else data.issues,
        returns=returns,
        agreed_by=data.agreed_by,
    )
    return [Placed("joint", split)]


DECIDE: dict[type[Command], Decide] = {
    ConsolidateCases: consolidate_cases,
    SplitCase: split_case,
}
