"""Hold the rules of drafting a settlement, each the sentence that must hold."""

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.parties import AFTER_SIGNING, Phase, Standing
from ledger.rooms import kind_of, party_of
from ledger.settlement.draft_events import DraftCommented
from ledger.settlement.instrument import Instrument
from ledger.settlement.state import Settlement

PERFORMED = AFTER_SIGNING | {Phase.DRAFTING, Phase.SIGNING, Phase.TERMINATED}
"""Phases in which an executed settlement may be spoken of: one of a part outlives the talks."""


@rule("refuse")
def settlement_room_is_joint(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a guard takes the standing
    """A settlement is drafted and signed before all."""
    if act.room not in (None, "joint"):
        raise Broken(f"this is not recorded in {act.room}", "joint, the usual room")


@rule("refuse")
def comment_room_is_joint_or_own(act: Act[Any], room: str) -> None:
    """A draft is commented on before all, or among one's own team."""
    own = party_of(room) in (None, act.party)
    if kind_of(room) not in DraftCommented.rooms or not own:
        raise Broken(
            f"comments of {act.party} are not recorded in {room}", "joint, or its own room"
        )


@rule("irregular")
def agreement_in_principle_exists(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """What is drafted was agreed in principle."""
    if standing.agreement is None:
        raise Broken(
            "no agreement in principle is recorded",
            "record-agreement-in-principle, by the mediator",
        )


@rule("irregular")
def all_parties_agree(act: Act[Any], standing: Standing, agreed_by: Iterable[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """What binds the way to the settlement is agreed by every party."""
    missing = [party for party in standing.current() if party not in agreed_by]
    if missing:
        raise Broken(f"{', '.join(missing)} did not agree", "the agreement of every party")


@rule("refuse")
def drafter_is_mediator_or_party(act: Act[Any], standing: Standing, drafter: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A settlement is drafted by the mediator or by a party."""
    if drafter != "mediator" and drafter not in standing.parties:
        known = ", ".join(standing.parties)
        raise Broken(f"{drafter} is not a party of this case", f"mediator, or one of: {known}")


@rule("irregular")
def drafter_has_mandate(act: Act[Any], state: Settlement) -> None:
    """Only who was asked to draft lays a text before the parties."""
    if state.drafter is None:
        raise Broken("nobody was asked to draft", "give-drafting-mandate")
    if state.drafter != act.acting():
        raise Broken(f"{state.drafter} was asked to draft", "another drafting mandate")


@rule("refuse")
def instrument_is_known(act: Act[Any], state: Settlement, settlement_id: str | None) -> None:  # noqa: ARG001 - a rule takes the act
    """There is a draft of the settlement meant."""
    if settlement_id not in state.instruments:
        known = ", ".join(state.instruments)
        what = "no draft" if settlement_id is None else f"no draft of a settlement {settlement_id}"
        raise Broken(f"there is {what}", f"one of: {known}" if known else "prepare-draft")


@rule("refuse")
def text_is_not_frozen(act: Act[Any], instrument: Instrument) -> None:  # noqa: ARG001 - a rule takes the act
    """A text that is fixed for signing is not changed."""
    if instrument.is_executed:
        raise Broken(f"settlement {instrument.settlement_id} is executed", "another settlement")
    if instrument.is_frozen:
        raise Broken(
            f"draft {instrument.draft_version} of {instrument.settlement_id} is frozen",
            "unfreeze-text, which voids the signatures on it",
        )


@rule("refuse")
def text_is_frozen(act: Act[Any], instrument: Instrument) -> None:  # noqa: ARG001 - a rule takes the act
    """A text is fixed, and not yet executed."""
    if instrument.is_executed:
        raise Broken(f"settlement {instrument.settlement_id} is executed", "another settlement")
    if not instrument.is_frozen:
        raise Broken(
            f"draft {instrument.draft_version} of {instrument.settlement_id} is not frozen",
            "freeze-text, agreed by all parties",
        )


@rule("refuse")
def frozen_text_is_current_draft(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    instrument: Instrument,
    text_hash: str,
    translations: Mapping[str, str],
) -> None:
    """The text that is fixed is the latest version, in every language it has."""
    if text_hash != instrument.hash or dict(translations) != dict(instrument.translations):
        raise Broken(
            f"this is not the text of draft {instrument.draft_version}"
            f"{_known(instrument, text_hash)}",
            f"its hash {instrument.hash}{_languages(instrument)}",
        )


def _known(instrument: Instrument, text_hash: str) -> str:
    """Name the version a hash belongs to, where it belongs to another."""
    for version, known in instrument.versions.items():
        if known == text_hash and version != instrument.draft_version:
            return f", but of draft {version}"
    return ""


def _languages(instrument: Instrument) -> str:
    named = ", ".join(f"{lang} {text}" for lang, text in sorted(instrument.translations.items()))
    return f" and those of its translations: {named}" if named else ""


@rule("refuse")
def signed_text_is_frozen_text(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    instrument: Instrument,
    text_hash: str,
    translations: Mapping[str, str],
) -> None:
    """A signature is on the frozen text, in every language it has (I-12)."""
    if text_hash != instrument.hash:
        raise Broken(
            f"the text signed is not draft {instrument.draft_version}, which is frozen"
            f"{_known(instrument, text_hash)}",
            f"a signature on the text with the hash {instrument.hash}",
        )
    if dict(translations) != dict(instrument.translations):
        raise Broken(
            f"the translations signed are not those of draft {instrument.draft_version}",
            f"a signature on every language{_languages(instrument)}",
        )


@rule("irregular")
def text_concerns_those_who_take_part(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    standing: Standing,
    instrument: Instrument,
) -> None:
    """A text that is fixed obliges and benefits only parties whose consent stands."""
    for duty in instrument.duties.values():
        for party in (duty.obligor, duty.obligee):
            if party not in standing.current():
                raise Broken(
                    f"obligation {duty.obligation_id} names {party}, whose consent does not stand",
                    f"a version without it (revise-draft that drops {duty.obligation_id})",
                )


@rule("irregular")
def text_contains_what_is_asked(act: Act[Any], contains: Iterable[str]) -> None:
    """A text to be signed names all that the profile wants a settlement to contain."""
    said = set(contains)
    missing = [part for part in act.profile.settlement.must_contain if part not in said]
    if missing:
        raise Broken(
            f"the text does not name: {', '.join(missing)}", "a version that does (revise-draft)"
        )


@rule("irregular")
def comments_are_closed(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    instrument: Instrument,
    settled_comments: Iterable[str],
) -> None:
    """A text is fixed when every comment made before all is answered."""
    left = [comment for comment in instrument.comments if comment not in settled_comments]
    if left:
        raise Broken(
            f"comments {', '.join(left)} are open",
            "a new version (revise-draft), or settled_comments naming them",
        )


@rule("refuse")
def revision_changes_text(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    instrument: Instrument,
    text_hash: str,
    translations: Mapping[str, str],
) -> None:
    """A new version is another text."""
    if text_hash == instrument.hash and dict(translations) == dict(instrument.translations):
        raise Broken(f"this is the text of draft {instrument.draft_version}", "the new text's hash")


@rule("refuse")
def part_names_listed_issues(act: Act[Any], standing: Standing) -> None:
    """A settlement of a part says which of the listed issues it settles."""
    data = act.data
    unknown = [issue for issue in data.issues if issue not in standing.issues]
    if unknown:
        listed = ", ".join(standing.issues) or "none yet"
        raise Broken(f"no issue is listed as {unknown[0]}", f"one of: {listed}")
    if data.scope == "whole" and data.issues:
        raise Broken("a settlement of the whole settles every issue", "no `issues`, or a part")
    if data.scope == "partial" and standing.issues and not data.issues:
        raise Broken("it is not said which issues are settled", "`issues`, of those listed")


@rule("refuse")
def names_are_defined(act: Act[Any], instrument: Instrument, names: Iterable[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """What a text refers to or drops, it has."""
    unknown = [name for name in names if not instrument.holds(name)]
    if unknown:
        raise Broken(
            f"{instrument.settlement_id} defines no obligation, right or condition {unknown[0]}",
            "define-obligation, define-right or define-condition first",
        )


@rule("refuse")
def name_is_new_or_replaced(
    act: Act[Any],
    state: Settlement,
    name: str,
    same: Mapping[str, object],
) -> None:
    """A name stands for one thing; it is defined again only on purpose."""
    taken = any(instrument.holds(name) for instrument in state.instruments.values())
    if act.data.replaces and name not in same:
        raise Broken(f"there is no {name} of this kind to replace", "no `replaces`")
    if taken and not act.data.replaces:
        raise Broken(f"{name} is defined already", "another id, or `replaces`")


@rule("refuse")
def obligor_owes_another(act: Act[Any]) -> None:
    """An obligation is owed to another party."""
    if act.data.obligor == act.data.obligee:
        raise Broken(f"{act.data.obligor} would owe itself", "another obligee")


@rule("refuse")
def due_is_stated_once(act: Act[Any]) -> None:
    """An obligation falls due on a day, or some days after what releases it, not both."""
    if act.data.due is not None and act.data.due_days is not None:
        raise Broken("both a day and a number of days are given", "one of `due` and `due_days`")
