"""Tell with a refusal who could remove what stands in the way, as `next` does.

Computed from what actor and operator may both read, which is what the refusal itself was decided
on: so it tells nothing that the refusal did not.
"""

from msgspec import structs

from ledger.act import Ask
from ledger.answer import Answer
from ledger.catalogue import COMMANDS, DECIDERS
from ledger.errors import LedgerError
from ledger.identity import Operator, identify
from ledger.prospects import Sight
from ledger.remedies import Remedy
from ledger.rulebook import rulebook_of
from services.house import House


class Refused(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """An answer that was refused, with what would help.

    Attributes:
        remedies: Who could remove what stands in the way, and by what; empty where nobody could.
    """

    remedies: tuple[Remedy, ...] = ()


class Remedying:
    """Add remedies to refusals; a case is read once for refusals that follow each other."""

    def __init__(self, house: House, operator: Operator) -> None:
        """Prepare.

        Args:
            house: The ledger.
            operator: Who gave the commands.
        """
        self._house = house
        self._operator = operator
        self._known: tuple[tuple[object, ...], Sight] | None = None

    def of(self, ask: Ask, answer: Answer) -> Answer:
        """Return the answer, of a refusal by the rules with what would lift it."""
        kind = COMMANDS.get(ask.command)
        if answer.rule is None or answer.done or kind is None or ask.case is None:
            return answer
        if DECIDERS[kind][0] == "institution":
            return answer
        try:
            found = self._sight(ask, ask.case).remedies(kind, answer.rule)
        except LedgerError:
            return answer  # who may not even look there is told no more
        return Refused(**structs.asdict(answer), remedies=found) if found else answer

    def _sight(self, ask: Ask, case: str) -> Sight:
        key = (case, ask.acting_for, ask.actor, self._house.ledger.reader.head())
        if self._known is None or self._known[0] != key:
            file = self._house.load(self._house.resolve(case, self._operator))
            eyes = identify(ask, self._operator, file).eyes
            rulebook = rulebook_of(self._house.desk.institution())
            self._known = (key, Sight(file, eyes, rulebook, self._house.clock.now()))
        return self._known[1]
