"""Hold the rules of signing and of what follows, each the sentence that must hold."""

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Any, TypeAlias

from msgspec import UnsetType

from ledger.act import Act, Broken, rule
from ledger.counting import parse_instant
from ledger.parties import Standing
from ledger.settlement.instrument import Condition, Instrument
from ledger.terms import Money

EXACT = Context(prec=100)
Opened: TypeAlias = Money | UnsetType | None
"""An amount of an opened event: None where it has none, UNSET where its content is erased."""


@rule("irregular")
def advice_is_acknowledged(act: Act[Any], instrument: Instrument) -> None:
    """A party signs after independent advice, or after declining it when told that it may."""
    if act.party not in instrument.advice:
        raise Broken(f"{act.party} has not spoken on independent advice", "acknowledge-advice")


@rule("refuse")
def signatories_are_named(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    instrument: Instrument,
    signatories: tuple[str, ...],
) -> None:
    """Every party that takes part or owes something is asked to sign, each once."""
    owing = [duty.obligor for duty in instrument.duties.values()]
    missing = [party for party in (*standing.current(), *owing) if party not in signatories]
    if missing:
        raise Broken(f"{missing[0]} is not among the signatories", "every party as signatory")
    if not signatories or len(set(signatories)) < len(signatories):
        raise Broken("the signatories are not named once each", "each party once")


@rule("refuse")
def signatory_is_invited(act: Act[Any], instrument: Instrument) -> None:
    """A signature is asked of the parties to the settlement."""
    invited = () if instrument.invitation is None else instrument.invitation.signatories
    if act.party not in invited:
        needs = f"one of: {', '.join(invited)}" if invited else "invite-signatures"
        raise Broken(f"{act.party} was not invited to sign {instrument.settlement_id}", needs)


@rule("refuse")
def invitation_is_open(act: Act[Any], instrument: Instrument, due: str | None) -> None:
    """A text is signed while the invitation stands, by the time of the signature itself."""
    status = "missing" if instrument.invitation is None else instrument.invitation.status
    if status == "open" or is_late_signature(act, instrument, due):
        return
    raise Broken(
        f"the invitation to sign {instrument.settlement_id} is {status}", "invite-signatures again"
    )


def is_late_signature(act: Act[Any], instrument: Instrument, due: str | None) -> bool:
    """Tell whether a signature given in time is entered after the window was closed (I-14)."""
    lapsed = instrument.invitation is not None and instrument.invitation.status == "lapsed"
    return lapsed and due is not None and act.moment_is_known() and act.when <= parse_instant(due)


@rule("refuse")
def party_signs_once(act: Act[Any], instrument: Instrument) -> None:
    """A party signs a text once."""
    if act.party in instrument.signatures:
        raise Broken(
            f"{act.party} has signed draft {instrument.draft_version} already", "nothing more"
        )


@rule("refuse")
def signature_within_limits(
    act: Act[Any], ceiling: Money | None, amounts: Iterable[Money | None]
) -> None:
    """Nobody signs for more than its authority allows."""
    if ceiling is None:
        return
    owed = [money for money in amounts if money is not None]
    foreign = sorted({m.currency for m in owed if m.currency != ceiling.currency})
    if foreign:
        raise Broken(
            f"the authority of {act.actor} goes up to {_said(ceiling)} and {act.party} would owe"
            f" an amount in {foreign[0]}",
            f"an authority of {act.actor} that covers {foreign[0]} (authorise-representative)",
        )
    total = _total(owed)
    if total > Decimal(ceiling.amount):
        sum_owed = f"{total:f} {ceiling.currency}"
        raise Broken(
            f"the authority of {act.actor} goes up to {_said(ceiling)} and {act.party} would owe"
            f" {sum_owed}",
            f"an authority of {act.actor} to sign up to {sum_owed} (authorise-representative)",
        )


def _total(amounts: list[Money]) -> Decimal:
    total = Decimal(0)
    for money in amounts:
        total = EXACT.add(total, Decimal(money.amount))
    return total


def _said(money: Money) -> str:
    return f"{money.amount} {money.currency}"


@rule("irregular")
def instrument_is_executed(act: Act[Any], instrument: Instrument) -> None:  # noqa: ARG001 - a rule takes the act
    """Every required party has signed."""
    if not instrument.is_executed:
        missing = ", ".join(instrument.missing())
        raise Broken(
            f"settlement {instrument.settlement_id} is not executed",
            f"the signature of {missing}" if missing else "invite-signatures, then signatures",
        )


@rule("refuse")
def condition_is_open(
    act: Act[Any], condition: Condition | None, long_stop: str | None = None
) -> None:
    """A condition is decided once; one met in time but entered after its last day still counts."""
    if condition is None:
        raise Broken(f"there is no condition {act.data.condition_id}", "define-condition")
    in_time = (
        long_stop is not None and act.moment_is_known() and act.when <= parse_instant(long_stop)
    )
    if condition.status == "lapsed" and in_time:
        return
    if condition.status != "open":
        raise Broken(f"condition {condition.condition_id} is {condition.status}", "nothing more")


@rule("refuse")
def waiver_is_beneficiarys(
    act: Act[Any], standing: Standing, condition: Condition, agreed_by: Iterable[str]
) -> None:
    """A condition is given up by the party it protects, or by all where it protects all."""
    if condition.beneficiary is not None:
        if act.party != condition.beneficiary:
            raise Broken(
                f"condition {condition.condition_id} protects {condition.beneficiary}",
                f"the waiver of {condition.beneficiary}",
            )
        return
    missing = [party for party in standing.parties if party not in (act.party, *agreed_by)]
    if missing:
        raise Broken(
            f"condition {condition.condition_id} protects all; {', '.join(missing)} did not agree",
            "the agreement of every party (agreed_by)",
        )


@rule("refuse")
def mediator_may_sign_as_evidence(act: Act[Any], instrument: Instrument) -> None:
    """The mediator signs once, and where the procedure lets it."""
    if act.profile.settlement.mediator_signs == "never":
        raise Broken("in this procedure the mediator never signs", "nothing")
    if instrument.evidence:
        raise Broken(f"{instrument.settlement_id} bears the mediator's signature", "nothing more")


@rule("refuse")
def copy_is_delivered_once(act: Act[Any], instrument: Instrument) -> None:
    """A party's copy is delivered once."""
    if act.data.to in instrument.copies:
        raise Broken(f"{act.data.to} has its copy", "nothing more")
