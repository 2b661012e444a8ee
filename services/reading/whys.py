"""Tell from any field of the views which event set it, and what it was before."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from ledger.errors import DecodeError
from projections.case_view import Listed
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.fields import MISSING, Views, near, paths, value_of
from services.reading.looking import Kept, Look
from services.reading.sources import from_record
from services.reading.walking import beginning, walk


class Cause(Struct, frozen=True, kw_only=True):
    """What gave a field a value.

    Attributes:
        value: The value, None where it is empty or went.
        entry: The event, room:seq; None where an instant passed and nothing was recorded of it.
        type: Name of its type.
        recorded: When it was written; for an instant that passed, when it was seen to have.
        occurred: When it happened, as recorded.
        actor: Who acted.
        acting_for: For whom.
        says: What happened, in a sentence.
        corrected_by: Events that correct the entry.
        voided_by: Event that declared it void.
    """

    value: Any
    entry: str | None
    type: str | None
    recorded: datetime
    occurred: str | None = None
    actor: str | None = None
    acting_for: str | None = None
    says: str
    corrected_by: tuple[str, ...] = ()
    voided_by: str | None = None


class Why(Struct, frozen=True, kw_only=True):
    """How a field of a case came to what it is.

    Attributes:
        viewer: Whose eyes.
        zone: Zone of the case.
        field: Path of the field.
        value: What it is, None where it is empty or went.
        set_by: What gave it that value, None where it never had another.
        earlier: What gave it the values before, the first first.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    viewer: str
    zone: str
    field: str
    value: Any
    set_by: Cause | None
    earlier: tuple[Cause, ...]


def why(eyes: Eyes, case: str, field: str) -> Why:
    """Tell which event set a field, from the entries that the viewer reads.

    Raises:
        RuleViolation, StoreFault: As `Eyes.look`.
        DecodeError: There is no such field in what the viewer reads; the nearest are named.
    """
    base = eyes.look(case)
    listed = from_record(base).listed
    value = value_of(Views(base, listed), field)
    causes = list(_causes(base, listed, field))
    if value is MISSING and not causes:
        close = ", ".join(near(field, paths(Views(base, listed))))
        needs = f"did you mean {close}?" if close else "a name that `goodoffices show --json` gives"
        raise DecodeError("FIELD", f"there is no field {field[:200]!r} here", needs)
    return Why(
        case_id=base.view.case_id,
        number=base.view.number,
        external_ref=base.view.external_ref,
        viewer=base.viewer,
        zone=eyes.zone(base).key,
        field=field,
        value=_shown(value),
        set_by=causes[-1] if causes else None,
        earlier=tuple(causes[:-1]),
    )


def _shown(value: Any) -> Any:  # noqa: ANN401 - any JSON
    return None if value is MISSING else value


def _causes(base: Look, listed: Listed, field: str) -> Iterator[Cause]:
    """Yield whatever changed the field, the first first."""
    last: str | None = None
    start = beginning(base, last, as_granted=False)
    views = Views(start, listed)
    known = value_of(views, field)
    for kept, look in walk(base, as_granted=False):
        value = value_of(views.of(look), field)
        if value != known:
            before = beginning(base, last, as_granted=False)
            before.now = look.now
            passed = value_of(Views(before, listed), field)
            if passed != known:
                yield _passed(passed, look.now)
            if value != passed:
                yield _set(base, kept, value)
        known, last = value, kept.frame.ref
    value = value_of(views.of(base), field)
    if value != known:
        yield _passed(value, base.now)


def _passed(value: Any, at: datetime) -> Cause:  # noqa: ANN401 - any JSON
    says = "an instant passed; no entry says so"
    return Cause(value=_shown(value), entry=None, type=None, recorded=at, says=says)


def _set(base: Look, kept: Kept, value: Any) -> Cause:  # noqa: ANN401 - any JSON
    frame, record = kept.frame, base.case.record
    return Cause(
        value=_shown(value),
        entry=frame.ref,
        type=str(type(frame.event).__struct_config__.tag),
        recorded=frame.recorded,
        occurred=frame.occurred,
        actor=frame.actor,
        acting_for=frame.acting_for,
        says=words.sentence(frame),
        corrected_by=record.corrected.get(frame.ref, ()),
        voided_by=record.voided.get(frame.ref),
    )
