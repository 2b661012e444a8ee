"""Every row of the smallest useful core: an event stands for it, and some case records it."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

import pytest

from ledger.catalogue import EVENTS, PARTS
from ledger.envelope import Event, tag_of
from ledger.identity import Operator
from ledger.profile import builtin
from tests import examples as ex
from tests.core_rows import ROOMS_BESIDE, ROOMS_OF_ROW
from tests.spec import Spec, do

TEXT, NEXT_TEXT = ex.TEXT_HASH, "c" * 64
THREE = ("A", "B", "C")
JUDGE = Operator(name="judge", roles=("challenge",), auth="test")
AUTOMATIC = (
    builtin()["house-default"]
    .replace('id = "house-default"', 'id = "automatic"')
    .replace('silence_effect = "elective_rejection"', 'silence_effect = "automatic_lapse"')
    .replace('elected_by = "requester"', 'elected_by = "nobody"')
    .replace('termination_effect = "date_of_act"', 'termination_effect = "institution_confirms"')
)
"""A procedure by which silence ends a request, and an end waits for the institution."""
HOUSE = (
    do("found-institution", name="Harbour Office"),
    do("adopt-profile", text=AUTOMATIC, default=True),
)


def opened() -> Spec:
    """From the request to the terms, with everything that is said about people on the way."""
    return Spec().given(
        ex.requested(),
        do("acknowledge-request"),
        do("register-request"),
        do("issue-invitation", party="B", carrier="courier"),
        do("record-service-failure", party="B", reason="Moved away."),
        do("issue-invitation", party="B", carrier="courier"),
        do("record-service", party="B"),
        do(
            "authorise-representative",
            by="B",
            person="person:holt",
            powers=["negotiate", "settle"],
            ceiling={"amount": "1000000", "currency": "EUR"},
        ),
        do("extend-deadline", deadline_id="reply-B", until="2026-04-20"),
        do("give-consent", by="B"),
    )


def chosen() -> Spec:
    """A candidate discloses, a party objects, the parties waive, a mediator takes office."""
    return opened().given(
        do("nominate-mediator", person=ex.MEDIATOR, method="joint"),
        do(
            "complete-inquiry",
            by="candidate",
            searched=["A"],
            since="2016-01-01",
            until="2026-03-01",
        ),
        do("disclose-conflict", by="candidate", kind="business_relation", circumstance="An audit."),
        *(do("deliver-disclosure", disclosure_id="iyer-D1", party=p) for p in "AB"),
        do("acknowledge-disclosure", by="A", disclosure_id="iyer-D1"),
        do("raise-objection", by="A", disclosure_id="iyer-D1", ground="Still a client."),
        do("withdraw-objection", by="A", objection_id="O1"),
        *(do("waive-conflict", by=p, disclosure_id="iyer-D1", statement="We do.") for p in "AB"),
        do("declare-impartiality", by="candidate", text_version="1"),
        *(do("accept-fee-terms", by=p, terms="Shared.") for p in "AB"),
        do("appoint-mediator", mediators=[ex.MEDIATOR], method="joint"),
    )


def challenged() -> Spec:
    """The mandate rests on a challenge, is restored, ends, and passes to a successor."""
    heads = ["conduct", "fees", "place_and_time", "confidentiality", "advice", "ending"]
    new = "person:lindqvist"
    verdict = {"challenge_id": "CH1", "outcome": "rejected", "reasons": "No ground."}
    spec = chosen().given(do("file-challenge", by="B", ground="It knows too much."))
    spec.at(spec.clock.at + timedelta(days=14))  # whoever is challenged has time to answer
    return spec.given(
        do("decide-challenge", by="challenge", at_operator=JUDGE, **verdict),
        do("adopt-confidentiality-terms", by="mediator", agreed_by=["A", "B"]),
        do("draft-agreement-to-mediate", by="mediator", text_hash=TEXT, covers=heads),
        *(do("sign-agreement-to-mediate", by=p) for p in ("A", "B", "mediator")),
        do("explain-rights", by="mediator"),
        do("acknowledge-rights", by="A"),
        do("sign-undertaking", text_hash=TEXT, person="person:holt"),
        do("resign-mandate", by="mediator", reasons="Health."),
        do("nominate-mediator", person=new, method="joint"),
        do(
            "complete-inquiry",
            by="candidate",
            searched=["A"],
            since="2016-01-01",
            until="2026-03-01",
        ),
        do("declare-no-conflict", by="candidate", text_version="1"),
        do("declare-impartiality", by="candidate", text_version="1"),
        *(do("accept-fee-terms", by=p, terms="As before.") for p in "AB"),
        do("appoint-successor", mediators=[new], method="joint"),
        do("recuse", by="mediator"),
    )


def met() -> Spec:
    """Papers, a session with its attendance and turns, a caucus and what may be told of it."""
    wording = "A sees room for movement."
    return Spec().given(
        ex.preparing(),
        do("define-scope", by="mediator", issues={"fee": "The fee"}, agreed_by=["A", "B"]),
        do("define-scope", by="mediator", issues={"term": "The term"}, agreed_by=["A", "B"]),
        do("submit-statement", by="A", text="Ours."),
        do("record-interest", by="A", interest="Quiet nights."),
        do("submit-document", by="A", title="Survey", hash=TEXT, made_for_mediation=False),
        do(
            "schedule-session",
            by="mediator",
            start="2026-04-09T09:00:00Z",
            minutes=60,
            mode="remote",
        ),
        do(
            "reschedule-session",
            session_id="S2",
            start="2026-04-10T09:00:00Z",
            minutes=60,
            mode="remote",
        ),
        do("cancel-session", session_id="S2"),
        do("open-session", by="mediator"),
        do("record-attendance", person=ex.MEDIATOR),
        do(
            "record-speaking-turn",
            speaker="person:abe",
            kind="opening",
            start="2026-03-02T09:00:00Z",
            end="2026-03-02T09:10:00Z",
        ),
        ex.caucused("A"),
        do("close-caucus", by="mediator", party="A"),
        do("authorise-disclosure", by="A", item_id="C1", wording=wording, recipients=["B"]),
        do("convey-information", by="mediator", owner="A", authorisation_id="R1", wording=wording),
        do("adjourn-session", by="mediator"),
        do("resume-session", by="mediator", session_id="S1"),
        do("close-session", by="mediator"),
    )


def counted() -> Spec:
    """Caucuses are told by number alone, once the talks are over."""
    text = AUTOMATIC.replace('"visible_to_all"', '"aggregate_at_close"')
    return Spec().given(
        do("found-institution", name="Harbour Office"),
        do("adopt-profile", text=text, default=True),
        ex.mediating(),
        do("declare-termination", by="mediator", mode="completed"),
        do("confirm-termination"),
        do("count-caucuses", by="mediator", count=0),
    )


def talked() -> Spec:
    """Proposals meet every fate; the last leads to a settlement, its text changed on the way."""
    until = "2026-03-02T12:00:00Z"
    two = [ex.clause(), ex.clause(issue="term", text="Until 2030.", clause_id="c2")]
    return Spec().given(
        ex.mediating(),
        ex.tabled(by="A"),
        do("reject-proposal", by="B", proposal_id="P1", reasons="Too much."),
        ex.tabled(by="A"),
        ex.tabled(by="B", answers="P2"),
        ex.tabled(by="B", answers="P3", replaces=True),
        do("withdraw-proposal", by="B", proposal_id="P4"),
        ex.tabled(by="A", clauses=two),
        do("accept-proposal-partly", by="B", proposal_id="P5", clause_ids=["c1"]),
        ex.tabled(by="A", valid_until=until),
        do("record-agreement-in-principle", by="mediator", proposal_id="P5"),
    )


def signed() -> Spec:
    """A frozen text is opened again, a signature refused, then given."""
    spec = talked()
    spec.at(spec.clock.at + timedelta(days=1))
    return spec.given(
        ex.tabled(by="A"),
        ex.accepted("P7"),
        do("give-drafting-mandate", by="mediator"),
        do("prepare-draft", by="mediator", hash=TEXT),
        do(
            "define-obligation",
            by="mediator",
            obligor="B",
            obligee="A",
            act="Pay.",
            due="2026-03-20",
        ),
        do("freeze-text", by="mediator", hash=TEXT),
        do("unfreeze-text", by="A"),
        do("freeze-text", by="mediator", hash=TEXT),
        *(do("acknowledge-advice", by=p, advice="taken") for p in "AB"),
        do("invite-signatures"),
        do("refuse-signature", by="B", reasons="A slip in the French text."),
        do("invite-signatures"),
        *(do("sign-settlement", by=p, hash=TEXT) for p in "AB"),
    )


def performed() -> Spec:
    """What is owed falls due, is reported, disputed, broken, confirmed; the case ends."""
    spec = signed()
    spec.at(spec.clock.at + timedelta(days=30))
    return spec.given(
        do("report-breach", by="A", obligation_id="OB1", facts="Nothing was paid."),
        do("report-performance", by="B", obligation_id="OB1", what="Paid."),
        do("dispute-performance", by="A", obligation_id="OB1", grounds="Short."),
        do("confirm-performance", by="A", obligation_id="OB1"),
        *(do("amend-settlement", by=p, base_hash=TEXT, new_hash=NEXT_TEXT) for p in "AB"),
        do("hold-closing-session", by="mediator", attended=["A", "B"]),
        do("declare-termination", mode="settled"),
        do("issue-closing-document"),
        do("close-case", outcome="full"),
        do("give-feedback", by="A", answers={"fair": 4}),
    )


def put_right() -> Spec:
    """Entries are corrected and come late; holds are placed; dates are given up and reviewed."""
    return Spec().given(
        ex.invited(),
        do(
            "correct-entry",
            target="joint:3",
            changes={"occurred": "2026-02-26T10:00:00Z"},
            reason="The receipt says so.",
            approved_by="person:second",
        ),
        do("place-legal-hold", scope="all"),
        do("release-legal-hold", hold_id="H1"),
        do("give-consent", by="B"),
        do("report-fact", fact="request_received", at_occurred="2026-02-01T10:00:00Z"),
    )


def silent() -> Spec:
    """B never answers; A elects, and B's late yes stands as a fresh offer."""
    spec = Spec().given(ex.invited())
    spec.at(spec.clock.at + timedelta(days=60))
    elects = do("treat-silence-as-refusal", by="A", party="B", notified="2026-04-30T09:00:00Z")
    return spec.given(elects, do("give-consent", by="B"))


def waived() -> Spec:
    """A gives up the date that would have let it elect."""
    return Spec().given(ex.invited(), do("waive-deadline", by="A", deadline_id="reply-B"))


def lapsed() -> Spec:
    """Under a profile by which silence ends the request, it does so by itself."""
    spec = Spec().given(HOUSE, ex.invited())
    spec.at(spec.clock.at + timedelta(days=60))
    return spec.given(do("report-fact", fact="other"))


def refused() -> Spec:
    """The house does not take the case."""
    return Spec().given(
        ex.requested(), do("decline-request", ground="scope", reasons="No family cases.")
    )


def declined() -> Spec:
    """B does not take part."""
    return Spec().given(ex.invited(), do("decline-invitation", by="B", reasons="The courts."))


def left() -> Spec:
    """C leaves; A and B go on."""
    return Spec().given(
        ex.mediating(THREE),
        do("withdraw-consent", by="C", reason="Our board."),
        *(do("agree-continuation", by=p) for p in "AB"),
    )


def learnt() -> Spec:
    """The institution notes what a case taught it."""
    return Spec().given(
        ex.requested(),
        do("found-institution", name="Harbour Office"),
        do("record-lesson", text="Ask early.", approved=True),
    )


def confirmed() -> Spec:
    """The mediator sees no prospect, and under this procedure the institution confirms the end."""
    end = do("declare-termination", by="mediator", mode="no_prospect", consulted=["A", "B"])
    return Spec().given(HOUSE, ex.engaged(), end, do("confirm-termination"))


def taken_over() -> Spec:
    """A case that began elsewhere, with words its procedure keeps and a settlement told of."""
    return Spec().given(
        do(
            "take-over-case",
            external_ref="elsewhere:1",
            source="old-register",
            parties=["A", "B"],
            phase="MEDIATING",
            title="An old case",
        ),
        do("record-statement", party="A", text="We need more water.", at_reported=True),
        do("report-settlement", basis="Agreement Reached"),
    )


PATHS: tuple[Callable[[], Spec], ...] = (
    chosen,
    challenged,
    met,
    counted,
    performed,
    put_right,
    silent,
    waived,
    lapsed,
    refused,
    declined,
    left,
    learnt,
    confirmed,
    taken_over,
)


@cache
def recorded() -> frozenset[str]:
    """Gather the events of all paths."""
    files = [file for path in PATHS for file in path().files.values()]
    return frozenset(tag_of(type(frame.event)) for file in files for frame in file.frames)


def test_the_core_has_83_rows() -> None:
    """As the procedure counts them."""
    assert len(ROOMS_OF_ROW) == 83


@pytest.mark.parametrize("row", ROOMS_OF_ROW)
def test_a_row_of_the_core_is_recorded(row: str) -> None:
    """An event stands for the row, and each that does is recorded by somebody's command.

    What stands beside the rows of the core has tests of its own.
    """
    tags = {tag for tag, kind in EVENTS.items() if kind.row == row} - set(ROOMS_BESIDE)
    assert tags
    assert not tags - recorded()


def test_every_event_of_the_core_belongs_to_a_part_that_folds_it() -> None:
    """Nothing is recorded that no state takes in, or that no reader is told of in words."""
    folded: set[type[Event]] = {event for part in PARTS for event in part.events}
    core = {kind for kind in EVENTS.values() if kind.row in ROOMS_OF_ROW}
    assert core <= folded
    assert all(kind.says for kind in core)
