"""Pages speak the visitor's language; the record keeps its own."""

import re

import pytest
from babel.messages.pofile import read_po

from services.http import languages
from tests.site import CASE, Client, Town

pytestmark = pytest.mark.live

TRANSLATED = [code for code in languages.NAMES if code != languages.SOURCE]


def spoken(client: Client, address: str, **headers: str) -> str:
    """Tell which language a page is in."""
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    (found,) = re.findall(r'<html lang="(\w+)"', client.get(address, headers=asked).text)
    return str(found)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ("", "en"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, ar;q=0.5, en;q=0.4", "ar"),
        ("ar;q=0, xx;q=high, *", "en"),
        (";" * 500 + ",fr" * 30, "fr"),
    ],
)
def test_a_browser_says_which_language_it_likes(here: Town, wish: str, code: str) -> None:
    """The dearest that there is; what cannot be read is no wish."""
    with here.browser() as client:
        assert spoken(client, "/", accept_language=wish) == code


def test_a_choice_is_an_address_and_is_remembered(here: Town) -> None:
    """It outdoes the browser's wish, and the rest of the address stays."""
    with here.reader("party:B") as client:
        shown = client.get(f"/cases/{CASE}?at=joint:2&lang=fr", headers={"accept-language": "ar"})
        assert '<html lang="fr" dir="ltr">' in shown.text
        assert shown.headers["content-language"] == "fr"
        assert 'href="?at=joint%3A2&amp;lang=ar"' in shown.text
        assert spoken(client, "/cases", accept_language="ar") == "fr"


def test_arabic_runs_from_right_to_left(here: Town) -> None:
    """The page is mirrored; what people wrote finds its own direction."""
    with here.reader("party:B") as client:
        shown = client.get(f"/cases/{CASE}?lang=ar").text
    assert '<html lang="ar" dir="rtl">' in shown
    assert "بالنيابة عن الطرف" in shown
    assert 'dir="auto"' in shown


@pytest.mark.parametrize("asked", ["xx", "", "fr&lang=ar"])
def test_a_language_that_is_not_there_is_refused(here: Town, asked: str) -> None:
    """With those there are; the address is not the place for a guess."""
    with here.browser() as client:
        told = client.get(f"/?lang={asked}")
    assert told.status_code == 400
    assert "set-cookie" not in told.headers or asked.startswith("fr")


def test_programs_are_spoken_to_in_english(here: Town) -> None:
    """Words of the API are part of it."""
    with here.program("party:B") as client:
        told = client.get("/api/cases/GO-2026-7777", headers={"accept-language": "fr"})
        assert "content-language" not in told.headers
        assert client.get("/api/cases?lang=fr").status_code == 400


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_translates_everything(code: str) -> None:
    """Each text is there, and holds the same places to fill."""
    with (languages.FOLDER / f"{code}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=code) if message.id]
    for message in messages:
        said, meant = texts(message.string), texts(message.id)
        assert all(said), message.id
        assert not message.fuzzy, message.id
        assert all(places(text) <= places(meant[-1]) for text in said), message.id
        assert places(said[-1]) == places(meant[-1]), message.id


def texts(held: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """List the forms of a text."""
    return (held,) if isinstance(held, str) else tuple(held or ("",))


def places(text: str) -> set[str]:
    """Name what is filled in to a text."""
    return set(re.findall(r"%\((\w+)\)", text))
