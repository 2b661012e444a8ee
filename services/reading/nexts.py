"""Say what may be done now in a case, by whom, and until when."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from ledger.deadlines import Deadline
from ledger.identity import Operator
from ledger.prospects import Prospect, Sight
from ledger.rooms import both
from ledger.rulebook import Rulebook, rulebook_of
from services.house import House
from services.reading import words
from services.reading.eyes import Eyes
from services.reading.looking import Look


class NextDate(Struct, frozen=True, kw_only=True):
    """A date that runs.

    Attributes:
        on: Last day at the seat.
        due: Last instant.
        what: What it is for, and how it was counted.
    """

    on: str
    due: str
    what: str


class NextActs(Struct, frozen=True, kw_only=True):
    """What may be done now.

    Attributes:
        case: The case as the viewer knows it.
        viewer: Whose eyes.
        phase: Main phase.
        acts: Commands, those that may be given first.
        deadlines: Dates that run, the next first.
    """

    case: str
    viewer: str
    phase: str
    acts: list[Prospect]
    deadlines: list[NextDate]


def next_acts(house: House, operator: Operator, case: str, viewer: str | None) -> NextActs:
    """Say what may be done now; for the registry, in every role whose acts it may enter.

    Raises:
        DecodeError: No such kind of viewer.
        RuleViolation: case_is_known, viewer_is_within_role, grant_is_known.
        StoreFault: An event was altered or is missing.
    """
    return next_seen(Eyes(house, operator, viewer), case)


def next_seen(eyes: Eyes, case: str) -> NextActs:
    """Say the same to eyes already taken."""
    look, house = eyes.look(case), eyes.house
    running = [d for d in look.case.deadlines.book.values() if d.status == "running"]
    running.sort(key=lambda deadline: (deadline.due, deadline.room))
    rulebook = rulebook_of(house.desk.institution())
    wider = Sight(look.file, look.rights, rulebook, look.now)
    acts = [act for role in roles(look) for act in _acts(look, role, rulebook, wider)]
    return NextActs(
        case=look.name,
        viewer=look.viewer,
        phase=look.case.phase,
        acts=sorted(acts, key=lambda act: not act.may),
        deadlines=[_date(deadline) for deadline in running],
    )


def roles(look: Look) -> Iterator[str]:
    """Name the roles whose acts a viewer enters."""
    yield look.viewer
    if look.viewer == "registry":
        yield from ("authority", "protection")
        yield from (f"party:{party}" for party in look.case.intake.parties)
        if look.case.neutrality.mandate.mediators:
            yield "mediator"
        yield from (f"candidate:{person}" for person in look.case.neutrality.named())


def _acts(look: Look, role: str, rulebook: Rulebook, wider: Sight) -> Iterator[Prospect]:
    """Judge the acts of a role by what it and the viewer may both read."""
    own = look.rights if role == "authority" else look.file.rights(role)
    common = both(own, look.rights)
    # Who asks about itself sees no less: what is judged once serves both.
    sight = wider if common == look.rights else Sight(look.file, common, rulebook, look.now)
    for prospect in sight.prospects(role, wider):
        yield replace(prospect, by=role)


def _date(deadline: Deadline) -> NextDate:
    whose = f", {deadline.set.concerns}" if deadline.set.concerns else ""
    about = f" {deadline.set.about}" if deadline.set.about else ""
    what = f"{words.plain(deadline.set.rule)}{about}{whose}: {deadline.arithmetic}"
    return NextDate(on=deadline.on, due=deadline.due, what=what)
