"""Draw what happens in two histories: in both, or in private in one of them.

From a seed alone, so that a pair can be told again; as plain data, so that it can be cut down.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from ledger.act import Command
from ledger.catalogue import COMMANDS
from tests.histories import NAMES, POOLS
from tests.spec import Order, do
from tests.twins.ledgers import Begun
from tests.twins.private import ABOUT_ANY_ROOM, CAUCUSES, PRIVATE, PROBES

Kind = Literal["both", "private", "perhaps", "caucus", "look", "tick"]
MINUTE_S: Final = 60
HOUR_S: Final = 3_600
DAY_S: Final = 24 * HOUR_S
WAITS_S: Final = (HOUR_S, HOUR_S, DAY_S, 8 * DAY_S, 22 * DAY_S, 70 * DAY_S)
"""Time between two rounds: sometimes so long that everything falls due."""


class Step(Struct, frozen=True, omit_defaults=True):
    """One thing that happens.

    Attributes:
        at_s: When, in seconds behind the end of the past.
        case: In which case, by its place.
        kind: `both`: somebody acts in both. `private`: A, the mediator or the registry acts in one
            alone, in rooms that B does not read. `perhaps`: anybody but B acts in one, and in the
            other too where B reads of it. `caucus`: one begins or ends, in one alone unless the
            rules of the case let everybody know. `look`: A looks at its case in one. `tick`: the
            timekeeper looks at the case in both.
        order: The act.
    """

    at_s: int
    case: int
    kind: Kind
    order: Order | None = None


def script(seed: int, begun: Sequence[Begun], rounds: int) -> tuple[Step, ...]:
    """Draw a script over all cases of a ledger, in the order of time."""
    chance = Random(seed)
    steps: list[Step] = []
    now = HOUR_S
    for _ in range(rounds):
        for case, one in enumerate(begun):
            steps += _slot(chance, case, one, now + case * MINUTE_S)
        now += len(begun) * MINUTE_S + chance.choice(WAITS_S)
    return tuple(_numbered(steps))


def _numbered(steps: list[Step]) -> Iterator[Step]:
    """Give each act an id of its own; now and then B takes one that may be taken in private."""
    for number, step in enumerate(steps):
        if step.order is None:
            yield step
            continue
        name = f"{step.kind}-{number}"
        if step.order.by == "B" and number % 7 == 0 and number:
            name = f"private-{number - 1}"
        yield replace(step, order=replace(step.order, id=name))


def _slot(chance: Random, case: int, begun: Begun, at: int) -> Iterator[Step]:
    """Draw what happens in a case within a minute: in private, openly, in private again."""
    for second in range(1, 1 + chance.choice((0, 3, 6, 12))):
        yield _private(chance, case, begun, at + 2 * second)
    if chance.random() < 0.8:
        orders = _conveyed(chance) if chance.random() < 0.06 else (_openly(chance, begun),)
        yield from (Step(at + 27 + n, case, "both", order) for n, order in enumerate(orders))
    if chance.random() < 0.4:
        yield _private(chance, case, begun, at + 30 + chance.randint(1, 20))
    if chance.random() < 0.2:
        yield Step(at + 55, case, "tick")


def _private(chance: Random, case: int, begun: Begun, at: int) -> Step:
    drawn = chance.random()
    if drawn < 0.04:
        return Step(at, case, "look")
    if drawn < 0.12:
        return Step(at, case, "caucus", chance.choice(CAUCUSES))
    if drawn < 0.75:
        order = _worded(chance, chance.choice(PRIVATE))
        kind: Kind = "perhaps" if order.name in ABOUT_ANY_ROOM else "private"
        return Step(at, case, kind, _timed(chance, order))
    order = drawn_order(chance, begun, chance.choice(_OTHERS), but="B")
    return Step(at, case, "perhaps", order)


_OTHERS: Final = [name for name in NAMES if name not in {order.name for order in CAUCUSES}]


def _conveyed(chance: Random) -> tuple[Order, ...]:
    """Let A release some words and the mediator pass them on, in both: B hears only them."""
    number = chance.randint(1, 999)
    item, release, words = f"XC{number}", f"XR{number}", "A sees room for movement."
    released = {"item_id": item, "authorisation_id": release, "recipients": ["B"]}
    passed = {"owner": "A", "authorisation_id": release, "wording": words}
    return (
        do("receive-in-caucus", by="A", text="We would go lower.", item_id=item),
        do("authorise-disclosure", by="A", wording=words, **released),
        do("convey-information", by="mediator", **passed),
    )


def _openly(chance: Random, begun: Begun) -> Order:
    """Draw an act of B most of the time, and one with which it wants to find out often."""
    drawn = chance.random()
    if drawn < 0.4:
        return _worded(chance, chance.choice(PROBES))
    if drawn < 0.7:
        order = drawn_order(chance, begun, chance.choice(_OF_PARTIES))
        return replace(order, by="B")
    if drawn < 0.74:
        return replace(chance.choice(CAUCUSES), data={"party": "B"})
    return drawn_order(chance, begun, chance.choice(_OTHERS))


_OF_PARTIES: Final = [name for name in NAMES if "party" in COMMANDS[name].by]


def drawn_order(chance: Random, begun: Begun, name: str, but: str | None = None) -> Order:
    """Draw one command with plausible data, by somebody who may give it."""
    kind = COMMANDS[name]
    parties = [p for p in begun.parties if p != but] if "party" in kind.by else []
    by = chance.choice([*parties, *(role for role in kind.by if role not in ("party", "clock"))])
    return _timed(chance, _worded(chance, do(name, by=by, **_data(chance, kind))))


def _data(chance: Random, kind: type[Command]) -> dict[str, Any]:
    """Take the command's example, some of its values from what other commands make."""
    data = dict(kind.example)
    for field in kind.__struct_fields__:
        pool = POOLS.get(field)
        if pool is None or chance.random() < (0.3 if field in data else 0.6):
            continue
        value = chance.choice(pool)
        shown = kind.example.get(field)
        data.pop(field, None)
        if value is not None and (
            shown is None or isinstance(shown, list) == isinstance(value, list)
        ):
            data[field] = value
    return data


def _timed(chance: Random, order: Order) -> Order:
    """Enter an act late, or by hearsay, now and then."""
    drawn = chance.random()
    if drawn < 0.05:
        return replace(order, occurred=f"2026-02-{chance.randint(10, 28)}T10:00:00+01:00")
    return replace(order, reported=True) if drawn < 0.08 else order


WORDS: Final = ("we", "could", "wait", "until", "the", "harbour", "opens", "if", "they", "pay")


def _worded(chance: Random, order: Order) -> Order:
    """Say it in other words, few or many; what is no prose stays."""
    data = {name: _prose(chance, value) for name, value in order.data.items()}
    return replace(order, data=data)


def _prose(chance: Random, value: object) -> object:
    if isinstance(value, str) and " " in value:
        length = chance.choice((1, 5, 40, 300))
        return " ".join(chance.choice(WORDS) for _ in range(length)) + "."
    return value
