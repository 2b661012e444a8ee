"""Say what each analyst grant is over, and keep the secret of its pseudonyms.

The secret lies in the key store under the position of the event that granted it, so that another
grant of the same name has another one; it is destroyed with its grant.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from ledger.instants import parse_instant
from ledger.institution.analyst_events import AnalystGranted, AnalystRevoked
from ledger.institution.analyst_rules import ALL
from ledger.keys import KeyGone, KeyStore
from ledger.store.reader import Reader

VIEWER: Final = "analyst"


class AnalystGrant(Struct, frozen=True):
    """A grant of analysts.

    Attributes:
        name: Its name.
        granted: Position of the event that granted it; it names this grant among those before.
        operators: Who may look with it, besides registry and auditor.
        rooms: What is looked at.
        cases: Ids of cases, `all` alone for every one.
        profiles: Ids of rule profiles, empty for any.
        free_text: Whether words are shown.
        ends: First instant at which nobody looks with it any longer, None until revoked.
    """

    name: str
    granted: int
    operators: tuple[str, ...]
    rooms: tuple[str, ...]
    cases: tuple[str, ...]
    profiles: tuple[str, ...]
    free_text: bool
    ends: datetime | None

    @property
    def viewer(self) -> str:
        """Name the viewer who looks with it."""
        return f"{VIEWER}:{self.name}"

    def is_over(self, now: datetime) -> bool:
        """Tell whether its last day has passed."""
        return self.ends is not None and now >= self.ends

    def holds(self, case_id: UUID, profile: str | None) -> bool:
        """Tell whether a case, held under a rule profile, is among those given."""
        named = ALL in self.cases or case_id.hex in self.cases
        return named and (not self.profiles or profile in self.profiles)


class Pseudonymity:
    """The secrets of a ledger's analyst grants."""

    def __init__(self, keys: KeyStore) -> None:
        """Keep them in the key store."""
        self._keys = keys

    def secret(self, grant: AnalystGrant) -> bytes | None:
        """Return the secret of a grant, drawn on first use; None where it was destroyed."""
        try:
            return self._keys.secret(_name(grant.granted))
        except KeyGone:
            return None

    def destroy(self, granted: Sequence[int]) -> None:
        """Destroy the secrets of grants, so that their pseudonyms mean nothing; may be repeated.

        Raises:
            CaseBusy: A reader keeps old pages alive: repeat it.
        """
        if granted:
            self._keys.destroy_secrets([_name(position) for position in granted])


def _name(granted: int) -> str:
    return f"analyst/{granted}"


class Given(Struct, frozen=True):
    """What the record says of grants.

    Attributes:
        live: Those not revoked, by name.
        revoked: Where those that were revoked had been granted.
    """

    live: Mapping[str, AnalystGrant]
    revoked: tuple[int, ...]


def analyst_grants(reader: Reader, ledger_id: UUID) -> Given:
    """Read the grants from the institution's own record, which alone says what they are.

    Raises:
        StoreFault: The record cannot be read.
        DecodeError: It is of a newer release.
    """
    live: dict[str, AnalystGrant] = {}
    revoked: list[int] = []
    for read, _ in reader.read_case(ledger_id):
        match read.frame.event:
            case AnalystGranted() as event:
                live[event.grant] = _grant(event, read.position)
            case AnalystRevoked() as event:
                revoked.append(live.pop(event.grant).granted)
            case _:
                pass
    return Given(dict(sorted(live.items())), tuple(revoked))


def _grant(event: AnalystGranted, position: int) -> AnalystGrant:
    return AnalystGrant(
        name=event.grant,
        granted=position,
        operators=event.operators,
        rooms=event.kinds,
        cases=event.cases,
        profiles=event.profiles,
        free_text=event.free_text,
        ends=None if event.ends is None else parse_instant(event.ends),
    )


def forget_revoked(reader: Reader, ledger_id: UUID) -> None:
    """Destroy the secrets of every grant that was revoked; may be repeated.

    Raises:
        CaseBusy: Somebody keeps old pages alive: repeat it.
    """
    Pseudonymity(reader.keys).destroy(analyst_grants(reader, ledger_id).revoked)
