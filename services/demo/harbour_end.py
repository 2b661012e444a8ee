"""The text on quay 7, the signature refused, and where the talks stand."""

from typing import Final

from services.demo.people import SECOND_OFFICER, mediator, party
from services.demo.story import Step, money, paper, step

OSTREL: Final = party("rosvik", "ostrel")
KALDVIK: Final = party("lind", "kaldvik")
MARROW: Final = party("tveit", "marrow")
ORTIZ: Final = mediator("ortiz")
OFFICER: Final = SECOND_OFFICER

TEXT: Final = paper("Agreement on quay 7, 2")

DRAFT: Final[tuple[Step, ...]] = (
    step("2025-07-02 09:00", ORTIZ, "give-drafting-mandate", drafter="kaldvik"),
    step(
        "2025-07-08 12:00",
        KALDVIK,
        "prepare-draft",
        hash=paper("Agreement on quay 7, 1"),
        language="en",
        source_proposal="P2",
        clause_map={"1": "repair", "2": "fee", "3": "fish"},
        title="Agreement on quay 7",
    ),
    step(
        "2025-07-08 12:10",
        KALDVIK,
        "define-obligation",
        obligation_id="piles",
        obligor="kaldvik",
        obligee="ostrel",
        act="New piles at quay 7.",
        due="2025-08-18",
        clause_id="1",
    ),
    step(
        "2025-07-08 12:15",
        KALDVIK,
        "define-obligation",
        obligation_id="fish",
        obligor="kaldvik",
        obligee="marrow",
        act="Pay for the fish not landed.",
        amount=money("310000.00"),
        due_days=30,
        clause_id="3",
    ),
    step(
        "2025-07-09 15:00",
        MARROW,
        "comment-draft",
        comment="Clause 1 says 'intends to'. We agreed on 'does'.",
        clause_id="1",
    ),
    step(
        "2025-07-10 09:00",
        KALDVIK,
        "revise-draft",
        hash=TEXT,
        changes="Clause 1: 'the port drives new piles by 18 August'.",
    ),
    step(
        "2025-07-11 10:00",
        ORTIZ,
        "freeze-text",
        hash=TEXT,
        agreed_by=["ostrel", "kaldvik", "marrow"],
    ),
    step("2025-07-11 11:00", OSTREL, "acknowledge-advice", advice="taken"),
    step("2025-07-11 12:00", KALDVIK, "acknowledge-advice", advice="taken"),
    step("2025-07-11 13:00", MARROW, "acknowledge-advice", advice="declined_after_being_told"),
    step("2025-07-14 09:00", OFFICER, "invite-signatures", method="electronic"),
    step(
        "2025-07-15 09:00",
        OSTREL,
        "sign-settlement",
        hash=TEXT,
        capacity="Managing director",
    ),
    step("2025-07-16 10:00", KALDVIK, "sign-settlement", hash=TEXT, capacity="Harbour master"),
    step(
        "2025-07-18 16:40",
        MARROW,
        "refuse-signature",
        reasons="The pile driver was hired to another port this morning. Without a penalty for "
        "each day late we would sign a hope.",
    ),
)

AFTER: Final[tuple[Step, ...]] = (
    step(
        "2025-07-21 09:00",
        ORTIZ,
        "declare-impasse",
        issues=["repair"],
        text="What is owed if the piles come late.",
        next_step="Each side brings a figure.",
    ),
    step("2025-07-23 13:00", ORTIZ, "open-caucus", party="marrow", purpose="test"),
    step(
        "2025-07-23 13:30",
        ORTIZ,
        "receive-in-caucus",
        party="marrow",
        secrecy="ask_first",
        text="Four thousand a day would do; we would never say so first.",
    ),
    step("2025-07-23 14:00", ORTIZ, "close-caucus", party="marrow"),
    step(
        "2025-08-11 09:00",
        ORTIZ,
        "resolve-impasse",
        impasse_id="IM1",
        text="All three accept a sum for each day.",
    ),
    # A court asks the house to keep its papers, for a claim on cargo lost in the same storm.
    step(
        "2025-08-20 10:00",
        OFFICER,
        "place-legal-hold",
        scope="The whole case.",
        reason="Preservation order of 19 August in a claim on cargo.",
    ),
    step(
        "2025-09-01 10:00",
        ORTIZ,
        "schedule-session",
        start="2025-09-09T10:00:00+02:00[Europe/Oslo]",
        minutes=180,
        mode="in_person",
    ),
    step("2025-09-09 10:02", ORTIZ, "open-session", session_id="S2", mode="in_person"),
    step("2025-09-09 10:03", ORTIZ, "record-attendance", person="person:rosvik", party="ostrel"),
    step("2025-09-09 10:04", ORTIZ, "record-attendance", person="person:lind", party="kaldvik"),
    step("2025-09-09 10:05", ORTIZ, "record-attendance", person="person:tveit", party="marrow"),
    step(
        "2025-09-09 12:30",
        ORTIZ,
        "adjourn-session",
        terms="Until the port's board has met.",
        confidentiality_reminded=True,
    ),
    step(
        "2025-09-10 09:00",
        OFFICER,
        "extend-deadline",
        deadline_id="overall_limit",
        until="2025-11-07",
        agreed_by=["ostrel", "kaldvik", "marrow"],
    ),
    step(
        "2025-09-12 15:00",
        OSTREL,
        "table-proposal",
        clauses=[
            {
                "clause_id": "repair",
                "issue": "repair",
                "text": "The port drives new piles; for each day after 15 November it pays.",
                "params": {"a_day": money("4500")},
            },
            {
                "clause_id": "fee",
                "issue": "fee",
                "text": "Until the piles stand, 60 per cent of the berth fee is due.",
                "params": {"per_cent": 60},
            },
            {
                "clause_id": "fish",
                "issue": "fish",
                "text": "The port pays Marrow for the fish not landed; nobody admits anything.",
                "params": {"amount": money("310000")},
            },
        ],
        # As long as Ostrel's lease of the quay.
        valid_until="2029-12-31T17:00:00+01:00[Europe/Oslo]",
    ),
)

END: Final = (*DRAFT, *AFTER)
