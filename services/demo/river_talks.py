"""The first talks on the river: preparation, a session by day, two proposals."""

from typing import Final

from services.demo.people import CLERK, mediator, party
from services.demo.story import Step, money, paper, step

ZAHR: Final = party("haddad", "zahr")
VALCOMBE: Final = party("moreau", "valcombe")
IYER: Final = mediator("iyer")

PREPARATION: Final[tuple[Step, ...]] = (
    step("2025-03-10 09:00", IYER, "open-preparation", guidelines_reiterated=True),
    step(
        "2025-03-10 11:30",
        CLERK,
        "define-scope",
        issues={
            "flow": "How much water passes Pont-Rouge in July and August",
            "silt": "How the silt behind Col-Noir comes down again",
            "cost": "Who pays for lost power and for the gauges",
        },
        agreed_by=["zahr", "valcombe"],
    ),
    step(
        "2025-03-11 10:00",
        ZAHR,
        "submit-statement",
        text="The delta asks for no favour. It asks for the river it had: forty cubic metres in "
        "August, and mud in spring.",
        documents=[{"title": "Gauge readings, Pont-Rouge 1998 to 2024", "hash": paper("gauges")}],
    ),
    step(
        "2025-03-12 14:20",
        VALCOMBE,
        "submit-statement",
        text="Col-Noir lights three towns. Chaque mètre cube lâché en août est un soir sans "
        "lumière. We can share the river; we cannot pour it away.",
    ),
    step(
        "2025-03-12 14:40",
        VALCOMBE,
        "submit-document",
        title="Production de Col-Noir, 2021-2024",
        hash=paper("production"),
        kind="report",
        made_for_mediation=False,
        share="all",
    ),
    step(
        "2025-03-13 09:10",
        ZAHR,
        "record-interest",
        interest="Farmers must know by May what they can sow.",
        concern="A second lost harvest empties the villages.",
        underlying_issue="flow",
        priority=5,
    ),
    step(
        "2025-03-13 16:00",
        VALCOMBE,
        "record-interest",
        interest="Three winters of steady power until the new line is built.",
        concern="The towns voted for this government because of the dam.",
        underlying_issue="cost",
        priority=4,
    ),
    step(
        "2025-03-14 10:00",
        IYER,
        "select-venue",
        mode="in_person",
        place="The Customs House, Bergen",
        reasons="Neither side has an embassy in the town; three rooms with doors that close.",
        private_rooms=2,
    ),
    step(
        "2025-03-14 10:30",
        IYER,
        "schedule-session",
        start="2025-03-24T10:00:00+01:00[Europe/Oslo]",
        minutes=300,
        mode="in_person",
    ),
    step(
        "2025-03-17 12:00",
        IYER,
        "issue-protocol",
        languages=["ar", "fr", "en"],
        order_of_business="Opening statements, the figures both accept, options, proposals.",
        ground_rules="Nobody is interrupted; figures are named with their source.",
        caucus_practice="At any time, as long with each side.",
    ),
    step("2025-03-18 09:00", IYER, "explain-rights", occasion="first_session"),
    step("2025-03-18 10:00", ZAHR, "acknowledge-rights"),
    step("2025-03-18 10:30", VALCOMBE, "acknowledge-rights"),
    step("2025-03-19 15:00", IYER, "complete-preparation"),
)

FIRST_SESSION: Final[tuple[Step, ...]] = (
    step(
        "2025-03-24 10:05",
        IYER,
        "open-session",
        session_id="S1",
        mode="in_person",
        place="The Customs House, Bergen",
        guidelines_reiterated=True,
    ),
    step("2025-03-24 10:12", IYER, "record-attendance", person="person:petrosyan"),
    step(
        "2025-03-24 11:20",
        IYER,
        "record-speaking-turn",
        speaker="person:moreau",
        party="valcombe",
        kind="opening",
        start="2025-03-24T10:45:00+01:00",
        end="2025-03-24T11:12:00+01:00",
    ),
    step(
        "2025-03-24 13:30",
        IYER,
        "give-summary",
        issues=["flow", "cost"],
        text="Both accept the gauge at Pont-Rouge. Both want figures by month, not by year.",
    ),
    step("2025-03-24 13:40", ZAHR, "confirm-summary", summary_id="SU1"),
    step(
        "2025-03-24 13:45",
        VALCOMBE,
        "correct-summary",
        summary_id="SU1",
        correction="By half-month in July and August; by month otherwise.",
    ),
    step(
        "2025-03-24 14:10",
        IYER,
        "record-option",
        text="A minimum flow that follows the snow measured on 1 May.",
        issue="flow",
    ),
    step("2025-03-24 15:00", IYER, "close-session", session_id="S1"),
    step(
        "2025-03-24 15:30",
        IYER,
        "schedule-session",
        start="2025-03-29T22:00:00+01:00[Europe/Oslo]",
        minutes=360,
        mode="in_person",
    ),
    step(
        "2025-03-25 09:30",
        ZAHR,
        "table-proposal",
        clauses=[
            {
                "clause_id": "august",
                "issue": "flow",
                "text": "At least 40 cubic metres a second at Pont-Rouge in July and August.",
                "params": {"cubic_metres_a_second": 40},
            },
            {
                "clause_id": "flushing",
                "issue": "silt",
                "text": "The bottom outlets are opened for ten days each April.",
                "params": {"days": 10},
            },
        ],
        valid_until="2025-04-04T17:00:00+02:00[Europe/Oslo]",
    ),
    step(
        "2025-03-28 11:00",
        VALCOMBE,
        "table-proposal",
        answers="P1",
        clauses=[
            {
                "clause_id": "august",
                "issue": "flow",
                "text": "At least 33 cubic metres a second at Pont-Rouge in July and August.",
                "params": {"cubic_metres_a_second": 33},
            },
            {
                "clause_id": "power",
                "issue": "cost",
                "text": "Wadi al-Zahr pays for the evening power lost above 30.",
                "params": {"amount": money("2400000")},
            },
        ],
    ),
)

TALKS: Final = (*PREPARATION, *FIRST_SESSION)
