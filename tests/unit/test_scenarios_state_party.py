"""SC-15: a ministry, a contractor and later its bank, over a change of government."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.deadlines import Deadline
from ledger.neutrality.choice_events import AppointmentRequested
from ledger.parties import Phase
from ledger.rooms import Span
from services.reading import words
from tests import examples as ex
from tests.spec import Order, Spec, do

pytestmark = pytest.mark.usefixtures("both_ways")

RK = ("R", "K")
RKN = ("R", "K", "N")
DELEGATE = "person:dahl"
NEXT = "person:moen"
SECRET = "We would waive the interest."
OCTOBER = "2026-10-09T12:00:00Z"


def on(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Name a moment of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def case_of(spec: Spec, viewer: str = "registry") -> Any:  # noqa: ANN401 - the fold of a case
    """Fold what a viewer reads."""
    return spec.file.seen_by(spec.file.rights(viewer))


def latest(spec: Spec, viewer: str = "party:K") -> Any:  # noqa: ANN401 - a proposal
    """Find the proposal tabled last."""
    return list(case_of(spec, viewer).negotiation.proposals.values())[-1]


def limit(spec: Spec) -> Deadline:
    """Find the date that ends the whole case."""
    dates: list[Deadline] = list(case_of(spec).deadlines.book.values())
    (found,) = [date for date in dates if date.set.rule == "overall_limit"]
    return found


def powers(person: str, *powers: str) -> Order:
    """The ministry names who may act for it; the cabinet's approval is part of it."""
    limits = "What settles the matter needs the approval of the cabinet."
    fields = {"person": person, "powers": list(powers), "limits": limits}
    return do("authorise-representative", by="R", **fields)


def inquired(*concerning: str) -> Order:
    """The mediator looks for ties to whoever is new."""
    looked = {"searched": list(concerning), "since": "2016-01-01", "until": "2026-04-20"}
    return do("complete-inquiry", by="mediator", concerning=list(concerning), **looked)


def tabled(**more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The contractor puts two clauses to the ministry."""
    clauses = [ex.clause(clause_id="c1"), ex.clause(clause_id="c2", text="Interest from May.")]
    return ex.tabled(by="K", addressees=["R"], clauses=clauses, valid_until=OCTOBER, **more)


class TestStateParty:
    """From the registration in January to the end in October."""

    def asked(self) -> Spec:
        """Registered on Monday 12 January; nobody was chosen, so K asks the authority."""
        spec = Spec().at(on(1, 12)).given(ex.consented(RK))
        return spec.at(on(3, 14)).given(do("request-appointment", by="K"))

    def appointed(self) -> Spec:
        """Name somebody who looks, declares and is appointed, all within twenty days."""
        spec = self.asked().at(on(3, 16))
        spec.given(do("nominate-mediator", by="authority", person=ex.MEDIATOR, method="authority"))
        candidate = ex.nominated(RK)[len(ex.consented(RK)) + 1 :]
        spec.at(on(3, 30)).given(candidate)
        authority = {"mediators": [ex.MEDIATOR], "method": "authority"}
        return spec.given(do("appoint-mediator", by="authority", **authority))

    def talking(self) -> Spec:
        """R names its delegate; the first session is held on 13 April."""
        spec = self.appointed().at(on(4, 1))
        spec.given(ex.engaged(RK)[len(ex.constituted(RK)) :])
        spec.given(powers(DELEGATE, "negotiate", "settle"), inquired(DELEGATE))
        start = "2026-04-13T09:00:00+02:00[Europe/Oslo]"
        spec.given(
            do("agree-standstill", agreed_by=list(RK), starts="2026-04-01", barred="Any claim."),
            do("note-limitation-effect", by="K", effect="suspended", starts="2026-04-01", law="L."),
            do("open-preparation", by="mediator"),
            do("explain-rights", by="mediator"),
            do(
                "issue-protocol",
                by="mediator",
                languages=["en"],
                order_of_business="Openings.",
                ground_rules="One at a time.",
            ),
            do("schedule-session", by="mediator", start=start, minutes=180, mode="in_person"),
        )
        return spec.at(on(4, 13, 7)).given(do("open-session", by="mediator"))

    def disclosed(self) -> Spec:
        """N asks to join; the new inquiry shows the mediator's savings there."""
        spec = self.talking().at(on(4, 20))
        spec.given(
            tabled(),
            do("request-joinder", party="N", name="Bank N", interest="A credit.", by_itself=True),
            *(do("consent-joinder", by=p, joiner="N") for p in RK),
            do("consent-joinder", joiner="N", accepts_terms=True),
            inquired("N"),
            do(
                "disclose-conflict",
                by="mediator",
                kind="business_relation",
                circumstance="My savings are there.",
            ),
        )
        return spec.given(
            *(do("deliver-disclosure", disclosure_id="iyer-D1", party=p) for p in RKN)
        )

    def waivers(self) -> Iterator[Order]:
        """Each of the three waives; N, who is no party yet, through the registry."""
        waived = {"disclosure_id": "iyer-D1", "statement": "We know and waive it."}
        yield from (do("waive-conflict", by=p, **waived) for p in RK)
        yield do("waive-conflict", party="N", **waived)

    def joined(self) -> Spec:
        """N is a party."""
        spec = self.disclosed().given(*self.waivers())
        return spec.given(do("admit-party", joiner="N"))

    def adjourned(self) -> Spec:
        """Before an election the talks rest, with no date to go on."""
        spec = self.joined().at(on(5, 4)).given(ex.caucused("N", SECRET))
        spec.given(do("close-caucus", by="mediator", party="N"))
        return spec.given(do("adjourn-session", by="mediator", terms="Until there is a cabinet."))

    def extended(self) -> Spec:
        """All agree on 4 August to go on until 9 October."""
        date = {"deadline_id": limit(spec := self.adjourned()).set.deadline_id}
        more = do("extend-deadline", until="2026-10-09", agreed_by=list(RKN), **date)
        return spec.at(on(8, 4)).given(more)

    def ad_referendum(self) -> Spec:
        """The new minister's delegate accepts, subject to the cabinet."""
        spec = self.extended().at(on(9, 1))
        spec.given(do("resume-session", by="mediator", session_id="S1"))
        spec.given(do("revoke-authority", by="R", person=DELEGATE))
        spec.given(powers(NEXT, "negotiate", "settle"), inquired(NEXT), tabled())
        name, there = latest(spec).proposal_id, "group:K+R"
        yes = {"at_actor": NEXT, "mode": "ad_referendum", "at_room": there}
        spec.given(ex.accepted(name, by="R", **yes))
        return spec.given(do("refer-to-principal", by="R", proposal_id=name, at_room=there))

    def over(self) -> Spec:
        """The cabinet says no to one clause, and time runs out."""
        no = {"approved": False, "remark": "Not the interest."}
        spec = self.ad_referendum().at(on(9, 20))
        name = latest(spec).proposal_id
        spec.given(
            do("record-principal-decision", by="R", proposal_id=name, at_room="group:K+R", **no)
        )
        return spec.at(on(10, 10))

    # ---- the lines

    def test_the_authority_is_asked_after_sixty_days(self) -> None:
        """On 13 March it is still for the parties; from the 14th K may ask."""
        spec = Spec().at(on(1, 12)).given(ex.consented(RK))
        spec.at(on(3, 13)).when(do("request-appointment", by="K"))
        spec.then_refused("time_of_the_parties_is_over")
        spec = self.asked()
        (asked,) = [f.event for f in spec.new_frames() if isinstance(f.event, AppointmentRequested)]
        assert asked.after == "2026-03-13"

    def test_the_authority_appoints_who_declared(self) -> None:
        """Without the declaration nobody is appointed; with it the case is constituted."""
        spec = self.asked().given(
            do("nominate-mediator", by="authority", person=ex.MEDIATOR, method="authority")
        )
        early = {"mediators": [ex.MEDIATOR], "method": "authority"}
        spec.when(do("appoint-mediator", by="authority", **early))
        spec.then_refused("inquiry_is_complete")
        assert case_of(self.appointed(), "party:R").phase == Phase.CONSTITUTED

    def test_the_delegate_may_negotiate_and_settle_and_no_more(self) -> None:
        """Everybody sees who may; that the cabinet has to approve is R's own."""
        spec = self.talking()
        held = case_of(spec, "party:K").intake.authorities["R", DELEGATE]
        assert set(held.powers) == {"negotiate", "settle"}
        own = [f for f in spec.file.frames if f.room == "party:R"]
        assert own, "the approval process is kept among R's own people"
        for viewer in ("party:K", "mediator", "registry"):
            assert "party:R" not in spec.file.rights(viewer)
        spec.given(tabled())
        final = ex.accepted("P1", by="R", at_actor="person:nobody")
        assert not spec.order(final).done

    def test_a_declaration_after_twenty_days_comes_too_late(self) -> None:
        """Asked on 16 March, the last day is 7 April: the fifth is Easter Sunday."""
        spec = self.asked().at(on(3, 16))
        spec.given(do("nominate-mediator", by="authority", person=ex.MEDIATOR, method="authority"))
        candidate = ex.nominated(RK)[len(ex.consented(RK)) + 1 :]
        spec.at(on(4, 8)).given(candidate)
        authority = {"mediators": [ex.MEDIATOR], "method": "authority"}
        spec.when(do("appoint-mediator", by="authority", **authority))
        spec.then_refused("acceptance_is_in_time")

    def test_n_is_admitted_once_all_three_waived(self) -> None:
        """R, K and N itself."""
        spec = self.disclosed()
        *others, last = self.waivers()
        spec.given(*others).when(do("admit-party", joiner="N"))
        spec.then_refused("conflicts_are_waived_with_the_joiner")
        spec.given(last, do("admit-party", joiner="N"))
        assert case_of(spec, "party:K").standing().current() == RKN

    def test_n_reads_from_its_joining_on(self) -> None:
        """The proposal tabled before is not there for it, nor in its view."""
        spec = self.joined()
        seen = spec.file.rights("party:N")["joint"]
        assert seen.first > 1
        assert isinstance(seen, Span)
        assert ("joint", "P1") in case_of(spec, "party:K").negotiation.proposals
        assert ("joint", "P1") not in case_of(spec, "party:N").negotiation.proposals

    def test_an_adjournment_leaves_the_standstill_and_the_limitation(self) -> None:
        """The talks rest sine die; what was agreed beside them goes on."""
        after = case_of(self.adjourned(), "party:K")
        assert after.sessions.adjourned
        assert after.intake.circumstances.standstill == ("2026-04-01", None)
        assert len(after.intake.circumstances.limitations) == 1

    def test_the_limit_counts_from_the_first_session(self) -> None:
        """120 days from 13 April; the extension is of at most 60, to a Saturday."""
        spec = self.adjourned()
        date = limit(spec)
        assert date.on == "2026-08-11"
        more: dict[str, Any] = {"deadline_id": date.set.deadline_id, "agreed_by": list(RKN)}
        spec.at(on(8, 4)).when(do("extend-deadline", until="2026-10-13", **more))
        spec.then_refused("extension_is_within_limit")

    def test_the_case_has_not_ended_when_the_first_limit_passes(self) -> None:
        """All had agreed to more time on 4 August."""
        spec = self.extended().at(on(8, 12))
        spec.tick()
        assert case_of(spec).phase == Phase.MEDIATING
        spec.when(do("declare-termination", mode="time_limit")).then_refused(
            "time_limit_has_passed"
        )

    def test_without_the_extension_it_may_be_ended(self) -> None:
        """The limit itself ends nothing; the institution may."""
        spec = self.adjourned().at(on(8, 12))
        spec.given(do("declare-termination", mode="time_limit"))
        assert case_of(spec).phase == Phase.TERMINATED

    def test_what_the_delegate_did_before_the_notice_stands(self) -> None:
        """A proposal of April does; one after the notice is refused, the successor's is not."""
        spec = self.joined()
        long: dict[str, Any] = {"addressees": ["K"], "valid_until": OCTOBER}
        spec.given(ex.tabled(by="R", at_actor=DELEGATE, **long))
        spec.at(on(9, 1)).given(do("revoke-authority", by="R", person=DELEGATE))
        assert (latest(spec).by, latest(spec).status) == ("R", "open")
        after = ex.tabled(by="R", addressees=["K"], at_actor=DELEGATE)
        spec.when(after).then_refused("authority_is_live")
        spec.given(powers(NEXT, "negotiate"), inquired(NEXT))
        spec.given(ex.tabled(by="R", addressees=["K"], at_actor=NEXT))

    @pytest.mark.parametrize("viewer", ["party:R", "party:K", "mediator"])
    def test_ad_referendum_never_shows_as_accepted(self, viewer: str) -> None:
        """Neither as a status nor in words, until the principal has said yes."""
        spec = self.ad_referendum()
        found = latest(spec, viewer)
        assert found.status == "open"
        assert words.status(found.status) == "open"
        assert found.acceptances["R"].mode == "ad_referendum"

    def test_a_no_to_one_clause_leaves_nothing_agreed_as_a_whole(self) -> None:
        """The proposal is not accepted; nothing can be recorded as agreed but what was."""
        spec = self.over()
        found = latest(spec)
        assert found.status != "accepted"
        named = {"proposal_id": found.proposal_id, "at_room": found.room}
        agree = do("record-agreement-in-principle", by="mediator", **named)
        assert not spec.order(agree).done

    def test_the_notice_lists_steps_and_nothing_of_the_talks(self) -> None:
        """It proves that a mediation took place, and tells nobody's words."""
        spec = self.over().given(do("declare-termination", mode="time_limit"))
        assert case_of(spec).phase == Phase.TERMINATED
        spec.given(do("issue-closing-document"))
        (notice,) = [f for f in spec.new_frames() if f.room == "joint"]
        told = str(notice.event)
        assert all(word not in told for word in ("1.3 M", "Interest", "P2", SECRET))
