"""Say what must hold for what is kept of the meetings, as the profile has it."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.common_rules import one_will_do
from ledger.parties import ENDED, Phase, Standing
from ledger.rooms import caucus_of, kind_of
from ledger.sessions.state import Sessions

AT_THE_END = ENDED | {Phase.SETTLED, Phase.MONITORING}


@rule("refuse")
def caucuses_are_told_by_number(act: Act[Any]) -> None:
    """How many caucuses there were is told only where the profile says so."""
    says = act.profile.caucus_metadata
    if says != "aggregate_at_close":
        raise Broken(f"the profile says of caucuses: {says.replace('_', ' ')}")


@rule("refuse")
def caucuses_are_counted_at_the_end(act: Act[Any], standing: Standing, *, leaving: bool) -> None:  # noqa: ARG001 - a rule takes the act
    """Caucuses are counted when the talks, or the mediator's part in them, are over."""
    over = standing.phase in AT_THE_END or standing.mandate.status != "active"
    if not over and not leaving:
        raise Broken(
            "the talks go on",
            "a settlement or another end, or `leaving` for a mediator about to leave office",
        )


@rule("refuse")
def caucuses_are_counted_once(act: Act[Any], state: Sessions) -> None:
    """The caucuses of a mandate are counted once."""
    if act.mandate in state.keeping.counted:
        raise Broken(f"the caucuses of mandate {act.mandate} were counted")


@rule("refuse")
def caucuses_are_over(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Caucuses are counted when none is open."""
    rooms = (caucus_of(party, act.mandate) for party in standing.parties)
    still = [room for room in rooms if room in state.caucuses]
    if still:
        raise Broken(f"{', '.join(still)} is open", "its end (close-caucus)")


@rule("refuse")
def counter_reads_the_caucuses(act: Act[Any]) -> None:
    """Only who reads the caucuses can say how many there were."""
    if not any(kind_of(room) == "caucus" for room in act.rooms):
        raise Broken("whoever enters it reads no caucus", "the mediator at the keyboard")


@rule("refuse")
def count_is_as_recorded(act: Act[Any], state: Sessions, standing: Standing, count: int) -> None:
    """The number told to all is the number on record."""
    held = state.keeping.held(standing.parties, act.mandate)
    if count != held:
        raise Broken(f"the record has {held} caucuses, not {count}", f"{held}")


@rule("irregular")
def caucuses_are_not_counted_yet(act: Act[Any], state: Sessions) -> None:
    """No caucus follows once all were told how many there were."""
    if act.mandate in state.keeping.counted:
        raise Broken(f"the caucuses of mandate {act.mandate} were counted", "a joint session")


@rule("irregular")
def recordings_are_allowed(act: Act[Any]) -> None:
    """A session is recorded in sound or picture only where the profile allows it."""
    if act.profile.content_recording.audio_video == "forbidden":
        raise Broken(
            f"the profile {act.profile.id} forbids recordings in sound or picture",
            "attendance and turns without words (record-attendance, record-speaking-turn)",
        )


@rule("refuse")
def recording_is_kept(act: Act[Any], state: Sessions, recording_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a recording that is kept can be destroyed."""
    if not state.keeping.recordings.get(recording_id):
        known = ", ".join(state.keeping.still_kept()) or "none"
        raise Broken(f"no recording {recording_id} is kept", f"one of: {known}")


@rule("refuse")
def minutes_are_kept(act: Act[Any]) -> None:
    """A session record is issued only where the profile has minutes kept."""
    if act.profile.content_recording.minutes == "none":
        raise Broken(f"under the profile {act.profile.id} no minutes are kept")


def to_count_caucuses(act: Act[Any], state: Sessions, standing: Standing) -> None:
    """Ask for caucuses that are to be told by number, and an end."""
    caucuses_are_told_by_number(act)
    counter_reads_the_caucuses(act)
    caucuses_are_counted_once(act, state)
    caucuses_are_counted_at_the_end(act, standing, leaving=False)
    caucuses_are_over(act, state, standing)


def to_destroy_recording(act: Act[Any], state: Sessions, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a recording that is kept."""
    one_will_do(
        act,
        state.keeping.recordings,
        lambda name: recording_is_kept(act, state, name),
        "recording",
        "note-recording",
    )
