"""How a session is led: balance, common ground, neutral questions, objections, its record."""

from typing import Any

from msgspec.structs import replace

from ledger.negotiation.events import OptionRecorded
from ledger.parties import Entry, Mandate, Phase
from ledger.sessions.commands import DECIDE
from ledger.sessions.conduct_events import (
    CONDUCT_EVENTS,
    Attended,
    SessionSuspendedForTechnicalFailure,
    Stage,
)
from ledger.sessions.state import Sessions, evolve
from tests.unit.part import Part, kinds, only, standing

TURN = {
    "speaker": "person:abe",
    "party": "A",
    "kind": "opening",
    "start": "2026-03-02T09:00:00Z",
    "end": "2026-03-02T09:12:00Z",
}
AT = "2026-03-02T09:00:00+00:00"


def part(**known: Any) -> Part[Sessions]:  # noqa: ANN401 - any field of a standing
    """Begin with S1 fixed, terms in force and rights explained."""
    return Part(DECIDE, evolve, Sessions(), standing(**known))


def opened(**known: Any) -> Part[Sessions]:  # noqa: ANN401 - any field of a standing
    """Begin with session S1 open."""
    case = part(**known)
    case.do("open-session", guidelines_reiterated=True)
    return case


def test_interruptions_and_interventions_stay_with_the_mediators() -> None:
    """No party learns that it is held to have interrupted, or to dominate."""
    case = opened()
    noted = case.do("note-interruption", interrupter="A", speaker="B", handled="B went on.")
    made = case.do("record-balance-intervention", what="Order turned round.", of="A")
    assert [p.room for p in (*noted, *made)] == ["mediators", "mediators"]
    assert case.state.conduct.interruptions == {"B": 1}
    assert case.state.conduct.interventions == 1


def test_nobody_interrupts_themselves() -> None:
    """And both are parties, in a session that was opened."""
    case = opened()
    wanted = {"interrupter": "A", "speaker": "A"}
    case.refuses("interruption_is_by_another", "note-interruption", **wanted)
    case.refuses("party_is_known", "note-interruption", **{**wanted, "speaker": "Z"})
    case.refuses("party_is_known", "record-balance-intervention", what="x", of="Z")
    part().refuses("session_was_opened", "note-interruption", **{**wanted, "speaker": "B"})
    part().refuses("session_was_opened", "record-balance-intervention", what="x")


def test_common_ground_is_named_by_the_mediator_and_confirmed_by_each_party() -> None:
    """It binds nobody; what is not named is not confirmed, and nothing twice."""
    case = opened(issues=("fee",))
    named = only(case.do("identify-common-ground", points=["Quiet nights."], issues=["fee"]))
    assert (named.ground_id, named.session_id) == ("G1", "S1")
    case.refuses("common_ground_is_named", "confirm-common-ground", "A", ground_id="G9")
    case.do("confirm-common-ground", "A", ground_id="G1")
    case.refuses("common_ground_is_named", "confirm-common-ground", "A", ground_id="G1")
    case.do("confirm-common-ground", "B", ground_id="G1")
    assert case.state.conduct.ground == {"G1": ("A", "B")}
    case.refuses("id_is_new", "identify-common-ground", points=["x"], ground_id="G1")


def test_what_is_said_of_issues_names_listed_ones() -> None:
    """Where none are listed yet, any name will do; otherwise it is marked."""
    opened().do("identify-common-ground", points=["x"], issues=["noise"])
    case = opened(issues=("fee",))
    case.notes("issues_are_listed", "identify-common-ground", points=["x"], issues=["noise"])
    case.notes("issues_are_listed", "pose-question", issue="noise")


def test_a_neutral_question_may_be_kept_without_its_words() -> None:
    """To all, or to some; each with its own name."""
    case = opened()
    assert only(case.do("pose-question")).text is None
    posed = only(case.do("pose-question", text="What would have to be so?", to=["A"]))
    assert (posed.question_id, posed.to) == ("QU2", ("A",))
    case.refuses("party_is_known", "pose-question", to=["Z"])
    case.refuses("id_is_new", "pose-question", question_id="QU1")
    assert case.state.conduct.questions == {"QU1", "QU2"}


def test_only_an_option_known_to_all_is_introduced() -> None:
    """One from a caucus stays there, whatever the mediator knows of it."""
    options = {
        "joint:4": Entry("option-recorded", "person:abe", "person:abe"),
        "caucus:A:2": Entry("option-recorded", "person:abe", "person:abe"),
        "joint:5": Entry("proposal-tabled", "person:abe", "person:abe"),
    }
    case = opened(entries=options)
    for ref in ("caucus:A:2", "joint:5", "joint:6"):
        case.refuses("option_is_known_to_all", "introduce-option", option=ref)
    (introduced,) = case.do("introduce-option", option="joint:4")
    assert introduced.cause == "joint:4"
    case.refuses("option_is_introduced_once", "introduce-option", option="joint:4")
    assert case.state.conduct.introduced == ("joint:4",)
    assert OptionRecorded.__struct_config__.tag == "option-recorded"


def test_a_conduct_objection_is_raised_before_all_and_answered_once() -> None:
    """It stands beside the record of the session, and no mandate hangs on it."""
    case = opened()
    raised = only(case.do("object-to-conduct", "B", what="Ten minutes against forty."))
    assert (raised.objection_id, raised.session_id, raised.party) == ("CO1", "S1", "B")
    case.refuses("id_is_new", "object-to-conduct", "A", what="x", objection_id="CO1")
    case.do("answer-conduct-objection", objection_id="CO1", answer="B first.", change=True)
    assert case.state.conduct.objections == {"CO1": "answered"}
    for name in ("CO1", "CO2"):
        case.refuses(
            "conduct_objection_is_open", "answer-conduct-objection", objection_id=name, answer="x"
        )
    part().refuses("session_was_opened", "object-to-conduct", "B", what="x")


def test_a_session_is_suspended_for_safety_without_a_mandate_and_without_saying_why() -> None:
    """All learn that it rests; the reason stays with the mediators."""
    case = opened()
    suspended = Mandate(1, "suspended", ("person:ortiz",))
    case.standing = replace(case.standing, mandate=suspended)
    decision = case.do("suspend-session", cause="safety", reason="Threats.")
    assert kinds(decision) == [
        ("joint", "SessionSuspendedForSafety"),
        ("mediators", "SuspensionExplained"),
    ]
    assert case.state.conduct.suspended == {"S1": "safety"}
    assert case.state.conduct.explained == {"S1"}
    assert case.state.open_session() is None
    case.notes("session_is_under_way", "suspend-session", cause="safety", session_id="S1")


def test_a_session_that_failed_is_resumed() -> None:
    """It is adjourned by it, and nothing says any more that it rests."""
    case = opened()
    failed = only(case.do("suspend-session", cause="technical_failure"))
    assert failed == SessionSuspendedForTechnicalFailure(session_id="S1")
    case.do("resume-session", session_id="S1")
    assert case.state.open_session() == "S1"
    assert not case.state.conduct.suspended
    part().refuses("session_was_opened", "suspend-session", cause="safety")


def test_a_session_record_tells_facts_alone() -> None:
    """Who came, what was done when, how many turns, which papers; no word anybody said."""
    case = opened(papers={("joint", "D1"): "A", ("caucus:A", "D2"): "A"})
    case.do("record-attendance", person="person:abe", party="A", came="2026-03-02T09:00:00Z")
    case.do("record-speaking-turn", **TURN)
    case.do("give-summary", text="Both want quiet nights.")
    case.do("open-caucus", party="A")
    case.do("close-caucus", party="A")
    case.do("close-session")
    issued = only(case.do("issue-session-record", "registry"))
    assert issued.attendance == (Attended("person:abe", "A", "2026-03-02T09:00:00Z"),)
    assert issued.steps == (
        Stage("opened", AT),
        Stage("guidelines_reiterated", AT),
        Stage("summary_given", AT),
        Stage("caucus_noted", AT),
        Stage("closed", AT),
    )
    assert (issued.turns, issued.documents, issued.edition) == (1, ("D1",), 1)
    assert only(case.do("issue-session-record", "registry", session_id="S1")).edition == 2


def test_a_record_follows_the_end_of_its_session() -> None:
    """Of a session still open it is marked; of none it is refused."""
    opened().notes("session_has_ended", "issue-session-record", "registry")
    part().refuses("session_was_opened", "issue-session-record", "registry")
    opened().refuses("session_was_opened", "issue-session-record", "registry", session_id="S9")


def test_one_course_records_every_event_of_conduct() -> None:
    """Nothing of it is out of reach."""
    options = {"joint:4": Entry("option-recorded", "person:abe", "person:abe")}
    case = opened(entries=options, phase=Phase.MEDIATING)
    case.do("note-interruption", interrupter="A", speaker="B")
    case.do("record-balance-intervention", what="x")
    case.do("identify-common-ground", points=["x"])
    case.do("confirm-common-ground", "A", ground_id="G1")
    case.do("pose-question")
    case.do("introduce-option", option="joint:4")
    case.do("object-to-conduct", "A", what="x")
    case.do("answer-conduct-objection", objection_id="CO1", answer="x")
    case.do("suspend-session", cause="safety", reason="x")
    case.do("resume-session", session_id="S1")
    case.do("suspend-session", cause="technical_failure")
    case.do("resume-session", session_id="S1")
    case.do("close-session")
    case.do("issue-session-record", "registry")
    assert set(CONDUCT_EVENTS) <= {type(placed.event) for placed in case.placed}
