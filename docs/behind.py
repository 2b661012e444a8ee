"""Read from the code what a decision may record and which rules it asks."""

from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType

from ledger.act import RULES, Command
from ledger.catalogue import DECIDERS
from ledger.envelope import Event


@cache
def behind(start: FunctionType) -> frozenset[object]:
    """Find every function of ours, and every event, that a function may come to name.

    A rule is where the way ends: what it calls serves it.
    """
    found: set[object] = set()
    waiting: list[object] = [start]
    while waiting:
        one = waiting.pop()
        is_event = isinstance(one, type) and issubclass(one, Event)
        if (is_event or _is_ours(one)) and one not in found:
            found.add(one)
            if isinstance(one, FunctionType) and not is_rule(one):
                waiting.extend(_named_in(one))
    return frozenset(found)


def _is_ours(one: object) -> bool:
    return isinstance(one, FunctionType) and one.__module__.partition(".")[0] == "ledger"


def is_rule(function: FunctionType) -> bool:
    """Tell whether a function is one of the rules."""
    return function.__name__ in RULES and hasattr(function, "__wrapped__")


def rules_asked(kind: type[Command]) -> set[str]:
    """Name the rules a command may be refused by, its gates apart."""
    sources = (*kind.guards, *kind.occasions, DECIDERS[kind][1])
    return {name for source in sources for name in rules_behind(source)}


def rules_behind(source: object) -> Iterator[str]:
    """Name the rules that a function asks."""
    assert isinstance(source, FunctionType)
    for one in behind(source):
        if isinstance(one, FunctionType) and is_rule(one):
            yield one.__name__


@cache
def recording() -> dict[type[Event], list[type[Command]]]:
    """Tell which commands may record an event."""
    found: dict[type[Event], list[type[Command]]] = {}
    for kind, (_, decide) in DECIDERS.items():
        assert isinstance(decide, FunctionType)
        for one in behind(decide):
            if isinstance(one, type) and issubclass(one, Event):
                found.setdefault(one, []).append(kind)
    return found


def _named_in(function: FunctionType) -> Iterator[object]:
    """Yield what a function names: globals, members of modules, and what it has closed over."""
    yield from (cell.cell_contents for cell in function.__closure__ or ())
    for code in _codes(function.__code__):
        held = [function.__globals__.get(name) for name in code.co_names]
        yield from held
        for module in (one for one in held if isinstance(one, ModuleType)):
            yield from (vars(module).get(name) for name in code.co_names)


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)
