"""Name ten lines to try, with cases that are there."""

from collections.abc import Iterator

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
        yield f"  goodoffices new --data {settings.data}"
        return
    case, party = found
    yield "In another terminal, ten things to try:"
    yield f"  export GOODOFFICES_DATA={settings.data}"
    for line, purpose in TOUR:
        yield f"  goodoffices {line.format(case=case, party=party):<64} # {purpose}"
