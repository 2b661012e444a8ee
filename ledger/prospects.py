"""Tell a viewer what may be done now, and why not for the rest, from what the viewer sees."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import msgspec
from msgspec import Struct

from ledger.act import Act, Command, Role
from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.catalogue import COMMANDS, DECIDERS
from ledger.deciding import gates, instant
from ledger.envelope import Event
from ledger.errors import RuleViolation
from ledger.parties import Standing
from ledger.rooms import Rights
from ledger.rulebook import Rulebook


class Prospect(Struct, frozen=True, omit_defaults=True):
    """A command, and whether it may be given now.

    Attributes:
        command: Its name.
        part: Part of the procedure it belongs to.
        by: In which role.
        may: Whether nothing that can be known without its data stands against it.
        purpose: What it is for.
        rule: The rule against it.
        why: Why not, in one sentence.
        needs: What would be needed.
    """

    command: str
    part: str
    by: str
    may: bool
    purpose: str
    rule: str | None = None
    why: str | None = None
    needs: str | None = None


def prospects(
    file: CaseFile, viewer: str, eyes: Rights, rulebook: Rulebook, now: datetime
) -> list[Prospect]:
    """List the commands a viewer's role gives, those that may be given now first.

    Args:
        file: The case.
        viewer: Whose eyes.
        eyes: What they may read.
        rulebook: The institution's profiles.
        now: The present instant.
    """
    case = file.seen_by(eyes)
    role = cast("Role", viewer.partition(":")[0])
    standing, last = case.standing(), case.last
    rooms = {room: last.get(room, 0) for room in eyes}
    found = []
    for kind in _commands_of(role):
        probe = _probe(kind, viewer, (case, file.pinning(eyes)), rulebook, now)
        probe = replace(probe, rooms=rooms, mandate=file.roster.mandate)
        found.append(_judged(probe, case, standing))
    return sorted(found, key=lambda prospect: not prospect.may)


def _commands_of(role: Role) -> Iterator[type[Command]]:
    for kind in COMMANDS.values():
        if role in kind.by and not kind.opens and DECIDERS[kind][0] != "institution":
            yield kind


def _probe(
    kind: type[Command],
    viewer: str,
    cases: tuple[Case, Case],
    rulebook: Rulebook,
    now: datetime,
) -> Act[Any]:
    """Make an act of a viewer with example data, of which nothing is asked here.

    Args:
        kind: The command.
        viewer: Whose eyes.
        cases: As the viewer sees the case, and the part of it that pins the profile.
        rulebook: The institution's profiles.
        now: The present instant.
    """
    case, pins = cases
    role, _, name = viewer.partition(":")
    ref, profile = rulebook.pinned(pins.intake.profile, None, pins.engagement.variations)
    actor = _actor(role, name, case)
    return Act(
        data=msgspec.convert(kind.example, kind),
        actor=actor,
        role=cast("Role", role),
        party=name if role == "party" else None,
        now=now,
        when=now,
        occurred=instant(now),
        entered_by=actor,
        profile=profile,
        profile_ref=ref,
        unconfirmed=rulebook.unconfirmed(ref),
        open=_open_nothing,
    )


def _actor(role: str, name: str, case: Case) -> str:
    """Pick whom a viewer would act as: a party itself, a mediator in office or the last one."""
    if role == "party":
        return f"party:{name}"
    mandate = case.neutrality.mandate
    serving = mandate.mediators or case.neutrality.last_mediators
    if role == "mediator" and serving:
        return serving[0]
    return name or f"person:{role}"


def _open_nothing(ref: str) -> Event:
    raise RuleViolation("entry_is_known", f"{ref} is not opened for a prospect")


def _judged(act: Act[Any], case: Case, standing: Standing) -> Prospect:
    kind = type(act.data)
    purpose = (kind.__doc__ or "").split("\n")[0]
    tag = str(kind.__struct_config__.tag)
    part = DECIDERS[kind][0]
    try:
        for guard in (*gates(act.data), *kind.guards):
            guard(act, standing)
        for occasion in kind.occasions:
            occasion(act, getattr(case, part), standing)
    except RuleViolation as refused:
        return Prospect(
            command=tag,
            part=part,
            by=act.role,
            may=False,
            purpose=purpose,
            rule=refused.rule,
            why=refused.why,
            needs=refused.needs or None,
        )
    return Prospect(command=tag, part=part, by=act.role, may=True, purpose=purpose)
