"""Whole cases, told step by step, as far as the core goes: what must be true at the end of each."""

from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec
import pytest

from ledger.catalogue import encode_frame
from ledger.deadlines import Deadline, DeadlineMissed, DeadlineReviewNeeded
from ledger.engagement.events import EngagementConfirmed
from ledger.intake.events import (
    ConsentGiven,
    ConsentWithdrawn,
    InvitationServed,
    MediationOfferedAnew,
    ReplyPeriodElapsed,
    RequestLapsed,
)
from ledger.parties import Phase
from ledger.profile import builtin
from ledger.reasons import ReasonsGiven
from ledger.record.events import EntryContested, EntryCorrected, EntryVoided
from ledger.rooms import Span
from ledger.settlement.events import SettlementExecuted, SettlementSigned, SignatureRefused
from tests import examples as ex
from tests.spec import Order, Spec, do

pytestmark = pytest.mark.usefixtures("both_ways")

TWO = ("A", "B")
XYZ = ("X", "Y", "Z")
HOUSE = builtin()["house-default"]


def on(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Name a moment of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def house(changes: dict[str, str]) -> list[Order]:
    """Found an institution whose only procedure is the house's, changed in some lines."""
    text = HOUSE
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return [do("found-institution", name="Harbour Office"), do("adopt-profile", text=text)]


def phase(spec: Spec, viewer: str = "registry") -> Phase:
    """Say where a case stands for a viewer."""
    return spec.file.seen_by(spec.file.rights(viewer)).phase


def date(spec: Spec, name: str) -> Deadline:
    """Find a date of the joint room."""
    return spec.file.seen_by(spec.file.rights("registry")).deadlines.book["joint", name]


def tags(spec: Spec) -> list[str]:
    """Name what the last order recorded."""
    return [type(frame.event).__name__ for frame in spec.new_frames()]


def seen(spec: Spec, viewer: str) -> list[bytes]:
    """List what a viewer can export, byte for byte."""
    eyes = spec.file.rights(viewer)
    frames = [f for f in spec.file.frames if f.room in eyes and f.seq in eyes[f.room]]
    return [encode_frame(frame) for frame in frames]


class TestPlainSuccess:
    """SC-01: from the request to the evaluation, between Aldora Fisheries (A) and Brevik (B)."""

    HOLT = "person:holt"
    V4 = "4" * 64

    def begun(self) -> Spec:
        """Bring the case to its commencement on 13 April."""
        spec = Spec().at(on(2, 26)).given(ex.requested())
        spec.given(do("register-request"), do("issue-invitation", party="B", carrier="courier"))
        spec.at(on(3, 5)).given(do("record-service", party="B"))
        powers: dict[str, Any] = {"person": self.HOLT, "powers": ["negotiate", "settle"]}
        limit = {"amount": "1000000", "currency": "EUR"}
        spec.at(on(3, 19)).given(
            do("authorise-representative", by="B", ceiling=limit, **powers),
            do("give-consent", by="B", at_actor=self.HOLT, signatory=self.HOLT),
        )
        spec.given(
            do("nominate-mediator", person=ex.MEDIATOR, method="joint"),
            do(
                "complete-inquiry",
                by="candidate",
                searched=["Aldora", "Brevik"],
                since="2016-01-01",
                until="2026-03-20",
            ),
            do(
                "disclose-conflict",
                by="candidate",
                kind="business_relation",
                circumstance="Eight years ago my firm audited a supplier of A.",
            ),
            *(do("deliver-disclosure", disclosure_id="iyer-D1", party=p) for p in TWO),
            *(do("waive-conflict", by=p, disclosure_id="iyer-D1", statement="We do.") for p in TWO),
            do("declare-impartiality", by="candidate", text_version="1"),
            *(do("accept-fee-terms", by=p, terms="Equal shares.") for p in TWO),
            do("appoint-mediator", mediators=[ex.MEDIATOR], method="joint"),
        )
        heads = ["conduct", "fees", "place_and_time", "confidentiality", "advice", "ending"]
        return spec.at(on(4, 13)).given(
            do("adopt-confidentiality-terms", by="mediator", agreed_by=["A", "B"]),
            do("draft-agreement-to-mediate", by="mediator", text_hash=ex.TEXT_HASH, covers=heads),
            *(do("sign-agreement-to-mediate", by=p) for p in ("A", "B", "mediator")),
        )

    def talked(self) -> Spec:
        """Hold the first session, and bring five clauses to an agreement in principle."""
        spec = self.begun().at(on(4, 20))
        start = "2026-05-04T09:00:00+02:00[Europe/Oslo]"
        spec.given(
            do("open-preparation", by="mediator"),
            do("explain-rights", by="mediator"),
            *(do("submit-statement", by=p, text="Our position.") for p in TWO),
            *(do("record-interest", by=p, interest="To plan ahead.") for p in TWO),
            do("select-venue", by="mediator", mode="in_person", place="Harbour House"),
            do(
                "issue-protocol",
                by="mediator",
                languages=["en"],
                order_of_business="Openings.",
                ground_rules="Nobody is interrupted.",
            ),
            do("schedule-session", by="mediator", start=start, minutes=180, mode="in_person"),
        )
        spec.at(on(5, 4, 7)).given(do("open-session", by="mediator"))
        turns = {"A": ("09:00", "09:20"), "B": ("09:25", "09:45")}
        for party, (begin, end) in turns.items():
            spec.given(
                do(
                    "record-speaking-turn",
                    speaker=f"person:{party.lower()}",
                    party=party,
                    kind="opening",
                    start=f"2026-05-04T{begin}:00+02:00",
                    end=f"2026-05-04T{end}:00+02:00",
                )
            )
        spec.given(
            *(do("give-summary", by="mediator", text="Where we stand.") for _ in range(3)),
            do("confirm-summary", by="A", summary_id="SU1"),
            do("confirm-summary", by="B", summary_id="SU2"),
            do("correct-summary", by="B", summary_id="SU3", correction="The term is open."),
            do("close-session", by="mediator"),
        )
        five = [ex.clause(clause_id=f"c{n}") for n in range(1, 6)]
        return spec.given(
            ex.tabled(by="A", clauses=five),
            ex.tabled(by="B", clauses=five, answers="P1"),
            ex.tabled(by="A", clauses=five, answers="P2"),
            ex.accepted("P3", by="B", at_actor=self.HOLT),
            do("record-agreement-in-principle", by="mediator", proposal_id="P3"),
        )

    def frozen(self) -> Spec:
        """Draft four versions, with four instalments of 1.3 M in all, and freeze the last."""
        spec = self.talked().at(on(6, 1))
        spec.given(
            do("give-drafting-mandate", by="mediator"),
            do("prepare-draft", by="mediator", hash="1" * 64),
            *(do("revise-draft", by="mediator", hash=str(v) * 64) for v in (2, 3, 4)),
        )
        for month in (7, 8, 9, 10):
            spec.given(
                do(
                    "define-obligation",
                    by="mediator",
                    obligor="B",
                    obligee="A",
                    act="An instalment.",
                    amount={"amount": "325000", "currency": "EUR"},
                    due=f"2026-{month:02}-01",
                )
            )
        return spec.at(on(6, 15)).given(
            do("freeze-text", by="mediator", hash=self.V4),
            *(do("acknowledge-advice", by=p, advice="taken") for p in TWO),
            do("invite-signatures"),
        )

    def signs(self) -> Order:
        """Mr Holt signs for B."""
        return do("sign-settlement", by="B", at_actor=self.HOLT, hash=self.V4)

    def empowered(self, ceiling: str) -> Order:
        """B files the resolution of its board."""
        powers = ["negotiate", "settle", "sign"]
        limit = {"amount": ceiling, "currency": "EUR"}
        person = self.HOLT
        return do("authorise-representative", by="B", person=person, powers=powers, ceiling=limit)

    def test_it_commences_with_the_last_signature(self) -> None:
        """On 13 April, once A, B and the mediator had signed."""
        spec = self.begun()
        (confirmed,) = [f for f in spec.new_frames() if isinstance(f.event, EngagementConfirmed)]
        assert confirmed.event.commenced_on == "2026-04-13"
        assert phase(spec) == Phase.ENGAGED

    def test_a_missing_power_is_named(self) -> None:
        """Mr Holt may negotiate and settle; the refusal says that it is `sign` he lacks."""
        spec = self.frozen().when(self.signs()).then_refused("actor_has_power")
        assert spec.answer is not None
        assert "no power to sign" in str(spec.answer.why)
        assert "`sign`" in str(spec.answer.needs)

    def test_a_ceiling_is_compared_with_what_would_be_owed(self) -> None:
        """1.3 M against 1 M: refused, with the sum a resolution has to cover."""
        spec = self.frozen().given(self.empowered("1000000"))
        spec.when(self.signs()).then_refused("signature_within_limits")
        assert spec.answer is not None
        assert "1300000 EUR" in str(spec.answer.needs)

    def test_the_case_ends_evaluated_with_four_of_four_confirmed(self) -> None:
        """Signed on 22 June, performed, closed, looked back on."""
        spec = self.frozen().at(on(6, 22)).given(self.empowered("1300000"), self.signs())
        spec.given(do("sign-settlement", by="A", hash=self.V4))
        assert phase(spec) == Phase.SETTLED
        spec.given(
            do("sign-as-evidence", by="mediator"),
            *(do("deliver-copy", to=p) for p in TWO),
            do("hold-closing-session", by="mediator", attended=["A", "B"]),
            *(do("confirm-understanding", by=p) for p in TWO),
            *(do("adopt-monitoring-plan", by=p, plan_hash=ex.HASH) for p in TWO),
        )
        for number, month in enumerate((7, 8, 9, 10), start=1):
            named = {"obligation_id": f"OB{number}"}
            spec.at(on(month, 1)).given(do("report-performance", by="B", what="Paid.", **named))
            spec.given(do("confirm-performance", by="A", **named))
        spec.given(
            *(do("end-monitoring", by=p) for p in TWO),
            do("declare-termination", mode="settled"),
            do("issue-closing-document"),
            do("close-case", outcome="full"),
            *(do("give-feedback", by=p, answers={"fair": 5}) for p in TWO),
            do("give-mediator-feedback", by="mediator", answers={"preparation": 4}),
            do("close-evaluation"),
        )
        case = spec.file.seen_by(spec.file.rights("registry"))
        board = [case.follow_up.column(o) for o in case.settlement.obligations.values()]
        assert board == ["confirmed"] * 4
        assert (case.phase, case.outcome) == (Phase.EVALUATED, "settled")


class TestSilence:
    """SC-02: the same silence under two procedures, over Easter."""

    SERVED = do("record-service", party="B")
    AUTOMATIC: ClassVar[dict[str, str]] = {
        "period_days = 30\ntrigger": "period_days = 15\ntrigger",
        'trigger = "invitation_served"': 'trigger = "request_received"',
        "elective_rejection": "automatic_lapse",
        'elected_by = "requester"': 'elected_by = "nobody"',
    }

    def elective(self) -> Spec:
        """B is served on Thursday 5 March."""
        spec = Spec().given(ex.registered(), do("issue-invitation", party="B"))
        return spec.at(on(3, 5)).given(self.SERVED)

    def test_easter_moves_the_last_day(self) -> None:
        """The thirtieth day is a Saturday, then Sunday, then Easter Monday."""
        reply = date(self.elective(), "reply-B")
        assert reply.on == "2026-04-07"
        for step in ("Sat 4 Apr", "Easter Monday", "Tue 7 Apr"):
            assert step in reply.arithmetic

    def test_without_holidays_the_same_days_end_on_easter_monday(self) -> None:
        """A procedure that knows weekends alone counts differently, and as reproducibly."""
        spec = Spec().given(house({'holidays = "seat"': 'holidays = "none"'}))
        spec.given(ex.registered(), do("issue-invitation", party="B"))
        assert date(spec.at(on(3, 5)).given(self.SERVED), "reply-B").on == "2026-04-06"

    def test_silence_alone_has_no_effect(self) -> None:
        """On 8 April it is noted that the time is over, and that is all."""
        spec = self.elective().at(on(4, 8))
        spec.tick()
        recorded = [f.event for f in spec.new_frames() if not isinstance(f.event, DeadlineMissed)]
        assert [type(event) for event in recorded] == [ReplyPeriodElapsed]
        assert phase(spec) == Phase.INVITED

    def test_a_late_yes_before_any_election_counts(self) -> None:
        """B consents on 10 April; A's election on the 11th comes too late, and is told why."""
        spec = self.elective().at(on(4, 10)).given(do("give-consent", by="B"))
        assert phase(spec) == Phase.CONSENTED
        elects = do("treat-silence-as-refusal", by="A", party="B")
        spec.at(on(4, 11)).when(elects).then_refused("reply_is_outstanding")
        assert spec.answer is not None
        assert "B: consented" in str(spec.answer.why)
        assert phase(spec) == Phase.CONSENTED

    def automatic(self) -> Spec:
        """The request was received on Monday 2 February; fifteen days from there."""
        spec = Spec().at(on(1, 30)).given(house(self.AUTOMATIC))
        return spec.at(on(2, 2)).given(ex.invited())

    def test_an_extension_keeps_a_reply_good(self) -> None:
        """On 16 February the registry gave time until the 20th; B consents on the 18th."""
        spec = self.automatic()
        assert date(spec, "reply-B").on == "2026-02-17"
        spec.at(on(2, 16)).given(do("extend-deadline", deadline_id="reply-B", until="2026-02-20"))
        spec.at(on(2, 18)).when(do("give-consent", by="B"))
        assert ConsentGiven.__name__ in tags(spec)
        assert phase(spec) == Phase.CONSENTED

    def test_without_it_the_request_lapses_and_a_yes_is_a_fresh_offer(self) -> None:
        """By itself, at the end of 17 February."""
        spec = self.automatic().at(on(2, 18)).when(do("give-consent", by="B"))
        frames = {type(frame.event): frame for frame in spec.new_frames()}
        assert {RequestLapsed, MediationOfferedAnew} <= set(frames)
        assert ConsentGiven not in frames
        assert str(frames[RequestLapsed].occurred).startswith("2026-02-17T22:59:59")
        assert phase(spec) == Phase.NOT_COMMENCED


class TestCaucusSecret:
    """SC-03: what A tells the mediator alone stays there, but for the words A released."""

    APPROVED = "A sees room for movement on the price."

    def story(self, *, told: bool) -> Spec:
        """Tell the case, or its twin in which nothing was ever said in the caucus."""
        spec = Spec().given(ex.mediating())
        spec.at(on(3, 27, 9)).given(do("open-caucus", by="mediator", party="A"))
        if told:
            for text in ("We would go down to 800 k.", "Our CFO is leaving."):
                spec.given(do("receive-in-caucus", by="A", text=text))
        spec.at(on(3, 27, 11)).given(do("close-caucus", by="mediator", party="A", at_id="end"))
        return spec

    def released(self) -> Spec:
        """A lets one sentence be told, until Friday 17:00."""
        return self.story(told=True).given(
            do(
                "authorise-disclosure",
                by="A",
                item_id="C1",
                wording=self.APPROVED,
                recipients=["B"],
                valid_until="2026-03-27T17:00:00+01:00",
            )
        )

    def conveys(self, wording: str) -> Order:
        """The mediator tells B."""
        data = {"owner": "A", "authorisation_id": "R1", "wording": wording}
        return do("convey-information", by="mediator", **data)

    def test_other_words_are_not_told(self) -> None:
        """Neither a paraphrase nor more than was approved."""
        spec = self.released().when(self.conveys("A may accept 800 k."))
        spec.then_refused("wording_is_as_authorised")

    def test_the_approved_words_are_told_and_cannot_be_taken_back(self) -> None:
        """At 16:40 they are; at 16:50 it is too late to revoke, at 17:10 to tell."""
        spec = self.released().at(on(3, 27, 15, 40)).given(self.conveys(self.APPROVED))
        revokes = do("revoke-disclosure", by="A", authorisation_id="R1")
        spec.at(on(3, 27, 15, 50)).when(revokes).then_refused("information_is_not_conveyed_yet")
        late = self.released().at(on(3, 27, 16, 10)).when(self.conveys(self.APPROVED))
        late.then_refused("authorisation_is_in_time")

    def test_a_revoked_release_is_not_told(self) -> None:
        """Before it is told its owner may take it back."""
        spec = self.released().given(do("revoke-disclosure", by="A", authorisation_id="R1"))
        spec.when(self.conveys(self.APPROVED)).then_refused("authorisation_is_not_revoked")

    def test_the_twin_without_the_items_is_the_same_to_b(self) -> None:
        """Byte for byte, stub and all: text, number and release of the items do not tell."""
        quiet = self.story(told=False)
        assert seen(self.story(told=True), "party:B") == seen(quiet, "party:B")
        assert seen(self.released(), "party:B") == seen(quiet, "party:B")

    def test_b_has_the_conveyed_sentence_and_nothing_else_beside(self) -> None:
        """One entry more, in its own caucus; where the words come from is not in it."""
        spec = self.released().at(on(3, 27, 15, 40)).given(self.conveys(self.APPROVED))
        more = [
            f for f in seen(spec, "party:B") if f not in seen(self.story(told=False), "party:B")
        ]
        (entry,) = [msgspec.json.decode(frame) for frame in more]
        assert entry["room"] == "caucus:B"
        assert entry["event"] == {"type": "information-conveyed"}
        assert "cause" not in entry

    def test_the_stub_says_when_and_nothing_of_whom(self) -> None:
        """That a caucus took place is known to all under this procedure; with whom is not."""
        (noted,) = [f for f in self.story(told=True).file.frames if f.event.row == "E9"][-1:]
        assert noted.room == "joint"
        assert set(type(noted.event).__struct_fields__) == {"started", "ended"}


class TestWrongText:
    """SC-09: a signature refused, the text changed, another text signed."""

    V6, V7 = "6" * 64, "7" * 64
    FRENCH: ClassVar[dict[str, str]] = {"6": "6f" * 32, "7": "7f" * 32}

    def texts(self, version: str) -> dict[str, Any]:
        """Name a version in both languages."""
        return {"hash": version * 64, "translations": {"fr": self.FRENCH[version]}}

    def invited(self) -> Spec:
        """Version 6 is frozen in English, which prevails, and French."""
        return Spec().given(
            ex.agreed(),
            do("prepare-draft", by="mediator", **self.texts("6")),
            do("freeze-text", by="mediator", **self.texts("6")),
            *(do("acknowledge-advice", by=p, advice="taken") for p in TWO),
            do("invite-signatures"),
        )

    def changed(self) -> Spec:
        """A signed; B refused; the parties freeze version 7."""
        return self.invited().given(
            do("sign-settlement", by="A", **self.texts("6")),
            do("refuse-signature", by="B", reasons="45 days in French, 30 in English."),
            do("unfreeze-text", by="B"),
            do("revise-draft", by="mediator", **self.texts("7")),
            do("freeze-text", by="mediator", **self.texts("7")),
            do("invite-signatures"),
        )

    def instrument(self, spec: Spec) -> Any:  # noqa: ANN401 - the settlement's own
        """Look at the settlement as the registry sees it."""
        return spec.file.seen_by(spec.file.rights("registry")).settlement.instruments["SA1"]

    def test_reasons_for_refusing_stay_in_the_caucus(self) -> None:
        """All learn that B refused, the mediator why."""
        refuses = do("refuse-signature", by="B", reasons="45 days in French, 30 in English.")
        spec = self.invited().when(refuses)
        rooms = {type(f.event): f.room for f in spec.new_frames()}
        assert rooms[SignatureRefused] == "joint"
        assert rooms[ReasonsGiven] == "caucus:B"
        assert phase(spec) == Phase.MEDIATING

    def test_a_changed_text_voids_the_signature_visibly(self) -> None:
        """Every version is on record, and whose signature fell with which."""
        instrument = self.instrument(self.changed())
        assert instrument.versions == {1: self.V6, 2: self.V7}
        assert [(s.party, s.hash, s.void) for s in instrument.voided] == [("A", self.V6, True)]
        assert instrument.missing() == TWO

    def test_a_signature_on_the_old_text_is_refused(self) -> None:
        """B signs a paper printed from version 6; the answer says which version it is."""
        spec = self.changed().when(do("sign-settlement", by="B", **self.texts("6")))
        spec.then_refused("signed_text_is_frozen_text")
        assert spec.answer is not None
        assert "of draft 1" in str(spec.answer.why)

    def test_both_languages_are_signed(self) -> None:
        """The English text of version 7 with the French of version 6 is neither."""
        mixed = {"hash": self.V7, "translations": {"fr": self.FRENCH["6"]}}
        spec = self.changed().when(do("sign-settlement", by="B", **mixed))
        spec.then_refused("signed_text_is_frozen_text")

    def test_it_is_executed_once_all_signed_the_same_text(self) -> None:
        """The window lapses and is opened again; nothing is executed before the last signature."""
        spec = self.changed().at(on(4, 20))
        spec.tick()
        assert phase(spec) == Phase.MEDIATING
        spec.given(do("invite-signatures"), do("sign-settlement", by="B", **self.texts("7")))
        assert not self.instrument(spec).is_executed
        spec.when(do("sign-settlement", by="A", **self.texts("7")))
        assert tags(spec)[:2] == [SettlementSigned.__name__, SettlementExecuted.__name__]


class TestOneGoes:
    """SC-10: Z withdraws an hour before signing; X and Y go on."""

    def left(self) -> Spec:
        """Z, who would owe X, withdraws in the phase of signing."""
        return Spec().given(ex.signing(XYZ), do("withdraw-consent", by="Z", reason="No more."))

    def goes_on(self) -> Spec:
        """X and Y each agree to go on."""
        return self.left().given(*(do("agree-continuation", by=p) for p in ("X", "Y")))

    def recut(self) -> Spec:
        """The text is opened again, for a version without Z."""
        return self.goes_on().given(do("unfreeze-text", by="X"))

    def test_the_others_go_on_by_an_act_of_each(self) -> None:
        """With the second of them it is complete."""
        spec = self.left()
        assert phase(spec) == Phase.SIGNING
        last = self.goes_on().new_frames()[0].event
        assert last.complete
        assert last.remaining == ("X", "Y")

    def test_z_keeps_what_it_saw_and_sees_nothing_later(self) -> None:
        """Its right to read ends with its own leaving."""
        spec = self.left()
        ended = spec.file.seqs["joint"]
        spec.given(*(do("agree-continuation", by=p) for p in ("X", "Y")))
        assert spec.file.rights("party:Z")["joint"] == Span(1, ended)

    def test_z_stays_bound_by_confidentiality(self) -> None:
        """Its leaving ends no undertaking: a breach of it is reported against Z as before."""
        spec = self.goes_on()
        z = spec.file.seen_by(spec.file.rights("party:Z"))
        assert z.engagement.terms_in_force
        breach = {"information": "process", "facts": "Z spoke to a paper.", "against": "Z"}
        spec.given(do("report-breach-of-confidence", by="X", **breach))
        assert spec.new_frames()[0].room == "joint"

    def test_who_left_is_counted_once_and_the_rest_settles_for_less(self) -> None:
        """One withdrawal is on record; what X and Y sign says that Z has no part in it."""
        spec = self.goes_on()
        left = [f for f in spec.file.frames if isinstance(f.event, ConsentWithdrawn)]
        assert [frame.acting_for for frame in left] == ["party:Z"]
        case = spec.file.seen_by(spec.file.rights("party:X"))
        assert case.standing().current() == ("X", "Y")

    def test_z_can_do_nothing_more_in_the_talks(self) -> None:
        """Its consent does not stand, so it neither signs nor proposes."""
        spec = self.goes_on()
        spec.when(do("sign-settlement", by="Z", hash=ex.TEXT_HASH))
        spec.then_refused("party_has_consented")
        spec.when(ex.tabled(by="Z")).then_refused("party_has_consented")

    @pytest.mark.parametrize("side", ["obligor", "obligee"])
    def test_no_text_is_frozen_that_binds_or_favours_z(self, side: str) -> None:
        """What Z would owe must go, and what Z would get."""
        other = {"obligor": "obligee", "obligee": "obligor"}[side]
        spec = self.recut().given(
            do("revise-draft", by="mediator", hash=ex.HASH, drops=["OB1", "OB2"]),
            do("define-obligation", by="mediator", act="Pay.", **{side: "Z", other: "X"}),
        )
        spec.when(do("freeze-text", by="mediator", hash=ex.HASH))
        spec.then_refused("text_concerns_those_who_take_part")

    def test_a_text_frozen_elsewhere_that_names_z_is_marked(self) -> None:
        """The registry may have to report that it was; the record says what was wrong with it."""
        spec = self.recut().when(do("freeze-text", hash=ex.TEXT_HASH, at_reported=True))
        spec.then_irregular("text_concerns_those_who_take_part")

    def test_without_z_it_is_signed_by_x_and_y(self) -> None:
        """Everything Z was to do is dropped; two signatures execute the rest."""
        spec = self.recut().given(
            do("revise-draft", by="mediator", hash=ex.HASH, drops=["OB2"]),
            do("freeze-text", by="mediator", hash=ex.HASH),
            do("invite-signatures"),
            *(do("sign-settlement", by=p, hash=ex.HASH) for p in ("X", "Y")),
        )
        assert phase(spec) == Phase.SETTLED

    def test_z_does_not_come_back_by_itself(self) -> None:
        """A consent withdrawn is not given again without the others."""
        self.goes_on().when(do("give-consent", by="Z")).then_refused("party_was_invited")

    def test_of_two_parties_none_is_left_to_go_on(self) -> None:
        """The case ends; the closing notice says that it did and names nobody."""
        spec = Spec().given(ex.signing(), do("withdraw-consent", by="B"))
        assert phase(spec) == Phase.TERMINATED
        spec.when(do("issue-closing-document"))
        (notice,) = spec.new_frames()
        assert b'"B"' not in msgspec.json.encode(notice.event)

    def test_a_procedure_may_let_nobody_leave_before_its_first_note(self) -> None:
        """Refused as not possible yet, and possible once the protocol is out."""
        early = {
            'withdrawal_allowed_from = "any_time"': 'withdrawal_allowed_from = "protocol_issued"'
        }
        leaves = do("withdraw-consent", by="B")
        spec = Spec().given(house(early), ex.engaged()).when(leaves)
        spec.then_refused("leaving_is_possible_yet")
        rules = {"order_of_business": "Openings.", "ground_rules": "One at a time."}
        spec.given(do("issue-protocol", by="mediator", languages=["en"], **rules), leaves)
        assert phase(spec) == Phase.TERMINATED


class TestWrongEntry:
    """SC-11: a service entered on the wrong day, and a note in the wrong case."""

    def service(self, spec: Spec) -> Any:  # noqa: ANN401 - the frame of the entry
        """Find the entry of the service."""
        return next(f for f in spec.file.frames if isinstance(f.event, InvitationServed))

    def corrects(self, spec: Spec) -> Order:
        """The courier's receipt says 5 March; a second person looked at it."""
        return do(
            "correct-entry",
            target=self.service(spec).ref,
            changes={"occurred": "2026-03-05T10:00:00Z"},
            reason="The courier's receipt.",
            approved_by="person:second",
        )

    def answered(self) -> Spec:
        """Service is entered as of 12 March; B consents on 9 April."""
        spec = Spec().given(ex.registered(), do("issue-invitation", party="B"))
        spec.at(on(3, 12)).given(do("record-service", party="B"))
        return spec.at(on(4, 9)).given(do("give-consent", by="B"))

    def test_a_correction_of_a_critical_time_takes_two(self) -> None:
        """Nobody alone moves what a date hangs on."""
        spec = self.answered()
        alone = self.corrects(spec).data | {"approved_by": "person:clerk"}
        spec.when(do("correct-entry", **alone))
        spec.then_refused("correction_has_second_person")

    def test_a_correction_shortens_nothing_by_itself(self) -> None:
        """From 5 March the time would have ended on 7 April; it goes to review, and that is all."""
        spec = self.answered()
        assert date(spec, "reply-B").status == "met"
        spec.at(on(4, 15)).when(self.corrects(spec)).then(EntryCorrected, DeadlineReviewNeeded)
        assert date(spec, "reply-B").status == "review"
        assert phase(spec) == Phase.CONSENTED
        assert spec.file.seen_by(spec.file.rights("party:A")).intake.parties["B"].consent == (
            "consented"
        )

    def test_the_old_value_stays_readable(self) -> None:
        """As known on 9 April and as true on 9 April differ, and both are on record."""
        spec = self.answered()
        before = seen(spec, "party:A")
        spec.at(on(4, 15)).given(self.corrects(spec))
        assert seen(spec, "party:A")[: len(before)] == before
        entry = self.service(spec)
        assert str(entry.occurred).startswith("2026-03-12")
        assert spec.new_frames()[0].corrects == entry.ref

    def test_a_party_may_contest_the_correction(self) -> None:
        """And is answered, where the entry stands."""
        spec = self.answered()
        spec.given(self.corrects(spec))
        ref = spec.new_frames()[0].ref
        spec.when(do("contest-entry", by="A", target=ref, position="It came on the 12th."))
        spec.then(EntryContested)
        assert spec.new_frames()[0].room == "joint"

    def test_a_note_in_the_wrong_case_is_voided_where_it_stands(self) -> None:
        """It stays in its room, marked; nobody outside that room learns anything."""
        note = do("receive-in-caucus", by="mediator", party="A", text="Of another case.")
        spec = Spec().given(ex.mediating(), do("open-caucus", by="mediator", party="A"), note)
        eyes = seen(spec, "party:B"), seen(spec, "registry")
        voids = do(
            "void-entry",
            by="mediator",
            target="caucus:A:2",
            ground="wrong_case",
            approved_by="person:second",
        )
        spec.when(voids).then(EntryVoided)
        assert spec.new_frames()[0].room == "caucus:A"
        assert (seen(spec, "party:B"), seen(spec, "registry")) == eyes
