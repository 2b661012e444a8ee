"""The invariants of the record hold after every step of random histories, legal and illegal."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.envelope import Event
from ledger.follow_up.events import ObligationWaived, PerformanceDisputed
from ledger.intake.events import ConsentWithdrawn
from ledger.intake.joinder_events import PartyJoined
from ledger.negotiation.blind_events import BlindOutcomeDeclared, ConfidentialReplyGiven
from ledger.negotiation.events import ProposalAccepted, ProposalExpired, ProposalPartlyAccepted
from ledger.negotiation.handling_events import LateAcceptanceConfirmed, PrincipalDecided
from ledger.neutrality.change_events import HandedOver, InterestedPersonNamed
from ledger.neutrality.events import (
    ChallengeDecided,
    ConflictWaived,
    MandateSuspended,
    SuccessorAppointed,
)
from ledger.record.events import EntryCorrected, EntryVoided
from ledger.sessions.caucus_events import (
    CaucusOpened,
    DisclosureAuthorisationRevoked,
    InformationConveyed,
)
from ledger.settlement.events import SettlementExecuted, TextUnfrozen
from tests import examples as ex
from tests.histories import PARTIES, STAGES, orders
from tests.invariants import bargains, governance, secrets, taking_part
from tests.invariants.forgery import FORGERIES
from tests.invariants.record import Truth
from tests.invariants.scripts import HOUSES, SCRIPTS
from tests.spec import START, Order, Spec, attempt

Check = Callable[[Truth], None]

CHECKS: dict[str, tuple[Check, ...]] = {
    "I-1": (taking_part.talks_rest_on_consent_and_mandate, taking_part.who_was_removed_is_out),
    "I-2": (taking_part.nobody_is_appointed_under_a_cloud,),
    "I-3": (
        taking_part.newcomers_are_inquired_into_first,
        taking_part.change_of_persons_reopens_the_inquiry,
        taking_part.counsel_gets_access_after_the_inquiry,
    ),
    "I-4": (secrets.only_released_words_are_conveyed,),
    "I-5": (secrets.rooms_are_never_opened_wider,),
    "I-6": (secrets.nothing_points_out_of_sight,),
    "I-7": (secrets.blind_replies_tell_nothing_before_their_time,),
    "I-8": (bargains.a_proposal_has_one_state,),
    "I-9": (bargains.acceptance_is_by_all_of_the_same,),
    "I-10": (bargains.what_is_whole_stays_whole,),
    "I-11": (bargains.powers_reach_as_far_as_the_act,),
    "I-12": (bargains.signatures_are_on_the_frozen_text,),
    "I-13": (bargains.execution_is_derived,),
    "I-14": (governance.closed_dates_are_not_moved, governance.dates_are_missed_once_they_passed),
    "I-15": (governance.only_parties_speak_of_performance,),
    "I-16": (taking_part.consent_ends_with_execution,),
    "I-17": (governance.corrections_look_back,),
    "I-18": (governance.a_hold_tells_nothing_and_lets_nothing_go,),
    "I-21": (governance.dates_show_their_arithmetic,),
    "I-22": (governance.nobody_approves_what_one_did,),
    "I-23": (secrets.the_registry_reads_no_confidence,),
    "I-24": (taking_part.a_successor_reads_what_was_handed_over,),
}
ELSEWHERE = {
    "I-19": "tests/live/test_erasure.py: files, backups, streams, guesses; unit/: readers",
    "I-25": "tests/unit/test_laws.py: folding what is seen; tests/unit/test_golden.py: old shapes",
}
TO_COME = {
    "I-20": "evidence packs",
    "I-26": "published statistics",
}
LATER = (ex.agreed, ex.drafted, ex.signing, ex.settled, ex.closed)


def hold(truth: Truth, names: Iterable[str] = CHECKS) -> None:
    """Hold every invariant, or some."""
    for name in names:
        for check in CHECKS[name]:
            try:
                check(truth)
            except AssertionError as broken:
                told = f"{name} does not hold: {broken}"
                raise AssertionError(told) from broken


class Histories(RuleBasedStateMachine):
    """A case in which anybody does anything."""

    def __init__(self) -> None:
        super().__init__()
        self.spec = Spec()
        self.truth: Truth | None = None

    @initialize(house=st.sampled_from(HOUSES), stage=st.sampled_from((*STAGES, *LATER)))
    def begin(self, house: Iterable[Order], stage: Any) -> None:  # noqa: ANN401 - one of the stages
        """Bring the case to a stage, under one of some procedures."""
        self.spec.given(house, stage(PARTIES))
        self.truth = Truth(self.spec)

    def give(self, order: Order) -> None:
        """Give an order, whatever comes of it."""
        self.spec.clock.set(self.spec.clock.at + timedelta(minutes=1))
        attempt(self.spec, order)

    def look(self) -> None:
        """Take in what was recorded."""
        assert self.truth is not None
        self.truth.step()

    @rule(order=orders())
    def anything(self, order: Order) -> None:
        """Somebody does something plausible."""
        self.give(order)
        self.look()

    @rule(script=st.sampled_from(tuple(SCRIPTS.values())))
    def something_that_hangs_together(self, script: Iterable[Order]) -> None:
        """Some acts that follow from each other."""
        for order in script:
            self.give(order)
        self.look()

    @precondition(lambda self: self.spec.case_id is not None)
    @rule(days=st.sampled_from((1, 15, 31, 125)))
    def time_passes(self, days: int) -> None:
        """Days go by, and the timekeeper looks."""
        self.spec.clock.set(max(self.spec.clock.at, START) + timedelta(days=days))
        self.spec.tick()
        self.look()

    @invariant()
    def the_invariants_hold(self) -> None:
        """After every step."""
        if self.truth is not None:
            hold(self.truth)


PROFILE = settings(
    max_examples=25,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestHistories = Histories.TestCase
TestHistories.settings = PROFILE


@pytest.mark.soak
def test_the_invariants_hold_for_minutes() -> None:
    """The same over many and longer histories."""
    run_state_machine_as_test(
        Histories, settings=settings(PROFILE, max_examples=1500, stateful_step_count=40)
    )


def test_every_invariant_is_held_here_or_elsewhere() -> None:
    """None of the twenty-six is forgotten; those that need what is not there yet say what."""
    named = [*CHECKS, *ELSEWHERE, *TO_COME]
    assert sorted(named, key=lambda n: int(n[2:])) == [f"I-{n}" for n in range(1, 27)]


@pytest.mark.parametrize("name", CHECKS)
def test_every_invariant_bites(name: str) -> None:
    """A record with one forged event breaks the invariant that forbids it."""
    truth = FORGERIES[name]()
    with pytest.raises(AssertionError, match=name):
        hold(truth, (name,))


REACHED: tuple[tuple[Any, int, tuple[str, ...], set[type[Event]]], ...] = (
    (ex.mediating, 0, ("RELEASE", "TELL"), {InformationConveyed}),
    (ex.mediating, 0, ("RELEASE", "REVOKE"), {DisclosureAuthorisationRevoked}),
    (
        ex.mediating,
        0,
        ("RELEASE", "CHALLENGE", "SUCCESSION", "HANDOVER"),
        {ChallengeDecided, MandateSuspended, SuccessorAppointed, HandedOver},
    ),
    (ex.mediating, 0, ("CLOUDED",), {ConflictWaived, SuccessorAppointed}),
    (ex.mediating, 0, ("JOINDER",), {PartyJoined}),
    (ex.mediating, 0, ("PERSONS",), {InterestedPersonNamed, CaucusOpened}),
    (ex.mediating, 0, ("BARGAIN", "WHOLE"), {ProposalPartlyAccepted, PrincipalDecided}),
    (ex.mediating, 0, ("BEYOND_POWER", "SIDE_DEAL"), {ProposalAccepted}),
    (ex.mediating, 4, ("TABLED", "WAIT", "LATE"), {ProposalExpired, LateAcceptanceConfirmed}),
    (ex.mediating, 1, ("BLIND", "WAIT"), {ConfidentialReplyGiven, BlindOutcomeDeclared}),
    (ex.signing, 0, ("SIGNED", "CHANGED", "RESIGNED"), {TextUnfrozen, SettlementExecuted}),
    (ex.settled, 0, ("PERFORMED",), {PerformanceDisputed, ObligationWaived}),
    (ex.mediating, 0, ("RECORD", "LEAVING"), {EntryCorrected, EntryVoided, ConsentWithdrawn}),
)


@pytest.mark.parametrize(("stage", "house", "names", "kinds"), REACHED, ids=range(len(REACHED)))
def test_the_scripts_reach_what_the_invariants_speak_of(
    stage: Any,  # noqa: ANN401 - one of the stages
    house: int,
    names: tuple[str, ...],
    kinds: set[type[Event]],
) -> None:
    """Told one after the other they record what is to be held, and the invariants hold."""
    spec = Spec().given(HOUSES[house], stage(PARTIES))
    truth = Truth(spec)
    for name in names:
        if name == "WAIT":
            spec.clock.set(spec.clock.at + timedelta(days=31))
            spec.tick()
        for order in SCRIPTS[name]:
            attempt(spec, order)
            truth.step()
            hold(truth)
    assert kinds <= {type(frame.event) for frame in spec.file.frames}
