"""The commands by which each party hands its own confidences over, and says which steps stand."""

from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec
from msgspec import Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import (
    caucus_is_read_by_whoever_enters,
    own,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.envelope import Event, content_fields, tag_of
from ledger.neutrality.change_events import (
    HandedOver,
    HandoverConsentGiven,
    HandoverConsentRefused,
    ProcessStepsReaffirmed,
)
from ledger.neutrality.rules import Decide
from ledger.neutrality.state import Neutrality
from ledger.parties import RUNNING, Standing
from ledger.rooms import caucus_of

Ref: TypeAlias = Annotated[str, Meta(pattern=r"\A[^\s]{1,400}:[1-9][0-9]{0,9}\Z")]
"""Names an entry within its case, `room:sequence`."""
FIRST_WITH_PREDECESSORS = 2


@rule("refuse")
def mandate_follows_another(act: Act[Any], state: Neutrality) -> None:  # noqa: ARG001 - a rule takes the act
    """There is something to hand over or reaffirm once somebody new is in office."""
    if state.mandate.number < FIRST_WITH_PREDECESSORS or state.mandate.status == "ended":
        raise Broken("nobody in office follows another", "appoint-successor")


@rule("refuse")
def handover_is_given_once(act: Act[Any], state: Neutrality) -> None:
    """A party agrees to hand over once for each mandate; after a refusal it still may."""
    if state.handovers.get(act.party or "") == (state.mandate.number, "given"):
        raise Broken(f"{act.party} has agreed already")


@rule("refuse")
def handover_is_open(act: Act[Any], state: Neutrality) -> None:
    """What was handed over cannot be taken back by a refusal."""
    said = state.handovers.get(act.party or "")
    if said is not None and said[0] == state.mandate.number:
        raise Broken(f"{act.party} has said so already: {said[1]}")


@rule("refuse")
def items_are_ones_own_confidences(act: Act[Any], rooms: tuple[str, ...]) -> None:
    """A party hands over what stands in its own caucus rooms under earlier mandates."""
    for ref in act.data.items:
        room, _, seq = ref.rpartition(":")
        if room not in rooms or not 1 <= int(seq) <= act.rooms.get(room, 0):
            raise Broken(f"{ref} is no entry of an earlier caucus of {act.party}", "room:seq")


@rule("refuse")
def steps_are_known(act: Act[Any], standing: Standing, steps: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A step that falls is one of the common record."""
    for ref in steps:
        if not ref.startswith("joint:") or ref not in standing.entries:
            raise Broken(f"there is no step {ref}", "an entry of the joint room")


@rule("refuse")
def steps_are_reaffirmed_once(act: Act[Any], state: Neutrality) -> None:
    """A party says once under each mandate which steps stand."""
    if state.reaffirmed.get(act.party or "") == state.mandate.number:
        raise Broken(f"{act.party} has said so already")


def to_hand_over(act: Act[Any], state: Neutrality, standing: Standing) -> None:
    """Ask for mediators that follow others, and a party that has not agreed yet."""
    party_is_known(act, standing, own_party(act))
    party_has_consented(act, standing)
    mandate_follows_another(act, state)
    handover_is_given_once(act, state)


class ConsentHandover(Command, frozen=True, kw_only=True, tag="consent-handover"):
    """Let those now in office read what one told their predecessors in confidence.

    Attributes:
        items: Which entries (room:seq) of one's earlier caucus rooms, none for all.
    """

    by = ("party",)
    during = RUNNING
    occasions = (to_hand_over,)
    example: ClassVar[dict[str, Any]] = {"items": ["caucus:A:1"]}
    items: tuple[Ref, ...] = ()


class RefuseHandover(Command, frozen=True, kw_only=True, tag="refuse-handover"):
    """Keep from those now in office what one told their predecessors in confidence."""

    by = ("party",)
    during = RUNNING
    occasions = (to_hand_over, own(handover_is_open))


class ReaffirmSteps(Command, frozen=True, kw_only=True, tag="reaffirm-steps"):
    """Say which steps taken under earlier mediators stand.

    Attributes:
        fallen: Steps (room:seq) that do not; all others stand.
    """

    by = ("party",)
    during = RUNNING
    guards = (party_has_consented,)
    occasions = (own(mandate_follows_another), own(steps_are_reaffirmed_once))
    example: ClassVar[dict[str, Any]] = {"fallen": ["joint:31"]}
    fallen: tuple[Ref, ...] = ()


def consent_handover(state: Neutrality, standing: Standing, act: Act[ConsentHandover]) -> Decision:
    """Hand over: the consent before all, each thing anew in the caucus room of the new mandate.

    The consent is the same however much there is to hand over, or if there is nothing.

    Raises:
        RuleViolation: party_is_known, party_has_consented, mandate_follows_another,
            handover_is_given_once, caucus_is_read_by_whoever_enters,
            items_are_ones_own_confidences.
    """
    party, number = own_party(act), state.mandate.number
    to_hand_over(act, state, standing)
    here = caucus_of(party, number)
    earlier = tuple(caucus_of(party, n) for n in range(1, number))
    for room in (here, *earlier):
        caucus_is_read_by_whoever_enters(act, room)
    items_are_ones_own_confidences(act, earlier)
    given = HandoverConsentGiven(party=party, mandate_number=number)
    refs = act.data.items or tuple(
        f"{room}:{seq}" for room in earlier for seq in range(1, act.rooms.get(room, 0) + 1)
    )
    copies = [_copy(act.open(ref)) for ref in refs]
    return [Placed("joint", given), *(Placed(here, copy) for copy in copies if copy is not None)]


def _copy(event: Event) -> HandedOver | None:
    """Record a confidence anew; None where it holds no words, or is itself such a copy."""
    if isinstance(event, HandedOver):
        return None
    values = {name: getattr(event, name) for name in content_fields(type(event))}
    said = {name: _text(value) for name, value in values.items() if value not in _NOTHING}
    return HandedOver(about=tag_of(type(event)), said=said) if said else None


_NOTHING = (None, msgspec.UNSET, (), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value, order="sorted").decode()


def refuse_handover(state: Neutrality, standing: Standing, act: Act[RefuseHandover]) -> Decision:
    """Refuse to hand over; one may still agree later.

    Raises:
        RuleViolation: party_is_known, party_has_consented, mandate_follows_another,
            handover_is_given_once, handover_is_open.
    """
    to_hand_over(act, state, standing)
    handover_is_open(act, state)
    refused = HandoverConsentRefused(party=own_party(act), mandate_number=state.mandate.number)
    return [Placed("joint", refused)]


def reaffirm_steps(state: Neutrality, standing: Standing, act: Act[ReaffirmSteps]) -> Decision:
    """Say which earlier steps stand.

    Raises:
        RuleViolation: mandate_follows_another, steps_are_reaffirmed_once, steps_are_known.
    """
    party, number = own_party(act), state.mandate.number
    mandate_follows_another(act, state)
    steps_are_reaffirmed_once(act, state)
    steps_are_known(act, standing, act.data.fallen)
    said = {party, *(p for p, under in state.reaffirmed.items() if under == number)}
    reaffirmed = ProcessStepsReaffirmed(
        party=party,
        mandate_number=number,
        fallen=act.data.fallen,
        complete=said >= set(standing.current()),
    )
    return [Placed("joint", reaffirmed)]


DECIDE: dict[type[Command], Decide] = {
    ConsentHandover: consent_handover,
    RefuseHandover: refuse_handover,
    ReaffirmSteps: reaffirm_steps,
}
