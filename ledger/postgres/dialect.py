"""Say a statement of ours in PostgreSQL's words."""

import re
from functools import lru_cache
from typing import Final

_PLACE: Final = re.compile(r"\?(\d*)")
_STATEMENTS_KEPT: Final = 1_024
_WORDS: Final = (
    (re.compile(r"\bINTEGER PRIMARY KEY AUTOINCREMENT\b"), "BIGSERIAL PRIMARY KEY"),
    (re.compile(r"\bINTEGER PRIMARY KEY\b"), "BIGSERIAL PRIMARY KEY"),
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
    (re.compile(r"\bTEXT\b"), 'TEXT COLLATE "C"'),  # ordered by its bytes, whatever the server's
    (re.compile(r"\) WITHOUT ROWID\b"), ")"),
)


@lru_cache(_STATEMENTS_KEPT)
def in_postgres(statement: str) -> str:
    """Number the places for values; and where it makes a table, name types as PostgreSQL does."""
    if statement.startswith(("CREATE", "ALTER")):
        for pattern, word in _WORDS:
            statement = pattern.sub(word, statement)
    counted = 0

    def place(found: re.Match[str]) -> str:
        nonlocal counted
        counted += 1
        return f"${found[1] or counted}"

    return _PLACE.sub(place, statement)
