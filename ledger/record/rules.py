"""Say what must hold when the record is corrected, contested or held."""

from collections.abc import Collection
from typing import Any

import msgspec

from ledger.act import Act, Broken, rule
from ledger.decoding import converted
from ledger.envelope import Event
from ledger.errors import DecodeError
from ledger.instants import parse_instant
from ledger.parties import Entry, Standing
from ledger.record.state import Record

OCCURRED = "occurred"
"""The envelope's own field that may be put right: when it happened."""

TIME_CRITICAL = frozenset({OCCURRED, "due", "on", "until", "valid_until", "reply_by", "ends"})


def is_time_critical(field: str) -> bool:
    """Tell whether a date may hang on a field."""
    return field in TIME_CRITICAL or field.endswith(("_at", "_on", "_due"))


@rule("refuse")
def entry_is_known(act: Act[Any], standing: Standing, target: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an entry that is in the record, and may be read, is spoken of."""
    if target not in standing.entries:
        raise Broken(f"there is no entry {target} here", "an entry as `room:sequence`")


@rule("refuse")
def entry_is_ones_own(act: Act[Any], entry: Entry) -> None:
    """An entry is put right by its author or by the registry."""
    if act.role != "registry" and act.actor != entry.actor:
        raise Broken(f"it is an act of {entry.actor}", f"{entry.actor}, or the registry")


@rule("refuse")
def entry_is_not_void(act: Act[Any], state: Record, target: str) -> None:  # noqa: ARG001 - a rule takes the act
    """What is void is not put right or voided again."""
    if target in state.voided:
        raise Broken(f"{target} was voided by {state.voided[target]}", "nothing more")


@rule("refuse")
def correction_has_second_person(
    act: Act[Any], fields: Collection[str], approved_by: str | None
) -> None:
    """Nobody alone puts right what a date may hang on."""
    critical = [name for name in fields if is_time_critical(name)]
    if critical and approved_by in (None, act.entered_by, act.actor):
        raise Broken(
            f"{', '.join(critical)} may move a date, and {act.entered_by} enters it alone",
            "`approved_by` a second person",
        )


@rule("refuse")
def void_has_second_person(act: Act[Any], approved_by: str) -> None:
    """Nobody alone declares an entry void."""
    if approved_by in (act.entered_by, act.actor):
        raise Broken(f"{act.entered_by} enters it alone", "`approved_by` a second person")


@rule("refuse")
def corrected_field_exists(act: Act[Any], event: Event, fields: Collection[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a field the entry has is put right."""
    known = (OCCURRED, *type(event).__struct_fields__)
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise Broken(f"the entry has no {', '.join(unknown)}", f"one of: {', '.join(known)}")


@rule("refuse")
def corrected_value_fits(act: Act[Any], event: Event, changes: dict[str, Any]) -> None:  # noqa: ARG001 - a rule takes the act
    """A right value is one the entry could have had."""
    own = {name: value for name, value in changes.items() if name != OCCURRED}
    try:
        if OCCURRED in changes:
            parse_instant(str(changes[OCCURRED]), OCCURRED)
        converted({**msgspec.to_builtins(event), **own}, type(event))
    except (msgspec.ValidationError, DecodeError) as error:
        raise Broken(f"the right value cannot stand there: {error}", "a value that fits") from None


@rule("refuse")
def correction_changes_something(act: Act[Any], changed: Collection[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """A correction says something else than the entry."""
    if not changed:
        raise Broken("the entry says so already", "a value that differs")


@rule("refuse")
def correction_reaches_no_newcomer(act: Act[Any], target: str) -> None:
    """A correction tells its values to those alone who may read the entry."""
    room, _, seq = target.rpartition(":")
    late = [party for party, first in act.newcomers.items() if int(seq) < first]
    if room == "joint" and late:
        raise Broken(
            f"{', '.join(late)} joined later and may not read {target}",
            "the entry voided (void-entry) and, if need be, entered anew",
        )


@rule("refuse")
def contest_is_open(act: Act[Any], state: Record, contest: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A contest is answered once."""
    known = {ref for refs in state.contested.values() for ref in refs}
    if contest not in known:
        raise Broken(f"{contest} contests nothing", f"one of: {', '.join(sorted(known)) or 'none'}")
    if contest in state.answered:
        raise Broken(f"{contest} was answered", "nothing more")


@rule("refuse")
def hold_is_in_force(act: Act[Any], state: Record, hold_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a hold in force is released."""
    if hold_id not in state.holds:
        known = ", ".join(state.holds) or "none"
        raise Broken(f"no hold {hold_id} is in force", f"one of: {known}")
