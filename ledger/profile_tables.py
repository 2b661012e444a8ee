"""Say which keys a rule profile has, and which words each takes.

Every choice stands in the file: nothing is filled in here, so that the hash of a profile fixes the
whole procedure. A period that is left out is one the procedure does not know.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from ledger.counting import DAYS_MAX, MONTHS_MAX, Counting, RollTo, Unit

Days: TypeAlias = Annotated[int, Meta(ge=1, le=DAYS_MAX)]
Months: TypeAlias = Annotated[int, Meta(ge=1, le=MONTHS_MAX)]
Seats: TypeAlias = Annotated[int, Meta(ge=1, le=9)]
"""A number of mediators."""

ProfileId: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"\A[a-z][a-z0-9-]{0,63}\Z",
        description="lower-case letters, digits and hyphens, such as house-default",
    ),
]
RuleName: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,63}\Z")]
Line: TypeAlias = Annotated[
    str,
    Meta(pattern=r"\A[^\x00-\x1f\x7f-\x9f]{1,200}\Z", description="a line of text"),
]
KeyNames: TypeAlias = Annotated[
    tuple[str, ...],
    Meta(description="a list of keys as reply.period_days, or of tables as reply"),
]
RuleEffect: TypeAlias = Literal["refuse", "irregular"]
RuleEffects: TypeAlias = Annotated[
    Mapping[RuleName, RuleEffect],
    Meta(description='names of rules in lower case, each with "refuse" or "irregular"'),
]

SignedCommands: TypeAlias = Annotated[
    tuple[Annotated[str, Meta(pattern=r"\A[a-z][a-z-]{0,63}\Z")], ...],
    Meta(description="a list of commands as accept-proposal"),
]

Commencement: TypeAlias = Literal[
    "request_received",
    "institution_confirms",
    "registered",
    "parties_agree",
    "all_signed_agreement_to_mediate",
]
ConflictKind: TypeAlias = Literal[
    "party_or_its_organ",
    "controls_a_party",
    "interest_in_the_outcome",
    "advises_a_party",
    "advised_a_party",
    "family_or_friendship",
    "business_relation",
    "firm_acts_for_a_party",
    "earlier_role_in_the_dispute",
    "shares_in_a_party",
    "repeated_appointments",
]
ConfidentialityException: TypeAlias = Literal[
    "all_parties_agree",
    "independently_available",
    "required_by_law",
    "implement_or_enforce",
    "prevent_serious_harm",
    "crime_or_threat",
    "misconduct_claim",
]
ClosingDocument: TypeAlias = Literal[
    "none", "neutral_factual_notice", "notice_of_termination", "non_settlement_report"
]
SettlementPart: TypeAlias = Literal[
    "parties", "mediators", "institution", "certification", "date", "terms"
]
LimitStart: TypeAlias = Literal["registration", "commencement", "appointment", "first_session"]


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Be the ancestor of every table of a profile."""


class Seat(Table, frozen=True, kw_only=True):
    """Where time is counted: the zone, and whose public holidays are kept."""

    zone: str
    country: str | None = None
    subdivision: str | None = None


class CountingTable(Table, frozen=True, kw_only=True):
    """How time is counted at the seat; `Profile.counting` joins it with the seat."""

    starts_day_after: bool
    unit: Unit
    roll_to: RollTo
    weekend: tuple[int, ...]
    holidays: Literal["seat", "none"]


class Reply(Table, frozen=True, kw_only=True):
    """The time to answer an invitation, what silence does, and whether notice is given of that."""

    period_days: Days | None = None
    trigger: Literal[
        "invitation_sent",
        "invitation_served",
        "request_received",
        "request_transmitted",
        "request_registered",
    ]
    silence_effect: Literal["elective_rejection", "automatic_lapse", "none"]
    elected_by: Literal["requester", "institution", "nobody"]
    notice_required: bool


class Number(Table, frozen=True, kw_only=True):
    """How many mediators there are, and the time to agree on it."""

    default: Seats
    allowed: Annotated[tuple[Seats, ...], Meta(min_length=1)]
    decide_within_days: Days | None = None


class Appointment(Table, frozen=True, kw_only=True):
    """Who names the mediator, in what time, and when waiting ends the case."""

    parties_within_days: Days | None = None
    then_authority_on_request_of: Literal["any_party", "all_parties", "nobody"]
    authority_within_days: Days | None = None
    no_step_ends_after_days: Days | None = None


class Acceptance(Table, frozen=True, kw_only=True):
    """What a nominee files to accept, and in what time; after it the nomination may lapse."""

    within_days: Days | None = None
    requires: tuple[Literal["signed_declaration", "availability", "fee_terms_accepted_by_all"], ...]


class Objection(Table, frozen=True, kw_only=True):
    """The time to object after a disclosure; silence is never a waiver."""

    within_days: Days | None = None
    from_event: Literal["disclosure_delivered", "disclosure_acknowledged"]
    silence_means: Literal["no_objection_recorded"]


class ConflictWaiver(Table, frozen=True, kw_only=True):
    """Which conflicts no consent can cure, which the parties may waive, and how."""

    non_waivable: tuple[ConflictKind, ...]
    waivable: tuple[ConflictKind, ...]
    waiver_by: Literal["all_parties_express_written"]


class Challenge(Table, frozen=True, kw_only=True):
    """The time to challenge a mediator, who decides, and what happens meanwhile."""

    within_days: Days | None = None
    from_event: Literal["ground_known", "appointment_notified"]
    answer_within_days: Days | None = None
    decided_by: Literal["appointing_authority", "challenge_body"]
    suspends_mandate: bool


class ContentRecording(Table, frozen=True, kw_only=True):
    """Whether what was said may be kept.

    Attributes:
        minutes: What a session record tells: there is none; facts; also summaries all found right.
    """

    transcripts: Literal["allowed", "forbidden", "destroyed_at_close"]
    audio_video: Literal["allowed", "forbidden", "destroyed_at_close"]
    minutes: Literal["none", "process_facts_only", "agreed_summaries"]


class ProposalTable(Table, frozen=True, kw_only=True):
    """What becomes of a proposal that is countered, unanswered or accepted late.

    Attributes:
        default_validity_days: How long a proposal stands that names no end; None for open-ended.
    """

    binding_mode: Literal["none_until_signed"]
    counter_closes_parent: bool
    default_validity_days: Days | None = None
    late_acceptance: Literal["treat_as_new_proposal", "author_may_confirm", "refused"]


class Deposit(Table, frozen=True, kw_only=True):
    """Who advances the costs, in what time, and what follows if not."""

    shares: Literal["equal", "as_agreed", "none"]
    pay_within_days: Days | None = None
    on_default: tuple[Literal["suspend", "terminate"], ...]
    notice_before_termination_days: Days | None = None


class OverallLimit(Table, frozen=True, kw_only=True):
    """How long the mediation may last."""

    days: Days | None = None
    from_event: LimitStart | None = None
    extension_max_days: Days | None = None
    extension_by: Literal["all_parties", "institution", "nobody"]


class SettlementTable(Table, frozen=True, kw_only=True):
    """What a settlement must say, how long it may be signed, and what proves it."""

    must_contain: tuple[SettlementPart, ...]
    signature_window_days: Days | None = None
    cooling_off_days: Annotated[int, Meta(ge=0, le=DAYS_MAX)]
    mediator_signs: Literal["evidence_only", "never"]
    institution_attests: Literal["always", "on_request", "never"]


class FollowUp(Table, frozen=True, kw_only=True):
    """When the institution looks at what became of a settlement."""

    first_check_days: Days | None = None
    final_review_months: Months | None = None


class Retention(Table, frozen=True, kw_only=True):
    """How long records are kept after the case closes; left out, without end."""

    process_record_months: Months | None = None
    sealed_content_months: Months | None = None
    feedback_identified_months: Months | None = None


EvidenceList: TypeAlias = Literal["v2", "v2_reasons_masked", "none"]
"""Which list of events and fields may go into an evidence pack; `none` where there is no pack."""


class Profile(Table, frozen=True, kw_only=True):
    """An institution's procedure.

    Attributes:
        based_on: What it was modelled on; information only.
        unconfirmed: Keys, or whole tables, that rest on facts nobody checked; the institution
            confirms them before a live case pins the profile.
        non_derogable: Keys, or whole tables, that the parties of a case cannot vary.
        counting_table: The table `counting` of the file; what counts is `counting`.
        caucus_metadata: Whether all learn of each caucus, of their number at the end, or of none.
        local_times: Whether a reported time may be one whose zone is not recorded.
        signed_commands: Commands that are refused without their actor's signature; none, left out.
        rules: Effects that differ from a rule's own, by the rule's name.
    """

    id: ProfileId
    version: Annotated[int, Meta(ge=1)]
    title: Line
    based_on: tuple[Line, ...]
    unconfirmed: KeyNames = ()
    non_derogable: KeyNames = ()
    commencement_trigger: Commencement
    mandate_level: Literal["channel_only", "facilitate", "facilitate_and_propose"]
    mediator_proposal_rule: Literal["any_time", "on_request_of_all", "never"]
    caucus_default: Literal["closed", "open", "open_unless_marked"]
    caucus_metadata: Literal["visible_to_all", "aggregate_at_close", "hidden"]
    existence_confidential: bool
    confidentiality_exceptions: tuple[ConfidentialityException, ...]
    withdrawal_allowed_from: Literal["any_time", "protocol_issued", "first_session"]
    multi_party_withdrawal: Literal["ends", "continue_if_rest_agree"]
    termination_effect: Literal["date_of_act", "institution_confirms"]
    closing_document: ClosingDocument
    evidence_pack_whitelist: EvidenceList
    local_times: bool
    signed_commands: SignedCommands = ()
    seat: Seat
    counting_table: CountingTable = field(name="counting")
    reply: Reply
    number: Number
    appointment: Appointment
    acceptance: Acceptance
    objection: Objection
    conflict_waiver: ConflictWaiver
    challenge: Challenge
    content_recording: ContentRecording
    proposal: ProposalTable
    deposit: Deposit
    overall_limit: OverallLimit
    settlement: SettlementTable
    follow_up: FollowUp
    retention: Retention
    rules: RuleEffects

    @property
    def counting(self) -> Counting:
        """Return how time is counted, at the seat."""
        table, seat = self.counting_table, self.seat
        place = (seat.country, seat.subdivision) if seat.country else None
        return Counting(
            starts_day_after=table.starts_day_after,
            unit=table.unit,
            roll_to=table.roll_to,
            zone=seat.zone,
            weekend=table.weekend,
            holidays=place if table.holidays == "seat" else None,
        )
