"""The rules of request, invitation, consent and authority."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, TypeAlias

from ledger.act import Act, Broken, Decision, rule
from ledger.common_rules import actor_has_power
from ledger.deadlines import Deadline
from ledger.instants import parse_instant
from ledger.intake.state import Intake
from ledger.parties import RUNNING, Phase, Power, Standing

Decide: TypeAlias = Callable[[Intake, Standing, Act[Any]], Decision]

FEWEST_PARTIES = 2
STANDS = ("consented", "conditional")
DERIVED = (Phase.NONE, Phase.SETTLED, Phase.MONITORING)
"""Phases nobody can assert: one is no case, the others need a settlement executed here."""
PROTOCOL = "protocol-issued"


@rule("refuse")
def requester_is_the_actor(act: Act[Any], requester: str) -> None:
    """A party asks in its own name."""
    if act.party is not None and act.party != requester:
        raise Broken(f"{act.party} acts, {requester} would ask", f"{act.party} as requester")


@rule("refuse")
def parties_are_distinct(act: Act[Any], parties: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """A mediation has two parties or more, each with an id of its own."""
    if len(set(parties)) < len(parties) or len(parties) < FEWEST_PARTIES:
        raise Broken(f"the parties named are {', '.join(parties)}", "two different ids or more")


@rule("refuse")
def names_are_of_parties(act: Act[Any], named: Collection[str], parties: Collection[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """Names and signatories are given for parties alone."""
    strangers = [name for name in named if name not in parties]
    if strangers:
        raise Broken(f"{', '.join(strangers)} is no party named", f"one of: {', '.join(parties)}")


@rule("refuse")
def joint_request_is_signed_by_all(
    act: Act[Any], signed: Collection[str], parties: Collection[str]
) -> None:
    """A joint request is signed by every party."""
    missing = [party for party in parties if party not in signed]
    if act.data.joint and missing:
        raise Broken(f"no signatory is named for {', '.join(missing)}", "`signatories` of all")


@rule("refuse")
def asserted_phase_is_possible(act: Act[Any], phase: Phase) -> None:  # noqa: ARG001 - a rule takes the act
    """A case is taken over in a phase its source can vouch for."""
    if phase in DERIVED:
        needs = "an earlier or later phase; a settlement made elsewhere is reported on its own"
        raise Broken(f"{phase} follows from acts recorded here alone", needs)


@rule("refuse")
def request_is_acknowledged_once(act: Act[Any], state: Intake) -> None:  # noqa: ARG001 - a rule takes the act
    """Receipt of a request is acknowledged once, to a requester that is known."""
    if state.request is None:
        raise Broken("no request was filed in this case")
    if state.acknowledged:
        raise Broken("receipt was acknowledged already")


@rule("refuse")
def request_is_registered_once(act: Act[Any], state: Intake) -> None:  # noqa: ARG001 - a rule takes the act
    """The common record of a request is opened once."""
    if state.request is None:
        raise Broken("no request was filed in this case")
    if state.registered is not None:
        raise Broken(f"the case is registered as {state.number}")


@rule("refuse")
def request_is_complete(act: Act[Any], state: Intake) -> None:  # noqa: ARG001 - a rule takes the act
    """A request is registered once nothing found missing is still wanted."""
    missing = state.screening.missing
    if missing:
        raise Broken(f"the request lacks {', '.join(missing)}", "supplement-request")


@rule("refuse")
def request_is_registered(act: Act[Any], state: Intake) -> None:  # noqa: ARG001 - a rule takes the act
    """Parties are invited to a case that is registered."""
    if state.registered is None:
        raise Broken("the request is not registered yet", "registration (register-request)")


@rule("refuse")
def request_is_open(act: Act[Any], state: Intake) -> None:  # noqa: ARG001 - a rule takes the act
    """A request that was declined or withdrawn cannot be answered."""
    if state.ended is not None:
        raise Broken(f"the request was {state.ended}", "a new request")


@rule("refuse")
def actor_is_requester(act: Act[Any], state: Intake) -> None:
    """Only who asked takes the request back."""
    party = state.parties.get(act.party or "")
    if act.party is not None and (party is None or not party.requesting):
        raise Broken(f"{act.party} did not make the request", f"{state.requester()}, or its people")


@rule("refuse")
def party_awaits_invitation(act: Act[Any], state: Intake, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """An invitation goes to a party that has none yet, or that it did not reach."""
    consent = state.parties[party].consent
    unreached = consent == "invited" and party not in state.served
    if consent != "none" and not unreached:
        raise Broken(f"the consent of {party} is {consent}", "a party not invited yet")


@rule("irregular")
def invitation_was_sent(act: Act[Any], state: Intake, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Service is of an invitation that was sent."""
    if party not in state.issued:
        raise Broken(f"no invitation to {party} is on its way", "issue-invitation")


@rule("refuse")
def service_is_recorded_once(act: Act[Any], state: Intake, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Service on a party is recorded once; a wrong entry is corrected."""
    if party in state.served:
        raise Broken(f"service on {party} is on record", "a correction of that entry")


@rule("refuse")
def party_was_invited(act: Act[Any], state: Intake, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A party answers an invitation that is open, or that fell with its silence."""
    known = state.parties[party]
    if known.consent in ("invited", "conditional") or _fell_silent(state, party):
        return
    where = f" ({known.consent_ref})" if known.consent_ref else ""
    raise Broken(f"the consent of {party} is {known.consent}{where}", "an open invitation")


def _fell_silent(state: Intake, party: str) -> bool:
    return party in state.silences and state.parties[party].consent == "declined"


@rule("refuse")
def reply_is_outstanding(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """Silence can be elected on only while a party invited has not answered."""
    if any(party.consent == "invited" for party in standing.parties.values()):
        return
    answers = [f"{p.party}: {p.consent} ({p.consent_ref})" for p in standing.parties.values()]
    raise Broken(f"every party has answered; {', '.join(answers)}", "a party that is silent")


@rule("refuse")
def party_is_silent(act: Act[Any], state: Intake, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Who has answered is not silent; a consent that came first stands."""
    known = state.parties[party]
    if known.consent == "invited":
        return
    first = "consented" if known.consent in STANDS else known.consent
    raise Broken(f"{party} {first} first ({known.consent_ref}); the election comes too late")


@rule("refuse")
def silence_may_be_elected(act: Act[Any], deadline: Deadline | None, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Silence is elected on where the profile leaves its effect to an election."""
    if deadline is None:
        raise Broken(f"no time to reply runs for {party}", "service on it (record-service)")
    if deadline.set.expiry != "elective":
        raise Broken(f"under the profile the effect of silence is {deadline.set.expiry}")


@rule("refuse")
def reply_period_has_elapsed(act: Act[Any], deadline: Deadline) -> None:
    """Silence has an effect only once the time to reply is over."""
    if act.when <= parse_instant(deadline.due):
        raise Broken(f"the time to reply runs until {deadline.on}", "that day to have passed")


@rule("refuse")
def elector_is_entitled(act: Act[Any], deadline: Deadline) -> None:
    """Only whom the profile names elects on a silence."""
    if act.acting() != deadline.set.elected_by:
        raise Broken(f"{act.acting()} has no election here", f"{deadline.set.elected_by}")


@rule("refuse")
def consent_stands(act: Act[Any], state: Intake, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a consent that stands can be withdrawn."""
    consent = state.parties[party].consent
    if consent not in STANDS:
        raise Broken(f"the consent of {party} is {consent}")


@rule("refuse")
def settlement_is_not_executed(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody withdraws from a mediation whose settlement was executed."""
    if standing.executed and standing.phase not in RUNNING:
        raise Broken("the settlement has been executed", "the settlement's own terms")


@rule("refuse")
def leaving_is_possible_yet(act: Act[Any], standing: Standing) -> None:
    """A party may leave from the step on that the profile names."""
    needed = act.profile.withdrawal_allowed_from
    held = any(s.status in ("open", "adjourned", "closed") for s in standing.sessions.values())
    issued = any(entry.tag == PROTOCOL for entry in standing.entries.values())
    reached = {"any_time": True, "first_session": held, "protocol_issued": issued}
    if not reached[needed]:
        raise Broken("under the profile a party cannot leave yet", needed.replace("_", " "))


@rule("refuse")
def somebody_left(act: Act[Any], state: Intake) -> None:  # noqa: ARG001 - a rule takes the act
    """Going on is agreed once a party has left."""
    if not state.somebody_left():
        raise Broken("no party has left")


@rule("refuse")
def rest_may_continue(act: Act[Any], state: Intake) -> None:
    """The rest go on where the profile allows it and two of them remain."""
    if act.profile.multi_party_withdrawal == "ends":
        raise Broken("under the profile the mediation ends when a party leaves")
    if len(state.remaining()) < FEWEST_PARTIES:
        raise Broken("fewer than two parties remain", "two parties at least")


@rule("refuse")
def continuation_is_agreed_once(act: Act[Any], state: Intake, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Each party that stays agrees once to go on."""
    if party not in state.remaining():
        raise Broken(f"{party} has left", "a party that stays")
    if party in state.continuing:
        raise Broken(f"{party} has agreed already")


@rule("refuse")
def powers_are_the_givers_own(act: Act[Any], standing: Standing, powers: tuple[Power, ...]) -> None:
    """A representative hands on no power it does not hold."""
    for power in powers:
        actor_has_power(act, standing, power)


@rule("refuse")
def authority_ends_after_it_starts(act: Act[Any], starts: str | None, ends: str | None) -> None:
    """An authority holds for some time."""
    first = parse_instant(starts, "data.starts") if starts else act.when
    if ends is not None and parse_instant(ends, "data.ends") <= first:
        raise Broken(f"it would end on {ends}, before it holds", "a later end")


@rule("refuse")
def authority_is_on_record(act: Act[Any], standing: Standing, party: str, person: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an authority on record can be revoked or questioned."""
    if (party, person) not in standing.authorities:
        known = ", ".join(who for whom, who in standing.authorities if whom == party)
        raise Broken(f"{person} does not speak for {party}", f"one of: {known or 'nobody'}")


@rule("refuse")
def authority_is_not_over(act: Act[Any], standing: Standing, party: str, person: str) -> None:
    """An authority that has ended needs no revocation and no doubt."""
    ends = standing.authorities[party, person].ends
    if ends is not None and parse_instant(ends) <= act.when:
        raise Broken(f"the authority of {person} ended on {ends}", "an authority that holds")


@rule("refuse")
def revocation_looks_forward(act: Act[Any], ends: datetime) -> None:
    """An authority ends with the notice or later, never before it."""
    if ends < act.when:
        raise Broken("an authority cannot be revoked for the time before the notice", "a later end")


@rule("irregular")
def scope_is_agreed_by_all(act: Act[Any], standing: Standing, agreed_by: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """What is mediated is what every party agreed to mediate."""
    missing = [party for party in standing.current() if party not in agreed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} has not agreed", "the agreement of every party")


@rule("refuse")
def profile_keys_are_confirmed(act: Act[Any]) -> None:
    """A live case pins a profile only once the institution confirmed what nobody had checked."""
    if act.unconfirmed:
        pinned = act.profile_ref
        name = f"{pinned.id} version {pinned.version}" if pinned else act.profile.id
        raise Broken(
            f"{name} rests on keys nobody confirmed: {', '.join(act.unconfirmed)}",
            "the institution's confirmation of each (confirm-profile-keys)",
        )
