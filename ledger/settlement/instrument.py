"""Say what a settlement instrument is: its text, what it obliges to, who signed it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ledger.settlement.draft_events import Advice, ConditionKind, Scope
from ledger.settlement.signature_events import DueDay

Status: TypeAlias = Literal["draft", "frozen", "signing", "executed", "in_force", "failed"]


class Condition(Struct, frozen=True, kw_only=True):
    """A condition and where it stands.

    Attributes:
        beneficiary: Party that may waive it, None where only all together may.
        ref: Event (room:seq) that defined it.
    """

    condition_id: str
    kind: ConditionKind
    beneficiary: str | None
    long_stop: str | None
    status: Literal["open", "satisfied", "failed", "waived", "lapsed"] = "open"
    ref: str

    @property
    def met(self) -> bool:
        """Tell whether it holds nothing back any more."""
        return self.status in ("satisfied", "waived")

    @property
    def lost(self) -> bool:
        """Tell whether it will never be met."""
        return self.status in ("failed", "lapsed")


class Duty(Struct, frozen=True, kw_only=True):
    """An obligation as the text defines it.

    Attributes:
        due: Day at the seat, for a fixed day.
        due_days: Days after entry into force or its last condition, for a rule.
        on: Day it falls due, once nothing holds it back.
        ref: Event (room:seq) that defined it; its content has act and amount.
    """

    obligation_id: str
    obligor: str
    obligee: str
    due: str | None
    due_days: int | None
    depends_on: tuple[str, ...]
    on: str | None = None
    ref: str


class Signature(Struct, frozen=True, kw_only=True):
    """A party's signature.

    Attributes:
        party: For whom.
        person: By whom.
        hash: Text signed.
        void: Whether the text was changed since.
        ref: Event (room:seq) that recorded it.
    """

    party: str
    person: str
    draft_version: int
    hash: str
    void: bool = False
    ref: str


class Round(Struct, frozen=True, kw_only=True):
    """An invitation to sign.

    Attributes:
        signatories: Parties that must sign.
        status: What became of it; a refusal or the passing of time ends it.
        ref: Event (room:seq) of the invitation.
    """

    signatories: tuple[str, ...]
    status: Literal["open", "refused", "lapsed", "unfrozen", "stepped_back"] = "open"
    ref: str


class Instrument(Struct, frozen=True, kw_only=True):
    """A settlement from its first draft on; each partial settlement is one of its own.

    Attributes:
        settlement_id: Its name.
        draft_version: Version of the text.
        hash: SHA-256 of that text in the prevailing language.
        translations: By language the SHA-256 of the text in it.
        versions: Every version's hash, by number.
        duties: Obligations, by id.
        rights: Events (room:seq) that define rights, by id.
        conditions: By id.
        comments: Ids of comments made before all and not yet answered.
        advice: By party what it said about independent advice.
        invitation: The latest invitation to sign.
        signatures: By party, on the text as it stands.
        voided: Signatures on earlier texts.
        copies: Parties that received a copy.
        evidence: Whether the mediator signed as evidence.
        issues: Listed issues it settles, for a part.
        cooling_off_until: Last instant at which a party may step back.
        certified: Languages whose translation of the text as it stands was certified.
        attestations: Serials of the institution's attestations.
        failed_attempts: Events (room:seq) of signatures on another text.
    """

    settlement_id: str
    scope: Scope
    language: str
    draft_version: int
    hash: str
    translations: Mapping[str, str]
    versions: Mapping[int, str]
    status: Status = "draft"
    clause_map: Mapping[str, str] = MappingProxyType({})
    duties: Mapping[str, Duty] = MappingProxyType({})
    rights: Mapping[str, str] = MappingProxyType({})
    conditions: Mapping[str, Condition] = MappingProxyType({})
    comments: tuple[str, ...] = ()
    advice: Mapping[str, Advice] = MappingProxyType({})
    invitation: Round | None = None
    signatures: Mapping[str, Signature] = MappingProxyType({})
    voided: tuple[Signature, ...] = ()
    copies: tuple[str, ...] = ()
    evidence: bool = False
    issues: tuple[str, ...] = ()
    cooling_off_until: str | None = None
    certified: tuple[str, ...] = ()
    attestations: tuple[str, ...] = ()
    failed_attempts: tuple[str, ...] = ()

    @property
    def deadline_id(self) -> str:
        """Name the date its signing ends."""
        return f"signature-{self.settlement_id}"

    @property
    def is_executed(self) -> bool:
        """Tell whether every required party has signed it."""
        return self.status in ("executed", "in_force", "failed")

    @property
    def is_frozen(self) -> bool:
        """Tell whether its text is fixed."""
        return self.status != "draft"

    def missing(self) -> tuple[str, ...]:
        """List the parties invited that have not signed the text as it stands."""
        invited = () if self.invitation is None else self.invitation.signatories
        return tuple(party for party in invited if party not in self.signatures)

    def holds(self, name: str) -> bool:
        """Tell whether an obligation, right or condition of that name is defined."""
        return name in self.duties or name in self.rights or name in self.conditions

    def ready(self) -> bool:
        """Tell whether every condition precedent is met."""
        return all(c.met for c in self.conditions.values() if c.kind == "precedent")

    def released(self) -> tuple[Duty, ...]:
        """List the obligations nothing holds back that have no day yet."""
        return tuple(
            duty
            for duty in self.duties.values()
            if duty.on is None
            and all(self.conditions[d].met for d in duty.depends_on if d in self.conditions)
        )


def voided(instrument: Instrument) -> tuple[Signature, ...]:
    """List all void signatures after its text was unfrozen."""
    return (*instrument.voided, *(replace(s, void=True) for s in instrument.signatures.values()))


def without(instrument: Instrument, names: tuple[str, ...]) -> Instrument:
    """Drop obligations, rights and conditions a new version no longer has."""
    return replace(
        instrument,
        duties={k: v for k, v in instrument.duties.items() if k not in names},
        rights={k: v for k, v in instrument.rights.items() if k not in names},
        conditions={k: v for k, v in instrument.conditions.items() if k not in names},
    )


def due_on(instrument: Instrument, dues: tuple[DueDay, ...]) -> Instrument:
    """Note the days on which obligations fall due."""
    days = {due.obligation_id: due.on for due in dues}
    duties = {k: replace(v, on=days.get(k, v.on)) for k, v in instrument.duties.items()}
    return replace(instrument, duties=duties)


def long_stop_id(condition_id: str) -> str:
    """Name the date by which a condition has to be met."""
    return f"long_stop-{condition_id}"


def settled(
    instrument: Instrument,
    condition_id: str,
    status: Literal["satisfied", "failed", "waived", "lapsed"],
) -> Instrument:
    """Note what became of a condition; without a condition precedent it never enters into force.

    One that was met in time and entered after its last day brings the instrument back.
    """
    known = instrument.conditions.get(condition_id)
    if known is None:
        return instrument
    conditions = {**instrument.conditions, condition_id: replace(known, status=status)}
    after = replace(instrument, conditions=conditions)
    if instrument.status not in ("executed", "failed"):
        return after
    lost = [c for c in conditions.values() if c.kind == "precedent" and c.lost]
    return replace(after, status="failed" if lost else "executed")


Closing: TypeAlias = Literal["refused", "lapsed", "unfrozen", "stepped_back"]


def closed(known: Instrument, why: Closing) -> Instrument:
    """Close the invitation to sign; the text stays frozen and signatures on it stand."""
    if known.invitation is None:
        return known
    return replace(known, status="frozen", invitation=replace(known.invitation, status=why))
