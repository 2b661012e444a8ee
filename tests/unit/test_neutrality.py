"""The mediator: nomination, disclosure, objection, appointment, challenge, succession."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ledger import deadlines
from ledger.act import Act, Command, Placed, Role
from ledger.deadlines import Deadlines
from ledger.envelope import Event, Frame, frame_of
from ledger.errors import DecodeError, RuleViolation
from ledger.identity import Operator
from ledger.neutrality.commands import DECIDE
from ledger.neutrality.disclosures import category_of
from ledger.neutrality.events import (
    EVENTS,
    CandidateApproached,
    ChallengeDecided,
    ChallengeFiled,
    ConflictDisclosed,
    ConflictInquiryCompleted,
    ConflictWaived,
    DisclosureAcknowledged,
    DisclosureDelivered,
    DisclosureFiled,
    FeeTermsAccepted,
    ImpartialityDeclared,
    MandateEnded,
    MandateRestored,
    MandateSuspended,
    MediatorAppointed,
    MediatorDeclined,
    MediatorNominated,
    MediatorRecused,
    MediatorResigned,
    NoConflictDeclared,
    ObjectionRaised,
    ObjectionWithdrawn,
    SuccessorAppointed,
)
from ledger.neutrality.state import Neutrality, evolve
from ledger.parties import Entry, Mandate, Phase
from tests import examples as scenes
from tests.spec import do, given
from tests.unit.part import AS_RECORDED, HOUSE, NOW, Part, kinds, only, standing

ORTIZ = "person:ortiz"
IYER = "person:iyer"
ROLES: dict[str, Role] = {
    "candidate": "candidate",
    "challenge": "challenge",
    "authority": "authority",
}
DISCLOSURE = {"kind": "business_relation", "circumstance": "My firm audited a supplier."}


class Bench(Part[Neutrality]):
    """The neutrality alone, its dates kept and its mandate told to the standing."""

    def __init__(self, **known: Any) -> None:  # noqa: ANN401 - any field of a standing
        """Begin with two parties that have consented."""
        around = standing(phase=Phase.CONSENTED, mandate=Mandate(), **known)
        super().__init__(DECIDE, evolve, Neutrality(), around)
        self.dates = Deadlines()

    def do(self, name: str, by: str = "registry", /, **data: Any) -> list[Placed]:  # noqa: ANN401 - a command's own fields
        """Give a command with the standing as it now is."""
        self.standing = msgspec.structs.replace(
            self.standing, mandate=self.state.mandate, deadlines=self.dates
        )
        return super().do(name, by, **data)

    def _act(self, command: Command, by: str, envelope: dict[str, Any]) -> Act[Any]:
        actor = {"candidate": IYER, "challenge": "person:judge", "authority": "person:chief"}
        if by not in ROLES:
            return super()._act(command, by, envelope)
        given = {"actor": actor[by], "entered_by": actor[by], **envelope}
        return replace(super()._act(command, "registry", given), role=ROLES[by])

    def _record(self, placed: Placed, act: Act[Any]) -> None:
        if isinstance(placed.event, EVENTS):
            super()._record(placed, act)
            return
        seq = self.seqs[placed.room] = self.seqs.get(placed.room, 0) + 1
        if isinstance(placed.event, deadlines.EVENTS):
            frame = _frame(placed, seq)
            self.dates = deadlines.evolve(self.dates, frame)
        self.placed.append(placed)


def _frame(placed: Placed, seq: int) -> Frame[Any]:
    return Frame(
        room=placed.room,
        seq=seq,
        recorded=NOW,
        actor="person:clerk",
        entered_by="person:clerk",
        auth="test",
        channel="command line",
        command="c",
        event=frame_of(placed.event),
    )


def nominated(person: str = IYER, bench: Bench | None = None) -> Bench:
    """Name a person, the only candidate of the tests unless another is given."""
    bench = bench or Bench()
    bench.do("nominate-mediator", person=person, method="joint")
    return bench


def declared(person: str = IYER, bench: Bench | None = None) -> Bench:
    """Go on through inquiry, declaration and fee terms, without the answer on conflicts."""
    bench = nominated(person, bench)
    inquiry = {"since": "2016-01-01", "until": "2026-03-01", "searched": ["A", "B"]}
    bench.do("complete-inquiry", "candidate", at_actor=person, **inquiry)
    bench.do("declare-impartiality", "candidate", at_actor=person, text_version="v1")
    for party in ("A", "B"):
        bench.do("accept-fee-terms", party, terms="2,400 EUR a day.")
    return bench


def ready(person: str = IYER, bench: Bench | None = None) -> Bench:
    """Go on to the declaration of no conflict: nothing stands against an appointment."""
    bench = declared(person, bench)
    bench.do("declare-no-conflict", "candidate", at_actor=person, text_version="v1")
    return bench


def appointed(person: str = IYER) -> Bench:
    """Go on to office."""
    bench = ready(person)
    bench.do("appoint-mediator", mediators=[person], method="joint")
    return bench


def disclosed(kind: str = "business_relation", *deliver: str) -> Bench:
    """Let the candidate disclose, and deliver it to parties."""
    bench = declared()
    bench.do("disclose-conflict", "candidate", kind=kind, circumstance="An audit.")
    for party in deliver:
        bench.do("deliver-disclosure", disclosure_id="iyer-D1", party=party)
    return bench


APPOINT: dict[str, Any] = {"mediators": [IYER], "method": "joint"}

# ---- nomination


def test_a_nomination_is_joint_and_the_candidate_reads_of_it_in_the_chair() -> None:
    """The candidate reads no other room."""
    bench = Bench()
    placed = bench.do("nominate-mediator", person=IYER, method="joint", brief="A and B, fees.")
    assert kinds(placed) == [("joint", "MediatorNominated"), ("chair", "CandidateApproached")]
    first, second = (one.event for one in placed)
    assert isinstance(first, MediatorNominated)
    assert isinstance(second, CandidateApproached)
    assert (first.nominated_by, second.parties) == ("registry", ("A", "B"))
    assert bench.state.named() == (IYER,)


def test_one_party_does_not_record_a_choice_of_all() -> None:
    """Its own nomination it may."""
    bench = Bench()
    rule = "joint_choice_is_recorded_by_an_office"
    bench.refuses(rule, "nominate-mediator", "A", person=IYER, method="joint")
    assert len(bench.do("nominate-mediator", "A", person=IYER, method="party")) == 2


def test_nobody_mediates_where_it_represents() -> None:
    """Holt speaks for B."""
    rule = "mediator_is_not_a_representative"
    Bench().refuses(rule, "nominate-mediator", "registry", person="person:holt", method="joint")


def test_a_person_is_asked_once_at_a_time() -> None:
    """After declining it may be asked again, and begins anew."""
    bench = declared()
    again = {"person": IYER, "method": "joint"}
    bench.refuses("person_is_named_once", "nominate-mediator", "registry", **again)
    bench.do("decline-nomination", "candidate", ground="availability")
    bench.do("nominate-mediator", **again)
    assert bench.state.nominees[IYER].inquiry is None


def test_a_candidate_declines_with_details_in_the_chair() -> None:
    """The parties learn the kind of ground alone."""
    bench = nominated()
    placed = bench.do("decline-nomination", "candidate", ground="secrecy", detail="Another case.")
    assert kinds(placed) == [("joint", "MediatorDeclined"), ("chair", "ReasonsGiven")]
    assert isinstance(placed[0].event, MediatorDeclined)
    assert bench.state.nominees[IYER].seat == "declined"
    bench.refuses("actor_is_nominee", "decline-nomination", "candidate", ground="other")


def test_only_a_nominee_acts_as_candidate() -> None:
    """Nobody asked Ms Lind."""
    inquiry = {"since": "2016-01-01", "until": "2026-03-01", "searched": ["A"]}
    bench = nominated()
    bench.refuses(
        "actor_is_nominee", "complete-inquiry", "candidate", at_actor="person:lind", **inquiry
    )


def test_an_inquiry_is_counted_and_kept_in_the_chair() -> None:
    """What was searched is content, how much is not."""
    bench = nominated()
    inquiry = {"since": "2016-01-01", "until": "2026-03-01", "searched": ["A", "B", "counsel"]}
    event = only(bench.do("complete-inquiry", "candidate", **inquiry))
    assert isinstance(event, ConflictInquiryCompleted)
    assert event.count == 3
    assert bench.state.nominees[IYER].inquiry == "chair:2"


def test_an_inquiry_covers_a_time_that_ends_after_it_begins() -> None:
    """Not the other way round."""
    inquiry = {"since": "2026-03-01", "until": "2016-01-01", "searched": ["A"]}
    nominated().refuses("inquiry_period_is_a_period", "complete-inquiry", "candidate", **inquiry)


def test_declarations_are_made_before_all() -> None:
    """With the version of the text, and its hash where there is one."""
    bench = nominated()
    text = {"text_version": "v1", "text_hash": "ab" * 32}
    assert isinstance(
        only(bench.do("declare-no-conflict", "candidate", **text)), NoConflictDeclared
    )
    event = only(bench.do("declare-impartiality", "candidate", **text))
    assert isinstance(event, ImpartialityDeclared)
    assert "availability" in event.covers
    assert bench.state.nominees[IYER].no_conflict == "joint:2"


def test_who_disclosed_does_not_declare_to_know_of_nothing() -> None:
    """Reported, it is marked."""
    bench = disclosed()
    bench.notes("nothing_was_disclosed", "declare-no-conflict", "candidate", text_version="v1")


def test_fee_terms_are_accepted_party_by_party() -> None:
    """For all who are asked, unless persons are named."""
    bench = nominated()
    event = only(bench.do("accept-fee-terms", "A", terms="2,400 EUR."))
    assert isinstance(event, FeeTermsAccepted)
    assert event.persons == (IYER,)
    assert bench.state.nominees[IYER].fee_terms == frozenset({"A"})


def test_fee_terms_of_nobody_are_irregular() -> None:
    """There is nobody asked to mediate."""
    Bench().notes("fee_terms_concern_nominees", "accept-fee-terms", "A", terms="2,400 EUR.")


# ---- disclosure


def test_a_candidates_disclosure_is_joint_with_a_note_in_the_chair() -> None:
    """So that the candidate, who reads the chair alone, sees its own, and numbers by itself."""
    bench = nominated()
    placed = bench.do("disclose-conflict", "candidate", **DISCLOSURE)
    assert kinds(placed) == [("joint", "ConflictDisclosed"), ("chair", "DisclosureFiled")]
    assert isinstance(placed[0].event, ConflictDisclosed)
    assert placed[0].event.category == "waivable"
    bench.do("disclose-conflict", "candidate", **DISCLOSURE)
    assert list(bench.state.disclosures) == ["iyer-D1", "iyer-D2"]


def test_the_candidates_own_eyes_number_its_disclosures() -> None:
    """Folded from the chair alone the next id is the same."""
    bench, chair = disclosed(), Neutrality()
    for seq, one in enumerate((p for p in bench.placed if p.room == "chair"), start=1):
        if isinstance(one.event, EVENTS):
            chair = evolve(chair, _frame(one, seq))
    assert isinstance(bench.placed[-1].event, DisclosureFiled)
    assert list(chair.disclosures) == ["iyer-D1"]
    assert chair.disclosed_by(IYER)[0].category == "waivable"


@pytest.mark.parametrize(
    ("kind", "category"),
    [("advises_a_party", "non_waivable"), ("advised_a_party", "waivable"), ("other", "other")],
)
def test_the_profile_says_what_can_be_waived(kind: Any, category: str) -> None:  # noqa: ANN401 - a kind
    """Not who discloses."""
    assert category_of(HOUSE, kind) == category


def test_mediators_and_staff_disclose_too() -> None:
    """At any time; a mediator under its mandate."""
    bench = appointed(ORTIZ)
    assert kinds(bench.do("disclose-conflict", "mediator", **DISCLOSURE)) == [
        ("joint", "ConflictDisclosed")
    ]
    assert only(bench.do("disclose-conflict", "registry", **DISCLOSURE)).person == "person:clerk"
    stranger = {"at_actor": "person:x", **DISCLOSURE}
    bench.refuses("actor_is_mediator", "disclose-conflict", "mediator", **stranger)


def test_delivery_starts_the_time_to_object() -> None:
    """SC-04: delivered 9 March, 15 days, to 24 March."""
    bench = disclosed()
    bench.now = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
    placed = bench.do("deliver-disclosure", disclosure_id="iyer-D1", party="A")
    assert kinds(placed) == [("joint", "DisclosureDelivered"), ("joint", "DeadlineSet")]
    assert isinstance(placed[0].event, DisclosureDelivered)
    date = bench.dates.running("objection", about="iyer-D1-A")
    assert date is not None
    assert (date.on, date.set.expiry) == ("2026-03-24", "information")
    assert bench.state.disclosures["iyer-D1"].delivered == frozenset({"A"})


def test_no_time_to_object_runs_from_an_unknown_moment() -> None:
    """Delivered, and nobody recorded when."""
    bench = disclosed()
    data = {"disclosure_id": "iyer-D1", "party": "A", "at_occurred": None}
    assert kinds(bench.do("deliver-disclosure", **data)) == [("joint", "DisclosureDelivered")]


def test_the_time_may_run_from_acknowledgement() -> None:
    """Where the profile says so; acknowledging waives nothing."""
    bench = disclosed()
    objection = msgspec.structs.replace(HOUSE.objection, from_event="disclosure_acknowledged")
    bench.profile = msgspec.structs.replace(HOUSE, objection=objection)
    bench.do("deliver-disclosure", disclosure_id="iyer-D1", party="A")
    placed = bench.do("acknowledge-disclosure", "A", disclosure_id="iyer-D1")
    assert isinstance(placed[0].event, DisclosureAcknowledged)
    assert kinds(placed)[1] == ("joint", "DeadlineSet")
    known = bench.state.disclosures["iyer-D1"]
    assert (known.acknowledged, known.waived) == (frozenset({"A"}), frozenset())


def test_acknowledging_after_delivery_sets_no_second_date() -> None:
    """Under the house profile delivery is what counts."""
    bench = disclosed("business_relation", "A")
    placed = bench.do("acknowledge-disclosure", "A", disclosure_id="iyer-D1")
    assert kinds(placed) == [("joint", "DisclosureAcknowledged")]


def test_each_step_on_a_disclosure_is_taken_once() -> None:
    """Delivery, acknowledgement, waiver."""
    bench, one = disclosed("business_relation", "A"), {"disclosure_id": "iyer-D1"}
    bench.refuses("step_is_taken_once", "deliver-disclosure", "registry", party="A", **one)
    bench.do("acknowledge-disclosure", "A", **one)
    bench.refuses("step_is_taken_once", "acknowledge-disclosure", "A", **one)
    bench.do("waive-conflict", "A", statement="We waive.", **one)
    bench.refuses("step_is_taken_once", "waive-conflict", "A", statement="We waive.", **one)


def test_only_known_disclosures_are_dealt_with() -> None:
    """There is no D9, and no party C."""
    bench = disclosed()
    rule, name = "disclosure_is_known", "deliver-disclosure"
    bench.refuses(rule, name, "registry", disclosure_id="iyer-D9", party="A")
    party_c = {"disclosure_id": "iyer-D1", "party": "C"}
    bench.refuses("party_takes_part_or_joins", name, "registry", **party_c)


def test_a_waiver_is_express_and_informed() -> None:
    """It meets the time to object; before delivery it is irregular."""
    bench, waiver = disclosed(), {"disclosure_id": "iyer-D1", "statement": "We waive."}
    bench.refuses("disclosure_was_delivered", "waive-conflict", "A", **waiver)
    bench.do("deliver-disclosure", disclosure_id="iyer-D1", party="A")
    placed = bench.do("waive-conflict", "A", **waiver)
    assert kinds(placed) == [("joint", "ConflictWaived"), ("joint", "DeadlineMet")]
    assert isinstance(placed[0].event, ConflictWaived)
    assert bench.notes("disclosure_was_delivered", "waive-conflict", "B", **waiver)


def test_some_conflicts_no_consent_can_cure() -> None:
    """Advising a party is one of them."""
    bench = disclosed("advises_a_party", "A")
    waiver = {"disclosure_id": "iyer-D1", "statement": "We waive."}
    bench.refuses("conflict_is_waivable", "waive-conflict", "A", **waiver)


# ---- objection


def test_an_objection_rests_on_a_disclosure_in_its_time() -> None:
    """It meets that party's date."""
    bench = disclosed("business_relation", "A")
    placed = bench.do("raise-objection", "A", disclosure_id="iyer-D1", ground="Too close.")
    assert kinds(placed) == [("joint", "ObjectionRaised"), ("joint", "DeadlineMet")]
    assert isinstance(placed[0].event, ObjectionRaised)
    assert bench.state.mandate.open_objections == ("O1",)


def test_a_late_objection_is_irregular() -> None:
    """The window of 15 days from 2 March ends on 17 March; when it happened counts."""
    bench, late = disclosed("business_relation", "A"), {"disclosure_id": "iyer-D1", "ground": "g"}
    bench.now = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
    assert bench.notes("objection_is_in_time", "raise-objection", "A", **late)
    in_time = bench.do("raise-objection", "A", at_occurred="2026-03-17T12:00:00Z", **late)
    assert isinstance(in_time[0].event, ObjectionRaised)


def test_an_objection_is_to_somebody_who_serves_the_case() -> None:
    """Without a disclosure the person is named."""
    bench = nominated()
    bench.refuses("person_serves_the_case", "raise-objection", "A", ground="g")
    bench.refuses("person_serves_the_case", "raise-objection", "A", ground="g", person=ORTIZ)
    assert bench.do("raise-objection", "A", ground="g", person=IYER, objection_id="Z")
    taken = {"ground": "g", "person": IYER, "objection_id": "Z"}
    bench.refuses("id_is_new", "raise-objection", "B", **taken)


def test_who_objected_withdraws() -> None:
    """And nobody else; once."""
    bench = nominated()
    bench.do("raise-objection", "A", ground="g", person=IYER)
    bench.refuses("objection_is_open", "withdraw-objection", "A", objection_id="O9")
    bench.refuses("objection_is_ones_own", "withdraw-objection", "B", objection_id="O1")
    event = only(bench.do("withdraw-objection", "A", objection_id="O1"))
    assert isinstance(event, ObjectionWithdrawn)
    assert bench.state.mandate.open_objections == ()
    bench.refuses("objection_is_open", "withdraw-objection", "A", objection_id="O1")


# ---- taking office: invariant I-2


def test_a_mediator_takes_office_under_the_first_mandate() -> None:
    """All steps are on record."""
    bench = ready()
    event = only(bench.do("appoint-mediator", **APPOINT))
    assert isinstance(event, MediatorAppointed)
    assert event.mandate_number == 1
    mandate = bench.state.mandate
    assert (mandate.status, mandate.mediators) == ("active", (IYER,))
    bench.refuses("no_mandate_yet", "appoint-mediator", "registry", **APPOINT)


def test_nobody_is_appointed_while_an_objection_is_open_or_upheld() -> None:
    """Withdrawn, it no longer bars."""
    bench = ready()
    bench.do("raise-objection", "A", ground="g", person=IYER)
    bench.refuses("no_objection_is_open", "appoint-mediator", "authority", **APPOINT)
    bench.do("withdraw-objection", "A", objection_id="O1")
    bench.do("raise-objection", "B", ground="g", person=IYER)
    decision = {"challenge_id": "O2", "outcome": "upheld", "reasons": "r"}
    bench.do("decide-challenge", "challenge", **decision)
    bench.refuses("no_objection_is_open", "appoint-mediator", "authority", **APPOINT)


def test_a_rejected_objection_bars_nobody() -> None:
    """The deciding body said no; its reasons stay with it."""
    bench = ready()
    bench.do("raise-objection", "A", ground="g", person=IYER)
    decision = {"challenge_id": "O1", "outcome": "rejected", "reasons": "r"}
    placed = bench.do("decide-challenge", "challenge", **decision)
    assert kinds(placed) == [("joint", "ChallengeDecided"), ("challenge", "ReasonsGiven")]
    assert bench.do("appoint-mediator", **APPOINT)


def test_a_conflict_beyond_waiver_bars_even_a_reported_appointment() -> None:
    """The rule refuses; it cannot be noted away."""
    bench = disclosed("controls_a_party", "A", "B")
    bench.refuses("no_conflict_bars", "appoint-mediator", "registry", **APPOINT, at_reported=True)


def test_a_waivable_conflict_needs_the_waiver_of_every_party() -> None:
    """Silence is no waiver, not even when the time to object has passed (I-2)."""
    bench = disclosed("business_relation", "A", "B")
    waiver = {"disclosure_id": "iyer-D1", "statement": "We waive."}
    bench.do("waive-conflict", "A", **waiver)
    bench.now = datetime(2026, 4, 30, 9, 0, tzinfo=UTC)
    why = bench.refuses("conflicts_are_waived_by_all", "appoint-mediator", "registry", **APPOINT)
    assert why.why.startswith("B has not waived")
    bench.do("waive-conflict", "B", **waiver)
    assert bench.do("appoint-mediator", **APPOINT)


def test_an_appointment_waits_for_the_time_to_object() -> None:
    """For a circumstance that needs no waiver; a day later nothing stands against it."""
    bench = disclosed("other", "A", "B")
    bench.refuses("objection_time_is_over", "appoint-mediator", "registry", **APPOINT)
    bench.now = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
    assert bench.do("appoint-mediator", **APPOINT)


def test_an_early_appointment_that_is_reported_is_marked() -> None:
    """It happened; the record says what was wrong with it."""
    disclosed("other", "A", "B").notes(
        "objection_time_is_over", "appoint-mediator", "registry", **APPOINT
    )


def test_what_was_disclosed_reaches_every_party_first() -> None:
    """B has not got it."""
    disclosed("other", "A").notes(
        "disclosures_are_delivered", "appoint-mediator", "registry", **APPOINT
    )


def test_a_mediator_is_nominated_first() -> None:
    """Nobody asked the person appointed."""
    Bench().notes("mediator_was_nominated", "appoint-mediator", "registry", **APPOINT)


def test_an_inquiry_comes_before_office() -> None:
    """Nothing was searched."""
    nominated().notes("inquiry_is_complete", "appoint-mediator", "registry", **APPOINT)


def inquired() -> Bench:
    """Go on to the inquiry alone."""
    bench = nominated()
    inquiry = {"since": "2016-01-01", "until": "2026-03-01", "searched": ["A"]}
    bench.do("complete-inquiry", "candidate", **inquiry)
    return bench


def test_a_declaration_comes_before_office() -> None:
    """With all that the profile asks: availability too."""
    inquired().notes("neutrality_is_declared", "appoint-mediator", "registry", **APPOINT)
    bench = inquired()
    bench.do("declare-impartiality", "candidate", text_version="v1", covers=["impartiality"])
    why = bench.refuses("neutrality_is_declared", "appoint-mediator", "registry", **APPOINT).why
    assert why == "person:iyer has not declared availability"


def test_a_candidate_discloses_or_declares_to_know_of_nothing() -> None:
    """It did neither."""
    declared().notes("conflicts_are_answered", "appoint-mediator", "registry", **APPOINT)


def test_every_party_accepts_the_fee_terms_first() -> None:
    """B has not; a profile may not ask for it."""
    bench = inquired()
    bench.do("declare-impartiality", "candidate", text_version="v1")
    bench.do("declare-no-conflict", "candidate", text_version="v1")
    bench.do("accept-fee-terms", "A", terms="t")
    why = bench.refuses("fee_terms_are_accepted", "appoint-mediator", "registry", **APPOINT).why
    assert why == "B has not accepted the fee terms of person:iyer"
    bench.profile = msgspec.structs.replace(HOUSE, acceptance=AS_RECORDED.acceptance)
    assert bench.do("appoint-mediator", **APPOINT)


def test_fee_terms_left_out_are_marked_when_reported() -> None:
    """Nobody accepted any."""
    bench = inquired()
    bench.do("declare-impartiality", "candidate", text_version="v1")
    bench.do("declare-no-conflict", "candidate", text_version="v1")
    bench.notes("fee_terms_are_accepted", "appoint-mediator", "registry", **APPOINT)


def test_co_mediators_share_a_mandate() -> None:
    """Each has taken all steps; there are as many as the profile allows."""
    bench = ready("person:lind", ready())
    both = {"mediators": [IYER, "person:lind"], "method": "joint"}
    assert only(bench.do("appoint-mediator", **both)).mediators == (IYER, "person:lind")
    leaves = bench.do("recuse", "mediator", at_actor=IYER)
    assert isinstance(leaves[1].event, MandateEnded)
    assert not leaves[1].event.vacant
    assert bench.state.mandate == Mandate(1, "active", ("person:lind",))


def test_a_person_holds_one_seat() -> None:
    """Named twice, it would be two."""
    twice = {"mediators": [IYER, IYER], "method": "joint"}
    ready().refuses("mediators_are_distinct", "appoint-mediator", "registry", **twice)


def test_the_profile_says_how_many_mediators_there_are() -> None:
    """The house knows one to three."""
    four = {"mediators": [f"person:m{n}" for n in range(4)], "method": "joint"}
    Bench().notes("number_is_allowed", "appoint-mediator", "registry", **four)


def test_steps_before_a_take_over_are_not_asked_of_a_reported_appointment() -> None:
    """They are not in our record, which is no irregularity."""
    bench = Bench(taken_over=True)
    bench.do("appoint-mediator", **APPOINT, at_reported=True)
    assert bench.noted == []
    assert bench.state.nominees[IYER].seat == "appointed"


# ---- challenge


def challenged(**known: Any) -> Bench:  # noqa: ANN401 - any field of a standing
    """Let A challenge the mediator in office, in a case the clerk registered."""
    bench = appointed()
    bench.do("file-challenge", "A", ground="A former partner advises B.")
    entries = {
        "joint:1": Entry("request-registered", "person:clerk", "person:clerk"),
        bench.state.objections["CH1"].ref: Entry("challenge-filed", "person:desk", "person:abe"),
    }
    bench.standing = msgspec.structs.replace(bench.standing, entries=entries, **known)
    return bench


DECIDE_IT = {"challenge_id": "CH1", "outcome": "upheld", "reasons": "Too close."}


def test_a_challenge_lets_the_mandate_rest_in_the_same_decision() -> None:
    """SC-04: filed and suspended; the ground goes to the body that decides."""
    bench = appointed()
    placed = bench.do("file-challenge", "A", ground="A former partner advises B.")
    assert kinds(placed) == [
        ("joint", "ChallengeFiled"),
        ("joint", "MandateSuspended"),
        ("challenge", "ReasonsGiven"),
    ]
    assert isinstance(placed[0].event, ChallengeFiled)
    mandate = bench.state.mandate
    assert (mandate.status, mandate.open_objections) == ("suspended", ("CH1",))


def test_a_profile_may_let_the_mandate_run_during_a_challenge() -> None:
    """Then it rests once the challenge is upheld."""
    bench = appointed()
    challenge = msgspec.structs.replace(HOUSE.challenge, suspends_mandate=False)
    bench.profile = msgspec.structs.replace(HOUSE, challenge=challenge)
    placed = bench.do("file-challenge", "A", ground="g")
    assert kinds(placed) == [("joint", "ChallengeFiled"), ("challenge", "ReasonsGiven")]
    placed = bench.do("decide-challenge", "challenge", **DECIDE_IT)
    assert isinstance(placed[1].event, MandateSuspended)
    assert bench.state.mandate.status == "suspended"


def test_a_challenge_is_against_a_mediator_in_office() -> None:
    """A candidate is objected to; of two mediators one is named."""
    nominated().refuses("challenged_is_mediator", "file-challenge", "A", ground="g")
    bench = ready("person:lind", ready())
    bench.do("appoint-mediator", mediators=[IYER, "person:lind"], method="joint")
    bench.refuses("challenged_is_mediator", "file-challenge", "A", ground="g")
    assert bench.do("file-challenge", "A", ground="g", person=IYER, challenge_id="X")
    again = {"ground": "g", "person": IYER, "challenge_id": "X"}
    bench.refuses("id_is_new", "file-challenge", "B", **again)


def test_a_challenge_comes_in_time_after_its_ground_was_known() -> None:
    """15 days; later it is irregular, and the moment is an instant."""
    bench = appointed()
    early = {"ground": "g", "known_since": "2026-02-01T10:00:00+01:00"}
    bench.notes("challenge_is_in_time", "file-challenge", "A", **early)
    recent = {"ground": "g", "known_since": "2026-02-28T10:00:00+01:00"}
    assert bench.do("file-challenge", "B", **recent)
    with pytest.raises(DecodeError):
        bench.do("file-challenge", "B", ground="g", known_since="2026-03-01 10:00")


def test_a_challenge_needs_the_partys_consent() -> None:
    """Who withdrew reports it, if at all."""
    bench = appointed()
    parties = {
        p: msgspec.structs.replace(known, consent="withdrawn")
        for p, known in bench.standing.parties.items()
    }
    bench.standing = msgspec.structs.replace(bench.standing, parties=parties)
    bench.refuses("party_has_consented", "file-challenge", "A", ground="g")


def test_an_upheld_challenge_leaves_the_mandate_resting_until_it_is_ended() -> None:
    """SC-04, steps 4 and 5."""
    bench = challenged()
    placed = bench.do("decide-challenge", "challenge", **DECIDE_IT)
    assert kinds(placed) == [("joint", "ChallengeDecided"), ("challenge", "ReasonsGiven")]
    assert isinstance(placed[0].event, ChallengeDecided)
    assert bench.state.rests_on == "CH1"
    bench.notes("no_challenge_stands", "restore-mandate", "registry")
    bench.do("end-mandate", reason="challenge_upheld")
    assert bench.state.mandate.status == "ended"


def test_a_rejected_challenge_restores_the_mandate() -> None:
    """Where it rested on that challenge and no other is open."""
    bench = challenged()
    bench.do("file-challenge", "B", ground="Another.")
    rejected = {"outcome": "rejected", "reasons": "r"}
    first = bench.do("decide-challenge", "challenge", challenge_id="CH1", **rejected)
    assert kinds(first) == [("joint", "ChallengeDecided"), ("challenge", "ReasonsGiven")]
    bench.do("withdraw-objection", "B", objection_id="CH2")
    assert isinstance(only(bench.do("restore-mandate")), MandateRestored)
    assert bench.state.mandate.status == "active"


def test_a_withdrawn_challenge_restores_the_mandate_too() -> None:
    """Nothing else was in the way."""
    placed = challenged().do("withdraw-objection", "A", objection_id="CH1")
    assert kinds(placed) == [("joint", "ObjectionWithdrawn"), ("joint", "MandateRestored")]


@pytest.mark.parametrize(
    "bound", ["person:clerk", "person:desk", "person:abe", IYER, "person:holt"]
)
def test_who_keeps_filed_mediates_or_represents_does_not_decide(bound: str) -> None:
    """Neither as the actor nor at the keyboard (I-22)."""
    for envelope in ({"at_actor": bound}, {"at_entered_by": bound}):
        bench = challenged()
        rule = "decider_is_independent"
        bench.refuses(rule, "decide-challenge", "challenge", **DECIDE_IT, **envelope)


def test_a_challenge_is_decided_once() -> None:
    """And only one that there is."""
    bench = challenged()
    bench.do("decide-challenge", "challenge", **DECIDE_IT)
    bench.refuses("objection_is_open", "decide-challenge", "challenge", **DECIDE_IT)
    bench.refuses(
        "objection_is_open", "decide-challenge", "challenge", **{**DECIDE_IT, "challenge_id": "O7"}
    )


# ---- the mandate


def test_the_registry_lets_a_mandate_rest_and_restores_it() -> None:
    """An active one rests, a resting one is restored."""
    bench = appointed()
    bench.refuses("mandate_is_suspended", "restore-mandate", "registry")
    assert isinstance(only(bench.do("suspend-mandate", reason="safety")), MandateSuspended)
    bench.refuses("mandate_can_be_suspended", "suspend-mandate", "registry", reason="safety")
    assert isinstance(only(bench.do("restore-mandate")), MandateRestored)


@pytest.mark.parametrize(
    ("command", "event"), [("recuse", MediatorRecused), ("resign-mandate", MediatorResigned)]
)
def test_a_mediator_that_leaves_ends_its_mandate(command: str, event: type[Event]) -> None:
    """An open challenge against it is moot; a stranger cannot leave."""
    bench = challenged()
    placed = bench.do(command, "mediator", at_actor=IYER, reasons="Health.")
    assert [type(one.event) for one in placed] == [event, MandateEnded]
    assert bench.state.mandate == Mandate(1, "ended", ())
    assert bench.state.objections["CH1"].outcome == "moot"
    bench.refuses("actor_is_mediator", command, "mediator", at_actor=IYER)


def test_a_mandate_ends_for_who_holds_it() -> None:
    """Nobody else, and not twice."""
    bench = appointed()
    end: dict[str, Any] = {"reason": "incapacity"}
    rule, name = "persons_hold_the_mandate", "end-mandate"
    bench.refuses(rule, name, "registry", **end, persons=["person:x"])
    assert only(bench.do(name, **end)).vacant
    bench.refuses(rule, name, "registry", **end)


def test_a_successor_takes_office_after_all_steps_anew() -> None:
    """SC-04, step 6: a new mandate, so new confidential rooms."""
    bench = appointed()
    lind = {"mediators": ["person:lind"], "method": "authority"}
    bench.refuses("mandate_is_vacant", "appoint-successor", "authority", **lind)
    bench.do("end-mandate", reason="challenge_upheld")
    bench.refuses("mediator_was_nominated", "appoint-successor", "authority", **lind)
    ready("person:lind", bench)
    event = only(bench.do("appoint-successor", "authority", **lind))
    assert isinstance(event, SuccessorAppointed)
    assert (event.mandate_number, event.previous) == (2, (IYER,))
    assert bench.state.mandate == Mandate(2, "active", ("person:lind",))


def test_a_former_mediator_returns_only_after_its_steps_anew() -> None:
    """What it declared was for the mandate that ended."""
    bench = appointed()
    bench.do("end-mandate", reason="expiry")
    back = {"mediators": [IYER], "method": "joint"}
    bench.refuses("mediator_was_nominated", "appoint-successor", "registry", **back)
    nominated(IYER, bench)
    bench.refuses("inquiry_is_complete", "appoint-successor", "registry", **back)


# ---- scenario, through the whole core


def test_scenario_late_conflict_challenge_and_successor() -> None:
    """SC-04: disclosed, delivered, challenged, decided by somebody else, ended, succeeded."""
    lind = "person:lindqvist"
    judge = Operator(name="judge", roles=("challenge",))
    case = given(*scenes.mediating())
    case.given(
        do("disclose-conflict", by="mediator", kind="advised_a_party", circumstance="My partner."),
        *(do("deliver-disclosure", disclosure_id="iyer-D1", party=p) for p in ("A", "B")),
        do("raise-objection", by="A", disclosure_id="iyer-D1", ground="Too close."),
        do("file-challenge", by="A", ground="Too close."),
    )
    upheld = {"challenge_id": "CH1", "outcome": "upheld", "reasons": "A close tie."}
    case.when(do("decide-challenge", by="challenge", **upheld))
    case.then_refused("decider_is_independent")
    case.given(do("answer-challenge", by="mediator", challenge_id="CH1", answer="He left."))
    case.when(do("decide-challenge", by="challenge", at_operator=judge, **upheld))
    assert case.answer is not None
    assert case.answer.done
    case.given(
        do("end-mandate", reason="challenge_upheld"),
        do("nominate-mediator", by="authority", person=lind, method="authority"),
        do(
            "complete-inquiry",
            by="candidate",
            since="2016-01-01",
            until="2026-03-01",
            searched=["A"],
        ),
        do("declare-no-conflict", by="candidate", text_version="1"),
        do("declare-impartiality", by="candidate", text_version="1"),
        *(do("accept-fee-terms", by=p, terms="Shared.") for p in ("A", "B")),
    )
    successor = {"mediators": [lind], "method": "authority"}
    case.when(do("appoint-successor", by="authority", **successor)).then(SuccessorAppointed)
    seen = case.file.rights("mediator")
    assert "caucus:A@2" in seen
    assert "caucus:A" not in seen


# ---- the whole part


@pytest.mark.parametrize(
    "event",
    [
        DisclosureDelivered(disclosure_id="x-D1", party="A"),
        ObjectionWithdrawn(objection_id="O1", party="A"),
        ChallengeDecided(challenge_id="CH1", outcome="upheld"),
    ],
)
def test_eyes_that_saw_no_beginning_fold_the_rest(event: Any) -> None:  # noqa: ANN401 - each an event
    """A later joiner does not see what a step refers to."""
    assert evolve(Neutrality(), _frame(Placed("joint", event), 9)) == Neutrality()


@pytest.mark.parametrize("kind", list(DECIDE), ids=lambda kind: kind.__name__)
def test_every_command_shows_a_valid_example(kind: type[Command]) -> None:
    """What `--example` prints can be sent."""
    assert isinstance(msgspec.convert(kind.example, kind), kind)
    assert kind.by


def test_refusals_say_what_would_help() -> None:
    """The rule, the reason, and the next step."""
    with pytest.raises(RuleViolation) as refusal:
        Bench().do("appoint-mediator", **APPOINT)
    assert "nominate-mediator" in refusal.value.needs
