"""The talks on the transfer, and their end."""

from typing import Final

from services.demo.people import CLERK, SECOND_OFFICER, mediator, party
from services.demo.story import Step, money, paper, step

STAFF: Final = party("salhi", "staff")
AGENCY: Final = party("delmas", "agency")
MENSAH: Final = mediator("mensah")

PREPARATION: Final[tuple[Step, ...]] = (
    step(
        "2025-03-11 09:30",
        MENSAH,
        "define-scope",
        issues={
            "post": "A post at the coastal office",
            "answers": "How and when requests are answered",
        },
        agreed_by=["staff", "agency"],
    ),
    step(
        "2025-03-12 18:40",
        STAFF,
        "record-interest",
        interest="To be two hours from my mother, not nine.",
        concern="I do not want to be the one who is known for having complained.",
        underlying_issue="post",
        priority=5,
    ),
    step(
        "2025-03-13 11:00",
        AGENCY,
        "record-interest",
        interest="No rule for one that forty others will then ask for.",
        underlying_issue="answers",
        priority=4,
    ),
    step(
        "2025-03-13 12:00",
        MENSAH,
        "select-venue",
        mode="remote",
        place="The ombuds' own video room",
        reasons="Nobody meets a colleague in the corridor.",
    ),
    step(
        "2025-03-13 12:10",
        MENSAH,
        "schedule-session",
        start="2025-03-19T13:00:00+01:00[Europe/Oslo]",
        minutes=150,
        mode="remote",
    ),
    step(
        "2025-03-14 09:00",
        MENSAH,
        "issue-protocol",
        languages=["fr", "ar"],
        order_of_business="What happened; what each needs; what could be done.",
        ground_rules="Each speaks for itself. Nothing is recorded but the steps.",
    ),
    step("2025-03-14 10:00", MENSAH, "explain-rights", occasion="first_session"),
    step("2025-03-14 17:00", STAFF, "acknowledge-rights"),
    step("2025-03-17 09:00", AGENCY, "acknowledge-rights"),
)

SESSION: Final[tuple[Step, ...]] = (
    step("2025-03-19 13:02", MENSAH, "open-session", session_id="S2", mode="remote"),
    step("2025-03-19 13:03", MENSAH, "record-attendance", person="person:salhi", party="staff"),
    step("2025-03-19 13:03", MENSAH, "record-attendance", person="person:delmas", party="agency"),
    step(
        "2025-03-19 13:40",
        MENSAH,
        "give-summary",
        issues=["answers"],
        text="Both say the answers came late. They differ on why.",
    ),
    step("2025-03-19 13:50", STAFF, "confirm-summary", summary_id="SU1"),
    step("2025-03-19 13:51", AGENCY, "confirm-summary", summary_id="SU1"),
    step("2025-03-19 14:00", MENSAH, "open-caucus", party="agency", purpose="explore"),
    step(
        "2025-03-19 14:15",
        MENSAH,
        "receive-in-caucus",
        party="agency",
        secrecy="secret",
        text="A post on the coast falls free in the autumn. It is promised to somebody else.",
    ),
    step("2025-03-19 14:30", MENSAH, "close-caucus", party="agency"),
    step("2025-03-19 15:20", MENSAH, "close-session", session_id="S2"),
)

PROPOSALS: Final[tuple[Step, ...]] = (
    step(
        "2025-03-21 10:00",
        STAFF,
        "table-proposal",
        clauses=[
            {"clause_id": "post", "issue": "post", "text": "A post on the coast from 1 May."},
            {
                "clause_id": "answers",
                "issue": "answers",
                "text": "Every request is answered within twenty working days.",
                "params": {"working_days": 20},
            },
        ],
    ),
    step(
        "2025-03-28 16:30",
        AGENCY,
        "table-proposal",
        answers="P1",
        clauses=[
            {
                "clause_id": "post",
                "issue": "post",
                "text": "Two days a week from the coastal office for a year; travel is paid.",
                "params": {"days_a_week": 2, "travel": money("2400")},
            },
            {
                "clause_id": "answers",
                "issue": "answers",
                "text": "Every request is answered within forty working days.",
                "params": {"working_days": 40},
            },
        ],
    ),
    step(
        "2025-04-02 20:15",
        STAFF,
        "table-proposal",
        answers="P2",
        clauses=[
            {
                "clause_id": "post",
                "issue": "post",
                "text": "Four days a week from the coastal office until a post falls free.",
                "params": {"days_a_week": 4},
            },
        ],
    ),
    # She thought better of it the same evening.
    step(
        "2025-04-02 21:05",
        STAFF,
        "table-proposal",
        answers="P3",
        replaces=True,
        clauses=[
            {
                "clause_id": "post",
                "issue": "post",
                "text": "Three days a week from the coastal office until a post falls free.",
                "params": {"days_a_week": 3, "travel": money("1200")},
            },
            {
                "clause_id": "answers",
                "issue": "answers",
                "text": "Every request is answered within thirty working days.",
                "params": {"working_days": 30},
            },
        ],
        valid_until="2025-04-11T17:00:00+02:00[Europe/Oslo]",
    ),
    # P4 ends on the eleventh without an answer.
    step(
        "2025-04-15 09:30",
        MENSAH,
        "declare-impasse",
        issues=["post"],
        text="The agency cannot go beyond two days; Ms al-Salhi cannot live with two.",
        next_step="A last talk with each side alone.",
    ),
    step("2025-04-16 10:00", MENSAH, "open-caucus", party="staff", purpose="cool_down"),
    step(
        "2025-04-16 10:20",
        MENSAH,
        "receive-in-caucus",
        party="staff",
        secrecy="secret",
        text="I have an offer from a school on the coast. I shall take it in June.",
    ),
    step("2025-04-16 10:45", MENSAH, "close-caucus", party="staff"),
)

END: Final[tuple[Step, ...]] = (
    step(
        "2025-04-24 11:00",
        MENSAH,
        "declare-termination",
        mode="no_prospect",
        consulted=["staff", "agency"],
        reasons="Each has said, alone, that there is nothing left to offer.",
    ),
    step(
        "2025-04-25 09:00",
        CLERK,
        "issue-closing-document",
        kind="neutral_factual_notice",
        hash=paper("closing notice, grievance"),
    ),
    step(
        "2025-04-28 09:00",
        CLERK,
        "close-case",
        outcome="none",
        open_issues=["post", "answers"],
    ),
    step(
        "2025-05-06 19:00",
        STAFF,
        "give-feedback",
        answers={"satisfaction": 3, "fairness": 5, "heard": 5},
        consent_to_use=True,
        remark="Nothing came of it, but for once somebody listened to the end.",
    ),
    step(
        "2025-05-08 10:00",
        AGENCY,
        "give-feedback",
        answers={"satisfaction": 2, "fairness": 4, "heard": 4},
        consent_to_use=False,
    ),
    step(
        "2025-05-09 15:00",
        MENSAH,
        "give-mediator-feedback",
        answers={"preparation": 3},
        remark="I should not have listened to both before the terms were signed.",
    ),
    step("2025-05-30 09:00", SECOND_OFFICER, "close-evaluation"),
)

TALKS: Final = (*PREPARATION, *SESSION, *PROPOSALS, *END)
