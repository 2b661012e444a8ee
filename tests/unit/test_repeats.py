"""A repeat is told by all parts of a command together; fewer tell nothing."""

from itertools import combinations

import msgspec
import pytest

from ledger.envelope import FRAME_ENCODER
from ledger.store.repeats import PART, is_repeat, part_in, parts, with_part

SECRET = b"of the ledger"
WHAT = b'["decline","We would go down to 800 k."]'


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_all_parts_together_tell_a_repeat(count: int) -> None:
    """Of what was asked alone, under the ledger's secret alone, in their order."""
    made = parts(SECRET, WHAT, count)
    assert len(set(made)) == count
    assert is_repeat(SECRET, WHAT, made)
    assert not is_repeat(SECRET, WHAT + b" ", made)
    assert not is_repeat(b"another", WHAT, made)
    if count > 1:
        assert not is_repeat(SECRET, WHAT, made[::-1])


def test_fewer_parts_tell_nothing() -> None:
    """Whichever event was erased, what is left does not fit what was asked."""
    made = parts(SECRET, WHAT, 4)
    for count in (1, 2, 3):
        for some in combinations(made, count):
            assert not is_repeat(SECRET, WHAT, some)


def test_a_part_that_was_drawn_looks_like_one_that_was_made() -> None:
    """Same length, same letters, new each time but for a command of one event."""
    first, second = parts(SECRET, WHAT, 3), parts(SECRET, WHAT, 3)
    assert {len(part) for part in (*first, *second)} == {64}
    assert not set(first) & set(second)
    assert parts(SECRET, WHAT, 1) == parts(SECRET, WHAT, 1)


@pytest.mark.parametrize("content", [{}, {"text": "x"}, {"$signed": {"slots": []}, "text": "x"}])
def test_a_part_stands_in_the_content_by_the_order_of_keys(content: dict[str, object]) -> None:
    """As everything that is stored; it is read back, and what holds none has none."""
    plain = FRAME_ENCODER.encode(content)
    (part,) = parts(SECRET, WHAT, 1)
    whole = with_part(plain, part)
    assert whole == FRAME_ENCODER.encode({**content, PART: part})
    assert msgspec.json.decode(whole) == {**content, PART: part}
    assert (part_in(whole), part_in(plain)) == (part, "")
