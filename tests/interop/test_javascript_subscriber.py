"""The subscriber in JavaScript of the examples reads a real feed (`make interop`)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.interop.javascript import PACKAGES, ROOT, needs_packages
from tests.live.feeds import newsroom
from tests.live.ledgers import said, taken_over, tell

SCRIPT = ROOT / "examples" / "subscriber.mjs"
pytestmark = [pytest.mark.interop, needs_packages]


def test_it_prints_every_event_of_its_feed_in_order(tmp_path: Path) -> None:
    """With the credentials file and three words, as its first lines say."""
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    script = shutil.copy(SCRIPT, tmp_path)
    with newsroom(tmp_path / "ledger") as room:
        room.grant("city")
        tell(room.house, [taken_over("one"), *(said(f"words {n}") for n in range(3))])
        room.bring()
        file = tmp_path / "city.creds"
        file.write_text(room.server.accounts.credentials_of("city"))
        address = f"nats://127.0.0.1:{room.server.port}"
        told = room.told("city")
        with subprocess.Popen(
            ["node", str(script), str(file), "city", address], stdout=subprocess.PIPE, text=True
        ) as running:
            assert running.stdout is not None
            lines = [json.loads(running.stdout.readline()) for _ in told]
            running.kill()
    assert [line["ce-id"] for line in lines] == [one.headers["ce-id"] for one in told]
    assert [line["data"] for line in lines] == [one.data for one in told]
