"""Go through a case in time: which step of it one looks from, and the entry of another step.

Steps are the entries that the viewer reads today, in the order of recording, as `replay --steps`
numbers them: of other rooms they tell nothing, not even by a gap.
"""

from datetime import datetime

from ledger.errors import DecodeError
from ledger.instants import has_offset
from services.reading.eyes import Eyes
from services.reading.replaying import replayed_as
from services.reading.walking import beginning


class Course:
    """The way a viewer can go through a case, and where on it they stand.

    Attributes:
        steps: How many entries the viewer reads today.
    """

    def __init__(self, eyes: Eyes, case: str) -> None:
        """Look at a case from the moment of these eyes, and from now.

        Raises:
            RuleViolation, StoreFault: As `Eyes.look`.
        """
        record, viewer = eyes.record(case)
        self._now = eyes.at(record, viewer, None)
        self._then = eyes.at(record, viewer, eyes.moment)
        self._zone = eyes.zone(self._now)
        self.steps = len(self._now.kept)

    @property
    def step(self) -> int:
        """Count the entries read today that had been recorded by the moment looked from."""
        version_of, until = self._now.file.version_of, self._then.file.version
        return sum(version_of(kept.frame.ref) <= until for kept in self._now.kept)

    @property
    def digest(self) -> str:
        """Digest all that the viewer reads from that moment, hex, as `replay --at` does."""
        return replayed_as(self._then).digest

    def entry(self, step: int) -> str:
        """Name the entry (room:seq) of a step, or of the next one from which something is seen.

        Args:
            step: From 1; one that is not there stands for the nearest.
        """
        refs = [kept.frame.ref for kept in self._now.kept]
        wanted = min(max(step, 1), len(refs))
        then = (ref for ref in refs[wanted - 1 :] if beginning(self._now, ref).kept)
        return next(then, refs[-1])

    def instant(self, text: str) -> str:
        """Read an instant as a form gives it: without an offset it is on the clock of the case.

        Raises:
            DecodeError: It is no instant.
        """
        if has_offset(text):
            return text
        try:
            local = datetime.fromisoformat(text)
        except ValueError:
            local = None
        if local is None or local.tzinfo is not None:
            why = f"{text[:40]!r} is no date and time"
            raise DecodeError("when", why, "such as 2026-03-05T14:00")
        return local.replace(tzinfo=self._zone).isoformat()
