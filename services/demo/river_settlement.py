"""The settlement on the river: draft, signatures, and what was done under it."""

from typing import Final

from services.demo.people import CLERK, by_letter, mediator, party
from services.demo.story import Step, money, paper, step

ZAHR: Final = party("haddad", "zahr")
VALCOMBE: Final = party("moreau", "valcombe")
IYER: Final = mediator("iyer")

FIRST_TEXT: Final = paper("Accord sur les eaux de la Sernelle, 1")
FIRST_ARABIC: Final = paper("مسودة اتفاق مياه السرنال")
FINAL_TEXT: Final = paper("Accord sur les eaux de la Sernelle, 2")
FINAL_ARABIC: Final = paper("اتفاق مياه السرنال")

DRAFT: Final[tuple[Step, ...]] = (
    step(
        "2025-05-08 10:00",
        IYER,
        "give-drafting-mandate",
        drafter="mediator",
        agreed_by=["zahr", "valcombe"],
        assisted_by=["counsel of each side"],
    ),
    step(
        "2025-05-20 12:00",
        IYER,
        "prepare-draft",
        hash=FIRST_TEXT,
        language="fr",
        translations={"ar": FIRST_ARABIC},
        source_proposal="P4",
        clause_map={"1": "august", "2": "flushing", "3": "power", "4": "gauges"},
        title="Accord sur les eaux de la Sernelle / اتفاق مياه السرنال",
    ),
    step(
        "2025-05-20 12:10",
        IYER,
        "define-obligation",
        obligation_id="summer-2025",
        obligor="valcombe",
        obligee="zahr",
        act="At least 37 cubic metres a second at Pont-Rouge through July and August 2025.",
        due="2025-09-01",
        clause_id="1",
        proof="Readings of the gauge, exchanged each fortnight.",
    ),
    step(
        "2025-05-20 12:15",
        IYER,
        "define-obligation",
        obligation_id="first-part",
        obligor="zahr",
        obligee="valcombe",
        act="First part for the evening power lost.",
        amount=money("700000.00"),
        due="2025-07-31",
        clause_id="3",
    ),
    step(
        "2025-05-20 12:20",
        IYER,
        "define-obligation",
        obligation_id="flushing-2026",
        obligor="valcombe",
        obligee="zahr",
        act="Bottom outlets open for eight days in April 2026.",
        due="2026-04-30",
        clause_id="2",
        on_breach="The mediator is asked before anything else is done.",
    ),
    step(
        "2025-05-20 12:25",
        IYER,
        "define-obligation",
        obligation_id="second-part",
        obligor="zahr",
        obligee="valcombe",
        act="Second part for the evening power lost, after five summers.",
        amount=money("500000.00"),
        due="2031-07-31",
        clause_id="3",
    ),
    step(
        "2025-05-20 12:30",
        IYER,
        "define-condition",
        condition_id="parliament",
        kind="precedent",
        long_stop="2025-07-31",
        text="The parliament of Valcombe approves.",
    ),
    step(
        "2025-05-20 12:35",
        IYER,
        "define-right",
        right_id="gauges",
        holder="zahr",
        clause_id="4",
        text="A reader of Wadi al-Zahr may enter the three gauge houses at any hour.",
    ),
    step(
        "2025-05-27 11:00",
        ZAHR,
        "comment-draft",
        comment="The Arabic of clause 1 says 'about' where the French says 'au moins'.",
        clause_id="1",
    ),
    step(
        "2025-05-27 11:10",
        ZAHR,
        "comment-draft",
        comment="Ask the water board whether eight days are enough in a dry spring.",
        clause_id="2",
    ).in_room("party:zahr"),
    step(
        "2025-06-03 09:00",
        IYER,
        "revise-draft",
        hash=FINAL_TEXT,
        translations={"ar": FINAL_ARABIC},
        changes="Clause 1 in Arabic: 'at least'.",
    ),
    step(
        "2025-06-10 10:00",
        IYER,
        "freeze-text",
        hash=FINAL_TEXT,
        translations={"ar": FINAL_ARABIC},
        agreed_by=["zahr", "valcombe"],
    ),
)

SIGNING: Final[tuple[Step, ...]] = (
    step("2025-06-11 09:00", ZAHR, "acknowledge-advice", advice="taken"),
    step("2025-06-11 15:00", VALCOMBE, "acknowledge-advice", advice="taken"),
    # Ms Moreau could negotiate and settle; the full powers to sign came with a second note.
    step(
        "2025-06-16 10:00",
        by_letter("valcombe"),
        "authorise-representative",
        person="person:moreau",
        powers=["negotiate", "settle", "sign"],
        document={"title": "Pleins pouvoirs", "hash": paper("full powers")},
    ),
    step("2025-06-16 12:00", CLERK, "invite-signatures", method="ink"),
    step(
        "2025-06-23 11:00",
        ZAHR,
        "sign-settlement",
        hash=FINAL_TEXT,
        translations={"ar": FINAL_ARABIC},
        method="ink",
        capacity="Minister of Irrigation",
        signature="ليلى حداد",
    ),
    step(
        "2025-06-23 11:20",
        VALCOMBE,
        "sign-settlement",
        hash=FINAL_TEXT,
        translations={"ar": FINAL_ARABIC},
        method="ink",
        capacity="Plénipotentiaire",
        signature="Hélène Moreau",
    ),
    step("2025-06-23 11:40", IYER, "sign-as-evidence"),
    step("2025-06-24 09:00", CLERK, "deliver-copy", to="zahr"),
    step("2025-06-24 09:05", CLERK, "deliver-copy", to="valcombe"),
    step(
        "2025-06-25 10:00",
        IYER,
        "hold-closing-session",
        attended=["zahr", "valcombe"],
        points="The four clauses one by one, and what happens in a dry year.",
    ),
    step("2025-06-25 12:00", ZAHR, "confirm-understanding"),
    step("2025-06-25 12:05", VALCOMBE, "confirm-understanding"),
    step("2025-06-25 17:00", ZAHR, "state-satisfaction", scale=4, remark="37 is not 40."),
    step("2025-06-26 09:00", VALCOMBE, "state-satisfaction", scale=4),
)

PERFORMANCE: Final[tuple[Step, ...]] = (
    step(
        "2025-07-10 16:00",
        VALCOMBE,
        "satisfy-condition",
        condition_id="parliament",
        proof="Vote du 9 juillet 2025, 71 voix contre 40.",
    ),
    step(
        "2025-07-14 10:00",
        ZAHR,
        "adopt-monitoring-plan",
        plan_hash=paper("monitoring plan, river"),
        first_check="2025-09-30",
    ),
    step(
        "2025-07-15 10:00",
        VALCOMBE,
        "adopt-monitoring-plan",
        plan_hash=paper("monitoring plan, river"),
        first_check="2025-09-30",
    ),
    step(
        "2025-07-29 14:00",
        ZAHR,
        "report-performance",
        obligation_id="first-part",
        what="Transferred to the treasury of Valcombe.",
        amount=money("700000.00"),
        proof=paper("transfer of 29 July"),
    ),
    step("2025-08-01 09:30", VALCOMBE, "confirm-performance", obligation_id="first-part"),
    step(
        "2025-09-02 10:00",
        VALCOMBE,
        "report-performance",
        obligation_id="summer-2025",
        what="Lowest reading of the summer 37.4, on 19 August.",
        proof=paper("gauge readings, summer 2025"),
    ),
    step("2025-09-05 11:00", ZAHR, "confirm-performance", obligation_id="summer-2025"),
)

SETTLEMENT: Final = (*DRAFT, *SIGNING, *PERFORMANCE)
