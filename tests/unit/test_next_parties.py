"""What `next` says of joining, choosing, handing over, confidences and costs."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from tests import examples as ex
from tests.spec import Order, Spec, do
from tests.unit.test_engagement_more import PARTS
from tests.unit.test_joinder import agreed, asked, inquired
from tests.unit.test_neutrality_more import IYER, LIND, succeeded
from tests.unit.test_next import told_of

NEED = do("note-need", noticed_by="institution", summary="They quarrel.")
OFFER = do("offer-good-offices", parties=["A", "B"], title="t", dispute="d")
FOUND = do("find-request-incomplete", missing=["value"])
CONDITION = do("give-consent", by="B", conditions={"C1": "In Brevik."})
ON_TERMS = [*ex.invited(), CONDITION]
HOLT = do("authorise-representative", by="B", person="person:holt", powers=["settle"])
REVOKED = do("revoke-authority", by="B", person="person:holt")
JOINING = [*ex.mediating(), asked()]
LISTED = do("propose-candidates", candidates=[IYER, LIND])
CHALLENGED = do("file-challenge", by="A", ground="Close.")
ANSWERED = do("answer-challenge", by="mediator", challenge_id="CH1", answer="No.")
RESIGNED = do("resign-mandate", by="mediator")
FOLLOWED = [*ex.mediating(), *succeeded()]
HANDED = do("consent-handover", by="A")
REFUSED = do("refuse-handover", by="A")
STEPS = do("reaffirm-steps", by="A")
ORDERED = do("receive-disclosure-order", information="process", court="c", scope="s")
BREACH = do("report-breach-of-confidence", by="A", information="process", facts="f", against="B")
DEPOSIT = do("direct-deposit", **PARTS)
ENDED = do("declare-termination", by="mediator", mode="no_prospect", consulted=["A", "B"])
ACCOUNT = do("render-account", received={}, spent={})
NOTHING = "there_is_something_to_act_on"


class Turn(NamedTuple):
    """A command, who looks, at a history that leaves it no occasion, and at one that does."""

    command: str
    viewer: str
    without: Iterable[Order]
    rule: str
    given: Iterable[Order]


TURNS = (
    Turn("offer-good-offices", "registry", [NEED, OFFER], "good_offices_are_offered_once", [NEED]),
    Turn(
        "accept-good-offices",
        "party:A",
        [NEED, OFFER, do("accept-good-offices", by="A")],
        "offer_is_made_to_party",
        [NEED, OFFER],
    ),
    Turn(
        "decline-good-offices",
        "party:A",
        [NEED, OFFER, do("accept-good-offices", by="A")],
        "offer_is_made_to_party",
        [NEED, OFFER],
    ),
    Turn(
        "find-request-incomplete",
        "registry",
        ex.registered(),
        "request_is_registered_once",
        ex.requested(),
    ),
    Turn(
        "supplement-request",
        "party:A",
        ex.requested(),
        "something_is_missing",
        [*ex.requested(), FOUND],
    ),
    Turn(
        "register-request",
        "registry",
        [*ex.requested(), FOUND],
        "request_is_complete",
        ex.requested(),
    ),
    Turn("extend-reply-period", "registry", ON_TERMS, NOTHING, ex.invited()),
    Turn("reject-condition", "party:A", ex.consented(), NOTHING, ON_TERMS),
    Turn("accept-condition", "party:A", ex.consented(), NOTHING, ON_TERMS),
    Turn("revoke-authority", "party:B", ex.consented(), NOTHING, [*ex.consented(), HOLT]),
    Turn(
        "question-authority",
        "party:A",
        [*ex.consented(), HOLT, REVOKED],
        "authority_is_not_over",
        [*ex.consented(), HOLT],
    ),
    Turn("consent-joinder", "party:A", ex.mediating(), NOTHING, JOINING),
    Turn(
        "refuse-joinder",
        "party:A",
        [*JOINING, *agreed("A")],
        "joinder_is_answered_once",
        JOINING,
    ),
    Turn(
        "admit-party",
        "registry",
        [*JOINING, *agreed("A", "B")],
        "inquiry_covers_the_joiner",
        [*JOINING, *agreed("A", "B"), inquired()],
    ),
    Turn(
        "release-party",
        "registry",
        ex.mediating(),
        "released_takes_part",
        ex.mediating(("A", "B", "C")),
    ),
    Turn("rank-candidates", "party:A", ex.consented(), NOTHING, [*ex.consented(), LISTED]),
    Turn("strike-candidates", "party:A", ex.consented(), NOTHING, [*ex.consented(), LISTED]),
    Turn(
        "answer-challenge",
        "mediator",
        [*ex.mediating(), CHALLENGED, ANSWERED],
        "challenge_is_answered_once",
        [*ex.mediating(), CHALLENGED],
    ),
    Turn(
        "remove-mediator",
        "registry",
        [*ex.mediating(), RESIGNED],
        "persons_hold_the_mandate",
        ex.mediating(),
    ),
    Turn("determine-refund", "registry", ex.mediating(), NOTHING, [*ex.mediating(), RESIGNED]),
    Turn(
        "add-co-mediator",
        "registry",
        [*ex.mediating(), RESIGNED],
        "mandate_is_in_force",
        ex.mediating(),
    ),
    Turn("consent-handover", "party:A", [*FOLLOWED, HANDED], "handover_is_given_once", FOLLOWED),
    Turn("refuse-handover", "party:A", [*FOLLOWED, REFUSED], "handover_is_open", FOLLOWED),
    Turn("reaffirm-steps", "party:A", [*FOLLOWED, STEPS], "steps_are_reaffirmed_once", FOLLOWED),
    Turn(
        "vary-confidentiality-terms",
        "mediator",
        ex.constituted(),
        "confidentiality_is_agreed",
        ex.engaged(),
    ),
    Turn(
        "invoke-exception", "party:A", ex.constituted(), "confidentiality_is_agreed", ex.engaged()
    ),
    Turn("answer-disclosure-order", "registry", ex.engaged(), NOTHING, [*ex.engaged(), ORDERED]),
    Turn(
        "answer-breach-of-confidence",
        "party:B",
        ex.engaged(),
        NOTHING,
        [*ex.engaged(), BREACH],
    ),
    Turn("remedy-breach-of-confidence", "registry", ex.engaged(), NOTHING, [*ex.engaged(), BREACH]),
    Turn("pay-deposit", "party:A", ex.engaged(), NOTHING, [*ex.engaged(), DEPOSIT]),
    Turn(
        "return-balance",
        "registry",
        [*ex.mediating(), ENDED],
        "account_is_rendered",
        [*ex.mediating(), ENDED, ACCOUNT],
    ),
)


def told(viewer: str, history: Iterable[Order], command: str) -> tuple[bool, str | None]:
    """Ask `next` of one command."""
    spec = Spec().given(history)
    prospect = told_of(spec.file, viewer, spec.clock.at)[command]
    return prospect.may, prospect.rule


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.command)
def test_next_says_when_there_is_an_occasion_and_which_rule_says_there_is_none(turn: Turn) -> None:
    """Both ways, from what the viewer reads."""
    assert told(turn.viewer, turn.without, turn.command) == (False, turn.rule)
    assert told(turn.viewer, turn.given, turn.command) == (True, None)


def test_the_authority_may_be_asked_once_the_parties_time_is_over() -> None:
    """Sixty days from registration, and not a day earlier."""
    spec = Spec().given(ex.consented())
    may = told_of(spec.file, "party:A", spec.clock.at)["request-appointment"]
    assert (may.may, may.rule) == (False, "time_of_the_parties_is_over")
    later = datetime(2026, 6, 1, tzinfo=UTC)
    assert told_of(spec.file, "party:A", later)["request-appointment"].may


def test_talks_are_suspended_where_something_is_overdue() -> None:
    """A deposit directed is not overdue yet."""
    spec = Spec().given(ex.engaged(), DEPOSIT)
    one = told_of(spec.file, "mediator", spec.clock.at)["suspend-for-non-payment"]
    assert (one.may, one.rule) == (False, "something_is_overdue")
    spec.at(datetime(2026, 4, 20, tzinfo=UTC)).given(ORDERED)
    assert told_of(spec.file, "mediator", spec.clock.at)["suspend-for-non-payment"].may
