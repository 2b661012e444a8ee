"""Say what may be supposed of a case's history, and what comes of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from ledger.case import Case
from ledger.catalogue import AnyEvent
from ledger.envelope import Event, Frame, Irregularity
from ledger.profile import Profile, ProfileRef
from ledger.profile_keys import with_value
from ledger.recalling import Deed
from ledger.rulebook import Rulebook, Variations

CLOCK: Final = "clock"
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
        course: Whether the case takes the course it took: time brings no effect that was not
            recorded, and takes none away; dates alone are counted anew.
        reported: Whether an act that is refused is judged again as a fact that was reported.
    """

    profile: Profile
    own: bool = True
    without: frozenset[str] = frozenset()
    keys: Variations = ()
    keeps: bool = False
    course: bool = False
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
        frames: Its entries.
        origin: For entries (room:seq) that nobody recorded, the recorded one they come from; None
            where time alone brought them.
    """

    judged: tuple[Judged, ...]
    case: Case
    frames: tuple[Frame[AnyEvent], ...]
    origin: Mapping[str, str | None]


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
