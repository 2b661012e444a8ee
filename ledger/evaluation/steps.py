"""List the steps of the procedure that a checklist asks for, each by the events that show it."""

from collections.abc import Callable
from typing import Any, TypeAlias

from ledger.evaluation.checklist import Book, Step, Told, before, step

Judge: TypeAlias = Callable[[Book], Step]
TALKS = ("session-opened", "proposal-tabled", "mediator-proposal-issued")
REQUEST = ("request-registered", "case-taken-over", "good-offices-offered")
CONSENTS = ("consent-given", "good-offices-accepted", "request-registered", "case-taken-over")
APPOINTED = ("mediator-appointed", "successor-appointed")
EXECUTED = ("settlement-executed",)
FATES = (
    "proposal-accepted",
    "proposal-partly-accepted",
    "proposal-rejected",
    "proposal-withdrawn",
    "proposal-expired",
    "proposal-superseded",
    "counter-proposal-tabled",
    "blind-outcome-declared",
    "late-acceptance-received",
)
TABLED = ("proposal-tabled", "counter-proposal-tabled", "mediator-proposal-issued")


def _field(entry: Told, name: str) -> Any:  # noqa: ANN401 - any field of an event
    return getattr(entry.open(), name, None)


def _fields(entries: list[Told], *names: str) -> set[Any]:
    return {_field(entry, name) for entry in entries for name in names} - {None}


def request_was_whole(book: Book) -> Step:
    """Say whether a request with its fields came in and was registered."""
    return step("request registered with the required fields", book.of(*REQUEST))


def everybody_consented(book: Book) -> Step:
    """Say whether every party consented before the engagement was confirmed."""
    given, begun = book.of(*CONSENTS), book.of("engagement-confirmed")
    return step("consent of every party before commencement", given, whole=before(given, begun))


def authority_was_shown(book: Book) -> Step:
    """Say whether a signature rests on an authority on record."""
    shown = book.of("representative-authorised")
    signed = book.of("settlement-signed")
    persons = _fields(shown, "party")
    whole = all(_field(one, "by") in persons for one in signed)
    return step("authority to act shown", shown, needed=bool(signed), whole=whole)


NEWCOMERS = (
    "expert-engaged",
    "interpreter-engaged",
    "observer-admitted",
    "interested-person-named",
)


def conflicts_were_looked_for(book: Book) -> Step:
    """Say whether conflicts were looked for, at the beginning and at each change of persons."""
    found, seated = book.of("conflict-inquiry-completed"), book.of(*APPOINTED, "co-mediator-added")
    looked = {whom for one in found for whom in _field(one, "concerning")}
    mediators = {person for one in seated for person in _field(one, "mediators")}
    whole = mediators <= _fields(found, "person") and _came_later(book, seated) <= looked
    name = "conflict inquiry before appointment and at each change of persons"
    return step(name, found, needed=bool(seated), whole=whole)


def _came_later(book: Book, seated: list[Told]) -> set[str]:
    """Name who came when somebody mediated; people of a party that joined come under its name."""
    joined = _fields(book.of("party-joined"), "party")
    came: set[str] = set(joined) | _fields(book.of(*NEWCOMERS), "person")
    known: set[str] = set()
    for one in book.of("representative-authorised"):
        person = _field(one, "person")
        if before(seated, [one]) and _field(one, "party") not in joined:
            came |= {person} - known
        known.add(person)
    return came


def impartiality_was_declared(book: Book) -> Step:
    """Say whether a declaration was signed."""
    needed = book.has(*APPOINTED)
    return step("declaration of impartiality", book.of("impartiality-declared"), needed=needed)


def disclosures_were_delivered(book: Book) -> Step:
    """Say whether each disclosure reached the parties."""
    disclosed, delivered = book.of("conflict-disclosed"), book.of("disclosure-delivered")
    whole = _fields(disclosed, "disclosure_id") <= _fields(delivered, "disclosure_id")
    name = "disclosures delivered and objection time observed"
    return step(name, delivered, needed=bool(disclosed), whole=whole)


def agreement_was_signed(book: Book) -> Step:
    """Say whether the agreement to mediate was signed by all."""
    signed = book.of("agreement-to-mediate-signed")
    whole = book.has("engagement-confirmed") and book.has("agreement-to-mediate-drafted")
    return step("agreement to mediate signed with its required contents", signed, whole=whole)


def confidentiality_came_first(book: Book) -> Step:
    """Say whether confidentiality terms were agreed before any substance was exchanged."""
    terms = book.of("confidentiality-terms-adopted")
    whole = before(terms, book.of(*TALKS, "statement-submitted"))
    return step("confidentiality terms before any substance", terms, whole=whole)


def rights_were_explained(book: Book) -> Step:
    """Say whether rights were explained before the first session."""
    told = book.of("rights-explained")
    return step("rights explained", told, whole=before(told, book.of("session-opened")))


def venue_was_neutral(book: Book) -> Step:
    """Say whether the venue was chosen with its reasons."""
    chosen = book.of("venue-selected")
    whole = all(isinstance(_field(one, "reasons"), str) for one in chosen)
    return step("neutral venue with reasons", chosen, whole=whole)


def guidelines_were_said_again(book: Book) -> Step:
    """Say whether the ground rules were said again in preparation and at each session."""
    said = book.of("preparation-opened", "session-opened")
    whole = all(_field(one, "guidelines_reiterated") for one in said)
    return step("guidelines said again in preparation and at each session", said, whole=whole)


def everybody_had_an_opening(book: Book) -> Step:
    """Say whether more than one side had an opening turn."""
    turns = book.of("speaking-turn-recorded")
    openings = [turn for turn in turns if _field(turn, "kind") == "opening"]
    sides = len(_fields(openings, "party") | _fields(openings, "speaker"))
    needed = book.has("session-opened")
    name = "an opening turn for each party"
    return step(name, openings, needed=needed, whole=sides > 1)


def summaries_were_offered(book: Book) -> Step:
    """Say whether each summary was answered by somebody."""
    given = book.of("summary-given")
    answered = _fields(book.of("summary-confirmed", "summary-corrected"), "summary_id")
    whole = _fields(given, "summary_id") <= answered
    return step("each summary offered for correction", given, needed=bool(given), whole=whole)


def releases_were_authorised(book: Book) -> Step:
    """Say whether what was told out of caucuses before all was authorised; the rules see to it."""
    told = book.of("information-conveyed")
    return step("every release authorised", told, needed=bool(told))


def proposals_were_answered(book: Book) -> Step:
    """Say whether every proposal before all was answered, withdrawn or ran out."""
    tabled = book.of(*TABLED)
    met = _fields(book.of(*FATES), "proposal_id", "answers", "by_proposal")
    ended = book.has("case-closed", "termination-declared", *EXECUTED)
    left = _fields(tabled, "proposal_id") - met
    name = "every proposal answered, withdrawn or expired"
    return step(name, tabled, needed=bool(tabled), whole=not left or ended)


def feasibility_was_looked_at(book: Book) -> Step:
    """Say whether feasibility was looked at before drafting."""
    looked, drafts = book.of("feasibility-assessed"), book.of("settlement-draft-prepared")
    whole = before(looked, drafts)
    return step("feasibility looked at before drafting", looked, needed=bool(drafts), whole=whole)


def obligations_are_definite(book: Book) -> Step:
    """Say whether each obligation has an act, a due rule and a proof."""
    owed = book.of("obligation-defined")
    whole = all(_is_definite(one) for one in owed)
    return step("obligations with act, due rule and proof", owed, needed=bool(owed), whole=whole)


def _is_definite(entry: Told) -> bool:
    dated = any(_field(entry, name) for name in ("due", "due_days", "depends_on"))
    return dated and isinstance(_field(entry, "proof"), str)


def advice_was_spoken_of(book: Book) -> Step:
    """Say whether every party that signed had acknowledged advice."""
    told, signed = book.of("advice-acknowledged"), book.of("settlement-signed")
    whole = _fields(signed, "by") <= _fields(told, "by")
    return step("independent advice acknowledged", told, needed=bool(signed), whole=whole)


def signatures_are_on_the_frozen_text(book: Book) -> Step:
    """Say whether what was executed was signed on a frozen text."""
    signed = book.of("settlement-signed")
    frozen = _fields(book.of("text-frozen"), "hash")
    whole = _fields(signed, "hash") <= frozen
    return step("signatures on the frozen text", signed, needed=book.has(*EXECUTED), whole=whole)


def copies_were_delivered(book: Book) -> Step:
    """Say whether every party that signed got its copy."""
    copies = book.of("settlement-copy-delivered")
    whole = _fields(book.of("settlement-signed"), "by") <= _fields(copies, "to")
    return step("copies delivered", copies, needed=book.has(*EXECUTED), whole=whole)


def closing_was_held(book: Book) -> Step:
    """Say whether the result was gone through with the parties, or they did without."""
    held = book.of("closing-session-held")
    waived = [one for one in book.of("case-closed") if _field(one, "session_waived")]
    return step("closing session", held or waived, needed=book.has(*EXECUTED), whole=bool(held))


def understanding_was_confirmed(book: Book) -> Step:
    """Say whether every party that was at the closing session confirmed its understanding."""
    confirmed, held = book.of("understanding-confirmed"), book.of("closing-session-held")
    there = {party for one in held for party in _field(one, "attended")}
    whole = there <= _fields(confirmed, "party")
    return step("understanding confirmed by each party", confirmed, needed=bool(held), whole=whole)


def satisfaction_was_asked(book: Book) -> Step:
    """Say whether the parties were asked, at the closing session, how satisfied they are."""
    held = book.of("closing-session-held")
    whole = any(_field(one, "satisfaction_asked") for one in held)
    return step("satisfaction of each party asked", held, needed=bool(held), whole=whole)


def performance_is_watched(book: Book) -> Step:
    """Say whether a monitoring plan was adopted, or done without for reasons all agreed on."""
    plans = book.of("monitoring-plan-adopted", "monitoring-waived")
    return step("monitoring plan", plans, needed=book.has("obligation-defined") and _settled(book))


def _settled(book: Book) -> bool:
    return book.has(*EXECUTED)


def closing_document_was_issued(book: Book) -> Step:
    """Say whether the neutral notice of the end was issued."""
    return step("closing document issued", book.of("closing-document-issued"))


def feedback_was_asked(book: Book) -> Step:
    """Say whether every party that took part was asked how it found the mediation."""
    asked = book.of("feedback-requested")
    whole = bool(asked) and not _field(asked[-1], "not_asked")
    return step("feedback asked from all sides", asked, whole=whole)


STEPS: tuple[Judge, ...] = (
    request_was_whole,
    everybody_consented,
    authority_was_shown,
    conflicts_were_looked_for,
    impartiality_was_declared,
    disclosures_were_delivered,
    agreement_was_signed,
    confidentiality_came_first,
    rights_were_explained,
    venue_was_neutral,
    guidelines_were_said_again,
    everybody_had_an_opening,
    summaries_were_offered,
    releases_were_authorised,
    proposals_were_answered,
    feasibility_was_looked_at,
    obligations_are_definite,
    advice_was_spoken_of,
    signatures_are_on_the_frozen_text,
    copies_were_delivered,
    closing_was_held,
    understanding_was_confirmed,
    satisfaction_was_asked,
    performance_is_watched,
    closing_document_was_issued,
    feedback_was_asked,
)


def judged(entries: list[Told]) -> tuple[Step, ...]:
    """Judge every step from some entries of a case."""
    book = Book(entries)
    return tuple(judge(book) for judge in STEPS)
