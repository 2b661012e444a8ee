"""Keep who is a party, since when and until when, and who may act for it how far (V11)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ledger.catalogue import AnyEvent
from ledger.envelope import Event, Frame
from ledger.follow_up.after_events import CaseReopened
from ledger.intake.events import (
    AuthorityLimited,
    CaseTakenOver,
    ConsentGiven,
    ConsentWithdrawn,
    ContinuationAgreed,
    InvitationDeclined,
    InvitationIssued,
    InvitationServed,
    MediationOfferedAnew,
    MediationRequested,
    RepresentativeAuthorised,
    RequestLapsed,
    RequestRegistered,
    SilenceTreatedAsRefusal,
)
from ledger.intake.joinder_events import (
    JoinderConsented,
    JoinderRefused,
    JoinderRequested,
    PartyJoined,
    PartyReleased,
)
from ledger.intake.offer_events import GoodOfficesAccepted, GoodOfficesDeclined, GoodOfficesOffered
from ledger.intake.standing_events import (
    AuthorityQuestioned,
    AuthorityRevoked,
    ConsentConditionAccepted,
    ConsentConditionRejected,
)
from ledger.parties import Capacity
from ledger.store.reader import Read
from projections.rows import Projection, Row, Rows, place

Does: TypeAlias = Literal["joins", "leaves", "neither"]
STEPS: dict[type[Event], tuple[str, Does]] = {
    InvitationIssued: ("invited", "neither"),
    InvitationServed: ("served", "neither"),
    ConsentGiven: ("consented", "joins"),
    GoodOfficesAccepted: ("accepted the offer", "joins"),
    MediationOfferedAnew: ("offered anew", "neither"),
    ContinuationAgreed: ("agreed to go on", "neither"),
    ConsentConditionAccepted: ("accepted a condition", "neither"),
    ConsentConditionRejected: ("rejected a condition", "neither"),
    JoinderRequested: ("joinder requested", "neither"),
    JoinderConsented: ("agreed to a joinder", "neither"),
    JoinderRefused: ("refused a joinder", "neither"),
    PartyJoined: ("joined", "joins"),
    InvitationDeclined: ("declined", "leaves"),
    GoodOfficesDeclined: ("declined the offer", "leaves"),
    SilenceTreatedAsRefusal: ("silent", "leaves"),
    RequestLapsed: ("silent", "leaves"),
    ConsentWithdrawn: ("withdrew", "leaves"),
    PartyReleased: ("released", "leaves"),
}
"""What an act of one party is called, and whether it thereby joins or leaves."""
NAMING = (MediationRequested, RequestRegistered, CaseTakenOver, GoodOfficesOffered, CaseReopened)
"""Events about several parties at once."""
SPEAKING = (RepresentativeAuthorised, AuthorityLimited, AuthorityRevoked, AuthorityQuestioned)


class Step(Struct, frozen=True):
    """Something a party did, or that befell it, that bears on its being one.

    Attributes:
        what: What it was.
        does: Whether it thereby joined or left.
        entry: Event (room:seq) that says so.
        recorded: When that was written, UTC.
        occurred: When it happened, None where not recorded.
        signatory: Who signed for it.
    """

    what: str
    does: Does
    entry: str
    recorded: datetime
    occurred: str | None
    signatory: str | None = None


class PartyRow(Row, frozen=True, kw_only=True):
    """What one room tells of a party.

    Attributes:
        party: Its id.
        requesting: Whether it asked for the mediation.
        steps: Its course.
    """

    keys = ("party",)
    table = "parties__parties"
    party: str
    requesting: bool = False
    steps: tuple[Step, ...] = ()


class SpeakerRow(Row, frozen=True, kw_only=True):
    """What one room tells of somebody who acts for a party.

    Attributes:
        party: For whom.
        person: Who.
        capacity: Whether it comes as one of the party's own people, or as its counsel.
        powers: What it may do.
        starts: First instant, None where not said.
        ends: Instant after which it no longer holds.
        entry: Event (room:seq) that gave the powers.
        revoked: Event that took them back.
        questioned: Events in which somebody doubted them.
        limits: Event in the party's own room whose content limits them.
    """

    keys = ("party", "person")
    table = "parties__speakers"
    party: str
    person: str
    capacity: Capacity = "representative"
    powers: tuple[str, ...] = ()
    starts: str | None = None
    ends: str | None = None
    entry: str | None = None
    revoked: str | None = None
    questioned: tuple[str, ...] = ()
    limits: str | None = None


def handle(rows: Rows, read: Read) -> None:
    """Take in who comes, who goes, and who speaks for whom."""
    event = read.frame.event
    if isinstance(event, SPEAKING):
        _spoken(rows, read)
    else:
        for party, what, does in _courses(event):
            _stepped(rows, read, party, _step(read.frame, what, does))
        if isinstance(event, MediationRequested):
            _sent(rows, read, event)


def _courses(event: Event) -> Iterator[tuple[str, str, Does]]:
    """Say for each party an event is about what it is to it."""
    match event:
        case MediationRequested():
            asking = event.parties if event.joint else (event.requester,)
            yield from ((p, "requested", "joins") for p in asking)
            yield from ((p, "named", "neither") for p in event.parties if p not in asking)
        case RequestRegistered():
            yield from ((p, "requested", "joins") for p in event.requesters)
            yield from ((p, "named", "neither") for p in event.parties if p not in event.requesters)
        case CaseTakenOver():
            yield from ((party, "taken over", "joins") for party in event.parties)
        case GoodOfficesOffered():
            yield from ((party, "offered good offices", "neither") for party in event.parties)
        case CaseReopened():
            yield from ((party, "goes on", "joins") for party in event.parties)
            yield from ((party, "does not go on", "leaves") for party in event.left)
        case _:
            yield (getattr(event, "party", ""), *STEPS[type(event)])


def _step(frame: Frame[AnyEvent], what: str, does: Does) -> Step:
    return Step(
        what=what,
        does=does,
        entry=frame.ref,
        recorded=frame.recorded,
        occurred=frame.occurred,
        signatory=getattr(frame.event, "signatory", None),
    )


def _stepped(rows: Rows, read: Read, party: str, step: Step) -> None:
    known = rows.get(PartyRow, (read.room_id.hex(), party))
    row = known or PartyRow(**place(read), party=party)
    asks = row.requesting or step.what == "requested"
    rows.put(replace(row, requesting=asks, steps=(*row.steps, step)))


def _sent(rows: Rows, read: Read, event: MediationRequested) -> None:
    """Take in whom the requester sends; its request gives them their powers."""
    for person, powers in event.representatives.items():
        rows.put(
            SpeakerRow(
                **place(read),
                party=event.requester,
                person=person,
                powers=powers,
                entry=read.frame.ref,
            )
        )


def _spoken(rows: Rows, read: Read) -> None:
    event, ref = read.frame.event, read.frame.ref
    assert isinstance(event, SPEAKING)
    known = rows.get(SpeakerRow, (read.room_id.hex(), event.party, event.person))
    row = known or SpeakerRow(**place(read), party=event.party, person=event.person)
    match event:
        case RepresentativeAuthorised():
            row = replace(row, powers=event.powers, starts=event.starts, ends=event.ends)
            row = replace(row, capacity=event.capacity, entry=ref)
            rows.put(replace(row, revoked=None, questioned=()))
        case AuthorityRevoked():
            rows.put(replace(row, ends=event.ends, revoked=ref))
        case AuthorityQuestioned():
            rows.put(replace(row, questioned=(*row.questioned, ref)))
        case AuthorityLimited():
            rows.put(replace(row, limits=ref))


PROJECTION = Projection(
    "parties",
    1,
    (PartyRow, SpeakerRow),
    handle,
    frozenset((*STEPS, *NAMING, *SPEAKING)),
)
