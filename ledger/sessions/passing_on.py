"""Pass on what one side told alone, without a release, where the terms in force allow it."""

from typing import Any

from ledger.act import Act, Decision, Placed
from ledger.common_rules import naming, party_is_known
from ledger.parties import Standing
from ledger.rooms import caucus_of
from ledger.sessions.caucus_events import (
    CaucusInformationReceived,
    InformationConveyed,
    InformationPassedOn,
)
from ledger.sessions.caucus_rules import (
    caucus_information_may_be_passed_on,
    item_is_known,
    recipients_are_others,
)
from ledger.sessions.state import Sessions


def passed_on(state: Sessions, standing: Standing, act: Act[Any], room: str) -> Decision:
    """Pass an item on in substance, and let its owner know.

    Args:
        state: What was told.
        standing: Who is there to be told.
        act: The command `convey-information`, naming an item and no release.
        room: The owner's caucus.

    Raises:
        RuleViolation: party_is_known, item_is_known, caucus_information_may_be_passed_on,
            recipients_are_others.
    """
    data = act.data
    others = tuple(party for party in standing.current() if party != data.owner)
    recipients = tuple(dict.fromkeys(data.recipients or others))
    for party in recipients:
        party_is_known(act, standing, party)
    item_is_known(act, state, room)
    received = act.open(state.items[room, data.item_id or ""])
    assert isinstance(received, CaucusInformationReceived), "the fold took its ref from one"
    caucus_information_may_be_passed_on(act, standing, received.secrecy)
    recipients_are_others(naming(act, recipients=recipients), standing, data.owner)
    told = InformationConveyed(wording=data.wording)
    known = InformationPassedOn(item_id=received.item_id, recipients=recipients)
    rooms = [caucus_of(party, act.mandate) for party in recipients]
    return [*(Placed(where, told) for where in rooms), Placed(room, known)]
