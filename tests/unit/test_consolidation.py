"""Cases dealt with together: each keeps its own record, one leads, and they can be split again."""

from functools import partial
from typing import Any

from ledger.intake.consolidation_events import CasesConsolidated, CaseSplit
from ledger.intake.state import Intake
from ledger.negotiation.events import ProposalTabled
from ledger.prospects import prospects
from ledger.rulebook import shipped
from projections.current import current
from tests import examples as ex
from tests.spec import Order, Spec, do

HERE, OTHER = "GO-2026-0001", "GO-2026-0007"
SCOPE = do(
    "define-scope",
    by="mediator",
    issues={"fee": "The fee", "term": "Its term"},
    agreed_by=["A", "B"],
)
TABLED = ex.tabled(by="A", clauses=[ex.clause(issue="fee")])


def together(lead: str = OTHER, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """Deal with this case and another together."""
    data = {"cases": [OTHER], "lead": lead, "agreed_by": ["A", "B"], **more}
    return do("consolidate-cases", **data)


def apart(*issues: str, **more: Any) -> Order:  # noqa: ANN401 - as above
    """Deal with issues apart again."""
    return do("split-case", **{"case": OTHER, "issues": issues, "agreed_by": ["A", "B"], **more})


def talks(*steps: Order) -> Spec:
    """Begin in the first session, with two issues listed."""
    return Spec().given(ex.mediating(), SCOPE, *steps)


def intake(spec: Spec, viewer: str = "party:B") -> Intake:
    """Look at the case as a party does."""
    return spec.file.seen_by(spec.file.rights(viewer)).intake


def may(spec: Spec, command: str, viewer: str = "registry") -> str | None:
    """Name the rule `next` gives against a command, None where it may be given."""
    eyes = spec.file.rights(viewer)
    found = prospects(spec.file, viewer, eyes, shipped(), spec.clock.at)
    return next(one.rule for one in found if one.command == command)


def test_a_case_that_goes_over_rests() -> None:
    """Its issues are dealt with in the leading case; talks here are refused, and `next` says so."""
    spec = talks().when(together()).then(CasesConsolidated)
    event = spec.new_frames()[0].event
    assert (event.part, event.issues, event.rests) == ("joined", ("fee", "term"), True)
    assert event.sees == {"A": "full_history", "B": "full_history"}
    spec.when(TABLED).then_refused("talks_go_on_here")
    assert spec.answer is not None
    assert OTHER in str(spec.answer.needs)
    assert may(spec, "table-proposal", "party:A") == "talks_go_on_here"
    told = do("open-caucus", by="mediator", party="A", at_reported=True)
    spec.when(told).then_irregular("talks_go_on_here")
    spec.given(do("withdraw-consent", by="A"))


def test_some_issues_go_over_and_the_others_are_talked_about_here() -> None:
    """What is left here is not put to rest."""
    spec = talks(together(issues={"term": "Its term"}))
    known = intake(spec)
    assert (tuple(known.issues), tuple(known.consolidation.gone)) == (("fee",), ("term",))
    spec.when(TABLED)
    assert isinstance(spec.new_frames()[0].event, ProposalTabled)
    unknown = talks().when(together(issues={"rent": "The rent"}))
    unknown.then_refused("issues_go_over_from_the_list")


def test_the_leading_case_takes_issues_in_from_parties_that_joined() -> None:
    """Who comes with the other case joins first, and reads what its joinder lets it read."""
    spec = talks()
    data: dict[str, Any] = {"lead": HERE, "issues": {"rent": "The rent"}, "brings": ["N"]}
    spec.when(together(**data)).then_refused("brought_parties_take_part")
    spec.given(
        do("request-joinder", by="A", party="N", name="Bank N", interest="A mortgage."),
        *(do("consent-joinder", by=p, joiner="N") for p in "AB"),
        do("consent-joinder", joiner="N", accepts_terms=True),
        ex.inquired("N"),
        do("admit-party", joiner="N"),
    )
    spec.when(together(**data)).then_refused("all_parties_agree_to_it")
    spec.when(together(**data, agreed_by=["A", "B", "N"])).then(CasesConsolidated)
    event = spec.new_frames()[0].event
    assert (event.part, event.sees["N"], event.rests) == ("lead", "from_joining", False)
    assert tuple(intake(spec).issues) == ("fee", "term", "rent")
    assert intake(spec).consolidation.leads
    spec.given(TABLED)


def test_every_party_agrees_to_it() -> None:
    """In each case its own; a stranger cannot be named."""
    talks().when(together(agreed_by=["A"])).then_refused("all_parties_agree_to_it")
    talks().when(together(agreed_by=["A", "B", "Z"])).then_refused("party_is_known")
    talks().when(apart("term", agreed_by=["A"])).then_refused("all_parties_agree_to_it")


def test_cases_are_others_and_one_of_them_leads() -> None:
    """Not the case itself, and no lead from elsewhere."""
    rule = "consolidation_is_of_several_cases"
    talks().when(together(cases=[HERE])).then_refused(rule)
    talks().when(together(lead="GO-2026-0009")).then_refused(rule)
    talks().when(together(cases=[])).then_refused(rule)


def test_what_went_over_is_not_consolidated_again() -> None:
    """Split first; a case that leads goes on leading, and may take in a third."""
    spec = talks(together()).when(together(cases=["GO-2026-0009"], lead="GO-2026-0009"))
    spec.then_refused("case_is_dealt_with_here")
    assert may(spec, "consolidate-cases") == "case_is_dealt_with_here"
    leads = talks(together(HERE)).when(together(HERE))
    leads.then_refused("cases_are_consolidated_once")
    leads.when(together("GO-2026-0009", cases=["GO-2026-0009"]))
    leads.then_refused("leading_case_goes_on_leading")
    leads.given(together(HERE, cases=["GO-2026-0009"]))
    assert intake(leads).consolidation.cases == (OTHER, "GO-2026-0009")


def test_issues_that_come_have_names_of_their_own() -> None:
    """There is a fee here already."""
    spec = talks().when(together(HERE, issues={"fee": "Another fee"}))
    spec.then_refused("issues_that_come_are_new")


def test_what_went_over_comes_back() -> None:
    """After the split the talks go on here, about what they were about."""
    spec = talks(together()).when(apart(case="GO-2026-0009"))
    spec.then_refused("split_is_from_the_leading_case")
    spec.when(apart()).then(CaseSplit)
    event = spec.new_frames()[0].event
    assert (event.returns, event.issues) == (True, ("fee", "term"))
    assert tuple(intake(spec).issues) == ("fee", "term")
    assert intake(spec).consolidation.lead is None
    spec.given(TABLED)


def test_issues_leave_the_leading_case_with_the_split() -> None:
    """And so they do where nothing was consolidated; something stays to be mediated."""
    spec = talks(together(HERE, issues={"rent": "The rent"})).given(apart("rent"))
    assert tuple(intake(spec).issues) == ("fee", "term")
    assert intake(spec).consolidation.lead is None
    spec.given(apart("term"))
    assert tuple(intake(spec).issues) == ("fee",)
    spec.when(apart("fee")).then_refused("something_is_left_to_mediate")
    spec.when(apart("rent")).then_refused("issues_go_over_from_the_list")
    assert may(spec, "split-case") == "something_is_left_to_mediate"
    talks().when(apart("term", case=HERE)).then_refused("split_is_from_another_case")


def test_it_is_shown_to_every_party() -> None:
    """Which cases, which leads, and that the talks rest."""
    spec = talks(together())
    eyes = spec.file.rights("party:B")
    view = current(spec.file, eyes, spec.clock.at, partial(spec._batch._open, spec.file))
    assert view.consolidation is not None
    assert (view.consolidation.lead, view.consolidation.rests) == (OTHER, True)
    assert view.issues == ()
