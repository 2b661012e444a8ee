"""The commands that say who speaks for a party, and what is to be mediated."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, party_is_known
from ledger.intake.events import (
    AuthorityLimited,
    DisputeScopeDefined,
    DisputeScopeVaried,
    RepresentativeAuthorised,
)
from ledger.intake.rules import (
    Decide,
    authority_ends_after_it_starts,
    powers_are_the_givers_own,
    scope_is_agreed_by_all,
)
from ledger.intake.state import Intake
from ledger.parties import RUNNING, Power, Standing
from ledger.terms import Document, Id, Instant, Money, PartyId, PersonId, Words


class AuthoriseRepresentative(Command, frozen=True, kw_only=True, tag="authorise-representative"):
    """Say who may act for one's party, and how far.

    Attributes:
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
        RuleViolation: party_is_known, powers_are_the_givers_own, authority_ends_after_it_starts.
        DecodeError: `starts` or `ends` is no instant.
    """
    data, party = act.data, act.party
    assert party is not None, "a party acts"
    party_is_known(act, standing, party)
    powers_are_the_givers_own(act, standing, data.powers)
    authority_ends_after_it_starts(act, data.starts, data.ends)
    given = RepresentativeAuthorised(
        party=party,
        person=data.person,
        powers=data.powers,
        starts=data.starts,
        ends=data.ends,
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


DECIDE: dict[type[Command], Decide] = {
    AuthoriseRepresentative: authorise_representative,
    DefineScope: define_scope,
}
