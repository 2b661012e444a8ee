"""The commands of the mediator's selection: naming, inquiry, declarations, fee terms."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    known,
    own,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.neutrality.accepting import DECIDE as ACCEPTING
from ledger.neutrality.additions import DECIDE as ADDITIONS
from ledger.neutrality.choosing import DECIDE as CHOOSING
from ledger.neutrality.disclosures import DECIDE as DISCLOSURES
from ledger.neutrality.events import (
    CandidateApproached,
    ConflictInquiryCompleted,
    Cover,
    DeclineGround,
    FeeTermsAccepted,
    ImpartialityDeclared,
    MediatorDeclined,
    MediatorNominated,
    Method,
    NoConflictDeclared,
)
from ledger.neutrality.handover import DECIDE as HANDOVER
from ledger.neutrality.interested import DECIDE as INTERESTED
from ledger.neutrality.leaving import DECIDE as LEAVING
from ledger.neutrality.mandates import DECIDE as MANDATES
from ledger.neutrality.objections import DECIDE as OBJECTIONS
from ledger.neutrality.occasions import to_accept_fees
from ledger.neutrality.rules import (
    Decide,
    actor_is_nominee,
    fee_terms_concern_nominees,
    inquiry_period_is_a_period,
    joint_choice_is_recorded_by_an_office,
    mediator_is_not_a_representative,
    nothing_was_disclosed,
    person_is_named_once,
)
from ledger.neutrality.state import Neutrality
from ledger.parties import RUNNING, Standing
from ledger.reasons import reasons_given
from ledger.terms import Day, Hash, Id, PartyOrPersonId, PersonId, Words


class NominateMediator(Command, frozen=True, kw_only=True, tag="nominate-mediator"):
    """Name a person as mediator, and ask it to inquire into its conflicts.

    Attributes:
        method: How the person was chosen: by all, one party, lot or the authority.
        brief: What the candidate, who reads the chair alone, needs: names, the subject.
    """

    by = ("party", "authority", "registry")
    during = RUNNING
    guards = (party_has_consented,)
    example: ClassVar[dict[str, Any]] = {
        "person": "person:iyer",
        "method": "joint",
        "brief": "Aldora Fisheries and Port of Brevik, on berth fees.",
    }
    person: PersonId
    method: Method
    brief: Words | None = None


def nominate_mediator(
    state: Neutrality, standing: Standing, act: Act[NominateMediator]
) -> Decision:
    """Nominate a mediator before all, and approach it in the chair.

    Raises:
        RuleViolation: joint_choice_is_recorded_by_an_office, mediator_is_not_a_representative,
            person_is_named_once.
    """
    data = act.data
    joint_choice_is_recorded_by_an_office(act, data.method)
    mediator_is_not_a_representative(act, standing, data.person)
    person_is_named_once(act, state, data.person)
    nominated = MediatorNominated(person=data.person, method=data.method, nominated_by=act.acting())
    approached = CandidateApproached(
        person=data.person, parties=standing.current(), asked_by=act.acting(), brief=data.brief
    )
    return [Placed("joint", nominated), Placed("chair", approached)]


class DeclineNomination(Command, frozen=True, kw_only=True, tag="decline-nomination"):
    """Not accept to mediate; details stay in the chair."""

    by = ("candidate",)
    occasions = (own(actor_is_nominee),)
    example: ClassVar[dict[str, Any]] = {"ground": "availability", "detail": "Away until May."}
    ground: DeclineGround
    detail: Words | None = None


def decline_nomination(
    state: Neutrality,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[DeclineNomination],
) -> Decision:
    """Decline a nomination.

    Raises:
        RuleViolation: actor_is_nominee.
    """
    actor_is_nominee(act, state)
    declined = MediatorDeclined(person=act.actor, ground=act.data.ground)
    return [
        Placed("joint", declined),
        *reasons_given("chair", MediatorDeclined, act.data.detail),
    ]


class CompleteInquiry(Command, frozen=True, kw_only=True, tag="complete-inquiry"):
    """Record that one searched for what might bind one to a party.

    Attributes:
        concerning: Ids of new parties and persons it covers, whose coming made it needed.
    """

    by = ("candidate", "mediator")
    occasions = (own(actor_is_nominee), known(actor_is_mediator))
    example: ClassVar[dict[str, Any]] = {
        "since": "2016-01-01",
        "until": "2026-03-20",
        "searched": ["Aldora Fisheries", "Port of Brevik", "their counsel"],
    }
    since: Day
    until: Day
    searched: Annotated[tuple[Words, ...], Meta(min_length=1)]
    concerning: tuple[PartyOrPersonId, ...] = ()


def complete_inquiry(state: Neutrality, standing: Standing, act: Act[CompleteInquiry]) -> Decision:
    """Record a conflict inquiry in the chair.

    Raises:
        RuleViolation: actor_is_nominee, actor_is_mediator, inquiry_period_is_a_period.
    """
    data = act.data
    actor_is_nominee(act, state)
    actor_is_mediator(act, standing)
    inquiry_period_is_a_period(act, data.since, data.until)
    completed = ConflictInquiryCompleted(
        person=act.actor,
        since=data.since,
        until=data.until,
        count=len(data.searched),
        concerning=data.concerning,
        searched=data.searched,
    )
    return [Placed("chair", completed)]


class DeclareNoConflict(Command, frozen=True, kw_only=True, tag="declare-no-conflict"):
    """Declare that one knows of nothing to disclose."""

    by = ("candidate", "mediator")
    occasions = (own(actor_is_nominee), known(actor_is_mediator), own(nothing_was_disclosed))
    example: ClassVar[dict[str, Any]] = {"text_version": "v1"}
    text_version: Id
    text_hash: Hash | None = None


def declare_no_conflict(
    state: Neutrality, standing: Standing, act: Act[DeclareNoConflict]
) -> Decision:
    """Declare to know of no conflict.

    Raises:
        RuleViolation: actor_is_nominee, actor_is_mediator, nothing_was_disclosed.
    """
    actor_is_nominee(act, state)
    actor_is_mediator(act, standing)
    nothing_was_disclosed(act, state)
    declared = NoConflictDeclared(
        person=act.actor, text_version=act.data.text_version, text_hash=act.data.text_hash
    )
    return [Placed("joint", declared)]


class DeclareImpartiality(Command, frozen=True, kw_only=True, tag="declare-impartiality"):
    """Sign the declaration the profile asks of a mediator.

    Attributes:
        covers: What the text signed declares.
    """

    by = ("candidate", "mediator")
    occasions = (own(actor_is_nominee), known(actor_is_mediator))
    example: ClassVar[dict[str, Any]] = {"text_version": "v1"}
    text_version: Id
    text_hash: Hash | None = None
    covers: Annotated[tuple[Cover, ...], Meta(min_length=1)] = (
        "impartiality",
        "independence",
        "availability",
        "confidentiality",
    )


def declare_impartiality(
    state: Neutrality, standing: Standing, act: Act[DeclareImpartiality]
) -> Decision:
    """Declare one's impartiality before all.

    Raises:
        RuleViolation: actor_is_nominee, actor_is_mediator.
    """
    actor_is_nominee(act, state)
    actor_is_mediator(act, standing)
    declared = ImpartialityDeclared(
        person=act.actor,
        covers=act.data.covers,
        text_version=act.data.text_version,
        text_hash=act.data.text_hash,
    )
    return [Placed("joint", declared)]


class AcceptFeeTerms(Command, frozen=True, kw_only=True, tag="accept-fee-terms"):
    """Accept what a mediator is paid.

    Attributes:
        persons: Whose terms; empty for all who are asked to mediate.
    """

    by = ("party",)
    during = RUNNING
    occasions = (to_accept_fees,)
    example: ClassVar[dict[str, Any]] = {"terms": "2,400 EUR a day, in equal shares."}
    terms: Words
    persons: tuple[PersonId, ...] = ()


def accept_fee_terms(state: Neutrality, standing: Standing, act: Act[AcceptFeeTerms]) -> Decision:
    """Accept fee terms.

    Raises:
        RuleViolation: party_is_known, party_has_consented, fee_terms_concern_nominees.
    """
    persons = act.data.persons or state.named()
    party_is_known(act, standing, own_party(act))
    party_has_consented(act, standing)
    fee_terms_concern_nominees(act, state, persons)
    accepted = FeeTermsAccepted(party=own_party(act), persons=persons, terms=act.data.terms)
    return [Placed("joint", accepted)]


DECIDE: dict[type[Command], Decide] = {
    NominateMediator: nominate_mediator,
    DeclineNomination: decline_nomination,
    CompleteInquiry: complete_inquiry,
    DeclareNoConflict: declare_no_conflict,
    DeclareImpartiality: declare_impartiality,
    AcceptFeeTerms: accept_fee_terms,
    **ACCEPTING,
    **DISCLOSURES,
    **OBJECTIONS,
    **MANDATES,
    **CHOOSING,
    **LEAVING,
    **HANDOVER,
    **ADDITIONS,
    **INTERESTED,
}
