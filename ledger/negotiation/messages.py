"""Keep what terms a party entrusted to the mediator, and what became of them."""

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.envelope import Frame
from ledger.negotiation.messenger_events import (
    EntrustedProposalRecalled,
    MessengerEvent,
    ProposalCarried,
    ProposalEntrusted,
)
from ledger.negotiation.tabled_events import Attribution

Book: TypeAlias = "Mapping[tuple[str, str], Entrusted]"


class Entrusted(Struct, frozen=True, kw_only=True):
    """Terms a party gave the mediator to carry.

    Attributes:
        caucus: Room they were given in.
        by: Party whose they are.
        attribution: Whether the others are to be told so.
        ref: Event (room:seq) whose content has the terms.
        carried: Room and name of the proposal they became, None before.
        recalled: Whether the party took them back.
    """

    caucus: str
    entrusted_id: str
    by: str
    attribution: Attribution
    ref: str
    carried: tuple[str, str] | None = None
    recalled: bool = False


def evolve(book: Book, frame: Frame[MessengerEvent]) -> Book:
    """Fold one event; never judges, never sees content."""
    event = frame.event
    key = (frame.room, event.entrusted_id)
    known = book.get(key)
    match event:
        case ProposalEntrusted():
            new = Entrusted(
                caucus=frame.room,
                entrusted_id=event.entrusted_id,
                by=event.by,
                attribution=event.attribution,
                ref=frame.ref,
            )
            return {**book, key: new}
        case EntrustedProposalRecalled() if known is not None:
            return {**book, key: replace(known, recalled=True)}
        case ProposalCarried() if known is not None:
            return {**book, key: replace(known, carried=(event.room, event.proposal_id))}
        case EntrustedProposalRecalled() | ProposalCarried():
            return book  # entrusted under a mandate these eyes did not see
        case _:
            assert_never(event)
