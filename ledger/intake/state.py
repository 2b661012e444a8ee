"""Fold the intake: who the parties are, where their consent stands, who speaks for them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.errors import DecodeError
from ledger.instants import parse_instant
from ledger.intake.events import (
    AuthorityLimited,
    CaseTakenOver,
    ConsentGiven,
    ConsentWithdrawn,
    ContinuationAgreed,
    DisputeScopeDefined,
    DisputeScopeVaried,
    IntakeEvent,
    InvitationDeclined,
    InvitationIssued,
    InvitationServed,
    MediationOfferedAnew,
    MediationRequested,
    ReplyPeriodElapsed,
    RepresentativeAuthorised,
    RequestAcknowledged,
    RequestDeclined,
    RequestLapsed,
    RequestRegistered,
    RequestWithdrawn,
    ServiceFailed,
    SilenceTreatedAsRefusal,
)
from ledger.parties import RUNNING, Authority, Consent, Party, Phase
from ledger.profile import ProfileRef

STAYING: tuple[Consent, ...] = ("none", "invited", "consented", "conditional")
"""Where the consent of a party stands that has not left."""
AFTER_CONSENT = RUNNING | {Phase.TERMINATED, Phase.CLOSED, Phase.EVALUATED}
"""Phases that a case reaches only once its parties have consented."""


class Silence(Struct, frozen=True):
    """What the silence of a party came to.

    Attributes:
        by: What gave it its effect: an election, or the profile by itself.
        at: Instant from which a consent is late, RFC 3339.
    """

    by: Literal["election", "profile"]
    at: str


class Intake(Struct, frozen=True):
    """Where request, invitations and consents stand.

    Attributes:
        parties: Every party named, by id, the requester first.
        authorities: By (party, person).
        number: The case's number.
        external_ref: Name of the case elsewhere.
        profile: The profile pinned.
        issues: Issues to be mediated, each with the event (room:seq) that defined it.
        taken_over: Whether the case began elsewhere.
        request: The request without its content, where it may be seen.
        request_ref: Its event (room:seq).
        received: When it had come, RFC 3339.
        acknowledged: Whether receipt was acknowledged.
        registered: When the common record was opened, RFC 3339.
        ended: How it ended before consent by act of the institution or the requester.
        issued: Parties an invitation was sent to.
        served: Parties it reached.
        elapsed: Last instant of the reply time that passed in silence, by party.
        silences: What the silence of a party came to, by party.
        offers: Parties whose late consent stands as a fresh offer.
        continuing: Parties that agreed to go on since somebody last left.
    """

    parties: Mapping[str, Party] = MappingProxyType({})
    authorities: Mapping[tuple[str, str], Authority] = MappingProxyType({})
    number: str | None = None
    external_ref: str | None = None
    profile: ProfileRef | None = None
    issues: Mapping[str, str] = MappingProxyType({})
    taken_over: bool = False
    request: MediationRequested | None = None
    request_ref: str | None = None
    received: str | None = None
    acknowledged: bool = False
    registered: str | None = None
    ended: Literal["declined", "withdrawn"] | None = None
    issued: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    elapsed: Mapping[str, str] = MappingProxyType({})
    silences: Mapping[str, Silence] = MappingProxyType({})
    offers: frozenset[str] = frozenset()
    continuing: frozenset[str] = frozenset()

    def requester(self) -> str | None:
        """Name the party that asked first, None where nobody is known to have."""
        return next((p for p, party in self.parties.items() if party.requesting), None)

    def remaining(self) -> tuple[str, ...]:
        """Name the parties that have not left."""
        return tuple(p for p, party in self.parties.items() if party.consent in STAYING)

    def somebody_left(self) -> bool:
        """Tell whether a party declined, stayed silent with effect, or withdrew."""
        return len(self.remaining()) < len(self.parties)


def evolve(state: Intake, frame: Frame[IntakeEvent]) -> Intake:  # noqa: C901 - one case an event
    """Fold one event."""
    event = frame.event
    match event:
        case MediationRequested():
            return _requested(state, event, frame)
        case RequestRegistered():
            return replace(_registered(state, event, frame), received=event.received)
        case CaseTakenOver():
            return _taken_over(state, event, frame)
        case RequestAcknowledged():
            return replace(state, acknowledged=True)
        case RequestDeclined():
            return replace(state, ended="declined")
        case RequestWithdrawn():
            return replace(state, ended="withdrawn")
        case InvitationIssued():
            issued = replace(state, issued=state.issued | {event.party})
            return _consent(issued, event.party, "invited", frame.ref)
        case InvitationServed():
            return replace(state, served=state.served | {event.party})
        case ServiceFailed():
            return replace(state, issued=state.issued - {event.party})
        case ConsentGiven():
            return _consented(state, event, frame.ref)
        case MediationOfferedAnew():
            return replace(state, offers=state.offers | {event.party})
        case InvitationDeclined():
            return _left(state, event.party, "declined", frame.ref)
        case ReplyPeriodElapsed():
            return replace(state, elapsed={**state.elapsed, event.party: event.due})
        case SilenceTreatedAsRefusal():
            return _silent(state, event.party, Silence("election", _instant(frame)), frame.ref)
        case RequestLapsed():
            silence = Silence("profile", state.elapsed.get(event.party, _instant(frame)))
            return _silent(state, event.party, silence, frame.ref)
        case ConsentWithdrawn():
            return _left(state, event.party, "withdrawn", frame.ref)
        case ContinuationAgreed():
            return replace(state, continuing=state.continuing | {event.party})
        case RepresentativeAuthorised():
            held = Authority(event.party, event.person, event.powers, frame.ref, event.ends)
            return _holding(state, held)
        case AuthorityLimited():
            return _limited(state, event, frame.ref)
        case DisputeScopeDefined() | DisputeScopeVaried():
            return replace(state, issues=dict.fromkeys(event.issues, frame.ref))
        case _:
            assert_never(event)


def _requested(state: Intake, event: MediationRequested, frame: Frame[IntakeEvent]) -> Intake:
    named = replace(
        _named(state, event, frame.ref),
        request=event,
        request_ref=frame.ref,
        received=_instant(frame),
    )
    for person, powers in event.representatives.items():
        named = _holding(named, Authority(event.requester, person, powers, frame.ref))
    return named


def _named(
    state: Intake, event: MediationRequested | RequestRegistered | CaseTakenOver, ref: str
) -> Intake:
    """Name the parties; who asks for a mediation thereby consents to it."""
    asking = (event.requester,) if isinstance(event, MediationRequested) else event.requesters
    parties = {p: state.parties.get(p, Party(p)) for p in event.parties}
    for party in asking:
        parties[party] = Party(party, requesting=True, consent="consented", consent_ref=ref)
    return replace(state, parties=parties, number=event.number, external_ref=event.external_ref)


def _registered(
    state: Intake, event: RequestRegistered | CaseTakenOver, frame: Frame[IntakeEvent]
) -> Intake:
    return replace(
        _named(state, event, frame.ref), profile=event.profile, registered=_instant(frame)
    )


def _taken_over(state: Intake, event: CaseTakenOver, frame: Frame[IntakeEvent]) -> Intake:
    """Name the parties with the consent that the asserted phase implies."""
    taken, ref = replace(_registered(state, event, frame), taken_over=True), frame.ref
    silent = [p for p, party in taken.parties.items() if not party.requesting]
    for party in silent:
        if event.phase == Phase.INVITED:
            taken = _consent(taken, party, "invited", ref)
        elif event.phase in AFTER_CONSENT:
            taken = _consent(taken, party, "consented", ref)
    return taken


def _instant(frame: Frame[IntakeEvent]) -> str:
    """Say when an act happened if that is known, else when it was written; RFC 3339."""
    try:
        at = parse_instant(frame.occurred or "")
    except DecodeError:
        at = frame.recorded
    return at.isoformat().replace("+00:00", "Z")


def _consented(state: Intake, event: ConsentGiven, ref: str) -> Intake:
    if event.party not in state.parties:
        return state
    given = _consent(state, event.party, "conditional" if event.conditions else "consented", ref)
    party = replace(given.parties[event.party], conditions=event.conditions)
    return replace(given, parties={**given.parties, event.party: party})


def _silent(state: Intake, party: str, silence: Silence, ref: str) -> Intake:
    """Take a silence for a refusal."""
    known = replace(state, silences={**state.silences, party: silence})
    return _left(known, party, "declined", ref)


def _left(state: Intake, party: str, consent: Consent, ref: str) -> Intake:
    """Let a party go; whether the others go on is asked afresh."""
    return replace(_consent(state, party, consent, ref), continuing=frozenset())


def _consent(state: Intake, party: str, consent: Consent, ref: str) -> Intake:
    """Set where a party's consent stands; a party these eyes do not know stays unknown."""
    known = state.parties.get(party)
    if known is None:
        return state
    changed = replace(known, consent=consent, consent_ref=ref)
    return replace(state, parties={**state.parties, party: changed})


def _holding(state: Intake, held: Authority) -> Intake:
    return replace(state, authorities={**state.authorities, (held.party, held.person): held})


def _limited(state: Intake, event: AuthorityLimited, ref: str) -> Intake:
    held = state.authorities.get((event.party, event.person))
    return state if held is None else _holding(state, replace(held, limits_ref=ref))
