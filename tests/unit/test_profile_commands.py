"""`goodoffices profile`: list, show, check, adopt, confirm."""

import json
from pathlib import Path

import pytest

from ledger.errors import DecodeError
from ledger.profile import builtin
from services.cli import context, profiles
from tests.unit.test_profile import house_but


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with no ledger yet."""
    monkeypatch.setenv("GOODOFFICES_OPERATOR", "clerk")
    context.configure(tmp_path / "data")


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    """List the profiles, by id."""
    capsys.readouterr()
    profiles.list_(json=True)
    return {one["id"]: one for one in json.loads(capsys.readouterr().out)}


def test_every_shipped_profile_is_listed_without_a_ledger(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """None is adopted by anybody yet."""
    found = listed(capsys)
    assert set(found) == set(builtin())
    assert not any(one["adopted"] for one in found.values())
    profiles.show("ombuds-style")
    assert capsys.readouterr().out == builtin()["ombuds-style"]
    with pytest.raises(DecodeError, match="profile"):
        profiles.show("nobody")


def test_a_file_is_checked_before_it_is_adopted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The refusal names the key."""
    file = tmp_path / "mine.toml"
    file.write_text(house_but({"id": "mine"}))
    assert profiles.check(file) == 0
    assert "mine version 1 is well" in capsys.readouterr().out
    file.write_text(house_but({"reply.period_days": 0}))
    with pytest.raises(DecodeError) as refused:
        profiles.check(file)
    assert refused.value.field == "reply.period_days"
    with pytest.raises(DecodeError, match="cannot be read"):
        profiles.check(tmp_path / "none.toml")


def test_a_profile_is_adopted_and_its_keys_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Key by key, or all that are left."""
    file = tmp_path / "mine.toml"
    file.write_text(house_but({"id": "mine", "unconfirmed": ["objection", "caucus_default"]}))
    assert profiles.adopt(str(file), default=True) == 0
    found = listed(capsys)["mine"]
    assert (found["adopted"], found["default"]) == (True, True)
    assert found["waits_for"] == ["objection", "caucus_default"]
    assert profiles.confirm("mine", key=["objection"], basis="Read by counsel.") == 0
    assert listed(capsys)["mine"]["waits_for"] == ["caucus_default"]
    assert profiles.confirm("mine", all_=True) == 0
    assert listed(capsys)["mine"]["waits_for"] == []
    with pytest.raises(DecodeError, match="no key is named"):
        profiles.confirm("mine")
