"""Hold the rules that several parts of the procedure share."""

from collections.abc import Container
from typing import Any

from ledger.act import Act, Broken, rule
from ledger.parties import Power, Standing


@rule("refuse")
def party_is_known(act: Act[Any], standing: Standing, party: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a party of the case can be named."""
    if party not in standing.parties:
        known = ", ".join(standing.parties) or "none yet"
        raise Broken(f"{party} is not a party of this case", f"one of: {known}")


@rule("irregular")
def party_has_consented(act: Act[Any], standing: Standing) -> None:
    """A party takes part only while its consent stands."""
    if act.party is None:
        return
    party = standing.parties.get(act.party)
    if party is None or party.consent not in ("consented", "conditional"):
        state = "not given" if party is None else party.consent
        raise Broken(
            f"the consent of {act.party} is {state}", "consent of the party (give-consent)"
        )


@rule("irregular")
def mandate_is_active(act: Act[Any], standing: Standing) -> None:  # noqa: ARG001 - a rule takes the act
    """The talks need a mediator whose mandate is active."""
    if standing.mandate.status != "active" and not standing.taken_over:
        raise Broken(
            f"the mediator's mandate is {standing.mandate.status}",
            "a mediator appointed and not suspended",
        )


@rule("refuse")
def actor_is_mediator(act: Act[Any], standing: Standing) -> None:
    """Only a mediator under the current mandate acts as the mediator."""
    if act.role == "mediator" and act.actor not in standing.mandate.mediators:
        raise Broken(f"{act.actor} holds no mandate in this case", "an appointed mediator")


@rule("refuse")
def actor_has_power(act: Act[Any], standing: Standing, power: Power) -> None:
    """A representative does only what its authority allows; a party itself may do all."""
    if act.party is None or act.actor == f"party:{act.party}":
        return
    authority = standing.authorities.get((act.party, act.actor))
    if authority is None or power not in authority.powers:
        raise Broken(
            f"{act.actor} has no power to {power} for {act.party}",
            f"authority of {act.party} with the power `{power}` (authorise-representative)",
        )


@rule("refuse")
def id_is_new(act: Act[Any], taken: Container[object], key: object, name: str) -> None:  # noqa: ARG001 - a rule takes the act
    """A name is given once."""
    if key in taken:
        raise Broken(f"{name} is already taken here", "another id, or none to have the next number")
