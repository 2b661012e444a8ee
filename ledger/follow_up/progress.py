"""Fold what the parties say of an obligation; nobody here decides whether it was broken."""

from typing import Literal, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from ledger.follow_up.after_events import WaiverByConductAsserted, WaiverByConductDenied
from ledger.follow_up.performance_events import (
    BreachReportAnswered,
    BreachReported,
    ObligationCured,
    ObligationDeferred,
    ObligationDischarged,
    ObligationFellDue,
    ObligationWaived,
    PerformanceConfirmed,
    PerformanceDisputed,
    PerformanceReported,
)

Column: TypeAlias = Literal[
    "waiting for condition",
    "upcoming",
    "due",
    "reported",
    "confirmed",
    "disputed",
    "breach reported",
    "in cure",
    "done",
    "waived",
    "ended",
]
"""Where an obligation stands on the board (DOMAIN.md V8)."""

Heard: TypeAlias = Literal[
    "nothing", "reported", "confirmed", "disputed", "breach reported", "in cure", "done", "waived"
]
CLOSED = frozenset({"confirmed", "done", "waived"})
"""What the parties say of an obligation that needs nothing more."""


class Progress(Struct, frozen=True):
    """What was said of an obligation.

    Attributes:
        heard: The last that was said of it by those entitled to.
        fell_due: The day recorded as passed, None for none.
        deferred_to: The day the obligee moved it to.
        cure_until: The day until which it may be put right.
        parts_confirmed: How many part performances were confirmed.
        answered: Whether the last report of a breach was answered.
        broken: Whether a breach is reported and the obligation was neither performed in full since,
            nor given up, put off or discharged; a part taken, or a dispute, leaves it so.
        last: Event (room:seq) of the last word.
        waiver: Whether a waiver by conduct is asserted or was denied; it gives nothing up itself.
    """

    heard: Heard = "nothing"
    fell_due: str | None = None
    deferred_to: str | None = None
    cure_until: str | None = None
    parts_confirmed: int = 0
    answered: bool = False
    broken: bool = False
    last: str | None = None
    waiver: Literal["none", "asserted", "denied"] = "none"


UNHEARD = Progress()


def heard(  # noqa: C901 - one case an event
    said: Progress,
    event: ObligationFellDue
    | PerformanceReported
    | PerformanceConfirmed
    | PerformanceDisputed
    | BreachReported
    | BreachReportAnswered
    | ObligationCured
    | ObligationWaived
    | ObligationDeferred
    | ObligationDischarged
    | WaiverByConductAsserted
    | WaiverByConductDenied,
) -> Progress:
    """Take in the next word on an obligation."""
    match event:
        case ObligationFellDue():
            return replace(said, fell_due=event.due)
        case PerformanceReported() | ObligationCured():
            return replace(said, heard="reported")
        case PerformanceConfirmed():
            return _confirmed(said, event)
        case PerformanceDisputed():
            return replace(said, heard="disputed")
        case BreachReported():
            again = replace(said, heard="breach reported", answered=False, broken=True)
            return replace(again, cure_until=None)
        case BreachReportAnswered():
            return replace(said, answered=True)
        case ObligationWaived():
            return replace(said, heard="waived", broken=False)
        case ObligationDeferred():
            return replace(said, heard="nothing", deferred_to=event.until, broken=False)
        case ObligationDischarged():
            return replace(said, heard="done", broken=False)
        case WaiverByConductAsserted():
            return replace(said, waiver="asserted")
        case WaiverByConductDenied():
            return replace(said, waiver="denied")
        case _:
            assert_never(event)


def _confirmed(said: Progress, event: PerformanceConfirmed) -> Progress:
    """Close an obligation performed in full; after a part the rest stands as it stood before."""
    if event.extent == "full":
        return replace(said, heard="confirmed", broken=False)
    broken: Heard = "breach reported" if said.cure_until is None else "in cure"
    rest: Heard = broken if said.broken else "nothing"
    return replace(said, heard=rest, parts_confirmed=said.parts_confirmed + 1)
