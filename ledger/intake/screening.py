"""The commands by which the registry looks at a request and gives time to reply."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, field

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import (
    actor_is_mediator,
    known,
    one_will_do,
    own,
    own_party,
    party_is_known,
)
from ledger.deadlines import Deadline
from ledger.instants import parse_instant
from ledger.intake.rules import (
    Decide,
    actor_is_requester,
    request_is_open,
    request_is_registered_once,
)
from ledger.intake.screening_events import (
    Missing,
    ReplyPeriodExtended,
    RequestFoundIncomplete,
    RequestSupplemented,
    Risk,
    Suitability,
    SuitabilityAssessed,
)
from ledger.intake.state import Intake
from ledger.parties import Phase, Standing
from ledger.periods import begin, extended, met
from ledger.profile_tables import Days
from ledger.terms import Day, Document, Money, Name, PartyId, Words

RULE = "completion"
ASSESSING = frozenset(
    {
        Phase.REQUESTED,
        Phase.INVITED,
        Phase.CONSENTED,
        Phase.CONSTITUTED,
        Phase.ENGAGED,
        Phase.PREPARING,
    }
)
"""Before the talks: whether they suit the dispute is then still open."""


@rule("refuse")
def something_is_missing(act: Act[Any], state: Intake) -> None:  # noqa: ARG001 - a rule takes the act
    """A request is supplemented in what the registry found missing."""
    if not state.screening.missing:
        raise Broken("the registry found nothing missing", "find-request-incomplete")


@rule("refuse")
def supplied_was_missing(act: Act[Any], state: Intake, supplied: tuple[Missing, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """What is supplied is what was found missing."""
    others = [one for one in supplied if one not in state.screening.missing]
    if others:
        needs = f"one of: {', '.join(state.screening.missing)}"
        raise Broken(f"{', '.join(others)} is not missing", needs)


@rule("refuse")
def supplied_is_there(act: Act[Any], supplied: tuple[Missing, ...]) -> None:
    """Who says to supply words of the request gives them."""
    held = ("names", "dispute", "aim", "value", "place", "agreement", "documents")
    absent = [one for one in supplied if one in held and not getattr(act.data, one)]
    if absent:
        raise Broken(f"{', '.join(absent)} is left out", f"the field {absent[0]}")


@rule("refuse")
def doubts_are_explained(act: Act[Any], result: Suitability, remarks: str | None) -> None:  # noqa: ARG001 - a rule takes the act
    """Who finds a dispute unsuited, or suited with measures alone, says why and which."""
    if result != "suitable" and remarks is None:
        raise Broken(f"{result} is not explained", "`remarks`")


@rule("refuse")
def reply_period_runs(act: Act[Any], deadline: Deadline | None, party: str) -> None:
    """More time to reply is given before the time is over."""
    if deadline is None:
        raise Broken(f"no time to reply runs for {party}", "service on it (record-service)")
    if deadline.status != "running" or parse_instant(deadline.due) < act.when:
        raise Broken(f"the time of {party} to reply ended on {deadline.on}", "a time that runs")


@rule("refuse")
def extension_gives_more_time(act: Act[Any], deadline: Deadline, until: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An extension ends on a later day."""
    if until <= deadline.on:
        raise Broken(f"{until} is not after {deadline.on}", f"a day after {deadline.on}")


def to_give_more_time(act: Act[Any], state: Intake, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a party whose time to reply runs."""
    one_will_do(
        act,
        [p for p, party in standing.parties.items() if party.consent == "invited"],
        lambda p: reply_period_runs(act, standing.deadlines.latest("reply", about=p), p),
        "party that has to reply",
    )


class FindRequestIncomplete(Command, frozen=True, kw_only=True, tag="find-request-incomplete"):
    """Tell the requester what its request lacks.

    Attributes:
        missing: What it lacks.
        days: Time to supply it, None for no date.
    """

    by = ("registry",)
    during = frozenset({Phase.REQUESTED})
    occasions = (own(request_is_open), own(request_is_registered_once))
    example: ClassVar[dict[str, Any]] = {
        "missing": ["representatives", "value"],
        "days": 14,
        "remarks": "Who may settle for you, and what is roughly at stake?",
    }
    missing: Annotated[tuple[Missing, ...], Meta(min_length=1)]
    days: Days | None = None
    remarks: Words | None = None


class SupplementRequest(Command, frozen=True, kw_only=True, tag="supplement-request"):
    """Supply what one's request lacked.

    Attributes:
        supplied: Which of the things that were missing.
    """

    by = ("party",)
    during = frozenset({Phase.REQUESTED})
    occasions = (own(request_is_open), own(actor_is_requester), own(something_is_missing))
    example: ClassVar[dict[str, Any]] = {
        "supplied": ["value"],
        "value": {"amount": "2400000", "currency": "EUR"},
    }
    supplied: Annotated[tuple[Missing, ...], Meta(min_length=1)]
    title: Name | None = None
    names: dict[PartyId, Name] = field(default_factory=dict)
    dispute: Words | None = None
    aim: Words | None = None
    value: Money | None = None
    place: Words | None = None
    agreement: Document | None = None
    documents: tuple[Document, ...] = ()


class AssessSuitability(Command, frozen=True, kw_only=True, tag="assess-suitability"):
    """Judge whether a dispute suits mediation; parties do not read it.

    Attributes:
        criteria: What was looked at.
        remarks: Why, and which measures are needed.
    """

    by = ("registry", "authority", "mediator")
    during = ASSESSING
    occasions = (known(actor_is_mediator),)
    example: ClassVar[dict[str, Any]] = {
        "result": "suitable_with_measures",
        "risks": ["power_gap"],
        "criteria": ["voluntary", "authority to settle", "balance of power"],
        "remarks": "Counsel for the smaller side before the first session.",
    }
    result: Suitability
    criteria: Annotated[tuple[Words, ...], Meta(min_length=1)]
    risks: tuple[Risk, ...] = ()
    remarks: Words | None = None


class ExtendReplyPeriod(Command, frozen=True, kw_only=True, tag="extend-reply-period"):
    """Give a party more time to reply.

    Attributes:
        until: The new last day, at the seat.
    """

    by = ("registry",)
    during = frozenset({Phase.INVITED})
    occasions = (to_give_more_time,)
    example: ClassVar[dict[str, Any]] = {
        "party": "B",
        "until": "2026-04-20",
        "reason": "The board meets on the 17th.",
    }
    party: PartyId
    until: Day
    reason: Words | None = None


def find_request_incomplete(
    state: Intake,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[FindRequestIncomplete],
) -> Decision:
    """Find a request incomplete, at the requester's desk; it is not registered until supplied.

    Raises:
        RuleViolation: request_is_open, request_is_registered_once.
    """
    data = act.data
    request_is_open(act, state)
    request_is_registered_once(act, state)
    desk = f"desk:{state.requester()}"
    found = Placed(desk, RequestFoundIncomplete(missing=data.missing, remarks=data.remarks))
    if data.days is None or not act.moment_is_known():
        return [found]
    trigger = "the finding that the request is incomplete"
    party = state.requester()
    return [found, begin(act, desk, rule=RULE, days=data.days, trigger=trigger, concerns=party)]


def supplement_request(state: Intake, standing: Standing, act: Act[SupplementRequest]) -> Decision:
    """Supply what was missing; with the last of it the date to do so is met.

    Raises:
        RuleViolation: request_is_open, actor_is_requester, something_is_missing,
            supplied_was_missing, supplied_is_there.
    """
    data = act.data
    request_is_open(act, state)
    actor_is_requester(act, state)
    something_is_missing(act, state)
    supplied_was_missing(act, state, data.supplied)
    supplied_is_there(act, data.supplied)
    supplement = RequestSupplemented(
        supplied=data.supplied,
        title=data.title,
        names=dict(data.names) or None,
        dispute=data.dispute,
        aim=data.aim,
        value=data.value,
        place=data.place,
        agreement=data.agreement,
        documents=data.documents or None,
    )
    whole = set(state.screening.missing) <= set(data.supplied)
    date = standing.deadlines.running(RULE) if whole else None
    return [Placed(f"desk:{own_party(act)}", supplement), *met(date)]


def assess_suitability(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[AssessSuitability],
) -> Decision:
    """Record a judgement of suitability, in the chair.

    Raises:
        RuleViolation: actor_is_mediator, doubts_are_explained.
    """
    data = act.data
    actor_is_mediator(act, standing)
    doubts_are_explained(act, data.result, data.remarks)
    assessed = SuitabilityAssessed(
        result=data.result, risks=data.risks, criteria=data.criteria, remarks=data.remarks
    )
    return [Placed("chair", assessed)]


def extend_reply_period(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[ExtendReplyPeriod],
) -> Decision:
    """Extend the time of a party to reply.

    Raises:
        RuleViolation: party_is_known, reply_period_runs, extension_gives_more_time.
        DecodeError: `until` is no day there is.
    """
    data = act.data
    party_is_known(act, standing, data.party)
    deadline = standing.deadlines.latest("reply", about=data.party)
    reply_period_runs(act, deadline, data.party)
    assert deadline is not None, "reply_period_runs asked for it"
    extension_gives_more_time(act, deadline, data.until)
    more = ReplyPeriodExtended(party=data.party, until=data.until, reason=data.reason)
    return [Placed("joint", more), extended(act, deadline, data.until)]


DECIDE: dict[type[Command], Decide] = {
    FindRequestIncomplete: find_request_incomplete,
    SupplementRequest: supplement_request,
    AssessSuitability: assess_suitability,
    ExtendReplyPeriod: extend_reply_period,
}
