"""Say when there is an occasion for the acts of the settlement; `next` asks it, having no data."""

from collections.abc import Callable
from typing import Any

from ledger.act import Act
from ledger.common_rules import naming, one_will_do
from ledger.parties import Standing
from ledger.settlement.instrument import Condition, Instrument
from ledger.settlement.rules import drafter_has_mandate, text_is_frozen, text_is_not_frozen
from ledger.settlement.signing_rules import (
    advice_is_acknowledged,
    condition_is_open,
    copy_is_delivered_once,
    instrument_is_executed,
    invitation_is_open,
    mediator_may_sign_as_evidence,
    party_signs_once,
    signatory_is_invited,
    waiver_is_beneficiarys,
)
from ledger.settlement.state import Settlement
from ledger.settlement.window import window_due


def to_work_on_draft(act: Act[Any], state: Settlement, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a draft that may still be changed."""
    one_instrument(act, state, lambda instrument: text_is_not_frozen(act, instrument))


def to_draft(act: Act[Any], state: Settlement, standing: Standing) -> None:
    """Ask for such a draft, and for the actor's mandate to draft."""
    drafter_has_mandate(act, state)
    to_work_on_draft(act, state, standing)


def to_change_frozen(act: Act[Any], state: Settlement, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a text that is frozen and not executed."""
    one_instrument(act, state, lambda instrument: text_is_frozen(act, instrument))


def to_speak_on_advice(act: Act[Any], state: Settlement, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a draft, at whatever stage."""
    one_instrument(act, state, lambda instrument: None)  # noqa: ARG005 - that it is there is all


def to_sign(act: Act[Any], state: Settlement, standing: Standing) -> None:
    """Ask for a text the actor is to sign, has not signed and has spoken on advice about."""

    def check(instrument: Instrument) -> None:
        _is_asked(act, standing, instrument)
        party_signs_once(act, instrument)
        advice_is_acknowledged(act, instrument)

    one_instrument(act, state, check)


def to_refuse(act: Act[Any], state: Settlement, standing: Standing) -> None:
    """Ask for a text the actor is to sign."""
    one_instrument(act, state, lambda instrument: _is_asked(act, standing, instrument))


def _is_asked(act: Act[Any], standing: Standing, instrument: Instrument) -> None:
    text_is_frozen(act, instrument)
    signatory_is_invited(act, instrument)
    invitation_is_open(act, instrument, window_due(standing, instrument))


def to_decide_condition(act: Act[Any], state: Settlement, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for a condition of an executed settlement that is open."""
    _one_condition(act, state, lambda condition: None)  # noqa: ARG005 - that it is open is all


def to_waive_condition(act: Act[Any], state: Settlement, standing: Standing) -> None:
    """Ask for such a condition that the actor may give up, with the others where it takes all."""
    everybody = tuple(standing.parties)
    _one_condition(
        act, state, lambda condition: waiver_is_beneficiarys(act, standing, condition, everybody)
    )


def _one_condition(act: Act[Any], state: Settlement, check: Callable[[Condition], None]) -> None:
    def asked(pair: tuple[Instrument, Condition]) -> None:
        instrument, condition = pair
        instrument_is_executed(act, instrument)
        condition_is_open(act, condition)
        check(condition)

    found = [(i, c) for i in state.instruments.values() for c in i.conditions.values()]
    one_will_do(act, found, asked, "condition", "define-condition, in a draft")


def to_sign_as_evidence(act: Act[Any], state: Settlement, standing: Standing) -> None:  # noqa: ARG001 - as above
    """Ask for an executed settlement the mediator may sign."""

    def check(instrument: Instrument) -> None:
        instrument_is_executed(act, instrument)
        mediator_may_sign_as_evidence(act, instrument)

    one_instrument(act, state, check)


def to_hand_out(act: Act[Any], state: Settlement, standing: Standing) -> None:
    """Ask for an executed settlement of which a party has no copy."""

    def check(instrument: Instrument) -> None:
        instrument_is_executed(act, instrument)
        one_will_do(
            act,
            standing.parties,
            lambda party: copy_is_delivered_once(naming(act, to=party), instrument),
            "party",
        )

    one_instrument(act, state, check)


def one_instrument(act: Act[Any], state: Settlement, check: Callable[[Instrument], None]) -> None:
    """Ask for a draft or settlement that will do."""
    one_will_do(act, state.instruments.values(), check, "draft", "prepare-draft")
