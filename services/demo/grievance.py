"""A staff grievance with an ombuds: a transfer refused, talks that end without settlement.

Shows a service entered on a wrong day and put right by two officers, a first talk held before the
terms were signed and reported as what it was, a proposal its author replaced, one that expired, a
party that stayed away, and a case closed and evaluated without anybody named at fault.
"""

from typing import Final

from services.demo.grievance_talks import TALKS
from services.demo.people import CLERK, by_letter, candidate, mediator, party
from services.demo.story import Step, Story, Voice, paper, step

STAFF: Final = party("salhi", "staff")
AGENCY: Final = party("delmas", "agency")
MENSAH: Final = mediator("mensah")
ASKED: Final = candidate("mensah")
TOLD_BY_MENSAH: Final = Voice("solheim", "mediator", "person:mensah")
"""The clerk enters what the ombuds has told it."""

REQUEST: Final[tuple[Step, ...]] = (
    step(
        "2025-02-03 14:10",
        STAFF,
        "request-mediation",
        requester="staff",
        others=["agency"],
        title="A transfer refused",
        names={"staff": "نورة الصالحي", "agency": "Agence méridienne de l'Eau"},
        dispute="I asked three times to be moved to the coastal office, where my mother is ill. "
        "Each time the answer came after the post was filled.",
        aim="A post on the coast, or to be told plainly why not.",
        language="fr",
        representatives={"person:salhi": ["negotiate", "settle", "sign"]},
    ),
    step("2025-02-04 09:00", CLERK, "acknowledge-request"),
    step("2025-02-05 09:30", CLERK, "register-request"),
    step("2025-02-05 09:40", CLERK, "issue-invitation", party="agency", carrier="e-mail"),
    step(
        "2025-02-12 10:00",
        CLERK,
        "record-service",
        party="agency",
        proof={"title": "Accusé de réception", "hash": paper("receipt of the agency")},
    ),
    # The receipt itself says the seventh; the clerk had entered the day it was filed.
    step(
        "2025-02-13 11:20",
        CLERK,
        "correct-entry",
        target="joint:7",
        changes={"occurred": "2025-02-07T09:12:00+01:00[Europe/Oslo]"},
        reason="The receipt is stamped 7 February, 09:12; the twelfth is the day we filed it.",
        approved_by="person:aasen",
    ),
    step(
        "2025-02-20 16:00",
        by_letter("agency"),
        "give-consent",
        signatory="person:delmas",
        scope="The three requests for transfer since 2023.",
    ),
    step(
        "2025-02-20 16:10",
        by_letter("agency"),
        "authorise-representative",
        person="person:delmas",
        powers=["negotiate", "settle", "sign"],
    ),
)

MEDIATOR: Final[tuple[Step, ...]] = (
    step(
        "2025-02-21 09:00",
        CLERK,
        "nominate-mediator",
        person="person:mensah",
        method="joint",
        brief="A member of staff and her agency, on requests for transfer.",
    ),
    step(
        "2025-02-24 10:00",
        ASKED,
        "complete-inquiry",
        since="2020-01-01",
        until="2025-02-24",
        searched=["the member of staff", "the agency's directors", "earlier cases of this office"],
    ),
    step(
        "2025-02-24 10:10",
        ASKED,
        "declare-no-conflict",
        text_version="2024-1",
        text_hash=paper("no conflict, Ms Mensah"),
    ),
    step(
        "2025-02-24 10:15",
        ASKED,
        "declare-impartiality",
        text_version="2024-1",
        text_hash=paper("declaration of Ms Mensah"),
    ),
    step("2025-02-25 12:00", STAFF, "accept-fee-terms", terms="The ombuds office bears the cost."),
    step("2025-02-25 15:00", AGENCY, "accept-fee-terms", terms="The ombuds office bears the cost."),
    step(
        "2025-02-27 09:00",
        CLERK,
        "appoint-mediator",
        mediators=["person:mensah"],
        method="joint",
    ),
)

# Both happened to be in the house on the third; the ombuds listened to them while the text still
# lay unsigned. It is recorded as it was.
FIRST_TALK: Final[tuple[Step, ...]] = (
    step(
        "2025-02-28 10:00",
        MENSAH,
        "draft-agreement-to-mediate",
        text_hash=paper("agreement to mediate, grievance"),
        covers=["conduct", "fees", "place_and_time", "confidentiality", "advice", "ending"],
    ),
    step(
        "2025-03-06 09:00",
        TOLD_BY_MENSAH,
        "open-session",
        session_id="S1",
        mode="in_person",
        place="The ombuds' own room",
    )
    .happened("2025-03-03T15:00:00+01:00[Europe/Oslo]")
    .as_reported(),
    step(
        "2025-03-06 09:02",
        TOLD_BY_MENSAH,
        "record-attendance",
        session_id="S1",
        person="person:salhi",
        party="staff",
    )
    .happened("2025-03-03T15:00:00+01:00[Europe/Oslo]")
    .as_reported(),
    step(
        "2025-03-06 09:03",
        TOLD_BY_MENSAH,
        "record-attendance",
        session_id="S1",
        person="person:delmas",
        party="agency",
    )
    .happened("2025-03-03T15:00:00+01:00[Europe/Oslo]")
    .as_reported(),
    step("2025-03-06 09:05", TOLD_BY_MENSAH, "close-session", session_id="S1")
    .happened("2025-03-03T15:40:00+01:00[Europe/Oslo]")
    .as_reported(),
)

ENGAGEMENT: Final[tuple[Step, ...]] = (
    step(
        "2025-03-07 15:00",
        STAFF,
        "sign-agreement-to-mediate",
        version=1,
        acknowledges=["role_of_the_mediator", "voluntariness", "dialogue_not_decisions"],
    ),
    step(
        "2025-03-10 09:00",
        AGENCY,
        "sign-agreement-to-mediate",
        version=1,
        acknowledges=["role_of_the_mediator", "voluntariness", "dialogue_not_decisions"],
    ),
    step("2025-03-10 09:30", MENSAH, "sign-agreement-to-mediate", version=1),
    step(
        "2025-03-10 10:00",
        MENSAH,
        "adopt-confidentiality-terms",
        agreed_by=["staff", "agency"],
        scope="What is said here goes into no personnel file.",
    ),
)

GRIEVANCE: Final = Story("grievance", (*REQUEST, *MEDIATOR, *FIRST_TALK, *ENGAGEMENT, *TALKS))
