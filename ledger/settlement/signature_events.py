"""List the events of signing: invitation, signatures, refusal, execution, conditions, force."""

from typing import Literal, TypeAlias

from msgspec import UNSET, Struct, field

from ledger.envelope import Content, Event
from ledger.settlement.draft_events import Scope

Method: TypeAlias = Literal["ink", "electronic", "exchange_of_originals"]


class DueDay(Struct, frozen=True):
    """The day an obligation falls due, and how it was found.

    Attributes:
        obligation_id: The obligation.
        on: Day at the seat.
        arithmetic: How it was counted.
    """

    obligation_id: str
    on: str
    arithmetic: str


class SignatureInvited(Event, frozen=True, kw_only=True, tag="signature-invited"):
    """The parties were asked to sign the frozen text.

    Attributes:
        signatories: Parties that must sign.
        method: How.
    """

    row = "G11"
    says = "signatures to settlement {settlement_id} invited"
    admissibility = "settlement"
    settlement_id: str
    signatories: tuple[str, ...]
    method: Method


class SettlementSigned(Event, frozen=True, kw_only=True, tag="settlement-signed"):
    """A party signed the frozen text, by the person who acts.

    Attributes:
        by: The party.
        hash: SHA-256 of the text signed, in the prevailing language.
        translations: By language the SHA-256 of the other texts signed.
        capacity: In what capacity the person signs.
        signature: The signature, where it is text.
    """

    row = "G12"
    says = "{by} signed settlement {settlement_id}, draft {draft_version}"
    admissibility = "settlement"
    settlement_id: str
    by: str
    draft_version: int
    hash: str
    translations: dict[str, str] = field(default_factory=dict)
    method: Method
    capacity: Content[str | None] = UNSET
    signature: Content[str | None] = UNSET


class SignatureRefused(Event, frozen=True, kw_only=True, tag="signature-refused"):
    """A party refused to sign; its reasons, if any, stay in its caucus."""

    row = "G13"
    says = "{by} refused to sign settlement {settlement_id}"
    admissibility = "settlement"
    settlement_id: str
    by: str


class SignatureWindowLapsed(Event, frozen=True, kw_only=True, tag="signature-window-lapsed"):
    """The time to sign passed with signatures missing.

    Attributes:
        missing: Parties that had not signed.
        deadline_id: The date that passed.
    """

    row = "G14"
    says = "the time to sign settlement {settlement_id} passed"
    admissibility = "settlement"
    settlement_id: str
    missing: tuple[str, ...]
    deadline_id: str


class SettlementExecuted(Event, frozen=True, kw_only=True, tag="settlement-executed"):
    """Every required party has signed the same text; follows from the last signature alone.

    Attributes:
        signed_by: Parties that signed.
        on: Day at the seat of the last signature, None where it is not recorded.
        cooling_off_until: Last instant at which a party may step back, RFC 3339 UTC; it is not in
            force before.
    """

    row = "G15"
    says = "settlement {settlement_id} executed ({scope})"
    admissibility = "settlement"
    settlement_id: str
    draft_version: int
    hash: str
    scope: Scope
    signed_by: tuple[str, ...]
    on: str | None = None
    cooling_off_until: str | None = None


class MediatorSignedAsEvidence(Event, frozen=True, kw_only=True, tag="mediator-signed-as-evidence"):
    """The mediator signed to show that the settlement came from the mediation; not as a party."""

    row = "G16"
    says = "the mediator signed settlement {settlement_id} as evidence, not as a party"
    admissibility = "settlement"
    settlement_id: str
    hash: str
    agreed_by: tuple[str, ...]


class SettlementCopyDelivered(Event, frozen=True, kw_only=True, tag="settlement-copy-delivered"):
    """A party received its copy of the executed settlement."""

    row = "G19"
    says = "{to} received a copy of settlement {settlement_id}"
    admissibility = "settlement"
    settlement_id: str
    to: str


class ConditionSatisfied(Event, frozen=True, kw_only=True, tag="condition-satisfied"):
    """A condition was met, says a party.

    Attributes:
        dues: Days on which obligations fall due that it had held back.
        proof: What shows it.
    """

    row = "G20"
    says = "condition {condition_id} satisfied"
    admissibility = "settlement"
    settlement_id: str
    condition_id: str
    by: str
    dues: tuple[DueDay, ...] = ()
    proof: Content[str | None] = UNSET


class ConditionFailed(Event, frozen=True, kw_only=True, tag="condition-failed"):
    """A condition can no longer be met, says a party."""

    row = "G20"
    says = "condition {condition_id} failed"
    admissibility = "settlement"
    settlement_id: str
    condition_id: str
    by: str
    proof: Content[str | None] = UNSET


class ConditionWaived(Event, frozen=True, kw_only=True, tag="condition-waived"):
    """Whoever a condition protects gave it up.

    Attributes:
        agreed_by: Parties that agreed, for a condition that protects all.
        dues: Days on which obligations fall due that it had held back.
    """

    row = "G20"
    says = "condition {condition_id} waived"
    admissibility = "settlement"
    settlement_id: str
    condition_id: str
    by: str
    agreed_by: tuple[str, ...] = ()
    dues: tuple[DueDay, ...] = ()


class SettlementEnteredIntoForce(
    Event, frozen=True, kw_only=True, tag="settlement-entered-into-force"
):
    """Nothing holds the settlement back any more; follows from signatures and conditions alone.

    Attributes:
        on: Day at the seat, None where it is not recorded.
        dues: Days on which its obligations fall due, as far as they can be told.
    """

    row = "G21"
    says = "settlement {settlement_id} entered into force"
    admissibility = "settlement"
    settlement_id: str
    on: str | None = None
    dues: tuple[DueDay, ...] = ()
