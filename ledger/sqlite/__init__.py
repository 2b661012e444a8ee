"""The SQLite files of this product: made whole, checked on opening, written one at a time."""

from ledger.sqlite.connections import Connections
from ledger.sqlite.faults import faults
from ledger.sqlite.files import (
    adopt_file,
    check_file,
    check_pages,
    create_file,
    make_private,
    publish,
)

__all__ = [
    "Connections",
    "adopt_file",
    "check_file",
    "check_pages",
    "create_file",
    "faults",
    "make_private",
    "publish",
]
