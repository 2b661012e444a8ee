"""Tell the stories to a ledger: every act through the desk, each recorded at its own hour."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn
from uuid import UUID

import msgspec
from msgspec.structs import replace

from ledger.act import Ask
from ledger.casefile import CaseFile
from ledger.catalogue import decode_command
from ledger.errors import StoreFault
from ledger.identity import Operator
from ledger.rooms import WHOLE
from ledger.rulebook import INSTITUTION_EYES
from ledger.store.ledger import Ledger, Urls
from ledger.store.making import EMBEDDED
from services.clock import FakeClock
from services.demo.grievance import GRIEVANCE
from services.demo.harbour import HARBOUR
from services.demo.people import OPERATORS
from services.demo.river import RIVER
from services.demo.story import Step, Story
from services.desk import Desk

DEMO_START: Final = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
"""When the demo's institution is founded; its cases begin a week later."""
STORIES: Final = (RIVER, GRIEVANCE, HARBOUR)
AUTH: Final = "demonstration"

Progress = Callable[[int, int], None]
"""Told how many acts are done, and of how many."""


def load_demo(
    folder: Path,
    progress: Progress = lambda _done, _total: None,
    urls: Urls = EMBEDDED,
) -> list[str]:
    """Tell the stories to a ledger whose institution was founded as a demo, at DEMO_START.

    Every act goes through the desk as its own operator's, held to every rule. Command ids are
    fixed, so a second call adds nothing and one that follows a crash adds what is missing.

    Args:
        folder: The ledger's folder; nobody else writes there meanwhile.
        progress: Told of every act.
        urls: What of the ledger is not in the folder.

    Returns:
        The numbers of the cases.

    Raises:
        StoreFault: An act of a story was not taken: the ledger holds something else already.
    """
    clock = FakeClock(DEMO_START)
    with Ledger(folder, clock, urls) as ledger:
        teller = _Teller(Desk(ledger, _no_case_is_named), clock)
        if not all(map(teller.has_told, STORIES)):
            teller.entrust()
            teller.tell(progress)
        return [teller.number(story) for story in STORIES]


def _no_case_is_named(name: str, _operator: Operator) -> NoReturn:
    raise AssertionError(f"a story addresses its own case alone, not {name}")


class _Teller:
    def __init__(self, desk: Desk, clock: FakeClock) -> None:
        self._desk = desk
        self._clock = clock
        self._operators: dict[str, Operator] = {}

    def entrust(self) -> None:
        """Add the stories' people to the institution."""
        founder = self._founder()
        for name, (roles, called) in OPERATORS.items():
            data = {"name": name, "roles": roles, "display_name": called}
            ask = Ask(
                command="add-operator",
                id=f"demo-operator-{name}",
                actor=founder.person,
                acting_for="registry",
                data=_raw(data),
            )
            self._give(self._desk.ledger.institution_id, ask, founder)
            known = self._desk.operator(name, AUTH)
            self._operators[name] = replace(known, unbound=False)

    def _founder(self) -> Operator:
        state = self._desk.institution().seen_by(INSTITUTION_EYES).institution
        first, *_ = state.with_role("registry")
        return self._desk.operator(first, AUTH)

    def has_told(self, story: Story) -> bool:
        """Tell whether the last act of a story is on record."""
        last = (story.steps[-1].voice.acts_as, _id(story, len(story.steps) - 1))
        return last in self._file(story).handled

    def number(self, story: Story) -> str:
        """Return the number of a story's case."""
        file = self._file(story)
        return file.name_for(dict.fromkeys(file.seqs, WHOLE)) or ""

    def _file(self, story: Story) -> CaseFile:
        return self._desk.ledger.reader.load(self._case_id(story))

    def _case_id(self, story: Story) -> UUID:
        return self._desk.ledger.case_opened_by(story.steps[0].voice.acts_as, _id(story, 0))

    def tell(self, progress: Progress) -> None:
        """Give every act in the order of the hours, across the stories."""
        acts = [(s.recorded, story, n, s) for story in STORIES for n, s in enumerate(story.steps)]
        acts.sort(key=lambda act: act[0])
        for done, (at, story, n, said) in enumerate(acts, start=1):
            self._clock.set(at)
            self._say(story, n, said)
            progress(done, len(acts))

    def _say(self, story: Story, n: int, said: Step) -> None:
        ask = Ask(
            command=said.command,
            id=_id(story, n),
            actor=said.voice.acts_as,
            acting_for=said.voice.acting_for,
            room=said.room,
            occurred=said.occurred,
            reported=said.reported,
            data=_raw(said.data),
        )
        self._give(self._case_id(story), ask, self._operators[said.voice.operator])

    def _give(self, case_id: UUID, ask: Ask, operator: Operator) -> None:
        command = decode_command(ask.command, bytes(ask.data))
        answer = self._desk.send_to(case_id, ask, command, operator, "command line").result()
        if not answer.done:
            why = f"{ask.id} ({ask.command}): {answer.rule or answer.field}: {answer.why}"
            raise StoreFault(f"the demo cannot be told here, {why}", "an empty data folder")


def _id(story: Story, n: int) -> str:
    return f"demo-{story.slug}-{n + 1:03d}"


def _raw(data: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(data))
