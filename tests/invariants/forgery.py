"""Put into a record what no command would, so that every invariant shows that it bites."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from ledger.deadlines import DeadlineExtended, DeadlineMet, DeadlineSet
from ledger.envelope import Channel, Event, Frame, frame_of
from ledger.follow_up.events import PerformanceConfirmed
from ledger.intake.events import ConsentWithdrawn
from ledger.intake.joinder_events import JoinderRequested, PartyJoined
from ledger.negotiation.blind_events import ConfidentialReplyGiven
from ledger.negotiation.events import ProposalAccepted, ProposalPartlyAccepted, ProposalWithdrawn
from ledger.neutrality.change_events import HandedOver
from ledger.neutrality.events import ChallengeDecided, ChallengeFiled, MediatorAppointed
from ledger.parties import Mandate, Phase
from ledger.profile import ProfileRef
from ledger.record.events import EntryCorrected, EntryVoided, LegalHoldPlaced
from ledger.sessions.caucus_events import InformationConveyed, ReleaseConveyed
from ledger.settlement.events import SettlementExecuted, SettlementSigned
from tests import examples as ex
from tests.invariants.record import Truth
from tests.spec import Spec, do

Forgery = Callable[[], Truth]


def forge(  # noqa: PLR0913 - the frame's own sides
    truth: Truth,
    room: str,
    event: Event,
    by: str = "party:B",
    *,
    actor: str | None = None,
    channel: Channel = "command line",
    command: str = "forged",
    corrects: str | None = None,
) -> Truth:
    """Record an event that no rule let through, and take it in."""
    spec = truth.spec
    now = spec.clock.now() + timedelta(hours=1)
    frame: Frame[Any] = Frame(
        room=room,
        seq=0,
        recorded=now,
        occurred=now.isoformat(),
        actor=actor or by,
        acting_for=by,
        entered_by="person:clerk",
        auth="test",
        channel=channel,
        command=command,
        corrects=corrects,
        event=frame_of(event),
    )
    spec._batch._put(spec.file, frame, event, None)
    truth.step()
    return truth


def at(stage: Any, *more: Any) -> Truth:  # noqa: ANN401 - stages and orders
    """Begin with an honest record of three parties."""
    return Truth(Spec().given(stage(("A", "B", "C")), *more))


def _talks_without_a_mandate() -> Truth:
    truth = at(ex.consented)
    return forge(truth, "joint", ProposalAccepted(proposal_id="P1", by="B", mode="in_principle"))


def _appointed_under_challenge() -> Truth:
    truth = at(ex.mediating)
    filed = ChallengeFiled(challenge_id="CH1", party="B", person="person:lindqvist")
    forge(truth, "joint", filed)
    new = MediatorAppointed(mediators=("person:lindqvist",), method="joint", mandate_number=2)
    return forge(truth, "joint", new, "registry")


def _joined_without_inquiry() -> Truth:
    truth = at(ex.mediating)
    asked = JoinderRequested(party="N", asked_by="A", access="from_joining", interest="Ours.")
    forge(truth, "joint", asked, "party:A")
    profile = truth.whole().intake.profile
    assert isinstance(profile, ProfileRef)
    joined = PartyJoined(
        party="N",
        access="from_joining",
        number="GO-2026-0001",
        profile=profile,
        phase=Phase.MEDIATING,
        consents={},
        requesters=("A",),
        mandate=Mandate(),
        terms_in_force=True,
        title="Berth fees",
        names={},
    )
    return forge(truth, "joint", joined, "registry")


def _released(spec_words: str) -> Truth:
    truth = at(ex.mediating, ex.caucused("A", "800 k."))
    truth.spec.given(
        do("authorise-disclosure", by="A", item_id="C1", wording="Room.", recipients=["B"])
    )
    truth.step()
    forge(truth, "caucus:B", InformationConveyed(wording=spec_words), "mediator")
    told = ReleaseConveyed(authorisation_id="R1", recipients=("B",))
    return forge(truth, "caucus:A", told, "mediator")


def _other_words() -> Truth:
    return _released("She would take 800 k.")


def _in_the_wrong_room() -> Truth:
    truth = at(ex.mediating, ex.tabled())
    return forge(truth, "registry", ProposalWithdrawn(proposal_id="P1", by="A"), "party:A")


def _naming_what_is_hidden() -> Truth:
    truth = at(ex.mediating, ex.caucused("A", "800 k."))
    voided = EntryVoided(
        target="caucus:A:2", about="x", ground="wrong_case", approved_by="person:second"
    )
    return forge(truth, "joint", voided, "registry", corrects="caucus:A:2")


def _blind_reply_before_all() -> Truth:
    truth = at(ex.mediating)
    said = ConfidentialReplyGiven(proposal_id="P1", by="B", answer="yes")
    return forge(truth, "joint", said)


def _ended_twice() -> Truth:
    truth = at(ex.mediating, ex.tabled())
    gone = ProposalWithdrawn(proposal_id="P1", by="A")
    forge(truth, "joint", gone, "party:A")
    return forge(truth, "joint", gone, "party:A")


def _accepted_beyond_reach() -> Truth:
    truth = at(ex.mediating, ex.tabled(addressees=["B", "C"]))
    by_two = ProposalAccepted(proposal_id="P1", by="B", mode="in_principle")
    forge(truth, "joint", by_two)
    state = truth.spec.file.seen_by({"joint": truth.rights("registry")["joint"]})
    proposal = state.negotiation.proposals["joint", "P1"]
    wrong = msgspec.structs.replace(proposal, status="accepted")
    whole = truth.whole()
    proposals = {**whole.negotiation.proposals, proposal.key: wrong}
    negotiation = msgspec.structs.replace(whole.negotiation, proposals=proposals)
    forged = msgspec.structs.replace(whole, negotiation=negotiation)
    truth.whole = lambda: forged  # type: ignore[method-assign] # a fold that errs
    return truth


def _taken_in_part() -> Truth:
    truth = at(ex.mediating, ex.tabled(all_or_nothing=True))
    part = ProposalPartlyAccepted(proposal_id="P1", by="B", accepted=("c1",), reserved=())
    return forge(truth, "joint", part)


def _beyond_the_power() -> Truth:
    holt = {"person": "person:holt", "powers": ["negotiate"]}
    truth = at(ex.mediating, do("authorise-representative", by="B", **holt), ex.tabled())
    final = ProposalAccepted(proposal_id="P1", by="B", mode="final_subject_to_signature")
    return forge(truth, "joint", final, actor="person:holt")


def _signature(text_hash: str) -> SettlementSigned:
    return SettlementSigned(
        settlement_id="SA1", by="B", draft_version=1, hash=text_hash, method="ink"
    )


def _another_text_signed() -> Truth:
    return forge(at(ex.signing), "joint", _signature(ex.HASH))


def _executed_by_hand() -> Truth:
    done = SettlementExecuted(
        settlement_id="SA1",
        draft_version=1,
        hash=ex.TEXT_HASH,
        scope="whole",
        signed_by=("A", "B", "C"),
    )
    return forge(at(ex.signing), "joint", done, "registry")


def _closed_date_moved() -> Truth:
    truth = at(ex.invited)
    forge(truth, "joint", DeadlineMet(deadline_id="reply-B"))
    more = DeadlineExtended(
        deadline_id="reply-B", due="2027-01-01T00:00:00Z", on="2027-01-01", arithmetic="moved"
    )
    return forge(truth, "joint", more, "registry")


def _registry_confirms() -> Truth:
    paid = PerformanceConfirmed(obligation_id="OB1", extent="full")
    return forge(at(ex.settled), "joint", paid, "registry")


def _left_after_signing() -> Truth:
    return forge(at(ex.settled), "joint", ConsentWithdrawn(party="B"))


def _correction_of_what_comes() -> Truth:
    truth = at(ex.registered)
    ahead = f"joint:{truth.spec.file.seqs['joint'] + 1}"
    slip = EntryCorrected(target=ahead, about="x", fields=("occurred",), approved_by="person:z")
    slip = msgspec.structs.replace(slip, changes={}, reason="A slip.")
    return forge(truth, "joint", slip, "registry", corrects=ahead)


def _hold_told() -> Truth:
    hold = LegalHoldPlaced(hold_id="H1", scope="all", reason="A court asks.")
    return forge(at(ex.mediating), "joint", hold, "registry")


def _date_without_counting() -> Truth:
    bare = DeadlineSet(
        deadline_id="x", rule="reply", due="2026-04-01T00:00:00Z", on="2026-04-01", arithmetic=""
    )
    return forge(at(ex.mediating), "joint", bare, "registry")


def _decided_by_who_filed() -> Truth:
    truth = at(ex.mediating, do("file-challenge", by="B", ground="Ties."))
    own = ChallengeDecided(challenge_id="CH1", outcome="upheld")
    return forge(truth, "joint", own, "challenge", actor="party:B")


def _registry_in_the_caucus() -> Truth:
    truth = at(ex.mediating, ex.caucused("A", "800 k."))
    open_eyes = {**truth.rights("registry"), "caucus:A": truth.rights("mediator")["caucus:A"]}
    truth.rights = lambda viewer: (  # type: ignore[method-assign] # a right that errs
        open_eyes if viewer == "registry" else truth.spec.file.rights(viewer)
    )
    return truth


def _handed_over_unasked() -> Truth:
    truth = at(ex.mediating)
    return forge(truth, "caucus:A", HandedOver(about="x", said={}), "mediator")


FORGERIES: dict[str, Forgery] = {
    "I-1": _talks_without_a_mandate,
    "I-2": _appointed_under_challenge,
    "I-3": _joined_without_inquiry,
    "I-4": _other_words,
    "I-5": _in_the_wrong_room,
    "I-6": _naming_what_is_hidden,
    "I-7": _blind_reply_before_all,
    "I-8": _ended_twice,
    "I-9": _accepted_beyond_reach,
    "I-10": _taken_in_part,
    "I-11": _beyond_the_power,
    "I-12": _another_text_signed,
    "I-13": _executed_by_hand,
    "I-14": _closed_date_moved,
    "I-15": _registry_confirms,
    "I-16": _left_after_signing,
    "I-17": _correction_of_what_comes,
    "I-18": _hold_told,
    "I-21": _date_without_counting,
    "I-22": _decided_by_who_filed,
    "I-23": _registry_in_the_caucus,
    "I-24": _handed_over_unasked,
}
"""For each invariant a record that breaks it."""
