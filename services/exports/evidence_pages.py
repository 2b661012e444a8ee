"""Write the pages of an evidence pack: one for each folder, and one for the whole."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from html import escape

import msgspec
from msgspec import Struct

from ledger.seal.proofs import KeyHistory
from services.exports.custody import custody
from services.exports.entries import COLUMNS, Told, row
from services.exports.folders import FOLDERS, GROUND_WORDS, GROUNDS, Folder
from services.exports.page import POLICY, pairs, section, table
from services.exports.style import STYLE
from services.exports.vouching import HOW, NOT_PROVEN, PROVEN, bullets
from services.exports.whitelist import Picked, Selection
from services.reading import words
from services.reading.accesses import Accessed
from services.reading.looking import Look

FILES = (
    "<p>bundle.json lists every file with its SHA-256; bundle.note is the signature of the "
    "institution's log over that list, and so over this page.</p>"
)


class Pack(Struct, frozen=True):
    """What the pages tell.

    Attributes:
        look: The case, seen by its viewer.
        selection: What of it goes in.
        notes: Purpose, recipient, serial, completeness.
        zone: Zone the case is kept in.
        accesses: Of the access log what its viewer is told, None where that is nothing.
        keys: Which keys sealed it.
    """

    look: Look
    selection: Selection
    notes: Mapping[str, str]
    zone: tzinfo
    accesses: list[Accessed] | None
    keys: KeyHistory

    def in_folder(self, number: int) -> list[Picked]:
        """Return the entries of a folder."""
        return [one for one in self.selection.picked if one.folder == number]


def pages(pack: Pack, origin: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each page with its name."""
    yield "index.html", _encoded(_page("Evidence pack", pack, _whole(pack, origin)))
    for number, folder in enumerate(FOLDERS):
        parts = _folder(pack, number, folder)
        title = f"{number:02} {folder.title}"
        yield f"{folder.path}/index.html", _encoded(_page(title, pack, parts))


def _encoded(parts: Iterable[str]) -> Iterator[bytes]:
    return (part.encode() for part in parts)


def _page(title: str, pack: Pack, parts: Iterable[str]) -> Iterator[str]:
    yield "<!doctype html>\n"
    yield '<html lang="en" dir="ltr"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>\n"
    yield f"<header><h1>{escape(title)}</h1>"
    yield f'<p dir="auto">case {escape(pack.look.name)}</p></header>'
    yield from parts
    yield "</body></html>\n"


def _whole(pack: Pack, origin: str) -> Iterator[str]:
    yield from section("This pack", pairs([*_cover(pack), ("log", origin)]))
    yield from section("How to check it", bullets(HOW, "ol"))
    yield from section("What is proven", bullets(PROVEN))
    yield from section("What is not proven", bullets(NOT_PROVEN))
    rows = [(f.path, f.title, len(pack.in_folder(n)), f.about) for n, f in enumerate(FOLDERS)]
    yield from section("Folders", table(("folder", "title", "entries", "about"), rows))


def _cover(pack: Pack) -> list[tuple[str, str]]:
    made = words.in_zone(pack.look.now, pack.zone)
    said = [(name, pack.notes[name]) for name in ("complete", "purpose", "recipient", "serial")]
    return [*said, ("as of", made), ("made for", pack.look.viewer)]


def _folder(pack: Pack, number: int, folder: Folder) -> Iterator[str]:
    yield f"<p>{escape(folder.about)}</p>"
    match folder.path:
        case "00-manifest":
            yield from section("This pack", pairs(_cover(pack)))
            yield from section("Files", [FILES])
        case "14-omissions":
            yield from _omissions(pack)
        case "15-conformity":
            yield from _conformity(pack)
        case "05-agreement-to-mediate":
            yield from section("Rule profile", pairs(_profile(pack.look)))
            yield from section("Entries", _entries(pack, pack.in_folder(number)))
        case "13-custody":
            yield from section("Entries", _entries(pack, pack.in_folder(number)))
            yield from custody(pack.accesses, pack.keys, pack.zone)
        case _:
            yield from section("Entries", _entries(pack, pack.in_folder(number)))


def _profile(look: Look) -> list[tuple[str, str]]:
    """Name the rules the mediation followed, by hash."""
    pinned = look.case.intake.profile
    if pinned is None:
        return [("profile", "none was pinned to the case")]
    return [(name, str(value)) for name, value in msgspec.to_builtins(pinned).items()]


def _entries(pack: Pack, picked: list[Picked]) -> Iterator[str]:
    if not picked:
        yield "<p>Nothing is recorded.</p>"
        return
    told = Told(pack.look, pack.zone)
    yield from table(COLUMNS, (row(told, one.ref, masked=one.masked) for one in picked))


def _omissions(pack: Pack) -> Iterator[str]:
    yield (
        "<p>The classes below never go into a pack, whether or not there is anything of them here. "
        "How many there are is not told: it would tell of the talks. Only an order or all parties "
        "together open one, item by item.</p>"
    )
    rows = [(GROUND_WORDS[g], ", ".join(tags)) for g, tags in pack.selection.omitted]
    yield from section("Classes left out", table(("ground", "types of entries"), rows))
    shown = [(ref, "content left out; the entry itself is here") for ref in pack.selection.masked]
    yield from section("Entries shown without what they say", table(("entry", "why"), shown))


def _conformity(pack: Pack) -> Iterator[str]:
    rows = []
    for ground, about, folders in GROUNDS:
        named = ", ".join(FOLDERS[number].path for number in folders)
        found = sum(len(pack.in_folder(number)) for number in folders)
        rows.append((ground, about, named, found or "nothing recorded"))
    columns = ("article", "about", "folders", "entries")
    yield from section("Articles 4 and 5", table(columns, rows))
    yield (
        "<p>Whether a requirement is met or a ground is made out is for the authority that is "
        "asked to decide. This table only says where to look.</p>"
    )
