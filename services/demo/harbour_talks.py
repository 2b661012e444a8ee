"""The talks on quay 7: preparation, a first session, the challenge, and the proposals."""

from typing import Final

from services.demo.people import CHALLENGE_BODY, SECOND_OFFICER, mediator, party
from services.demo.story import Step, money, paper, step

OSTREL: Final = party("rosvik", "ostrel")
KALDVIK: Final = party("lind", "kaldvik")
MARROW: Final = party("tveit", "marrow")
ORTIZ: Final = mediator("ortiz")
OFFICER: Final = SECOND_OFFICER
ALL: Final = ["ostrel", "kaldvik", "marrow"]
TWO: Final = "group:marrow+ostrel"

PREPARATION: Final[tuple[Step, ...]] = (
    step("2025-05-05 09:00", ORTIZ, "open-preparation", guidelines_reiterated=True),
    step(
        "2025-05-05 09:30",
        OFFICER,
        "define-scope",
        issues={
            "repair": "Who repairs quay 7, and by when",
            "fee": "The fee until it is repaired",
            "fish": "What the cold stores lost since January",
        },
        agreed_by=ALL,
    ),
    step(
        "2025-05-06 10:00",
        KALDVIK,
        "submit-document",
        title="Divers' report on the piles of quay 7",
        hash=paper("divers' report"),
        kind="report",
        made_for_mediation=True,
        share="all",
    ),
    step(
        "2025-05-06 15:00",
        MARROW,
        "record-interest",
        interest="Fish on the quay by the twentieth of August, whoever pays.",
        concern="Two buyers leave for good if the herring does not come.",
        underlying_issue="repair",
        priority=5,
    ),
    step(
        "2025-05-07 09:00",
        KALDVIK,
        "record-interest",
        interest="No word that reads as if the port had built badly.",
        underlying_issue="repair",
        priority=5,
    ),
    step(
        "2025-05-07 10:00",
        ORTIZ,
        "schedule-session",
        start="2025-05-14T10:00:00+02:00[Europe/Oslo]",
        minutes=240,
        mode="hybrid",
    ),
    step("2025-05-07 11:00", ORTIZ, "explain-rights", occasion="first_session"),
    *(
        step(f"2025-05-08 {hour}:00", voice, "acknowledge-rights")
        for hour, voice in (("09", OSTREL), ("10", KALDVIK), ("11", MARROW))
    ),
)

FIRST_SESSION: Final[tuple[Step, ...]] = (
    step("2025-05-14 10:00", ORTIZ, "open-session", session_id="S1", mode="hybrid"),
    *(
        step(
            f"2025-05-14 10:0{n}",
            ORTIZ,
            "record-attendance",
            person=f"person:{person}",
            party=whom,
        )
        for n, (person, whom) in enumerate(
            (("rosvik", "ostrel"), ("lind", "kaldvik"), ("tveit", "marrow")), start=1
        )
    ),
    step(
        "2025-05-14 13:20",
        ORTIZ,
        "record-option",
        text="A floating pontoon for the summer while the piles are driven.",
        issue="repair",
    ),
    step("2025-05-14 14:00", ORTIZ, "close-session", session_id="S1"),
)

# Two days later the mediator learns where a former colleague now works, and says so at once.
CHALLENGE: Final[tuple[Step, ...]] = (
    step(
        "2025-05-16 09:15",
        ORTIZ,
        "disclose-conflict",
        kind="family_or_friendship",
        circumstance="A colleague with whom I shared chambers until 2019 joined the firm that "
        "advises Ostrel this month. We have not spoken of this case.",
        arises_at="2025-05-02",
    ),
    *(
        step(
            f"2025-05-16 11:0{n}",
            OFFICER,
            "deliver-disclosure",
            disclosure_id="ortiz-D1",
            party=whom,
        )
        for n, whom in enumerate(ALL)
    ),
    step(
        "2025-05-21 10:00",
        KALDVIK,
        "file-challenge",
        ground="They shared rooms for eight years. We like Mr Ortiz and cannot be sure.",
        known_since="2025-05-16T11:01:00+02:00[Europe/Oslo]",
    ),
    step(
        "2025-06-04 15:00",
        CHALLENGE_BODY,
        "decide-challenge",
        challenge_id="CH1",
        outcome="rejected",
        reasons="Six years have passed, the colleague works on ship finance alone, and the "
        "mediator disclosed it on the day he learnt of it.",
    ),
    step(
        "2025-06-05 09:00",
        KALDVIK,
        "waive-conflict",
        disclosure_id="ortiz-D1",
        statement="We have read the decision and expressly waive the circumstance.",
    ),
)

PROPOSALS: Final[tuple[Step, ...]] = (
    # What the line and the cold stores share, the port does not see.
    step(
        "2025-06-10 10:00",
        OSTREL,
        "table-proposal",
        kind="bilateral",
        addressees=["marrow"],
        clauses=[
            {
                "clause_id": "night",
                "issue": "fish",
                "text": "Ostrel lands by night at the old ferry berth, Marrow sends the lorries.",
                "params": {"lorries": 6, "ostrel": money("180000"), "marrow": money("90000")},
            }
        ],
    ),
    step("2025-06-12 12:00", MARROW, "accept-proposal", proposal_id="P1").in_room(TWO),
    step(
        "2025-06-17 09:00",
        KALDVIK,
        "table-proposal",
        kind="package",
        clauses=[
            {
                "clause_id": "repair",
                "issue": "repair",
                "text": "The port drives new piles by 15 September.",
            },
            {
                "clause_id": "fee",
                "issue": "fee",
                "text": "Until then 80 per cent of the berth fee is due.",
                "params": {"per_cent": 80},
            },
            {
                "clause_id": "fish",
                "issue": "fish",
                "text": "The port pays Marrow for the fish not landed.",
                "params": {"amount": money("250000")},
            },
        ],
    ),
    step(
        "2025-06-19 16:00",
        MARROW,
        "accept-proposal-partly",
        proposal_id="P1",
        clause_ids=["fish"],
        conditions="If the piles stand by the twentieth of August.",
    ).in_room("joint"),
    step(
        "2025-06-20 09:30",
        OSTREL,
        "reject-proposal",
        proposal_id="P1",
        reasons="Eighty per cent is what we offered in March. At sixty we talk.",
    ).in_room("joint"),
    step(
        "2025-06-24 10:00",
        KALDVIK,
        "table-proposal",
        answers="P1",
        clauses=[
            {
                "clause_id": "repair",
                "issue": "repair",
                "text": "The port drives new piles by 18 August, by night as well.",
            },
            {
                "clause_id": "fee",
                "issue": "fee",
                "text": "Until then 65 per cent of the berth fee is due.",
                "params": {"per_cent": 65},
            },
            {
                "clause_id": "fish",
                "issue": "fish",
                "text": "The port pays Marrow for the fish not landed; nobody admits anything.",
                "params": {"amount": money("310000")},
            },
        ],
        valid_until="2025-07-04T17:00:00+02:00[Europe/Oslo]",
    ).in_room("joint"),
    step("2025-06-27 09:00", OSTREL, "accept-proposal", proposal_id="P2"),
    step("2025-06-30 11:30", MARROW, "accept-proposal", proposal_id="P2"),
    step(
        "2025-07-01 10:00",
        ORTIZ,
        "record-agreement-in-principle",
        proposal_id="P2",
        open_points=["What is owed if the piles come late"],
    ),
)

TALKS: Final = (*PREPARATION, *FIRST_SESSION, *CHALLENGE, *PROPOSALS)
