"""Decide what is read, asked for and supplied before the sides meet."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    id_is_new,
    mandate_is_active,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.deadlines import DeadlineSet
from ledger.parties import TALKING, Standing
from ledger.periods import met, stated
from ledger.preparation.exchange_events import (
    DocumentReviewed,
    InformationRequested,
    InformationSupplied,
    PriorCommunicationsReviewed,
)
from ledger.preparation.exchange_rules import (
    information_is_asked_where_it_is_read,
    information_is_supplied_by_whom_it_was_asked,
    information_was_asked,
    nobody_asks_themselves,
    paper_is_on_record,
    supply_says_something,
    to_review,
    to_supply,
)
from ledger.preparation.state import Preparation
from ledger.rooms import caucus_of
from ledger.terms import Day, Document, Id, PartyId, Words, next_id


class ReviewDocument(Command, frozen=True, kw_only=True, tag="review-document"):
    """Say that a paper was read; name the room it was put in, where that is not the joint one."""

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    occasions = (to_review,)
    example: ClassVar[dict[str, Any]] = {"doc_id": "D1", "note": "The table lacks two months."}
    doc_id: Id
    note: Words | None = None


class ReviewPriorCommunications(
    Command, frozen=True, kw_only=True, tag="review-prior-communications"
):
    """Say that what the sides had written to each other before was read.

    Attributes:
        party: Who showed it in confidence, None where all know it.
        since: Day of the earliest.
        until: Day of the latest.
    """

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {
        "what": "the letters about the berth fee",
        "since": "2025-01-10",
        "until": "2026-02-20",
    }
    what: Words
    party: PartyId | None = None
    since: Day | None = None
    until: Day | None = None


class RequestInformation(Command, frozen=True, kw_only=True, tag="request-information"):
    """Ask a party for information, before all or as the mediator in its caucus.

    Attributes:
        of: Party asked.
        by_when: Day at the seat by which it is wanted.
    """

    by = ("mediator", "party")
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active, party_has_consented)
    example: ClassVar[dict[str, Any]] = {
        "of": "B",
        "what": "the invoices of last year",
        "by_when": "2026-04-30",
    }
    of: PartyId
    what: Words
    request_id: Id | None = None
    by_when: Day | None = None


class SupplyInformation(Command, frozen=True, kw_only=True, tag="supply-information"):
    """Give what one was asked for, where it was asked."""

    by = ("party",)
    during = TALKING
    guards = (party_has_consented,)
    occasions = (to_supply,)
    example: ClassVar[dict[str, Any]] = {"request_id": "Q1", "text": "Twelve invoices, attached."}
    request_id: Id
    text: Words | None = None
    documents: tuple[Document, ...] = ()


def review_document(
    state: Preparation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ReviewDocument],
) -> Decision:
    """Record a review where the paper is.

    Raises:
        RuleViolation: paper_is_on_record.
    """
    room = act.room or "joint"
    paper_is_on_record(act, state, room, act.data.doc_id)
    return [Placed(room, DocumentReviewed(doc_id=act.data.doc_id, note=act.data.note))]


def review_prior_communications(
    state: Preparation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[ReviewPriorCommunications],
) -> Decision:
    """Record what was read, in the caucus of who showed it where it was shown in confidence.

    Raises:
        RuleViolation: party_is_known, information_is_asked_where_it_is_read.
    """
    data, room = act.data, "joint"
    if data.party is not None:
        party_is_known(act, standing, data.party)
        room = caucus_of(data.party, act.mandate)
        information_is_asked_where_it_is_read(act, room, data.party)
    reviewed = PriorCommunicationsReviewed(
        party=data.party, since=data.since, until=data.until, what=data.what
    )
    return [Placed(room, reviewed)]


def request_information(
    state: Preparation, standing: Standing, act: Act[RequestInformation]
) -> Decision:
    """Ask, and set the day it is wanted by where one is named.

    Raises:
        DecodeError: There is no such day.
        RuleViolation: party_is_known, nobody_asks_themselves,
            information_is_asked_where_it_is_read, actor_has_power, id_is_new.
    """
    data, room = act.data, act.room or "joint"
    party_is_known(act, standing, data.of)
    nobody_asks_themselves(act, data.of)
    information_is_asked_where_it_is_read(act, room, data.of)
    actor_has_power(act, standing, "negotiate")
    taken = {name for where, name in state.exchange.requests if where == room}
    name = data.request_id or next_id("Q", taken)
    id_is_new(act, taken, name, name)
    asked = InformationRequested(request_id=name, of=data.of, by_when=data.by_when, what=data.what)
    return [Placed(room, asked), *_wanted_by(act, room, name)]


def _wanted_by(act: Act[RequestInformation], room: str, name: str) -> Decision:
    day = act.data.by_when
    if day is None:
        return []
    names = DeadlineSet(
        deadline_id=deadline_of(name),
        rule="information",
        due="",
        on=day,
        arithmetic="",
        concerns=act.data.of,
        about=name,
    )
    return [stated(act, room, names)]


def deadline_of(request_id: str) -> str:
    """Name the date by which information is wanted."""
    return f"information-{request_id}"


def _room_asked(state: Preparation, act: Act[SupplyInformation], party: str) -> str:
    """Find where a party was asked, its caucus where it was asked there alone."""
    own = caucus_of(party, act.mandate)
    here = state.exchange.requests.get(("joint", act.data.request_id))
    asked_here = here is not None and here.of == party
    asked_there = (own, act.data.request_id) in state.exchange.requests
    return own if asked_there and not asked_here else "joint"


def supply_information(
    state: Preparation, standing: Standing, act: Act[SupplyInformation]
) -> Decision:
    """Record what was supplied, where it was asked for.

    Raises:
        RuleViolation: information_was_asked, information_is_supplied_by_whom_it_was_asked,
            supply_says_something, actor_has_power.
    """
    data, party = act.data, own_party(act)
    room = act.room or _room_asked(state, act, party)
    information_was_asked(act, state, room, data.request_id)
    information_is_supplied_by_whom_it_was_asked(act, state, room, data.request_id)
    supply_says_something(act)
    actor_has_power(act, standing, "negotiate")
    supplied = InformationSupplied(
        request_id=data.request_id, party=party, text=data.text, documents=data.documents
    )
    running = standing.deadlines.book.get((room, deadline_of(data.request_id)))
    return [Placed(room, supplied), *met(running)]
