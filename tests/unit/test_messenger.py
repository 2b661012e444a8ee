"""Terms sent through the mediator: carried word for word, with or without a name."""

from datetime import timedelta
from typing import Any, get_args

from ledger.deadlines import DeadlineSet, DeadlineWaived
from ledger.negotiation.events import CounterProposalTabled, ProposalTabled, ProposalWithdrawn
from ledger.negotiation.messenger_events import (
    EntrustedProposalRecalled,
    MessengerEvent,
    ProposalCarried,
    ProposalEntrusted,
)
from ledger.negotiation.state import Negotiation
from ledger.negotiation.tabled_events import UNNAMED
from ledger.prospects import prospects
from ledger.rulebook import shipped
from tests import examples as ex
from tests.invariants.scripts import house
from tests.spec import Order, Spec, do

THREE = ("A", "B", "C")


def entrusted(by: str = "A", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """Give the mediator terms to carry."""
    return do("entrust-proposal", by=by, clauses=[ex.clause()], **more)


def carried(party: str = "A", **more: Any) -> Order:  # noqa: ANN401 - as above
    """Put them on the table."""
    return do("carry-proposal", by="mediator", party=party, entrusted_id="E1", **more)


def recalled(by: str = "A") -> Order:
    """Take them back."""
    return do("recall-proposal", by=by, entrusted_id="E1")


def withdrawn() -> Order:
    """Withdraw carried terms as their messenger."""
    return do("withdraw-carried", by="mediator", party="A", entrusted_id="E1")


def talks(*steps: Order, parties: tuple[str, ...] = THREE) -> Spec:
    """Begin in the first session, then go on."""
    return Spec().given(ex.mediating(parties), *steps)


def seen(spec: Spec, viewer: str) -> Negotiation:
    """Look at the negotiation with a viewer's eyes."""
    return spec.file.seen_by(spec.file.rights(viewer)).negotiation


def may(spec: Spec, viewer: str, command: str) -> bool:
    """Tell what `next` says of a command."""
    eyes = spec.file.rights(viewer)
    found = prospects(spec.file, viewer, eyes, shipped(), spec.clock.at)
    return next(one.may for one in found if one.command == command)


def test_terms_are_carried_word_for_word() -> None:
    """What A entrusted in its caucus lies on the table as A's, and A knows."""
    spec = talks().when(entrusted(kind="package")).then(ProposalEntrusted)
    assert spec.new_frames()[0].room == "caucus:A"
    assert not seen(spec, "party:B").proposals, "nothing lies on the table yet"
    spec.when(carried()).then(ProposalTabled, DeadlineSet, ProposalCarried)
    tabled, _, told = spec.new_frames()
    assert (tabled.room, told.room) == ("joint", "caucus:A")
    assert (tabled.event.by, tabled.event.channel) == ("A", "via_mediator")
    assert (tabled.event.addressees, tabled.event.kind) == (("B", "C"), "package")
    said: list[Any] = [spec._batch._open(spec.file, r) for r in ("caucus:A:1", tabled.ref)]
    assert said[0].clauses == said[1].clauses
    spec.when(do("withdraw-proposal", by="A", proposal_id="P1"))
    spec.then(ProposalWithdrawn, DeadlineWaived)


def test_terms_are_carried_once_and_not_once_recalled() -> None:
    """They wait, are carried, or are taken back; `next` says so."""
    spec = talks()
    assert not may(spec, "mediator", "carry-proposal")
    spec.when(carried()).then_refused("terms_are_entrusted")
    spec.given(entrusted())
    assert may(spec, "mediator", "carry-proposal")
    assert may(spec, "party:A", "recall-proposal")
    spec.given(carried()).when(carried()).then_refused("terms_are_carried_once")
    spec.when(recalled()).then_refused("named_author_withdraws_itself")
    assert not may(spec, "party:A", "recall-proposal")
    gone = talks(entrusted()).when(recalled()).then(EntrustedProposalRecalled)
    gone.when(carried()).then_refused("terms_are_not_recalled")
    gone.when(recalled()).then_refused("terms_are_not_recalled")
    assert seen(gone, "party:A").entrusted["caucus:A", "E1"].recalled


def test_an_unnamed_partys_terms_are_put_to_all_alike() -> None:
    """Their own party is asked too, so that nobody is known by being left out."""
    spec = talks(entrusted(attribution="withheld"), carried())
    tabled = next(f for f in spec.new_frames() if f.room == "joint")
    assert (tabled.event.by, tabled.event.attribution) == (UNNAMED, "withheld")
    assert tabled.event.addressees == tabled.event.required_acceptors == THREE
    assert (tabled.actor, tabled.acting_for, tabled.authority) == (ex.MEDIATOR, "mediator", None)
    spec.given(*(ex.accepted("P1", by=party) for party in THREE))
    assert seen(spec, "party:B").proposals["joint", "P1"].status == "accepted"


def test_whose_terms_they_are_is_told_to_nobody() -> None:
    """B sees the same, byte for byte, whether A's or C's terms were carried."""
    shown = []
    for author in ("A", "C"):
        spec = talks(entrusted(by=author, attribution="withheld"), carried(author, at_id="x"))
        eyes = spec.file.rights("party:B")
        shown.append([f for f in spec.file.frames if f.room in eyes])
    plain = [[(f.room, f.seq, f.actor, f.event, f.recorded) for f in one] for one in shown]
    assert plain[0] == plain[1]


def test_an_author_stays_unnamed_among_three_and_tells_nothing() -> None:
    """Between two each knows; an answer or a choice of addressees would tell."""
    talks(parties=("A", "B")).when(entrusted(attribution="withheld")).then_refused(
        "author_can_stay_unnamed"
    )
    for telling in ({"answers": "P1"}, {"addressees": ["B"]}, {"required_acceptors": ["B"]}):
        spec = talks(ex.tabled(by="B")).when(entrusted(attribution="withheld", **telling))
        spec.then_refused("unnamed_terms_tell_no_author")
    spec = talks(entrusted(attribution="withheld"), do("withdraw-consent", by="C"))
    spec.given(*(do("agree-continuation", by=p) for p in "AB"))
    spec.when(carried()).then_refused("author_can_stay_unnamed")


def test_unnamed_terms_are_withdrawn_by_their_messenger_once_recalled() -> None:
    """The author asks in confidence; before all only the messenger speaks."""
    spec = talks(entrusted(attribution="withheld"))
    spec.when(withdrawn()).then_refused("author_asked_to_withdraw")
    spec.given(carried()).when(withdrawn()).then_refused("author_asked_to_withdraw")
    spec.given(recalled())
    assert may(spec, "mediator", "withdraw-carried")
    spec.when(withdrawn()).then(ProposalWithdrawn, DeadlineWaived)
    assert spec.new_frames()[0].event.by == UNNAMED
    spec.when(withdrawn()).then_refused("carried_terms_are_open")


def test_a_messenger_explains_terms_that_have_no_name() -> None:
    """And nobody else does, their author least of all."""
    says = {"proposal_id": "P1", "answer": "Net of dues."}
    spec = talks(entrusted(attribution="withheld"), carried())
    spec.when(do("clarify-proposal", by="A", **says)).then_refused("proposal_is_the_actors")
    spec.given(do("clarify-proposal", by="mediator", **says))


def test_a_counter_proposal_goes_through_the_mediator_too() -> None:
    """It closes what it answers as if B had tabled it."""
    spec = talks(ex.tabled(by="A"), entrusted(by="B", answers="P1"), carried("B"))
    event = next(f.event for f in spec.new_frames() if isinstance(f.event, CounterProposalTabled))
    assert (event.by, event.channel, event.answers) == ("B", "via_mediator", "P1")
    assert seen(spec, "party:C").proposals["joint", "P1"].status == "countered"
    answered = talks(entrusted(attribution="withheld"), carried(), ex.tabled(by="B", answers="P1"))
    assert seen(answered, "mediator").proposals["joint", "P2"].addressees == ("A", "C")


def test_the_messenger_decides_on_a_late_yes_to_terms_without_a_name() -> None:
    """Nobody else can: their author would show itself."""
    text = ('late_acceptance = "treat_as_new_proposal"', 'late_acceptance = "author_may_confirm"')
    spec = Spec().given(house(text), ex.mediating(THREE))
    spec.given(entrusted(attribution="withheld"), carried())
    spec.at(spec.clock.at + timedelta(days=30)).given(do("accept-late", by="B", proposal_id="P1"))
    late = {"proposal_id": "P1", "of": "B"}
    spec.when(do("confirm-late-acceptance", by="A", **late)).then_refused("proposal_is_the_actors")
    assert may(spec, "mediator", "confirm-late-acceptance")
    spec.given(do("confirm-late-acceptance", by="mediator", **late))
    assert "B" in seen(spec, "party:C").proposals["joint", "P1"].acceptances


def test_terms_for_some_are_carried_into_their_own_room() -> None:
    """A and C speak of them; B sees nothing."""
    spec = talks(entrusted(addressees=["C"]), carried())
    assert next(f.room for f in spec.new_frames()) == "group:A+C"
    assert not seen(spec, "party:B").proposals


def test_terms_are_carried_for_who_takes_part() -> None:
    """A party that left has none on the table; a reported fact is marked."""
    left = (do("withdraw-consent", by="A"), *(do("agree-continuation", by=p) for p in "BC"))
    talks(entrusted(), *left).when(carried()).then_refused("author_takes_part")


def test_what_is_held_against_any_tabling_is_held_against_entrusting() -> None:
    """Power, clauses, addressees: refused when entrusted, not when carried."""
    twice = [ex.clause(), ex.clause()]
    spec = talks().when(do("entrust-proposal", by="A", clauses=twice))
    spec.then_refused("clauses_are_distinct")
    spec.when(entrusted(entrusted_id="E1", addressees=["A"])).then_refused("proposal_has_addressee")
    spec.given(entrusted()).when(entrusted(entrusted_id="E1")).then_refused("id_is_new")


def test_every_event_of_the_messenger_is_reached() -> None:
    """Nothing of it is out of reach."""
    spec = talks(entrusted(attribution="withheld"), carried(), recalled())
    assert set(get_args(MessengerEvent)) <= {type(f.event) for f in spec.file.frames}
