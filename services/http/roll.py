"""Tell who somebody is today, by the record alone: operators, and who speaks for a party."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from ledger.casefile import CaseFile
from ledger.errors import RuleViolation
from ledger.identity import Operator
from services.house import House
from services.http.guests import Guest
from services.reading.looking import not_there

KEPT_MAX: Final = 256
PERSON: Final = "person:"


class Roll:
    """Whom the record knows; safe from many threads."""

    def __init__(self, house: House) -> None:
        """Know nobody yet.

        Args:
            house: The ledger.
        """
        self._house = house
        self._files: OrderedDict[UUID, tuple[CaseFile, Lock]] = OrderedDict()
        self._turn = Lock()

    @contextmanager
    def file(self, case_id: UUID) -> Iterator[CaseFile]:
        """Lend the frames of a case, brought up to date, for trusted code alone."""
        with self._turn:
            file, lock = self._files.setdefault(case_id, (CaseFile(case_id), Lock()))
            self._files.move_to_end(case_id)
            while len(self._files) > KEPT_MAX:
                self._files.popitem(last=False)
        with lock:
            self._house.ledger.reader.extend(file)
            yield file

    def operator(self, guest: Guest) -> Operator | None:
        """Return who a guest is today, None where it is nobody any more.

        Whoever comes over the network is bound to its own rights, on demo data too.
        """
        if guest.case_id is not None:
            assert guest.party is not None, "who is invited to a case is so for a party"
            if not self.speaks_for(guest.case_id, guest.party, guest.name):
                return None
            # The name is one of this case alone: what an operator so called may, this person may
            # not.
            return Operator(guest.name, roles=("party",), auth=guest.auth)
        try:
            known = self._house.desk.operator(guest.name, guest.auth)
        except RuleViolation:
            return None
        return replace(known, unbound=False)

    def speaks_for(self, case_id: UUID, party: str, name: str) -> bool:
        """Tell whether a person may act for a party of a case today."""
        return name in self.speakers(case_id, party)

    def speakers(self, case_id: UUID, party: str) -> list[str]:
        """Name who may act for a party of a case today."""
        with self.file(case_id) as file:
            roster = file.roster
            if party not in roster.parties:
                return []
            return [
                person.removeprefix(PERSON)
                for person, parties in roster.persons.items()
                if party in parties
            ]

    def is_called(self, guest: Guest, text: str) -> bool:
        """Tell whether a text names the one case a guest was invited to."""
        assert guest.case_id is not None, "asked of who was invited to one case"
        with self.file(guest.case_id) as file:
            intake = file.seen_by(file.rights(f"party:{guest.party}")).intake
            names = [guest.case_id.hex, str(guest.case_id), intake.external_ref]
            number = intake.number
        return text in names or bool(text and number and number.startswith(text))

    def case_called(self, guest: Guest, text: str) -> UUID:
        """Find the case a guest names; for who was invited to one case, there is no other.

        Raises:
            RuleViolation: case_is_known.
        """
        if guest.case_id is None or not self.is_called(guest, text):
            raise not_there(text)
        return guest.case_id
