"""Let people in: a code against a session, a session against who somebody is today."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ledger.errors import RuleViolation
from ledger.identity import Operator
from services.house import House
from services.http import codes
from services.http.guests import Guest, Guests
from services.http.roll import Roll
from services.stores import Where

IDLE: Final = timedelta(minutes=30)
"""How long a session lasts without being used."""
LONGEST: Final = timedelta(hours=12)
"""How long it lasts at most."""
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is kept when a session was last used."""
WINDOW: Final = timedelta(minutes=15)
CODE_GUESSES_MAX: Final = 5
"""Guesses at one handle within the window, whether there is such an invitation or not."""
ADDRESS_GUESSES_MAX: Final = 20
"""Guesses from one address within the window."""
NEEDS_CODE: Final = "the code of a letter that is yours, not used and not run out"


class Caller(Struct, frozen=True):
    """Who asks, recognised anew at every request.

    Attributes:
        operator: As the record knows it today.
        guest: Who it said to be when it came in.
        token: Secret of its session.
        by_cookie: Whether a browser sent that secret by itself.
        ends: Last instant of the session.
    """

    operator: Operator
    guest: Guest
    token: str
    by_cookie: bool
    ends: datetime

    @property
    def viewer(self) -> str | None:
        """Name the eyes it is bound to, None where the record gives it the widest it has."""
        return None if self.guest.case_id is None else f"party:{self.guest.party}"


class Door:
    """The way in to one ledger.

    Attributes:
        guests: Who was invited, and who is inside.
        roll: Who is who today.
    """

    def __init__(self, house: House) -> None:
        """Stand at the door.

        Raises:
            StoreFault: The list of guests cannot be opened.
        """
        self._house = house
        where = Where(house.ledger.folder, house.ledger.urls.record)
        self.guests = Guests(where, house.ledger.reader.recorder.ledger_id)
        self.roll = Roll(house)

    def close(self) -> None:
        """Let go of the list."""
        self.guests.close()

    def sweep(self) -> None:
        """Forget who was invited and never came, and who is gone."""
        now = self._house.clock.now()
        self.guests.forget(invited_until=now, began_before=now - LONGEST)

    def inside(self) -> int:
        """Count the sessions that are not over."""
        now = self._house.clock.now()
        return self.guests.inside(used_after=now - IDLE, began_after=now - LONGEST)

    def enter(self, typed: str, address: str) -> str:
        """Let somebody in with a code; return the secret of the session.

        Args:
            typed: What was typed.
            address: Where it comes from.

        Raises:
            RuleViolation: guesses_are_few, code_lets_in; the latter the same, and as late, for a
                code that is wrong, used, run out, or of somebody who may not come in any more.
        """
        now = self._house.clock.now()
        code = codes.read(typed)
        handle = "" if code is None else code.handle
        self.count(address, handle)
        kept = self.guests.invitation(handle)
        fits = codes.fits(
            "" if code is None else code.secret, codes.NOBODYS if kept is None else kept.hashed
        )
        if kept is None or not fits or kept.used or kept.until < now:
            raise _no_way_in()
        if self.roll.operator(kept.guest) is None or not self.guests.use(handle, now):
            raise _no_way_in()
        return self.admit(kept.guest)

    def count(self, address: str, handle: str | None = None) -> None:
        """Count an attempt from an address and, with a code, at its handle.

        Raises:
            RuleViolation: guesses_are_few.
        """
        about = {f"address {address}": ADDRESS_GUESSES_MAX}
        if handle is not None:
            about[f"code {handle}"] = CODE_GUESSES_MAX
        if not self.guests.guess(about, self._house.clock.now(), WINDOW):
            minutes = int(WINDOW.total_seconds() // 60)
            raise RuleViolation(
                "guesses_are_few", "too many codes were tried", f"a wait of {minutes} minutes"
            )

    def vouched(self, guest: Guest) -> str:
        """Let somebody in for whom an issuer vouches; return the secret of the session.

        Raises:
            RuleViolation: operator_is_known.
        """
        if self.roll.operator(guest) is None:
            raise RuleViolation(
                "operator_is_known", "the institution does not know you", "the registry"
            )
        return self.admit(guest)

    def admit(self, guest: Guest) -> str:
        """Begin a session for somebody already recognised; return its secret."""
        token = codes.draw_token()
        self.guests.begin(codes.token_digest(token), guest, self._house.clock.now())
        return token

    def recognise(self, token: str, *, by_cookie: bool, uses: bool = True) -> Caller | None:
        """Recognise the caller of a session; one that is over, or of nobody any more, ends.

        Args:
            token: Secret of the session.
            by_cookie: Whether a browser sent it by itself.
            uses: Whether somebody does something, so that the session is not idle.
        """
        digest, now = codes.token_digest(token), self._house.clock.now()
        stay = self.guests.stay(digest)
        if stay is None:
            return None
        ends = min(stay.last + IDLE, stay.began + LONGEST)
        operator = None if now > ends else self.roll.operator(stay.guest)
        if operator is None:
            self.guests.end(digest)
            return None
        if uses and now - stay.last >= SEEN_EVERY:
            self.guests.seen(digest, now)
            ends = min(now + IDLE, stay.began + LONGEST)
        return Caller(operator, stay.guest, token, by_cookie, ends)

    def leave(self, token: str) -> None:
        """End a session."""
        self.guests.end(codes.token_digest(token))


def _no_way_in() -> RuleViolation:
    return RuleViolation("code_lets_in", "this code does not let anybody in", NEEDS_CODE)
