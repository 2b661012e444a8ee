"""Decide what is kept of what was said: statements where allowed, summaries and the answers."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    id_is_new,
    mandate_is_active,
    own,
    party_has_consented,
    party_is_known,
)
from ledger.parties import TALKING, Standing
from ledger.sessions.events import (
    StatementRecorded,
    SummaryConfirmed,
    SummaryCorrected,
    SummaryGiven,
)
from ledger.sessions.occasions import to_answer_summary
from ledger.sessions.rules import (
    session_was_opened,
    summary_is_known,
    transcripts_are_allowed,
    words_are_of_the_party_named,
)
from ledger.sessions.state import Sessions
from ledger.terms import Id, PartyId, Words, next_id


class RecordStatement(Command, frozen=True, kw_only=True, tag="record-statement"):
    """Keep words said or written in the joint room, where the profile allows it.

    Attributes:
        party: Whose words, None for the party that acts, or for nobody's but the actor's.
        order: Place among the statements, None for the next.
        session_id: In which session, None for the one now open, if any.
    """

    by = ("party", "mediator", "registry")
    during = TALKING
    guards = (actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (own(lambda act, _: transcripts_are_allowed(act)),)
    example: ClassVar[dict[str, Any]] = {"text": "We need more water than food."}
    text: Words
    party: PartyId | None = None
    order: Annotated[int, Meta(ge=1)] | None = None
    session_id: Id | None = None


class GiveSummary(Command, frozen=True, kw_only=True, tag="give-summary"):
    """Sum up where the talks stand.

    Attributes:
        issues: Ids of the issues it is about.
        session_id: In which session, None for the one now open, if any.
    """

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {
        "issues": ["noise"],
        "text": "Both want quiet nights; the hours are open.",
    }
    summary_id: Id | None = None
    issues: tuple[Id, ...] = ()
    text: Words | None = None
    session_id: Id | None = None


class ConfirmSummary(Command, frozen=True, kw_only=True, tag="confirm-summary"):
    """Find a summary right."""

    by = ("party",)
    during = TALKING
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_answer_summary,)
    example: ClassVar[dict[str, Any]] = {"summary_id": "SU1"}
    summary_id: Id


class CorrectSummary(Command, frozen=True, kw_only=True, tag="correct-summary"):
    """Say how a summary should read."""

    by = ("party",)
    during = TALKING
    guards = (party_has_consented, mandate_is_active)
    occasions = (to_answer_summary,)
    example: ClassVar[dict[str, Any]] = {
        "summary_id": "SU1",
        "correction": "The hours are settled; the days are open.",
    }
    summary_id: Id
    correction: Words


def record_statement(state: Sessions, standing: Standing, act: Act[RecordStatement]) -> Decision:
    """Keep a statement in the joint room.

    Raises:
        RuleViolation: transcripts_are_allowed, words_are_of_the_party_named, party_is_known,
            session_was_opened.
    """
    data = act.data
    transcripts_are_allowed(act)
    party = data.party or act.party
    words_are_of_the_party_named(act, party)
    if party is not None:
        party_is_known(act, standing, party)
    recorded = StatementRecorded(
        order=data.order or state.statements + 1,
        party=party,
        session_id=_session(act, state),
        text=data.text,
    )
    return [Placed("joint", recorded)]


def give_summary(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[GiveSummary],
) -> Decision:
    """Sum up.

    Raises:
        RuleViolation: session_was_opened, id_is_new.
    """
    data = act.data
    name = data.summary_id or next_id("SU", state.summaries)
    id_is_new(act, state.summaries, name, name)
    given = SummaryGiven(
        summary_id=name, session_id=_session(act, state), issues=data.issues, text=data.text
    )
    return [Placed("joint", given)]


def confirm_summary(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ConfirmSummary],
) -> Decision:
    """Find a summary right.

    Raises:
        RuleViolation: summary_is_known.
    """
    summary_is_known(act, state)
    confirmed = SummaryConfirmed(summary_id=act.data.summary_id, party=act.acting())
    return [Placed("joint", confirmed)]


def correct_summary(
    state: Sessions,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[CorrectSummary],
) -> Decision:
    """Correct a summary.

    Raises:
        RuleViolation: summary_is_known.
    """
    summary_is_known(act, state)
    corrected = SummaryCorrected(
        summary_id=act.data.summary_id, party=act.acting(), correction=act.data.correction
    )
    return [Placed("joint", corrected)]


def _session(act: Act[Any], state: Sessions) -> str | None:
    """Find the session named, else the one now open."""
    if act.data.session_id is None:
        return state.open_session()
    session_was_opened(act, state, act.data.session_id)
    return str(act.data.session_id)
