"""What a reading command gives, before anything is printed.

moment      from when one looks
looking     a case, one viewer's eyes, one moment
eyes        whose eyes somebody may look with
sources     what the views tell of a case
showing, timeline, summary, proposals, trail, listing, nexts, changes, replaying
            what is told of it
words       how it is said
"""

from services.reading.eyes import Eyes
from services.reading.nexts import NextActs, next_acts

__all__ = ["Eyes", "NextActs", "next_acts"]
