"""Say when a mediation has begun, by the trigger its profile names (DOMAIN.md 1.2)."""

from typing import Any

from ledger.act import Act, Decision
from ledger.instants import has_offset, parse_instant
from ledger.parties import Standing
from ledger.profile_tables import Commencement

BEGUN_BY: dict[Commencement, str] = {
    "request_received": "request-registered",
    "registered": "request-registered",
    "parties_agree": "consent-given",
    "institution_confirms": "mediator-appointed",
    "all_signed_agreement_to_mediate": "engagement-confirmed",
}
"""By trigger the act with which everybody can see that it has begun.

The institution confirms by appointing: it is what it does first once the parties agree.
"""


def begins(act: Act[Any], standing: Standing, placed: Decision) -> bool:
    """Tell whether with this act the mediation has begun.

    Args:
        act: The act.
        standing: As the act's eyes see it, before the act.
        placed: What the act records.
    """
    tag = BEGUN_BY[act.profile.commencement_trigger]
    given = [p.event for p in placed if str(type(p.event).__struct_config__.tag) == tag]
    if tag != "consent-given":
        return bool(given)
    agreed = {getattr(event, "party", None) for event in given}
    agreed |= {n for n, p in standing.parties.items() if p.consent in ("consented", "conditional")}
    return bool(given) and agreed.issuperset(standing.current())


def begun_at(act: Act[Any], standing: Standing) -> str | None:
    """Return the instant a mediation began that has begun before this act, None where unknown."""
    trigger = act.profile.commencement_trigger
    if trigger == "request_received" and standing.received is not None:
        return standing.received if has_offset(standing.received) else None
    tag = BEGUN_BY[trigger]
    when = [entry.occurred for entry in standing.entries.values() if entry.tag == tag]
    known = [occurred for occurred in when if occurred is not None and has_offset(occurred)]
    if not known or len(known) < len(when):
        return None
    return max(known, key=parse_instant) if tag == "consent-given" else known[0]
