"""The command by which all let one of them go."""

from typing import Any, ClassVar, Literal

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import actor_is_mediator, known, party_is_known
from ledger.intake.joinder_events import PartyReleased
from ledger.intake.joinder_rules import (
    release_is_agreed_by_all,
    released_takes_part,
    to_release,
)
from ledger.intake.rules import Decide
from ledger.intake.state import Intake
from ledger.parties import RUNNING, Standing
from ledger.terms import PartyId, Words


class ReleaseParty(Command, frozen=True, kw_only=True, tag="release-party"):
    """Record that all agreed to let one of them go.

    Attributes:
        agreed_by: Parties that agreed, the one released included.
        continuing_duties: What goes on binding it.
        terms: On what terms.
    """

    by = ("mediator", "registry")
    during = RUNNING
    occasions = (known(actor_is_mediator), to_release)
    example: ClassVar[dict[str, Any]] = {
        "party": "C",
        "agreed_by": ["A", "B", "C"],
        "terms": "No costs either way.",
    }
    party: PartyId
    agreed_by: tuple[PartyId, ...]
    continuing_duties: tuple[Literal["confidentiality", "costs", "evidence"], ...] = (
        "confidentiality",
    )
    terms: Words | None = None


def release_party(
    state: Intake,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[ReleaseParty],
) -> Decision:
    """Let a party go; it keeps what it read, and the others go on.

    Raises:
        RuleViolation: actor_is_mediator, party_is_known, released_takes_part,
            release_is_agreed_by_all.
    """
    data = act.data
    actor_is_mediator(act, standing)
    for party in (data.party, *data.agreed_by):
        party_is_known(act, standing, party)
    released_takes_part(act, standing, data.party)
    release_is_agreed_by_all(act, standing, data.agreed_by)
    released = PartyReleased(
        party=data.party,
        agreed_by=data.agreed_by,
        remaining=tuple(p for p in standing.staying() if p != data.party),
        continuing_duties=data.continuing_duties,
        terms=data.terms,
    )
    return [Placed("joint", released)]


DECIDE: dict[type[Command], Decide] = {ReleaseParty: release_party}
