"""Say what must hold when the institution's own record changes."""

from typing import Any

from ledger.act import Act, Broken, Command, rule
from ledger.errors import DecodeError
from ledger.instants import zone_named
from ledger.institution.state import Institution
from ledger.profile import Profile, ProfileRef, load


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
        load(text)
    except DecodeError as error:
        raise Broken(str(error), error.needs) from None


@rule("refuse")
def signed_commands_exist(act: Act[Any], profile: Profile) -> None:  # noqa: ARG001 - a rule takes the act
    """A profile asks for signatures under commands that there are."""
    known = {str(kind.__struct_config__.tag) for kind in Command.__subclasses__()}
    unknown = [name for name in profile.signed_commands if name not in known]
    if unknown:
        raise Broken(f"there is no command {', '.join(unknown)}", "names of `goodoffices schema`")


@rule("refuse")
def profile_version_is_newer(act: Act[Any], state: Institution, ref: ProfileRef) -> None:  # noqa: ARG001 - a rule takes the act
    """A version of a profile, once adopted, has one text for ever; a new text has a newer one."""
    known = state.profiles.get(ref.id)
    if known is not None and ref.version <= known[0].version:
        why = f"version {known[0].version} of {ref.id} is adopted"
        raise Broken(why, f"version {known[0].version + 1} or later")


@rule("refuse")
def profile_version_is_adopted(
    act: Act[Any],  # noqa: ARG001 - a rule takes the act
    state: Institution,
    profile_id: str,
    version: int | None,
) -> None:
    """Only the latest version of a profile the institution has adopted is confirmed."""
    known = state.profiles.get(profile_id)
    if known is None:
        adopted = ", ".join(state.profiles) or "none yet"
        raise Broken(f"the institution has adopted no profile {profile_id}", f"one of: {adopted}")
    if version not in (None, known[0].version):
        why = f"version {version} of {profile_id} is not the one to pin"
        raise Broken(why, f"version {known[0].version}")


@rule("refuse")
def keys_need_confirmation(act: Act[Any], profile: Profile, keys: tuple[str, ...]) -> None:  # noqa: ARG001 - a rule takes the act
    """Only keys that the profile lists as resting on unchecked facts are confirmed."""
    others = [key for key in keys if key not in profile.unconfirmed]
    if others:
        listed = ", ".join(profile.unconfirmed) or "none; it needs no confirmation"
        raise Broken(f"{', '.join(others)} need no confirmation", f"of: {listed}")
