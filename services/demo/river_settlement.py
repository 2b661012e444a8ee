"""The settlement on the river: draft, signatures, and what was done under it."""

from typing import Final

from services.demo.story import Step

SETTLEMENT: Final[tuple[Step, ...]] = ()
