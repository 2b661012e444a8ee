"""A witness cosigns what grew from what it cosigned before, and nothing else."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from ledger.errors import DecodeError, StoreFault
from ledger.seal import verify as offline
from ledger.seal.note_keys import COSIGNS, Signer
from ledger.seal.notes import parse_note, verify
from ledger.seal.submission import (
    PROOF_HASHES_MAX,
    SUBMISSION_BYTES_MAX,
    Submission,
    read_cosignature,
    read_size,
    read_submission,
    with_signature,
    write_submission,
)
from ledger.seal.unproven import Unproven
from ledger.seal.witness import NotCosigned, Witness
from tests.logs import KEY, NAME, Log

AT = 1_772_000_000
LOG = Log()
OTHER = Signer(NAME, b"another key under the same name.")
STRANGER = Signer("log.example.org/others", b"the key of a log nobody knows...")


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """Begin a witness that has one log in its care."""
    made = Witness.open_or_begin(tmp_path / "witness", "witness.example.org")
    made.trust(KEY.key.text)
    return made


def holds(witness: Witness, line: bytes, note: bytes, at: int = AT) -> None:
    """Expect a cosignature over a checkpoint that both verifiers take."""
    whole = note + line
    (found,) = verify(parse_note(whole), [witness.key])
    assert (found.key, found.at) == (witness.key, at)
    key = offline.parse_key(witness.key.text)
    assert [each.key for each in offline.verify_note(offline.parse_note(whole), [key])] == [key]


def status(witness: Witness, raw: bytes) -> tuple[int, int | None]:
    """Expect that it does not cosign; return status and size."""
    with pytest.raises(NotCosigned) as refused:
        witness.cosign(raw, AT)
    assert refused.value.why
    return refused.value.status, refused.value.size


def seen(witness: Witness) -> int:
    """Return how far it has seen the log."""
    ((_, remembered),) = witness.logs()
    return remembered.size


class TestGrowth:
    """What a witness cosigns."""

    def test_a_log_that_grows_is_cosigned(self, witness: Witness) -> None:
        """From nothing, by one, by many, and once more the same."""
        for older, size in ((0, 5), (5, 6), (6, 64), (64, 64), (64, 100)):
            line = witness.cosign(LOG.ask(older, size), AT + size)
            holds(witness, line, LOG.note(size), AT + size)
            assert seen(witness) == size

    def test_an_empty_log_is_cosigned(self, witness: Witness) -> None:
        """There is one root of nothing; the first leaf needs no proof then."""
        holds(witness, witness.cosign(LOG.ask(0, 0), AT), LOG.note(0))
        holds(witness, witness.cosign(LOG.ask(0, 1), AT), LOG.note(1))

    def test_it_remembers_when_opened_again(self, witness: Witness, tmp_path: Path) -> None:
        """The same key, and the same head."""
        witness.cosign(LOG.ask(0, 7), AT)
        again = Witness(tmp_path / "witness")
        assert again.key == witness.key
        assert status(again, LOG.ask(0, 9)) == (409, 7)
        holds(again, again.cosign(LOG.ask(7, 9), AT), LOG.note(9))

    def test_further_lines_and_signatures_are_cosigned_and_passed_by(
        self, witness: Witness
    ) -> None:
        """Extensions are part of the text; a signature by an unknown key is nobody's."""
        note = LOG.note(5, "a line of its own", signers=(OTHER, KEY))
        line = witness.cosign(write_submission(Submission(0, (), note)), AT)
        holds(witness, line, note)

    def test_a_log_may_have_two_keys(self, witness: Witness) -> None:
        """Once the new one is trusted as well; what was seen stays."""
        witness.cosign(LOG.ask(0, 5), AT)
        turned = Log(signer=OTHER)
        assert status(witness, turned.ask(5, 6)) == (403, None)
        witness.trust(OTHER.key.text)
        witness.trust(OTHER.key.text)
        holds(witness, witness.cosign(turned.ask(5, 6), AT), turned.note(6))
        assert [remembered.size for _, remembered in witness.logs()] == [6, 6]


class TestRefusals:
    """What a witness does not cosign."""

    @pytest.mark.parametrize("forked_at", [0, 3, 7])
    def test_a_fork_is_refused(self, witness: Witness, forked_at: int) -> None:
        """Whatever the proof: its own, that of the true log, none."""
        witness.cosign(LOG.ask(0, 8), AT)
        fork = Log(forked_at=forked_at)
        for proof in (fork.proof(8, 20), LOG.proof(8, 20), (), LOG.proof(8, 20)[:-1]):
            raw = write_submission(Submission(8, proof, fork.note(20)))
            assert status(witness, raw) == (422, None)
        assert seen(witness) == 8
        assert witness.forks() == []

    def test_another_root_of_the_same_size_is_refused_and_kept(self, witness: Witness) -> None:
        """Two checkpoints, both signed by the log: a proof that anybody can carry."""
        witness.cosign(LOG.ask(0, 8), AT)
        fork = Log(forked_at=2)
        assert status(witness, write_submission(Submission(8, (), fork.note(8)))) == (409, 8)
        kept = {path.read_bytes() for path in witness.forks()}
        assert kept == {LOG.note(8), fork.note(8)}
        holds(witness, witness.cosign(LOG.ask(8, 9), AT), LOG.note(9))

    def test_proofs_of_forks_do_not_fill_the_disk(
        self, witness: Witness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever holds the key of a log can make any number."""
        monkeypatch.setattr("ledger.seal.witness.FORKS_MAX", 4)
        witness.cosign(LOG.ask(0, 1), AT)
        for fork in range(8):
            forked = Log(1, forked_at=0, fork=fork)
            assert status(witness, write_submission(Submission(1, (), forked.note(1)))) == (409, 1)
        assert len(witness.forks()) == 4

    def test_a_rollback_is_refused(self, witness: Witness) -> None:
        """A true checkpoint from before is not cosigned any more."""
        witness.cosign(LOG.ask(0, 8), AT)
        for older, size in ((0, 5), (5, 5), (4, 6)):
            assert status(witness, LOG.ask(older, size)) == (409, 8)
        backwards = write_submission(Submission(8, (), LOG.note(5)))
        assert status(witness, backwards) == (400, None)
        assert seen(witness) == 8

    def test_a_proof_of_another_length_is_refused(self, witness: Witness) -> None:
        """Longer, shorter, in another order, or where nothing is to be proved."""
        proof = LOG.proof(5, 50)
        extra = (*LOG.proof(5, 50), bytes(32))
        assert status(witness, write_submission(Submission(0, (bytes(32),), LOG.note(5)))) == (
            422,
            None,
        )
        witness.cosign(LOG.ask(0, 5), AT)
        for wrong in (proof[:-1], proof[1:], (), extra, proof[::-1], (bytes(32),) * len(proof)):
            raw = write_submission(Submission(5, wrong, LOG.note(50)))
            assert status(witness, raw) == (422, None)
        again = write_submission(Submission(5, (bytes(32),), LOG.note(5)))
        assert status(witness, again) == (422, None)
        assert seen(witness) == 5

    def test_an_unknown_log_is_refused(self, witness: Witness) -> None:
        """Whoever signed."""
        assert status(witness, Log(signer=STRANGER).ask(0, 5)) == (404, None)

    def test_a_note_without_the_logs_signature_is_refused(self, witness: Witness) -> None:
        """Signed by others under its name, by the witness, or not as it stands."""
        assert status(witness, Log(signer=OTHER).ask(0, 5)) == (403, None)
        line = witness.cosign(LOG.ask(0, 5), AT)
        text = LOG.note(5).partition(b"\n\n")[0] + b"\n\n"
        assert status(witness, b"old 5\n\n" + text + line) == (403, None)
        altered = LOG.ask(5, 6).replace(b"\n6\n", b"\n7\n")
        assert status(witness, altered) == (403, None)
        signature = LOG.note(6).partition(b"\n\n")[2]
        assert status(witness, b"old 5\n\n" + text + signature) == (403, None)

    def test_garbage_is_refused(self, witness: Witness) -> None:
        """Nothing of it is taken for a submission."""
        true = LOG.ask(0, 5)
        for raw in garbage(true):
            assert status(witness, raw) == (400, None), raw[:80]
        assert seen(witness) == 0

    def test_any_byte_changed_is_refused(self, witness: Witness) -> None:
        """With whichever status; nothing but the true checkpoint is ever remembered."""
        witness.cosign(LOG.ask(0, 5), AT)
        raw = LOG.ask(5, 23)
        for at in range(len(raw)):
            for flip in (1, 128):
                changed = raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :]
                with pytest.raises(NotCosigned):
                    witness.cosign(changed, AT)
        assert seen(witness) == 5


def garbage(true: bytes) -> Iterator[bytes]:
    """Yield what is no submission."""
    note = true.partition(b"\n\n")[2]
    yield from (b"", b"\n", b"\n\n", b"old 0\n", b"old 0\n\n", note, b"old 0\n\n\n" + note)
    for old in (b"new 0", b"old", b"old  0", b"old 00", b"old -1", b"old +1", b"old 0 ", b"old x"):
        yield old + b"\n\n" + note
    yield b"old " + b"9" * 19 + b"\n\n" + note
    yield b"old \xd9\xa1\n\n" + note  # a digit, but not one of these ten
    for line in (b"AAAA", b"x" * 44, b"A" * 43 + b"=\n", b"\xff" * 44):
        yield b"old 5\n" + line + b"\n\n" + note
    yield b"old 5\n" + b"A" * 42 + b"B=" + b"\n\n" + note  # bits that a hash does not have
    hashes = (b"A" * 43 + b"=\n") * (PROOF_HASHES_MAX + 1)
    yield b"old 5\n" + hashes + b"\n" + note
    yield true.replace(b"\n", b"\r\n")
    yield true[:-1]
    yield true + b"more\n"
    yield true.replace(NAME.encode() + b"\n5\n", NAME.encode() + b"\n05\n")
    yield true + b"\x00" * SUBMISSION_BYTES_MAX


class TestOneHistory:
    """Never two roots of one size, whoever asks at once."""

    def test_of_two_at_once_each_gets_its_turn(self, witness: Witness) -> None:
        """Those who come second are told the size, and nobody rolls another back."""
        fork = Log(forked_at=5)
        witness.cosign(LOG.ask(0, 5), AT)
        asked = [(log, size) for size in range(6, 30) for log in (LOG, fork)]
        Random(7).shuffle(asked)

        def one(log: Log, size: int) -> tuple[int, bytes] | None:
            try:
                witness.cosign(log.ask(5, size), AT)
            except NotCosigned:
                return None
            return size, log.note(size)

        with ThreadPoolExecutor(8) as pool:
            done = [each for each in pool.map(lambda each: one(*each), asked) if each]
        ((size, note),) = done
        assert seen(witness) == size
        assert witness.logs()[0][1].note.encode() == note

    def test_random_forks_never_get_two_roots_cosigned(self, witness: Witness) -> None:
        """Whatever is asked for, in whatever order, all that was cosigned is of one history."""
        chance = Random(11)
        logs = [Log(200), *(Log(200, forked_at=n, fork=n) for n in (0, 3, 9, 20))]
        cosigned: list[tuple[Log, int]] = []
        for _ in range(200):
            log, size = chance.choice(logs), max(seen(witness) + chance.randrange(-2, 3), 0)
            older = chance.choice([seen(witness), chance.randrange(size + 1)])
            older = min(older, size)
            try:
                line = witness.cosign(log.ask(older, size), AT)
            except NotCosigned:
                continue
            holds(witness, line, log.note(size))
            cosigned.append((log, size))
        assert len(cosigned) > 5
        last, _ = cosigned[-1]
        assert all(log.head(size) == last.head(size) for log, size in cosigned)
        assert [size for _, size in cosigned] == sorted(size for _, size in cosigned)


class TestFiles:
    """What a witness keeps."""

    def test_its_files_are_for_their_owner_alone(self, witness: Witness, tmp_path: Path) -> None:
        """The key above all."""
        witness.cosign(LOG.ask(0, 5), AT)
        files = [path for path in (tmp_path / "witness").rglob("*") if path.is_file()]
        assert len(files) >= 4
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert stat.S_IMODE((tmp_path / "witness").stat().st_mode) == 0o700

    def test_a_memory_that_is_gone_is_not_made_anew(self, witness: Witness, tmp_path: Path) -> None:
        """Else it would cosign a second history."""
        witness.cosign(LOG.ask(0, 5), AT)
        (path,) = (tmp_path / "witness" / "heads").glob("*.json")
        path.unlink()
        with pytest.raises(StoreFault, match="remembered"):
            witness.cosign(LOG.ask(0, 5), AT)
        witness.trust(OTHER.key.text)
        with pytest.raises(StoreFault, match="remembered"):
            witness.cosign(LOG.ask(0, 5), AT)

    def test_a_damaged_memory_signs_nothing(self, witness: Witness, tmp_path: Path) -> None:
        """It is said which file."""
        witness.cosign(LOG.ask(0, 5), AT)
        (path,) = (tmp_path / "witness" / "heads").glob("*.json")
        path.write_bytes(path.read_bytes()[:-9])
        with pytest.raises(StoreFault, match="damaged"):
            witness.cosign(LOG.ask(5, 6), AT)

    def test_a_key_that_is_gone_is_not_made_anew(self, witness: Witness, tmp_path: Path) -> None:
        """Whoever pinned it would be given another one."""
        folder = tmp_path / "witness"
        witness.cosign(LOG.ask(0, 5), AT)
        (folder / "key.json").unlink()
        with pytest.raises(StoreFault, match=r"key\.json"):
            Witness.open_or_begin(folder)
        with pytest.raises(StoreFault, match="there is no witness"):
            Witness(folder)

    def test_names_and_keys_that_cannot_be(self, witness: Witness, tmp_path: Path) -> None:
        """They are refused before anything is written."""
        for name in ("", "a b", "a+b", "a#b", "a\nb"):
            with pytest.raises(DecodeError, match="name"):
                Witness.open_or_begin(tmp_path / "new", name)
        assert not (tmp_path / "new").exists()
        with pytest.raises(DecodeError, match=r"witness\.example\.org"):
            Witness.open_or_begin(tmp_path / "witness", "another")
        for key in ("", "no key", KEY.key.text[:-1], witness.key.text):
            with pytest.raises(DecodeError):
                witness.trust(key)
        assert len(witness.logs()) == 1

    def test_a_key_is_not_shown(self, witness: Witness) -> None:
        """Not even by mistake."""
        assert repr(witness._signer) == "Signer('witness.example.org')"


class TestAnswers:
    """What a log takes from a witness."""

    SIGNER = Signer("witness.example.org", b"\7" * 32, COSIGNS)

    def test_of_several_signatures_that_of_the_witness_is_taken(self, witness: Witness) -> None:
        """Those by keys nobody knows are passed by."""
        note = LOG.note(5)
        line = witness.cosign(LOG.ask(0, 5), AT)
        foreign = LOG.note(5).rpartition(b"\n\n")[2]
        text = parse_note(note).text
        found = read_cosignature(foreign + line, text, witness.key)
        assert found.line.encode() == line
        once = with_signature(parse_note(note), found)
        assert with_signature(once, found).encode() == note + line

    def test_what_is_no_cosignature_is_refused(self, witness: Witness) -> None:
        """Nothing, garbage, a signature over something else, a text slipped in."""
        text = parse_note(LOG.note(5)).text
        line = witness.cosign(LOG.ask(0, 6), AT)
        with pytest.raises(Unproven, match="signature_is_wrong"):
            read_cosignature(line, text, witness.key)
        with pytest.raises(Unproven, match="no_known_signature"):
            read_cosignature(line, text, self.SIGNER.key)
        for raw in (b"", b"\n", b"garbage\n", b"\xff\n", line[:-1], b"more\n\n" + line):
            with pytest.raises(DecodeError):
                read_cosignature(raw, text, witness.key)

    def test_a_size_is_a_number(self) -> None:
        """With or without the end of its line."""
        assert [read_size(raw) for raw in (b"0\n", b"812", b"9223372036854775807\n")] == [
            0,
            812,
            2**63 - 1,
        ]
        for raw in (b"", b"\n", b"01", b"-1", b"8 ", b"9" * 19, b"1\n\n"):
            with pytest.raises(DecodeError):
                read_size(raw)

    def test_what_is_written_is_read(self) -> None:
        """With no proof and with the longest."""
        for proof in ((), (bytes(32),) * PROOF_HASHES_MAX):
            asked = Submission(12, proof, LOG.note(50))
            assert read_submission(write_submission(asked)) == asked
