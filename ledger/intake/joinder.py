"""The commands by which somebody joins a mediation, or comes back to it."""

from typing import Any, ClassVar

from msgspec import field

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    content_is_erased,
    representative_is_not_mediator,
)
from ledger.envelope import opened
from ledger.intake.events import (
    CaseTakenOver,
    RepresentativeAuthorised,
    RequestRegistered,
)
from ledger.intake.joinder_events import (
    Access,
    JoinderConsented,
    JoinderRefused,
    JoinderRequested,
    PartyJoined,
)
from ledger.intake.joinder_rules import (
    answer_is_a_partys,
    joinder_is_answered_once,
    joinder_is_asked_by_whoever_takes_part,
    joinder_is_not_pending,
    joinder_is_pending,
    joiner_takes_no_part_yet,
    may_join,
    returning_party_reads_what_it_missed,
    to_admit,
    to_answer_joinder,
    to_bring_in,
    whose_answer,
)
from ledger.intake.joinders import Joinder
from ledger.intake.release import DECIDE as RELEASE
from ledger.intake.rules import Decide
from ledger.intake.state import Intake
from ledger.parties import RUNNING, Party, Power, Standing
from ledger.reasons import reasons_given
from ledger.terms import Document, Id, Name, PartyId, PersonId, Words


class RequestJoinder(Command, frozen=True, kw_only=True, tag="request-joinder"):
    """Ask that somebody join, or come back; the registry records it for who is no party yet.

    Attributes:
        party: Id of who would join.
        access: What it would read: from its joining, or all; None for the usual.
        issues: Issues it is concerned with.
        name: What it is called.
        interest: Its interest in the dispute.
        by_itself: Whether who would join asks, where the registry records it.
    """

    by = ("party", "mediator", "registry")
    during = RUNNING
    guards = (actor_is_mediator,)
    occasions = (to_bring_in,)
    example: ClassVar[dict[str, Any]] = {
        "party": "N",
        "name": "Bank of the North",
        "interest": "It holds the mortgage on berth 4.",
        "by_itself": True,
    }
    party: PartyId
    interest: Words
    name: Name | None = None
    access: Access | None = None
    issues: tuple[Id, ...] = ()
    by_itself: bool = False


class ConsentJoinder(Command, frozen=True, kw_only=True, tag="consent-joinder"):
    """Agree that somebody join; the registry records the joiner's own agreement.

    Attributes:
        joiner: Who would join.
        accepts_terms: Whether the joiner, whose agreement this is, accepts the confidentiality
            terms.
    """

    by = ("party", "registry")
    during = RUNNING
    occasions = (to_answer_joinder,)
    example: ClassVar[dict[str, Any]] = {"joiner": "N"}
    joiner: PartyId
    accepts_terms: bool = False
    conditions: Words | None = None


class RefuseJoinder(Command, frozen=True, kw_only=True, tag="refuse-joinder"):
    """Not agree that somebody join; with one refusal the joinder has failed.

    Attributes:
        joiner: Who would join.
        reasons: Stay at the desk of who refuses.
    """

    by = ("party", "registry")
    during = RUNNING
    occasions = (to_answer_joinder,)
    example: ClassVar[dict[str, Any]] = {"joiner": "N", "reasons": "It is not its dispute."}
    joiner: PartyId
    reasons: Words | None = None


class AdmitParty(Command, frozen=True, kw_only=True, tag="admit-party"):
    """Let somebody in whose joinder all agreed to.

    Attributes:
        joiner: Who joins.
        representatives: Powers of its people, by person.
        accession: What it signed.
    """

    by = ("registry",)
    during = RUNNING
    occasions = (to_admit,)
    example: ClassVar[dict[str, Any]] = {
        "joiner": "N",
        "representatives": {"person:nansen": ["negotiate", "settle"]},
        "accession": [{"title": "Accession to the agreement to mediate"}],
    }
    joiner: PartyId
    representatives: dict[PersonId, tuple[Power, ...]] = field(default_factory=dict)
    accession: tuple[Document, ...] = ()


def request_joinder(state: Intake, standing: Standing, act: Act[RequestJoinder]) -> Decision:
    """Ask for a joinder before all; a party that left has a copy at its desk.

    Raises:
        RuleViolation: actor_is_mediator, joinder_is_asked_by_whoever_takes_part,
            joiner_takes_no_part_yet, joinder_is_not_pending,
            returning_party_reads_what_it_missed.
    """
    data = act.data
    usual: Access = "full_history" if data.party in standing.parties else "from_joining"
    access = data.access or usual
    joinder_is_asked_by_whoever_takes_part(act, standing, data.party)
    joiner_takes_no_part_yet(act, standing, data.party)
    joinder_is_not_pending(act, state, data.party)
    returning_party_reads_what_it_missed(act, standing, data.party, access)
    requested = JoinderRequested(
        party=data.party,
        asked_by=data.party if data.by_itself else act.acting(),
        access=access,
        issues=data.issues,
        name=data.name,
        interest=data.interest,
    )
    own = act.party == data.party
    return [Placed("joint", requested), *([Placed(f"desk:{data.party}", requested)] if own else [])]


def consent_joinder(state: Intake, standing: Standing, act: Act[ConsentJoinder]) -> Decision:
    """Agree to a joinder.

    Raises:
        RuleViolation: joinder_is_pending, answer_is_a_partys, joinder_is_answered_once.
    """
    data, party = act.data, whose_answer(act)
    joinder_is_pending(act, state, data.joiner)
    answer_is_a_partys(act, standing, data.joiner)
    joinder_is_answered_once(act, state.joinders[data.joiner], party)
    agreed = JoinderConsented(
        joiner=data.joiner,
        party=party,
        accepts_terms=data.accepts_terms and party == data.joiner,
        conditions=data.conditions,
    )
    return [Placed("joint", agreed)]


def refuse_joinder(state: Intake, standing: Standing, act: Act[RefuseJoinder]) -> Decision:
    """Refuse a joinder; a party that asked to come back is told at its desk.

    Raises:
        RuleViolation: joinder_is_pending, answer_is_a_partys, joinder_is_answered_once.
    """
    data, party = act.data, whose_answer(act)
    joinder_is_pending(act, state, data.joiner)
    answer_is_a_partys(act, standing, data.joiner)
    joinder = state.joinders[data.joiner]
    joinder_is_answered_once(act, joinder, party)
    refused = JoinderRefused(joiner=data.joiner, party=party)
    returning = data.joiner in standing.parties and joinder.asked_by == data.joiner
    told = [Placed(f"desk:{data.joiner}", refused)] if returning else []
    desk = f"desk:{party}" if party in standing.parties else "registry"
    return [
        Placed("joint", refused),
        *told,
        *reasons_given(desk, JoinderRefused, data.reasons),
    ]


def admit_party(state: Intake, standing: Standing, act: Act[AdmitParty]) -> Decision:
    """Let somebody in, with what it needs to begin from where the case stands.

    Raises:
        RuleViolation: joinder_is_pending, joinder_is_agreed_by_all, joiner_accepts_the_terms,
            inquiry_covers_the_joiner, conflicts_are_waived_with_the_joiner,
            representative_is_not_mediator.
    """
    data = act.data
    joinder_is_pending(act, state, data.joiner)
    joinder = state.joinders[data.joiner]
    may_join(act, standing, joinder)
    for person in data.representatives:
        representative_is_not_mediator(act, standing, person)
    people = [
        Placed(
            "joint",
            RepresentativeAuthorised(
                party=data.joiner, person=person, powers=powers, document=None
            ),
        )
        for person, powers in data.representatives.items()
    ]
    return [Placed("joint", _joined(state, standing, act, joinder)), *people]


def _joined(
    state: Intake, standing: Standing, act: Act[AdmitParty], joinder: Joinder
) -> PartyJoined:
    """Say where the case stands as somebody joins it."""
    assert state.number is not None, "a running case has a number"
    assert state.profile is not None, "a running case has its profile pinned"
    title, names = _named(state, act, joinder)
    joined = {**standing.parties, joinder.party: Party(joinder.party, consent="consented")}
    return PartyJoined(
        party=joinder.party,
        access=joinder.access,
        number=state.number,
        external_ref=state.external_ref,
        profile=state.profile,
        phase=standing.phase,
        consents={name: party.consent for name, party in joined.items()},
        requesters=tuple(p for p, party in standing.parties.items() if party.requesting),
        issues=standing.issues,
        mandate=standing.mandate,
        terms_in_force=standing.terms_in_force,
        caucus_default=standing.caucus_default,
        title=title,
        names=names,
        accession=act.data.accession or None,
    )


def _named(state: Intake, act: Act[AdmitParty], joinder: Joinder) -> tuple[str, dict[str, str]]:
    """Say what the case and its parties are called, the joiner as it was asked for."""
    assert state.named_ref is not None, "a running case was named"
    naming, asked = act.open(state.named_ref), act.open(joinder.ref)
    assert isinstance(naming, RequestRegistered | CaseTakenOver | PartyJoined), "it names a case"
    assert isinstance(asked, JoinderRequested), "the reference is the joinder's"
    content_is_erased(act, naming.title, "what names the case")
    name = opened(asked.name, None)
    names = {**opened(naming.names, {}), **({joinder.party: name} if name else {})}
    return opened(naming.title, ""), names


DECIDE: dict[type[Command], Decide] = {
    RequestJoinder: request_joinder,
    ConsentJoinder: consent_joinder,
    RefuseJoinder: refuse_joinder,
    AdmitParty: admit_party,
    **RELEASE,
}
