"""Write the dates of a case as a calendar (RFC 5545), with titles that tell nobody anything.

A calendar is copied to telephones and shared with assistants. So by default an entry says only that
there is a deadline; words are asked for by name.
"""

from datetime import date, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

from projections.deadlines import Date
from services.reading.looking import Look
from services.reading.sources import from_record

OPAQUE = "Deadline"
SHOWN = frozenset({"running", "passed", "review"})
"""Dates still to be looked at; what was met, missed or waived is no longer in the calendar."""


def calendar(look: Look, *, titles: bool = False) -> bytes:
    """Write the dates a viewer may read of a case, and the days its obligations fall due.

    Args:
        look: A case, seen by a viewer from a moment.
        titles: Whether entries say what they are about.
    """
    made = Calendar()
    made.add("prodid", "-//Good Offices Ledger//deadlines//EN")
    made.add("version", "2.0")
    for one in from_record(look).dates():
        if one.status in SHOWN:
            made.add_component(_dated(look, one, titles=titles))
    for name, day in _owed(look):
        words = f"Obligation {name} falls due", f"{_name(look)}: obligation {name} falls due"
        made.add_component(_entry(look, ("obligation", name), day, words if titles else None))
    return bytes(made.to_ical())


def _dated(look: Look, one: Date, *, titles: bool) -> Event:
    title = f"{one.rule.replace('_', ' ')}{f' of {one.concerns}' if one.concerns else ''}"
    more = f"{_name(look)}: {one.arithmetic}; on expiry: {one.effect}; {one.status}"
    return _entry(look, (one.room, one.deadline_id), one.on, (title, more) if titles else None)


def _entry(
    look: Look, key: tuple[str, str], day: str, words: tuple[str, str] | None = None
) -> Event:
    """Make an entry for a whole day; its id is the same in every export and tells nothing."""
    named = "\0".join((look.record.case_id.hex, look.viewer, *key))
    on = date.fromisoformat(day)
    made = Event()
    made.add("uid", f"{sha256(named.encode()).hexdigest()[:32]}@good-offices-ledger")
    made.add("dtstamp", look.now)
    made.add("dtstart", on)
    made.add("dtend", on + timedelta(days=1))
    made.add("summary", words[0] if words else OPAQUE)
    if words:
        made.add("description", words[1])
    made.add("transp", "TRANSPARENT")
    made.add("class", "CONFIDENTIAL")
    return made


def _owed(look: Look) -> list[tuple[str, str]]:
    """List the days of obligations in force that have not passed."""
    said = look.case.follow_up
    found = []
    for obligation in look.case.standing().obligations.values():
        due = said.due(obligation)
        if due is not None and obligation.in_force and said.column(obligation) == "upcoming":
            found.append((obligation.obligation_id, due))
    return sorted(found, key=lambda one: (one[1], one[0]))


def _name(look: Look) -> str:
    return look.case.intake.number or look.case.intake.external_ref or "case"
