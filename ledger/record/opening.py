"""Open a caucus to the registry for a while: one asks, another approves, its party is told (I-23).

What may be read follows from the roster (ledger/roster.py); here is decided that it may be.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from msgspec import UNSET, Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import content_is_erased, id_is_new, one_will_do, party_is_known
from ledger.deadlines import DeadlineSet
from ledger.instants import utc, zone_named
from ledger.parties import Standing
from ledger.periods import met
from ledger.record.opening_events import (
    AccessGround,
    CaucusAccessEnded,
    CaucusAccessGranted,
    CaucusAccessRequested,
)
from ledger.record.opening_state import Access
from ledger.record.state import Record
from ledger.rooms import caucus_of
from ledger.terms import Id, PartyId, Words, next_id

HOURS_MAX = 72
RULE = "caucus_access"
REGISTRY = "registry"


@rule("refuse")
def caucus_is_there(act: Act[Any], mandate: int) -> None:
    """A party has a caucus under each mandate there was, and no other."""
    if not 1 <= mandate <= act.mandate:
        known = f"1 to {act.mandate}" if act.mandate else "a mediator in office"
        raise Broken(f"there is no mandate {mandate}", known)


@rule("refuse")
def access_is_asked_for(act: Act[Any], state: Record, party: str, access_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only what somebody asked for is approved, once."""
    access = state.openings.known.get((REGISTRY, party, access_id))
    if access is None or access.status != "asked":
        stands = "was not asked for" if access is None else f"is {access.status}"
        raise Broken(f"access {access_id} to the caucus of {party} {stands}", _asked(state))


def _asked(state: Record) -> str:
    asked = [a for a in state.openings.of_registry() if a.status == "asked"]
    listed = ", ".join(f"{a.access_id} of {a.party}" for a in asked)
    return f"one of: {listed}" if listed else "request-caucus-access first"


@rule("refuse")
def access_has_second_person(act: Act[Any], access: Access) -> None:
    """Nobody alone opens a caucus: who asks does not approve."""
    alone = {act.entered_by, act.actor} & set(access.asked_by)
    if alone:
        raise Broken(f"{', '.join(sorted(alone))} asked for it", "another person of the registry")


@rule("refuse")
def access_is_open(act: Act[Any], state: Record, party: str, access_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an access that is open is ended."""
    access = state.openings.known.get((REGISTRY, party, access_id))
    if access is None or access.status != "open":
        raise Broken(f"access {access_id} to the caucus of {party} is not open", "one that is")


def to_approve(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an access that another person asked for."""
    one_will_do(
        act,
        [access for access in state.openings.of_registry() if access.status == "asked"],
        lambda access: access_has_second_person(act, access),
        "access asked for",
        "request-caucus-access",
    )


def to_end(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for an access that is open."""
    one_will_do(
        act,
        [access for access in state.openings.of_registry() if access.status == "open"],
        lambda _: None,
        "access that is open",
        "approve-caucus-access",
    )


class RequestCaucusAccess(Command, frozen=True, kw_only=True, tag="request-caucus-access"):
    """Ask that the one at the keyboard may read a party's caucus for a while.

    Attributes:
        party: Whose caucus.
        mandate: Under which mandate, None for the latest.
        hours: For how long, from the approval on.
        ground: Why, in a word.
        reason: Why; its party will read it once it is approved.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "party": "A",
        "hours": 24,
        "ground": "danger",
        "reason": "A threat to a person was reported; the mediator cannot be reached.",
    }
    access_id: Id | None = None
    party: PartyId
    mandate: Annotated[int, Meta(ge=1)] | None = None
    hours: Annotated[int, Meta(ge=1, le=HOURS_MAX)] = 24
    ground: AccessGround
    reason: Words


def request_caucus_access(
    state: Record, standing: Standing, act: Act[RequestCaucusAccess]
) -> Decision:
    """Ask, in the registry's own room; the party learns of it once somebody else approves.

    Raises:
        RuleViolation: party_is_known, caucus_is_there, id_is_new.
    """
    data = act.data
    party_is_known(act, standing, data.party)
    mandate = act.mandate if data.mandate is None else data.mandate
    caucus_is_there(act, mandate)
    taken = [access.access_id for access in _of_party(state, data.party)]
    name = data.access_id or next_id("CA", taken)
    id_is_new(act, taken, name, name)
    requested = CaucusAccessRequested(
        access_id=name,
        party=data.party,
        caucus=caucus_of(data.party, mandate),
        hours=data.hours,
        ground=data.ground,
        reason=data.reason,
    )
    return [Placed(REGISTRY, requested)]


class ApproveCaucusAccess(Command, frozen=True, kw_only=True, tag="approve-caucus-access"):
    """Let a colleague of the registry read a party's caucus, as it asked; the party is told."""

    by = ("registry", "authority")
    occasions = (to_approve,)
    example: ClassVar[dict[str, Any]] = {"party": "A", "access_id": "CA1"}
    access_id: Id
    party: PartyId


def approve_caucus_access(
    state: Record,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[ApproveCaucusAccess],
) -> Decision:
    """Open the caucus, and tell its party at its desk by whom and until when it is read.

    Raises:
        RuleViolation: access_is_asked_for, access_has_second_person, content_is_erased.
    """
    data = act.data
    access_is_asked_for(act, state, data.party, data.access_id)
    access = state.openings.known[REGISTRY, data.party, data.access_id]
    access_has_second_person(act, access)
    reason = getattr(act.open(access.ref), "reason", UNSET)
    content_is_erased(act, reason, access.ref)
    ends = act.now + timedelta(hours=access.hours)
    granted = CaucusAccessGranted(
        access_id=access.access_id,
        party=access.party,
        caucus=access.caucus,
        reader=access.asked_by[0],
        until=utc(ends),
        ground=access.ground,
        reason=reason,
    )
    told_in = (REGISTRY, _desk(access))
    dates = [Placed(room, _until(act, access, ends)) for room in told_in]
    return [*(Placed(room, granted) for room in told_in), *dates]


class EndCaucusAccess(Command, frozen=True, kw_only=True, tag="end-caucus-access"):
    """Close a caucus to the registry before its time."""

    by = ("registry", "authority")
    occasions = (to_end,)
    example: ClassVar[dict[str, Any]] = {"party": "A", "access_id": "CA1"}
    access_id: Id
    party: PartyId


def end_caucus_access(state: Record, standing: Standing, act: Act[EndCaucusAccess]) -> Decision:
    """Close the caucus, and tell its party.

    Raises:
        RuleViolation: access_is_open.
    """
    data = act.data
    access_is_open(act, state, data.party, data.access_id)
    access = state.openings.known[REGISTRY, data.party, data.access_id]
    told_in = (REGISTRY, _desk(access))
    dates = [standing.deadlines.book.get((room, date_of(access))) for room in told_in]
    closed = [placed for date in dates for placed in met(date)]
    return [*(Placed(room, ended(access)) for room in told_in), *closed]


def overdue(state: Record, now: datetime, room: str) -> Decision:
    """List the accesses told of in a room whose time is over, each once."""
    return [
        Placed(room, ended(access), occurred=None if access.until is None else utc(access.until))
        for (told_in, _, _), access in state.openings.known.items()
        if told_in == room and _is_over(access, now)
    ]


def _is_over(access: Access, now: datetime) -> bool:
    return access.status == "open" and access.until is not None and access.until <= now


def ended(access: Access) -> CaucusAccessEnded:
    """Say that an access ended."""
    return CaucusAccessEnded(access_id=access.access_id, party=access.party, caucus=access.caucus)


def _of_party(state: Record, party: str) -> list[Access]:
    """List what was asked for of one party: numbered by itself, so that none tells of another."""
    return [access for access in state.openings.of_registry() if access.party == party]


def _desk(access: Access) -> str:
    return f"desk:{access.party}"


def date_of(access: Access) -> str:
    """Name the date at which an access ends."""
    return f"{RULE}-{access.party}-{access.access_id}"


def _until(act: Act[Any], access: Access, ends: datetime) -> DeadlineSet:
    """Set the instant at which it ends, where it is told of, so that the clock looks there."""
    zone = act.profile.seat.zone
    return DeadlineSet(
        deadline_id=date_of(access),
        rule=RULE,
        due=utc(ends),
        on=ends.astimezone(zone_named(zone)).date().isoformat(),
        arithmetic=f"{access.hours} hours from the approval, to the second",
        expiry="automatic",
        about=access.access_id,
    )
