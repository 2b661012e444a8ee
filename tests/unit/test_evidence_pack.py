"""An evidence pack proves the procedure and the settlement, and holds nothing of the talks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from ledger.catalogue import EVENTS
from ledger.envelope import Content, Event, Frame, tag_of
from ledger.errors import RuleViolation
from ledger.record.events import EntryVoided
from ledger.seal import verify
from services.clock import FakeClock
from services.exports import evidence, whitelist
from services.exports.custody import check_fields
from services.exports.folders import FOLDERS, GROUND_WORDS, GROUNDS
from services.exports.whitelist import check_known, select
from services.house import House
from services.reading import Eyes
from services.reading.accesses import Accessed
from services.seals import key_history
from tests import examples
from tests.live.ledgers import clerk, opened, tell
from tests.spec import START, Spec, given

CANARY = "heliotrope"
EXCLUDED_KINDS = ("proposal", "caucus", "statement", "summary", "option", "interest", "feedback")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a demo ledger with a case that was settled after a proposal and a caucus."""
    clock = FakeClock(START, timedelta(minutes=1))
    settled = list(examples.settled())
    first_after = len(list(examples.mediating()))
    private = examples.caucused("A", CANARY)
    history = [*settled[:first_after], examples.tabled(), *private, *settled[first_after:]]
    with opened(tmp_path_factory.mktemp("told"), unbound=True, clock=clock) as house:
        yield house, tell(house, history)


def packed(
    told: tuple[House, str], viewer: str, target: Path, purpose: whitelist.Purpose = "enforcement"
) -> Path:
    """Make a pack."""
    house, case = told
    eyes = Eyes(house, clerk(house), viewer)
    (path,) = evidence.packs(eyes, case, target, evidence.About(purpose, "The Court"))
    return path


def types(path: Path) -> set[str]:
    """List the types of entries in a pack."""
    lines = [line for file in path.glob("rooms/*.jsonl") for line in file.read_text().splitlines()]
    frames = [msgspec.json.decode(line).get("frame") for line in lines]
    return {msgspec.json.decode(frame)["event"]["type"] for frame in frames if frame}


@pytest.mark.parametrize("viewer", ["registry", "party:B"])
@pytest.mark.parametrize("name", ["pack", "pack.zip"])
def test_a_pack_is_verified_like_a_bundle(
    told: tuple[House, str], tmp_path: Path, viewer: str, name: str
) -> None:
    """By the same program, against the same key."""
    path = packed(told, viewer, tmp_path / name)
    pinned = verify.parse_pins(key_history(told[0].ledger.folder).keys[0].key)
    result = verify.examine([path], pinned)
    assert (result.exit, result.cause) == (0, "")
    (found,) = result.findings
    assert found.what == "pack"
    assert found.told["recipient"] == "The Court"
    assert sum(room.hidden for room in found.rooms) > 0


def test_a_pack_has_the_sixteen_folders(told: tuple[House, str], tmp_path: Path) -> None:
    """Each with a page, and what the record holds for it."""
    path = packed(told, "registry", tmp_path / "p")
    folders = sorted(each.name for each in path.iterdir() if each.name[:2].isdigit())
    assert folders == [folder.path for folder in FOLDERS]
    assert [name[:2] for name in folders] == [f"{n:02}" for n in range(16)]
    page = (path / "15-conformity" / "index.html").read_text()
    assert all(ground in page for ground, _, _ in GROUNDS)
    omitted = (path / "14-omissions" / "index.html").read_text()
    assert all(words in omitted for words in GROUND_WORDS.values())
    assert "settlement-executed" in (path / "01-settlement" / "index.html").read_text()
    assert "impartiality-declared" in (path / "06-mediator" / "index.html").read_text()


def test_nothing_of_the_talks_is_in_a_pack(told: tuple[House, str], tmp_path: Path) -> None:
    """No proposal, no caucus, no word of them, on no page and in no entry."""
    path = packed(told, "registry", tmp_path / "p")
    found = types(path)
    assert "settlement-executed" in found
    assert not [tag for tag in found if tag.startswith(EXCLUDED_KINDS)]
    for file in (each for each in path.rglob("*") if each.is_file() and each.name != "verify.py"):
        text = file.read_text()
        assert CANARY not in text
        assert "berth fee" not in text, file
        assert file.parent.name == "14-omissions" or "proposal-tabled" not in text, file


def test_performance_is_for_enforcement_alone(told: tuple[House, str], tmp_path: Path) -> None:
    """A pack for a defence leaves the folder empty."""
    text = "Nothing is recorded"
    path = packed(told, "party:A", tmp_path / "p", "defence")
    assert text in (path / "10-performance" / "index.html").read_text()


def test_custody_tells_who_of_the_institution_opened_the_record(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """By the registry's pack; in a party's it says who is asked. No room beside those of a pack."""
    house, case = told
    for viewer in ("registry", "party:B", "party:A", "mediator"):
        look = Eyes(house, clerk(house), viewer).look(case)
        look.opened(look.kept[0])
    page = (packed(told, "registry", tmp_path / "r") / "13-custody" / "index.html").read_text()
    assert "joint:" in page
    assert "gol/log/" in page
    for word in ("caucus", "desk:", "party:A", "party:B", ">mediator<"):
        assert word not in page
    page = (packed(told, "party:B", tmp_path / "b") / "13-custody" / "index.html").read_text()
    assert "told to the registry alone" in page


def test_a_field_of_the_access_log_nobody_decided_on_stops_it_too() -> None:
    """Closed, as for events."""
    fields = Accessed.__struct_fields__
    check_fields(fields)
    for other in ((*fields, "words"), fields[:-1]):
        with pytest.raises(RuleViolation, match="pack_knows_every_event"):
            check_fields(other)


def test_the_rules_are_named_by_hash(told: tuple[House, str], tmp_path: Path) -> None:
    """Under which the mediation was held."""
    house, case = told
    pinned = Eyes(house, clerk(house), "registry").look(case).case.intake.profile
    assert pinned is not None
    page = packed(told, "registry", tmp_path / "p") / "05-agreement-to-mediate" / "index.html"
    assert pinned.hash in page.read_text()


def test_only_registry_and_parties_take_packs(told: tuple[House, str], tmp_path: Path) -> None:
    """A mediator takes none, nor an auditor."""
    for viewer in ("mediator", "auditor"):
        with pytest.raises(RuleViolation, match="viewer_takes_packs"):
            packed(told, viewer, tmp_path / "p")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("tag", sorted(EVENTS))
def test_every_type_of_event_is_decided_on(tag: str) -> None:
    """With each of its fields: it may go into a pack, or it may not and why."""
    check_known(EVENTS[tag])
    known = whitelist.whitelist()
    assert (tag in known.include) != (tag in known.exclude)


def test_the_list_names_no_type_that_there_is_not() -> None:
    """It was renamed, or never there."""
    known = whitelist.whitelist()
    assert {*known.include, *known.exclude} == set(EVENTS)
    assert {rule.folder for rule in known.include.values()} <= set(range(len(FOLDERS)))


def test_what_is_protected_is_excluded() -> None:
    """Whatever is protected elsewhere is protected here, but for the titles of documents."""
    known = whitelist.whitelist()
    protected = {tag for tag, kind in EVENTS.items() if kind.admissibility == "protected"}
    assert protected & set(known.include) == {"document-submitted"}
    assert known.include["document-submitted"].when == "outside"


class Novelty(Event, frozen=True, kw_only=True, tag="novelty-noted"):
    """A type on which nobody has decided."""

    row = "X1"
    says = "news"
    what: str = ""
    words: Content[str | None] = UNSET


def test_an_unknown_type_stops_the_making_of_a_pack() -> None:
    """Closed, not open (I-20)."""
    with pytest.raises(RuleViolation, match="pack_knows_every_event"):
        check_known(Novelty)


@pytest.mark.parametrize("tag", ["settlement-executed", "objection-raised"])
def test_an_unknown_field_stops_it_too(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that an event gained later, in its frame or its content."""
    known = whitelist.whitelist()
    rule: Any = known.include[tag]
    for change in ({"frame": rule.frame[1:]}, {"content": (*rule.content, "more")}):
        less = msgspec.structs.replace(rule, **change)
        listed = whitelist.Whitelist({**known.include, tag: less}, known.exclude, known.access)
        monkeypatch.setattr(whitelist, "whitelist", lambda listed=listed: listed)
        with pytest.raises(RuleViolation, match="pack_knows_every_event"):
            check_known(EVENTS[tag])


def tag(frame: Frame[Any]) -> str:
    """Name the type of an entry."""
    kind: type[Event] = type(frame.event)
    return tag_of(kind)


def frames_of(spec: Spec) -> list[Any]:
    """Return what the registry reads."""
    eyes = spec.file.rights("registry")
    return [frame for frame in spec.file.frames if frame.seq in eyes.get(frame.room, ())]


def test_a_pack_of_a_case_without_settlement_holds_no_instrument() -> None:
    """Nor anything that hangs on one."""
    selection = select(frames_of(given(examples.drafted())), "v2", "enforcement")
    assert not {one.folder for one in selection.picked} & {1, 2, 3, 8, 10}


def test_a_profile_may_provide_for_none() -> None:
    """Some institutions give nothing to courts."""
    with pytest.raises(RuleViolation, match="profile_allows_evidence_pack"):
        select(frames_of(given(examples.settled())), "none", "enforcement")


def test_a_correction_goes_with_what_it_corrects() -> None:
    """And with nothing else: it would name the type of what is left out."""
    spec = given(examples.mediating(), examples.tabled())
    frames = frames_of(spec)
    shown = next(f for f in frames if tag(f) == "mediator-appointed")
    hidden = next(f for f in frames if tag(f) == "proposal-tabled")
    for target, goes_in in ((shown, True), (hidden, False)):
        about = tag(target)
        void = EntryVoided(
            target=target.ref, about=about, ground="duplicate", approved_by="person:second"
        )
        last = msgspec.structs.replace(frames[-1], event=void, seq=99, room="joint")
        picked = {one.ref for one in select([*frames, last], "v2", "enforcement").picked}
        assert ("joint:99" in picked) is goes_in
