"""Show the exact text that somebody is about to accept or sign, with its digest."""

from datetime import tzinfo
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from ledger.envelope import tag_of
from services.reading import words
from services.reading.looking import Kept, Look
from services.reading.proposals import of_source
from services.reading.sources import from_record
from services.reading.timeline import Entry, said, some

SIGNED: Final = (
    "settlement-draft-prepared",
    "obligation-defined",
    "right-defined",
    "condition-defined",
    "draft-revised",
    "text-frozen",
)
"""Entries that say what is in a settlement."""


class Exact(Struct, frozen=True):
    """A text, word by word.

    Attributes:
        about: What it is: `proposal` or `settlement`.
        name: Its id.
        lines: Its words.
        digest: SHA-256: of a proposal's terms as they are recorded; of a settlement the hash of the
            text that was frozen.
        status: Where it stands.
        entry: Event (room:seq) that holds it, None for a settlement.
    """

    about: str
    name: str
    lines: tuple[str, ...]
    digest: str
    status: str
    entry: str | None = None


def proposal(look: Look, name: str, room: str) -> Exact | None:
    """Show the terms of a proposal; None where the viewer sees no such proposal there."""
    for one in of_source(from_record(look)):
        if (one.proposal_id, one.room) == (name, room):
            plain = [[c.clause_id, c.issue, c.text, c.params] for c in one.clauses]
            digest = sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()
            lines = tuple(words.terms(one.clauses))
            return Exact("proposal", name, lines, digest, one.status_in_words, one.tabled)
    return None


def settlement(look: Look, zone: tzinfo, name: str | None) -> Exact | None:
    """Show what is recorded of a settlement; the latest where none is named."""
    texts = {text.settlement_id: text for text in look.view.settlements}
    text = texts.get(name) if name else next(reversed(texts.values()), None)
    if text is None:
        return None
    entries = some(look, zone, lambda kept: _is_of(kept, text.settlement_id))
    lines = tuple(_line(entry) for entry in entries)
    return Exact("settlement", text.settlement_id, lines, text.hash, words.plain(text.status))


def _is_of(kept: Kept, name: str) -> bool:
    event = kept.frame.event
    return tag_of(type(event)) in SIGNED and getattr(event, "settlement_id", name) == name


def _line(entry: Entry) -> str:
    says = "; ".join(f"{what}: {value}" for what, value in said(entry))
    return f"{entry.says}. {says}" if says else entry.says
