"""The settlement: what is drafted, frozen, signed, and what follows without anybody entering it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from ledger.catalogue import DECIDERS, decode_command
from ledger.deadlines import DeadlineMet, DeadlineReviewNeeded, DeadlineSet, DeadlineWaived
from ledger.envelope import Frame, content_fields
from ledger.errors import DecodeError
from ledger.intake.events import AuthorityLimited
from ledger.parties import Agreement, Authority, Mandate, Party, Phase
from ledger.reasons import ReasonsGiven
from ledger.settlement.commands import DECIDE
from ledger.settlement.due import overdue as lapsing
from ledger.settlement.events import (
    EVENTS,
    AdviceAcknowledged,
    ConditionDefined,
    ConditionFailed,
    ConditionSatisfied,
    ConditionWaived,
    DraftCommented,
    DraftingMandateGiven,
    DraftRevised,
    MediatorSignedAsEvidence,
    ObligationDefined,
    RightDefined,
    SettlementCopyDelivered,
    SettlementDraftPrepared,
    SettlementEnteredIntoForce,
    SettlementExecuted,
    SettlementSigned,
    SignatureInvited,
    SignatureRefused,
    SignatureWindowLapsed,
    TextFrozen,
    TextUnfrozen,
)
from ledger.settlement.instrument import Instrument
from ledger.settlement.state import Settlement, evolve
from ledger.terms import Money
from tests.examples import accepted, mediating, tabled
from tests.spec import Order, Spec, do, given
from tests.unit.part import HOUSE, Part, standing

V1, V2, OTHER = "1" * 64, "2" * 64, "9" * 64
TAGS = [str(kind.__struct_config__.tag) for kind in DECIDE]
PAST_WINDOW = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


def eur(amount: str) -> dict[str, str]:
    """Make an amount of money."""
    return {"amount": amount, "currency": "EUR"}


def by_mediator(command: str, /, **data: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The mediator, who drafts, does something."""
    return do(command, by="mediator", **data)


def agreed(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """The parties agreed in principle."""
    yes = [accepted(by=party) for party in parties[1:]]
    agreement = by_mediator("record-agreement-in-principle", proposal_id="P1")
    return [*mediating(parties), tabled(), *yes, agreement]


def drafted(*defined: Order, parties: tuple[str, ...] = ("A", "B"), **more: Any) -> list[Order]:  # noqa: ANN401 - fields of the draft
    """The mediator laid a first draft before them."""
    mandate = by_mediator("give-drafting-mandate")
    return [*agreed(parties), mandate, by_mediator("prepare-draft", hash=V1, **more), *defined]


def frozen(*defined: Order, parties: tuple[str, ...] = ("A", "B"), **more: Any) -> list[Order]:  # noqa: ANN401 - fields of the draft
    """The text is fixed and everybody spoke on advice."""
    advice = [do("acknowledge-advice", by=party, advice="taken") for party in parties]
    texts = {k: v for k, v in more.items() if k == "translations"}
    freeze = by_mediator("freeze-text", hash=V1, **texts)
    return [*drafted(*defined, parties=parties, **more), freeze, *advice]


def signing(*defined: Order, parties: tuple[str, ...] = ("A", "B"), **more: Any) -> list[Order]:  # noqa: ANN401 - fields of the draft
    """Signatures are invited."""
    return [*frozen(*defined, parties=parties, **more), do("invite-signatures")]


def sign(by: str, text: str = V1, **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """A party signs."""
    return do("sign-settlement", by=by, hash=text, **more)


def executed(*defined: Order, **more: Any) -> list[Order]:  # noqa: ANN401 - fields of the draft
    """Both signed."""
    return [*signing(*defined, **more), sign("A"), sign("B")]


def pays(amount: str = "325000", obligor: str = "B", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The draft obliges one party to pay."""
    obligee = "A" if obligor == "B" else "B"
    fields = {"obligor": obligor, "obligee": obligee, "act": "pay", "amount": eur(amount)}
    return by_mediator("define-obligation", **{**fields, **more})


def needs(**more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The draft depends on the board."""
    return by_mediator("define-condition", text="the board approves", **more)


def seen(spec: Spec, viewer: str = "mediator") -> Settlement:
    """Look at the settlement with a viewer's eyes."""
    return spec.file.seen_by(spec.file.rights(viewer)).settlement


def instrument(spec: Spec, settlement_id: str = "SA1") -> Instrument:
    """Look at an instrument as the mediator sees it."""
    return seen(spec).instruments[settlement_id]


def phase(spec: Spec) -> str:
    """Look at the main phase."""
    return spec.file.seen_by(spec.file.rights("registry")).phase


class TestDrafting:
    """A text comes about."""

    def test_the_parties_say_who_drafts(self) -> None:
        """After an agreement in principle; the case goes on to drafting."""
        spec = given(agreed()).when(by_mediator("give-drafting-mandate", assisted_by=["counsel"]))
        spec.then(DraftingMandateGiven)
        assert (seen(spec).drafter, phase(spec)) == ("mediator", "DRAFTING")

    def test_nothing_agreed_is_nothing_to_draft(self) -> None:
        """A reported mandate is kept and marked."""
        spec = given(mediating()).when(by_mediator("give-drafting-mandate"))
        spec.then_refused("agreement_in_principle_exists")
        spec.when(by_mediator("give-drafting-mandate", at_reported=True))
        spec.then_irregular("agreement_in_principle_exists")

    def test_the_drafter_is_of_the_case(self) -> None:
        """Z is nobody here."""
        spec = given(agreed()).when(by_mediator("give-drafting-mandate", drafter="Z"))
        spec.then_refused("drafter_is_mediator_or_party")

    def test_all_parties_say_who_drafts(self) -> None:
        """B was not asked."""
        order = by_mediator("give-drafting-mandate", drafter="A", agreed_by=["A"])
        given(agreed()).when(order).then_refused("all_parties_agree")

    def test_a_first_draft_takes_its_terms_from_what_was_agreed(self) -> None:
        """Its clauses point to those of the proposal."""
        spec = given(agreed(), by_mediator("give-drafting-mandate"))
        order = by_mediator("prepare-draft", hash=V1, clause_map={"1": "c1"}, title="Draft")
        spec.when(order).then(SettlementDraftPrepared)
        assert spec.new_frames()[0].event.source_proposal == "P1"
        found = instrument(spec)
        assert (found.draft_version, found.hash, found.status) == (1, V1, "draft")

    def test_only_who_was_asked_drafts(self) -> None:
        """The mediator was asked, not A."""
        order = do("prepare-draft", by="A", hash=V1)
        given(agreed(), by_mediator("give-drafting-mandate")).when(order).then_refused(
            "drafter_has_mandate"
        )

    def test_somebody_was_asked_to_draft(self) -> None:
        """Nobody was."""
        given(agreed()).when(by_mediator("prepare-draft", hash=V1)).then_refused(
            "drafter_has_mandate"
        )

    def test_a_settlement_is_named_once(self) -> None:
        """SA1 is taken; a second instrument has another name."""
        order = by_mediator("prepare-draft", hash=V2, settlement_id="SA1")
        spec = given(drafted()).when(order).then_refused("id_is_new")
        spec.when(by_mediator("prepare-draft", hash=V2, scope="partial"))
        spec.then(SettlementDraftPrepared)
        assert seen(spec).latest() == "SA2"

    def test_a_settlement_is_drafted_before_all(self) -> None:
        """Not in a caucus."""
        order = by_mediator("prepare-draft", hash=V2, at_room="caucus:A")
        given(drafted()).when(order).then_refused("settlement_room_is_joint")

    def test_a_draft_that_is_not_there_is_not_revised(self) -> None:
        """SA9 was never prepared."""
        order = by_mediator("revise-draft", hash=V2, settlement_id="SA9")
        given(drafted()).when(order).then_refused("instrument_is_known")

    def test_a_revision_is_the_next_version_and_answers_the_comments(self) -> None:
        """Version 2 with another hash; the comment on version 1 is closed."""
        spec = given(drafted(), do("comment-draft", by="A", comment="clause 3 names no day"))
        assert len(instrument(spec).comments) == 1
        spec.when(by_mediator("revise-draft", hash=V2, changes="a day")).then(DraftRevised)
        found = instrument(spec)
        assert (found.draft_version, found.hash, found.comments) == (2, V2, ())
        assert found.versions == {1: V1, 2: V2}

    def test_a_revision_changes_the_text(self) -> None:
        """The same hash is the same text."""
        order = by_mediator("revise-draft", hash=V1)
        given(drafted()).when(order).then_refused("revision_changes_text")

    def test_a_revision_drops_what_it_no_longer_has(self) -> None:
        """The obligation is gone from the text."""
        spec = given(drafted(pays(), by_mediator("define-right", holder="A", text="berth 4")))
        spec.when(by_mediator("revise-draft", hash=V2, drops=["OB1", "RI1"])).then(DraftRevised)
        assert not instrument(spec).duties
        assert not instrument(spec).rights

    def test_only_what_is_there_is_dropped(self) -> None:
        """There is no OB7."""
        order = by_mediator("revise-draft", hash=V2, drops=["OB7"])
        given(drafted()).when(order).then_refused("names_are_defined")

    def test_a_party_comments_before_all_or_among_its_own(self) -> None:
        """What A's team says among itself stays there and closes nothing."""
        spec = given(drafted()).when(do("comment-draft", by="A", comment="good"))
        spec.then(DraftCommented)
        spec.when(do("comment-draft", by="A", comment="too dear", at_room="party:A"))
        spec.then(DraftCommented)
        assert len(instrument(spec).comments) == 1
        assert seen(spec, "party:A").own_comments["party:A"]
        assert not seen(spec, "party:B").own_comments

    def test_a_comment_is_named_once(self) -> None:
        """K is taken in that room."""
        order = do("comment-draft", by="A", comment="x", comment_id="K")
        given(drafted(), order).when(order).then_refused("id_is_new")

    def test_a_party_does_not_comment_in_a_caucus(self) -> None:
        """The mediator's room is for confidences."""
        order = do("comment-draft", by="A", comment="x", at_room="caucus:A")
        given(drafted()).when(order).then_refused("comment_room_is_joint_or_own")


class TestDefining:
    """The text obliges, entitles and depends."""

    def test_what_is_owed_is_defined(self) -> None:
        """Structure in the frame, act and amount in the content."""
        spec = given(drafted()).when(pays(due="2026-09-30")).then(ObligationDefined)
        duty = instrument(spec).duties["OB1"]
        assert (duty.obligor, duty.obligee, duty.due) == ("B", "A", "2026-09-30")
        assert content_fields(ObligationDefined) == ("act", "amount", "proof", "on_breach")
        assert not seen(spec).obligations, "nothing is owed under a draft"

    def test_rights_and_conditions_are_defined(self) -> None:
        """Each with the next number."""
        spec = given(drafted()).when(by_mediator("define-right", holder="A", text="berth 4"))
        spec.then(RightDefined).when(needs(beneficiary="B", long_stop="2026-12-31"))
        spec.then(ConditionDefined)
        assert list(instrument(spec).rights) == ["RI1"]
        assert instrument(spec).conditions["CO1"].beneficiary == "B"

    def test_nobody_owes_themselves(self) -> None:
        """B to B."""
        given(drafted()).when(pays(obligee="B")).then_refused("obligor_owes_another")

    @pytest.mark.parametrize(
        "order",
        [
            pays(obligee="Z"),
            by_mediator("define-right", holder="Z", text="x"),
            needs(beneficiary="Z"),
        ],
    )
    def test_only_parties_owe_and_benefit(self, order: Order) -> None:
        """Z is nobody here."""
        given(drafted()).when(order).then_refused("party_is_known")

    def test_an_obligation_falls_due_in_one_way(self) -> None:
        """A day and a number of days could contradict each other."""
        order = pays(due="2026-09-30", due_days=30)
        given(drafted()).when(order).then_refused("due_is_stated_once")

    @pytest.mark.parametrize("order", [pays(due="2026-02-30"), needs(long_stop="2026-13-01")])
    def test_a_day_is_one_there_is(self, order: Order) -> None:
        """30 February is none."""
        spec = given(drafted()).when(order)
        assert spec.answer is not None
        assert spec.answer.field in ("due", "long_stop")

    def test_an_obligation_depends_on_what_is_defined(self) -> None:
        """There is no CO1."""
        given(drafted()).when(pays(depends_on=["CO1"])).then_refused("names_are_defined")

    def test_a_name_stands_for_one_thing(self) -> None:
        """Defined again only on purpose."""
        spec = given(drafted(pays(obligation_id="X")))
        spec.when(pays("1", obligation_id="X")).then_refused("name_is_new_or_replaced")
        spec.when(needs(condition_id="X")).then_refused("name_is_new_or_replaced")
        spec.when(pays("1", obligation_id="X", due="2026-09-30", replaces=True))
        spec.then(ObligationDefined)
        assert instrument(spec).duties["X"].due == "2026-09-30"

    def test_only_what_is_there_is_replaced(self) -> None:
        """There is no X."""
        order = pays(obligation_id="X", replaces=True)
        given(drafted()).when(order).then_refused("name_is_new_or_replaced")


class TestFreezing:
    """The text is fixed, and opened again."""

    def test_all_fix_the_text(self) -> None:
        """It cannot be changed any more."""
        spec = given(drafted()).when(by_mediator("freeze-text", hash=V1)).then(TextFrozen)
        assert instrument(spec).status == "frozen"
        spec.when(by_mediator("revise-draft", hash=V2)).then_refused("text_is_not_frozen")
        spec.when(pays()).then_refused("text_is_not_frozen")

    def test_the_latest_text_is_fixed(self) -> None:
        """Version 1 is history; the refusal says which text it was."""
        spec = given(drafted(), by_mediator("revise-draft", hash=V2))
        spec.when(by_mediator("freeze-text", hash=V1)).then_refused("frozen_text_is_current_draft")
        assert spec.answer is not None
        assert spec.answer.why == "this is not the text of draft 2, but of draft 1"

    def test_every_language_is_fixed(self) -> None:
        """The French text is missing."""
        spec = given(drafted(translations={"fr": V2}))
        spec.when(by_mediator("freeze-text", hash=V1)).then_refused("frozen_text_is_current_draft")
        spec.when(by_mediator("freeze-text", hash=V1, translations={"fr": V2})).then(TextFrozen)

    def test_comments_are_answered_before(self) -> None:
        """By a new version, or because the parties let them rest."""
        comment = do("comment-draft", by="A", comment="x", comment_id="K1")
        spec = given(drafted(), comment).when(by_mediator("freeze-text", hash=V1))
        spec.then_refused("comments_are_closed")
        spec.when(by_mediator("freeze-text", hash=V1, settled_comments=["K1"])).then(TextFrozen)
        assert instrument(spec).comments == ()

    def test_the_text_names_what_the_profile_asks_for(self) -> None:
        """The house wants six things; one left out is refused, and marked where reported."""
        spec = given(drafted())
        some = {"hash": V1, "contains": ["parties", "terms", "date"]}
        spec.when(by_mediator("freeze-text", **some)).then_refused("text_contains_what_is_asked")
        assert spec.answer is not None
        missing = "the text does not name: mediators, institution, certification"
        assert spec.answer.why == missing
        reported = do("freeze-text", by="mediator", at_reported=True, **some)
        spec.when(reported).then_irregular("text_contains_what_is_asked")
        (frame,) = spec.new_frames()
        assert frame.event.contains == ("parties", "terms", "date")

    def test_who_freezes_declares_it_complete_unless_said_otherwise(self) -> None:
        """What the profile asks for stands in the event."""
        spec = given(drafted()).when(by_mediator("freeze-text", hash=V1))
        (frame,) = spec.new_frames()
        assert frame.event.contains == HOUSE.settlement.must_contain

    def test_all_parties_fix_it(self) -> None:
        """A alone does not; reported, it is kept and marked."""
        spec = given(drafted()).when(by_mediator("freeze-text", hash=V1, agreed_by=["A"]))
        spec.then_refused("all_parties_agree")
        order = by_mediator("freeze-text", hash=V1, agreed_by=["A"], at_reported=True)
        spec.when(order).then_irregular("all_parties_agree")

    def test_a_change_asked_for_opens_it_and_voids_signatures_visibly(self) -> None:
        """A had signed; its signature is listed as void (I-12)."""
        spec = given(signing(), sign("A")).when(do("unfreeze-text", by="B", change_asked="30 days"))
        spec.then(TextUnfrozen, DeadlineWaived)
        found = instrument(spec)
        assert (found.status, dict(found.signatures)) == ("draft", {})
        assert [(s.party, s.hash, s.void) for s in found.voided] == [("A", V1, True)]
        assert spec.new_frames()[0].event.voided == ("A",)
        assert phase(spec) == "DRAFTING"

    def test_only_a_fixed_text_is_opened(self) -> None:
        """It is a draft."""
        given(drafted()).when(do("unfreeze-text", by="B")).then_refused("text_is_frozen")

    def test_an_executed_text_is_never_opened(self) -> None:
        """It is signed; what follows is an amendment."""
        order = do("unfreeze-text", by="B", at_reported=True)
        given(executed()).when(order).then_refused("text_is_frozen")

    def test_an_executed_text_is_never_changed(self) -> None:
        """Nor revised."""
        order = by_mediator("revise-draft", hash=V2, at_reported=True)
        given(executed()).when(order).then_refused("text_is_not_frozen")

    def test_each_party_speaks_on_advice(self) -> None:
        """A took it, B declined after being told."""
        spec = given(drafted()).when(do("acknowledge-advice", by="A", advice="taken"))
        spec.then(AdviceAcknowledged)
        spec.given(do("acknowledge-advice", by="B", advice="declined_after_being_told"))
        assert instrument(spec).advice == {"A": "taken", "B": "declined_after_being_told"}


class TestSigning:
    """The frozen text is signed, by those who may, within what they may."""

    def test_signatures_are_invited_with_a_window(self) -> None:
        """Thirty days by the profile; the case goes on to signing."""
        spec = given(frozen()).when(do("invite-signatures", method="ink"))
        spec.then(SignatureInvited, DeadlineSet)
        date = spec.new_frames()[1].event
        assert (date.rule, date.on, date.about) == ("signature", "2026-04-01", "SA1")
        assert (instrument(spec).status, phase(spec)) == ("signing", "SIGNING")

    def test_no_window_runs_from_a_day_nobody_recorded(self) -> None:
        """An old file does not say when signatures were invited."""
        order = do("invite-signatures", at_reported=True, at_occurred="not recorded")
        given(frozen()).when(order).then(SignatureInvited)

    def test_a_draft_is_not_signed(self) -> None:
        """First it is fixed."""
        given(drafted()).when(do("invite-signatures")).then_refused("text_is_frozen")

    @pytest.mark.parametrize("signatories", [["A"], ["A", "B", "B"]])
    def test_every_party_is_asked_to_sign_once(self, signatories: list[str]) -> None:
        """Nobody is left out and nobody counts twice."""
        order = do("invite-signatures", signatories=signatories)
        given(frozen()).when(order).then_refused("signatories_are_named")

    def test_the_last_signature_executes(self) -> None:
        """Execution and force follow in the same decision; nobody enters them (I-13)."""
        spec = given(signing()).when(sign("A")).then(SettlementSigned)
        assert instrument(spec).missing() == ("B",)
        spec.when(sign("B", capacity="director"))
        spec.then(SettlementSigned, SettlementExecuted, DeadlineMet, SettlementEnteredIntoForce)
        assert (instrument(spec).status, phase(spec)) == ("in_force", "SETTLED")
        assert seen(spec).executed
        assert not [name for name in TAGS if "execute" in name]

    def test_a_partial_settlement_leaves_the_talks_open(self) -> None:
        """SC-06: it is in force while the case goes on."""
        spec = given(executed(scope="partial"))
        assert (instrument(spec).status, phase(spec)) == ("in_force", "MEDIATING")

    def test_another_text_is_not_signed(self) -> None:
        """SC-09: B printed version 1; version 2 is frozen, and the refusal says so."""
        spec = given(signing(), sign("A"), do("unfreeze-text", by="B"))
        spec.given(by_mediator("revise-draft", hash=V2), by_mediator("freeze-text", hash=V2))
        spec.given(do("invite-signatures")).when(sign("B", V1))
        spec.then_refused("signed_text_is_frozen_text")
        assert spec.answer is not None
        assert spec.answer.why == (
            "the text signed is not draft 2, which is frozen, but of draft 1"
        )
        spec.when(sign("B", V2)).then(SettlementSigned)
        assert not seen(spec).executed, "A's signature on version 1 does not count"
        spec.when(sign("A", V2))
        spec.then(SettlementSigned, SettlementExecuted, DeadlineMet, SettlementEnteredIntoForce)

    def test_an_unknown_text_is_not_signed(self) -> None:
        """Reported or not: the signature is on another paper."""
        spec = given(signing()).when(sign("B", OTHER)).then_refused("signed_text_is_frozen_text")
        spec.when(sign("B", OTHER, at_reported=True)).then_refused("signed_text_is_frozen_text")

    def test_every_language_is_signed(self) -> None:
        """English prevails, French is signed with it."""
        spec = given(signing(translations={"fr": V2})).when(sign("A"))
        spec.then_refused("signed_text_is_frozen_text")
        spec.when(sign("A", translations={"fr": V2})).then(SettlementSigned)

    def test_a_text_is_signed_once(self) -> None:
        """A's signature stands."""
        given(signing(), sign("A")).when(sign("A")).then_refused("party_signs_once")

    def test_nothing_is_signed_uninvited(self) -> None:
        """The text is fixed, nobody was asked yet."""
        order = sign("A", at_reported=True)
        given(frozen()).when(order).then_refused("signatory_is_invited")

    def test_advice_comes_before_the_signature(self) -> None:
        """A reported signature without it is kept and marked."""
        steps = [*drafted(), by_mediator("freeze-text", hash=V1), do("invite-signatures")]
        spec = given(steps).when(sign("A")).then_refused("advice_is_acknowledged")
        spec.when(sign("A", at_reported=True)).then_irregular("advice_is_acknowledged")

    def test_the_mediator_does_not_sign_as_a_party(self) -> None:
        """It signs as evidence, after the parties."""
        order = do("sign-settlement", by="mediator", hash=V1)
        given(signing()).when(order).then_refused("role_may_give_command")

    def test_a_refusal_ends_the_round_and_keeps_its_reasons(self) -> None:
        """A sees the refusal; the talks go on, and A's signature on the text stands."""
        spec = given(signing(), sign("A"))
        spec.when(do("refuse-signature", by="B", reasons="the French says 45 days"))
        spec.then(SignatureRefused, DeadlineWaived, ReasonsGiven)
        assert [frame.room for frame in spec.new_frames()] == ["joint", "joint", "caucus:B"]
        assert (instrument(spec).status, phase(spec)) == ("frozen", "MEDIATING")
        spec.when(sign("B", at_reported=True)).then_refused("invitation_is_open")
        spec.given(do("invite-signatures")).when(sign("B"))
        spec.then(SettlementSigned, SettlementExecuted, DeadlineMet, SettlementEnteredIntoForce)

    def test_only_who_was_asked_refuses(self) -> None:
        """Nobody was."""
        order = do("refuse-signature", by="B", at_reported=True)
        given(frozen()).when(order).then_refused("signatory_is_invited")

    def test_the_window_lapses_by_the_clock(self) -> None:
        """B had not signed; the talks are open again, and signing needs a new invitation."""
        spec = given(signing(), sign("A")).at(PAST_WINDOW).given(tabled("B"))
        lapsed = [f for f in spec.file.frames if isinstance(f.event, SignatureWindowLapsed)]
        assert [f.occurred for f in lapsed] == ["2026-04-01T21:59:59.999999Z"]
        assert instrument(spec).missing() == ("B",)
        assert (instrument(spec).status, phase(spec)) == ("frozen", "MEDIATING")
        spec.when(sign("B", at_reported=True)).then_refused("invitation_is_open")
        spec.given(do("invite-signatures"), sign("B"))
        assert seen(spec).executed

    def test_a_signature_in_time_but_entered_late_counts_and_is_reviewed(self) -> None:
        """B signed on 30 March; the paper arrived in May (I-14)."""
        spec = given(signing(), sign("A")).at(PAST_WINDOW).given(tabled("B"))
        spec.when(sign("B", at_reported=True, at_occurred="2026-03-30T12:00:00Z"))
        kinds = [type(frame.event) for frame in spec.new_frames()][:3]
        assert kinds == [SettlementSigned, DeadlineReviewNeeded, SettlementExecuted]
        signed, review = spec.new_frames()[:2]
        assert review.event.about == signed.ref

    def test_a_window_lapses_once_and_in_the_joint_room_alone(self) -> None:
        """Asked for another room or after the end, the clock has nothing to say."""
        spec = given(signing())
        case = spec.file.seen_by(spec.file.rights("mediator"))
        around = case.standing()
        assert not lapsing(case.settlement, around, HOUSE, PAST_WINDOW, "caucus:A")
        ended = msgspec.structs.replace(around, phase=Phase.TERMINATED)
        assert not lapsing(case.settlement, ended, HOUSE, PAST_WINDOW, "joint")
        assert not lapsing(case.settlement, around, HOUSE, spec.clock.at, "joint")
        assert len(lapsing(case.settlement, around, HOUSE, PAST_WINDOW, "joint")) == 1


class TestLimits:
    """Nobody signs for more than its authority allows (SC-01)."""

    def holt(self, ceiling: str | None, *powers: str) -> Order:
        """B authorises Holt up to a ceiling."""
        limit = {} if ceiling is None else {"ceiling": eur(ceiling)}
        named = list(powers) or ["negotiate", "settle", "sign"]
        return do("authorise-representative", by="B", person="person:holt", powers=named, **limit)

    def test_the_price_above_the_ceiling_is_not_signed(self) -> None:
        """Step 10: 1.3 M against 1 M; the refusal names what is missing."""
        spec = given(signing(pays("1300000")), self.holt("1000000"))
        spec.when(sign("B", at_actor="person:holt")).then_refused("signature_within_limits")
        assert spec.answer is not None
        assert spec.answer.why == (
            "the authority of person:holt goes up to 1000000 EUR and B would owe 1300000 EUR"
        )
        assert spec.answer.needs == (
            "an authority of person:holt to sign up to 1300000 EUR (authorise-representative)"
        )
        spec.given(self.holt(None)).when(sign("B", at_actor="person:holt")).then(SettlementSigned)

    def test_instalments_count_together(self) -> None:
        """Four times 325 k are 1.3 M."""
        four = [pays("325000") for _ in range(4)]
        spec = given(signing(*four), self.holt("1299999.99"))
        spec.when(sign("B", at_actor="person:holt")).then_refused("signature_within_limits")
        spec.given(self.holt("1300000")).when(sign("B", at_actor="person:holt"))
        spec.then(SettlementSigned)

    def test_what_the_other_owes_does_not_count(self) -> None:
        """A pays; B's limit is not touched."""
        spec = given(signing(pays("1300000", obligor="A")), self.holt("1"))
        spec.when(sign("B", at_actor="person:holt")).then(SettlementSigned)

    def test_who_may_not_sign_does_not_sign(self) -> None:
        """Holt may settle, not sign."""
        spec = given(signing(), self.holt(None, "negotiate", "settle"))
        spec.when(sign("B", at_actor="person:holt")).then_refused("actor_has_power")

    def test_the_refusal_reaches_nobody_else(self) -> None:
        """A cannot tell from the record that B has a ceiling."""
        spec = given(signing(pays("1300000")), self.holt("1000000"))
        before = seen(spec, "party:A")
        spec.when(sign("B", at_actor="person:holt")).then_refused("signature_within_limits")
        assert seen(spec, "party:A") == before

    def alone(self, limits: AuthorityLimited) -> Part[Settlement]:
        """Begin at the signing table with these limits of B's representative."""
        person = "person:holt"
        known = {
            "authorities": {
                (p, who): Authority(
                    p,
                    who,
                    ("negotiate", "settle", "sign"),
                    "joint:1",
                    limits_ref="party:B:1" if p == "B" else None,
                )
                for p, who in (("A", "person:abe"), ("B", person))
            },
            "agreement": Agreement("joint:1", None, ("c1",)),
        }
        table = Part(DECIDE, own, Settlement(), standing(**known))
        table.events["party:B:1"] = limits
        table.do("give-drafting-mandate")
        table.do("prepare-draft", hash=V1)
        owed = {"obligor": "B", "obligee": "A", "act": "pay"}
        table.do("define-obligation", **owed, amount=eur("5"))
        table.do("freeze-text", hash=V1)
        table.do("acknowledge-advice", "B", advice="taken")
        table.do("invite-signatures", "registry")
        return table

    def test_limits_that_were_erased_stop_the_signature(self) -> None:
        """What cannot be read cannot be kept to."""
        gone = AuthorityLimited(party="B", person="person:holt", limits=UNSET, ceiling=UNSET)
        self.alone(gone).refuses("content_is_erased", "sign-settlement", "B", hash=V1)

    def test_an_obligation_that_was_erased_stops_a_limited_signature(self) -> None:
        """Its amount cannot be compared."""
        limits = AuthorityLimited(party="B", person="person:holt", ceiling=Money("10", "EUR"))
        table = self.alone(limits)
        ref = table.state.instruments["SA1"].duties["OB1"].ref
        kept = table.events[ref]
        table.events[ref] = msgspec.structs.replace(kept, amount=UNSET)
        table.refuses("content_is_erased", "sign-settlement", "B", hash=V1)
        table.events[ref] = kept
        table.do("sign-settlement", "B", hash=V1)

    def test_an_amount_in_another_currency_is_beyond_the_ceiling(self) -> None:
        """A ceiling in crowns says nothing of euros."""
        limits = AuthorityLimited(party="B", person="person:holt", ceiling=Money("10", "NOK"))
        refusal = self.alone(limits).refuses(
            "signature_within_limits", "sign-settlement", "B", hash=V1
        )
        assert "EUR" in refusal.why


class TestForce:
    """Conditions hold a settlement back; without them it is in force at once."""

    def test_obligations_fall_due_by_rule_or_on_their_day(self) -> None:
        """A fixed day, thirty days after entry into force with its arithmetic, or no day."""
        spec = given(executed(pays(due="2026-09-30"), pays(due_days=30), pays()))
        owed = seen(spec).obligations
        assert [(o.due, o.in_force) for o in owed.values()] == [
            ("2026-09-30", True),
            ("2026-04-01", True),
            (None, True),
        ]
        force = spec.file.frames[-1].event
        assert isinstance(force, SettlementEnteredIntoForce)
        assert "30 calendar days from entry into force" in force.dues[1].arithmetic

    def test_a_condition_precedent_holds_everything_back(self) -> None:
        """Executed, not in force; no day yet."""
        spec = given(executed(pays(due="2026-09-30"), needs()))
        assert instrument(spec).status == "executed"
        assert [(o.due, o.in_force) for o in seen(spec).obligations.values()] == [(None, False)]
        spec.when(do("satisfy-condition", by="A", condition_id="CO1", proof="minutes"))
        spec.then(ConditionSatisfied, SettlementEnteredIntoForce)
        assert instrument(spec).status == "in_force"
        assert seen(spec).obligations["OB1"].due == "2026-09-30"

    def test_every_condition_precedent_is_met_first(self) -> None:
        """One of two."""
        spec = given(executed(needs(), needs()))
        spec.when(do("satisfy-condition", by="A", condition_id="CO1")).then(ConditionSatisfied)
        assert instrument(spec).status == "executed"

    def test_a_later_condition_holds_back_its_obligation_alone(self) -> None:
        """Its thirty days run from the condition, not from the force."""
        later = needs(kind="subsequent")
        spec = given(executed(later, pays(depends_on=["CO1"], due_days=30), pays(due_days=1)))
        assert [o.due for o in seen(spec).obligations.values()] == [None, "2026-03-03"]
        spec.at(datetime(2026, 4, 1, 9, 0, tzinfo=UTC))
        spec.when(do("satisfy-condition", by="A", condition_id="CO1"))
        own = [f.event for f in spec.new_frames() if f.channel != "clock"]
        assert [type(event) for event in own] == [ConditionSatisfied]
        assert seen(spec).obligations["OB1"].due == "2026-05-04", "1 May, Saturday, Sunday are free"

    def test_no_day_is_counted_from_a_moment_nobody_recorded(self) -> None:
        """The obligation stays without a day."""
        spec = given(signing(pays(due_days=30)), sign("A"))
        spec.when(sign("B", at_reported=True, at_occurred="not recorded"))
        assert seen(spec).executed
        assert seen(spec).obligations["OB1"].due is None
        done = [f.event for f in spec.new_frames() if isinstance(f.event, SettlementExecuted)]
        assert [event.on for event in done] == [None]

    def test_a_failed_condition_precedent_ends_it(self) -> None:
        """It never enters into force."""
        spec = given(executed(needs()))
        spec.when(do("fail-condition", by="A", condition_id="CO1")).then(ConditionFailed)
        assert instrument(spec).status == "failed"
        spec.when(do("satisfy-condition", by="A", condition_id="CO1")).then_refused(
            "condition_is_open"
        )

    def test_there_is_no_condition_to_decide(self) -> None:
        """CO1 was never defined."""
        order = do("satisfy-condition", by="A", condition_id="CO1")
        given(executed()).when(order).then_refused("condition_is_open")

    def test_whom_it_protects_gives_it_up(self) -> None:
        """B may, A may not."""
        spec = given(executed(needs(beneficiary="B")))
        spec.when(do("waive-condition", by="A", condition_id="CO1")).then_refused(
            "waiver_is_beneficiarys"
        )
        spec.when(do("waive-condition", by="B", condition_id="CO1"))
        spec.then(ConditionWaived, SettlementEnteredIntoForce)

    def test_what_protects_all_is_given_up_by_all(self) -> None:
        """A alone is not all."""
        spec = given(executed(needs()))
        spec.when(do("waive-condition", by="A", condition_id="CO1")).then_refused(
            "waiver_is_beneficiarys"
        )
        spec.when(do("waive-condition", by="A", condition_id="CO1", agreed_by=["B"]))
        spec.then(ConditionWaived, SettlementEnteredIntoForce)

    def test_a_condition_met_before_the_signatures_is_reported(self) -> None:
        """It is kept and marked, and counts when the last party signs."""
        spec = given(signing(needs()))
        order = do("satisfy-condition", by="A", condition_id="CO1", at_reported=True)
        spec.when(order).then_irregular("instrument_is_executed")
        spec.given(sign("A")).when(sign("B"))
        spec.then(SettlementSigned, SettlementExecuted, DeadlineMet, SettlementEnteredIntoForce)

    def test_an_instrument_is_executed_before_it_is_handed_out(self) -> None:
        """B has not signed."""
        spec = given(signing(), sign("A"))
        order = do("deliver-copy", to="A", at_reported=True)
        spec.when(order).then_irregular("instrument_is_executed")

    def test_the_mediator_signs_as_evidence_once(self) -> None:
        """It never counts as a party's signature."""
        spec = given(executed()).when(by_mediator("sign-as-evidence"))
        spec.then(MediatorSignedAsEvidence)
        assert instrument(spec).evidence
        assert set(instrument(spec).signatures) == {"A", "B"}
        spec.when(by_mediator("sign-as-evidence")).then_refused("mediator_may_sign_as_evidence")

    def test_the_parties_agree_to_the_mediators_signature(self) -> None:
        """B did not."""
        order = by_mediator("sign-as-evidence", agreed_by=["A"])
        given(executed()).when(order).then_refused("all_parties_agree")

    def test_a_procedure_may_keep_the_mediator_from_signing(self) -> None:
        """Its profile says never."""
        never = msgspec.structs.replace(HOUSE.settlement, mediator_signs="never")
        profile = msgspec.structs.replace(HOUSE, settlement=never)
        spec = given(executed())
        case = spec.file.seen_by(spec.file.rights("mediator"))
        table = Part(DECIDE, own, case.settlement, standing(), profile=profile)
        table.refuses("mediator_may_sign_as_evidence", "sign-as-evidence")

    def test_each_party_receives_one_copy(self) -> None:
        """A has it, B waits."""
        spec = given(executed()).when(do("deliver-copy", to="A")).then(SettlementCopyDelivered)
        assert instrument(spec).copies == ("A",)
        spec.when(do("deliver-copy", to="A")).then_refused("copy_is_delivered_once")
        spec.when(do("deliver-copy", to="Z")).then_refused("party_is_known")


def own(state: Settlement, frame: Frame[Any]) -> Settlement:
    """Fold the events of this part."""
    return evolve(state, frame) if isinstance(frame.event, EVENTS) else state


class TestCatalogue:
    """Every command and event of the part is in order."""

    @pytest.mark.parametrize("kind", list(DECIDE), ids=lambda k: k.__struct_config__.tag)
    def test_examples_are_valid(self, kind: Any) -> None:  # noqa: ANN401 - a command type
        """What `--example` prints can be read back."""
        assert kind in DECIDERS
        tag = kind.__struct_config__.tag
        assert isinstance(decode_command(tag, msgspec.json.encode(kind.example)), kind)

    def test_a_float_is_no_amount(self) -> None:
        """Money is decimal text."""
        data = b'{"obligor":"B","obligee":"A","act":"pay","amount":{"amount":1.5,"currency":"EUR"}}'
        with pytest.raises(DecodeError):
            decode_command("define-obligation", data)

    def test_a_party_whose_consent_fell_does_not_sign(self) -> None:
        """B withdrew; its signature as a reported fact is marked."""
        gone = {"A": Party("A", consent="consented"), "B": Party("B", consent="withdrawn")}
        table = Part(DECIDE, own, Settlement(), standing(parties=gone))
        table.refuses("party_has_consented", "sign-settlement", "B", hash=V1)

    def test_while_the_mandate_is_suspended_nothing_is_drafted_or_signed(self) -> None:
        """A challenge is open; a reported act is marked."""
        resting = standing(mandate=Mandate(1, "suspended", ("person:ortiz",)))
        table = Part(DECIDE, own, Settlement(), resting)
        table.refuses("mandate_is_active", "prepare-draft", hash=V1)
        table.refuses("mandate_is_active", "sign-settlement", "B", hash=V1)

    def test_what_is_not_of_this_case_folds_to_nothing(self) -> None:
        """A reader who joined late sees a signature to a draft it never saw."""
        event = AdviceAcknowledged(settlement_id="SA1", by="A", advice="taken")
        frame: Frame[Any] = Frame(
            room="joint",
            seq=1,
            recorded=PAST_WINDOW,
            actor="party:A",
            entered_by="party:A",
            auth="test",
            channel="api",
            command="c",
            event=event,
        )
        assert evolve(Settlement(), frame) == Settlement()
