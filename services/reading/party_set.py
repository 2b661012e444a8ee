"""Tell who is a party of a case, since when, and who may act for it how far."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import asdict

from ledger.envelope import opened
from ledger.intake.events import (
    AuthorityLimited,
    CaseTakenOver,
    MediationRequested,
    RequestRegistered,
)
from ledger.intake.joinder_events import PartyJoined
from ledger.intake.offer_events import GoodOfficesOffered
from ledger.intake.standing_events import AuthorityQuestioned
from ledger.parties import Capacity
from ledger.terms import Money
from projections import parties, party_set
from projections.parties import Step
from projections.party_set import Member, Speaker
from services.reading.contests import Contest, Contests, contests
from services.reading.eyes import Eyes
from services.reading.sources import Source, sources

NAMING = (MediationRequested, RequestRegistered, CaseTakenOver, GoodOfficesOffered, PartyJoined)
"""Events that say what parties are called."""


class Doubt(Struct, frozen=True, kw_only=True):
    """A doubt whether somebody may act for a party.

    Attributes:
        entry: The event, room:seq.
        by: Who doubts.
        ground: Why, None where it is not shown.
    """

    entry: str
    by: str
    ground: str | None


class Representative(Struct, frozen=True, kw_only=True):
    """Somebody who acts for a party; the names are those of the JSON document.

    Attributes:
        capacity: `counsel`, or `representative` for one of the party's own people.
        powers: What it may do: `negotiate`, `settle`, `sign`.
        live: Whether the powers hold at the instant looked from.
        entry: Event (room:seq) that gave them.
        revoked: Event that took them back.
        doubts: Doubts about them.
        limits: What the party limits them to; for its own eyes.
        ceiling: Up to which amount; for its own eyes.
        contests: Objections to the entry that gave them, with their answers.
    """

    person: str
    capacity: Capacity
    powers: tuple[str, ...]
    starts: str | None
    ends: str | None
    live: bool
    entry: str | None
    revoked: str | None
    doubts: tuple[Doubt, ...]
    limits: str | None
    ceiling: Money | None
    contests: tuple[Contest, ...]


class PartyTold(Struct, frozen=True, kw_only=True):
    """A party; the names are those of the JSON document.

    Attributes:
        name: What it is called, None where not said, erased or sealed.
        requesting: Whether it asked for the mediation.
        consent: Where its consent stands.
        joined: When and how it became one, None where it has not.
        left: When and how it left since, None while it stays.
        steps: Its whole course: invited, consented, withdrew and so on.
        representatives: Who acts for it, and how far.
        contests: Objections to entries of its course, with their answers, by entry.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    party: str
    name: str | None
    requesting: bool
    consent: str
    joined: Step | None
    left: Step | None
    steps: tuple[Step, ...]
    representatives: tuple[Representative, ...]
    contests: dict[str, tuple[Contest, ...]]


def party_list(eyes: Eyes, case: str | None) -> Iterator[PartyTold]:
    """Tell the parties of one case or of all, in the order in which they were named.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for source in sources(eyes, case):
        rows = source.rows(parties.PROJECTION)
        said_of = contests(source)
        for member in party_set.in_memory(rows, source.now):
            yield _told(source, member, said_of)


def _told(source: Source, member: Member, said_of: Contests) -> PartyTold:
    listed = source.listed
    entries = [step.entry for step in member.steps]
    return PartyTold(
        case_id=listed.case_id,
        number=listed.number,
        external_ref=listed.external_ref,
        party=member.party,
        name=_name(source, member),
        requesting=member.requesting,
        consent=listed.consents.get(member.party, "none"),
        joined=member.joined,
        left=member.left,
        steps=member.steps,
        representatives=tuple(_representative(source, s, said_of) for s in member.speakers),
        contests={entry: said_of[entry] for entry in entries if entry in said_of},
    )


def _name(source: Source, member: Member) -> str | None:
    """Return what a party is called by the latest entry of its course that says so."""
    for step in reversed(member.steps):
        event = source.said(step.entry).opened.event
        if isinstance(event, NAMING):
            return opened(event.names, {}).get(member.party)
    return None


def _representative(source: Source, speaker: Speaker, said_of: Contests) -> Representative:
    facts = asdict(speaker)
    ref, questioned = facts.pop("limits"), facts.pop("questioned")
    limit = source.said(ref).opened.event if ref else None
    assert limit is None or isinstance(limit, AuthorityLimited), "the row took its ref from one"
    return Representative(
        **facts,
        doubts=tuple(_doubt(source, doubt) for doubt in questioned),
        limits=None if limit is None else opened(limit.limits, None),
        ceiling=None if limit is None else opened(limit.ceiling, None),
        contests=said_of.get(speaker.entry or "", ()),
    )


def _doubt(source: Source, ref: str) -> Doubt:
    event = source.said(ref).opened.event
    assert isinstance(event, AuthorityQuestioned), "the row took its ref from one"
    return Doubt(entry=ref, by=event.by, ground=opened(event.ground, None))
