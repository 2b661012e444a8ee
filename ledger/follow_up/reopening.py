"""Reopen a closed case between those who consent afresh (row H23)."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import actor_has_power, one_will_do, own_party
from ledger.deadlines import DeadlineWaived
from ledger.errors import DecodeError
from ledger.follow_up.after_events import (
    CaseReopened,
    Ground,
    InformationReleasedToRound,
    MediatorChoice,
    ReopeningAgreed,
    ReopeningRefused,
)
from ledger.follow_up.limit import RULE as LIMIT
from ledger.follow_up.state import FollowUp
from ledger.instants import parse_instant
from ledger.parties import Phase, Standing
from ledger.periods import begin
from ledger.reasons import reasons_given
from ledger.terms import Id, PartyId, Words

OVER = frozenset({Phase.CLOSED, Phase.EVALUATED, Phase.NOT_COMMENCED})
FEWEST = 2
INQUIRY, CLOSE = "conflict-inquiry-completed", "case-closed"


@rule("refuse")
def party_took_part_to_the_end(act: Act[Any], standing: Standing, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A case is reopened by those whose consent stood when it ended; who had left asks to join."""
    known = standing.parties.get(party)
    consent = "none" if known is None else known.consent
    never_began = standing.phase == Phase.NOT_COMMENCED and known is not None
    if consent not in ("consented", "conditional") and not never_began:
        raise Broken(f"the consent of {party} was {consent} at the end", "request-joinder later")


@rule("refuse")
def reopening_is_agreed_once(act: Act[Any], agreed: Collection[str]) -> None:
    """A party agrees to the same reopening once."""
    if act.party in agreed:
        raise Broken(f"{act.party} has agreed", "the agreement of the others")


@rule("refuse")
def fresh_consents_are_given(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    agreed: Collection[str],
    parties: Collection[str],
) -> None:
    """Nobody mediates again without having consented afresh, to this ground and this mediator."""
    missing = [party for party in parties if party not in agreed]
    if missing or len(parties) < FEWEST:
        who = ", ".join(missing) or "a second party"
        raise Broken(f"no fresh consent of {who}", "agree-to-reopen, by each who goes on")


@rule("irregular")
def everybody_was_asked(act: Act[Any], state: FollowUp, asked: Collection[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """Who does not go on has said so."""
    silent = [party for party in asked if party not in state.after.refused]
    if silent:
        raise Broken(
            f"{', '.join(silent)} did not answer", "refuse-reopening, or its fresh consent"
        )


@rule("refuse")
def mediator_looked_again(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """The mediator of before goes on only after looking for conflicts again since the close."""
    if standing.mandate.status != "active":
        raise Broken(
            f"the mandate is {standing.mandate.status}", "`mediator` new, or the mandate restored"
        )
    closed = _last(standing, CLOSE)
    for person in standing.mandate.mediators:
        looked = _last(standing, INQUIRY, person)
        if looked is None or (closed is not None and looked < closed):
            raise Broken(
                f"{person} did not look for conflicts since the close",
                "complete-inquiry, by each mediator",
            )


@rule("irregular")
def old_mandate_is_over(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """A new mediator is chosen once the mandate of before has ended."""
    if standing.mandate.status in ("active", "suspended"):
        raise Broken(f"the mandate is {standing.mandate.status}", "end-mandate first")


@rule("refuse")
def party_is_apart(act: Act[Any], state: FollowUp) -> None:
    """Only a party that does not go on in the new round releases what it had confided, once."""
    if act.party not in state.after.apart:
        raise Broken(f"{act.party} is not left out of a round", "nothing: what it says is its own")
    if act.party in state.after.released:
        raise Broken(f"{act.party} has released it", "nothing more")


@rule("refuse")
def holds_are_checked(act: Act[Any], standing: Standing, named: Collection[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """Whoever reopens a case knows every hold that is in force in it."""
    unnamed = [hold for hold in standing.holds if hold not in named]
    if unnamed:
        raise Broken(f"not named: {', '.join(unnamed)}", "every hold in force in `holds_checked`")


def _last(standing: Standing, tag: str, actor: str | None = None) -> datetime | None:
    """Return when an act of a kind last happened, as far as that is recorded."""
    found = [
        happened
        for entry in standing.entries.values()
        if entry.tag == tag and actor in (None, entry.actor)
        for happened in _moment(entry.occurred)
    ]
    return max(found, default=None)


def _moment(occurred: str | None) -> list[datetime]:
    try:
        return [parse_instant(occurred or "")]
    except DecodeError:
        return []


def to_agree(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for an actor whose consent stood at the end."""
    party_took_part_to_the_end(act, standing, own_party(act))


def to_reopen(act: Act[Any], state: FollowUp, standing: Standing) -> None:
    """Ask for fresh consents of two or more to the same, and what its mediator needs."""

    def check(stand: tuple[str, str]) -> None:
        agreed = state.after.agreed[stand]
        fresh_consents_are_given(act, agreed, agreed)
        if stand[1] == "same":
            mediator_looked_again(act, standing)
        else:
            old_mandate_is_over(act, standing)

    one_will_do(act, state.after.agreed, check, "fresh consent", "agree-to-reopen, by each party")


def to_release(act: Act[Any], state: FollowUp, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a round the actor does not take part in."""
    party_is_apart(act, state)


class AgreeToReopen(Command, frozen=True, kw_only=True, tag="agree-to-reopen"):
    """Consent afresh to mediate in a case that was closed.

    Attributes:
        mediator: Whether with the mediator of before; parties agree only on the same.
    """

    by = ("party",)
    during = OVER
    occasions = (to_agree,)
    example: ClassVar[dict[str, Any]] = {"ground": "open_issues", "mediator": "same"}
    ground: Ground
    mediator: MediatorChoice = "new"


def agree_to_reopen(state: FollowUp, standing: Standing, act: Act[AgreeToReopen]) -> Decision:
    """Record a fresh consent; the registry reopens the case.

    Raises:
        RuleViolation: party_took_part_to_the_end, actor_has_power, reopening_is_agreed_once.
    """
    data, party = act.data, own_party(act)
    party_took_part_to_the_end(act, standing, party)
    actor_has_power(act, standing, "negotiate")
    reopening_is_agreed_once(act, state.after.agreed.get((data.ground, data.mediator), ()))
    agreed = ReopeningAgreed(party=party, ground=data.ground, mediator=data.mediator)
    return [Placed("joint", agreed)]


class RefuseReopening(Command, frozen=True, kw_only=True, tag="refuse-reopening"):
    """Say that one does not take part in a reopening; an earlier consent to it is gone.

    Attributes:
        reasons: Reasons, for the registry alone.
    """

    by = ("party",)
    during = OVER
    occasions = (to_agree,)
    example: ClassVar[dict[str, Any]] = {"reasons": "Our credit was repaid."}
    reasons: Words | None = None


def refuse_reopening(state: FollowUp, standing: Standing, act: Act[RefuseReopening]) -> Decision:  # noqa: ARG001 - every decision takes the three
    """Record a refusal.

    Raises:
        RuleViolation: party_took_part_to_the_end.
    """
    party = own_party(act)
    party_took_part_to_the_end(act, standing, party)
    why = reasons_given(f"desk:{party}", ReopeningRefused, act.data.reasons)
    return [Placed("joint", ReopeningRefused(party=party)), *why]


class ReopenCase(Command, frozen=True, kw_only=True, tag="reopen-case"):
    """Reopen a closed case, once those who go on have consented afresh.

    Attributes:
        parties: Who goes on.
        issues: Issues taken up again, empty for all that were open.
        holds_checked: Ids of the legal holds in force.
    """

    by = ("registry",)
    during = OVER
    occasions = (to_reopen,)
    example: ClassVar[dict[str, Any]] = {
        "ground": "open_issues",
        "parties": ["A", "B"],
        "mediator": "same",
    }
    ground: Ground
    parties: Annotated[tuple[PartyId, ...], Meta(min_length=1)]
    mediator: MediatorChoice = "new"
    issues: tuple[Id, ...] = ()
    holds_checked: tuple[Id, ...] = ()


def reopen_case(state: FollowUp, standing: Standing, act: Act[ReopenCase]) -> Decision:
    """Reopen the case: fresh consents, conflicts looked for again, holds checked.

    Raises:
        RuleViolation: fresh_consents_are_given, everybody_was_asked, mediator_looked_again,
            old_mandate_is_over, holds_are_checked.
    """
    data = act.data
    parties = tuple(dict.fromkeys(data.parties))
    agreed = state.after.agreed.get((data.ground, data.mediator), ())
    fresh_consents_are_given(act, agreed, parties)
    left = tuple(party for party in standing.current() if party not in parties)
    everybody_was_asked(act, state, left)
    if data.mediator == "same":
        mediator_looked_again(act, standing)
    else:
        old_mandate_is_over(act, standing)
    holds_are_checked(act, standing, data.holds_checked)
    reopened = CaseReopened(
        ground=data.ground,
        parties=parties,
        left=left,
        mediator=data.mediator,
        issues=data.issues,
    )
    return [Placed("joint", reopened), *_no_longer_kept(standing), *_limit(act)]


def _no_longer_kept(standing: Standing) -> Decision:
    """End the count of how long the case is kept: it is open again."""
    return [
        Placed(d.room, DeadlineWaived(deadline_id=d.set.deadline_id))
        for d in standing.deadlines.book.values()
        if d.set.rule == "retention" and d.status == "running"
    ]


def _limit(act: Act[ReopenCase]) -> Decision:
    """Begin the overall limit anew, where the profile knows one."""
    days = act.profile.overall_limit.days
    if days is None or not act.moment_is_known():
        return []
    return [begin(act, "joint", rule=LIMIT, days=days, trigger="reopening")]


class ReleaseToNewRound(Command, frozen=True, kw_only=True, tag="release-to-new-round"):
    """Let the mediator use in a new round, in which one takes no part, what one had confided."""

    by = ("party",)
    occasions = (to_release,)


def release_to_new_round(
    state: FollowUp,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[ReleaseToNewRound],
) -> Decision:
    """Record the release at the desk of its party.

    Raises:
        RuleViolation: party_is_apart.
    """
    party_is_apart(act, state)
    party = own_party(act)
    return [Placed(f"desk:{party}", InformationReleasedToRound(party=party))]
