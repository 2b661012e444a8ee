"""A dispute of three in a harbour: a shipping line, the port, and the cold stores on its quay.

Shows a consent on a condition, a challenge that suspends the mandate until it is decided, terms two
of the three keep between them, an acceptance in part, a rejection with reasons told in confidence,
and a signature refused; the talks still run, with an offer on the table.
"""

from typing import Final

from services.demo.harbour_end import END
from services.demo.harbour_talks import TALKS
from services.demo.people import SECOND_OFFICER, by_letter, candidate, mediator, party
from services.demo.story import Step, Story, money, paper, step

OSTREL: Final = party("rosvik", "ostrel")
KALDVIK: Final = party("lind", "kaldvik")
MARROW: Final = party("tveit", "marrow")
ORTIZ: Final = mediator("ortiz")
ASKED: Final = candidate("ortiz")
OFFICER: Final = SECOND_OFFICER
ALL: Final = ["ostrel", "kaldvik", "marrow"]

REQUEST: Final[tuple[Step, ...]] = (
    step(
        "2025-04-01 09:10",
        OSTREL,
        "request-mediation",
        requester="ostrel",
        others=["kaldvik", "marrow"],
        title="Quay 7 after the storm",
        names={
            "ostrel": "Ostrel Rederi AS",
            "kaldvik": "Port of Kaldvik",
            "marrow": "Marrow & Lund Cold Stores",
        },
        dispute="Since the January storm quay 7 takes half our ships. We pay the full fee, the "
        "cold stores get half the fish, and the port says the repair is nobody's but the sea's.",
        aim="The quay repaired before the autumn herring, and a fee that fits until then.",
        value=money("4200000"),
        language="en",
        representatives={"person:rosvik": ["negotiate", "settle", "sign"]},
    ),
    step("2025-04-01 14:00", OFFICER, "acknowledge-request"),
    step("2025-04-02 09:00", OFFICER, "register-request"),
    step("2025-04-02 09:20", OFFICER, "issue-invitation", party="kaldvik", carrier="courier"),
    step("2025-04-02 09:25", OFFICER, "issue-invitation", party="marrow", carrier="courier"),
    step(
        "2025-04-03 15:00",
        OFFICER,
        "record-service",
        party="kaldvik",
        proof={"title": "Courier receipt 20417", "hash": paper("courier receipt 20417")},
    ),
    step(
        "2025-04-03 15:05",
        OFFICER,
        "record-service",
        party="marrow",
        proof={"title": "Courier receipt 20418", "hash": paper("courier receipt 20418")},
    ),
    step(
        "2025-04-09 10:00",
        by_letter("marrow", "aasen"),
        "give-consent",
        signatory="person:tveit",
    ),
    step(
        "2025-04-09 10:05",
        by_letter("marrow", "aasen"),
        "authorise-representative",
        person="person:tveit",
        powers=["negotiate", "settle", "sign"],
    ),
    step(
        "2025-04-11 13:00",
        by_letter("kaldvik", "aasen"),
        "give-consent",
        signatory="person:lind",
        conditions={"insurer": "Our insurer may be told that we talk, and nothing else."},
    ),
    step(
        "2025-04-15 09:00",
        by_letter("kaldvik", "aasen"),
        "give-consent",
        signatory="person:lind",
    ),
    step(
        "2025-04-15 09:05",
        by_letter("kaldvik", "aasen"),
        "authorise-representative",
        person="person:lind",
        powers=["negotiate", "settle", "sign"],
        document={"title": "Board of the port, minute 12", "hash": paper("minute 12")},
    ),
)

MEDIATOR: Final[tuple[Step, ...]] = (
    step(
        "2025-04-16 10:00",
        OFFICER,
        "nominate-mediator",
        person="person:ortiz",
        method="joint",
        brief="Ostrel Rederi, the Port of Kaldvik, Marrow & Lund: quay 7 after the January storm.",
    ),
    step(
        "2025-04-22 11:00",
        ASKED,
        "complete-inquiry",
        since="2012-01-01",
        until="2025-04-22",
        searched=["the three parties", "their counsel", "the insurer of the port"],
    ),
    step("2025-04-22 11:10", ASKED, "declare-no-conflict", text_version="2024-1"),
    step(
        "2025-04-22 11:15",
        ASKED,
        "declare-impartiality",
        text_version="2024-1",
        text_hash=paper("declaration of Mr Ortiz"),
    ),
    step("2025-04-23 09:00", OSTREL, "accept-fee-terms", terms="2,100 EUR a day, in thirds."),
    step("2025-04-23 10:00", KALDVIK, "accept-fee-terms", terms="2,100 EUR a day, in thirds."),
    step("2025-04-23 16:00", MARROW, "accept-fee-terms", terms="2,100 EUR a day, in thirds."),
    step(
        "2025-04-24 09:00",
        OFFICER,
        "appoint-mediator",
        mediators=["person:ortiz"],
        method="joint",
    ),
    step(
        "2025-04-25 09:00",
        ORTIZ,
        "draft-agreement-to-mediate",
        text_hash=paper("agreement to mediate, harbour"),
        covers=["conduct", "fees", "place_and_time", "confidentiality", "advice", "ending"],
    ),
    *(
        step(
            f"2025-04-28 {hour}:00",
            voice,
            "sign-agreement-to-mediate",
            version=1,
            acknowledges=["role_of_the_mediator", "voluntariness", "dialogue_not_decisions"],
        )
        for hour, voice in (("09", OSTREL), ("11", KALDVIK), ("14", MARROW))
    ),
    step("2025-04-28 16:00", ORTIZ, "sign-agreement-to-mediate", version=1),
    step(
        "2025-04-29 09:00",
        ORTIZ,
        "adopt-confidentiality-terms",
        agreed_by=ALL,
        scope="Everything but the soundings at quay 7, which the port publishes anyway.",
    ),
)

HARBOUR: Final = Story("harbour", (*REQUEST, *MEDIATOR, *TALKS, *END))
