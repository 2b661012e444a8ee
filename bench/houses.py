"""Make ledgers to measure: cases decided at the desk, and bulk copies of a decided case."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from bench.measuring import chunks
from ledger.catalogue import encode_frame
from ledger.envelope import Frame, content_bytes, frame_of
from ledger.identity import Operator
from ledger.keys import ContentKeys
from ledger.rooms import room_id, v7_bytes
from ledger.store.datastore import NewRow
from ledger.store.ledger import Ledger
from ledger.store.sealing import ContentKey, seal
from services.clock import new_id
from services.house import House, open_house
from services.settings import Settings
from tests.spec import OFFICES, Order, do

OPERATOR = "bench"
BODY = ("The berth fees of January and of February were paid late, as our letter says. " * 5)[:400]
"""What every event of a measurement says: 400 characters, ours and the peer's alike."""
COPIES_A_TRANSACTION = 500


class Furnished(Struct, frozen=True):
    """A house with cases in it.

    Attributes:
        house: The ledger, its desk and its views.
        operator: Who is at the keyboard.
        cases: Numbers of its cases.
    """

    house: House
    operator: Operator
    cases: list[str]

    def give(self, order: Order, case: str | None = None) -> msgspec.Raw:
        """Give one command and wait for its answer."""
        answer = self.house.desk.handle(line_of(order, case), self.operator, "api")
        assert answer.done, f"{order.name} was refused: {answer.rule} {answer.why}"
        return msgspec.Raw(msgspec.json.encode(answer))
