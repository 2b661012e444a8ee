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
from services.reading.learning import Learning, learning
from services.reading.listing import CaseDate, CaseObligation
from services.reading.neutrality import Filed, neutrality_file
from services.reading.nexts import NextActs, next_seen
from services.reading.party_set import PartyTold, party_list
from services.reading.proposals import Told, proposals
from services.reading.releases import Released, release_desk
from services.reading.replaying import Replayed, replayed
from services.reading.showing import Shown, show
from services.reading.statistics import Statistics, statistics_told
from services.reading.stepping import Part, Played, played
from services.reading.symmetry import Report, symmetry_report
from services.reading.trail import audit
from services.reading.truth import Truth, truth
from services.reading.what_ifs import Supposing, WhatIf, what_if
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
        repeated: Which of them may be given several times; their values come a line each.
    """

    name: str
    about: str
    shape: type
    read: Callable[[Eyes, str, dict[str, str]], object]
    parameters: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


class Whole(NamedTuple):
    """A view of all cases together, or of the institution, that is one document.

    Attributes:
        name: As on the command line.
        about: What it tells, in the imperative.
        shape: Of the document.
        read: Reads it; takes the parameters by name.
        parameters: Which parameters it takes beside `as`.
        repeated: Which of them may be given several times; their values come a line each.
    """

    name: str
    about: str
    shape: type
    read: Callable[[Eyes, dict[str, str]], object]
    parameters: tuple[str, ...]
    repeated: tuple[str, ...] = ()


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
        "steps",
        "Replay a case entry by entry, as its viewer saw it grow; each step with its digest.",
        Played,
        lambda eyes, case, given: played(eyes, case, _part(given)),
        ("at", "from", "to", "until"),
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
    One(
        "what-if",
        "Tell which later acts would have been refused, and which dates would move.",
        WhatIf,
        lambda eyes, case, given: what_if(eyes, case, _supposing(given)),
        ("without", "set", "profile"),
        repeated=("without", "set"),
    ),
)
WHOLES: Final = (
    Whole(
        "statistics",
        "Tell what all cases come to together; no number is of fewer than five.",
        Statistics,
        lambda eyes, given: statistics_told(
            eyes, given.get("by"), given.get("from-year"), given.get("to-year")
        ),
        ("by", "from-year", "to-year"),
    ),
    Whole(
        "learning",
        "Tell what was learnt: lessons, practices, improvements, and the figures since.",
        Learning,
        lambda eyes, given: learning(eyes, _values(given, "tag")),
        ("tag",),
        repeated=("tag",),
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


def _values(given: dict[str, str], name: str) -> tuple[str, ...]:
    """Return the values of a parameter that may be given several times."""
    return tuple(given[name].split("\n")) if name in given else ()


def _part(given: dict[str, str]) -> Part:
    return Part(since=given.get("from"), to=given.get("to"), until=given.get("until"))


def _supposing(given: dict[str, str]) -> Supposing:
    without, keys = _values(given, "without"), _values(given, "set")
    return Supposing(without, keys, given.get("profile"))
