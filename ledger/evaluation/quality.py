"""Decide how a mediation is looked at afterwards: checklist, bias check, complaints."""

from functools import partial
from typing import Annotated, Any, ClassVar

from msgspec import Meta, field

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import id_is_new, one_will_do, own_party
from ledger.evaluation.checklist import ROOMS, Told
from ledger.evaluation.quality_events import (
    Against,
    BiasCheckCompleted,
    ComplaintDecided,
    ComplaintFiled,
    Opinion,
    ProcedureChecklistComputed,
)
from ledger.evaluation.quality_events import Decision as Outcome
from ledger.evaluation.state import Evaluation
from ledger.evaluation.steps import judged
from ledger.parties import Entry, Phase, Standing
from ledger.terms import Id, PartyId, PersonId, Words, next_id

OVER = frozenset({Phase.CLOSED, Phase.EVALUATED})


@rule("refuse")
def reviewer_took_no_part(act: Act[Any], standing: Standing, reviewer: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Signs of bias are looked for by somebody who took no part in the case."""
    acted = {person for entry in standing.entries.values() for person in _persons(entry)}
    if reviewer in acted | {*standing.mandate.mediators}:
        raise Broken(f"{reviewer} took part in the case", "somebody who did not")


def _persons(entry: Entry) -> tuple[str, str]:
    return (entry.actor, entry.entered_by)


@rule("irregular")
def checklist_comes_first(act: Act[Any], state: Evaluation) -> None:  # noqa: ARG001 - a rule takes the act
    """A bias check looks at the checklist too."""
    if state.checklist is None:
        raise Broken("no checklist was computed", "compute-checklist")


@rule("refuse")
def complaint_is_open(act: Act[Any], state: Evaluation, party: str, complaint_id: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A complaint that was filed is decided once."""
    known = state.complaints.get((party, complaint_id))
    if known is None or known.decided:
        word = "was decided" if known else "was not filed"
        raise Broken(f"complaint {complaint_id} of {party} {word}", "file-complaint, by a party")


@rule("refuse")
def decider_is_not_complained_of(act: Act[Any], person: str | None) -> None:
    """Nobody decides a complaint against themselves."""
    if person in (act.actor, act.entered_by):
        raise Broken(f"{person} is complained of", "somebody else of the challenge body")


def to_review(act: Act[Any], state: Evaluation, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a checklist."""
    checklist_comes_first(act, state)


def to_decide(act: Act[Any], state: Evaluation, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a complaint that is not decided, by somebody not complained of."""

    def check(key: tuple[str, str]) -> None:
        complaint_is_open(act, state, *key)
        decider_is_not_complained_of(act, state.complaints[key].person)

    one_will_do(act, state.complaints, check, "complaint", "file-complaint, by a party")


class ComputeChecklist(Command, frozen=True, kw_only=True, tag="compute-checklist"):
    """Hold the steps of the procedure against the record.

    Attributes:
        remark: What the person who checks it says.
    """

    by = ("registry",)
    during = OVER
    example: ClassVar[dict[str, Any]] = {"remark": "The venue was the parties' own wish."}
    remark: Words | None = None


def compute_checklist(
    state: Evaluation,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[ComputeChecklist],
) -> Decision:
    """Compute the checklist from what registry and mediators both read; the phase alone refuses."""
    steps = judged(told(standing, act))
    asked = [one for one in steps if one.verdict != "not_needed"]
    computed = ProcedureChecklistComputed(
        steps=steps,
        followed=sum(one.verdict == "followed" for one in asked),
        asked=len(asked),
        remark=act.data.remark,
    )
    return [Placed("chair", computed)]


def told(standing: Standing, act: Act[Any]) -> list[Told]:
    """List the entries the checklist is computed from."""
    return [
        Told(ref, entry.tag, entry.irregular, partial(act.open, ref))
        for ref, entry in standing.entries.items()
        if ref.rpartition(":")[0] in ROOMS
    ]


class CompleteBiasCheck(Command, frozen=True, kw_only=True, tag="complete-bias-check"):
    """Record what a reviewer who took no part holds of the balance of a mediation.

    Attributes:
        indicators: What was looked at, without the names of parties.
    """

    by = ("registry",)
    during = OVER
    occasions = (to_review,)
    example: ClassVar[dict[str, Any]] = {
        "reviewer": "person:berg",
        "opinion": "no_sign",
        "indicators": {"speaking_share": "54 to 46"},
        "explanations": "One side had the longer story.",
    }
    reviewer: PersonId
    opinion: Opinion
    indicators: dict[Id, Annotated[str, Meta(min_length=1, max_length=500)]] = field(
        default_factory=dict
    )
    explanations: Words | None = None


def complete_bias_check(
    state: Evaluation, standing: Standing, act: Act[CompleteBiasCheck]
) -> Decision:
    """Record the check for reviewers, and for registry and mediators.

    Raises:
        RuleViolation: reviewer_took_no_part, checklist_comes_first.
    """
    data = act.data
    reviewer_took_no_part(act, standing, data.reviewer)
    checklist_comes_first(act, state)
    done = BiasCheckCompleted(
        reviewer=data.reviewer,
        opinion=data.opinion,
        indicators=data.indicators,
        explanations=data.explanations,
    )
    return [Placed("review", done), Placed("chair", done)]


class FileComplaint(Command, frozen=True, kw_only=True, tag="file-complaint"):
    """Complain of somebody; to ask that a mediator leave there is file-challenge.

    Attributes:
        person: Of whom, None for the office.
    """

    by = ("party",)
    example: ClassVar[dict[str, Any]] = {
        "against": "mediator",
        "person": "person:iyer",
        "grounds": "It spoke of our case at a dinner.",
    }
    against: Against
    grounds: Words
    person: PersonId | None = None
    complaint_id: Id | None = None


def file_complaint(
    state: Evaluation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[FileComplaint],
) -> Decision:
    """Bring a complaint before the challenge body; the party keeps it at its desk.

    Raises:
        RuleViolation: id_is_new.
    """
    data, party = act.data, own_party(act)
    taken = {name for of, name in state.complaints if of == party}
    name = data.complaint_id or next_id("K", taken)
    id_is_new(act, taken, name, name)
    filed = ComplaintFiled(
        complaint_id=name,
        party=party,
        against=data.against,
        person=data.person,
        grounds=data.grounds,
    )
    return [Placed(f"desk:{party}", filed), Placed("challenge", filed)]


class DecideComplaint(Command, frozen=True, kw_only=True, tag="decide-complaint"):
    """Decide a complaint, as the body that decides challenges."""

    by = ("challenge",)
    occasions = (to_decide,)
    example: ClassVar[dict[str, Any]] = {
        "party": "A",
        "complaint_id": "K1",
        "decision": "rejected",
        "reasons": "Nobody could say what was said.",
    }
    party: PartyId
    complaint_id: Id
    decision: Outcome
    reasons: Words


def decide_complaint(
    state: Evaluation,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[DecideComplaint],
) -> Decision:
    """Decide, and let the party know.

    Raises:
        RuleViolation: complaint_is_open, decider_is_not_complained_of.
    """
    data = act.data
    complaint_is_open(act, state, data.party, data.complaint_id)
    known = state.complaints[data.party, data.complaint_id]
    decider_is_not_complained_of(act, known.person)
    decided = ComplaintDecided(
        complaint_id=data.complaint_id,
        party=data.party,
        decision=data.decision,
        reasons=data.reasons,
    )
    return [Placed("challenge", decided), Placed(f"desk:{data.party}", decided)]
