"""Views hold what frames say, room by room, and tell each reader its own cut."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from ledger.casefile import CaseFile
from ledger.deadlines import DeadlineExtended, DeadlineMet, DeadlineReviewNeeded, DeadlineSet
from ledger.follow_up.performance_events import (
    CurePeriodAgreed,
    ObligationDeferred,
    ObligationDischarged,
    ObligationFellDue,
    PerformanceReported,
)
from ledger.intake.events import RequestWithdrawn
from ledger.negotiation.events import CounterProposalTabled, ProposalAccepted, ProposalTabled
from ledger.record.events import Change, EntryContested, EntryCorrected, EntryVoided
from ledger.rooms import WHOLE, Span
from ledger.settlement.events import (
    DraftRevised,
    ObligationDefined,
    SettlementEnteredIntoForce,
    SettlementExecuted,
)
from ledger.settlement.signature_events import DueDay
from ledger.store.reader import Read
from ledger.terms import Clause
from projections import (
    access,
    audit_trail,
    case_view,
    current,
    deadlines,
    feedback,
    neutrality,
    notes,
    obligations,
    parties,
    proposal_history,
    proposal_tree,
    releases,
    replay,
    search,
)
from projections.rows import (
    AnotherRoomError,
    MemoryRows,
    Projection,
    Rows,
    place,
    shown,
    take_in,
)
from projections.tables import fields_of
from tests.examples import accepted, caucused, consented, mediating, requested, tabled
from tests.sealed import Record, case_id
from tests.spec import START, Spec, do, given

ALL = (
    case_view.PROJECTION,
    proposal_history.PROJECTION,
    audit_trail.PROJECTION,
    deadlines.PROJECTION,
    obligations.PROJECTION,
    neutrality.PROJECTION,
    releases.PROJECTION,
    parties.PROJECTION,
    feedback.PROJECTION,
    notes.PROJECTION,
    search.PROJECTION,
)
A_CASE = case_id(1)


def reads(spec: Spec) -> list[Read]:
    """Read what a spec decided as the store would give it."""
    frames = spec.file.frames
    return [
        Read(n, spec.file.case_id, n, _room(frame.room), frame) for n, frame in enumerate(frames, 1)
    ]


def _room(name: str) -> bytes:
    return name.encode().ljust(16, b".")[-16:]


def rooms_of(file: CaseFile) -> tuple[str, ...]:
    """Name the rooms of a case."""
    return tuple(file.seqs)


@pytest.fixture(scope="module")
def talks() -> Spec:
    """Two parties mediate, make and accept an offer, and one talks in confidence."""
    return given(mediating(), tabled(), caucused(), accepted())


# The law of rooms


def test_a_cut_of_the_whole_is_the_whole_of_the_cut(talks: Spec) -> None:
    """filter(fold(all)) == fold(filter(all)), for each room and for pairs of rooms."""
    everything = replay.fold(ALL, reads(talks))
    rooms = rooms_of(talks.file)
    for wanted in [*[{r} for r in rooms], *[{"joint", r} for r in rooms]]:
        rights = dict.fromkeys(wanted, WHOLE)
        folded = replay.fold(ALL, replay.within(reads(talks), rights))
        cut = everything.cut(wanted)
        for projection in ALL:
            for kind in projection.kinds:
                assert cut.all(kind) == folded.all(kind)


def test_a_handler_cannot_touch_another_room(talks: Spec) -> None:
    """The rows it is given refuse both reading and writing there."""
    elsewhere = "ff" * 16

    def peeps(rows: Rows, _read: Read) -> None:
        rows.get(case_view.CaseRow, (elsewhere,))

    def meddles(rows: Rows, read: Read) -> None:
        row = deadlines._begun(read, a_date("d"))
        rows.put(msgspec.structs.replace(row, room_id=elsewhere))

    for handler in (peeps, meddles):
        projection = Projection("p", 1, (), handler)
        with pytest.raises(AnotherRoomError):
            take_in(projection, MemoryRows(), reads(talks)[0])


def test_a_handler_that_fails_leaves_nothing_of_the_event(talks: Spec) -> None:
    """Its changes are kept together once it returns."""

    def fails(rows: Rows, read: Read) -> None:
        rows.put(search.NamingRow(**place(read), seq=1, position=1, version=1))
        raise ValueError("broken")

    rows = MemoryRows()
    with pytest.raises(ValueError, match="broken"):
        take_in(Projection("p", 1, (), fails), rows, reads(talks)[0])
    assert rows.kinds() == ()


def test_rows_have_no_field_for_content() -> None:
    """Every kind names its table by its projection and begins with case and room."""
    for projection in ALL:
        for kind in projection.kinds:
            assert kind.table.startswith(f"{projection.name}__")
            assert kind.__struct_fields__[:3] == ("case_id", "room_id", "room")
            assert set(kind.keys) <= {f.name for f in fields_of(kind)}
            assert {"title", "names", "text", "clauses"}.isdisjoint(kind.__struct_fields__)


def test_what_is_shown_of_a_row_is_never_internal(talks: Spec) -> None:
    """No position, version or id of a room."""
    rows = replay.fold(ALL, reads(talks))
    for projection in ALL:
        for kind in projection.kinds:
            for row in rows.all(kind):
                told = shown(row)
                assert not {"position", "version", "room_id"} & set(told)
                assert not [name for name in told if "position" in name or "version" in name]


# The list of cases


def test_the_phase_of_a_row_is_the_phase_of_the_fold(talks: Spec) -> None:
    """After every event, for the joint room and for each desk."""
    for n in range(1, len(talks.file.frames) + 1):
        file = CaseFile(talks.file.case_id)
        for frame in talks.file.frames[:n]:
            file.append(frame)
        rows = replay.fold([case_view.PROJECTION], reads(talks)[:n])
        for row in rows.all(case_view.CaseRow):
            case = file.seen_by({row.room: WHOLE})
            assert (row.phase, row.outcome) == (case.phase, case.outcome)
            assert row.parties == dict(case.intake.parties)


def test_the_joint_record_leads_once_there_is_one() -> None:
    """A listed case has the keys other tools rely on, and no content."""
    rows = replay.fold([case_view.PROJECTION], reads(given(consented())))
    listed = case_view.in_memory(rows)
    assert listed is not None
    told = json.loads(msgspec.json.encode(listed))
    assert {"case_id", "number", "external_ref", "phase", "outcome", "parties"} <= set(told)
    assert told["phase"] == "CONSENTED"
    assert told["parties"] == ["A", "B"]
    assert told["consents"] == {"A": "consented", "B": "consented"}


def test_before_registration_the_desk_tells() -> None:
    """The requester sees REQUESTED, and NOT_COMMENCED once it took the request back."""
    spec = given(do("request-mediation", by="A", **_request()))
    listed = case_view.in_memory(replay.fold([case_view.PROJECTION], reads(spec)))
    assert listed is not None
    assert listed.phase == "REQUESTED"
    last = reads(spec)[-1]
    taken_back = msgspec.structs.replace(
        last.frame, seq=last.frame.seq + 1, event=RequestWithdrawn(party="A")
    )
    more = [*reads(spec), msgspec.structs.replace(last, frame=taken_back)]
    listed = case_view.in_memory(replay.fold([case_view.PROJECTION], more))
    assert listed is not None
    assert (listed.phase, listed.outcome) == ("NOT_COMMENCED", "not_commenced")


def _request() -> dict[str, Any]:
    return {
        "requester": "A",
        "others": ["B"],
        "title": "Berth fees",
        "names": {"A": "Alpha", "B": "Beta"},
        "dispute": "Fees.",
    }


def test_private_talk_moves_no_row_of_the_joint_room(talks: Spec) -> None:
    """What was said in the caucus is in no list of cases."""
    rows = replay.fold([case_view.PROJECTION], reads(talks))
    assert {row.room.partition(":")[0] for row in rows.all(case_view.CaseRow)} <= {"joint", "desk"}


def test_a_joint_room_without_a_phase_does_not_lead() -> None:
    """A party may name its people there before the registry took the request."""
    spec = given(requested(), do("authorise-representative", by="A", **_representative()))
    rows = replay.fold([case_view.PROJECTION], reads(spec))
    assert {row.room for row in rows.all(case_view.CaseRow)} == {"desk:A", "joint"}
    listed = case_view.in_memory(rows)
    assert listed is not None
    assert listed.phase == "REQUESTED"


def _representative() -> dict[str, Any]:
    return {"person": "person:counsel", "powers": ["negotiate"]}


# Proposals


def clause(clause_id: str, text: str, **params: int) -> Clause:
    """Make a clause."""
    return Clause(clause_id=clause_id, issue="fee", text=text, params=dict(params))


def offer(name: str, by: str, *, to: str, clauses: tuple[Clause, ...], **more: Any) -> Any:  # noqa: ANN401 - either kind of tabling
    """Put terms on the table: a first time, or in answer to something."""
    kind: Any = CounterProposalTabled if "answers" in more else ProposalTabled
    return kind(
        proposal_id=name,
        by=by,
        clause_ids=tuple(c.clause_id for c in clauses),
        issues=("",) * len(clauses),
        addressees=(to,),
        required_acceptors=(to,),
        clauses=clauses,
        **more,
    )


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    """Make an empty ledger."""
    with Record(tmp_path / "data") as made:
        yield made


def bargained(record: Record, case: UUID = A_CASE) -> None:
    """A offers, B counters, A accepts."""
    first = (clause("c1", "five boxes of water", A=2, B=1), clause("c2", "food"))
    second = (clause("c1", "six boxes of water", A=1, B=2),)
    record.tell(case, "joint", offer("P1", "A", to="B", clauses=first))
    counter = offer(
        "P2", "B", to="A", clauses=second, answers="P1", kind="counter", closes_parent=True
    )
    record.tell(case, "joint", counter)
    yes = ProposalAccepted(proposal_id="P2", by="A", mode="in_principle")
    record.tell(case, "joint", yes)
    record.commit()


def opened_history(record: Record, *, ended: bool = False) -> list[proposal_tree.Shown]:
    """Read the history of the case with its terms."""
    rows = replay.fold([proposal_history.PROJECTION], replay.reads_of(record.reader, A_CASE))
    return proposal_tree.history(
        proposal_history.in_memory(rows),
        proposal_tree.clauses_from(record.reader),
        external_ref="casino:1",
        ended=ended,
    )


def test_proposals_carry_the_keys_other_tools_rely_on(record: Record) -> None:
    """Each with its clauses, and quantities by party."""
    bargained(record)
    told = json.loads(msgspec.json.encode(opened_history(record)))
    wanted = (
        "case_id",
        "external_ref",
        "proposal_id",
        "by",
        "kind",
        "answers",
        "status",
        "clauses",
    )
    assert all(set(wanted) <= set(shown) for shown in told)
    assert [(p["proposal_id"], p["kind"], p["answers"], p["status"]) for p in told] == [
        ("P1", "first", None, "countered"),
        ("P2", "counter", "P1", "accepted"),
    ]
    assert told[1]["clauses"][0]["issue"] == "fee"
    assert told[1]["clauses"][0]["params"] == {"A": 1, "B": 2}
    assert told[1]["clauses"][0]["answers"] == {"A": "accepted"}
    assert "settled" not in msgspec.json.encode(told).decode()


def test_a_counter_shows_what_it_changes_clause_by_clause(record: Record) -> None:
    """Under the proposal it answers: words, numbers, and what went."""
    bargained(record)
    (root,) = proposal_tree.tree(opened_history(record))
    (answer,) = root.answered_by
    assert root.proposal.proposal_id == "P1"
    assert root.differences == ()
    assert [(d.clause_id, d.kind) for d in answer.differences] == [
        ("c1", "changed"),
        ("c2", "removed"),
    ]
    assert {p.name: p.change for p in answer.differences[0].parameters} == {"A": "-1", "B": "+1"}


def test_an_open_proposal_lapses_when_the_case_ends(record: Record) -> None:
    """Told when read, never recorded."""
    record.tell(A_CASE, "joint", offer("P1", "A", to="B", clauses=(clause("c1", "x"),)))
    record.commit()
    assert [p.status for p in opened_history(record)] == ["open"]
    assert [p.status for p in opened_history(record, ended=True)] == ["lapsed"]


def test_proposals_of_one_name_in_two_rooms_stay_apart(record: Record) -> None:
    """An answer belongs to the room it was given in."""
    record.tell(A_CASE, "joint", offer("P1", "A", to="B", clauses=(clause("c1", "x"),)))
    record.tell(A_CASE, "group:A+C", offer("P1", "A", to="C", clauses=(clause("c1", "y"),)))
    yes = ProposalAccepted(proposal_id="P1", by="C", mode="in_principle")
    record.tell(A_CASE, "group:A+C", yes)
    record.commit()
    told = {p.room: p.status for p in opened_history(record)}
    assert told == {"joint": "open", "group:A+C": "accepted"}
    assert len(proposal_tree.tree(opened_history(record))) == 2


# The audit trail


def test_the_trail_says_who_for_whom_and_when(talks: Spec) -> None:
    """One row an event, by time, room and sequence."""
    rows = audit_trail.in_memory(replay.fold([audit_trail.PROJECTION], reads(talks)))
    assert len(rows) == len(talks.file.frames)
    assert [r.recorded for r in rows] == sorted(r.recorded for r in rows)
    by_ref = {f"{r.room}:{r.seq}": r for r in rows}
    for frame in talks.file.frames:
        row = by_ref[frame.ref]
        assert (row.actor, row.acting_for, row.command) == (
            frame.actor,
            frame.acting_for,
            frame.command,
        )


def test_an_entry_says_what_was_said_of_it(record: Record) -> None:
    """Corrected, contested, void: the entry stays and names them."""
    record.tell(A_CASE, "joint", offer("P1", "A", to="B", clauses=(clause("c1", "x"),)))
    corrected = EntryCorrected(
        target="joint:1",
        about="proposal-tabled",
        fields=("valid_until",),
        changes={"valid_until": Change(old="1", new="2")},
        reason="misread",
    )
    record.tell(A_CASE, "joint", corrected)
    record.tell(A_CASE, "joint", EntryContested(target="joint:1", position="no"))
    void = EntryVoided(
        target="joint:1", about="proposal-tabled", ground="duplicate", approved_by="person:x"
    )
    record.tell(A_CASE, "joint", void)
    record.tell(A_CASE, "caucus:A", EntryContested(target="joint:1", position="private"))
    record.commit()
    rows = replay.fold([audit_trail.PROJECTION], replay.reads_of(record.reader, A_CASE))
    first = next(r for r in audit_trail.in_memory(rows) if (r.room, r.seq) == ("joint", 1))
    assert first.corrected_by == ("joint:2",)
    assert first.contested_by == ("joint:3",)
    assert first.voided_by == "joint:4"


# Dates


def a_date(name: str, due: str = "2026-03-20T22:59:59Z", **more: Any) -> DeadlineSet:  # noqa: ANN401 - the event's own fields
    """Set a date."""
    usual = {"rule": "reply", "on": due[:10], "arithmetic": "10 days from service"}
    return DeadlineSet(deadline_id=name, due=due, **{**usual, **more})


def test_a_date_shows_its_arithmetic_and_where_it_stands(record: Record) -> None:
    """Running, passed, met, in review: the next due first."""
    record.tell(A_CASE, "joint", a_date("late", "2026-03-04T00:00:00Z"))
    elective = a_date("reply-B", concerns="B", expiry="elective", elected_by="A")
    record.tell(A_CASE, "joint", elective)
    later = DeadlineExtended(
        deadline_id="reply-B", due="2026-04-01T00:00:00Z", on="2026-04-01", arithmetic="12 more"
    )
    record.tell(A_CASE, "joint", later)
    record.tell(A_CASE, "joint", a_date("met"))
    record.tell(A_CASE, "joint", DeadlineMet(deadline_id="met"))
    record.tell(A_CASE, "joint", DeadlineReviewNeeded(deadline_id="met", about="joint:5"))
    record.tell(A_CASE, "joint", DeadlineMet(deadline_id="unknown"))
    record.commit()
    rows = replay.fold([deadlines.PROJECTION], replay.reads_of(record.reader, A_CASE))
    told = deadlines.in_memory(rows, START + timedelta(days=5))
    assert [(d.deadline_id, d.status) for d in told] == [
        ("reply-B", "running"),
        ("late", "passed"),
        ("met", "review"),
    ]
    assert (told[0].on, told[0].arithmetic, told[0].effect, told[0].extended) == (
        "2026-04-01",
        "12 more",
        "elective by A",
        1,
    )
    assert told[2].review_of == "joint:5"


# Obligations


def owed(record: Record) -> list[tuple[str, str | None, str]]:
    """List what is owed: id, day, where it stands."""
    rows = replay.fold([obligations.PROJECTION], replay.reads_of(record.reader, A_CASE))
    return [(o.obligation_id, o.due, o.stands) for o in obligations.in_memory(rows)]


def executed_with(record: Record, *names: str) -> None:
    """Execute a settlement under which B owes A something."""
    for name in names:
        duty = ObligationDefined(
            settlement_id="T1", obligation_id=name, obligor="B", obligee="A", due="2026-05-01"
        )
        record.tell(A_CASE, "joint", msgspec.structs.replace(duty, act="Pay."))
    executed = SettlementExecuted(
        settlement_id="T1", draft_version=1, hash="a" * 64, scope="whole", signed_by=("A", "B")
    )
    record.tell(A_CASE, "joint", executed)
    dues = tuple(DueDay(name, "2026-05-01", "as stated") for name in names)
    record.tell(A_CASE, "joint", SettlementEnteredIntoForce(settlement_id="T1", dues=dues))


def test_a_draft_obliges_nobody(record: Record) -> None:
    """What it says is listed once it is executed, what it no longer has never."""
    for name in ("O1", "O2"):
        duty = ObligationDefined(
            settlement_id="T1", obligation_id=name, obligor="B", obligee="A", act="Pay."
        )
        record.tell(A_CASE, "joint", duty)
    record.commit()
    assert owed(record) == []
    dropping = DraftRevised(settlement_id="T1", draft_version=2, hash="a" * 64, drops=("O2",))
    record.tell(A_CASE, "joint", dropping)
    executed_with(record)
    record.commit()
    assert owed(record) == [("O1", None, "waiting for condition")]


def test_the_board_tells_what_the_parties_said(record: Record) -> None:
    """Due, deferred, reported, disputed, in cure, done: never that it was broken."""
    executed_with(record, "O1")
    record.commit()
    assert owed(record) == [("O1", "2026-05-01", "upcoming")]
    for event, due, stands in (
        (ObligationFellDue(obligation_id="O1", due="2026-05-01"), "2026-05-01", "due"),
        (ObligationDeferred(obligation_id="O1", until="2026-06-01"), "2026-06-01", "upcoming"),
        (PerformanceReported(obligation_id="O1", what="Paid."), "2026-06-01", "reported"),
        (
            CurePeriodAgreed(obligation_id="O1", until="2026-07-01", parties=("A", "B")),
            "2026-06-01",
            "in cure",
        ),
        (ObligationDischarged(obligation_id="O1"), "2026-06-01", "done"),
        (ObligationDischarged(obligation_id="unknown"), "2026-06-01", "done"),
    ):
        record.tell(A_CASE, "joint", event)
        record.commit()
        assert owed(record) == [("O1", due, stands)]


# As of an instant, digests, differences


def test_as_of_is_what_was_shown_then(record: Record) -> None:
    """A cut of the record at an instant folds to the state of that instant."""
    bargained(record)
    then = record.at - timedelta(seconds=1)
    rows = replay.fold(ALL, replay.reads_of(record.reader, A_CASE, then))
    assert [r.status for r in rows.all(proposal_history.ProposalRow)] == ["countered", "open"]
    by_ref = replay.fold(ALL, replay.reads_of(record.reader, A_CASE, ("joint", 2)))
    assert replay.digest(by_ref) == replay.digest(rows)


def test_histories_that_differ_in_private_have_one_digest(tmp_path: Path) -> None:
    """Not for the party concerned, but for everybody who does not read that room."""
    digests: dict[str, list[str]] = {"public": [], "private": []}
    for twin in range(2):
        with Record(tmp_path / str(twin)) as record:
            for n in range(twin * 3):
                record.tell(A_CASE, "caucus:A", a_date(f"d{n}"))
            record.at = START
            bargained(record)
            seen = list(replay.reads_of(record.reader, A_CASE))
            joint = replay.fold(ALL, replay.within(seen, {"joint": WHOLE}))
            digests["public"].append(replay.digest(joint))
            digests["private"].append(replay.digest(replay.fold(ALL, seen)))
    assert len(set(digests["public"])) == 1
    assert len(set(digests["private"])) == 2


def test_digests_of_cases_do_not_depend_on_their_order() -> None:
    """Several cases have one digest."""
    assert replay.digest_of_all(["a", "b"]) == replay.digest_of_all(["b", "a"])


def test_a_leaver_sees_its_span_and_no_more(record: Record) -> None:
    """Rows of whole rooms cannot answer; the events within the span are folded anew."""
    bargained(record)
    rights = {"joint": Span(last=1)}
    rows = replay.view_of(record.reader, A_CASE, rights, ALL)
    assert [r.status for r in rows.all(proposal_history.ProposalRow)] == ["open"]
    assert [r.seq for r in rows.all(audit_trail.AuditRow)] == [1]


def test_differences_name_what_came_and_what_changed(record: Record) -> None:
    """Between the first offer and now."""
    bargained(record)
    views = [proposal_history.PROJECTION]
    before = replay.fold(views, replay.reads_of(record.reader, A_CASE, ("joint", 1)))
    after = replay.fold(views, replay.reads_of(record.reader, A_CASE))
    changes = replay.differences(before, after)
    told = {(c.key, c.what, c.field): (c.old, c.new) for c in changes}
    assert told["P1", "changed", "status"] == ("open", "countered")
    assert ("P2", "came", None) in told
    assert [c.what for c in replay.differences(after, before) if c.key == "P2"] == ["went"]


# Who reads what


def test_a_viewer_with_whole_rooms_is_told_apart_from_one_with_spans(talks: Spec) -> None:
    """Rows answer the one, a fold of what it may see the other."""
    file = talks.file
    assert access.sight(file, "registry").whole
    assert access.sight(file, "party:B").whole
    assert access.sight(file, "party:nobody").nothing
    bounded = msgspec.structs.replace(file.roster, parties={"A": WHOLE, "B": Span(last=3)})
    copy = CaseFile(file.case_id)
    copy.seqs, copy.roster = file.seqs, bounded
    assert not access.sight(copy, "party:B").whole


def test_as_of_grants_what_was_readable_then_and_is_now(talks: Spec) -> None:
    """A case that held nothing for a viewer then shows it nothing of then."""
    then = CaseFile(talks.file.case_id)
    then.append(talks.file.frames[0])
    assert access.sight(talks.file, "party:B", then).nothing
    assert access.sight(talks.file, "party:A", then).rights.keys() >= {"desk:A"}


def test_an_office_is_known_by_its_rooms() -> None:
    """The registry and the auditor need no case opened to know what they read."""
    assert access.is_office("registry")
    assert access.is_office("auditor")
    assert not access.is_office("party:A")


# One case as it stands


def opener(spec: Spec) -> current.Open:
    """Open what a spec decided."""
    return lambda ref: spec._batch._open(spec.file, ref)


def test_the_current_view_has_what_a_party_must_see(talks: Spec) -> None:
    """Phase, parties with names, mandate, terms, sessions, proposals of its own rooms."""
    rights = talks.file.rights("party:B")
    view = current.current(talks.file, rights, talks.clock.at, opener(talks))
    assert view.phase == "MEDIATING"
    assert view.run == "running"
    assert view.title == "Berth fees"
    assert {p.party: p.consent for p in view.parties} == {"A": "consented", "B": "consented"}
    assert view.mandate.status == "active"
    assert view.engagement.terms_in_force
    assert [s.status for s in view.sessions][:1] == ["open"]
    assert view.proposals == ()
    assert not any(room.startswith("caucus:A") for room in view.seen)
    assert not {"position", "version"} & set(msgspec.structs.asdict(view))


def test_an_open_proposal_says_whom_it_waits_for() -> None:
    """And the deadlines shown are the next three at most."""
    spec = given(mediating(), tabled())
    rights = spec.file.rights("mediator")
    view = current.current(spec.file, rights, spec.clock.at, opener(spec))
    assert [(p.proposal_id, p.awaits) for p in view.proposals] == [("P1", ("B",))]
    assert len(view.deadlines) <= current.DEADLINES_SHOWN


def test_the_current_view_is_one_json_document(talks: Spec) -> None:
    """Everything in it can be written as JSON."""
    rights = talks.file.rights("registry")
    view = current.current(talks.file, rights, talks.clock.at, opener(talks))
    told = json.loads(msgspec.json.encode(view))
    assert told["number"]
    assert told["parties"][0]["name"] == "Party A Ltd"


# Words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Société Générale", "societe generale"),
        ("مُحَمَّد", "محمد"),
        ("محـــمد", "محمد"),
        ("STRASSE", "straße"),
        ("ﬁsh", "fish"),
    ],
)
def test_words_that_read_alike_compare_alike(text: str, words: str) -> None:
    """Accents, vowel signs, case and stretching do not matter."""
    assert search.folded(text) == search.folded(words)
