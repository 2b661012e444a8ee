"""Found the institution, entrust operators, adopt profiles, record lessons."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.institution import analysts, feeds, improving, keys, rules, seal_log, subject_erasing
from ledger.institution.events import (
    InstitutionFounded,
    LessonRecorded,
    OperatorAdded,
    OperatorRevoked,
    OperatorRole,
    ProfileAdopted,
    ProfileKeysConfirmed,
)
from ledger.institution.state import Institution
from ledger.parties import Standing
from ledger.profile import TEXT_BYTES_MAX, builtin, recorded, reference
from ledger.profile_tables import ProfileId
from ledger.terms import Id, Words

Roles: TypeAlias = Annotated[tuple[OperatorRole, ...], Meta(min_length=1)]


class FoundInstitution(Command, frozen=True, kw_only=True, tag="found-institution"):
    """Begin an institution's record; its first operator is added next.

    Attributes:
        name: What it is called.
        seat: IANA zone of its seat, None where only its profiles say.
        demo: Whether everything in it is invented.
    """

    by = ("registry",)
    opens = True
    example: ClassVar[dict[str, Any]] = {"name": "Harbour Office", "seat": "Europe/Oslo"}
    name: Words | None = None
    seat: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    demo: bool = False


def found_institution(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[FoundInstitution],
) -> Decision:
    """Found the institution.

    Raises:
        RuleViolation: institution_is_new, seat_is_a_zone.
    """
    data = act.data
    rules.institution_is_new(act, state)
    rules.seat_is_a_zone(act, data.seat)
    founded = InstitutionFounded(seat=data.seat, demo=data.demo, name=data.name)
    return [Placed("public", founded)]


class AddOperator(Command, frozen=True, kw_only=True, tag="add-operator"):
    """Entrust somebody with a part of the record.

    Attributes:
        name: The operating system's user name, for the command line; its person is
            `person:<name>`.
        roles: What with.
        display_name: How people call it.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {"name": "iyer", "roles": ["mediator"]}
    name: Id
    roles: Roles
    display_name: Words | None = None


def add_operator(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[AddOperator],
) -> Decision:
    """Add an operator.

    Raises:
        RuleViolation: operator_name_is_new.
    """
    data = act.data
    rules.operator_name_is_new(act, state, data.name)
    added = OperatorAdded(
        operator=data.name,
        roles=tuple(dict.fromkeys(data.roles)),
        person=f"person:{data.name}",
        display_name=data.display_name,
    )
    return [Placed("registry", added)]


class RevokeOperator(Command, frozen=True, kw_only=True, tag="revoke-operator"):
    """Take back what somebody was entrusted with."""

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {"name": "iyer"}
    name: Id
    reason: Words | None = None


def revoke_operator(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[RevokeOperator],
) -> Decision:
    """Revoke an operator.

    Raises:
        RuleViolation: operator_is_known, last_registry_operator_stays.
    """
    data = act.data
    rules.operator_is_known(act, state, data.name)
    rules.last_registry_operator_stays(act, state, data.name)
    revoked = OperatorRevoked(operator=data.name, reason=data.reason)
    return [Placed("registry", revoked)]


class AdoptProfile(Command, frozen=True, kw_only=True, tag="adopt-profile"):
    """Let a rule profile be pinned to cases; it changes no case that is open.

    Attributes:
        text: The whole profile, TOML.
        default: Whether a case that names no profile gets it from now on.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {"text": builtin()["house-default"]}
    text: Annotated[str, Meta(min_length=1, max_length=TEXT_BYTES_MAX)]
    default: bool = False


def adopt_profile(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[AdoptProfile],
) -> Decision:
    """Adopt a profile, or a new version of one.

    Raises:
        RuleViolation: profile_text_is_valid, signed_commands_exist, profile_version_is_newer.
    """
    data = act.data
    rules.profile_text_is_valid(act, data.text)
    rules.signed_commands_exist(act, recorded(data.text))
    ref = reference(data.text)
    rules.profile_version_is_newer(act, state, ref)
    adopted = ProfileAdopted(
        profile_id=ref.id,
        profile_version=ref.version,
        hash=ref.hash,
        default=data.default,
        text=data.text,
    )
    return [Placed("public", adopted)]


class ConfirmProfileKeys(Command, frozen=True, kw_only=True, tag="confirm-profile-keys"):
    """Confirm what keys of a profile rest on, so that a live case may pin it.

    Attributes:
        profile_id: Id of the profile.
        version: The version checked, None for the latest adopted.
        keys: Which keys, as its list `unconfirmed` names them.
        basis: What they were checked against.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "profile_id": "uncitral-1980-style",
        "keys": ["caucus_default"],
        "basis": "The rules as the institution adopted them, read by its counsel.",
    }
    profile_id: ProfileId
    version: int | None = None
    keys: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=128)], ...], Meta(min_length=1)
    ]
    basis: Words | None = None


def confirm_profile_keys(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[ConfirmProfileKeys],
) -> Decision:
    """Confirm keys, in public and under the name of who did.

    Raises:
        RuleViolation: profile_version_is_adopted, keys_need_confirmation.
    """
    data = act.data
    rules.profile_version_is_adopted(act, state, data.profile_id, data.version)
    ref, text = state.profiles[data.profile_id]
    rules.keys_need_confirmation(act, recorded(text), data.keys)
    confirmed = ProfileKeysConfirmed(
        profile_id=ref.id,
        profile_version=ref.version,
        keys=tuple(dict.fromkeys(data.keys)),
        basis=data.basis,
    )
    return [Placed("public", confirmed)]


class RecordLesson(Command, frozen=True, kw_only=True, tag="record-lesson"):
    """Record what was learnt, without the facts of any case; published once approved."""

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "text": "Ask for powers to sign before the text is frozen.",
        "tags": ["authority", "signature"],
        "approved": True,
    }
    text: Words
    tags: tuple[Id, ...] = ()
    approved: bool = False


def record_lesson(
    state: Institution,  # noqa: ARG001 - every decision takes the state
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[RecordLesson],
) -> Decision:
    """Record a lesson: for everybody once approved, for the registry until then."""
    data = act.data
    lesson = LessonRecorded(tags=data.tags, approved=data.approved, text=data.text)
    return [Placed("public" if data.approved else "registry", lesson)]


Decide: TypeAlias = Callable[[Institution, Standing, Act[Any]], Decision]

DECIDE: dict[type[Command], Decide] = {
    FoundInstitution: found_institution,
    AddOperator: add_operator,
    RevokeOperator: revoke_operator,
    AdoptProfile: adopt_profile,
    ConfirmProfileKeys: confirm_profile_keys,
    RecordLesson: record_lesson,
    **improving.DECIDE,
    **seal_log.DECIDE,
    **feeds.DECIDE,
    **analysts.DECIDE,
    **subject_erasing.DECIDE,
    keys.BindPersonKey: keys.bind_person_key,
    keys.RevokePersonKey: keys.revoke_person_key,
}
