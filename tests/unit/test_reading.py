"""Reading gives each viewer what it may read, from any moment, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec.structs import replace

from ledger.errors import DecodeError, LedgerError, RuleViolation
from ledger.identity import Operator
from ledger.negotiation.proposal import Status
from ledger.terms import Clause, Money
from projections import replay
from services.clock import FakeClock
from services.house import House
from services.library import PROJECTIONS
from services.reading import Eyes, next_acts, words
from services.reading.changes import diff
from services.reading.listing import cases, deadlines, find, obligations
from services.reading.moment import read_moment
from services.reading.proposals import proposals
from services.reading.replaying import replayed
from services.reading.showing import Shown, show
from services.reading.sources import FromRecord, FromViews, folded, from_record, sources
from services.reading.summary import summary
from services.reading.timeline import Entry, marks
from services.reading.trail import audit
from tests import examples
from tests.live.ledgers import clerk, give, opened, tell
from tests.spec import START, Order, do

CANARY = "heliotrope"
NAMES = {"A": "Ports du Léman", "B": "ميناء بِرِفِك"}
PORT = "ميناء برفك"
"""The name of B without its vowel signs."""
TITLE = "Fees at the inner berth"


def history(*private: Order) -> list[Order]:
    """Tell a mediation with a counter-proposal, and in between what A does in private."""
    opening, *rest = examples.mediating()
    opening = do("request-mediation", **{**opening.data, "names": NAMES, "title": TITLE}, by="A")
    return [
        opening,
        *rest,
        examples.tabled("A"),
        *private,
        examples.tabled("B", [examples.clause(text="1.1 M EUR")], answers="P1"),
    ]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a demo ledger, where everybody has any eyes, with one mediation in it."""
    folder = tmp_path_factory.mktemp("told")
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(folder, unbound=True, clock=clock) as house:
        number = tell(house, history(*examples.caucused("A", CANARY)))
        yield house, number


def eyes(house: House, viewer: str | None = None, at: str | None = None) -> Eyes:
    """Look as the clerk, with the eyes named."""
    return Eyes(house, clerk(house), viewer, at)


def one(house: House, case: str, viewer: str | None = None, at: str | None = None) -> Shown:
    """Show one case."""
    return next(show(eyes(house, viewer, at), case))


def entry(shown: Shown, kind: str) -> Entry:
    """Find the one entry of a type."""
    return next(e for e in shown.timeline if e.type == kind)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("joint:12", ("joint", 12)),
        ("caucus:B@2:5", ("caucus:B@2", 5)),
        ("2026-03-02T10:00:00+01:00", START),
        ("2026-03-02T10:00:00+01:00[Europe/Oslo]", START),
        (None, None),
    ],
)
def test_a_moment_is_an_instant_or_an_entry(text: str | None, moment: object) -> None:
    """Both forms of the command line are read."""
    assert read_moment(text) == moment


@pytest.mark.parametrize("text", ["2026-03-02T10:00:00", "2026-03-02", "yesterday", "joint:0"])
def test_a_moment_that_could_be_several_is_refused(text: str) -> None:
    """A time without an offset, a day, a word and an entry that cannot be are misuse."""
    with pytest.raises(DecodeError):
        read_moment(text)


def everything(house: House, case: str, viewer: str) -> str:
    """Return all that reading gives a viewer of a case, as one text."""
    looking = eyes(house, viewer)
    found: list[Any] = [
        one(house, case, viewer),
        list(cases(looking, case)),
        list(proposals(looking, case)),
        list(audit(looking, case)),
        list(deadlines(looking, case)),
        list(obligations(looking, case)),
        list(replayed(looking, case)),
        diff(looking, case, "joint:1", None),
    ]
    return msgspec.json.encode(found).decode()


@pytest.mark.parametrize("viewer", ["party:A", "mediator"])
def test_a_caucus_is_read_by_those_who_were_there(told: tuple[House, str], viewer: str) -> None:
    """What A said in confidence is opened for A and for the mediator."""
    assert CANARY in everything(*told, viewer)


@pytest.mark.parametrize("viewer", ["party:B", "registry", "auditor"])
def test_a_caucus_is_not_read_by_others(told: tuple[House, str], viewer: str) -> None:
    """Neither its words nor its room reach anybody else, in any command."""
    text = everything(*told, viewer)
    assert CANARY not in text
    assert "caucus:A" not in text


def test_no_position_or_version_reaches_a_reader(told: tuple[House, str]) -> None:
    """Where an event lies in the store would tell of what lies beside it."""
    house, case = told
    rows = list(audit(eyes(house), case))
    assert not {"position", "version", "room_id"} & set(rows[0])


def twin(house: House, clock: FakeClock, *private: str) -> str:
    """Tell the history, each of its acts at its own minute, whatever A says in private."""
    case: str | None = None
    for n, order in enumerate(history()):
        clock.set(START + timedelta(minutes=n))
        answer = give(house, replace(order, id=f"act-{n}"), case)
        case = case or answer.case
        if order.name == "table-proposal" and order.by == "A":
            for said in private:
                for secret in examples.caucused("A", said):
                    assert give(house, secret, case).done
    assert case is not None
    return case


def test_twins_look_alike_to_the_other_side(tmp_path: Path) -> None:
    """Two histories that differ in A's caucus alone give B the same digest and the same view."""
    seen = []
    for name, private in (("one", ()), ("other", ("We go to 1.0.",))):
        clock = FakeClock(START)
        with opened(tmp_path / name, unbound=True, clock=clock) as house:
            case = twin(house, clock, *private)
            (cut,) = replayed(eyes(house, "party:B"), case)
            shown = one(house, case, "party:B")
            told = [replace(line, event_id="") for line in shown.timeline]
            seen.append((cut.digest, told, replace(shown, timeline=(), case_id="")))
    assert seen[0] == seen[1]


def test_a_case_looks_as_it_did_then(tmp_path: Path) -> None:
    """What is shown as of an instant is what was shown at that instant, for every viewer."""
    steps = history(*examples.caucused("A", CANARY))
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path, unbound=True, clock=clock) as house:
        case = tell(house, steps[:12])
        then = clock.now()
        viewers = ("registry", "party:A", "party:B", "mediator")
        before = [one(house, case, viewer, then.isoformat()) for viewer in viewers]
        for order in steps[12:]:
            assert give(house, order, case).done
        after = [one(house, case, viewer, then.isoformat()) for viewer in viewers]
    assert before == after


def test_an_entry_names_the_moment_it_was_recorded(told: tuple[House, str]) -> None:
    """Looking from an entry shows that entry as the last."""
    house, case = told
    shown = one(house, case, "party:B", "joint:9")
    assert shown.seen["joint"] == 9
    assert shown.as_of == max(e.recorded for e in shown.timeline)


@pytest.mark.parametrize("at", ["caucus:A:1", "caucus:C:1", "joint:9999"])
def test_an_entry_one_may_not_read_is_as_one_that_is_not_there(
    told: tuple[House, str], at: str
) -> None:
    """B learns nothing of A's caucus by naming its entries."""
    house, case = told
    with pytest.raises(RuleViolation) as refused:
        one(house, case, "party:B", at)
    assert refused.value.rule == "entry_is_known"
    assert refused.value.why == f"there is no entry {at} here"


def test_nobody_sees_what_it_could_not_see_then(told: tuple[House, str]) -> None:
    """Before B was invited, the case was not there for B."""
    house, case = told
    asked = one(house, case, "party:A").timeline[0].recorded
    with pytest.raises(RuleViolation) as refused:
        one(house, case, "party:B", asked.isoformat())
    assert refused.value.rule == "case_is_known"
    assert one(house, case, "party:A", asked.isoformat()).phase == "REQUESTED"


@pytest.mark.parametrize("at", ["joint:1", "joint:9999", None])
def test_no_entry_tells_of_a_case_that_cannot_be_seen(
    told: tuple[House, str], at: str | None
) -> None:
    """Somebody who is no party gets the words for a case that is not there, whatever it names."""
    house, case = told
    looking = eyes(house, "party:Z", at)
    with pytest.raises(RuleViolation) as shown:
        looking.look(case)
    with pytest.raises(RuleViolation) as compared:
        diff(looking, case, at or "joint:1", None)
    for refused in (shown.value, compared.value):
        assert (refused.rule, refused.why) == ("case_is_known", f"there is no case {case!r}")


@contextmanager
def bound(folder: Path) -> Iterator[tuple[House, str]]:
    """Open a ledger that is no demo, so that eyes are held to roles."""
    with opened(folder, clock=FakeClock(START, timedelta(minutes=1))) as house:
        number = tell(house, examples.registered())
        added = {"name": "iyer", "roles": ["mediator"]}
        assert give(house, do("add-operator", by="registry", **added)).done
        yield house, number


def refusal(house: House, operator: Operator, case: str | None, viewer: str | None) -> LedgerError:
    """Return how a look is refused."""
    with pytest.raises(LedgerError) as refused:
        list(Eyes(house, operator, viewer).looks(case))
    return refused.value


@pytest.mark.parametrize("case", [True, False])
@pytest.mark.parametrize("viewer", ["party:A", "mediator", "auditor"])
def test_eyes_beyond_ones_role_are_refused(tmp_path: Path, viewer: str, *, case: bool) -> None:
    """The registry does not look with the eyes of a party, in one case or in all."""
    with bound(tmp_path) as (house, number):
        refused = refusal(house, clerk(house), number if case else None, viewer)
        assert isinstance(refused, RuleViolation)
        assert refused.rule == "viewer_is_within_role"


def test_a_case_one_may_not_see_is_as_one_that_is_not_there(tmp_path: Path) -> None:
    """A mediator without a seat in it gets the same words for both, and an empty list."""
    with bound(tmp_path) as (house, number):
        iyer = house.desk.operator("iyer")
        hidden, absent = (refusal(house, iyer, case, None) for case in (number, "GO-1999-0001"))
        assert str(hidden).replace(number, "X") == str(absent).replace("GO-1999-0001", "X")
        assert list(Eyes(house, iyer).looks(None)) == []


def test_an_analyst_needs_a_grant(told: tuple[House, str]) -> None:
    """No grant was given, and the refusal says so."""
    with pytest.raises(RuleViolation) as refused:
        eyes(told[0], "analyst:study-7")
    assert refused.value.rule == "grant_is_known"


@pytest.mark.parametrize("viewer", ["registry", "auditor"])
def test_views_and_record_tell_an_office_the_same(told: tuple[House, str], viewer: str) -> None:
    """Rows kept in the views are the rows folded from the events."""
    house, case = told
    looking = eyes(house, viewer)
    anew = from_record(looking.look(case))
    reading = sources(looking, None)
    kept = next(reading)
    assert isinstance(kept, FromViews)
    assert isinstance(anew, FromRecord)
    assert kept.listed == anew.listed
    assert list(kept.audit()) == list(anew.audit())
    assert kept.proposals() == anew.proposals()
    rows = kept.proposals()
    assert [kept.clauses(row) for row in rows] == [anew.clauses(row) for row in rows]
    assert kept.dates() == anew.dates()
    assert list(reading) == []


def test_a_case_is_listed_under_the_names_of_the_documents(told: tuple[House, str]) -> None:
    """Other programs rely on these keys."""
    house, case = told
    (document,) = msgspec.json.decode(msgspec.json.encode(list(cases(eyes(house), None))))
    assert document["number"] == case
    assert document["parties"] == ["A", "B"]
    assert {"case_id", "external_ref", "phase", "outcome"} <= set(document)


def test_a_counter_proposal_tells_what_it_changes(told: tuple[House, str]) -> None:
    """It follows what it answers, with the differences of its clauses."""
    house, case = told
    first, counter = proposals(eyes(house, "party:A"), case)
    assert (first.kind, first.status, first.differences) == ("first", "countered", ())
    assert (counter.answers, counter.depth, counter.kind) == ("P1", 1, "counter")
    (difference,) = counter.differences
    assert difference.new is not None
    assert difference.new.text == "1.1 M EUR"


def test_a_proposal_is_told_under_the_names_of_the_documents(told: tuple[House, str]) -> None:
    """Other programs rely on these keys."""
    first = next(proposals(eyes(told[0]), told[1]))
    document = msgspec.json.decode(msgspec.json.encode(first))
    wanted = {"case_id", "external_ref", "proposal_id", "by", "kind", "answers", "status"}
    assert wanted <= set(document)
    (clause,) = document["clauses"]
    assert clause["issue"] == "berth fee"
    assert clause["params"] == {"amount": {"amount": "1300000", "currency": "EUR"}}


def test_no_status_is_worded_as_a_settlement() -> None:
    """What was accepted binds nobody until it is signed."""
    assert "binds nobody" in words.STATUS_WORDS["accepted"]
    assert set(get_args(Status)) <= set(words.STATUS_WORDS)
    assert not any("settle" in text for text in words.STATUS_WORDS.values())


def test_a_late_entry_says_so_and_stands_where_it_happened(tmp_path: Path) -> None:
    """It is told at its own hour, with the mark; before it, the silence."""
    with opened(tmp_path, unbound=True, clock=FakeClock(START)) as house:
        case = tell(house, examples.registered())
        assert isinstance(house.clock, FakeClock)
        house.clock.set(START + timedelta(days=30))
        happened = (START + timedelta(days=20)).isoformat()
        late = do("issue-invitation", party="B", carrier="courier", at_occurred=happened)
        assert give(house, late, case).done
        shown = one(house, case)
    found = entry(shown, "invitation-issued")
    assert found.at == START + timedelta(days=20)
    assert "recorded 10 days later" in marks(found)
    assert found.silence_days == 19


def test_an_erased_entry_says_so(tmp_path: Path) -> None:
    """Its frame is told, its words are not."""
    with opened(tmp_path, unbound=True, clock=FakeClock(START)) as house:
        case = tell(house, examples.registered())
        for kept in eyes(house).look(case).kept:
            house.ledger.keys.destroy_slots([(kept.sealed.block, kept.sealed.slot)])
        shown = one(house, case)
    assert shown.title is None
    assert entry(shown, "request-registered").erased
    assert CANARY not in msgspec.json.encode(shown).decode()


def test_a_difference_names_what_changed(told: tuple[House, str]) -> None:
    """Between two entries: the facts that moved, in sentences, and the events in between."""
    house, case = told
    shown = one(house, case, "party:B")
    first = entry(shown, "proposal-tabled").entry
    found = diff(eyes(house, "party:B"), case, first, None)
    says = [change.says for change in found.changes]
    assert "proposal joint/P1: status open → countered" in says
    assert any(text.startswith("proposal joint/P2 came: by B") for text in says)
    assert "counter-proposal-tabled" in [event.type for event in found.events]
    assert "proposal-tabled" not in [event.type for event in found.events]


def test_a_difference_runs_forward(told: tuple[House, str]) -> None:
    """The later moment first is misuse."""
    house, case = told
    with pytest.raises(DecodeError):
        diff(eyes(house), case, "joint:9", "joint:3")


def test_nothing_changed_between_a_moment_and_itself(told: tuple[House, str]) -> None:
    """No change, no event."""
    house, case = told
    found = diff(eyes(house), case, "joint:9", "joint:9")
    assert (found.changes, found.events) == ((), ())


def test_a_digest_follows_the_viewers_cut(told: tuple[House, str]) -> None:
    """The same twice, another for a viewer who reads more."""
    house, case = told
    a, again, b = (
        next(replayed(eyes(house, viewer), case)).digest
        for viewer in ("party:A", "party:A", "party:B")
    )
    assert a == again != b


def test_the_registry_is_told_what_every_role_may_do(told: tuple[House, str]) -> None:
    """It enters what others tell it of; a party is told its own acts alone."""
    house, case = told
    registry = next_acts(house, clerk(house), case, "registry")
    party = next_acts(house, clerk(house), case, "party:B")
    assert {"registry", "party:A", "mediator"} <= {act.by for act in registry.acts}
    assert {act.by for act in party.acts} == {"party:B"}
    assert [act.may for act in party.acts] == sorted((a.may for a in party.acts), reverse=True)
    assert any(date.on and "validity" in date.what for date in party.deadlines)


@pytest.mark.parametrize("wanted", ["leman", "LÉMAN", PORT, "inner berth", "GO-2026"])
def test_a_case_is_found_by_its_names(told: tuple[House, str], wanted: str) -> None:
    """Accents, case and vowel signs do not matter."""
    house, case = told
    for viewer in ("registry", "party:B"):
        assert [found.number for found in find(eyes(house, viewer), wanted)] == [case]


@pytest.mark.parametrize("wanted", [CANARY, "nobody"])
def test_a_case_is_not_found_by_what_is_no_name(told: tuple[House, str], wanted: str) -> None:
    """Words of a caucus are in no index."""
    assert list(find(eyes(told[0], "party:A"), wanted)) == []


def test_a_case_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    """The others are shown, and the fault is kept to be told."""
    with opened(tmp_path, unbound=True, clock=FakeClock(START)) as house:
        broken, whole = (tell(house, examples.registered()) for _ in range(2))
        house.views.bring_to_head()
        case_id = house.resolve(broken, clerk(house))
        with house.ledger.reader.recorder.datastore.writing() as connection:
            connection.execute(
                "UPDATE stored_events SET state = zeroblob(40) WHERE originator_id = ?",
                (case_id.hex,),
            )
        looking = eyes(house)
        assert [shown.number for shown in show(looking, None)] == [whole]
        assert len(looking.faults) == 1


def test_an_entry_needs_its_case(told: tuple[House, str]) -> None:
    """Every case has a joint:9, so it names no moment for all of them."""
    with pytest.raises(DecodeError):
        list(eyes(told[0], at="joint:9").looks(None))


def test_where_a_case_stands_is_said_in_words(told: tuple[House, str]) -> None:
    """The names of the parties, the date that runs, the proposal on the table."""
    house, case = told
    said = dict(summary(one(house, case, "party:A")))
    assert said["phase"] == "MEDIATING"
    assert NAMES["B"] in said["party B"]
    assert "waits for A" in said["proposal P2"]


def test_a_look_opens_nothing_it_does_not_see(told: tuple[House, str]) -> None:
    """An event outside the viewer's rooms is not there to be opened."""
    house, case = told
    look = eyes(house, "party:B").look(case)
    assert not look.sees("caucus:A", 1)
    assert {kept.frame.room for kept in look.kept} <= set(look.rights)
    with pytest.raises(KeyError):
        look.open("caucus:A:1")


@pytest.mark.parametrize("viewer", ["registry", "party:A", "party:B", "mediator"])
def test_the_fold_of_what_is_seen_is_the_fold_of_all_cut(
    told: tuple[House, str], viewer: str
) -> None:
    """Filtering what was folded is folding what was filtered."""
    house, case = told
    record, _ = eyes(house, viewer).record(case)
    look = eyes(house, viewer).look(case)
    whole = replay.fold(PROJECTIONS, [kept.read for kept in record.kept])
    assert replay.digest(whole.cut(look.rights)) == replay.digest(folded(look, *PROJECTIONS))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Ports du Léman", "Ports du Léman"), ("ميناء", "\u2068ميناء\u2069"), ("A", "A")],  # noqa: RUF001 - Arabic
)
def test_right_to_left_names_are_isolated(text: str, shown: str) -> None:
    """They turn nothing around beside them, and the marks go out again."""
    assert words.isolated(text) == shown
    assert words.unmarked(shown) == text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "not recorded"),
        (True, "yes"),
        ("in_principle", "in principle"),
        ("person:holt", "holt"),
        (("A", "B"), "A, B"),
        ((), "none"),
        (Money("1300000.00", "EUR"), "1300000.00 EUR"),
        ({"A": 2, "B": 1}, "A: 2; B: 1"),
        (Clause("c1", "fee", "Half.", {"share": "50 %"}), "fee: Half. (share = 50 %)"),
    ],
)
def test_values_are_said_in_words(value: object, said: str) -> None:
    """Nothing is shown as a program writes it."""
    assert words.plain(value) == said


@pytest.mark.parametrize(
    ("occurred", "known", "exact"),
    [
        (None, False, False),
        ("2026-03-02T09:00:00Z", True, True),
        ("2026-03-02T10:00:00", True, False),
        ("2026-03-02", True, False),
        ("in spring", False, False),
    ],
)
def test_a_time_is_known_as_far_as_it_was_recorded(
    occurred: str | None, *, known: bool, exact: bool
) -> None:
    """A time without a zone is placed by the case's own, and not called exact."""
    at, is_exact = words.happened(occurred, ZoneInfo("Europe/Oslo"))
    assert ((at is not None), is_exact) == (known, exact)


def test_library_pages_every_case_once(told: tuple[House, str]) -> None:
    """Ids come from the views, each once."""
    house, case = told
    house.views.bring_to_head()
    ids = list(house.views.case_ids())
    assert ids == [house.resolve(case, clerk(house))]
    assert all(isinstance(found, UUID) for found in ids)


def test_a_view_that_is_not_there_cannot_be_rebuilt(told: tuple[House, str]) -> None:
    """The names of those that are there stand in the refusal."""
    house, _ = told
    with pytest.raises(DecodeError, match="no view 'nothing'"):
        house.views.rebuild("nothing")
    assert house.views.rebuild("cases") == house.views.position()
