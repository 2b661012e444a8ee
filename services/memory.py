"""Set how often the interpreter looks for rings of garbage."""

import gc
from typing import Final

YOUNG_MAX: Final = 50_000
"""Containers made until the youngest are looked through; 700 by default."""


def settle() -> None:
    """Set aside what the imports made, and look for rings less often.

    Events, frames and states hold values and never form rings, so a fold would pay for looks that
    find nothing.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, 20, 20)
