"""The commands that say who speaks for a party, and what is to be mediated."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    own_party,
    party_is_known,
    representative_is_not_mediator,
)
from ledger.instants import parse_instant
from ledger.intake.events import (
    AuthorityLimited,
    DisputeScopeDefined,
    DisputeScopeVaried,
    RepresentativeAuthorised,
)
from ledger.intake.occasions import to_question_authority, to_revoke_authority
from ledger.intake.rules import (
    Decide,
    authority_ends_after_it_starts,
    authority_is_not_over,
    authority_is_on_record,
    powers_are_the_givers_own,
    revocation_looks_forward,
    scope_is_agreed_by_all,
)
from ledger.intake.standing_events import AuthorityQuestioned, AuthorityRevoked
from ledger.intake.state import Intake
from ledger.parties import RUNNING, Capacity, Power, Standing
from ledger.terms import Document, Id, Instant, Money, PartyId, PersonId, Words


class AuthoriseRepresentative(Command, frozen=True, kw_only=True, tag="authorise-representative"):
    """Say who may act for one's party, and how far.

    Attributes:
        capacity: `counsel` for a lawyer or adviser from outside, who gets access once the
            mediators in office have inquired into their ties to it.
        limits: Words that limit it, read by the party's own people alone.
        ceiling: Greatest amount it may agree to, read by the party's own people alone.
    """

    by = ("party",)
    example: ClassVar[dict[str, Any]] = {
        "person": "person:holt",
        "powers": ["negotiate", "settle"],
        "ends": "2027-01-31T23:59:59+01:00",
    }
    person: PersonId
    powers: Annotated[tuple[Power, ...], Meta(min_length=1)]
    capacity: Capacity = "representative"
    starts: Instant | None = None
    ends: Instant | None = None
    document: Document | None = None
    limits: Words | None = None
    ceiling: Money | None = None


def authorise_representative(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[AuthoriseRepresentative],
) -> Decision:
    """Authorise a representative; a later authority of the same person replaces the earlier.

    Raises:
        RuleViolation: party_is_known, representative_is_not_mediator, powers_are_the_givers_own,
            authority_ends_after_it_starts.
        DecodeError: `starts` or `ends` is no instant.
    """
    data, party = act.data, act.party
    assert party is not None, "a party acts"
    party_is_known(act, standing, party)
    representative_is_not_mediator(act, standing, data.person)
    powers_are_the_givers_own(act, standing, data.powers)
    authority_ends_after_it_starts(act, data.starts, data.ends)
    given = RepresentativeAuthorised(
        party=party,
        person=data.person,
        powers=data.powers,
        starts=data.starts,
        ends=data.ends,
        capacity=data.capacity,
        document=data.document,
    )
    if data.limits is None and data.ceiling is None:
        return [Placed("joint", given)]
    limited = AuthorityLimited(
        party=party, person=data.person, limits=data.limits, ceiling=data.ceiling
    )
    return [Placed("joint", given), Placed(f"party:{party}", limited)]


class DefineScope(Command, frozen=True, kw_only=True, tag="define-scope"):
    """Record which issues all parties agreed to mediate; once defined, what they changed it to.

    Attributes:
        issues: Words of each issue, by an id.
        agreed_by: Parties that agreed.
    """

    by = ("mediator", "registry")
    during = RUNNING
    example: ClassVar[dict[str, Any]] = {
        "issues": {"fee": "The berth fee", "term": "Its term"},
        "agreed_by": ["A", "B"],
    }
    issues: Annotated[dict[Id, Words], Meta(min_length=1)]
    agreed_by: tuple[PartyId, ...]


def define_scope(state: Intake, standing: Standing, act: Act[DefineScope]) -> Decision:
    """Define the scope of the dispute, or vary it.

    Raises:
        RuleViolation: actor_is_mediator, party_is_known, scope_is_agreed_by_all.
    """
    data = act.data
    actor_is_mediator(act, standing)
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    scope_is_agreed_by_all(act, standing, data.agreed_by)
    kind = DisputeScopeVaried if state.issues else DisputeScopeDefined
    scope = kind(issues=tuple(data.issues), agreed_by=data.agreed_by, texts=dict(data.issues))
    return [Placed("joint", scope)]


class RevokeAuthority(Command, frozen=True, kw_only=True, tag="revoke-authority"):
    """Give notice that a representative speaks for one's party no more.

    Attributes:
        ends: Instant from which it does not, None for now.
    """

    by = ("party",)
    occasions = (to_revoke_authority,)
    example: ClassVar[dict[str, Any]] = {"person": "person:holt"}
    person: PersonId
    ends: Instant | None = None


def revoke_authority(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[RevokeAuthority],
) -> Decision:
    """Revoke an authority; what was done before the notice stands, after it nothing is accepted.

    Raises:
        RuleViolation: party_is_known, authority_is_on_record, authority_is_not_over,
            revocation_looks_forward.
        DecodeError: `ends` is no instant.
    """
    data, party = act.data, own_party(act)
    party_is_known(act, standing, party)
    authority_is_on_record(act, standing, party, data.person)
    authority_is_not_over(act, standing, party, data.person)
    at = parse_instant(data.ends, "data.ends") if data.ends else act.when
    revocation_looks_forward(act, at)
    ends = at.isoformat().replace("+00:00", "Z")
    return [Placed("joint", AuthorityRevoked(party=party, person=data.person, ends=ends))]


class QuestionAuthority(Command, frozen=True, kw_only=True, tag="question-authority"):
    """Doubt that a representative may do what it does; its party may give the authority anew.

    Attributes:
        party: For whom it speaks.
    """

    by = ("party", "mediator", "registry")
    guards = (actor_is_mediator,)
    occasions = (to_question_authority,)
    example: ClassVar[dict[str, Any]] = {
        "party": "B",
        "person": "person:holt",
        "ground": "The board resolution names another person.",
    }
    party: PartyId
    person: PersonId
    ground: Words


def question_authority(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[QuestionAuthority],
) -> Decision:
    """Question an authority before all; nothing follows by itself.

    Raises:
        RuleViolation: actor_is_mediator, party_is_known, authority_is_on_record,
            authority_is_not_over.
    """
    data = act.data
    party_is_known(act, standing, data.party)
    authority_is_on_record(act, standing, data.party, data.person)
    authority_is_not_over(act, standing, data.party, data.person)
    questioned = AuthorityQuestioned(
        party=data.party, person=data.person, by=act.acting(), ground=data.ground
    )
    return [Placed("joint", questioned)]


DECIDE: dict[type[Command], Decide] = {
    AuthoriseRepresentative: authorise_representative,
    RevokeAuthority: revoke_authority,
    QuestionAuthority: question_authority,
    DefineScope: define_scope,
}
