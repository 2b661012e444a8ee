"""The AsyncAPI document is read by the reference parser (`make interop`)."""

from pathlib import Path

import pytest

from docs.asyncapi import FILE
from ledger.catalogue import EVENTS
from tests.interop.javascript import needs_packages, run_script

SCRIPT = Path(__file__).parent / "npm" / "asyncapi.mjs"
pytestmark = [pytest.mark.interop, needs_packages]


def test_the_parser_finds_no_fault_and_every_event(tmp_path: Path) -> None:
    """Nothing is wrong with the document, and no event type is missing from it."""
    told = run_script(SCRIPT, tmp_path, str(FILE))
    assert told["faults"] == []
    assert EVENTS.keys() - set(told["messages"]) == set()
    assert "feed.{subscriber}.{type}" in told["channels"]


def test_the_parser_would_find_a_fault(tmp_path: Path) -> None:
    """A reference into nowhere is named."""
    broken = tmp_path / "broken.json"
    broken.write_text(FILE.read_text().replace('"#/channels/feed"', '"#/channels/none"', 1))
    assert run_script(SCRIPT, tmp_path, str(broken))["faults"]
