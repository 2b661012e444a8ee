"""An act in time but entered late: met with proof of receipt, else looked at by somebody (I-14)."""

from datetime import UTC, datetime

from ledger.deadlines import DeadlineMet, DeadlineMissed, DeadlineReviewNeeded
from ledger.envelope import Event
from tests import examples
from tests.spec import Order, Spec, do, given
from tests.unit.test_profile import house_but

AFTER = datetime(2026, 4, 8, 9, 0, tzinfo=UTC)
IN_TIME = "2026-03-30T12:00:00Z"
CONSENT = do("give-consent", by="B", signatory="person:b", at_occurred=IN_TIME)
PROVEN = do(
    "give-consent", by="B", signatory="person:b", at_occurred=IN_TIME, at_source=examples.HASH
)
LAPSING = {
    "reply.silence_effect": "automatic_lapse",
    "reply.elected_by": "nobody",
    "reply.notice_required": False,
}


def about_the_reply(spec: Spec, order: Order) -> list[type[Event]]:
    """Give an order after the reply period; list what is recorded of that date."""
    before = spec.file.version
    assert spec.order(order).done
    events = [frame.event for frame in spec.file.frames[before:]]
    return [type(e) for e in events if getattr(e, "deadline_id", "") == "reply-B"]


def passed(*begun: Order) -> Spec:
    """Let the time to reply pass, and its passing be recorded."""
    spec = given(*begun, examples.invited()).at(AFTER)
    spec.tick()
    return spec


def test_without_proof_somebody_has_to_look_at_it() -> None:
    """The date stays closed until then."""
    assert about_the_reply(passed(), CONSENT) == [DeadlineReviewNeeded]


def test_with_proof_of_receipt_it_counts_as_in_time() -> None:
    """The hash of what was received stands in the entry's frame."""
    spec = passed()
    assert about_the_reply(spec, PROVEN) == [DeadlineMet]
    assert spec.file.frames[-1].source == examples.HASH


def test_an_end_that_was_recorded_is_not_undone_by_a_proof() -> None:
    """Nothing is reopened silently."""
    adopted = do("adopt-profile", text=house_but(LAPSING), default=True)
    kinds = about_the_reply(passed(adopted), PROVEN)
    assert DeadlineMet not in kinds


def test_an_act_after_its_date_is_late_whatever_it_proves() -> None:
    """When it happened decides, not when it was entered."""
    late = do(
        "give-consent",
        by="B",
        signatory="person:b",
        at_occurred="2026-04-01T23:30:00+02:00",
        at_source=examples.HASH,
    )
    on_the_day = passed().at(datetime(2026, 4, 20, 9, 0, tzinfo=UTC))
    assert about_the_reply(on_the_day, late) == [DeadlineMet]
    after = do(
        "give-consent",
        by="B",
        signatory="person:b",
        at_occurred="2026-04-02T00:30:00+02:00",
        at_source=examples.HASH,
    )
    a_day_after = passed().at(datetime(2026, 4, 20, 9, 0, tzinfo=UTC))
    assert about_the_reply(a_day_after, after) == []


def test_the_date_itself_is_recorded_as_missed_only_once() -> None:
    """By the clock; a proof adds to it and takes nothing away."""
    spec = passed()
    about_the_reply(spec, PROVEN)
    spec.tick()
    missed = [f.event for f in spec.file.frames if isinstance(f.event, DeadlineMissed)]
    assert [e.deadline_id for e in missed if e.deadline_id == "reply-B"] == ["reply-B"]
