"""Record deadlines: set with their arithmetic, extended, met, missed, waived (row J16)."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Event, Frame

Expiry: TypeAlias = Literal["automatic", "elective", "information"]


class DeadlineSet(Event, frozen=True, kw_only=True, tag="deadline-set"):
    """A date began to run.

    Attributes:
        deadline_id: Names it within the room.
        rule: The profile key it comes from, such as `reply`.
        due: Last instant, RFC 3339 UTC.
        on: Last day, at the seat.
        arithmetic: How it was counted, in words.
        concerns: Party that has to act, None for no single one.
        expiry: What its passing does.
        elected_by: Who may elect the effect, for an elective one.
        about: Id of what it is about, such as a proposal or a disclosure.
    """

    row = "J16"
    rooms = ("joint", "desk", "group", "caucus", "chair", "registry", "challenge")
    says = "deadline {deadline_id} set: {rule}, due {on}"
    deadline_id: str
    rule: str
    due: str
    on: str
    arithmetic: str
    concerns: str | None = None
    expiry: Expiry = "information"
    elected_by: str | None = None
    about: str | None = None


class DeadlineExtended(Event, frozen=True, kw_only=True, tag="deadline-extended"):
    """More time was given before the date passed."""

    row = "J16"
    rooms = DeadlineSet.rooms
    says = "deadline {deadline_id} extended to {on}"
    deadline_id: str
    due: str
    on: str
    arithmetic: str


class DeadlineMet(Event, frozen=True, kw_only=True, tag="deadline-met"):
    """What the date asked for was done in time."""

    row = "J16"
    rooms = DeadlineSet.rooms
    says = "deadline {deadline_id} met"
    deadline_id: str


class DeadlineMissed(Event, frozen=True, kw_only=True, tag="deadline-missed"):
    """The date passed; a fact, with no effect by itself."""

    row = "J16"
    rooms = DeadlineSet.rooms
    says = "deadline {deadline_id} passed"
    deadline_id: str
    due: str


class DeadlineWaived(Event, frozen=True, kw_only=True, tag="deadline-waived"):
    """Whoever was entitled to the date gave it up."""

    row = "J16"
    rooms = DeadlineSet.rooms
    says = "deadline {deadline_id} waived"
    deadline_id: str


class DeadlineReviewNeeded(Event, frozen=True, kw_only=True, tag="deadline-review-needed"):
    """An entry came that would have changed a date already closed; somebody must decide.

    Attributes:
        deadline_id: The date concerned.
        about: Event (room:seq) of the entry that raises the question.
    """

    row = "J16"
    rooms = DeadlineSet.rooms
    says = "deadline {deadline_id} needs review because of {about}"
    deadline_id: str
    about: str


DeadlineEvent: TypeAlias = (
    DeadlineSet
    | DeadlineExtended
    | DeadlineMet
    | DeadlineMissed
    | DeadlineWaived
    | DeadlineReviewNeeded
)
EVENTS = (
    DeadlineSet,
    DeadlineExtended,
    DeadlineMet,
    DeadlineMissed,
    DeadlineWaived,
    DeadlineReviewNeeded,
)


class Deadline(Struct, frozen=True):
    """A date and where it stands.

    Attributes:
        room: Room it is recorded in.
        set: The event that set it.
        due: Last instant, RFC 3339 UTC, after any extension.
        on: Last day at the seat.
        arithmetic: How it was counted.
        status: Where it stands.
        ref: Event (room:seq) that set it.
    """

    room: str
    set: DeadlineSet
    due: str
    on: str
    arithmetic: str
    status: Literal["running", "met", "missed", "waived", "review"]
    ref: str

    def passed(self, now: datetime) -> bool:
        """Tell whether the date runs and its last instant lies before now."""
        return self.status == "running" and datetime.fromisoformat(self.due) < now


class Deadlines(Struct, frozen=True, gc=False):
    """Every date of the rooms seen, by (room, deadline id)."""

    book: Mapping[tuple[str, str], Deadline] = MappingProxyType({})

    def running(self, rule: str, about: str | None = None) -> Deadline | None:
        """Return the latest running date of a rule, and about a thing where one is named."""
        for deadline in reversed(tuple(self.book.values())):
            right = deadline.set.rule == rule and about in (None, deadline.set.about)
            if right and deadline.status == "running":
                return deadline
        return None

    def latest(self, rule: str, about: str | None = None) -> Deadline | None:
        """Return the latest date of a rule, whatever became of it."""
        for deadline in reversed(tuple(self.book.values())):
            if deadline.set.rule == rule and about in (None, deadline.set.about):
                return deadline
        return None


def evolve(state: Deadlines, frame: Frame[DeadlineEvent]) -> Deadlines:
    """Fold one deadline event into the book."""
    event, room = frame.event, frame.room
    key = (room, event.deadline_id)
    if isinstance(event, DeadlineSet):
        new = Deadline(
            room=room,
            set=event,
            due=event.due,
            on=event.on,
            arithmetic=event.arithmetic,
            status="running",
            ref=frame.ref,
        )
        return Deadlines({**state.book, key: new})
    known = state.book.get(key)
    return state if known is None else Deadlines({**state.book, key: _changed(known, event)})


def _changed(
    known: Deadline,
    event: DeadlineExtended | DeadlineMet | DeadlineMissed | DeadlineWaived | DeadlineReviewNeeded,
) -> Deadline:
    match event:
        case DeadlineExtended():
            return replace(
                known, due=event.due, on=event.on, arithmetic=event.arithmetic, status="running"
            )
        case DeadlineMet():
            return replace(known, status="met")
        case DeadlineMissed():
            return replace(known, status="missed")
        case DeadlineWaived():
            return replace(known, status="waived")
        case DeadlineReviewNeeded():
            return replace(known, status="review")
        case _:
            assert_never(event)
