"""The night session on the river, across the change of the clocks, and what came of it."""

from typing import Final

from services.demo.people import mediator, party
from services.demo.story import Step, money, step

ZAHR: Final = party("haddad", "zahr")
VALCOMBE: Final = party("moreau", "valcombe")
IYER: Final = mediator("iyer")

# The delegations flew home on Sunday morning, so they talked through the night in which the clocks
# went from two to three.
NIGHT: Final[tuple[Step, ...]] = (
    step("2025-03-29 22:05", IYER, "open-session", session_id="S2", mode="in_person"),
    step("2025-03-29 23:20", IYER, "open-caucus", party="zahr", purpose="explore"),
    step(
        "2025-03-29 23:40",
        IYER,
        "receive-in-caucus",
        party="zahr",
        secrecy="ask_first",
        text="If the silt comes, the council can live with 36 in August. Not a word of the figure.",
    ),
    step(
        "2025-03-29 23:55",
        ZAHR,
        "authorise-disclosure",
        item_id="C1",
        wording="Wadi al-Zahr sees room on the August figure if the silt is dealt with.",
        recipients=["valcombe"],
        valid_until="2025-03-30T12:00:00+02:00[Europe/Oslo]",
    ),
    step("2025-03-30 00:05", IYER, "close-caucus", party="zahr"),
    step("2025-03-30 00:15", IYER, "open-caucus", party="valcombe", purpose="test"),
    step(
        "2025-03-30 00:30",
        IYER,
        "convey-information",
        owner="zahr",
        authorisation_id="R1",
        wording="Wadi al-Zahr sees room on the August figure if the silt is dealt with.",
    ),
    step("2025-03-30 01:10", IYER, "close-caucus", party="valcombe"),
    step(
        "2025-03-30 03:15",
        IYER,
        "record-speaking-turn",
        speaker="person:moreau",
        party="valcombe",
        kind="reply",
        start="2025-03-30T01:40:00+01:00[Europe/Oslo]",
        end="2025-03-30T03:10:00+02:00[Europe/Oslo]",
    ).happened("2025-03-30T01:40:00+01:00[Europe/Oslo]"),
    step(
        "2025-03-30 03:30",
        ZAHR,
        "table-proposal",
        answers="P2",
        clauses=[
            {
                "clause_id": "august",
                "issue": "flow",
                "text": "At least 38 cubic metres a second at Pont-Rouge in July and August.",
                "params": {"cubic_metres_a_second": 38},
            },
            {
                "clause_id": "flushing",
                "issue": "silt",
                "text": "The bottom outlets are opened for eight days each April.",
                "params": {"days": 8},
            },
            {
                "clause_id": "power",
                "issue": "cost",
                "text": "Wadi al-Zahr pays for the evening power lost above 33.",
                "params": {"amount": money("900000")},
            },
        ],
    ).happened("2025-03-30T03:25:00+02:00[Europe/Oslo]"),
    step(
        "2025-03-30 03:45",
        IYER,
        "adjourn-session",
        until="2025-04-22T10:00:00+02:00[Europe/Oslo]",
        terms="Valcombe asks its parliament; no figure leaves the room.",
        confidentiality_reminded=True,
    ),
)

AGREEMENT: Final[tuple[Step, ...]] = (
    # P3 ended with its fourteen days, while the parliament of Valcombe was in recess.
    step("2025-04-22 10:00", IYER, "resume-session", session_id="S2"),
    step(
        "2025-04-22 11:40",
        ZAHR,
        "table-proposal",
        answers="P3",
        clauses=[
            {
                "clause_id": "august",
                "issue": "flow",
                "text": "At least 37 cubic metres a second at Pont-Rouge in July and August.",
                "params": {"cubic_metres_a_second": 37},
            },
            {
                "clause_id": "flushing",
                "issue": "silt",
                "text": "The bottom outlets are opened for eight days each April.",
                "params": {"days": 8},
            },
            {
                "clause_id": "power",
                "issue": "cost",
                "text": "Wadi al-Zahr pays for the evening power lost above 33, in two parts.",
                "params": {"amount": money("1200000"), "first_part": money("700000")},
            },
            {
                "clause_id": "gauges",
                "issue": "cost",
                "text": "Three gauges, read by both, paid for in equal shares.",
                "params": {"zahr": 50, "valcombe": 50},
            },
        ],
        valid_until="2025-05-09T17:00:00+02:00[Europe/Oslo]",
    ),
    step("2025-04-22 15:00", IYER, "close-session", session_id="S2"),
    step(
        "2025-05-06 09:15",
        VALCOMBE,
        "accept-proposal",
        proposal_id="P4",
        mode="final_subject_to_signature",
    ),
    step(
        "2025-05-06 14:00",
        IYER,
        "record-agreement-in-principle",
        proposal_id="P4",
        open_points=["Who may open the gauge houses"],
    ),
)

LATER_TALKS: Final = (*NIGHT, *AGREEMENT)
