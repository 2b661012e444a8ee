"""Proving a settlement, stepping back from it, its parts, and what bodies outside do with it."""

from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from ledger.deadlines import DeadlineMet, DeadlineReviewNeeded, DeadlineSet
from ledger.parties import Phase
from ledger.settlement.events import (
    SettlementDraftPrepared,
    SettlementEnteredIntoForce,
    SettlementExecuted,
    SettlementSigned,
)
from ledger.settlement.evidence_events import (
    ConsentAwardRecorded,
    CoolingOffExercised,
    CourtOrderRecorded,
    InstitutionAttestationIssued,
    LegalOpinionKept,
    LegalReviewRecorded,
    LongStopPassed,
    MediatorCertificateIssued,
    PartialSettlementExecuted,
    RegistrationRecorded,
    SignatureAttemptFailed,
    TranslationCertified,
)
from ledger.settlement.instrument import Instrument
from ledger.settlement.state import Settlement
from tests.examples import accepted, mediating, tabled
from tests.spec import Order, Spec, do, given
from tests.unit.test_profile import house_but

V1, V2, FR = "a" * 64, "b" * 64, "f" * 64
SUMMER = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)
SECOND = "person:director"


def by_mediator(command: str, /, **data: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The mediator, who drafts, does something."""
    return do(command, by="mediator", **data)


def drafted(*defined: Order, **more: Any) -> list[Order]:  # noqa: ANN401 - fields of the draft
    """A first draft lies before A and B."""
    agreement = by_mediator("record-agreement-in-principle", proposal_id="P1")
    mandate = by_mediator("give-drafting-mandate")
    draft = by_mediator("prepare-draft", hash=V1, **more)
    return [tabled(), accepted(), agreement, mandate, draft, *defined]


def frozen(*defined: Order, **more: Any) -> list[Order]:  # noqa: ANN401 - fields of the draft
    """Its text is fixed and signatures are invited."""
    texts = {k: v for k, v in more.items() if k == "translations"}
    return [
        *drafted(*defined, **more),
        by_mediator("freeze-text", hash=V1, **texts),
        *(do("acknowledge-advice", by=party, advice="taken") for party in ("A", "B")),
        do("invite-signatures"),
    ]


def sign(by: str, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """A party signs."""
    return do("sign-settlement", by=by, hash=V1, **more)


def executed(*defined: Order, **more: Any) -> list[Order]:  # noqa: ANN401 - fields of the draft
    """Both signed."""
    return [*frozen(*defined, **more), sign("A"), sign("B")]


def case(*steps: Order, **keys: Any) -> Spec:  # noqa: ANN401 - values of a profile
    """Begin the first session, under the house's procedure but for some keys, and go on."""
    adopt = [do("adopt-profile", text=house_but(keys), default=True)] if keys else []
    return given(adopt, mediating(), *steps)


def seen(spec: Spec, viewer: str = "mediator") -> Settlement:
    """Look at the settlement with a viewer's eyes."""
    return spec.file.seen_by(spec.file.rights(viewer)).settlement


def instrument(spec: Spec, settlement_id: str = "SA1") -> Instrument:
    """Look at an instrument as the mediator sees it."""
    return seen(spec).instruments[settlement_id]


def whole(spec: Spec) -> tuple[Phase, str | None]:
    """Say where the case stands and how it ended."""
    found = spec.file.seen_by(spec.file.rights("registry"))
    return found.phase, found.outcome


def kinds(spec: Spec) -> list[str]:
    """Name everything recorded so far, in order."""
    return [type(frame.event).__name__ for frame in spec.file.frames]


class TestReviewing:
    """A draft is looked at, translated, and signed in error."""

    def review(self, by: str = "B", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
        """A lawyer looks."""
        plain = {"question": "enforceability", "outcome": "unsound", "opinion": "no day named"}
        return do("record-legal-review", by=by, **{**plain, **more})

    def test_what_a_partys_lawyer_found_stays_with_its_team(self) -> None:
        """Before all there is only that the draft was looked at."""
        spec = case(*drafted()).when(self.review()).then(LegalReviewRecorded, LegalOpinionKept)
        told, kept = spec.new_frames()
        assert (told.room, told.event.outcome) == ("joint", None)
        assert (kept.room, kept.event.outcome) == ("party:B", "unsound")
        assert seen(spec).reviews == ("LR1",)
        spec.when(self.review(review_id="LR1")).then_refused("id_is_new")

    def test_it_may_be_shared(self) -> None:
        """By its client; the mediator's expert is everybody's."""
        spec = case(*drafted()).when(self.review(share=True)).then(LegalReviewRecorded)
        assert spec.new_frames()[0].event.outcome == "unsound"
        spec.when(self.review("mediator")).then(LegalReviewRecorded)

    def certify(self, text: str = FR) -> Order:
        """The French text says the same."""
        return do("certify-translation", language="fr", hash=text, certifier="M. Lefèvre")

    def test_a_translation_is_certified_for_the_text_as_it_stands(self) -> None:
        """Once; a new version needs it anew."""
        spec = case(*drafted(translations={"fr": FR}))
        spec.when(self.certify(V2)).then_refused("translation_is_of_draft")
        spec.when(self.certify()).then(TranslationCertified)
        assert spec.new_frames()[0].event.prevailing == "en"
        assert instrument(spec).certified == ("fr",)
        spec.when(self.certify()).then_refused("translation_is_certified_once")
        spec.given(by_mediator("revise-draft", hash=V2, translations={"fr": FR}))
        assert instrument(spec).certified == ()

    def test_a_signature_on_another_text_is_refused_and_kept(self) -> None:
        """A refusal records nothing; the registry keeps the attempt, with the version it was of."""
        spec = case(*drafted(), by_mediator("revise-draft", hash=V2))
        spec.given(by_mediator("freeze-text", hash=V2))
        report = do("report-failed-signature", party="B", hash=V1, note="printed from draft 1")
        spec.when(report).then(SignatureAttemptFailed)
        assert spec.new_frames()[0].event.of_version == 1
        assert len(instrument(spec).failed_attempts) == 1
        assert not instrument(spec).signatures
        right = do("report-failed-signature", party="B", hash=V2)
        spec.when(right).then_refused("attempt_is_on_other_text")

    def test_a_text_is_fixed_before_it_is_signed_in_error(self) -> None:
        """A draft is nobody's to sign."""
        report = do("report-failed-signature", party="B", hash=V2)
        case(*drafted()).when(report).then_refused("text_is_frozen")


class TestProof:
    """The mediator certifies, the institution attests."""

    def attest(self, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
        """The institution attests."""
        plain = {"approved_by": SECOND, "requested_by": "A", "facts": "mediated here"}
        return do("attest-settlement", **{**plain, **more})

    def test_nothing_is_attested_before_it_is_executed(self) -> None:
        """Not even as a reported fact."""
        spec = case(*frozen(), sign("A")).when(self.attest())
        spec.then_refused("attestation_follows_execution")
        spec.when(self.attest(at_reported=True)).then_refused("attestation_follows_execution")
        spec.given(sign("B")).when(self.attest()).then(InstitutionAttestationIssued)
        assert spec.new_frames()[0].event.hash == V1
        assert instrument(spec).attestations == ("AT1",)

    def test_it_takes_two_persons(self) -> None:
        """The one at the keyboard does not approve it (I-22)."""
        spec = case(*executed()).when(self.attest(approved_by="person:clerk"))
        spec.then_refused("attestation_has_second_person")

    def test_on_request_somebody_asks(self) -> None:
        """Where the procedure says `always` nobody has to; a reported one is kept and marked."""
        unasked = self.attest(requested_by=None)
        spec = case(*executed()).when(unasked).then_refused("attestation_is_asked_for")
        spec.when(self.attest(requested_by=None, at_reported=True))
        spec.then_irregular("attestation_is_asked_for")
        always = case(*executed(), **{"settlement.institution_attests": "always"})
        always.when(unasked).then(InstitutionAttestationIssued)

    def test_a_procedure_may_know_none(self) -> None:
        """Then the institution never attests."""
        spec = case(*executed(), **{"settlement.institution_attests": "never"})
        spec.when(self.attest()).then_refused("institution_attests")

    def test_each_has_a_serial_of_its_own(self) -> None:
        """Given once."""
        spec = case(*executed(), self.attest(serial="X1"))
        spec.when(self.attest(serial="X1")).then_refused("id_is_new")

    def test_the_mediator_certifies_what_came_of_it(self) -> None:
        """A settlement, or an end; not what is still going on."""
        order = by_mediator("issue-mediator-certificate", text="Mediated.")
        case(*frozen()).when(order).then_refused("certificate_follows_an_end")
        spec = case(*executed()).when(order).then(MediatorCertificateIssued)
        assert spec.new_frames()[0].event.settlement_id == "SA1"
        assert len(seen(spec).certificates) == 1
        ended = case(by_mediator("declare-termination", mode="no_prospect", consulted=["A", "B"]))
        ended.when(order).then(MediatorCertificateIssued)
        assert ended.new_frames()[0].event.settlement_id is None


class TestCoolingOff:
    """Where the procedure gives days to step back, nothing is in force before they are over."""

    DAYS: ClassVar[dict[str, Any]] = {"settlement.cooling_off_days": 10}

    def back(self, by: str = "B", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
        """A party steps back."""
        return do("exercise-cooling-off", by=by, **more)

    def test_it_is_in_force_when_the_days_are_over(self) -> None:
        """By the clock, dated at their end."""
        spec = case(*executed(), **self.DAYS)
        assert instrument(spec).status == "executed"
        assert kinds(spec)[-2:] == ["DeadlineMet", "DeadlineSet"]
        spec.at(SUMMER).given(do("deliver-copy", to="A"))
        (force,) = [f for f in spec.file.frames if type(f.event) is SettlementEnteredIntoForce]
        assert (force.actor, force.occurred) == ("clock", instrument(spec).cooling_off_until)
        assert instrument(spec).status == "in_force"

    def test_a_party_steps_back_in_time(self) -> None:
        """The signatures are void, the talks go on, nothing is settled."""
        spec = case(*executed(), **self.DAYS)
        assert whole(spec) == (Phase.SETTLED, "settled")
        spec.when(self.back()).then(CoolingOffExercised, DeadlineMet)
        assert whole(spec) == (Phase.MEDIATING, None)
        found = instrument(spec)
        assert (found.status, found.signatures, len(found.voided)) == ("frozen", {}, 2)
        assert not seen(spec).executed
        spec.when(self.back()).then_refused("who_steps_back_has_signed")

    def test_after_the_days_it_is_too_late(self) -> None:
        """But one given in time and entered late counts, and is looked at."""
        spec = case(*executed(), **self.DAYS)
        in_time = spec.clock.at.isoformat()
        spec.at(SUMMER).when(self.back()).then_refused("cooling_off_runs")
        spec.given(do("deliver-copy", to="A")).when(self.back(at_occurred=in_time))
        assert [type(f.event) for f in spec.new_frames()][:2] == [
            CoolingOffExercised,
            DeadlineReviewNeeded,
        ]

    def test_without_days_nobody_steps_back(self) -> None:
        """The house knows none."""
        case(*executed()).when(self.back()).then_refused("cooling_off_runs")


class TestParts:
    """Each settlement of a part is an instrument of its own; the rest goes on (SC-06)."""

    def listed(self, *steps: Order) -> Spec:
        """Fees and dues are the issues."""
        issues = {"fees": "The fees", "dues": "The dues"}
        return case(do("define-scope", issues=issues, agreed_by=["A", "B"]), *steps)

    def test_a_part_says_which_issues_it_settles(self) -> None:
        """Of those listed; a whole names none."""
        before = drafted()[:-1]
        draft = {"hash": V1, "scope": "partial"}
        spec = self.listed(*before)
        spec.when(by_mediator("prepare-draft", **draft)).then_refused("part_names_listed_issues")
        lost = by_mediator("prepare-draft", **draft, issues=["weather"])
        spec.when(lost).then_refused("part_names_listed_issues")
        lost = by_mediator("prepare-draft", hash=V1, issues=["fees"])
        spec.when(lost).then_refused("part_names_listed_issues")
        right = by_mediator("prepare-draft", **draft, issues=["fees"])
        spec.when(right).then(SettlementDraftPrepared)

    def test_it_is_in_force_while_the_talks_go_on(self) -> None:
        """What it settles and what stays open follows from the last signature."""
        spec = self.listed(*frozen(scope="partial", issues=["fees"]), sign("A")).when(sign("B"))
        spec.then(
            SettlementSigned,
            SettlementExecuted,
            PartialSettlementExecuted,
            DeadlineMet,
            SettlementEnteredIntoForce,
        )
        part = spec.new_frames()[2].event
        assert (part.issues_settled, part.issues_open) == (("fees",), ("dues",))
        assert instrument(spec).status == "in_force"
        assert whole(spec) == (Phase.MEDIATING, "partly_settled")
        assert seen(spec).issues_settled == ("fees",)

    def test_the_last_part_settles_the_whole(self) -> None:
        """No issue is left open."""
        one = executed(scope="partial", issues=["fees"])
        spec = self.listed(*one, tabled(), accepted("P2"))
        spec.given(by_mediator("record-agreement-in-principle", proposal_id="P2"))
        spec.given(
            by_mediator("prepare-draft", hash=V1, scope="partial", issues=["dues"]),
            by_mediator("freeze-text", hash=V1),
            *(do("acknowledge-advice", by=party, advice="taken") for party in ("A", "B")),
            do("invite-signatures"),
            sign("A"),
            sign("B"),
        )
        assert whole(spec) == (Phase.SETTLED, "settled")

    def test_the_end_of_the_talks_does_not_touch_it(self) -> None:
        """A condition of it is met after the termination."""
        waits = by_mediator("define-condition", text="the board approves")
        spec = self.listed(*executed(waits, scope="partial", issues=["fees"]))
        spec.given(by_mediator("declare-termination", mode="no_prospect", consulted=["A", "B"]))
        assert whole(spec) == (Phase.TERMINATED, "partly_settled")
        spec.given(do("satisfy-condition", by="A", condition_id="CO1"))
        assert instrument(spec).status == "in_force"


class TestLongStop:
    """A condition with a last day fails by the clock when nobody says that it was met."""

    def waiting(self) -> Spec:
        """The board decides by 30 June."""
        until = by_mediator("define-condition", text="the board approves", long_stop="2026-06-30")
        return case(*executed(until))

    def test_its_last_day_is_a_date_like_any(self) -> None:
        """Counted to the end of that day at the seat; met when the condition is."""
        spec = self.waiting()
        (date,) = [
            f.event
            for f in spec.file.frames
            if type(f.event) is DeadlineSet and f.event.rule == "long_stop"
        ]
        assert (date.on, date.about) == ("2026-06-30", "CO1")
        spec.when(do("satisfy-condition", by="A", condition_id="CO1"))
        assert [type(f.event).__name__ for f in spec.new_frames()] == [
            "ConditionSatisfied",
            "DeadlineMet",
            "SettlementEnteredIntoForce",
        ]

    def test_the_clock_acts_on_it_once(self) -> None:
        """The condition has lapsed and the settlement does not enter into force."""
        spec = self.waiting().at(SUMMER).given(do("deliver-copy", to="A"))
        found = [f for f in spec.file.frames if type(f.event) is LongStopPassed]
        assert [f.actor for f in found] == ["clock"]
        assert instrument(spec).conditions["CO1"].status == "lapsed"
        assert instrument(spec).status == "failed"
        spec.given(do("deliver-copy", to="B"))
        assert sum(name == "LongStopPassed" for name in kinds(spec)) == 1
        late = do("satisfy-condition", by="A", condition_id="CO1")
        spec.when(late).then_refused("condition_is_open")

    def test_met_in_time_and_entered_late_it_counts_and_is_reviewed(self) -> None:
        """The board approved on 29 June; the proof came in August (I-14)."""
        spec = self.waiting().at(SUMMER).given(do("deliver-copy", to="A"))
        met = do(
            "satisfy-condition", by="A", condition_id="CO1", at_occurred="2026-06-29T10:00:00Z"
        )
        spec.given(met)
        assert any(type(f.event) is DeadlineReviewNeeded for f in spec.new_frames())
        assert instrument(spec).status == "in_force"


class TestOutside:
    """What bodies outside did with a settlement is on record."""

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("record-registration", RegistrationRecorded),
            ("record-court-order", CourtOrderRecorded),
            ("record-consent-award", ConsentAwardRecorded),
        ],
    )
    def test_it_is_recorded_with_its_day(self, name: str, kind: type[Any]) -> None:
        """Of an executed settlement alone; no day there is not is taken."""
        fields: dict[str, Any] = {"on": "2026-07-01", "body": "a body", "consented": ["A", "B"]}
        spec = case(*executed()).when(do(name, **fields)).then(kind)
        assert len(seen(spec).taken) == 1
        case(*frozen()).when(do(name, **fields)).then_refused("instrument_is_executed")
        assert not spec.order(do(name, **{**fields, "on": "2026-02-30"})).done

    @pytest.mark.parametrize("name", ["record-court-order", "record-consent-award"])
    def test_it_is_made_enforceable_with_the_others_consent(self, name: str) -> None:
        """A reported order without B's consent is kept and marked."""
        alone = {"on": "2026-07-01", "body": "a court"}
        spec = case(*executed()).when(do(name, by="A", **alone)).then_refused("others_consented")
        spec.when(do(name, by="A", **alone, at_reported=True)).then_irregular("others_consented")
