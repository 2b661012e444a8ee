"""Twin histories around answers that stay secret: what A says of them, B cannot tell."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.examples import mediating
from tests.histories import PARTIES
from tests.spec import START, Order, attempt, do
from tests.unit.test_laws import Twins
from tests.unit.test_negotiation_blind import CLOSES, PROPOSING, asks, issues, replies
from tests.unit.test_profile import house_but


def bid(by: str, amount: str) -> Order:
    """A party names its amount."""
    money = {"amount": amount, "currency": "EUR"}
    return do("submit-sealed-bid", by=by, round_id="BR1", amount=money)


BIDS = do("invite-sealed-bids", by="mediator", payer="B", payee="A", currency="EUR", closes=CLOSES)
SECRET = (
    replies("A", "yes"),
    replies("A", "no"),
    replies("A", "conditional", condition="if the price is right"),
    asks("A"),
    bid("A", "901"),
    bid("A", "100000"),
)
"""What A tells the mediator alone; never enough for an agreement or an overlap."""

OPEN = (
    replies("B", "yes"),
    replies("B", "no"),
    bid("B", "900"),
    asks("B"),
    do("accept-proposal", by="B", proposal_id="P1"),
    do("accept-late", by="B", proposal_id="P1"),
    do("record-option", by="B", text="Something else."),
    do("open-sealed-bids", by="registry", round_id="BR1"),
    do("extend-deadline", deadline_id="validity-P1", until="2026-12-01"),
)
"""What B and the registry do and try meanwhile."""

COMPARE = do("open-sealed-bids", by="mediator", round_id="BR1")


class BlindTwins(Twins):
    """Two histories that differ only in what A told the mediator of its answers."""

    @initialize()
    def begin(self) -> None:
        """Bring both twins to a blind proposal and a round of sealed bids."""
        self.both(do("adopt-profile", text=house_but(PROPOSING), default=True))
        for order in (*mediating(PARTIES), *(asks(p) for p in PARTIES), issues(), BIDS):
            self.both(order)

    @rule(order=st.sampled_from(OPEN))
    def openly(self, order: Order) -> None:
        """Somebody acts in both."""
        self.both(order)

    @rule()
    def compares(self) -> None:
        """The mediator compares the bids in both, at the same instant."""
        self.both(COMPARE)

    @rule(order=st.sampled_from(SECRET), minutes=st.integers(1, 50))
    def private(self, order: Order, minutes: int) -> None:
        """A tells the mediator something in one of them."""
        self.number += 1
        hidden = msgspec.structs.replace(order, id=f"private-{self.number}")
        self.open.clock.set(START + timedelta(hours=self.hours, minutes=minutes))
        attempt(self.open, hidden)


TestBlindTwins = pytest.mark.slow(BlindTwins.TestCase)
TestBlindTwins.settings = settings(
    max_examples=8,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
