"""Analysts: grant a look at cases under pseudonyms, revoke it, list what is granted."""

from typing import Any

from cyclopts import App

from services.answers import DONE
from services.cli import context, output
from services.cli.acting import told
from services.cli.granting import give, listed, terms

analyst = App(name="analyst", help="Who studies cases under pseudonyms: grant, revoke, list.")


@analyst.command
def grant(
    name: str,
    /,
    *,
    purpose: str,
    rooms: str = "joint",
    cases: str = "all",
    profile: str | None = None,
    to: str | None = None,
    free_text: bool = False,
    until: str | None = None,
    approved_by: str | None = None,
    consent: str | None = None,
    json: bool = False,
) -> int:
    """Let analysts look at cases: as `analyst:NAME`, names replaced and words left out.

    The same person, party, case or id has one pseudonym in all that is looked at and exported
    under one grant, and another one under another.

    Examples:
        goodoffices analyst grant stalls --purpose "Where talks stall." --to ana
        goodoffices analyst grant berths --purpose Fees. --cases GO-2026-0001 --until 2026-12-31

    Args:
        name: Of the grant: a-z, 0-9, - and _.
        purpose: What for.
        rooms: Kinds of room; `joint` is the only one that is ever given.
        cases: Cases, or `all`.
        profile: Rule profiles the cases are held under, with commas between; any by default.
        to: Operators with the role analyst, with commas between; registry and auditor need not be
            named.
        free_text: Show words too, with the names that the record knows replaced in them.
        until: Last day, at the institution's seat; until it is revoked by default.
        approved_by: Second person, where words are shown.
        consent: How those agreed whose words are shown.
        json: Answer as JSON.
    """
    data = terms(
        grant=name,
        purpose=purpose,
        kinds=listed(rooms),
        profiles=listed(profile or ""),
        operators=listed(to or ""),
        free_text=free_text,
        until=until,
        approved_by=approved_by,
        consent=consent,
    )
    return _give("grant-analyst", data, cases, as_json=json)


@analyst.command
def revoke(name: str, /, *, reason: str | None = None, json: bool = False) -> int:
    """End a grant: nobody looks with it, and the secret of its pseudonyms is destroyed.

    Examples:
        goodoffices analyst revoke stalls --reason "The study is done."

    Args:
        name: Of the grant.
        reason: Why, for the registry's own record.
        json: Answer as JSON.
    """
    return _give("revoke-analyst", terms(grant=name, reason=reason), None, as_json=json)


@analyst.command(name="list")
def list_(*, json: bool = False) -> int:
    """List what is granted to analysts now.

    Args:
        json: One JSON document.
    """
    from services.reading.analysts import grants_told

    with context.house() as (house, operator):
        found = grants_told(house, operator)
    if json:
        output.as_json(found)
        return DONE
    columns = ("viewer", "to", "rooms", "cases", "profiles", "words", "ends", "")
    rows = [
        (
            g.viewer,
            ", ".join(g.operators),
            ", ".join(g.rooms),
            ", ".join(g.cases),
            ", ".join(g.profiles) or "any",
            "shown" if g.free_text else "left out",
            g.ends,
            g.state,
        )
        for g in found
    ]
    output.table("", columns, rows)
    return DONE


def _give(command: str, data: dict[str, Any], cases: str | None, *, as_json: bool) -> int:
    """Give one command, and say what came of it; what was revoked is destroyed at once."""
    from services.analysts import forget_revoked

    with context.house() as (house, operator):
        answer = give(house, operator, command, data, cases)
        if answer.done:
            # A crash here leaves a secret that opens nothing; the next grant or revocation
            # destroys it.
            forget_revoked(house.ledger.reader, house.ledger.institution_id)
    return told(answer, as_json=as_json)
