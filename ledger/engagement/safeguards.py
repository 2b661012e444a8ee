"""Decide what protects the participants: undertakings, neutrality, rights."""

from typing import Any, ClassVar, Literal, get_args

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    mandate_is_active,
    own,
    party_has_consented,
)
from ledger.engagement.events import (
    NeutralityAffirmed,
    Right,
    RightsAcknowledged,
    RightsExplained,
    UndertakingSigned,
)
from ledger.engagement.rules import (
    every_right_is_explained,
    rights_were_explained,
    undertaking_is_ones_own,
)
from ledger.engagement.state import Engagement
from ledger.parties import TALKING, Phase, Standing
from ledger.terms import Hash, Id, PersonId

ENGAGING = TALKING | {Phase.CONSTITUTED}
"""From appointment to signing."""


class SignUndertaking(Command, frozen=True, kw_only=True, tag="sign-undertaking"):
    """Undertake to keep confidence.

    Attributes:
        person: Who signs, None for the actor.
    """

    by = ("party", "mediator", "registry")
    guards = (actor_is_mediator,)
    example: ClassVar[dict[str, Any]] = {"text_hash": "c6" * 32, "person": "person:holt"}
    text_hash: Hash
    person: PersonId | None = None


class AffirmNeutrality(Command, frozen=True, kw_only=True, tag="affirm-neutrality"):
    """Affirm one's neutrality before the parties."""

    by = ("mediator",)
    during = TALKING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {"session_id": "S1"}
    statement_hash: Hash | None = None
    session_id: Id | None = None


class ExplainRights(Command, frozen=True, kw_only=True, tag="explain-rights"):
    """Tell the parties what they are free to do."""

    by = ("mediator",)
    during = ENGAGING
    guards = (actor_is_mediator, mandate_is_active)
    example: ClassVar[dict[str, Any]] = {
        "covers": list(get_args(Right)),
        "occasion": "first_session",
    }
    covers: tuple[Right, ...] = get_args(Right)
    occasion: Literal["first_session", "signing"] = "first_session"


class AcknowledgeRights(Command, frozen=True, kw_only=True, tag="acknowledge-rights"):
    """Say that one's rights were explained."""

    by = ("party",)
    during = ENGAGING
    guards = (party_has_consented,)
    occasions = (own(rights_were_explained),)


def sign_undertaking(
    state: Engagement,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[SignUndertaking],
) -> Decision:
    """Undertake to keep confidence.

    Raises:
        RuleViolation: undertaking_is_ones_own.
    """
    person = act.data.person or act.actor
    undertaking_is_ones_own(act, person)
    return [Placed("joint", UndertakingSigned(person=person, text_hash=act.data.text_hash))]


def affirm_neutrality(
    state: Engagement,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[AffirmNeutrality],
) -> Decision:
    """Affirm one's neutrality; nothing refuses it but the guards."""
    affirmed = NeutralityAffirmed(
        statement_hash=act.data.statement_hash, session_id=act.data.session_id
    )
    return [Placed("joint", affirmed)]


def explain_rights(
    state: Engagement,  # noqa: ARG001 - every decision takes the three
    standing: Standing,  # noqa: ARG001 - every decider is given it
    act: Act[ExplainRights],
) -> Decision:
    """Record that rights were explained.

    Raises:
        RuleViolation: every_right_is_explained.
    """
    every_right_is_explained(act, act.data.covers)
    explained = RightsExplained(covers=act.data.covers, occasion=act.data.occasion)
    return [Placed("joint", explained)]


def acknowledge_rights(
    state: Engagement,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[AcknowledgeRights],
) -> Decision:
    """Record that a party says its rights were explained.

    Raises:
        RuleViolation: rights_were_explained.
    """
    rights_were_explained(act, state)
    assert act.party is not None, "only a party may give the command"
    return [Placed("joint", RightsAcknowledged(party=act.party))]
