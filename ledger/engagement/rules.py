"""Say what must hold before a mediation is begun on agreed terms."""

from collections.abc import Iterable
from typing import Any, get_args

from ledger.act import Act, Broken, rule
from ledger.engagement.events import Head, Right
from ledger.engagement.state import Engagement
from ledger.parties import Standing


@rule("irregular")
def agreement_covers_every_head(act: Act[Any], covers: Iterable[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """The agreement to mediate speaks of conduct, fees, place and time, confidence, advice, end."""
    missing = [head for head in get_args(Head) if head not in covers]
    if missing:
        raise Broken(f"the text does not cover {', '.join(missing)}", "a text that covers them")


@rule("refuse")
def agreement_is_drafted(act: Act[Any], state: Engagement) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a text that lies before the parties can be signed."""
    if not state.version:
        raise Broken(
            "no agreement to mediate has been drafted", "a draft (draft-agreement-to-mediate)"
        )


@rule("refuse")
def agreement_signed_is_the_latest(act: Act[Any], state: Engagement) -> None:
    """A signature is on the latest text, not on another."""
    version, text_hash = act.data.version, act.data.text_hash
    if version not in (None, state.version) or text_hash not in (None, state.text_hash):
        raise Broken(
            f"the text signed is not version {state.version}",
            f"a signature on version {state.version}, SHA-256 {state.text_hash}",
        )


@rule("refuse")
def agreement_is_signed_once(act: Act[Any], state: Engagement, signatory: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Nobody signs the same text twice."""
    if signatory in state.signed:
        raise Broken(f"{signatory} has signed version {state.version} already")


@rule("refuse")
def terms_are_adopted_once(act: Act[Any], state: Engagement) -> None:  # noqa: ARG001 - a rule takes the act
    """Confidentiality terms in force are not replaced by others."""
    if state.terms_in_force:
        raise Broken("confidentiality terms are in force already")


@rule("refuse")
def all_agree_to_the_terms(act: Act[Any], standing: Standing, agreed: frozenset[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """Confidentiality terms need every party and every mediator."""
    missing = [name for name in needed(standing) if name not in agreed]
    if missing:
        raise Broken(
            f"{', '.join(missing)} did not agree to the terms",
            "the agreement of every party and every mediator",
        )


@rule("refuse")
def all_agree_to_the_variation(act: Act[Any], standing: Standing, agreed: frozenset[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """The rules of a case change only if every party agrees, and every mediator once appointed."""
    missing = [name for name in needed(standing) if name not in agreed]
    if missing:
        raise Broken(
            f"{', '.join(missing)} did not agree to the variation",
            "the agreement of every party and every mediator",
        )


@rule("refuse")
def undertaking_is_ones_own(act: Act[Any], person: str) -> None:
    """An undertaking binds the person who signs it; the registry may take in anybody's."""
    if not person.startswith("person:") or (act.role != "registry" and person != act.actor):
        raise Broken(f"{act.actor} cannot undertake for {person}", "the person itself")


@rule("irregular")
def every_right_is_explained(act: Act[Any], covers: Iterable[str]) -> None:  # noqa: ARG001 - a rule takes the act
    """A party is told that it is free, may leave, may take advice, and who learns what."""
    missing = [right for right in get_args(Right) if right not in covers]
    if missing:
        raise Broken(f"{', '.join(missing)} is left out", "an explanation of every right")


@rule("irregular")
def rights_were_explained(act: Act[Any], state: Engagement) -> None:  # noqa: ARG001 - a rule takes the act
    """A party acknowledges what has been explained to it."""
    if not state.rights_explained:
        raise Broken("no rights have been explained yet", "the explanation (explain-rights)")


def to_sign(act: Act[Any], state: Engagement, standing: Standing) -> None:  # noqa: ARG001 - every occasion takes the three
    """Ask for a text the actor has not signed; `next` asks it, having no data."""
    agreement_is_drafted(act, state)
    agreement_is_signed_once(act, state, act.party or act.actor)


def needed(standing: Standing) -> tuple[str, ...]:
    """Name everybody whose yes the engagement needs: current parties and mediators."""
    return (*standing.current(), *standing.mandate.mediators)


def all_have_signed(standing: Standing, signed: frozenset[str]) -> bool:
    """Tell whether every current party and every mediator signed; without a mediator, none did."""
    return bool(standing.mandate.mediators) and signed.issuperset(needed(standing))
