"""SC-06: partial acceptance and partial settlement, talks go on; and what `next` says of it all."""

from collections.abc import Callable
from typing import Any

import pytest

from ledger.case import Case
from ledger.negotiation.proposal import Proposal
from ledger.parties import Phase
from ledger.prospects import Prospect, prospects
from ledger.rulebook import rulebook_of
from ledger.settlement.evidence_events import PartialSettlementExecuted
from tests.examples import mediating, tabled
from tests.spec import Order, Spec, do, given
from tests.unit.test_negotiation_blind import MONDAY, asks, issues, talks
from tests.unit.test_negotiation_themes import under
from tests.unit.test_settlement_proof import case as settling
from tests.unit.test_settlement_proof import drafted, executed, frozen

ISSUES = {
    "line": "The line",
    "ford": "The ford",
    "wells": "Wells",
    "meter": "Metering",
    "dues": "Dues",
}
TWELVE = [
    {"clause_id": f"c{n}", "issue": list(ISSUES)[(n - 1) // 3], "text": f"point {n}"}
    for n in range(1, 13)
]
FIRST = [f"c{n}" for n in range(1, 8)]
REST = tuple(f"c{n}" for n in range(8, 13))
TEXT = "5" * 64


def by_mediator(command: str, /, **data: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """The mediator does something."""
    return do(command, by="mediator", **data)


def partly(**more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """B accepts the first seven clauses."""
    return do("accept-proposal-partly", by="B", proposal_id="P1", clause_ids=FIRST, **more)


@pytest.mark.usefixtures("both_ways")
class TestPartialSettlement:
    """Boundary and water: five issues, twelve clauses, not all or nothing."""

    def conditional(self) -> Spec:
        """B accepted seven clauses, if metering is solved by May."""
        scope = do("define-scope", issues=ISSUES, agreed_by=["A", "B"])
        spec = given(mediating(), scope, tabled("A", TWELVE))
        return spec.given(partly(conditions="only if metering is solved by May"))

    def standing_alone(self) -> Spec:
        """The condition was dropped in writing and the seven recorded as agreed."""
        agree = by_mediator("record-agreement-in-principle", proposal_id="P1", clause_ids=FIRST)
        return self.conditional().given(partly(), agree)

    def settled(self) -> Spec:
        """The first part is drafted, frozen and signed."""
        yes = [do("acknowledge-advice", by=party, advice="taken") for party in ("A", "B")]
        signed = [do("sign-settlement", by=party, hash=TEXT) for party in ("A", "B")]
        part = {"scope": "partial", "issues": ["line", "ford"]}
        mapped = {str(n): clause for n, clause in enumerate(FIRST, 1)}
        return self.standing_alone().given(
            by_mediator("give-drafting-mandate"),
            by_mediator("prepare-draft", hash=TEXT, clause_map=mapped, **part),
            by_mediator("freeze-text", hash=TEXT),
            *yes,
            do("invite-signatures"),
            *signed,
        )

    def ended(self) -> Spec:
        """Talks on the rest failed; the mediator saw no prospect after consulting."""
        ends = by_mediator("declare-termination", mode="no_prospect", consulted=["A", "B"])
        return self.settled().given(ends, do("issue-closing-document"))

    def proposal(self, spec: Spec) -> Proposal:
        """Look at the proposal."""
        return seen(spec).negotiation.proposals["joint", "P1"]

    def test_before_the_condition_is_dropped_nothing_is_agreed(self) -> None:
        """The seven show as conditional, and cannot be recorded as agreed."""
        spec = self.conditional()
        found = self.proposal(spec)
        assert found.conditional_clauses() == tuple(FIRST)
        assert found.agreed_clauses() == ()
        agree = by_mediator("record-agreement-in-principle", proposal_id="P1", clause_ids=FIRST)
        spec.when(agree).then_refused("agreed_clauses_were_accepted")

    def test_dropped_in_writing_they_stand_alone(self) -> None:
        """Eight to twelve stay reserved."""
        found = self.proposal(self.standing_alone())
        assert (found.agreed_clauses(), found.status) == (tuple(FIRST), "partly_accepted")
        assert found.acceptances["B"].reserved == REST

    def test_the_part_is_in_force_while_the_case_is_mediating(self) -> None:
        """Three issues stay open."""
        spec = self.settled()
        now = seen(spec)
        assert (now.phase, now.outcome) == (Phase.MEDIATING, "partly_settled")
        assert now.settlement.instruments["SA1"].status == "in_force"
        (part,) = [f.event for f in spec.file.frames if type(f.event) is PartialSettlementExecuted]
        assert part.issues_open == ("wells", "meter", "dues")

    def test_the_end_leaves_a_partial_outcome_and_the_part_untouched(self) -> None:
        """Closed as partial, with the open issues listed; SA1 is what it was."""
        before = seen(self.settled()).settlement.instruments["SA1"]
        spec = self.ended().given(do("close-case", outcome="partial"))
        now = seen(spec)
        assert (now.phase, now.outcome) == (Phase.CLOSED, "partly_settled")
        assert now.settlement.instruments["SA1"] == before
        assert set(now.standing().issues) - set(now.standing().issues_settled) == {
            "wells",
            "meter",
            "dues",
        }

    def test_a_later_round_starts_from_what_was_left_open(self) -> None:
        """Reopened by both, the case is about the three open issues; the part stays in force."""
        spec = self.ended().given(
            do("close-case", outcome="partial", open_issues=["wells", "meter", "dues"]),
            *(do("agree-to-reopen", by=p, ground="open_issues", mediator="same") for p in "AB"),
            by_mediator(
                "complete-inquiry", searched=["A", "B"], since="2016-01-01", until="2026-03-02"
            ),
            do("reopen-case", ground="open_issues", parties=["A", "B"], mediator="same"),
        )
        now = seen(spec)
        assert (now.phase, list(now.intake.issues)) == (
            Phase.MEDIATING,
            ["wells", "meter", "dues"],
        )
        assert now.settlement.instruments["SA1"].status == "in_force"

    def test_the_instrument_holds_nothing_of_the_rest(self) -> None:
        """Its clause map names the seven alone."""
        part = seen(self.ended()).settlement.instruments["SA1"]
        assert set(part.clause_map.values()) == set(FIRST)
        assert part.issues == ("line", "ford")


def seen(spec: Spec, viewer: str = "mediator") -> Case:
    """Look with a viewer's eyes."""
    return spec.file.seen_by(spec.file.rights(viewer))


def mediation(*steps: Order) -> Callable[[], Spec]:
    """Build a case in its first session, later."""
    return lambda: given(mediating(), *steps)


def settlement(*steps: Order) -> Callable[[], Spec]:
    """Build a case with a settlement, later."""
    return lambda: settling(*steps)


def proposing(*steps: Order) -> Callable[[], Spec]:
    """Build a case whose mediator may propose, later."""
    return lambda: talks(parties=("A", "B")).at(MONDAY).given(*steps)


IDEA = do("record-option", by="A", text="A lease.")


def _expired(author: str = "A") -> Spec:
    until = "2026-03-10T17:00:00+01:00"
    return given(mediating(), tabled(author, valid_until=until)).at(MONDAY).given(IDEA)


def _late(author: str = "A") -> Spec:
    spec = under("proposal.late_acceptance", "author_may_confirm")
    other = "B" if author == "A" else "A"
    spec.given(tabled(author, valid_until="2026-03-10T17:00:00+01:00")).at(MONDAY)
    return spec.given(do("accept-late", by=other, proposal_id="P1"))


BRAINSTORM = by_mediator("open-brainstorming")
WAITS = do("accept-proposal", by="B", proposal_id="P1", mode="ad_referendum")
BIDS = do(
    "invite-sealed-bids",
    by="mediator",
    payer="B",
    payee="A",
    currency="EUR",
    closes="2026-06-10T16:00:00+02:00",
)
THREE_FORM = do("form-coalition", by="A", members=["A", "C"])
OCCASIONS: tuple[tuple[str, str, Callable[[], Spec], str, Callable[[], Spec]], ...] = (
    (
        "close-brainstorming",
        "mediator",
        mediation(),
        "there_is_something_to_act_on",
        mediation(BRAINSTORM),
    ),
    (
        "assess-feasibility",
        "party:A",
        mediation(BRAINSTORM, IDEA),
        "brainstorming_is_over",
        mediation(IDEA),
    ),
    ("link-clause", "party:A", mediation(), "there_is_something_to_act_on", mediation(tabled())),
    (
        "dissolve-coalition",
        "party:A",
        mediation(),
        "there_is_something_to_act_on",
        lambda: given(mediating(("A", "B", "C")), THREE_FORM),
    ),
    (
        "deliver-proposal",
        "registry",
        mediation(tabled(), do("open-proposal", by="B", proposal_id="P1")),
        "proposal_reaches_once",
        mediation(tabled()),
    ),
    (
        "open-proposal",
        "party:A",
        mediation(tabled()),
        "receiver_is_addressed",
        mediation(tabled("B")),
    ),
    (
        "clarify-proposal",
        "party:B",
        mediation(tabled()),
        "proposal_is_the_actors",
        mediation(tabled("B")),
    ),
    (
        "extend-validity",
        "party:B",
        mediation(tabled()),
        "proposal_is_the_actors",
        mediation(tabled("B")),
    ),
    (
        "refer-to-principal",
        "party:B",
        mediation(tabled()),
        "acceptance_waits_for_principal",
        mediation(tabled(), WAITS),
    ),
    (
        "record-principal-decision",
        "party:B",
        mediation(tabled()),
        "acceptance_waits_for_principal",
        mediation(tabled(), WAITS),
    ),
    ("accept-late", "party:B", mediation(tabled()), "proposal_is_over", _expired),
    (
        "confirm-late-acceptance",
        "party:A",
        mediation(tabled()),
        "there_is_something_to_act_on",
        _late,
    ),
    (
        "decline-late-acceptance",
        "party:B",
        _late,
        "proposal_is_the_actors",
        lambda: _late("B"),
    ),
    (
        "request-mediator-proposal",
        "party:A",
        proposing(asks("A")),
        "request_is_made_once",
        proposing(),
    ),
    (
        "issue-mediator-proposal",
        "mediator",
        proposing(asks("A")),
        "every_party_asked_for_it",
        proposing(asks("A"), asks("B")),
    ),
    (
        "give-confidential-reply",
        "party:A",
        proposing(),
        "there_is_something_to_act_on",
        proposing(asks("A"), asks("B"), issues()),
    ),
    ("submit-sealed-bid", "party:A", proposing(), "there_is_something_to_act_on", proposing(BIDS)),
    (
        "open-sealed-bids",
        "mediator",
        proposing(BIDS),
        "round_is_closed",
        lambda: proposing(BIDS)().at(MONDAY.replace(day=11)),
    ),
    (
        "record-legal-review",
        "party:A",
        settlement(),
        "there_is_something_to_act_on",
        settlement(*drafted()),
    ),
    (
        "report-failed-signature",
        "registry",
        settlement(*drafted()),
        "text_is_frozen",
        settlement(*frozen()),
    ),
    (
        "issue-mediator-certificate",
        "mediator",
        settlement(*frozen()),
        "certificate_follows_an_end",
        settlement(*executed()),
    ),
    (
        "attest-settlement",
        "registry",
        settlement(*frozen()),
        "attestation_follows_execution",
        settlement(*executed()),
    ),
    (
        "exercise-cooling-off",
        "party:A",
        settlement(*executed()),
        "cooling_off_runs",
        lambda: settling(*executed(), **{"settlement.cooling_off_days": 10}),
    ),
    (
        "record-registration",
        "registry",
        settlement(*frozen()),
        "instrument_is_executed",
        settlement(*executed()),
    ),
)
"""Command, viewer, a case without an occasion, the rule against it, a case with one."""


def of(spec: Spec, viewer: str, command: str) -> Prospect:
    """Ask `next` about one command."""
    institution = spec.files.setdefault(Spec.institution_id, type(spec.file)(Spec.institution_id))
    found = prospects(
        spec.file, viewer, spec.file.rights(viewer), rulebook_of(institution), spec.clock.at
    )
    (one,) = [p for p in found if p.command == command]
    return one


@pytest.mark.parametrize(
    ("command", "viewer", "without", "rule", "with_one"), OCCASIONS, ids=[o[0] for o in OCCASIONS]
)
def test_next_tells_whether_there_is_an_occasion(
    command: str, viewer: str, without: Callable[[], Spec], rule: str, with_one: Callable[[], Spec]
) -> None:
    """Without one it names the rule that stands against it; with one it says nothing more."""
    refused, allowed = of(without(), viewer, command), of(with_one(), viewer, command)
    assert (refused.may, refused.rule) == (False, rule)
    assert allowed.may, f"{allowed.rule}: {allowed.why}"
