"""Tell who somebody is today, by the record alone: operators, and who speaks for a party."""

from typing import Final
from uuid import UUID

from msgspec.structs import replace

from ledger.errors import RuleViolation
from ledger.identity import Operator
from services.house import House
from services.http.guests import Guest
from services.reading.looking import not_there

PERSON: Final = "person:"


class Roll:
    """Whom the record knows; safe from many threads."""

    def __init__(self, house: House) -> None:
        """Know nobody yet.

        Args:
            house: The ledger.
        """
        self._house = house

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
        with self._house.lent(case_id) as file:
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
        with self._house.lent(guest.case_id) as file:
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
