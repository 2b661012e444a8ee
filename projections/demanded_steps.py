"""Judge the steps a procedure asks for: those of every mediation, and those of a profile's keys."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from ledger.evaluation.checklist import ROOMS, Book, Step, Told
from ledger.evaluation.steps import APPOINTED, EXECUTED, TALKS, judged
from ledger.profile import Profile
from projections.findings import Finding, Verdict

__all__ = ["ROOMS", "findings"]

CLOSING: Final = "closing document issued"
GIVEN_UP: Final = frozenset({"monitoring-waived", "case-closed"})
"""Entries by which all do without a step."""
AFTER: Final = {
    "request registered with the required fields": ("invitation-issued", "mediator-nominated"),
    "consent of every party before commencement": ("engagement-confirmed",),
    "authority to act shown": EXECUTED,
    "conflict inquiry before appointment and at each change of persons": APPOINTED,
    "declaration of impartiality": APPOINTED,
    "disclosures delivered and objection time observed": APPOINTED,
    "agreement to mediate signed with its required contents": TALKS,
    "confidentiality terms before any substance": TALKS,
    "rights explained": ("session-opened",),
    "neutral venue with reasons": ("session-opened",),
    "guidelines said again in preparation and at each session": ("session-opened",),
    "an opening turn for each party": ("session-closed",),
    "every release authorised": (),
    "feasibility looked at before drafting": ("settlement-draft-prepared",),
    "obligations with act, due rule and proof": ("text-frozen",),
    "independent advice acknowledged": EXECUTED,
    "signatures on the frozen text": EXECUTED,
    "satisfaction of each party asked": ("closing-session-held",),
}
"""By step the types of entries after which it is due, none for at once; others at the end."""


class Demand(Struct, frozen=True):
    """A step that a key of a profile asks for.

    Attributes:
        rule: The key, with the word where it has several.
        wanted: Whether a profile asks for it.
        after: Types of entries after which it is due; none for the end of the case.
        by: Types of entries that take it.
        about: Field of both that says what it is about, None for the whole case.
    """

    rule: str
    wanted: Callable[[Profile], bool]
    after: tuple[str, ...]
    by: tuple[str, ...]
    about: str | None = None


DEMANDS: Final = (
    Demand(
        "acceptance.requires signed_declaration",
        lambda p: "signed_declaration" in p.acceptance.requires,
        APPOINTED,
        ("impartiality-declared",),
    ),
    Demand(
        "acceptance.requires fee_terms_accepted_by_all",
        lambda p: "fee_terms_accepted_by_all" in p.acceptance.requires,
        APPOINTED,
        ("fee-terms-accepted",),
    ),
    Demand(
        "caucus_metadata aggregate_at_close",
        lambda p: p.caucus_metadata == "aggregate_at_close",
        (),
        ("caucuses-counted",),
    ),
    Demand(
        "settlement.institution_attests",
        lambda p: p.settlement.institution_attests == "always",
        EXECUTED,
        ("institution-attestation-issued",),
        about="settlement_id",
    ),
    Demand(
        "closing_document",
        lambda p: p.closing_document != "none",
        (),
        ("closing-document-issued",),
    ),
)


def findings(told: Sequence[Told], profile: Profile, *, over: bool) -> Iterator[Finding]:
    """Judge every step.

    Args:
        told: The entries of the rooms a checklist is computed from.
        profile: The profile.
        over: Whether the case has ended.
    """
    book = Book(told)
    tags = {one.ref: one.tag for one in told}
    for step in judged(list(told)):
        if step.step != CLOSING:
            verdict, says = _verdict(step, {tags[ref] for ref in step.evidence}, book, over=over)
            yield Finding(
                kind="step", rule=step.step, verdict=verdict, entries=step.evidence, says=says
            )
    for demand in DEMANDS:
        yield from _of_demand(demand, book, profile, over=over)


def _verdict(step: Step, tags: set[str], book: Book, *, over: bool) -> tuple[Verdict, str]:
    """Say whether a step is met, and whether it was due."""
    after = AFTER.get(step.step)
    due = over if after is None else not after or book.has(*after)
    match step.verdict:
        case "followed":
            return "met", "done"
        case "not_needed":
            return "not_applicable", "the course of the case did not ask for it"
        case "varied" if tags <= GIVEN_UP:
            return "waived", "all did without"
        case "varied" if due or over:
            return "not_met", "done in part, or otherwise than laid down"
        case "missing" if due:
            return "not_met", "not on record"
        case "missing" if over:
            return "not_applicable", "the case ended before it was due"
        case _:
            return "not_yet_due", "not done, or in part, and not due yet"


def _of_demand(demand: Demand, book: Book, profile: Profile, *, over: bool) -> Iterator[Finding]:
    if not demand.wanted(profile):
        yield _said(demand, None, "not_applicable", (), "the profile does not ask for it")
        return
    due, done = book.of(*demand.after), book.of(*demand.by)
    subjects = list(dict.fromkeys(_about(demand, one) for one in due)) if demand.after else [None]
    if not subjects:
        says = "nothing on record asks for it" + ("" if over else " yet")
        yield _said(demand, None, "not_applicable" if over else "not_yet_due", (), says)
    for subject in subjects:
        by = tuple(one.ref for one in done if _about(demand, one) == subject)
        began = tuple(one.ref for one in due if _about(demand, one) == subject)
        yield _subject(demand, subject, began, by, over=over)


def _subject(
    demand: Demand, subject: str | None, began: tuple[str, ...], by: tuple[str, ...], *, over: bool
) -> Finding:
    if by:
        return _said(demand, subject, "met", (*began, *by), "done")
    if over:
        return _said(demand, subject, "not_met", began, "not on record")
    return _said(demand, subject, "not_yet_due", began, "not done while the case runs")


def _about(demand: Demand, entry: Told) -> str | None:
    return None if demand.about is None else getattr(entry.open(), demand.about, None)


def _said(
    demand: Demand, about: str | None, verdict: Verdict, entries: tuple[str, ...], says: str
) -> Finding:
    return Finding(
        kind="step", rule=demand.rule, about=about, verdict=verdict, entries=entries, says=says
    )
