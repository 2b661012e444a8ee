"""Play a script in two ledgers, and compare everything that B, a subscriber and an outsider get."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from msgspec.structs import replace

from ledger.answer import Answer
from ledger.catalogue import encode_frame
from ledger.errors import LedgerError
from ledger.identity import viewers_of
from ledger.rooms import NOTHING
from ledger.rulebook import rulebook_of
from services.eraser import Eraser
from services.reading import Eyes
from services.reading.showing import show
from tests.twins import outsiders, readings
from tests.twins.ledgers import Begun, Ledger, past_end, seen
from tests.twins.masks import Masks, written
from tests.twins.moves import Step
from tests.twins.people import B
from tests.twins.readings import Asked, asked

ROUND_S: Final = 3_600
"""Steps half as far apart belong to two rounds: between them both are sealed and looked at."""
NOTED: Final = "visible_to_all"
INSTANTS_MAX: Final = 12


class Leak(AssertionError):  # noqa: N818 - what is found, not what went wrong
    """B, a subscriber or an outsider gets something else in one history than in the other.

    Attributes:
        case: Place of the case, None where it is not of one.
        what: What tells.
        line: The command line that tells, None where it is no reading command.
        words: What the words of that line stand for.
    """

    def __init__(self, case: int | None, what: str, how: str) -> None:
        """Say what tells."""
        super().__init__(f"{what}: {how}")
        self.case = case
        self.what = what
        self.line: str | None = None
        self.words: Asked | None = None


class Play:
    """Two ledgers with one past, and what happens in them.

    Attributes:
        compared: Cases compared to their end in which something private stands in one history.
        parted: Why the histories of other cases went apart in public, by command and rule: who
            knows what is private may act otherwise, or be refused; from there on they are no twins.
        private: Acts by command that stand in one history alone.
        apart: Places of the cases that went apart.
    """

    def __init__(self, ledgers: tuple[Ledger, Ledger], begun: Sequence[Begun]) -> None:
        """Take both as their past left them."""
        self.ledgers = ledgers
        self.compared = 0
        self.parted: Counter[str] = Counter()
        self.private: Counter[str] = Counter()
        self._open, self._quiet = ledgers
        self._begun = begun
        self._masks = Masks()
        self._since = past_end(self._open, begun)
        self.apart: set[int] = set()
        self._acts: dict[int, list[str]] = {}
        self._hidden: dict[int, tuple[str, datetime]] = {}
        self._now = self._since
        self._lines = 0
        self._folder = Path(tempfile.mkdtemp(dir=self._open.folder.parent))

    # ------------------------------------------------------------ playing

    def all(self, steps: Iterable[Step], after_each: Callable[[], object] = lambda: None) -> None:
        """Play everything; after each round compare what is recorded and published.

        Args:
            steps: What happens, in the order of time.
            after_each: Done when a round is over and alike.

        Raises:
            Leak: Somebody gets something else in one than in the other.
        """
        last = 0
        for step in steps:
            if step.at_s - last > ROUND_S // 2:
                self._round_over()
                after_each()
            last = step.at_s
            if step.case not in self.apart:
                self._step(step)
        self._round_over()
        after_each()

    def _step(self, step: Step) -> None:
        self._now = self._since + timedelta(seconds=step.at_s)
        case = self._begun[step.case].case_id
        match step.kind:
            case "tick":
                self._tick(case)
            case "look":
                self._look(case)
            case "private":
                self._in_private(step)
            case "perhaps":
                self._perhaps(step)
            case "caucus" if not self._noted(case):
                self._in_private(step)
            case "both" | "caucus":
                self._in_both(step)

    def _tick(self, case: str) -> None:
        for ledger in self.ledgers:
            ledger.tick(case, self._now)

    def _look(self, case: str) -> None:
        """A opens its case: that too is nobody else's business."""
        self._open.clock.set(self._now)
        eyes = Eyes(self._open.house, self._open.operator("voss"))
        try:
            list(show(eyes, case))
        except LedgerError:
            return

    def _noted(self, case: str) -> bool:
        """Tell whether the rules of a case let everybody know of each caucus."""
        file, house = self._open.file(case), self._open.house
        seen_by_all = file.seen_by(file.rights("registry"))
        varied = seen_by_all.engagement.variations
        rules = rulebook_of(house.desk.institution())
        return rules.pinned(seen_by_all.intake.profile, None, varied)[1].caucus_metadata == NOTED

    def _in_private(self, step: Step) -> Answer:
        assert step.order is not None
        case = self._begun[step.case].case_id
        before = len(self._open.file(case).frames)
        answer = self._open.give(step.order, case, self._now)
        if answer.done:
            self.private[step.order.name] += 1
            self._hidden[step.case] = (step.order.id or "", self._now)
        if self._is_among_those_left(case, before):
            self.parted[f"{step.order.name} by {step.order.by} where B has left"] += 1
            self.apart.add(step.case)
        return answer

    def _is_among_those_left(self, case: str, before: int) -> bool:
        """Tell whether something was said in the joint room behind what B, who left it, reads.

        It is private to B and to nobody else: who is granted the joint room gets it.
        """
        joint = self._open.rights(case).get("joint", NOTHING)
        new = self._open.file(case).frames[before:]
        told = [f.seq for f in new if f.room == "joint" and f.channel != "clock"]
        return joint.last is not None and any(seq not in joint for seq in told)

    def _perhaps(self, step: Step) -> None:
        """Act in one; what is told in a room of B's was no private act, so also in the other.

        A room B has left counts: the last seal it holds may be of a head some entries later, which
        docs/threats.md says.
        """
        assert step.order is not None
        case = self._begun[step.case].case_id
        before = len(self._open.file(case).frames)
        told = self._in_private(step)
        eyes = self._open.rights(case)
        new = self._open.file(case).frames[before:]
        if any(frame.channel != "clock" and frame.room in eyes for frame in new):
            self._check_together(step, told, self._quiet.give(step.order, case, self._now))

    def _in_both(self, step: Step) -> None:
        assert step.order is not None
        case = self._begun[step.case].case_id
        told, quiet = (one.give(step.order, case, self._now) for one in self.ledgers)
        if step.order.by == "B":
            self._acts.setdefault(step.case, []).append(step.order.id or "")
            if told != quiet:
                raise Leak(step.case, f"the answer to {step.order.name}", f"{told}\n  {quiet}")
        self._check_together(step, told, quiet)

    def _check_together(self, step: Step, told: Answer, quiet: Answer) -> None:
        """Let a case go where one who knows what is private may do what it may not in the other."""
        if told.done != quiet.done:
            assert step.order is not None
            self.parted[f"{step.order.name} by {step.order.by}: {told.rule or quiet.rule}"] += 1
            self.apart.add(step.case)

    # ------------------------------------------------------------ comparing

    def _round_over(self) -> None:
        """Seal both at one instant; compare records, feeds and what is published."""
        for ledger in self.ledgers:
            ledger.seal(self._now)
            Eraser(ledger.house.ledger, ledger.clock).catch_up()
        self._alike(None, "the published folder", map(outsiders.published, self.ledgers))
        for number in list(self._together()):
            self._check_eyes(number)
        for number in self._together():
            self._alike(number, "the record", [self._record(number, one) for one in self.ledgers])

    def _check_eyes(self, number: int) -> None:
        """Let a case go in which whoever speaks for B was made somebody else's voice as well."""
        file = self._open.file(self._begun[number].case_id)
        if set(viewers_of(self._open.operator(B), file)) - {"party:B"}:
            self.parted["B's own person speaks for another side"] += 1
            self.apart.add(number)

    def _together(self) -> Iterator[int]:
        return (n for n in range(len(self._begun)) if n not in self.apart)

    def _record(self, number: int, ledger: Ledger) -> dict[str, str]:
        """Return what B may read of a case, byte for byte, and its rights."""
        case = self._begun[number].case_id
        eyes = ledger.rights(case)
        told = {f.ref: encode_frame(f).decode() for f in seen(ledger.file(case), eyes)}
        return {**told, "rights": repr(sorted(eyes.items()))}

    def compare(self, chance: Random) -> None:
        """Compare at the end what can be read of each case; of some everything, in every form.

        Args:
            chance: Draws what is read of which case beside what is read of all.

        Raises:
            Leak: Somebody gets something else in one than in the other.
        """
        self._now += timedelta(hours=1)
        together = list(self._together())
        whole = chance.choice(together)
        for number in together:
            self._read_case(number, chance, whole=number == whole)
        self._read_all(chance)
        self.compare_feeds()
        self.compared = len(set(together) & self._hidden.keys())

    def compare_feeds(self) -> None:
        """Compare what a subscriber to the joint rooms gets.

        Raises:
            Leak: It gets something else.
        """
        cases = {self._begun[number].case_id for number in self._together()}
        for viewed in (outsiders.feed, outsiders.taken_back):
            self._alike(None, "the feed", [viewed(one, cases) for one in self.ledgers])

    def _read_case(self, number: int, chance: Random, *, whole: bool) -> None:
        words = self._asked(number, chance)
        for line in readings.of_case(chance, whole=whole):
            self.ask(number, words, line)
        if whole:
            self._from_many_instants(number, words, chance)

    def _from_many_instants(self, number: int, words: Asked, chance: Random) -> None:
        """Look from entries B reads, and from instants something was recorded at or just before."""
        case = words.case_id
        moments = [frame.ref for frame in seen(self._quiet.file(case), self._quiet.rights(case))]
        late = [frame.recorded for frame in self._open.file(case).frames[-INSTANTS_MAX:]]
        moments += [(at + timedelta(seconds=s)).isoformat() for at in late for s in (-1, 0)]
        for at in chance.sample(sorted(set(moments)), min(len(set(moments)), INSTANTS_MAX)):
            self.ask(number, replace(words, at=at), "show CASE --json --at AT")
            self.ask(number, replace(words, at=at), "replay CASE --json --at AT")

    def _asked(self, number: int, chance: Random) -> Asked:
        case = self._begun[number].case_id
        file, eyes = self._quiet.file(case), self._quiet.rights(case)
        refs = [frame.ref for frame in seen(file, eyes)] or ["joint:1"]
        hidden, instant = self._hidden.get(number, ("private-1", self._since))
        moments = (chance.choice(refs), instant.isoformat(), self._since.isoformat())
        others = [b.case_id for n, b in enumerate(self._begun) if b.stage == "registered"]
        return Asked(
            case=file.name_for(eyes) or case,
            case_id=case,
            other=chance.choice(others or ["GO-2026-0001"]),
            at=chance.choice(moments),
            since=chance.choice(refs),
            instant=instant.isoformat(),
            command_id=chance.choice(self._acts.get(number, ["past-0-0"])),
            hidden=hidden,
        )

    def _read_all(self, chance: Random) -> None:
        """Ask of all cases at once; where some went apart in public, they would differ rightly."""
        words = self._asked(0, chance)
        for line in readings.of_all(chance, alike=not self.apart):
            self.ask(None, words, line)

    def ask(self, number: int | None, words: Asked, line: str) -> None:
        """Run a command line in both; compare what it says and what it writes."""
        told = []
        for name, ledger in zip(("open", "quiet"), self.ledgers, strict=True):
            out = self._folder / f"{name}-{self._lines}"
            ledger.clock.set(self._now)
            if "OUT" in line:
                out.mkdir()
            answer = asked(ledger, words.words(line), out)
            told.append(
                {
                    "status": str(answer.status),
                    "out": answer.out,
                    "err": answer.err,
                    **{f"file {k}": v for k, v in written(out).items()},
                }
            )
        self._lines += 1
        try:
            self._alike(number, line, told)
        except Leak as leak:
            leak.line, leak.words = line, words
            raise

    def _alike(self, number: int | None, what: str, both: Iterable[dict[str, str]]) -> None:
        one, other = both
        if list(one) != list(other):
            only = {name: (one | other)[name] for name in sorted(one.keys() ^ other.keys())}
            raise Leak(number, what, f"in one alone: {only}" if only else "another order")
        for name, text in one.items():
            shuffled = name.endswith(".seals.jsonl") or what.startswith("receipt")
            how = self._masks.differ(text, other[name], shuffled=shuffled)
            if how is not None:
                raise Leak(number, f"{what}, {name}", how)
