"""Settle whose eyes somebody may look with, and look."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from ledger.errors import DecodeError, RuleViolation, StoreFault
from ledger.identity import OFFICES_READING, Operator
from ledger.profile import Profile, recorded
from ledger.rulebook import INSTITUTION_EYES
from services.accesses import Access
from services.analysts import AnalystGrant
from services.house import House
from services.reading.looking import Look, Onlooker, Record, not_there
from services.reading.moment import Moment, read_moment, too_early
from services.reading.studying import Study, study_of
from services.viewers import read_viewer, viewer_in

OFFICES = ("registry", "auditor")
"""Viewers who read the same kinds of room in every case."""


class Eyes:
    """An operator who looks, with its own eyes or others it may have.

    Attributes:
        house: The ledger looked at.
        moment: From when.
        faults: What was wrong with cases that could not be read, while others were.
    """

    def __init__(
        self, house: House, operator: Operator, viewer: str | None = None, at: str | None = None
    ) -> None:
        """Take somebody's eyes.

        Args:
            house: The ledger.
            operator: Who is at the keyboard.
            viewer: Whose eyes are asked for, None for the operator's own.
            at: From when, as given; None for now.

        Raises:
            DecodeError: No such kind of viewer, or no such moment.
            RuleViolation: viewer_is_within_role, grant_is_known, analysts_see_pseudonyms.
        """
        self.house = house
        self.moment: Moment = read_moment(at)
        self.faults: list[str] = []
        self._operator = operator
        self._study: Study | None = study_of(house, operator, viewer)
        wanted = viewer if self._study is None else self._study.grant.viewer
        self._wanted = None if wanted is None else read_viewer(wanted)
        if self._wanted is not None and self._study is None:
            self._check_office(self._wanted)

    @property
    def office(self) -> str | None:
        """Name the office looked with, where the rooms read are the same in every case."""
        if self._wanted is not None:
            return self._wanted if self._wanted in OFFICES else None
        return next((office for office in OFFICES if office in self._operator.roles), None)

    @property
    def grant(self) -> AnalystGrant | None:
        """Return the analyst grant looked under, None where it is none."""
        return None if self._study is None else self._study.grant

    @property
    def own_record(self) -> str | None:
        """Name the office with which the institution's own record is read, None without one."""
        readers = (*OFFICES, "protection")
        if self._wanted is not None:
            return self._wanted if self._wanted in readers else None
        return next((office for office in readers if office in self._operator.roles), None)

    def is_own(self, person: str | None) -> bool:
        """Tell whether a mediator's word about itself may be shown: a mediator reads its own."""
        seated = self.office is None and not self._operator.unbound
        return not seated or person == self._operator.person

    def zone(self, look: Look) -> ZoneInfo:
        """Return the zone a case is kept in, by the profile pinned to it."""
        profile = look.case.intake.profile
        text = None if profile is None else self._profiles.get(profile.hash)
        return ZoneInfo("UTC" if text is None else _zone_of(text))

    def profile(self, look: Look) -> Profile | None:
        """Return the rule profile pinned to a case, None before one is."""
        pinned = look.case.intake.profile
        text = None if pinned is None else self._profiles.get(pinned.hash)
        return None if text is None else recorded(text)

    @cached_property
    def _profiles(self) -> Mapping[str, str]:
        """Return the text of each profile ever adopted, by hash."""
        return self.house.desk.institution().seen_by(INSTITUTION_EYES).institution.texts

    def case_id(self, text: str) -> UUID:
        """Find a case the operator may see; under an analyst grant, by its pseudonym.

        Raises:
            RuleViolation: case_is_known.
        """
        if self._study is not None:
            return self._study.case_id(text)
        return self.house.resolve(text, self._operator)

    def record(self, text: str) -> tuple[Record, str]:
        """Read a case, and say whose eyes look at it.

        Raises:
            RuleViolation: case_is_known, viewer_is_within_role.
            StoreFault: An event was altered or is missing.
        """
        record = Record(self.house.ledger.reader, self.case_id(text))
        if self._study is not None:
            studied = self._study.record(record)
            if studied is None:
                raise not_there(text)
            return studied, self._study.grant.viewer
        viewer = viewer_in(self._operator, self._wanted, record.file)
        if viewer is None:
            raise self._beyond() if self._wanted else not_there(text)
        if not record.shows(viewer):
            raise not_there(text)
        return record, viewer

    def look(self, text: str) -> Look:
        """Look at one case.

        Raises:
            RuleViolation: case_is_known; the same for a case that cannot be seen with these eyes,
                and where nothing of it was there to be read at the moment looked from.
                viewer_is_within_role, entry_is_known.
            StoreFault: An event was altered or is missing.
        """
        record, viewer = self.record(text)
        look = self.at(record, viewer, self.moment)
        if not look.kept:
            now = self.at(record, viewer, None)
            raise too_early(now.kept[0].frame, "--at") if now.kept else not_there(text)
        return look

    def at(self, record: Record, viewer: str, moment: Moment) -> Look:
        """Look at a case from a moment.

        Raises:
            RuleViolation: entry_is_known.
        """
        now = self.house.clock.now()

        def note(look: Look) -> None:
            """Write down which rooms of the case are opened, and how far."""
            rooms = {kept.frame.room: kept.frame.seq for kept in look.kept}
            self.note(record.noted_as, viewer, rooms, now)

        return Look(record, viewer, moment, now, Onlooker(self._operator.person, note))

    def note(self, case_id: UUID, viewer: str, rooms: Mapping[str, int], at: datetime) -> None:
        """Write down that content of some rooms of a case is opened.

        Raises:
            StoreFault: That cannot be written down, so nothing may be shown.
        """
        self.house.accesses.note(
            Access(
                at=at,
                person=self._operator.person,
                viewer=viewer,
                command=self.house.command,
                case_id=case_id,
                rooms=rooms,
            )
        )

    def looks(self, text: str | None) -> Iterator[Look]:
        """Look at one case or, where none is named, at all of them, one by one.

        Raises:
            RuleViolation: As `look`.
            DecodeError: An entry was named as the moment, but no case.
        """
        if text is not None:
            yield self.look(text)
            return
        self._check_moment()
        seen = False
        self.house.views.bring_to_head()
        for case_id in self.house.views.case_ids():
            look = self.tried(case_id)
            if look is not None:
                seen = True
                if look.kept:
                    yield look
        if not (
            seen
            or self._wanted is None
            or self._study is not None
            or self._wanted in self._operator.roles
        ):
            raise self._beyond()

    def tried(self, case_id: UUID) -> Look | None:
        """Look at one case of many; one that cannot be read stops no other."""
        try:
            record = Record(self.house.ledger.reader, case_id)
        except (StoreFault, DecodeError) as error:
            self.faults.append(error.why)
            return None
        if self._study is not None:
            studied = self._study.record(record)
            return (
                None if studied is None else self.at(studied, self._study.grant.viewer, self.moment)
            )
        viewer = viewer_in(self._operator, self._wanted, record.file)
        return None if viewer is None else self.at(record, viewer, self.moment)

    def _check_moment(self) -> None:
        if isinstance(self.moment, tuple):
            why = "an entry as the moment needs its case"
            raise DecodeError("--at", why, "a case, or an instant")

    def _check_office(self, viewer: str) -> None:
        """An office is looked with by those who hold it, whatever the case."""
        if viewer in OFFICES_READING and not (
            self._operator.unbound or viewer in self._operator.roles
        ):
            raise self._beyond()

    def _beyond(self) -> RuleViolation:
        return RuleViolation(
            "viewer_is_within_role",
            f"operator {self._operator.name} may not look with the eyes of {self._wanted}",
            "one's own eyes: no --as",
        )


@lru_cache(maxsize=256)
def _zone_of(profile: str) -> str:
    """Read the zone of a profile's text; the rest of it is not needed here."""
    zone: str = tomllib.loads(profile)["seat"]["zone"]
    return zone
