"""Answers that stay secret: the mediator's proposal (SC-07) and sealed bids."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.catalogue import encode_frame
from ledger.deadlines import DeadlineMissed, DeadlineSet
from ledger.envelope import Event
from ledger.negotiation.blind_events import (
    BlindOutcomeDeclared,
    ConfidentialReplyGiven,
    MediatorProposalRequested,
    SealedBidDestroyed,
    SealedBidsInvited,
    SealedBidsOpened,
    SealedBidSubmitted,
)
from ledger.negotiation.events import MediatorProposalIssued
from ledger.negotiation.state import Negotiation
from ledger.parties import Phase
from ledger.prospects import prospects
from ledger.rulebook import rulebook_of
from ledger.terms import Money
from projections import proposal_history
from projections.rows import MemoryRows, concerns, take_in
from tests.examples import clause, mediating, tabled
from tests.spec import Order, Spec, do
from tests.unit.test_profile import Change, house_but
from tests.unit.test_projections import reads

THREE = ("A", "B", "C")
REPLY_BY = "2026-06-10T16:00:00+02:00"
CLOSES = "2026-06-10T16:00:00+02:00"
MONDAY = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
LATER = TUESDAY + timedelta(hours=1)
FOUR_O_CLOCK = datetime(2026, 6, 10, 14, 0, tzinfo=UTC)
AFTER = FOUR_O_CLOCK + timedelta(minutes=1)
PROPOSING: Change = {"mandate_level": "facilitate_and_propose"}


def talks(*, parties: tuple[str, ...] = THREE, **keys: Any) -> Spec:  # noqa: ANN401 - values of a profile
    """Begin the first session under a procedure whose mediator may propose."""
    text = house_but({**PROPOSING, **keys})
    spec = Spec().given(do("adopt-profile", text=text, default=True))
    return spec.given(mediating(parties))


def asks(by: str) -> Order:
    """A party asks for the mediator's proposal."""
    return do("request-mediator-proposal", by=by, wish="a figure")


def issues(**more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The mediator proposes."""
    plain = {"clauses": [clause(text="one half each")], "reply_by": REPLY_BY}
    return do("issue-mediator-proposal", by="mediator", **{**plain, **more})


def replies(by: str, answer: str, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """A party answers for the mediator alone."""
    return do("give-confidential-reply", by=by, proposal_id="P1", answer=answer, **more)


def proposed(**more: Any) -> Spec:  # noqa: ANN401 - a command's own fields
    """All three asked and the mediator proposed."""
    spec = talks().given(*(asks(party) for party in THREE))
    return spec.at(MONDAY).given(issues(**more))


def told(spec: Spec, viewer: str) -> dict[str, Any]:
    """Gather what a viewer can obtain: every event, the case, what it may do."""
    file, eyes = spec.file, spec.file.rights(viewer)
    seen = [f for f in file.frames if f.room in eyes and f.seq in eyes[f.room]]
    institution = spec.institution
    return {
        "events": [encode_frame(frame) for frame in seen],
        "case": file.seen_by(eyes),
        "next": prospects(file, viewer, eyes, rulebook_of(institution), spec.clock.at),
    }


def seen(spec: Spec, viewer: str = "mediator") -> Negotiation:
    """Look at the negotiation with a viewer's eyes."""
    return spec.file.seen_by(spec.file.rights(viewer)).negotiation


def recorded(spec: Spec, kind: type[Event]) -> list[Any]:
    """List the frames of a kind."""
    return [frame for frame in spec.file.frames if isinstance(frame.event, kind)]


def outcome(spec: Spec) -> str:
    """Let the time come, with an act before all, and read what was told."""
    if spec.clock.at < AFTER:
        spec.at(AFTER)
    spec.given(do("record-option", by="B", text="Something else.", at_id="told"))
    (frame,) = recorded(spec, BlindOutcomeDeclared)
    return str(frame.event.outcome)


def _status(spec: Spec) -> str:
    """Read the mediator's proposal from rows."""
    rows = MemoryRows()
    for read in reads(spec):
        if concerns(proposal_history.PROJECTION, read):
            take_in(proposal_history.PROJECTION, rows, read)
    (row,) = proposal_history.in_memory(rows)
    assert (row.by, row.kind, row.blind) == ("mediator", "mediator", True)
    return row.status


class TestAsking:
    """Each party asks for itself; nobody learns who did."""

    def test_a_request_is_seen_by_its_party_and_the_mediator(self) -> None:
        """Two asked, C did not: no one but C and the mediator knows how C stands."""
        spec, quiet = talks(), talks()
        spec.when(asks("A")).then(MediatorProposalRequested)
        spec.given(asks("B"))
        for viewer in ("party:C", "registry", "challenge"):
            assert told(spec, viewer)["events"] == told(quiet, viewer)["events"]
        assert set(seen(spec).blind.requests) == {"A", "B"}
        assert set(seen(spec, "party:A").blind.requests) == {"A"}

    def test_it_is_asked_once(self) -> None:
        """Until the proposal comes; then the next one is asked for anew."""
        spec = talks().given(asks("A")).when(asks("A")).then_refused("request_is_made_once")
        spec.given(asks("B"), asks("C"), issues())
        assert not seen(spec).blind.requests
        spec.when(asks("A")).then(MediatorProposalRequested)

    def test_the_mediator_waits_for_all(self) -> None:
        """The refusal names nobody who has not asked."""
        spec = talks().given(asks("A"), asks("B")).when(issues())
        spec.then_refused("every_party_asked_for_it")
        assert spec.answer is not None
        assert "C" not in (spec.answer.why or "")
        spec.given(asks("C")).when(issues()).then(MediatorProposalIssued, DeadlineSet)

    def test_a_procedure_may_not_ask_for_requests(self) -> None:
        """Then the mediator proposes any time."""
        spec = talks(mediator_proposal_rule="any_time").when(issues())
        spec.then(MediatorProposalIssued, DeadlineSet)

    @pytest.mark.parametrize(
        "keys",
        [
            {"mandate_level": "facilitate"},
            {"mandate_level": "facilitate", "mediator_proposal_rule": "never"},
        ],
    )
    def test_mandate_and_procedure_may_forbid_it(self, keys: dict[str, Any]) -> None:
        """Neither asked for nor made."""
        for order in (asks("A"), issues()):
            talks(**keys).when(order).then_refused("mediator_may_propose")

    def test_its_clauses_and_time_are_as_of_any_proposal(self) -> None:
        """Two clauses of one name, a time that passed, a name that is taken."""
        spec = talks(mediator_proposal_rule="any_time")
        twice = issues(clauses=[clause(), clause()])
        spec.when(twice).then_refused("clauses_are_distinct")
        past = issues(reply_by="2026-01-01T10:00:00Z")
        spec.when(past).then_refused("validity_lies_ahead")
        spec.given(tabled("A")).when(issues(proposal_id="P1")).then_refused("id_is_new")

    def test_a_proposal_in_preparation_opens_the_talks(self) -> None:
        """As any proposal before all does, and it takes a case back from drafting."""
        spec = proposed()
        assert spec.file.seen_by(spec.file.rights("registry")).phase == Phase.MEDIATING


@pytest.mark.usefixtures("both_ways")
class TestBlind:
    """SC-07: from Monday to Wednesday 16:00 nobody sees that anyone answered."""

    ANSWERS = (("A", "yes", MONDAY), ("B", "yes", TUESDAY), ("C", "no", LATER))

    def answered(self, answers: Iterable[tuple[str, str, datetime]]) -> Spec:
        """Some answer, each at its time."""
        spec = proposed()
        for party, answer, at in answers:
            later = max(at, spec.clock.at)
            spec.at(later).given(replies(party, answer, at_id=f"{party}-{answer}"))
        return spec.at(TUESDAY + timedelta(hours=20))

    @pytest.mark.parametrize("viewer", ["party:A", "party:B", "party:C", "registry"])
    def test_until_the_time_nobody_sees_that_another_answered(self, viewer: str) -> None:
        """No badge, count or changed sequence: the same as where only oneself answered."""
        mine = [a for a in self.ANSWERS if viewer == f"party:{a[0]}"]
        assert told(self.answered(self.ANSWERS), viewer) == told(self.answered(mine), viewer)

    def test_at_the_time_only_the_outcome_is_told(self) -> None:
        """`no_agreement`, dated at the fixed time."""
        spec = self.answered(self.ANSWERS)
        assert outcome(spec) == "no_agreement"
        (frame,) = recorded(spec, BlindOutcomeDeclared)
        assert (frame.room, frame.actor, frame.occurred) == (
            "joint",
            "clock",
            "2026-06-10T14:00:00Z",
        )
        assert set(type(frame.event).__struct_fields__) == {"proposal_id", "outcome"}
        assert seen(spec).proposals["joint", "P1"].status == "expired"

    def test_a_cannot_learn_whether_b_said_yes(self) -> None:
        """Whatever B and C answered, or nothing, A has the same record after the time."""
        ends = []
        for others in ((), (("B", "yes", TUESDAY),), (("B", "no", TUESDAY), ("C", "no", LATER))):
            spec = self.answered([self.ANSWERS[0], *others])
            spec.at(AFTER).given(do("record-option", by="B", text="More.", at_id="told"))
            ends.append(told(spec, "party:A"))
        assert ends[0] == ends[1] == ends[2]

    def test_all_yes_is_told_at_the_time_and_not_earlier(self) -> None:
        """Everybody had answered on Tuesday; it becomes an agreement the mediator may record."""
        yes = [(party, "yes", TUESDAY) for party in THREE]
        spec = self.answered(yes)
        spec.given(do("record-option", by="B", text="Between."))
        assert not recorded(spec, BlindOutcomeDeclared)
        assert outcome(spec) == "all_accepted"
        assert seen(spec).proposals["joint", "P1"].status == "accepted"
        agree = do("record-agreement-in-principle", by="mediator", proposal_id="P1")
        spec.given(agree)

    def test_silence_looks_like_a_no(self) -> None:
        """A did not answer; to B and C it is the same as a no of A's."""
        rest = [("B", "yes", TUESDAY), ("C", "yes", LATER)]
        silent = self.answered(rest)
        refusing = self.answered([("A", "no", MONDAY), *rest])
        assert outcome(silent) == outcome(refusing) == "no_agreement"
        for viewer in ("party:B", "party:C", "registry"):
            assert told(silent, viewer) == told(refusing, viewer)

    def test_a_conditional_yes_is_a_no_and_the_latest_answer_counts(self) -> None:
        """C first said yes under a condition; then plainly."""
        yes = [("A", "yes", MONDAY), ("B", "yes", MONDAY)]
        spec = self.answered([*yes, ("C", "conditional", TUESDAY)])
        assert outcome(spec) == "no_agreement"
        spec = self.answered([*yes, ("C", "conditional", MONDAY), ("C", "yes", LATER)])
        assert outcome(spec) == "all_accepted"

    def test_the_history_of_proposals_tells_what_the_rules_know(self) -> None:
        """Its rows are the fold: open until the time, then over or accepted by all."""
        for answers in (self.ANSWERS, [(party, "yes", TUESDAY) for party in THREE]):
            spec = self.answered(answers)
            assert _status(spec) == "open"
            outcome(spec)
            assert _status(spec) == seen(spec).proposals["joint", "P1"].status

    def test_who_left_agrees_to_nothing(self) -> None:
        """C said yes and withdrew before the time; the outcome comes all the same."""
        spec = self.answered([(party, "yes", TUESDAY) for party in THREE])
        spec.given(do("withdraw-consent", by="C"))
        spec.given(*(do("agree-continuation", by=p) for p in ("A", "B")))
        assert outcome(spec) == "no_agreement"

    def test_it_is_told_once(self) -> None:
        """Later acts bring no second outcome."""
        spec = self.answered(self.ANSWERS)
        outcome(spec)
        spec.given(do("record-option", by="A", text="And on."))
        assert len(recorded(spec, BlindOutcomeDeclared)) == 1
        assert len(recorded(spec, DeadlineMissed)) >= 1

    def test_the_time_does_not_move(self) -> None:
        """Neither by the registry nor by anybody: who moved it could wait for more."""
        spec = self.answered(())
        extend = do("extend-deadline", deadline_id="validity-P1", until="2026-06-20")
        spec.when(extend).then_refused("date_is_not_fixed")
        waive = do("waive-deadline", deadline_id="validity-P1")
        spec.when(waive).then_refused("date_is_not_fixed")

    def test_an_answer_after_the_time_is_none(self) -> None:
        """Even one said to have been given before: what was told would have to be taken back."""
        spec = self.answered(()).at(AFTER)
        late = replies("A", "yes", at_occurred="2026-06-09T10:00:00Z")
        spec.when(late).then_refused("reply_is_before_the_time")

    def test_it_is_answered_in_confidence_alone(self) -> None:
        """Neither accepted, rejected nor countered before others, not even late."""
        spec = self.answered(())
        yes = do("accept-proposal", by="A", proposal_id="P1")
        spec.when(yes).then_refused("proposal_is_answered_openly")
        no = do("reject-proposal", by="A", proposal_id="P1")
        spec.when(no).then_refused("proposal_is_answered_openly")
        spec.when(tabled("A", answers="P1")).then_refused("blind_proposal_is_not_countered")
        outcome(spec)
        spec.when(do("accept-late", by="A", proposal_id="P1"))
        spec.then_refused("proposal_is_answered_openly")

    def test_only_what_is_blind_is_answered_so(self) -> None:
        """A's own proposal is answered openly."""
        spec = talks().given(tabled("A")).when(replies("B", "yes"))
        spec.then_refused("proposal_is_blind")

    def test_replies_are_barred_as_evidence(self) -> None:
        """A later request for them meets the exclusion: requests, replies, proposal, outcome."""
        kinds = (MediatorProposalRequested, MediatorProposalIssued, ConfidentialReplyGiven)
        for kind in (*kinds, BlindOutcomeDeclared):
            assert kind.admissibility == "protected"

    def test_an_open_one_is_answered_as_any(self) -> None:
        """Where the mediator says so; it expires at its time."""
        spec = talks().given(*(asks(party) for party in THREE))
        spec.at(MONDAY).given(issues(reply="open"))
        spec.given(*(do("accept-proposal", by=p, proposal_id="P1") for p in THREE))
        assert seen(spec).proposals["joint", "P1"].status == "accepted"


class TestSealedBids:
    """Two amounts are compared, and told only where they overlap."""

    def bids(self, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
        """B would pay, A would be paid."""
        plain = {"payer": "B", "payee": "A", "currency": "EUR", "closes": CLOSES}
        return do("invite-sealed-bids", by="mediator", **{**plain, **more})

    def bid(self, by: str, amount: str, currency: str = "EUR") -> Order:
        """A party names its amount."""
        money = {"amount": amount, "currency": currency}
        return do("submit-sealed-bid", by=by, round_id="BR1", amount=money)

    def compare(self) -> Order:
        """The mediator compares."""
        return do("open-sealed-bids", by="mediator", round_id="BR1")

    def round(self, *bids: Order) -> Spec:
        """Some bid on Monday."""
        spec = talks(parties=("A", "B")).at(MONDAY)
        spec.when(self.bids()).then(SealedBidsInvited, DeadlineSet)
        return spec.given(*bids)

    def test_an_overlap_is_told_with_its_midpoint(self) -> None:
        """B would pay up to 900, A would take 800: 850."""
        spec = self.round(self.bid("A", "800"), self.bid("B", "900")).at(AFTER)
        spec.when(self.compare())
        (frame,) = recorded(spec, SealedBidsOpened)
        assert (frame.room, frame.event.outcome) == ("joint", "overlap")
        assert seen(spec).blind.rounds["BR1"].outcome == "overlap"
        spec.when(self.compare()).then_refused("round_is_closed")

    def test_without_an_overlap_nothing_is_told_and_the_bids_go(self) -> None:
        """Each caucus has the order to destroy its own; before all there is only `no_overlap`."""
        spec = self.round(self.bid("A", "950"), self.bid("B", "900")).at(AFTER)
        spec.when(self.compare())
        assert [f.event.outcome for f in recorded(spec, SealedBidsOpened)] == ["no_overlap"]
        gone = recorded(spec, SealedBidDestroyed)
        assert sorted(f.room for f in gone) == ["caucus:A", "caucus:B"]
        assert all(ref.startswith(f.room) for f in gone for ref in f.event.bids)
        assert set(seen(spec).blind.rounds["BR1"].destroyed) == {"A", "B"}

    def test_a_missing_bid_looks_like_no_overlap(self) -> None:
        """B cannot tell whether A bid at all, nor how near it came."""
        ends = []
        for mine in ((), (self.bid("A", "901"),), (self.bid("A", "5000"), self.bid("A", "4000"))):
            spec = self.round(self.bid("B", "900"), *mine).at(AFTER)
            spec.given(do("open-sealed-bids", by="mediator", round_id="BR1", at_id="x"))
            ends.append(told(spec, "party:B"))
        assert ends[0] == ends[1] == ends[2]

    def test_the_latest_bid_counts(self) -> None:
        """A came down before the round closed."""
        spec = self.round(self.bid("A", "950"), self.bid("A", "890.10"), self.bid("B", "900"))
        spec.at(AFTER).given(self.compare())
        (frame,) = recorded(spec, SealedBidsOpened)
        assert frame.event.outcome == "overlap"

    def test_nothing_is_compared_before_the_round_closes(self) -> None:
        """Nor is anything bid after it."""
        spec = self.round(self.bid("A", "1"), self.bid("B", "2"))
        spec.when(self.compare()).then_refused("round_is_closed")
        spec.at(AFTER).when(self.bid("A", "1")).then_refused("round_is_running")

    def test_bids_are_amounts_of_the_two(self) -> None:
        """In the round's currency, of parties to it, in a round there is."""
        spec = talks().at(MONDAY).given(self.bids())
        spec.when(self.bid("A", "1", "USD")).then_refused("bid_is_an_amount")
        spec.when(self.bid("A", "-1")).then_refused("bid_is_an_amount")
        spec.when(self.bid("C", "1")).then_refused("bidder_is_invited")
        spec.when(self.bid("A", "1")).then(SealedBidSubmitted)
        lost = do("open-sealed-bids", by="mediator", round_id="BR9")
        spec.when(lost).then_refused("round_is_known")

    def test_a_round_is_of_two_who_agreed_and_closes_ahead(self) -> None:
        """A reported round B did not agree to is kept and marked."""
        spec = talks().at(MONDAY)
        spec.when(self.bids(payee="B")).then_refused("bidders_are_two")
        spec.when(self.bids(closes="2026-01-01T10:00:00Z")).then_refused("round_closes_ahead")
        spec.when(self.bids(agreed_by=["A"])).then_refused("concerned_agree")
        spec.when(self.bids(agreed_by=["A"], at_reported=True)).then_irregular("concerned_agree")

    def test_the_midpoint_is_exact(self) -> None:
        """To the hundredth, without floats."""
        from ledger.negotiation.bidding import _midpoint  # noqa: PLC0415 - only here

        half = _midpoint(Money("900.01", "EUR"), Money("800", "EUR"))
        assert half == Money("850.00", "EUR")
