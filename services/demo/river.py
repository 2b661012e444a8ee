"""Two states and a river: an upstream dam, a delta that silts up, and a settlement that is kept.

Shows a service that was recorded late, a conflict disclosed and waived, a night session across the
change of the clocks, a confidence released in agreed words, a proposal that expired and the
revision that was accepted, a text frozen and signed, obligations performed and one years ahead.
"""

from typing import Final

from services.demo.people import CLERK, by_letter, candidate, mediator, party
from services.demo.river_night import LATER_TALKS
from services.demo.river_settlement import SETTLEMENT
from services.demo.river_talks import TALKS
from services.demo.story import Step, Story, paper, step

ZAHR: Final = party("haddad", "zahr")
VALCOMBE: Final = party("moreau", "valcombe")
IYER: Final = mediator("iyer")
IYER_ASKED: Final = candidate("iyer")

REQUEST: Final[tuple[Step, ...]] = (
    step(
        "2025-01-13 09:20",
        ZAHR,
        "request-mediation",
        requester="zahr",
        others=["valcombe"],
        title="The waters of the Sernelle (نهر السرنال)",
        names={"zahr": "جمهورية وادي الزهر", "valcombe": "République de Valcombe"},
        dispute="Since the Col-Noir dam was closed in 2021, the Sernelle reaches our delta with a "
        "third less water in summer and almost no silt. Rice fields of 14,000 families turn salt.",
        aim="A flow we can sow by, and the silt that belongs with it.",
        language="ar",
        representatives={"person:haddad": ["negotiate", "settle", "sign"]},
    ),
    step("2025-01-13 11:05", CLERK, "acknowledge-request"),
    step("2025-01-15 10:00", CLERK, "register-request"),
    step(
        "2025-01-15 10:20",
        CLERK,
        "issue-invitation",
        party="valcombe",
        carrier="diplomatic note",
    ),
    # The courier's receipt lay in the wrong tray for two weeks.
    step(
        "2025-02-05 15:40",
        CLERK,
        "record-service",
        party="valcombe",
        proof={"title": "Reçu de la mission permanente de Valcombe", "hash": paper("receipt")},
    ).happened("2025-01-20T11:00:00+01:00[Europe/Oslo]"),
    step(
        "2025-02-11 09:30",
        by_letter("valcombe"),
        "give-consent",
        signatory="person:moreau",
        scope="Flow and silt below Col-Noir. Sovereignty over the dam is not in question.",
    ),
    step(
        "2025-02-11 09:45",
        by_letter("valcombe"),
        "authorise-representative",
        person="person:moreau",
        powers=["negotiate", "settle"],
        document={"title": "Pouvoirs du ministère des Eaux", "hash": paper("powers")},
    ),
    step(
        "2025-02-12 14:00",
        ZAHR,
        "authorise-representative",
        person="person:haddad",
        powers=["negotiate", "settle", "sign"],
        limits="Nothing below 36 cubic metres a second in August without the council of ministers.",
        ceiling={"amount": "2500000", "currency": "EUR"},
    ),
)

MEDIATOR: Final[tuple[Step, ...]] = (
    step(
        "2025-02-14 10:00",
        CLERK,
        "nominate-mediator",
        person="person:okonjo",
        method="joint",
        brief="Wadi al-Zahr and Valcombe, on the flow of the Sernelle below the Col-Noir dam.",
    ),
    step(
        "2025-02-17 08:50",
        candidate("okonjo"),
        "decline-nomination",
        ground="availability",
        detail="I sit in another matter until September.",
    ),
    step(
        "2025-02-18 10:00",
        CLERK,
        "nominate-mediator",
        person="person:iyer",
        method="joint",
        brief="Wadi al-Zahr and Valcombe, on the flow of the Sernelle below the Col-Noir dam.",
    ),
    step(
        "2025-02-19 16:30",
        IYER_ASKED,
        "complete-inquiry",
        since="2010-01-01",
        until="2025-02-19",
        searched=["both governments", "Col-Noir Énergie", "the delta's water board", "my clients"],
    ),
    step(
        "2025-02-19 16:45",
        IYER_ASKED,
        "disclose-conflict",
        kind="business_relation",
        circumstance="In 2014 my institute printed a river atlas that Valcombe's survey office "
        "helped to pay for. I drew none of its maps and was paid nothing by that office.",
        arises_at="2014-06-01",
    ),
    step("2025-02-20 09:00", CLERK, "deliver-disclosure", disclosure_id="iyer-D1", party="zahr"),
    step(
        "2025-02-20 09:05", CLERK, "deliver-disclosure", disclosure_id="iyer-D1", party="valcombe"
    ),
    step("2025-02-20 12:10", ZAHR, "acknowledge-disclosure", disclosure_id="iyer-D1"),
    step(
        "2025-02-21 10:15",
        VALCOMBE,
        "waive-conflict",
        disclosure_id="iyer-D1",
        statement="Informés de cette circonstance, nous y renonçons expressément.",
    ),
    step(
        "2025-02-24 13:00",
        ZAHR,
        "waive-conflict",
        disclosure_id="iyer-D1",
        statement="We know the atlas and use it ourselves. Informed of it, we expressly waive it.",
    ),
    step(
        "2025-02-24 17:00",
        IYER_ASKED,
        "declare-impartiality",
        text_version="2024-1",
        text_hash=paper("declaration of Ms Iyer"),
    ),
    step(
        "2025-02-25 09:30",
        ZAHR,
        "accept-fee-terms",
        terms="2,400 EUR a day of talks, half each, travel at cost.",
    ),
    step(
        "2025-02-25 11:00",
        VALCOMBE,
        "accept-fee-terms",
        terms="2,400 EUR a day of talks, half each, travel at cost.",
    ),
    step(
        "2025-02-26 10:00",
        CLERK,
        "appoint-mediator",
        mediators=["person:iyer"],
        method="joint",
    ),
)

ENGAGEMENT: Final[tuple[Step, ...]] = (
    step(
        "2025-03-03 09:00",
        IYER,
        "draft-agreement-to-mediate",
        text_hash=paper("agreement to mediate, river"),
        covers=["conduct", "fees", "place_and_time", "confidentiality", "advice", "ending"],
        text="Six articles: how we speak, who pays, where and when we meet, what stays between us, "
        "that each side keeps its own counsel, and that each may leave.",
    ),
    step(
        "2025-03-04 10:00",
        ZAHR,
        "sign-agreement-to-mediate",
        version=1,
        acknowledges=[
            "role_of_the_mediator",
            "voluntariness",
            "dialogue_not_decisions",
            "principles",
        ],
    ),
    step(
        "2025-03-05 15:20",
        by_letter("valcombe"),
        "sign-agreement-to-mediate",
        version=1,
        acknowledges=[
            "role_of_the_mediator",
            "voluntariness",
            "dialogue_not_decisions",
            "principles",
        ],
    ),
    step(
        "2025-03-05 17:00",
        IYER,
        "sign-agreement-to-mediate",
        version=1,
        acknowledges=["role_of_the_mediator", "principles"],
    ),
    step(
        "2025-03-06 09:30",
        IYER,
        "adopt-confidentiality-terms",
        agreed_by=["zahr", "valcombe"],
        scope="Everything said, shown or written for these talks; the gauges at Pont-Rouge are "
        "public already and stay so.",
        sharing={"expert": ["documents"]},
    ),
    step(
        "2025-03-06 16:00",
        CLERK,
        "sign-undertaking",
        person="person:petrosyan",
        text_hash=paper("undertaking of the interpreter"),
    ),
)

RIVER: Final = Story("river", (*REQUEST, *MEDIATOR, *ENGAGEMENT, *TALKS, *LATER_TALKS, *SETTLEMENT))
