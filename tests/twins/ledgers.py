"""Two real ledgers with one past: what is done in one of them alone must not show elsewhere.

Both are copies of one folder, so they have the same secrets, room ids and signing keys. What still
differs between them by chance is drawn anew by each: salts, and all that is computed from them.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ledger.act import Ask
from ledger.answer import Answer
from ledger.casefile import CaseFile
from ledger.envelope import Frame
from ledger.identity import Operator
from ledger.rooms import Rights, sees
from services.clock import FakeClock
from services.house import House, open_house
from services.seals import tick_now
from services.settings import Settings
from tests import examples
from tests.spec import CLERK, OFFICES, START, Order, do
from tests.twins.people import OPERATORS, SPEAKS_FOR, operator_for
from tests.unit.test_profile import house_but

if TYPE_CHECKING:
    from litestar.types import ASGIApp

    from services.http.site import Site

FOUNDER: Final = "clerk"
SUBSCRIBER: Final = "partner"
"""Who is granted the joint rooms."""
PAST_S: Final = 1
"""Seconds between two acts of the past, so that nothing falls due meanwhile."""
TOLD: Final = ("A", "B")
THREE: Final = ("A", "B", "C")


class Begun(Struct, frozen=True):
    """A case as the past left it.

    Attributes:
        case_id: Its id, hex.
        stage: How far it came.
        parties: Its parties.
        caucuses: Whether each caucus is noted in the joint room, its number at the end, or neither.
    """

    case_id: str
    stage: str
    parties: tuple[str, ...]
    caucuses: str


STAGES: Final = (
    "registered",
    "invited",
    "consented",
    "nominated",
    "constituted",
    "engaged",
    "preparing",
    "mediating",
    "agreed",
    "drafted",
    "signing",
    "settled",
    "closed",
)
PROFILES: Final = {"hidden": None, "visible_to_all": "noted", "aggregate_at_close": "counted"}
"""The profile a case pins for each way to treat the existence of caucuses; None: the default."""


def cases_of(count: int) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Yield stage, parties and profile of as many cases; every stage, mostly while they talk."""
    kinds = tuple(PROFILES)
    for number in range(count):
        talks = number >= len(STAGES) and number % 3
        again = number % len(STAGES) or 1  # one case is enough of which B knows nothing
        stage = ("mediating", "preparing")[number % 2] if talks else STAGES[again if number else 0]
        yield stage, (TOLD if number % 4 else THREE), kinds[(number // 2) % 3]


class Ledger:
    """One of the two.

    Attributes:
        folder: Its data.
        house: The ledger, its desk and its views.
        clock: Steered by whoever plays.
    """

    def __init__(self, folder: Path, at: datetime = START) -> None:
        """Open a folder, made first where there is none."""
        self.folder = folder
        self.clock = FakeClock(at)
        settings = Settings(data=folder, operator=FOUNDER)
        self.house: House = open_house(settings, create=True, clock=self.clock)
        self._operators: dict[str, Operator] = {}
        self._files: dict[str, CaseFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "site" in self.__dict__:
            self.site.close()
        self.house.__exit__()

    @cached_property
    def site(self) -> "Site":
        """Return its API and pages."""
        from services.http.site import Site  # noqa: PLC0415 - an extra, and few plays ask there

        site = Site(self.house, "http://127.0.0.1:8600/")
        site.not_there_s = 0  # what it takes is counted, not timed
        return site

    @cached_property
    def app(self) -> "ASGIApp":
        """Return what answers for them."""
        from services.http.app import make_app  # noqa: PLC0415 - see above

        return make_app(self.site)

    def operator(self, name: str) -> Operator:
        """Recognise somebody at the keyboard."""
        if name not in self._operators:
            self._operators[name] = self.house.desk.operator(name)
        return self._operators[name]

    def give(self, order: Order, case: str | None, at: datetime) -> Answer:
        """Give an order to the desk at an instant, by whoever it is of."""
        self.clock.set(at)
        name = operator_for(order.by) if order.operator == CLERK else order.operator.name
        line = msgspec.json.encode(ask_of(order, case))
        return self.house.desk.handle(line, self.operator(name), order.channel)

    def tick(self, case: str, at: datetime) -> Answer:
        """Let the timekeeper record what fell due in a case."""
        self.clock.set(at)
        return self.house.ledger.record_overdue(UUID(case), at).result()

    def seal(self, at: datetime) -> None:
        """Make one tick of the sealer, and publish."""
        self.clock.set(at)
        tick_now(self.house)

    def file(self, case: str) -> CaseFile:
        """Read a case up to its end."""
        file = self._files.setdefault(case, CaseFile(UUID(case)))
        self.house.ledger.reader.extend(file)
        return file

    def rights(self, case: str, viewer: str = "party:B") -> Rights:
        """Tell what somebody may read of a case."""
        return self.file(case).rights(viewer)


def ask_of(order: Order, case: str | None) -> Ask:
    """Write an order as the desk takes it."""
    assert order.id is not None, "an order of a script has its id"
    return Ask(
        command=order.name,
        id=order.id,
        case=case,
        actor=order.actor,
        acting_for=order.by if order.by in OFFICES else f"party:{order.by}",
        room=order.room,
        seen=order.seen,
        occurred=order.occurred,
        reported=order.reported,
        source=order.source,
        data=msgspec.Raw(msgspec.json.encode(order.data)),
    )


def seen(file: CaseFile, eyes: Rights, since: int = 0) -> list[Frame[Any]]:
    """List what somebody may read of a case, behind a version."""
    return [frame for frame in file.frames[since:] if sees(eyes, frame.room, frame.seq)]


# ---------------------------------------------------------------- the past


def make_past(folder: Path, count: int) -> tuple[Begun, ...]:
    """Make the ledger that both begin with: an institution, and cases at every stage."""
    with Ledger(folder) as ledger:
        at = _found(ledger)
        begun = []
        for number, (stage, parties, caucuses) in enumerate(cases_of(count)):
            case_id, at = _tell(ledger, number, stage, parties, caucuses, at)
            begun.append(Begun(case_id, stage, parties, caucuses))
        for _ in range(2 + count // 20):  # a tick takes in so many rooms and no more
            ledger.seal(at)
        ledger.house.views.bring_to_head()
        return tuple(begun)


def _found(ledger: Ledger) -> datetime:
    at = START
    for name, roles in list(OPERATORS.items())[1:]:
        at = _given(ledger, do("add-operator", name=name, roles=list(roles)), None, at).at
    joint: dict[str, Any] = {
        "feed": SUBSCRIBER,
        "kinds": ["joint"],
        "cases": ["all"],
        "from_beginning": True,
    }
    at = _given(ledger, do("grant-feed", **joint), None, at).at
    for says, profile in PROFILES.items():
        if profile is not None:
            text = house_but({"caucus_metadata": says, "id": profile})
            at = _given(ledger, do("adopt-profile", text=text), None, at).at
    return at


class _Given(Struct, frozen=True):
    answer: Answer
    at: datetime


def _given(ledger: Ledger, order: Order, case: str | None, at: datetime) -> _Given:
    at += timedelta(seconds=PAST_S)
    order = order if order.id else replace(order, id=f"past-{at:%H%M%S}")
    answer = ledger.give(order, case, at)
    assert answer.done, f"{order.name} by {order.by}: {answer.rule} {answer.field} {answer.why}"
    return _Given(answer, at)


def _tell(  # noqa: PLR0913 - what makes a case
    ledger: Ledger,
    number: int,
    stage: str,
    parties: tuple[str, ...],
    caucuses: str,
    at: datetime,
) -> tuple[str, datetime]:
    case: str | None = None
    for n, order in enumerate(past_of(stage, parties, caucuses)):
        named = replace(order, id=f"past-{number}-{n}")
        at = _given(ledger, named, case, at).at
        if case is None:
            case = ledger.house.ledger.case_opened_by(SPEAKS_FOR["A"], f"past-{number}-{n}").hex
    assert case is not None
    return case, at


def past_of(stage: str, parties: tuple[str, ...], caucuses: str) -> Iterator[Order]:
    """Yield the acts that bring a case to a stage; each party speaks through its own person."""
    for order in getattr(examples, stage)(parties):
        if order.name == "request-mediation":
            powers = {SPEAKS_FOR["A"]: ["negotiate", "settle", "sign"]}
            yield replace(order, data={**order.data, "representatives": powers})
        elif order.name == "register-request" and PROFILES[caucuses] is not None:
            yield replace(order, data={**order.data, "profile": PROFILES[caucuses]})
        elif order.name == "record-service":
            yield order
            party = order.data["party"]
            held: dict[str, Any] = {
                "person": SPEAKS_FOR[party],
                "powers": ["negotiate", "settle", "sign"],
            }
            yield do("authorise-representative", by=party, at_operator=_CLERK, **held)
        elif order.name == "give-consent":
            yield replace(order, data={"signatory": SPEAKS_FOR[order.by]})
        else:
            yield order
    if stage in ("mediating", "agreed") and len(parties) > len(TOLD):
        yield from examples.caucused("A", "What both pasts have.")


_CLERK: Final = Operator(name=FOUNDER, roles=("registry",))


@contextmanager
def twins(past: Path, folder: Path, at: datetime) -> Iterator[tuple[Ledger, Ledger]]:
    """Open two copies of the past: the one in which something happens in private, and the other."""
    with ExitStack() as opened:
        both = []
        for name in ("open", "quiet"):
            shutil.copytree(past, folder / name)
            both.append(opened.enter_context(Ledger(folder / name, at)))
        yield both[0], both[1]


def past_end(ledger: Ledger, begun: Sequence[Begun]) -> datetime:
    """Return the last instant of the past."""
    return max(ledger.file(one.case_id).frames[-1].recorded for one in begun)
