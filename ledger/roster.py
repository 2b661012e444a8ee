"""Fold who belongs to a case: parties, representatives, mandates, candidates."""

from collections.abc import Mapping
from typing import Any, TypeAlias, assert_never, get_args

from msgspec.structs import replace

from ledger.envelope import Event, Frame
from ledger.follow_up.after_events import CaseReopened, InformationReleasedToRound
from ledger.instants import parse_instant
from ledger.institution.events import InstitutionFounded
from ledger.intake.events import (
    CaseTakenOver,
    ConsentWithdrawn,
    InvitationDeclined,
    MediationRequested,
    RepresentativeAuthorised,
    RequestLapsed,
    RequestRegistered,
    SilenceTreatedAsRefusal,
)
from ledger.intake.joinder_events import PartyJoined, PartyReleased
from ledger.intake.offer_events import GoodOfficesDeclined, GoodOfficesOffered
from ledger.intake.standing_events import AuthorityRevoked
from ledger.neutrality.change_events import CoMediatorAdded
from ledger.neutrality.choice_events import NominationLapsed
from ledger.neutrality.events import (
    CandidateApproached,
    ConflictInquiryCompleted,
    MandateEnded,
    MediatorAppointed,
    MediatorDeclined,
    SuccessorAppointed,
)
from ledger.record.opening_events import CaucusAccessEnded, CaucusAccessGranted
from ledger.rooms import WHOLE, Opened, Roster, Span, kind_of

Belonging: TypeAlias = (
    MediationRequested
    | CaseTakenOver
    | RequestRegistered
    | RepresentativeAuthorised
    | ConflictInquiryCompleted
    | InvitationDeclined
    | ConsentWithdrawn
    | SilenceTreatedAsRefusal
    | RequestLapsed
    | CandidateApproached
    | MediatorDeclined
    | NominationLapsed
    | MediatorAppointed
    | SuccessorAppointed
    | MandateEnded
    | InstitutionFounded
    | GoodOfficesOffered
    | GoodOfficesDeclined
    | AuthorityRevoked
    | PartyJoined
    | PartyReleased
    | CaseReopened
    | InformationReleasedToRound
    | CoMediatorAdded
    | CaucusAccessGranted
    | CaucusAccessEnded
)
"""Events that change who belongs to a case; no other is looked at."""
BELONGING: frozenset[type[Event]] = frozenset(get_args(Belonging))
FEWEST_PARTIES = 2


def admit(roster: Roster, frame: Frame[Any], seqs: Mapping[str, int]) -> Roster:
    """Fold one event into the roster.

    Args:
        roster: Who belonged before it.
        frame: The event.
        seqs: Last sequence of every room, this event included.
    """
    return _admit(roster, frame, seqs) if type(frame.event) in BELONGING else roster


def _admit(  # noqa: C901 - one case an event
    roster: Roster, frame: Frame[Any], seqs: Mapping[str, int]
) -> Roster:
    event: Belonging = frame.event
    match event:
        case MediationRequested() | CaseTakenOver() | RequestRegistered() | GoodOfficesOffered():
            return _named(roster, event)
        case RepresentativeAuthorised():
            return _authorised(roster, event, frame.acting_for)
        case ConflictInquiryCompleted():
            pairs = {(event.person, whom) for whom in event.concerning}
            return _looked_into(replace(roster, looked=roster.looked | pairs))
        case AuthorityRevoked():
            return _revoked(roster, event.party, event.person)
        case (
            InvitationDeclined()
            | GoodOfficesDeclined()
            | ConsentWithdrawn()
            | SilenceTreatedAsRefusal()
            | RequestLapsed()
            | PartyReleased()
        ):
            return _left(roster, event.party, frame.seq)
        case PartyJoined():
            return _joined(roster, event, frame.seq)
        case CaseReopened():
            return _reopened(roster, event, frame.seq)
        case InformationReleasedToRound():
            return replace(roster, apart=roster.apart - {event.party})
        case CandidateApproached():
            return replace(roster, candidates=(*roster.candidates, event.person))
        case MediatorDeclined() | NominationLapsed():
            return replace(roster, candidates=_without(roster.candidates, (event.person,)))
        case MediatorAppointed() | SuccessorAppointed() | CoMediatorAdded():
            seated = _appointed(roster, tuple(event.mediators), event.mandate_number)
            joined = isinstance(event, CoMediatorAdded)
            return seated if joined else _with_access(seated, tuple(seated.awaiting))
        case MandateEnded(vacant=False):
            left = replace(roster, mediators=_without(roster.mediators, event.persons))
            return _looked_into(left)
        case MandateEnded():
            shared = {r: n for r, n in seqs.items() if kind_of(r) in ("joint", "chair", "group")}
            return replace(roster, mediators=(), closed=shared)
        case CaucusAccessGranted():
            opened = Opened(event.caucus, event.reader, parse_instant(event.until))
            return replace(roster, opened={**roster.opened, (event.party, event.access_id): opened})
        case CaucusAccessEnded():
            done = (event.party, event.access_id)
            return replace(roster, opened={k: o for k, o in roster.opened.items() if k != done})
        case InstitutionFounded():
            return replace(roster, institution=True)
        case _:
            assert_never(event)


def _named(
    roster: Roster,
    event: MediationRequested | CaseTakenOver | RequestRegistered | GoodOfficesOffered,
) -> Roster:
    """Admit the requester alone until the request is served on the others."""
    if isinstance(event, MediationRequested):
        parties = dict.fromkeys(event.parties, WHOLE) if event.joint else {event.requester: WHOLE}
        admitted = replace(roster, parties={**roster.parties, **parties})
        for person in event.representatives:
            admitted = _representing(admitted, event.requester, person)
        return admitted
    return replace(roster, parties={**dict.fromkeys(event.parties, WHOLE), **roster.parties})


def _representing(roster: Roster, party: str, person: str) -> Roster:
    parties = tuple(dict.fromkeys((*roster.persons.get(person, ()), party)))
    return replace(roster, persons={**roster.persons, person: parties})


def _authorised(roster: Roster, event: RepresentativeAuthorised, acting_for: str | None) -> Roster:
    """Let a person read for a party; new counsel waits for the mediators' inquiry (I-3).

    Who comes with a party that joins came under the inquiry into that party.
    """
    known = event.party in roster.persons.get(event.person, ())
    at_once = known or acting_for == "registry" or not roster.mediators
    if event.capacity != "counsel" or at_once:
        return _representing(roster, event.party, event.person)
    parties = tuple(dict.fromkeys((*roster.awaiting.get(event.person, ()), event.party)))
    return _looked_into(replace(roster, awaiting={**roster.awaiting, event.person: parties}))


def _looked_into(roster: Roster) -> Roster:
    """Give access to counsel that every mediator in office has inquired into."""
    office = roster.mediators
    done = [
        person
        for person in roster.awaiting
        if office and all((mediator, person) in roster.looked for mediator in office)
    ]
    return _with_access(roster, tuple(done)) if done else roster


def _with_access(roster: Roster, persons: tuple[str, ...]) -> Roster:
    """Let persons read who waited; whoever takes office anew has inquired into all there are."""
    for person in persons:
        for party in roster.awaiting[person]:
            roster = _representing(roster, party, person)
    waiting = {p: parties for p, parties in roster.awaiting.items() if p not in persons}
    return replace(roster, awaiting=waiting)


def _revoked(roster: Roster, party: str, person: str) -> Roster:
    """Let a person read for a party no more; what it did before stays its party's act."""
    left = _without(roster.persons.get(person, ()), (party,))
    waits = _without(roster.awaiting.get(person, ()), (party,))
    others = {p: parties for p, parties in roster.awaiting.items() if p != person}
    former = tuple(dict.fromkeys((*roster.former.get(person, ()), party)))
    return replace(
        roster,
        persons={**roster.persons, person: left},
        former={**roster.former, person: former},
        awaiting={**others, person: waits} if waits else others,
    )


def _joined(roster: Roster, event: PartyJoined, seq: int) -> Roster:
    """Let a joiner read from its joining on, or all, as everybody agreed."""
    span = WHOLE if event.access == "full_history" else Span(first=seq)
    return replace(roster, parties={**roster.parties, event.party: span})


def _left(roster: Roster, party: str, seq: int) -> Roster:
    """Bound the leaver's sight of `joint` where the others can go on without it."""
    staying = [p for p, span in roster.parties.items() if p != party and span.last is None]
    if len(staying) < FEWEST_PARTIES:
        return roster
    return replace(roster, parties={**roster.parties, party: Span(last=seq)})


def _reopened(roster: Roster, event: CaseReopened, seq: int) -> Roster:
    """Let those go on who consented afresh; others keep what they saw, and their confidences."""
    parties = dict(roster.parties)
    for party, span in roster.parties.items():
        if party in event.parties:
            parties[party] = Span(first=span.first)
        elif party in event.left and span.last is None:
            parties[party] = Span(first=span.first, last=seq)
    return replace(roster, parties=parties, apart=frozenset(event.left))


def _appointed(roster: Roster, persons: tuple[str, ...], mandate: int) -> Roster:
    return replace(
        roster,
        mandate=mandate,
        mediators=persons,
        closed=None,
        candidates=_without(roster.candidates, persons),
    )


def _without(names: tuple[str, ...], gone: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in gone)
