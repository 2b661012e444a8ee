"""Choose what of a case may go into an evidence pack: a whitelist that fails closed (I-20).

Procedure may be proved, talks may not. Every type of event is named in `evidence_pack.toml`, with
its fields; a type or a field that is not stops the making of a pack until somebody has decided.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from ledger.envelope import Event, Frame, content_fields, tag_of
from ledger.errors import RuleViolation
from ledger.follow_up.closing_events import SettlementReported
from ledger.preparation.events import DocumentSubmitted
from ledger.record.events import LateEntryRecorded
from ledger.rooms import kind_of
from ledger.settlement.draft_events import ObligationDefined
from ledger.settlement.signature_events import SettlementExecuted

Masking: TypeAlias = Literal["always", "reasons", "never"]
When: TypeAlias = Literal["always", "executed", "final", "owed", "outside", "target"]
Ground: TypeAlias = Literal["caucus", "protected_talks", "institution_and_desk", "not_needed"]
Purpose: TypeAlias = Literal["enforcement", "defence"]
ROOMS: Final = ("joint", "chair")
"""Kinds of room a pack draws on."""
PERFORMANCE: Final = 10
"""The folder that a pack for a defence leaves empty."""
LISTS: Final[Mapping[str, bool]] = {"v2": False, "v2_reasons_masked": True}
"""By value of the profile's `evidence_pack_whitelist`: whether reasons are masked."""


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """On what conditions events of a type go into a pack.

    Attributes:
        folder: Where.
        frame: Every frame field it has.
        content: Every content field it has.
        when: Which of them.
        mask: When their content is left out.
    """

    folder: int
    frame: tuple[str, ...]
    content: tuple[str, ...]
    when: When = "always"
    mask: Masking = "never"


class Whitelist(Struct, frozen=True, forbid_unknown_fields=True):
    """What may go into a pack, and what may not and why.

    Attributes:
        include: Types of events that may, on conditions.
        exclude: Types that may not, each with its ground.
        access: Fields of the access log that may.
    """

    include: Mapping[str, Rule]
    exclude: Mapping[str, Ground]
    access: tuple[str, ...] = ()


class Picked(Struct, frozen=True):
    """An entry that goes into a pack.

    Attributes:
        ref: `room:seq`.
        folder: Its folder.
        masked: Whether its content is left out.
    """

    ref: str
    folder: int
    masked: bool


class Selection(Struct, frozen=True):
    """What goes into a pack, and what stays out.

    Attributes:
        picked: Entries, in the order of recording.
        omitted: Classes of events left out, each with its ground; whether there are any is not
            told by it.
        masked: Refs of entries whose content is left out.
    """

    picked: tuple[Picked, ...]
    omitted: tuple[tuple[Ground, tuple[str, ...]], ...]

    @property
    def masked(self) -> tuple[str, ...]:
        """Return entries whose content is left out."""
        return tuple(one.ref for one in self.picked if one.masked)


@cache
def whitelist() -> Whitelist:
    """Read the list."""
    text = resources.files("services.exports").joinpath("evidence_pack.toml").read_bytes()
    return msgspec.toml.decode(text, type=Whitelist)


def select(frames: Sequence[Frame[Any]], value: str, purpose: Purpose) -> Selection:
    """Choose from what a viewer may read of a case.

    Args:
        frames: Entries the viewer may read, in the order of recording.
        value: The profile's `evidence_pack_whitelist`.
        purpose: What the pack is for.

    Raises:
        RuleViolation: profile_allows_evidence_pack, pack_knows_every_event.
    """
    if value not in LISTS:
        why = "the rule profile of the case provides for no evidence pack"
        raise RuleViolation("profile_allows_evidence_pack", why, "a bundle, for its reader alone")
    for frame in frames:
        check_known(type(frame.event))
    picked = tuple(_picked(frames, purpose, reasons_masked=LISTS[value]))
    return Selection(picked, tuple(_omitted()))


def check_known(kind: type[Event]) -> None:
    """Refuse a type of event, or a field, on which nobody has decided.

    Raises:
        RuleViolation: pack_knows_every_event.
    """
    tag, known = tag_of(kind), whitelist()
    rule = known.include.get(tag)
    content = content_fields(kind)
    fields = {name for name in kind.__struct_fields__ if name not in content}
    if tag not in known.exclude and (
        rule is None or (fields, set(content)) != ({*rule.frame}, {*rule.content})
    ):
        why = f"nobody has decided whether {tag}, with the fields it has, may go into a pack"
        raise RuleViolation("pack_knows_every_event", why, "a row of evidence_pack.toml")


def _tag(frame: Frame[Any]) -> str:
    kind: type[Event] = type(frame.event)
    return tag_of(kind)


def _picked(
    frames: Sequence[Frame[Any]], purpose: Purpose, *, reasons_masked: bool
) -> Iterator[Picked]:
    facts = _Facts(frames)
    for frame in frames:
        rule = whitelist().include.get(_tag(frame))
        if rule is None or kind_of(frame.room) not in ROOMS:
            continue
        if rule.folder == PERFORMANCE and purpose != "enforcement":
            continue
        if facts.allow(rule.when, frame):
            masked = rule.mask == "always" or (rule.mask == "reasons" and reasons_masked)
            facts.pick(frame)
            yield Picked(frame.ref, rule.folder, masked and bool(rule.content))


class _Facts:
    """What conditions look at.

    Attributes:
        picked: Entries picked so far.
    """

    def __init__(self, frames: Iterable[Frame[Any]]) -> None:
        self.picked: set[str] = set()
        self._commands: set[tuple[str, str, str]] = set()
        self._executed: dict[str, int] = {}
        self._owed: set[str] = set()
        told = list(frames)
        for frame in told:
            match frame.event:
                case SettlementExecuted(settlement_id=settlement, draft_version=version):
                    self._executed[settlement] = version
                case _:
                    pass
        for frame in told:
            match frame.event:
                case ObligationDefined(settlement_id=settlement, obligation_id=obligation):
                    self._owed |= {obligation} if settlement in self._executed else set()
                case _:
                    pass

    def pick(self, frame: Frame[Any]) -> None:
        """Remember an entry that goes in."""
        self.picked.add(frame.ref)
        self._commands.add((frame.room, frame.command, _tag(frame)))

    def allow(self, when: When, frame: Frame[Any]) -> bool:
        """Tell whether an entry meets a condition."""
        event = frame.event
        match when:
            case "always":
                return not isinstance(event, SettlementReported) or bool(self._executed)
            case "executed":
                return getattr(event, "settlement_id", None) in self._executed
            case "final":
                version = self._executed.get(event.settlement_id)
                return version is not None and event.draft_version == version
            case "owed":
                return event.obligation_id in self._owed
            case "outside":
                return isinstance(event, DocumentSubmitted) and not event.made_for_mediation
            case "target":
                return self._is_about_picked(frame)

    def _is_about_picked(self, frame: Frame[Any]) -> bool:
        """Tell whether an entry is about one that goes in."""
        event = frame.event
        if isinstance(event, LateEntryRecorded):
            return (frame.room, frame.command, event.about) in self._commands
        targets = getattr(event, "targets", None) or (getattr(event, "target", None),)
        return bool(self.picked.intersection(targets))


def _omitted() -> Iterator[tuple[Ground, tuple[str, ...]]]:
    """List the classes that never go in: the same in every pack, so that it tells of no case."""
    grounds: dict[Ground, list[str]] = {}
    for tag, ground in sorted(whitelist().exclude.items()):
        grounds.setdefault(ground, []).append(tag)
    for ground, tags in sorted(grounds.items()):
        yield ground, tuple(tags)
