"""List what can be read over HTTP: the views of the command line, under the same names."""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from projections.case_view import Listed
from services.reading import listing
from services.reading.accesses import Accessed, accesses
from services.reading.changes import Difference, diff
from services.reading.conforming import Conformance, conformance
from services.reading.documents import DocumentTold, documents
from services.reading.erasures import Certificate, certificates
from services.reading.eyes import Eyes
from services.reading.feedback import Heard, feedback_over_time
from services.reading.listing import CaseDate, CaseObligation
from services.reading.neutrality import Filed, neutrality_file
from services.reading.nexts import NextActs, next_seen
from services.reading.party_set import PartyTold, party_list
from services.reading.proposals import Told, proposals
from services.reading.releases import Released, release_desk
from services.reading.replaying import Replayed, replayed
from services.reading.showing import Shown, show
from services.reading.symmetry import Report, symmetry_report
from services.reading.trail import audit
from services.reading.truth import Truth, truth
from services.reading.whys import Why, why

LIMIT: Final = 100
LIMIT_MAX: Final = 1_000


class One(NamedTuple):
    """A view that is one document.

    Attributes:
        name: As on the command line.
        about: What it tells, in the imperative.
        shape: Of the document.
        read: Reads it of one case; takes the parameters by name.
        parameters: Which parameters it takes beside `as`.
        required: Which of them must be given.
    """

    name: str
    about: str
    shape: type
    read: Callable[[Eyes, str, dict[str, str]], object]
    parameters: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


class Many(NamedTuple):
    """A view that is a list, given page by page and as CSV.

    Attributes:
        name: As on the command line.
        about: What it lists, in the imperative.
        shape: Of an item, None where it is a plain object.
        read: Reads it of one case, or of all.
        key: Fields of an item that name it within the list.
        past: Whether it can be read as of a moment.
    """

    name: str
    about: str
    shape: type | None
    read: Callable[[Eyes, str | None], Iterable[Any]]
    key: tuple[str, ...]
    past: bool = True

    @property
    def parameters(self) -> tuple[str, ...]:
        """Name the parameters it takes beside `as`."""
        return ("at", "after", "limit") if self.past else ("after", "limit")


ONES: Final = (
    One(
        "show",
        "Show where a case stands and how it came there.",
        Shown,
        lambda eyes, case, _: next(show(eyes, case)),
        ("at",),
    ),
    One(
        "truth",
        "Tell what had happened by an instant, as it is known now.",
        Truth,
        lambda eyes, case, given: truth(eyes, case, given["on"]),
        ("on",),
        ("on",),
    ),
    One(
        "next",
        "Say what may be done now, by whom, until when, and why not the rest.",
        NextActs,
        lambda eyes, case, _: next_seen(eyes, case),
    ),
    One(
        "diff",
        "Tell what changed in a case between two moments.",
        Difference,
        lambda eyes, case, given: diff(eyes, case, given["from"], given.get("to")),
        ("from", "to"),
        ("from",),
    ),
    One(
        "replay",
        "Fold a case again from the record; two people compare one digest.",
        Replayed,
        lambda eyes, case, _: next(iter(replayed(eyes, case))),
        ("at",),
    ),
    One(
        "why",
        "Tell which event set a field of the views, and what it was before.",
        Why,
        lambda eyes, case, given: why(eyes, case, given["field"]),
        ("field", "at"),
        ("field",),
    ),
    One(
        "conformance",
        "Judge a case by a rule profile, its own or any other, demand by demand.",
        Conformance,
        lambda eyes, case, given: conformance(eyes, case, given.get("profile")),
        ("profile", "at"),
    ),
    One(
        "symmetry",
        "Compare the sides of a case in what can be counted; a signal, not a verdict.",
        Report,
        lambda eyes, case, _: next(symmetry_report(eyes, case)),
        ("at",),
    ),
)

CASES: Final = Many("cases", "List cases: where each stands.", Listed, listing.cases, ("case_id",))
MANY: Final = (
    Many(
        "proposals",
        "Tell who proposed what, what it changed, and what became of it.",
        Told,
        proposals,
        ("case_id", "tabled"),
    ),
    Many(
        "audit",
        "Tell of every entry who made it, for whom, when, and under which authority.",
        None,
        audit,
        ("event_id",),
    ),
    Many(
        "deadlines",
        "List dates with their arithmetic, and where each stands.",
        CaseDate,
        listing.deadlines,
        ("case_id", "room", "deadline_id"),
    ),
    Many(
        "obligations",
        "List what is owed under executed settlements.",
        CaseObligation,
        listing.obligations,
        ("case_id", "settlement_id", "obligation_id"),
    ),
    Many(
        "neutrality",
        "Tell who inquired, disclosed, objected, waived, challenged, decided.",
        Filed,
        neutrality_file,
        ("case_id", "entry", "what", "matter"),
    ),
    Many(
        "releases",
        "Tell what was told in confidence, and which words may be told to whom.",
        Released,
        release_desk,
        ("case_id", "entry", "authorisation_id"),
    ),
    Many(
        "parties",
        "Tell who is a party, since when, and who may act for it how far.",
        PartyTold,
        party_list,
        ("case_id", "party"),
    ),
    Many(
        "documents",
        "Tell which documents entries name, and which of them are kept here.",
        DocumentTold,
        documents,
        ("case_id", "entry", "sha256"),
    ),
    Many(
        "feedback",
        "Tell how mediations were found, question by question.",
        Heard,
        feedback_over_time,
        ("case_id", "entry"),
    ),
    Many(
        "erasures",
        "Certify what was destroyed, when and on which legal basis.",
        Certificate,
        certificates,
        ("case_id", "command"),
    ),
    Many(
        "accesses",
        "Tell who opened what, as far as the viewer may know.",
        Accessed,
        accesses,
        ("case_id", "at", "person", "command"),
        past=False,
    ),
)
