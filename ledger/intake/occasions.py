"""Say when there is an occasion for the acts of the intake; `next` asks it, having no data."""

from typing import Any

from ledger.act import Act
from ledger.common_rules import (
    one_will_do,
    own_party,
    party_has_consented,
    party_is_known,
)
from ledger.intake.rules import (
    actor_is_requester,
    authority_is_not_over,
    consent_stands,
    continuation_is_agreed_once,
    elector_is_entitled,
    leaving_is_possible_yet,
    party_awaits_invitation,
    party_was_invited,
    reply_period_has_elapsed,
    request_is_open,
    request_is_registered,
    rest_may_continue,
    service_is_recorded_once,
    settlement_is_not_executed,
    silence_may_be_elected,
    somebody_left,
)
from ledger.intake.state import Intake
from ledger.parties import Standing


def to_invite(act: Act[Any], state: Intake, standing: Standing) -> None:
    """Ask for a party that may be invited."""
    request_is_open(act, state)
    request_is_registered(act, state)
    actor_is_requester(act, state)
    one_will_do(
        act,
        standing.parties,
        lambda party: party_awaits_invitation(act, state, party),
        "party",
    )


def to_record_service(act: Act[Any], state: Intake, standing: Standing) -> None:
    """Ask for an invitation that is on its way."""
    one_will_do(
        act,
        [party for party in standing.parties if party in state.issued],
        lambda party: service_is_recorded_once(act, state, party),
        "invitation on its way",
        "issue-invitation",
    )


def to_answer(act: Act[Any], state: Intake, standing: Standing) -> None:
    """Ask for the actor's own invitation, open or fallen with its silence."""
    party_is_known(act, standing, own_party(act))
    request_is_open(act, state)
    party_was_invited(act, state, own_party(act))


def to_elect_on_silence(act: Act[Any], state: Intake, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a party whose silence has lasted, and an actor that may elect on it."""

    def check(party: str) -> None:
        deadline = standing.deadlines.latest("reply", about=party)
        silence_may_be_elected(act, deadline, party)
        assert deadline is not None, "silence_may_be_elected asked for it"
        reply_period_has_elapsed(act, deadline)
        elector_is_entitled(act, deadline)

    silent = [p for p, party in standing.parties.items() if party.consent == "invited"]
    one_will_do(act, silent, check, "party that is silent")


def to_leave(act: Act[Any], state: Intake, standing: Standing) -> None:
    """Ask for a consent that stands and may be withdrawn."""
    party_is_known(act, standing, own_party(act))
    settlement_is_not_executed(act, standing)
    consent_stands(act, state, own_party(act))
    leaving_is_possible_yet(act, standing)


def to_go_on(act: Act[Any], state: Intake, standing: Standing) -> None:
    """Ask for somebody who left, and others who may go on and have not all agreed."""
    party_is_known(act, standing, own_party(act))
    somebody_left(act, state)
    continuation_is_agreed_once(act, state, own_party(act))
    rest_may_continue(act, state)
    party_has_consented(act, standing)


def to_revoke_authority(act: Act[Any], state: Intake, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for somebody that speaks for the actor's own party."""
    party = own_party(act)
    party_is_known(act, standing, party)
    one_will_do(
        act,
        [person for whom, person in standing.authorities if whom == party],
        lambda person: authority_is_not_over(act, standing, party, person),
        "representative",
        "authorise-representative",
    )


def to_question_authority(act: Act[Any], state: Intake, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for somebody that speaks for a party."""
    one_will_do(
        act,
        standing.authorities,
        lambda pair: authority_is_not_over(act, standing, *pair),
        "representative",
        "authorise-representative",
    )
