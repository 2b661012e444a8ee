"""State what a draft obliges to, what it entitles to and on what it depends."""

from datetime import date
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import (
    actor_is_mediator,
    mandate_is_active,
    party_has_consented,
    party_is_known,
)
from ledger.counting import DAYS_MAX
from ledger.errors import DecodeError
from ledger.parties import Standing
from ledger.settlement.draft_events import (
    ConditionDefined,
    ConditionKind,
    ObligationDefined,
    RightDefined,
)
from ledger.settlement.drafting import DRAFTED, instrument_of
from ledger.settlement.instrument import Instrument
from ledger.settlement.occasions import to_draft
from ledger.settlement.rules import (
    drafter_has_mandate,
    due_is_stated_once,
    name_is_new_or_replaced,
    names_are_defined,
    obligor_owes_another,
    settlement_room_is_joint,
    text_is_not_frozen,
)
from ledger.settlement.state import Settlement
from ledger.terms import Day, Id, Money, PartyId, Words, next_id


class DefineObligation(Command, frozen=True, kw_only=True, tag="define-obligation"):
    """State what one party owes another.

    Attributes:
        settlement_id: Which settlement, None for the latest.
        obligation_id: Its name, None for the next number.
        due: Day at the seat it falls due.
        due_days: Days after entry into force, or after the last condition it depends on.
        depends_on: Conditions that hold it back, and obligations that come first.
        clause_id: Clause of the draft that states it.
        act: What is to be done.
        amount: What is to be paid.
        proof: How performance is shown.
        on_breach: What the draft says about its breach.
        replaces: Whether it takes the place of the one of its name.
    """

    by = ("party", "mediator")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {
        "obligor": "B",
        "obligee": "A",
        "act": "pay the first instalment",
        "amount": {"amount": "325000", "currency": "EUR"},
        "due": "2026-09-30",
    }
    guards = (settlement_room_is_joint, actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_draft,)
    settlement_id: Id | None = None
    obligation_id: Id | None = None
    obligor: PartyId
    obligee: PartyId
    due: Day | None = None
    due_days: Annotated[int, Meta(ge=1, le=DAYS_MAX)] | None = None
    depends_on: tuple[Id, ...] = ()
    clause_id: Id | None = None
    act: Words
    amount: Money | None = None
    proof: Words | None = None
    on_breach: Words | None = None
    replaces: bool = False


class DefineRight(Command, frozen=True, kw_only=True, tag="define-right"):
    """State what a party is entitled to."""

    by = ("party", "mediator")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {"holder": "A", "text": "use of berth 4 until 2030"}
    guards = (settlement_room_is_joint, actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_draft,)
    settlement_id: Id | None = None
    right_id: Id | None = None
    holder: PartyId
    clause_id: Id | None = None
    text: Words
    replaces: bool = False


class DefineCondition(Command, frozen=True, kw_only=True, tag="define-condition"):
    """State on what the settlement, or an obligation of it, depends.

    Attributes:
        kind: `precedent` where nothing is in force before it is met.
        beneficiary: Party that may waive it, None where only all together may.
        long_stop: Last day at the seat for it to be met.
        text: What has to happen.
    """

    by = ("party", "mediator")
    during = DRAFTED
    example: ClassVar[dict[str, Any]] = {"text": "approval of the port board", "beneficiary": "B"}
    guards = (settlement_room_is_joint, actor_is_mediator, party_has_consented, mandate_is_active)
    occasions = (to_draft,)
    settlement_id: Id | None = None
    condition_id: Id | None = None
    kind: ConditionKind = "precedent"
    beneficiary: PartyId | None = None
    long_stop: Day | None = None
    clause_id: Id | None = None
    text: Words
    replaces: bool = False


def define_obligation(
    state: Settlement, standing: Standing, act: Act[DefineObligation]
) -> Decision:
    """State what one party owes another.

    Raises:
        DecodeError: `due` is no day there is.
        RuleViolation: instrument_is_known, text_is_not_frozen, drafter_has_mandate,
            party_is_known, obligor_owes_another, due_is_stated_once, names_are_defined,
            name_is_new_or_replaced.
    """
    data = act.data
    instrument = _open_draft(state, act)
    party_is_known(act, standing, data.obligor)
    party_is_known(act, standing, data.obligee)
    obligor_owes_another(act)
    due_is_stated_once(act)
    _check_day(data.due, "due")
    names_are_defined(act, instrument, data.depends_on)
    name = data.obligation_id or next_id("OB", _taken(state))
    name_is_new_or_replaced(act, state, name, instrument.duties)
    event = ObligationDefined(
        settlement_id=instrument.settlement_id,
        obligation_id=name,
        obligor=data.obligor,
        obligee=data.obligee,
        due=data.due,
        due_days=data.due_days,
        depends_on=data.depends_on,
        clause_id=data.clause_id,
        act=data.act,
        amount=data.amount,
        proof=data.proof,
        on_breach=data.on_breach,
    )
    return [Placed("joint", event)]


def define_right(state: Settlement, standing: Standing, act: Act[DefineRight]) -> Decision:
    """State what a party is entitled to.

    Raises:
        RuleViolation: instrument_is_known, text_is_not_frozen, drafter_has_mandate,
            party_is_known, name_is_new_or_replaced.
    """
    data = act.data
    instrument = _open_draft(state, act)
    party_is_known(act, standing, data.holder)
    name = data.right_id or next_id("RI", _taken(state))
    name_is_new_or_replaced(act, state, name, instrument.rights)
    event = RightDefined(
        settlement_id=instrument.settlement_id,
        right_id=name,
        holder=data.holder,
        clause_id=data.clause_id,
        text=data.text,
    )
    return [Placed("joint", event)]


def define_condition(state: Settlement, standing: Standing, act: Act[DefineCondition]) -> Decision:
    """State on what the settlement, or an obligation of it, depends.

    Raises:
        DecodeError: `long_stop` is no day there is.
        RuleViolation: instrument_is_known, text_is_not_frozen, drafter_has_mandate,
            party_is_known, name_is_new_or_replaced.
    """
    data = act.data
    instrument = _open_draft(state, act)
    if data.beneficiary is not None:
        party_is_known(act, standing, data.beneficiary)
    _check_day(data.long_stop, "long_stop")
    name = data.condition_id or next_id("CO", _taken(state))
    name_is_new_or_replaced(act, state, name, instrument.conditions)
    event = ConditionDefined(
        settlement_id=instrument.settlement_id,
        condition_id=name,
        kind=data.kind,
        beneficiary=data.beneficiary,
        long_stop=data.long_stop,
        clause_id=data.clause_id,
        text=data.text,
    )
    return [Placed("joint", event)]


def _open_draft(state: Settlement, act: Act[Any]) -> Instrument:
    instrument = instrument_of(state, act)
    text_is_not_frozen(act, instrument)
    drafter_has_mandate(act, state)
    return instrument


def _taken(state: Settlement) -> set[str]:
    """Name every obligation, right and condition; a name is never used for two."""
    instruments = state.instruments.values()
    return {name for i in instruments for name in (*i.duties, *i.rights, *i.conditions)}


def _check_day(text: str | None, field: str) -> None:
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError as error:
        raise DecodeError(field, f"{text} is no day there is", "a day of the year") from error
