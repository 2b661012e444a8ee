"""Tell the release desk: what was told in confidence, and what of it may be passed on."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict

from ledger.envelope import opened
from ledger.neutrality.change_events import HandedOver
from ledger.sessions.caucus_events import (
    CaucusInformationReceived,
    DisclosureAuthorised,
    InformationConveyed,
)
from projections import releases
from projections.releases import Release, Stands, Telling
from services.reading import words
from services.reading.contests import Contest, Contests, contests
from services.reading.eyes import Eyes
from services.reading.looking import Opened
from services.reading.sources import Source, sources


class Released(Struct, frozen=True, kw_only=True):
    """A line of the desk; the names are those of the JSON document.

    Attributes:
        room: The room it lies in.
        stands: `waiting` for a release; `released` and not told yet; `conveyed in part`,
            `conveyed`, `revoked`, `over` untold; `passed on` without a release, as the terms
            allow; `received` by the reader; `handed over` to those now in office.
        item_id: What was told in confidence.
        authorisation_id: The release, None where there is none.
        owner: Whose confidence it is.
        secrecy: What the owner said of it.
        entry: Event (room:seq) whose words these are.
        words: The exact words of the release; those of the item where there is none.
        of: The words of the item a release comes from.
        erased: Whether the words were erased.
        sealed_by: Event (room:seq) that sealed them.
        recipients: Who may be told, or was told without a release.
        waits: Who may be told and has not been.
        valid_until: Last instant to tell it.
        told: To whom it was told, when, and the entry that says so.
        passed: Entries by which it was passed on without a release.
        revoked: Event (room:seq) that took the release back.
        spared: Who was not told because of that.
        at: When it was recorded.
        contests: Objections to the entry, with their answers.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    room: str
    stands: Stands
    item_id: str | None
    authorisation_id: str | None
    owner: str | None
    secrecy: str | None
    entry: str
    words: str | None
    of: str | None
    erased: bool
    sealed_by: str | None
    recipients: tuple[str, ...]
    waits: tuple[str, ...]
    valid_until: str | None
    told: tuple[Telling, ...]
    passed: tuple[str, ...]
    revoked: str | None
    spared: tuple[str, ...]
    at: datetime
    contests: tuple[Contest, ...]


def release_desk(eyes: Eyes, case: str | None) -> Iterator[Released]:
    """Tell the desk of one case or of all, room by room.

    Raises:
        RuleViolation, DecodeError, StoreFault: As `Eyes.looks`.
    """
    for source in sources(eyes, case):
        said_of = contests(source)
        for line in releases.in_memory(source.rows(releases.PROJECTION), source.now):
            yield _released(source, line, said_of)


def _released(source: Source, line: Release, said_of: Contests) -> Released:
    listed, opened_ = source.listed, source.said(line.entry).opened
    item = source.said(line.item).opened if line.item else None
    facts = asdict(line)
    del facts["item"]
    return Released(
        **facts,
        case_id=listed.case_id,
        number=listed.number,
        external_ref=listed.external_ref,
        words=_words(opened_),
        of=None if item is None else _words(item),
        erased=opened_.erased,
        sealed_by=opened_.sealed,
        contests=said_of.get(line.entry, ()),
    )


def _words(told: Opened) -> str | None:
    """Return the words of an entry of the desk, None where they are not shown."""
    match told.event:
        case CaucusInformationReceived() as event:
            return opened(event.text, None)
        case DisclosureAuthorised() | InformationConveyed() as event:
            return opened(event.wording, None)
        case HandedOver() as event:
            return words.plain(opened(event.said, None)) if opened(event.said, None) else None
        case _:
            return None
