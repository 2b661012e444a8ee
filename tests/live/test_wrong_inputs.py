"""Wrong files in the place of right ones: a clear error, never "verified", never a traceback."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.ledgers import give, opened
from tests.live.serving import run
from tests.spec import do

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.timeout(300)]

CASE = "GO-2026-0001"
SOME = ("huge", "instead", "not there", "pipe", "twice.json", "words")
"""Where each run takes a while."""


class Made:
    """A ledger, a bundle and a receipt of it, and many files that are neither.

    Attributes:
        folder: Where they lie.
        data: The ledger.
        wrong: Names of the wrong files.
    """

    def __init__(self, folder: Path) -> None:
        """Make them."""
        self.folder, self.data = folder, folder / "data"
        opening = ("new", "--title", "Berth", "--party", "A=Alda", "--party", "B=Brevik")
        assert run(self.data, *opening).returncode == 0
        self.case = str(json.loads(run(self.data, "cases", "--json").stdout)[0]["number"])
        receipt = run(self.data, "act", self.case, "register-request", "--receipt")
        assert receipt.returncode == 0, receipt.stderr
        bundle = ("export", self.case, "--for", "registry", "--format", "bundle", "-o")
        assert run(self.data, *bundle, str(folder / "bundle.zip")).returncode == 0
        assert run(self.data, *bundle, str(folder / "bundle")).returncode == 0
        key = json.loads(receipt.stdout)["keys"]["keys"][0]["key"]
        (folder / "right.key").write_text(key + "\n", "utf-8")
        self.wrong = sorted(path.name for path in _wrong(folder, receipt.stdout))


def _wrong(folder: Path, receipt: str) -> Iterator[Path]:
    """Make the wrong files."""
    yield _file(folder / "empty", b"")
    yield _file(folder / "words", b"These are words.\n")
    yield _file(folder / "picture.png", b"\x89PNG\r\n\x1a\n" + bytes(64))
    whole = (folder / "bundle.zip").read_bytes()
    yield _file(folder / "cut.zip", whole[: len(whole) // 2])
    yield _file(folder / "cut.json", receipt[:200].encode())
    yield _file(folder / "twice.json", b'{"v":"gol/receipt/1",' + receipt.lstrip()[1:].encode())
    yield _file(folder / "none.json", json.dumps({**json.loads(receipt), "entries": []}).encode())
    for name, files in {
        "climbs.zip": {"../../evil": b"", "bundle.json": b"{}"},
        "swells.zip": {"bundle.json": bytes(50_000_000)},
    }.items():
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as made:
            for inner, body in files.items():
                made.writestr(inner, body)
        yield folder / name
    (folder / "nothing").mkdir()
    yield folder / "nothing"
    linked = folder / "linked"
    linked.mkdir()
    (linked / "bundle.json").symlink_to("/etc/hosts")
    yield linked
    instead = folder / "instead"
    (instead / "bundle.json").mkdir(parents=True)
    yield instead
    huge = folder / "huge"
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    yield huge
    os.mkfifo(folder / "pipe", 0o600)
    yield folder / "pipe"
    yield folder / "not there"


def _file(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make the ledger and the files once."""
    return Made(tmp_path_factory.mktemp("wrong"))


def alone(made: Made, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the verifier of the bundle by itself, as a stranger does."""
    line = [sys.executable, "-I", "-S", str(made.folder / "bundle" / "verify.py"), *words]
    return subprocess.run(
        line, cwd=made.folder, capture_output=True, text=True, check=False, timeout=60
    )


def failed_clearly(done: "subprocess.CompletedProcess[str]", *, name: str) -> None:
    """Expect an error that says something, and nothing that could be taken for a yes."""
    said = done.stdout + done.stderr
    assert done.returncode in (1, 2), (name, said)
    assert "Traceback" not in said, (name, said)
    assert "VERIFIED" not in said.replace("NOT VERIFIED", ""), (name, said)
    assert len(said.strip()) > 20, (name, said)


def test_the_verifier_alone(made: Made) -> None:
    """As evidence, as key, as policy, as a checkpoint seen elsewhere."""
    key = "--key=right.key"
    for name in made.wrong:
        failed_clearly(alone(made, name, key), name=name)
        failed_clearly(alone(made, "bundle.zip", f"--key={name}"), name=name)
        failed_clearly(alone(made, "bundle.zip", f"--policy={name}"), name=name)
        failed_clearly(alone(made, "bundle.zip", key, f"--seen={name}"), name=name)
    assert alone(made, "bundle.zip", key).returncode == 0
    assert alone(made, "bundle.zip").returncode == 2


def test_the_command_line_verifies_alike(made: Made) -> None:
    """`goodoffices verify`, with the same answer as the file in the bundle."""
    for name in (*SOME, "none.json", "swells.zip"):
        done = run(
            made.data, "verify", str(made.folder / name), "--key", str(made.folder / "right.key")
        )
        failed_clearly(done, name=name)


def test_keys_of_actors(made: Made) -> None:
    """`key show` and `act --sign` take no other file for a key, and record nothing."""
    before = run(made.data, "audit", made.case, "--json").stdout
    for name in SOME:
        path = str(made.folder / name)
        failed_clearly(run(made.data, "key", "show", path), name=name)
        signed = run(made.data, "act", made.case, "acknowledge-request", "--sign", path)
        failed_clearly(signed, name=name)
    assert run(made.data, "audit", made.case, "--json").stdout == before


def test_lines_of_acts(made: Made) -> None:
    """A file that holds no acts is told so line by line; of a huge line little is read."""
    for name in SOME:
        failed_clearly(run(made.data, "act", "--file", str(made.folder / name)), name=name)
    nothing = run(made.data, "act", "--file", str(made.folder / "empty"))
    assert (nothing.returncode, nothing.stdout) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        ("receipt", ""),
        ("receipt", "nobody gave it"),
        ("seal", "--rotate-key", ""),
        ("seal", "--new-origin", "\x07"),
        ("seal", "--rotate-key", "a", "--new-origin", "b"),
        ("export", CASE, "--for", "nobody", "--format", "bundle", "-o", "x"),
        ("export", "GO-1999-1", "--for", "registry", "--format", "bundle", "-o", "x"),
        ("export", CASE, "--for", "registry", "--format", "bundle", "-o", "not there/x.zip"),
        ("export", CASE, "--for", "registry", "--format", "nothing", "-o", "x"),
        ("key", "new", "--owner", "holt", "new.key"),
    ],
)
def test_words_that_mean_nothing(made: Made, words: tuple[str, ...]) -> None:
    """Named, with what would do; nothing half written stays."""
    before = sorted(made.folder.iterdir())
    given = [made.case if word == CASE else word for word in words]
    failed_clearly(run(made.data, *given), name=str(words))
    assert sorted(made.folder.iterdir()) == before


def test_a_file_that_may_not_be_read(made: Made) -> None:
    """Said as such where the system refuses; who is root may read everything."""
    closed = made.folder / "closed.zip"
    closed.write_bytes((made.folder / "bundle.zip").read_bytes())
    closed.chmod(0)
    done = alone(made, "closed.zip", "--key=right.key")
    if os.geteuid():
        failed_clearly(done, name="closed")
        assert "cannot_be_read" in done.stdout
    else:
        assert done.returncode == 0


def test_what_was_made_stays_usable(made: Made) -> None:
    """After all of it the ledger takes acts and its evidence holds."""
    with opened(made.data) as house:
        assert give(house, do("acknowledge-request"), made.case).done
    assert alone(made, "bundle", "--key=right.key").returncode == 0
