"""Ask for the erasure of one person's data over every case, assess it, order it (rows J8 to J10).

Two offices and two persons, as within one case. The order names neither case nor entry; each case
follows it by itself (`ledger/erasing.py`), one under a legal hold once that is released.
"""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import UNSET, Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import content_is_erased, erasure_has_legal_basis, keeping_is_reasoned
from ledger.institution.state import Institution
from ledger.institution.subject_erasure_events import (
    SubjectErasureAssessed,
    SubjectErasureExecuted,
    SubjectErasureRequested,
)
from ledger.institution.subject_erasure_state import SubjectErasure
from ledger.parties import Standing
from ledger.terms import (
    ErasureExemption,
    ErasureGround,
    ErasureResult,
    Id,
    PersonId,
    Words,
    next_id,
)

ROOM = "registry"
Tag: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{1,80}\Z")]
"""Names a type of entry, such as `attendance-recorded`."""
Decide: TypeAlias = Callable[[Institution, Standing, Act[Any]], Decision]


@rule("refuse")
def subject_erasure_is_asked_for(act: Act[Any], state: Institution, erasure_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a request that waits is decided or carried out."""
    known = state.erasures.get(erasure_id)
    if known is None:
        names = ", ".join(state.erasures) or "none"
        raise Broken(f"no erasure {erasure_id} over every case was asked for", f"one of: {names}")
    if known.stage == "executed":
        raise Broken(f"erasure {erasure_id} was executed", "another request")


@rule("refuse")
def subject_erasure_was_granted(act: Act[Any], erasure: SubjectErasure) -> None:  # noqa: ARG001 - a rule takes the act
    """Only what was granted is carried out."""
    if erasure.stage != "granted":
        why = f"erasure {erasure.erasure_id} was {erasure.stage}"
        raise Broken(why, "assess-subject-erasure")


@rule("refuse")
def subject_erasure_has_second_person(act: Act[Any], erasure: SubjectErasure) -> None:
    """Nobody both grants an erasure and carries it out."""
    if {act.entered_by, act.actor} & set(erasure.granted_by):
        by = erasure.granted_by[-1]
        raise Broken(f"{by} granted it", "another person at the keyboard, of the registry")


class RequestSubjectErasure(Command, frozen=True, kw_only=True, tag="request-subject-erasure"):
    """Ask that what entries say of a person be destroyed, whatever the case.

    Attributes:
        subject: Whose data are meant, wherever an entry's frame names it: `person:holt`.
        reason: Why.
    """

    by = ("registry", "protection")
    example: ClassVar[dict[str, Any]] = {"subject": "person:holt", "reason": "He asked for it."}
    subject: PersonId
    reason: Words | None = None


def request_subject_erasure(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[RequestSubjectErasure],
) -> Decision:
    """Ask for an erasure over every case; nothing is destroyed by it."""
    requested = SubjectErasureRequested(
        erasure_id=next_id("SE", state.erasures), subject=act.data.subject, reason=act.data.reason
    )
    return [Placed(ROOM, requested)]


class AssessSubjectErasure(Command, frozen=True, kw_only=True, tag="assess-subject-erasure"):
    """Grant an erasure over every case, a part of it, or refuse it.

    Attributes:
        ground: Legal basis in a word.
        basis: Legal basis in words, with the provision it rests on.
        exemption: Why something is kept.
        kept: Types of entries that are kept, as `attendance-recorded`.
        reasons: Why.
    """

    by = ("protection",)
    example: ClassVar[dict[str, Any]] = {
        "erasure_id": "SE1",
        "result": "granted",
        "ground": "consent_withdrawn",
        "basis": "Consent was the only basis, and it was withdrawn.",
    }
    erasure_id: Id
    result: ErasureResult
    ground: ErasureGround | None = None
    basis: Words | None = None
    exemption: ErasureExemption | None = None
    kept: tuple[Tag, ...] = ()
    reasons: Words | None = None


def assess_subject_erasure(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[AssessSubjectErasure],
) -> Decision:
    """Decide on a request.

    Raises:
        RuleViolation: subject_erasure_is_asked_for, erasure_has_legal_basis, keeping_is_reasoned.
    """
    data = act.data
    subject_erasure_is_asked_for(act, state, data.erasure_id)
    erasure_has_legal_basis(act, data.result, data.ground, data.basis)
    keeping_is_reasoned(act, data.result, data.reasons, data.kept)
    assessed = SubjectErasureAssessed(
        erasure_id=data.erasure_id,
        result=data.result,
        ground=None if data.result == "refused" else data.ground,
        exemption=data.exemption,
        kept=tuple(dict.fromkeys(data.kept)),
        basis=data.basis,
        reasons=data.reasons,
    )
    return [Placed(ROOM, assessed)]


class ExecuteSubjectErasure(Command, frozen=True, kw_only=True, tag="execute-subject-erasure"):
    """Let an erasure over every case be carried out; it cannot be taken back."""

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {"erasure_id": "SE1"}
    erasure_id: Id


def execute_subject_erasure(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[ExecuteSubjectErasure],
) -> Decision:
    """Give the order; the cases follow it one by one, those under a hold once it is released.

    Raises:
        RuleViolation: subject_erasure_is_asked_for, subject_erasure_was_granted,
            subject_erasure_has_second_person, content_is_erased.
    """
    name = act.data.erasure_id
    subject_erasure_is_asked_for(act, state, name)
    erasure = state.erasures[name]
    subject_erasure_was_granted(act, erasure)
    subject_erasure_has_second_person(act, erasure)
    assert erasure.assessed_ref is not None, "it was granted"
    assert erasure.ground is not None, "a grant has a legal basis"
    basis = getattr(act.open(erasure.assessed_ref), "basis", UNSET)
    content_is_erased(act, basis, f"the grant of {name}")
    executed = SubjectErasureExecuted(
        erasure_id=name, ground=erasure.ground, approved_by=erasure.granted_by[-1], basis=basis
    )
    return [Placed(ROOM, executed)]


DECIDE: dict[type[Command], Decide] = {
    RequestSubjectErasure: request_subject_erasure,
    AssessSubjectErasure: assess_subject_erasure,
    ExecuteSubjectErasure: execute_subject_erasure,
}
