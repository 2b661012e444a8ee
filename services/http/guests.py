"""Keep who was invited, who is inside, and how often somebody guessed; apart from the record.

No secret is kept in plain: of a code its scrypt, of a session's token its SHA-256.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from ledger.databases import Session as Connection
from ledger.databases import StoreKind
from services.http.codes import Hashed
from services.stores import Store, Where, open_store

GUESTS_FILE: Final = "guests.sqlite"
ISSUER_FILE: Final = "issuer.toml"
"""Says who vouches for people besides; in the data folder, by hand."""
KIND: Final = StoreKind(
    "list of guests",
    0x474F4C47,
    "gol-guests",
    1,
    frozenset({"invitations", "sessions", "guesses", "addresses"}),
)
SCHEMA: Final = (
    """CREATE TABLE invitations (
        handle TEXT PRIMARY KEY,
        salt TEXT NOT NULL,
        digest TEXT NOT NULL,
        name TEXT NOT NULL,
        case_id TEXT,
        party TEXT,
        until TEXT NOT NULL,
        used TEXT)""",
    """CREATE TABLE sessions (
        digest TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        case_id TEXT,
        party TEXT,
        auth TEXT NOT NULL,
        began TEXT NOT NULL,
        last TEXT NOT NULL)""",
    "CREATE TABLE guesses (about TEXT NOT NULL, at TEXT NOT NULL)",
    "CREATE INDEX guesses_about ON guesses (about, at)",
    "CREATE INDEX guesses_at ON guesses (at)",
    "CREATE TABLE addresses (name TEXT PRIMARY KEY, address TEXT NOT NULL)",
)
STORE: Final = Store(KIND, GUESTS_FILE, SCHEMA)
PUBLIC: Final = "public"
"""Name of the address under which people reach the ledger."""


class Guest(Struct, frozen=True):
    """Who somebody said to be, and how that was known; what it may do, the record says each time.

    Attributes:
        name: Name of the operator, or of the person who speaks for a party.
        case_id: The one case the invitation is for, None for an operator of the institution.
        party: The party of that case.
        auth: How it was recognised.
    """

    name: str
    case_id: UUID | None = None
    party: str | None = None
    auth: str = "invitation code"


class Invitation(Struct, frozen=True):
    """An invitation as it is kept.

    Attributes:
        guest: Who is invited.
        hashed: Of its secret.
        until: Last instant at which it lets in.
        used: Whether somebody came in with it.
    """

    guest: Guest
    hashed: Hashed
    until: datetime
    used: bool


class Stay(Struct, frozen=True):
    """A session as it is kept.

    Attributes:
        guest: Who it is of.
        began: When it began.
        last: When it was last used, give or take a minute.
    """

    guest: Guest
    began: datetime
    last: datetime


class Guests:
    """The list of one ledger; safe from many threads and beside other processes."""

    def __init__(self, where: Where, ledger_id: str) -> None:
        """Open it, or make it.

        Raises:
            StoreFault: It cannot be made, is damaged, or is another ledger's.
        """
        self._file = open_store(STORE, where, ledger_id)

    def close(self) -> None:
        """Let go of it."""
        self._file.close()

    # ------------------------------------------------------------ invitations

    def invite(self, handle: str, hashed: Hashed, guest: Guest, until: datetime) -> bool:
        """Keep an invitation; False where its handle is taken."""
        values = (handle, *hashed, *_who(guest), _text(until))
        with self._file.writing() as connection:
            done = connection.execute(
                "INSERT INTO invitations (handle, salt, digest, name, case_id, party, until)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                values,
            )
        return done.rowcount == 1

    def invitation(self, handle: str) -> Invitation | None:
        """Find an invitation by its handle."""
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT salt, digest, name, case_id, party, until, used FROM invitations"
                " WHERE handle = ?",
                (handle,),
            ).fetchone()
        if row is None:
            return None
        salt, digest, name, case_id, party, until, used = row
        guest = Guest(name, _uuid(case_id), party)
        return Invitation(guest, Hashed(salt, digest), _instant(until), used is not None)

    def use(self, handle: str, now: datetime) -> bool:
        """Use an invitation up; False where somebody was faster."""
        with self._file.writing() as connection:
            done = connection.execute(
                "UPDATE invitations SET used = ? WHERE handle = ? AND used IS NULL",
                (_text(now), handle),
            )
        return done.rowcount == 1

    # ------------------------------------------------------------ sessions

    def begin(self, digest: str, guest: Guest, now: datetime) -> None:
        """Begin a session."""
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO sessions (digest, name, case_id, party, auth, began, last)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (digest, *_who(guest), guest.auth, _text(now), _text(now)),
            )

    def stay(self, digest: str) -> Stay | None:
        """Find a session."""
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT name, case_id, party, auth, began, last FROM sessions WHERE digest = ?",
                (digest,),
            ).fetchone()
        if row is None:
            return None
        name, case_id, party, auth, began, last = row
        return Stay(Guest(name, _uuid(case_id), party, auth), _instant(began), _instant(last))

    def seen(self, digest: str, now: datetime) -> None:
        """Note that a session was used."""
        with self._file.writing() as connection:
            connection.execute(
                "UPDATE sessions SET last = ? WHERE digest = ?", (_text(now), digest)
            )

    def end(self, digest: str) -> None:
        """End a session."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE digest = ?", (digest,))

    def inside(self, *, used_after: datetime, began_after: datetime) -> int:
        """Count sessions that were used and begun since."""
        with self._file.reading() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM sessions WHERE last >= ? AND began >= ?",
                (_text(used_after), _text(began_after)),
            ).fetchone()
        return int(count)

    def end_all(self, name: str) -> int:
        """End every session and take back every invitation of somebody; return how many."""
        with self._file.writing() as connection:
            ended = connection.execute("DELETE FROM sessions WHERE name = ?", (name,)).rowcount
            taken = connection.execute(
                "DELETE FROM invitations WHERE name = ? AND used IS NULL", (name,)
            )
            return ended + taken.rowcount

    # ------------------------------------------------------------ guesses

    def guess(self, abouts: dict[str, int], now: datetime, window: timedelta) -> bool:
        """Count a guess before it is judged; False where there were too many.

        However many come at once, no more than the bound are let through: counting and noting are
        one transaction.

        Args:
            abouts: What is guessed at or from where, each with the most guesses of a window.
            now: The present instant.
            window: For how long a guess counts.
        """
        since = _text(now - window)
        with self._file.writing() as connection:
            connection.execute("DELETE FROM guesses WHERE at < ?", (since,))
            free = all(_count(connection, about) < most for about, most in abouts.items())
            if free:
                connection.executemany(
                    "INSERT INTO guesses (about, at) VALUES (?, ?)",
                    [(about, _text(now)) for about in abouts],
                )
        return free

    # ------------------------------------------------------------ address, forgetting

    def say_address(self, address: str) -> None:
        """Keep where people reach the ledger, for the letters."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM addresses WHERE name = ?", (PUBLIC,))
            connection.execute("INSERT INTO addresses VALUES (?, ?)", (PUBLIC, address))

    def address(self) -> str | None:
        """Return where people reach the ledger, None before it was ever served."""
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT address FROM addresses WHERE name = ?", (PUBLIC,)
            ).fetchone()
        return None if row is None else str(row[0])

    def forget(self, *, invited_until: datetime, began_before: datetime) -> None:
        """Forget invitations that ran out and sessions that are over."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM invitations WHERE until < ?", (_text(invited_until),))
            connection.execute("DELETE FROM sessions WHERE began < ?", (_text(began_before),))


def _count(connection: Connection, about: str) -> int:
    (count,) = connection.execute(
        "SELECT count(*) FROM guesses WHERE about = ?", (about,)
    ).fetchone()
    return int(count)


def _who(guest: Guest) -> tuple[str, str | None, str | None]:
    case_id = None if guest.case_id is None else guest.case_id.hex
    return guest.name, case_id, guest.party


def _uuid(text: Any) -> UUID | None:  # noqa: ANN401 - a column
    return None if text is None else UUID(text)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
