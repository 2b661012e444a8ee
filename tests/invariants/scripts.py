"""Acts that follow from each other, so that random histories reach what they have to."""

from ledger.identity import Operator
from ledger.profile import builtin
from tests import examples as ex
from tests.spec import Order, do

A_B_C = ["A", "B", "C"]
NEW = "person:lindqvist"
JUDGE = Operator(name="judge", roles=("challenge",), auth="test", unbound=True)
RELEASED = "A sees room for movement."
REPLY_BY = "2026-03-20T16:00:00+01:00"


def house(*changes: tuple[str, str]) -> list[Order]:
    """Found an institution whose only procedure is the house's, changed in some lines."""
    text = builtin()["house-default"]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return [do("found-institution", name="Harbour Office"), do("adopt-profile", text=text)]


HOUSES: tuple[list[Order], ...] = (
    [],
    house(('mandate_level = "facilitate"', 'mandate_level = "facilitate_and_propose"')),
    house(('caucus_default = "closed"', 'caucus_default = "open_unless_marked"')),
    house(("cooling_off_days = 0", "cooling_off_days = 7")),
    house(('late_acceptance = "treat_as_new_proposal"', 'late_acceptance = "author_may_confirm"')),
)

RELEASE: list[Order] = [
    *ex.caucused("A", "We would go down to 800 k."),
    do("authorise-disclosure", by="A", item_id="C1", wording=RELEASED, recipients=["B"]),
    do("convey-information", by="mediator", owner="A", authorisation_id="R1", wording="Other."),
]
CHALLENGE: list[Order] = [
    do("file-challenge", by="B", ground="It knows too much."),
    do("answer-challenge", by="mediator", challenge_id="CH1", answer="It does not."),
    do(
        "decide-challenge",
        by="challenge",
        at_operator=JUDGE,
        challenge_id="CH1",
        outcome="upheld",
        reasons="A close tie.",
    ),
]
SUCCESSION: list[Order] = [
    do("end-mandate", reason="challenge_upheld"),
    do("nominate-mediator", person=NEW, method="joint"),
    do("complete-inquiry", by="candidate", searched=A_B_C, since="2016-01-01", until="2026-03-01"),
    do("declare-no-conflict", by="candidate", text_version="1"),
    do("declare-impartiality", by="candidate", text_version="1"),
    *(do("accept-fee-terms", by=p, terms="Equal.") for p in A_B_C),
    do("appoint-successor", mediators=[NEW], method="joint"),
]
CLOUDED: list[Order] = [
    do("end-mandate", reason="incapacity"),
    do("nominate-mediator", person=NEW, method="joint"),
    do("complete-inquiry", by="candidate", searched=A_B_C, since="2016-01-01", until="2026-03-01"),
    do("disclose-conflict", by="candidate", kind="business_relation", circumstance="An audit."),
    *(do("deliver-disclosure", disclosure_id="lindqvist-D1", party=p) for p in A_B_C),
    *(do("waive-conflict", by=p, disclosure_id="lindqvist-D1", statement="Yes.") for p in "AB"),
    do("declare-impartiality", by="candidate", text_version="1"),
    *(do("accept-fee-terms", by=p, terms="Equal.") for p in A_B_C),
    do("appoint-successor", mediators=[NEW], method="joint"),
    do("waive-conflict", by="C", disclosure_id="lindqvist-D1", statement="Yes."),
    do("appoint-successor", mediators=[NEW], method="joint"),
]
HANDOVER: list[Order] = [
    do("consent-handover", by="A", items=["caucus:A:2"]),
    do("refuse-handover", by="B"),
]
JOINDER: list[Order] = [
    do("request-joinder", by="A", party="N", name="Bank N", interest="A mortgage."),
    *(do("consent-joinder", by=p, joiner="N") for p in A_B_C),
    do("consent-joinder", joiner="N", accepts_terms=True),
    do("admit-party", joiner="N"),
    do(
        "complete-inquiry",
        by="mediator",
        searched=["Bank N"],
        since="2016-01-01",
        until="2026-03-01",
        concerning=["N"],
    ),
    do("admit-party", joiner="N"),
]
PERSONS: list[Order] = [
    do(
        "authorise-representative",
        by="B",
        person="person:counsel",
        powers=["negotiate"],
        capacity="counsel",
    ),
    ex.tabled(by="B", at_actor="person:counsel"),
    do("name-interested-person", by="A", person="Fund", interest="It pays."),
    do("open-caucus", by="mediator", party="B"),
    ex.inquired("person:counsel"),
    ex.tabled(by="B", at_actor="person:counsel"),
    do("open-caucus", by="mediator", party="B"),
    ex.inquired("Fund", "person:holt"),
    do("open-caucus", by="mediator", party="B"),
]
BARGAIN: list[Order] = [
    ex.tabled(by="A", clauses=[ex.clause(), ex.clause(clause_id="c2")]),
    ex.accepted("P1", by="B"),
    do("accept-proposal-partly", by="C", proposal_id="P1", clause_ids=["c1"]),
    ex.tabled(by="B", answers="P1"),
    ex.accepted("P1", by="C"),
]
WHOLE: list[Order] = [
    ex.tabled(by="A", proposal_id="P8", all_or_nothing=True, clauses=[ex.clause()]),
    do("accept-proposal-partly", by="B", proposal_id="P8", clause_ids=["c1"], conditions="If."),
    ex.accepted("P8", by="B", mode="ad_referendum"),
    do("record-principal-decision", by="B", proposal_id="P8", approved=True),
    ex.accepted("P8", by="C"),
]
BEYOND_POWER: list[Order] = [
    do("authorise-representative", by="B", person="person:holt", powers=["negotiate"]),
    ex.tabled(by="A", proposal_id="P9"),
    ex.accepted("P9", by="B", at_actor="person:holt", mode="final_subject_to_signature"),
    ex.accepted("P9", by="B", at_actor="person:holt"),
    do("sign-settlement", by="B", at_actor="person:holt", hash=ex.TEXT_HASH),
]
LATE: list[Order] = [
    do("accept-late", by="B", proposal_id="P1"),
    do("confirm-late-acceptance", by="A", proposal_id="P1", of="B"),
    ex.accepted("P1", by="C", at_occurred="2026-03-09T12:00:00Z"),
]
BLIND: list[Order] = [
    *(do("request-mediator-proposal", by=p) for p in A_B_C),
    do(
        "issue-mediator-proposal",
        by="mediator",
        proposal_id="MP",
        clauses=[ex.clause()],
        reply="blind",
        reply_by=REPLY_BY,
    ),
    *(do("give-confidential-reply", by=p, proposal_id="MP", answer="yes") for p in A_B_C),
    ex.accepted("MP", by="A"),
]
SIDE_DEAL: list[Order] = [
    ex.tabled(by="A", addressees=["C"]),
    ex.accepted("P1", by="C", at_room="group:A+C"),
    ex.accepted("P1", by="B"),
]
SIGNED: list[Order] = [
    *(do("sign-settlement", by=p, hash=ex.TEXT_HASH) for p in "AB"),
    do("sign-settlement", by="C", hash=ex.HASH),
]
CHANGED: list[Order] = [
    do("unfreeze-text", by="B", change_asked="A day."),
    do("sign-settlement", by="C", hash=ex.TEXT_HASH),
    do("revise-draft", by="mediator", hash=ex.HASH),
    do("freeze-text", by="mediator", hash=ex.HASH),
    do("invite-signatures"),
]
PERFORMED: list[Order] = [
    do("report-performance", by="B", obligation_id="OB1", what="Paid."),
    do("dispute-performance", by="A", obligation_id="OB1", grounds="Short."),
    do("report-breach", by="A", obligation_id="OB2", facts="Nothing came."),
    do("answer-breach", by="C", obligation_id="OB2", position="explains"),
    do("waive-obligation", by="A", obligation_id="OB2"),
    do("withdraw-consent", by="B", reason="Too late."),
]
RECORD: list[Order] = [
    do("place-legal-hold", scope="all", reason="A court asks."),
    do("void-entry", target="joint:4", ground="wrong_case", approved_by="person:clerk"),
    do("void-entry", target="joint:4", ground="wrong_case", approved_by="person:second"),
    do(
        "correct-entry",
        target="joint:3",
        changes={"occurred": "2026-03-01T10:00:00Z"},
        reason="A receipt.",
        approved_by="person:second",
    ),
    do("extend-deadline", deadline_id="reply-B", until="2026-06-01"),
    do("extend-deadline", deadline_id="reply-B", until="2026-03-20"),
    do("waive-deadline", by="A", deadline_id="reply-B"),
]
LEAVING: list[Order] = [
    do("withdraw-consent", by="C", reason="No more."),
    ex.tabled(by="C"),
    *(do("agree-continuation", by=p) for p in "AB"),
    do("request-joinder", by="C", party="C", interest="We are back.", by_itself=True),
]

TELL: list[Order] = [
    do("convey-information", by="mediator", owner="A", authorisation_id="R1", wording=RELEASED),
    do("revoke-disclosure", by="A", authorisation_id="R1"),
]
REVOKE: list[Order] = [do("revoke-disclosure", by="A", authorisation_id="R1"), TELL[0]]
RESIGNED: list[Order] = [do("sign-settlement", by=p, hash=ex.HASH) for p in A_B_C]

SCRIPTS: dict[str, list[Order]] = {
    "RELEASE": RELEASE,
    "TELL": TELL,
    "REVOKE": REVOKE,
    "CHALLENGE": CHALLENGE,
    "SUCCESSION": SUCCESSION,
    "HANDOVER": HANDOVER,
    "SUCCEEDED": [*CHALLENGE, *SUCCESSION, *HANDOVER],
    "CLOUDED": CLOUDED,
    "JOINDER": JOINDER,
    "PERSONS": PERSONS,
    "TABLED": [ex.tabled(by="A")],
    "BARGAIN": BARGAIN,
    "WHOLE": WHOLE,
    "BEYOND_POWER": BEYOND_POWER,
    "LATE": LATE,
    "BLIND": BLIND,
    "SIDE_DEAL": SIDE_DEAL,
    "SIGNED": SIGNED,
    "EXECUTED": [do("sign-settlement", by=p, hash=ex.TEXT_HASH) for p in A_B_C],
    "CHANGED": CHANGED,
    "RESIGNED": RESIGNED,
    "PERFORMED": PERFORMED,
    "RECORD": RECORD,
    "LEAVING": LEAVING,
    "WAIT": [],
}
