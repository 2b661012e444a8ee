"""Settle whether somebody looks under an analyst grant, and at which cases."""

from itertools import islice
from typing import Final
from uuid import UUID

from ledger.errors import RuleViolation
from ledger.identity import Operator
from ledger.rooms import WHOLE
from services.analysts import VIEWER, AnalystGrant, Pseudonymity, analyst_grants
from services.house import House
from services.reading.blinding import Studied
from services.reading.looking import Record, not_there
from services.reading.tokens import CASE_PREFIX, Pseudonyms

FOR_ANALYSTS: Final = frozenset(
    {
        "cases",
        "conformance",
        "deadlines",
        "diff",
        "export",
        "obligations",
        "proposals",
        "query",
        "replay",
        "show",
        "symmetry",
        "why",
    }
)
"""Commands that tell of cases by nothing but looks at them; every other one refuses analysts."""
OFFICES: Final = ("registry", "auditor")
"""Who may look under any grant, to see what an analyst sees."""


class Study:
    """A look under a grant.

    Attributes:
        grant: The grant.
    """

    def __init__(self, house: House, grant: AnalystGrant, names: Pseudonyms) -> None:
        """Look under a grant.

        Args:
            house: The ledger.
            grant: What is granted.
            names: Its pseudonyms.
        """
        self.grant = grant
        self._house = house
        self._names = names

    def record(self, record: Record) -> Studied | None:
        """Return a case under pseudonyms, None where it is not among those given.

        Raises:
            RuleViolation: analysts_know_every_field.
        """
        pinned = record.file.seen_by({"joint": WHOLE}).intake.profile
        if not self.grant.holds(record.case_id, None if pinned is None else pinned.id):
            return None
        return Studied(record, self._names, free_text=self.grant.free_text)

    def case_id(self, text: str) -> UUID:
        """Find a case by its pseudonym, or by how that begins.

        Raises:
            RuleViolation: case_is_known; the same for a case that is not given.
        """
        begins = text.lower().removeprefix(CASE_PREFIX).replace("-", "")
        views = self._house.views
        views.bring_to_head()
        fits = (c for c in views.case_ids() if self._names.case_id(c).hex.startswith(begins))
        given = (c for c in fits if self._is_given(c))
        found = list(islice(given, 2)) if begins else []
        if len(found) == 1:
            return found[0]
        if found:
            raise RuleViolation("case_is_known", f"{text!r} fits several cases", "more of it")
        raise not_there(text)

    def _is_given(self, case_id: UUID) -> bool:
        file = self._house.load(case_id)
        pinned = file.seen_by({"joint": WHOLE}).intake.profile
        return self.grant.holds(case_id, None if pinned is None else pinned.id)


def study_of(house: House, operator: Operator, viewer: str | None) -> Study | None:
    """Settle whether somebody looks under a grant; who is nothing but an analyst does by default.

    Raises:
        RuleViolation: grant_is_known, analysts_see_pseudonyms.
    """
    kind, _, name = (viewer or "").partition(":")
    if kind != VIEWER and (viewer is not None or operator.roles != (VIEWER,)):
        return None
    given = analyst_grants(house.ledger.reader, house.ledger.institution_id).live
    mine = [grant for grant in given.values() if _may_look(house, operator, grant)]
    wanted = [grant for grant in mine if grant.name == name or _is_own(operator, grant, viewer)]
    if viewer is None and len(wanted) != 1:
        return None
    if not wanted:
        raise RuleViolation(
            "grant_is_known",
            f"the institution has given no analyst grant {name}",
            "the eyes of registry, mediator, party:<id> or auditor",
        )
    (grant,) = wanted
    _check_command(house.command)
    secret = Pseudonymity(house.ledger.keys).secret(grant)
    if secret is None:
        why = f"the secret of the analyst grant {grant.name} was destroyed"
        raise RuleViolation("grant_is_known", why, "another grant")
    return Study(house, grant, Pseudonyms(secret))


def _is_own(operator: Operator, grant: AnalystGrant, viewer: str | None) -> bool:
    """Tell whether a grant is looked under where no viewer is named."""
    return viewer is None and operator.name in grant.operators


def _may_look(house: House, operator: Operator, grant: AnalystGrant) -> bool:
    """Tell whether somebody is bound to a grant that is not over, or may look under any."""
    if grant.is_over(house.clock.now()):
        return False
    bound = operator.name in grant.operators and VIEWER in operator.roles
    return operator.unbound or bound or any(office in operator.roles for office in OFFICES)


def _check_command(command: str) -> None:
    if command not in FOR_ANALYSTS:
        why = f"what `{command or 'this'}` tells is not covered by pseudonyms"
        raise RuleViolation(
            "analysts_see_pseudonyms", why, f"one of: {', '.join(sorted(FOR_ANALYSTS))}"
        )
