"""Closure and follow-up: how a case ends, and what the parties say of their obligations."""

from datetime import UTC, datetime
from typing import Any, get_args

import msgspec
import pytest
from msgspec.structs import replace

from ledger.act import Act, Placed
from ledger.deadlines import Deadline, Deadlines, DeadlineSet
from ledger.engagement.events import EngagementConfirmed
from ledger.envelope import Frame
from ledger.follow_up import due
from ledger.follow_up.closing_events import Mode
from ledger.follow_up.commands import DECIDE
from ledger.follow_up.events import EVENTS
from ledger.follow_up.limit import limit_begun
from ledger.follow_up.progress import Column
from ledger.follow_up.rules import ENTITLED
from ledger.follow_up.state import FollowUp, evolve
from ledger.parties import Authority, Obligation, Party, Phase
from ledger.profile_tables import OverallLimit
from ledger.sessions.events import SessionOpened
from tests.unit.part import HOUSE, NOW, Part, kinds, only, standing

OLD, NEW, OTHER, PLAN = "a" * 64, "b" * 64, "c" * 64, "d" * 64


def owed(name: str = "O1", due_on: str | None = "2026-02-27", **known: Any) -> Obligation:  # noqa: ANN401 - any field of an obligation
    """Owe B's duty to A, due before the clock of these tests unless said otherwise."""
    plain = {"obligor": "B", "obligee": "A", "in_force": True, "ref": "joint:2"}
    return Obligation(**{"obligation_id": name, "due": due_on, **plain, **known})


def part(*parties: str, **known: Any) -> Part[FollowUp]:  # noqa: ANN401 - any field of a standing
    """Begin with a case in its talks."""
    return Part(DECIDE, fold, FollowUp(), standing(*parties, **known))


def fold(state: FollowUp, frame: Frame[Any]) -> FollowUp:
    """Fold what belongs to this part, as the case does."""
    return evolve(state, frame) if isinstance(frame.event, EVENTS) else state


def settled(*obligations: Obligation, **known: Any) -> Part[FollowUp]:  # noqa: ANN401 - any field of a standing
    """Begin after the execution of a settlement with the obligation O1."""
    owing = {o.obligation_id: o for o in obligations or (owed(),)}
    plain = {"phase": Phase.SETTLED, "executed": True, "executed_hashes": (OLD,)}
    return part(**{**plain, "obligations": owing, **known})


def reported(*obligations: Obligation) -> Part[FollowUp]:
    """Begin with B's performance reported."""
    case = settled(*obligations)
    case.do("report-performance", "B", obligation_id="O1", what="paid")
    return case


def broken() -> Part[FollowUp]:
    """Begin with a breach of B reported by A."""
    case = settled()
    case.do("report-breach", "A", obligation_id="O1", facts="nothing came")
    return case


def column(case: Part[FollowUp], name: str = "O1") -> Column:
    """Say where an obligation stands on the board."""
    return case.state.column(case.standing.obligations[name])


@pytest.mark.parametrize("kind", DECIDE, ids=lambda kind: kind.__name__)
def test_every_example_is_a_valid_command(kind: type[Any]) -> None:
    """What `--example` prints can be sent as it stands."""
    assert msgspec.convert(kind.example, kind)


def test_the_mediator_sees_no_prospect_after_asking_everybody() -> None:
    """The declaration names who was asked; its reasons are for the registry alone."""
    case = part()
    case.notes("parties_were_consulted", "declare-termination", mode="no_prospect", consulted=["A"])
    case = part()
    decision = case.do(
        "declare-termination", mode="no_prospect", consulted=["A", "B"], reasons="no movement"
    )
    assert kinds(decision) == [("joint", "TerminationDeclared"), ("registry", "ReasonsGiven")]
    declared: Any = decision[0].event
    assert (declared.by, declared.consulted) == ("mediator", ("A", "B"))
    assert declared.effective_at == "2026-03-02T09:00:00Z"
    assert case.state.termination is not None
    assert not case.state.termination.awaited


@pytest.mark.parametrize("mode", get_args(Mode))
def test_each_mode_belongs_to_certain_roles(mode: str) -> None:
    """A role that is not named for a mode is refused by name, a role that is named is not."""
    roles = {"A": "party", "mediator": "mediator", "registry": "registry"}
    for by, role in roles.items():
        case = _ready_for(mode)
        if role in ENTITLED[mode]:  # type: ignore[index] # the parameter is one of the words
            case.do("declare-termination", by, **_data_for(mode, by))
        else:
            case.refuses("mode_belongs_to_role", "declare-termination", by, mode=mode)


def _ready_for(mode: str) -> Part[FollowUp]:
    if mode == "settled":
        return settled()
    if mode == "party_withdrawal":
        left = {p: Party(p, consent="consented") for p in "AB"} | {
            "C": Party("C", consent="withdrawn")
        }
        return part("A", "B", "C", parties=left)
    if mode == "time_limit":
        return part(deadlines=_limit("2026-02-28T22:59:59.999999Z"))
    if mode == "no_mediator":
        case = part(phase=Phase.CONSENTED)
        case.standing = replace(
            case.standing, mandate=replace(case.standing.mandate, status="ended")
        )
        return case
    return part()


def _data_for(mode: str, by: str) -> dict[str, Any]:
    more: dict[str, dict[str, Any]] = {
        "no_prospect": {"consulted": ["A", "B"]},
        "deposit": {"deposit_due": "2026-02-01"},
        "joint_declaration": {"agreed_by": [] if by == "A" else ["A", "B"]},
    }
    return {"mode": mode, **more.get(mode, {})}


def _limit(due_at: str, **known: Any) -> Deadlines:  # noqa: ANN401 - any field of a deadline
    limit = DeadlineSet(
        deadline_id="overall_limit",
        rule="overall_limit",
        due=due_at,
        on=due_at[:10],
        arithmetic="counted",
    )
    plain = {"room": "joint", "due": due_at, "on": due_at[:10], "arithmetic": "counted"}
    book = Deadline(**{**plain, "set": limit, "status": "running", "ref": "joint:3", **known})
    return Deadlines({("joint", "overall_limit"): book})


def test_talks_are_ended_while_they_run() -> None:
    """A settled case is not ended for want of prospect, a running one not as settled."""
    settled().notes("mode_fits_phase", "declare-termination", mode="completed")
    part(executed=True).notes("mode_fits_phase", "declare-termination", mode="settled")


def test_an_end_as_settled_needs_a_settlement() -> None:
    """Whatever the phase says."""
    settled(executed=False).notes("settlement_is_executed", "declare-termination", mode="settled")


def test_a_case_ends_once() -> None:
    """A second declaration has nothing left to end."""
    case = part()
    case.do("declare-termination", mode="completed")
    case.refuses("end_is_declared_once", "declare-termination", mode="completed")


def test_an_end_by_withdrawal_needs_one_who_left() -> None:
    """It is none while all stay, nor once those who stay agreed to go on."""
    rule, ask = "a_party_has_left", "declare-termination"
    part().notes(rule, ask, mode="party_withdrawal")
    case = _ready_for("party_withdrawal")
    case.standing = replace(case.standing, continuing=frozenset("AB"))
    case.notes(rule, ask, mode="party_withdrawal")


def test_the_time_is_over_only_once_it_has_passed() -> None:
    """A limit that runs, or none at all, ends nothing."""
    rule, ask = "time_limit_has_passed", "declare-termination"
    part().notes(rule, ask, "registry", mode="time_limit")
    running = part(deadlines=_limit("2026-03-31T21:59:59.999999Z"))
    running.notes(rule, ask, "registry", mode="time_limit")
    missed = part(deadlines=_limit("2026-03-31T21:59:59.999999Z", status="missed"))
    missed.do(ask, "registry", mode="time_limit")
    assert not missed.noted


def test_an_unpaid_deposit_ends_a_case_after_its_notice() -> None:
    """Seven days under the house procedure, and not before anybody says when it was due."""
    rule, ask = "deposit_stayed_unpaid", "declare-termination"
    part().notes(rule, ask, mode="deposit")
    part().notes(rule, ask, mode="deposit", deposit_due="2026-02-23")
    part().do(ask, mode="deposit", deposit_due="2026-02-22")


def test_a_case_with_a_mediator_does_not_end_for_want_of_one() -> None:
    """Neither while the mandate rests."""
    part(phase=Phase.CONSENTED).notes(
        "no_mediator_is_appointed", "declare-termination", "registry", mode="no_mediator"
    )


def test_all_parties_end_a_case_together_each_by_its_own_act() -> None:
    """The first agreement is recorded alone; the last brings the end."""
    case = part()
    first = case.do("declare-termination", "A", mode="joint_declaration")
    assert kinds(first) == [("joint", "JointStepAgreed")]
    assert case.state.agreed == {("end", ""): ("A",)}
    case.refuses("agrees_once", "declare-termination", "A", mode="joint_declaration")
    last = case.do("declare-termination", "B", mode="joint_declaration")
    assert kinds(last) == [("joint", "JointStepAgreed"), ("joint", "TerminationDeclared")]
    declared: Any = last[1].event
    assert (declared.by, declared.consulted) == ("all parties", ("A", "B"))
    assert not case.state.agreed


def test_a_joint_declaration_needs_the_power_to_settle() -> None:
    """Ending the talks is more than negotiating."""
    weak = Authority("A", "person:abe", ("negotiate",), "joint:1")
    case = part(authorities={("A", "person:abe"): weak})
    case.refuses("actor_has_power", "declare-termination", "A", mode="joint_declaration")


def test_nobody_agrees_for_another_party() -> None:
    """What others signed, the registry records, and only when all signed."""
    case, ask = part(), "declare-termination"
    both = {"mode": "joint_declaration", "agreed_by": ["A", "B"]}
    case.refuses("agreement_is_ones_own", ask, "A", **both)
    case.refuses("everybody_agreed", ask, "registry", mode="joint_declaration", agreed_by=["A"])
    assert kinds(case.do(ask, "registry", **both)) == [("joint", "TerminationDeclared")]


def test_a_party_that_left_is_not_asked() -> None:
    """Only those whose consent stands end it together."""
    case = _ready_for("party_withdrawal")
    case.refuses("step_concerns_party", "declare-termination", "C", mode="joint_declaration")


def test_an_end_may_wait_for_the_institution() -> None:
    """Under such a profile the end takes effect when it is confirmed, and only then."""
    case = part()
    case.profile = replace(HOUSE, termination_effect="institution_confirms")
    case.refuses("termination_awaits_confirmation", "confirm-termination", "registry")
    declared = only(case.do("declare-termination", mode="completed"))
    assert declared.awaits_confirmation
    assert declared.effective_at is None
    confirmed = only(case.do("confirm-termination", "registry"))
    assert (confirmed.mode, confirmed.effective_at) == ("completed", "2026-03-02T09:00:00Z")
    case.refuses("termination_awaits_confirmation", "confirm-termination", "registry")


def test_an_end_whose_time_is_not_recorded_has_none() -> None:
    """No instant is invented."""
    declared = only(part().do("declare-termination", mode="completed", at_occurred=None))
    assert declared.effective_at is None
    assert not declared.awaits_confirmation


def test_the_closing_session_names_parties_of_the_case() -> None:
    """Who attended is frame, what was said is content."""
    case = settled()
    case.refuses("party_is_known", "hold-closing-session", attended=["X"])
    held = only(case.do("hold-closing-session", attended=["A", "B"], points="the clauses"))
    assert (held.attended, held.points) == (("A", "B"), "the clauses")
    assert case.state.session_held


def test_parties_speak_after_the_closing_session() -> None:
    """Understanding is said before all, satisfaction at the desk; each once."""
    case = settled()
    case.notes("closing_session_was_held", "confirm-understanding", "A")
    case = settled()
    case.notes("closing_session_was_held", "state-satisfaction", "A", scale=3)
    case = settled()
    case.do("hold-closing-session", attended=["A", "B"])
    assert kinds(case.do("confirm-understanding", "A")) == [("joint", "UnderstandingConfirmed")]
    said = case.do("state-satisfaction", "B", scale=5, remark="fair")
    assert kinds(said) == [("desk:B", "SatisfactionStated")]
    assert (case.state.understood, case.state.satisfied) == (("A",), ("B",))
    case.refuses("party_says_it_once", "confirm-understanding", "A")
    case.refuses("party_says_it_once", "state-satisfaction", "B", scale=1)


def test_a_closing_document_follows_an_end() -> None:
    """Its kind is the profile's; it holds a hash and nothing of the talks."""
    case = part()
    case.notes("case_has_ended", "issue-closing-document")
    ended = part(phase=Phase.TERMINATED)
    issued = only(ended.do("issue-closing-document", "registry", hash=OLD))
    assert (issued.kind, issued.hash) == ("neutral_factual_notice", OLD)
    assert ended.state.closing_document == "joint:1"


def closing() -> Part[FollowUp]:
    """Begin with everything done that a close asks for."""
    case = settled()
    case.do("hold-closing-session", attended=["A", "B"])
    case.do("declare-termination", "registry", mode="settled")
    case.do("issue-closing-document", "registry")
    return case


def test_a_settled_case_closes() -> None:
    """With its closing session, its end and its document."""
    case = closing()
    closed = only(case.do("close-case", "registry", outcome="partial", open_issues=["I2"]))
    assert not case.noted
    assert (closed.outcome, closed.open_issues) == ("partial", ("I2",))
    assert (case.state.closed_as, case.state.open_issues) == ("partial", ("I2",))


def test_a_close_needs_an_end() -> None:
    """Nothing is closed that still runs."""
    part().notes("case_has_ended", "close-case", "registry", outcome="none")


def test_a_settled_case_closes_without_a_session_only_if_waived() -> None:
    """The parties may do without; the record says so."""
    case = settled()
    case.do("declare-termination", "registry", mode="settled")
    case.do("issue-closing-document", "registry")
    case.refuses("closing_session_held_or_waived", "close-case", "registry", outcome="full")
    closed = only(case.do("close-case", "registry", outcome="full", session_waived=True))
    assert closed.session_waived


def test_a_close_needs_its_document() -> None:
    """Unless the profile knows none, or the case began elsewhere."""
    rule, ask = "closing_document_is_issued", "close-case"
    part(phase=Phase.TERMINATED).notes(rule, ask, "registry", outcome="none")
    part(taken_over=True).do(
        ask, "registry", outcome="none", basis="Closed - No Further Activity", reason="as told"
    )
    none = part(phase=Phase.TERMINATED)
    none.profile = replace(HOUSE, closing_document="none")
    none.do(ask, "registry", outcome="none")


def test_the_outcome_is_the_one_the_record_shows() -> None:
    """No settlement is invented at the close, and none is left out."""
    case = closing()
    case.notes("outcome_fits_record", "close-case", "registry", outcome="none")
    part(taken_over=True).notes("outcome_fits_record", "close-case", "registry", outcome="full")


def test_a_settlement_from_elsewhere_is_reported() -> None:
    """On the registry's word, once, and never beside one that was executed here."""
    case = part(taken_over=True)
    told = only(
        case.do(
            "report-settlement", "registry", reported_on="2021-05-11", basis="Agreement Reached"
        )
    )
    assert (told.reported_on, told.basis) == ("2021-05-11", "Agreement Reached")
    assert case.state.reported == "joint:1"
    case.refuses("settlement_is_reported_once", "report-settlement", "registry", basis="again")
    settled().refuses("settlement_is_reported_once", "report-settlement", "registry", basis="x")
    case.do("close-case", "registry", outcome="full")
    assert not case.noted


def test_a_plan_is_adopted_when_all_agree_on_the_same() -> None:
    """Another monitor is another plan."""
    case, ask = settled(), "adopt-monitoring-plan"
    case.do(ask, "A", plan_hash=PLAN, monitor="person:ortiz")
    other = case.do(ask, "B", plan_hash=PLAN)
    assert kinds(other) == [("joint", "JointStepAgreed")]
    same = case.do(ask, "B", plan_hash=PLAN, monitor="person:ortiz")
    assert kinds(same)[1] == ("joint", "MonitoringPlanAdopted")
    assert (case.state.monitor, case.state.monitoring) == ("person:ortiz", True)
    assert list(case.state.agreed) == [("monitoring_plan", f"{PLAN}::")]


def test_all_may_do_without_a_plan_and_say_why() -> None:
    """By the agreement of all, of a settlement nobody watches; it is part of the record."""
    why = {"reasons": "Paid on the day."}
    case, ask = settled(), "waive-monitoring"
    case.refuses("all_do_without_monitoring", ask, agreed_by=["A"], **why)
    case.refuses("party_is_known", ask, agreed_by=["A", "B", "Z"], **why)
    waived = case.do(ask, agreed_by=["A", "B"], **why)
    assert kinds(waived) == [("joint", "MonitoringWaived")]
    assert case.state.after.unwatched
    case.do("adopt-monitoring-plan", "A", plan_hash=PLAN)
    case.do("adopt-monitoring-plan", "B", plan_hash=PLAN)
    case.refuses("nothing_is_monitored", ask, agreed_by=["A", "B"], **why)
    early = settled(executed=False)
    early.notes("settlement_is_executed", ask, agreed_by=["A", "B"], **why)


def test_a_plan_needs_a_settlement() -> None:
    """There is nothing to watch before."""
    settled(executed=False).notes(
        "settlement_is_executed", "adopt-monitoring-plan", "A", plan_hash=PLAN
    )


def test_monitoring_ends_when_all_agree() -> None:
    """After it began."""
    case = settled()
    case.refuses("monitoring_runs", "end-monitoring", "A")
    case.do("adopt-monitoring-plan", "registry", plan_hash=PLAN, agreed_by=["A", "B"])
    case.do("end-monitoring", "A")
    assert kinds(case.do("end-monitoring", "B"))[1] == ("joint", "MonitoringEnded")
    assert not case.state.monitoring


def test_a_settlement_is_amended_on_the_text_in_force() -> None:
    """All sign the same new text; the next amendment builds on it."""
    case, ask = settled(), "amend-settlement"
    case.refuses("base_is_text_in_force", ask, "A", base_hash=OTHER, new_hash=NEW)
    case.refuses("amendment_changes_text", ask, "A", base_hash=OLD, new_hash=OLD)
    case.do(ask, "A", base_hash=OLD, new_hash=NEW)
    assert not case.state.amendments
    amended: Any = case.do(ask, "B", base_hash=OLD, new_hash=NEW)[1].event
    assert (amended.amendment_id, amended.parties) == ("M1", ("A", "B"))
    assert case.state.amended == {OLD: NEW}
    case.refuses("base_is_text_in_force", ask, "A", base_hash=OLD, new_hash=OTHER)
    both = {"base_hash": NEW, "new_hash": OTHER, "agreed_by": ["A", "B"]}
    case.refuses("id_is_new", ask, "registry", amendment_id="M1", **both)
    assert only(case.do(ask, "registry", **both)).amendment_id == "M2"


def test_an_amendment_is_signed_with_the_power_to_sign() -> None:
    """And only where something was executed."""
    weak = Authority("A", "person:abe", ("negotiate", "settle"), "joint:1")
    case = settled(authorities={("A", "person:abe"): weak})
    case.refuses("actor_has_power", "amend-settlement", "A", base_hash=OLD, new_hash=NEW)
    settled(executed=False, executed_hashes=()).notes(
        "settlement_is_executed", "amend-settlement", "A", base_hash=OLD, new_hash=NEW
    )


def test_performance_is_reported_and_confirmed() -> None:
    """By who owes and who is owed, nobody else."""
    case = settled()
    assert column(case) == "upcoming"
    case.refuses("actor_is_obligor", "report-performance", "A", obligation_id="O1", what="paid")
    amount = {"amount": "325000.00", "currency": "EUR"}
    case.do("report-performance", "B", obligation_id="O1", what="paid", amount=amount, proof=NEW)
    assert column(case) == "reported"
    case.refuses("actor_is_obligee", "confirm-performance", "B", obligation_id="O1")
    case.do("confirm-performance", "A", obligation_id="O1")
    assert column(case) == "confirmed"
    case.notes("obligation_is_open", "report-performance", "B", obligation_id="O1", what="again")


def test_a_part_leaves_the_rest_owed() -> None:
    """It is counted, and the obligation stays open."""
    case = reported()
    case.do("confirm-performance", "A", obligation_id="O1", extent="part")
    assert column(case) == "upcoming"
    assert case.state.of("O1").parts_confirmed == 1


def test_performance_is_confirmed_or_disputed_after_it_was_reported() -> None:
    """A dispute leaves it open for the obligee to confirm after all."""
    for ask, more in (("confirm-performance", {}), ("dispute-performance", {"grounds": "late"})):
        settled().notes("performance_is_reported", ask, "A", obligation_id="O1", **more)
    case = reported()
    case.do("dispute-performance", "A", obligation_id="O1", grounds="too little")
    assert column(case) == "disputed"
    case.do("confirm-performance", "A", obligation_id="O1")
    assert column(case) == "confirmed"


def test_only_an_obligation_in_force_is_spoken_of() -> None:
    """One that does not exist is refused; one that waits is marked where it is reported."""
    case = settled(owed(in_force=False, due_on=None))
    assert column(case) == "waiting for condition"
    case.refuses("obligation_is_known", "report-performance", "B", obligation_id="O9", what="paid")
    case.notes("obligation_is_in_force", "report-performance", "B", obligation_id="O1", what="paid")


def test_only_parties_and_the_monitor_report_a_breach() -> None:
    """The mediator may once all made it the monitor, and nobody decides."""
    case, facts = settled(), {"obligation_id": "O1", "facts": "nothing came"}
    case.refuses("reporter_is_party_or_monitor", "report-breach", **facts)
    plan = {"plan_hash": PLAN, "monitor": "person:ortiz", "agreed_by": ["A", "B"]}
    case.do("adopt-monitoring-plan", "registry", **plan)
    case.do("report-breach", **facts)
    assert column(case) == "breach reported"


def test_a_breach_is_reported_of_what_is_due() -> None:
    """Not on the day itself, nor of what was given up."""
    facts = {"obligation_id": "O1", "facts": "nothing came"}
    settled(owed(due_on="2026-03-02")).notes("obligation_is_due", "report-breach", "A", **facts)
    settled(owed(due_on=None)).notes("obligation_is_due", "report-breach", "A", **facts)
    waived = settled()
    waived.do("waive-obligation", "A", obligation_id="O1")
    waived.notes("obligation_is_open", "report-breach", "A", **facts)


def test_a_breach_is_answered_put_right_and_confirmed() -> None:
    """The answer may not be used elsewhere, and who puts it right is not its own judge."""
    case = broken()
    case.refuses("actor_is_obligor", "answer-breach", "A", obligation_id="O1", position="denies")
    answered = case.do("answer-breach", "B", obligation_id="O1", position="explains")
    assert type(answered[0].event).admissibility == "protected"
    assert case.state.of("O1").answered
    case.do("agree-cure-period", "A", obligation_id="O1", until="2026-04-01")
    agreed = case.do("agree-cure-period", "B", obligation_id="O1", until="2026-04-01")
    assert kinds(agreed)[1] == ("joint", "CurePeriodAgreed")
    assert column(case) == "in cure"
    case.refuses("actor_is_obligor", "cure-breach", "A", obligation_id="O1", what="paid")
    case.do("cure-breach", "B", obligation_id="O1", what="paid with interest")
    assert column(case) == "reported"
    case.do("confirm-performance", "A", obligation_id="O1")
    assert column(case) == "confirmed"


@pytest.mark.parametrize(
    ("ask", "more"),
    [
        ("answer-breach", {"position": "denies"}),
        ("cure-breach", {"what": "paid"}),
        ("agree-cure-period", {"until": "2026-04-01"}),
    ],
)
def test_what_answers_a_breach_follows_its_report(ask: str, more: dict[str, Any]) -> None:
    """Before, there is nothing to answer or to put right."""
    settled().notes("breach_is_reported", ask, "B", obligation_id="O1", **more)


def test_the_obligee_gives_up_or_gives_time() -> None:
    """With the power to settle; a deferral is to a later day, and is due again then."""
    case = settled()
    case.refuses("actor_is_obligee", "waive-obligation", "B", obligation_id="O1")
    case.refuses("day_is_later", "defer-obligation", "A", obligation_id="O1", until="2026-02-27")
    case.do("defer-obligation", "A", obligation_id="O1", until="2026-05-01")
    assert case.state.due(case.standing.obligations["O1"]) == "2026-05-01"
    assert column(case) == "upcoming"
    case.do("waive-obligation", "A", obligation_id="O1", note="in return for the second")
    assert column(case) == "waived"
    case.notes("obligation_is_open", "waive-obligation", "A", obligation_id="O1")
    weak = Authority("A", "person:abe", ("negotiate",), "joint:1")
    poor = settled(authorities={("A", "person:abe"): weak})
    poor.refuses("actor_has_power", "waive-obligation", "A", obligation_id="O1")


def test_the_obligee_discharges_once() -> None:
    """Nothing more is owed after that."""
    case = settled()
    case.refuses("actor_is_obligee", "discharge-obligation", "B", obligation_id="O1")
    case.do("discharge-obligation", "A", obligation_id="O1")
    assert column(case) == "done"
    case.refuses("obligation_is_not_done", "discharge-obligation", "A", obligation_id="O1")


def fall_due(case: Part[FollowUp], now: datetime, room: str = "joint") -> list[str]:
    """Let the clock record what fell due, and name it."""
    found = due.overdue(case.state, case.standing, HOUSE, now, room)
    for placed in found:
        fallen: Any = placed.event
        frame = Frame(
            room=placed.room,
            seq=99,
            recorded=now,
            actor="clock",
            entered_by="clock",
            auth="system",
            channel="clock",
            command="due",
            event=fallen,
        )
        case.state = evolve(case.state, frame)
    return [f"{p.event.obligation_id} {p.occurred}" for p in found]  # type: ignore[attr-defined] # one kind of event


def test_an_obligation_falls_due_when_its_day_has_passed_at_the_seat() -> None:
    """The last instant of the day in Oslo is an hour before that of UTC; it is said once."""
    case = settled(owed(), owed("O2", "2026-03-02"), owed("O3", None), owed("O4", in_force=False))
    assert fall_due(case, datetime(2026, 2, 27, 22, 59, 59, tzinfo=UTC)) == []
    assert fall_due(case, datetime(2026, 2, 27, 23, 0, tzinfo=UTC)) == [
        "O1 2026-02-27T22:59:59.999999Z"
    ]
    assert column(case) == "due"
    assert fall_due(case, datetime(2026, 2, 28, tzinfo=UTC)) == []
    assert fall_due(case, datetime(2026, 3, 3, tzinfo=UTC), "caucus:A") == []
    assert fall_due(case, datetime(2026, 3, 3, tzinfo=UTC)) == ["O2 2026-03-02T22:59:59.999999Z"]


def test_a_deferred_obligation_falls_due_again_on_its_new_day() -> None:
    """And one that was confirmed, waived or discharged never does."""
    case = settled()
    later = datetime(2026, 5, 2, tzinfo=UTC)
    assert len(fall_due(case, later)) == 1
    case.do("defer-obligation", "A", obligation_id="O1", until="2026-05-01")
    assert fall_due(case, later) == ["O1 2026-05-01T21:59:59.999999Z"]
    done = reported()
    done.do("confirm-performance", "A", obligation_id="O1")
    assert fall_due(done, later) == []


def test_every_event_says_who_may_read_it() -> None:
    """All is for everybody but what a party tells the registry, or confides to the mediator."""
    elsewhere = {kind.__name__: kind.rooms for kind in EVENTS if kind.rooms != ("joint",)}
    assert elsewhere == {
        "SatisfactionStated": ("desk",),
        "InformationReleasedToRound": ("desk",),
        "AssistanceRequested": ("joint", "caucus"),
        "AssistanceGiven": ("joint", "caucus"),
    }


def begun(
    placed: Placed,
    limit: OverallLimit = HOUSE.overall_limit,
    occurred: str | None = NOW.isoformat(),
    **known: Any,  # noqa: ANN401 - any field of a standing
) -> list[Placed]:
    """Say what limit begins with an act."""
    act: Act[Any] = Act(
        data=None,
        actor="person:ortiz",
        role="mediator",
        party=None,
        now=NOW,
        when=NOW,
        occurred=occurred,
        entered_by="person:ortiz",
        profile=replace(HOUSE, overall_limit=limit),
        open=part().events.__getitem__,
    )
    return limit_begun(act, standing(**known), [placed])


SESSION = Placed("joint", SessionOpened(session_id="S1"))


def test_the_overall_limit_begins_with_the_act_the_profile_names() -> None:
    """A hundred and twenty days from the first session under the house procedure."""
    limit = only(begun(SESSION))
    assert (limit.deadline_id, limit.on) == ("overall_limit", "2026-06-30")
    assert "120 calendar days from first session on Mon 2 Mar 2026" in limit.arithmetic
    confirmed = Placed("joint", EngagementConfirmed(text_version=1))
    commencing = replace(HOUSE.overall_limit, from_event="commencement")
    assert begun(confirmed) == begun(SESSION, commencing) == []
    assert begun(confirmed, commencing)


def test_the_overall_limit_begins_once_and_from_a_known_instant() -> None:
    """A second session, and one whose time is local or not recorded, begin nothing."""
    assert begun(SESSION, deadlines=_limit("2026-06-30T21:59:59.999999Z")) == []
    assert begun(SESSION, occurred=None) == []
    assert begun(SESSION, occurred="2026-03-02T09:00:00") == []


def test_a_profile_without_a_limit_has_none() -> None:
    """Nothing is counted that the procedure does not know."""
    assert begun(SESSION, replace(HOUSE.overall_limit, days=None)) == []
