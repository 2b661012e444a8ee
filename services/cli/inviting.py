"""Invite people to the pages and the API."""

from collections.abc import Callable

from ledger.errors import DecodeError
from services.answers import DONE
from services.cli import context, output


def invite(
    case: str | None = None,
    party: str | None = None,
    /,
    *,
    operator: str | None = None,
    person: str | None = None,
    days: int = 14,
    json: bool = False,
) -> int:
    """Invite somebody to the pages and the API: prints an address, and a code that lets in once.

    Whoever speaks for a party of a case is invited to that case alone; what it may do there, and
    for how long, the record says each time. The code is kept as a hash and never shown again.

    Examples:
        goodoffices invite GO-2026-0007 B
        goodoffices invite --operator iyer

    Args:
        case: Case number, external reference or unique prefix.
        party: Id of the party, as `goodoffices show` prints it.
        operator: Invite an operator of the institution instead.
        person: Which of those who may act for the party; needed where there are several.
        days: For how many days the code lets in.
        json: One JSON document.
    """
    from services.http.inviting import invite_operator, invite_party

    with context.house() as (house, inviter):
        if operator is not None and case is None and person is None:
            invited = invite_operator(house, inviter, operator, days)
        elif case is not None and party is not None and operator is None:
            invited = invite_party(house, inviter, case, party, person=person, days=days)
        else:
            why = "invites a party of a case, or an operator"
            raise DecodeError("invite", why, "CASE PARTY, or --operator NAME")
    if json:
        output.as_json(invited)
        return DONE
    whom = invited.name if invited.party is None else f"{invited.name} for party {invited.party}"
    output.say(f"for      {whom}")
    output.say(f"address  {invited.address}")
    output.say(f"code     {invited.code}")
    output.say(f"until    {invited.until:%Y-%m-%d %H:%M}Z")
    return DONE


def uninvite(name: str, /) -> int:
    """End every session of somebody, and take back invitations not used yet.

    Examples:
        goodoffices uninvite iyer

    Args:
        name: Name of the operator, or of the person who speaks for a party.
    """
    from services.http.inviting import uninvite as take_back

    with context.house() as (house, inviter):
        ended = take_back(house, inviter, name)
    output.say(f"ended {ended}")
    return DONE


COMMANDS: tuple[Callable[..., int], ...] = (invite, uninvite)
