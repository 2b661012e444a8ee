"""Decide what is kept of the meetings: the number of caucuses, recordings and their end."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, id_is_new, own
from ledger.parties import Standing
from ledger.sessions.attendance import session_meant
from ledger.sessions.keeping_events import (
    CaucusesCounted,
    Medium,
    RecordingDestroyed,
    RecordingMade,
)
from ledger.sessions.keeping_rules import (
    caucuses_are_counted_at_the_end,
    caucuses_are_counted_once,
    caucuses_are_over,
    caucuses_are_told_by_number,
    count_is_as_recorded,
    counter_reads_the_caucuses,
    recording_is_kept,
    recordings_are_allowed,
    to_count_caucuses,
    to_destroy_recording,
)
from ledger.sessions.occasions import to_minute
from ledger.sessions.state import Sessions
from ledger.terms import Hash, Id, PartyOrPersonId, next_id

Decide: TypeAlias = Callable[[Sessions, Standing, Act[Any]], Decision]


class CountCaucuses(Command, frozen=True, kw_only=True, tag="count-caucuses"):
    """Tell all how many caucuses there were, where the profile has them told so at the end.

    Attributes:
        count: With all parties together, under the current mandate.
        leaving: Whether one is about to leave office while the talks go on.
    """

    by = ("mediator",)
    guards = (actor_is_mediator,)
    occasions = (to_count_caucuses,)
    example: ClassVar[dict[str, Any]] = {"count": 3}
    count: Annotated[int, Meta(ge=0)]
    leaving: bool = False


class NoteRecording(Command, frozen=True, kw_only=True, tag="note-recording"):
    """Record that a session was recorded in sound or picture.

    Attributes:
        session_id: Which session, None for the one now open.
        keeper: Who keeps the recording, None for the actor.
    """

    by = ("mediator", "registry")
    guards = (actor_is_mediator,)
    occasions = (own(lambda act, _: recordings_are_allowed(act)), to_minute)
    example: ClassVar[dict[str, Any]] = {"medium": "sound", "session_id": "S1"}
    medium: Medium
    session_id: Id | None = None
    keeper: PartyOrPersonId | None = None
    hash: Hash | None = None
    recording_id: Id | None = None


class DestroyRecording(Command, frozen=True, kw_only=True, tag="destroy-recording"):
    """Record that a recording was destroyed."""

    by = ("mediator", "registry")
    guards = (actor_is_mediator,)
    occasions = (to_destroy_recording,)
    example: ClassVar[dict[str, Any]] = {"recording_id": "AV1"}
    recording_id: Id


def count_caucuses(state: Sessions, standing: Standing, act: Act[CountCaucuses]) -> Decision:
    """Tell the number of caucuses; it is declared, and refused where the record has another.

    Raises:
        RuleViolation: caucuses_are_told_by_number, counter_reads_the_caucuses,
            caucuses_are_counted_once, caucuses_are_counted_at_the_end, caucuses_are_over,
            count_is_as_recorded.
    """
    data = act.data
    caucuses_are_told_by_number(act)
    counter_reads_the_caucuses(act)
    caucuses_are_counted_once(act, state)
    caucuses_are_counted_at_the_end(act, standing, leaving=data.leaving)
    caucuses_are_over(act, state, standing)
    count_is_as_recorded(act, state, standing, data.count)
    return [Placed("joint", CaucusesCounted(mandate_number=act.mandate, count=data.count))]


def note_recording(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[NoteRecording],
) -> Decision:
    """Record a recording.

    Raises:
        RuleViolation: recordings_are_allowed, session_was_opened, id_is_new.
    """
    data = act.data
    recordings_are_allowed(act)
    session = session_meant(act, state)
    taken = state.keeping.recordings
    name = data.recording_id or next_id("AV", taken)
    id_is_new(act, taken, name, name)
    made = RecordingMade(
        recording_id=name,
        session_id=session,
        medium=data.medium,
        keeper=data.keeper or act.actor,
        hash=data.hash,
    )
    return [Placed("joint", made)]


def destroy_recording(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[DestroyRecording],
) -> Decision:
    """Record the end of a recording.

    Raises:
        RuleViolation: recording_is_kept.
    """
    recording_is_kept(act, state, act.data.recording_id)
    return [Placed("joint", RecordingDestroyed(recording_id=act.data.recording_id))]


DECIDE: dict[type[Command], Decide] = {
    CountCaucuses: count_caucuses,
    NoteRecording: note_recording,
    DestroyRecording: destroy_recording,
}
