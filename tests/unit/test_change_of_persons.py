"""Whoever comes since the mediators took office is inquired into afresh (I-3)."""

from typing import Any

import pytest

from ledger.identity import Operator
from ledger.intake.events import RepresentativeAuthorised
from ledger.negotiation.events import ProposalTabled
from ledger.neutrality.change_events import InterestedPersonNamed
from ledger.neutrality.events import ConflictInquiryCompleted
from ledger.parties import Standing
from ledger.prospects import Prospect, prospects
from ledger.rulebook import shipped
from ledger.sessions.caucus_events import CaucusOpened
from tests import examples as ex
from tests.invariants import taking_part
from tests.invariants.forgery import forge
from tests.invariants.record import Truth
from tests.spec import Order, Spec, attempt, do

THREE = ("A", "B", "C")
DAHL = "person:dahl"
FUND = do("name-interested-person", by="A", person="NorthFund", interest="It pays the costs of A.")
CAUCUS = do("open-caucus", by="mediator", party="B")
AT_OWN_DESK = Operator(name="dahl", roles=("party",), auth="test")


def came(capacity: str = "representative", person: str = DAHL, by: str = "B") -> Order:
    """Somebody new speaks for B."""
    powers = ["negotiate", "settle"]
    return do("authorise-representative", by=by, person=person, powers=powers, capacity=capacity)


def said(spec: Spec, command: str, viewer: str = "mediator") -> Prospect:
    """Look up what `next` says of a command."""
    eyes = spec.file.rights(viewer)
    found = prospects(spec.file, viewer, eyes, shipped(), spec.clock.at)
    return next(one for one in found if one.command == command)


def standing(spec: Spec, viewer: str = "mediator") -> Standing:
    """Look at a case with a viewer's eyes."""
    return spec.file.seen_by(spec.file.rights(viewer)).standing()


@pytest.mark.parametrize(
    ("change", "name"),
    [(came(), DAHL), (came("counsel"), DAHL), (FUND, "NorthFund")],
    ids=["representative", "counsel", "interest"],
)
@pytest.mark.parametrize(
    ("needed", "stage"),
    [
        (do("open-session", by="mediator"), ex.preparing),
        (CAUCUS, ex.mediating),
        (do("resume-session", by="mediator", session_id="S1"), None),
    ],
    ids=["session", "caucus", "resumed"],
)
def test_a_change_of_persons_reopens_the_inquiry(
    change: Order,
    name: str,
    needed: Order,
    stage: Any,  # noqa: ANN401 - one of the stages
) -> None:
    """No meeting begins before each mediator looked; `next` says what is missing and whom for."""
    begun = stage() if stage else [*ex.mediating(), do("adjourn-session", by="mediator")]
    spec = Spec().given(begun, change)
    assert list(standing(spec).uninquired) == [name]
    told = said(spec, needed.name)
    assert (told.may, told.rule) == (False, "inquiry_follows_change_of_persons")
    assert name in f"{told.why} {told.needs}"
    spec.when(needed).then_refused("inquiry_follows_change_of_persons")
    spec.when(ex.inquired(name)).then(ConflictInquiryCompleted)
    assert not standing(spec).uninquired
    assert said(spec, needed.name).may
    spec.given(needed)


def test_a_meeting_that_took_place_all_the_same_is_reported_and_marked() -> None:
    """The record keeps what happened."""
    held = do("open-session", by="mediator", at_reported=True)
    spec = Spec().given(ex.preparing(), came()).when(held)
    spec.then_irregular("inquiry_follows_change_of_persons")


def test_who_was_there_before_the_mediators_comes_as_no_surprise() -> None:
    """The inquiry before the appointment was made with it in sight; so with who spoke before."""
    begun, later = ex.consented(), ex.preparing()[len(ex.consented()) :]
    spec = Spec().given(begun, came(), later)
    assert not standing(spec).uninquired
    again = do("authorise-representative", by="B", person=DAHL, powers=["sign"])
    assert not standing(spec.given(again)).uninquired


def test_an_inquiry_made_ahead_counts_and_one_that_left_needs_none() -> None:
    """What is asked for is that the mediator knows, of those who speak."""
    spec = Spec().given(ex.mediating(), ex.inquired(DAHL), came())
    spec.when(CAUCUS).then(CaucusOpened)
    gone = Spec().given(ex.mediating(), came(), do("revoke-authority", by="B", person=DAHL))
    gone.when(CAUCUS).then(CaucusOpened)


def test_counsel_gets_access_once_the_mediators_looked() -> None:
    """Until then it neither reads nor acts, at its own keyboard or reported by the registry."""
    spec = Spec().given(ex.mediating(THREE)).when(came("counsel")).then(RepresentativeAuthorised)
    own = ex.tabled(by="B", at_actor=DAHL, at_operator=AT_OWN_DESK)
    assert spec.file.roster.awaiting == {DAHL: ("B",)}
    assert DAHL not in spec.file.roster.persons
    spec.when(ex.tabled(by="B", at_actor=DAHL)).then_refused("inquiry_covers_the_counsel")
    spec.when(own).then_refused("operator_may_act_for")
    spec.given(ex.inquired(DAHL))
    assert spec.file.roster.persons[DAHL] == ("B",)
    spec.order(own)
    assert any(isinstance(f.event, ProposalTabled) for f in spec.new_frames())


def test_a_representative_acts_at_once() -> None:
    """The party's own people speak for it from the start; only the meetings wait."""
    spec = Spec().given(ex.mediating(THREE), came())
    assert attempt(spec, ex.tabled(by="B", at_actor=DAHL))
    assert spec.answer is not None
    assert spec.answer.done


def test_every_mediator_in_office_looks() -> None:
    """One of two is not enough; who took office since need not, and one who left no longer."""
    spec = Spec().given(ex.mediating(THREE), came("counsel"))
    roster = spec.file.roster
    assert roster.mediators == (ex.MEDIATOR,)
    spec.given(do("end-mandate", reason="incapacity"))
    assert spec.file.roster.awaiting, "nobody is in office to look"
    spec.given(
        do("nominate-mediator", person="person:lindqvist", method="joint"),
        do(
            "complete-inquiry",
            by="candidate",
            searched=list(THREE),
            since="2016-01-01",
            until="2026-03-01",
        ),
        do("declare-no-conflict", by="candidate", text_version="1"),
        do("declare-impartiality", by="candidate", text_version="1"),
        *(do("accept-fee-terms", by=p, terms="Equal.") for p in THREE),
        do("appoint-successor", mediators=["person:lindqvist"], method="joint"),
    )
    assert not spec.file.roster.awaiting
    assert spec.file.roster.persons[DAHL] == ("B",)


def test_counsel_whose_authority_ends_waits_no_more() -> None:
    """There is nothing to give access to."""
    spec = Spec().given(ex.mediating(), came("counsel"))
    spec.given(do("revoke-authority", by="B", person=DAHL))
    assert not spec.file.roster.awaiting


def test_who_comes_with_a_joiner_is_covered_by_the_inquiry_into_it() -> None:
    """The mediators looked into the joiner before it got access."""
    spec = Spec().given(
        ex.mediating(),
        do("request-joinder", by="A", party="N", name="Bank N", interest="A mortgage."),
        *(do("consent-joinder", by=p, joiner="N") for p in "AB"),
        do("consent-joinder", joiner="N", accepts_terms=True),
        ex.inquired("N"),
        do("admit-party", joiner="N", representatives={"person:nansen": ["negotiate"]}),
    )
    assert not standing(spec).uninquired
    spec.given(ex.tabled(by="N", at_actor="person:nansen"))


def test_an_interested_person_is_named_once_and_is_no_mediator() -> None:
    """A party says whose funder it is of its own; the event stands before all."""
    spec = Spec().given(ex.mediating()).when(FUND).then(InterestedPersonNamed)
    assert (spec.new_frames()[0].room, spec.new_frames()[0].event.party) == ("joint", "A")
    spec.when(FUND).then_refused("id_is_new")
    mine = do("name-interested-person", person=ex.MEDIATOR, interest="x")
    spec.when(mine).then_refused("representative_is_not_mediator")
    stranger = do("name-interested-person", person="Fund", party="Z", interest="x")
    spec.when(stranger).then_refused("party_is_known")


def test_a_party_is_not_told_by_a_refusal_what_the_chair_knows() -> None:
    """Eyes that read no inquiries name nobody as not inquired into."""
    assert not standing(Spec().given(ex.mediating(), came()), "party:A").uninquired


def test_the_invariant_bites_on_a_meeting_too_early() -> None:
    """A caucus opened by no rule, with somebody new about, breaks I-3; so does counsel acting."""
    truth = Truth(Spec().given(ex.mediating(THREE), came()))
    forge(truth, "caucus:B", CaucusOpened(party="B", purpose="explore"), "mediator")
    with pytest.raises(AssertionError, match="did not look into"):
        taking_part.change_of_persons_reopens_the_inquiry(truth)
    early = Truth(Spec().given(ex.mediating(THREE), came("counsel")))
    forge(early, "joint", InterestedPersonNamed(person="X", interest="Y"), "party:B", actor=DAHL)
    with pytest.raises(AssertionError, match="looked into it"):
        taking_part.counsel_gets_access_after_the_inquiry(early)
