"""Where record and keys are is a setting, and the two never share a server."""

import pytest

from ledger.errors import DecodeError
from services.settings import read

RECORD = "GOODOFFICES_DATABASE_URL"
KEYS = "GOODOFFICES_KEYS_URL"
A_RECORD = "postgresql://desk:secret@record.example:5432/ledger"


def refusal(**environment: str) -> DecodeError:
    """Return why settings are refused."""
    with pytest.raises(DecodeError) as refused:
        read(environment)
    return refused.value


def test_without_an_address_all_is_in_the_data_folder() -> None:
    """The embedded default needs no database."""
    settings = read({})
    assert (settings.database_url, settings.keys_url) == ("", "")


def test_record_and_keys_have_an_address_each() -> None:
    """On two servers, by name or by socket."""
    for keys in ("postgres://k@keys.example/keys", "postgresql:///keys?host=/run/keys"):
        settings = read({RECORD: A_RECORD, KEYS: f" {keys} "})
        assert (settings.database_url, settings.keys_url) == (A_RECORD, keys)


@pytest.mark.parametrize(
    "text",
    ["sqlite:///x", "postgresql://host", "postgresql://host/", "postgresql://h/x y", "secret"],
)
def test_what_is_no_address_is_refused_without_repeating_it(text: str) -> None:
    """It may hold a password."""
    refused = refusal(**{RECORD: text})
    assert refused.field == RECORD
    assert text not in str(refused)


@pytest.mark.parametrize(
    "keys",
    [
        "postgresql://keys@record.example/keys",
        "postgres://keys:other@RECORD.example:5432/keys?sslmode=require",
        "postgresql:///keys?host=record.example&port=5432",
    ],
)
def test_keys_beside_the_record_are_refused(keys: str) -> None:
    """A backup of that server would keep what an erasure destroys."""
    refused = refusal(**{RECORD: A_RECORD, KEYS: keys})
    assert refused.field == KEYS
    assert "backups" in refused.why


def test_keys_alone_are_refused() -> None:
    """Nobody takes half of a distributed ledger for the whole."""
    assert RECORD in refusal(**{KEYS: A_RECORD}).why
