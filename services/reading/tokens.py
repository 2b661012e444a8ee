"""Give names, ids and references the pseudonyms of one analyst grant.

A pseudonym is what the grant's secret makes of a text: the same text has the same one in all that
is shown under the grant, another one under every other, and none that can be computed once the
secret is destroyed. One key serves for all kinds of text, so that what stands for a person as an
actor stands for it as a name in a list.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final
from uuid import UUID

from ledger.catalogue import EVENTS
from ledger.errors import DecodeError
from ledger.identity import ROLES
from ledger.instants import has_offset, parse_instant, utc
from ledger.rooms import KINDS

TOKEN_CHARS: Final = 12
"""Sixty bits: among a million names two have the same one once in two million grants."""
CASE_PREFIX: Final = "case-"
TOKENS_KEPT: Final = 100_000
_OWN_WORDS: Final = frozenset({*ROLES, *KINDS, *EVENTS, "clock", "operator", "system", ""})
"""Roles, kinds of room and types of event: words of ours, which name nobody."""
_LABEL: Final = re.compile(r"[A-Z][0-9]{0,4}")
"""What the ledger and short forms number with: P1, D12, party A."""
_WHEN: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt].{5,80})?")
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,6})? ?%?")
_ENTRY: Final = re.compile(r"joint:[0-9]{1,10}")
_CASE_HEX: Final = re.compile(r"[0-9a-f]{32}")
_PREFIXED: Final = frozenset({"person", "operator", *KINDS})


class Pseudonyms:
    """The pseudonyms of one grant."""

    def __init__(self, secret: bytes) -> None:
        """Make them from the grant's secret."""
        self._secret = secret
        self.token = lru_cache(maxsize=TOKENS_KEPT)(self._token)

    def _mark(self, what: str, text: bytes) -> bytes:
        return hmac.digest(self._secret, what.encode() + b"\0" + text, "sha256")

    def _token(self, text: str) -> str:
        """Return the pseudonym of a text, which fits wherever an id does."""
        return b32encode(self._mark("name", text.encode()))[:TOKEN_CHARS].decode().lower()

    def case_id(self, case_id: UUID) -> UUID:
        """Return the id under which a case is told; its time is not in it."""
        return UUID(bytes=self._mark("case", case_id.bytes)[:16], version=4)

    def case_number(self, case_id: UUID) -> str:
        """Return what a case is called; a beginning of its id, so that one finds the other."""
        return CASE_PREFIX + self.case_id(case_id).hex[:TOKEN_CHARS]

    def room_id(self, room_id: bytes) -> bytes:
        """Return the id under which a room is told."""
        return UUID(bytes=self._mark("room", room_id)[:16], version=4).bytes

    def leaf(self, leaf: bytes) -> bytes:
        """Return what stands for a leaf: the institution can compare it, nobody else find it."""
        return self._mark("leaf", leaf)

    def name(self, text: str) -> str:
        """Return what is shown for a text of a frame.

        Instants are told in UTC; days, entries of the common record, types of event, roles, and
        labels of one letter with a number stay as they are.
        """
        if text in _OWN_WORDS or _LABEL.fullmatch(text) or _ENTRY.fullmatch(text):
            return text
        if _WHEN.fullmatch(text):
            return when(text)
        if _CASE_HEX.fullmatch(text):
            return self.case_id(UUID(text)).hex
        kind, colon, rest = text.partition(":")
        if colon and kind in _PREFIXED:
            return f"{kind}:{self.name(rest)}"
        return self.token(text)

    def masked(self, text: str, known: Iterable[str]) -> str:
        """Return a text with names the record knows replaced, wherever they stand as a word."""
        names = sorted(known, key=len, reverse=True)
        if not names:
            return text
        found = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
        return found.sub(lambda match: f"[{self.token(match[1].casefold())}]", text)


def when(text: str) -> str:
    """Tell an instant in UTC; a day, or a time of which no zone is recorded, as it is."""
    if not has_offset(text):
        return text[: len("2026-03-05T14:00:00.000000")]
    try:
        return utc(parse_instant(text))
    except DecodeError:
        return text[: len("2026-03-05")]


def is_number(text: str) -> bool:
    """Tell whether a text is a number, a percentage or a day."""
    return _NUMBER.fullmatch(text) is not None or (
        _WHEN.fullmatch(text) is not None and "T" not in text.upper()
    )


def words_in(values: Mapping[str, object]) -> Iterable[str]:
    """Yield every text somewhere within a value, keys of tables too."""
    for key, value in values.items():
        yield key
        yield from texts_of(value)


def texts_of(value: object) -> Iterable[str]:
    """Yield every text somewhere within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from words_in(value)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)
