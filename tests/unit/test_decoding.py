"""Decoders are made one at a time, however many threads ask for the first time."""

import subprocess
import sys

import msgspec
import pytest

from ledger.catalogue import COMMANDS
from ledger.decoding import converted, decoder

AT_ONCE = """
import sys
from threading import Barrier, Thread
from ledger import prospects
from ledger.catalogue import COMMANDS
sys.setswitchinterval(1e-6)
together = Barrier(6)
def make_all():
    together.wait()
    for kind in COMMANDS.values():
        prospects._example(kind)
threads = [Thread(target=make_all) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
"""Asks for every command at once, as the first reading of `next` by several people does."""


def test_a_type_has_one_decoder() -> None:
    """Whoever asks."""
    kind = COMMANDS["withdraw-proposal"]
    assert decoder(kind) is decoder(kind)


def test_what_does_not_fit_is_refused() -> None:
    """As msgspec says it."""
    with pytest.raises(msgspec.ValidationError):
        converted({"proposal_id": 1}, COMMANDS["withdraw-proposal"])


@pytest.mark.slow
def test_many_threads_may_ask_for_the_first_time_at_once() -> None:
    """The process lives: a type half known ended it with a fault that nothing catches."""
    done = subprocess.run([sys.executable, "-c", AT_ONCE], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
