"""Signed notes and checkpoints: who signed is told apart from who is said to have signed."""

import base64
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import DecodeError
from ledger.seal.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from ledger.seal.ed25519 import sign
from ledger.seal.merkle import EMPTY_ROOT, Head
from ledger.seal.note_keys import (
    COSIGNS,
    SIGNS,
    Signer,
    VerifierKey,
    parse_key,
    verifier_key,
)
from ledger.seal.notes import (
    NOTE_BYTES_MAX,
    SIGNATURES_MAX,
    Note,
    Signature,
    Verified,
    cosign,
    parse_note,
    sign_note,
    verify,
)
from ledger.seal.unproven import Unproven

ORIGIN = "ledger.example.org/cases"
LOG = Signer(ORIGIN, b"\1" * 32)
NEXT = Signer(ORIGIN, b"\2" * 32)
STRANGER = Signer("stranger.example.org", b"\3" * 32)
WITNESS = Signer("witness.example.org", b"\4" * 32, COSIGNS)
TEXT = "the text\n\nof a note\n"
HEAD = Head(7, bytes(range(32)))
AT = 1_679_315_147
NEUTRAL_POINT = b"\1" + bytes(31)
"""The encoding of a point of order 1."""
_P = 2**255 - 19
MIXED_POINT = (-4 * pow(5, -1, _P) % _P | 1 << 255).to_bytes(32, "little")
"""The base point plus the point of order 2: both coordinates negated."""


NO_KEYS = [
    "",
    "+",
    "name",
    "name+00000000",
    "name+00000000+",
    "name+00000000+AQ==",
    "name+00000000+!!!!",
    LOG.key.text.upper(),
    LOG.key.text + "\n",
    " " + LOG.key.text,
    LOG.key.text.replace("cases", "case"),
    LOG.key.text.replace("cases", "ca ses"),
    LOG.key.text.replace("cases", "ca\u2003ses"),
    LOG.key.text.replace("cases", "ca\x00ses"),
    LOG.key.text.replace(f"+{LOG.key.id.hex()}+", f"+{LOG.key.id.hex().upper()}0+"),
    "é+00000000+é",
]
"""Texts that are no key."""


WEAK_KEYS = [
    b"",
    bytes(31),
    bytes(33),
    bytes(32),
    NEUTRAL_POINT,
    NEUTRAL_POINT[:31] + b"\x80",
    b"\xee" + b"\xff" * 30 + b"\x7f",
    b"\xff" * 32,
    b"\2" + bytes(31),
    MIXED_POINT,
]
"""Public keys nobody may have: small order, not canonical, no point, of mixed order."""


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda _: b"",
    lambda _: b"\n",
    lambda _: b"\n\n",
    lambda raw: raw[:-1],
    lambda raw: raw + b"\n",
    lambda raw: raw + b"a line\n",
    lambda raw: raw + b"\n\n",
    lambda raw: raw.replace(b"\n\n\xe2", b"\n\xe2"),
    lambda raw: raw.replace(b"\n", b"\r\n"),
    lambda raw: raw.replace(b"text", b"te\x01xt"),
    lambda raw: raw.replace(b"text", b"te\txt"),
    lambda raw: raw.replace(b"text", b"te\x80xt"),
    lambda raw: raw.replace(b"text", b"te\xed\xa0\x80xt"),
    lambda raw: raw.replace("— ".encode(), b"- "),
    lambda raw: raw.replace("— ".encode(), "—  ".encode()),
    lambda raw: raw.replace(b"cases ", b"cases  "),
    lambda raw: raw.replace(b"/cases ", b"/ca ses "),
    lambda raw: raw.replace(b"/cases ", b"/ca+ses "),
    lambda raw: raw.replace(b"/cases ", "/ca\u00a0ses ".encode()),
    lambda raw: raw.replace(b"=\n", b"\n"),
    lambda raw: raw.replace(b"=\n", b"==\n"),
    lambda raw: raw.replace(b"=\n", b"= \n"),
]
"""Changes after which a note is none."""


NO_CHECKPOINTS = [
    ("\n7\n", "\n07\n"),
    ("\n7\n", "\n+7\n"),
    ("\n7\n", "\n-7\n"),
    ("\n7\n", "\n 7\n"),
    ("\n7\n", "\n7 \n"),
    ("\n7\n", "\n7.0\n"),
    ("\n7\n", "\n0x7\n"),
    ("\n7\n", "\n\u0667\n"),
    ("\n7\n", "\n\n"),
    ("\n7\n", "\n9223372036854775808\n"),
    ("\n7\n", "\n" + "9" * 5000 + "\n"),
    ("\n7\n", "\n"),
    (ORIGIN, ""),
    ("Hh8=", "Hh8"),
    ("Hh8=", "Hg=="),
    ("Hh8=", "Hh9="),
    ("Hh8=", "Hh8gIA=="),
    ("Hh8=\n", "Hh8="),
    ("Hh8=\n", "Hh8=\n\n"),
    ("Hh8=\n", "Hh8=\nmore"),
    ("Hh8=\n", "Hh8=\n\nmore\n"),
]
"""Replacements after which a checkpoint is none."""


def cause_of(check: Callable[[], object]) -> str:
    """Return the cause a check gives."""
    with pytest.raises(Unproven) as caught:
        check()
    return caught.value.cause


def spoiled(note: Note, keys: Sequence[VerifierKey]) -> str:
    """Return why a note is refused."""
    return cause_of(lambda: verify(note, keys))


class TestKeys:
    """A key is handed on as one line of text."""

    @pytest.mark.parametrize("signer", [LOG, WITNESS])
    def test_a_key_is_read_as_it_was_written(self, signer: Signer) -> None:
        """Name, kind and public key."""
        assert parse_key(signer.key.text) == signer.key

    def test_the_id_stands_for_name_kind_and_key(self) -> None:
        """Another of any of the three has another id."""
        keys = [LOG, NEXT, Signer("other", LOG.seed), Signer(ORIGIN, LOG.seed, COSIGNS)]
        assert len({signer.key.id for signer in keys}) == 4

    def test_an_example_of_the_specification_is_read(self) -> None:
        """The key of C2SP's own example."""
        text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        key = parse_key(text)
        assert (key.name, key.kind, key.id.hex(), key.text) == (
            "example.com/foo",
            SIGNS,
            "530d903a",
            text,
        )

    @pytest.mark.parametrize("text", NO_KEYS)
    def test_what_is_no_key_is_refused(self, text: str) -> None:
        """No part of it is guessed at."""
        with pytest.raises(DecodeError):
            parse_key(text)

    @pytest.mark.parametrize("surrogate", [0xD800, 0xDC80, 0xDFFF])
    def test_a_name_that_was_no_text_is_refused(self, surrogate: int) -> None:
        """So the command line hands over bytes that are no UTF-8."""
        with pytest.raises(DecodeError):
            parse_key(LOG.key.text.replace("cases", f"ca{chr(surrogate)}ses"))

    def test_a_key_of_another_kind_is_refused(self) -> None:
        """ECDSA, ML-DSA and kinds to come are not known here."""
        for kind in (0, 2, 3, 5, 6, 255):
            key = VerifierKey("name", kind, LOG.key.public)
            with pytest.raises(DecodeError, match="kind"):
                parse_key(key.text)

    @pytest.mark.parametrize("public", WEAK_KEYS)
    def test_a_weak_key_is_refused(self, public: bytes) -> None:
        """Small order, non-canonical, off the curve, of mixed order, of another length."""
        with pytest.raises(DecodeError, match="weak"):
            verifier_key("name", SIGNS, public)

    def test_a_seed_is_never_shown(self) -> None:
        """Neither in a log nor in a traceback."""
        assert repr(LOG) == f"Signer({ORIGIN!r})"


class TestNotes:
    """A note is read as it was written, and not otherwise."""

    def test_a_note_is_written_as_the_specification_shows(self) -> None:
        """Text, empty line, dash, name, base64 of id and signature."""
        note = sign_note(TEXT, LOG)
        body = base64.b64encode(LOG.key.id + sign(LOG.seed, TEXT.encode())).decode()
        assert note.encode().decode() == f"{TEXT}\n— {ORIGIN} {body}\n"

    @given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])), st.integers(1, 3))
    @settings(deadline=None)
    def test_every_note_is_read_as_it_was_written(self, text: str, count: int) -> None:
        """Whatever the text, its own empty lines and dashes included."""
        note = sign_note(f"{text}\n\n— {text}\n", *(LOG, NEXT, STRANGER)[:count])
        assert parse_note(note.encode()) == note
        assert len(verify(note, [LOG.key, NEXT.key, STRANGER.key])) == count

    @pytest.mark.parametrize("change", DAMAGES)
    def test_what_is_no_note_is_refused(self, change: Callable[[bytes], bytes]) -> None:
        """Cut, lengthened, of other line ends, with control characters, not UTF-8."""
        raw = sign_note(TEXT, LOG).encode()
        assert change(raw) != raw
        with pytest.raises(DecodeError):
            parse_note(change(raw))

    def test_base64_is_read_in_one_spelling(self) -> None:
        """The bits that base64 leaves over must be 0, or two notes would say the same."""
        raw = sign_note(TEXT, LOG).encode()
        body = base64.b64encode(LOG.key.id + sign(LOG.seed, TEXT.encode()))
        letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        other = body[:-2] + bytes([letters[letters.index(body[-2]) + 1]]) + b"="
        assert base64.b64decode(other) == base64.b64decode(body)
        with pytest.raises(DecodeError):
            parse_note(raw.replace(body, other))

    def test_a_note_is_bounded(self) -> None:
        """In bytes and in signatures."""
        line = sign_note(TEXT, STRANGER).signatures[0].line
        many = (TEXT + "\n" + line * SIGNATURES_MAX).encode()
        assert len(parse_note(many).signatures) == SIGNATURES_MAX
        with pytest.raises(DecodeError, match="signatures"):
            parse_note(many + line.encode())
        most = b"x" * (NOTE_BYTES_MAX - len(many)) + many
        assert len(parse_note(most).encode()) == NOTE_BYTES_MAX
        with pytest.raises(DecodeError, match="bytes"):
            parse_note(b"x" + most)

    @pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\rb\n"])
    def test_what_cannot_be_a_text_is_not_signed(self, text: str) -> None:
        """Nobody could read the note."""
        with pytest.raises(DecodeError):
            sign_note(text, LOG)


class TestWhoSigned:
    """Unknown signatures count for nothing, a wrong one of a known key spoils the note."""

    def test_known_keys_are_told_in_the_order_they_signed(self) -> None:
        """Others beside them are ignored."""
        note = sign_note(TEXT, NEXT, STRANGER, LOG)
        found = verify(note, [LOG.key, NEXT.key])
        assert found == (Verified(NEXT.key), Verified(LOG.key))

    def test_a_note_by_strangers_is_refused(self) -> None:
        """Also where nobody is known."""
        note = sign_note(TEXT, STRANGER)
        assert spoiled(note, [LOG.key]) == "no_known_signature"
        assert spoiled(note, []) == "no_known_signature"

    def test_who_shares_a_name_or_an_id_is_a_stranger(self) -> None:
        """Both together name a key."""
        signed = sign_note(TEXT, LOG).signatures[0]
        for other in (
            Signature("other.example.org", signed.key_id, signed.body),
            Signature(ORIGIN, NEXT.key.id, signed.body),
        ):
            note = Note(TEXT, (other,))
            assert spoiled(note, [LOG.key]) == "no_known_signature"

    def test_every_change_of_a_text_is_noticed(self) -> None:
        """The signature is over every byte of it."""
        signatures = sign_note(TEXT, LOG).signatures
        for changed in ("The text\n\nof a note\n", TEXT + "\n", TEXT[1:], TEXT[:-2] + "\n"):
            note = Note(changed, signatures)
            assert spoiled(note, [LOG.key]) == "signature_is_wrong"

    def test_every_flipped_byte_of_a_signature_is_noticed(self) -> None:
        """Behind the id, which says whose it is."""
        (signature,) = sign_note(TEXT, LOG).signatures
        for at in range(64):
            body = bytearray(signature.body)
            body[at] ^= 1
            note = Note(TEXT, (Signature(ORIGIN, signature.key_id, bytes(body)),))
            assert spoiled(note, [LOG.key]) == "signature_is_wrong"

    def test_a_wrong_signature_of_a_known_key_spoils_a_right_one(self) -> None:
        """Whichever comes first, and also of the same key."""
        right = sign_note(TEXT, LOG, NEXT).signatures
        for wrong in (Signature(ORIGIN, LOG.key.id, bytes(64)),):
            for signatures in ((wrong, right[1]), (right[1], wrong), (*right, wrong)):
                note = Note(TEXT, signatures)
                cause = spoiled(note, [LOG.key, NEXT.key])
                assert cause == "signature_is_wrong"

    def test_a_signature_that_stands_twice_counts_once(self) -> None:
        """A quorum is of keys, not of lines."""
        note = sign_note(TEXT, LOG, LOG)
        assert verify(note, [LOG.key, LOG.key]) == (Verified(LOG.key),)

    def test_a_signature_of_another_length_is_refused(self) -> None:
        """Empty ones are not even a line."""
        for body in (b"x", bytes(63), sign(LOG.seed, TEXT.encode()) + b"\0"):
            note = Note(TEXT, (Signature(ORIGIN, LOG.key.id, body),))
            assert spoiled(note, [LOG.key]) == "signature_is_wrong"

    def test_keys_that_cannot_be_told_apart_are_refused(self) -> None:
        """An id has 32 bits, so whoever searches finds two keys of one id, such as these."""
        one, other = (Signer(ORIGIN, seed.to_bytes(32, "big")) for seed in (29_080, 46_702))
        assert one.key.id == other.key.id
        note = sign_note(TEXT, one)
        assert spoiled(note, [one.key, other.key]) == "keys_are_ambiguous"
        assert spoiled(note, [other.key]) == "signature_is_wrong"
        assert verify(note, [one.key]) == (Verified(one.key),)


class TestCosignatures:
    """A witness signs what it saw and when."""

    def note(self, at: int = AT) -> Note:
        """Make a checkpoint that log and witness signed."""
        note = sign_checkpoint(HEAD, LOG)
        return Note(note.text, (*note.signatures, cosign(note.text, WITNESS, at=at)))

    def test_the_time_is_told(self) -> None:
        """With the key."""
        found = verify(parse_note(self.note().encode()), [WITNESS.key])
        assert found == (Verified(WITNESS.key, AT),)

    def test_it_is_over_header_time_and_checkpoint(self) -> None:
        """As the specification gives it."""
        body = self.note().signatures[1].body
        message = f"cosignature/v1\ntime {AT}\n{self.note().text}".encode()
        assert body == AT.to_bytes(8, "big") + sign(WITNESS.seed, message)

    def test_another_time_is_noticed(self) -> None:
        """Neither earlier nor later, nor beyond what the format holds."""
        _, signature = self.note().signatures
        for at in (AT - 1, AT + 1, 0, 2**63, 2**64 - 1):
            body = at.to_bytes(8, "big") + signature.body[8:]
            note = Note(self.note().text, (Signature(WITNESS.name, WITNESS.key.id, body),))
            assert spoiled(note, [WITNESS.key]) == "signature_is_wrong"

    @pytest.mark.parametrize("at", [0, 2**63 - 1])
    def test_every_time_the_format_holds_is_read(self, at: int) -> None:
        """From 1970 to the end of a signed number of 64 bits."""
        assert verify(self.note(at), [WITNESS.key]) == (Verified(WITNESS.key, at),)

    def test_a_time_beyond_the_format_is_refused(self) -> None:
        """Even well signed."""
        assert spoiled(self.note(2**63), [WITNESS.key]) == "signature_is_wrong"

    def test_a_plain_signature_is_no_cosignature(self) -> None:
        """Nor the other way round, under the same seed and name."""
        plain = Signer(WITNESS.name, WITNESS.seed)
        text = self.note().text
        for signature, key in (
            (sign_note(text, plain).signatures[0], WITNESS.key),
            (cosign(text, WITNESS, at=AT), plain.key),
        ):
            note = Note(text, (Signature(WITNESS.name, key.id, signature.body),))
            cause = spoiled(note, [key])
            assert cause == "signature_is_wrong"

    def test_a_cut_cosignature_is_refused(self) -> None:
        """At every length."""
        _, signature = self.note().signatures
        for length in range(1, 72):
            cut = Signature(WITNESS.name, WITNESS.key.id, signature.body[:length])
            note = Note(self.note().text, (cut,))
            assert spoiled(note, [WITNESS.key]) == "signature_is_wrong"


class TestCheckpoints:
    """A checkpoint names its log, and its log has signed it."""

    @given(
        st.text(st.characters(min_codepoint=33, max_codepoint=1000), min_size=1),
        st.integers(1, 2**63 - 1),
        st.binary(min_size=32, max_size=32),
        st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=1000), min_size=1)),
    )
    @settings(deadline=None)
    def test_a_checkpoint_is_read_as_it_was_written(
        self, origin: str, size: int, root: bytes, more: list[str]
    ) -> None:
        """Origin, size, root, and lines we do not know."""
        checkpoint = Checkpoint(origin, Head(size, root), tuple(more))
        assert parse_checkpoint(checkpoint.text) == checkpoint

    def test_an_empty_log_has_a_checkpoint(self) -> None:
        """Its size is 0 and its root that of nothing."""
        empty = Checkpoint(ORIGIN, Head(0, EMPTY_ROOT))
        assert parse_checkpoint(empty.text) == empty
        with pytest.raises(DecodeError):
            parse_checkpoint(Checkpoint(ORIGIN, Head(0, bytes(32))).text)

    @pytest.mark.parametrize(("old", "new"), NO_CHECKPOINTS)
    def test_what_is_no_checkpoint_is_refused(self, old: str, new: str) -> None:
        """A size in another spelling, a root of another length, a line missing or empty."""
        text = Checkpoint(ORIGIN, HEAD).text
        assert old in text
        with pytest.raises(DecodeError):
            parse_checkpoint(text.replace(old, new))

    def test_a_log_signs_its_head(self) -> None:
        """With every key it has while one is replaced."""
        note = sign_checkpoint(HEAD, LOG, NEXT)
        opened = open_checkpoint(note.encode(), ORIGIN, [NEXT.key, WITNESS.key])
        assert opened.checkpoint == Checkpoint(ORIGIN, HEAD)
        assert opened.verified == (Verified(NEXT.key),)
        assert opened.note == note

    def test_a_witness_alone_is_not_the_log(self) -> None:
        """It saw what somebody showed it."""
        note = sign_checkpoint(HEAD, LOG)
        cosigned = Note(note.text, (*note.signatures, cosign(note.text, WITNESS, at=AT)))
        opened = open_checkpoint(cosigned.encode(), ORIGIN, [LOG.key, WITNESS.key])
        assert opened.verified == (Verified(LOG.key), Verified(WITNESS.key, AT))
        cause = cause_of(lambda: open_checkpoint(cosigned.encode(), ORIGIN, [WITNESS.key]))
        assert cause == "log_did_not_sign"

    def test_a_checkpoint_of_another_log_is_refused(self) -> None:
        """Also when it is signed by a key that is known."""
        note = sign_checkpoint(HEAD, STRANGER)
        keys = [LOG.key, STRANGER.key]
        cause = cause_of(lambda: open_checkpoint(note.encode(), ORIGIN, keys))
        assert cause == "origin_is_another"
        forged = sign_note(Checkpoint(ORIGIN, HEAD).text, STRANGER)
        cause = cause_of(lambda: open_checkpoint(forged.encode(), ORIGIN, keys))
        assert cause == "log_did_not_sign"
