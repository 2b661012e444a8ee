"""Decide acts of preparation: its opening, venue, sessions fixed, protocol, checklist."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, mandate_is_active
from ledger.parties import TALKING, Phase, Standing
from ledger.preparation.events import (
    Check,
    Mode,
    PreparationCompleted,
    PreparationOpened,
    ProtocolIssued,
    VenueSelected,
)
from ledger.preparation.exchange import (
    RequestInformation,
    ReviewDocument,
    ReviewPriorCommunications,
    SupplyInformation,
    request_information,
    review_document,
    review_prior_communications,
    supply_information,
)
from ledger.preparation.fixing import (
    CancelSession,
    RescheduleSession,
    ScheduleSession,
    cancel_session,
    reschedule_session,
    schedule_session,
)
from ledger.preparation.papers import (
    RecordInterest,
    SubmitDocument,
    SubmitStatement,
    record_interest,
    submit_document,
    submit_statement,
)
from ledger.preparation.readiness import (
    ArrangeAccess,
    NoteBarrier,
    NoteStrategy,
    RecordAccessNeed,
    SetParticipantList,
    arrange_access,
    note_barrier,
    note_strategy,
    record_access_need,
    set_participant_list,
)
from ledger.preparation.state import Preparation
from ledger.terms import Words

Decide: TypeAlias = Callable[[Preparation, Standing, Act[Any]], Decision]
Language: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")]
"""A language tag, such as `en` or `fr-CA`."""


class OpenPreparation(Command, frozen=True, kw_only=True, tag="open-preparation"):
    """Begin to prepare the talks."""

    by = ("mediator",)
    during = frozenset({Phase.ENGAGED})
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {"guidelines_reiterated": True}
    guidelines_reiterated: bool = False


class SelectVenue(Command, frozen=True, kw_only=True, tag="select-venue"):
    """Choose where the sides meet."""

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {
        "mode": "in_person",
        "place": "Harbour House, Bergen",
        "reasons": "neither side has an office there",
        "private_rooms": 2,
    }
    mode: Mode
    place: Words
    reasons: Words | None = None
    private_rooms: Annotated[int, Meta(ge=0)] | None = None


class IssueProtocol(Command, frozen=True, kw_only=True, tag="issue-protocol"):
    """Set down, after asking the parties, how the talks will be held."""

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {
        "languages": ["en", "nb"],
        "order_of_business": "opening statements, issues, options",
        "ground_rules": "nobody is interrupted",
        "caucus_practice": "at any time, for as long with each side",
    }
    languages: Annotated[tuple[Language, ...], Meta(min_length=1)]
    order_of_business: Words
    ground_rules: Words
    caucus_practice: Words | None = None
    next_steps: Words | None = None


class CompletePreparation(Command, frozen=True, kw_only=True, tag="complete-preparation"):
    """Hold the preparation to be done."""

    by = ("mediator",)
    during = frozenset({Phase.PREPARING})
    guards = (actor_is_mediator, mandate_is_active)


def open_preparation(
    state: Preparation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[OpenPreparation],
) -> Decision:
    """Begin to prepare; nothing refuses it but guards and phase."""
    opened = PreparationOpened(guidelines_reiterated=act.data.guidelines_reiterated)
    return [Placed("joint", opened)]


def select_venue(
    state: Preparation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[SelectVenue],
) -> Decision:
    """Record the venue; nothing refuses it but guards and phase."""
    data = act.data
    selected = VenueSelected(
        mode=data.mode, private_rooms=data.private_rooms, place=data.place, reasons=data.reasons
    )
    return [Placed("joint", selected)]


def issue_protocol(
    state: Preparation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[IssueProtocol],
) -> Decision:
    """Issue a protocol, which takes the place of an earlier one; only the guards refuse it."""
    data = act.data
    issued = ProtocolIssued(
        number=state.protocols + 1,
        languages=data.languages,
        order_of_business=data.order_of_business,
        ground_rules=data.ground_rules,
        caucus_practice=data.caucus_practice,
        next_steps=data.next_steps,
    )
    return [Placed("joint", issued)]


def complete_preparation(
    state: Preparation,
    standing: Standing,
    act: Act[CompletePreparation],  # noqa: ARG001 - every decision takes the three
) -> Decision:
    """Record the checklist, from what all parties know; what is missing refuses nothing."""
    fixed = any(s.status != "cancelled" for s in standing.sessions.values())
    found: dict[Check, bool] = {
        "terms": standing.terms_in_force,
        "rights": standing.rights_explained,
        "venue": state.venue,
        "protocol": state.protocols > 0,
        "session": fixed,
    }
    completed = PreparationCompleted(
        done=tuple(check for check, done in found.items() if done),
        missing=tuple(check for check, done in found.items() if not done),
    )
    return [Placed("joint", completed)]


DECIDE: dict[type[Command], Decide] = {
    OpenPreparation: open_preparation,
    SubmitStatement: submit_statement,
    RecordInterest: record_interest,
    SubmitDocument: submit_document,
    SelectVenue: select_venue,
    ScheduleSession: schedule_session,
    RescheduleSession: reschedule_session,
    CancelSession: cancel_session,
    IssueProtocol: issue_protocol,
    CompletePreparation: complete_preparation,
    ReviewDocument: review_document,
    ReviewPriorCommunications: review_prior_communications,
    RequestInformation: request_information,
    SupplyInformation: supply_information,
    NoteBarrier: note_barrier,
    NoteStrategy: note_strategy,
    SetParticipantList: set_participant_list,
    RecordAccessNeed: record_access_need,
    ArrangeAccess: arrange_access,
}
