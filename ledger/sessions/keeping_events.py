"""Record what is kept of the meetings beside the words: how many caucuses, which recordings."""

from typing import Literal, TypeAlias

from ledger.envelope import Event

Medium: TypeAlias = Literal["sound", "picture_and_sound"]


class CaucusesCounted(Event, frozen=True, kw_only=True, tag="caucuses-counted"):
    """The mediator told all how many caucuses there were, at the end; not with whom, nor when.

    Attributes:
        mandate_number: Under which mandate.
        count: How many, with all parties together.
    """

    row = "E9"
    says = "{count} caucuses were held under mandate {mandate_number}"
    mandate_number: int
    count: int


class RecordingMade(Event, frozen=True, kw_only=True, tag="recording-made"):
    """A session was recorded in sound or picture; the recording itself is kept elsewhere.

    Attributes:
        recording_id: Names it within the case.
        session_id: Of which session.
        keeper: Person or party that keeps it.
        hash: SHA-256 of the recording, None where not known.
    """

    row = "E18"
    says = "session {session_id} recorded ({medium}), {recording_id}, kept by {keeper}"
    recording_id: str
    session_id: str
    medium: Medium
    keeper: str
    hash: str | None = None


class RecordingDestroyed(Event, frozen=True, kw_only=True, tag="recording-destroyed"):
    """A recording was destroyed, on the word of whoever says so."""

    row = "J12"
    says = "recording {recording_id} destroyed"
    recording_id: str


KeepingEvent: TypeAlias = CaucusesCounted | RecordingMade | RecordingDestroyed
KEEPING_EVENTS = (CaucusesCounted, RecordingMade, RecordingDestroyed)
