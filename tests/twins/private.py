"""List what A and the mediator do in private, and what B tries in order to learn of it."""

from typing import Final

from msgspec.structs import replace

from ledger.identity import Operator
from tests.spec import CLERK, Order, do
from tests.unit import test_laws
from tests.unit.test_negotiation_laws import SECRET

BERG: Final = Operator(name="berg", roles=("registry",))
"""The second person of the registry."""
HASH: Final = "c" * 64
CORRECTION: Final = {"changes": {"text": "Other words."}, "reason": "A slip of the pen."}
GRANTED: Final = {"result": "granted", "ground": "no_longer_needed", "basis": "It is fulfilled."}

_MORE: Final = (
    do(
        "submit-document",
        by="A",
        title="The survey",
        hash=HASH,
        share="mediator",
        made_for_mediation=False,
    ),
    do("submit-document", by="A", title="A draft", hash=HASH, share="own", made_for_mediation=True),
    do("review-document", by="mediator", doc_id="D1", note="It says less than they think."),
    do("record-statement", by="A", text="Only between us.", at_room="caucus"),
    do("record-statement", by="A", text="Not for the others.", at_room="desk"),
    do("record-statement", by="A", text="Among ourselves.", at_room="party"),
    do("record-statement", by="mediator", text="A note to myself.", at_room="mediators"),
    do("give-mediator-feedback", by="mediator", answers={"engagement": 4}),
    do("comment-on-balance", by="mediator", text="A had more to tell."),
    do(
        "request-information",
        by="mediator",
        of="A",
        what="The books.",
        at_room="caucus:A",
        by_when="2026-03-20",
    ),
    do("receive-in-caucus", by="A", text="Said long ago.", at_reported=True),
    do("receive-in-caucus", by="A", text="Said last week.", at_occurred="2026-02-20T10:00:00Z"),
    *(
        do("correct-entry", by=by, target=f"caucus:A:{n}", approved_by="person:iyer", **CORRECTION)
        for by in ("A", "mediator")
        for n in (2, 3)
    ),
    do(
        "void-entry",
        by="mediator",
        target="caucus:A:2",
        ground="wrong_case",
        approved_by="person:berg",
    ),
    do(
        "seal-content",
        by="mediator",
        target="caucus:A:2",
        ground="misdisclosure",
        approved_by="person:berg",
    ),
    do("contest-entry", by="A", target="caucus:A:1", position="It was not so."),
    do("contest-entry", by="A", target="desk:A:1", position="It was not so."),
    *(
        do("request-erasure", by="A", reason="It is no longer needed.", targets=[f"caucus:A:{n}"])
        for n in (2, 3)
    ),
    do("request-erasure", by="A", reason="It is no longer needed.", of_room="caucus:A"),
    *(do("assess-erasure", by="protection", erasure_id=f"party:A/{n}", **GRANTED) for n in (1, 2)),
    *(do("execute-erasure", erasure_id=f"party:A/{n}") for n in (1, 2)),
    do("report-misdisclosure", by="A", what="It was told.", at_room="caucus"),
)
"""More of what happens in rooms that B does not read."""

CAUCUSES: Final = (
    do("open-caucus", by="mediator", party="A"),
    do("close-caucus", by="mediator", party="A"),
)
"""When a caucus took place; a profile may let everybody know."""

PRIVATE: Final[tuple[Order, ...]] = (
    *test_laws.PRIVATE,
    *_MORE,
    *SECRET,
    # What needs an earlier one finds it more often.
    *(
        order
        for order in (*test_laws.PRIVATE, *_MORE)
        if order.name
        in (
            "receive-in-caucus",
            "authorise-disclosure",
            "form-coalition",
            "table-proposal",
            "entrust-proposal",
        )
    ),
)
"""What A, the mediator and the registry do in rooms that B does not read, and do not convey."""


ABOUT_ANY_ROOM: Final = frozenset({"review-document", "supply-information"})
"""Acts that are told where what they are about was told, which may be the joint room."""

_BESIDES: Final = (
    do("request-erasure", by="B", reason="It is of us.", targets=["caucus:A:2"]),
    do("request-erasure", by="B", reason="It is of us.", of_room="caucus:A"),
    do("receive-in-caucus", by="B", text="What did they say?", item_id="C1"),
    do("authorise-disclosure", by="B", item_id="C1", wording="We know.", recipients=["A"]),
    do("revoke-disclosure", by="B", authorisation_id="R1"),
    do("submit-document", by="B", title="Ours", hash=HASH, doc_id="D1", made_for_mediation=False),
    do("supply-information", by="B", request_id="Q1", text="For all."),
    do("recall-proposal", by="B", entrusted_id="E1"),
    do("accept-proposal", by="B", proposal_id="P9"),
    do("void-entry", by="B", target="mediators:1", ground="wrong_case", approved_by="person:berg"),
)

PROBES: Final[tuple[Order, ...]] = (
    *(replace(order, by="B", operator=CLERK) for order in (*test_laws.PROBES, *_BESIDES)),
    *(order for order in test_laws.PROBES if order.by != "B"),
)
"""What B tries in order to learn what A and the mediator do, offices it does not hold included;
and what others do before its eyes."""
