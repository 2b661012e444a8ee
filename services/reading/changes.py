"""Tell what changed for a viewer between two moments."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from ledger.errors import DecodeError
from ledger.negotiation.proposal import status_of
from ledger.parties import ENDED
from projections.case_shown import CaseView
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.looking import Look
from services.reading.moment import read_moment, too_early
from services.reading.timeline import Entry, timeline

Facts: TypeAlias = dict[tuple[str, str], dict[str, Any]]
"""By what and which, such as (`proposal`, `joint/P1`): its facts by name."""

CASE_FACTS = (
    "number",
    "external_ref",
    "title",
    "phase",
    "outcome",
    "profile",
    "run",
    "consolidation",
    "issues",
    "agreement",
    "impasses",
    "holds",
    "irregular",
    "corrected",
    "contested",
)
LISTED = {
    "party": ("parties", "party"),
    "session": ("sessions", "session_id"),
    "settlement": ("settlements", "settlement_id"),
    "obligation": ("obligations", "obligation_id"),
}
"""Lists of a case view, with the field that names each member."""


class Change(Struct, frozen=True, kw_only=True):
    """One fact that differs.

    Attributes:
        what: Kind of thing: `case`, `party`, `mandate`, `proposal`, `deadline` and so on.
        about: Which one; `room/id` for things that are named within a room.
        change: Whether the thing came, went or changed.
        field: Which fact of it, None where the whole came or went.
        old: Before.
        new: After.
        says: The same in a sentence.
    """

    what: str
    about: str
    change: Literal["came", "went", "changed"]
    field: str | None = None
    old: Any = None
    new: Any = None
    says: str


class Difference(Struct, frozen=True, kw_only=True):
    """What changed in a case.

    Attributes:
        viewer: Whose eyes.
        before: The instant looked from first.
        after: The instant looked from then.
        changes: The facts that differ.
        events: What was recorded in between.
    """

    case_id: str
    number: str | None
    external_ref: str | None
    viewer: str
    zone: str
    before: datetime
    after: datetime
    changes: tuple[Change, ...]
    events: tuple[Entry, ...]


def diff(eyes: Eyes, case: str, since: str, until: str | None) -> Difference:
    """Tell what changed between two moments, each an instant or an entry (ROOM:SEQ).

    Raises:
        DecodeError: No such moment, or the first lies after the second.
        RuleViolation: case_is_known, viewer_is_within_role, entry_is_known.
        StoreFault: An event was altered or is missing.
    """
    first, last = read_moment(since, "--from"), read_moment(until, "--to")
    record, viewer = eyes.record(case)
    before, after = eyes.at(record, viewer, first), eyes.at(record, viewer, last)
    if before.now > after.now or len(before.kept) > len(after.kept):
        raise DecodeError("--from", "lies after --to", "the earlier moment first")
    if not after.kept:
        raise too_early(eyes.at(record, viewer, None).kept[0].frame, "--to")
    known = {kept.frame.ref for kept in before.kept}
    zone = eyes.zone(after)
    view = after.view
    return Difference(
        case_id=view.case_id,
        number=view.number,
        external_ref=view.external_ref,
        viewer=viewer,
        zone=zone.key,
        before=before.now,
        after=after.now,
        changes=tuple(changes(facts(before), facts(after))),
        events=tuple(entry for entry in timeline(after, zone) if entry.entry not in known),
    )


def facts(look: Look) -> Facts:
    """List the facts of a case that a viewer would notice changing."""
    view: dict[str, Any] = msgspec.to_builtins(look.view)
    found: Facts = {
        ("case", ""): {name: view[name] for name in CASE_FACTS},
        ("mandate", ""): _mandate(look.view),
        ("terms", ""): view["engagement"],
    }
    for what, (members, name) in LISTED.items():
        for member in view[members]:
            found[what, member.pop(name)] = member
    for deadline in look.case.deadlines.book.values():
        status = "passed" if deadline.passed(look.now) else deadline.status
        about = f"{deadline.room}/{deadline.set.deadline_id}"
        found["deadline", about] = {"on": deadline.on, "due": deadline.due, "status": status}
    ended = look.case.phase in ENDED
    for proposal in look.case.negotiation.proposals.values():
        found["proposal", f"{proposal.room}/{proposal.proposal_id}"] = {
            "by": proposal.by,
            "kind": proposal.kind,
            "status": status_of(proposal, ended=ended),
            "accepted_by": list(proposal.acceptances),
            "rejected_by": list(proposal.rejected_by),
            "superseded_by": proposal.superseded_by,
            "valid_until": proposal.valid_until,
        }
    return found


def _mandate(view: CaseView) -> dict[str, Any]:
    mandate = view.mandate
    return {
        "number": mandate.number,
        "status": mandate.status,
        "mediators": list(mandate.mediators),
        "open_disclosures": [d.disclosure_id for d in mandate.open_disclosures],
        "open_objections": [o.objection_id for o in mandate.open_objections],
    }


def changes(before: Facts, after: Facts) -> Iterator[Change]:
    """List what differs between two sets of facts, in the order of the second."""
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            yield _whole(key, old, new)
        else:
            yield from _parts(key, old, new)


def _whole(
    key: tuple[str, str], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Change:
    what, about = key
    told = new or old or {}
    facts_said = ", ".join(f"{_name(n)} {_said(what, n, v)}" for n, v in told.items() if v)
    came = old is None
    return Change(
        what=what,
        about=about,
        change="came" if came else "went",
        old=old,
        new=new,
        says=f"{what} {about}".rstrip() + f" {'came' if came else 'went'}: {facts_said}",
    )


def _parts(
    key: tuple[str, str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    what, about = key
    for name in dict.fromkeys((*new, *old)):
        was, now = old.get(name), new.get(name)
        if was != now:
            thing = f"{what} {about}: " if about else "" if what == "case" else f"{what}: "
            says = f"{thing}{_name(name)} {_said(what, name, was)} → {_said(what, name, now)}"
            yield Change(
                what=what, about=about, change="changed", field=name, old=was, new=now, says=says
            )


def _name(field: str) -> str:
    return field.replace("_", " ")


def _said(what: str, field: str, value: Any) -> str:  # noqa: ANN401 - any fact
    """Say a fact; nothing is said as a dash."""
    if value in (None, [], {}, ()):
        return words.NOTHING
    if what == "proposal" and field == "status":
        return words.status(value)
    return words.plain(value)
