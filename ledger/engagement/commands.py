"""Decide acts of engagement: the agreement to mediate and the confidentiality terms."""

from collections.abc import Callable
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from msgspec import field

from ledger.act import Act, Command, Decision, Placed
from ledger.commencement import begun_at
from ledger.common_rules import (
    actor_has_power,
    actor_is_mediator,
    own,
    party_has_consented,
    party_is_known,
)
from ledger.engagement.confidence_events import InformationClass, ShareRole
from ledger.engagement.confidences import DECIDE as CONFIDENCES
from ledger.engagement.costs import DECIDE as COSTS
from ledger.engagement.events import (
    Acknowledgement,
    AgreementToMediateDrafted,
    AgreementToMediateSigned,
    ConfidentialityTermsAdopted,
    EngagementConfirmed,
    Head,
)
from ledger.engagement.rules import (
    agreement_covers_every_head,
    agreement_is_drafted,
    agreement_is_signed_once,
    agreement_signed_is_the_latest,
    all_agree_to_the_terms,
    all_have_signed,
    terms_are_adopted_once,
    to_sign,
)
from ledger.engagement.safeguards import (
    ENGAGING,
    AcknowledgeRights,
    AffirmNeutrality,
    ExplainRights,
    SignUndertaking,
    acknowledge_rights,
    affirm_neutrality,
    explain_rights,
    sign_undertaking,
)
from ledger.engagement.state import Engagement
from ledger.engagement.varying import VaryProfile, vary_profile
from ledger.instants import parse_instant, zone_named
from ledger.parties import Phase, Standing
from ledger.profile_tables import ConfidentialityException
from ledger.terms import Hash, PartyId, PersonId, Words

Decide: TypeAlias = Callable[[Engagement, Standing, Act[Any]], Decision]


class DraftAgreementToMediate(Command, frozen=True, kw_only=True, tag="draft-agreement-to-mediate"):
    """Lay a text of the agreement to mediate before the parties."""

    by = ("mediator", "registry")
    during = frozenset({Phase.CONSTITUTED})
    guards = (actor_is_mediator,)
    example: ClassVar[dict[str, Any]] = {"text_hash": "c1" * 32, "covers": list(get_args(Head))}
    text_hash: Hash
    covers: tuple[Head, ...]
    text: Words | None = None


class SignAgreementToMediate(Command, frozen=True, kw_only=True, tag="sign-agreement-to-mediate"):
    """Sign the latest text of the agreement to mediate.

    Attributes:
        version: Number of the text signed, None for the latest.
        text_hash: SHA-256 of the text signed, None for the latest.
    """

    by = ("party", "mediator")
    during = ENGAGING
    guards = (actor_is_mediator, party_has_consented)
    occasions = (to_sign,)
    example: ClassVar[dict[str, Any]] = {
        "version": 1,
        "acknowledges": list(get_args(Acknowledgement)),
    }
    version: int | None = None
    text_hash: Hash | None = None
    acknowledges: tuple[Acknowledgement, ...] = ()


class AdoptConfidentialityTerms(
    Command, frozen=True, kw_only=True, tag="adopt-confidentiality-terms"
):
    """Put confidentiality terms into force that everybody agreed to.

    Attributes:
        agreed_by: Parties who agreed.
        mediators_agreed: Mediators who agreed; one who gives the command need not be named.
        caucus_default: As the profile says where left out; so are the next four.
    """

    by = ("mediator", "registry")
    during = ENGAGING
    guards = (actor_is_mediator,)
    occasions = (own(terms_are_adopted_once),)
    example: ClassVar[dict[str, Any]] = {
        "agreed_by": ["A", "B"],
        "mediators_agreed": ["person:ortiz"],
        "sharing": {"expert": ["documents"]},
        "scope": "everything said or shown for the mediation",
    }
    agreed_by: tuple[PartyId, ...]
    mediators_agreed: tuple[PersonId, ...] = ()
    caucus_default: Literal["closed", "open", "open_unless_marked"] | None = None
    existence_confidential: bool | None = None
    exceptions: tuple[ConfidentialityException, ...] | None = None
    recording: Literal["allowed", "forbidden", "destroyed_at_close"] | None = None
    retention_months: int | None = None
    sharing: dict[ShareRole, tuple[InformationClass, ...]] = field(default_factory=dict)
    scope: Words | None = None


def draft_agreement_to_mediate(
    state: Engagement,
    standing: Standing,  # noqa: ARG001 - every decision takes the three
    act: Act[DraftAgreementToMediate],
) -> Decision:
    """Lay a text before the parties; signatures on an earlier one fall.

    Raises:
        RuleViolation: agreement_covers_every_head.
    """
    agreement_covers_every_head(act, act.data.covers)
    drafted = AgreementToMediateDrafted(
        text_version=state.version + 1,
        text_hash=act.data.text_hash,
        covers=act.data.covers,
        text=act.data.text,
    )
    return [Placed("joint", drafted)]


def sign_agreement_to_mediate(
    state: Engagement, standing: Standing, act: Act[SignAgreementToMediate]
) -> Decision:
    """Sign; with the last signature the engagement is confirmed, if the terms are in force.

    Raises:
        RuleViolation: agreement_is_drafted, agreement_signed_is_the_latest,
            agreement_is_signed_once, actor_has_power.
    """
    signatory = act.party or act.actor
    agreement_is_drafted(act, state)
    agreement_signed_is_the_latest(act, state)
    agreement_is_signed_once(act, state, signatory)
    actor_has_power(act, standing, "sign")
    signed = AgreementToMediateSigned(
        text_version=state.version,
        text_hash=state.text_hash or "",
        signatory=signatory,
        capacity="party" if act.party else "mediator",
        acknowledges=act.data.acknowledges,
    )
    done = state.terms_in_force and all_have_signed(standing, state.signed | {signatory})
    return [Placed("joint", signed), *_confirmed(state, standing, act, done=done)]


def adopt_confidentiality_terms(
    state: Engagement, standing: Standing, act: Act[AdoptConfidentialityTerms]
) -> Decision:
    """Put the terms into force; where all have signed already, the engagement is confirmed.

    Raises:
        RuleViolation: party_is_known, terms_are_adopted_once, all_agree_to_the_terms.
    """
    data = act.data
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    own = {act.actor} if act.role == "mediator" else set()
    agreed = frozenset({*data.agreed_by, *data.mediators_agreed, *own})
    terms_are_adopted_once(act, state)
    all_agree_to_the_terms(act, standing, agreed)
    done = all_have_signed(standing, state.signed)
    return [Placed("joint", _terms(act, agreed)), *_confirmed(state, standing, act, done=done)]


def _terms(
    act: Act[AdoptConfidentialityTerms], agreed: frozenset[str]
) -> ConfidentialityTermsAdopted:
    """Fill what the command leaves out from the profile."""
    data, profile = act.data, act.profile
    confidential, months = data.existence_confidential, data.retention_months
    return ConfidentialityTermsAdopted(
        agreed_by=tuple(sorted(agreed)),
        caucus_default=data.caucus_default or profile.caucus_default,
        existence_confidential=(
            profile.existence_confidential if confidential is None else confidential
        ),
        exceptions=(
            profile.confidentiality_exceptions if data.exceptions is None else data.exceptions
        ),
        recording=data.recording or profile.content_recording.transcripts,
        retention_months=profile.retention.sealed_content_months if months is None else months,
        sharing=data.sharing,
        scope=data.scope,
    )


def _confirmed(state: Engagement, standing: Standing, act: Act[Any], *, done: bool) -> Decision:
    """Confirm the engagement once, with the day the mediation began by the profile's trigger."""
    if state.confirmed or not done:
        return []
    on = _commenced_on(standing, act)
    return [Placed("joint", EngagementConfirmed(text_version=state.version, commenced_on=on))]


def _commenced_on(standing: Standing, act: Act[Any]) -> str | None:
    """Name the day at the seat, None where it is not recorded."""
    zone = zone_named(act.profile.counting.zone)
    if act.profile.commencement_trigger == "all_signed_agreement_to_mediate":
        day = act.when.astimezone(zone).date().isoformat()
        return day if act.occurred or not act.reported else None
    began = begun_at(act, standing)
    if began is None:
        return None
    return parse_instant(began).astimezone(zone).date().isoformat()


DECIDE: dict[type[Command], Decide] = {
    DraftAgreementToMediate: draft_agreement_to_mediate,
    SignAgreementToMediate: sign_agreement_to_mediate,
    AdoptConfidentialityTerms: adopt_confidentiality_terms,
    SignUndertaking: sign_undertaking,
    AffirmNeutrality: affirm_neutrality,
    ExplainRights: explain_rights,
    AcknowledgeRights: acknowledge_rights,
    VaryProfile: vary_profile,
    **CONFIDENCES,
    **COSTS,
}
