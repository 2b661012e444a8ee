"""Joining a mediation, coming back to it, being let go; who stops speaking for a party."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.case import Case
from ledger.identity import Operator
from ledger.intake.events import (
    ConsentWithdrawn,
    ContinuationAgreed,
    InvitationIssued,
    RepresentativeAuthorised,
)
from ledger.intake.joinder_events import (
    JoinderConsented,
    JoinderRefused,
    JoinderRequested,
    PartyJoined,
    PartyReleased,
)
from ledger.intake.standing_events import AuthorityQuestioned, AuthorityRevoked
from ledger.parties import Phase
from ledger.reasons import ReasonsGiven
from ledger.record.events import EntryCorrected
from ledger.rooms import WHOLE, Span
from tests import examples as scenes
from tests.spec import Order, Spec, do, given

THREE = ("A", "B", "C")
MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
INQUIRY = {"since": "2016-01-01", "until": "2026-03-02", "searched": ["Bank N"]}


def seen(case: Spec, viewer: str) -> Case:
    """Fold what a viewer reads."""
    return case.file.seen_by(case.file.rights(viewer))


def asked(**more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The registry records that bank N asks to join."""
    interest = "It holds the mortgage on berth 4."
    return do(
        "request-joinder", party="N", name="Bank N", interest=interest, by_itself=True, **more
    )


def agreed(*parties: str) -> list[Order]:
    """Parties agree that N join, N itself through the registry."""
    own = do("consent-joinder", joiner="N", accepts_terms=True)
    return [*(do("consent-joinder", by=p, joiner="N") for p in parties), own]


def inquired(joiner: str = "N") -> Order:
    """The mediator looks for ties to who would join."""
    return do("complete-inquiry", by="mediator", concerning=[joiner], **INQUIRY)


def joined(**more: Any) -> Spec:  # noqa: ANN401 - a command's own fields
    """N is a party of a case between A and B."""
    case = given(*scenes.mediating(), asked(**more), agreed("A", "B"), inquired())
    return case.given(
        do("admit-party", joiner="N", representatives={"person:nansen": ["negotiate"]})
    )


def test_a_joinder_is_asked_for_by_whoever_takes_part() -> None:
    """A party, the mediator, or the registry for who is none yet."""
    case = given(*scenes.mediating(THREE))
    case.when(asked()).then(JoinderRequested)
    assert seen(case, "party:A").intake.joining() == {"N"}
    case.when(do("request-joinder", by="A", party="M", interest="i")).then(JoinderRequested)
    case.when(asked()).then_refused("joinder_is_not_pending")
    case.when(do("request-joinder", by="A", party="B", interest="i"))
    case.then_refused("joiner_takes_no_part_yet")
    case.given(do("withdraw-consent", by="C"))
    case.when(do("request-joinder", by="C", party="D", interest="i"))
    case.then_refused("joinder_is_asked_by_whoever_takes_part")


def test_each_party_agrees_once_and_the_joiner_too() -> None:
    """The registry records the joiner's own yes, and nobody else's."""
    case = given(*scenes.mediating())
    case.when(do("consent-joinder", by="A", joiner="N")).then_refused("joinder_is_pending")
    case.given(asked())
    case.when(do("consent-joinder", by="A", joiner="N")).then(JoinderConsented)
    case.when(do("consent-joinder", by="A", joiner="N")).then_refused("joinder_is_answered_once")
    case.when(do("consent-joinder", joiner="N", accepts_terms=True)).then(JoinderConsented)
    assert seen(case, "mediator").intake.joinders["N"].agreed == {"A", "N"}
    case.when(do("admit-party", joiner="N")).then_refused("joinder_is_agreed_by_all")


def test_who_takes_no_part_does_not_answer_a_joinder() -> None:
    """C left before it was asked for; reading all, it would still have no say."""
    case = given(*scenes.mediating(THREE), asked(), do("withdraw-consent", by="C"))
    case.when(do("consent-joinder", by="C", joiner="N")).then_refused("answer_is_a_partys")
    case.when(do("consent-joinder", by="B", joiner="N")).then(JoinderConsented)


def test_one_refusal_ends_a_joinder_with_its_reasons_at_a_desk() -> None:
    """It may be asked for again."""
    case = given(*scenes.mediating(), asked())
    refusal = do("refuse-joinder", by="B", joiner="N", reasons="It is not its dispute.")
    case.when(refusal).then(JoinderRefused, ReasonsGiven)
    assert case.new_frames()[1].room == "desk:B"
    case.when(do("consent-joinder", by="A", joiner="N")).then_refused("joinder_is_pending")
    case.when(asked()).then(JoinderRequested)
    case.when(do("refuse-joinder", joiner="N", reasons="We think better of it."))
    case.then(JoinderRefused, ReasonsGiven)
    assert case.new_frames()[1].room == "registry"


def test_nobody_joins_before_it_is_bound_and_the_mediator_has_looked() -> None:
    """I-3: an inquiry made before it was asked for does not count."""
    case = given(*scenes.mediating(), inquired(), asked())
    case.given(*(do("consent-joinder", by=p, joiner="N") for p in ("A", "B")))
    case.given(do("consent-joinder", joiner="N"))
    case.when(do("admit-party", joiner="N")).then_refused("joiner_accepts_the_terms")
    case = given(*scenes.mediating(), inquired(), asked(), agreed("A", "B"))
    case.when(do("admit-party", joiner="N")).then_refused("inquiry_covers_the_joiner")
    case.given(inquired())
    case.when(do("admit-party", joiner="N")).then(PartyJoined)


def test_all_with_the_joiner_waive_what_the_inquiry_brought_up() -> None:
    """SC-15: the mediator's savings at the bank; nothing beyond waiver can be waived."""
    case = given(*scenes.mediating(), asked(), agreed("A", "B"), inquired())
    kind = {"kind": "business_relation", "circumstance": "A savings account."}
    case.given(do("disclose-conflict", by="mediator", **kind))
    waiver = {"disclosure_id": "iyer-D1", "statement": "Informed of it, we waive it."}
    case.given(*(do("deliver-disclosure", disclosure_id="iyer-D1", party=p) for p in "ABN"))
    case.when(do("deliver-disclosure", disclosure_id="iyer-D1", party="Q"))
    case.then_refused("party_takes_part_or_joins")
    case.given(do("waive-conflict", by="A", **waiver))
    case.when(do("admit-party", joiner="N")).then_refused("conflicts_are_waived_with_the_joiner")
    case.given(do("waive-conflict", by="B", **waiver))
    case.when(do("waive-conflict", party="B", **waiver))
    case.then_refused("registry_waives_for_joiners_alone")
    case.when(do("waive-conflict", by="A", party="B", **waiver))
    case.then_refused("registry_waives_for_joiners_alone")
    case.given(do("waive-conflict", party="N", **waiver))
    case.when(do("admit-party", joiner="N")).then(PartyJoined)


def test_a_conflict_no_consent_cures_bars_a_joinder() -> None:
    """A successor would have to come first."""
    case = given(*scenes.mediating(), asked(), agreed("A", "B"), inquired())
    kind = {"kind": "controls_a_party", "circumstance": "I chair the bank."}
    case.given(do("disclose-conflict", by="mediator", **kind))
    case.when(do("admit-party", joiner="N")).then_refused("conflicts_are_waived_with_the_joiner")


def test_a_joiner_reads_from_its_joining_on_and_sees_a_case_that_makes_sense() -> None:
    """Nothing before; yet phase, parties, profile and mandate stand."""
    case = joined()
    last = case.file.seqs["joint"]
    assert case.file.rights("party:N")["joint"] == Span(first=last - 1)
    own = seen(case, "party:N")
    assert (own.phase, own.intake.number) == (Phase.MEDIATING, "GO-2026-0001")
    assert own.standing().current() == ("A", "B", "N")
    assert own.neutrality.mandate.mediators == (scenes.MEDIATOR,)
    assert own.standing().terms_in_force
    assert own.intake.profile == seen(case, "party:A").intake.profile
    assert own.standing().parties.keys() == seen(case, "party:A").standing().parties.keys()
    assert case.when(scenes.tabled(by="N")).answer is not None
    assert case.answer is not None
    assert case.answer.done


def correction(target: str) -> Order:
    """The registry puts the carrier of an invitation right."""
    return do("correct-entry", target=target, changes={"carrier": "post"}, reason="A slip.")


def test_a_correction_does_not_tell_a_joiner_what_was_before_it() -> None:
    """Old and new values of an entry it may not read would reach it in the joint room."""
    case = joined()
    refs = [f.ref for f in case.file.frames if isinstance(f.event, InvitationIssued)]
    case.when(correction(refs[0])).then_refused("correction_reaches_no_newcomer")


def test_a_correction_reaches_a_joiner_who_reads_the_whole() -> None:
    """Who was given the full history reads the entry, so also its correction."""
    case = joined(access="full_history")
    refs = [f.ref for f in case.file.frames if isinstance(f.event, InvitationIssued)]
    case.when(correction(refs[0])).then(EntryCorrected)


def test_a_joiner_may_be_given_the_whole_record() -> None:
    """As everybody agreed to, with the joinder."""
    case = joined(access="full_history")
    assert case.file.rights("party:N")["joint"] == WHOLE
    whole = seen(case, "party:N").standing()
    assert whole.current() == ("A", "B", "N")
    assert whole.authorities.keys() == seen(case, "party:A").standing().authorities.keys()


def test_a_joiner_acts_under_the_profile_as_it_was_varied_before() -> None:
    """What the parties varied is no confidence, though N reads not how."""
    variation = {"key": "proposal.default_validity_days", "value": "3"}
    both: dict[str, Any] = {"agreed_by": ["A", "B"], "mediators_agreed": [scenes.MEDIATOR]}
    case = given(*scenes.mediating(), do("vary-profile", **variation, **both))
    case.given(asked(), agreed("A", "B"), inquired(), do("admit-party", joiner="N"))
    case.given(scenes.tabled(by="N"))
    date = case.new_frames()[-1].event
    assert "3 calendar days" in date.arithmetic


def test_people_of_a_joiner_speak_for_it() -> None:
    """They come with it."""
    case = joined()
    last = case.file.frames[-1].event
    assert isinstance(last, RepresentativeAuthorised)
    assert last.person == "person:nansen"
    assert case.file.roster.persons["person:nansen"] == ("N",)


def test_a_party_is_let_go_by_all_while_two_go_on() -> None:
    """It keeps what it read, is bound on, and reads nothing later."""
    case = given(*scenes.mediating(THREE))
    case.when(do("release-party", party="C", agreed_by=["A", "B"]))
    case.then_refused("release_is_agreed_by_all")
    case.when(do("release-party", party="C", agreed_by=["A", "B", "C"], terms="No costs."))
    case.then(PartyReleased)
    last = case.file.seqs["joint"]
    assert case.file.rights("party:C")["joint"] == Span(last=last)
    after = seen(case, "party:A")
    assert (after.phase, after.standing().current()) == (Phase.MEDIATING, ("A", "B"))
    assert after.intake.parties["C"].consent == "released"
    case.when(do("release-party", party="B", agreed_by=["A", "B"]))
    case.then_refused("released_takes_part")


# ---- representatives


def test_what_a_representative_did_before_the_notice_stands_and_later_acts_are_refused() -> None:
    """SC-15, step 6; an act before the notice, entered late, counts."""
    case = given(*scenes.mediating())
    powers = {"person": "person:holt", "powers": ["negotiate", "settle"]}
    case.given(do("authorise-representative", by="B", **powers))
    case.given(scenes.tabled(by="B", at_actor="person:holt"))
    before = case.clock.at.isoformat()
    case.at(MONDAY)
    case.when(do("revoke-authority", by="B", person="person:holt")).then(AuthorityRevoked)
    proposals = seen(case, "party:A").negotiation.proposals
    assert proposals["joint", "P1"].status == "open"
    case.when(scenes.tabled(by="B", at_actor="person:holt", proposal_id="P2"))
    case.then_refused("authority_is_live")
    late = scenes.tabled(by="B", at_actor="person:holt", at_occurred=before, proposal_id="P3")
    assert case.when(late).answer is not None
    assert case.answer is not None
    assert case.answer.done
    case.given(do("authorise-representative", by="B", person="person:dahl", powers=["settle"]))
    assert case.when(scenes.accepted(by="A")).answer is not None


def test_who_was_revoked_reads_no_more_for_its_party() -> None:
    """At its own keyboard it finds nothing here."""
    case = given(*scenes.mediating())
    powers = {"person": "person:holt", "powers": ["negotiate"]}
    case.given(do("authorise-representative", by="B", **powers))
    holt = Operator(name="holt", roles=("party",))
    assert case.order(scenes.tabled(by="B", at_actor="person:holt", at_operator=holt)).done
    case.given(do("revoke-authority", by="B", person="person:holt"))
    case.when(scenes.tabled(by="B", at_actor="person:holt", at_operator=holt))
    case.then_refused("operator_may_act_for")
    assert case.file.roster.persons["person:holt"] == ()


def test_an_authority_is_revoked_for_the_time_to_come() -> None:
    """Neither backwards, nor twice, nor where there is none."""
    case = given(*scenes.mediating())
    revoke = do("revoke-authority", by="B", person="person:holt")
    case.when(revoke).then_refused("authority_is_on_record")
    powers = {"person": "person:holt", "powers": ["negotiate"]}
    case.given(do("authorise-representative", by="B", **powers))
    past = "2026-03-01T09:00:00+01:00"
    case.when(do("revoke-authority", by="B", person="person:holt", ends=past))
    case.then_refused("revocation_looks_forward")
    later = "2026-04-01T09:00:00+02:00"
    case.when(do("revoke-authority", by="B", person="person:holt", ends=later))
    case.then(AuthorityRevoked)
    case.given(revoke)
    case.when(revoke).then_refused("authority_is_not_over")


def test_a_doubt_about_an_authority_stands_until_it_is_given_anew() -> None:
    """Nothing follows by itself."""
    case = given(*scenes.mediating())
    doubt = do("question-authority", by="A", party="B", person="person:holt", ground="g")
    case.when(doubt).then_refused("authority_is_on_record")
    powers = {"person": "person:holt", "powers": ["negotiate"]}
    case.given(do("authorise-representative", by="B", **powers))
    case.when(doubt).then(AuthorityQuestioned)
    assert seen(case, "party:B").intake.questioned == {("B", "person:holt")}
    assert case.order(scenes.tabled(by="B", at_actor="person:holt")).done
    case.given(do("authorise-representative", by="B", **powers))
    assert not seen(case, "party:B").intake.questioned


# ---- scenarios


@pytest.mark.usefixtures("both_ways")
def test_scenario_one_leaves_two_stay_and_one_refuses_its_return() -> None:
    """SC-10: Z reads what it read, sees nothing later, and comes back only if all agree."""
    case = given(*scenes.mediating(("X", "Y", "Z")))
    case.when(do("withdraw-consent", by="Z")).then(ConsentWithdrawn)
    left = case.file.seqs["joint"]
    case.given(do("agree-continuation", by="X"))
    case.when(do("agree-continuation", by="Y")).then(ContinuationAgreed)
    case.at(datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    case.when(do("request-joinder", by="Z", party="Z", interest="We think again."))
    case.then(JoinderRequested, JoinderRequested)
    assert case.answer is not None
    assert [w.room for w in case.answer.events] == ["desk:Z"], "nothing later is told to Z"
    case.given(do("consent-joinder", by="Y", joiner="Z"))
    case.given(do("consent-joinder", joiner="Z", accepts_terms=True), inquired("Z"))
    case.when(do("admit-party", joiner="Z")).then_refused("joinder_is_agreed_by_all")
    case.when(do("refuse-joinder", by="X", joiner="Z")).then(JoinderRefused, JoinderRefused)
    case.when(do("admit-party", joiner="Z")).then_refused("joinder_is_pending")
    rights = case.file.rights("party:Z")
    assert rights["joint"] == Span(last=left)
    own = seen(case, "party:Z").intake.joinders["Z"]
    assert own.outcome == "refused"
    assert seen(case, "party:Z").last["joint"] == left
    assert seen(case, "party:X").phase == Phase.MEDIATING


def test_who_comes_back_reads_what_it_missed() -> None:
    """Where all agree; anything less is refused."""
    case = given(*scenes.mediating(("X", "Y", "Z")), do("withdraw-consent", by="Z"))
    case.given(do("agree-continuation", by="X"), do("agree-continuation", by="Y"))
    partly = {"party": "Z", "interest": "i", "access": "from_joining"}
    case.when(do("request-joinder", by="Z", **partly))
    case.then_refused("returning_party_reads_what_it_missed")
    case.given(do("request-joinder", by="Z", party="Z", interest="i"))
    case.given(*(do("consent-joinder", by=p, joiner="Z") for p in ("X", "Y")))
    case.given(do("consent-joinder", by="Z", joiner="Z", accepts_terms=True), inquired("Z"))
    case.when(do("admit-party", joiner="Z")).then(PartyJoined)
    assert case.file.rights("party:Z")["joint"] == WHOLE
    assert seen(case, "party:Z").standing().current() == ("X", "Y", "Z")


@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize("viewer", ["party:A", "party:N", "mediator", "registry"])
def test_scenario_a_bank_joins_a_state_and_its_contractor(viewer: str) -> None:
    """SC-15: N is a party for everybody, and has from its joining date alone."""
    case = joined()
    case.given(scenes.tabled(by="A"))
    assert seen(case, viewer).standing().current() == ("A", "B", "N")
    numbers = [f.seq for f in case.file.frames if f.room == "joint"]
    first = case.file.rights("party:N")["joint"].first
    assert first == next(f.seq for f in case.file.frames if isinstance(f.event, PartyJoined))
    assert len([n for n in numbers if n >= first]) == len(numbers) - first + 1
