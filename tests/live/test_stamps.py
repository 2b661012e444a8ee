"""An authority of time stamps checkpoints; the log keeps its tokens for whoever doubts us."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from ledger.errors import CaseBusy, DecodeError, RuleViolation, StoreFault
from ledger.seal import verify
from ledger.seal.log_leaves import Stamped
from ledger.seal.stamp_spool import Spool, Waiting
from ledger.seal.stamps import check_stamp, read_roots, token_in
from ledger.seal.unproven import Unproven
from services.exports.disclose import disclose
from services.house import House
from services.reading import Eyes
from services.seals import key_history, seals_of, tick_now
from services.settings import Seals, read
from services.stamping import asking, orders
from services.stamping.stamper import Stamper, due_at
from services.stamping.standing import standing
from tests.authority import REPLY, Answer, Authority, hanging, honest, needs_openssl, served
from tests.live.ledgers import clerk, give, opened, said, taken_over, tell
from tests.live.serving import environment, run, serving, until
from tests.sealing import checkpoint_of, store_of

pytestmark = [pytest.mark.live, needs_openssl]
HISTORY = [taken_over("R-1"), said("one"), said("two")]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Make an authority everybody here trusts."""
    return Authority(tmp_path_factory.mktemp("tsa") / "a")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """Open a ledger with a case, sealed once."""
    with opened(tmp_path_factory.mktemp("ledger"), unbound=True) as house:
        number = tell(house, HISTORY)
        tick_now(house)
        yield house, number


def stamps(house: House) -> list[Stamped]:
    """List what was stamped."""
    store = seals_of(house)
    assert store is not None
    with closing(store):
        return [stamped for _, stamped in store.stamps(store.log_size())]


def bundle(ledger: tuple[House, str], target: Path) -> Path:
    """Take the bundle of a party."""
    house, case = ledger
    (path,) = disclose(Eyes(house, clerk(house), "party:A"), case, target, force=True)
    return path


def pinned(house: House) -> verify.Policy:
    """Trust the key of the log."""
    return verify.parse_pins(key_history(house.ledger.folder).keys[0].key)


class TestAsking:
    """Over the network."""

    def test_a_checkpoint_is_stamped_and_the_token_is_the_next_leaf(
        self, ledger: tuple[House, str], authority: Authority, tmp_path: Path
    ) -> None:
        """Bundles carry it, verify.py says what of it it checked, openssl checks the rest."""
        house, case = ledger
        give(house, said("before the stamp"), case)
        with served(honest(authority)) as url:
            note = orders.stamp_now(house, Seals(stamp=url, stamp_roots=authority.roots))
        stamped = stamps(house)[-1]
        assert checkpoint_of(note).head.size > stamped.size
        path = bundle(ledger, tmp_path / "b")
        words = [str(path), f"--key={key_history(house.ledger.folder).keys[0].key}"]
        status, told = verify.told(words)
        assert status == 0, told
        assert "WAS NOT CHECKED by this program" in told
        assert "joint up to entry" in told
        line = told.partition("openssl ts")[2].partition("\n")[0]
        line = line.replace("ROOTS.pem", str(authority.roots))
        asked = ["openssl", "ts", *line.split()]
        checked = subprocess.run(asked, cwd=path, capture_output=True, text=True, check=False)
        assert "Verification: OK" in checked.stdout, checked.stderr
        full = run(tmp_path, "verify", *words, f"--tsa-roots={authority.roots}")
        assert (full.returncode, full.stderr) == (0, "")
        assert "the authority's signature holds" in full.stdout

    def test_the_stand_alone_verifier_reads_a_stamped_bundle(
        self, ledger: tuple[House, str], authority: Authority, tmp_path: Path
    ) -> None:
        """With the standard library alone, from within the bundle, as a zip too."""
        house, _ = ledger
        with served(honest(authority)) as url:
            orders.stamp_now(house, Seals(stamp=url, stamp_roots=authority.roots))
        key = f"--key={key_history(house.ledger.folder).keys[0].key}"
        for name in ("b", "b.zip"):
            path = bundle(ledger, tmp_path / name)
            words = [sys.executable, "-I", "-S", verify.__file__, str(path), key, "--json"]
            alone = subprocess.run(words, capture_output=True, text=True, check=False)
            assert alone.returncode == 0, alone.stdout + alone.stderr
            (stamp, *_) = json.loads(alone.stdout)["evidence"][0]["stamps"]
            assert stamp["checked"] == ""
            assert stamp["covers"]["joint"] > 0

    @pytest.mark.parametrize(
        ("kind", "cause"),
        [
            ("html", "stamp_is_malformed"),
            ("html called a reply", "stamp_is_malformed"),
            ("empty", "stamp_is_malformed"),
            ("cut", "stamp_is_malformed"),
            ("too long", "stamp_is_malformed"),
            ("another nonce", "stamp_nonce_is_another"),
            ("another text", "stamp_is_of_other_checkpoint"),
            ("another hash", "stamp_is_malformed"),
            ("refusal", "stamp_was_refused"),
            ("foreign", "stamp_signature_is_wrong"),
            ("expired", "stamp_signature_is_wrong"),
        ],
    )
    def test_what_is_no_stamp_is_not_logged(
        self,
        ledger: tuple[House, str],
        authority: Authority,
        tmp_path: Path,
        kind: str,
        cause: str,
    ) -> None:
        """Each has a name; log and spool stay as they are."""
        house, _ = ledger
        before = stamps(house)
        answer, roots = wrong(kind, authority, house, tmp_path / "other")
        with served(answer) as url, pytest.raises(RuleViolation) as refused:
            orders.stamp_now(house, Seals(stamp=url, stamp_roots=roots))
        assert refused.value.rule == cause
        assert Spool(house.ledger.folder).is_empty()
        tick_now(house)
        assert stamps(house) == before

    def test_an_authority_that_hangs_is_given_up(
        self, ledger: tuple[House, str], authority: Authority, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And one that is not there."""
        monkeypatch.setattr(asking.ask, "__defaults__", (0.3,))
        house, _ = ledger
        with hanging() as url, pytest.raises(CaseBusy, match="did not answer"):
            orders.stamp_now(house, Seals(stamp=url, stamp_roots=authority.roots))
        away = Seals(stamp="http://127.0.0.1:9/", stamp_roots=authority.roots)
        with pytest.raises(CaseBusy, match="did not answer"):
            orders.stamp_now(house, away)


def wrong(kind: str, authority: Authority, house: House, folder: Path) -> tuple[Answer, Path]:
    """Make an authority that answers wrongly, and say whom to trust."""
    store = seals_of(house)
    assert store is not None
    with closing(store):
        note = store.note(store.signed_size())
    assert note is not None
    text = note.partition(b"\n\n")[0] + b"\n"
    plain: dict[str, Answer] = {
        "html": lambda _: ("text/html", b"<html>Come back later</html>"),
        "html called a reply": lambda _: (REPLY, b"<html>Come back later</html>"),
        "empty": lambda _: (REPLY, b""),
        "cut": lambda query: (REPLY, authority.reply(query)[:-20]),
        "too long": lambda _: (REPLY, b"0" * 1_000_000),
        "another nonce": lambda _: (REPLY, authority.reply(authority.query(text))),
        "another text": lambda _: (REPLY, authority.reply(authority.query(b"another"))),
        "another hash": lambda _: (
            REPLY,
            authority.reply(authority.query(text, digest="-sha512")),
        ),
        "refusal": lambda _: (REPLY, authority.reply(authority.query(b"x", digest="-sha384"))),
    }
    if kind in plain:
        return plain[kind], authority.roots
    other = Authority(folder, expired=kind == "expired")
    return honest(other), authority.roots if kind == "foreign" else other.roots


class TestByHand:
    """For a house without a network."""

    @pytest.mark.slow
    def test_a_request_is_carried_out_and_its_answer_brought_back(
        self, authority: Authority, tmp_path: Path
    ) -> None:
        """In two command lines, with openssl in another house between them."""
        data, query, answer = tmp_path / "data", tmp_path / "ask.tsq", tmp_path / "answer.tsr"
        with opened(data, unbound=True) as house:
            case = tell(house, HISTORY)
        asked = run(data, "seal", "--stamp-request", str(query))
        assert asked.returncode == 0, asked.stderr
        answer.write_bytes(authority.reply(query.read_bytes()))
        bring = ("seal", "--stamp-token", str(answer))
        unknown = run(data, *bring)
        assert (unknown.returncode, "--tsa-roots" in unknown.stderr) == (2, True)
        brought = run(data, *bring, "--tsa-roots", str(authority.roots))
        assert brought.returncode == 0, brought.stderr
        again = run(data, *bring, "--tsa-roots", str(authority.roots))
        assert (again.returncode, "stamp_was_asked_for" in again.stderr) == (1, True)
        with opened(data) as house:
            assert len(stamps(house)) == 1
            taken = bundle((house, case), tmp_path / "b")
            (found,) = verify.examine([taken], pinned(house)).findings
            assert len(found.stamps) == 1

    def test_an_answer_nobody_asked_for_is_refused(
        self, ledger: tuple[House, str], authority: Authority
    ) -> None:
        """Even if it is over the right text, by the right authority."""
        house, _ = ledger
        body = orders.request_by_hand(house)
        roots = read_roots(authority.roots.read_bytes())
        other = authority.reply(authority.query(b"another"))
        for answer in (other, b"", b"<html>", authority.reply(body)[:-9]):
            with pytest.raises(RuleViolation, match=r"stamp_was_asked_for|stamp_is_malformed"):
                orders.take_by_hand(house, answer, roots)
        before = len(stamps(house))
        orders.take_by_hand(house, token_in(authority.reply(body)), roots)
        assert len(stamps(house)) == before + 1


def stamping(folder: Path, url: str, authority: Authority) -> dict[str, str]:
    """Set that checkpoints are stamped every second."""
    told = f"every=0.1,stamp={url},stamp_every=1,stamp_roots={authority.roots}"
    return environment(folder, NATS_URL="off", SEALS=told)


class TestServing:
    """Every so often, beside the sealing."""

    @pytest.mark.slow
    def test_serve_has_checkpoints_stamped_and_goes_on_while_the_authority_hangs(
        self, authority: Authority, tmp_path: Path
    ) -> None:
        """Ticks do not wait; a stamp comes with the next tick; the end is at once."""
        with opened(tmp_path, unbound=True) as house:
            tell(house, HISTORY)
            with (
                served(honest(authority)) as url,
                serving(tmp_path, variables=stamping(tmp_path, url, authority)),
            ):
                until(lambda: len(stamps(house)) > 1, "two stamps")
            with (
                hanging() as url,
                serving(tmp_path, variables=stamping(tmp_path, url, authority)) as running,
            ):
                begun = size_of(house)
                until(lambda: size_of(house) > begun + 10, "ten ticks")
                running.stop(signal.SIGTERM)

    def test_what_fails_is_noted_and_tried_again(
        self, ledger: tuple[House, str], authority: Authority
    ) -> None:
        """Ever more seldom; `doctor` says so, until a stamp comes."""
        house, _ = ledger
        (house.ledger.folder / "stamps" / "state.json").unlink(missing_ok=True)
        assert "nothing was stamped" in standing(house, Seals())
        away = Seals(stamp="http://127.0.0.1:9/", stamp_roots=authority.roots)
        waits = []
        for tries in range(1, 4):
            with store_of(house) as store:
                Stamper(store, away, house.clock).once()
            state = Spool(house.ledger.folder).state()
            assert (state.tries, "did not answer" in state.why) == (tries, True)
            assert state.failed is not None
            waits.append(due_at(state, away, house.clock.now()) - state.failed)
        assert waits == sorted(waits)
        with pytest.raises(StoreFault, match="failed 3 times"):
            standing(house, away)
        with served(honest(authority)) as url:
            there = Seals(stamp=url, stamp_roots=authority.roots)
            with store_of(house) as store:
                Stamper(store, there, house.clock).once()
            assert "was stamped at" in standing(house, there)
        before = len(stamps(house))
        tick_now(house)
        assert len(stamps(house)) == before + 1
        with pytest.raises(DecodeError, match="--tsa-roots"):
            standing(house, Seals(stamp=url, stamp_roots=Path("/nowhere")))

    def test_a_token_of_another_log_is_put_aside(
        self, ledger: tuple[House, str], authority: Authority
    ) -> None:
        """It stops no tick; a token that a crash left behind is not logged twice."""
        house, _ = ledger
        token = token_in(authority.reply(authority.query(b"another log\n1\nx\n")))
        spool = Spool(house.ledger.folder)
        spool.lay(Waiting(1, token))
        spool.lay(Waiting(1_000_000, token + b"x"))
        (spool.folder / "waiting" / "0.json").write_text("{")
        before = stamps(house)
        for stamped in before:
            spool.lay(Waiting(stamped.size, stamped.token))
        tick_now(house)
        assert stamps(house) == before
        assert spool.is_empty()
        assert len(list((spool.folder / "waiting").glob("*.refused"))) == 3


def size_of(house: House) -> int:
    """Count the leaves of the log."""
    store = seals_of(house)
    assert store is not None
    with closing(store):
        return store.signed_size()


@pytest.mark.slow
def test_no_broken_token_is_taken_for_a_stamp(authority: Authority) -> None:
    """Every cut and a flip in every byte: refused with a name, or as good as it was."""
    text, roots = b"gol/log/a\n1\nx\n", read_roots(authority.roots.read_bytes())
    token = token_in(authority.reply(authority.query(text)))
    whole, random = check_stamp(token, text, roots), Random(1)
    assert check_stamp(token, text, roots, None) == whole
    for at in range(len(token)):
        flipped = bytearray(token)
        flipped[at] ^= random.randrange(1, 256)
        for broken in (token[:at], token[at + 1 :], bytes(flipped), token[:at] + token):
            try:
                found = check_stamp(broken, text, roots)
            except Unproven:
                continue
            assert (found.at, found.by) == (whole.at, whole.by)
            with pytest.raises(Unproven, match="stamp_is_of_other_checkpoint"):
                check_stamp(broken, text + b" ", roots)


@pytest.mark.parametrize(
    "told",
    [
        "stamp=https://tsa.example/",
        "stamp=ftp://tsa.example/,stamp_roots=r",
        "stamp=http://user:word@tsa.example/,stamp_roots=r",
        "stamp_every=0,stamp=http://tsa.example/,stamp_roots=r",
        "stamps=1",
    ],
)
def test_settings_that_say_nothing_clear_are_refused(told: str) -> None:
    """An authority needs roots; its address has no password in it."""
    with pytest.raises(DecodeError, match="GOODOFFICES_SEALS"):
        read({"GOODOFFICES_SEALS": told})
