"""Tell a viewer what may be done now, why not for the rest and who could change that.

All of it is computed by the rules that refuse, from what the viewer sees.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache, cached_property
from typing import Any, cast

import msgspec
from msgspec import Struct

from ledger.act import Act, Command, Role
from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.catalogue import COMMANDS, DECIDERS
from ledger.deciding import gates, instant
from ledger.decoding import converted
from ledger.envelope import Event
from ledger.errors import RuleViolation
from ledger.parties import Phase
from ledger.remedies import ITS_TIME, Remedy, backward, lifting, onward, remedies
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
        remedies: Who could remove what stands against it, and by what; empty where nobody could.
    """

    command: str
    part: str
    by: str
    may: bool
    purpose: str
    rule: str | None = None
    why: str | None = None
    needs: str | None = None
    remedies: tuple[Remedy, ...] = ()


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
    sight = Sight(file, eyes, rulebook, now)
    return sight.prospects(viewer, sight)


class Sight:
    """What some eyes see of a case at an instant, and how the rules judge from there."""

    def __init__(self, file: CaseFile, eyes: Rights, rulebook: Rulebook, now: datetime) -> None:
        """Look.

        Args:
            file: The case.
            eyes: What may be read.
            rulebook: The institution's profiles.
            now: The present instant.
        """
        self.case = file.seen_by(eyes)
        self._file = file
        self._eyes = eyes
        self._rulebook = rulebook
        self._now = now
        self._judged: dict[tuple[type[Command], str], RuleViolation | None] = {}
        self._able: dict[str, tuple[tuple[str, ...], bool]] = {}
        self._ahead: dict[frozenset[Phase], tuple[Remedy, ...]] = {}
        self._standing = self.case.standing()

    def prospects(self, viewer: str, wider: "Sight") -> list[Prospect]:
        """List the commands of a role, those that may be given now first.

        Args:
            viewer: The role, or party.
            wider: What whoever asks sees; from there it is told who could remove what.
        """
        role = cast("Role", viewer.partition(":")[0])
        found = [self._prospect(kind, viewer, role, wider) for kind in _commands_of(role)]
        return sorted(found, key=lambda prospect: not prospect.may)

    def _prospect(self, kind: type[Command], viewer: str, role: Role, wider: "Sight") -> Prospect:
        refused = self.refusal(kind, viewer)
        prospect = Prospect(
            command=str(kind.__struct_config__.tag),
            part=DECIDERS[kind][0],
            by=role,
            may=refused is None,
            purpose=(kind.__doc__ or "").split("\n")[0],
        )
        if refused is None:
            return prospect
        return msgspec.structs.replace(
            prospect,
            rule=refused.rule,
            why=refused.why,
            needs=refused.needs or None,
            remedies=wider.remedies(kind, refused.rule),
        )

    def remedies(self, kind: type[Command], rule: str) -> tuple[Remedy, ...]:
        """Say who could remove a rule that refuses a command, as far as is seen from here."""
        if rule != ITS_TIME:
            return remedies(lifting(kind, rule), self.who_may)
        if kind.during not in self._ahead:
            self._ahead[kind.during] = self._leading_to(kind.during)
        return self._ahead[kind.during]

    def _leading_to(self, during: frozenset[Phase]) -> tuple[Remedy, ...]:
        """Say who could bring the case to one of some phases."""
        ahead = remedies(onward(during, self.case.phase), self.who_may)
        back = remedies(backward(during, self.case.phase), self.who_may)
        return tuple(one for one in (*ahead, *back) if one.now) or ahead[:1]

    def who_may(self, command: str) -> tuple[tuple[str, ...], bool]:
        """Name who may give a command now, else whose it is; tell which of the two."""
        if command not in self._able:
            self._able[command] = self._who_may(COMMANDS[command])
        return self._able[command]

    def _who_may(self, kind: type[Command]) -> tuple[tuple[str, ...], bool]:
        everybody = [one for role in kind.by for one in self._in_role(role)]
        able = tuple(one for one in everybody if self.refusal(kind, one) is None)
        return (able, True) if able else (kind.by, False)

    def _in_role(self, role: Role) -> Iterator[str]:
        """Name those who could act in a role."""
        if role == "party":
            yield from (f"party:{party}" for party in self.case.intake.parties)
        elif role == "candidate":
            yield from (f"candidate:{person}" for person in self.case.neutrality.named())
        else:
            yield role

    def refusal(self, kind: type[Command], viewer: str) -> RuleViolation | None:
        """Return the rule against a command, None where nothing stands against it."""
        if (kind, viewer) not in self._judged:
            self._judged[kind, viewer] = self._refused(kind, viewer)
        return self._judged[kind, viewer]

    def _refused(self, kind: type[Command], viewer: str) -> RuleViolation | None:
        act = self._probe(kind, viewer)
        try:
            for guard in (*gates(act.data), *kind.guards):
                guard(act, self._standing)
            for occasion in kind.occasions:
                occasion(act, getattr(self.case, DECIDERS[kind][0]), self._standing)
        except RuleViolation as refused:
            return refused
        return None

    def _probe(self, kind: type[Command], viewer: str) -> Act[Any]:
        """Make an act of a viewer."""
        role, _, name = viewer.partition(":")
        actor = _actor(role, name, self.case)
        return Act(
            data=_example(kind),
            actor=actor,
            role=cast("Role", role),
            party=name if role == "party" else None,
            entered_by=actor,
            **self._shared,
        )

    @cached_property
    def _shared(self) -> dict[str, Any]:
        """Say what is the same in the act of anybody."""
        pins = self._file.pinning(self._eyes)
        ref, profile = self._rulebook.pinned(pins.intake.profile, None, pins.engagement.variations)
        last = self.case.last
        return {
            "now": self._now,
            "when": self._now,
            "occurred": instant(self._now),
            "profile": profile,
            "profile_ref": ref,
            "unconfirmed": self._rulebook.unconfirmed(ref),
            "open": _open_nothing,
            "rooms": {room: last.get(room, 0) for room in self._eyes},
            "mandate": self._file.roster.mandate,
        }


@cache
def _example(kind: type[Command]) -> Command:
    """Return valid data of a command, of which nothing is asked here."""
    return converted(kind.example, kind)


def _commands_of(role: Role) -> Iterator[type[Command]]:
    for kind in COMMANDS.values():
        if role in kind.by and not kind.opens and DECIDERS[kind][0] != "institution":
            yield kind


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
