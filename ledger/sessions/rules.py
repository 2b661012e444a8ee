"""Say what must hold when the sides meet."""

from datetime import datetime
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.parties import Standing
from ledger.sessions.state import Sessions


@rule("irregular")
def terms_protect_the_talks(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody speaks before the confidentiality terms are in force."""
    if not standing.terms_in_force and not standing.taken_over:
        raise Broken(
            "no confidentiality terms are in force", "the terms (adopt-confidentiality-terms)"
        )


@rule("irregular")
def rights_are_explained_before_talks(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """Before the first session the parties are told what they are free to do."""
    if not standing.rights_explained and not standing.taken_over:
        raise Broken("the parties' rights have not been explained", "that (explain-rights)")


@rule("irregular")
def session_is_scheduled(act: Act[Any], standing: Standing, session_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A session is held as it was fixed."""
    session = standing.sessions.get(session_id)
    if session is None or session.status == "cancelled":
        state = "not fixed" if session is None else "cancelled"
        raise Broken(f"session {session_id} is {state}", "a session fixed (schedule-session)")


@rule("refuse")
def session_is_opened_once(act: Act[Any], state: Sessions, session_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A session is opened once; what was adjourned is resumed."""
    session = state.sessions.get(session_id)
    if session is not None:
        raise Broken(f"session {session_id} is {session.status}", "another session")


@rule("irregular")
def one_session_is_held_at_a_time(act: Act[Any], state: Sessions) -> None:  # noqa: ARG001 - a rule takes the act
    """The sides meet in one session at a time."""
    other = state.open_session()
    if other is not None:
        raise Broken(f"session {other} is open", f"session {other} closed or adjourned")


@rule("refuse")
def session_was_opened(act: Act[Any], state: Sessions, session_id: str | None) -> None:  # noqa: ARG001 - a rule takes the act
    """What happens in a session needs a session that was opened."""
    if session_id is None:
        raise Broken("no session is open", "the session's id")
    if session_id not in state.sessions:
        raise Broken(f"session {session_id} was not opened", "the session opened (open-session)")


@rule("irregular")
def session_is_under_way(act: Act[Any], state: Sessions, session_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a session that is open can be adjourned."""
    status = state.sessions[session_id].status
    if status != "open":
        raise Broken(f"session {session_id} is {status}", "an open session")


@rule("irregular")
def session_is_adjourned(act: Act[Any], state: Sessions, session_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a session that was adjourned can be resumed."""
    status = state.sessions[session_id].status
    if status != "adjourned":
        raise Broken(f"session {session_id} is {status}", "an adjourned session")


@rule("irregular")
def session_is_not_over(act: Act[Any], state: Sessions, session_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A session is closed once."""
    if state.sessions[session_id].status == "closed":
        raise Broken(f"session {session_id} is closed", "a session that is open or adjourned")


@rule("irregular")
def participant_is_bound(act: Act[Any], standing: Standing, person: str) -> None:
    """Whoever takes part speaks for a party, mediates, serves the registry, or has undertaken."""
    speaks = any(person == known for _, known in standing.authorities)
    serves = act.role == "registry" and person in (act.actor, act.entered_by)
    if not (speaks or serves or person in {*standing.mandate.mediators, *standing.undertakings}):
        raise Broken(
            f"{person} has signed no undertaking to keep confidence",
            "the undertaking (sign-undertaking)",
        )


@rule("refuse")
def end_is_after_start(act: Act[Any], start: datetime | None, end: datetime | None) -> None:  # noqa: ARG001 - a rule takes the act
    """What lasts ends after it began."""
    if start is not None and end is not None and end <= start:
        raise Broken("it would end before it began", "an end after the start")


@rule("refuse")
def transcripts_are_allowed(act: Act[Any]) -> None:
    """Words said are kept only where the profile allows it."""
    if act.profile.content_recording.transcripts == "forbidden":
        raise Broken(
            f"the profile {act.profile.id} says of transcripts: forbidden",
            "a summary (give-summary), or a speaking turn without words (record-speaking-turn)",
        )


@rule("refuse")
def words_are_of_the_party_named(act: Act[Any], party: str | None) -> None:
    """A party's words are recorded as its own."""
    if act.party is not None and party != act.party:
        raise Broken(f"these are not words of {act.party}", f"party {act.party}")


@rule("refuse")
def summary_is_known(act: Act[Any], state: Sessions) -> None:
    """Only a summary that was given can be answered."""
    if act.data.summary_id not in state.summaries:
        given = ", ".join(sorted(state.summaries)) or "a summary (give-summary)"
        raise Broken(f"there is no summary {act.data.summary_id} here", given)
