"""Run one part of the procedure alone: guards, decision, fold, and what every event must keep."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec
import pytest

from ledger.act import Act, Command, Decision, Placed, Role
from ledger.envelope import Event, Frame, content_bytes, describe, frame_of, with_content
from ledger.errors import RuleViolation
from ledger.instants import parse_instant
from ledger.parties import Authority, Mandate, Party, Phase, Session, Standing
from ledger.profile import Profile, builtin, load
from ledger.rooms import caucus_of, kind_of

S = TypeVar("S")

HOUSE = load(builtin()["house-default"])
AS_RECORDED = load(builtin()["as-recorded"])
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFICES: dict[str, Role] = {"mediator": "mediator", "registry": "registry"}
PERSONS = {"A": "person:abe", "B": "person:holt", "C": "person:cara"}


def standing(*parties: str, **known: Any) -> Standing:  # noqa: ANN401 - any field of a standing
    """State a running case between parties, A and B by default, each with one representative."""
    named = parties or ("A", "B")
    plain: dict[str, Any] = {
        "phase": Phase.MEDIATING,
        "parties": {p: Party(p, consent="consented") for p in named},
        "authorities": {
            (p, PERSONS[p]): Authority(p, PERSONS[p], ("negotiate", "settle", "sign"), "joint:1")
            for p in named
        },
        "mandate": Mandate(1, "active", ("person:ortiz",)),
        "terms_in_force": True,
        "rights_explained": True,
        "sessions": {"S1": Session("S1", "scheduled")},
    }
    return Standing(**{**plain, **known})


class Part(Generic[S]):
    """A part of the procedure with its state, in a case that stands still around it.

    Attributes:
        state: Folded from what was recorded.
        standing: What the other parts would say.
        now: The clock.
        placed: Everything recorded.
        noted: Rules the last act broke as a reported fact.
    """

    def __init__(
        self,
        decide: Mapping[type[Command], Callable[[S, Standing, Act[Any]], Decision]],
        evolve: Callable[[S, Frame[Any]], S],
        state: S,
        around: Standing,
        *,
        profile: Profile = HOUSE,
    ) -> None:
        """Begin with nothing recorded."""
        self.decide = {str(kind.__struct_config__.tag): (kind, f) for kind, f in decide.items()}
        self.evolve = evolve
        self.state = state
        self.standing = around
        self.profile = profile
        self.now = NOW
        self.placed: list[Placed] = []
        self.noted: list[str] = []
        self.events: dict[str, Event] = {}
        self.seqs: dict[str, int] = {}

    def do(self, name: str, by: str = "mediator", /, **data: Any) -> list[Placed]:  # noqa: ANN401 - a command's own fields
        """Give a command; keys with `at_` set the act (`at_reported`, `at_occurred`...)."""
        envelope = {k.removeprefix("at_"): data.pop(k) for k in list(data) if k.startswith("at_")}
        kind, decide = self.decide[name]
        act = self._act(msgspec.convert(data, kind), by, envelope)
        assert act.role in kind.by, f"{name} is not for {by}"
        for guard in kind.guards:
            guard(act, self.standing)
        decision = decide(self.state, self.standing, act)
        self.noted = [mark.rule for mark in act.noted]
        for placed in decision:
            self._record(placed, act)
        return decision

    def refuses(self, rule: str, name: str, by: str = "mediator", /, **data: Any) -> RuleViolation:  # noqa: ANN401 - as above
        """Expect a refusal by a rule, and nothing recorded."""
        before = len(self.placed)
        with pytest.raises(RuleViolation) as refusal:
            self.do(name, by, **data)
        assert refusal.value.rule == rule
        assert len(self.placed) == before
        return refusal.value

    def notes(self, rule: str, name: str, by: str = "mediator", /, **data: Any) -> list[Placed]:  # noqa: ANN401 - as above
        """Expect a rule to refuse an act of one's own, and to mark the same as a reported fact."""
        refusal = self.refuses(rule, name, by, **data)
        assert "--reported" in refusal.needs
        decision = self.do(name, by, **data, at_reported=True)
        assert rule in self.noted
        return decision

    def _act(self, command: Command, by: str, envelope: dict[str, Any]) -> Act[Any]:
        role = OFFICES.get(by, "party")
        actor = {"mediator": "person:ortiz", "registry": "person:clerk"}.get(by) or PERSONS[by]
        occurred = envelope.pop("occurred", self.now.isoformat())
        plain: dict[str, Any] = {
            "actor": actor,
            "when": parse_instant(occurred) if occurred else self.now,
            "occurred": occurred,
            "mandate": self.standing.mandate.number,
            "entered_by": actor,
            "rooms": dict.fromkeys(self._rooms(by), 0),
        }
        return Act(
            data=command,
            role=role,
            party=by if role == "party" else None,
            now=self.now,
            profile=self.profile,
            open=self.events.__getitem__,
            **{**plain, **envelope},
        )

    def _rooms(self, by: str) -> list[str]:
        mandate = self.standing.mandate.number
        caucuses = {p: caucus_of(p, mandate) for p in self.standing.parties}
        if by == "mediator":
            return ["joint", "chair", "mediators", *caucuses.values()]
        if by == "registry":
            return ["joint", "chair", "registry", *(f"desk:{p}" for p in caucuses)]
        return ["joint", f"party:{by}", f"desk:{by}", caucuses[by]]

    def _record(self, placed: Placed, act: Act[Any]) -> None:
        event, room = placed.event, placed.room
        assert kind_of(room) in type(event).rooms
        self.seqs[room] = self.seqs.get(room, 0) + 1
        frame = Frame(
            room=room,
            seq=self.seqs[room],
            recorded=self.now,
            occurred=act.occurred,
            actor=act.actor,
            entered_by=act.entered_by,
            auth="test",
            channel=act.channel,
            command="c",
            event=frame_of(event),
        )
        stored = msgspec.json.encode(frame.event)
        again = msgspec.json.decode(stored, type=type(event))
        assert with_content(again, content_bytes(event)) == event, "it is read as it was written"
        assert describe(frame)
        self.placed.append(placed)
        self.events[frame.ref] = event
        self.state = self.evolve(self.state, frame)


def kinds(decision: list[Placed]) -> list[tuple[str, str]]:
    """Name what was decided, as (room, event)."""
    return [(placed.room, type(placed.event).__name__) for placed in decision]


def only(decision: list[Placed]) -> Any:  # noqa: ANN401 - whichever event it is
    """Return the one event decided."""
    (placed,) = decision
    return placed.event
