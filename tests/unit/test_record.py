"""The record about itself: corrections, voids, late entries, contests, holds, dates, facts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ledger.act import Act, Placed
from ledger.deadlines import Deadline, DeadlineMet, DeadlineReviewNeeded, Deadlines, DeadlineSet
from ledger.envelope import Event, Frame, Irregularity, frame_of
from ledger.intake.events import ConsentGiven, InvitationDeclined, InvitationServed
from ledger.neutrality.events import ObjectionRaised
from ledger.reasons import ReasonsGiven
from ledger.record.commands import DECIDE
from ledger.record.entries import CHUNK
from ledger.record.events import FactReported, LateEntryRecorded
from ledger.record.late import late_entry
from ledger.record.rules import is_time_critical
from ledger.record.state import Record, fold
from tests.unit.part import AS_RECORDED, HOUSE, NOW, Part, kinds, only, standing

DUE = "2026-04-07T21:59:59.999999Z"
SECOND = "person:berg"


def part(**known: Any) -> Part[Record]:  # noqa: ANN401 - any field of a standing
    """Begin with nothing said of the record."""
    return Part(DECIDE, _one_more, Record(), standing(**known))


def _one_more(state: Record, frame: Frame[Any]) -> Record:
    return fold(state, (frame,))


def tell(
    case: Part[Record],
    event: Event,
    room: str = "joint",
    actor: str = "person:clerk",
    **known: Any,  # noqa: ANN401 - any field of a frame
) -> str:
    """Record an event of whatever part, and return its name."""
    case.seqs[room] = case.seqs.get(room, 0) + 1
    plain: dict[str, Any] = {
        "recorded": NOW,
        "occurred": "2026-03-12T10:00:00+01:00",
        "entered_by": actor,
        "auth": "test",
        "channel": "command line",
        "command": f"{room}-{case.seqs[room]}",
    }
    seq = case.seqs[room]
    frame = Frame(room=room, seq=seq, actor=actor, event=frame_of(event), **{**plain, **known})
    case.events[frame.ref] = event
    case.state = fold(case.state, (frame,))
    case.standing = replace(case.standing, entries=case.state.entries)
    return frame.ref


def deadline(status: str = "missed", **known: Any) -> Deadline:  # noqa: ANN401 - any field of the event
    """State B's time to reply."""
    plain = {
        "deadline_id": "reply-B",
        "rule": "reply",
        "due": DUE,
        "on": "2026-04-07",
        "arithmetic": "counted",
        "concerns": "B",
        "about": "B",
    }
    event = DeadlineSet(**{**plain, **known})
    return Deadline(
        room="joint",
        set=event,
        due=event.due,
        on=event.on,
        arithmetic="counted",
        status=status,  # type: ignore[arg-type] # a test names one of the words
        ref="joint:2",
    )


def book(*deadlines: Deadline) -> Deadlines:
    """Keep dates by room and id."""
    return Deadlines({(d.room, d.set.deadline_id): d for d in deadlines})


def served(status: str = "met") -> Part[Record]:
    """Begin with a service entered a week late, and the date it set."""
    case = part(deadlines=book(deadline(status)))
    tell(case, InvitationServed(party="B"), command="serve")
    tell(case, deadline().set, command="serve")
    return case


def correction(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the command
    """Put the day of the service right, with a second person."""
    plain = {
        "target": "joint:1",
        "changes": {"occurred": "2026-03-05T10:00:00+01:00"},
        "reason": "the courier's receipt",
        "approved_by": SECOND,
    }
    return {**plain, **more}


@pytest.mark.parametrize("kind", DECIDE, ids=lambda kind: kind.__name__)
def test_every_example_is_a_valid_command(kind: type[Any]) -> None:
    """What `--example` prints can be sent as it stands."""
    assert msgspec.convert(kind.example, kind)


def test_a_correction_keeps_both_values_and_moves_no_date() -> None:
    """It stands in the room of its entry, names it, and sends the date to review."""
    case = served()
    decision = case.do("correct-entry", "registry", **correction())
    assert kinds(decision) == [("joint", "EntryCorrected"), ("joint", "DeadlineReviewNeeded")]
    corrected: Any = decision[0].event
    assert decision[0].corrects == "joint:1"
    assert (corrected.about, corrected.fields) == ("invitation-served", ("occurred",))
    change = corrected.changes["occurred"]
    assert change.old == '"2026-03-12T10:00:00+01:00"'
    assert change.new == '"2026-03-05T10:00:00+01:00"'
    assert decision[1].event == DeadlineReviewNeeded(deadline_id="reply-B", about="joint:1")
    assert case.state.corrected == {"joint:1": ("joint:3",)}


@pytest.mark.parametrize(("status", "reviewed"), [("running", 1), ("missed", 1), ("waived", 0)])
def test_a_correction_asks_for_review_of_dates_that_still_count(status: str, reviewed: int) -> None:
    """Neither shortened nor reopened; one that was given up has nothing to review."""
    decision = served(status).do("correct-entry", "registry", **correction())
    assert len(decision) == 1 + reviewed


def test_a_correction_of_what_met_a_date_asks_for_review_too() -> None:
    """The consent closed the date, so its day matters as much as that of the service."""
    case = served()
    target = tell(case, ConsentGiven(party="B", signatory="person:holt"), command="yes")
    tell(case, DeadlineMet(deadline_id="reply-B"), command="yes")
    decision = case.do("correct-entry", "registry", **correction(target=target))
    assert kinds(decision)[1] == ("joint", "DeadlineReviewNeeded")


def test_a_correction_without_a_date_asks_for_no_review() -> None:
    """Nor does it need a second person."""
    case = served()
    target = tell(case, FactReported(fact="other", note="Alora"))
    wanted = correction(target=target, changes={"note": "Aldora"}, approved_by=None)
    assert kinds(case.do("correct-entry", "registry", **wanted)) == [("joint", "EntryCorrected")]


def test_a_review_is_asked_for_only_where_its_cause_may_be_read() -> None:
    """An entry at B's desk tells everybody nothing."""
    case = part(deadlines=book(deadline()))
    target = tell(case, InvitationServed(party="B"), room="desk:B", command="serve")
    tell(case, deadline().set, command="serve")
    decision = case.do("correct-entry", "registry", **correction(target=target))
    assert kinds(decision) == [("desk:B", "EntryCorrected")]


@pytest.mark.parametrize("approved_by", [None, "person:clerk"])
def test_nobody_alone_moves_what_a_date_hangs_on(approved_by: str | None) -> None:
    """Neither without a second person, nor with oneself as that."""
    wanted = correction(approved_by=approved_by)
    served().refuses("correction_has_second_person", "correct-entry", "registry", **wanted)


@pytest.mark.parametrize("field", ["occurred", "due", "until", "effective_at", "commenced_on"])
def test_fields_a_date_may_hang_on_are_told_by_name(field: str) -> None:
    """A name that tells of a time needs a second person."""
    assert is_time_critical(field)
    assert not is_time_critical("note")


def test_only_an_entry_one_may_read_is_corrected() -> None:
    """Any other is not there."""
    case = served()
    for target in ("joint:9", "caucus:B:1"):
        wanted = correction(target=target)
        case.refuses("entry_is_known", "correct-entry", "registry", **wanted)


def test_an_entry_is_corrected_by_its_author_or_the_registry() -> None:
    """The other party contests it instead."""
    case = served()
    target = tell(case, ConsentGiven(party="B", signatory="person:holt"), actor="person:holt")
    wanted = correction(target=target)
    case.refuses("entry_is_ones_own", "correct-entry", "A", **wanted)
    assert case.do("correct-entry", "B", **wanted)


def test_a_correction_has_a_field_of_its_entry_and_a_value_that_fits() -> None:
    """A time needs its offset, a party its type; what stands already is no correction."""
    case, ask = served(), "correct-entry"
    rules: list[tuple[str, dict[str, Any]]] = [
        ("corrected_field_exists", {"day": "2026-03-05"}),
        ("corrected_value_fits", {"party": 5}),
        ("corrected_value_fits", {"occurred": "2026-03-05T10:00:00"}),
        ("correction_changes_something", {"party": "B"}),
    ]
    for rule, changes in rules:
        case.refuses(rule, ask, "registry", **correction(changes=changes))


def test_a_correction_may_be_corrected() -> None:
    """Chains are allowed; a ring cannot be made, since what is corrected came before."""
    case = served()
    case.do("correct-entry", "registry", **correction())
    case.standing = replace(case.standing, entries=case.state.entries)
    wanted = correction(target="joint:3", changes={"reason": "the second receipt"})
    decision = case.do("correct-entry", "registry", **wanted)
    assert decision[0].corrects == "joint:3"
    assert decision[0].event.about == "entry-corrected"  # type: ignore[attr-defined] # it is one


def test_an_entry_is_voided_by_two() -> None:
    """It stays in the record, and is neither voided nor corrected again."""
    case = served()
    wanted = {"target": "joint:1", "ground": "wrong_case", "approved_by": SECOND}
    alone = {**wanted, "approved_by": "person:clerk"}
    case.refuses("void_has_second_person", "void-entry", "registry", **alone)
    decision = case.do("void-entry", "registry", **wanted)
    assert kinds(decision) == [("joint", "EntryVoided"), ("joint", "DeadlineReviewNeeded")]
    assert case.state.voided == {"joint:1": "joint:3"}
    case.refuses("entry_is_not_void", "void-entry", "registry", **wanted)
    case.refuses("entry_is_not_void", "correct-entry", "registry", **correction())


def test_a_mediator_voids_its_own_entries_alone() -> None:
    """In a caucus the registry cannot see."""
    case, wanted = served(), {"ground": "wrong_case", "approved_by": SECOND}
    case.refuses("entry_is_ones_own", "void-entry", target="joint:1", **wanted)
    mine = tell(case, FactReported(fact="other"), room="caucus:A", actor="person:ortiz")
    assert kinds(case.do("void-entry", target=mine, **wanted)) == [("caucus:A", "EntryVoided")]
    case.refuses("entry_is_known", "void-entry", target="joint:7", **wanted)


def test_a_party_contests_an_entry_and_is_answered_once() -> None:
    """Where the entry stands."""
    case = served()
    case.refuses("entry_is_known", "contest-entry", "B", target="joint:8", position="no")
    contested = case.do("contest-entry", "B", target="joint:1", position="we had it on the tenth")
    assert kinds(contested) == [("joint", "EntryContested")]
    assert case.state.contested == {"joint:1": ("joint:3",)}
    case.refuses("contest_is_open", "answer-contest", "registry", target="joint:1", answer="no")
    case.do("answer-contest", "registry", target="joint:3", answer="the receipt is filed")
    assert case.state.answered == ("joint:3",)
    case.refuses("contest_is_open", "answer-contest", "registry", target="joint:3", answer="again")


def test_parties_learn_of_a_hold_and_no_more() -> None:
    """Its reason stays with the registry, and a note has no number to count others by."""
    case = part()
    decision = case.do("place-legal-hold", "registry", scope="all", reason="order of 3 March")
    assert kinds(decision) == [("registry", "LegalHoldPlaced"), ("joint", "HoldNoted")]
    assert msgspec.structs.asdict(decision[1].event) == {"change": "placed"}
    assert (case.state.holds, case.state.holds_noted) == (("H1",), 1)
    case.refuses("id_is_new", "place-legal-hold", "registry", hold_id="H1", scope="all")
    case.refuses("hold_is_in_force", "release-legal-hold", "registry", hold_id="H2")
    case.do("release-legal-hold", "registry", hold_id="H1")
    assert (case.state.holds, case.state.holds_noted) == ((), 0)
    case.refuses("hold_is_in_force", "release-legal-hold", "registry", hold_id="H1")
    assert only(case.do("place-legal-hold", "registry", scope="all", law_forbids_notice=True))
    assert case.state.holds == ("H2",)


def test_a_hold_the_law_hides_is_never_noted() -> None:
    """Neither when it is placed nor when it ends."""
    case = part()
    secret = {"scope": "all", "law_forbids_notice": True}
    assert kinds(case.do("place-legal-hold", "registry", **secret))[-1][0] == "registry"
    assert case.state.hidden_holds == ("H1",)
    released = case.do("release-legal-hold", "registry", hold_id="H1")
    assert kinds(released) == [("registry", "LegalHoldReleased")]
    assert not case.state.hidden_holds


def test_a_fact_from_a_source_is_told_and_nothing_follows() -> None:
    """Its time may be local, under a profile that knows such times."""
    case = part(taken_over=True)
    case.profile = AS_RECORDED
    told = case.do("report-fact", "registry", fact="request_received")
    assert kinds(told) == [("joint", "FactReported")]
    case.do("report-fact", "registry", fact="agreement_date_stated", on="2021-05-11", note="blank")
    assert case.state.facts == {
        "request_received": ("joint:1",),
        "agreement_date_stated": ("joint:2",),
    }


def test_a_date_is_extended_with_its_arithmetic() -> None:
    """To the last instant of the new day at the seat, whatever the profile says of weekends."""
    case = part(deadlines=book(deadline("running")))
    extended = only(
        case.do("extend-deadline", "registry", deadline_id="reply-B", until="2026-04-11")
    )
    assert (extended.due, extended.on) == ("2026-04-11T21:59:59.999999Z", "2026-04-11")
    assert "4 calendar days from the former last day on Tue 7 Apr 2026" in extended.arithmetic
    assert "falls on Sat 11 Apr 2026, seat time (Europe/Oslo)" in extended.arithmetic


def test_only_a_date_that_runs_is_extended_to_a_later_day() -> None:
    """One under review may be; one that passed may not, by the time of the act."""
    ask, rule = "extend-deadline", "date_is_open"
    more = {"deadline_id": "reply-B", "until": "2026-05-01"}
    part().refuses("date_is_known", ask, "registry", **more)
    for status in ("met", "missed", "waived"):
        part(deadlines=book(deadline(status))).refuses(rule, ask, "registry", **more)
    assert part(deadlines=book(deadline("review"))).do(ask, "registry", **more)
    case = part(deadlines=book(deadline("running")))
    case.refuses("extension_is_later", ask, "registry", deadline_id="reply-B", until="2026-04-07")
    case.now = datetime(2026, 4, 8, tzinfo=UTC)
    case.refuses(rule, ask, "registry", **more)
    assert case.do(ask, "registry", **more, at_occurred="2026-04-06T10:00:00+02:00")


def test_more_time_is_given_by_the_registry_or_whom_the_date_protects() -> None:
    """Not by who has to act."""
    case = part(deadlines=book(deadline("running", elected_by="A")))
    more = {"deadline_id": "reply-B", "until": "2026-05-01"}
    case.refuses("extender_is_entitled", "extend-deadline", "B", **more)
    assert case.do("extend-deadline", "A", **more)


def overall() -> Part[Record]:
    """Begin with the overall limit running."""
    limit = {"deadline_id": "overall_limit", "rule": "overall_limit", "concerns": None}
    return part(deadlines=book(deadline("running", about=None, **limit)))


def test_the_whole_case_is_lengthened_by_all_and_not_beyond_the_profile() -> None:
    """Sixty days at most under the house procedure, recorded by the registry."""
    case, ask, rule = overall(), "extend-deadline", "extender_is_entitled"
    more: dict[str, Any] = {"deadline_id": "overall_limit", "until": "2026-06-06"}
    case.refuses(rule, ask, "registry", **more, agreed_by=["A"])
    case.refuses(rule, ask, "A", **more, agreed_by=["A", "B"])
    assert case.do(ask, "registry", **more, agreed_by=["A", "B"])
    more["until"] = "2026-06-07"
    case.refuses("extension_is_within_limit", ask, "registry", **more, agreed_by=["A", "B"])
    limit = replace(HOUSE.overall_limit, extension_by="nobody")
    case.profile = replace(HOUSE, overall_limit=limit)
    case.refuses(rule, ask, "registry", **more, agreed_by=["A", "B"])


def test_a_date_is_given_up_by_whom_it_serves() -> None:
    """Who may elect its effect, else whom it concerns, else the registry."""
    ask, rule = "waive-deadline", "waiver_is_entitled"
    elective = part(deadlines=book(deadline("running", elected_by="A")))
    elective.refuses(rule, ask, "B", deadline_id="reply-B")
    assert kinds(elective.do(ask, "A", deadline_id="reply-B")) == [("joint", "DeadlineWaived")]
    own = part(deadlines=book(deadline("running")))
    own.refuses(rule, ask, "registry", deadline_id="reply-B")
    assert own.do(ask, "B", deadline_id="reply-B")
    assert overall().do(ask, "registry", deadline_id="overall_limit")
    part().refuses("date_is_known", ask, "A", deadline_id="reply-B")
    part(deadlines=book(deadline("met"))).refuses("date_is_open", ask, "B", deadline_id="reply-B")


def late(placed: list[Placed], *, days: float = 10, **known: Any) -> list[Placed]:  # noqa: ANN401 - any field of the act
    """Say what is marked of an act entered some days after it happened."""
    now = datetime(2026, 4, 15, 9, 0, tzinfo=UTC)
    dates = known.pop("deadlines", None) or book(deadline())
    plain: dict[str, Any] = {"channel": "command line", "rooms": {"joint": 7, "desk:B": 0}}
    act: Act[Any] = Act(
        data=None,
        actor="person:clerk",
        role="party",
        party="B",
        now=now,
        when=now - timedelta(days=days),
        entered_by="person:clerk",
        profile=HOUSE,
        open=part().events.__getitem__,
        **{**plain, **known},
    )
    return late_entry(act, standing(deadlines=dates), placed)


DECLINED = Placed("joint", InvitationDeclined(party="B"))
REASONS = Placed("desk:B", ReasonsGiven(about="invitation-declined", reasons="too dear"))


def test_what_is_entered_days_late_is_marked_where_it_stands() -> None:
    """Once a room, at the time of entry; what stands beside an act is not marked."""
    placed = late([DECLINED, Placed("joint", FactReported(fact="other")), REASONS])
    mark = placed[0]
    assert kinds(placed) == [("joint", "LateEntryRecorded"), ("joint", "DeadlineReviewNeeded")]
    assert mark.event == LateEntryRecorded(about="invitation-declined", days=10)
    assert mark.occurred == "2026-04-15T09:00:00Z"


def test_an_answer_in_time_entered_late_sends_its_date_to_review() -> None:
    """It names the entry by the place it will have; the date is not reopened."""
    fact = Placed("joint", FactReported(fact="other"))
    review = late([fact, DECLINED])[-1]
    assert review.event == DeadlineReviewNeeded(deadline_id="reply-B", about="joint:9")
    assert review.room == "joint"


def test_an_objection_in_time_entered_late_is_such_an_answer() -> None:
    """It answers the time to object to its own disclosure, no other."""
    fields = {"deadline_id": "objection-iyer-D1-B", "rule": "objection", "about": "iyer-D1-B"}
    dates = book(deadline(**fields))
    for disclosure, asked in (("iyer-D1", True), ("iyer-D2", False)):
        raised = ObjectionRaised(
            objection_id="O1", party="B", person="person:iyer", disclosure_id=disclosure
        )
        placed = late([Placed("joint", raised)], deadlines=dates)
        assert (("joint", "DeadlineReviewNeeded") in kinds(placed)) is asked


def test_an_answer_that_was_late_itself_changes_nothing() -> None:
    """Nor does an act that answers another date, or one already sent to review."""
    asked = Placed("joint", DeadlineReviewNeeded(deadline_id="reply-B", about="joint:8"))
    others: list[tuple[list[Placed], float]] = [
        ([DECLINED], 5),
        ([Placed("joint", InvitationDeclined(party="A"))], 10),
        ([Placed("joint", InvitationServed(party="B"))], 10),
        ([DECLINED, asked], 10),
    ]
    for placed, days in others:
        assert [name for _, name in kinds(late(placed, days=days))] == ["LateEntryRecorded"]


@pytest.mark.parametrize(
    "known", [{"days": 1}, {"days": 0}, {"channel": "import"}, {"channel": "clock"}]
)
def test_what_is_entered_in_a_day_or_by_an_import_is_not_late(known: dict[str, Any]) -> None:
    """An import carries old times by its nature."""
    assert late([DECLINED], **known) == []


def test_an_event_with_a_time_of_its_own_is_not_late() -> None:
    """It fell due when it did, whoever records it."""
    assert late([Placed("joint", FactReported(fact="other"), occurred=DUE)]) == []


def test_late_and_irregular_entries_are_listed() -> None:
    """By their place."""
    case = part()
    tell(case, LateEntryRecorded(about="fact-reported", days=3))
    broken = (Irregularity(rule="mandate_is_active", why="the mandate is ended"),)
    tell(case, FactReported(fact="other"), irregular=broken)
    assert (case.state.late, case.state.irregular) == (("joint:1",), ("joint:2",))


def test_every_entry_is_found_by_its_place() -> None:
    """With who entered it, when it happened and by which command."""
    case = part()
    ref = tell(case, FactReported(fact="other"), room="caucus:B@2", actor="person:ortiz")
    entry = case.state.entries[ref]
    assert (entry.tag, entry.actor, entry.entered_by) == (
        "fact-reported",
        "person:ortiz",
        "person:ortiz",
    )
    assert (entry.command, entry.occurred) == ("caucus:B@2-1", "2026-03-12T10:00:00+01:00")
    assert list(case.state.entries) == ["caucus:B@2:1"]
    assert len(case.state.entries) == 1


@pytest.mark.parametrize(
    "ref", ["joint:2", "joint:0", "joint:", "joint", "caucus:A:1", "joint:²", "joint:01"]
)
def test_a_place_that_holds_nothing_is_not_there(ref: str) -> None:
    """Whatever it looks like."""
    case = part()
    tell(case, FactReported(fact="other"))
    assert ref not in case.state.entries


def test_an_earlier_state_keeps_its_own_entries() -> None:
    """Adding across chunks shares what is full and never changes what was given out."""
    case = part()
    case.seqs["joint"] = 4
    logs = []
    for seq in range(5, 5 + 3 * CHUNK):
        tell(case, FactReported(fact="other"), actor=f"person:{seq}")
        logs.append(case.state.rooms["joint"])
    for n, one in enumerate(logs, 1):
        assert len(one) == n
        assert one.last == 4 + n
        assert one.at(4 + n) is not None
        assert one.at(5 + n) is None
    places = (5, 5 + CHUNK, 4 + 3 * CHUNK)
    told = [case.state.entries[f"joint:{seq}"].actor for seq in places]
    assert told == [f"person:{seq}" for seq in places]
    assert len(case.state.entries) == len(list(case.state.entries)) == 3 * CHUNK


def test_many_events_at_once_are_kept_as_one_by_one() -> None:
    """Across rooms and chunks, in the order of each room."""
    case = part()
    for n in range(CHUNK + 10):
        tell(case, FactReported(fact="other"), "caucus:A" if n % 3 else "joint")
    frames = sorted(
        (log.at(seq) for log in case.state.rooms.values() for seq in range(1, log.last + 1)),
        key=lambda frame: (frame.seq, frame.room) if frame else (0, ""),
    )
    at_once = fold(Record(), [frame for frame in frames if frame is not None])
    assert at_once.rooms == case.state.rooms


def test_a_reader_that_joins_late_sees_a_room_from_there() -> None:
    """Its first entry is not the room's first."""
    case = part()
    case.seqs["joint"] = 41
    assert tell(case, FactReported(fact="other")) == "joint:42"
    assert list(case.state.entries) == ["joint:42"]
    assert "joint:1" not in case.state.entries
