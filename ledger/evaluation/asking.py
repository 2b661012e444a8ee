"""Ask the parties how they found a mediation that is closed."""

from typing import Any, ClassVar

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.evaluation.events import FeedbackRequested
from ledger.evaluation.state import Evaluation
from ledger.parties import Phase, Standing
from ledger.terms import PartyId

TOOK_PART = ("consented", "conditional", "withdrawn", "released")


def who_took_part(standing: Standing) -> tuple[str, ...]:
    """Name every party that ever consented, whether it stayed or left."""
    return tuple(p for p, party in standing.parties.items() if party.consent in TOOK_PART)


@rule("refuse")
def feedback_is_asked_of_who_took_part(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    parties: tuple[str, ...],
) -> None:
    """Only who took part can say how it was."""
    there = who_took_part(standing)
    strangers = [party for party in parties if party not in there]
    if strangers:
        raise Broken(f"{', '.join(strangers)} took no part", f"of: {', '.join(there)}")


class RequestFeedback(Command, frozen=True, kw_only=True, tag="request-feedback"):
    """Ask parties how they found the mediation.

    Attributes:
        parties: Whom, None for everybody who took part; to ask again is to remind.
    """

    by = ("registry",)
    during = frozenset({Phase.CLOSED, Phase.EVALUATED})
    example: ClassVar[dict[str, Any]] = {"parties": ["A", "B"]}
    parties: tuple[PartyId, ...] | None = None


def request_feedback(state: Evaluation, standing: Standing, act: Act[RequestFeedback]) -> Decision:
    """Ask before all, so that each side sees that the others are asked; tells not who answered.

    Raises:
        RuleViolation: feedback_is_asked_of_who_took_part.
    """
    there = who_took_part(standing)
    asked = there if act.data.parties is None else act.data.parties
    feedback_is_asked_of_who_took_part(act, standing, asked)
    left_out = tuple(p for p in there if p not in state.asked | frozenset(asked))
    return [Placed("joint", FeedbackRequested(parties=asked, not_asked=left_out))]
