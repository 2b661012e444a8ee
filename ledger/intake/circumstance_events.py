"""What is recorded of proceedings beside the mediation, and of time that does not run."""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event

ProceedingStatus: TypeAlias = Literal["threatened", "pending", "stayed", "decided", "ended"]


class StandstillAgreed(Event, frozen=True, kw_only=True, tag="standstill-agreed"):
    """All parties agreed to begin or pursue no proceedings for a time.

    Attributes:
        starts: First day.
        ends: Last day, None for as long as the mediation lasts.
        agreed_by: Parties that agreed.
        barred: Which proceedings.
        exceptions: Which are not barred, such as those that preserve a right.
    """

    row = "A25"
    says = "standstill agreed from {starts}"
    starts: str
    ends: str | None = None
    agreed_by: tuple[str, ...]
    barred: Content[str] = UNSET
    exceptions: Content[str | None] = UNSET


class LimitationEffectNoted(Event, frozen=True, kw_only=True, tag="limitation-effect-noted"):
    """Somebody noted what the mediation does to a limitation period; nothing is decided by it.

    Attributes:
        effect: What it is said to do.
        starts: First day of the effect.
        ends: Last day, None where it lasts as long as the mediation.
        law: Under which law.
        basis: On what the note rests.
    """

    row = "A26"
    says = "limitation noted as {effect} from {starts}"
    effect: Literal["suspended", "interrupted", "extended", "none"]
    starts: str
    ends: str | None = None
    law: Content[str] = UNSET
    basis: Content[str | None] = UNSET


class ParallelProceedingDisclosed(
    Event, frozen=True, kw_only=True, tag="parallel-proceeding-disclosed"
):
    """A party told of a proceeding on the same dispute elsewhere, or where it now stands.

    Attributes:
        proceeding_id: Names it; told of again, it is the same one further on.
        status: Where it stands.
        forum: Where.
        reference: Its name there.
    """

    row = "A27"
    says = "{party} disclosed proceeding {proceeding_id}: {status}"
    proceeding_id: str
    party: str
    status: ProceedingStatus
    forum: Content[str] = UNSET
    reference: Content[str | None] = UNSET


CircumstanceEvent: TypeAlias = (
    StandstillAgreed | LimitationEffectNoted | ParallelProceedingDisclosed
)
CIRCUMSTANCE_EVENTS = (StandstillAgreed, LimitationEffectNoted, ParallelProceedingDisclosed)
