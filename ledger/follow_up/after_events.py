"""Record what happens long after the signatures (rows H8, H15 to H21, H23)."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event

Assistance: TypeAlias = Literal["clarify_term", "technical", "talks", "reschedule", "other"]
Result: TypeAlias = Literal["set_aside", "partly_set_aside", "dismissed", "withdrawn"]
Ground: TypeAlias = Literal["open_issues", "breach", "joint_request", "annulled_settlement"]
MediatorChoice: TypeAlias = Literal["same", "new"]


class MonitorAppointed(Event, frozen=True, kw_only=True, tag="monitor-appointed"):
    """All parties agreed on somebody who watches performance, having looked for conflicts.

    Attributes:
        person: Who.
        searched: Parties the person looked into for conflicts.
        agreed_by: Who agreed.
        disclosed: What the search found, None where nothing.
    """

    row = "H8"
    says = "{person} appointed to watch performance"
    person: str
    searched: tuple[str, ...]
    agreed_by: tuple[str, ...]
    disclosed: Content[str | None] = UNSET


class WaiverByConductAsserted(Event, frozen=True, kw_only=True, tag="waiver-by-conduct-asserted"):
    """The obligor said that the obligee gave the rest up by what it did; it changes nothing."""

    row = "H15"
    says = "{acting_for} says that the rest of {obligation_id} was given up by conduct"
    admissibility = "settlement"
    obligation_id: str
    conduct: Content[str] = UNSET


class WaiverByConductDenied(Event, frozen=True, kw_only=True, tag="waiver-by-conduct-denied"):
    """The obligee said that it gave nothing up; what is owed stays owed."""

    row = "H15"
    says = "{acting_for} denies that {obligation_id} was given up"
    admissibility = "settlement"
    obligation_id: str
    position: Content[str | None] = UNSET


class AssistanceRequested(Event, frozen=True, kw_only=True, tag="assistance-requested"):
    """A party asked for help with performance.

    Attributes:
        request_id: Names it within the room.
        party: Who asked.
        kind: What for.
    """

    row = "H16"
    rooms = ("joint", "caucus")
    says = "assistance {request_id} asked for by {party}: {kind}"
    request_id: str
    party: str
    kind: Assistance
    what: Content[str] = UNSET


class AssistanceGiven(Event, frozen=True, kw_only=True, tag="assistance-given"):
    """The mediator or the registry helped."""

    row = "H16"
    rooms = ("joint", "caucus")
    says = "assistance {request_id} given"
    request_id: str
    what: Content[str] = UNSET


class FollowUpHeld(Event, frozen=True, kw_only=True, tag="follow-up-held"):
    """Somebody looked at where performance stands, on the word of the parties.

    Attributes:
        by: Who looked.
        columns: For each obligation where it stood on the board.
        note: What was said.
    """

    row = "H17"
    says = "follow-up held by {by}"
    by: str
    columns: dict[str, str]
    note: Content[str | None] = UNSET


class SettlementEndedByAgreement(
    Event, frozen=True, kw_only=True, tag="settlement-ended-by-agreement"
):
    """Every party agreed that a settlement is at an end; nothing is owed under it any more.

    Attributes:
        hash: SHA-256 of the text in force that ends.
        obligations: Obligations that end with it.
        terms: On what terms.
    """

    row = "H19"
    says = "settlement {settlement_id} ended by agreement"
    admissibility = "settlement"
    settlement_id: str
    hash: str
    parties: tuple[str, ...]
    obligations: tuple[str, ...] = ()
    terms: Content[str | None] = UNSET


class SettlementChallenged(Event, frozen=True, kw_only=True, tag="settlement-challenged"):
    """A party challenged a settlement before somebody outside; it stands until that is decided.

    Attributes:
        challenge_id: Names the challenge within the case.
        on: Day it was brought.
        forum: Before whom.
        grounds: On what grounds.
    """

    row = "H20"
    says = "settlement {settlement_id} challenged by {party} ({challenge_id})"
    admissibility = "settlement"
    challenge_id: str
    settlement_id: str
    party: str
    on: str | None = None
    forum: Content[str] = UNSET
    grounds: Content[str | None] = UNSET


class ChallengeOutcomeRecorded(Event, frozen=True, kw_only=True, tag="challenge-outcome-recorded"):
    """What became of a challenge of a settlement, on the word of who tells it.

    Attributes:
        result: What was decided.
        on: Day of the decision.
        obligations: Obligations that fell with it.
        reference: Reference of the decision.
    """

    row = "H20"
    says = "challenge {challenge_id} of settlement {settlement_id}: {result}"
    admissibility = "settlement"
    challenge_id: str
    settlement_id: str
    result: Result
    on: str | None = None
    obligations: tuple[str, ...] = ()
    reference: Content[str | None] = UNSET


class EnforcementSought(Event, frozen=True, kw_only=True, tag="enforcement-sought"):
    """A party asked somebody outside to enforce a settlement.

    Attributes:
        enforcement_id: Names it within the case.
        obligations: What is to be enforced.
        forum: Before whom.
    """

    row = "H21"
    says = "{party} seeks enforcement of settlement {settlement_id} ({enforcement_id})"
    admissibility = "settlement"
    enforcement_id: str
    settlement_id: str
    party: str
    obligations: tuple[str, ...] = ()
    forum: Content[str] = UNSET


class ReliefGranted(Event, frozen=True, kw_only=True, tag="relief-granted"):
    """Enforcement was granted, in whole or in part.

    Attributes:
        obligations: For what; under partial performance the rest alone.
    """

    row = "H21"
    says = "relief granted in {enforcement_id}"
    admissibility = "settlement"
    enforcement_id: str
    obligations: tuple[str, ...] = ()
    on: str | None = None
    reference: Content[str | None] = UNSET


class ReliefRefused(Event, frozen=True, kw_only=True, tag="relief-refused"):
    """Enforcement was refused."""

    row = "H21"
    says = "relief refused in {enforcement_id}"
    admissibility = "settlement"
    enforcement_id: str
    on: str | None = None
    grounds: Content[str | None] = UNSET


class ReopeningAgreed(Event, frozen=True, kw_only=True, tag="reopening-agreed"):
    """A party consented afresh to mediate in a case that was closed.

    Attributes:
        ground: Why.
        mediator: Whether with the mediator of before.
    """

    row = "H23"
    says = "{party} agrees to reopen the case: {ground}, mediator {mediator}"
    party: str
    ground: Ground
    mediator: MediatorChoice


class ReopeningRefused(Event, frozen=True, kw_only=True, tag="reopening-refused"):
    """A party does not take part in a reopening; its reasons go to the registry alone."""

    row = "H23"
    says = "{party} does not take part in a reopening"
    party: str


class CaseReopened(Event, frozen=True, kw_only=True, tag="case-reopened"):
    """A closed case goes on, between those who consented afresh.

    Attributes:
        ground: Why.
        parties: Who goes on.
        left: Parties of before that do not; they see nothing later.
        mediator: Whether with the mediator of before.
        issues: Issues taken up again, empty for all that were open.
    """

    row = "H23"
    says = "case reopened between {parties}: {ground}"
    ground: Ground
    parties: tuple[str, ...]
    left: tuple[str, ...] = ()
    mediator: MediatorChoice
    issues: tuple[str, ...] = ()


class InformationReleasedToRound(
    Event, frozen=True, kw_only=True, tag="information-released-to-round"
):
    """A party that does not go on lets the mediator use in the new round what it had confided."""

    row = "H23"
    rooms = ("desk",)
    says = "{party} releases what it had confided to the new round"
    party: str


class MonitoringWaived(Event, frozen=True, kw_only=True, tag="monitoring-waived"):
    """All parties do without a monitoring plan; they may still adopt one.

    Attributes:
        agreed_by: Parties that agreed.
        reasons: Why none is needed.
    """

    row = "H7"
    says = "{agreed_by} do without a monitoring plan"
    agreed_by: tuple[str, ...]
    reasons: Content[str] = UNSET


AfterEvent: TypeAlias = (
    MonitorAppointed
    | AssistanceRequested
    | AssistanceGiven
    | FollowUpHeld
    | SettlementEndedByAgreement
    | SettlementChallenged
    | ChallengeOutcomeRecorded
    | EnforcementSought
    | ReliefGranted
    | ReliefRefused
    | ReopeningAgreed
    | ReopeningRefused
    | CaseReopened
    | InformationReleasedToRound
    | MonitoringWaived
)
