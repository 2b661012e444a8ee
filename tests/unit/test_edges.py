"""What happens at the edges: races, clocks, characters, numbers, crowds, people in two places."""

import time
import unicodedata
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from ledger.answer import Answer
from ledger.deadlines import DeadlineSet
from ledger.identity import Operator
from ledger.intake.events import InvitationServed
from ledger.negotiation.differences import ClauseDifference, clause_differences
from ledger.negotiation.events import ProposalAccepted, ProposalExpired, ProposalWithdrawn
from ledger.parties import Phase
from ledger.terms import Clause, Money
from services.clock import FakeClock
from services.house import House
from tests import examples as ex
from tests.live.ledgers import clerk, give, opened, said, submit, taken_over, tell
from tests.spec import START, Order, Spec, attempt, do

THREE = ("A", "B", "C")
MANY = tuple(f"P{n:03}" for n in range(1, 201))
JUDGE = Operator(name="judge", roles=("challenge",), auth="test", unbound=True)
OVER = "2026-03-02T12:00:00Z"


@pytest.fixture
def clock() -> FakeClock:
    """Stand still until a test moves it."""
    return FakeClock(START)


@pytest.fixture
def house(tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """Open a real ledger whose clerk may act for anybody."""
    with opened(tmp_path / "data", unbound=True, clock=clock) as made:
        yield made


def at_once(house: House, case: str, *orders: Order) -> list[Answer]:
    """Let each order come from a client of its own, all at the same moment."""
    gate = Barrier(len(orders))

    def send(order: Order) -> Answer:
        gate.wait()
        return give(house, order, case)

    with ThreadPoolExecutor(len(orders)) as clients:
        return list(clients.map(send, orders))


def ends(house: House, case: str) -> dict[str, list[str]]:
    """List for each proposal how it ended, in the order of recording."""
    found: dict[str, list[str]] = {}
    file = house.load(house.resolve(case, clerk(house)))
    for frame in file.frames:
        if isinstance(frame.event, ProposalAccepted | ProposalExpired | ProposalWithdrawn):
            tag = type(frame.event).__name__
            found.setdefault(frame.event.proposal_id, []).append(tag)
    return found


def status(house: House, case: str, proposal_id: str, viewer: str) -> str:
    """Say where a proposal stands for a viewer."""
    file = house.load(house.resolve(case, clerk(house)))
    seen = file.seen_by(file.rights(viewer))
    return str(seen.negotiation.proposals["joint", proposal_id].status)


class TestRaces:
    """Two clients act on the same thing at the same moment."""

    def test_accept_and_withdraw_have_one_winner(self, house: House) -> None:
        """Whoever the writer took first; the other is told what became of it, and both agree."""
        case = tell(house, ex.mediating())
        for n in range(1, 9):
            name = f"P{n}"
            assert give(house, ex.tabled("A", proposal_id=name), case).done
            withdraws = do("withdraw-proposal", by="A", proposal_id=name)
            answers = at_once(house, case, ex.accepted(name), withdraws)
            assert [answer.done for answer in answers].count(True) == 1
            (lost,) = [answer for answer in answers if not answer.done]
            assert lost.rule == "proposal_is_open"
            assert status(house, case, name, "party:A") == status(house, case, name, "party:B")
        assert all(len(how) == 1 for how in ends(house, case).values())

    def test_at_the_last_moment_accept_withdraw_and_expiry_have_one_winner(
        self, house: House, clock: FakeClock
    ) -> None:
        """The clock passes the validity while all three come; a proposal ends once."""
        case = tell(house, ex.mediating())
        until = datetime.fromisoformat(OVER)
        for n in range(1, 9):
            name = f"P{n}"
            clock.set(START + timedelta(minutes=n))
            clock.step = timedelta(0)
            later = (until + timedelta(hours=n)).isoformat()
            assert give(house, ex.tabled("A", proposal_id=name, valid_until=later), case).done
            clock.set(until + timedelta(hours=n) - timedelta(microseconds=3))
            clock.step = timedelta(microseconds=1)
            self.three(house, case, name)
            clock.set(until + timedelta(hours=n, minutes=1))
            house.ledger.record_overdue(house.resolve(case, clerk(house)), clock.at).result()
            assert len(ends(house, case)[name]) == 1, ends(house, case)
        assert len(ends(house, case)) == 8

    def three(self, house: House, case: str, name: str) -> None:
        """Accept, withdraw and let expire at once."""
        found = house.resolve(case, clerk(house))
        gate = Barrier(3)

        def keep_time() -> None:
            gate.wait()
            house.ledger.record_overdue(found, house.clock.now()).result()

        def act(order: Order) -> Answer:
            gate.wait()
            return give(house, order, case)

        withdraws = do("withdraw-proposal", by="A", proposal_id=name)
        with ThreadPoolExecutor(3) as clients:
            ticking = clients.submit(keep_time)
            answers = list(clients.map(act, (ex.accepted(name), withdraws)))
            ticking.result()
        assert [answer.done for answer in answers].count(True) <= 1

    def test_two_programs_on_one_folder_have_one_winner(self, house: House) -> None:
        """Each with a ledger of its own open: what the other recorded counts."""
        case = tell(house, [*ex.mediating(), ex.tabled("A")])
        withdraws = do("withdraw-proposal", by="A", proposal_id="P1")
        with opened(house.ledger.folder, unbound=True, clock=house.clock) as other:
            waiting: list[Future[Answer]] = [
                submit(house, ex.accepted("P1"), case),
                submit(other, withdraws, case),
            ]
            answers = [future.result() for future in waiting]
        assert [answer.done for answer in answers].count(True) == 1
        assert len(ends(house, case)["P1"]) == 1

    def test_a_command_sent_twice_at_once_is_done_once(self, house: House) -> None:
        """Both get the same answer; the same id with other data is another command."""
        case = tell(house, [*ex.mediating(), ex.tabled("A")])
        yes = ex.accepted("P1", at_id="yes")
        first, *others = at_once(house, case, yes, yes, yes, yes)
        assert first.done
        assert all(answer == first for answer in others)
        assert ends(house, case)["P1"] == [ProposalAccepted.__name__]
        other = give(house, ex.accepted("P1", mode="ad_referendum", at_id="yes"), case)
        assert other.rule == "command_id_is_new"

    def test_acts_of_one_instant_keep_an_order(self, house: House) -> None:
        """The clock stands still; each still has an instant of its own, and all see one order."""
        case = tell(house, [*ex.mediating(), ex.tabled("A")])
        for order in (ex.accepted("P1"), do("withdraw-proposal", by="A", proposal_id="P1")):
            give(house, order, case)
        file = house.load(house.resolve(case, clerk(house)))
        by_command: dict[tuple[str, str], datetime] = {}
        for frame in file.frames:
            by_command.setdefault((frame.actor, frame.command), frame.recorded)
        instants = list(by_command.values())
        assert instants == sorted(set(instants))
        assert instants[-1] - instants[0] < timedelta(milliseconds=1)
        assert {status(house, case, "P1", viewer) for viewer in ("party:A", "party:B")} == {
            "accepted"
        }


class TestClocks:
    """Summer time begins and ends while a case runs."""

    def served(self, occurred: str) -> Spec:
        """B was served at some time."""
        spec = Spec().at(datetime(2026, 4, 1, tzinfo=UTC))
        spec.given(ex.registered(), do("issue-invitation", party="B"))
        return spec.when(do("record-service", party="B", at_occurred=occurred))

    @pytest.mark.parametrize("offset", ["+01:00", "+02:00"])
    def test_an_hour_that_was_skipped_did_not_happen(self, offset: str) -> None:
        """On 29 March 2026 no clock in Oslo showed half past two."""
        unreal = f"2026-03-29T02:30:00{offset}[Europe/Oslo]"
        order = do("record-service", party="B", at_occurred=unreal)
        spec = Spec().at(datetime(2026, 4, 1, tzinfo=UTC)).given(ex.registered())
        answer = attempt(spec, order)
        assert isinstance(answer, Answer)
        assert answer.field == "occurred"
        assert "is not that of Europe/Oslo" in str(answer.why)

    def test_an_hour_that_came_twice_is_told_by_its_offset(self) -> None:
        """On 26 October 2025 half past two came twice, and both are kept as they were said."""
        told = {}
        for offset in ("+02:00", "+01:00"):
            said = f"2025-10-26T02:30:00{offset}[Europe/Oslo]"
            frames = self.served(said).new_frames()
            (service,) = [f for f in frames if isinstance(f.event, InvitationServed)]
            assert service.occurred == said
            (told[offset],) = [f.event.due for f in frames if isinstance(f.event, DeadlineSet)]
        assert told["+02:00"] == told["+01:00"]

    @pytest.mark.parametrize(
        ("served", "due"),
        [
            ("2026-02-20T23:30:00+01:00", "2026-03-23T22:59:59.999999Z"),
            ("2026-03-20T00:30:00+01:00", "2026-04-20T21:59:59.999999Z"),
            ("2025-10-01T12:00:00+02:00", "2025-10-31T22:59:59.999999Z"),
        ],
    )
    def test_a_day_ends_by_the_clock_of_the_seat(self, served: str, due: str) -> None:
        """Thirty days on, in winter time, over the change to summer time, and back."""
        frames = self.served(served).new_frames()
        assert [f.event.due for f in frames if isinstance(f.event, DeadlineSet)] == [due]

    def test_the_last_instant_of_a_day_counts_and_the_next_does_not(self) -> None:
        """By the act's own time, to the microsecond, whatever offset it is told with."""
        for occurred, rule in (
            ("2026-03-16T23:59:59.999999+01:00", None),
            ("2026-03-16T22:59:59.999999Z", None),
            ("2026-03-17T00:00:00+01:00", "proposal_is_open"),
        ):
            spec = Spec().given(ex.mediating(), ex.tabled())
            spec.at(datetime(2026, 3, 18, tzinfo=UTC))
            spec.when(ex.accepted(at_occurred=occurred))
            assert spec.answer is not None
            assert spec.answer.rule == rule


def clause(text: str, **params: Any) -> Clause:  # noqa: ANN401 - what a clause may fix
    """Make a clause."""
    return Clause(clause_id="c1", issue="fee", text=text, params=params)


def differs(old: Clause, new: Clause) -> ClauseDifference:
    """Find the one difference."""
    (difference,) = clause_differences((old,), (new,))
    return difference


class TestCharacters:
    """A clause is compared character by character, and what nobody sees is said."""

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("Aldora pays the fee", "\u0410ldora pays the fee"),
            ("pay at once", "p\u0430y at once"),
            ("due to B", "due to\u200b B"),
            ("the caf\u00e9", "the cafe\u0301"),
            ("pays 30 days", "pays 30\u00a0days"),
        ],
    )
    def test_a_letter_that_only_looks_the_same_is_told(self, old: str, new: str) -> None:
        """Another script, a sign without width, another way to write the same."""
        difference = differs(clause(old), clause(new))
        assert difference.unseen
        assert difference.look_alikes[0].why

    def test_a_turned_reading_direction_is_told(self) -> None:
        """An override in the middle of a clause shows other words than it holds."""
        honest, turned = "pays 100 to B", "pays \u202e001\u202c to B"
        difference = differs(clause(honest), clause(turned))
        assert difference.kind == "changed"
        joined = "".join(s.text for s in difference.segments if s.kind != "deleted")
        assert joined == turned

    def test_right_to_left_text_is_kept_as_it_was_written(self, house: House) -> None:
        """Arabic and Hebrew, with numbers in them, come back letter for letter."""
        arabic = "\u064a\u062f\u0641\u0639 \u0623 1,300 \u064a\u0648\u0631\u0648"
        text = f"{arabic} \u05d1\u05ea\u05d5\u05da 30 \u05d9\u05d5\u05dd"
        order = ex.tabled("A", clauses=[ex.clause(text=text)])
        case = tell(house, [*ex.mediating(), order])
        opened_frames = house.ledger.reader.all_opened(house.resolve(case, clerk(house)))
        (tabled,) = [f.event for f in opened_frames if f.event.row == "F5"]
        assert tabled.clauses[0].text == text
        assert {unicodedata.bidirectional(c) for c in text} >= {"AL", "R", "EN"}

    @pytest.mark.parametrize("char", ["\x00", "\x1b", "\x85", "\x9b"])
    def test_a_control_character_is_refused(self, house: House, char: str) -> None:
        """It would hide or forge what a reader sees."""
        case = tell(house, ex.mediating())
        answer = give(house, ex.tabled("A", clauses=[ex.clause(text=f"pay{char}now")]), case)
        assert answer.failure == "unreadable"
        assert answer.field == "data.clauses[0].text"

    @pytest.mark.parametrize("name", ["", " ", "\t", "\u200b", "\u3000", "-"])
    def test_nobody_is_called_nothing(self, name: str) -> None:
        """A name has a letter or a digit in it; an id has to be one."""
        (order,) = ex.requested(names={"A": name, "B": "Port of Brevik"})
        assert "data.names" in str(attempt(Spec(), order))
        (order,) = ex.requested(("A", name))
        assert "data.others" in str(attempt(Spec(), order))


class TestNumbers:
    """1,000 is a thousand in one country and one in another."""

    @pytest.mark.parametrize("amount", ["1,000", "1'000", "1 000", "1.000,00", "1e3", "\uff11000"])
    def test_an_amount_is_written_in_one_way(self, amount: str) -> None:
        """Digits, one point at most: nothing is guessed."""
        money = {"amount": amount, "currency": "EUR"}
        terms = [{"clause_id": "c1", "issue": "fee", "text": "Pay.", "params": {"amount": money}}]
        answer = attempt(Spec().given(ex.mediating()), ex.tabled(clauses=terms))
        assert "amount" in str(answer)

    def test_a_point_is_a_decimal_point(self) -> None:
        """1.000 is one, and the difference to a thousand is told in figures."""
        thousand, one = Money("1000", "EUR"), Money("1.000", "EUR")
        difference = differs(clause("Pay.", fee=thousand), clause("Pay.", fee=one))
        (change,) = difference.parameters
        assert change.change == "-999.000 EUR"

    def test_a_comma_for_a_point_in_a_text_is_a_change(self) -> None:
        """In words nothing is computed; the run that changed is shown."""
        difference = differs(clause("pays 1,000 EUR"), clause("pays 1.000 EUR"))
        runs = {s.kind: s.text for s in difference.segments}
        assert difference.kind == "changed"
        assert "1,000" in runs["deleted"] or "," in runs["deleted"]


class TestTwoOfThree:
    """A and C hold together against B."""

    def joined(self) -> Spec:
        """They formed a coalition, quietly."""
        return Spec().given(ex.mediating(THREE), do("form-coalition", by="A", members=["A", "C"]))

    def test_two_of_three_do_not_make_an_agreement(self) -> None:
        """A's proposal to both is accepted by C alone: it stays open, and nothing is agreed."""
        spec = self.joined().given(ex.tabled("A"), ex.accepted("P1", by="C"))
        case = spec.file.seen_by(spec.file.rights("mediator"))
        assert case.negotiation.proposals["joint", "P1"].status == "open"
        spec.when(do("record-agreement-in-principle", by="mediator", proposal_id="P1"))
        spec.then_refused("agreement_has_terms")

    def test_what_they_agree_between_them_binds_no_third(self) -> None:
        """Their own terms are accepted in their own room, and B neither sees nor owes anything."""
        deal = ex.tabled("A", addressees=["C"], proposal_id="PX")
        spec = self.joined().given(deal, ex.accepted("PX", by="C"))
        assert {f.room for f in spec.new_frames()} == {"group:A+C"}
        case = spec.file.seen_by(spec.file.rights("party:B"))
        assert not case.negotiation.proposals
        assert case.phase == Phase.MEDIATING
        record = do("record-agreement-in-principle", by="mediator", proposal_id="PX")
        spec.when(record)
        assert {f.room for f in spec.new_frames() if f.event.row == "F21"} <= {"group:A+C"}

    def test_together_they_put_terms_to_the_third(self) -> None:
        """B alone answers; with its yes all three agree."""
        spec = self.joined().given(ex.tabled("A", together_with=["C"]), ex.accepted("P1", by="B"))
        record = do("record-agreement-in-principle", by="mediator", proposal_id="P1")
        spec.given(record)
        assert spec.new_frames()[0].room == "joint"


class TestPartPerformance:
    """B pays a part, and A lets the rest go."""

    def columns(self, spec: Spec) -> dict[str, str]:
        """Say where each obligation stands."""
        case = spec.file.seen_by(spec.file.rights("party:A"))
        board = case.settlement.obligations
        return {name: case.follow_up.column(owed) for name, owed in board.items()}

    def test_a_part_accepted_and_the_rest_waived_leaves_the_others_owed(self) -> None:
        """The waiver is of one obligation; what C owes is as it was, and still falls due."""
        part = {"obligation_id": "OB1", "extent": "part"}
        spec = Spec().given(
            ex.settled(THREE),
            do("report-performance", by="B", what="One half.", **part),
            do("confirm-performance", by="A", **part),
        )
        assert self.columns(spec)["OB1"] not in ("confirmed", "waived")
        spec.given(do("waive-obligation", by="A", obligation_id="OB1", note="No wider variation."))
        assert self.columns(spec)["OB1"] == "waived"
        spec.at(datetime(2026, 9, 3, tzinfo=UTC)).tick()
        assert [f.event.obligation_id for f in spec.new_frames() if f.event.row == "H9"] == ["OB2"]
        spec.given(do("report-breach", by="A", obligation_id="OB2", facts="Nothing came."))
        spec.when(do("report-breach", by="A", obligation_id="OB1", facts="The other half."))
        spec.then_refused("obligation_is_open")

    def test_taking_a_part_is_no_waiver(self) -> None:
        """A confirms a part and says nothing: the rest is owed, and a breach can be reported."""
        part = {"obligation_id": "OB1", "extent": "part"}
        spec = Spec().given(
            ex.settled(THREE),
            do("report-performance", by="B", what="One half.", **part),
            do("confirm-performance", by="A", **part),
        )
        spec.at(datetime(2026, 9, 3, tzinfo=UTC))
        spec.given(do("report-breach", by="A", obligation_id="OB1", facts="Half is missing."))
        assert self.columns(spec)["OB1"] not in ("confirmed", "waived", "discharged")

    def test_only_who_is_owed_gives_up(self) -> None:
        """Neither the one that owes nor the registry."""
        spec = Spec().given(ex.settled(THREE))
        spec.when(do("waive-obligation", by="B", obligation_id="OB1"))
        spec.then_refused("actor_is_obligee")
        spec.when(do("waive-obligation", obligation_id="OB1")).then_refused("role_may_give_command")


class TestTwoHats:
    """A person is in two places."""

    SPEAKS = do("authorise-representative", by="B", person=ex.MEDIATOR, powers=["negotiate"])
    INQUIRED = do(
        "complete-inquiry",
        by="candidate",
        searched=["A", "B"],
        since="2016-01-01",
        until="2026-03-01",
    )

    def test_who_speaks_for_a_party_is_not_nominated(self) -> None:
        """Nor appointed, where the party named it after the nomination."""
        spec = Spec().given(ex.consented(), self.SPEAKS)
        spec.when(do("nominate-mediator", person=ex.MEDIATOR, method="joint"))
        spec.then_refused("mediator_is_not_a_representative")
        spec = Spec().given(ex.nominated(), self.SPEAKS)
        spec.when(do("appoint-mediator", mediators=[ex.MEDIATOR], method="joint"))
        spec.then_refused("mediator_is_not_a_representative")

    def test_a_mediator_is_not_made_anybodys_representative(self) -> None:
        """Neither of a party nor of one that joins; once it has left, it may."""
        spec = Spec().given(ex.mediating())
        spec.when(self.SPEAKS).then_refused("representative_is_not_mediator")
        spec.given(do("end-mandate", reason="incapacity"), self.SPEAKS)

    def test_what_the_mediator_is_part_of_bars_it(self) -> None:
        """Employed by a party: disclosed, and no waiver cures it."""
        spec = Spec().given(
            ex.consented(), do("nominate-mediator", person=ex.MEDIATOR, method="lot")
        )
        told = {"kind": "party_or_its_organ", "circumstance": "B employs me."}
        spec.given(
            self.INQUIRED,
            do("disclose-conflict", by="candidate", **told),
            *(do("deliver-disclosure", disclosure_id="iyer-D1", party=p) for p in "AB"),
            do("declare-impartiality", by="candidate", text_version="1"),
            *(do("accept-fee-terms", by=p, terms="Equal.") for p in "AB"),
        )
        waives = do("waive-conflict", by="A", disclosure_id="iyer-D1", statement="Yes.")
        spec.when(waives).then_refused("conflict_is_waivable")
        spec.when(do("appoint-mediator", mediators=[ex.MEDIATOR], method="lot"))
        spec.then_refused("no_conflict_bars")

    def challenged(self) -> Spec:
        """B asks that the mediator leave, who answers."""
        return Spec().given(
            ex.mediating(),
            do("file-challenge", by="B", ground="Ties."),
            do("answer-challenge", by="mediator", challenge_id="CH1", answer="None."),
        )

    @pytest.mark.parametrize(
        ("by", "actor", "operator", "rule"),
        [
            ("mediator", None, JUDGE, "role_may_give_command"),
            ("challenge", ex.MEDIATOR, JUDGE, "decider_is_independent"),
            (
                "challenge",
                None,
                Operator(name="iyer", roles=("challenge",), auth="test", unbound=True),
                "decider_is_independent",
            ),
        ],
    )
    def test_a_mediator_does_not_decide_on_itself(
        self, by: str, actor: str | None, operator: Operator, rule: str
    ) -> None:
        """Not as the mediator, not as the body, not at the body's keyboard."""
        data = {"challenge_id": "CH1", "outcome": "rejected", "reasons": "None."}
        decides = do("decide-challenge", by=by, at_actor=actor, at_operator=operator, **data)
        self.challenged().when(decides).then_refused(rule)

    def test_leaving_under_a_challenge_is_no_way_back(self) -> None:
        """The challenge was never decided, so the same person is not appointed anew."""
        spec = self.challenged().given(
            do("end-mandate", reason="incapacity"),
            do("nominate-mediator", person=ex.MEDIATOR, method="joint"),
            self.INQUIRED,
            do("declare-no-conflict", by="candidate", text_version="1"),
            do("declare-impartiality", by="candidate", text_version="1"),
            *(do("accept-fee-terms", by=p, terms="Equal.") for p in "AB"),
        )
        spec.when(do("appoint-successor", mediators=[ex.MEDIATOR], method="joint"))
        spec.then_refused("no_objection_is_open")


class TestCrowds:
    """Two hundred parties, a hundred thousand events."""

    @pytest.mark.slow
    def test_two_hundred_parties_come_to_an_agreement(self) -> None:
        """Requested, registered, invited, consented; one proposal, accepted by all."""
        spec = Spec().given(
            ex.consented(MANY),
            do("nominate-mediator", person=ex.MEDIATOR, method="joint"),
            do("appoint-mediator", mediators=[ex.MEDIATOR], method="joint", at_reported=True),
            do("open-preparation", by="mediator", at_reported=True),
            ex.tabled(MANY[0]),
        )
        spec.given(*(ex.accepted("P1", by=party) for party in MANY[1:-1]))
        case = spec.file.seen_by(spec.file.rights("mediator"))
        assert case.negotiation.proposals["joint", "P1"].status == "open"
        spec.given(ex.accepted("P1", by=MANY[-1]))
        spec.given(do("record-agreement-in-principle", by="mediator", proposal_id="P1"))
        case = spec.file.seen_by(spec.file.rights(f"party:{MANY[99]}"))
        assert case.negotiation.proposals["joint", "P1"].status == "accepted"
        assert case.negotiation.agreement is not None

    @pytest.mark.soak
    def test_a_case_of_a_hundred_thousand_events_is_still_open_to_talk(
        self, house: House, clock: FakeClock, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It opens, and takes a command, while somebody waits; how long both took is told."""
        clock.step = timedelta(seconds=1)
        case = tell(house, [taken_over("large")])
        waiting: list[Future[Answer]] = []
        for n in range(100_000):
            waiting.append(submit(house, said(f"Sentence {n}."), case))
            if len(waiting) == 512:
                assert all(future.result().done for future in waiting)
                waiting.clear()
        assert all(future.result().done for future in waiting)
        with opened(house.ledger.folder, unbound=True, clock=clock) as fresh:
            began = time.perf_counter()
            file = fresh.load(fresh.resolve(case, clerk(fresh)))
            opening = time.perf_counter() - began
            assert file.version > 100_000
            began = time.perf_counter()
            assert give(fresh, ex.tabled("A"), case).done
            first = time.perf_counter() - began
            began = time.perf_counter()
            assert give(fresh, ex.accepted("P1"), case).done
            second = time.perf_counter() - began
        with capsys.disabled():
            told = (
                f"opened in {opening:.2f} s, first command {first:.2f} s, the next {second:.3f} s"
            )
            print(f"\n{file.version} events: {told}")  # noqa: T201 - the measurement
        assert opening + first < 60
        assert second < 1
