"""Say what is known of the mediators: asked, disclosed, objected to, in office."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import Struct

from ledger.neutrality.events import Category, Cover, Outcome
from ledger.parties import Conflict, Mandate

Seat: TypeAlias = Literal["named", "declined", "lapsed", "appointed", "left"]
Service: TypeAlias = Literal["expert", "interpreter", "observer"]


class Nominee(Struct, frozen=True):
    """A person asked to mediate, and the steps it has done since it was asked.

    Attributes:
        seat: Where it stands.
        inquiry: Event (room:seq) of its last conflict inquiry.
        no_conflict: Event (room:seq) of its declaration that it knows of none.
        covers: What its declaration covers, empty before it.
        declared: When it signed the declaration, RFC 9557, None before or where not recorded.
        fee_terms: Parties that accepted what it is paid.
    """

    person: str
    seat: Seat = "named"
    inquiry: str | None = None
    no_conflict: str | None = None
    covers: tuple[Cover, ...] = ()
    declared: str | None = None
    fee_terms: frozenset[str] = frozenset()


class Disclosure(Struct, frozen=True):
    """A circumstance disclosed, whom it reached and who waived it."""

    disclosure_id: str
    person: str
    category: Category
    ref: str
    delivered: frozenset[str] = frozenset()
    acknowledged: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()


class Objection(Struct, frozen=True):
    """An objection or challenge.

    Attributes:
        ref: Event (room:seq) that raised it.
        challenge: Whether it asks that a mediator in office leave.
        outcome: What became of it, None while it is open.
    """

    objection_id: str
    party: str
    person: str
    ref: str
    challenge: bool = False
    outcome: Outcome | Literal["withdrawn", "moot"] | None = None


class Neutrality(Struct, frozen=True):
    """Where the mediator's selection, neutrality and mandate stand.

    Attributes:
        mandate: The mandate, as other parts see it.
        nominees: By person.
        disclosures: By id, in order.
        objections: Objections and challenges, by id.
        last_mediators: Everybody appointed under the current or last mandate.
        rests_on: Why a suspended mandate rests: the id of a challenge, "" for another reason.
        number: How many mediators there are to be, None where nobody set it.
        lists: Candidates of each list proposed, by its id.
        ranked: By (list, party), how a party ranked it.
        struck: By (list, party), whom a party struck from it.
        requested_by: Who asked the authority to appoint, None for nobody.
        answered: Who answered a challenge, by its id.
        searched: When a person last inquired into another, by (person, whom).
        seated: When a mediator took office.
        interested: Third persons with an interest in the outcome, and when they were named.
        staff: Persons who disclosed something and neither mediate nor are asked to.
        serving: Experts, interpreters and observers, by person.
        handovers: What a party said of its confidences, and under which mandate.
        reaffirmed: Under which mandate a party last said which steps stand.
        fallen: Steps (room:seq) some party says do not stand.
    """

    mandate: Mandate = Mandate()
    nominees: Mapping[str, Nominee] = MappingProxyType({})
    disclosures: Mapping[str, Disclosure] = MappingProxyType({})
    objections: Mapping[str, Objection] = MappingProxyType({})
    last_mediators: tuple[str, ...] = ()
    rests_on: str = ""
    number: int | None = None
    lists: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    ranked: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType({})
    struck: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType({})
    requested_by: str | None = None
    answered: Mapping[str, frozenset[str]] = MappingProxyType({})
    searched: Mapping[tuple[str, str], datetime] = MappingProxyType({})
    seated: Mapping[str, datetime] = MappingProxyType({})
    interested: Mapping[str, datetime] = MappingProxyType({})
    staff: frozenset[str] = frozenset()
    serving: Mapping[str, Service] = MappingProxyType({})
    handovers: Mapping[str, tuple[int, Literal["given", "refused"]]] = MappingProxyType({})
    reaffirmed: Mapping[str, int] = MappingProxyType({})
    fallen: frozenset[str] = frozenset()

    def named(self) -> tuple[str, ...]:
        """Name the persons asked that have not answered by declining or taking office."""
        return tuple(p for p, nominee in self.nominees.items() if nominee.seat == "named")

    def disclosed_by(self, person: str) -> tuple[Disclosure, ...]:
        """List what a person disclosed."""
        return tuple(d for d in self.disclosures.values() if d.person == person)

    def conflicts(self) -> tuple[Conflict, ...]:
        """List what the mediators in office disclosed."""
        return tuple(
            Conflict(d.disclosure_id, d.person, d.category, d.waived)
            for d in self.disclosures.values()
            if d.person in self.mandate.mediators
        )

    def owes_inquiry(self, whom: str, came: datetime) -> bool:
        """Tell whether a mediator took office before somebody came, and has not inquired since."""
        return any(
            (person, whom) not in self.searched
            for person in self.mandate.mediators
            if person not in self.seated or self.seated[person] < came
        )

    def inquired(self) -> Mapping[str, datetime]:
        """Say when the last mediator in office had inquired into whom, where each of them has."""
        office = self.mandate.mediators
        done: dict[str, datetime] = {}
        for whom in {whom for _, whom in self.searched} if office else ():
            times = [self.searched.get((person, whom)) for person in office]
            known = [at for at in times if at is not None]
            if len(known) == len(office):
                done[whom] = max(known)
        return done
