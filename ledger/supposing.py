"""Tell a case's history again under a supposition, in memory: an entry left out, other rules.

Every act is found again from its entries (recalling.py) and decided by the same rules on the case
as it stands then. An act that gives other entries than those recorded even where nothing is
supposed cannot be judged from what is read; it is taken as recorded whatever is supposed. All of
it follows from the entries handed in, so it tells nobody more than those.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Struct
from msgspec.structs import astuple, replace

from ledger.act import RULES, Ask, Placed
from ledger.case import Case
from ledger.casefile import CaseFile
from ledger.catalogue import AnyEvent
from ledger.deciding import Decided, Scene, decide
from ledger.envelope import NOT_RECORDED, Event, Frame, Irregularity, frame_of, tag_of
from ledger.errors import DecodeError, RuleViolation
from ledger.falling_due import overdue
from ledger.identity import Identity, Operator
from ledger.profile import Profile, ProfileRef
from ledger.profile_keys import with_value
from ledger.recalling import Deed, Recalled, recalled
from ledger.record.late import is_beside
from ledger.rooms import WHOLE, kind_of
from ledger.rulebook import Rulebook, Variations

CLOCK: Final = "clock"
MOVING: Final = frozenset({"due", "on", "arithmetic"})
"""Fields of what the clock records that a supposition may move."""

Open: TypeAlias = Callable[[str], Event]
"""Opens an entry (room:seq) that is read, with its content."""
Fate: TypeAlias = Literal["taken", "refused", "irregular", "not judged", "left out"]


class Past(Struct, frozen=True):
    """What is read of a case.

    Attributes:
        case_id: The case.
        deeds: Its acts, in the order of recording.
        open: Opens an entry.
        rooms: Rooms that are read.
        now: The instant looked from.
    """

    case_id: UUID
    deeds: tuple[Deed, ...]
    open: Open
    rooms: frozenset[str]
    now: datetime


class Otherwise(Struct, frozen=True, kw_only=True):
    """A supposition.

    Attributes:
        without: Entries (room:seq) left out.
        profile: The profile the case goes by.
        own: Whether that is the one pinned to it, so that what its parties varied counts.
        keys: Keys that say something else, each with its JSON.
        keeps: Whether an act that is refused is taken all the same.
        reported: Whether every act is judged as a fact that was reported.
    """

    profile: Profile
    own: bool = True
    without: frozenset[str] = frozenset()
    keys: Variations = ()
    keeps: bool = False
    reported: bool = False


class Judged(Struct, frozen=True, kw_only=True):
    """An act, and what becomes of it.

    Attributes:
        deed: Its entries.
        command: The command found behind it, None where none was.
        fate: What becomes of it.
        rule: The rule that refuses it.
        why: Why, in a sentence.
        needs: What would be needed.
        noted: Rules it breaks as a fact that was reported.
    """

    deed: Deed
    command: str | None
    fate: Fate
    rule: str | None = None
    why: str | None = None
    needs: str | None = None
    noted: tuple[Irregularity, ...] = ()


class Supposed(Struct, frozen=True):
    """A history told again.

    Attributes:
        judged: Its acts, in the order of recording.
        case: Where it ends, all that is read folded.
    """

    judged: tuple[Judged, ...]
    case: Case


class OtherRules(Rulebook, frozen=True):
    """The institution's rulebook, but every case goes by one profile.

    Attributes:
        supposed: What is supposed.
        ref: How the case pins its profile.
    """

    supposed: Otherwise | None = None
    ref: ProfileRef | None = None

    def pinned(
        self,
        ref: ProfileRef | None,  # noqa: ARG002 - whatever the case pins
        wanted: str | None,  # noqa: ARG002 - or asks for
        variations: Variations = (),
    ) -> tuple[ProfileRef, Profile]:
        """Return the profile supposed, as varied where it is the case's own."""
        assert self.supposed is not None
        assert self.ref is not None
        keys = (*(variations if self.supposed.own else ()), *self.supposed.keys)
        return self.ref, _with(self.supposed.profile, keys)

    def unconfirmed(self, ref: ProfileRef) -> tuple[str, ...]:  # noqa: ARG002 - nobody waits here
        """Wait for nothing: what is only supposed needs nobody's word."""
        return ()


def _with(profile: Profile, keys: Variations) -> Profile:
    for key, value in keys:
        profile = with_value(profile, key, value)
    return profile


def deeds(frames: Sequence[Frame[AnyEvent]], open_: Open) -> tuple[Deed, ...]:
    """Part entries into acts.

    Args:
        frames: Entries, in the order of recording.
        open_: Opens one.
    """
    acts = (tuple(act) for _, act in groupby(frames, key=_act_of))
    return tuple(Deed(act, tuple(open_(frame.ref) for frame in act)) for act in acts)


def _act_of(frame: Frame[AnyEvent]) -> tuple[str, str]:
    """Name the act of an entry; what fell due at one instant stands together."""
    named = str(frame.recorded) if frame.actor == CLOCK else frame.command
    return frame.actor, named


class History:
    """A case's history that can be told again, each of its acts found once."""

    def __init__(self, past: Past, rulebook: Rulebook, ref: ProfileRef, profile: Profile) -> None:
        """Find the command behind every act, by telling the history as it was.

        Args:
            past: What is read of the case.
            rulebook: The institution's profiles.
            ref: The profile pinned to the case.
            profile: The same, as it was adopted.
        """
        self.past = past
        self._rulebook = rulebook
        self._ref = ref
        self.profile = profile
        self._known: dict[tuple[str, ...], Recalled | None] = {}
        telling = self._telling(Otherwise(profile=profile))
        for deed in past.deeds:
            self._known[deed.refs] = telling.find(deed)
        self.told = telling.done()

    def suppose(self, otherwise: Otherwise) -> Supposed:
        """Tell the history under a supposition."""
        telling = self._telling(otherwise)
        for deed in self.past.deeds:
            telling.tell(deed, self._known[deed.refs])
        return telling.done()

    def _telling(self, otherwise: Otherwise) -> "_Telling":
        rules = OtherRules(
            self._rulebook.by_hash,
            self._rulebook.latest,
            self._rulebook.default,
            demo=True,
            operators=self._rulebook.operators,
            supposed=otherwise,
            ref=self._ref,
        )
        return _Telling(self.past, rules, otherwise)


class _Telling:
    """One telling of a history: the case as far as it is told."""

    def __init__(self, past: Past, rules: OtherRules, otherwise: Otherwise) -> None:
        self._past = past
        self._rules = rules
        self._otherwise = otherwise
        self._file = CaseFile(past.case_id)
        self._events: dict[str, Event] = {}
        self._judged: list[Judged] = []
        self._last = {f.room: f.seq for deed in past.deeds for f in deed.frames}

    def done(self) -> Supposed:
        """End the telling at the instant looked from: what fell due by then, fell due."""
        for placed in self._due(self._past.now):
            self._put_new(placed, self._past.deeds[-1].first, self._past.now)
        rooms = dict.fromkeys(self._file.seqs, WHOLE)
        return Supposed(tuple(self._judged), self._file.seen_by(rooms))

    def find(self, deed: Deed) -> Recalled | None:
        """Tell an act as it was; return the command that gives its very entries."""
        if deed.first.actor == CLOCK:
            self._by_the_clock(deed)
            return None
        mediators = self._file.roster.mediators
        for candidate in recalled(deed, mediators):
            try:
                decided = self._decided(deed, candidate, reported=bool(deed.first.irregular))
            except (RuleViolation, DecodeError):
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
        reported = self._otherwise.reported or bool(deed.first.irregular)
        try:
            decided = self._decided(deed, known, reported=reported)
        except RuleViolation as refused:
            self._refuse(deed, known, refused.rule, refused.why, refused.needs)
        except DecodeError as unreadable:
            self._refuse(deed, known, "date_can_be_counted", unreadable.why, unreadable.needs)
        else:
            self._take(deed, decided)
            noted = tuple(decided.act.noted)
            self._judge(deed, known, "irregular" if noted else "taken", noted=noted)

    def _refuse(self, deed: Deed, known: Recalled, rule: str, why: str, needs: str) -> None:
        if self._otherwise.keeps:
            self._as_recorded(deed)
        self._judge(deed, known, "refused", rule=rule, why=why, needs=needs or None)

    def _judge(self, deed: Deed, known: Recalled | None, fate: Fate, **more: Any) -> None:  # noqa: ANN401 - fields of a judgement
        name = None if known is None else known.name
        self._judged.append(Judged(deed=deed, command=name, fate=fate, **more))

    def _decided(self, deed: Deed, known: Recalled, *, reported: bool) -> Decided:
        """Decide an act on the case as it stands, with what fell due before it."""
        first = deed.first
        due = [self._framed(p, first, first.recorded) for p in self._due(first.recorded)]
        seen = self._file.ahead(due) if due else self._file
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
        scene = self._scene(deed, known, seen)
        return decide(seen, ask, known.command, _identity(first, seen), scene)

    def _scene(self, deed: Deed, known: Recalled, seen: CaseFile) -> Scene:
        first, rules = deed.first, self._rules
        if first.signed is not None and self._otherwise.profile.signed_commands:
            unsigned = replace(self._otherwise.profile, signed_commands=())
            rules = replace(rules, supposed=replace(self._otherwise, profile=unsigned))
        opens = known.command.opens and not seen.frames
        return Scene(
            now=first.recorded,
            channel=first.channel,
            operator=Operator(
                first.entered_by.removeprefix("person:"), ("registry",), first.auth, unbound=True
            ),
            rulebook=rules,
            open=self._open,
            number=getattr(deed.events[0], "number", None) if opens else None,
        )

    def _open(self, ref: str) -> Event:
        return self._events[ref] if ref in self._events else self._past.open(ref)

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
                self._put_new(placed, deed.first, deed.first.recorded, marks)
            else:
                left.remove(same)
                self._put(replace(same, event=frame_of(placed.event), irregular=marks), placed.event)

    def _put_due(self, due: Sequence[Placed], rooms: set[str], cause: Frame[Any]) -> None:
        """Record what fell due before an act, where the writer would."""
        for placed in due:
            in_joint = "joint" in rooms and kind_of(placed.room) != "chair"
            if in_joint or placed.room in rooms:
                self._put_new(placed, cause, cause.recorded)

    def _by_the_clock(self, deed: Deed) -> None:
        """Tell what fell due, each in the place of the recorded entry it stands for.

        What was recorded and does not fall due now is left out; so is what cannot be known to.
        """
        due = self._due(deed.first.recorded)
        rooms = {frame.room for frame in deed.frames}
        left = list(deed.frames)
        for placed in due:
            same = next((f for f in left if _is_same_date(f, placed)), None)
            if same is not None:
                left.remove(same)
                self._put(replace(same, event=frame_of(placed.event)), placed.event)
            elif placed.room in rooms:
                self._put_new(placed, deed.first, deed.first.recorded)

    def _due(self, now: datetime) -> list[Placed]:
        found = overdue(self._file, self._rules, now)
        return list(self._within(found))

    def _as_recorded(self, deed: Deed) -> None:
        for frame, event in zip(deed.frames, deed.events, strict=True):
            self._put(frame, event)

    def _put_new(
        self,
        placed: Placed,
        cause: Frame[Any],
        at: datetime,
        marks: tuple[Irregularity, ...] = (),
    ) -> None:
        """Take in an entry nobody recorded, numbered after all that were."""
        seq = self._last[placed.room] = self._last.get(placed.room, 0) + 1
        frame = self._framed(placed, cause, at)
        self._put(replace(frame, seq=seq, irregular=marks), placed.event)

    def _put(self, frame: Frame[Any], event: Event) -> None:
        if frame.ref in self._otherwise.without:
            return
        self._file.take_in(frame)
        self._events[frame.ref] = event

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


def _identity(frame: Frame[Any], file: CaseFile) -> Identity:
    """Say who acted; with the eyes of its office, of a file that holds no more than is read."""
    role, _, party = (frame.acting_for or "registry").partition(":")
    viewer = {
        "party": f"party:{party}",
        "mediator": "mediator",
        "challenge": "challenge",
        "candidate": f"candidate:{frame.actor}",
    }.get(role, "registry")
    return Identity(
        actor=frame.actor,
        role=role,  # type: ignore[arg-type] # an act was recorded with its role
        party=party or None,
        acting_for=frame.acting_for or role,
        eyes=file.rights(viewer),
    )


def _noted(deed: Deed) -> tuple[Irregularity, ...]:
    return next((frame.irregular for frame in deed.frames if frame.irregular), ())


def _stands_for(frame: Frame[Any], placed: Placed) -> bool:
    return frame.room == placed.room and type(frame.event) is type(placed.event)


def _is_same_date(frame: Frame[Any], placed: Placed) -> bool:
    """Tell whether what fell due is what was recorded, whenever it does."""
    if not _stands_for(frame, placed):
        return False
    names = [n for n in type(frame.event).__struct_fields__ if n not in MOVING]
    return all(getattr(frame_of(placed.event), n) == getattr(frame.event, n) for n in names)
