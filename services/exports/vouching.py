"""Tell a reader, in plain words, how a bundle is checked and what that proves."""

from collections.abc import Iterable, Iterator
from html import escape

from services.exports.bundle import Chosen
from services.exports.page import pairs, section, table

HOW = (
    (
        "Get the public key of the institution's log, or the policy you trust, on a way that "
        "does not lead through whoever gave you these files: from the institution's site, an "
        "annual report, another party."
    ),
    (
        "Copy verify.py from a place you trust (the one beside this page is only as good as "
        "whoever gave it to you; it is short enough to be read by an expert)."
    ),
    (
        "Run: python3 -I -S verify.py THIS-FOLDER --key KEY-FILE. It needs Python alone: no "
        "account, no network, nothing of ours."
    ),
    (
        "Exit status 0 and VERIFIED: it holds against the key you gave. 1 and FAILED: it does "
        "not, and the first cause is named. 2: it could not be checked, or no key was given and"
        " it merely holds together, as a forger's file would under a key of the forger's own."
    ),
)
OF_FILES = "This page and every other file here are those that the key of the log has signed for."
PROVEN = (
    "The entries shown are those that were sealed: none altered, removed, put in or put elsewhere.",
    "They were there when they were sealed, by the clock of the institution.",
    OF_FILES,
    (
        "Where an entry says that its actor signed it: that the holder of a key bound to that "
        "actor signed the fields named."
    ),
)
NOT_PROVEN = (
    "That what was recorded is true, or that anything was recorded that happened.",
    (
        "That an entry was made by the person it names, unless it says that its actor signed "
        "it: all others are asserted by the institution."
    ),
    (
        "That there are no rooms beside these: a reader is shown the rooms it may read and "
        "nothing of any other."
    ),
    (
        "That the institution shows the same log to everybody: compare its checkpoints with what "
        "others hold, or ask for witnesses (--seen, --policy)."
    ),
    "That the clock of the institution was right.",
    "The design and the program had no review by anybody outside the project.",
)


def sections(chosen: Iterable[Chosen], origin: str) -> Iterator[str]:
    """Yield what follows the cover of a bundle's page."""
    counts: dict[str, list[int]] = {}
    for one in chosen:
        counts.setdefault(one.kept.frame.room, []).append(one.kept.frame.seq)
    rows = [(room, len(seqs), seqs[0], seqs[-1]) for room, seqs in sorted(counts.items())]
    yield from checking(origin)
    yield from section("Rooms in this record", table(("room", "entries", "from", "to"), rows))


def checking(origin: str) -> Iterator[str]:
    """Yield how to check it, what that proves, and what not."""
    yield from section("How to check this record", bullets(HOW, "ol"))
    yield from section("What is proven", bullets(PROVEN))
    yield from section("What is not proven", bullets(NOT_PROVEN))
    trust = "this page names no key to trust: a key found in the evidence proves nothing by itself"
    yield from section("Trust", pairs((("log", origin), ("key", trust))))


def bullets(lines: Iterable[str], kind: str = "ul") -> Iterator[str]:
    """Yield a list."""
    yield f"<{kind}>"
    for line in lines:
        yield f'<li dir="auto">{escape(line)}</li>'
    yield f"</{kind}>"
