"""What is recorded as cases are dealt with together, or apart again (row A32).

Each case keeps a record of its own and says for itself what its parties agreed to.
"""

from typing import Literal, TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event
from ledger.intake.joinder_events import Access

Part: TypeAlias = Literal["lead", "joined"]


class CasesConsolidated(Event, frozen=True, kw_only=True, tag="cases-consolidated"):
    """All parties agreed to deal with this case and others together.

    Attributes:
        part: Whether the talks go on here, or in the leading case.
        lead: The leading case.
        cases: The other cases.
        issues: Issues that come here, or go over from here.
        sees: What each party reads of this record: from its joining on, or all.
        agreed_by: Parties that agreed.
        rests: Whether nothing is left to mediate here meanwhile.
        texts: Words of issues that come here, by id.
    """

    row = "A32"
    says = "consolidated with {cases}, {lead} leads"
    part: Part
    lead: str
    cases: tuple[str, ...]
    issues: tuple[str, ...]
    sees: dict[str, Access]
    agreed_by: tuple[str, ...]
    rests: bool = False
    texts: Content[dict[str, str] | None] = UNSET


class CaseSplit(Event, frozen=True, kw_only=True, tag="case-split"):
    """All parties agreed to deal with issues in another case, or here again.

    Attributes:
        case: The other case.
        issues: The issues.
        returns: Whether they come back here from the case this one was consolidated with.
        agreed_by: Parties that agreed.
    """

    row = "A32"
    says = "split from {case}: {issues}"
    case: str
    issues: tuple[str, ...]
    returns: bool
    agreed_by: tuple[str, ...]


ConsolidationEvent: TypeAlias = CasesConsolidated | CaseSplit
CONSOLIDATION_EVENTS = (CasesConsolidated, CaseSplit)
