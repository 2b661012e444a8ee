"""Tell who is behind a command: the operator at the keyboard, the actor, and whose eyes decide."""

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from ledger.act import Ask, Role
from ledger.casefile import CaseFile
from ledger.errors import DecodeError, RuleViolation
from ledger.parties import Standing
from ledger.rooms import Rights, either, kind_of

OperatorRole: TypeAlias = Literal[
    "registry",
    "auditor",
    "mediator",
    "party",
    "authority",
    "challenge",
    "review",
    "protection",
    "analyst",
]
ROLES: tuple[Role, ...] = (
    "party",
    "mediator",
    "registry",
    "authority",
    "challenge",
    "candidate",
    "protection",
)
OFFICES: dict[Role, tuple[OperatorRole, ...]] = {
    "registry": ("registry",),
    "authority": ("authority", "registry"),
    "challenge": ("challenge",),
    "protection": ("protection", "registry"),
}
"""Which operator roles may act for an office of the institution."""
OFFICES_READING: tuple[OperatorRole, ...] = (
    "registry",
    "auditor",
    "protection",
    "challenge",
    "review",
)
"""Offices that read in every case, the widest first."""


class Operator(Struct, frozen=True):
    """Somebody at a keyboard, as the institution knows it.

    Attributes:
        name: Its name there; its person is `person:<name>`.
        roles: What the institution entrusted it with.
        auth: How it was recognised.
        unbound: May act and look as anybody: on demo data, and for an import, which holds the
            source document.
    """

    name: str
    roles: tuple[OperatorRole, ...]
    auth: str = "operating system user"
    unbound: bool = False

    @property
    def person(self) -> str:
        """Name the person it is in a case."""
        return f"person:{self.name}"


class Identity(Struct, frozen=True):
    """Who acts, for whom, and with which eyes the decision is made.

    Attributes:
        actor: Such as `person:holt`, or `party:B` for a party acting itself.
        role: In which role.
        party: For which party.
        acting_for: As recorded: `party:B`, `mediator`, None where it is nobody's office.
        eyes: What actor and operator may both read.
    """

    actor: str
    role: Role
    party: str | None
    acting_for: str
    eyes: Rights


def viewers_of(operator: Operator, file: CaseFile) -> tuple[str, ...]:
    """List the viewers an operator may be in a case, its widest first."""
    roster, person = file.roster, operator.person
    offices = [r for r in OFFICES_READING if r in operator.roles]
    parties = [f"party:{p}" for p in roster.persons.get(person, ())]
    seat = ["mediator"] if person in roster.mediators else []
    nominee = [f"candidate:{person}"] * (person in roster.candidates)
    return (*offices, *seat, *parties, *nominee)


def sight_of(operator: Operator, file: CaseFile) -> Rights:
    """List what an operator may read in a case, over all its roles."""
    seen: Rights = {}
    for viewer in viewers_of(operator, file):
        seen = either(seen, file.rights(viewer))
    return seen


def identify(ask: Ask, operator: Operator, file: CaseFile) -> Identity:
    """Settle who acts and with which eyes; judges nothing yet.

    Raises:
        DecodeError: `actor` or `acting_for` is not of a known form.
    """
    role, party = _office(ask, operator, file)
    actor = ask.actor or _usual_actor(role, party, operator, file)
    return Identity(
        actor=actor,
        role=role,
        party=party,
        acting_for=f"party:{party}" if party else role,
        eyes=_eyes(role, party, actor, operator, file),
    )


def check_identity(identity: Identity, operator: Operator, file: CaseFile) -> None:
    """Let nobody act as somebody else.

    Raises:
        RuleViolation: operator_may_act_for, party_is_known, actor_has_authority,
            inquiry_covers_the_counsel.
    """
    _operator_may_act_for(identity, operator, file)
    _party_is_known(identity, file)
    _actor_has_authority(identity, file)


def _office(ask: Ask, operator: Operator, file: CaseFile) -> tuple[Role, str | None]:
    """Read `acting_for`; by default an operator acts in its own first role."""
    text = ask.acting_for
    if text is None:
        text = _own_office(operator, file)
    kind, _, name = text.partition(":")
    if kind not in ROLES or (kind == "party") != bool(name):
        accepted = "party:<id>, mediator, registry, authority, challenge, protection or candidate"
        raise DecodeError("acting_for", f"{text!r} is not somebody one acts for", accepted)
    return kind, name or None


def _own_office(operator: Operator, file: CaseFile) -> str:
    for viewer in viewers_of(operator, file):
        if viewer.partition(":")[0] in ROLES:
            return "candidate" if viewer.startswith("candidate") else viewer
    return "registry"


def _usual_actor(role: Role, party: str | None, operator: Operator, file: CaseFile) -> str:
    """Pick the actor where the caller names none."""
    roster = file.roster
    if role == "party":
        return f"party:{party}" if "registry" in operator.roles else operator.person
    if role == "mediator":
        return _sole(roster.mediators, operator.person, "mediator")
    if role == "candidate":
        return _sole(roster.candidates, operator.person, "candidate")
    return operator.person


def _sole(persons: tuple[str, ...], own: str, what: str) -> str:
    if own in persons or not persons:
        return own
    if len(persons) == 1:
        return persons[0]
    raise DecodeError("actor", f"there are several {what}s", f"one of: {', '.join(persons)}")


def _eyes(role: Role, party: str | None, actor: str, operator: Operator, file: CaseFile) -> Rights:
    viewer = {
        "party": f"party:{party}",
        "mediator": "mediator",
        "challenge": "challenge",
        "candidate": f"candidate:{actor}",
    }.get(role, "registry")
    if operator.unbound or not file.frames:
        return file.rights(viewer)
    return file.rights_of_both(viewer, viewers_of(operator, file))


def _operator_may_act_for(identity: Identity, operator: Operator, file: CaseFile) -> None:
    """An operator enters its own acts; the registry also those it is told of."""
    if operator.unbound:
        return
    offices = OFFICES.get(identity.role)
    if offices is not None and not set(offices) & set(operator.roles):
        raise RuleViolation(
            "operator_may_act_for",
            f"operator {operator.name} does not hold the office {identity.role}",
            f"an operator with the role {' or '.join(offices)}",
        )
    if offices is None and "registry" not in operator.roles:
        _acts_itself(identity, operator, file)


def _acts_itself(identity: Identity, operator: Operator, file: CaseFile) -> None:
    opening = not file.frames
    if identity.actor != operator.person or not (identity.eyes or opening):
        raise RuleViolation(
            "operator_may_act_for",
            f"operator {operator.name} cannot act as {identity.acting_for} here",
            "an act of its own, or the registry",
        )


def _party_is_known(identity: Identity, file: CaseFile) -> None:
    """Only a party of the case can act in it."""
    parties = file.roster.parties
    if identity.party is None or identity.party in parties or not file.frames:
        return
    raise RuleViolation(
        "party_is_known",
        f"{identity.party} is not a party of this case",
        "the id of a party, as `goodoffices show` prints it",
    )


def _actor_has_authority(identity: Identity, file: CaseFile) -> None:
    """A person acts for a party only under an authority on record.

    One that was revoked is on record too; whether the act came before its end is asked later.
    """
    party, actor = identity.party, identity.actor
    if party is None or actor == f"party:{party}" or not file.frames:
        return
    if actor.startswith("party:"):
        raise DecodeError("actor", f"{actor} cannot act for party {party}", f"party:{party}")
    roster = file.roster
    _inquiry_covers_the_counsel(party, actor, file)
    if party not in (*roster.persons.get(actor, ()), *roster.former.get(actor, ())):
        raise RuleViolation(
            "actor_has_authority",
            f"no authority of {actor} to act for party {party} is on record",
            "an authority (authorise-representative)",
        )


def _inquiry_covers_the_counsel(party: str, actor: str, file: CaseFile) -> None:
    """Counsel that comes after the mediators took office acts once they inquired into it (I-3)."""
    if party in file.roster.awaiting.get(actor, ()):
        raise RuleViolation(
            "inquiry_covers_the_counsel",
            f"{actor} came after the mediators took office, and they have not inquired into it",
            f"complete-inquiry of each mediator, `concerning` {actor}",
        )


def authority_ref(standing: Standing, identity: Identity) -> str | None:
    """Name the event (room:seq) under which a representative acts."""
    if identity.party is None:
        return None
    held = standing.authorities.get((identity.party, identity.actor))
    return None if held is None else held.ref


def room_asked(text: str, identity: Identity, eyes: dict[str, Any]) -> str:
    """Read the room a caller names; `caucus`, `desk` and `party` mean the actor's own.

    Raises:
        RuleViolation: actor_reads_room; the same for a room that is not there.
    """
    own = [r for r in eyes if kind_of(r) == text and (not identity.party or identity.party in r)]
    room = own[-1] if text not in eyes and own else text
    if room not in eyes:
        raise RuleViolation(
            "actor_reads_room",
            f"there is no room {text} for {identity.acting_for} here",
            f"one of: {', '.join(sorted(eyes))}" if eyes else "",
        )
    return room
