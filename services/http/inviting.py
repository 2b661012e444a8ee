"""Invite somebody to the pages and the API: a code for one letter, which lets in once."""

from contextlib import closing
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from ledger.errors import CaseBusy, DecodeError, RuleViolation
from ledger.identity import Operator
from services.house import House
from services.http import codes
from services.http.door import Door
from services.http.guests import Guest
from services.http.roll import PERSON
from services.reading.eyes import Eyes
from services.reading.looking import Look

DAYS: Final = 14
DAYS_MAX: Final = 90
DRAWS_MAX: Final = 20


def address_on(port: int) -> str:
    """Say where a port of this machine is reached."""
    return f"http://127.0.0.1:{port}/"


NOT_SERVED: Final = "the address that `goodoffices serve` prints"


class Invited(Struct, frozen=True):
    """What goes on the letter; the code is shown this once.

    Attributes:
        address: Where to go.
        code: What to type there.
        name: For whom.
        case: The case, None for an operator.
        party: The party, None for an operator.
        until: Last instant at which the code lets in.
    """

    address: str
    code: str
    name: str
    case: str | None
    party: str | None
    until: datetime


def invite_operator(house: House, inviter: Operator, name: str, days: int = DAYS) -> Invited:
    """Invite an operator of the institution.

    Raises:
        RuleViolation: inviter_is_registry, operator_is_known.
        DecodeError: So many days are not allowed.
    """
    _check_registry(inviter)
    known = house.desk.operator(name)
    with closing(Door(house)) as door:
        return _invited(house, door, Guest(known.name), None, days)


def invite_party(  # noqa: PLR0913 - who invites whom, where, for how long
    house: House,
    inviter: Operator,
    case: str,
    party: str,
    *,
    person: str | None = None,
    days: int = DAYS,
) -> Invited:
    """Invite who speaks for a party of a case, to that case alone.

    Args:
        house: The ledger.
        inviter: Who writes the letter.
        case: The case.
        party: Its party.
        person: Which of those who may act for it; needed where there are several.
        days: For how long the code lets in.

    Raises:
        RuleViolation: inviter_is_registry, case_is_known, party_is_known, party_has_a_speaker.
        DecodeError: There are several, or so many days are not allowed.
    """
    _check_registry(inviter)
    look = Eyes(house, inviter).look(case)
    with closing(Door(house)) as door:
        speakers = door.roll.speakers(look.record.case_id, party)
        guest = _speaker(look, party, person, speakers)
        return _invited(house, door, guest, look.name, days)


def uninvite(house: House, inviter: Operator, name: str) -> int:
    """End every session of somebody and take back what was not used; return how many.

    Raises:
        RuleViolation: inviter_is_registry.
    """
    _check_registry(inviter)
    with closing(Door(house)) as door:
        return door.guests.end_all(name.removeprefix(PERSON))


def _check_registry(inviter: Operator) -> None:
    if "registry" not in inviter.roles:
        why = f"operator {inviter.name} does not keep the registry"
        raise RuleViolation("inviter_is_registry", why, "a registry operator")


def _speaker(look: Look, party: str, person: str | None, speakers: list[str]) -> Guest:
    """Settle who is invited for a party."""
    if party not in look.file.roster.parties:
        raise RuleViolation(
            "party_is_known",
            f"{party} is not a party of this case",
            "the id of a party, as `goodoffices show` prints it",
        )
    wanted = [s for s in speakers if person is None or s == person.removeprefix(PERSON)]
    if not wanted:
        raise RuleViolation(
            "party_has_a_speaker",
            f"nobody {f'called {person} ' if person else ''}may act for party {party} today",
            "an authority on record (authorise-representative)",
        )
    if len(wanted) > 1:
        why = f"{len(wanted)} persons may act for party {party}"
        raise DecodeError("--person", why, f"one of: {', '.join(wanted)}")
    return Guest(wanted[0], look.record.case_id, party)


def _invited(house: House, door: Door, guest: Guest, case: str | None, days: int) -> Invited:
    """Draw a code and keep what proves it.

    Raises:
        DecodeError: So many days are not allowed.
        CaseBusy: No handle is free.
    """
    if not 1 <= days <= DAYS_MAX:
        raise DecodeError("--days", f"{days} days", f"1 to {DAYS_MAX}")
    until = house.clock.now() + timedelta(days=days)
    for _ in range(DRAWS_MAX):
        code = codes.draw()
        if door.guests.invite(code.handle, codes.hashed(code.secret), guest, until):
            address = door.guests.address() or NOT_SERVED
            return Invited(address, code.text, guest.name, case, guest.party, until)
    raise CaseBusy("too many invitations are open")
