"""What `goodoffices broker` writes for servers and services elsewhere."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from services.answers import DONE, MISUSE
from services.cli import run
from services.nats.node import read_given
from services.nats.rights import OF_USERS, account_hash

NODE = ("--name", "a", "--listen", "a:4222", "--cluster", "a:6222", "--routes", "b:6222,c:6222")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An institution's data folder."""
    monkeypatch.setenv("GOODOFFICES_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def config(out: Path, *more: str) -> dict[str, Any]:
    """Write a node's configuration and read it."""
    assert run(["broker", "config", *NODE, *more, "-o", str(out)]) == DONE
    return dict(json.loads((out / "nats.conf").read_bytes()))


@pytest.mark.usefixtures("data")
def test_a_node_keeps_what_it_acknowledges(tmp_path: Path) -> None:
    """Synced at once, encrypted, acknowledgements that clients understand, health on loopback."""
    written = config(tmp_path / "a")
    assert written["jetstream"]["sync_interval"] == "always"
    assert written["jetstream"]["cipher"]
    assert written["feature_flags"] == {"js_ack_fc_v2": False}
    assert written["http"].startswith("127.0.0.1:")
    assert len(written["cluster"]["routes"]) == 2


def test_no_key_that_signs_leaves_the_institution(data: Path, tmp_path: Path) -> None:
    """The node gets tokens; seeds of operator and accounts stay in the data folder."""
    config(tmp_path / "a")
    kept = json.loads((data / "nats" / "accounts.json").read_bytes())
    seeds = [kept["operator"], *(own["seed"] for own in kept["accounts"].values())]
    for file in (tmp_path / "a").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [seed for seed in seeds if seed in file.read_text()] == []


@pytest.mark.usefixtures("data")
def test_nodes_know_each_other_and_write_the_same_again(tmp_path: Path) -> None:
    """One password for all of them, a key of its streams for each."""
    first, second = config(tmp_path / "a"), config(tmp_path / "b")
    assert first["cluster"]["authorization"] == second["cluster"]["authorization"]
    assert first["jetstream"]["key"] != second["jetstream"]["key"]
    assert config(tmp_path / "a") == first


@pytest.mark.usefixtures("data")
def test_files_of_tls_are_named_as_they_lie_on_the_node(tmp_path: Path) -> None:
    """Clients see the certificate; nodes prove theirs to each other."""
    files = ("--tls-certificate", "/etc/a.pem", "--tls-key", "/etc/a.key")
    written = config(tmp_path / "a", *files, "--tls-authorities", "/etc/ca.pem")
    assert written["tls"]["cert_file"] == "/etc/a.pem"
    assert written["cluster"]["tls"]["verify"] is True
    assert written["cluster"]["tls"]["ca_file"] == "/etc/ca.pem"


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--listen", "a"), "listen: 'a' is not an address"),
        (("--listen", "a:1", "--routes", "b:1"), "--cluster too"),
        (("--listen", "a:1", "--tls-key", "k"), "--tls-certificate and --tls-key"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    """Before a key is drawn."""
    out = tmp_path / "a"
    assert run(["broker", "config", "--name", "a", *words, "-o", str(out)]) == MISUSE
    assert why in capsys.readouterr().err
    assert not out.exists()


def test_services_elsewhere_get_a_file_each(data: Path, tmp_path: Path) -> None:
    """For its owner alone; the address is that of the settings there."""
    out = tmp_path / "given"
    assert run(["broker", "credentials", "--url", "nats://a:4222", "-o", str(out)]) == DONE
    assert {file.stem for file in out.iterdir()} == set(OF_USERS)
    mine = read_given(out, "relay", "nats://b:1,nats://c:2,nats://d:3")
    assert mine.servers == ["nats://b:1", "nats://c:2", "nats://d:3"]
    assert mine.replicas == 3
    assert stat.S_IMODE((out / "relay.json").stat().st_mode) == 0o600
    assert (data / "nats" / "accounts.json").exists()


def test_an_account_is_named_in_acknowledgements_as_the_server_names_it() -> None:
    """Eight letters of a digest; the value was taken from a server's own subject."""
    key = "ADBKTTVBKYK4ABK3VKW3MOWONJUS54FOCWNF6IDYBOLJMSTQGIDVF5JM"
    assert account_hash(key) == "s07OPlix"
