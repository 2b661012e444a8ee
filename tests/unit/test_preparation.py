"""Preparation: what is put in and where, sessions fixed, the checklist."""

from typing import Any

import msgspec
import pytest

from ledger.errors import DecodeError
from ledger.parties import Mandate, Party, Phase, Session
from ledger.preparation.commands import DECIDE
from ledger.preparation.events import EVENTS, SessionScheduled
from ledger.preparation.exchange_events import EXCHANGE_EVENTS
from ledger.preparation.state import Preparation, evolve
from tests.unit.part import Part, kinds, only, standing

HASH = "d1" * 32
START = "2026-03-23T09:30:00+01:00[Europe/Oslo]"
PAPER = {"title": "Noise survey", "hash": HASH, "made_for_mediation": False}
PROTOCOL = {"languages": ["en"], "order_of_business": "issues", "ground_rules": "no interruption"}
SHARES = ("all", "mediator", "own")
SUSPENDED = Mandate(1, "suspended", ("person:ortiz",))


def part(**known: Any) -> Part[Preparation]:  # noqa: ANN401 - any field of a standing
    """Begin after the engagement, with no session fixed."""
    plain = {"phase": Phase.PREPARING, "sessions": {}}
    return Part(DECIDE, evolve, Preparation(), standing(**{**plain, **known}))


@pytest.mark.parametrize("kind", DECIDE, ids=lambda kind: kind.__name__)
def test_every_example_is_a_valid_command(kind: type[Any]) -> None:
    """What `--example` prints can be sent as it stands."""
    assert msgspec.convert(kind.example, kind)


def test_the_mediator_opens_preparation_before_all() -> None:
    """It moves the phase, so it stands in the joint room."""
    case = part(phase=Phase.ENGAGED)
    decision = case.do("open-preparation", guidelines_reiterated=True)
    assert kinds(decision) == [("joint", "PreparationOpened")]
    assert only(decision).guidelines_reiterated
    assert case.state.opened


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("open-preparation", {}),
        ("select-venue", {"mode": "remote", "place": "a platform"}),
        ("schedule-session", {"start": START, "minutes": 60, "mode": "remote"}),
        ("issue-protocol", PROTOCOL),
        ("complete-preparation", {}),
    ],
)
def test_preparation_needs_an_active_mandate(command: str, data: dict[str, Any]) -> None:
    """While a challenge suspends it, what happened nevertheless is marked."""
    part(mandate=SUSPENDED).notes("mandate_is_active", command, **data)


def test_nobody_else_prepares_as_the_mediator() -> None:
    """A person without a mandate is refused."""
    part().refuses("actor_is_mediator", "open-preparation", at_actor="person:nobody")


def test_a_statement_goes_to_all_or_to_the_mediator_alone() -> None:
    """As its party shares it, or names the room; numbered in each room by itself."""
    case = part()
    assert kinds(case.do("submit-statement", "A", text="x")) == [("joint", "StatementSubmitted")]
    private = case.do("submit-statement", "A", text="y", share="mediator")
    assert kinds(private) == [("caucus:A", "StatementSubmitted")]
    assert only(private).statement_id == "ST1"
    by_room = case.do("submit-statement", "A", text="z", at_room="caucus:A")
    assert (by_room[0].room, only(by_room).statement_id) == ("caucus:A", "ST2")
    joint = case.do("submit-statement", "B", documents=[{"title": "Berth agreement"}], share="all")
    assert only(joint).statement_id == "ST2"


def test_a_statement_to_the_mediator_is_told_to_the_present_one() -> None:
    """A successor's caucus is another room."""
    case = part(mandate=Mandate(2, "active", ("person:lind",)))
    assert case.do("submit-statement", "A", text="y", share="mediator")[0].room == "caucus:A@2"


@pytest.mark.parametrize(
    "where", [{"at_room": "caucus:B"}, {"at_room": "desk:A"}, {"at_room": "joint"}]
)
def test_a_paper_goes_to_a_room_its_party_may_use(where: dict[str, Any]) -> None:
    """Not to another's caucus, a desk, nor to a room other than the one it is shared with."""
    share = {"share": "mediator"} if where["at_room"] == "joint" else {}
    part().refuses("room_suits_the_paper", "submit-statement", "A", text="x", **where, **share)


def test_whoever_enters_a_paper_reads_the_room() -> None:
    """The registry cannot file for a party where it does not read."""
    case = part()
    at = {"at_rooms": {"joint": 0, "desk:A": 0}, "at_entered_by": "person:clerk"}
    refusal = case.refuses(
        "room_suits_the_paper", "submit-statement", "A", text="x", share="mediator", **at
    )
    assert "does not read" in refusal.why
    assert case.do("submit-statement", "A", text="x", **at)


def test_a_statement_says_something() -> None:
    """Neither words nor documents is nothing."""
    part().refuses("paper_says_something", "submit-statement", "A")


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("submit-statement", {"text": "x"}),
        ("record-interest", {"interest": "x"}),
        ("submit-document", PAPER),
    ],
)
def test_papers_need_consent_and_power(command: str, data: dict[str, Any]) -> None:
    """A party gone is marked; a representative without power is refused."""
    gone = {"A": Party("A", consent="withdrawn"), "B": Party("B", consent="consented")}
    part(parties=gone).notes("party_has_consented", command, "A", **data)
    part(authorities={}).refuses("actor_has_power", command, "A", **data)


def test_an_interest_is_recorded_in_its_partys_caucus() -> None:
    """By the party itself or by the mediator who was told."""
    case = part()
    mine = case.do("record-interest", "A", interest="Food", concern="we eat a lot", priority=5)
    assert kinds(mine) == [("caucus:A", "InterestRecorded")]
    assert (only(mine).interest_id, only(mine).priority) == ("I1", 5)
    told = case.do("record-interest", party="B", interest="quiet", underlying_issue="respect")
    assert (told[0].room, only(told).interest_id) == ("caucus:B", "I1")
    assert only(case.do("record-interest", party="A", interest="Water")).interest_id == "I2"


def test_an_interest_has_one_party_it_belongs_to() -> None:
    """The mediator names it; a party cannot speak of another's."""
    case = part()
    case.refuses("interest_is_of_the_party_named", "record-interest", interest="x")
    case.refuses("interest_is_of_the_party_named", "record-interest", interest="x", party="Z")
    case.refuses("interest_is_of_the_party_named", "record-interest", "A", interest="x", party="B")


def test_a_document_goes_where_its_party_wants_it() -> None:
    """To all, to the mediator, or to its own drawer."""
    case = part()
    rooms = [case.do("submit-document", "A", **PAPER, share=s)[0].room for s in SHARES]
    assert rooms == ["joint", "caucus:A", "party:A"]
    assert case.state.papers == {(room, "D1"): "A" for room in rooms}


def test_a_paper_is_named_once_in_a_room() -> None:
    """The same name in another room is another paper."""
    case = part()
    case.do("submit-document", "A", **PAPER, doc_id="X")
    case.refuses("id_is_new", "submit-document", "B", **PAPER, doc_id="X")
    case.refuses("id_is_new", "submit-statement", "B", text="x", statement_id="X")
    assert case.do("submit-document", "B", **PAPER, doc_id="X", share="own")


def test_what_a_party_files_alone_tells_nobody_else_by_its_number() -> None:
    """B's next number in the joint room is the same whatever A filed in private."""
    quiet, busy = part(), part()
    for _ in range(3):
        busy.do("submit-document", "A", **PAPER, share="own")
        busy.do("record-interest", "A", interest="x")
    assert quiet.do("submit-document", "B", **PAPER) == busy.do("submit-document", "B", **PAPER)


def test_a_session_is_fixed_with_its_zone_and_notice() -> None:
    """Three weeks ahead, told in the zone of its start, else the seat's, else the one said."""
    case = part()
    fixed = only(case.do("schedule-session", start=START, minutes=180, mode="in_person"))
    assert isinstance(fixed, SessionScheduled)
    assert (fixed.session_id, fixed.zone, fixed.notice_days) == ("S1", "Europe/Oslo", 20)
    assert case.state.scheduled == {"S1": Session("S1", "scheduled")}
    plain = {"start": "2026-03-23T08:30:00Z", "minutes": 60, "mode": "remote", "session_id": "S9"}
    assert only(case.do("schedule-session", "registry", **plain)).zone == "Europe/Oslo"
    told = only(case.do("schedule-session", **{**plain, "session_id": "S8"}, zone="Asia/Tokyo"))
    assert told.zone == "Asia/Tokyo"


@pytest.mark.parametrize("wrong", [{"start": "2026-03-23T09:30:00"}, {"zone": "Mars/Olympus"}])
def test_a_session_begins_at_an_instant(wrong: dict[str, str]) -> None:
    """A time without an offset or a zone there is not cannot be read."""
    data = {"start": START, "minutes": 60, "mode": "remote", **wrong}
    with pytest.raises(DecodeError):
        part().do("schedule-session", **data)


def test_a_session_lies_ahead() -> None:
    """One fixed afterwards is marked; the notice it gave is none."""
    data = {"start": "2026-03-01T09:00:00Z", "minutes": 60, "mode": "remote"}
    late = only(part().notes("session_lies_ahead", "schedule-session", **data))
    assert late.notice_days == 0


def test_a_session_is_named_once() -> None:
    """S1 is taken by the one that stands."""
    case = part(sessions={"S1": Session("S1", "closed")})
    data = {"start": START, "minutes": 60, "mode": "remote"}
    case.refuses("id_is_new", "schedule-session", **data, session_id="S1")
    assert only(case.do("schedule-session", **data)).session_id == "S2"


def test_a_session_is_moved_while_it_is_still_to_come() -> None:
    """Not when it is held, cancelled or was never fixed."""
    case = part(sessions={"S1": Session("S1", "scheduled"), "S2": Session("S2", "open")})
    data = {"start": START, "minutes": 60, "mode": "remote"}
    moved = only(case.do("reschedule-session", session_id="S1", **data))
    assert (moved.session_id, moved.start) == ("S1", START)
    assert case.state.starts == {"S1": START}
    for name in ("S2", "S7"):
        case.refuses("session_is_still_to_come", "reschedule-session", session_id=name, **data)


def test_a_session_is_cancelled_while_it_is_still_to_come() -> None:
    """Once only."""
    case = part(sessions={"S1": Session("S1", "scheduled")})
    case.do("cancel-session", "registry", session_id="S1", reasons="the ferry does not run")
    assert case.state.scheduled == {"S1": Session("S1", "cancelled")}
    case.standing = standing(sessions=dict(case.state.scheduled))
    case.refuses("session_is_still_to_come", "cancel-session", session_id="S1")


def test_a_later_protocol_takes_the_place_of_an_earlier_one() -> None:
    """They are numbered."""
    case = part()
    case.do("issue-protocol", **PROTOCOL)
    second = only(case.do("issue-protocol", **PROTOCOL, caucus_practice="at any time"))
    assert second.number == 2
    assert case.state.protocols == 2


def test_the_checklist_says_what_was_done_and_what_is_missing() -> None:
    """From what all parties know; what is missing refuses nothing."""
    case = part(rights_explained=False)
    empty = only(case.do("complete-preparation"))
    assert (empty.done, empty.missing) == (("terms",), ("rights", "venue", "protocol", "session"))
    assert case.state.completed
    full = part(sessions={"S1": Session("S1", "scheduled")})
    full.do("select-venue", mode="in_person", place="Harbour House", private_rooms=2)
    full.do("issue-protocol", **PROTOCOL)
    assert only(full.do("complete-preparation")).missing == ()


def test_the_checklist_is_the_same_whatever_was_filed_in_private() -> None:
    """It stands in the joint room, so a caucus cannot change it."""
    quiet, busy = part(), part()
    busy.do("record-interest", "A", interest="x")
    busy.do("submit-statement", "A", text="x", share="mediator")
    assert quiet.do("complete-preparation") == busy.do("complete-preparation")


def test_one_course_records_every_event_there_is() -> None:
    """Nothing in the part's catalogue is out of reach."""
    case = part()
    case.do("open-preparation")
    case.do("submit-statement", "A", text="x")
    case.do("record-interest", "A", interest="x")
    case.do("submit-document", "A", **PAPER)
    case.do("select-venue", mode="remote", place="a platform")
    case.do("schedule-session", start=START, minutes=60, mode="remote")
    case.standing = standing(sessions=dict(case.state.scheduled))
    case.do("reschedule-session", session_id="S1", start=START, minutes=90, mode="remote")
    case.do("cancel-session", session_id="S1")
    case.do("issue-protocol", **PROTOCOL)
    case.do("complete-preparation")
    recorded = {type(placed.event) for placed in case.placed}
    assert recorded == set(EVENTS) - set(EXCHANGE_EVENTS)
