"""The files of a case: neutrality, releases, parties, feedback, each for whoever may read it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ledger.errors import RuleViolation
from ledger.identity import Operator
from projections import feedback as feedback_rows
from projections import neutrality as neutrality_rows
from projections import parties as party_rows
from projections import releases as release_rows
from services.clock import FakeClock
from services.house import House
from services.reading import Eyes
from services.reading.feedback import Heard, feedback_over_time
from services.reading.listing import deadlines, obligations
from services.reading.neutrality import Filed, neutrality_file
from services.reading.party_set import PartyTold, party_list
from services.reading.proposals import proposals
from services.reading.releases import Released, release_desk
from services.reading.showing import show
from services.reading.sources import FromViews, from_record, sources
from services.reading.timeline import marks
from services.reading.trail import audit, corrections
from tests import examples
from tests.live.ledgers import clerk, give, line, opened, tell
from tests.spec import START, Order, do

JUDGE = Operator(name="judge", roles=("challenge",), auth="test")
SECRET = "heliotrope"
WORDING = "A sees room for movement on the price."
DISCLOSED = "Eight years ago my firm audited a supplier."
VIEWERS = ("registry", "party:A", "party:B", "mediator")
TIE = {"kind": "business_relation", "circumstance": DISCLOSED, "arises_at": "2018-04-01"}


def eyes(house: House, viewer: str | None = None, at: str | None = None) -> Eyes:
    """Look as the clerk, with the eyes named."""
    return Eyes(house, clerk(house), viewer, at)


def appointed_with_a_tie() -> list[Order]:
    """The candidate discloses a tie, which reaches both, is contested by B and waived by both."""
    *before, appointing = examples.constituted()
    disclosure = {"disclosure_id": "iyer-D1"}
    return [
        *before,
        do("disclose-conflict", by="candidate", **TIE),
        *(do("deliver-disclosure", **disclosure, party=party) for party in ("A", "B")),
        *(do("waive-conflict", by=p, **disclosure, statement="We waive it.") for p in ("A", "B")),
        appointing,
    ]


def confided() -> list[Order]:
    """A tells three things: one is released and conveyed, one revoked, one waits."""
    release = {"recipients": ["B"], "wording": WORDING}
    return [
        *examples.mediating(),
        *examples.caucused("A", SECRET),
        do("receive-in-caucus", by="A", text="We fear a strike."),
        do("receive-in-caucus", by="A", text="We need cash by May."),
        do("authorise-disclosure", by="A", item_id="C1", **release),
        do("convey-information", by="mediator", owner="A", authorisation_id="R1", wording=WORDING),
        do("authorise-disclosure", by="A", item_id="C2", **release),
        do("revoke-disclosure", by="A", authorisation_id="R2"),
    ]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Open a demo ledger, where everybody has any eyes."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path / "data", unbound=True, clock=clock) as made:
        yield made


def filed(house: House, case: str, viewer: str, at: str | None = None) -> list[Filed]:
    """Read the neutrality file."""
    return list(neutrality_file(eyes(house, viewer, at), case))


def desk(house: House, case: str, viewer: str) -> list[Released]:
    """Read the release desk."""
    return list(release_desk(eyes(house, viewer), case))


def members(house: House, case: str, viewer: str) -> dict[str, PartyTold]:
    """Read who is a party."""
    return {told.party: told for told in party_list(eyes(house, viewer), case)}


def heard(house: House, case: str | None, viewer: str) -> list[Heard]:
    """Read the feedback."""
    return list(feedback_over_time(eyes(house, viewer), case))


# Neutrality


def test_the_neutrality_file_tells_what_became_of_a_disclosure(house: House) -> None:
    """What was disclosed, to whom it was delivered, who waived it; times to object beside."""
    case = tell(house, appointed_with_a_tie())
    file = filed(house, case, "party:B")
    (disclosure,) = [one for one in file if one.what == "disclosure"]
    assert disclosure.matter == "iyer-D1"
    assert disclosure.contents["circumstance"] == DISCLOSED
    assert disclosure.stands == "delivered to A, B; waived by A, B"
    windows = [one for one in file if one.what == "objection window"]
    assert {one.parties for one in windows} == {("A",), ("B",)}
    assert {one.what for one in file} >= {"nomination", "declaration", "waiver", "appointment"}
    assert "inquiry" not in {one.what for one in file}, "inquiries are in the chair"
    assert "inquiry" in {one.what for one in filed(house, case, "registry")}


def test_a_note_of_a_disclosure_stands_for_it_where_nothing_else_is_read(house: House) -> None:
    """A candidate reads the chair alone; who reads the joint record too is told once."""
    *before, _ = appointed_with_a_tie()
    case = tell(house, before)
    notes = {"note of a disclosure", "disclosure"}
    for viewer, what in (
        (f"candidate:{examples.MEDIATOR}", "note of a disclosure"),
        ("registry", "disclosure"),
    ):
        told = [one.what for one in filed(house, case, viewer) if one.what in notes]
        assert told == [what]


def test_a_challenge_is_followed_to_its_decision(house: House) -> None:
    """Open, answered, decided; the reasons are read where they were given."""
    challenge = do("file-challenge", by="A", ground="It advises B.", person=examples.MEDIATOR)
    case = tell(house, [*examples.engaged(), challenge])

    def stands() -> str | None:
        return next(o.stands for o in filed(house, case, "party:B") if o.what == "challenge")

    assert stands() == "open"
    no = do("answer-challenge", by="mediator", challenge_id="CH1", answer="No.")
    assert give(house, no, case).done
    assert stands() == "answered"
    before = filed(house, case, "party:B")[-1].entry
    verdict = {"challenge_id": "CH1", "outcome": "upheld", "reasons": "A close tie."}
    order = line(do("decide-challenge", by="challenge", **verdict), case)
    assert house.desk.submit(order, JUDGE, "command line").result().done
    assert stands() == "upheld"
    then = next(o for o in filed(house, case, "party:B", before) if o.what == "challenge")
    assert then.stands == "answered", "as of then"
    told = {v: [o.contents for o in filed(house, case, v) if o.what == "reasons"] for v in VIEWERS}
    assert {"reasons": "A close tie."} in told["registry"]
    assert told["party:B"] == []


# Releases


def test_the_release_desk_keeps_the_exact_words_and_where_they_stand(house: House) -> None:
    """Waiting, conveyed to whom and when, revoked; for the owner and the mediator alike."""
    case = tell(house, confided())
    for viewer in ("party:A", "mediator"):
        told = {line.item_id: line for line in desk(house, case, viewer) if line.item_id}
        stands = {name: line.stands for name, line in told.items()}
        assert stands == {"C1": "conveyed", "C2": "revoked", "C3": "waiting"}
        assert (told["C1"].words, told["C1"].of) == (WORDING, SECRET)
        assert [telling.to for telling in told["C1"].told] == [("B",)]
        assert told["C2"].spared == ("B",)
        assert told["C3"].words == "We need cash by May."


def test_a_recipient_reads_what_it_was_told_and_not_from_whom(house: House) -> None:
    """The words alone; the registry and others read nothing at all."""
    case = tell(house, confided())
    (told,) = desk(house, case, "party:B")
    assert (told.stands, told.words, told.owner, told.item_id) == ("received", WORDING, None, None)
    assert desk(house, case, "registry") == []


def test_a_release_whose_time_is_over_says_so(house: House) -> None:
    """It depends on the moment looked from alone; nothing is recorded."""
    *steps, _, _, _ = confided()
    until = (START + timedelta(days=2)).isoformat()
    late = do(
        "authorise-disclosure",
        by="A",
        item_id="C2",
        recipients=["B"],
        wording="x",
        valid_until=until,
    )
    case = tell(house, [*steps[:-1], late])
    before = next(line for line in desk(house, case, "party:A") if line.item_id == "C2")
    assert (before.stands, before.waits) == ("released", ("B",))
    assert isinstance(house.clock, FakeClock)
    house.clock.set(START + timedelta(days=3))
    after = next(line for line in desk(house, case, "party:A") if line.item_id == "C2")
    assert (after.stands, after.waits) == ("over", ())


# Parties


def test_a_party_has_a_course_and_people_with_powers(house: House) -> None:
    """When it joined, who may do what until when, who doubts it."""
    ends = (START + timedelta(days=300)).isoformat()
    case = tell(house, examples.engaged())
    sent = {"person": "person:holt", "powers": ["negotiate", "settle"]}
    orders = (
        do("authorise-representative", by="B", **sent, ends=ends, limits="Not below 1 M."),
        do(
            "authorise-representative",
            by="B",
            person="person:ek",
            powers=["negotiate"],
            capacity="counsel",
        ),
        do("question-authority", by="A", party="B", person="person:holt", ground="No resolution."),
        do("revoke-authority", by="B", person="person:ek"),
    )
    for order in orders:
        answer = give(house, order, case)
        assert answer.done, answer.why
    told = members(house, case, "party:B")
    assert told["A"].requesting
    assert told["B"].consent == "consented"
    assert told["B"].name == "Party B Ltd"
    assert [step.what for step in told["B"].steps][:4] == [
        "named",
        "invited",
        "served",
        "consented",
    ]
    assert told["B"].joined is not None
    assert told["B"].joined.what == "consented"
    people = {held.person: held for held in told["B"].representatives}
    assert people["person:holt"].live
    assert people["person:holt"].limits == "Not below 1 M."
    assert [doubt.by for doubt in people["person:holt"].doubts]
    assert (people["person:ek"].live, people["person:ek"].capacity) == (False, "counsel")
    by_a = {held.person: held for held in members(house, case, "party:A")["B"].representatives}
    assert by_a["person:holt"].limits is None, "what its party limits is the party's own"
    assert by_a["person:holt"].powers == ("negotiate", "settle")


def test_who_leaves_is_told_with_the_entry_that_says_so(house: House) -> None:
    """It was a party from then to then."""
    case = tell(house, examples.mediating(("A", "B", "C")))
    assert give(house, do("withdraw-consent", by="C", reason="Enough."), case).done
    told = members(house, case, "party:A")
    assert told["C"].joined is not None
    assert told["C"].left is not None
    assert (told["C"].left.what, told["C"].consent) == ("withdrew", "withdrawn")
    assert told["B"].left is None


# Feedback


def evaluated(house: House, first: dict[str, Any], second: dict[str, Any]) -> str:
    """Close a case, hear both sides and the mediator, and share the parties' answers."""
    case = tell(house, examples.closed())
    orders = (
        do("give-feedback", by="A", answers=first, consent_to_use=True, remark=SECRET),
        do("give-feedback", by="B", answers=second, consent_to_use=True),
        do("give-mediator-feedback", by="mediator", answers={"satisfied_process": 5}),
        do("share-feedback", to=["review", "chair"]),
    )
    for order in orders:
        answer = give(house, order, case)
        assert answer.done, answer.why
    return case


def test_a_mediator_sees_its_feedback_over_time_without_names(house: House) -> None:
    """Case after case, the parties' answers and its own apart; never words, never who."""
    cases = [
        evaluated(house, {"heard": 5, "pushed": 1}, {"heard": 2, "pushed": 1}),
        evaluated(house, {"heard": 4}, {"heard": 5}),
    ]
    told = heard(house, None, "mediator")
    assert [(one.number, one.origin) for one in told] == [
        (case, origin) for case in cases for origin in ("mediator", "parties")
    ]
    first, later = (one for one in told if one.origin == "parties")
    assert (first.by, first.remark, first.count) == (None, None, 2)
    answers = {one.question: one for one in first.answers}
    assert answers["heard"].answers == (2, 5)
    (once_more,) = later.answers
    assert (once_more.mean, once_more.mean_so_far, once_more.cases_so_far) == (4.5, 4.0, 2)
    assert SECRET not in msgspec.json.encode(told).decode()


def test_a_mediator_reads_no_other_mediators_own_words(tmp_path: Path) -> None:
    """Of two in one seat each reads its own; the registry reads both."""
    with opened(tmp_path, clock=FakeClock(START, timedelta(minutes=1))) as house:
        looking = Eyes(house, replace(clerk(house), name="iyer", roles=("mediator",)))
        assert looking.is_own("person:iyer")
        assert not looking.is_own("person:lind")
        assert Eyes(house, clerk(house)).is_own("person:lind")


def test_a_party_reads_its_own_feedback_alone(house: House) -> None:
    """The registry reads whose it is, and counts it once."""
    case = evaluated(house, {"heard": 5}, {"heard": 2})
    (own,) = heard(house, case, "party:B")
    assert (own.by, own.answers[0].answers) == ("B", (2,))
    told = heard(house, case, "registry")
    assert [one.origin for one in told] == ["party", "party", "mediator", "parties"]
    assert told[1].answers[0].mean_so_far == 3.5
    assert told[3].answers[0].mean_so_far == 3.5


def test_a_reviewer_reads_the_review_room_alone(house: House) -> None:
    """What was shared with it, without names; not even the number of the case."""
    case = evaluated(house, {"heard": 5}, {"heard": 2})
    check = {"reviewer": "person:berg", "opinion": "no_sign"}
    assert give(house, do("compute-checklist"), case).done
    assert give(house, do("complete-bias-check", **check), case).done
    (shown,) = show(eyes(house, "review"), None)
    assert [entry.type for entry in shown.timeline] == ["feedback-shared", "bias-check-completed"]
    assert (shown.number, shown.parties) == (None, ())
    (told,) = heard(house, None, "review")
    assert told.answers[0].answers == (2, 5)


def test_a_reviewer_has_its_own_eyes_and_no_others(tmp_path: Path) -> None:
    """An operator with the role sees the cases in which something was told to it, and no more."""
    with opened(tmp_path, clock=FakeClock(START, timedelta(minutes=1))) as house:
        tell(house, examples.registered())
        added = do("add-operator", name="berg", roles=["review"])
        assert give(house, added).done
        berg = house.desk.operator("berg")
        assert list(feedback_over_time(Eyes(house, berg), None)) == []
        assert list(neutrality_file(Eyes(house, berg), None)) == []
        with pytest.raises(RuleViolation) as refused:
            Eyes(house, berg, "registry")
        assert refused.value.rule == "viewer_is_within_role"
        with pytest.raises(RuleViolation) as refused:
            Eyes(house, clerk(house), "review")
        assert refused.value.rule == "viewer_is_within_role"


# Contests, beside the entry everywhere


def contested(house: House, steps: list[Order], target: str) -> str:
    """Tell a case in which B contests an entry and the registry answers."""
    case = tell(house, steps)
    answer = give(house, do("contest-entry", by="B", target=target, position="Not so."), case)
    assert answer.done, answer.why
    ref = f"{answer.events[0].room}:{answer.events[0].seq}"
    assert give(house, do("answer-contest", target=ref, answer="The receipt is filed."), case).done
    return case


def test_an_objection_and_its_answer_stand_beside_the_entry(house: House) -> None:
    """In the timeline, the trail, the proposals, the dates and the files alike."""
    case = tell(house, [*examples.mediating(), examples.tabled()])
    seen = eyes(house, "party:A")
    (proposal,) = proposals(seen, case)
    date = next(deadlines(seen, case))
    first = next(neutrality_file(seen, case))
    joined = members(house, case, "party:A")["B"].joined
    assert joined is not None
    for target in {proposal.tabled, date.entry, first.entry, joined.entry}:
        answer = give(house, do("contest-entry", by="B", target=target, position="Not so."), case)
        assert answer.done, answer.why
        ref = f"{answer.events[0].room}:{answer.events[0].seq}"
        assert give(house, do("answer-contest", target=ref, answer="It is."), case).done
    (shown,) = show(seen, case)
    found = [
        next(one for one in shown.timeline if one.entry == proposal.tabled).contests,
        next(proposals(seen, case)).contests,
        next(d for d in deadlines(seen, case) if d.entry == date.entry).contests,
        next(neutrality_file(seen, case)).contests,
        members(house, case, "party:A")["B"].contests[joined.entry],
    ]
    for (contest,) in found:
        assert (contest.by, contest.position) == ("B", "Not so.")
        assert [reply.answer for reply in contest.replies] == ["It is."]
    entry = next(one for one in shown.timeline if one.entry == proposal.tabled)
    assert any("answered by" in mark for mark in marks(entry))
    row = next(r for r in audit(seen, case) if f"{r['room']}:{r['seq']}" == proposal.tabled)
    assert row["contests"][0].position is None, "the trail has no words"
    assert any("answered by" in text for text in corrections(row))


# The law, offices, twins


def everything(house: House, case: str | None, viewer: str) -> list[Any]:
    """Read every file with somebody's eyes, without what names this very ledger."""
    seen = eyes(house, viewer)
    found: list[Any] = [
        *neutrality_file(seen, case),
        *release_desk(seen, case),
        *party_list(seen, case),
        *feedback_over_time(seen, case),
        *obligations(seen, case),
        *deadlines(seen, case),
    ]
    return [replace(one, case_id="") for one in found]


@pytest.mark.parametrize("viewer", ["registry", "auditor"])
def test_views_and_record_tell_an_office_the_same_files(house: House, viewer: str) -> None:
    """Rows kept in the views, and content opened for them, are those folded from the events."""
    evaluated(house, {"heard": 5}, {"heard": 2})
    contested(house, appointed_with_a_tie(), "joint:3")
    looking = eyes(house, viewer)
    for kept in sources(looking, None):
        assert isinstance(kept, FromViews)
        anew = from_record(looking.look(kept.listed.case_id.replace("-", "")))
        for module in (neutrality_rows, release_rows, party_rows, feedback_rows):
            mine, theirs = kept.rows(module.PROJECTION), anew.rows(module.PROJECTION)
            for kind in module.PROJECTION.kinds:
                assert mine.all(kind) == theirs.all(kind)
    one_by_one = [
        one for case in ("GO-2026-0001", "GO-2026-0002") for one in everything(house, case, viewer)
    ]
    assert sorted(map(str, everything(house, None, viewer))) == sorted(map(str, one_by_one))


def test_sealed_words_are_shown_in_no_file(house: House) -> None:
    """Neither from the views nor from the record."""
    case = tell(house, appointed_with_a_tie())
    ref = next(o.entry for o in filed(house, case, "registry") if o.what == "disclosure")
    sealing = do("seal-content", target=ref, ground="order", approved_by="person:berg")
    answer = give(house, sealing, case)
    assert answer.done, answer.why
    for asked in (case, None):
        found = list(neutrality_file(eyes(house, "registry"), asked))
        told = next(one for one in found if one.what == "disclosure")
        assert (told.contents, told.erased, told.sealed_by is not None) == ({}, False, True)


def twin(house: House, clock: FakeClock, *private: Order) -> str:
    """Tell one history, each act at its own minute, whatever A does in private."""
    case: str | None = None
    for n, order in enumerate(appointed_with_a_tie()):
        clock.set(START + timedelta(minutes=n))
        case = give(house, replace(order, id=f"act-{n}"), case).case or case
    for n, order in enumerate(examples.mediating()[len(examples.constituted()) :], start=100):
        clock.set(START + timedelta(minutes=n))
        answer = give(house, replace(order, id=f"act-{n}"), case)
        assert answer.done, answer.why
    for order in private:
        answer = give(house, order, case)
        assert answer.done, answer.why
    assert case is not None
    return case


def test_what_b_sees_does_not_change_with_what_a_does_in_private(tmp_path: Path) -> None:
    """A told, released, revoked and limited its people, or did not: B's files are the same."""
    caucus = [
        *examples.caucused("A", SECRET),
        do("authorise-disclosure", by="A", item_id="C1", recipients=["B"], wording=WORDING),
        do("revoke-disclosure", by="A", authorisation_id="R1"),
    ]
    seen = []
    for name, private in (("one", []), ("other", caucus)):
        clock = FakeClock(START)
        with opened(tmp_path / name, unbound=True, clock=clock) as house:
            case = twin(house, clock, *private)
            seen.append((everything(house, case, "party:B"), everything(house, None, "party:B")))
    assert seen[0] == seen[1]
    assert seen[0][0]


def test_a_mediator_cannot_tell_whose_answer_is_whose(tmp_path: Path) -> None:
    """Twins in which A and B gave each other's answers look alike to mediator and reviewer."""
    seen = []
    for name, first, second in (("one", 5, 2), ("other", 2, 5)):
        with opened(tmp_path / name, unbound=True, clock=FakeClock(START)) as house:
            case = evaluated(house, {"heard": first}, {"heard": second})
            told = [heard(house, case, "mediator"), heard(house, None, "review")]
            seen.append([[replace(one, case_id="") for one in found] for found in told])
    assert seen[0] == seen[1]
