"""Intake, its further acts: offers, screening, conditions, proceedings beside the mediation."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ledger.case import Case
from ledger.deadlines import DeadlineExtended, DeadlineMet, DeadlineSet
from ledger.envelope import opened
from ledger.intake.circumstance_events import (
    LimitationEffectNoted,
    ParallelProceedingDisclosed,
    StandstillAgreed,
)
from ledger.intake.events import (
    ConsentGiven,
    MediationOfferedAnew,
    MediationRequested,
    RequestRegistered,
)
from ledger.intake.offer_events import (
    GoodOfficesAccepted,
    GoodOfficesDeclined,
    GoodOfficesOffered,
    NeedIdentified,
)
from ledger.intake.screening_events import (
    ReplyPeriodExtended,
    RequestFoundIncomplete,
    RequestSupplemented,
    SuitabilityAssessed,
)
from ledger.intake.standing_events import ConsentConditionAccepted, ConsentConditionRejected
from ledger.parties import Phase
from ledger.reasons import ReasonsGiven
from tests import examples as scenes
from tests.spec import Order, Spec, do, given
from tests.unit.test_profile import Change, house_but

THREE = ("A", "B", "C")
OFFER: dict[str, Any] = {
    "parties": ["A", "B"],
    "names": {"A": "Port of Brevik", "B": "Port of Larvik"},
    "title": "Pilots",
    "dispute": "Whose pilots board ships.",
}


def seen(case: Spec, viewer: str) -> Case:
    """Fold what a viewer reads."""
    return case.file.seen_by(case.file.rights(viewer))


def need() -> Order:
    """The institution notices a quarrel."""
    return do("note-need", noticed_by="institution", summary="Two ports quarrel.")


def offered(**more: Any) -> Spec:  # noqa: ANN401 - a command's own fields
    """Good offices lie on the table of A and B."""
    return given(need(), do("offer-good-offices", by="authority", **{**OFFER, **more}))


# ---- good offices


def test_a_need_is_the_institutions_own_matter() -> None:
    """Nobody else learns of it, and no phase begins."""
    case = given(need())
    assert isinstance(case.new_frames()[0].event, NeedIdentified)
    assert case.new_frames()[0].room == "registry"
    assert seen(case, "registry").intake.number == "GO-2026-0001"
    assert seen(case, "registry").phase == Phase.NONE
    assert case.file.rights("party:A") == {}


def test_good_offices_are_offered_once_where_a_need_was_noted() -> None:
    """To two parties at least, for some time to come."""
    case = offered()
    assert isinstance(case.new_frames()[0].event, GoodOfficesOffered)
    assert case.new_frames()[0].event.not_unfriendly
    case.when(do("offer-good-offices", **OFFER)).then_refused("good_offices_are_offered_once")
    past = {**OFFER, "open_until": "2026-03-01T00:00:00+01:00"}
    case = given(need())
    case.when(do("offer-good-offices", **past)).then_refused("offer_ends_after_it_begins")
    case.when(do("offer-good-offices", **{**OFFER, "parties": ["A"]}))
    case.then_refused("parties_are_distinct")


def test_good_offices_are_offered_before_anybody_asked() -> None:
    """A case that began with a request has its request."""
    case = given(*scenes.requested())
    case.when(do("offer-good-offices", **OFFER)).then_refused("phase_allows_command")


def test_the_first_acceptance_is_the_request() -> None:
    """Filed at the party's desk; the case then runs as any other."""
    case = offered()
    case.when(do("accept-good-offices", by="A", aim="One roster."))
    case.then(GoodOfficesAccepted, MediationRequested)
    assert [f.room for f in case.new_frames()] == ["joint", "desk:A"]
    assert seen(case, "party:B").phase == Phase.REQUESTED
    case.given(do("register-request"))
    registered = case.new_frames()[0].event
    assert isinstance(registered, RequestRegistered)
    assert (registered.parties, registered.requesters) == (("A", "B"), ("A",))
    case.given(do("issue-invitation", party="B", carrier="courier"), do("give-consent", by="B"))
    assert seen(case, "party:A").phase == Phase.CONSENTED


def test_when_both_accept_an_offer_registration_opens_the_mediation() -> None:
    """The second acceptance is a consent."""
    case = offered().given(do("accept-good-offices", by="A"))
    case.when(do("accept-good-offices", by="B")).then(GoodOfficesAccepted)
    case.given(do("register-request"))
    assert seen(case, "party:B").phase == Phase.CONSENTED


def test_an_offer_is_answered_once_by_whom_it_was_made_to_while_it_is_open() -> None:
    """Not after its end; and a party of another making has none."""
    case = offered(open_until="2026-03-10T00:00:00+01:00")
    case.given(do("accept-good-offices", by="A"))
    case.when(do("accept-good-offices", by="A")).then_refused("offer_is_made_to_party")
    case.at(datetime(2026, 3, 11, tzinfo=UTC))
    case.when(do("accept-good-offices", by="B")).then_refused("offer_is_open")


def test_an_offer_declined_comes_to_nothing_where_fewer_than_two_are_left() -> None:
    """The reasons stay at a desk."""
    case = offered()
    case.when(do("decline-good-offices", by="B", reasons="We talk ourselves."))
    case.then(GoodOfficesDeclined, ReasonsGiven)
    assert seen(case, "party:A").phase == Phase.NOT_COMMENCED


# ---- screening


def test_a_request_lacking_something_is_not_registered_until_it_is_supplied() -> None:
    """At the requester's desk alone; what it supplied is served on the others."""
    case = given(*scenes.requested())
    missing: dict[str, Any] = {"missing": ["value", "dispute"], "remarks": "How much?"}
    case.when(do("find-request-incomplete", days=14, **missing))
    case.then(RequestFoundIncomplete, DeadlineSet)
    assert {f.room for f in case.new_frames()} == {"desk:A"}
    case.when(do("register-request")).then_refused("request_is_complete")
    value = {"amount": "2400000", "currency": "EUR"}
    case.when(do("supplement-request", by="A", supplied=["value"], value=value))
    case.then(RequestSupplemented)
    case.when(do("register-request")).then_refused("request_is_complete")
    case.when(do("supplement-request", by="A", supplied=["dispute"], dispute="Fees of 2025."))
    case.then(RequestSupplemented, DeadlineMet)
    assert seen(case, "registry").intake.screening.missing == ()
    case.given(do("register-request"))
    assert opened(case._batch._open(case.file, "joint:1").dispute, "") == "Fees of 2025."  # type: ignore[attr-defined]


def test_one_supplies_what_was_found_missing_and_nothing_else() -> None:
    """And with words where the request holds words."""
    case = given(*scenes.requested())
    supply = do("supplement-request", by="A", supplied=["aim"], aim="Peace.")
    case.when(supply).then_refused("something_is_missing")
    case.given(do("find-request-incomplete", missing=["value"]))
    case.when(supply).then_refused("supplied_was_missing")
    case.when(do("supplement-request", by="A", supplied=["value"]))
    case.then_refused("supplied_is_there")


def test_suitability_is_assessed_in_the_chair() -> None:
    """Parties do not read it; a doubt is explained."""
    case = given(*scenes.registered())
    doubt: dict[str, Any] = {"result": "unsuitable", "criteria": ["safety"], "risks": ["safety"]}
    case.when(do("assess-suitability", **doubt)).then_refused("doubts_are_explained")
    case.when(do("assess-suitability", remarks="Threats were made.", **doubt))
    case.then(SuitabilityAssessed)
    assert case.new_frames()[0].room == "chair"
    assert seen(case, "registry").intake.screening.suitability == "unsuitable"
    assert seen(case, "party:A").intake.screening.suitability is None


def test_more_time_to_reply_moves_the_date_before_it_has_passed() -> None:
    """To a later day; it cannot revive a time that is over."""
    case = given(*scenes.invited())
    case.when(do("extend-reply-period", party="B", until="2026-03-20"))
    case.then_refused("extension_gives_more_time")
    case.when(do("extend-reply-period", party="B", until="2026-04-20", reason="The board."))
    case.then(ReplyPeriodExtended, DeadlineExtended)
    date = seen(case, "party:B").deadlines.latest("reply", about="B")
    assert date is not None
    assert (date.on, date.due) == ("2026-04-20", "2026-04-20T21:59:59.999999Z")
    case.when(do("extend-reply-period", party="A", until="2026-04-20"))
    case.then_refused("reply_period_runs")
    case.at(datetime(2026, 4, 22, tzinfo=UTC))
    case.when(do("extend-reply-period", party="B", until="2026-05-20"))
    case.then_refused("reply_period_runs")
    unreal = given(*scenes.invited())
    unreal.when(do("extend-reply-period", party="B", until="2026-06-31"))
    assert unreal.answer is not None
    assert "no day" in (unreal.answer.why or "")


AUTOMATIC: Change = {
    "reply.period_days": 15,
    "reply.trigger": "request_received",
    "reply.silence_effect": "automatic_lapse",
    "reply.elected_by": "nobody",
    "reply.notice_required": False,
}


def lapsing() -> Spec:
    """A request received Mon 2 Feb 2026 where silence lets it lapse after 15 days, B invited."""
    case = Spec().at(datetime(2026, 2, 2, 8, 0, tzinfo=UTC))
    case.given(do("adopt-profile", text=house_but(AUTOMATIC), default=True))
    case.given(*scenes.registered())
    return case.given(do("issue-invitation", party="B", carrier="courier"))


@pytest.mark.parametrize("extended", [True, False])
def test_scenario_silence_under_the_automatic_profile(*, extended: bool) -> None:
    """SC-02: with more time the consent of 18 Feb is good; without it stands as a fresh offer."""
    case = lapsing()
    due = seen(case, "party:A").deadlines.latest("reply", about="B")
    assert due is not None
    assert due.on == "2026-02-17"
    case.at(datetime(2026, 2, 16, 9, 0, tzinfo=UTC))
    if extended:
        case.given(do("extend-reply-period", party="B", until="2026-02-20"))
    case.at(datetime(2026, 2, 18, 9, 0, tzinfo=UTC))
    case.given(do("give-consent", by="B"))
    kinds = {type(frame.event) for frame in case.new_frames()}
    assert (ConsentGiven in kinds) is extended
    assert (MediationOfferedAnew in kinds) is not extended
    expected = Phase.CONSENTED if extended else Phase.NOT_COMMENCED
    assert seen(case, "party:B").phase == expected


# ---- conditions


def conditional(parties: tuple[str, ...] = ("A", "B")) -> Spec:
    """B consents on one condition."""
    case = given(*scenes.invited(parties))
    case.given(do("give-consent", by="B", conditions={"C1": "In Brevik."}))
    assert seen(case, "party:A").phase == Phase.INVITED
    return case


def test_a_condition_all_others_accept_is_resolved_and_the_consent_whole() -> None:
    """With it the mediation begins."""
    case = conditional()
    case.when(do("accept-condition", by="A", owner="B", condition_id="C1"))
    case.then(ConsentConditionAccepted)
    assert case.new_frames()[0].event.complete
    after = seen(case, "party:B")
    assert (after.phase, after.intake.parties["B"].consent) == (Phase.CONSENTED, "consented")


def test_of_three_the_two_others_accept() -> None:
    """The consent stays conditional in between."""
    case = conditional(THREE)
    case.given(do("give-consent", by="C"))
    case.given(do("accept-condition", by="A", owner="B", condition_id="C1"))
    assert seen(case, "party:A").intake.parties["B"].consent == "conditional"
    case.given(do("accept-condition", by="C", owner="B", condition_id="C1"))
    assert seen(case, "party:A").phase == Phase.CONSENTED


def test_a_rejected_condition_leaves_its_owner_to_consent_without_it() -> None:
    """Rejected, it cannot be accepted any more."""
    case = conditional()
    answer = {"owner": "B", "condition_id": "C1"}
    case.when(do("reject-condition", by="A", reasons="Too far.", **answer))
    case.then(ConsentConditionRejected)
    case.when(do("accept-condition", by="A", **answer)).then_refused("condition_is_answered_once")
    case.given(do("give-consent", by="B"))
    assert seen(case, "party:A").phase == Phase.CONSENTED


def test_conditions_are_answered_by_the_others_and_only_where_they_stand() -> None:
    """Not one's own, not one there is not."""
    case = conditional()
    case.when(do("accept-condition", by="B", owner="B", condition_id="C1"))
    case.then_refused("condition_is_anothers")
    case.when(do("accept-condition", by="A", owner="B", condition_id="C9"))
    case.then_refused("condition_is_open")


# ---- circumstances


def test_a_standstill_is_agreed_by_all_and_outlasts_an_adjournment() -> None:
    """SC-15, step 4: the talks rest, the standstill does not."""
    case = given(*scenes.mediating())
    terms = {"starts": "2026-03-02", "barred": "Court proceedings."}
    case.when(do("agree-standstill", agreed_by=["A"], **terms))
    case.then_refused("standstill_is_agreed_by_all")
    case.when(do("agree-standstill", agreed_by=["A", "B"], ends="2026-02-01", **terms))
    case.then_refused("days_make_a_period")
    case.when(do("agree-standstill", agreed_by=["A", "B"], **terms)).then(StandstillAgreed)
    case.given(do("adjourn-session", by="mediator"))
    after = seen(case, "party:B")
    assert after.sessions.adjourned
    assert after.intake.circumstances.standstill == ("2026-03-02", None)


def test_a_limitation_effect_is_noted_and_nothing_decided() -> None:
    """By a party or the registry."""
    case = given(*scenes.mediating())
    note = {"effect": "suspended", "starts": "2026-03-02", "law": "Code of the seat."}
    case.when(do("note-limitation-effect", by="A", ends="2026-01-01", **note))
    case.then_refused("days_make_a_period")
    case.when(do("note-limitation-effect", by="A", **note)).then(LimitationEffectNoted)
    ref = f"joint:{case.file.seqs['joint']}"
    assert seen(case, "mediator").intake.circumstances.limitations == (ref,)


def test_a_parallel_proceeding_is_told_of_further_by_its_own_party() -> None:
    """The same id, another status."""
    case = given(*scenes.mediating())
    told = {"forum": "District court", "status": "pending"}
    case.when(do("disclose-proceeding", by="A", **told)).then(ParallelProceedingDisclosed)
    case.when(do("disclose-proceeding", by="B", proceeding_id="PP1", **told))
    case.then_refused("proceeding_is_ones_own")
    case.given(do("disclose-proceeding", by="A", proceeding_id="PP1", forum="f", status="stayed"))
    proceedings = seen(case, "party:B").intake.circumstances.proceedings
    assert msgspec.structs.asdict(proceedings["PP1"])["status"] == "stayed"
