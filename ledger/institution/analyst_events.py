"""Record who may study cases under pseudonyms (row J13): analysts granted, revoked."""

from typing import TypeAlias

from msgspec import UNSET

from ledger.envelope import Content, Event


class AnalystGranted(Event, frozen=True, kw_only=True, tag="analyst-granted"):
    """Analysts may look at cases from now on, under pseudonyms that are this grant's own.

    Attributes:
        grant: Its name.
        operators: Who may look with it.
        kinds: Rooms that are looked at; the common record alone.
        cases: Ids of the cases, `all` alone for every one.
        profiles: Ids of the rule profiles cases are held under, empty for all of them.
        free_text: Whether words are shown as well, names known to the record replaced in them.
        ends: First instant at which nobody looks with it any longer, UTC; None until revoked.
        approved_by: Second person.
        purpose: What for.
        consent: How those agreed whose words are shown.
    """

    row = "J13"
    rooms = ("registry",)
    says = "analyst grant {grant} given to {operators}"
    grant: str
    operators: tuple[str, ...]
    kinds: tuple[str, ...]
    cases: tuple[str, ...]
    profiles: tuple[str, ...] = ()
    free_text: bool = False
    ends: str | None = None
    approved_by: str | None = None
    purpose: Content[str] = UNSET
    consent: Content[str | None] = UNSET


class AnalystRevoked(Event, frozen=True, kw_only=True, tag="analyst-revoked"):
    """Nobody looks with a grant any longer; the secret of its pseudonyms is destroyed."""

    row = "J13"
    rooms = ("registry",)
    says = "analyst grant {grant} revoked"
    grant: str
    reason: Content[str | None] = UNSET


AnalystEvent: TypeAlias = AnalystGranted | AnalystRevoked
