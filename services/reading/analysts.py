"""Tell the registry which analyst grants there are, and destroy what those that ended leave."""

from uuid import UUID

from msgspec import Struct

from ledger.errors import RuleViolation
from ledger.identity import Operator
from ledger.institution.analyst_rules import ALL
from services.analysts import AnalystGrant, analyst_grants
from services.house import House


class GrantTold(Struct, frozen=True, kw_only=True):
    """An analyst grant as it stands; the names are those of the JSON document.

    Attributes:
        grant: Its name.
        viewer: What `--as` and `--for` take.
        operators: Who may look with it, besides registry and auditor.
        rooms: What is looked at.
        cases: Numbers of its cases, or `all`.
        profiles: Rule profiles, empty for any.
        free_text: Whether words are shown.
        ends: First instant at which nobody looks with it any longer, None until revoked.
        state: `live`, or `over` once its last day has passed.
    """

    grant: str
    viewer: str
    operators: tuple[str, ...]
    rooms: tuple[str, ...]
    cases: tuple[str, ...]
    profiles: tuple[str, ...]
    free_text: bool
    ends: str | None
    state: str


def grants_told(house: House, operator: Operator) -> list[GrantTold]:
    """List the grants, by name.

    Raises:
        RuleViolation: grants_are_the_registrys.
    """
    _check_registry(operator)
    given = analyst_grants(house.ledger.reader, house.ledger.institution_id)
    return [_told(house, grant) for grant in given.live.values()]


def _check_registry(operator: Operator) -> None:
    if not operator.unbound and "registry" not in operator.roles:
        raise RuleViolation(
            "grants_are_the_registrys",
            f"operator {operator.name} does not keep the registry",
            "an operator with the role registry",
        )


def _told(house: House, grant: AnalystGrant) -> GrantTold:
    return GrantTold(
        grant=grant.name,
        viewer=grant.viewer,
        operators=grant.operators,
        rooms=grant.rooms,
        cases=tuple(case if case == ALL else _number(house, case) for case in grant.cases),
        profiles=grant.profiles,
        free_text=grant.free_text,
        ends=None if grant.ends is None else grant.ends.isoformat(),
        state="over" if grant.is_over(house.clock.now()) else "live",
    )


def _number(house: House, case_hex: str) -> str:
    file = house.load(UUID(case_hex))
    return (file.name_for(file.rights("registry")) if file.frames else None) or case_hex
