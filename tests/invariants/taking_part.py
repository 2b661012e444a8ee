"""Consent, mandate, conflicts, joinder, hand-over: who takes part (I-1, I-2, I-3, I-16, I-24)."""

from collections.abc import Iterator
from typing import Any

from ledger.catalogue import PART_OF
from ledger.engagement.events import ConfidentialityTermsAdopted
from ledger.envelope import Event, Frame
from ledger.intake.events import (
    CaseTakenOver,
    ConsentGiven,
    ConsentWithdrawn,
    InvitationDeclined,
    MediationRequested,
    RepresentativeAuthorised,
    RequestRegistered,
    SilenceTreatedAsRefusal,
)
from ledger.intake.joinder_events import JoinderRequested, PartyJoined, PartyReleased
from ledger.intake.standing_events import AuthorityRevoked
from ledger.negotiation.events import MediatorProposalIssued
from ledger.neutrality.change_events import (
    CoMediatorAdded,
    HandedOver,
    HandoverConsentGiven,
    InterestedPersonNamed,
    MediatorRemoved,
)
from ledger.neutrality.events import (
    ChallengeDecided,
    ChallengeFiled,
    ConflictDisclosed,
    ConflictInquiryCompleted,
    ConflictWaived,
    MandateEnded,
    MandateRestored,
    MandateSuspended,
    MediatorAppointed,
    ObjectionRaised,
    ObjectionWithdrawn,
    SuccessorAppointed,
)
from ledger.rooms import kind_of
from ledger.sessions.caucus_events import CaucusOpened
from ledger.sessions.events import SessionOpened
from ledger.settlement.events import SettlementExecuted
from tests.invariants.record import Truth, is_noted

MAY_REST = frozenset(
    {
        "agreement-in-principle-recorded",
        "attendance-recorded",
        "caucus-closed",
        "caucus-noted",
        "caucuses-counted",
        "coalition-dissolved",
        "conduct-objection-answered",
        "conduct-objection-raised",
        "disclosure-authorisation-revoked",
        "interruption-noted",
        "balance-intervention-made",
        "principal-named",
        "proposal-delivered",
        "proposal-opened",
        "recording-destroyed",
        "recording-made",
        "session-adjourned",
        "session-closed",
        "session-record-issued",
        "session-suspended-for-safety",
        "session-suspended-for-technical-failure",
        "signature-attempt-failed",
        "speaking-turn-recorded",
        "suspension-explained",
        "translation-certified",
    }
)
"""Events of the talks that record or end what took place, and so need no mandate (I-1, E17)."""

AFTER_SIGNING = tuple(f"G{n}" for n in range(13, 25))
"""Rows of what follows signatures; they rest on the settlement, not on the mandate."""


class Consents:
    """Who has consented, by the events alone."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.good: set[str] = set()

    def fold(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case MediationRequested():
                self.good |= {event.requester, *event.signatories}
            case RequestRegistered():
                self.good |= set(event.requesters)
            case ConsentGiven() | PartyJoined():
                self.good.add(event.party)
            case ConsentWithdrawn() | InvitationDeclined() | SilenceTreatedAsRefusal():
                self.good.discard(event.party)
            case PartyReleased():
                self.good.discard(event.party)
            case _:
                pass


class Office:
    """Who holds the mandate and whether it is active, by the events alone."""

    def __init__(self) -> None:
        """Begin with nobody in office."""
        self.active = False
        self.holders: frozenset[str] = frozenset()

    def fold(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case MediatorAppointed() | SuccessorAppointed():
                self.active, self.holders = True, frozenset(event.mediators)
            case CoMediatorAdded():
                self.holders = frozenset(event.mediators)
            case MandateSuspended():
                self.active = False
            case MandateRestored():
                self.active = bool(self.holders)
            case MandateEnded():
                self.holders -= set(event.persons)
                self.active = self.active and bool(self.holders)
            case _:
                pass


def is_talk(frame: Frame[Any]) -> bool:
    """Tell whether an event furthers the talks, and so needs consent and mandate."""
    event = frame.event
    if frame.channel == "clock" or event.row in AFTER_SIGNING:
        return False
    tag = str(type(event).__struct_config__.tag)
    return PART_OF[type(event)] in ("sessions", "negotiation", "settlement") and tag not in MAY_REST


def talks_rest_on_consent_and_mandate(truth: Truth) -> None:
    """I-1: the talks go on under an active mandate, among parties whose consent stands."""
    consents, office = Consents(), Office()
    for frame in truth.frames:
        if is_talk(frame) and not is_noted(truth, frame):
            assert office.active, f"{frame.ref} under no active mandate"
            party = (frame.acting_for or "").removeprefix("party:")
            acts = (frame.acting_for or "").startswith("party:")
            assert not acts or party in consents.good, f"{frame.ref} by {party} without consent"
        consents.fold(frame.event)
        office.fold(frame.event)


def nobody_is_appointed_under_a_cloud(truth: Truth) -> None:
    """I-2: no open objection, no non-waivable conflict, an express waiver of all others by all."""
    for frame, event in truth.all(MediatorAppointed, SuccessorAppointed, CoMediatorAdded):
        new = event.added if isinstance(event, CoMediatorAdded) else event.mediators
        if is_noted(truth, frame):
            continue
        assert not _open_against(truth, frame, new), f"{frame.ref} under an open objection"
        consents = Consents()
        for earlier in truth.frames[: truth.place(frame)]:
            consents.fold(earlier.event)
        for _, told in truth.before(frame, ConflictDisclosed):
            if told.person in new:
                assert told.category != "non_waivable", f"{frame.ref}: {told.disclosure_id}"
                waived = _waived(truth, frame, told.disclosure_id)
                needed = consents.good if told.category == "waivable" else set()
                assert needed <= waived, f"{frame.ref}: {told.disclosure_id} waived by {waived}"


def _open_against(truth: Truth, frame: Frame[Any], persons: tuple[str, ...]) -> set[str]:
    """Name the objections and challenges against persons that were open then."""
    found: set[str] = set()
    for _, event in truth.before(frame, ObjectionRaised, ChallengeFiled):
        if event.person in persons:
            challenge = isinstance(event, ChallengeFiled)
            found.add(event.challenge_id if challenge else event.objection_id)
    for _, event in truth.before(frame, ObjectionWithdrawn):
        found.discard(event.objection_id)
    for _, event in truth.before(frame, ChallengeDecided):
        if event.outcome != "upheld":
            found.discard(event.challenge_id)
    return found


def _waived(truth: Truth, frame: Frame[Any], disclosure_id: str) -> set[str]:
    waivers = truth.before(frame, ConflictWaived)
    return {event.party for _, event in waivers if event.disclosure_id == disclosure_id}


def newcomers_are_inquired_into_first(truth: Truth) -> None:
    """I-3: before a party gets access, who mediates has looked into its ties to it."""
    office = Office()
    for frame in truth.frames:
        event = frame.event
        if isinstance(event, PartyJoined) and not is_noted(truth, frame):
            asked = [f for f, e in truth.before(frame, JoinderRequested) if e.party == event.party]
            assert asked, f"{frame.ref}: nobody asked"
            since = truth.place(asked[-1])
            looked = {
                done.person
                for f, done in truth.before(frame, ConflictInquiryCompleted)
                if truth.place(f) > since and event.party in done.concerning
            }
            assert office.holders <= looked, f"{frame.ref}: {office.holders - looked} did not look"
        office.fold(event)


class Newcomers:
    """Who came since each mediator took its seat, by the events alone, as places in the record."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.seats: dict[str, int] = {}
        self.came: dict[tuple[str | None, str], int] = {}
        self.ended: set[tuple[str | None, str]] = set()

    def fold(self, frame: Frame[Any], place: int) -> None:
        """Take in one event."""
        match frame.event:
            case MediatorAppointed() | SuccessorAppointed() as event:
                self.seats = dict.fromkeys(event.mediators, place)
            case CoMediatorAdded() as event:
                self.seats = {p: self.seats.get(p, place) for p in event.mediators}
            case MandateEnded() as event:
                self.seats = {p: at for p, at in self.seats.items() if p not in event.persons}
            case RepresentativeAuthorised() as event if frame.acting_for != "registry":
                self._authorised((event.party, event.person), event.ends, place)
            case AuthorityRevoked() as event:
                self.ended.add((event.party, event.person))
            case InterestedPersonNamed() as event:
                self.came.setdefault((None, event.person), place)
            case _:
                pass

    def _authorised(self, key: tuple[str, str], ends: str | None, place: int) -> None:
        """Note when somebody first spoke; one with an end in sight is not followed here."""
        self.came.setdefault(key, place)
        self.ended = self.ended - {key} if ends is None else self.ended | {key}

    def owed(self) -> Iterator[tuple[str, str]]:
        """Pair each mediator with who came after it took its seat and still speaks."""
        for key, since in self.came.items():
            if key not in self.ended:
                yield from ((m, key[1]) for m, at in self.seats.items() if at < since)


def change_of_persons_reopens_the_inquiry(truth: Truth) -> None:
    """I-3: no meeting begins before who mediates has looked into everybody who came since."""
    newcomers = Newcomers()
    if any(True for _ in truth.all(CaseTakenOver)):
        return
    for place, frame in enumerate(truth.frames):
        meets = isinstance(frame.event, SessionOpened | CaucusOpened | MediatorProposalIssued)
        if meets and not is_noted(truth, frame):
            for mediator, whom in newcomers.owed():
                looked = mediator in _looked_into(truth, frame, whom)
                assert looked, f"{frame.ref}: {mediator} did not look into {whom}"
        newcomers.fold(frame, place)


def counsel_gets_access_after_the_inquiry(truth: Truth) -> None:
    """I-3: nobody acts as counsel that came after the mediators before they looked into it."""
    office = Office()
    waits: dict[tuple[str, str], frozenset[str]] = {}
    for frame in truth.frames:
        event = frame.event
        if isinstance(event, RepresentativeAuthorised):
            counsel = event.capacity == "counsel" and frame.acting_for != "registry"
            spoke = any(
                (e.party, e.person) == (event.party, event.person)
                for _, e in truth.before(frame, RepresentativeAuthorised)
            )
            if counsel and office.holders and not spoke:
                waits[event.party, event.person] = office.holders
        for (party, person), holders in waits.items():
            if (frame.acting_for, frame.actor) == (f"party:{party}", person):
                missing = (holders & office.holders) - _looked_into(truth, frame, person)
                assert not missing, f"{frame.ref} by {person} before {missing} looked into it"
        office.fold(event)


def _looked_into(truth: Truth, frame: Frame[Any], whom: str) -> set[str]:
    """Name who had inquired into somebody when a frame was recorded."""
    done = truth.before(frame, ConflictInquiryCompleted)
    return {inquiry.person for _, inquiry in done if whom in inquiry.concerning}


def consent_ends_with_execution(truth: Truth) -> None:
    """I-16: nobody leaves what it has signed for good; who leaves stays bound to confidence."""
    for frame, event in truth.all(ConsentWithdrawn):
        for _, executed in truth.before(frame, SettlementExecuted):
            bound = executed.scope == "whole" and event.party in executed.signed_by
            assert not bound or is_noted(truth, frame), f"{frame.ref} after execution"
        if any(True for _ in truth.before(frame, ConfidentialityTermsAdopted)):
            own = truth.cut(f"party:{event.party}")
            assert own.engagement.terms_in_force, f"{event.party} is bound no more"


def a_successor_reads_what_was_handed_over(truth: Truth) -> None:
    """I-24: of earlier caucuses only what its owner handed over, and after it said so."""
    mandate = truth.spec.file.roster.mandate
    for room in truth.rights("mediator"):
        if kind_of(room) in ("caucus", "mediators"):
            assert int(room.partition("@")[2] or 1) == max(mandate, 1), f"the mediator reads {room}"
    for frame, _ in truth.all(HandedOver):
        party = frame.room.partition(":")[2].partition("@")[0]
        number = int(frame.room.partition("@")[2] or 1)
        agreed = {
            (e.party, e.mandate_number)
            for f, e in truth.all(HandoverConsentGiven)
            if truth.place(f) < truth.place(frame) or f.command == frame.command
        }
        assert (party, number) in agreed, f"{frame.ref} without consent of {party}"
        assert frame.acting_for == f"party:{party}", f"{frame.ref} by {frame.acting_for}"


def who_was_removed_is_out(truth: Truth) -> None:
    """I-1: mediators the parties removed hold no mandate."""
    for frame, event in truth.all(MediatorRemoved):
        ended = {p for f in truth.with_it(frame) for p in getattr(f.event, "persons", ())}
        assert set(event.persons) <= ended, f"{frame.ref} ended nothing"
