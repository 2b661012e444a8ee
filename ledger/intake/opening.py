"""The commands that open a case or its common record."""

from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta, field

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import content_is_erased, own
from ledger.envelope import opened
from ledger.intake.events import (
    Basis,
    CaseTakenOver,
    ConsentGiven,
    MediationRequested,
    RepresentativeAuthorised,
    RequestRegistered,
)
from ledger.intake.rules import (
    Decide,
    asserted_phase_is_possible,
    joint_request_is_signed_by_all,
    names_are_of_parties,
    parties_are_distinct,
    profile_keys_are_confirmed,
    request_is_complete,
    request_is_open,
    request_is_registered_once,
    requester_is_the_actor,
)
from ledger.intake.screening_events import RequestSupplemented
from ledger.intake.state import Intake
from ledger.parties import Phase, Power, Standing
from ledger.profile_tables import ProfileId
from ledger.terms import Document, Id, Money, Name, PartyId, PersonId, Words

Reference: TypeAlias = Annotated[str, Meta(pattern=r"\A[^\x00-\x1f\x7f-\x9f]{1,100}\Z")]
"""Names a case in somebody else's files, such as `casino:12`."""
Language: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")]


class RequestMediation(Command, frozen=True, kw_only=True, tag="request-mediation"):
    """Ask for a mediation; opens a case.

    Attributes:
        others: The other parties.
        names: What each party is called, by id.
        joint: Whether all parties ask together; `signatories` then names who signed for each.
        representatives: Powers of the requester's own people, by person.
    """

    by = ("party", "registry")
    during = frozenset({Phase.NONE})
    opens = True
    example: ClassVar[dict[str, Any]] = {
        "requester": "A",
        "others": ["B"],
        "title": "Berth fees",
        "names": {"A": "Aldora Fisheries", "B": "Port of Brevik"},
        "dispute": "Fees for berth 4 since 2024.",
        "aim": "A fee both can plan with.",
        "representatives": {"person:aune": ["negotiate", "settle"]},
        "language": "en",
    }
    requester: PartyId
    others: Annotated[tuple[PartyId, ...], Meta(min_length=1)]
    title: Name
    dispute: Words
    names: dict[PartyId, Name] = field(default_factory=dict)
    aim: Words | None = None
    value: Money | None = None
    place: Words | None = None
    mediator_wishes: Words | None = None
    agreement: Document | None = None
    documents: tuple[Document, ...] = ()
    external_ref: Reference | None = None
    basis: Basis = "none"
    joint: bool = False
    signatories: dict[PartyId, PersonId] = field(default_factory=dict)
    representatives: dict[PersonId, tuple[Power, ...]] = field(default_factory=dict)
    language: Language | None = None
    interim_notice: bool = True


def request_mediation(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[RequestMediation],
) -> Decision:
    """Open a case with a request, at the requester's desk.

    Raises:
        RuleViolation: requester_is_the_actor, parties_are_distinct, names_are_of_parties,
            joint_request_is_signed_by_all.
    """
    data = act.data
    parties = (data.requester, *data.others)
    requester_is_the_actor(act, data.requester)
    parties_are_distinct(act, parties)
    names_are_of_parties(act, (*data.names, *data.signatories), parties)
    joint_request_is_signed_by_all(act, data.signatories, parties)
    assert act.number is not None, "a case that opens has a number reserved"
    request = MediationRequested(
        number=act.number,
        requester=data.requester,
        parties=parties,
        external_ref=data.external_ref,
        basis=data.basis,
        joint=data.joint,
        signatories=dict(data.signatories),
        representatives=dict(data.representatives),
        language=data.language,
        interim_notice=data.interim_notice,
        title=data.title,
        names=dict(data.names),
        dispute=data.dispute,
        aim=data.aim,
        value=data.value,
        place=data.place,
        mediator_wishes=data.mediator_wishes,
        agreement=data.agreement,
        documents=data.documents,
    )
    return [Placed(f"desk:{data.requester}", request)]


class RegisterRequest(Command, frozen=True, kw_only=True, tag="register-request"):
    """Open the common record of a request.

    Attributes:
        profile: Id of the rule profile to pin, None for the institution's default.
        title: As it is served on the others, None as requested.
        dispute: As it is served on the others, None as requested.
    """

    by = ("registry",)
    during = frozenset({Phase.REQUESTED})
    occasions = (
        own(request_is_open),
        own(request_is_registered_once),
        own(request_is_complete),
    )
    profile: ProfileId | None = None
    title: Name | None = None
    dispute: Words | None = None


def register_request(
    state: Intake,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[RegisterRequest],
) -> Decision:
    """Register a request in the joint room, with its representatives; a joint one with consents.

    Raises:
        RuleViolation: request_is_open, request_is_registered_once, request_is_complete,
            profile_keys_are_confirmed, content_is_erased.
    """
    request_is_open(act, state)
    request_is_registered_once(act, state)
    request_is_complete(act, state)
    profile_keys_are_confirmed(act)
    request, ref = state.request, state.request_ref
    assert request is not None, "request_is_registered_once asked for it"
    assert ref is not None, "a request has a place"
    assert act.profile_ref is not None, "a registration is given the profile to pin"
    filed = act.open(ref)
    assert isinstance(filed, MediationRequested), "the reference is the request's"
    later = _supplied(state, act)
    for name in ("title", "dispute"):
        said = getattr(act.data, name) or later.get(name) or getattr(filed, name)
        content_is_erased(act, said, f"the request, its {name},")
    registered = RequestRegistered(
        number=request.number,
        external_ref=request.external_ref,
        profile=act.profile_ref,
        parties=request.parties,
        requesters=(request.requester,),
        basis=request.basis,
        received=state.received,
        title=act.data.title or later.get("title") or opened(filed.title, ""),
        names={**opened(filed.names, {}), **later.get("names", {})},
        dispute=act.data.dispute or later.get("dispute") or opened(filed.dispute, ""),
    )
    return [Placed("joint", registered), *_people(state, request), *_consents(request)]


def _supplied(state: Intake, act: Act[RegisterRequest]) -> dict[str, Any]:
    """Read what supplements say of title, names and dispute, the latest word counting."""
    said: dict[str, Any] = {}
    for ref in state.screening.supplements:
        supplement = act.open(ref)
        assert isinstance(supplement, RequestSupplemented), "the reference is a supplement's"
        for field_name in ("title", "names", "dispute"):
            value = opened(getattr(supplement, field_name), None)
            if value is not None:
                said[field_name] = value
    return said


def _people(state: Intake, request: MediationRequested) -> Decision:
    """Tell the others who speaks for the requester."""
    held = [state.authorities[request.requester, p] for p in request.representatives]
    return [
        Placed(
            "joint",
            RepresentativeAuthorised(
                party=one.party, person=one.person, powers=one.powers, document=None
            ),
        )
        for one in held
    ]


def _consents(request: MediationRequested) -> Decision:
    """Record the consents a joint request carries."""
    signed = request.signatories.items() if request.joint else ()
    return [
        Placed("joint", ConsentGiven(party=party, signatory=person)) for party, person in signed
    ]


class TakeOverCase(Command, frozen=True, kw_only=True, tag="take-over-case"):
    """Open a case that began elsewhere, in the phase its source asserts."""

    by = ("registry",)
    during = frozenset({Phase.NONE})
    opens = True
    example: ClassVar[dict[str, Any]] = {
        "source": "old-register",
        "parties": ["A", "B"],
        "phase": "ENGAGED",
        "title": "Berth fees",
        "names": {"A": "Aldora Fisheries", "B": "Port of Brevik"},
        "facts": ["engaged"],
        "not_recorded": ["request", "consent", "mediator"],
    }
    source: Id
    parties: tuple[PartyId, ...]
    phase: Phase
    title: Name
    names: dict[PartyId, Name] = field(default_factory=dict)
    requesters: tuple[PartyId, ...] = ()
    external_ref: Reference | None = None
    profile: ProfileId = "as-recorded"
    facts: tuple[Id, ...] = ()
    not_recorded: tuple[Id, ...] = ()


def take_over_case(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[TakeOverCase],
) -> Decision:
    """Open a case without inventing the acts that came before.

    Raises:
        RuleViolation: parties_are_distinct, names_are_of_parties, asserted_phase_is_possible,
            profile_keys_are_confirmed.
    """
    data = act.data
    parties_are_distinct(act, data.parties)
    names_are_of_parties(act, (*data.names, *data.requesters), data.parties)
    asserted_phase_is_possible(act, data.phase)
    profile_keys_are_confirmed(act)
    assert act.number is not None, "a case that opens has a number reserved"
    assert act.profile_ref is not None, "a case taken over is given the profile to pin"
    taken = CaseTakenOver(
        number=act.number,
        external_ref=data.external_ref,
        source=data.source,
        parties=data.parties,
        requesters=data.requesters,
        phase=data.phase,
        profile=act.profile_ref,
        facts=data.facts,
        not_recorded=data.not_recorded,
        title=data.title,
        names=dict(data.names),
    )
    return [Placed("joint", taken)]


DECIDE: dict[type[Command], Decide] = {
    RequestMediation: request_mediation,
    RegisterRequest: register_request,
    TakeOverCase: take_over_case,
}
