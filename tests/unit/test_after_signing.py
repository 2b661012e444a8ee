"""Long after the signatures: help, monitors, waiver by conduct, ends, challenges, enforcement."""

from typing import Any

from msgspec.structs import replace

from ledger.follow_up import due
from ledger.follow_up.commands import DECIDE
from ledger.follow_up.events import EVENTS
from ledger.follow_up.progress import Column
from ledger.follow_up.state import FollowUp, evolve
from ledger.parties import Obligation, Phase
from tests.unit.part import HOUSE, NOW, Part, kinds, only, standing

TEXT, NEW, PLAN = "a" * 64, "b" * 64, "d" * 64
BOTH = ["A", "B"]


def owed(name: str = "O1", settlement: str = "S1") -> Obligation:
    """Owe B's duty to A, due before the clock of these tests."""
    return Obligation(
        obligation_id=name,
        obligor="B",
        obligee="A",
        due="2026-02-27",
        in_force=True,
        ref="joint:2",
        settlement_id=settlement,
    )


def fold(state: FollowUp, frame: Any) -> FollowUp:  # noqa: ANN401 - a frame of any part
    """Fold what belongs to this part, as the case does."""
    return evolve(state, frame) if isinstance(frame.event, EVENTS) else state


def settled(*obligations: Obligation, **known: Any) -> Part[FollowUp]:  # noqa: ANN401 - any field of a standing
    """Begin after the execution of settlement S1, with the obligation O1."""
    plain: dict[str, Any] = {
        "phase": Phase.SETTLED,
        "executed": True,
        "executed_hashes": (TEXT,),
        "settlements": {"S1": TEXT},
        "obligations": {o.obligation_id: o for o in obligations or (owed(),)},
    }
    return Part(DECIDE, fold, FollowUp(), standing(**{**plain, **known}))


def column(case: Part[FollowUp], name: str = "O1") -> Column:
    """Say where an obligation stands on the board."""
    return case.state.column(case.standing.obligations[name])


def paid_in_part(*, reserves: bool = False) -> Part[FollowUp]:
    """Begin with a part paid and confirmed."""
    case = settled()
    case.do("report-performance", "B", obligation_id="O1", what="half", extent="part")
    more = {"extent": "part", "reserves_rights": reserves}
    case.do("confirm-performance", "A", obligation_id="O1", **more)
    return case


def test_a_monitor_is_agreed_on_by_all_after_looking_for_conflicts() -> None:
    """What the search found is told to those who agree; a party's own man is refused."""
    case = settled()
    wanted = {"person": "person:iyer", "searched": BOTH, "disclosed": "Nothing but a dinner."}
    case.refuses(
        "monitor_looked_for_conflicts", "appoint-monitor", "A", **{**wanted, "searched": ["A"]}
    )
    case.refuses(
        "monitor_is_no_party", "appoint-monitor", "A", **{**wanted, "person": "person:abe"}
    )
    case.do("appoint-monitor", "A", **wanted)
    assert [event for _, event in kinds(case.placed)] == ["JointStepAgreed"]
    _, appointed = case.do("appoint-monitor", "B", **wanted)
    assert type(appointed.event).__name__ == "MonitorAppointed"
    assert case.state.monitor == "person:iyer"
    assert not case.state.agreed
    settled(executed=False).refuses("settlement_is_executed", "appoint-monitor", "A", **wanted)


def test_a_plan_says_what_is_watched_and_what_the_monitor_sees() -> None:
    """Parties agree on the same plan only, its extent included."""
    case = settled()
    plan = {"plan_hash": PLAN, "obligations": ["O1"], "checks": ["2026-12-01"], "sees": "joint"}
    case.refuses(
        "obligation_is_known", "adopt-monitoring-plan", "A", **{**plan, "obligations": ["O9"]}
    )
    case.do("adopt-monitoring-plan", "A", **plan)
    case.do("adopt-monitoring-plan", "B", plan_hash=PLAN)
    assert not case.state.monitoring
    case.do("adopt-monitoring-plan", "B", **plan)
    assert case.state.monitoring


def test_a_follow_up_takes_its_picture_from_the_board() -> None:
    """By the monitor, and where none was agreed on by the registry; it judges nothing."""
    case = settled()
    case.refuses("monitoring_runs", "hold-follow-up", "registry")
    case.do("adopt-monitoring-plan", "registry", plan_hash=PLAN, agreed_by=BOTH)
    case.refuses("follow_up_is_held_by_the_monitor", "hold-follow-up", "mediator")
    case.do("report-performance", "B", obligation_id="O1", what="paid")
    held = only(case.do("hold-follow-up", "registry", note="By telephone."))
    assert held.columns == {"O1": "reported"}
    case.do("appoint-monitor", "registry", person="person:ortiz", searched=BOTH, agreed_by=BOTH)
    case.refuses("follow_up_is_held_by_the_monitor", "hold-follow-up", "registry")
    case.do("hold-follow-up", "mediator")
    assert case.state.after.held == 2


def test_assistance_is_asked_before_all_or_in_ones_own_caucus() -> None:
    """And given where it was asked, once."""
    case = settled()
    case.do("request-assistance", "B", kind="clarify_term", what="Is the tax in it?")
    alone = case.do("request-assistance", "B", kind="talks", what="x", at_room="caucus:B")
    assert kinds(alone) == [("caucus:B", "AssistanceRequested")]
    rule = "assistance_is_asked_where_one_reads"
    case.refuses(rule, "request-assistance", "B", kind="talks", what="x", at_room="desk:B")
    case.refuses("id_is_new", "request-assistance", "B", kind="talks", what="x", request_id="AS1")
    case.do("give-assistance", request_id="AS1", what="It is not.")
    case.refuses("assistance_is_asked", "give-assistance", request_id="AS1", what="x")
    case.refuses("assistance_is_asked", "give-assistance", request_id="AS7", what="x")
    case.do("give-assistance", request_id="AS1", what="x", at_room="caucus:B")
    assert case.state.after.assistance == {("joint", "AS1"): True, ("caucus:B", "AS1"): True}
    early = settled(executed=False)
    early.notes("settlement_is_executed", "request-assistance", "B", kind="talks", what="x")


def test_taking_a_part_gives_nothing_up() -> None:
    """After a part the rest is owed as before, whether rights were reserved or not."""
    for reserves in (True, False):
        case = paid_in_part(reserves=reserves)
        assert case.placed[-1].event.reserves_rights is reserves  # type: ignore[attr-defined] # a confirmation
        assert column(case) == "upcoming"


def test_a_waiver_by_conduct_is_asserted_and_denied_but_never_inferred() -> None:
    """Only the obligee gives up; what is asserted or denied changes nothing owed."""
    case = paid_in_part()
    claim = {"obligation_id": "O1", "conduct": "Taken without a word."}
    case.refuses("actor_is_obligor", "assert-waiver", "A", **claim)
    case.do("assert-waiver", "B", **claim)
    assert case.state.of("O1").waiver == "asserted"
    assert column(case) == "upcoming"
    case.refuses("actor_is_obligee", "deny-waiver", "B", obligation_id="O1")
    case.do("deny-waiver", "A", obligation_id="O1", position="Every receipt reserved it.")
    assert case.state.of("O1").waiver == "denied"
    case.refuses("waiver_is_asserted", "deny-waiver", "A", obligation_id="O1")
    case.do("waive-obligation", "A", obligation_id="O1")
    assert column(case) == "waived"
    case.notes("obligation_is_open", "assert-waiver", "B", **claim)


def test_without_a_part_performed_there_is_no_conduct_to_speak_of() -> None:
    """It is marked where it is reported nevertheless."""
    settled().notes("part_was_performed", "assert-waiver", "B", obligation_id="O1", conduct="x")


def test_a_settlement_ends_by_agreement_of_all_and_its_obligations_with_it() -> None:
    """One's own end is agreed by oneself; what ended is not performed or ended again."""
    case = settled(owed(), owed("O2", "S2"), settlements={"S1": TEXT, "S2": NEW})
    case.refuses("settlement_is_known", "end-settlement", "A", settlement_id="S9")
    case.do("end-settlement", "A", settlement_id="S1", terms="Nobody owes anything.")
    assert column(case) == "upcoming"
    ended: Any = case.do("end-settlement", "B", settlement_id="S1")[-1].event
    assert (ended.hash, ended.parties, ended.obligations) == (TEXT, ("A", "B"), ("O1",))
    assert (column(case), column(case, "O2")) == ("ended", "upcoming")
    paid = {"obligation_id": "O1", "what": "paid"}
    case.refuses("obligation_still_stands", "report-performance", "B", **paid)
    case.notes("settlement_still_stands", "end-settlement", "A", settlement_id="S1")
    fallen = due.overdue(case.state, case.standing, HOUSE, NOW, "joint")
    assert [p.event.obligation_id for p in fallen] == ["O2"]  # type: ignore[attr-defined] # they fell due


def test_the_text_that_ends_is_the_one_in_force() -> None:
    """After an amendment that is the consolidated text."""
    case = settled()
    case.do("amend-settlement", "registry", base_hash=TEXT, new_hash=NEW, agreed_by=BOTH)
    ended = only(case.do("end-settlement", "registry", settlement_id="S1", agreed_by=BOTH))
    assert ended.hash == NEW


def test_a_challenged_settlement_stands_until_that_is_decided() -> None:
    """Dismissed, it goes on standing; set aside, nothing is owed under it."""
    case = settled()
    brought = {"settlement_id": "S1", "forum": "High Court", "grounds": "No power."}
    case.refuses(
        "settlement_is_known", "challenge-settlement", "B", **{**brought, "settlement_id": "S9"}
    )
    case.do("challenge-settlement", "B", **brought)
    case.refuses("id_is_new", "challenge-settlement", "B", **brought, challenge_id="SC1")
    assert column(case) == "upcoming"
    case.do("record-challenge-outcome", "registry", challenge_id="SC1", result="dismissed")
    assert column(case) == "upcoming"
    for name in ("SC1", "SC7"):
        case.refuses(
            "challenge_is_pending",
            "record-challenge-outcome",
            "A",
            challenge_id=name,
            result="dismissed",
        )
    case.do("challenge-settlement", "B", **brought)
    told = {"challenge_id": "SC2", "result": "partly_set_aside"}
    case.refuses("obligation_is_known", "record-challenge-outcome", "A", **told, obligations=["O9"])
    case.do("record-challenge-outcome", "A", challenge_id="SC2", result="set_aside")
    assert column(case) == "ended"
    case.notes("settlement_still_stands", "challenge-settlement", "B", **brought)


def test_a_settlement_set_aside_in_part_loses_what_is_named() -> None:
    """The rest is owed as before."""
    case = settled(owed(), owed("O2"))
    case.do("challenge-settlement", "B", settlement_id="S1", forum="High Court")
    told = {"challenge_id": "SC1", "result": "partly_set_aside", "obligations": ["O1"]}
    case.do("record-challenge-outcome", "registry", **told)
    assert (column(case), column(case, "O2")) == ("ended", "upcoming")
    case.do("end-settlement", "A", settlement_id="S1")


def test_enforcement_is_sought_of_what_is_reported_as_broken() -> None:
    """Otherwise it is marked; what the body outside did is told once."""
    case = settled()
    sought = {"settlement_id": "S1", "obligations": ["O1"], "forum": "District Court"}
    case.notes("breach_was_reported", "seek-enforcement", "A", **sought)
    case = settled()
    case.do("report-breach", "A", obligation_id="O1", facts="nothing came")
    case.refuses(
        "obligation_is_known", "seek-enforcement", "A", **{**sought, "obligations": ["O9"]}
    )
    case.do("seek-enforcement", "A", **sought)
    assert not case.noted
    case.refuses("id_is_new", "seek-enforcement", "A", **sought, enforcement_id="EN1")
    case.refuses(
        "enforcement_is_pending", "record-relief", "A", enforcement_id="EN7", relief="granted"
    )
    case.refuses(
        "obligation_is_known",
        "record-relief",
        "A",
        enforcement_id="EN1",
        relief="granted",
        obligations=["O9"],
    )
    case.do("record-relief", "registry", enforcement_id="EN1", relief="granted", obligations=["O1"])
    assert case.state.after.enforcements["EN1"].result == "granted"
    case.refuses(
        "enforcement_is_pending", "record-relief", "A", enforcement_id="EN1", relief="refused"
    )
    case.do("seek-enforcement", "A", **sought)
    case.do("record-relief", "registry", enforcement_id="EN2", relief="refused")
    assert case.state.after.enforcements["EN2"].result == "refused"
    assert column(case) == "breach reported"


def test_what_a_settlement_owes_is_not_enforced_once_it_is_gone() -> None:
    """It is at an end, by whatever way."""
    case = settled()
    case.do("end-settlement", "registry", settlement_id="S1", agreed_by=BOTH)
    sought = {"settlement_id": "S1", "obligations": ["O1"], "forum": "x"}
    case.notes("settlement_still_stands", "seek-enforcement", "A", **sought)
    assert replace(case.state.after).gone == {"S1"}
