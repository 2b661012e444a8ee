"""What fell due is found whenever one looks, though most commands need not look."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.casefile import CaseFile
from ledger.errors import LedgerError
from ledger.falling_due import LOOK_AHEAD, overdue
from ledger.rulebook import shipped
from tests.examples import engaged, tabled
from tests.histories import PARTIES, orders, stages
from tests.spec import Order, Spec, do

LATER = (timedelta(0), LOOK_AHEAD, timedelta(days=5), timedelta(days=40), timedelta(days=4_000))


def folded_anew(file: CaseFile) -> CaseFile:
    """Return the same record with nothing remembered from looking before."""
    anew = CaseFile(file.case_id)
    for frame in file.frames:
        anew.append(frame)
    return anew


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(stage=stages, moves=st.lists(orders(), max_size=25), hours=st.integers(0, 100))
def test_looking_again_finds_what_looking_first_finds(
    stage: Any,  # noqa: ANN401 - one of the stages
    moves: list[Order],
    hours: int,
) -> None:
    """Over random histories, at any later instant."""
    spec = Spec().given(stage(PARTIES))
    for order in moves:
        try:
            spec.order(order)
        except LedgerError:
            continue
        spec.clock.set(spec.clock.at + timedelta(hours=hours))
        for later in LATER:
            at = spec.clock.at + later
            assert overdue(spec.file, shipped(), at) == overdue(
                folded_anew(spec.file), shipped(), at
            )


def test_a_date_set_within_the_hour_looked_ahead_is_found() -> None:
    """A statement needs no look; a proposal that expires soon does."""
    spec = Spec().given(engaged(), do("submit-statement", by="A", text="A word."))
    assert overdue(spec.file, shipped(), spec.clock.at) == []
    soon = spec.clock.at + timedelta(minutes=10)
    spec.given(tabled(valid_until=soon.isoformat().replace("+00:00", "Z")))
    assert overdue(spec.file, shipped(), spec.clock.at) == []
    later = overdue(spec.file, shipped(), soon + timedelta(minutes=1))
    assert "proposal-expired" in [type(one.event).__struct_config__.tag for one in later]
