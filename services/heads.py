"""Tell the head of a room: how many events it holds, and the root of its tree over them."""

from uuid import UUID

from ledger.errors import RuleViolation
from ledger.rooms import room_id
from ledger.seal.merkle import Frontier, leaf_hash
from ledger.signing import Head
from ledger.store.reader import Reader
from ledger.store.sealing import parse, room_of


def head_of(reader: Reader, case_id: UUID, room: str, size: int | None = None) -> Head:
    """Return the head of a room, from the leaves as they are stored.

    Args:
        reader: Where the record is read.
        case_id: The case.
        room: Name of the room.
        size: How many events it is to hold, None for all there are; where there are fewer, of
            those.
    """
    wanted = room_id(reader.keys.secret("rooms"), case_id, room)
    tree = Frontier()
    for _, _, state in reader.recorder.stream(case_id):
        if size is not None and tree.size >= size:
            break
        leaf = parse(state).leaf
        if room_of(leaf) == wanted:
            tree.append(leaf_hash(leaf))
    return Head(room=room, size=tree.size, root=tree.head().root.hex())


def head_is_of_this_record(reader: Reader, case_id: UUID, head: Head) -> None:
    """An actor saw the record that is kept here, not another."""
    if head_of(reader, case_id, head.room, head.size) != head:
        raise RuleViolation(
            "head_is_of_this_record",
            f"the record here has no head of {head.room} of {head.size} events as it was seen",
            "a look at the record, and both copies kept",
        )
