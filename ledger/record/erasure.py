"""Ask for an erasure, assess it, carry it out (rows J8 to J10): two offices, two persons.

What a confidential room holds is named in that room alone: the institution learns that somebody
asks, decides by what it is told, and carries out without looking. Which entries an execution
reaches is found over the whole record once it is decided (`ledger/erasing.py`).
"""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import UNSET, Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import content_is_erased, erasure_has_legal_basis, keeping_is_reasoned
from ledger.parties import Standing
from ledger.record import erasure_rules as rules
from ledger.record.erasure_events import (
    ErasureAssessed,
    ErasureExecuted,
    ErasureRequested,
    ErasureScope,
    RecordsDestroyed,
)
from ledger.record.governance_events import RetentionClass
from ledger.record.rules import entry_is_known
from ledger.record.sealing import Ref
from ledger.record.state import Record
from ledger.rooms import kind_of, mediators_room
from ledger.terms import (
    ErasureExemption,
    ErasureGround,
    ErasureResult,
    PartyOrPersonId,
    Words,
)

ROOM = "protection"
"""Where the data-protection officer and the registry keep what they decide on erasures."""

ErasureId: TypeAlias = Annotated[
    str, Meta(pattern=r"\A[a-z]+(?::[A-Za-z0-9][A-Za-z0-9_.-]{0,63})?/[1-9][0-9]{0,5}\Z")
]
"""Names a request: `party:A/1`, `registry/2`."""
RoomName: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z]+(?::[^\s]{1,300})?(?:@[0-9]{1,6})?\Z")]
"""Names a room of a case, such as `caucus:A`."""
Tag: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{1,80}\Z")]
"""Names a type of entry, such as `attendance-recorded`."""


class RequestErasure(Command, frozen=True, kw_only=True, tag="request-erasure"):
    """Ask that what entries say be destroyed.

    Attributes:
        targets: Entries of one room, as `joint:9`.
        subject: Person or party whose data are meant, wherever an entry's frame names it.
        of_room: A room as a whole.
        kind: A class of records whose time is over.
        reason: Why.
    """

    by = ("party", "mediator", "registry", "protection")
    example: ClassVar[dict[str, Any]] = {"targets": ["joint:9"], "reason": "no longer needed"}
    targets: Annotated[tuple[Ref, ...], Meta(max_length=1_000)] = ()
    subject: PartyOrPersonId | None = None
    of_room: RoomName | None = None
    kind: RetentionClass | None = None
    reason: Words | None = None

    @property
    def scope(self) -> ErasureScope:
        """Say what is meant."""
        if self.targets:
            return "entries"
        if self.subject:
            return "subject"
        return "room" if self.of_room else "retention"


def request_erasure(state: Record, standing: Standing, act: Act[RequestErasure]) -> Decision:
    """Ask for an erasure; nothing is destroyed by it.

    Raises:
        RuleViolation: erasure_names_one_thing, requester_reads_its_request,
            targets_stand_in_one_room, entry_is_known, entry_says_something, room_is_ones_own,
            retention_has_ended.
    """
    data = act.data
    rules.erasure_names_one_thing(act, (data.targets, data.subject, data.of_room, data.kind))
    rules.requester_reads_its_request(act)
    rules.targets_stand_in_one_room(act, data.targets)
    for target in data.targets:
        entry_is_known(act, standing, target)
        rules.entry_says_something(act, state, target, act.open(target))
    if data.of_room:
        rules.room_is_ones_own(act, data.of_room)
    if data.kind:
        rules.retention_has_ended(act, state, data.kind)
    return _told(act, _next_id(act, state))


def _next_id(act: Act[RequestErasure], state: Record) -> str:
    """Number the requests of each requester by themselves, so that none tells of another's."""
    label = f"mediator:{act.mandate}" if act.role == "mediator" else _requester(act)
    own = sum(name.rpartition("/")[0] == label for name in state.erasures.asked)
    return f"{label}/{own + 1}"


def _requester(act: Act[Any]) -> str:
    return f"party:{act.party}" if act.party else act.role


def _told(act: Act[RequestErasure], name: str) -> Decision:
    """Name what is meant where it lies; elsewhere no more than that something is."""
    data = act.data
    room = data.of_room or next((t.rpartition(":")[0] for t in data.targets), ROOM)
    hidden = kind_of(room) in rules.CLOSED_ROOMS
    inside = hidden and room in act.rooms

    def asked(*, whole: bool) -> ErasureRequested:
        return ErasureRequested(
            erasure_id=name,
            requester=_requester(act),
            scope=data.scope,
            targets=tuple(dict.fromkeys(data.targets)) if whole else (),
            subject=data.subject,
            of_room=data.of_room if whole else None,
            kind=data.kind,
            reason=data.reason if whole or not hidden else None,
        )

    places = dict.fromkeys((ROOM, _home(act)), asked(whole=not inside))
    if inside:
        places[room] = asked(whole=True)
    return [Placed(where, event) for where, event in places.items()]


def _home(act: Act[Any]) -> str:
    """Name the room in which a requester finds its own requests."""
    if act.party:
        return f"desk:{act.party}"
    return mediators_room(act.mandate) if act.role == "mediator" else ROOM


class AssessErasure(Command, frozen=True, kw_only=True, tag="assess-erasure"):
    """Grant an erasure, a part of it, or refuse it.

    Attributes:
        ground: Legal basis in a word.
        basis: Legal basis in words, with the provision it rests on.
        exemption: Why something is kept.
        kept: Types of entries that are kept, as `attendance-recorded`.
        reasons: Why; told to the party that asked.
    """

    by = ("protection",)
    occasions = (rules.to_assess,)
    example: ClassVar[dict[str, Any]] = {
        "erasure_id": "registry/1",
        "result": "granted",
        "ground": "no_longer_needed",
        "basis": "The purpose the statement was taken down for is fulfilled.",
    }
    erasure_id: ErasureId
    result: ErasureResult
    ground: ErasureGround | None = None
    basis: Words | None = None
    exemption: ErasureExemption | None = None
    kept: tuple[Tag, ...] = ()
    reasons: Words | None = None


def assess_erasure(
    state: Record,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[AssessErasure],
) -> Decision:
    """Decide on a request; a party that asked is told at its desk, without a hold.

    Raises:
        RuleViolation: erasure_is_asked_for, erasure_has_legal_basis, keeping_is_reasoned.
    """
    data = act.data
    rules.erasure_is_asked_for(act, state, data.erasure_id)
    erasure_has_legal_basis(act, data.result, data.ground, data.basis)
    keeping_is_reasoned(act, data.result, data.reasons, data.kept)
    kind, _, party = state.erasures.asked[data.erasure_id].requester.partition(":")

    def assessed(*, under_hold: bool) -> ErasureAssessed:
        return ErasureAssessed(
            erasure_id=data.erasure_id,
            result=data.result,
            ground=None if data.result == "refused" else data.ground,
            exemption=data.exemption,
            kept=tuple(dict.fromkeys(data.kept)),
            under_hold=under_hold,
            basis=data.basis,
            reasons=data.reasons,
        )

    here = Placed(ROOM, assessed(under_hold=bool(state.holds)))
    desk = [Placed(f"desk:{party}", assessed(under_hold=False))] if kind == "party" else []
    return [here, *desk]


class ExecuteErasure(Command, frozen=True, kw_only=True, tag="execute-erasure"):
    """Carry out an erasure that somebody else granted; it cannot be taken back."""

    by = ("registry",)
    occasions = (rules.to_execute,)
    example: ClassVar[dict[str, Any]] = {"erasure_id": "registry/1"}
    erasure_id: ErasureId


def execute_erasure(state: Record, standing: Standing, act: Act[ExecuteErasure]) -> Decision:
    """Carry out an erasure; the entries it reaches are marked in their rooms with this act.

    Raises:
        RuleViolation: erasure_is_asked_for, erasure_was_granted, no_hold_is_in_force,
            erasure_has_second_person, content_is_erased.
    """
    name = act.data.erasure_id
    rules.may_execute(act, state, standing, name)
    erasure = state.erasures.asked[name]
    assert erasure.assessed is not None, "it was granted"
    assert erasure.ground is not None, "a grant has a legal basis"
    granted = act.open(erasure.assessed)
    assert isinstance(granted, ErasureAssessed), "the fold took its ref from one"
    content_is_erased(act, granted.basis, f"the grant of {name}")
    executed = ErasureExecuted(
        erasure_id=name,
        ground=erasure.ground,
        approved_by=standing.entries[erasure.assessed].entered_by,
        kept=erasure.kept,
        basis=None if granted.basis is UNSET else granted.basis,
    )
    gone = [RecordsDestroyed(kind=_kind(erasure.kind))] if erasure.kind else []
    return [Placed(ROOM, executed), *(Placed("joint", event) for event in gone)]


def _kind(text: str) -> Any:  # noqa: ANN401 - a class that was asked for is one
    return text


Decide: TypeAlias = Callable[[Record, Standing, Act[Any]], Decision]
DECIDE: dict[type[Command], Decide] = {
    RequestErasure: request_erasure,
    AssessErasure: assess_erasure,
    ExecuteErasure: execute_erasure,
}
