"""Hold the rules of proving a settlement, each the sentence that must hold."""

from collections.abc import Iterable
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.counting import parse_instant
from ledger.parties import ENDED, Phase, Standing
from ledger.settlement.instrument import Instrument


@rule("refuse")
def translation_is_of_draft(act: Act[Any], instrument: Instrument) -> None:
    """What is certified is a translation of the draft as it stands."""
    if instrument.translations.get(act.data.language) != act.data.hash:
        known = ", ".join(instrument.translations) or "none"
        raise Broken(
            f"draft {instrument.draft_version} has no such text in {act.data.language}",
            f"the hash of one of its translations: {known}",
        )


@rule("refuse")
def translation_is_certified_once(act: Act[Any], instrument: Instrument) -> None:
    """A translation is certified once."""
    if act.data.language in instrument.certified:
        raise Broken(f"its text in {act.data.language} is certified", "nothing more")


@rule("refuse")
def attempt_is_on_other_text(act: Act[Any], instrument: Instrument) -> None:
    """A failed attempt is a signature on another text than the frozen one."""
    if act.data.hash == instrument.hash:
        raise Broken("this is the frozen text", "sign-settlement")


@rule("refuse")
def certificate_follows_an_end(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """A mediator certifies a mediation that led to a settlement, or that has ended."""
    over = standing.phase in ENDED and standing.phase != Phase.NOT_COMMENCED
    if not (standing.executed or over):
        raise Broken("the mediation has led to nothing yet", "its settlement, or its end")


@rule("refuse")
def institution_attests(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a guard takes the standing
    """The institution attests where its procedure says that it does."""
    if act.profile.settlement.institution_attests == "never":
        raise Broken("in this procedure the institution never attests", "nothing")


@rule("refuse")
def attestation_follows_execution(act: Act[Any], instrument: Instrument) -> None:  # noqa: ARG001 - a rule takes the act
    """What is attested has been executed."""
    if not instrument.is_executed:
        missing = ", ".join(instrument.missing())
        raise Broken(
            f"settlement {instrument.settlement_id} is not executed",
            f"the signature of {missing}" if missing else "invite-signatures, then signatures",
        )


@rule("refuse")
def attestation_has_second_person(act: Act[Any]) -> None:
    """Nobody alone attests for the institution."""
    if act.data.approved_by in (act.entered_by, act.actor):
        raise Broken(f"{act.entered_by} enters it alone", "`approved_by` a second person")


@rule("irregular")
def attestation_is_asked_for(act: Act[Any]) -> None:
    """Where the institution attests on request, a party asked for it."""
    wanted = act.profile.settlement.institution_attests == "on_request"
    if wanted and act.data.requested_by is None:
        raise Broken("nobody asked for it", "`requested_by` a party")


@rule("refuse")
def cooling_off_runs(act: Act[Any], instrument: Instrument) -> None:
    """A party steps back within the days it has for that."""
    until = instrument.cooling_off_until
    if not instrument.is_executed or until is None:
        raise Broken(f"there are no days to step back from {instrument.settlement_id}", "nothing")
    if act.when > parse_instant(until):
        raise Broken(f"the days to step back ended at {until}", "nothing")


@rule("refuse")
def who_steps_back_has_signed(act: Act[Any], instrument: Instrument) -> None:
    """A party steps back from what it signed."""
    if act.party not in instrument.signatures:
        raise Broken(f"{act.party} has not signed {instrument.settlement_id}", "a party to it")


@rule("irregular")
def others_consented(act: Act[Any], instrument: Instrument, consented: Iterable[str]) -> None:
    """A settlement is made enforceable with the consent of every party to it."""
    missing = [p for p in instrument.signatures if p not in (act.party, *consented)]
    if missing:
        raise Broken(f"{', '.join(missing)} did not consent", "the consent of each (consented)")
