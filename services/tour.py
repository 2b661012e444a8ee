"""Name ten lines to try, with cases that are there."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from services.house import House
from services.settings import Settings

TOUR = (
    ("cases", "every case you may see"),
    ("show {case}", "where one case stands"),
    ("show {case} --as party:{party}", "the same with the eyes of a party"),
    ("proposals {case}", "who proposed what, and what became of it"),
    ("audit {case}", "every act: who, for whom, when, under which authority"),
    ("deadlines {case}", "each date with its arithmetic"),
    ("next {case}", "what may be done now, and why not the rest"),
    ("diff {case} --from joint:5 --to joint:20", "what changed in between"),
    ("replay {case} --digest", "fold it again; two people compare one line"),
    ("export {case} --for party:{party} --format html -o case.html", "a file to read and keep"),
)


def tour(settings: Settings, house: House) -> Iterator[str]:
    """Yield the lines of the tour."""
    found = house.views.first_case()
    if found is None:
        yield "Nothing is recorded yet. In another terminal:"
        yield from _databases(settings)
        yield f"  {program()} new --data {settings.data}"
        return
    case, party = found
    yield "In another terminal, ten things to try:"
    yield f"  export GOODOFFICES_DATA={settings.data}"
    yield from _databases(settings)
    for line, purpose in TOUR:
        words = f"{program()} {line.format(case=case, party=party)}"
        yield f"  {words:<76} # {purpose}"


def _databases(settings: Settings) -> Iterator[str]:
    """Say which settings are needed there, too; never their values, which may hold a password."""
    given = {"GOODOFFICES_DATABASE_URL": settings.database_url}
    given["GOODOFFICES_KEYS_URL"] = settings.keys_url
    if named := [name for name, url in given.items() if url]:
        yield f"  # {' and '.join(named)} as in this one"


def program() -> str:
    """Name this program as a person in this folder can start it."""
    here = Path(sys.argv[0])
    if shutil.which("goodoffices") or not here.exists():
        return "goodoffices"
    return os.path.relpath(here)
