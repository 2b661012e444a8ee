"""Fold who belongs to a case: parties, representatives, mandates, candidates."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ledger.envelope import Event, Frame
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
from ledger.neutrality.events import (
    CandidateApproached,
    MandateEnded,
    MediatorAppointed,
    MediatorDeclined,
    SuccessorAppointed,
)
from ledger.rooms import WHOLE, Roster, Span, kind_of

FEWEST_PARTIES = 2


def admit(  # noqa: C901 - one case an event
    roster: Roster, frame: Frame[Any], seqs: Mapping[str, int]
) -> Roster:
    """Fold one event into the roster.

    Args:
        roster: Who belonged before it.
        frame: The event.
        seqs: Last sequence of every room, this event included.
    """
    event: Event = frame.event
    match event:
        case MediationRequested() | CaseTakenOver() | RequestRegistered():
            return _named(roster, event)
        case RepresentativeAuthorised():
            return _representing(roster, event.party, event.person)
        case (
            InvitationDeclined() | ConsentWithdrawn() | SilenceTreatedAsRefusal() | RequestLapsed()
        ):
            return _left(roster, event.party, frame.seq)
        case CandidateApproached():
            return replace(roster, candidates=(*roster.candidates, event.person))
        case MediatorDeclined():
            return replace(roster, candidates=_without(roster.candidates, (event.person,)))
        case MediatorAppointed() | SuccessorAppointed():
            return _appointed(roster, tuple(event.mediators), event.mandate_number)
        case MandateEnded(vacant=False):
            return replace(roster, mediators=_without(roster.mediators, event.persons))
        case MandateEnded():
            shared = {r: n for r, n in seqs.items() if kind_of(r) in ("joint", "chair", "group")}
            return replace(roster, mediators=(), closed=shared)
        case InstitutionFounded():
            return replace(roster, institution=True)
        case _:
            return roster


def _named(roster: Roster, event: MediationRequested | CaseTakenOver | RequestRegistered) -> Roster:
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


def _left(roster: Roster, party: str, seq: int) -> Roster:
    """Bound the leaver's sight of `joint` where the others can go on without it."""
    staying = [p for p, span in roster.parties.items() if p != party and span.last is None]
    if len(staying) < FEWEST_PARTIES:
        return roster
    return replace(roster, parties={**roster.parties, party: Span(last=seq)})


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
