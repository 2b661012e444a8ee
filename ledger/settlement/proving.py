"""Prove that a settlement came from the mediation; step back from it while there is time."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    id_is_new,
    own_party,
    party_is_known,
)
from ledger.deadlines import DeadlineReviewNeeded
from ledger.parties import AFTER_SIGNING, ENDED, Phase, Standing
from ledger.periods import met
from ledger.settlement.drafting import instrument_of
from ledger.settlement.evidence_events import (
    CoolingOffExercised,
    InstitutionAttestationIssued,
    MediatorCertificateIssued,
)
from ledger.settlement.evidence_rules import (
    attestation_follows_execution,
    attestation_has_second_person,
    attestation_is_asked_for,
    certificate_follows_an_end,
    cooling_off_runs,
    institution_attests,
    who_steps_back_has_signed,
)
from ledger.settlement.force import COOLING_RULE
from ledger.settlement.instrument import Instrument
from ledger.settlement.occasions import one_instrument
from ledger.settlement.rules import PERFORMED, settlement_room_is_joint
from ledger.settlement.state import Settlement
from ledger.terms import Id, PartyId, Words, next_id


def to_certify(act: Act[Any], state: Settlement, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask whether the mediation led to a settlement, or has ended."""
    certificate_follows_an_end(act, standing)


def to_attest(act: Act[Any], state: Settlement, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for an executed settlement."""
    one_instrument(act, state, lambda one: attestation_follows_execution(act, one))


def to_step_back(act: Act[Any], state: Settlement, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a settlement the actor signed and may still step back from."""

    def check(instrument: Instrument) -> None:
        who_steps_back_has_signed(act, instrument)
        cooling_off_runs(act, instrument)

    one_instrument(act, state, check)


class IssueMediatorCertificate(
    Command, frozen=True, kw_only=True, tag="issue-mediator-certificate"
):
    """Certify, as the mediator, that a mediation took place.

    Attributes:
        text: The certificate.
    """

    by = ("mediator",)
    during = PERFORMED | (ENDED - {Phase.NOT_COMMENCED})
    example: ClassVar[dict[str, Any]] = {"text": "This settlement is the result of a mediation."}
    guards = (settlement_room_is_joint, actor_is_mediator)
    occasions = (to_certify,)
    text: Words


class AttestSettlement(Command, frozen=True, kw_only=True, tag="attest-settlement"):
    """Attest for the institution that an executed settlement came from a mediation under its rules.

    Attributes:
        settlement_id: Which, None for the latest.
        serial: Its number, None for the next.
        approved_by: Second person, who is not the one that enters it.
        requested_by: Party that asked for it.
        facts: What is attested.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "approved_by": "person:director",
        "requested_by": "A",
        "facts": "mediated from 13 April to 22 June 2026 under the house procedure",
    }
    guards = (settlement_room_is_joint, institution_attests)
    occasions = (to_attest,)
    settlement_id: Id | None = None
    serial: Id | None = None
    approved_by: Words
    requested_by: PartyId | None = None
    facts: Words


class ExerciseCoolingOff(Command, frozen=True, kw_only=True, tag="exercise-cooling-off"):
    """Step back from an executed settlement within the days the procedure gives for it.

    Attributes:
        settlement_id: Which, None for the latest.
    """

    by = ("party",)
    during = AFTER_SIGNING
    example: ClassVar[dict[str, Any]] = {}
    guards = (settlement_room_is_joint,)
    occasions = (to_step_back,)
    settlement_id: Id | None = None


def issue_mediator_certificate(
    state: Settlement, standing: Standing, act: Act[IssueMediatorCertificate]
) -> Decision:
    """Certify that a mediation took place.

    Raises:
        RuleViolation: certificate_follows_an_end.
    """
    certificate_follows_an_end(act, standing)
    executed = [name for name, one in state.instruments.items() if one.is_executed]
    event = MediatorCertificateIssued(
        settlement_id=executed[-1] if executed else None, text=act.data.text
    )
    return [Placed("joint", event)]


def attest_settlement(
    state: Settlement, standing: Standing, act: Act[AttestSettlement]
) -> Decision:
    """Attest for the institution; refused before execution and without a second person (I-22).

    Raises:
        RuleViolation: instrument_is_known, attestation_follows_execution,
            attestation_has_second_person, party_is_known, attestation_is_asked_for, id_is_new.
    """
    data = act.data
    instrument = instrument_of(state, act)
    attestation_follows_execution(act, instrument)
    attestation_has_second_person(act)
    if data.requested_by is not None:
        party_is_known(act, standing, data.requested_by)
    attestation_is_asked_for(act)
    given = {serial for one in state.instruments.values() for serial in one.attestations}
    serial = data.serial or next_id("AT", given)
    id_is_new(act, given, serial, serial)
    event = InstitutionAttestationIssued(
        settlement_id=instrument.settlement_id,
        serial=serial,
        hash=instrument.hash,
        approved_by=data.approved_by,
        facts=data.facts,
    )
    return [Placed("joint", event)]


def exercise_cooling_off(
    state: Settlement, standing: Standing, act: Act[ExerciseCoolingOff]
) -> Decision:
    """Step back: the signatures are void, and the parties may talk on or end.

    Raises:
        RuleViolation: instrument_is_known, who_steps_back_has_signed, cooling_off_runs,
            actor_has_power.
    """
    instrument = instrument_of(state, act)
    who_steps_back_has_signed(act, instrument)
    cooling_off_runs(act, instrument)
    actor_has_power(act, standing, "settle")
    others = [i for i in state.instruments.values() if i.is_executed and i != instrument]
    event = CoolingOffExercised(
        settlement_id=instrument.settlement_id, by=own_party(act), others_stand=bool(others)
    )
    return [Placed("joint", event), *_days_closed(standing, act, instrument)]


def _days_closed(standing: Standing, act: Act[Any], instrument: Instrument) -> Decision:
    """Close the days to step back; ask for review where they had passed when it was entered."""
    name = f"{COOLING_RULE}-{instrument.settlement_id}"
    deadline = standing.deadlines.book.get(("joint", name))
    if deadline is not None and deadline.status == "missed":
        entry = f"joint:{act.rooms.get('joint', 0) + 1}"
        return [Placed("joint", DeadlineReviewNeeded(deadline_id=name, about=entry))]
    return list(met(deadline))
