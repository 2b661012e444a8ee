"""Keys and signatures, and who opened what, as a person types them."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.signing import Head
from services.answers import MISUSE, REFUSED
from services.clock import FakeClock
from services.heads import head_of
from tests import examples
from tests.live.ledgers import clerk, opened, tell
from tests.live.test_reading_cli import Run, Told, document, process, run
from tests.spec import START

pytestmark = pytest.mark.live

__all__ = ["run"]  # the fixture that runs a command within this process


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Tell a case up to the talks."""
    folder = tmp_path / "ledger"
    with opened(folder, unbound=True, clock=FakeClock(START, timedelta(minutes=1))) as house:
        case = tell(house, examples.mediating())
    return Told(folder, case)


@pytest.fixture
def key(told: Told, run: Run, tmp_path: Path) -> Path:
    """Make a key for A and have it bound."""
    path = tmp_path / "a.key"
    status, _, _ = run("key", "new", str(path), "--owner", "party:A")
    assert status == 0
    status, _, err = run("key", "bind", told.case, "--file", str(path), "--by", "A")
    assert status == 0, err
    return path


TABLE = ("table-proposal", "--by", "A", "--clause", "berth fee=1.3 M EUR")


def entries(run: Run, told: Told, kind: str) -> list[dict[str, Any]]:
    """Show the entries of a kind to B."""
    shown = document(run, "show", told.case, "--as", "party:B")
    return [one for one in shown["timeline"] if one["type"] == kind]


def test_an_act_is_signed_and_everybody_sees_that_it_is(told: Told, run: Run, key: Path) -> None:
    """With the words signed, the head seen, and what bound the key; others are asserted."""
    status, _, err = run("act", told.case, *TABLE)
    assert status == 0, err
    status, _, err = run("act", told.case, *TABLE, "--sign", str(key))
    assert status == 0, err
    plain, signed = entries(run, told, "proposal-tabled")
    assert plain["signature"] is None
    found = signed["signature"]
    assert (found["says"], found["holds"]) == ("signed by its actor", True)
    assert {"command", "case", "head", "data.clauses"} <= set(found["fields"])
    (bound,) = entries(run, told, "key-bound")
    assert found["bound_by"] == bound["entry"]
    assert found["head"]["room"] == "joint"
    assert found["head"]["size"] == int(signed["entry"].partition(":")[2]) - 1
    trail = document(run, "audit", told.case, "--as", "party:B")
    known = {one["assurance"] for one in trail if one["type"] == "proposal-tabled"}
    assert known == {"signed by its actor", "asserted by the institution"}
    status, out, _ = run("show", told.case)
    assert "signed by its actor" in out


def test_a_line_is_signed_without_a_ledger_and_given_by_anybody(
    told: Told, run: Run, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registry enters what a party signed elsewhere; again, it gets the first answer."""
    line = {
        "command": "table-proposal",
        "id": "from-elsewhere",
        "case": told.case,
        "acting_for": "party:A",
        "data": {"clauses": [{"clause_id": "c1", "issue": "berth fee", "text": "Half."}]},
    }
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(line).encode())))
    status, out, err = run("key", "sign", str(key))
    assert status == 0, err
    path = tmp_path / "signed.jsonl"
    path.write_text(out)
    first = process(told, "act", "--file", str(path))
    assert first.returncode == 0, first
    assert process(told, "act", "--file", str(path)).stdout == first.stdout
    altered = {**json.loads(out), "id": "other"}
    path.write_text(json.dumps(altered))
    refused = process(told, "act", "--file", str(path))
    assert refused.returncode == REFUSED
    assert json.loads(refused.stdout)["rule"] == "signature_is_good"
    assert entries(run, told, "proposal-tabled")[0]["signature"]["holds"]


def test_another_record_than_the_one_seen_is_refused(told: Told) -> None:
    """A head that this record never had tells of a second one."""
    with opened(told.folder) as house:
        case_id = house.resolve(told.case, clerk(house))
        reader = house.ledger.reader
        head = head_of(reader, case_id, "joint", 5)
        assert head.size == 5
        assert head_of(reader, case_id, "joint", 5) == head
        other = Head(room="joint", size=5, root="00" * 32)
        longer = Head(room="joint", size=5000, root=head.root)
        for seen in (other, longer, Head(room="caucus:B", size=1, root=head.root)):
            line = {
                "command": "table-proposal",
                "id": "x",
                "case": told.case,
                "head": msgspec.to_builtins(seen),
                "data": {"clauses": [{"clause_id": "c1", "issue": "fee"}]},
            }
            answer = house.desk.handle(msgspec.json.encode(line), clerk(house), "command line")
            assert answer.rule == "head_is_of_this_record"


def test_keys_are_listed_rotated_and_given_up(
    told: Told, run: Run, key: Path, tmp_path: Path
) -> None:
    """In a case, and in the institution's own record."""
    (bound,) = document(run, "key", "list", told.case, "--as", "party:B")
    assert bound["counts"]
    assert run("key", "list", told.case)[1].count("party:A") == 1
    status, shown, _ = run("key", "show", str(key))
    assert json.loads(shown)["key"] == bound["key"]
    given_up = ("--owner", "party:A", "--public-key", bound["key"])
    assert run("key", "revoke", told.case, *given_up, "--by", "A", "--reason", "Lost.")[0] == 0
    (gone,) = document(run, "key", "list", told.case)
    assert not gone["counts"]
    status, _, err = run("act", told.case, *TABLE, "--sign", str(key))
    assert status == REFUSED
    assert "key_is_the_actors" in err
    clerks, public = tmp_path / "clerk.key", tmp_path / "clerk.json"
    public.write_text(run("key", "new", str(clerks), "--owner", "person:clerk")[1])
    assert run("key", "bind", "--public", str(public))[0] == 0
    (own,) = document(run, "key", "list")
    assert own["owner"] == "person:clerk"
    gone_too = ("--owner", "person:clerk", "--public-key", own["key"])
    assert run("key", "revoke", *gone_too)[0] == 0


def test_what_cannot_be_signed_is_said_clearly(
    told: Told, run: Run, key: Path, tmp_path: Path
) -> None:
    """Another's act, no key file, nobody acted for, no public key, two of them."""
    wrong = tmp_path / "no.key"
    wrong.write_text("{}")
    wrong.chmod(0o600)
    assert run("act", told.case, *TABLE, "--sign", str(wrong))[0] == MISUSE
    assert run("act", told.case, *TABLE, "--sign", str(key), "--actor", "party:B")[0] == MISUSE
    assert (
        run("act", told.case, "table-proposal", "--clause", "x=1", "--sign", str(key))[0] == MISUSE
    )
    assert run("key", "bind", told.case)[0] == MISUSE
    assert run("key", "bind", told.case, "--public", str(wrong), "--file", str(key))[0] == MISUSE
    assert run("key", "bind", told.case, "--public", str(tmp_path / "none"))[0] == MISUSE
    assert run("key", "new", str(key), "--owner", "party:A")[0] == MISUSE


def test_accesses_are_listed_to_each_for_its_own(told: Told, run: Run) -> None:
    """By the command that opened them; as a table and as JSON."""
    assert run("show", told.case, "--as", "party:A")[0] == 0
    assert run("show", told.case, "--as", "party:B")[0] == 0
    (line,) = document(run, "accesses", told.case, "--as", "party:A")
    assert (line["command"], line["viewer"]) == ("show", "party:A")
    assert {"at", "person", "rooms", "case_id", "number", "external_ref"} <= set(line)
    status, out, _ = run("accesses", "--as", "registry")
    assert status == 0
    assert len(out.splitlines()) == 3
