"""The commands about confidences: vary the terms, use an exception, answer an order."""

from collections.abc import Callable
from typing import Any, ClassVar, Literal, TypeAlias

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, id_is_new, own, party_is_known
from ledger.deadlines import DeadlineSet
from ledger.engagement.breaches import DECIDE as BREACHES
from ledger.engagement.confidence_events import (
    ConfidentialClass,
    ConfidentialityExceptionInvoked,
    ConfidentialityTermsVaried,
    DisclosureOrderAnswered,
    DisclosureOrderReceived,
    InformationClass,
    ShareRole,
)
from ledger.engagement.confidence_rules import (
    confidentiality_is_agreed,
    exception_is_agreed_by_all,
    exception_is_among_the_terms,
    order_is_open,
    terms_are_known,
    terms_become_different,
    to_answer_order,
    variation_looks_forward,
)
from ledger.engagement.rules import all_agree_to_the_terms
from ledger.engagement.state import Engagement
from ledger.instants import parse_instant
from ledger.parties import OPEN, Phase, Standing
from ledger.periods import met, stated
from ledger.profile_tables import ConfidentialityException
from ledger.terms import Day, Id, Instant, PartyId, PersonId, Words, next_id

Decide: TypeAlias = Callable[[Engagement, Standing, Act[Any]], Decision]
RULE = "disclosure_order"
ENGAGED = OPEN - {Phase.REQUESTED, Phase.INVITED, Phase.CONSENTED}
TERMS = (
    "caucus_default",
    "existence_confidential",
    "exceptions",
    "recording",
    "retention_months",
    "sharing",
)


class VaryConfidentialityTerms(
    Command, frozen=True, kw_only=True, tag="vary-confidentiality-terms"
):
    """Put other confidentiality terms into force, from now on; what is left out stays.

    Attributes:
        agreed_by: Parties who agreed.
        mediators_agreed: Mediators who agreed; one who gives the command need not be named.
        starts: Instant from which, None for now.
    """

    by = ("mediator", "registry")
    during = ENGAGED
    guards = (actor_is_mediator,)
    occasions = (own(confidentiality_is_agreed), own(terms_are_known))
    example: ClassVar[dict[str, Any]] = {
        "agreed_by": ["A", "B"],
        "mediators_agreed": ["person:ortiz"],
        "existence_confidential": False,
    }
    agreed_by: tuple[PartyId, ...]
    mediators_agreed: tuple[PersonId, ...] = ()
    starts: Instant | None = None
    caucus_default: Literal["closed", "open", "open_unless_marked"] | None = None
    existence_confidential: bool | None = None
    exceptions: tuple[ConfidentialityException, ...] | None = None
    recording: Literal["allowed", "forbidden", "destroyed_at_close"] | None = None
    retention_months: int | None = None
    sharing: dict[ShareRole, tuple[InformationClass, ...]] | None = None
    scope: Words | None = None


class InvokeException(Command, frozen=True, kw_only=True, tag="invoke-exception"):
    """Record that confidential information leaves on a ground the terms know.

    Attributes:
        information: What class of information; never the information.
        recipient: To whom.
        legal_basis: Under which law or order.
        agreed_by: Parties that agreed, where the ground is the agreement of all.
        telling_forbidden: Whether the law forbids telling the others; then they do not read it.
    """

    by = ("party", "mediator", "registry")
    guards = (actor_is_mediator,)
    occasions = (own(confidentiality_is_agreed),)
    example: ClassVar[dict[str, Any]] = {
        "exception": "required_by_law",
        "information": "documents",
        "recipient": "The maritime accident board.",
        "legal_basis": "Its order of 3 May 2026.",
    }
    exception: ConfidentialityException
    information: ConfidentialClass
    recipient: Words
    legal_basis: Words | None = None
    agreed_by: tuple[PartyId, ...] = ()
    telling_forbidden: bool = False


class ReceiveDisclosureOrder(Command, frozen=True, kw_only=True, tag="receive-disclosure-order"):
    """Record that a court or other body ordered a disclosure.

    Attributes:
        information: What class of information it is about.
        answer_by: Last day to answer, at the seat.
        telling_forbidden: Whether the law forbids telling the parties.
        order_id: Names it, None for the next number.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "information": "process",
        "court": "Court of appeal",
        "scope": "Whether a mediation took place, and when it ended.",
        "answer_by": "2026-09-30",
    }
    information: ConfidentialClass
    court: Words
    scope: Words
    answer_by: Day | None = None
    telling_forbidden: bool = False
    order_id: Id | None = None


class AnswerDisclosureOrder(Command, frozen=True, kw_only=True, tag="answer-disclosure-order"):
    """Record how the institution answered an order to disclose."""

    by = ("registry",)
    occasions = (to_answer_order,)
    example: ClassVar[dict[str, Any]] = {
        "order_id": "OR1",
        "response": "complied_in_part",
        "answer": "The dates were given; nothing of what was said.",
    }
    order_id: Id
    response: Literal["complied", "complied_in_part", "refused", "challenged"]
    answer: Words


def vary_confidentiality_terms(
    state: Engagement, standing: Standing, act: Act[VaryConfidentialityTerms]
) -> Decision:
    """Vary the terms; caucuses held before keep what held for them.

    Raises:
        RuleViolation: confidentiality_is_agreed, terms_are_known, party_is_known,
            all_agree_to_the_terms, terms_become_different, variation_looks_forward.
        DecodeError: `starts` is no instant.
    """
    data, terms = act.data, state.terms
    confidentiality_is_agreed(act, state)
    terms_are_known(act, state)
    assert terms is not None, "terms_are_known asked for it"
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    own_yes = {act.actor} if act.role == "mediator" else set()
    agreed = frozenset({*data.agreed_by, *data.mediators_agreed, *own_yes})
    all_agree_to_the_terms(act, standing, agreed)
    new = {name: getattr(data, name) for name in TERMS}
    values = {n: getattr(terms, n) if new[n] is None else new[n] for n in TERMS}
    changed = [n for n in TERMS if values[n] != getattr(terms, n)]
    changed += ["scope"] if data.scope is not None else []
    terms_become_different(act, changed)
    starts = parse_instant(data.starts, "data.starts") if data.starts else act.when
    variation_looks_forward(act, starts)
    varied = ConfidentialityTermsVaried(
        agreed_by=tuple(sorted(agreed)),
        changed=tuple(changed),
        starts=starts.isoformat().replace("+00:00", "Z"),
        scope=data.scope,
        **values,
    )
    return [Placed("joint", varied)]


def invoke_exception(state: Engagement, standing: Standing, act: Act[InvokeException]) -> Decision:
    """Invoke an exception before all; where the law forbids that, in the actor's own room.

    Raises:
        RuleViolation: actor_is_mediator, confidentiality_is_agreed, party_is_known,
            exception_is_among_the_terms, exception_is_agreed_by_all.
    """
    data = act.data
    confidentiality_is_agreed(act, state)
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    exception_is_among_the_terms(act, state, data.exception)
    exception_is_agreed_by_all(act, standing, data.exception, data.agreed_by)
    invoked = ConfidentialityExceptionInvoked(
        exception=data.exception,
        information=data.information,
        agreed_by=data.agreed_by,
        recipient=data.recipient,
        legal_basis=data.legal_basis,
    )
    quiet = {"registry": "registry", "mediator": "chair"}.get(act.role, f"desk:{act.party}")
    return [Placed(quiet if data.telling_forbidden else "joint", invoked)]


def receive_disclosure_order(
    state: Engagement,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ReceiveDisclosureOrder],
) -> Decision:
    """Record an order, with its last day to answer where it names one.

    Raises:
        RuleViolation: id_is_new.
        DecodeError: `answer_by` is no day there is.
    """
    data = act.data
    room = "registry" if data.telling_forbidden else "joint"
    taken = {names for _, names in state.orders}
    names = data.order_id or next_id("OR", taken)
    id_is_new(act, taken, names, names)
    received = DisclosureOrderReceived(
        order_id=names, information=data.information, court=data.court, scope=data.scope
    )
    if data.answer_by is None:
        return [Placed(room, received)]
    date = DeadlineSet(
        deadline_id=f"{RULE}-{names}",
        rule=RULE,
        due="",
        on=data.answer_by,
        arithmetic="",
        about=names,
    )
    return [Placed(room, received), stated(act, room, date)]


def answer_disclosure_order(
    state: Engagement, standing: Standing, act: Act[AnswerDisclosureOrder]
) -> Decision:
    """Record the answer, where the order is recorded.

    Raises:
        RuleViolation: order_is_open.
    """
    data = act.data
    order_is_open(act, state, data.order_id)
    room = next(where for where, names in state.orders if names == data.order_id)
    answered = DisclosureOrderAnswered(
        order_id=data.order_id, response=data.response, answer=data.answer
    )
    date = standing.deadlines.running(RULE, about=data.order_id)
    return [Placed(room, answered), *met(date)]


DECIDE: dict[type[Command], Decide] = {
    VaryConfidentialityTerms: vary_confidentiality_terms,
    InvokeException: invoke_exception,
    ReceiveDisclosureOrder: receive_disclosure_order,
    AnswerDisclosureOrder: answer_disclosure_order,
    **BREACHES,
}
