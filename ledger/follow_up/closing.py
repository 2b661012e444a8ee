"""Close a case: closing session, what the parties say of it, closing document, outcome."""

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, party_is_known
from ledger.follow_up import occasions, rules
from ledger.follow_up.closing_events import (
    CaseClosed,
    ClosingDocumentIssued,
    ClosingKind,
    ClosingSessionHeld,
    SatisfactionStated,
    SettlementReported,
    UnderstandingConfirmed,
)
from ledger.follow_up.state import FollowUp
from ledger.parties import OPEN, RUNNING, TALKING, Phase, Standing
from ledger.terms import Day, Hash, Id, PartyId, Words

SIGNED = rules.SIGNED
ENDING = frozenset({*SIGNED, Phase.TERMINATED})


class HoldClosingSession(Command, frozen=True, kw_only=True, tag="hold-closing-session"):
    """Record that the result was gone through with the parties.

    Attributes:
        satisfaction_asked: Whether each was asked how satisfied it is (state-satisfaction).
    """

    by = ("mediator",)
    during = frozenset({*TALKING, *ENDING})
    guards = (actor_is_mediator,)
    example: ClassVar[dict[str, Any]] = {
        "attended": ["A", "B"],
        "points": "the five clauses, one by one",
        "satisfaction_asked": True,
    }
    attended: tuple[PartyId, ...]
    satisfaction_asked: bool = False
    points: Words | None = None
    questions: Words | None = None


def hold_closing_session(
    state: FollowUp,  # noqa: ARG001 - every decision takes the state
    standing: Standing,
    act: Act[HoldClosingSession],
) -> Decision:
    """Record the closing session.

    Raises:
        RuleViolation: party_is_known.
    """
    data = act.data
    for party in data.attended:
        party_is_known(act, standing, party)
    held = ClosingSessionHeld(
        attended=data.attended,
        satisfaction_asked=data.satisfaction_asked,
        points=data.points,
        questions=data.questions,
    )
    return [Placed("joint", held)]


class ConfirmUnderstanding(Command, frozen=True, kw_only=True, tag="confirm-understanding"):
    """Say that the terms and what they do are understood."""

    by = ("party",)
    during = ENDING
    occasions = (occasions.to_say_understood,)


def confirm_understanding(
    state: FollowUp,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[ConfirmUnderstanding],
) -> Decision:
    """Record that a party understands the terms.

    Raises:
        RuleViolation: closing_session_was_held, party_says_it_once.
    """
    rules.closing_session_was_held(act, state)
    rules.party_says_it_once(act, state.understood)
    assert act.party is not None
    return [Placed("joint", UnderstandingConfirmed(party=act.party))]


class StateSatisfaction(Command, frozen=True, kw_only=True, tag="state-satisfaction"):
    """Tell the registry how satisfied one is: 1, not at all, to 5, entirely."""

    by = ("party",)
    during = frozenset({*ENDING, Phase.CLOSED})
    occasions = (occasions.to_say_satisfied,)
    example: ClassVar[dict[str, Any]] = {"scale": 4, "remark": "heard in full, but it took long"}
    scale: Annotated[int, Meta(ge=1, le=5)]
    remark: Words | None = None


def state_satisfaction(
    state: FollowUp,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[StateSatisfaction],
) -> Decision:
    """Record a party's satisfaction where only the registry and its team read it.

    Raises:
        RuleViolation: closing_session_was_held, party_says_it_once.
    """
    rules.closing_session_was_held(act, state)
    rules.party_says_it_once(act, state.satisfied)
    assert act.party is not None
    said = SatisfactionStated(party=act.party, scale=act.data.scale, remark=act.data.remark)
    return [Placed(f"desk:{act.party}", said)]


class IssueClosingDocument(Command, frozen=True, kw_only=True, tag="issue-closing-document"):
    """Issue the notice of the end; it tells steps, nothing of the talks.

    Attributes:
        kind: None for the profile's.
        hash: SHA-256 of the document.
    """

    by = ("mediator", "registry")
    during = frozenset({*ENDING, *RUNNING, Phase.NOT_COMMENCED, Phase.CLOSED})
    guards = (actor_is_mediator,)
    occasions = (occasions.to_issue_document,)
    example: ClassVar[dict[str, Any]] = {"kind": "neutral_factual_notice", "hash": "0f" * 32}
    kind: ClosingKind | None = None
    hash: Hash | None = None


def issue_closing_document(
    state: FollowUp, standing: Standing, act: Act[IssueClosingDocument]
) -> Decision:
    """Issue a closing document.

    Raises:
        RuleViolation: case_has_ended.
    """
    rules.case_has_ended(act, state, standing)
    usual = act.profile.closing_document
    kind = act.data.kind or ("neutral_factual_notice" if usual == "none" else usual)
    return [Placed("joint", ClosingDocumentIssued(kind=kind, hash=act.data.hash))]


class CloseCase(Command, frozen=True, kw_only=True, tag="close-case"):
    """Close the case.

    Attributes:
        open_issues: Issues left open.
        basis: Word of the source for why, for a case that ended elsewhere.
        session_waived: Whether the parties did without a closing session.
        reason: Why, in words.
    """

    by = ("registry",)
    during = frozenset({*OPEN, Phase.TERMINATED})
    occasions = (occasions.to_close_case,)
    example: ClassVar[dict[str, Any]] = {"outcome": "full"}
    outcome: Literal["full", "partial", "none"]
    open_issues: tuple[Id, ...] = ()
    basis: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    session_waived: bool = False
    reason: Words | None = None


def close_case(state: FollowUp, standing: Standing, act: Act[CloseCase]) -> Decision:
    """Close a case that ended.

    Raises:
        RuleViolation: case_has_ended, closing_session_held_or_waived,
            closing_document_is_issued, caucuses_are_counted, recordings_are_destroyed,
            outcome_fits_record.
    """
    data = act.data
    rules.case_has_ended(act, state, standing)
    rules.closing_session_held_or_waived(act, state, standing, waived=data.session_waived)
    rules.closing_document_is_issued(act, state, standing)
    rules.caucuses_are_counted(act, standing)
    rules.recordings_are_destroyed(act, standing)
    rules.outcome_fits_record(act, state, standing, data.outcome)
    closed = CaseClosed(
        outcome=data.outcome,
        open_issues=data.open_issues,
        basis=data.basis,
        session_waived=data.session_waived,
        reason=data.reason,
    )
    return [Placed("joint", closed)]


class ReportSettlement(Command, frozen=True, kw_only=True, tag="report-settlement"):
    """Report a settlement that was signed elsewhere, on the registry's word.

    Attributes:
        reported_on: Day of the settlement as told, None where not recorded.
        basis: Word of the source it rests on.
    """

    by = ("registry",)
    during = OPEN
    occasions = (occasions.to_report_settlement,)
    example: ClassVar[dict[str, Any]] = {"reported_on": "2021-05-11", "basis": "Agreement Reached"}
    reported_on: Day | None = None
    basis: Annotated[str, Meta(min_length=1, max_length=200)]
    note: Words | None = None


def report_settlement(
    state: FollowUp,
    standing: Standing,
    act: Act[ReportSettlement],
) -> Decision:
    """Record a settlement as reported; it is never executed by that.

    Raises:
        RuleViolation: settlement_is_reported_once.
    """
    rules.settlement_is_reported_once(act, state, standing)
    data = act.data
    told = SettlementReported(reported_on=data.reported_on, basis=data.basis, note=data.note)
    return [Placed("joint", told)]
