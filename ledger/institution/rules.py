"""Say what must hold when the institution's own record changes."""

from typing import Any

from ledger.act import Act, Broken, rule
from ledger.errors import DecodeError
from ledger.instants import zone_named
from ledger.institution.state import Institution
from ledger.profile import ProfileRef, reference


@rule("refuse")
def institution_is_new(act: Act[Any], state: Institution) -> None:  # noqa: ARG001 - a rule takes the act
    """An institution is founded once."""
    if state.founded:
        raise Broken("the institution is founded", "another data folder, for another institution")


@rule("refuse")
def seat_is_a_zone(act: Act[Any], seat: str | None) -> None:  # noqa: ARG001 - a rule takes the act
    """The seat is a time zone."""
    if seat is None:
        return
    try:
        zone_named(seat)
    except DecodeError as error:
        raise Broken(error.why, error.needs) from None


@rule("refuse")
def operator_name_is_new(act: Act[Any], state: Institution, operator: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Two operators never have one name."""
    if operator in state.operators:
        raise Broken(f"there is an operator {operator}", "another name, or revoke-operator first")


@rule("refuse")
def operator_is_known(act: Act[Any], state: Institution, operator: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only an operator is revoked."""
    if operator not in state.operators:
        known = ", ".join(state.operators) or "none yet"
        raise Broken(f"there is no operator {operator}", f"one of: {known}")


@rule("refuse")
def last_registry_operator_stays(act: Act[Any], state: Institution, operator: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Somebody keeps the registry."""
    if state.with_role("registry") == (operator,):
        raise Broken(f"{operator} alone keeps the registry", "another operator with that role")


@rule("refuse")
def profile_text_is_valid(act: Act[Any], text: str) -> None:  # noqa: ARG001 - a rule takes the act
    """Only a profile that can be read is adopted."""
    try:
        reference(text)
    except DecodeError as error:
        raise Broken(str(error), error.needs) from None


@rule("refuse")
def profile_version_is_newer(act: Act[Any], state: Institution, ref: ProfileRef) -> None:  # noqa: ARG001 - a rule takes the act
    """A version of a profile, once adopted, has one text for ever; a new text has a newer one."""
    known = state.profiles.get(ref.id)
    if known is not None and ref.version <= known[0].version:
        why = f"version {known[0].version} of {ref.id} is adopted"
        raise Broken(why, f"version {known[0].version + 1} or later")
