"""Carry the record into the views: pages of events in, rows and position out, in one transaction.

Any number of processes may do this at once: each takes the turn to write, looks how far a view has
come by then, and adds what is missing.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa

from ledger.errors import CaseBusy, StoreFault
from ledger.store.reader import Read, Reader, Unreadable
from projections import generations, parking, tables
from projections.generations import Standing
from projections.parking import Parked
from projections.rows import Key, MemoryRows, Projection, Row, concerns, key_of, take_in
from projections.views import Views, ViewsLost

R = TypeVar("R", bound=Row)
PAGE = 1_000
"""Events a transaction: enough to spread its cost, few enough that others get their turn."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many events of how many are done."""


class PageRows:
    """Rows one page of events is about: read before, changed in memory, written after."""

    def __init__(self, connection: sa.Connection, projection: Projection, generation: int) -> None:
        """Begin with none.

        Args:
            connection: Within the transaction that also moves the position.
            projection: Whose rows they are.
            generation: Of that view.
        """
        self._connection = connection
        self._projection = projection
        self._generation = generation
        self._rows: dict[type[Row], dict[Key, Row]] = {kind: {} for kind in projection.kinds}
        self._changed: dict[type[Row], dict[Key, Row]] = {kind: {} for kind in projection.kinds}

    def load(self, reads: Iterable[Read]) -> None:
        """Read the rows of every room that does not begin within the page."""
        first: dict[str, int] = {}
        for read in reads:
            first.setdefault(read.room_id.hex(), read.frame.seq)
        rooms = [room for room, seq in first.items() if seq > 1]
        for kind in self._projection.kinds:
            if not kind.sparse and rooms:
                found = tables.of_rooms(self._connection, kind, self._generation, rooms)
                self._rows[kind] = {key_of(row): row for row in found}

    def get(self, kind: type[R], key: Key) -> R | None:
        """Return a row, None where there is none."""
        row = self._changed[kind].get(key) or self._rows[kind].get(key)
        if row is None and kind.sparse:
            return tables.one(self._connection, kind, self._generation, key)
        return cast("R | None", row)

    def keep(self, kind: type[Row], key: Key, row: Row) -> None:
        """Leave a row in place of one with its key."""
        self._changed[kind][key] = row

    def flush(self) -> None:
        """Write what changed."""
        for kind, rows in self._changed.items():
            tables.write(self._connection, kind, self._generation, rows.values())


class Projector:
    """Keep views at the head of the record.

    Attributes:
        views: Where they are kept.
        reader: Where the record is read.
        projections: The views, by name.
    """

    def __init__(self, views: Views, reader: Reader, projections: Sequence[Projection]) -> None:
        """Serve some views from a record."""
        self.views = views
        self.reader = reader
        self.projections = {projection.name: projection for projection in projections}

    def catch_up(self, progress: Progress | None = None) -> int:
        """Bring every view to the head of the record; return the position reached.

        A file of views that is gone or damaged is made anew on the way.

        Raises:
            CaseBusy: Another process kept the views locked.
            StoreFault: The disk is full or fails, or a newer release keeps these views.
        """
        self.views.heal()
        try:
            return self._caught_up(progress)
        except ViewsLost:
            self.views.heal(damaged=True)
            return self._caught_up(progress)

    def rebuild(self, name: str | None = None, progress: Progress | None = None) -> None:
        """Build one view or all anew from the record, while the old ones serve.

        A crash on the way leaves the old ones as they are.

        Raises:
            KeyError: There is no view of that name.
            CaseBusy: Another process began to rebuild the same view.
        """
        self.views.heal()
        with self.views.reading() as connection:
            begun = generations.serving(connection)
        asked = self.projections.values() if name is None else [self.projections[name]]
        if known := [projection for projection in asked if projection.name in begun]:
            self._rebuild(known, progress)
        self.catch_up()

    def parked(self, case_id: UUID | None = None) -> tuple[Parked, ...]:
        """List what the serving views have set aside, of one case or of all."""
        return parking.parked(self.views, case_id)

    def unpark(self, case_id: UUID) -> bool:
        """Try again to take in a case that was set aside; tell whether every view now has it."""
        for parked in self.parked(case_id):
            self._unpark(self.projections[parked.projection], case_id)
        return not self.parked(case_id)

    def _caught_up(self, progress: Progress | None) -> int:
        self._prepare(progress)
        head = self.reader.head()
        begun = reached = self._least()
        while reached < head:
            self._step(reached)
            reached = self._least()
            if progress is not None:
                progress(reached - begun, max(head, reached) - begun)
        return reached

    def _least(self) -> int:
        with self.views.reading() as connection:
            serving = generations.serving(connection)
        return min(serving[name].position for name in self.projections)

    def _prepare(self, progress: Progress | None) -> None:
        """Begin views that are new, and build anew those an older release kept."""
        with self.views.reading() as connection:
            serving = generations.serving(connection)
        if new := [p for p in self.projections.values() if p.name not in serving]:
            with self.views.writing() as connection:
                known = generations.serving(connection)
                for projection in new:
                    if projection.name not in known:
                        generations.begin(connection, projection)
        mine = [p for p in self.projections.values() if p.name in serving]
        if newer := [p.name for p in mine if serving[p.name].version > p.version]:
            why = f"the views {', '.join(newer)} are kept by a newer release"
            raise StoreFault(why, "use that release, or delete the file of views")
        if older := [p for p in mine if serving[p.name].version < p.version]:
            self._rebuild(older, progress)

    def _step(self, after: int) -> None:
        """Take one page into every view."""
        page = self.reader.page(after, PAGE)
        with self.views.writing() as connection:
            serving = generations.serving(connection)
            for name, projection in self.projections.items():
                view = serving[name]
                if view.version == projection.version and view.position >= after:
                    _take_page(connection, projection, view, page)

    def _rebuild(self, projections: Sequence[Projection], progress: Progress | None) -> None:
        """Build new generations of some views side by side, then let them serve together."""
        with self.views.writing() as connection:
            new = [generations.begin(connection, projection) for projection in projections]
        position, done = 0, False
        while not done:
            page = self.reader.page(position, PAGE)
            with self.views.writing() as connection:
                for projection, view in zip(projections, new, strict=True):
                    _still_building(connection, view)
                    _take_page(connection, projection, view, page)
                done = not page and generations.switch(connection, new)
            # A crash before the switch leaves tables that the next rebuild drops.
            if page:
                position = page[-1].position
                new = [view._replace(position=position) for view in new]
                if progress is not None:
                    progress(position, max(self.reader.head(), position))

    def _unpark(self, projection: Projection, case_id: UUID) -> None:
        """Fold the whole case again, in place of the rows it has."""
        with self.views.writing() as connection:
            view = generations.serving(connection)[projection.name]
            try:
                rows = fold(projection, case_reads(self.reader, case_id, upto=view.position))
            except Exception as error:  # noqa: BLE001 - whatever it is, the case stays parked
                why = describe(error)
                stays = Parked(projection.name, case_id.hex, view.position, why)
                parking.park(connection, view, [stays])
                return
            for kind in projection.kinds:
                tables.forget_case(connection, kind, view.generation, case_id.hex)
                tables.write(connection, kind, view.generation, rows.all(kind))
            parking.release(connection, view, case_id)


def _still_building(connection: sa.Connection, view: Standing) -> None:
    """Notice that another process began to build the same view and dropped this generation."""
    if generations.standing(connection, view.name, view.generation) != view:
        raise CaseBusy(f"another process began to rebuild the view {view.name}")


def _take_page(
    connection: sa.Connection,
    projection: Projection,
    view: Standing,
    page: Sequence[Read | Unreadable],
) -> None:
    """Take what is new of a page into a view, rows and position together."""
    fresh = [item for item in page if item.position > view.position]
    if not fresh:
        return
    aside = parking.parked_in(connection, view)
    rows = PageRows(connection, projection, view.generation)
    wanted = [item for item in fresh if isinstance(item, Unreadable) or concerns(projection, item)]
    rows.load(item for item in wanted if isinstance(item, Read))
    parked: list[Parked] = []
    for item in wanted:
        case = item.case_id.hex
        if case in aside:
            continue
        why = _taken_in(projection, rows, item)
        if why is not None:
            aside.add(case)
            parked.append(Parked(projection.name, case, item.position, why))
    rows.flush()
    parking.park(connection, view, parked)
    generations.advance(connection, view, fresh[-1].position)


def _taken_in(projection: Projection, rows: PageRows, item: Read | Unreadable) -> str | None:
    """Take one event in; say why where that cannot be done."""
    if isinstance(item, Unreadable):
        return item.why
    try:
        take_in(projection, rows, item)
    except sa.exc.DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - parks this one case, logged there; the others go on
        return describe(error)
    return None


def describe(error: Exception) -> str:
    """Say what went wrong without what an event may have held."""
    return error.why if isinstance(error, StoreFault) else type(error).__name__


def fold(projection: Projection, reads: Iterable[Read]) -> MemoryRows:
    """Take events into rows in memory."""
    rows = MemoryRows()
    for read in reads:
        if concerns(projection, read):
            take_in(projection, rows, read)
    return rows


def case_reads(reader: Reader, case_id: UUID, upto: int | None = None) -> Iterable[Read]:
    """Read the events of one case in order, those up to a position where one is named.

    Raises:
        StoreFault, DecodeError: An event was altered, or is of a newer release.
    """
    for position, version, state in reader.recorder.stream(case_id, upto_position=upto):
        yield Read(position, case_id, version, *reader.frame(state))
