"""Say in words where a case stands: for terminals, pipes and pages alike."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias
from zoneinfo import ZoneInfo

from ledger.instants import parse_instant
from projections.case_shown import (
    AuthorityView,
    ConsolidationView,
    DeadlineView,
    InstrumentView,
    MandateView,
    PartyView,
    ProposalView,
)
from services.reading import words
from services.reading.showing import Shown

Line: TypeAlias = tuple[str, str]
"""What it is about, and what is to be said of it."""


def heading(shown: Shown) -> str:
    """Name a case in a line."""
    names = [name for name in (shown.number, shown.external_ref) if name]
    title = words.isolated(shown.title or "")
    return "  ".join([" / ".join(names) or shown.case_id, title]).strip()


def seen_by(shown: Shown) -> str:
    """Say whose eyes see this, and from when."""
    at = words.in_zone(shown.as_of, ZoneInfo(shown.zone))
    return f"as {shown.viewer} sees it at {at} ({shown.zone})"


def summary(shown: Shown) -> Iterator[Line]:
    """Say where a case stands, line by line."""
    yield "phase", shown.phase + (f", outcome: {words.plain(shown.outcome)}" * bool(shown.outcome))
    yield "talks", shown.run
    if shown.taken_over:
        yield "taken over", "began elsewhere; what its source does not say is not recorded"
    for party in shown.parties:
        yield f"party {party.party}", _party(party)
    yield "mediation", _mandate(shown.mandate)
    yield "terms", "; ".join(_terms(shown))
    for session in shown.sessions:
        begins = f", {session.begins}" if session.begins else ""
        yield f"session {session.session_id}", f"{session.status}{begins}"
    yield from _talks(shown)
    yield from _settlement(shown)
    yield from _record(shown)


def _party(party: PartyView) -> str:
    parts = [
        words.isolated(party.name or ""),
        "asked for the mediation" if party.requesting else "",
    ]
    consent = {"none": "not yet invited", "conditional": "consented with conditions"}
    parts.append(consent.get(party.consent, party.consent))
    if party.conditions:
        parts.append(f"open conditions: {', '.join(party.conditions)}")
    parts.extend(_authority(held) for held in party.authorities)
    return "; ".join(part for part in parts if part)


def _authority(held: AuthorityView) -> str:
    until = f" until {held.ends}" if held.ends else ""
    ended = "" if held.live else ", no longer"
    return f"{words.person(held.person)} may {', '.join(held.powers)}{until}{ended}"


def _mandate(mandate: MandateView) -> str:
    if not mandate.number:
        return "no mediator yet"
    seat = ", ".join(words.person(person) for person in mandate.mediators) or "nobody"
    parts = [f"mandate {mandate.number} {mandate.status}: {seat}"]
    parts.extend(f"disclosure {d.disclosure_id} not waived" for d in mandate.open_disclosures)
    parts.extend(f"{o.objection_id} of {o.party} open" for o in mandate.open_objections)
    if mandate.to_inquire:
        new = ", ".join(words.person(person) for person in mandate.to_inquire)
        parts.append(f"not inquired into yet: {new}")
    return "; ".join(parts)


def _terms(shown: Shown) -> Iterator[str]:
    engagement = shown.engagement
    yield "engagement confirmed" if engagement.confirmed else "engagement not confirmed"
    in_force = "in force" if engagement.terms_in_force else "not in force"
    yield f"confidentiality {in_force}"
    if engagement.rights_explained:
        yield "rights explained"
    if engagement.undertakings:
        yield f"undertakings: {_people(engagement.undertakings)}"


def _people(persons: Iterable[str]) -> str:
    return ", ".join(words.person(person) for person in persons)


def _talks(shown: Shown) -> Iterator[Line]:
    if shown.issues:
        yield "issues", ", ".join(shown.issues)
    if shown.consolidation:
        yield "consolidated", _consolidation(shown.consolidation)
    for deadline in shown.deadlines:
        yield "deadline", _deadline(deadline)
    for proposal in shown.proposals:
        yield f"proposal {proposal.proposal_id}", _proposal(proposal, shown)
    if shown.agreement:
        yield "agreement", f"in principle ({shown.agreement}); binds nobody until signed"
    if shown.impasses:
        yield "impasses", ", ".join(shown.impasses)


def _consolidation(known: ConsolidationView) -> str:
    parts = [f"with {', '.join(known.cases)}; {known.lead} leads"]
    if known.gone:
        parts.append(f"there: {', '.join(known.gone)}")
    if known.rests:
        parts.append("the talks rest here")
    return "; ".join(parts)


def _deadline(deadline: DeadlineView) -> str:
    whose = f" for {deadline.concerns}" if deadline.concerns else ""
    passed = "passed " if deadline.over else ""
    return f"{passed}{deadline.on} {words.plain(deadline.rule)}{whose}: {deadline.arithmetic}"


def _proposal(proposal: ProposalView, shown: Shown) -> str:
    parts = [f"open, {proposal.kind} by {proposal.by} in {proposal.room}"]
    if proposal.awaits:
        parts.append(f"waits for {', '.join(proposal.awaits)}")
    if proposal.valid_until:
        until = words.in_zone(parse_instant(proposal.valid_until), ZoneInfo(shown.zone))
        parts.append(f"until {until}")
    return "; ".join(parts)


def _settlement(shown: Shown) -> Iterator[Line]:
    for text in shown.settlements:
        yield f"settlement {text.settlement_id}", _instrument(text)
    for owed in shown.obligations:
        due = f", due {owed.due}" if owed.due else ""
        says = f"{owed.obligor} owes {owed.obligee}{due}: {owed.stands}"
        yield f"obligation {owed.obligation_id}", says


def _instrument(text: InstrumentView) -> str:
    parts = [f"{words.plain(text.status)}, draft {text.draft_version}, {text.scope}"]
    if text.signed_by:
        parts.append(f"signed by {', '.join(text.signed_by)}")
    if text.missing:
        parts.append(f"not signed by {', '.join(text.missing)}")
    if text.open_conditions:
        parts.append(f"open conditions: {', '.join(text.open_conditions)}")
    return "; ".join(parts)


def _record(shown: Shown) -> Iterator[Line]:
    if shown.holds:
        yield "holds", ", ".join(shown.holds)
    counts = {
        "irregular": shown.irregular,
        "corrected": shown.corrected,
        "contested": shown.contested,
        "erased": shown.erased,
    }
    told = [f"{count} {what}" for what, count in counts.items() if count]
    if told:
        yield "entries", ", ".join(told)
