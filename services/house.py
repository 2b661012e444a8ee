"""Open a ledger with everything that reads it: the shared floor of command line and services."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Self
from uuid import UUID

from ledger.casefile import CaseFile
from ledger.errors import RuleViolation, StoreFault
from ledger.identity import Operator
from ledger.store.ledger import Ledger, Urls
from ledger.store.making import is_there
from services.accesses import KEPT_DAYS, AccessLog
from services.clock import Clock, SystemClock, new_id
from services.desk import Desk, may_see
from services.settings import Settings
from services.stores import Where

if TYPE_CHECKING:
    from services.documents.store import Documents
    from services.library import Library

CASES_SHOWN_MAX = 5
LENT_MAX = 256
"""Cases whose frames are kept open, so that who may see one need not read it anew."""
CASE_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id as it is stored, or as documents write it."""


class House:
    """A ledger, its desk and its views.

    Attributes:
        ledger: The record.
        desk: Where commands come in.
        clock: Tells the time.
        command: What is being done, for the access log.
    """

    def __init__(self, ledger: Ledger, clock: Clock, access_days: int = KEPT_DAYS) -> None:
        self.ledger = ledger
        self.clock = clock
        self.command = ""
        self._access_days = access_days
        self._lent: OrderedDict[UUID, tuple[CaseFile, Lock]] = OrderedDict()
        self._turn = Lock()
        self.desk = Desk(ledger, self.resolve)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "views" in self.__dict__:
            self.views.close()
        if "accesses" in self.__dict__:
            self.accesses.close()
        if "documents" in self.__dict__:
            self.documents.close()
        self.ledger.close()

    @cached_property
    def views(self) -> "Library":
        """Return what can be read, kept beside the record."""
        # One case is read from the record faster than what the views need is imported.
        from services.library import Library  # noqa: PLC0415 - see above

        return Library(self.ledger.folder, self.ledger.reader, self.ledger.urls.record)

    @cached_property
    def documents(self) -> "Documents":
        """Return the documents that acts name, kept beside the record."""
        from services.documents.store import Documents  # noqa: PLC0415 - most commands need none

        return Documents(self.ledger.reader, self.where, self.clock)

    @property
    def where(self) -> Where:
        """Say where the small stores of this ledger lie."""
        return Where(self.ledger.folder, self.ledger.urls.record)

    @property
    def ledger_id(self) -> str:
        """Return the ledger's id, as its stores say it."""
        return self.ledger.reader.recorder.ledger_id

    @cached_property
    def accesses(self) -> AccessLog:
        """Return the log of who opened what, kept apart from the record."""
        now, days = self.clock.now(), self._access_days
        return AccessLog(self.where, self.ledger_id, now=now, days=days)

    def resolve(self, text: str, operator: Operator) -> UUID:
        """Find a case by number, external reference or unique prefix.

        Raises:
            RuleViolation: case_is_known; the same for a case the operator may not see.
        """
        found = self._candidates(text)
        seen = found if self._sees_all(operator) else [c for c in found if self._sees(operator, c)]
        if len(seen) == 1:
            return seen[0]
        if seen:
            raise RuleViolation(
                "case_is_known", f"{text!r} fits {len(seen)} cases", "more of the number"
            )
        raise RuleViolation("case_is_known", f"there is no case {text!r}", "`goodoffices cases`")

    def load(self, case_id: UUID) -> CaseFile:
        """Read a whole case."""
        return self.ledger.reader.load(case_id)

    @contextmanager
    def lent(self, case_id: UUID) -> Iterator[CaseFile]:
        """Lend the frames of a case, brought up to date, for trusted code alone.

        Nobody else has them meanwhile; what is read of them is not kept beyond the block.

        Raises:
            StoreFault, DecodeError: As `load`.
        """
        with self._turn:
            file, lock = self._lent.setdefault(case_id, (CaseFile(case_id), Lock()))
            self._lent.move_to_end(case_id)
            while len(self._lent) > LENT_MAX:
                self._lent.popitem(last=False)
        with lock:
            self.ledger.reader.extend(file)
            yield file

    def _candidates(self, text: str) -> list[UUID]:
        recorder = self.ledger.reader.recorder
        exact = recorder.case_of_number(text)
        if exact is not None:
            return [exact]
        if CASE_ID.fullmatch(text):
            found = UUID(text)
            return [found] if recorder.stream(found, 0, limit=1) else []
        self.views.bring_to_head()
        named = self.views.cases_referred(text)
        if named:
            return named
        numbers = recorder.numbers_starting(text, CASES_SHOWN_MAX)
        return [case for n in numbers if (case := recorder.case_of_number(n)) is not None]

    @staticmethod
    def _sees_all(operator: Operator) -> bool:
        return operator.unbound or bool({"registry", "auditor"} & set(operator.roles))

    def _sees(self, operator: Operator, case_id: UUID) -> bool:
        with self.lent(case_id) as file:
            return may_see(operator, file)


def open_house(
    settings: Settings,
    *,
    create: bool = False,
    clock: Clock | None = None,
    demo: bool = False,
    told: Callable[[str], None] | None = None,
) -> House:
    """Open the ledger of the settings.

    Args:
        settings: Where it lies and who is at the keyboard.
        create: Make one where there is none; the operator becomes its registry.
        clock: Tells the time, the machine's own by default.
        demo: For a new one: everybody may look with any eyes.
        told: Is told that a ledger was made.

    Raises:
        StoreFault: There is none, or its files are missing, foreign or damaged.
    """
    at = clock or SystemClock()
    urls = urls_of(settings)
    if not create:
        if not is_there(settings.data, urls):
            raise StoreFault(
                f"there is no ledger in {_shown(settings)}",
                "`goodoffices new` makes one there; --data or GOODOFFICES_DATA names another one",
            )
        return House(Ledger(settings.data, at, urls), at, settings.access_days)
    ledger = Ledger.open_or_create(settings.data, at, UUID(new_id()), urls)
    house = House(ledger, at, settings.access_days)
    first = Operator(name=settings.operator, roles=("registry",), auth="first operator")
    with ExitStack() as on_fault:
        on_fault.enter_context(house)
        if house.desk.found(first, new_id, demo=demo) and told is not None:
            told(f"a new ledger was made in {_shown(settings)}; {first.name} is its registry")
        on_fault.pop_all()
    return house


def urls_of(settings: Settings) -> Urls:
    """Say which parts of a ledger are in databases."""
    return Urls(settings.database_url, settings.keys_url)


def _shown(settings: Settings) -> str:
    """Name where the record is, never its address, which may hold a password."""
    return (
        "the database of GOODOFFICES_DATABASE_URL" if settings.database_url else str(settings.data)
    )
