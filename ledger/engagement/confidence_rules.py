"""The rules of confidences: terms varied, exceptions used, orders, breaches."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.common_rules import one_will_do
from ledger.engagement.state import Engagement
from ledger.parties import Standing
from ledger.rooms import kind_of


@rule("irregular")
def confidentiality_is_agreed(act: Act[Any], state: Engagement) -> None:  # noqa: ARG001 - a rule takes the act
    """Terms are varied, used and broken once they are in force."""
    if not state.terms_in_force:
        raise Broken("no confidentiality terms are in force", "adopt-confidentiality-terms")


@rule("refuse")
def terms_are_known(act: Act[Any], state: Engagement) -> None:  # noqa: ARG001 - a rule takes the act
    """Terms are varied by somebody who can read them."""
    if state.terms is None:
        raise Broken("no confidentiality terms can be read here", "adopt-confidentiality-terms")


@rule("refuse")
def terms_become_different(act: Act[Any], changed: Collection[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """A variation changes something."""
    if not changed:
        raise Broken("the terms would stay as they are", "a field that differs")


@rule("refuse")
def variation_looks_forward(act: Act[Any], starts: datetime) -> None:
    """Other terms hold from their agreement on; what was told before keeps its protection."""
    if starts < act.when:
        raise Broken("terms cannot be varied for the time before", "an instant from now on")


@rule("refuse")
def exception_is_among_the_terms(act: Act[Any], state: Engagement, exception: str) -> None:
    """Confidentiality gives way on the grounds the terms name, else those of the profile."""
    terms = state.terms
    known = act.profile.confidentiality_exceptions if terms is None else terms.exceptions
    if exception not in known:
        raise Broken(f"{exception} is no ground here", f"one of: {', '.join(known)}")


@rule("refuse")
def exception_is_agreed_by_all(
    act: Act[Any], standing: Standing, exception: str, agreed_by: Collection[str]
) -> None:
    """Where the ground is that all agree, all have."""
    missing = [p for p in standing.current() if p not in (*agreed_by, act.party)]
    if exception == "all_parties_agree" and missing:
        raise Broken(f"{', '.join(missing)} has not agreed", "the agreement of every party")


@rule("refuse")
def order_is_open(act: Act[Any], state: Engagement, order_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An order that came is answered once."""
    known = [names for _, names in state.orders]
    if order_id not in known:
        raise Broken(f"there is no order {order_id}", f"one of: {', '.join(known) or 'none'}")
    if all(done for (_, names), done in state.orders.items() if names == order_id):
        raise Broken(f"{order_id} was answered")


@rule("refuse")
def breach_is_told_where_all_concerned_read(act: Act[Any], room: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A breach of confidence is reported before all, or within a group."""
    if kind_of(room) not in ("joint", "group"):
        raise Broken(f"{room} is neither the joint room nor a group's", "joint or group:<parties>")


@rule("refuse")
def breach_is_reported(act: Act[Any], state: Engagement, room: str, breach_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a report on record is answered or remedied."""
    if (room, breach_id) not in state.breaches:
        known = ", ".join(names for where, names in state.breaches if where == room)
        raise Broken(f"{room} has no report {breach_id}", f"one of: {known or 'none'}")


@rule("refuse")
def answer_is_the_accuseds(act: Act[Any], against: str | None) -> None:
    """Whoever is said to have broken a confidence answers that, and nobody for it."""
    if against is not None and against not in (act.party, act.actor):
        raise Broken(f"the report is against {against}", against)


def to_answer_order(act: Act[Any], state: Engagement, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an order that was not answered."""
    names = [order_id for _, order_id in state.orders]
    one_will_do(act, names, lambda one: order_is_open(act, state, one), "order to disclose")


def to_answer_breach(act: Act[Any], state: Engagement, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a report the actor could answer."""
    one_will_do(
        act,
        state.breaches.values(),
        lambda against: answer_is_the_accuseds(act, against),
        "report of a breach",
    )


def to_remedy(act: Act[Any], state: Engagement, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a report."""
    one_will_do(act, state.breaches, lambda _: None, "report of a breach")
