"""Begin the overall limit of a case with the act the profile counts it from."""

from typing import Any

from ledger.act import Act, Decision
from ledger.commencement import begins
from ledger.parties import Standing
from ledger.periods import begin

RULE = "overall_limit"
STARTS = {
    "request-registered": "registration",
    "mediator-appointed": "appointment",
    "session-opened": "first_session",
}
"""By event what it is the start of, in the profile's words."""


def limit_begun(act: Act[Any], standing: Standing, placed: Decision) -> Decision:
    """Set the overall limit where this act is the one it runs from; it is set once.

    Nothing where the profile knows no limit, or where it is not known when the act happened.

    Args:
        act: The act.
        standing: As the act's eyes see it.
        placed: What the act records.
    """
    limit = act.profile.overall_limit
    if limit.days is None or limit.from_event is None:
        return []
    starts = {STARTS.get(str(type(p.event).__struct_config__.tag)) for p in placed}
    if begins(act, standing, placed):
        starts.add("commencement")
    if limit.from_event not in starts:
        return []
    if not act.moment_is_known() or standing.deadlines.latest(RULE) is not None:
        return []
    trigger = limit.from_event.replace("_", " ")
    return [begin(act, "joint", rule=RULE, days=limit.days, trigger=trigger)]
