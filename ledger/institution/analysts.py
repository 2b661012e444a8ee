"""Give cases to analysts under pseudonyms, and take them back (row J13)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, ClassVar, TypeAlias

from msgspec import Meta

from ledger.act import Act, Command, Decision, Placed
from ledger.common_rules import second_person_is_known
from ledger.errors import DecodeError
from ledger.instants import utc, zone_named
from ledger.institution import analyst_rules as rules
from ledger.institution.analyst_events import AnalystGranted, AnalystRevoked
from ledger.institution.state import Institution
from ledger.parties import Standing
from ledger.profile_tables import ProfileId
from ledger.terms import Day, Id, PersonId, Words

GrantName: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]{0,31}\Z")]
"""Names a grant: it stands behind `analyst:`."""
RoomName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=400)]
CaseId: TypeAlias = Annotated[str, Meta(pattern=r"\A(all|[0-9a-f]{32})\Z")]
Operators: TypeAlias = Annotated[tuple[Id, ...], Meta(max_length=64)]
Rooms: TypeAlias = Annotated[tuple[RoomName, ...], Meta(min_length=1, max_length=64)]
Cases: TypeAlias = Annotated[tuple[CaseId, ...], Meta(min_length=1, max_length=1_000)]
Decide: TypeAlias = Callable[[Institution, Standing, Act[Any]], Decision]


class GrantAnalyst(Command, frozen=True, kw_only=True, tag="grant-analyst"):
    """Let analysts look at cases, under pseudonyms that are this grant's own.

    Attributes:
        grant: Its name.
        operators: Who may look with it, each an operator with the role analyst; the registry and
            the auditor may without being named.
        kinds: Rooms, `joint` alone.
        cases: Ids of cases, or `all` alone.
        profiles: Ids of rule profiles, empty for cases under any.
        free_text: Whether words are shown too, names known to the record replaced in them.
        until: Last day of it at the seat, None until it is revoked.
        approved_by: Second person, where words are shown.
        purpose: What for.
        consent: How those agreed whose words are shown.
    """

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {
        "grant": "stalls",
        "kinds": ["joint"],
        "cases": ["all"],
        "purpose": "Where talks about berths stall.",
    }
    grant: GrantName
    operators: Operators = ()
    kinds: Rooms = ("joint",)
    cases: Cases = ("all",)
    profiles: tuple[ProfileId, ...] = ()
    free_text: bool = False
    until: Day | None = None
    approved_by: PersonId | None = None
    purpose: Words
    consent: Words | None = None


class RevokeAnalyst(Command, frozen=True, kw_only=True, tag="revoke-analyst"):
    """End a grant: nobody looks with it, and its pseudonyms mean nothing to anybody."""

    by = ("registry",)
    example: ClassVar[dict[str, Any]] = {"grant": "stalls", "reason": "The study is done."}
    grant: GrantName
    reason: Words | None = None


def grant_analyst(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[GrantAnalyst],
) -> Decision:
    """Grant analysts a look at cases.

    Raises:
        RuleViolation: grant_name_is_free, analysts_read_the_common_record,
            analyst_cases_are_all_or_named, analyst_profiles_are_adopted, analysts_are_operators,
            words_are_shown_by_two_and_agreed, second_person_is_known, analyst_grant_ends_later.
        DecodeError: There is no such day.
    """
    data = act.data
    ends = None if data.until is None else _end_of(data.until, state.seat)
    rules.grant_name_is_free(act, state, data.grant)
    rules.analysts_read_the_common_record(act, data.kinds)
    rules.analyst_cases_are_all_or_named(act, data.cases)
    rules.analyst_profiles_are_adopted(act, state, data.profiles)
    rules.analysts_are_operators(act, state, data.operators)
    rules.words_are_shown_by_two_and_agreed(
        act, data.approved_by, data.consent, free_text=data.free_text
    )
    if data.approved_by is not None:
        second_person_is_known(act, data.approved_by)
    rules.analyst_grant_ends_later(act, ends)
    granted = AnalystGranted(
        grant=data.grant,
        operators=tuple(dict.fromkeys(data.operators)),
        kinds=tuple(dict.fromkeys(data.kinds)),
        cases=tuple(dict.fromkeys(data.cases)),
        profiles=tuple(dict.fromkeys(data.profiles)),
        free_text=data.free_text,
        ends=None if ends is None else utc(ends),
        approved_by=data.approved_by,
        purpose=data.purpose,
        consent=data.consent,
    )
    return [Placed("registry", granted)]


def _end_of(day: str, seat: str | None) -> datetime:
    """Return the first instant after a day at the seat.

    Raises:
        DecodeError: There is no such day.
    """
    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise DecodeError("until", f"{day} is no day there is", "such as 2026-12-31") from None
    return datetime.combine(after, time(), zone_named(seat or "UTC")).astimezone(UTC)


def revoke_analyst(
    state: Institution,
    standing: Standing,  # noqa: ARG001 - every decision takes the standing
    act: Act[RevokeAnalyst],
) -> Decision:
    """Revoke a grant.

    Raises:
        RuleViolation: analyst_is_granted.
    """
    rules.analyst_is_granted(act, state, act.data.grant)
    return [Placed("registry", AnalystRevoked(grant=act.data.grant, reason=act.data.reason))]


DECIDE: dict[type[Command], Decide] = {GrantAnalyst: grant_analyst, RevokeAnalyst: revoke_analyst}
