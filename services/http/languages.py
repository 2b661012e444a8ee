"""Speak to people in their own language: whose that is, the catalogues, dates.

Strings of templates stand in `_("...")`, those of Python that a page shows are marked by `label`.
A catalogue is a .po file, read as it is: there is no build step. What the record says stays in
the language it was said in.
"""

from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from msgspec import Struct

FOLDER: Final = Path(__file__).parent / "catalogues"
SOURCE: Final = "en"
NAMES: Final = {SOURCE: "English", "fr": "Français", "ar": "العربية"}
"""The languages of the pages, each by its own name."""
DATES: Final = {"en": "en_GB"}
"""Whose dates a language writes, where it has several kinds."""
DAY: Final = "yMMMd"
MINUTE: Final = "Hm"
"""What is told of an instant: its day, with the month in letters, and the minute of 24 hours."""
PARAMETER: Final = "lang"
COOKIE: Final = "goodoffices-language"
WISHES_MAX: Final = 16
"""How many languages of a browser are looked at."""


class Language(Struct, frozen=True):
    """A language that pages speak.

    Attributes:
        code: Such as `fr`.
        direction: `ltr` or `rtl`.
        locale: How it writes dates.
        texts: Its catalogue.
    """

    code: str
    direction: str
    locale: Locale
    texts: NullTranslations

    def moment(self, at: datetime, zone: str) -> str:
        """Write an instant in a zone, its own way."""
        local = at.astimezone(ZoneInfo(zone))
        on, hour = (format_skeleton(part, local, locale=self.locale) for part in (DAY, MINUTE))
        return str(get_datetime_format("medium", self.locale)).format(hour, on)

    def day(self, on: date) -> str:
        """Write a day."""
        return format_date(on, "long", locale=self.locale)


class Wish(NamedTuple):
    """How a request wants to be spoken to.

    Attributes:
        code: Of the language.
        query: What else its address asks for, None where the same address cannot be asked again.
    """

    code: str = SOURCE
    query: str | None = None


class Choice(NamedTuple):
    """A language to change to.

    Attributes:
        code: Of the language.
        name: Its own name.
        address: Of the same page in it.
        is_spoken: Whether the page is in it.
    """

    code: str
    name: str
    address: str
    is_spoken: bool


UNTOLD: Final = Wish()
WISH: Final = ContextVar("wish", default=UNTOLD)
"""How who is answered now wants to be spoken to."""


def label(text: str) -> str:
    """Mark a string as one that templates translate."""
    return text


@cache
def language(code: str) -> Language:
    """Load a language."""
    locale = Locale.parse(DATES.get(code, code))
    return Language(code, locale.text_direction, locale, _texts(code))


def _texts(code: str) -> NullTranslations:
    if code == SOURCE:
        return NullTranslations()
    with (FOLDER / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def asked_for(query: str) -> str | None:
    """Tell which language an address asks for, None for none that is known."""
    asked = dict(parse_qsl(query)).get(PARAMETER)
    return asked if asked in NAMES else None


def remembered(cookie: str | None, accepted: str) -> str:
    """Tell which language is wanted where the address says nothing.

    Args:
        cookie: What was chosen before.
        accepted: The header `Accept-Language`.
    """
    known = (code for code in (cookie, *_by_wish(accepted)) if code in NAMES)
    return next(known, None) or SOURCE


def _by_wish(accepted: str) -> Iterable[str]:
    """List the languages of a browser, the dearest first, without their countries."""
    wishes = [part.partition(";") for part in accepted.lower().split(",")[:WISHES_MAX]]
    weighed = [(_weight(weight), name.strip().partition("-")[0]) for name, _, weight in wishes]
    return [name for weight, name in sorted(weighed, key=lambda one: -one[0]) if weight > 0]


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def choices(wish: Wish) -> Iterator[Choice]:
    """List the languages a page can change to, by links to itself."""
    if wish.query is None:
        return
    rest = [pair for pair in parse_qsl(wish.query, keep_blank_values=True) if pair[0] != PARAMETER]
    for code, name in NAMES.items():
        address = "?" + urlencode([*rest, (PARAMETER, code)])
        yield Choice(code, name, address, code == wish.code)
