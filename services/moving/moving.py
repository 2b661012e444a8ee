"""Move a ledger: carry it, prove it, and only then let the new place be the only one.

| a crash here | leaves |
|---|---|
| while rows are carried | the source as it was; a target nobody can open; the same move goes on |
| after the source is marked | neither of the two opens, until the same move is repeated |
| after the target is opened | the target; repeating the move removes keys that went with it |

So there is no instant at which both can grow.
"""

import hashlib
from collections.abc import Callable
from contextlib import closing

from msgspec import Struct

from ledger.errors import StoreFault
from ledger.store.moved import MOVED_TO, MOVING, refuse_if_moved, unsay
from services.moving.copying import carry, compare, count
from services.moving.folders import carry_folder, is_empty
from services.moving.guarding import held
from services.moving.homes import Home
from services.moving.places import StorePlace
from services.moving.proving import check_cases, check_trees
from services.moving.tables import KEYS, RECORD, Kept

PASSES = 3
"""Each row is written once and read twice more, to compare."""

Shown = Callable[[int, int | None], None]


class Moved(Struct, frozen=True):
    """What was moved, and what was proved of it.

    Attributes:
        to: Where the record is, without user and password.
        events: How many; positions 1 to this.
        record: SHA-256 over every row of the record (position, case, version, topic, state,
            number), the same on both sides.
        rooms: Rooms whose trees were computed again there.
        cases: Cases folded and opened on both sides alike.
        keys_moved: Whether the keys went, too; they are nowhere else then.
    """

    to: str
    events: int
    record: str
    rooms: int
    cases: int
    keys_moved: bool


class Move:
    """One move; repeated, it goes on where it was."""

    def __init__(self, source: Home, target: Home, shown: Shown) -> None:
        self._source = source
        self._target = target
        self._shown = shown
        self._done = 0
        self._total = 0
        self._stores = [kept for kept in source.stores() if kept is not KEYS or self._keys_move()]
        meta = source.place(RECORD).meta()
        self._ledger_id = meta["ledger_id"]
        self._is_marked = meta.get(MOVED_TO) == target.shown
        if not self._is_marked:
            refuse_if_moved(meta)
        name = f"gol/move/1\0{self._ledger_id}\0{source.shown}\0{target.shown}"
        self._id = hashlib.sha256(name.encode()).hexdigest()[:32]

    def _keys_move(self) -> bool:
        same_folder = self._source.folder.resolve() == self._target.folder.resolve()
        if self._source.urls.keys or self._target.urls.keys:
            return self._source.urls.keys != self._target.urls.keys
        return not same_folder

    def run(self) -> Moved | None:
        """Move it; None where that is done already.

        Raises:
            StoreFault: The target is not empty, differs, is full, refuses the user; or `serve`
                runs. The source is as it was.
            CaseBusy: Somebody writes, or a server went away: to be repeated.
        """
        with held(self._source) as still:
            if not self._is_marked:
                self._prepare()
                self._carry()
            proved = self._proved() if self._is_under_way() else None
            still()
            if proved is not None:
                self._switch()
        if self._keys_move() and self._source.place(KEYS).exists():
            # An erasure from now on destroys keys there; a copy here would undo it.
            self._source.place(KEYS).destroy()
        return proved

    def _is_under_way(self) -> bool:
        """Tell whether the target waits for its end; once opened, it may have grown."""
        return MOVING in self._target.place(RECORD).meta()

    def _prepare(self) -> None:
        """Make what is missing in the target, the record first; refuse what is not this move's."""
        fresh = not self._target.urls.record and not self._target.place(RECORD).exists()
        if fresh and not is_empty(self._target.folder):
            why = f"{self._target.folder} is not empty"
            raise StoreFault(why, "give a folder that is empty or not there")
        for kept in (RECORD, *self._stores):
            place = self._target.place(kept)
            if not place.exists():
                meta = {**self._source.place(kept).meta(), MOVING: self._id}
                meta.pop("format")
                place.create(meta)
            elif place.meta().get(MOVING) != self._id:
                why = f"there is a {kept.kind.noun} in {self._place_shown(kept)} already"
                raise StoreFault(why, "give an empty database or folder; or repeat the same move")

    def _place_shown(self, kept: Kept) -> str:
        return "the database of the keys" if kept is KEYS else self._target.shown

    def _carry(self) -> None:
        for kept in self._stores:
            with self._source.place(kept).snapshot() as session:
                self._total += PASSES * count(session, kept)
        if self._target.folder.resolve() != self._source.folder.resolve():
            carry_folder(self._source.folder, self._target.folder)
        for _, source, target in self._pairs():
            carry(source, target, self._told)

    def _pairs(self) -> list[tuple[Kept, StorePlace, StorePlace]]:
        return [(k, self._source.place(k), self._target.place(k)) for k in self._stores]

    def _proved(self) -> Moved:
        """Compare everything there with everything here.

        Raises:
            StoreFault: Something differs.
        """
        events, record = 0, ""
        for kept, source, target in self._pairs():
            if kept is KEYS and not target.exists():
                continue
            found = compare(source, target, self._told)
            if kept is RECORD:
                events, record = found["stored_events"]
        return Moved(
            to=self._target.shown,
            events=events,
            record=record,
            rooms=check_trees(self._target, self._ledger_id),
            cases=check_cases(self._source, self._target, self._ledger_id),
            keys_moved=self._keys_move(),
        )

    def _switch(self) -> None:
        """Close the source for ever, then open the target."""
        if not self._is_marked:
            self._source.place(RECORD).retire(self._target.shown)
        # A crash here leaves none that opens; the same move, repeated, goes on here.
        for kept in (*(kept for kept in self._stores if kept is not RECORD), RECORD):
            opened = self._target.place(kept).database()
            with closing(opened) as database, database.writing() as session:
                unsay(session, MOVING)

    def _told(self, rows: int) -> None:
        self._done += rows
        self._shown(self._done, max(self._total, self._done))
