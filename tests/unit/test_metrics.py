"""What the operator of the services may watch, on a port of its own."""

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ledger.errors import StoreFault
from services.clock import FakeSteady
from services.metrics.port import operators_port
from services.metrics.watch import BEHIND_MAX_S, STALE_S, Watch


class Told:
    """A record and a service that are as far as a test says."""

    def __init__(self) -> None:
        self.head = 0
        self.position = 0
        self.steady = FakeSteady()
        self.watch = Watch(self.steady, lambda: self.head)
        self.watch.expect("projector", lambda: self.position)


@pytest.fixture
def told() -> Told:
    """Begin with nothing recorded."""
    return Told()


@pytest.fixture
def port(told: Told) -> Iterator[int]:
    """Answer the operator on a free port of loopback."""
    with operators_port(told.watch, 0) as port:
        yield port


def ask(port: int, path: str) -> tuple[int, str]:
    """Ask as the operator's tools do."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def measured(port: int, name: str, **labels: str) -> float:
    """Read one figure as a monitoring server does."""
    text = ask(port, "/metrics")[1]
    samples = (s for family in text_string_to_metric_families(text) for s in family.samples)
    return next(s.value for s in samples if s.name == name and s.labels.items() >= labels.items())


def test_lag_is_given_in_events_and_in_seconds(told: Told, port: int) -> None:
    """Seconds count from when the oldest event not yet handled was first seen."""
    told.head = 5
    told.watch.look()
    told.steady.at_s += 7
    told.head, told.position = 9, 3
    told.watch.look()
    assert measured(port, "goodoffices_head_position") == 9
    assert measured(port, "goodoffices_lag_events", service="projector") == 6
    assert measured(port, "goodoffices_lag_seconds", service="projector") == 7
    told.position = 9
    told.watch.look()
    assert measured(port, "goodoffices_lag_seconds", service="projector") == 0


def test_lag_that_was_partly_made_up_counts_from_what_is_still_open(told: Told, port: int) -> None:
    """What came later is younger."""
    for told.head, told.steady.at_s in ((5, 10.0), (8, 14.0)):
        told.watch.look()
    told.position, told.steady.at_s = 5, 20.0
    told.watch.look()
    assert measured(port, "goodoffices_lag_seconds", service="projector") == 6


def test_ready_is_who_runs_everything_and_is_not_far_behind(told: Told, port: int) -> None:
    """Whoever is not ready says which service keeps it, and why."""
    assert ask(port, "/readyz") == (503, "projector: it has not begun\n")
    told.watch.runs("projector")
    assert ask(port, "/readyz") == (200, "ok\n")
    told.watch.waits("projector", "the disk is full")
    assert ask(port, "/readyz") == (503, "projector: the disk is full\n")
    told.watch.runs("projector")
    told.head = 1
    told.watch.look()
    told.steady.at_s += BEHIND_MAX_S + 1
    told.watch.look()
    assert ask(port, "/readyz") == (503, "projector: it is 61 s behind the record\n")


def test_a_standby_is_ready(told: Told, port: int) -> None:
    """Another process does the work; this one would take over."""
    told.watch.stands_by("projector")
    assert ask(port, "/readyz") == (200, "ok\n")
    assert measured(port, "goodoffices_service_runs", service="projector") == 0


def test_a_standby_is_not_late(told: Told, port: int) -> None:
    """It has come nowhere, and what it told while it did the work is told no more."""
    told.watch.runs("projector")
    told.head = 9
    told.watch.look()
    assert measured(port, "goodoffices_lag_events", service="projector") == 9
    told.watch.stands_by("projector")
    told.steady.at_s += BEHIND_MAX_S + 1
    told.watch.look()
    assert ask(port, "/readyz") == (200, "ok\n")
    assert measured(port, "goodoffices_lag_events", service="projector") == 0
    assert measured(port, "goodoffices_lag_seconds", service="projector") == 0


def test_a_process_that_hangs_is_not_alive(told: Told, port: int) -> None:
    """Whoever restarts containers learns of it."""
    assert ask(port, "/livez") == (200, "ok\n")
    told.steady.at_s += STALE_S
    assert ask(port, "/livez") == (503, "the services hang\n")


def test_what_is_set_aside_is_counted(told: Told, port: int) -> None:
    """A number for each place, and no name of a case."""
    told.watch.count_parked("views", lambda: 3)
    told.watch.look()
    assert measured(port, "goodoffices_parked", where="views") == 3


def test_other_addresses_are_not_there(port: int) -> None:
    """Nothing else is told on this port."""
    assert ask(port, "/cases")[0] == 404


def test_a_port_that_is_taken_is_named(told: Told, port: int) -> None:
    """With what to do about it."""
    with (
        pytest.raises(StoreFault, match=f"port {port} for the operator cannot be used"),
        operators_port(told.watch, port),
    ):
        pass
