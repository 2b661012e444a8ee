"""Sources become cases without an act invented; a repeat adds nothing."""

import io
import json
from collections.abc import Iterator
from concurrent.futures import Future
from copy import deepcopy
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import msgspec
import pytest

from ledger.act import Ask, Command
from ledger.answer import Answer
from ledger.casefile import CaseFile
from ledger.envelope import Channel, Event, Frame
from ledger.errors import CaseBusy, DecodeError, RuleViolation, StoreFault
from ledger.follow_up.events import CaseClosed, SettlementReported
from ledger.identity import Operator
from ledger.intake.events import CaseTakenOver, ConsentWithdrawn
from ledger.negotiation.events import (
    CounterProposalTabled,
    ProposalAccepted,
    ProposalRejected,
    ProposalTabled,
)
from ledger.negotiation.proposal import status_of
from ledger.parties import Phase
from ledger.preparation.events import InterestRecorded
from ledger.record.events import FactReported
from ledger.rooms import WHOLE
from ledger.store.ledger import Ledger
from services.clock import FakeClock, new_id
from services.desk import COMMAND_BYTES_MAX, Desk
from services.house import House, open_house
from services.imports.casino import read_casino
from services.imports.commands import bounded_lines, run_commands
from services.imports.fmcs import COLUMNS, read_fmcs
from services.imports.run import import_file, run_import
from services.imports.source import IMPORTER, SourceCase
from services.settings import Settings
from tests.spec import START

CLERK = Operator(name="clerk", roles=("registry",))
A, B = "mturk_agent_1", "mturk_agent_2"


# ---------------------------------------------------------------- a ledger, and what it holds


def nowhere(_name: str, _operator: Operator) -> NoReturn:
    """An import addresses its own cases alone."""
    raise AssertionError


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Open a new ledger, founded, with its desk."""
    clock = FakeClock(START)
    with Ledger.create(tmp_path / "ledger", clock, UUID(new_id())) as ledger:
        desk = Desk(ledger, nowhere)
        desk.found(CLERK, new_id, demo=False)
        yield desk


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Open one ledger for all tests in which nothing is recorded."""
    clock, folder = FakeClock(START), tmp_path_factory.mktemp("untouched") / "ledger"
    with Ledger.create(folder, clock, UUID(new_id())) as ledger:
        desk = Desk(ledger, nowhere)
        desk.found(CLERK, new_id, demo=False)
        yield desk


def case_of(desk: Desk, reference: str) -> CaseFile:
    """Read the case of a source."""
    return desk.ledger.reader.load(desk.ledger.case_opened_by(IMPORTER, f"{reference}:1"))


def events_of(desk: Desk, reference: str) -> list[Event]:
    """Open every event of the case of a source."""
    file = case_of(desk, reference)
    return [frame.event for frame in desk.ledger.reader.all_opened(file.case_id)]


def kinds(frames: list[Frame[Any]]) -> list[str]:
    """Name what was recorded, in order."""
    return [type(frame.event).__name__ for frame in frames]


# ---------------------------------------------------------------- CaSiNo


def say(by: str, text: str, **task_data: object) -> dict[str, Any]:
    """Write a line of a dialogue."""
    return {"id": by, "text": text, "task_data": task_data}


def submit(by: str, food: int, water: int = 1, wood: int = 1) -> dict[str, Any]:
    """Write a deal as its author sees it; the file writes counts as text."""
    mine = {"Food": str(food), "Water": str(water), "Firewood": str(wood)}
    theirs = {issue: str(3 - int(count)) for issue, count in mine.items()}
    return say(by, "Submit-Deal", issue2youget=mine, issue2theyget=theirs)


def person(**ranks: str) -> dict[str, Any]:
    """Write a participant; what must never be taken carries a canary."""
    return {
        "value2issue": ranks or {"High": "Food", "Medium": "Water", "Low": "Firewood"},
        "value2reason": {"High": "we are hungry", "Medium": "it is hot", "Low": ""},
        "outcomes": {
            "points_scored": 18,
            "satisfaction": "Slightly satisfied",
            "opponent_likeness": "canary-likeness",
        },
        "demographics": {"age": 31, "gender": "canary-gender", "ethnicity": "canary-ethnicity"},
        "personality": {"svo": "canary-personality"},
    }


def dialogue(number: int, *lines: dict[str, Any]) -> dict[str, Any]:
    """Write a dialogue."""
    return {
        "dialogue_id": number,
        "chat_logs": list(lines),
        "participant_info": {A: person(), B: person()},
        "annotations": [["canary-annotation", "small-talk"]],
    }


TALK = (say(A, "hello"), submit(A, 2), say(B, "Accept-Deal", data="accept_deal"))


def casino(tmp_path: Path, *dialogues: dict[str, Any]) -> Path:
    """Write a file of dialogues."""
    path = tmp_path / "casino.json"
    path.write_text(json.dumps(dialogues), encoding="utf-8")
    return path


def take_in(desk: Desk, tmp_path: Path, *dialogues: dict[str, Any]) -> CaseFile:
    """Import dialogues without a refusal, and read the first case."""
    report = run_import(desk, CLERK, read_casino(casino(tmp_path, *dialogues)))
    assert report.refused == ()
    return case_of(desk, f"casino:{dialogues[0]['dialogue_id']}")


def test_a_dialogue_becomes_a_case_taken_over(desk: Desk, tmp_path: Path) -> None:
    """It opens in the middle of the talks, with what the source does not say named."""
    file = take_in(desk, tmp_path, dialogue(7, *TALK))
    (opening, *_), taken = file.frames, events_of(desk, "casino:7")[0]
    assert isinstance(taken, CaseTakenOver)
    assert (taken.external_ref, taken.parties, taken.phase) == ("casino:7", (A, B), "MEDIATING")
    assert {"request", "consent", "mediator"} <= set(taken.not_recorded)
    assert taken.profile.id == "as-recorded"
    assert (opening.actor, opening.entered_by, opening.auth) == (IMPORTER, CLERK.person, "import")


def test_every_line_of_a_dialogue_is_recorded_in_order(desk: Desk, tmp_path: Path) -> None:
    """Interests first, then the words and moves, then the feedback."""
    file = take_in(desk, tmp_path, dialogue(7, *TALK))
    assert kinds(file.frames) == [
        "CaseTakenOver",
        *["InterestRecorded"] * 6,
        "StatementRecorded",
        "ProposalTabled",
        "ProposalAccepted",
        *["PartyFeedbackReceived"] * 2,
    ]


def test_no_time_is_invented_for_a_dialogue(desk: Desk, tmp_path: Path) -> None:
    """Nothing has a time of happening, no date runs, and the source is cited throughout."""
    path = casino(tmp_path, dialogue(7, *TALK))
    file = take_in(desk, tmp_path, dialogue(7, *TALK))
    source = read_casino(path)[0].entries[0].ask.source
    assert {frame.occurred for frame in file.frames} == {None}
    assert {frame.source for frame in file.frames} == {source}
    assert {frame.channel for frame in file.frames} == {"import"}
    assert not file.seen_by({"joint": WHOLE}).deadlines.book


def test_private_priorities_stay_with_their_party(desk: Desk, tmp_path: Path) -> None:
    """They lie in the caucus room of each, where the other does not read."""
    file = take_in(desk, tmp_path, dialogue(7, *TALK))
    interests = [f for f in file.frames if f.room.startswith("caucus")]
    assert [f.room for f in interests] == [f"caucus:{A}"] * 3 + [f"caucus:{B}"] * 3
    assert f"caucus:{A}" not in file.rights(f"party:{B}")
    events = [f.event for f in interests if isinstance(f.event, InterestRecorded)]
    assert [event.priority for event in events[:3]] == [5, 4, 3]


def test_what_a_side_gets_is_named_by_party(desk: Desk, tmp_path: Path) -> None:
    """A deal becomes a clause for each issue, with a count for each party."""
    take_in(desk, tmp_path, dialogue(7, *TALK))
    (tabled,) = (e for e in events_of(desk, "casino:7") if isinstance(e, ProposalTabled))
    assert not isinstance(tabled.clauses, msgspec.UnsetType)
    assert {c.issue: c.params for c in tabled.clauses} == {
        "Food": {A: 2, B: 1},
        "Water": {A: 1, B: 2},
        "Firewood": {A: 1, B: 2},
    }


def test_demographics_never_enter_the_record(desk: Desk, tmp_path: Path) -> None:
    """Nor do personality, likeness and annotations; nothing recorded has a canary in it."""
    take_in(desk, tmp_path, dialogue(7, *TALK))
    assert "canary" not in msgspec.json.encode(events_of(desk, "casino:7")).decode()


@pytest.mark.parametrize(("second", "kind"), [(B, "counter"), (A, "revision")])
def test_a_deal_after_a_rejection_answers_the_rejected(
    desk: Desk, tmp_path: Path, second: str, kind: str
) -> None:
    """It is a counter by the side that rejected, a revision by the one that proposed."""
    lines = (submit(A, 3), say(B, "Reject-Deal", data="reject_deal"), submit(second, 2))
    file = take_in(desk, tmp_path, dialogue(7, *lines))
    (answer,) = (f.event for f in file.frames if isinstance(f.event, CounterProposalTabled))
    assert (answer.answers, answer.kind) == ("P1", kind)
    assert [type(f.event) for f in file.frames if "Rejected" in type(f.event).__name__] == [
        ProposalRejected
    ]


def test_who_walks_away_withdraws_and_the_open_deal_lapses(desk: Desk, tmp_path: Path) -> None:
    """No rejection is invented for a deal that was never answered."""
    walked = (submit(A, 3), say(B, "Walk-Away", data="walk_away"))
    file = take_in(desk, tmp_path, dialogue(7, *walked))
    case = file.seen_by({"joint": WHOLE})
    (proposal,) = case.negotiation.proposals.values()
    assert ConsentWithdrawn in {type(f.event) for f in file.frames}
    assert case.phase == Phase.TERMINATED
    assert status_of(proposal, ended=True) == "lapsed"


def test_a_repeated_import_adds_nothing(desk: Desk, tmp_path: Path) -> None:
    """Every command has the answer it had."""
    cases = read_casino(casino(tmp_path, dialogue(7, *TALK), dialogue(8, *TALK)))
    first = run_import(desk, CLERK, cases)
    again = run_import(desk, CLERK, cases)
    assert (first.recorded, first.accepted, first.cases) == (24, 24, 2)
    assert (again.recorded, again.accepted, again.refused) == (0, 24, ())
    assert again.in_words() == "2 cases, 24 commands: nothing added, all of it was on record"


def test_another_operator_repeats_an_import_without_doubling(desk: Desk, tmp_path: Path) -> None:
    """Who acts in it does not depend on who runs it."""
    cases = read_casino(casino(tmp_path, dialogue(7, *TALK)))
    run_import(desk, CLERK, cases)
    again = run_import(desk, Operator(name="other", roles=("registry",)), cases)
    assert (again.recorded, again.refused) == (0, ())


def test_a_changed_source_is_not_mixed_into_its_case(desk: Desk, tmp_path: Path) -> None:
    """The same dialogue out of another file is refused, not recorded a second time."""
    run_import(desk, CLERK, read_casino(casino(tmp_path, dialogue(7, *TALK))))
    report = run_import(desk, CLERK, read_casino(casino(tmp_path, dialogue(7, say(A, "hm")))))
    assert report.recorded == 0
    assert [r.rule for r in report.refused] == ["command_id_is_new"]


class _Stopped(Exception):  # noqa: N818 - stands for whatever ends a process
    """Something stopped the import."""


def test_an_import_that_was_interrupted_is_completed_by_the_next(
    desk: Desk, tmp_path: Path
) -> None:
    """Each case holds a beginning; what is added after it gives the whole, in order."""
    cases = read_casino(casino(tmp_path, *(dialogue(n, *TALK) for n in range(1, 6))))

    def stop_at_thirty(done: int, _total: int) -> None:
        if done == 30:
            raise _Stopped

    with pytest.raises(_Stopped):
        run_import(desk, CLERK, cases, stop_at_thirty)
    report = run_import(desk, CLERK, cases)
    assert report.accepted == 60
    whole = kinds(case_of(desk, "casino:1").frames)
    assert [kinds(case_of(desk, f"casino:{n}").frames) for n in range(1, 6)] == [whole] * 5


def test_a_limit_takes_the_first_cases(desk: Desk, tmp_path: Path) -> None:
    """And tells of every answer on the way."""
    path = casino(tmp_path, *(dialogue(n, *TALK) for n in range(1, 4)))
    told: list[tuple[int, int]] = []
    report = import_file(desk, CLERK, "casino", path, limit=2, progress=lambda *at: told.append(at))
    assert report.cases == 2
    assert told == [(n, 24) for n in range(1, 25)]
    assert not case_of(desk, "casino:3").frames


def test_a_refused_act_stops_its_own_case_alone(desk: Desk, tmp_path: Path) -> None:
    """A accepts its own deal: that is refused, named, and harms no other case."""
    own = (submit(A, 2), say(A, "Accept-Deal", data="accept_deal"))
    report = run_import(
        desk, CLERK, read_casino(casino(tmp_path, dialogue(1, *own), dialogue(2, *TALK)))
    )
    (refusal,) = report.refused
    assert (refusal.where, refusal.rule) == ("casino:1", "acceptor_is_not_proposer")
    assert (report.accepted, report.commands, report.exit_status) == (20, 23, 1)
    assert "3 are not, since these were refused" in report.in_words()
    assert len(case_of(desk, "casino:2").frames) == 12


def test_only_the_registry_imports(untouched: Desk, tmp_path: Path) -> None:
    """An import enters the acts of others, so it takes who may."""
    cases = read_casino(casino(tmp_path, dialogue(7, *TALK)))
    with pytest.raises(RuleViolation, match="importer_is_registry"):
        run_import(untouched, Operator(name="holt", roles=("party",)), cases)


def broken(**changes: object) -> dict[str, Any]:
    """Write a dialogue with something wrong in it."""
    return {**deepcopy(dialogue(7, *TALK)), **changes}


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "file"),
        (b"  \n", "file"),
        (b"not json", "file"),
        (b"\xff\xfe[]", "file"),
        (b"{}", "file"),
        (b"[]", "file"),
        (b"[3]", "dialogues[0]"),
        (json.dumps([{"dialogue_id": 7}]).encode(), "dialogue 7"),
        (json.dumps([broken(dialogue_id="x")]).encode(), "dialogues[0].dialogue_id"),
        (json.dumps([broken(participant_info={A: person()})]).encode(), "dialogue 7: part"),
        (json.dumps([broken(chat_logs=[say("C", "hi")])]).encode(), "dialogue 7: chat_logs[0].id"),
        (json.dumps([broken(chat_logs=[{"text": "hi"}])]).encode(), "dialogue 7.chat_logs[0]"),
        (
            json.dumps([broken(chat_logs=[say(A, "Submit-Deal")])]).encode(),
            "dialogue 7: chat_logs[0].task_data",
        ),
        (
            json.dumps([broken(chat_logs=[submit(A, -1)])]).encode(),
            "dialogue 7: chat_logs[0].task_data.issue2youget",
        ),
        (
            json.dumps(
                [
                    broken(
                        chat_logs=[say(A, "Submit-Deal", issue2youget={"X": "1"}, issue2theyget={})]
                    )
                ]
            ).encode(),
            "dialogue 7: chat_logs[0].task_data",
        ),
        (
            json.dumps([broken(chat_logs=[say(A, "Accept-Deal")])]).encode(),
            "dialogue 7: chat_logs[0]",
        ),
        (json.dumps([broken(chat_logs=[say(A, "a\x07")])]).encode(), "dialogue 7: record-st"),
        (json.dumps([broken(), broken()]).encode(), "dialogue_id"),
        (
            json.dumps([broken(participant_info={A: person(High="Food"), B: person()})]).encode(),
            f"dialogue 7: {A}.value2issue",
        ),
    ],
)
def test_a_malformed_file_of_dialogues_is_refused_whole(
    untouched: Desk, tmp_path: Path, content: bytes, field: str
) -> None:
    """The place is named, and nothing is recorded."""
    path = tmp_path / "casino.json"
    path.write_bytes(content)
    before = untouched.ledger.reader.head()
    with pytest.raises(DecodeError) as caught:
        import_file(untouched, CLERK, "casino", path)
    assert caught.value.field.startswith(field)
    assert untouched.ledger.reader.head() == before


def test_a_file_that_is_not_there_is_named(untouched: Desk, tmp_path: Path) -> None:
    """Of whatever kind it should have been."""
    for source in ("casino", "fmcs", "commands"):
        with pytest.raises(DecodeError, match="cannot be read"):
            import_file(untouched, CLERK, source, tmp_path / "none")


# ---------------------------------------------------------------- the record in the way


class _Hindered(Desk):
    """A desk whose record is in the way, as a full disk or another process makes it."""

    failure: Any = "fault"

    def send_to(
        self, case_id: UUID, ask: Ask, command: Command, operator: Operator, channel: Channel
    ) -> "Future[Answer]":
        """Answer without recording."""
        del case_id, command, operator, channel
        answer: Future[Answer] = Future()
        answer.set_result(Answer(id=ask.id, done=False, failure=self.failure, why="the disk"))
        return answer


@pytest.mark.parametrize(("failure", "error"), [("fault", StoreFault), ("try again", CaseBusy)])
def test_an_import_stops_where_the_record_is_in_the_way(
    untouched: Desk, tmp_path: Path, failure: str, error: type[Exception]
) -> None:
    """It does not go on past a command that was not recorded."""
    hindered = _Hindered(untouched.ledger, nowhere)
    hindered.failure = failure
    with pytest.raises(error, match="the disk"):
        run_import(hindered, CLERK, read_casino(casino(tmp_path, dialogue(7, *TALK))))


# ---------------------------------------------------------------- FMCS


def row(basis: str = "Agreement Reached", agreed: str = "2022-04-12", **more: str) -> list[str]:
    """Write a row of cells in the order of the columns used."""
    cells = {
        "Received Date": "2021-01-04T16:28:22",
        "Initiated Date": "2021-01-05T09:31:25",
        "Contract Agreement Date": agreed,
        COLUMNS[3]: basis,
        "Employer": " Harbour Hotel, Inc. ",
        "Union": "Dockers 7",
    }
    return [{**cells, **more}[name] for name in COLUMNS]


def fmcs(tmp_path: Path, *rows: list[str]) -> Path:
    """Write a file of rows."""
    path = tmp_path / "fmcs.csv"
    quoted = [",".join(f'"{cell}"' for cell in cells) for cells in (list(COLUMNS), *rows)]
    path.write_text("\n".join(quoted) + "\n", encoding="utf-8")
    return path


def test_an_agreement_reached_is_a_settlement_reported(desk: Desk, tmp_path: Path) -> None:
    """On the registry's word, with the day as told; never executed."""
    report = import_file(desk, CLERK, "fmcs", fmcs(tmp_path, row()))
    events = events_of(desk, "fmcs:1")
    assert report.refused == ()
    taken, *facts, settled = events
    assert isinstance(taken, CaseTakenOver)
    assert taken.names == {"employer": "Harbour Hotel, Inc.", "union": "Dockers 7"}
    assert [f.fact for f in facts if isinstance(f, FactReported)] == [
        "request_received",
        "mediator_assigned",
    ]
    assert isinstance(settled, SettlementReported)
    assert (settled.reported_on, settled.basis) == ("2022-04-12", "Agreement Reached")
    assert case_of(desk, "fmcs:1").seen_by({"joint": WHOLE}).outcome == "settlement_reported"


def test_times_without_a_zone_are_kept_as_they_stand(desk: Desk, tmp_path: Path) -> None:
    """They are when it happened by somebody's clock; no date runs from them."""
    import_file(desk, CLERK, "fmcs", fmcs(tmp_path, row()))
    file = case_of(desk, "fmcs:1")
    assert [f.occurred for f in file.frames] == [
        None,
        "2021-01-04T16:28:22",
        "2021-01-05T09:31:25",
        "2022-04-12",
    ]
    assert not file.seen_by({"joint": WHOLE}).deadlines.book


def test_a_date_without_an_agreement_is_no_settlement(desk: Desk, tmp_path: Path) -> None:
    """The case closes with the word of the source; the date is a fact told."""
    import_file(desk, CLERK, "fmcs", fmcs(tmp_path, row("Facility Closed", "2021-09-01")))
    *_, fact, closed = events_of(desk, "fmcs:1")
    assert isinstance(fact, FactReported)
    assert (fact.fact, fact.on) == ("agreement_date_stated", "2021-09-01")
    assert isinstance(closed, CaseClosed)
    assert (closed.outcome, closed.basis) == ("none", "Facility Closed")
    case = case_of(desk, "fmcs:1").seen_by({"joint": WHOLE})
    assert (case.phase, case.outcome) == (Phase.CLOSED, "closed_without_settlement")


def test_a_row_without_a_basis_is_open(desk: Desk, tmp_path: Path) -> None:
    """Whatever stands in its agreement date."""
    import_file(desk, CLERK, "fmcs", fmcs(tmp_path, row("", "2021-09-01"), row("", "")))
    for reference in ("fmcs:1", "fmcs:2"):
        assert case_of(desk, reference).seen_by({"joint": WHOLE}).outcome is None


def test_a_row_may_lack_a_time_or_a_day(desk: Desk, tmp_path: Path) -> None:
    """What is not recorded is left out."""
    bare = row(agreed="", **{"Received Date": "", "Initiated Date": "", "Union": ""})
    report = import_file(desk, CLERK, "fmcs", fmcs(tmp_path, bare))
    taken, settled = events_of(desk, "fmcs:1")
    assert report.refused == ()
    assert isinstance(taken, CaseTakenOver)
    assert isinstance(settled, SettlementReported)
    assert settled.reported_on is None


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "file"),
        (b"\xff\xfe", "file"),
        (b"Employer,Union\na,b\n", "file"),
        ((",".join(COLUMNS) + "\n").encode(), "file"),
        ((",".join(COLUMNS) + "\na,b\n").encode(), "row 1"),
        ((",".join(COLUMNS) + '\n"a"b,,,,,\n').encode(), "row 1"),
        ((",".join(COLUMNS) + "\n1 May,,,,E,U\n").encode(), "row 1: Received Date"),
        (
            (",".join(COLUMNS) + "\n2021-01-04T16:28:22Z,,,,E,U\n").encode(),
            "row 1: Received Date",
        ),
        ((",".join(COLUMNS) + "\n,,May,,E,U\n").encode(), "row 1: Contract Agreement Date"),
        ((",".join(COLUMNS) + "\n,,,,a\x07,U\n").encode(), "row 1: take-over-case"),
    ],
)
def test_a_malformed_file_of_rows_is_refused_whole(
    untouched: Desk, tmp_path: Path, content: bytes, field: str
) -> None:
    """The row and column are named, and nothing is recorded."""
    path = tmp_path / "fmcs.csv"
    path.write_bytes(content)
    before = untouched.ledger.reader.head()
    with pytest.raises(DecodeError) as caught:
        import_file(untouched, CLERK, "fmcs", path)
    assert caught.value.field.startswith(field)
    assert untouched.ledger.reader.head() == before


def test_a_case_of_a_source_has_one_id_for_ever(tmp_path: Path) -> None:
    """Ids follow from the source alone: its name and the place in it."""
    path = fmcs(tmp_path, row(), row())
    first, again = read_fmcs(path), read_fmcs(path)
    assert _ids(first) == _ids(again)
    assert [case.name for case in first] == ["fmcs:1", "fmcs:2"]
    assert _ids(first)[0][:2] == ["fmcs:1:1", "fmcs:1:2"]


def _ids(cases: list[SourceCase]) -> list[list[str]]:
    return [[entry.ask.id for entry in case.entries] for case in cases]


# ---------------------------------------------------------------- lines of commands


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Open a new ledger with everything that reads it."""
    settings = Settings(data=tmp_path / "ledger", operator="clerk")
    with open_house(settings, create=True, clock=FakeClock(START)) as house:
        yield house


def line(name: str, **fields: object) -> bytes:
    """Write one command."""
    return json.dumps({"command": name, "acting_for": "registry", **fields}).encode()


def opening(number: int) -> bytes:
    """Write a command that opens a case."""
    data = {
        "source": "old-register",
        "external_ref": f"old:{number}",
        "parties": ["A", "B"],
        "phase": "ENGAGED",
        "title": "Berth fees",
    }
    return line("take-over-case", id=f"open-{number}", data=data)


def fact(number: int) -> bytes:
    """Write a command in a case that another line opens."""
    data = {"fact": "request_received"}
    return line("report-fact", id=f"fact-{number}", case=f"old:{number}", data=data)


def test_lines_are_answered_one_by_one_in_order(house: House) -> None:
    """A line may name a case that the line before it opens."""
    lines = [opening(1), fact(1), b"", opening(2), b"{", fact(2), fact(3)]
    answers = list(run_commands(house.desk, house.desk.operator("clerk"), lines))
    told = [(a.id, a.done, a.failure, a.rule or a.field) for a in answers]
    assert told == [
        ("open-1", True, None, None),
        ("fact-1", True, None, None),
        ("open-2", True, None, None),
        ("", False, "unreadable", None),
        ("fact-2", True, None, None),
        ("fact-3", False, "refused", "case_is_known"),
    ]


def test_a_file_of_commands_names_the_lines_refused(house: House, tmp_path: Path) -> None:
    """A repeat adds nothing; a line too long is one refusal and no more."""
    path = tmp_path / "commands.jsonl"
    long = b'{"id": "' + b"x" * (3 * COMMAND_BYTES_MAX) + b'"}'
    path.write_bytes(b"\n".join([opening(1), b"", long, fact(1)]))
    clerk = house.desk.operator("clerk")
    report = import_file(house.desk, clerk, "commands", path)
    again = import_file(house.desk, clerk, "commands", path)
    assert [r.where for r in report.refused] == ["line 3"]
    assert (report.commands, report.accepted, report.recorded) == (3, 2, 2)
    assert (again.accepted, again.recorded) == (2, 0)


def test_commands_of_a_file_are_held_to_every_rule(house: House) -> None:
    """They are acts of the operator, not facts of a source: an irregular one is refused."""
    lines = [opening(1), line("close-evaluation", id="c", case="old:1")]
    *_, answer = run_commands(house.desk, house.desk.operator("clerk"), lines)
    assert answer.rule == "phase_allows_command"


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
def test_a_line_of_the_greatest_size_is_read_whole(ending: bytes) -> None:
    """And one a byte longer shows that it is."""
    fits, beyond = b"a" * COMMAND_BYTES_MAX, b"b" * (COMMAND_BYTES_MAX * 2)
    assert list(bounded_lines(io.BytesIO(fits + ending))) == [fits]
    long, after = bounded_lines(io.BytesIO(beyond + b"\nc" + ending))
    assert len(long) > COMMAND_BYTES_MAX
    assert after == b"c"


def test_a_proposal_accepted_in_a_source_is_never_called_settled(
    desk: Desk, tmp_path: Path
) -> None:
    """The dialogue ends with an acceptance; the case stays without an outcome."""
    file = take_in(desk, tmp_path, dialogue(7, *TALK))
    assert ProposalAccepted in {type(f.event) for f in file.frames}
    assert file.seen_by({"joint": WHOLE}).outcome is None
