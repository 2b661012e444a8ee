"""Write the catalogues of the pages again: `make messages`.

The template (messages.pot) is made from the code, so that a string that is used is in it; the
catalogues of the languages keep what was translated, get what is new, untranslated, and lose what
is used no more. Nothing names a place or a date: a change shows the strings it changes.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Final, get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ledger.identity import OperatorRole
from ledger.parties import Phase
from services.exports.checking import SAID
from services.exports.vouching import HOW, NOT_PROVEN, PROVEN
from services.http.languages import FOLDER, NAMES, SOURCE
from services.http.problems import DETAILS

PAGES: Final = Path(__file__).resolve().parents[1] / "services" / "http"
TEMPLATE: Final = "messages.pot"
PROJECT: Final = "Good Offices Ledger"
METHODS: Final = [("pages/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
OPTIONS: Final = {"pages/**.html": {"newstyle_gettext": "true", "trimmed": "true"}}
KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "label": None, "Tab": (2,)}
"""What holds a string: functions of templates and, in Python, the marks `label` and `Tab`."""
_UNSAID: Final = re.compile(r'^"(Generated-By|Report-|Last-T|Language-Team).*\n', re.MULTILINE)
ALWAYS: Final = datetime(2026, 1, 1, tzinfo=UTC)


def template() -> Catalog:
    """Collect every string of the pages."""
    made = _empty(None)
    for text, comments in _strings():
        made.add(text, auto_comments=comments)
    return made


def _strings() -> Iterator[tuple[str | tuple[str, ...], Iterable[str]]]:
    for _, _, text, comments, _ in extract_from_dir(
        PAGES, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("NOTE:",), strip_comment_tags=True
    ):
        yield text, comments
    checks = (*SAID, *NOT_PROVEN, *PROVEN, *HOW)
    for word in (*get_args(OperatorRole), *Phase, *_told_of_http(), *checks):
        yield str(word), ()


def _told_of_http() -> Iterator[str]:
    for status, told in DETAILS.items():
        yield status.phrase
        yield from filter(None, told)
    yield HTTPStatus.INTERNAL_SERVER_ERROR.phrase


def _empty(locale: str | None) -> Catalog:
    return Catalog(
        locale, project=PROJECT, version="1", creation_date=ALWAYS, revision_date=ALWAYS,
        header_comment=f"# Strings of the pages of {PROJECT}.", fuzzy=False,
    )  # fmt: skip


def catalogue(code: str) -> Catalog:
    """Bring the catalogue of a language up to date, in memory."""
    made = _empty(code)
    file = FOLDER / f"{code}.po"
    if file.exists():
        known = {m.id: m for m in read_po(BytesIO(file.read_bytes()), locale=code) if m.id}
    else:
        known = {}
    for message in template():
        if message.id:
            before = known.get(message.id)
            made.add(
                message.id, before.string if before else None, auto_comments=message.auto_comments
            )
    return made


def written(made: Catalog) -> str:
    """Write a catalogue, sorted."""
    file = BytesIO()
    write_po(file, made, width=100, no_location=True, sort_output=True)
    return _UNSAID.sub("", file.getvalue().decode())


def files() -> Iterator[tuple[Path, str]]:
    """Make every file anew."""
    yield FOLDER / TEMPLATE, written(template())
    for code in NAMES:
        if code != SOURCE:
            yield FOLDER / f"{code}.po", written(catalogue(code))


if __name__ == "__main__":
    for path, text in files():
        path.write_text(text, encoding="utf-8")
