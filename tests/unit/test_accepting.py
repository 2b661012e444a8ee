"""A nominee accepts in the profile's time, or whoever waits for it elects to wait no longer."""

from datetime import timedelta

from msgspec import structs

from ledger.deadlines import Deadline
from ledger.neutrality.choice_events import NominationLapsed
from ledger.neutrality.events import CandidateApproached, MediatorAppointed, MediatorNominated
from tests import examples
from tests.spec import Order, Spec, do
from tests.unit.test_profile import GONE, Change, house_but

NOMINATED = do("nominate-mediator", person=examples.MEDIATOR, method="joint")
INQUIRED = do(
    "complete-inquiry", by="candidate", searched=["A"], since="2016-01-01", until="2026-03-01"
)
CLEAR = do("declare-no-conflict", by="candidate", text_version="1")
DECLARED = do("declare-impartiality", by="candidate", text_version="1")
FEES = [do("accept-fee-terms", by=party, terms="As before.") for party in ("A", "B")]
APPOINTED = do("appoint-mediator", mediators=[examples.MEDIATOR], method="joint")
LAPSES = do("treat-nomination-as-lapsed", person=examples.MEDIATOR)


def asked(change: Change | None = None) -> Spec:
    """A person was asked to mediate under the house's procedure but for some keys."""
    adopted = do("adopt-profile", text=house_but(change or {}), default=True)
    return Spec().given(adopted, examples.consented(), NOMINATED)


def date(spec: Spec) -> Deadline:
    """Find the date by which the nominee is to accept, as the registry sees it."""
    standing = spec.file.seen_by(spec.file.rights("registry")).standing()
    found = standing.deadlines.latest("acceptance.within", "iyer")
    assert found is not None
    return found


def later(spec: Spec, days: int) -> Spec:
    """Let days go by."""
    return spec.at(spec.clock.at + timedelta(days=days))


def accepts(*, at: str | None = None) -> list[Order]:
    """The nominee does what it takes, its declaration perhaps earlier than entered."""
    return [INQUIRED, CLEAR, structs.replace(DECLARED, occurred=at), *FEES]


def test_the_time_runs_from_the_nomination_and_says_how_it_is_counted() -> None:
    """Where the nominee reads it, with what its passing does and who elects it."""
    running = date(asked())
    assert running.room == "chair"
    assert running.arithmetic.startswith("20 calendar days from the request to mediate")
    assert "seat time" in running.arithmetic
    assert (running.set.expiry, running.set.elected_by) == ("elective", "registry")


def test_a_declaration_meets_it() -> None:
    """And so does a refusal to mediate."""
    assert date(asked().given(accepts())).status == "met"
    declined = do("decline-nomination", by="candidate", ground="availability")
    assert date(asked().given(declined)).status == "met"


def test_its_passing_has_no_effect_by_itself() -> None:
    """It is noted as passed; the nominee is still asked."""
    spec = later(asked(), 30)
    spec.tick()
    assert date(spec).status == "missed"
    assert "iyer" in str(spec.file.roster.candidates)


def test_then_the_nomination_may_be_treated_as_lapsed() -> None:
    """All learn it; the nominee reads no longer, and is asked no longer."""
    spec = asked().when(LAPSES).then_refused("acceptance_is_overdue")
    later(spec, 30).given(LAPSES)
    assert NominationLapsed(person=examples.MEDIATOR) in [f.event for f in spec.new_frames()]
    assert spec.file.roster.candidates == ()
    spec.when(LAPSES).then_refused("nominee_is_awaited")
    spec.when(DECLARED).then_refused("case_is_open")


def test_nobody_is_treated_so_who_accepted_in_time() -> None:
    """Its declaration stands."""
    spec = later(asked().given(accepts()), 30)
    spec.when(LAPSES).then_refused("acceptance_is_overdue")


def test_without_a_time_in_the_profile_nothing_lapses() -> None:
    """The nominee may take as long as it likes."""
    spec = asked({"acceptance.within_days": GONE})
    later(spec, 90).when(LAPSES).then_refused("acceptance_is_overdue")
    spec.given(accepts(), APPOINTED)


def test_who_accepts_late_is_not_appointed() -> None:
    """A reported appointment is recorded and marked; one of our own waits for a new nomination."""
    spec = later(asked(), 30).given(accepts())
    spec.when(APPOINTED).then_refused("acceptance_is_in_time")
    spec.when(structs.replace(APPOINTED, reported=True)).then_irregular("acceptance_is_in_time")


def test_who_is_asked_anew_has_its_time_anew() -> None:
    """Under a name of its own; the first date stays as it passed."""
    spec = later(asked(), 30).given(accepts(), LAPSES)
    spec.when(NOMINATED).then(MediatorNominated, CandidateApproached, type(date(spec).set))
    assert date(spec).set.deadline_id == "acceptance.within-iyer-2"
    spec.given(accepts()).when(APPOINTED)
    assert MediatorAppointed in {type(f.event) for f in spec.new_frames()}


def test_an_acceptance_in_time_that_is_entered_late_counts() -> None:
    """What counts is when it was signed."""
    spec = later(asked(), 30).given(accepts(at="2026-03-10T09:00:00Z"))
    assert date(spec).status == "missed"
    spec.when(LAPSES).then_refused("acceptance_is_overdue")
    spec.given(APPOINTED)


def test_the_registry_may_give_more_time_before_it_passes() -> None:
    """Then a later acceptance is in time."""
    spec = asked()
    more = do("extend-deadline", deadline_id="acceptance.within-iyer", until="2026-04-30")
    spec.given(structs.replace(more, room="chair"))
    later(spec, 30).given(accepts()).given(APPOINTED)
