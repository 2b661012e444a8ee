"""The commands about what binds a mediator to a party: disclosure, delivery, waiver."""

from typing import Any, ClassVar

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    known,
    own,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.neutrality.events import (
    Category,
    ConflictDisclosed,
    ConflictWaived,
    DisclosureAcknowledged,
    DisclosureDelivered,
    DisclosureFiled,
    Kind,
    Staff,
)
from ledger.neutrality.occasions import to_acknowledge, to_deliver, to_waive
from ledger.neutrality.rules import (
    Decide,
    actor_is_nominee,
    conflict_is_waivable,
    disclosure_is_known,
    disclosure_is_ones_own,
    disclosure_was_delivered,
    party_takes_part_or_joins,
    registry_waives_for_joiners_alone,
    step_is_taken_once,
    window,
)
from ledger.neutrality.state import Disclosure, Neutrality
from ledger.parties import Standing
from ledger.periods import begin, met
from ledger.profile import Profile
from ledger.terms import Day, Id, PartyId, PersonId, Words

NAME_CHARS_MAX = 56
"""Of a person's name within a disclosure's id, which has 64 in all."""


class DiscloseConflict(Command, frozen=True, kw_only=True, tag="disclose-conflict"):
    """Disclose a circumstance that may bind one to a party.

    Attributes:
        kind: What kind; the profile says whether the parties can waive it.
        arises_at: Day it arose.
        person: Whose, where the registry takes in what somebody who serves the house told it.
        office: As what that person serves, `registry_staff` for the registry itself.
    """

    by = ("candidate", "mediator", "registry")
    occasions = (own(actor_is_nominee), known(actor_is_mediator))
    example: ClassVar[dict[str, Any]] = {
        "kind": "business_relation",
        "circumstance": "Eight years ago my firm audited a supplier of Aldora Fisheries.",
        "arises_at": "2018-04-01",
    }
    kind: Kind
    circumstance: Words
    arises_at: Day | None = None
    person: PersonId | None = None
    office: Staff | None = None


def disclose_conflict(
    state: Neutrality, standing: Standing, act: Act[DiscloseConflict]
) -> Decision:
    """Disclose a circumstance to all; a candidate keeps a note of it in the chair, which it reads.

    Raises:
        RuleViolation: actor_is_nominee, actor_is_mediator, disclosure_is_ones_own.
    """
    actor_is_nominee(act, state)
    actor_is_mediator(act, standing)
    disclosure_is_ones_own(act, act.data.person, act.data.office)
    category = category_of(act.profile, act.data.kind)
    person = act.data.person or act.actor
    usual: Staff | None = "registry_staff" if act.role == "registry" else None
    names = _next_id(state, person)
    disclosed = ConflictDisclosed(
        disclosure_id=names,
        person=person,
        office=act.data.office or usual,
        kind=act.data.kind,
        category=category,
        arises_at=act.data.arises_at,
        circumstance=act.data.circumstance,
    )
    if act.role != "candidate":
        return [Placed("joint", disclosed)]
    filed = DisclosureFiled(disclosure_id=names, person=act.actor, category=category)
    return [Placed("joint", disclosed), Placed("chair", filed)]


def category_of(profile: Profile, kind: Kind) -> Category:
    """Say whether the parties can waive a kind of conflict; what the profile omits is neither."""
    if kind in profile.conflict_waiver.non_waivable:
        return "non_waivable"
    return "waivable" if kind in profile.conflict_waiver.waivable else "other"


def _next_id(state: Neutrality, person: str) -> str:
    """Name a disclosure after its person, whose own disclosures it can always see."""
    name = person.partition(":")[2][:NAME_CHARS_MAX]
    return f"{name}-D{len(state.disclosed_by(person)) + 1}"


class DeliverDisclosure(Command, frozen=True, kw_only=True, tag="deliver-disclosure"):
    """Record that a disclosure reached a party."""

    by = ("registry",)
    occasions = (to_deliver,)
    example: ClassVar[dict[str, Any]] = {"disclosure_id": "iyer-D1", "party": "B"}
    disclosure_id: Id
    party: PartyId


def deliver_disclosure(
    state: Neutrality, standing: Standing, act: Act[DeliverDisclosure]
) -> Decision:
    """Record delivery; begins the party's time to object where the profile counts it from here.

    Raises:
        RuleViolation: party_takes_part_or_joins, disclosure_is_known, step_is_taken_once.
    """
    names, party = act.data.disclosure_id, act.data.party
    party_takes_part_or_joins(act, standing, party)
    disclosure_is_known(act, state, names)
    disclosure = state.disclosures[names]
    step_is_taken_once(act, disclosure.delivered, party, "delivery")
    delivered = Placed("joint", DisclosureDelivered(disclosure_id=names, party=party))
    joins = party not in standing.parties
    if act.profile.objection.from_event != "disclosure_delivered" or joins:
        return [delivered]
    return [delivered, *_window(act, disclosure, party, "delivery of the disclosure")]


class AcknowledgeDisclosure(Command, frozen=True, kw_only=True, tag="acknowledge-disclosure"):
    """Confirm that one has a disclosure; that waives nothing."""

    by = ("party",)
    occasions = (to_acknowledge,)
    example: ClassVar[dict[str, Any]] = {"disclosure_id": "iyer-D1"}
    disclosure_id: Id


def acknowledge_disclosure(
    state: Neutrality, standing: Standing, act: Act[AcknowledgeDisclosure]
) -> Decision:
    """Acknowledge a disclosure; begins the time to object where the profile counts it from here.

    Raises:
        RuleViolation: party_is_known, disclosure_is_known, disclosure_was_delivered,
            step_is_taken_once.
    """
    names, party = act.data.disclosure_id, own_party(act)
    party_is_known(act, standing, party)
    disclosure_is_known(act, state, names)
    disclosure = state.disclosures[names]
    disclosure_was_delivered(act, disclosure, party)
    step_is_taken_once(act, disclosure.acknowledged, party, "acknowledgement")
    acknowledged = Placed("joint", DisclosureAcknowledged(disclosure_id=names, party=party))
    if act.profile.objection.from_event != "disclosure_acknowledged":
        return [acknowledged]
    return [acknowledged, *_window(act, disclosure, party, "acknowledgement of the disclosure")]


def _window(act: Act[Any], disclosure: Disclosure, party: str, trigger: str) -> Decision:
    """Begin a party's time to object; nothing where there is none or the moment is unknown."""
    days = act.profile.objection.within_days
    if days is None or not act.moment_is_known():
        return []
    about = window(disclosure, party)
    return [
        begin(
            act,
            "joint",
            rule="objection",
            days=days,
            trigger=trigger,
            concerns=party,
            about=about,
        )
    ]


class WaiveConflict(Command, frozen=True, kw_only=True, tag="waive-conflict"):
    """Expressly waive a disclosed circumstance.

    Attributes:
        statement: The words of the waiver.
        party: Who waives it, where the registry takes in the waiver of who asked to join.
    """

    by = ("party", "registry")
    occasions = (to_waive,)
    example: ClassVar[dict[str, Any]] = {
        "disclosure_id": "iyer-D1",
        "statement": "Informed of it, we waive it.",
    }
    disclosure_id: Id
    statement: Words
    party: PartyId | None = None


def waive_conflict(state: Neutrality, standing: Standing, act: Act[WaiveConflict]) -> Decision:
    """Waive a conflict; the party's time to object is met with it.

    Raises:
        RuleViolation: registry_waives_for_joiners_alone, party_takes_part_or_joins,
            party_has_consented, disclosure_is_known, conflict_is_waivable,
            disclosure_was_delivered, step_is_taken_once.
    """
    names = act.data.disclosure_id
    registry_waives_for_joiners_alone(act, standing, act.data.party)
    party = act.party or act.data.party
    assert party is not None, "registry_waives_for_joiners_alone asked for it"
    party_takes_part_or_joins(act, standing, party)
    party_has_consented(act, standing)
    disclosure_is_known(act, state, names)
    disclosure = state.disclosures[names]
    conflict_is_waivable(act, disclosure)
    disclosure_was_delivered(act, disclosure, party)
    step_is_taken_once(act, disclosure.waived, party, "a waiver")
    waived = ConflictWaived(disclosure_id=names, party=party, statement=act.data.statement)
    running = standing.deadlines.running("objection", about=window(disclosure, party))
    return [Placed("joint", waived), *met(running)]


DECIDE: dict[type[Command], Decide] = {
    DiscloseConflict: disclose_conflict,
    DeliverDisclosure: deliver_disclosure,
    AcknowledgeDisclosure: acknowledge_disclosure,
    WaiveConflict: waive_conflict,
}
