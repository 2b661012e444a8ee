"""Say when there is an occasion to speak of the record; `next` asks it, having no data."""

from typing import Any

from ledger.act import Act
from ledger.common_rules import one_will_do
from ledger.deadlines import Deadline
from ledger.parties import Entry, Standing
from ledger.record import rules
from ledger.record.date_rules import (
    date_is_not_fixed,
    date_is_open,
    extender_is_entitled,
    waiver_is_entitled,
)
from ledger.record.state import Record


def to_correct(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an entry of the actor's own, or of its party's people; for the registry any."""
    people = {person for party, person in standing.authorities if party == act.party}

    def check(entry: Entry) -> None:
        if entry.actor not in people:
            rules.entry_is_ones_own(act, entry)

    one_will_do(act, standing.entries.values(), check, "entry")


def to_answer_contest(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a contest that was not answered."""
    contests = [ref for refs in state.contested.values() for ref in refs]
    one_will_do(
        act, contests, lambda ref: rules.contest_is_open(act, state, ref), "entry contested"
    )


def to_release(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a hold in force."""
    one_will_do(
        act,
        state.holds,
        lambda hold: rules.hold_is_in_force(act, state, hold),
        "hold in force",
        "place-legal-hold",
    )


def to_extend(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a date that runs and for which the actor may give more time."""

    def check(deadline: Deadline) -> None:
        date_is_open(act, deadline)
        date_is_not_fixed(act, deadline)
        extender_is_entitled(act, standing, deadline, standing.current())

    one_will_do(act, standing.deadlines.book.values(), check, "date")


def to_give_up_date(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a date that runs and that the actor is entitled to."""

    def check(deadline: Deadline) -> None:
        date_is_open(act, deadline)
        date_is_not_fixed(act, deadline)
        waiver_is_entitled(act, deadline)

    one_will_do(act, standing.deadlines.book.values(), check, "date")
