"""Engagement: an agreement everybody signs, terms everybody agrees to, rights explained."""

from typing import Any, get_args

import msgspec
import pytest

from ledger.engagement.commands import DECIDE
from ledger.engagement.confidence_events import CONFIDENCE_EVENTS
from ledger.engagement.costs_events import COSTS_EVENTS
from ledger.engagement.events import (
    EVENTS,
    AgreementToMediateSigned,
    ConfidentialityTermsAdopted,
    EngagementConfirmed,
    Head,
)
from ledger.engagement.state import Engagement, evolve
from ledger.envelope import Frame
from ledger.parties import Mandate, Party, Phase
from tests.unit.part import HOUSE, NOW, Part, kinds, only, standing

HASH, OTHER = "c1" * 32, "c2" * 32
HEADS = list(get_args(Head))
SIGNED = ("joint", "AgreementToMediateSigned")
CONFIRMED = ("joint", "EngagementConfirmed")


def part(**known: Any) -> Part[Engagement]:  # noqa: ANN401 - any field of a standing
    """Begin after the appointment."""
    return Part(DECIDE, evolve, Engagement(), standing(**{"phase": Phase.CONSTITUTED, **known}))


def drafted(**known: Any) -> Part[Engagement]:  # noqa: ANN401 - any field of a standing
    """Begin with a text before the parties."""
    case = part(**known)
    case.do("draft-agreement-to-mediate", text_hash=HASH, covers=HEADS)
    return case


def adopt(case: Part[Engagement], **data: Any) -> Any:  # noqa: ANN401 - a command's own fields
    """Adopt terms all agreed to."""
    return case.do("adopt-confidentiality-terms", **{"agreed_by": ["A", "B"], **data})


@pytest.mark.parametrize("kind", DECIDE, ids=lambda kind: kind.__name__)
def test_every_example_is_a_valid_command(kind: type[Any]) -> None:
    """What `--example` prints can be sent as it stands."""
    assert msgspec.convert(kind.example, kind)


def test_a_draft_is_numbered_and_makes_earlier_signatures_fall() -> None:
    """Who signed version 1 has not signed version 2."""
    case = drafted()
    case.do("sign-agreement-to-mediate", "A")
    assert case.state.signed == {"A"}
    again = only(
        case.do("draft-agreement-to-mediate", "registry", text_hash=OTHER, covers=HEADS, text="x")
    )
    assert (again.text_version, again.text_hash) == (2, OTHER)
    assert (case.state.version, case.state.signed) == (2, frozenset())


def test_a_draft_speaks_of_every_head() -> None:
    """A text that says nothing of fees is refused; that one was used may be reported."""
    without_fees = [head for head in HEADS if head != "fees"]
    refusal = part().refuses(
        "agreement_covers_every_head",
        "draft-agreement-to-mediate",
        text_hash=HASH,
        covers=without_fees,
    )
    assert "fees" in refusal.why
    part().notes(
        "agreement_covers_every_head",
        "draft-agreement-to-mediate",
        "registry",
        text_hash=HASH,
        covers=without_fees,
    )


def test_nothing_is_signed_before_it_is_drafted() -> None:
    """There must be a text to sign."""
    part().refuses("agreement_is_drafted", "sign-agreement-to-mediate", "A")


@pytest.mark.parametrize("wrong", [{"version": 2}, {"text_hash": OTHER}])
def test_only_the_latest_text_can_be_signed(wrong: dict[str, Any]) -> None:
    """A number or hash of another text is refused; the right ones pass."""
    case = drafted()
    case.refuses("agreement_signed_is_the_latest", "sign-agreement-to-mediate", "A", **wrong)
    signed = only(case.do("sign-agreement-to-mediate", "A", version=1, text_hash=HASH))
    assert isinstance(signed, AgreementToMediateSigned)
    assert (signed.signatory, signed.capacity, signed.text_hash) == ("A", "party", HASH)


def test_nobody_signs_the_same_text_twice() -> None:
    """A's second signature is refused, B's first is not."""
    case = drafted()
    case.do("sign-agreement-to-mediate", "A", acknowledges=["voluntariness"])
    case.refuses("agreement_is_signed_once", "sign-agreement-to-mediate", "A")
    assert kinds(case.do("sign-agreement-to-mediate", "B")) == [SIGNED]


def test_signing_needs_the_power_to_sign() -> None:
    """A representative who may only negotiate does not sign."""
    case = drafted(authorities={})
    case.refuses("actor_has_power", "sign-agreement-to-mediate", "A")
    assert case.do("sign-agreement-to-mediate", "A", at_actor="party:A")


def test_a_party_without_consent_does_not_sign() -> None:
    """Whoever withdrew is refused; that it signed before may be reported."""
    gone = {"A": Party("A", consent="withdrawn"), "B": Party("B", consent="consented")}
    drafted(parties=gone).notes("party_has_consented", "sign-agreement-to-mediate", "A")


def test_only_an_appointed_mediator_signs_as_one() -> None:
    """Somebody else cannot."""
    drafted().refuses("actor_is_mediator", "sign-agreement-to-mediate", at_actor="person:nobody")


def test_the_last_signature_confirms_the_engagement_once_terms_are_in_force() -> None:
    """With the terms adopted, the mediator's signature as the last one confirms."""
    case = drafted()
    adopt(case)
    assert kinds(case.do("sign-agreement-to-mediate", "A")) == [SIGNED]
    assert kinds(case.do("sign-agreement-to-mediate", "B")) == [SIGNED]
    assert not case.state.confirmed
    assert kinds(case.do("sign-agreement-to-mediate")) == [SIGNED, CONFIRMED]
    assert case.state.confirmed


def test_the_terms_confirm_the_engagement_when_they_come_last() -> None:
    """Signatures alone are not enough; the day is the seat's."""
    case = drafted()
    for who in ("A", "B", "mediator"):
        assert kinds(case.do("sign-agreement-to-mediate", who)) == [SIGNED]
    decision = adopt(case, at_occurred="2026-03-01T23:30:00Z")
    assert kinds(decision) == [("joint", "ConfidentialityTermsAdopted"), CONFIRMED]
    confirmed = decision[1].event
    assert isinstance(confirmed, EngagementConfirmed)
    assert (confirmed.text_version, confirmed.commenced_on) == (1, "2026-03-02")


def test_the_day_of_commencement_is_not_invented() -> None:
    """Where the source does not tell when the last signature was, the day stays open."""
    case = drafted()
    adopt(case)
    case.do("sign-agreement-to-mediate", "A")
    case.do("sign-agreement-to-mediate", "B")
    decision = case.do("sign-agreement-to-mediate", at_occurred=None, at_reported=True)
    assert decision[1].event == EngagementConfirmed(text_version=1)


def test_the_engagement_is_confirmed_once() -> None:
    """A successor who signs later confirms nothing anew."""
    case = drafted()
    adopt(case)
    for who in ("A", "B", "mediator"):
        case.do("sign-agreement-to-mediate", who)
    mandate = Mandate(2, "active", ("person:lind",))
    case.standing = standing(phase=Phase.MEDIATING, mandate=mandate)
    assert kinds(case.do("sign-agreement-to-mediate", at_actor="person:lind")) == [SIGNED]


def test_no_engagement_is_confirmed_without_a_mediator() -> None:
    """Where the mediator went before signing, the parties' signatures wait for a successor's."""
    case = part(mandate=Mandate(1, "ended", ()))
    case.do("draft-agreement-to-mediate", "registry", text_hash=HASH, covers=HEADS)
    case.do("adopt-confidentiality-terms", "registry", agreed_by=["A", "B"])
    case.do("sign-agreement-to-mediate", "A")
    assert kinds(case.do("sign-agreement-to-mediate", "B")) == [SIGNED]
    case.standing = standing(mandate=Mandate(2, "active", ("person:lind",)))
    last = case.do("sign-agreement-to-mediate", at_actor="person:lind")
    assert kinds(last) == [SIGNED, CONFIRMED]


def test_a_signature_on_a_text_one_did_not_see_changes_nothing() -> None:
    """Who joined after the draft folds the signatures without it."""
    case = drafted()
    case.do("sign-agreement-to-mediate", "A")
    assert evolve(Engagement(), frame_with(case.placed[1].event)) == Engagement()


def frame_with(event: Any) -> Frame[Any]:  # noqa: ANN401 - any event of the part
    """Frame an event by hand."""
    return Frame(
        room="joint",
        seq=9,
        recorded=NOW,
        actor="person:abe",
        entered_by="person:abe",
        auth="test",
        channel="api",
        command="c",
        event=event,
    )


def test_terms_take_from_the_profile_what_is_left_out() -> None:
    """And keep what is said."""
    case = part()
    terms = only(adopt(case, retention_months=24, sharing={"expert": ["documents"]}, scope="all"))
    assert isinstance(terms, ConfidentialityTermsAdopted)
    assert terms.agreed_by == ("A", "B", "person:ortiz")
    assert (terms.caucus_default, terms.recording) == ("closed", "forbidden")
    assert terms.exceptions == HOUSE.confidentiality_exceptions
    assert terms.existence_confidential
    assert terms.retention_months == 24
    assert case.state.terms_in_force
    said = only(
        adopt(
            part(),
            caucus_default="open",
            existence_confidential=False,
            exceptions=["required_by_law"],
            recording="allowed",
        )
    )
    assert (said.caucus_default, said.existence_confidential) == ("open", False)
    assert (said.exceptions, said.recording) == (("required_by_law",), "allowed")


def test_terms_need_every_party_and_every_mediator() -> None:
    """B's missing yes is named; so is the mediator's where the registry enters the terms."""
    case = part()
    name = "adopt-confidentiality-terms"
    assert "B did" in case.refuses("all_agree_to_the_terms", name, agreed_by=["A"]).why
    both = {"agreed_by": ["A", "B"]}
    assert "person:ortiz" in case.refuses("all_agree_to_the_terms", name, "registry", **both).why
    assert case.do(name, "registry", **both, mediators_agreed=["person:ortiz"])


def test_a_stranger_cannot_agree_to_terms() -> None:
    """Z is no party."""
    case = part()
    refusal = case.refuses(
        "party_is_known", "adopt-confidentiality-terms", agreed_by=["A", "B", "Z"]
    )
    assert "Z" in refusal.why


def test_terms_in_force_are_not_replaced() -> None:
    """A second adoption is refused."""
    case = part()
    adopt(case)
    case.refuses("terms_are_adopted_once", "adopt-confidentiality-terms", agreed_by=["A", "B"])


def test_an_undertaking_is_ones_own() -> None:
    """A party's representative undertakes for itself; the registry takes in anybody's."""
    case = part()
    case.do("sign-undertaking", "B", text_hash=HASH)
    case.refuses(
        "undertaking_is_ones_own", "sign-undertaking", "B", text_hash=HASH, person="person:eve"
    )
    case.refuses(
        "undertaking_is_ones_own", "sign-undertaking", "B", text_hash=HASH, at_actor="party:B"
    )
    case.do("sign-undertaking", "registry", text_hash=HASH, person="person:eve")
    assert case.state.undertakings == {"person:holt", "person:eve"}


def test_a_mediator_affirms_its_neutrality() -> None:
    """With an active mandate; without one it can only be reported."""
    case = part()
    assert only(case.do("affirm-neutrality", session_id="S1")).session_id == "S1"
    assert case.state.affirmed == {"person:ortiz"}
    suspended = Mandate(1, "suspended", ("person:ortiz",))
    part(mandate=suspended).notes("mandate_is_active", "affirm-neutrality")


def test_every_right_is_explained() -> None:
    """All four by default; leaving one out is refused, or marked if reported."""
    case = part()
    assert only(case.do("explain-rights")).covers == (
        "voluntary",
        "may_leave",
        "may_take_advice",
        "information",
    )
    assert case.state.rights_explained
    part().notes("every_right_is_explained", "explain-rights", covers=["voluntary"])


def test_a_party_acknowledges_what_was_explained() -> None:
    """Not before."""
    case = part()
    case.notes("rights_were_explained", "acknowledge-rights", "A")
    case.do("explain-rights", occasion="signing")
    case.do("acknowledge-rights", "B")
    assert not case.noted
    assert case.state.acknowledged == {"A", "B"}


def test_one_course_records_every_event_there_is() -> None:
    """Nothing of the agreement itself is out of reach; the other themes have their own tests."""
    case = drafted()
    adopt(case)
    for who in ("A", "B", "mediator"):
        case.do("sign-agreement-to-mediate", who)
    case.do("sign-undertaking", "A", text_hash=HASH)
    case.do("affirm-neutrality")
    case.do("explain-rights")
    case.do("acknowledge-rights", "A")
    agreed = {"agreed_by": ["A", "B"]}
    case.do("vary-profile", key="settlement.signature_window_days", value="45", **agreed)
    others = {*CONFIDENCE_EVENTS, *COSTS_EVENTS}
    assert {type(placed.event) for placed in case.placed} == set(EVENTS) - others
