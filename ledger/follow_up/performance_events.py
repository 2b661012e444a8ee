"""Record what becomes of a settlement (rows H7 to H24): who said what of which obligation."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.terms import Money

Step: TypeAlias = Literal[
    "end",
    "monitoring_plan",
    "cure_period",
    "amendment",
    "end_of_monitoring",
    "monitor",
    "end_of_settlement",
]
Sight: TypeAlias = Literal["obligations", "reports", "joint"]
"""What a monitor may see: what is owed, what is said of it, or the whole joint room."""
"""What several parties must agree to before it is recorded as done."""

Extent: TypeAlias = Literal["full", "part"]
Position: TypeAlias = Literal["admits", "denies", "explains"]


class JointStepAgreed(Event, frozen=True, kw_only=True, tag="joint-step-agreed"):
    """A party agreed to a step that needs others too.

    Attributes:
        step: Which step.
        about: What exactly: a hash, an id, a day; two parties agree only where it is the same.
        party: Who agreed.
    """

    row = "H18"
    says = "{party} agreed to {step} {about}"
    step: Step
    about: str
    party: str


class MonitoringPlanAdopted(Event, frozen=True, kw_only=True, tag="monitoring-plan-adopted"):
    """The parties agreed how performance is watched.

    Attributes:
        plan_hash: SHA-256 of the plan.
        parties: Who agreed.
        monitor: Who watches, None for nobody but the parties.
        first_check: Day of the first look, None for the profile's.
        obligations: What is watched, empty for everything owed.
        checks: Days of further looks.
        sees: What the monitor may see.
    """

    row = "H7"
    says = "monitoring plan adopted"
    plan_hash: str
    parties: tuple[str, ...]
    monitor: str | None = None
    first_check: str | None = None
    obligations: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    sees: Sight = "reports"


class ObligationFellDue(Event, frozen=True, kw_only=True, tag="obligation-fell-due"):
    """The day of an obligation passed; that it was not performed is for the parties to say.

    Attributes:
        due: Its day at the seat.
    """

    row = "H9"
    says = "obligation {obligation_id} fell due on {due}"
    admissibility = "settlement"
    obligation_id: str
    due: str


class PerformanceReported(Event, frozen=True, kw_only=True, tag="performance-reported"):
    """The obligor said that it performed.

    Attributes:
        amount: What was paid, where it is money.
        proof: SHA-256 of the proof.
    """

    row = "H10"
    says = "performance of {obligation_id} reported ({extent})"
    admissibility = "settlement"
    obligation_id: str
    extent: Extent = "full"
    proof: str | None = None
    what: Content[str] = UNSET
    amount: Content[Money | None] = UNSET


class PerformanceConfirmed(Event, frozen=True, kw_only=True, tag="performance-confirmed"):
    """The obligee said that it was performed.

    Attributes:
        reserves_rights: Whether it said that taking it gives nothing up.
    """

    row = "H11"
    says = "performance of {obligation_id} confirmed ({extent})"
    admissibility = "settlement"
    obligation_id: str
    extent: Extent = "full"
    reserves_rights: bool = False


class PerformanceDisputed(Event, frozen=True, kw_only=True, tag="performance-disputed"):
    """The obligee said that it was not performed as owed."""

    row = "H11"
    says = "performance of {obligation_id} disputed"
    admissibility = "settlement"
    obligation_id: str
    grounds: Content[str] = UNSET


class BreachReported(Event, frozen=True, kw_only=True, tag="breach-reported"):
    """A party or the monitor reported a breach; nobody decided that there is one.

    Attributes:
        since: Day it is said to last since.
    """

    row = "H12"
    says = "{acting_for} reported a breach of {obligation_id}"
    admissibility = "settlement"
    obligation_id: str
    since: str | None = None
    facts: Content[str] = UNSET


class BreachReportAnswered(Event, frozen=True, kw_only=True, tag="breach-report-answered"):
    """The obligor answered a report of a breach; what it said may not be used elsewhere."""

    row = "H13"
    says = "report of a breach of {obligation_id} answered"
    admissibility = "protected"
    obligation_id: str
    position: Content[Position] = UNSET
    explanation: Content[str | None] = UNSET


class CurePeriodAgreed(Event, frozen=True, kw_only=True, tag="cure-period-agreed"):
    """Obligor and obligee agreed on a day until which it may be put right."""

    row = "H14"
    says = "{obligation_id} may be put right until {until}"
    admissibility = "settlement"
    obligation_id: str
    until: str
    parties: tuple[str, ...]


class ObligationCured(Event, frozen=True, kw_only=True, tag="obligation-cured"):
    """The obligor said that it has put it right; the obligee may confirm or dispute."""

    row = "H14"
    says = "{obligation_id} reported as put right"
    admissibility = "settlement"
    obligation_id: str
    proof: str | None = None
    what: Content[str] = UNSET


class ObligationWaived(Event, frozen=True, kw_only=True, tag="obligation-waived"):
    """The obligee gave an obligation up; nothing wider is varied by it."""

    row = "H15"
    says = "obligation {obligation_id} waived; nothing else is varied"
    admissibility = "settlement"
    obligation_id: str
    note: Content[str | None] = UNSET


class ObligationDeferred(Event, frozen=True, kw_only=True, tag="obligation-deferred"):
    """The obligee gave more time; nothing wider is varied by it."""

    row = "H15"
    says = "obligation {obligation_id} deferred to {until}; nothing else is varied"
    admissibility = "settlement"
    obligation_id: str
    until: str
    note: Content[str | None] = UNSET


class SettlementAmended(Event, frozen=True, kw_only=True, tag="settlement-amended"):
    """Every party signed a changed text.

    Attributes:
        base_hash: SHA-256 of the text it changes.
        new_hash: SHA-256 of the consolidated text.
        parties: Who signed.
    """

    row = "H18"
    says = "settlement amended ({amendment_id})"
    admissibility = "settlement"
    amendment_id: str
    base_hash: str
    new_hash: str
    parties: tuple[str, ...]


class ObligationDischarged(Event, frozen=True, kw_only=True, tag="obligation-discharged"):
    """The obligee said that nothing more is owed under an obligation."""

    row = "H24"
    says = "obligation {obligation_id} discharged"
    admissibility = "settlement"
    obligation_id: str


class MonitoringEnded(Event, frozen=True, kw_only=True, tag="monitoring-ended"):
    """The parties ended the watch over performance."""

    row = "H24"
    says = "monitoring ended"
    parties: tuple[str, ...]
