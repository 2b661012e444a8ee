"""Decide what mediators note for themselves on the balance of a session."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, party_is_known
from ledger.parties import Standing
from ledger.rooms import mediators_room
from ledger.sessions.attendance import session_meant
from ledger.sessions.conduct_events import BalanceInterventionMade, InterruptionNoted
from ledger.sessions.conduct_rules import interruption_is_by_another
from ledger.sessions.occasions import to_minute
from ledger.sessions.state import Sessions
from ledger.terms import Id, PartyId, Words


class NoteInterruption(Command, frozen=True, kw_only=True, tag="note-interruption"):
    """Note, for the mediators alone, that one side spoke into another's turn.

    Attributes:
        handled: What was done about it.
        session_id: In which session, None for the one now open.
    """

    by = ("mediator",)
    guards = (actor_is_mediator,)
    occasions = (to_minute,)
    example: ClassVar[dict[str, Any]] = {
        "interrupter": "A",
        "speaker": "B",
        "handled": "B was given the word again.",
    }
    interrupter: PartyId
    speaker: PartyId
    handled: Words | None = None
    session_id: Id | None = None


class RecordBalanceIntervention(
    Command, frozen=True, kw_only=True, tag="record-balance-intervention"
):
    """Note, for the mediators alone, how one side was kept from dominating.

    Attributes:
        of: Party that was about to dominate.
        session_id: In which session, None for the one now open.
    """

    by = ("mediator",)
    guards = (actor_is_mediator,)
    occasions = (to_minute,)
    example: ClassVar[dict[str, Any]] = {"what": "The order of speaking was turned round."}
    what: Words
    why: Words | None = None
    of: PartyId | None = None
    session_id: Id | None = None


def note_interruption(state: Sessions, standing: Standing, act: Act[NoteInterruption]) -> Decision:
    """Note an interruption in the mediators' own room.

    Raises:
        RuleViolation: session_was_opened, party_is_known, interruption_is_by_another.
    """
    data, name = act.data, session_meant(act, state)
    for party in (data.interrupter, data.speaker):
        party_is_known(act, standing, party)
    interruption_is_by_another(act)
    noted = InterruptionNoted(
        session_id=name, by=data.interrupter, of=data.speaker, handled=data.handled
    )
    return [Placed(mediators_room(act.mandate), noted)]


def record_balance_intervention(
    state: Sessions, standing: Standing, act: Act[RecordBalanceIntervention]
) -> Decision:
    """Note an intervention in the mediators' own room.

    Raises:
        RuleViolation: session_was_opened, party_is_known.
    """
    data, name = act.data, session_meant(act, state)
    if data.of is not None:
        party_is_known(act, standing, data.of)
    made = BalanceInterventionMade(session_id=name, of=data.of, what=data.what, why=data.why)
    return [Placed(mediators_room(act.mandate), made)]
