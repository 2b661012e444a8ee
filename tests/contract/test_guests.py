"""The list of guests keeps the same promises in a file and in PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from ledger.errors import StoreFault
from services.http.codes import draw, hashed
from services.http.guests import Guest, Guests
from services.stores import Where

pytestmark = pytest.mark.live
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOLT = Guest("holt", UUID(int=7), "B")
LEDGER = "a" * 32


@pytest.fixture(
    params=["file", pytest.param("PostgreSQL", marks=pytest.mark.slow)],
)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """Say where it lies."""
    url = request.getfixturevalue("database_url") if request.param == "PostgreSQL" else ""
    return Where(tmp_path, url)


@pytest.fixture
def guests(where: Where) -> Iterator[Guests]:
    """Open a new one."""
    with closing(Guests(where, LEDGER)) as opened:
        yield opened


def test_an_invitation_is_used_once(guests: Guests) -> None:
    """Whoever is second gets nothing, and a handle is taken once."""
    code = draw()
    assert guests.invite(code.handle, hashed(code.secret), HOLT, NOW)
    assert not guests.invite(code.handle, hashed("other"), Guest("iyer"), NOW)
    kept = guests.invitation(code.handle)
    assert kept is not None
    assert (kept.guest, kept.until, kept.used) == (HOLT, NOW, False)
    assert guests.use(code.handle, NOW)
    assert not guests.use(code.handle, NOW)
    assert guests.invitation("0000") is None


def test_a_session_is_kept_until_it_ends(guests: Guests) -> None:
    """With when it began and was last used; somebody's all at once."""
    guests.begin("one", HOLT, NOW)
    guests.begin("two", HOLT, NOW)
    guests.seen("one", NOW + timedelta(minutes=5))
    stay = guests.stay("one")
    assert stay is not None
    assert (stay.guest, stay.last - stay.began) == (HOLT, timedelta(minutes=5))
    guests.end("one")
    assert guests.stay("one") is None
    assert guests.end_all("holt") == 1
    assert guests.stay("two") is None


def test_guesses_are_counted_for_a_while(guests: Guests) -> None:
    """At each thing guessed at; one that is full stops the whole guess."""
    window = timedelta(minutes=1)
    assert [guests.guess({"a": 2, "b": 9}, NOW, window) for _ in range(3)] == [True, True, False]
    assert guests.guess({"b": 3}, NOW, window)
    assert not guests.guess({"b": 3}, NOW, window)
    assert guests.guess({"a": 2}, NOW + window + timedelta(seconds=1), window)


def test_what_is_over_is_forgotten(guests: Guests) -> None:
    """Invitations that ran out, sessions that can be used no more; the address stays."""
    guests.invite("0001", hashed("x"), HOLT, NOW)
    guests.invite("0002", hashed("x"), HOLT, NOW + timedelta(days=1))
    guests.begin("old", HOLT, NOW - timedelta(days=1))
    guests.begin("new", HOLT, NOW)
    assert guests.address() is None
    guests.say_address("http://127.0.0.1:1/")
    guests.say_address("http://127.0.0.1:2/")
    guests.forget(invited_until=NOW + timedelta(hours=1), began_before=NOW)
    assert guests.invitation("0001") is None
    assert guests.invitation("0002") is not None
    assert guests.stay("old") is None
    assert guests.stay("new") is not None
    assert guests.address() == "http://127.0.0.1:2/"


def test_the_list_of_another_ledger_is_refused(guests: Guests, where: Where) -> None:
    """Whoever is inside there is not inside here."""
    guests.begin("one", HOLT, NOW)
    with pytest.raises(StoreFault, match="another ledger"):
        Guests(where, "b" * 32)
