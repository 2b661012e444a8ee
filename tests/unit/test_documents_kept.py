"""Documents: sealed, tied to the entry that names them, read by its readers, gone with it."""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from ledger.errors import DecodeError, RuleViolation, StoreFault
from services.backup.making import back_up
from services.backup.restoring import Order, checked, restore
from services.clock import FakeClock
from services.documents import shelf
from services.documents.examining import examined
from services.documents.incoming import BYTES_MAX, Incoming
from services.documents.names import LENGTH_MAX, cleaned
from services.documents.sealing import CHUNK, TAG, Sealer, opened
from services.documents.shelf import FOLDER, Place, place_of, shelf_of
from services.documents.store import WAITS, Act
from services.documents.tickets import Ticket
from services.eraser import Eraser
from services.house import House
from services.moving.homes import Home, home_of
from services.reading.documents import DocumentTold, documents, held, keep, lacking, read
from services.reading.eyes import Eyes
from services.reading.looking import Kept
from tests import examples
from tests.live import ledgers
from tests.live.ledgers import clerk, give, line, tell
from tests.spec import START, do

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"the noise survey of Quay Road 17\n" * 9
PERSON = "person:clerk"
GRANT = {"result": "granted", "ground": "no_longer_needed", "basis": "Its purpose is fulfilled."}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Open a ledger of one case; the clerk enters everything."""
    clock = FakeClock(START, step=timedelta(seconds=1))
    with ledgers.opened(tmp_path / "data", unbound=True, clock=clock) as made:
        yield made


@pytest.fixture
def case(house: House) -> str:
    """Tell a case in which documents may be put in."""
    return tell(house, examples.preparing())


def sent(  # noqa: PLR0913 - what, for which act
    house: House,
    case: str,
    command: str,
    data: bytes = PDF,
    name: str = "survey.pdf",
    *,
    person: str = PERSON,
) -> Ticket:
    """Send a document for an act."""
    with house.documents.incoming(name) as arrived:
        for at in range(0, len(data), 50_000):
            arrived.take(data[at : at + 50_000])
        act = Act(house.resolve(case, clerk(house)), person, command)
        return house.documents.keep(arrived, act)


def put_in(house: House, case: str, data: bytes = PDF, *, share: str = "all", by: str = "A") -> str:
    """Put a document in, its bytes before the act; return the entry."""
    order = do(
        "submit-document",
        by=by,
        title="Noise survey",
        hash=sha256(data).hexdigest(),
        made_for_mediation=False,
        share=share,
    )
    command = f"put-in-{by}-{share}"
    sent(house, case, command, data)
    answer = give(house, replace(order, id=command), case)
    assert answer.done, answer.why
    return f"{answer.events[0].room}:{answer.events[0].seq}"


def listed(house: House, case: str, viewer: str) -> list[DocumentTold]:
    """List documents with somebody's eyes."""
    return list(documents(Eyes(house, clerk(house), viewer), case))


def stored(folder: Path) -> list[Path]:
    """List what lies in the store."""
    return sorted(path for path in (folder / "data" / FOLDER).rglob("*") if path.is_file())


def test_a_document_comes_back_as_it_was(house: House, case: str, tmp_path: Path) -> None:
    """By whoever reads its entry, under the hash the entry names; nothing of it lies open."""
    entry = put_in(house, case)
    eyes = Eyes(house, clerk(house), "party:B")
    found = held(eyes, case, entry)
    assert b"".join(read(eyes, found)) == PDF
    assert (found.told.name, found.told.media) == ("survey.pdf", "application/pdf")
    assert (found.told.sha256, found.told.size) == (sha256(PDF).hexdigest(), len(PDF))
    (lies,) = stored(tmp_path)
    assert lies.name == sha256(lies.read_bytes()).hexdigest() != found.told.sha256
    assert lies.stat().st_mode & 0o077 == 0
    raw = b"".join(p.read_bytes() for p in (tmp_path / "data").rglob("*") if p.is_file())
    assert not any(mark in raw for mark in (b"Quay Road", b"survey.pdf", sha256(PDF).digest()))
    assert found.told.sha256.encode() not in raw


def test_only_who_reads_the_entry_reads_the_document(house: House, case: str) -> None:
    """What A showed to the mediator is for B what was never there."""
    entry = put_in(house, case, share="mediator")
    assert [d.entry for d in listed(house, case, "mediator") if d.kept] == [entry]
    assert listed(house, case, "party:B") == []
    told = []
    for asked in (entry, "caucus:A:99"):
        with pytest.raises(RuleViolation) as refused:
            held(Eyes(house, clerk(house), "party:B"), case, asked)
        told.append((refused.value.rule, refused.value.why.replace(asked, "")))
    assert told[0] == told[1]


def test_two_of_one_file_have_nothing_in_common(house: House, case: str, tmp_path: Path) -> None:
    """A look into the store does not tell that both sides hold the same file."""
    put_in(house, case, share="mediator", by="A")
    put_in(house, case, share="mediator", by="B")
    one, other = stored(tmp_path)
    assert one.name != other.name
    assert one.stat().st_size == other.stat().st_size == CHUNK + TAG
    assert one.read_bytes()[:64] != other.read_bytes()[:64]


def test_a_document_is_tied_to_its_own_act_alone(house: House, case: str) -> None:
    """The same hash named by another act, or entered by somebody else, shows nothing."""
    digest = sha256(PDF).hexdigest()
    sent(house, case, "the-secret-one")
    sent(house, case, "in-public", person="person:voss")
    order = do("submit-document", by="A", title="Survey", hash=digest, made_for_mediation=False)
    assert give(house, replace(order, id="in-public"), case).done
    (told,) = listed(house, case, "party:B")
    assert (told.kept, told.name, told.sha256) == (False, None, digest)


def test_an_act_that_names_another_hash_gets_no_document(house: House, case: str) -> None:
    """What was sent is not what was said."""
    sent(house, case, "put-in")
    order = do("submit-document", by="A", title="Survey", hash="d3" * 32, made_for_mediation=False)
    assert give(house, replace(order, id="put-in"), case).done
    assert [told.kept for told in listed(house, case, "party:A")] == [False]


def test_a_document_may_come_after_its_entry(house: House, case: str) -> None:
    """From whoever entered it, and only the one that it names; a look from before shows none."""
    order = do(
        "submit-document",
        by="A",
        title="Survey",
        hash=sha256(PDF).hexdigest(),
        made_for_mediation=False,
    )
    answer = give(house, order, case)
    entry = f"joint:{answer.events[0].seq}"
    eyes = Eyes(house, clerk(house), "party:A")
    with pytest.raises(RuleViolation, match="somebody else"):
        lacking(eyes, "person:voss", case, entry)
    act, names = lacking(eyes, PERSON, case, entry)
    with house.documents.incoming("survey.pdf") as other:
        other.take(PDF + b"more")
        with pytest.raises(DecodeError, match="does not name"):
            keep(eyes, other, act, names)
    before = house.clock.now()
    with house.documents.incoming("survey.pdf") as arrived:
        arrived.take(PDF)
        keep(eyes, arrived, act, names)
    assert b"".join(read(eyes, held(eyes, case, entry))) == PDF
    then = Eyes(house, clerk(house), "party:A", at=before.isoformat())
    assert [told.kept for told in documents(then, case)] == [False]


def test_erasing_the_entry_erases_the_document(house: House, case: str, tmp_path: Path) -> None:
    """Its bytes are removed; a copy of them and of what was kept of it opens nothing."""
    entry = put_in(house, case)
    eyes = Eyes(house, clerk(house), "party:A")
    ticket = held(eyes, case, entry).ticket
    (lies,) = stored(tmp_path)
    copy, links = lies.read_bytes(), house.documents._index.held_by(entry_of(eyes, case, entry)[1])
    erase(house, case, entry)
    with closing(Eraser(house.ledger, house.clock)) as eraser:
        eraser.catch_up()
    assert stored(tmp_path) == []
    (told,) = listed(house, case, "party:A")
    assert (told.kept, told.erased, told.name) == (False, True, None)
    with pytest.raises(RuleViolation, match="no such document"):
        held(eyes, case, entry)
    house.documents.shelf.put(ticket.address, BytesIO(copy))
    house.documents._index.link(links)
    kept, _ = entry_of(eyes, case, entry)
    assert house.documents.held()
    assert house.documents.of_entry(kept.read, kept.sealed) == []


def entry_of(eyes: Eyes, case: str, entry: str) -> tuple[Kept, str]:
    """Return an entry as it is kept, and its id."""
    record = eyes.record(case)[0]
    return next(k for k in record.kept if k.frame.ref == entry), record.event_id(entry)


def erase(house: House, case: str, entry: str) -> None:
    """Have an entry erased."""
    give(house, do("add-operator", name="officer", roles=["protection"]))
    asked = give(house, do("request-erasure", by="A", targets=[entry]), case)
    assert asked.done, asked.why
    file = house.load(house.resolve(case, clerk(house)))
    (request,) = file.seen_by(file.rights("registry")).record.erasures.asked
    order = do("assess-erasure", by="protection", erasure_id=request, **GRANT)
    officer = house.desk.operator("officer")
    assessed = house.desk.handle(line(order, case), officer, "command line")
    assert assessed.done, assessed.why
    done = give(house, do("execute-erasure", erasure_id=request), case)
    assert done.done, done.why


def test_what_no_act_comes_for_is_swept_after_a_day(
    house: House, case: str, tmp_path: Path
) -> None:
    """What waits for less stays, and so does what an act came for meanwhile."""
    sent(house, case, "never")
    sent(house, case, "put-in-A-all")
    assert house.documents.sweep() == 0
    put_in(house, case)
    assert len(stored(tmp_path)) == 3
    clock = house.clock
    assert isinstance(clock, FakeClock)
    clock.set(clock.at + WAITS)
    assert house.documents.sweep() == 1
    assert len(stored(tmp_path)) == 2
    assert house.documents.sweep() == 0


def test_stored_bytes_open_whole_or_not_at_all() -> None:
    """Every chunk flipped, cut off, swapped, doubled or left out is refused."""
    key, plain = bytes(32), bytes(range(256)) * 700
    sealer = Sealer(key)
    whole = sealer.add(plain[:100]) + sealer.add(plain[100:]) + sealer.end()
    size = CHUNK + TAG
    chunks = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert b"".join(opened(key, [whole])) == plain
    assert b"".join(opened(key, (whole[n : n + 7] for n in range(0, len(whole), 7)))) == plain
    flipped = bytes([whole[0] ^ 1]) + whole[1:]
    damaged = [
        flipped,
        whole[:-1],
        b"".join(chunks[:-1]),
        b"".join([chunks[1], chunks[0], *chunks[2:]]),
        b"".join([chunks[0], *chunks]),
        b"".join(chunks[1:]),
        b"",
    ]
    for bad in damaged:
        with pytest.raises(StoreFault):
            list(opened(key, [bad]))
    with pytest.raises(StoreFault):
        list(opened(bytes([1]) * 32, [whole]))


def test_a_name_is_cleaned() -> None:
    """Of folders, hidden characters and what systems refuse; it is never empty."""
    assert cleaned("../../etc/passwd.txt") == "passwd.txt"
    assert cleaned("C:\\Users\\x\\survey.pdf") == "survey.pdf"
    assert cleaned("sur\u202efdp.exe\r\nX: y.pdf") == "surfdp.exeX y.pdf"
    assert cleaned("\0\x07 .. ") == "document"
    assert cleaned('a"<b>|c?.pdf') == "abc.pdf"
    assert cleaned("...pdf") == "pdf"
    assert cleaned(".pdf") == "pdf"
    long = cleaned("x" * 500 + ".pdf")
    assert (len(long), long[-4:]) == (LENGTH_MAX, ".pdf")
    assert cleaned("تقرير.pdf") == "تقرير.pdf"


def office() -> bytes:
    """Make a small zip as word processors do."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as box:
        box.writestr("[Content_Types].xml", "<Types/>")
        box.writestr("word/document.xml", "<w/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", PDF),
        ("a.PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)),
        ("a.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01" + bytes(40)),
        ("a.docx", office()),
        ("a.txt", "Où est la gare ?\n".encode()),
    ],
)
def test_a_document_that_is_what_it_says_is_taken(tmp_path: Path, name: str, data: bytes) -> None:
    """By the ending of its name and by its bytes."""
    with Incoming(name, tmp_path) as arrived:
        arrived.take(data)
        assert arrived.end().sha256 == sha256(data).hexdigest()


def arrive(folder: Path, name: str, data: bytes) -> None:
    """Let a document come."""
    with Incoming(name, folder) as one:
        one.take(data)
        one.end()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.pdf", b"MZ\x90\0\x03\0\0\0" + bytes(200), "of another kind"),
        ("a.pdf", b"\x7fELF\x02\x01\x01" + bytes(90_000), "of another kind"),
        ("a.png", PDF, "of another kind"),
        ("a.docx", PDF, "of another kind"),
        ("a.txt", b"\xff\xfe\0h\0i", "of another kind"),
        ("a.txt", b"hello\0", "of another kind"),
        ("a.txt", b"caf\xc3", "of another kind"),
        ("a.exe", PDF, "not taken"),
        ("a.html", b"<script>", "not taken"),
        ("a.svg", b"<svg/>", "not taken"),
        ("a", PDF, "not taken"),
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF + bytes(BYTES_MAX), "too large"),
    ],
)
def test_a_document_that_lies_is_refused(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    """And says which field, what was wrong and what to do."""
    with pytest.raises(DecodeError, match=why) as refused:
        arrive(tmp_path, name, data)
    assert (refused.value.field, bool(refused.value.needs)) == ("file", True)


def test_a_place_for_documents_is_read_with_care(tmp_path: Path) -> None:
    """For its owner alone, one place, and nothing of it is ever repeated."""
    file = tmp_path / shelf.FILE
    assert place_of(tmp_path) == Place()
    file.write_text(f'folder = "{tmp_path / "shared"}"')
    file.chmod(0o644)
    with pytest.raises(StoreFault, match="read by others"):
        place_of(tmp_path)
    file.chmod(0o600)
    assert shelf_of(tmp_path).folder == tmp_path / "shared"
    for text in ('s3 = "hush"', '[s3]\nbucket = 7\nsecret_access_key = "hush"', "", "hush = 1"):
        file.write_text(text)
        with pytest.raises(StoreFault) as refused:
            place_of(tmp_path)
        assert "hush" not in str(refused.value)


def test_a_bucket_out_of_reach_says_nothing_of_its_keys(tmp_path: Path) -> None:
    """Settings are in no error, whatever the library says."""
    file = tmp_path / shelf.FILE
    file.touch(0o600)
    file.write_text(
        '[s3]\nbucket = "b"\naccess_key_id = "whoever"\nsecret_access_key = "hush"\n'
        'endpoint = "http://127.0.0.1:9"\n'
    )
    place = shelf_of(tmp_path)
    with pytest.raises(StoreFault) as refused:
        place.put("ab" * 32, BytesIO(b"x"))
    assert not any(word in str(refused.value) for word in ("hush", "whoever", "127.0.0.1"))


def test_a_document_that_was_lost_or_altered_is_told(
    house: House, case: str, tmp_path: Path
) -> None:
    """Before anything of it is given out."""
    entry = put_in(house, case)
    eyes = Eyes(house, clerk(house), "party:A")
    found = held(eyes, case, entry)
    (lies,) = stored(tmp_path)
    lies.write_bytes(lies.read_bytes()[:-1] + b"\0")
    with pytest.raises(StoreFault, match="altered or cut off"):
        read(eyes, found)
    lies.unlink()
    with pytest.raises(StoreFault, match="not where it was stored"):
        read(eyes, found)


def test_a_case_id_is_all_that_is_known_of_a_case(house: House) -> None:
    """Nothing is looked up that nobody sent documents for."""
    house.documents.tie(UUID(int=7))
    assert house.documents.sweep() == 0
    assert house.documents.held() == []


def test_a_backup_brings_documents_back(house: House, case: str, tmp_path: Path) -> None:
    """Index and bytes with the record; the examination finds what is away or left."""
    entry = put_in(house, case)
    reader = house.ledger.reader
    assert examined(house.documents, reader) == ([], [], False)
    record, keys = tmp_path / "backup", tmp_path / "keys"
    clock = FakeClock(START + timedelta(days=1), step=timedelta(seconds=1))
    back_up(home_of(ledgers.settings_of(tmp_path / "data")), record, keys, clock.now)
    (lies,) = stored(tmp_path)
    lies.unlink()
    assert examined(house.documents, reader).away == [
        entry_of(Eyes(house, clerk(house), "party:A"), case, entry)[1]
    ]
    new = tmp_path / "new"
    order = Order(ledgers.CLERK, "the disk failed")
    restore(checked(record, keys), Home(new), order, clock=clock, shown=lambda *_: None)
    with ledgers.opened(new) as restored:
        eyes = Eyes(restored, clerk(restored), "party:A")
        assert b"".join(read(eyes, held(eyes, case, entry))) == PDF
        assert examined(restored.documents, restored.ledger.reader) == ([], [], False)
