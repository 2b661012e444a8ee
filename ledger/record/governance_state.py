"""Fold what is sealed, what expired, whom notices reached, and what was exposed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.record.governance_events import (
    ContentSealed,
    ContentUnsealed,
    GovernanceEvent,
    MisdisclosureReported,
    NoticeBounced,
    NoticeDelivered,
    NoticeOpened,
    NoticeSent,
    RetentionExpired,
    SecurityBreachNotified,
)

RETENTION = "retention"
"""Rule of the dates until which records are kept."""
Notice: TypeAlias = Literal["sent", "delivered", "bounced", "opened"]


class Governance(Struct, frozen=True, kw_only=True):
    """What protects the record, as far as the eyes may see.

    Attributes:
        sealed: The event (room:seq) that sealed an entry, by that entry.
        expired: Classes of records whose time has passed.
        notices: Where a notice stands, by (room, id).
        misdisclosures: Events (room:seq) that reported one.
        breaches: Events (room:seq) that told of a breach of security.
    """

    sealed: Mapping[str, str] = MappingProxyType({})
    expired: frozenset[str] = frozenset()
    notices: Mapping[tuple[str, str], Notice] = MappingProxyType({})
    misdisclosures: tuple[str, ...] = ()
    breaches: tuple[str, ...] = ()


def evolve(state: Governance, event: GovernanceEvent, ref: str) -> Governance:
    """Fold one event."""
    match event:
        case ContentSealed():
            return replace(state, sealed={**state.sealed, event.target: ref})
        case ContentUnsealed():
            left = {target: by for target, by in state.sealed.items() if target != event.target}
            return replace(state, sealed=left)
        case RetentionExpired():
            return replace(state, expired=state.expired | {event.kind})
        case NoticeSent() | NoticeDelivered() | NoticeBounced() | NoticeOpened():
            key = (ref.rpartition(":")[0], event.notice_id)
            return replace(state, notices={**state.notices, key: _now(event)})
        case MisdisclosureReported():
            return replace(state, misdisclosures=(*state.misdisclosures, ref))
        case SecurityBreachNotified():
            return replace(state, breaches=(*state.breaches, ref))
        case _:
            assert_never(event)


def kept_anew(state: Governance, kind: str) -> Governance:
    """Count the time of a class afresh, once a reopened case is closed again."""
    return replace(state, expired=state.expired - {kind})


def _now(event: NoticeSent | NoticeDelivered | NoticeBounced | NoticeOpened) -> Notice:
    match event:
        case NoticeSent():
            return "sent"
        case NoticeDelivered():
            return "delivered"
        case NoticeBounced():
            return "bounced"
        case NoticeOpened():
            return "opened"
        case _:
            assert_never(event)
