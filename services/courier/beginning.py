"""Find where in the record a feed begins."""

from ledger.errors import DecodeError, StoreFault
from ledger.store.reader import Reader
from services.courier.window import Window
from services.grants import Grant


def beginning_of(window: Window, reader: Reader, grant: Grant) -> int:
    """Return the position behind which a feed begins: its grant says from when.

    Time never runs back in the record, so the first event of an instant is found by halving.

    Raises:
        StoreFault: The grant itself cannot be read.
    """
    if grant.starts is None:
        return 0
    low, high = 0, window.head()
    while low < high:
        middle = (low + high) // 2
        row = window.ahead(middle, 1)[0].row
        try:
            is_before = reader.frame(row.sealed)[1].recorded < grant.starts
        except (StoreFault, DecodeError):
            # It cannot be dated: look for the beginning before it; too early loses nothing.
            high = middle
            continue
        if is_before:
            low = middle + 1
        else:
            high = middle
    return low
