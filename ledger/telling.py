"""Tell a case's history once: each act decided by the rules on the case as it stands then."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from msgspec import UNSET
from msgspec.structs import replace

from ledger.act import Ask, Placed
from ledger.casefile import CaseFile
from ledger.deciding import Decided, Scene, decide
from ledger.envelope import NOT_RECORDED, Event, Frame, Irregularity, frame_of
from ledger.errors import RuleViolation
from ledger.falling_due import overdue
from ledger.identity import Operator
from ledger.recalling import Deed, Recalled, recalled
from ledger.record.late import is_beside
from ledger.record.state import DATES
from ledger.retold import Retold
from ledger.rooms import kind_of
from ledger.standing_in import acting, holding_together, office_is_held
from ledger.supposition import CLOCK, Fate, Judged, OtherRules, Otherwise, Past, Supposed

MOVING: Final = frozenset({"due", "on", "arithmetic"})
"""Fields of what the clock records that a supposition may move."""
Marks: TypeAlias = tuple[Irregularity, ...]


class Telling:
    """One telling of a history; `unknown` are entries of the clock that did not fall due in it."""

    def __init__(
        self,
        past: Past,
        rules: OtherRules,
        otherwise: Otherwise,
        given: frozenset[str] | None = None,
    ) -> None:
        """Begin with nothing told.

        Args:
            past: What is read of the case.
            rules: The rules it is told under.
            otherwise: What is supposed.
            given: Entries of the clock told as recorded, as nothing read says that they fall due;
                None while the history is told as it was, which finds them.
        """
        self._past = past
        self._rules = rules
        self._otherwise = otherwise
        self._given = given
        self._told = Retold(past)
        self._judged: list[Judged] = []
        self.unknown: set[str] = set()

    def done(self) -> Supposed:
        """End the telling at the instant looked from: what fell due by then, fell due."""
        for placed in self._due(self._past.now):
            self._put_fallen_due(placed, self._past.deeds[-1].first, self._past.now)
        told = self._told
        return Supposed(tuple(self._judged), told.whole(), tuple(told.file.frames), told.origin)

    def find(self, deed: Deed) -> Recalled | None:
        """Tell an act as it was; return the command that gives its very entries."""
        if deed.first.actor == CLOCK:
            self._by_the_clock(deed)
            return None
        for candidate in recalled(deed, tuple(self._told.file.roster.parties)):
            try:
                decided = self._decided(deed, candidate, reported=bool(deed.first.irregular))
            except RuleViolation:
                continue
            if self._is_as_recorded(deed, decided):
                self._take(deed, decided)
                self._judge(deed, candidate, "taken")
                return candidate
        self._as_recorded(deed)
        self._judge(deed, None, "not judged")
        return None

    def tell(self, deed: Deed, known: Recalled | None) -> None:
        """Tell an act under what is supposed."""
        if deed.first.actor == CLOCK:
            self._by_the_clock(deed)
        elif self._is_left_out(deed):
            self._told.leave_out()
            self._judge(deed, known, "left out")
        elif known is None:
            self._as_recorded(deed)
            self._judge(deed, None, "not judged")
        else:
            self._decide_again(deed, known)

    def _is_left_out(self, deed: Deed) -> bool:
        """Tell whether an act's own entry is left out, and so the whole act."""
        own = [f.ref for f in deed.frames if not is_beside(f.event)] or list(deed.refs)
        return not self._otherwise.without.isdisjoint(own)

    def _decide_again(self, deed: Deed, known: Recalled) -> None:
        try:
            decided = self._decided_or_reported(deed, known)
        except RuleViolation as refused:
            self._refuse(deed, known, refused.rule, refused.why, refused.needs)
        else:
            self._take(deed, decided)
            noted = tuple(decided.act.noted)
            fate: Fate = "taken" if noted == _noted(deed) else "irregular"
            self._judge(deed, known, fate, noted=noted)

    def _decided_or_reported(self, deed: Deed, known: Recalled) -> Decided:
        """Decide an act; where so supposed, one that is refused as a fact that was reported."""
        reported = bool(deed.first.irregular)
        if not self._otherwise.reported:
            return self._decided(deed, known, reported=reported)
        try:
            return self._decided(deed, known, reported=reported)
        except RuleViolation:
            # An import reports all there is, whoever entered it.
            first = replace(deed.first, channel="import")
            imported = Deed((first, *deed.frames[1:]), deed.events)
            return self._decided(imported, known, reported=False)

    def _refuse(self, deed: Deed, known: Recalled, rule: str, why: str, needs: str) -> None:
        if self._otherwise.keeps:
            self._as_recorded(deed)
        else:
            self._told.leave_out()
        said, needed = self._told.as_recorded(why), self._told.as_recorded(needs) or None
        self._judge(deed, known, "refused", rule=rule, why=said, needs=needed)

    def _judge(self, deed: Deed, known: Recalled | None, fate: Fate, **more: Any) -> None:  # noqa: ANN401 - fields of a judgement
        name = None if known is None else known.name
        self._judged.append(Judged(deed=deed, command=name, fate=fate, **more))

    def _decided(self, deed: Deed, known: Recalled, *, reported: bool) -> Decided:
        """Decide an act on the case as it stands, with what fell due before it."""
        first = deed.first
        due = [self._framed(p, first, first.recorded) for p in self._due(first.recorded)]
        seen = self._told.file.ahead(due) if due else self._told.file
        ask = Ask(
            command=known.name,
            id=first.command,
            actor=first.actor,
            acting_for=first.acting_for,
            room=known.room,
            occurred=NOT_RECORDED if first.occurred is None else first.occurred,
            reported=reported,
            source=first.source,
        )
        identity = acting(first, seen)
        office_is_held(identity, known, seen)
        scene = self._scene(deed, seen)
        with holding_together():
            return decide(seen, ask, self._told.renamed(known.command), identity, scene)

    def _scene(self, deed: Deed, seen: CaseFile) -> Scene:
        first, rules = deed.first, self._rules
        if first.signed is not None and self._otherwise.profile.signed_commands:
            unsigned = replace(self._otherwise.profile, signed_commands=())
            rules = replace(rules, supposed=replace(self._otherwise, profile=unsigned))
        return Scene(
            now=first.recorded,
            channel=first.channel,
            operator=Operator(
                first.entered_by.removeprefix("person:"), ("registry",), first.auth, unbound=True
            ),
            rulebook=rules,
            open=self._told.open,
            number=None if seen.frames else getattr(deed.events[0], "number", None),
        )

    def _is_as_recorded(self, deed: Deed, decided: Decided) -> bool:
        """Tell whether a decision gives the entries of an act, as far as their rooms are read."""
        new = [(p.room, frame_of(p.event)) for p in self._within(decided.placed)]
        old = [(f.room, frame_of(f.event)) for f in deed.frames]
        return new == old and tuple(decided.act.noted) == _noted(deed)

    def _within(self, placed: Sequence[Placed]) -> Iterator[Placed]:
        return (one for one in placed if one.room in self._past.rooms)

    def _take(self, deed: Deed, decided: Decided) -> None:
        """Take a decision's entries in, each in the place of the recorded one it stands for."""
        left, noted = list(deed.frames), tuple(decided.act.noted)
        due = self._due(deed.first.recorded)
        self._put_due(due, {placed.room for placed in decided.placed}, deed.first)
        for placed in self._within(decided.placed):
            same = next((f for f in left if _stands_for(f, placed)), None)
            marks = () if is_beside(placed.event) else noted
            if same is None:
                self._put_new(placed, deed.first, marks)
            else:
                left.remove(same)
                self._put(same, placed, marks)

    def _put_due(self, due: Sequence[Placed], rooms: set[str], cause: Frame[Any]) -> None:
        """Record what fell due before an act, where the writer would."""
        for placed in due:
            in_joint = "joint" in rooms and kind_of(placed.room) != "chair"
            if in_joint or placed.room in rooms:
                self._put_fallen_due(placed, cause, cause.recorded)

    def _by_the_clock(self, deed: Deed) -> None:
        """Tell what fell due, each in the place of the recorded entry it stands for.

        What was recorded and does not fall due now is left out, if it can be known to fall due.
        """
        due, left = self._due(deed.first.recorded), list(deed.frames)
        rooms = {frame.room for frame in deed.frames}
        for placed in due:
            same = next((f for f in left if _is_same_date(f, placed)), None)
            if same is not None:
                left.remove(same)
                self._put(same, placed)
            elif placed.room in rooms:
                self._put_fallen_due(placed, deed.first, deed.first.recorded)
        events = dict(zip(deed.refs, deed.events, strict=True))
        for frame in left:
            if self._given is None:
                self.unknown.add(frame.ref)
            if self._given is None or frame.ref in self._given or self._is_of_course(frame.event):
                self._put_recorded(frame, events[frame.ref])
            else:
                self._told.leave_out()

    def _due(self, now: datetime) -> list[Placed]:
        """List what falls due by an instant; of the course a case took, dates alone."""
        due = self._within(overdue(self._told.file, self._rules, now))
        return [one for one in due if not self._is_of_course(one.event)]

    def _is_of_course(self, event: Event) -> bool:
        """Tell whether something is told only as it was recorded."""
        return self._otherwise.course and not isinstance(event, DATES)

    def _as_recorded(self, deed: Deed) -> None:
        for frame, event in zip(deed.frames, deed.events, strict=True):
            self._put_recorded(frame, event)

    def _put_recorded(self, frame: Frame[Any], event: Event) -> None:
        """Take in an entry as it was recorded."""
        if self._is_wanted(frame.ref):
            told = self._told
            told.stand_for(told.in_place(frame), told.renamed(event), frame.ref)

    def _put(self, same: Frame[Any], placed: Placed, marks: tuple[Irregularity, ...] = ()) -> None:
        """Take in a decided entry in the place of a recorded one."""
        if self._is_wanted(same.ref):
            frame = self._framed(placed, same, same.recorded)
            self._told.stand_for(replace(frame, irregular=marks), placed.event, same.ref)

    def _put_new(self, placed: Placed, cause: Frame[Any], marks: Marks) -> None:
        """Take in an entry nobody recorded."""
        frame = self._framed(placed, cause, cause.recorded)
        self._told.take_in(replace(frame, irregular=marks), placed.event, cause.ref)

    def _put_fallen_due(self, placed: Placed, cause: Frame[Any], at: datetime) -> None:
        """Take in what falls due though nobody recorded it."""
        clock = replace(cause, actor=CLOCK, acting_for=None, entered_by=CLOCK, authority=None)
        self._told.take_in(self._framed(placed, clock, at), placed.event, None)

    def _is_wanted(self, ref: str) -> bool:
        """Tell whether a recorded entry is told; one that is left out is told no more."""
        wanted = ref not in self._otherwise.without
        if not wanted:
            self._told.leave_out()
        return wanted

    @staticmethod
    def _framed(placed: Placed, cause: Frame[Any], at: datetime) -> Frame[Any]:
        return replace(
            cause,
            room=placed.room,
            seq=0,
            recorded=at,
            occurred=cause.occurred if placed.occurred is UNSET else placed.occurred,
            cause=placed.cause,
            corrects=placed.corrects,
            irregular=(),
            event=frame_of(placed.event),
        )


def _noted(deed: Deed) -> Marks:
    return next((frame.irregular for frame in deed.frames if frame.irregular), ())


def _stands_for(frame: Frame[Any], placed: Placed) -> bool:
    return frame.room == placed.room and type(frame.event) is type(placed.event)


def _is_same_date(frame: Frame[Any], placed: Placed) -> bool:
    """Tell whether what fell due is what was recorded, whenever it does."""
    if not _stands_for(frame, placed):
        return False
    names = [n for n in type(frame.event).__struct_fields__ if n not in MOVING]
    return all(getattr(frame_of(placed.event), n) == getattr(frame.event, n) for n in names)
