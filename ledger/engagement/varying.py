"""Vary single keys of the rule profile of a case, by everybody together (row C16)."""

import json
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Final

from msgspec import Meta, field

from ledger.act import Act, Broken, Command, Decision, Placed, rule
from ledger.common_rules import actor_is_mediator, party_is_known
from ledger.engagement.events import RuleProfileVaried
from ledger.engagement.rules import all_agree_to_the_variation
from ledger.engagement.state import Engagement
from ledger.errors import DecodeError
from ledger.parties import RUNNING, Phase, Standing
from ledger.profile import Profile
from ledger.profile_checks import require_consistent
from ledger.profile_keys import covers, procedure_keys, value_at, with_value
from ledger.terms import PartyId, PersonId

INSTITUTION_ONLY: Final = ("rules", "local_times", "evidence_pack_whitelist", "retention")
"""How the institution keeps its record; no case has a procedure of its own in that."""

Key = Annotated[str, Meta(min_length=1, max_length=128)]
Value = Annotated[str, Meta(min_length=1, max_length=2_000)]


class VaryProfile(Command, frozen=True, kw_only=True, tag="vary-profile"):
    """Change a key of the rule profile for this case alone, from now on; dates that run stay.

    Attributes:
        key: Such as `reply.period_days`.
        value: What it says from now on: a word, a number, true or false, a JSON list; `null`
            leaves the key out.
        also: Further keys with their values, where only together they make sense.
        agreed_by: Parties who agreed.
        mediators_agreed: Mediators who agreed; one who gives the command need not be named.
    """

    by = ("mediator", "registry")
    during = RUNNING | {Phase.INVITED, Phase.SETTLED, Phase.MONITORING}
    guards = (actor_is_mediator,)
    example: ClassVar[dict[str, Any]] = {
        "key": "settlement.signature_window_days",
        "value": "45",
        "agreed_by": ["A", "B"],
        "mediators_agreed": ["person:ortiz"],
    }
    key: Key
    value: Value
    also: dict[Key, Value] = field(default_factory=dict)
    agreed_by: tuple[PartyId, ...]
    mediators_agreed: tuple[PersonId, ...] = ()


def vary_profile(
    state: Engagement,  # noqa: ARG001 - every decision takes the three
    standing: Standing,
    act: Act[VaryProfile],
) -> Decision:
    """Vary keys, each as an event of its own; all of them or none.

    Raises:
        RuleViolation: party_is_known, key_is_known, key_may_be_varied,
            all_agree_to_the_variation, value_fits_the_key, varied_profile_is_consistent.
    """
    data, profile = act.data, act.profile
    changes = {data.key: data.value, **data.also}
    for party in data.agreed_by:
        party_is_known(act, standing, party)
    for key in changes:
        key_is_known(act, key)
        key_may_be_varied(act, profile, key)
    own = {act.actor} if act.role == "mediator" else set()
    agreed = frozenset({*data.agreed_by, *data.mediators_agreed, *own})
    all_agree_to_the_variation(act, standing, agreed)
    placed: Decision = []
    for key, value in changes.items():
        new = as_json(value)
        value_fits_the_key(act, profile, key, new)
        placed.append(
            Placed(
                "joint",
                RuleProfileVaried(
                    key=key, old=value_at(profile, key), new=new, agreed_by=tuple(sorted(agreed))
                ),
            )
        )
        profile = with_value(profile, key, new)
    varied_profile_is_consistent(act, profile)
    return placed


def as_json(value: str) -> str:
    """Write a value as JSON: what is none already is a word."""
    try:
        return json.dumps(json.loads(value), ensure_ascii=False)
    except ValueError:
        return json.dumps(value, ensure_ascii=False)


@rule("refuse")
def key_is_known(act: Act[Any], key: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a key of the profile that says something of the procedure is varied."""
    if key not in procedure_keys():
        close = get_close_matches(key, procedure_keys(), n=3) or procedure_keys()[:3]
        raise Broken(f"{key} is no key of the procedure", f"such as {', '.join(close)}")


@rule("refuse")
def key_may_be_varied(act: Act[Any], profile: Profile, key: str) -> None:  # noqa: ARG001 - a rule takes the act
    """The parties vary what the profile lets them, never how the institution keeps its record."""
    if covers((*profile.non_derogable, *INSTITUTION_ONLY), key):
        raise Broken(f"the profile lets nobody vary {key}", "another version of the profile")


@rule("refuse")
def value_fits_the_key(act: Act[Any], profile: Profile, key: str, value: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A key takes only what the profile's own file could say, and something else than before."""
    try:
        with_value(profile, key, value)
    except DecodeError as error:
        raise Broken(f"{key} cannot be {value}: {error.why}", error.needs) from None
    if value == value_at(profile, key):
        raise Broken(f"{key} is {value} already", "another value")


@rule("refuse")
def varied_profile_is_consistent(act: Act[Any], profile: Profile) -> None:  # noqa: ARG001 - a rule takes the act
    """A profile as varied contradicts itself no more than one that is adopted."""
    try:
        require_consistent(profile)
    except DecodeError as error:
        raise Broken(f"{error.field}: {error.why}", error.needs) from None
