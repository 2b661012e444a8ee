"""What a viewer takes away proves itself, and holds what that viewer may read."""

import json
import re
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ledger.act import Ask
from ledger.errors import DecodeError, RuleViolation
from ledger.seal import verify
from ledger.seal.proofs import write_document
from services.actor_keys import KeyFile, public_of, signed
from services.clock import FakeClock
from services.exports.disclose import disclose
from services.house import House
from services.reading import Eyes
from services.reading.receipts import receipt
from services.seals import begin_log_anew, key_history, rotate_key, tick_now
from tests import examples
from tests.live.ledgers import CLERK, clerk, give, line, opened, tell
from tests.spec import START, Order, do

pytestmark = pytest.mark.live
CANARY = "heliotrope"
GRANTED = {"result": "granted", "ground": "no_longer_needed", "basis": "It is fulfilled."}
MAIN = "from services.cli import main; main()"
VIEWERS = ("party:A", "party:B", "mediator", "registry", "auditor")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a demo ledger with a case in which A told the mediator something."""
    clock = FakeClock(START, timedelta(minutes=1))
    with opened(tmp_path_factory.mktemp("told"), unbound=True, clock=clock) as house:
        private = examples.caucused("A", CANARY)
        number = tell(
            house, [*examples.mediating(), examples.tabled(), *private, examples.accepted()]
        )
        yield house, number


def taken(told: tuple[House, str], viewer: str, target: Path, *, force: bool = False) -> Path:
    """Take the bundle of a viewer."""
    house, case = told
    (path,) = disclose(Eyes(house, clerk(house), viewer), case, target, force=force)
    return path


def pinned(house: House) -> verify.Policy:
    """Trust the key of a ledger's log."""
    return verify.parse_pins(key_history(house.ledger.folder).keys[0].key)


def holds(house: House, path: Path) -> verify.Finding:
    """Expect a bundle to hold against the log's key."""
    result = verify.examine([path], pinned(house), keep=True)
    assert result.exit == 0, (result.cause, result.why)
    return result.findings[0]


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_everybodys_bundle_holds(
    told: tuple[House, str], tmp_path: Path, viewer: str, name: str
) -> None:
    """For party, mediator, registry and auditor, with every entry they may read."""
    found = holds(told[0], taken(told, viewer, tmp_path / name))
    look = Eyes(told[0], clerk(told[0]), viewer).look(told[1])
    assert sorted(one.entry for room in found.rooms for one in room.entries or ()) == sorted(
        kept.frame.ref for kept in look.kept
    )
    assert not any(room.hidden for room in found.rooms)
    assert not found.remarks


def test_a_confidence_is_in_no_other_bundle(told: tuple[House, str], tmp_path: Path) -> None:
    """Neither its words nor its room, in any file."""
    a = taken(told, "party:A", tmp_path / "a")
    assert CANARY in "".join(path.read_text() for path in a.rglob("*.jsonl"))
    room = next(r.room for r in holds(told[0], a).rooms if r.name == "caucus:A")
    for viewer in ("party:B", "registry", "auditor"):
        path = taken(told, viewer, tmp_path / viewer)
        for file in (each for each in path.rglob("*") if each.is_file()):
            text = file.read_text()
            assert CANARY not in text
            assert room not in text
            if file.name != "verify.py":
                assert "caucus:A" not in text


def masked(path: Path) -> dict[str, str]:
    """Read a bundle with everything masked that is drawn at random: hashes, salts, places, ids."""
    rules = (
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "U"),
        (r"gol/log/[0-9a-f]+/[0-9a-f]+(\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+)?", "LOG"),
        (r"\u2014 LOG [A-Za-z0-9+/=]+", "SIGNATURE"),
        (r"[A-Za-z0-9+/]{43}=", "ROOT"),
        (r"[0-9a-f]{32,64}", "H"),
        (r'"(index|bytes)": ?[0-9]+', "N"),
    )

    def mask(text: str) -> str:
        for pattern, word in rules:
            text = re.sub(pattern, word, text)
        return text

    files = sorted(each for each in path.rglob("*") if each.is_file())
    told: dict[str, str] = {}
    for file in files:
        name = mask(str(file.relative_to(path)))
        told[name] = told.get(name, "") + mask(file.read_text())
    return told


def twin(folder: Path, private: Iterable[Order]) -> dict[str, str]:
    """Tell a history in which A also did something alone; return B's bundle, masked."""
    shared = [*examples.mediating(), examples.tabled(), examples.accepted()]
    begun = len(shared) - 2
    clock = FakeClock(START)
    with opened(folder / "data", unbound=True, clock=clock) as house:
        case = None
        for number, order in enumerate(shared):
            for hidden in private if number == begun else ():
                assert give(house, hidden, case).done
            clock.set(START + timedelta(hours=number))
            answer = give(house, msgspec.structs.replace(order, id=f"o{number}"), case)
            assert answer.done, (order.name, answer.rule, answer.why)
            case = case or answer.case
        assert case is not None
        return masked(taken((house, case), "party:B", folder / "bundle"))


def test_twins_give_the_other_side_the_same_bundle(tmp_path: Path) -> None:
    """What A told the mediator alone, and how much of it, changes nothing in B's files."""
    without, plus = twin(tmp_path / "0", ()), twin(tmp_path / "1", examples.caucused("A", CANARY))
    assert without.keys() == plus.keys()
    for name, text in without.items():
        assert text == plus[name], name


def test_the_page_says_how_to_check_and_what_is_not_proven(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """In words for people, with no address and no script."""
    page = (taken(told, "party:B", tmp_path / "b") / "index.html").read_text()
    for words in (
        "How to check this record",
        "What is not proven",
        "That what was recorded is true",
        "no review by anybody outside",
        "What happened",
    ):
        assert words in page
    assert not re.search(r"<script|href=|src=|url\(", page)


def test_the_verifier_beside_it_checks_it(told: tuple[House, str], tmp_path: Path) -> None:
    """Called with nothing, it looks at its own folder."""
    path = taken(told, "party:A", tmp_path / "a")
    assert (path / "verify.py").read_bytes() == Path(verify.__file__).read_bytes()
    key = key_history(told[0].ledger.folder).keys[0].key
    for words, status in (([f"--key={key}"], 0), ([], 2)):
        command = [sys.executable, "-I", "-S", str(path / "verify.py"), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (status, "")


def test_a_bundle_is_for_its_owner_alone(told: tuple[House, str], tmp_path: Path) -> None:
    """Nobody else on the machine reads it, and nothing is left beside it."""
    path = taken(told, "party:A", tmp_path / "a")
    whole = taken(told, "party:A", tmp_path / "a.zip")
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(f.stat().st_mode) for f in path.rglob("*") if f.is_file()} == {0o600}
    assert stat.S_IMODE(whole.stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "a.zip"]


def test_nothing_is_replaced_by_chance(told: tuple[House, str], tmp_path: Path) -> None:
    """A bundle when asked to; any other folder never."""
    path = taken(told, "party:A", tmp_path / "a")
    with pytest.raises(DecodeError, match="there already"):
        taken(told, "party:A", path)
    taken(told, "party:B", path, force=True)
    assert json.loads((path / "bundle.json").read_text())["viewer"] == "party:B"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    with pytest.raises(DecodeError, match="there already"):
        taken(told, "party:A", tmp_path / "mine", force=True)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "mine"


def test_a_viewer_without_bundles_is_told(told: tuple[House, str], tmp_path: Path) -> None:
    """The body that decides challenges takes none."""
    with pytest.raises(RuleViolation, match="viewer_takes_bundles"):
        taken(told, "challenge", tmp_path / "c")
    assert not list(tmp_path.iterdir())


def test_what_is_sealed_is_not_opened(tmp_path: Path) -> None:
    """Its frame is there, its words are not, and the bundle holds."""
    with opened(tmp_path / "led", unbound=True, clock=FakeClock(START)) as house:
        statement = examples.tabled()
        number = tell(house, [*examples.mediating(), statement])
        frames = house.load(house.resolve(number, clerk(house))).frames
        last = next(f for f in reversed(frames) if f.event.row == "F5")
        seal = do(
            "seal-content",
            by="registry",
            target=last.ref,
            ground="misdisclosure",
            approved_by="person:second",
            reason="It reached the wrong side.",
            at_room="joint",
        )
        answer = give(house, seal, number)
        assert answer.done, (answer.rule, answer.why)
        path = taken((house, number), "party:B", tmp_path / "b")
        found = holds(house, path)
        (one,) = [e for room in found.rooms for e in room.entries or () if e.content == "sealed"]
        assert one.entry == last.ref
        lines = "".join(p.read_text() for p in path.rglob("*.jsonl"))
        assert "clauses" not in lines


def test_what_was_erased_prints_with_its_legal_basis(tmp_path: Path) -> None:
    """It is counted, its words are gone, and a bundle taken before still holds."""
    with opened(tmp_path / "led", unbound=True, clock=FakeClock(START)) as house:
        case = tell(house, [*examples.mediating(), *examples.caucused("A", CANARY)])
        before = taken((house, case), "party:A", tmp_path / "before")
        orders = (
            do("add-operator", name="officer", roles=["protection"]),
            do("request-erasure", by="A", targets=["caucus:A:2"]),
            do("assess-erasure", by="protection", erasure_id="party:A/1", **GRANTED),
            do("execute-erasure", erasure_id="party:A/1"),
        )
        for order in orders:
            officer = house.desk.operator("officer" if order.by == "protection" else CLERK)
            named = None if order.name == "add-operator" else case
            answer = house.desk.handle(line(order, named), officer, "command line")
            assert answer.done, (order.name, answer.rule, answer.why)
        after = taken((house, case), "party:A", tmp_path / "after")
        found = holds(house, after)
        (one,) = [e for room in found.rooms for e in room.entries or () if e.content == "erased"]
        assert one.entry == "caucus:A:2"
        assert one.basis.startswith("no_longer_needed (caucus:A:")
        assert CANARY not in "".join(p.read_text() for p in after.rglob("*") if p.is_file())
        assert verify.examine([before, after], pinned(house)).exit == 0


def test_a_signed_act_is_called_signed_by_its_actor(tmp_path: Path) -> None:
    """From the key file of the party to the report of the verifier."""
    file = KeyFile(owner="party:A", seed="03" * 32)
    with opened(tmp_path / "led", unbound=True, clock=FakeClock(START)) as house:
        bind = do("bind-key", by="registry", **msgspec.to_builtins(public_of(file)))
        case = tell(house, [*examples.mediating(), bind])
        order = examples.tabled(by="A")
        asked = msgspec.json.decode(line(order, case), type=Ask)
        asked = msgspec.structs.replace(asked, actor=file.owner)
        done = msgspec.json.encode(signed(asked, file, bytes(32)))
        answer = house.desk.handle(done, clerk(house), "command line")
        assert answer.done, (answer.rule, answer.why)
        found = holds(house, taken((house, case), "party:B", tmp_path / "b"))
        entries = [one for room in found.rooms for one in room.entries or ()]
        (one,) = [each for each in entries if each.type == "proposal-tabled"]
        assert one.stands == "signed by its actor"
        assert {"command", "data.clauses"} <= {*one.signed}


def test_the_first_key_verifies_after_a_new_key_and_a_new_log(tmp_path: Path) -> None:
    """Who pinned it in the first year still verifies, through every handover."""
    with opened(tmp_path / "led", unbound=True, clock=FakeClock(START)) as house:
        case = tell(house, examples.mediating())
        tick_now(house)
        first = pinned(house)
        rotate_key(house, "the year is over")
        taken((house, case), "party:A", tmp_path / "rotated.zip")
        begin_log_anew(house, "restored from a backup")
        assert give(house, examples.tabled(), case).done
        taken((house, case), "party:A", tmp_path / "anew")
        history = key_history(house.ledger.folder).keys
        assert len(history) == 3
        for policy in (first, verify.parse_pins(history[1].key)):
            for name in ("rotated.zip", "anew"):
                result = verify.examine([tmp_path / name], policy)
                assert result.exit == 0, (name, result.cause, result.why)
        last = verify.parse_pins(history[2].key)
        assert verify.examine([tmp_path / "anew"], last).exit == 0
        assert verify.examine([tmp_path / "rotated.zip"], last).exit == 1


def test_a_receipt_is_checked_by_the_same_verifier(told: tuple[House, str], tmp_path: Path) -> None:
    """Against a pinned key, beside a bundle, and refused once a byte of its proofs is another."""
    house, case = told
    look = Eyes(house, clerk(house), "party:B").look(case)
    command = look.kept[5].frame.command
    path = tmp_path / "receipt.json"
    path.write_bytes(write_document(receipt(Eyes(house, clerk(house), "party:B"), command, case)))
    bundle = taken(told, "party:B", tmp_path / "b")
    assert verify.examine([path, bundle], pinned(house)).exit == 0
    assert verify.examine([path], verify.Policy()).exit == 2
    raw = path.read_bytes()
    at = raw.index(b'"proof":["') + 12
    path.write_bytes(raw[:at] + (b"0" if raw[at : at + 1] != b"0" else b"1") + raw[at + 1 :])
    assert verify.examine([path], pinned(house)).cause == "root_does_not_match"


def test_a_bundle_as_of_then_holds_no_more_than_then(tmp_path: Path) -> None:
    """Its rooms end there; what came later is in the hashes above it."""
    with opened(tmp_path / "led", unbound=True, clock=FakeClock(START)) as house:
        case = tell(house, [*examples.mediating(), examples.tabled()])
        eyes = Eyes(house, clerk(house), "party:B", "joint:12")
        (path,) = disclose(eyes, case, tmp_path / "b")
        joint = next(room for room in holds(house, path).rooms if room.name == "joint")
        assert (joint.count, joint.hidden > 0) == (12, True)
        assert "proposal-tabled" not in "".join(p.read_text() for p in path.rglob("*.jsonl"))


@pytest.mark.slow
def test_the_command_line_exports_and_verifies(told: tuple[House, str], tmp_path: Path) -> None:
    """Each in one line, with the status of the verifier."""
    house, case = told

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", MAIN, "--data", str(house.ledger.folder), *words]
        environment = {"GOODOFFICES_OPERATOR": CLERK, "PATH": "/usr/bin:/bin"}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    path = tmp_path / "b.zip"
    done = run("export", case, "--for", "party:B", "--format", "bundle", "-o", str(path))
    assert (done.returncode, done.stdout.strip()) == (0, str(path)), done.stderr
    key = key_history(house.ledger.folder).keys[0].key
    checked = run("verify", str(path), "--key", key)
    assert (checked.returncode, checked.stdout.split(":")[0]) == (0, "VERIFIED"), checked.stderr
    assert run("verify", str(path)).returncode == 2
    path.write_bytes(path.read_bytes()[:-1])
    refused = run("verify", str(path), "--key", key, "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["cause"] == "zip_is_not_as_written"


def test_every_case_goes_into_a_folder(told: tuple[House, str], tmp_path: Path) -> None:
    """A bundle a case, named by its number."""
    house, case = told
    eyes = Eyes(house, clerk(house), "registry")
    assert [path.name for path in disclose(eyes, None, tmp_path / "all")] == [case]


def test_an_older_bundle_still_holds_beside_a_newer_one(
    told: tuple[House, str], tmp_path: Path
) -> None:
    """Both are of one log that only grew."""
    house, case = told
    before = taken(told, "party:B", tmp_path / "before")
    assert give(house, examples.tabled(proposal_id="P2"), case).done
    after = taken(told, "party:B", tmp_path / "after")
    assert verify.examine([before, after], pinned(house)).exit == 0
    assert len(holds(house, after).sealed) > len(holds(house, before).sealed)
