"""The recorder keeps the library's contract and ours, on every database we offer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier, Thread
from time import sleep
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests import persistence as suites

from ledger.errors import CaseBusy, StoreFault
from ledger.store.recorder import refuse_library_codecs
from ledger.store.recording import LedgerRecorder
from tests.contract.recorders import A_CASE, B_CASE, KINDS, Kind, rows


class _OnEachDatabase(suites.RecorderTestCase):
    """Give the library's suites a ledger of the kind a class names."""

    kind: str

    @pytest.fixture(autouse=True)
    def _made(self, request: pytest.FixtureRequest) -> Iterator[None]:
        self._kind: Kind = KINDS[self.kind](request)
        yield
        self._kind.close()

    def create_recorder(self) -> LedgerRecorder:
        """Make a ledger that lasts for one test."""
        return self._kind.create()


class TestContractInAFile(_OnEachDatabase, suites.ApplicationRecorderTestCase[LedgerRecorder]):
    """The library's suite for an application's recorder, in an SQLite file."""

    kind = "file"

    def test_insert_subscribe(self) -> None:
        """A subscription sees what was recorded before and after it began."""
        self.optional_test_insert_subscribe()


class TestContractOverASocket(TestContractInAFile):
    """The same in a PostgreSQL database on this machine."""

    kind = "socket"


class TestContractOverTCP(TestContractInAFile):
    """The same in a PostgreSQL database behind a password."""

    kind = "tcp"


class TestOrderInAFile(_OnEachDatabase, suites.NonInterleavingNotificationIDsBaseCase):
    """The library's suite for writers that race, in an SQLite file."""

    kind = "file"


class TestOrderOverASocket(TestOrderInAFile):
    """The same in a PostgreSQL database on this machine."""

    kind = "socket"


class TestOrderOverTCP(TestOrderInAFile):
    """The same in a PostgreSQL database behind a password."""

    kind = "tcp"


@pytest.fixture(params=["file", "socket"])
def kind(request: pytest.FixtureRequest) -> Iterator[Kind]:
    """Name a place for a ledger, on each database."""
    with closing(KINDS[request.param](request)) as made:
        yield made


@pytest.fixture
def recorder(kind: Kind) -> LedgerRecorder:
    """Make an empty ledger."""
    return kind.create()


def numbered(recorder: LedgerRecorder, *numbers: str) -> None:
    """Open a case under each number."""
    for place, number in enumerate(numbers, start=0x100):
        recorder.insert(rows(UUID(int=place), number=number))


# Recording


def test_positions_count_from_one_without_a_gap(recorder: LedgerRecorder) -> None:
    """Each insert goes on where the last one ended."""
    assert recorder.head() == 0
    assert recorder.insert(rows(A_CASE, count=3)) == [1, 2, 3]
    assert recorder.insert(rows(B_CASE, count=2)) == [4, 5]
    assert recorder.insert([]) == []
    assert recorder.head() == 5


def test_a_taken_version_records_nothing_and_leaves_no_gap(recorder: LedgerRecorder) -> None:
    """The rows before the one that clashes are not recorded either."""
    recorder.insert(rows(A_CASE, count=2))
    with pytest.raises(CaseBusy, match="another writer was first"):
        recorder.insert([*rows(B_CASE, count=5), *rows(A_CASE, first=2)])
    assert recorder.stream(B_CASE) == []
    assert recorder.insert(rows(B_CASE)) == [3]


def test_a_taken_case_number_records_nothing(recorder: LedgerRecorder) -> None:
    """Two cases never bear one number."""
    recorder.insert(rows(A_CASE, number="GO-2026-0001"))
    with pytest.raises(CaseBusy):
        recorder.insert(rows(B_CASE, number="GO-2026-0001"))
    assert recorder.head() == 1


def test_the_topic_is_a_constant(recorder: LedgerRecorder) -> None:
    """No import path is ever stored."""
    recorder.insert(rows(A_CASE, count=2))
    assert {event.topic for event in recorder.select_events(A_CASE)} == {"gol/1"}


def test_a_position_is_never_given_twice(recorder: LedgerRecorder, kind: Kind) -> None:
    """A deleted tail leaves a gap, which tells, rather than its numbers to newcomers."""
    recorder.insert(rows(A_CASE, count=3))
    with kind.create().datastore.writing() as other:
        other.execute("DELETE FROM stored_events WHERE position > 1")
    assert recorder.insert(rows(B_CASE)) == [4]


# Reading


def test_a_page_goes_on_after_a_position(recorder: LedgerRecorder) -> None:
    """Pages put together are the whole ledger in order."""
    recorder.insert([*rows(A_CASE, count=2), *rows(B_CASE), *rows(A_CASE, first=3)])
    assert recorder.page(0, 3) == [
        (1, A_CASE, 1, b"state 1"),
        (2, A_CASE, 2, b"state 2"),
        (3, B_CASE, 1, b"state 1"),
    ]
    assert recorder.page(3, 3) == [(4, A_CASE, 3, b"state 3")]
    assert recorder.page(4, 3) == []


def test_a_stream_holds_one_case_between_bounds(recorder: LedgerRecorder) -> None:
    """After a version, up to a position."""
    recorder.insert([*rows(A_CASE, count=2), *rows(B_CASE), *rows(A_CASE, first=3, count=2)])
    assert [version for _, version, _ in recorder.stream(A_CASE)] == [1, 2, 3, 4]
    assert recorder.stream(A_CASE, after_version=3) == [(5, 4, b"state 4")]
    assert recorder.stream(A_CASE, 1, upto_position=4) == [(2, 2, b"state 2"), (4, 3, b"state 3")]
    assert recorder.stream(A_CASE, upto_position=0) == []


def test_a_case_is_found_by_its_number(recorder: LedgerRecorder) -> None:
    """By the whole number only."""
    recorder.insert(rows(A_CASE, count=2, number="GO-2026-0001"))
    assert recorder.case_of_number("GO-2026-0001") == A_CASE
    assert recorder.case_of_number("GO-2026-000") is None


def test_the_last_number_is_the_greatest_beyond_9999(recorder: LedgerRecorder) -> None:
    """Numbers are compared as numbers, within the prefix."""
    assert recorder.last_number("GO-2026-") is None
    numbered(recorder, "GO-2026-0002", "GO-2026-10000", "GO-2026-9999", "GO-2027-0001", "GO-20268")
    assert recorder.last_number("GO-2026-") == "GO-2026-10000"
    assert recorder.last_number("GO-2027-") == "GO-2027-0001"
    assert recorder.last_number("GO-2025-") is None


def test_numbers_are_found_by_their_beginning(recorder: LedgerRecorder) -> None:
    """Wildcards of SQL are letters like any other."""
    numbered(recorder, "GO-2026-0012", "GO-2026-0002", "GO-2026-0010", "GO-2027-0001")
    assert recorder.numbers_starting("GO-2026-001", 5) == ["GO-2026-0010", "GO-2026-0012"]
    assert recorder.numbers_starting("GO-2026-", 1) == ["GO-2026-0002"]
    assert recorder.numbers_starting("GO-2026-%", 5) == []


def test_many_readers_work_beside_a_writer(recorder: LedgerRecorder) -> None:
    """Forty threads read whole pages while one records; each sees a gapless beginning."""
    start = Barrier(41)

    def read() -> None:
        start.wait()
        seen = 0
        while seen < 400:
            page = recorder.page(seen, 50)
            assert [position for position, *_ in page] == list(
                range(seen + 1, seen + len(page) + 1)
            )
            seen += len(page)
            sleep(0.001)

    with ThreadPoolExecutor(40) as readers:
        reading = [readers.submit(read) for _ in range(40)]
        start.wait()
        for first in range(1, 400, 4):
            recorder.insert(rows(A_CASE, first, count=4))
        for done in reading:
            done.result(timeout=30)


# Following


def test_a_subscription_is_woken_by_an_insert_of_its_process(
    recorder: LedgerRecorder,
) -> None:
    """Although the next question is an hour away."""
    recorder.poll_s = 3600
    with recorder.subscribe() as subscription, ThreadPoolExecutor(1) as follower:
        first = follower.submit(next, subscription)
        recorder.insert(rows(A_CASE))
        assert first.result(timeout=10).id == 1


def test_a_subscription_finds_what_another_process_recorded(
    recorder: LedgerRecorder, kind: Kind
) -> None:
    """Nothing wakes it, so it asks."""
    recorder.poll_s = 0.01
    with (
        closing(kind.open()) as other,
        recorder.subscribe() as subscription,
        ThreadPoolExecutor(1) as follower,
    ):
        first = follower.submit(next, subscription)
        other.insert(rows(A_CASE))
        assert first.result(timeout=10).id == 1


def test_a_subscription_is_stopped_from_another_thread(recorder: LedgerRecorder) -> None:
    """It ends at once while it waits."""
    recorder.poll_s = 3600
    with recorder.subscribe() as subscription:
        follower = Thread(target=lambda: list(subscription))
        follower.start()
        subscription.stop()
        follower.join(timeout=10)
        assert not follower.is_alive()


def test_a_subscription_by_topic_advances_past_other_topics(
    recorder: LedgerRecorder,
) -> None:
    """What does not match is looked at once, not again with every question."""
    recorder.insert(rows(A_CASE, count=600))
    recorder.insert_events([StoredEvent(B_CASE, 1, "other", b"")])
    asked: list[int | None] = []
    select = recorder.select_notifications

    def noting(start: int | None, *args: object, **kwargs: object) -> object:
        asked.append(start)
        return select(start, *args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    recorder.select_notifications = noting  # type: ignore[method-assign, assignment]  # a spy
    with recorder.subscribe(topics=["other"]) as subscription:
        assert next(subscription).id == 601
        recorder.insert_events([StoredEvent(B_CASE, 2, "other", b"")])
        assert next(subscription).id == 602
    assert asked == [0, 601]


def test_a_subscription_holds_no_connection(recorder: LedgerRecorder) -> None:
    """A hundred followers need no hundred connections."""
    recorder.insert(rows(A_CASE, count=2))
    followers = [recorder.subscribe() for _ in range(100)]
    assert [next(follower).id for follower in followers] == [1] * 100
    for follower in followers:
        follower.stop()


@pytest.mark.parametrize("name", ["CIPHER_TOPIC", "COMPRESSOR_TOPIC", "LEDGER_CIPHER_TOPIC"])
def test_codecs_of_the_library_are_refused(name: str) -> None:
    """Our mapper would ignore them silently, so nobody may believe in them."""
    with pytest.raises(StoreFault, match=name):
        refuse_library_codecs({"PATH": "/bin", name: "zlib"})
    refuse_library_codecs({"PATH": "/bin", name: ""})
