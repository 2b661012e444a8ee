"""Tell the usual history of a case, stage by stage; a test names only what it is about."""

from collections.abc import Iterable
from typing import Any

from tests.spec import Order, do

HASH = "a" * 64
TEXT_HASH = "b" * 64
MEDIATOR = "person:iyer"
SEAT_DAY = "2026-09-01"


def requested(parties: tuple[str, ...] = ("A", "B"), **more: Any) -> list[Order]:  # noqa: ANN401 - a command's own fields
    """A asked for a mediation with the others."""
    first, *others = parties
    fields: dict[str, Any] = {
        "requester": first,
        "others": others,
        "title": "Berth fees",
        "names": {party: f"Party {party} Ltd" for party in parties},
        "dispute": "Who owes which berth fees since January.",
    }
    return [do("request-mediation", by=first, **{**fields, **more})]


def registered(parties: tuple[str, ...] = ("A", "B"), **more: Any) -> list[Order]:  # noqa: ANN401 - a command's own fields
    """The registry took the case and opened the joint record."""
    return [*requested(parties, **more), do("register-request")]


def invited(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """The others were asked to take part, and the invitation reached them."""
    steps = [*registered(parties)]
    for party in parties[1:]:
        steps.append(do("issue-invitation", party=party, carrier="courier"))
        steps.append(do("record-service", party=party))
    return steps


def consented(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """Every party agreed to mediate."""
    signed = [do("give-consent", by=p, signatory=f"person:{p.lower()}") for p in parties[1:]]
    return [*invited(parties), *signed]


def nominated(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """A mediator was asked, looked for conflicts and found none."""
    return [
        *consented(parties),
        do("nominate-mediator", by="registry", person=MEDIATOR, method="joint"),
        do(
            "complete-inquiry",
            by="candidate",
            searched=list(parties),
            since="2016-01-01",
            until="2026-03-01",
        ),
        do("declare-no-conflict", by="candidate", text_version="1", text_hash=HASH),
        do("declare-impartiality", by="candidate", text_version="1", text_hash=HASH),
        *(do("accept-fee-terms", by=p, terms="Shared equally.") for p in parties),
    ]


def constituted(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """The mediator was appointed."""
    return [
        *nominated(parties),
        do("appoint-mediator", by="registry", mediators=[MEDIATOR], method="joint"),
    ]


def engaged(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """Confidentiality terms and the agreement to mediate are in force."""
    heads = ["conduct", "fees", "place_and_time", "confidentiality", "advice", "ending"]
    return [
        *constituted(parties),
        do(
            "adopt-confidentiality-terms",
            by="mediator",
            agreed_by=list(parties),
            scope="Everything said and shown.",
        ),
        do("draft-agreement-to-mediate", by="mediator", text_hash=TEXT_HASH, covers=heads),
        *(do("sign-agreement-to-mediate", by=p, text_hash=TEXT_HASH) for p in parties),
        do("sign-agreement-to-mediate", by="mediator", text_hash=TEXT_HASH),
    ]


def preparing(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """The mediator opened the preparation and a first session is fixed."""
    return [
        *engaged(parties),
        do("open-preparation", by="mediator", guidelines_reiterated=True),
        do("explain-rights", by="mediator"),
        do(
            "issue-protocol",
            by="mediator",
            languages=["en"],
            order_of_business="Openings, issues, options.",
            ground_rules="One at a time.",
        ),
        do(
            "schedule-session",
            by="mediator",
            start="2026-03-09T09:00:00+01:00[Europe/Oslo]",
            minutes=180,
            mode="in_person",
        ),
    ]


def mediating(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """The first session is open."""
    return [*preparing(parties), do("open-session", by="mediator", session_id="S1")]


def agreed(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """A proposal was accepted by all, and the mediator is asked to draft; nobody is bound."""
    first, *others = parties
    return [
        *mediating(parties),
        do("define-scope", by="mediator", issues={"fee": "The fee"}, agreed_by=list(parties)),
        tabled(by=first),
        *(accepted(by=party) for party in others),
        do("record-agreement-in-principle", by="mediator", proposal_id="P1"),
        do("give-drafting-mandate", by="mediator"),
    ]


def drafted(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """A draft lies before the parties: each owes the first one something."""
    first, *others = parties
    duties = [
        do(
            "define-obligation",
            by="mediator",
            obligor=party,
            obligee=first,
            act="Pay.",
            due=SEAT_DAY,
        )
        for party in others
    ]
    return [
        *agreed(parties),
        do("prepare-draft", by="mediator", hash=TEXT_HASH),
        *duties,
    ]


def signing(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """The text is frozen, advice was spoken of, signatures are invited."""
    return [
        *drafted(parties),
        do("freeze-text", by="mediator", hash=TEXT_HASH),
        *(do("acknowledge-advice", by=party, advice="taken") for party in parties),
        do("invite-signatures"),
    ]


def settled(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """Every party signed the same text."""
    signed = [do("sign-settlement", by=party, hash=TEXT_HASH) for party in parties]
    return [*signing(parties), *signed]


def closed(parties: tuple[str, ...] = ("A", "B")) -> list[Order]:
    """The result was gone through, the end declared, the case closed."""
    return [
        *settled(parties),
        do("hold-closing-session", by="mediator", attended=list(parties)),
        *(do("confirm-understanding", by=party) for party in parties),
        do("declare-termination", mode="settled"),
        do("issue-closing-document"),
        do("close-case", outcome="full"),
    ]


def clause(
    issue: str = "berth fee", text: str = "1.3 M EUR", clause_id: str = "c1"
) -> dict[str, Any]:
    """Make a clause about money."""
    amount = {"amount": "1300000", "currency": "EUR"}
    return {"clause_id": clause_id, "issue": issue, "text": text, "params": {"amount": amount}}


def tabled(by: str = "A", clauses: Iterable[dict[str, Any]] = (), **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """A party puts terms on the table."""
    return do("table-proposal", by=by, clauses=list(clauses) or [clause()], **more)


def accepted(proposal_id: str = "P1", by: str = "B", **more: Any) -> Order:  # noqa: ANN401 - a command's own fields
    """A party accepts them; it binds nobody."""
    return do("accept-proposal", by=by, proposal_id=proposal_id, **more)


def inquired(*persons: str) -> Order:
    """The mediator looked into its ties to persons who came since."""
    return do(
        "complete-inquiry",
        by="mediator",
        searched=list(persons),
        since="2016-01-01",
        until="2026-03-01",
        concerning=list(persons),
    )


def caucused(party: str = "A", said: str = "We could go lower.") -> list[Order]:
    """The mediator met one party alone and heard something."""
    return [
        do("open-caucus", by="mediator", party=party),
        do("receive-in-caucus", by=party, text=said),
    ]
