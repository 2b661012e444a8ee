"""Engagement, its further acts: terms varied, exceptions, orders, breaches, costs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.case import Case
from ledger.deadlines import DeadlineMet, DeadlineSet
from ledger.engagement.confidence_events import (
    ConfidentialityBreachAnswered,
    ConfidentialityBreachRemedied,
    ConfidentialityBreachReported,
    ConfidentialityExceptionInvoked,
    ConfidentialityTermsVaried,
    DisclosureOrderAnswered,
    DisclosureOrderReceived,
)
from ledger.engagement.costs_events import (
    AccountRendered,
    BalanceReturned,
    CostShareAgreed,
    DepositDirected,
    DepositOverdue,
    DepositPaid,
    SuspendedForNonPayment,
)
from tests import examples as scenes
from tests.spec import Order, Spec, do, given
from tests.unit.test_profile import GONE, Change, house_but

BOTH: dict[str, Any] = {"agreed_by": ["A", "B"]}
EUROS = {"amount": "4000", "currency": "EUR"}
PARTS: dict[str, Any] = {"amounts": {"A": EUROS, "B": EUROS}}


def seen(case: Spec, viewer: str) -> Case:
    """Fold what a viewer reads."""
    return case.file.seen_by(case.file.rights(viewer))


def under(change: Change, *steps: Order) -> Spec:
    """Tell a history under the house profile with some keys changed."""
    spec = Spec().given(do("adopt-profile", text=house_but(change), default=True))
    return spec.given(*steps)


# ---- confidences


def test_terms_are_varied_by_all_for_the_time_to_come() -> None:
    """What is left out stays; the change is named."""
    case = given(*scenes.engaged())
    order = do("vary-confidentiality-terms", by="mediator", existence_confidential=False, **BOTH)
    case.when(do("vary-confidentiality-terms", by="mediator", agreed_by=["A"], scope="s"))
    case.then_refused("all_agree_to_the_terms")
    case.when(do("vary-confidentiality-terms", by="mediator", **BOTH))
    case.then_refused("terms_become_different")
    past = "2026-03-01T09:00:00+01:00"
    case.when(
        do("vary-confidentiality-terms", by="mediator", scope="All.", starts=past, **BOTH)
    ).then_refused("variation_looks_forward")
    case.when(order).then(ConfidentialityTermsVaried)
    assert case.new_frames()[0].event.changed == ("existence_confidential",)
    terms = seen(case, "party:B").engagement.terms
    assert terms is not None
    assert not terms.existence_confidential
    assert terms.caucus_default == "closed"


def test_terms_are_varied_once_they_are_there() -> None:
    """Before, they are adopted; a joiner that reads none cannot be the one to vary them."""
    case = given(*scenes.constituted())
    case.when(do("vary-confidentiality-terms", by="mediator", scope="s", **BOTH))
    case.then_refused("confidentiality_is_agreed")
    reported = do("vary-confidentiality-terms", scope="s", at_reported=True, **BOTH)
    case.when(reported).then_refused("terms_are_known")


def test_an_exception_is_one_the_terms_know_and_names_a_class_not_a_content() -> None:
    """All read it, unless the law forbids telling them."""
    exceptions = {"exceptions": ["required_by_law", "all_parties_agree"]}
    case = given(*scenes.engaged())
    case.given(do("vary-confidentiality-terms", by="mediator", **exceptions, **BOTH))
    use = {"information": "documents", "recipient": "The accident board."}
    case.when(do("invoke-exception", by="A", exception="crime_or_threat", **use))
    case.then_refused("exception_is_among_the_terms")
    case.when(do("invoke-exception", by="A", exception="all_parties_agree", **use))
    case.then_refused("exception_is_agreed_by_all")
    agreed = do("invoke-exception", by="A", exception="all_parties_agree", agreed_by=["B"], **use)
    case.when(agreed).then(ConfidentialityExceptionInvoked)
    law = do("invoke-exception", exception="required_by_law", telling_forbidden=True, **use)
    case.when(law).then(ConfidentialityExceptionInvoked)
    assert case.new_frames()[0].room == "registry"


@pytest.mark.parametrize(("by", "room"), [("mediator", "chair"), ("A", "desk:A")])
def test_what_may_not_be_told_stays_with_who_invoked_it(by: str, room: str) -> None:
    """And with the registry."""
    case = given(*scenes.engaged())
    use = {"information": "caucus", "recipient": "The police.", "exception": "crime_or_threat"}
    case.given(do("invoke-exception", by=by, telling_forbidden=True, **use))
    assert case.new_frames()[0].room == room


def test_exceptions_before_any_terms_are_irregular() -> None:
    """A clerk may have to report one nevertheless."""
    case = given(*scenes.constituted())
    use = {"information": "process", "recipient": "A court.", "exception": "required_by_law"}
    case.when(do("invoke-exception", by="A", **use)).then_refused("confidentiality_is_agreed")
    case.when(do("invoke-exception", at_reported=True, **use))
    case.then_irregular("confidentiality_is_agreed")


def test_an_order_to_disclose_has_its_last_day_and_is_answered_once() -> None:
    """Where it is recorded; in the registry alone if telling is forbidden."""
    case = given(*scenes.engaged())
    order = {"information": "process", "court": "Court of appeal", "scope": "Whether."}
    case.when(do("answer-disclosure-order", order_id="OR1", response="refused", answer="a"))
    case.then_refused("order_is_open")
    case.when(do("receive-disclosure-order", answer_by="2026-09-30", **order))
    case.then(DisclosureOrderReceived, DeadlineSet)
    date = seen(case, "party:A").deadlines.latest("disclosure_order")
    assert date is not None
    assert (date.on, date.due) == ("2026-09-30", "2026-09-30T21:59:59.999999Z")
    case.when(do("receive-disclosure-order", order_id="OR1", **order)).then_refused("id_is_new")
    answer = do("answer-disclosure-order", order_id="OR1", response="complied", answer="Dates.")
    case.when(answer).then(DisclosureOrderAnswered, DeadlineMet)
    case.when(answer).then_refused("order_is_open")
    case.when(do("receive-disclosure-order", telling_forbidden=True, **order))
    case.then(DisclosureOrderReceived)
    assert case.new_frames()[0].room == "registry"
    assert len(seen(case, "party:A").engagement.orders) == 1


def test_a_breach_is_reported_answered_and_remedied_and_never_decided() -> None:
    """Whoever it is against answers; measures are told."""
    case = given(*scenes.engaged())
    report = {"information": "proposals", "facts": "It stood in the paper.", "against": "B"}
    case.when(do("report-breach-of-confidence", by="A", **report))
    case.then(ConfidentialityBreachReported)
    assert seen(case, "mediator").engagement.breaches == {("joint", "BC1"): "B"}
    answer = {"breach_id": "BC1", "position": "denies", "answer": "Not from us."}
    case.when(do("answer-breach-of-confidence", by="A", **answer))
    case.then_refused("answer_is_the_accuseds")
    case.when(do("answer-breach-of-confidence", by="B", **answer))
    case.then(ConfidentialityBreachAnswered)
    case.when(do("remedy-breach-of-confidence", breach_id="BC9", measures="m"))
    case.then_refused("breach_is_reported")
    case.when(do("remedy-breach-of-confidence", by="B", breach_id="BC1", measures="Locks."))
    case.then(ConfidentialityBreachRemedied)


def test_a_breach_within_a_group_stays_there() -> None:
    """The others learn nothing of it, not even of its id."""
    case = given(*scenes.mediating(("A", "B", "C")))
    case.given(scenes.tabled(by="A", addressees=["C"]))
    report: dict[str, Any] = {"information": "proposals", "facts": "f"}
    case.when(do("report-breach-of-confidence", by="A", at_room="caucus:A", **report))
    case.then_refused("breach_is_told_where_all_concerned_read")
    case.given(do("report-breach-of-confidence", by="A", at_room="group:A+C", **report))
    assert case.new_frames()[0].room == "group:A+C"
    assert seen(case, "party:B").engagement.breaches == {}
    case.given(do("report-breach-of-confidence", by="B", breach_id="BC1", **report))


# ---- costs


def test_shares_of_the_costs_are_agreed_by_all_and_make_a_whole() -> None:
    """Per cent, as decimal text."""
    case = given(*scenes.engaged())
    case.when(do("agree-cost-shares", shares={"A": "60", "B": "40"}, agreed_by=["A"]))
    case.then_refused("shares_are_agreed_by_all")
    case.when(do("agree-cost-shares", shares={"A": "60.5", "B": "40"}, **BOTH))
    case.then_refused("shares_make_a_whole")
    case.when(do("agree-cost-shares", shares={"A": "60.5", "B": "39.5"}, **BOTH))
    case.then(CostShareAgreed)
    assert seen(case, "party:A").engagement.accounts.shares_agreed


def test_deposits_are_equal_unless_the_parties_agreed_otherwise() -> None:
    """Each part is an entry with a date of its own."""
    case = given(*scenes.engaged())
    less = {"amount": "1000", "currency": "EUR"}
    unequal = do("direct-deposit", amounts={"A": EUROS, "B": less})
    case.when(unequal).then_refused("parts_are_as_due")
    case.when(do("direct-deposit", **PARTS))
    case.then(DepositDirected, DeadlineSet, DepositDirected, DeadlineSet)
    case.when(do("direct-deposit", deposit_id="DP1", **PARTS)).then_refused("id_is_new")
    case.given(do("agree-cost-shares", shares={"A": "80", "B": "20"}, **BOTH))
    assert case.order(unequal).done


def test_what_the_profile_says_of_deposits_counts() -> None:
    """None are asked for, or only as agreed."""
    none: Change = {"deposit.shares": "as_agreed"}
    case = under(none, *scenes.engaged())
    case.when(do("direct-deposit", **PARTS)).then_refused("parts_are_as_due")
    case = under({"deposit.on_default": ["terminate"]}, *scenes.engaged())
    case.when(do("suspend-for-non-payment", by="mediator")).then_refused("something_is_overdue")


def test_where_no_deposits_are_known_none_are_directed() -> None:
    """A public house may take nothing."""
    keys: Change = {
        "deposit.shares": "none",
        "deposit.on_default": [],
        "deposit.pay_within_days": GONE,
        "deposit.notice_before_termination_days": GONE,
    }
    case = under(keys, *scenes.engaged())
    case.when(do("direct-deposit", **PARTS)).then_refused("deposits_are_asked_for")


def test_a_payment_is_told_by_its_party_or_the_registry_and_meets_its_date() -> None:
    """A part payment does not."""
    case = given(*scenes.engaged(), do("direct-deposit", **PARTS))
    paid: dict[str, Any] = {"deposit_id": "DP1", "party": "A", "amount": EUROS}
    case.when(do("pay-deposit", by="B", **paid)).then_refused("payer_is_the_actor")
    case.when(do("pay-deposit", by="A", full=False, **paid)).then(DepositPaid)
    case.when(do("pay-deposit", **paid)).then(DepositPaid, DeadlineMet)
    case.when(do("pay-deposit", **paid)).then_refused("deposit_is_outstanding")


def test_what_is_not_paid_in_time_is_overdue_once_and_may_suspend_the_talks() -> None:
    """Payment of all that is overdue ends the suspension by itself."""
    case = given(*scenes.preparing(), do("direct-deposit", **PARTS))
    case.given(do("pay-deposit", deposit_id="DP1", party="A", amount=EUROS))
    case.when(do("suspend-for-non-payment", by="mediator")).then_refused("something_is_overdue")
    case.at(datetime(2026, 4, 20, 9, 0, tzinfo=UTC))
    case.given(do("suspend-for-non-payment", by="mediator"))
    events = [type(f.event) for f in case.file.frames]
    assert events.count(DepositOverdue) == 1
    assert events[-1] is SuspendedForNonPayment
    case.at(case.clock.at + timedelta(days=1))
    case.when(do("open-session", by="mediator")).then_refused("talks_are_not_suspended")
    assert [type(f.event) for f in case.file.frames].count(DepositOverdue) == 1
    assert seen(case, "party:A").standing().suspended
    case.given(do("pay-deposit", deposit_id="DP1", party="B", amount=EUROS))
    assert not seen(case, "party:A").standing().suspended
    assert case.order(do("open-session", by="mediator")).done


def test_at_the_end_the_account_is_rendered_and_balances_go_back_once() -> None:
    """Not before the account."""
    case = given(*scenes.mediating())
    end = do("declare-termination", by="mediator", mode="no_prospect", consulted=["A", "B"])
    case.given(end)
    back: dict[str, Any] = {"party": "A", "amount": {"amount": "400", "currency": "EUR"}}
    case.when(do("return-balance", **back)).then_refused("account_is_rendered")
    spent = {"fee of the mediator": {"amount": "3600", "currency": "EUR"}}
    case.when(do("render-account", received={"A": EUROS}, spent=spent)).then(AccountRendered)
    case.when(do("return-balance", **back)).then(BalanceReturned)
    case.when(do("return-balance", **back)).then_refused("balance_is_returned_once")
