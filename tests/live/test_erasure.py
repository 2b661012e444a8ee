"""What was erased is gone: from files, logs, streams, restored backups, and for whoever guesses."""

import asyncio
import hashlib
import hmac
import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET
from nats.aio.client import Client

from ledger.answer import Answer
from ledger.catalogue import decode_command
from ledger.errors import CaseBusy
from ledger.identity import identify
from ledger.keys import KeyGone
from ledger.store import repeats
from ledger.store.sealing import (
    CONTENT_MARK,
    FRAME_MARK,
    Sealed,
    content_with_salt,
    frame_with_salt,
    parse,
    room_of,
)
from projections.search import Index
from services.clock import FakeClock
from services.desk import read_ask
from services.eraser import PAGE, Eraser
from services.exports.taking import Taking, take
from services.exports.write import export
from services.house import House
from services.laid_exports import EXPORTS_FOLDER
from services.nats.forgetting import EVENT_ID, forget
from services.nats.jetstream import JetStream
from services.nats.server import read_credentials
from services.nats.subjects import feed_stream
from services.reading.erasures import Certificate, certificates
from services.reading.eyes import Eyes
from services.reading.proposals import proposals
from services.reading.showing import show
from services.reading.trail import audit
from tests import examples
from tests.live.broker import on_connection
from tests.live.hooks import Office, receiving
from tests.live.ledgers import CLERK, ROOT, clerk, feeding, give, line, opened, tell
from tests.live.serving import environment, events_of, run, serving, subscribing, until
from tests.spec import START, Order, do

pytestmark = pytest.mark.live

SECRET = "We would go down to 800 k."
ITEM = "caucus:A:2"
HEX = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
GRANT = {"result": "granted", "ground": "no_longer_needed", "basis": "Its purpose is fulfilled."}


def as_officer(house: House, order: Order, case: str) -> Answer:
    """Let the data-protection officer give an order."""
    return house.desk.handle(line(order, case), house.desk.operator("officer"), "command line")


def granted(house: House, case: str, by: str = "A", **what: Any) -> str:  # noqa: ANN401 - a command's own fields
    """Have an erasure asked for and granted; return its id."""
    asked = give(house, do("request-erasure", by=by, **what), case)
    assert asked.done, asked.why
    label = "registry" if by == "registry" else f"party:{by}"
    eyes = house.load(house.resolve(case, clerk(house))).rights("registry")
    record = house.load(house.resolve(case, clerk(house))).seen_by(eyes).record
    name = [one for one in record.erasures.asked if one.startswith(f"{label}/")][-1]
    order = do("assess-erasure", by="protection", erasure_id=name, **GRANT)
    answer = as_officer(house, order, case)
    assert answer.done, answer.why
    return name


def execute(house: House, case: str, name: str) -> None:
    """Carry an erasure out; its keys are still there."""
    answer = give(house, do("execute-erasure", erasure_id=name), case)
    assert answer.done, answer.why


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a ledger with an officer, and a case in which A said something in caucus."""
    folder = tmp_path / "data"
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as house:
        give(house, do("add-operator", name="officer", roles=["protection"]))
        feeding(house)
        steps = [*examples.mediating(), *examples.caucused(said=SECRET), examples.tabled(by="A")]
        tell(house, steps)
    return folder


CASE = "GO-2026-0001"


def sealed_of(house: House, ref: str) -> Sealed:
    """Return an entry as it is stored."""
    case_id = house.resolve(CASE, clerk(house))
    version = house.load(case_id).version_of(ref)
    return parse(house.ledger.reader.recorder.stream(case_id, version - 1, limit=1)[0][2])


def wrapped_key(folder: Path, house: House, ref: str) -> bytes:
    """Return the stored bytes of an entry's key."""
    sealed = sealed_of(house, ref)
    house.ledger.keys.content_key(sealed.block, sealed.slot)
    slots = house.ledger.keys._read_slots(sealed.block)
    found = slots[sealed.slot * 40 : sealed.slot * 40 + 40]
    assert any(found in path.read_bytes() for path in files(folder)), "it lies in a file"
    return found


def files(folder: Path) -> Iterator[Path]:
    """List every file of a folder."""
    return (path for path in folder.rglob("*") if path.is_file())


def text_of(house: House, ref: str) -> object:
    """Return what an entry says, as trusted code reads it."""
    case_id = house.resolve(CASE, clerk(house))
    frames = house.ledger.reader.all_opened(case_id)
    return next(frame.event.text for frame in frames if frame.ref == ref)


def test_no_file_holds_the_key_and_no_backup_of_the_ledger_can_be_read(
    folder: Path, tmp_path: Path
) -> None:
    """Key store, its log, a restored ledger of yesterday; who guesses lacks the salt."""
    backup = tmp_path / "yesterday"
    shutil.copytree(folder, backup)
    with opened(folder) as house:
        wrapped = wrapped_key(folder, house, ITEM)
        assert text_of(house, ITEM) == SECRET
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        assert Eraser(house.ledger, house.clock).catch_up() == house.ledger.reader.head()
        assert text_of(house, ITEM) is UNSET
        sealed = sealed_of(house, ITEM)
        assert [path for path in files(folder) if wrapped in path.read_bytes()] == []
    shutil.rmtree(backup / "keys")
    shutil.copytree(folder / "keys", backup / "keys")
    with opened(backup) as restored:
        assert text_of(restored, ITEM) is UNSET
        with pytest.raises(KeyGone):
            restored.ledger.keys.content_key(sealed.block, sealed.slot)


def left_in(house: House) -> set[bytes]:
    """Return what a guess can be compared with: all 32 bytes in whatever still opens."""
    found: set[bytes] = set()
    keys = house.ledger.keys
    for read, sealed in house.ledger.reader.read_case(house.resolve(CASE, clerk(house))):
        plain = sealed.leaf + frame_with_salt(sealed, keys.frame_key(read.room_id))[1]
        with suppress(KeyGone):
            plain += content_with_salt(sealed, keys.content_key(sealed.block, sealed.slot))[1]
        found.update(bytes.fromhex(digits.decode()) for digits in HEX.findall(plain))
    return found


def guess_made(house: House, command: str, *, salt: bytes) -> int | None:
    """Try a million sentences, the true one among them, with all that is left; name the hit.

    Each is tried as what repeats are told by, now and formerly, as commitments of content and
    frame, and plainly; with every secret of the key store that goes into one of them.
    """
    left, secret = left_in(house), house.ledger.keys.secret("commands")
    asking = asked_in_caucus(house, command)
    marks = (b"", CONTENT_MARK, FRAME_MARK)
    begun = [hashlib.sha256(mark + known) for mark in marks for known in {b"", salt}]
    for thousand in range(1_000_000):
        said = b"We would go down to %d k." % thousand
        what = asking.replace(b"@", said)
        part = hmac.digest(secret, b"\0" + what, "sha256")
        old = hmac.digest(secret, what, "sha256")
        tried = [part, old, hmac.digest(old, b"caucus:A", "sha256")]
        content = b'{"$asked":"%s","text":"%s"}' % (part.hex().encode(), said)
        for begin in begun:
            hashed = begin.copy()
            hashed.update(content)
            tried.append(hashed.digest())
        tried.append(hashlib.sha256(said).digest())
        if not left.isdisjoint(tried):
            return thousand
    return None


def asked_in_caucus(house: House, command: str) -> bytes:
    """Write the command by which A spoke as the ledger did, `@` in the place of what it said."""
    told = do("receive-in-caucus", by="A", text="@")
    file = house.load(house.resolve(CASE, clerk(house)))
    ask = read_ask(line(msgspec.structs.replace(told, id=command), CASE))
    identity = identify(ask, clerk(house), file)
    command_given = decode_command(ask.command, bytes(ask.data))
    return repeats.asked(file.case_id, ask, command_given, identity)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_guess_can_be_tested_with_all_that_is_left(folder: Path, tmp_path: Path) -> None:
    """By whoever holds the living key store too, and the ledger of yesterday beside it.

    Before the erasure the same search hits, by what tells repeats and by the commitment.
    """
    backup = tmp_path / "yesterday"
    shutil.copytree(folder, backup)
    with opened(folder) as house:
        file = house.load(house.resolve(CASE, clerk(house)))
        command = file.frames[file.version_of(ITEM) - 1].command
        assert guess_made(house, command, salt=b"") == 800
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        Eraser(house.ledger, house.clock).catch_up()
        sealed = sealed_of(house, ITEM)
        key = house.ledger.keys.frame_key(room_of(sealed.leaf))
        salt = frame_with_salt(sealed, key)[0]
        left = left_in(house)
        assert guess_made(house, command, salt=salt) is None
        again = msgspec.structs.replace(do("receive-in-caucus", by="A", text=SECRET), id=command)
        assert [w.seq for w in give(house, again, CASE).events] == [2], "known by its id alone"
        other = msgspec.structs.replace(again, data={"text": "Something else."})
        assert give(house, other, CASE) == give(house, again, CASE)
    shutil.rmtree(backup / "keys")
    shutil.copytree(folder / "keys", backup / "keys")
    with opened(backup) as restored:
        assert left_in(restored) <= left, "nothing but what was tried"


def test_readers_show_it_as_erased_with_its_legal_basis(folder: Path) -> None:
    """From the event on, before any key is destroyed: show, trail, proposals, exports, search."""
    with opened(folder) as house:
        ref = "joint:1"
        tabled = next(one.tabled for one in proposals(Eyes(house, clerk(house)), CASE))
        for target in (ref, tabled):
            execute(house, CASE, granted(house, CASE, by="registry", targets=[target]))
        for viewer in ("party:B", "registry"):
            eyes = Eyes(house, clerk(house), viewer)
            shown = next(show(eyes, CASE))
            gone = {e.entry: e.erasure for e in shown.timeline if e.erased}
            assert set(gone) == {ref, tabled}
            assert shown.erased == 2
            why = gone[ref]
            assert why is not None
            assert (why.ground, why.basis) == ("no_longer_needed", GRANT["basis"])
            for case in (CASE, None):
                trail = {f"{r['room']}:{r['seq']}": r["erasure"] for r in audit(eyes, case)}
                assert trail[ref] == why
                (told,) = proposals(eyes, case)
                assert told.erased
                assert told.clauses == ()
                assert told.erasure is not None
        out = folder.parent / "out.json"
        list(export(Eyes(house, clerk(house), "party:B"), CASE, "json", out))
        document = json.loads(out.read_text("utf-8"))
        assert document["case"]["erased"] == 2
        erased = {e["entry"]: e["erasure"]["ground"] for e in document["events"] if e["erased"]}
        assert erased == {ref: "no_longer_needed", tabled: "no_longer_needed"}
        page = folder.parent / "out.html"
        list(export(Eyes(house, clerk(house), "party:B"), CASE, "html", page))
        assert GRANT["basis"] in page.read_text("utf-8")


def test_the_search_forgets_names_when_a_key_is_destroyed(folder: Path) -> None:
    """Also an index that another process had filled before."""
    with opened(folder) as house, opened(folder) as other:
        index = Index(house.ledger.reader)

        def found() -> bool:
            house.views.bring_to_head()
            with house.views.glance() as seen:
                index.catch_up(seen)
            return bool(list(index.find("berth", lambda _: True)))

        assert found()
        for target in ("joint:1", "desk:A:1"):
            execute(other, CASE, granted(other, CASE, by="registry", targets=[target]))
        assert not found()
        Eraser(other.ledger, other.clock).catch_up()
        assert not found()
        assert "Berth" not in str([e.text for e in index._entries])


KILLED = """
import os, signal, sys
from {module} import {owner}
plain = {owner}.{method}
def killed(*given, **named):
    if {after}:
        plain(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
{owner}.{method} = killed
from services.cli import main
main(sys.argv[1:])
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "owner", "method", "after"),
    [
        ("services.eraser", "Eraser", "_erase", False),
        ("ledger.keys", "KeyStore", "destroy_slots", False),
        ("ledger.keys", "KeyStore", "_forget", False),
        ("ledger.keys", "KeyStore", "destroy_slots", True),
        ("services.eraser", "Destroyed", "add", True),
    ],
)
def test_killed_between_the_event_and_its_end_it_is_brought_to_its_end(
    folder: Path, module: str, owner: str, method: str, *, after: bool
) -> None:
    """Whoever was killed when: the next `serve` destroys, and nothing was shown meanwhile."""
    with opened(folder) as house:
        name = granted(house, CASE, targets=[ITEM])
        wrapped = wrapped_key(folder, house, ITEM)
    script = KILLED.format(module=module, owner=owner, method=method, after=after)
    words = ["act", CASE, "execute-erasure", "--erasure-id", name]
    ended = subprocess.run(
        [sys.executable, "-c", script, *words],
        env=environment(folder),
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    shown = run(folder, "show", CASE, "--as", "party:A")
    assert "800 k" not in shown.stdout
    assert "erased by caucus:A:4" in shown.stdout
    with serving(folder, variables=environment(folder, NATS_URL="off")):
        until(lambda: not holding(folder, wrapped), "the end of the key")
    with opened(folder) as house:
        assert text_of(house, ITEM) is UNSET
        (one,) = certificates(Eyes(house, clerk(house), "party:A"), CASE)
        assert one.complete


def holding(folder: Path, wrapped: bytes) -> list[Path]:
    """List the files that hold some bytes; those that go meanwhile do not."""
    found = []
    for path in files(folder):
        try:
            if wrapped in path.read_bytes():
                found.append(path)
        except FileNotFoundError:
            continue
    return found


@pytest.mark.slow
def test_the_command_line_destroys_at_once_and_certifies(folder: Path) -> None:
    """Each viewer of what it reads: A of its caucus, the registry of the act, B of nothing."""
    with opened(folder) as house:
        name = granted(house, CASE, targets=[ITEM])
        wrapped = wrapped_key(folder, house, ITEM)
    done = run(folder, "act", CASE, "execute-erasure", "--erasure-id", name)
    assert done.returncode == 0, done.stderr
    assert holding(folder, wrapped) == []
    told = run(folder, "erasures", CASE, "--as", "party:A")
    assert told.returncode == 0, told.stderr
    for word in (ITEM, "caucus-information-received", "no longer needed", "officer", "all keys"):
        assert word in told.stdout
    assert "800 k" not in told.stdout
    of_registry = json.loads(run(folder, "erasures", CASE, "--as", "registry", "--json").stdout)
    assert [(one["request"], one["entries"]) for one in of_registry] == [("party:A/1", [])]
    assert of_registry[0]["approved_by"] == "person:officer"
    of_b = json.loads(run(folder, "erasures", CASE, "--as", "party:B", "--json").stdout)
    assert of_b == []
    assert "1 of these erased" in run(folder, "audit", CASE, "--as", "party:A").stderr
    assert "erased" not in run(folder, "audit", CASE, "--as", "party:B").stderr
    everything = run(folder, "erasures")
    assert everything.returncode == 0, everything.stderr


def test_a_restored_key_store_is_emptied_again(folder: Path, tmp_path: Path) -> None:
    """Keys that come back with a backup go before anybody is served; the list of them is enough."""
    keys = tmp_path / "keys-of-yesterday"
    shutil.copytree(folder / "keys", keys)
    with opened(folder) as house:
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        assert Eraser(house.ledger, house.clock).case(house.resolve(CASE, clerk(house))) == 1
        assert Eraser(house.ledger, house.clock).case(house.resolve(CASE, clerk(house))) == 0
    shutil.rmtree(folder / "keys")
    shutil.copytree(keys, folder / "keys")
    with opened(folder) as house:
        assert text_of(house, ITEM) == SECRET
        eraser = Eraser(house.ledger, house.clock)
        assert (eraser.verify(), eraser.verify()) == (1, 0)
        assert text_of(house, ITEM) is UNSET


def test_a_lost_list_or_a_restored_ledger_is_followed_from_the_beginning(
    folder: Path, tmp_path: Path
) -> None:
    """The record alone says what is erased."""
    with opened(folder) as house, closing(Eraser(house.ledger, house.clock)) as eraser:
        eraser.catch_up()
    shutil.copytree(folder, tmp_path / "backup")
    with opened(folder) as house:
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        with closing(Eraser(house.ledger, house.clock)) as eraser:
            assert eraser.position() > 0
            eraser.catch_up()
    listed = folder / "erasures.sqlite"
    with opened(tmp_path / "backup") as restored:
        give(restored, do("place-legal-hold", scope="all"), CASE)
        give(restored, do("release-legal-hold", hold_id="H1"), CASE)
        for _ in range(12):
            give(restored, do("record-statement", by="A", text="x"), CASE)
            give(restored, do("submit-statement", by="A", text="Another."), CASE)
        shutil.copy(listed, tmp_path / "backup" / "erasures.sqlite")
        with closing(Eraser(restored.ledger, restored.clock)) as eraser:
            assert eraser.position() == 0
    listed.unlink()
    with opened(folder) as house, closing(Eraser(house.ledger, house.clock)) as eraser:
        assert eraser.catch_up() == house.ledger.reader.head()
        assert len(eraser.when(house.resolve(CASE, clerk(house)))) == 1
    assert PAGE > 1


def test_exports_of_the_case_are_taken_away(folder: Path) -> None:
    """Those of other cases stay."""
    exports = folder / EXPORTS_FOLDER
    (exports / f"{CASE}-bundle").mkdir(parents=True)
    for name in (f"{CASE}.json", f"{CASE}-bundle/index.html", "GO-2026-0002.json"):
        (exports / name).write_text("…", encoding="utf-8")
    with opened(folder) as house:
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        Eraser(house.ledger, house.clock).catch_up()
    assert [path.name for path in exports.iterdir()] == ["GO-2026-0002.json"]


def test_exports_for_analysts_that_hold_the_case_are_taken_away(folder: Path) -> None:
    """Of the case, whatever their name, of all cases, and of one under a pseudonym; no other."""
    exports = folder / EXPORTS_FOLDER
    exports.mkdir(mode=0o700)
    (exports / "manifest.json").write_text("not ours", encoding="utf-8")
    with opened(folder) as house:
        eyes = Eyes(house, clerk(house), "registry")
        for name, case in (("one", CASE), ("every", None)):
            take(eyes, exports / name, Taking("csv", "registry", case))
        other = (exports / "one" / "manifest.json").read_text().replace(CASE, "GO-2026-0002")
        (exports / "other").mkdir()
        (exports / "other" / "manifest.json").write_text(other, encoding="utf-8")
        (exports / "study").mkdir()
        study = other.replace('"registry"', '"analyst:stalls"')
        (exports / "study" / "manifest.json").write_text(study, encoding="utf-8")
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        Eraser(house.ledger, house.clock).catch_up()
    assert sorted(path.name for path in exports.iterdir()) == ["manifest.json", "other"]


def test_a_busy_key_store_is_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overwritten, while somebody's reading keeps the old page in the log."""
    with opened(folder) as house:
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        plain, tries = house.ledger.keys.destroy_slots, list[int]()

        def busy(places: Any) -> None:  # noqa: ANN401 - as the key store takes them
            tries.append(1)
            plain(places)
            if len(tries) < 3:
                raise CaseBusy("somebody reads")

        monkeypatch.setattr(house.ledger.keys, "destroy_slots", busy)
        Eraser(house.ledger, house.clock).catch_up()
        assert len(tries) == 3
        assert text_of(house, ITEM) is UNSET


def test_sealed_bids_that_met_no_overlap_are_destroyed_alike(folder: Path) -> None:
    """The event that says they are to be destroyed is the order."""
    clock = FakeClock(START + timedelta(days=1), timedelta(seconds=1))
    with opened(folder, clock=clock) as house:
        closes = (START + timedelta(days=2)).isoformat()
        asked = {"payer": "B", "payee": "A", "currency": "EUR", "closes": closes}
        steps = [do("invite-sealed-bids", by="mediator", agreed_by=["A", "B"], **asked)]
        for party, amount in (("A", "950"), ("B", "900")):
            money = {"amount": amount, "currency": "EUR"}
            steps.append(do("submit-sealed-bid", by=party, round_id="BR1", amount=money))
        for order in steps:
            answer = give(house, order, CASE)
            assert answer.done, answer.why
        clock.set(START + timedelta(days=3))
        assert give(house, do("open-sealed-bids", by="mediator", round_id="BR1"), CASE).done
        assert house.ledger.take_erasures() == {house.resolve(CASE, clerk(house))}
        assert Eraser(house.ledger, house.clock).case(house.resolve(CASE, clerk(house))) == 2
        (one,) = certificates(Eyes(house, clerk(house), "party:A"), CASE)
        assert (one.ground, one.complete, len(one.entries)) == ("no_overlap", True, 1)


@pytest.mark.slow
def test_trees_and_bundles_made_before_still_verify(folder: Path, tmp_path: Path) -> None:
    """Those of others as they are; a new one says which entries are erased, and on which basis."""

    def bundled(name: str) -> Path:
        assert run(folder, "seal").returncode == 0
        target = tmp_path / name
        words = ("export", CASE, "--for", "party:A", "--format", "bundle", "-o", str(target))
        done = run(folder, *words)
        assert done.returncode == 0, done.stderr
        return target

    before = bundled("before")
    unpinned = run(folder, "verify", str(before)).stdout
    key = tmp_path / "key.txt"
    key.write_text(re.search(r"signed by (\S+?),? a key found", unpinned)[1] + "\n", "utf-8")  # type: ignore[index] # it is there
    with opened(folder) as house:
        execute(house, CASE, granted(house, CASE, targets=[ITEM]))
        Eraser(house.ledger, house.clock).catch_up()
    for bundle, erased in ((before, 0), (bundled("after"), 1)):
        checked = run(folder, "verify", str(bundle), "--key", str(key))
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert re.search(rf"erased +{erased}$", checked.stdout, re.MULTILINE)
    assert SECRET not in "".join(p.read_text("utf-8") for p in files(tmp_path / "after"))


async def copies(client: Client, event_id: str) -> list[int]:
    """List where in the partner's stream an event is."""
    js, found, seq = JetStream(client), list[int](), 1
    stream = feed_stream("partner")
    while message := await js.message(stream, {"seq": seq, "next_by_subj": "feed.partner.>"}):
        if message.headers.get(EVENT_ID) == event_id:
            found.append(message.seq)
        seq = message.seq + 1
    return found


def test_copies_in_a_feed_are_deleted_and_its_reader_is_told(folder: Path) -> None:
    """Of the joint room alone: of the caucus it had nothing, and hears nothing."""
    with serving(folder), opened(folder) as house:
        reader, case_id = house.ledger.reader, house.resolve(CASE, clerk(house))
        (told,) = proposals(Eyes(house, clerk(house)), CASE)
        target = reader.event_id(case_id, told.tabled)
        courier = read_credentials(folder / "nats", "courier")

        def there() -> list[int]:
            return asyncio.run(on_connection(courier, lambda client: copies(client, target)))

        with subscribing(folder) as listening:
            until(lambda: bool(there()), "the copy")
            execute(house, CASE, granted(house, CASE, targets=[ITEM]))
            execute(house, CASE, granted(house, CASE, by="registry", targets=[told.tabled]))
            until(lambda: there() == [], "the end of the copy")

            def heard() -> list[Any]:
                marks = [e for e in events_of(listening) if "content-erased" in e["ce-type"]]
                return [e["data"]["targets"] for e in marks]

            until(lambda: heard() == [[told.tabled]], "the word of it")
            assert "caucus:A" not in str(events_of(listening))
        until(lambda: of_case(house)[-1].feeds == "deleted", "the certificate")
        assert [one.complete for one in of_case(house)] == [True, True]
        wanted = {target: "proposal-tabled"}
        again = asyncio.run(
            on_connection(courier, lambda client: forget(JetStream(client), "partner", wanted))
        )
        assert again == 0


def test_what_was_erased_while_a_webhook_waited_is_not_sent(folder: Path) -> None:
    """Its receiver was away: it gets the event without its content, and the word of the erasure."""
    with receiving() as receiver, opened(folder) as house:
        office = Office(house)
        office.grant("city", receiver.url, types=["proposal-tabled"], from_beginning=True)
        receiver.answer = lambda handler: handler.say(503)
        (told,) = proposals(Eyes(house, clerk(house)), CASE)
        with closing(office.notes), office.sending():
            until(lambda: len(receiver.got) > 1, "attempts")
            words = receiver.got[0].body
            execute(house, CASE, granted(house, CASE, by="registry", targets=[told.tabled]))
            Eraser(house.ledger, house.clock).catch_up()
            later = len(receiver.got) + 1
            until(lambda: len(receiver.got) > later, "more attempts")
            receiver.answer = lambda handler: handler.say(204)
            until(lambda: "content-erased" in receiver.got[-1].headers["ce-type"], "the word of it")
        (mark, taken) = receiver.got[-1], receiver.got[-2]
    assert json.loads(mark.body)["targets"] == [told.tabled]
    assert json.loads(taken.body)["type"] == "proposal-tabled"
    assert len(taken.body) < len(words)
    assert "clauses" in json.loads(words)
    assert "clauses" not in json.loads(taken.body)


def of_case(house: House) -> list[Certificate]:
    """Certify with the registry's eyes."""
    return list(certificates(Eyes(house, house.desk.operator(CLERK), "registry"), CASE))
