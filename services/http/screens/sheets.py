"""Show what belongs to one piece of work together, with the forms for it.

The session sheet, the preparation, the settlement and the evaluation.
"""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from ledger.catalogue import COMMANDS
from ledger.envelope import tag_of
from ledger.errors import RuleViolation
from ledger.prospects import Prospect
from services.http.door import Caller
from services.http.languages import label
from services.http.screens.frame import Answered, case_page, looked, shown
from services.http.site import Asked, Site, check_query
from services.reading.looking import Kept
from services.reading.nexts import next_seen
from services.reading.timeline import Entry, marks, said, some


class Section(Struct, frozen=True):
    """A part of a sheet.

    Attributes:
        heading: What people read above it.
        types: Entries it lists.
        commands: Forms it offers, where they may be given now.
    """

    heading: str
    types: tuple[str, ...]
    commands: tuple[str, ...]


class Part(Struct, frozen=True):
    """A part of a sheet, filled.

    Attributes:
        section: Which.
        entries: What it lists.
        acts: Forms that may be given now, each with its address.
    """

    section: Section
    entries: tuple[Entry, ...]
    acts: tuple[tuple[Prospect, str], ...]


SESSION: Final = (
    Section(
        label("The session"),
        (
            "session-scheduled",
            "session-rescheduled",
            "session-cancelled",
            "session-opened",
            "session-adjourned",
            "session-resumed",
            "session-closed",
            "session-suspended-for-safety",
            "session-suspended-for-technical-failure",
            "suspension-explained",
            "session-record-issued",
            "recording-made",
            "recording-destroyed",
        ),
        (
            "schedule-session",
            "reschedule-session",
            "cancel-session",
            "open-session",
            "adjourn-session",
            "resume-session",
            "suspend-session",
            "close-session",
            "issue-session-record",
            "note-recording",
            "destroy-recording",
        ),
    ),
    Section(
        label("Who was there"),
        ("participant-list-set", "attendance-recorded"),
        ("set-participant-list", "record-attendance"),
    ),
    Section(
        label("Who spoke, and how long"),
        ("speaking-turn-recorded", "statement-recorded", "interruption-noted", "question-posed"),
        ("record-speaking-turn", "record-statement", "note-interruption", "pose-question"),
    ),
    Section(
        label("Summaries offered for correction"),
        ("summary-given", "summary-confirmed", "summary-corrected"),
        ("give-summary", "confirm-summary", "correct-summary"),
    ),
    Section(
        label("Common ground"),
        ("common-ground-identified", "common-ground-confirmed", "option-introduced"),
        ("identify-common-ground", "confirm-common-ground", "introduce-option"),
    ),
    Section(
        label("Talks with one side alone"),
        ("caucus-opened", "caucus-closed", "caucus-noted", "caucuses-counted"),
        ("open-caucus", "close-caucus", "count-caucuses"),
    ),
    Section(
        label("Objections to how it is led"),
        ("conduct-objection-raised", "conduct-objection-answered", "balance-intervention-made"),
        ("object-to-conduct", "answer-conduct-objection", "record-balance-intervention"),
    ),
)
PREPARATION: Final = (
    Section(
        label("Documents and what was written before"),
        (
            "statement-submitted",
            "document-submitted",
            "document-reviewed",
            "prior-communications-reviewed",
        ),
        (
            "submit-statement",
            "submit-document",
            "review-document",
            "review-prior-communications",
        ),
    ),
    Section(
        label("Interests"),
        ("interest-recorded", "barrier-noted", "strategy-noted"),
        ("record-interest", "note-barrier", "note-strategy"),
    ),
    Section(
        label("Information asked for"),
        ("information-requested", "information-supplied"),
        ("request-information", "supply-information"),
    ),
    Section(label("The venue, and why it is neutral"), ("venue-selected",), ("select-venue",)),
    Section(
        label("What somebody needs to take part on equal terms"),
        ("access-need-recorded", "access-arranged"),
        ("record-access-need", "arrange-access"),
    ),
    Section(
        label("The course of the preparation"),
        ("preparation-opened", "protocol-issued", "preparation-completed"),
        ("open-preparation", "issue-protocol", "complete-preparation"),
    ),
)
SETTLEMENT: Final = (
    Section(
        label("Drafts"),
        ("drafting-mandate-given", "settlement-draft-prepared", "draft-revised"),
        ("give-drafting-mandate", "prepare-draft", "revise-draft"),
    ),
    Section(label("Comments"), ("draft-commented",), ("comment-draft",)),
    Section(
        label("Obligations, rights and conditions"),
        (
            "obligation-defined",
            "right-defined",
            "condition-defined",
            "condition-satisfied",
            "condition-failed",
            "condition-waived",
        ),
        (
            "define-obligation",
            "define-right",
            "define-condition",
            "satisfy-condition",
            "fail-condition",
            "waive-condition",
        ),
    ),
    Section(
        label("The frozen text"),
        (
            "text-frozen",
            "text-unfrozen",
            "advice-acknowledged",
            "legal-review-recorded",
            "legal-opinion-kept",
            "translation-certified",
        ),
        (
            "freeze-text",
            "unfreeze-text",
            "acknowledge-advice",
            "record-legal-review",
            "certify-translation",
        ),
    ),
    Section(
        label("Signatures"),
        (
            "signature-invited",
            "settlement-signed",
            "signature-refused",
            "signature-attempt-failed",
            "signature-window-lapsed",
            "settlement-executed",
            "settlement-entered-into-force",
            "mediator-signed-as-evidence",
        ),
        (
            "invite-signatures",
            "sign-settlement",
            "refuse-signature",
            "report-failed-signature",
            "sign-as-evidence",
        ),
    ),
    Section(
        label("Copies and certificates"),
        (
            "settlement-copy-delivered",
            "mediator-certificate-issued",
            "institution-attestation-issued",
            "registration-recorded",
            "court-order-recorded",
            "consent-award-recorded",
        ),
        ("deliver-copy", "issue-mediator-certificate", "attest-settlement"),
    ),
)
EVALUATION: Final = (
    Section(
        label("How the mediation was found"),
        (
            "feedback-requested",
            "party-feedback-received",
            "mediator-feedback-received",
            "feedback-shared",
        ),
        ("request-feedback", "give-feedback", "give-mediator-feedback", "share-feedback"),
    ),
    Section(
        label("Was it led evenly?"),
        ("procedure-checklist-computed", "bias-check-completed", "balance-commented"),
        ("compute-checklist", "complete-bias-check", "comment-on-balance"),
    ),
    Section(
        label("Complaints"),
        ("complaint-filed", "complaint-decided"),
        ("file-complaint", "decide-complaint"),
    ),
    Section(label("The end of the evaluation"), ("evaluation-closed",), ("close-evaluation",)),
)
SHEETS: Final[Mapping[str, tuple[str, tuple[Section, ...]]]] = {
    "preparation": (label("Preparation"), PREPARATION),
    "settlement": (label("Settlement"), SETTLEMENT),
    "evaluation": (label("Evaluation"), EVALUATION),
}


def routes(site: Site) -> list[HTTPRouteHandler]:
    """List the handlers of the sheets."""
    return [*(_sheet(site, name) for name in SHEETS), _sessions(site), _session(site)]


def _sheet(site: Site, name: str) -> HTTPRouteHandler:
    title, sections = SHEETS[name]

    @get(f"/cases/{{case:str}}/{name}", name=f"page of the {name}")
    async def sheet(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            return _page(site, request, caller, case, _Sheet(name, title, sections))

        return await shown(site, request, work)

    return sheet


def _sessions(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/sessions", name="page of the sessions")
    async def sessions(request: Asked, case: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            found = _Sheet("sessions", label("Sessions"), SESSION[:1])
            return _page(site, request, caller, case, found)

        return await shown(site, request, work)

    return sessions


def _session(site: Site) -> HTTPRouteHandler:
    @get("/cases/{case:str}/sessions/{session:str}", name="page of a session")
    async def sheet(request: Asked, case: FromPath[str], session: FromPath[str]) -> Answered:
        def work(caller: Caller) -> Answered:
            found = _Sheet("sessions", label("Session sheet"), SESSION, session)
            return _page(site, request, caller, case, found)

        return await shown(site, request, work)

    return sheet


class _Sheet(Struct, frozen=True):
    """A sheet asked for: its tab, heading, sections and, of one session, its id."""

    tab: str
    title: str
    sections: tuple[Section, ...]
    session: str | None = None


def _page(site: Site, request: Asked, caller: Caller, case: str, sheet: _Sheet) -> Answered:
    check_query(request, "as", "at")
    eyes, look, told = looked(site, request, caller, case, sheet.tab)
    if sheet.session not in (None, *(one.session_id for one in told.sessions)):
        needs = "a session, as the page of sessions lists them"
        raise RuleViolation("session_is_known", "there is no such session here", needs)
    past = "at" in request.query_params
    may = () if past else [a for a in next_seen(eyes, site.case(caller, case)).acts if a.may]
    types = {tag for section in sheet.sections for tag in section.types}

    def wanted(kept: Kept) -> bool:
        return tag_of(type(kept.frame.event)) in types and _is_of(kept, sheet.session)

    entries = some(look, eyes.zone(look), wanted)
    parts = [_part(section, entries, may, sheet.session) for section in sheet.sections]
    return case_page(
        "sheet.html",
        sheet.tab,
        request,
        caller,
        told,
        title=sheet.title,
        parts=parts,
        session=sheet.session,
        batch=any(act.by == "mediator" for act in may),
        marks=marks,
        said=said,
    )


def _part(
    section: Section, entries: Iterable[Entry], may: Iterable[Prospect], session: str | None
) -> Part:
    listed = tuple(entry for entry in entries if entry.type in section.types)
    acts = tuple((act, _query(act, session)) for act in may if act.command in section.commands)
    return Part(section, listed, acts)


def _is_of(kept: Kept, session: str | None) -> bool:
    """Tell whether an entry belongs to a session; one that names none belongs to each."""
    named = getattr(kept.frame.event, "session_id", None)
    return session is None or not isinstance(named, str) or named == session


def _query(act: Prospect, session: str | None) -> str:
    named = session is not None and "session_id" in COMMANDS[act.command].__struct_fields__
    return urlencode({"_by": act.by, **({"session_id": session} if named else {})})
