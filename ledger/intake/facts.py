"""Say what the intake knows: the parties, their consents, who speaks for them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from ledger.intake.circumstances_state import Circumstances
from ledger.intake.consolidation_state import Consolidation
from ledger.intake.events import MediationRequested
from ledger.intake.joinders import Joinder
from ledger.intake.offer_events import GoodOfficesOffered
from ledger.intake.screening_state import Screening
from ledger.parties import RUNNING, Authority, Consent, Party, Phase
from ledger.profile import ProfileRef

STAYING: tuple[Consent, ...] = ("none", "invited", "consented", "conditional")
"""Where the consent of a party stands that has not left."""
AFTER_CONSENT = RUNNING | {Phase.TERMINATED, Phase.CLOSED, Phase.EVALUATED}
"""Phases that a case reaches only once its parties have consented."""


class Silence(Struct, frozen=True):
    """What the silence of a party came to.

    Attributes:
        by: What gave it its effect: an election, or the profile by itself.
        at: Instant from which a consent is late, RFC 3339.
    """

    by: Literal["election", "profile"]
    at: str


class Intake(Struct, frozen=True, gc=False):
    """Where request, invitations and consents stand.

    Attributes:
        parties: Every party named, by id, the requester first.
        authorities: By (party, person).
        number: The case's number.
        external_ref: Name of the case elsewhere.
        profile: The profile pinned.
        issues: Issues to be mediated, each with the event (room:seq) that defined it.
        taken_over: Whether the case began elsewhere.
        request: The request without its content, where it may be seen.
        request_ref: Its event (room:seq).
        received: When it had come, RFC 3339.
        acknowledged: Whether receipt was acknowledged.
        registered: When the common record was opened, RFC 3339.
        ended: How it ended before consent by act of the institution or the requester.
        issued: Parties an invitation was sent to.
        served: Parties it reached.
        elapsed: Last instant of the reply time that passed in silence, by party.
        silences: What the silence of a party came to, by party.
        offers: Parties whose late consent stands as a fresh offer.
        continuing: Parties that agreed to go on since somebody last left.
        offer: Good offices offered by the institution, without content.
        offer_ref: Their event (room:seq).
        named_ref: Event (room:seq) that last said what the case and its parties are called.
        screening: What the registry found when it looked at the request.
        conditions_met: Parties that accepted a condition, by (owner, condition).
        conditions_refused: Conditions somebody rejected, as (owner, condition).
        questioned: Authorities somebody doubts, as (party, person), until given anew.
        circumstances: What goes on beside the mediation.
        joinders: Who asked to join, by party; the last time for each.
        consolidation: With which other cases it is dealt with.
    """

    parties: Mapping[str, Party] = MappingProxyType({})
    authorities: Mapping[tuple[str, str], Authority] = MappingProxyType({})
    number: str | None = None
    external_ref: str | None = None
    profile: ProfileRef | None = None
    issues: Mapping[str, str] = MappingProxyType({})
    taken_over: bool = False
    request: MediationRequested | None = None
    request_ref: str | None = None
    received: str | None = None
    acknowledged: bool = False
    registered: str | None = None
    ended: Literal["declined", "withdrawn"] | None = None
    issued: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    elapsed: Mapping[str, str] = MappingProxyType({})
    silences: Mapping[str, Silence] = MappingProxyType({})
    offers: frozenset[str] = frozenset()
    continuing: frozenset[str] = frozenset()
    offer: GoodOfficesOffered | None = None
    offer_ref: str | None = None
    named_ref: str | None = None
    screening: Screening = Screening()
    conditions_met: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType({})
    conditions_refused: frozenset[tuple[str, str]] = frozenset()
    questioned: frozenset[tuple[str, str]] = frozenset()
    circumstances: Circumstances = Circumstances()
    joinders: Mapping[str, Joinder] = MappingProxyType({})
    consolidation: Consolidation = Consolidation()

    def joining(self) -> frozenset[str]:
        """Name the parties to be, whose joinder is not decided."""
        return frozenset(p for p, joinder in self.joinders.items() if joinder.outcome is None)

    def requester(self) -> str | None:
        """Name the party that asked first, None where nobody is known to have."""
        return next((p for p, party in self.parties.items() if party.requesting), None)

    def remaining(self) -> tuple[str, ...]:
        """Name the parties that have not left."""
        return tuple(p for p, party in self.parties.items() if party.consent in STAYING)

    def somebody_left(self) -> bool:
        """Tell whether a party declined, stayed silent with effect, or withdrew."""
        return len(self.remaining()) < len(self.parties)
