"""Fold single acts of the intake into what it knows."""

from typing import Any

from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.errors import DecodeError
from ledger.instants import parse_instant
from ledger.intake.events import (
    AuthorityLimited,
    CaseTakenOver,
    ConsentGiven,
    IntakeEvent,
    MediationRequested,
    RequestRegistered,
)
from ledger.intake.facts import AFTER_CONSENT, STAYING, Intake, Silence
from ledger.intake.joinder_events import (
    PartyJoined,
)
from ledger.intake.offer_events import (
    GoodOfficesAccepted,
    GoodOfficesOffered,
)
from ledger.intake.standing_events import (
    AuthorityRevoked,
    ConsentConditionAccepted,
    ConsentConditionRejected,
)
from ledger.parties import Authority, Consent, Party, Phase


def with_request(state: Intake, event: MediationRequested, frame: Frame[IntakeEvent]) -> Intake:
    """Take in a request: the parties, when it came, and whom the requester sends."""
    named = replace(
        _named(state, event, frame.ref),
        request=event,
        request_ref=frame.ref,
        received=instant_of(frame),
    )
    for person, powers in event.representatives.items():
        named = with_authority(named, Authority(event.requester, person, powers, frame.ref))
    return named


def _named(
    state: Intake, event: MediationRequested | RequestRegistered | CaseTakenOver, ref: str
) -> Intake:
    """Name the parties; who asks for a mediation thereby consents to it."""
    asking = (event.requester,) if isinstance(event, MediationRequested) else event.requesters
    parties = {p: state.parties.get(p, Party(p)) for p in event.parties}
    for party in asking:
        parties[party] = Party(party, requesting=True, consent="consented", consent_ref=ref)
    return replace(
        state,
        parties=parties,
        number=event.number,
        external_ref=event.external_ref,
        named_ref=ref,
    )


def with_registration(
    state: Intake, event: RequestRegistered | CaseTakenOver, frame: Frame[IntakeEvent]
) -> Intake:
    """Take in the common record: the parties, and the profile pinned."""
    return replace(
        _named(state, event, frame.ref), profile=event.profile, registered=instant_of(frame)
    )


def taken_over(state: Intake, event: CaseTakenOver, frame: Frame[IntakeEvent]) -> Intake:
    """Name the parties with the consent that the asserted phase implies."""
    taken, ref = with_registration(state, event, frame), frame.ref
    consent: Consent | None = "consented" if event.phase in AFTER_CONSENT else None
    if event.phase == Phase.INVITED:
        consent = "invited"
    parties = {
        name: party
        if party.requesting or consent is None
        else replace(party, consent=consent, consent_ref=ref)
        for name, party in taken.parties.items()
    }
    return replace(taken, parties=parties, taken_over=True)


def instant_of(frame: Frame[IntakeEvent]) -> str:
    """Say when an act happened if that is known, else when it was written; RFC 3339."""
    try:
        at = parse_instant(frame.occurred or "")
    except DecodeError:
        at = frame.recorded
    return at.isoformat().replace("+00:00", "Z")


def consent_given(state: Intake, event: ConsentGiven, ref: str) -> Intake:
    """Take in a consent; with conditions it is conditional."""
    if event.party not in state.parties:
        return state
    given = with_consent(
        state, event.party, "conditional" if event.conditions else "consented", ref
    )
    party = replace(given.parties[event.party], conditions=event.conditions)
    met = {k: v for k, v in given.conditions_met.items() if k[0] != event.party}
    refused = frozenset(k for k in given.conditions_refused if k[0] != event.party)
    given = replace(given, conditions_met=met, conditions_refused=refused)
    return replace(given, parties={**given.parties, event.party: party})


def fallen_silent(state: Intake, party: str, silence: Silence, ref: str) -> Intake:
    """Take a silence for a refusal."""
    known = replace(state, silences={**state.silences, party: silence})
    return parted(known, party, "declined", ref)


def parted(state: Intake, party: str, consent: Consent, ref: str) -> Intake:
    """Let a party go; whether the others go on is asked afresh."""
    return replace(with_consent(state, party, consent, ref), continuing=frozenset())


def with_consent(state: Intake, party: str, consent: Consent, ref: str) -> Intake:
    """Set where a party's consent stands; a party these eyes do not know stays unknown."""
    known = state.parties.get(party)
    if known is None:
        return state
    changed = replace(known, consent=consent, consent_ref=ref)
    return replace(state, parties={**state.parties, party: changed})


def with_authority(state: Intake, held: Authority) -> Intake:
    """Let a person speak for a party."""
    return replace(state, authorities={**state.authorities, (held.party, held.person): held})


def authority_given(state: Intake, frame: Frame[Any]) -> Authority:
    """Say what a person may do from now on; who spoke for the party before does not come anew."""
    event = frame.event
    known = state.authorities.get((event.party, event.person))
    with_its_party = frame.acting_for == "registry"
    came = None if with_its_party else frame.recorded
    return Authority(
        party=event.party,
        person=event.person,
        powers=event.powers,
        ref=frame.ref,
        ends=event.ends,
        capacity=event.capacity,
        came=came if known is None else known.came,
    )


def with_limits(state: Intake, event: AuthorityLimited, ref: str) -> Intake:
    """Note where the limits of an authority stand."""
    held = state.authorities.get((event.party, event.person))
    return state if held is None else with_authority(state, replace(held, limits_ref=ref))


def authority_ended(state: Intake, event: AuthorityRevoked) -> Intake:
    """End an authority with the notice; what was done before it stands."""
    held = state.authorities.get((event.party, event.person))
    return state if held is None else with_authority(state, replace(held, ends=event.ends))


def with_offer(state: Intake, event: GoodOfficesOffered, ref: str) -> Intake:
    """Name the parties that good offices were offered to."""
    parties = {p: state.parties.get(p, Party(p)) for p in event.parties}
    return replace(
        state, parties=parties, number=event.number, offer=event, offer_ref=ref, named_ref=ref
    )


def taken_up(state: Intake, event: GoodOfficesAccepted, ref: str) -> Intake:
    """Take an acceptance for consent, and the first one for the request."""
    agreed = with_consent(state, event.party, "consented", ref)
    known = agreed.parties.get(event.party)
    if known is None:
        return agreed
    asking = replace(known, requesting=event.requesting)
    return replace(agreed, parties={**agreed.parties, event.party: asking})


def condition_answered(
    state: Intake, event: ConsentConditionAccepted | ConsentConditionRejected, ref: str
) -> Intake:
    """Take a condition away once all others accepted it; the last one makes the consent whole."""
    names = (event.owner, event.condition_id)
    if isinstance(event, ConsentConditionRejected):
        return replace(state, conditions_refused=state.conditions_refused | {names})
    met = state.conditions_met.get(names, frozenset()) | {event.party}
    state = replace(state, conditions_met={**state.conditions_met, names: met})
    known = state.parties.get(event.owner)
    if not event.complete or known is None:
        return state
    left = tuple(one for one in known.conditions if one != event.condition_id)
    changed = replace(known, conditions=left)
    state = replace(state, parties={**state.parties, event.owner: changed})
    return state if left else with_consent(state, event.owner, "consented", ref)


def with_joiner(state: Intake, event: PartyJoined, frame: Frame[IntakeEvent]) -> Intake:
    """Take in a party; eyes that saw no beginning begin from what stands here."""
    if state.profile is None:
        state = _begun(state, event, frame)
    known = state.joinders.get(event.party)
    if known is not None:
        decided = replace(known, outcome="joined")
        state = replace(state, joinders={**state.joinders, event.party: decided})
    party = Party(event.party, consent="consented", consent_ref=frame.ref)
    return replace(state, parties={**state.parties, event.party: party}, named_ref=frame.ref)


def _begun(state: Intake, event: PartyJoined, frame: Frame[IntakeEvent]) -> Intake:
    parties = {
        p: Party(p, requesting=p in event.requesters, consent=consent, consent_ref=frame.ref)
        for p, consent in event.consents.items()
    }
    return replace(
        state,
        parties=parties,
        number=event.number,
        external_ref=event.external_ref,
        profile=event.profile,
        registered=instant_of(frame),
        issues=dict.fromkeys(event.issues, frame.ref),
    )


def with_fresh_consents(state: Intake, going_on: tuple[str, ...], ref: str) -> Intake:
    """Take in who goes on in a reopened case; whoever took part before and does not is released."""
    parties = dict(state.parties)
    for name, party in state.parties.items():
        if name in going_on:
            parties[name] = replace(party, consent="consented", consent_ref=ref, conditions=())
        elif party.consent in STAYING:
            parties[name] = replace(party, consent="released", consent_ref=ref)
    return replace(state, parties=parties, continuing=frozenset(going_on))
