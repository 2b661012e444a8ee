"""Neutrality, its further acts: choosing, answers, removal, hand-over, additions, refunds."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.catalogue import encode_frame
from ledger.envelope import Event, opened
from ledger.identity import Operator
from ledger.neutrality.change_events import (
    ChallengeAnswered,
    CoMediatorAdded,
    ExpertEngaged,
    HandedOver,
    HandoverConsentGiven,
    HandoverConsentRefused,
    InterpreterEngaged,
    MediatorRemoved,
    ObserverAdmitted,
    ProcessStepsReaffirmed,
    RefundDetermined,
)
from ledger.neutrality.choice_events import (
    AppointmentRequested,
    CandidateListProposed,
    CandidatesRanked,
    CandidatesStruck,
    NumberOfMediatorsSet,
)
from ledger.neutrality.events import ConflictDisclosed, MandateEnded, SuccessorAppointed
from ledger.prospects import prospects
from ledger.rulebook import shipped
from tests import examples as scenes
from tests.spec import Order, Spec, do, given
from tests.unit.test_profile import GONE, Change, house_but

IYER = scenes.MEDIATOR
LIND = "person:lindqvist"
JUDGE = Operator(name="judge", roles=("challenge",))
PERIOD = {"since": "2016-01-01", "until": "2026-03-01"}


def seen(case: Spec, viewer: str) -> Case:
    """Fold what a viewer reads."""
    return case.file.seen_by(case.file.rights(viewer))


def under(change: Change, *steps: Order) -> Spec:
    """Tell a history under the house profile with some keys changed."""
    spec = Spec().given(do("adopt-profile", text=house_but(change), default=True))
    return spec.given(*steps)


def ready(person: str = LIND) -> list[Order]:
    """A person is nominated and does all that comes before taking office."""
    return [
        do("nominate-mediator", person=person, method="joint"),
        do("complete-inquiry", by="candidate", searched=["A", "B"], **PERIOD),
        do("declare-no-conflict", by="candidate", text_version="1"),
        do("declare-impartiality", by="candidate", text_version="1"),
        *(do("accept-fee-terms", by=p, terms="Shared.", persons=[person]) for p in ("A", "B")),
    ]


def succeeded() -> list[Order]:
    """Iyer resigned, and Lindqvist follows."""
    return [
        do("resign-mandate", by="mediator"),
        *ready(),
        do("appoint-successor", mediators=[LIND], method="joint"),
    ]


# ---- choosing


def test_the_number_of_mediators_is_agreed_or_the_profiles_own_in_time() -> None:
    """30 days from registration are the parties'; then the default stands."""
    case = given(*scenes.consented())
    case.when(do("set-number-of-mediators", count=2, agreed_by=["A"]))
    case.then_refused("number_is_agreed_or_default")
    case.when(do("set-number-of-mediators", count=1))
    case.then_refused("time_of_the_parties_is_over")
    case.when(do("set-number-of-mediators", count=4, agreed_by=["A", "B"]))
    case.then_refused("count_is_allowed")
    case.when(do("set-number-of-mediators", count=2, agreed_by=["A", "B"]))
    case.then(NumberOfMediatorsSet)
    assert seen(case, "party:B").neutrality.number == 2
    late = given(*scenes.consented()).at(datetime(2026, 4, 2, 9, 0, tzinfo=UTC))
    late.given(do("set-number-of-mediators", count=1))
    assert late.new_frames()[-1].event.basis == "default"


def test_as_many_are_appointed_as_was_set() -> None:
    """One where two were set is irregular."""
    case = given(*scenes.nominated())
    case.given(do("set-number-of-mediators", count=2, agreed_by=["A", "B"]))
    order = do("appoint-mediator", mediators=[IYER], method="joint")
    case.when(order).then_refused("number_is_as_set")
    reported = do("appoint-mediator", mediators=[IYER], method="joint", at_reported=True)
    case.when(reported).then_irregular("number_is_as_set")


def listed() -> Spec:
    """Two candidates are proposed."""
    case = given(*scenes.consented())
    return case.given(do("propose-candidates", candidates=[IYER, LIND]))


def test_a_list_names_persons_that_serve_no_party_once() -> None:
    """And has a name of its own."""
    case = given(*scenes.consented())
    case.when(do("propose-candidates", candidates=[IYER, IYER]))
    case.then_refused("candidates_are_distinct")
    case.when(do("propose-candidates", candidates=[IYER, LIND])).then(CandidateListProposed)
    case.when(do("propose-candidates", candidates=[IYER], list_id="L1"))
    case.then_refused("id_is_new")
    assert seen(case, "party:A").neutrality.lists == {"L1": (IYER, LIND)}


def test_rankings_and_strikes_stay_at_the_partys_desk() -> None:
    """The registry reads them, no other party does."""
    case = listed()
    case.when(do("rank-candidates", by="A", ranking=[LIND, IYER])).then(CandidatesRanked)
    assert case.new_frames()[0].room == "desk:A"
    case.when(do("strike-candidates", by="B", struck=[IYER])).then(CandidatesStruck)
    registry = seen(case, "registry").neutrality
    assert registry.ranked == {("L1", "A"): (LIND, IYER)}
    assert registry.struck == {("L1", "B"): (IYER,)}
    assert seen(case, "party:B").neutrality.ranked == {}
    assert "desk:A" not in case.file.rights("mediator")


def test_one_ranks_and_strikes_who_is_on_the_list_and_leaves_somebody() -> None:
    """Of a list there is."""
    case = given(*scenes.consented())
    case.when(do("rank-candidates", by="A", ranking=[IYER]))
    case.then_refused("there_is_something_to_act_on")
    case = listed()
    case.when(do("rank-candidates", by="A", ranking=[IYER], list_id="L7"))
    case.then_refused("list_is_known")
    case.when(do("rank-candidates", by="A", ranking=["person:holt"]))
    case.then_refused("candidates_are_listed")
    case.when(do("strike-candidates", by="A", struck=[IYER, LIND]))
    case.then_refused("somebody_is_left")


@pytest.mark.usefixtures("both_ways")
def test_scenario_the_authority_is_asked_once_the_parties_time_is_over() -> None:
    """SC-15: registered Mon 12 Jan 2026; 60 days end on 13 Mar, then K asks."""
    case = Spec().at(datetime(2026, 1, 12, 9, 0, tzinfo=UTC)).given(*scenes.consented())
    case.at(datetime(2026, 3, 13, 9, 0, tzinfo=UTC))
    case.when(do("request-appointment", by="B")).then_refused("time_of_the_parties_is_over")
    case.at(datetime(2026, 3, 14, 9, 0, tzinfo=UTC))
    case.given(do("request-appointment", by="B"))
    asked = [f.event for f in case.new_frames() if isinstance(f.event, AppointmentRequested)]
    assert asked[0].after == "2026-03-13"
    assert seen(case, "registry").neutrality.requested_by == "B"
    case.when(do("request-appointment", by="A")).then_refused("appointment_is_requested_once")
    case.given(
        *ready(IYER), do("appoint-mediator", by="authority", mediators=[IYER], method="authority")
    )
    assert seen(case, "party:A").neutrality.requested_by is None
    assert seen(case, "party:A").deadlines.running("appointment.authority_within") is None


def test_the_authority_is_asked_by_whom_the_profile_names() -> None:
    """Nobody, or all together."""
    key = "appointment.then_authority_on_request_of"
    case = under({key: "nobody", "appointment.authority_within_days": GONE}, *scenes.consented())
    case.at(datetime(2026, 6, 1, tzinfo=UTC))
    case.when(do("request-appointment", by="A")).then_refused("authority_may_be_asked")
    case = under({key: "all_parties"}, *scenes.consented())
    case.at(datetime(2026, 6, 1, tzinfo=UTC))
    case.when(do("request-appointment", by="A")).then_refused("authority_may_be_asked")
    assert case.order(do("request-appointment", by="A", agreed_by=["B"])).done


def test_nobody_asks_for_an_appointment_while_somebody_is_in_office() -> None:
    """Only a vacancy is filled."""
    case = given(*scenes.mediating()).at(datetime(2026, 6, 1, tzinfo=UTC))
    case.when(do("request-appointment", by="A")).then_refused("nobody_is_in_office")


# ---- challenge, removal, refund


def challenged() -> Spec:
    """A challenges the mediator."""
    return given(*scenes.mediating(), do("file-challenge", by="A", ground="Too close."))


def test_a_challenge_is_answered_by_the_mediator_and_the_others_once() -> None:
    """Not by who filed it; the mandate resting is no obstacle."""
    case = challenged()
    answer = {"challenge_id": "CH1", "answer": "We share nothing."}
    case.when(do("answer-challenge", by="A", **answer))
    case.then_refused("challenge_is_answered_by_others")
    case.when(do("answer-challenge", by="mediator", **answer)).then(ChallengeAnswered)
    case.when(do("answer-challenge", by="mediator", **answer))
    case.then_refused("challenge_is_answered_once")
    case.when(do("answer-challenge", by="B", **answer)).then(ChallengeAnswered)
    assert seen(case, "party:A").neutrality.answered == {"CH1": {IYER, "B"}}


def test_a_challenge_is_decided_after_the_answer_or_its_time() -> None:
    """Ten days, unless the answer came before."""
    upheld = {"challenge_id": "CH1", "outcome": "upheld", "reasons": "Close."}
    order = do("decide-challenge", by="challenge", at_operator=JUDGE, **upheld)
    case = challenged()
    case.when(order).then_refused("challenge_could_be_answered")
    case.given(do("answer-challenge", by="mediator", challenge_id="CH1", answer="No."))
    assert case.order(order).done
    silent = challenged().at(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    assert silent.order(order).done


def test_mediators_are_removed_by_all_parties_together() -> None:
    """Their mandate ends with it."""
    case = given(*scenes.mediating())
    case.when(do("remove-mediator", agreed_by=["A"])).then_refused("removal_is_asked_by_all")
    case.when(do("remove-mediator", agreed_by=["A", "B"])).then(MediatorRemoved, MandateEnded)
    assert seen(case, "party:A").neutrality.mandate.status == "ended"
    case.when(do("remove-mediator", agreed_by=["A", "B"]))
    case.then_refused("persons_hold_the_mandate")


def test_a_refund_is_determined_for_somebody_who_left() -> None:
    """At the desk of the party it goes back to."""
    case = given(*scenes.mediating())
    refund = {"person": IYER, "party": "A", "basis": "Half a day was not held."}
    case.when(do("determine-refund", **refund)).then_refused("person_left_office")
    case.given(do("resign-mandate", by="mediator"))
    amount = {"amount": "1200.00", "currency": "EUR"}
    case.when(do("determine-refund", amount=amount, **refund)).then(RefundDetermined)
    assert case.new_frames()[0].room == "desk:A"
    case.given(do("determine-refund", **refund))
    assert case.new_frames()[0].event.status == "none"


# ---- disclosures of those who serve the house


def test_staff_and_administrators_disclose_what_binds_them() -> None:
    """The registry takes it in; parties may object to them too."""
    case = given(*scenes.mediating())
    told = {"kind": "family_or_friendship", "circumstance": "My sister works for B."}
    case.given(do("disclose-conflict", **told))
    assert case.new_frames()[0].event.office == "registry_staff"
    admin = {"person": "person:admin", "office": "system_administrator"}
    case.when(do("disclose-conflict", **told, **admin)).then(ConflictDisclosed)
    case.when(do("disclose-conflict", by="mediator", **told, **admin))
    case.then_refused("disclosure_is_ones_own")
    assert seen(case, "party:A").neutrality.staff == {"person:clerk", "person:admin"}
    assert case.order(do("raise-objection", by="A", disclosure_id="admin-D1", ground="g")).done


# ---- co-mediators, experts, interpreters, observers


def test_a_co_mediator_takes_all_the_steps_and_reads_no_earlier_confidence() -> None:
    """I-24: a new mandate of both opens new caucus rooms; the parties hand over into them."""
    case = given(*scenes.mediating(), *scenes.caucused("A", "Our floor is 800."))
    both: dict[str, Any] = {"agreed_by": ["A", "B"], "mediators_agreed": [IYER]}
    add = do("add-co-mediator", mediators=[LIND], **both)
    case.when(add).then_refused("mediator_was_nominated")
    case.given(*ready())
    lacking = do("add-co-mediator", mediators=[LIND], agreed_by=["A"], mediators_agreed=[IYER])
    case.when(lacking).then_refused("addition_is_agreed_by_all")
    case.when(add).then(CoMediatorAdded)
    mandate = seen(case, "party:B").neutrality.mandate
    assert (mandate.number, mandate.mediators) == (2, (IYER, LIND))
    rights = case.file.rights("mediator")
    assert "caucus:A" not in rights
    case.given(do("consent-handover", by="A"))
    assert [f.room for f in case.new_frames()].count("caucus:A@2") >= 1


def test_one_co_mediator_is_replaced_while_the_other_stays() -> None:
    """The mandate goes on with one, then with two again."""
    case = given(*scenes.nominated())
    case.given(
        do("nominate-mediator", person="person:ortiz", method="joint"),
        do("complete-inquiry", by="candidate", at_actor="person:ortiz", searched=["A"], **PERIOD),
        do("declare-no-conflict", by="candidate", at_actor="person:ortiz", text_version="1"),
        do("declare-impartiality", by="candidate", at_actor="person:ortiz", text_version="1"),
        *(do("accept-fee-terms", by=p, terms="t", persons=["person:ortiz"]) for p in ("A", "B")),
        do("appoint-mediator", mediators=[IYER, "person:ortiz"], method="joint"),
        do("resign-mandate", by="mediator", at_actor="person:ortiz"),
    )
    assert seen(case, "party:A").neutrality.mandate.status == "active"
    case.given(*ready())
    both: dict[str, Any] = {"agreed_by": ["A", "B"], "mediators_agreed": [IYER]}
    case.given(do("add-co-mediator", mediators=[LIND], **both))
    assert seen(case, "party:A").neutrality.mandate.mediators == (IYER, LIND)


def test_a_co_mediator_joins_an_active_mandate_only() -> None:
    """After the last one left there is a successor."""
    case = given(*scenes.mediating(), do("resign-mandate", by="mediator"))
    both: dict[str, Any] = {"agreed_by": ["A", "B"], "mediators_agreed": []}
    case.when(do("add-co-mediator", mediators=[LIND], **both)).then_refused("mandate_is_in_force")


@pytest.mark.parametrize(
    ("name", "kind", "service"),
    [
        ("engage-expert", ExpertEngaged, "expert"),
        ("engage-interpreter", InterpreterEngaged, "interpreter"),
        ("admit-observer", ObserverAdmitted, "observer"),
    ],
)
def test_whoever_comes_to_serve_is_bound_and_looked_at_first(
    name: str,
    kind: type[Event],
    service: str,
) -> None:
    """I-3: agreement of all, undertaking, inquiry; then it serves, once."""
    case = given(*scenes.mediating())
    person = {"person": "person:engen", "purpose": "For the piles."}
    case.when(do(name, by="mediator", agreed_by=["A"], **person))
    case.then_refused("addition_is_agreed_by_all")
    order = do(name, by="mediator", agreed_by=["A", "B"], **person)
    case.when(order).then_refused("undertaking_is_signed")
    case.given(do("sign-undertaking", person="person:engen", text_hash=scenes.HASH))
    case.when(order).then_refused("inquiry_covers_the_person")
    inquiry = {"searched": ["Engen"], "concerning": ["person:engen"], **PERIOD}
    case.given(do("complete-inquiry", by="mediator", **inquiry))
    case.when(order).then(kind)
    assert seen(case, "party:A").neutrality.serving == {"person:engen": service}
    case.when(order).then_refused("person_serves_once")


def test_an_expert_tied_to_a_party_serves_once_all_waived() -> None:
    """What the registry takes in of an expert counts as its disclosure."""
    case = given(*scenes.mediating())
    case.given(do("sign-undertaking", person="person:engen", text_hash=scenes.HASH))
    inquiry = {"searched": ["Engen"], "concerning": ["person:engen"], **PERIOD}
    case.given(do("complete-inquiry", by="mediator", **inquiry))
    told = {"kind": "business_relation", "circumstance": "A surveyed for us."}
    case.given(do("disclose-conflict", person="person:engen", office="expert", **told))
    person = {"person": "person:engen", "purpose": "p", "agreed_by": ["A", "B"]}
    order = do("engage-expert", by="mediator", **person)
    case.when(order).then_refused("conflicts_are_waived_by_all")
    for party in ("A", "B"):
        case.given(do("deliver-disclosure", disclosure_id="engen-D1", party=party))
        case.given(do("waive-conflict", by=party, disclosure_id="engen-D1", statement="Waived."))
    case.when(order).then(ExpertEngaged)


# ---- hand-over


def test_hand_over_is_for_those_who_follow_others() -> None:
    """Before, there is nothing to hand over or to reaffirm."""
    case = given(*scenes.mediating())
    case.when(do("consent-handover", by="A")).then_refused("mandate_follows_another")
    case.when(do("reaffirm-steps", by="A")).then_refused("mandate_follows_another")


def test_what_a_party_hands_over_is_recorded_anew_with_its_words() -> None:
    """Chosen things alone, or all; the successor reads nothing else."""
    case = given(*scenes.mediating(), *scenes.caucused("A", "Our floor is 800."))
    case.given(do("receive-in-caucus", by="A", text="Our CFO is leaving."), *succeeded())
    last = case.file.seqs["caucus:A"]
    case.when(do("consent-handover", by="A", items=[f"caucus:A:{last}"]))
    case.then(HandoverConsentGiven, HandedOver)
    given_joint, copy = case.new_frames()
    assert (given_joint.room, copy.room) == ("joint", "caucus:A@2")
    words = case._batch._open(case.file, copy.ref).said  # type: ignore[attr-defined]
    assert "Our CFO is leaving." in opened(words, {}).values()
    assert copy.event.about == "caucus-information-received"
    case.when(do("consent-handover", by="A")).then_refused("handover_is_given_once")


def test_one_hands_over_entries_of_ones_own_earlier_caucuses() -> None:
    """Not of another party, another room, or beyond the last."""
    case = given(*scenes.mediating(), *scenes.caucused("A"), *succeeded())
    for ref in ("caucus:B:1", "joint:1", "caucus:A:99"):
        case.when(do("consent-handover", by="A", items=[ref]))
        case.then_refused("items_are_ones_own_confidences")


def test_the_registry_cannot_hand_over_what_it_does_not_read() -> None:
    """At its keyboard the party's confidences cannot be opened."""
    clerk = Operator(name="clerk", roles=("registry",))
    case = given(*scenes.mediating(), *scenes.caucused("A"), *succeeded())
    case.when(do("consent-handover", by="A", at_operator=clerk))
    case.then_refused("caucus_is_read_by_whoever_enters")


def test_a_refusal_may_be_followed_by_consent_but_not_the_other_way() -> None:
    """What was handed over is known."""
    case = given(*scenes.mediating(), *scenes.caucused("A"), *succeeded())
    case.when(do("refuse-handover", by="A")).then(HandoverConsentRefused)
    case.when(do("refuse-handover", by="A")).then_refused("handover_is_open")
    assert case.order(do("consent-handover", by="A")).done
    assert seen(case, "party:B").neutrality.handovers == {"A": (2, "given")}


def test_each_party_says_once_which_steps_stand() -> None:
    """With the last of them it is complete; a step that falls is one of the common record."""
    case = given(*scenes.mediating(), *succeeded())
    case.when(do("reaffirm-steps", by="A", fallen=["desk:A:1"])).then_refused("steps_are_known")
    case.when(do("reaffirm-steps", by="A", fallen=["joint:9"])).then(ProcessStepsReaffirmed)
    case.when(do("reaffirm-steps", by="A")).then_refused("steps_are_reaffirmed_once")
    case.given(do("reaffirm-steps", by="B"))
    assert case.new_frames()[0].event.complete
    assert seen(case, "mediator").neutrality.fallen == {"joint:9"}


# ---- SC-04


def late_conflict(things_of_b: int) -> Spec:
    """SC-04 up to the hand-over; B told the first mediator as many things as asked."""
    case = given(*scenes.mediating(), *scenes.caucused("A", "Our floor is 800 k."))
    case.at(datetime(2026, 3, 4, tzinfo=UTC))
    if things_of_b:
        case.given(do("open-caucus", by="mediator", party="B"))
    for n in range(things_of_b):
        case.given(do("receive-in-caucus", by="B", text=f"Secret {n} of B."))
    case._ids = 500
    case.at(datetime(2026, 3, 9, 9, 0, tzinfo=UTC))
    case.given(do("disclose-conflict", by="mediator", kind="advised_a_party", circumstance="c"))
    case.given(*(do("deliver-disclosure", disclosure_id="iyer-D1", party=p) for p in "AB"))
    assert seen(case, "party:A").deadlines.latest("objection", about="iyer-D1-A") is not None
    case.at(datetime(2026, 3, 20, 9, 0, tzinfo=UTC))
    case.given(do("raise-objection", by="A", disclosure_id="iyer-D1", ground="Too close."))
    case.given(do("file-challenge", by="A", ground="Too close."))
    return case


def replaced(case: Spec) -> Spec:
    """SC-04: answered, upheld, ended, refunded, succeeded."""
    case.given(do("answer-challenge", by="mediator", challenge_id="CH1", answer="He left."))
    case.at(datetime(2026, 3, 30, 9, 0, tzinfo=UTC))
    upheld = {"challenge_id": "CH1", "outcome": "upheld", "reasons": "A close tie."}
    case.given(do("decide-challenge", by="challenge", at_operator=JUDGE, **upheld))
    case.given(do("end-mandate", reason="challenge_upheld"))
    refund = {"person": IYER, "party": "A", "basis": "Two days of five."}
    case.given(do("determine-refund", **refund))
    return case.given(*ready(), do("appoint-successor", mediators=[LIND], method="joint"))


@pytest.mark.usefixtures("both_ways")
def test_scenario_late_conflict_stops_the_talks_until_a_successor_is_there() -> None:
    """SC-04: the window to 24 Mar, the session of 23 Mar blocked, the neutrality file in order."""
    case = late_conflict(1)
    date = seen(case, "party:B").deadlines.latest("objection", about="iyer-D1-B")
    assert date is not None
    assert date.on == "2026-03-24"
    case.at(datetime(2026, 3, 23, 9, 0, tzinfo=UTC))
    case.when(do("open-session", by="mediator")).then_refused("mandate_is_active")
    case.when(do("receive-in-caucus", by="B", text="x")).then_refused("mandate_is_active")
    by_clerk = {"challenge_id": "CH1", "outcome": "upheld", "reasons": "r"}
    case.given(do("answer-challenge", by="mediator", challenge_id="CH1", answer="He left."))
    case.when(do("decide-challenge", by="challenge", **by_clerk))
    case.then_refused("decider_is_independent")
    case = replaced(late_conflict(1))
    assert isinstance(case.new_frames()[-1].event, SuccessorAppointed)
    outcomes = [o.outcome for o in seen(case, "registry").neutrality.objections.values()]
    assert outcomes.count("upheld") == 1


@pytest.mark.usefixtures("both_ways")
def test_scenario_nothing_of_the_talks_is_possible_between_suspension_and_successor() -> None:
    """SC-04: for nobody; what governs the case and its record goes on."""
    suspended = late_conflict(1)
    upheld = late_conflict(1)
    upheld.given(do("answer-challenge", by="mediator", challenge_id="CH1", answer="He left."))
    upheld.at(datetime(2026, 3, 30, 9, 0, tzinfo=UTC))
    decided = {"challenge_id": "CH1", "outcome": "upheld", "reasons": "A close tie."}
    upheld.given(do("decide-challenge", by="challenge", at_operator=JUDGE, **decided))
    upheld.given(do("end-mandate", reason="challenge_upheld"))
    for case in (suspended, upheld):
        for viewer in ("party:A", "party:B", "mediator", "registry"):
            eyes = case.file.rights(viewer)
            found = prospects(case.file, viewer, eyes, shipped(), case.clock.at)
            talks = {p.command for p in found if p.may and p.part in ("sessions", "negotiation")}
            assert talks <= SAFEGUARDS, viewer


SAFEGUARDS = {
    "adjourn-session",
    "close-caucus",
    "close-session",
    "note-interruption",
    "object-to-conduct",
    "record-attendance",
    "record-balance-intervention",
    "record-speaking-turn",
    "suspend-session",
}
"""What records or ends the sitting that was open when the challenge came; it furthers no talks."""


@pytest.mark.usefixtures("both_ways")
def test_scenario_the_successor_reads_what_a_gives_and_nothing_of_b() -> None:
    """SC-04, step 7, and 8: strategy notes of the former mediator are nobody's."""
    case = replaced(late_conflict(2))
    case.given(do("consent-handover", by="A"), do("refuse-handover", by="B"))
    rights = case.file.rights("mediator")
    mine = [f for f in case.file.frames if f.room in rights and f.seq in rights[f.room]]
    told = [f for f in mine if isinstance(f.event, HandedOver)]
    assert {f.room for f in told} == {"caucus:A@2"}
    assert not [f for f in mine if f.room in ("caucus:A", "caucus:B", "caucus:B@2", "mediators")]
    for who in ("A", "B", "mediator"):
        probe = do("contest-entry", by=who, target="mediators:1", position="Show it.")
        assert not case.order(probe).done
    case.given(do("reaffirm-steps", by="A"), do("reaffirm-steps", by="B", fallen=["joint:20"]))
    assert case.new_frames()[0].event.complete


def look(file: CaseFile, viewer: str) -> list[bytes]:
    """List what a viewer can read, byte for byte."""
    eyes = file.rights(viewer)
    return [encode_frame(f) for f in file.frames if f.room in eyes and f.seq in eyes[f.room]]


@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize("things", [1, 5])
def test_scenario_the_successor_cannot_see_how_many_things_b_kept(things: int) -> None:
    """SC-04, step 7, in twins: none or many, given by nobody, all looks the same."""
    quiet, open_ = (_handed(late_conflict(n)) for n in (0, things))
    assert look(quiet.file, "mediator") == look(open_.file, "mediator")
    assert seen(quiet, "mediator") == seen(open_, "mediator")
    assert quiet.file.rights("mediator") == open_.file.rights("mediator")
    for target in ("caucus:B:1", "caucus:B:2", "caucus:B@2:1"):
        probe = do("contest-entry", by="mediator", target=target, position="?", at_id=target)
        assert quiet.order(probe) == open_.order(probe)


def _handed(case: Spec) -> Spec:
    """Renumber what comes, so that both twins give the same commands, and hand over."""
    case._ids = 1_000
    case = replaced(case)
    return case.given(do("consent-handover", by="A"), do("refuse-handover", by="B"))
