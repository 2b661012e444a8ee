"""Seal what an entry says, so that no view shows it, and open it again (row J6)."""

from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import one_will_do, second_person_is_known
from ledger.parties import Standing
from ledger.record import rules
from ledger.record.governance_events import ContentSealed, ContentUnsealed, SealGround
from ledger.record.state import Record
from ledger.terms import PersonId, Words

Ref: TypeAlias = Annotated[str, Meta(pattern=r"\A[^\s]{1,400}:[1-9][0-9]{0,9}\Z")]
"""Names an entry within its case, `room:sequence`."""


@rule("refuse")
def content_is_open(act: Act[Any], state: Record, target: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An entry is sealed once."""
    if target in state.governance.sealed:
        raise Broken(f"{target} is sealed", "unseal-content first")


@rule("refuse")
def content_is_sealed(act: Act[Any], state: Record, target: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only what is sealed is unsealed."""
    if target not in state.governance.sealed:
        known = ", ".join(state.governance.sealed) or "none"
        raise Broken(f"{target} is not sealed", f"one of: {known}")


@rule("refuse")
def seal_has_second_person(act: Act[Any], approved_by: str) -> None:
    """Nobody alone hides what an entry says, or shows it again."""
    if approved_by in (act.entered_by, act.actor):
        raise Broken(f"{act.entered_by} does it alone", "`approved_by` a second person")


def to_unseal(act: Act[Any], state: Record, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an entry that is sealed."""
    one_will_do(
        act,
        state.governance.sealed,
        lambda ref: content_is_sealed(act, state, ref),
        "entry that is sealed",
        "seal-content",
    )


class SealContent(Command, frozen=True, kw_only=True, tag="seal-content"):
    """Hide what an entry says from every view; to destroy it is another matter.

    Attributes:
        target: The entry.
        approved_by: Second person.
    """

    by = ("registry", "mediator")
    example: ClassVar[dict[str, Any]] = {
        "target": "joint:9",
        "ground": "misdisclosure",
        "approved_by": "person:berg",
    }
    target: Ref
    ground: SealGround
    approved_by: PersonId
    reason: Words | None = None


def seal_content(state: Record, standing: Standing, act: Act[SealContent]) -> Decision:
    """Seal an entry where it stands.

    Raises:
        RuleViolation: entry_is_known, content_is_open, seal_has_second_person,
            second_person_is_known.
    """
    data = act.data
    rules.entry_is_known(act, standing, data.target)
    content_is_open(act, state, data.target)
    _two_persons(act)
    sealed = ContentSealed(
        target=data.target,
        about=standing.entries[data.target].tag,
        ground=data.ground,
        approved_by=data.approved_by,
        reason=data.reason,
    )
    return [Placed(room_of(data.target), sealed, cause=data.target)]


class UnsealContent(Command, frozen=True, kw_only=True, tag="unseal-content"):
    """Show again what an entry says."""

    by = ("registry", "mediator")
    occasions = (to_unseal,)
    example: ClassVar[dict[str, Any]] = {"target": "joint:9", "approved_by": "person:berg"}
    target: Ref
    approved_by: PersonId
    reason: Words | None = None


def unseal_content(state: Record, standing: Standing, act: Act[UnsealContent]) -> Decision:
    """Unseal an entry where it stands.

    Raises:
        RuleViolation: entry_is_known, content_is_sealed, seal_has_second_person,
            second_person_is_known.
    """
    data = act.data
    rules.entry_is_known(act, standing, data.target)
    content_is_sealed(act, state, data.target)
    _two_persons(act)
    unsealed = ContentUnsealed(
        target=data.target,
        about=standing.entries[data.target].tag,
        approved_by=data.approved_by,
        reason=data.reason,
    )
    return [Placed(room_of(data.target), unsealed, cause=data.target)]


def _two_persons(act: Act[SealContent] | Act[UnsealContent]) -> None:
    seal_has_second_person(act, act.data.approved_by)
    second_person_is_known(act, act.data.approved_by)


def room_of(ref: str) -> str:
    """Name the room an entry (room:seq) stands in."""
    return ref.rpartition(":")[0]
