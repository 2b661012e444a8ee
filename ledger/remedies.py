"""Tell which acts would lift a rule that stands in the way; the table is data, remedies.toml."""

from collections.abc import Callable, Collection
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from ledger.act import Command
from ledger.parties import ENDED, Phase

CLOCK = "clock"
"""Stands for time that passes by itself, where a table names commands."""
OCCASION = "there_is_something_to_act_on"
ITS_TIME = "phase_allows_command"
_ORDER = list(Phase)


class Remedy(Struct, frozen=True, omit_defaults=True):
    """An act that would lift a rule, and who could do it.

    Attributes:
        command: Its name; None where nothing but time does.
        by: Who: roles and parties that may give it now, else the roles it belongs to; `clock`.
        now: Whether they may give it now, as far as the viewer sees.
    """

    command: str | None
    by: tuple[str, ...]
    now: bool = False


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """What lifts which rule; every rule about where a case stands has one place in it.

    Attributes:
        others: Rules that leave the same act to somebody else.
        final: Rules that nothing lifts.
        data: Rules that the same act passes if it is given otherwise.
        lifted: Commands that lift a rule, by the rule.
        things: Commands that bring what a command is about, by the command.
        phases: Commands that bring a case to a phase.
        back: Commands that take it back, by where it stands and where they lead.
    """

    others: frozenset[str]
    final: frozenset[str]
    data: frozenset[str]
    lifted: dict[str, tuple[str, ...]]
    things: dict[str, tuple[str, ...]]
    phases: dict[Phase, tuple[str, ...]]
    back: dict[Phase, dict[Phase, tuple[str, ...]]]


@cache
def table() -> Table:
    """Read the table that comes with the ledger."""
    text = resources.files("ledger").joinpath("remedies.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=Table)


def lifting(kind: type[Command], rule: str) -> tuple[str, ...]:
    """Name the commands that would lift a rule which refuses a command.

    Args:
        kind: The command.
        rule: The rule.
    """
    known, tag = table(), str(kind.__struct_config__.tag)
    if rule == OCCASION:
        return known.things.get(tag, ())
    return (tag,) if rule in known.others else known.lifted.get(rule, ())


def onward(during: Collection[Phase], phase: Phase) -> tuple[str, ...]:
    """Name the commands that take a case step by step on to a phase, the next step first.

    Args:
        during: Phases to be reached; the nearest counts.
        phase: Where the case stands.
    """
    ahead = [p for p in _ORDER if _leads_to(phase, p)]
    target = next((p for p in ahead if p in during), None)
    if target is None:
        return ()
    over = target in ENDED
    way = [p for p in ahead[: ahead.index(target) + 1] if (p in ENDED) == over]
    return tuple(command for p in way for command in table().phases[p])


def backward(during: Collection[Phase], phase: Phase) -> tuple[str, ...]:
    """Name the commands that take a case back to a phase it has left.

    Args:
        during: Phases to be reached.
        phase: Where the case stands.
    """
    ways = table().back.get(phase, {})
    return tuple(dict.fromkeys(c for p, commands in ways.items() if p in during for c in commands))


def _leads_to(phase: Phase, later: Phase) -> bool:
    """Tell whether a case goes on from one phase to another."""
    if later == Phase.NOT_COMMENCED:
        return phase in (Phase.REQUESTED, Phase.INVITED)
    is_over = phase in ENDED and (later not in ENDED or phase == Phase.NOT_COMMENCED)
    return _ORDER.index(later) > _ORDER.index(phase) and not is_over


def remedies(
    commands: tuple[str, ...], who: Callable[[str], tuple[tuple[str, ...], bool]]
) -> tuple[Remedy, ...]:
    """Say who could give some commands; what may be done now comes first.

    Args:
        commands: The commands, `clock` among them.
        who: Tells who may give a command now, or whose it is, and which of the two it told.
    """
    found = [Remedy(name, *who(name)) for name in commands if name != CLOCK]
    if CLOCK in commands:
        found.append(Remedy(None, (CLOCK,)))
    return tuple(sorted(found, key=lambda remedy: not remedy.now))
